"""What all tests share: databases of both engines, no network, no trace of the user's settings.

``database`` runs a test on SQLite and on a real PostgreSQL, each time on a new database with the
whole schema; ``sqlite_database`` is for what depends on no engine.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, settings

from opsconsole.catalogue import use_language
from opsconsole.store import schema
from opsconsole.store.database import Database
from tests.servers import PostgresServer, postgres_server

PROVINCE = "test"

# No test depends on the clock; a fixture that makes a database is made for each test, not example.
settings.register_profile(
    "opsconsole",
    deadline=None,
    database=None,
    max_examples=int(os.environ.get("OPSCONSOLE_EXAMPLES", "50")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("opsconsole")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Workers of ``-n auto``: more than cores, since most tests wait for a screen, a server or a process
    two thirds of their time; no more than a third of the memory holds, at 0.6 GB each."""
    memory = psutil.virtual_memory().available
    return max(1, min(2 * (os.cpu_count() or 1) + 1, 8, int(memory / 3 / 600e6)))


@pytest.fixture(autouse=True)
def _own_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test speaks English, has an empty home and none of the user's settings."""
    for name in [name for name in os.environ if name.startswith("OPSCONSOLE_")]:
        monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    use_language("en")
    yield
    use_language("en")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database without rows; copied, never opened by a test."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    database = Database(f"sqlite:///{path}", PROVINCE)
    schema.upgrade(database)
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this test process, with a migrated database called ``template``."""
    server = postgres_server()
    try:
        server.run("CREATE DATABASE migrated")
        schema.upgrade(Database(server.url("migrated"), PROVINCE))
        yield server
    finally:
        server.close()


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Database:
    """An SQLite database with the whole schema, for the province "test"."""
    path = tmp_path / "opsconsole.db"
    shutil.copyfile(sqlite_template, path)
    return Database(f"sqlite:///{path}", PROVINCE)


@pytest.fixture
def postgres_database(postgres: PostgresServer) -> Iterator[Database]:
    """A PostgreSQL database with the whole schema, for the province "test"."""
    name = postgres.create("migrated")
    try:
        yield Database(postgres.url(name), PROVINCE)
    finally:
        postgres.drop(name)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Database:
    """A database with the whole schema, for the province "test": once on each engine."""
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found


def make_table(database: Database, table: object) -> None:
    """Make *table* (SQLAlchemy) in *database*: for the table of a kind made up in a test."""
    with database.write() as writer:
        for statement in schema.table_ddl(table, database.postgres):  # type: ignore[arg-type]
            writer.execute(statement)
