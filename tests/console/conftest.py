"""A console over a small filled database, at a fixed instant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from opsconsole.console import navigation
from opsconsole.console.app import Console
from opsconsole.console.screens import listpage
from opsconsole.settings import JobSchedule, Settings
from opsconsole.store.database import Database
from tests.console.filled import PROVINCE, fill

NOW = dt.datetime(2019, 12, 31, 5, 0, tzinfo=dt.UTC)

MakeConsole = Callable[..., Console]


@pytest.fixture(autouse=True)
def _no_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Filter and detail follow at once: no test waits for a pause in typing."""
    monkeypatch.setattr(listpage, "REST", 0.001)
    monkeypatch.setattr(navigation, "FILTER_REST", 0.001)
    monkeypatch.setattr("opsconsole.console.feeds.PATIENCE", 10.0)


@pytest.fixture
def filled(sqlite_database: Database) -> Database:
    """An SQLite database with the small register."""
    fill(sqlite_database)
    return sqlite_database


def settings_of(database: Database, root: Path) -> Settings:
    """Settings of a working copy in *root* over *database*."""
    return Settings(
        root=root,
        province=PROVINCE,
        database=database.url,
        inventory=(root / "inventory",),
        language="en",
        jobs=(JobSchedule("collect", dt.time(2, 0), None, 30),),
    )


@pytest.fixture
def console(filled: Database, tmp_path: Path) -> MakeConsole:
    """Makes a console over the filled database."""

    def make(**options: object) -> Console:
        return Console(filled, settings_of(filled, tmp_path), clock=lambda: NOW, **options)  # type: ignore[arg-type]

    return make
