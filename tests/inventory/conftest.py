from __future__ import annotations

from pathlib import Path

import pytest

from opsconsole.store.database import Database
from tests.inventory.project import ASSETS, UNITS, Project


@pytest.fixture
def empty(database: Database, tmp_path: Path) -> Project:
    """A working copy without files, on either engine."""
    (tmp_path / "copy").mkdir()
    return Project(tmp_path / "copy", database)


@pytest.fixture
def project(empty: Project) -> Project:
    """A working copy with a few units and assets, applied as revision 1."""
    empty.write("units.yaml", UNITS)
    empty.write("assets.yaml", ASSETS)
    empty.apply()
    return empty


@pytest.fixture
def sqlite_project(sqlite_database: Database, tmp_path: Path) -> Project:
    """The same on SQLite alone, for what depends on no engine."""
    (tmp_path / "copy").mkdir()
    made = Project(tmp_path / "copy", sqlite_database)
    made.write("units.yaml", UNITS)
    made.write("assets.yaml", ASSETS)
    made.apply()
    return made
