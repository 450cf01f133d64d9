"""The column types of the store, and how a table declares its columns with them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Double, LargeBinary, Table, Text
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field

# The four types of the store. On SQLite the tables are STRICT, which knows these names only.
TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
WHOLE = BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
REAL: Double[float] = Double().with_variant(sqlite.REAL(), "sqlite")
BYTES = LargeBinary()


def strict(table: Table) -> Table:
    """*table*, refusing values of another type on SQLite too, as PostgreSQL always does."""
    table.dialect_options["sqlite"]["strict"] = True
    return table


def text(*, key: bool = False) -> str:
    """A text column; *key* makes it part of the primary key."""
    return Field(sa_column=Column(TEXT, primary_key=key, nullable=False))  # type: ignore[no-any-return]


def optional_text() -> str | None:
    """A text column that may be empty."""
    return Field(default=None, sa_column=Column(TEXT, nullable=True))  # type: ignore[no-any-return]


def whole(*, key: bool = False) -> int:
    """A 64-bit whole number; *key* makes it part of the primary key."""
    return Field(sa_column=Column(WHOLE, primary_key=key, nullable=False, autoincrement=False))  # type: ignore[no-any-return]


def optional_whole() -> int | None:
    """A 64-bit whole number that may be empty."""
    return Field(default=None, sa_column=Column(WHOLE, nullable=True))  # type: ignore[no-any-return]


def real() -> float:
    """A floating number."""
    return Field(sa_column=Column(REAL, nullable=False))  # type: ignore[no-any-return]


def optional_real() -> float | None:
    """A floating number that may be empty."""
    return Field(default=None, sa_column=Column(REAL, nullable=True))  # type: ignore[no-any-return]


def binary() -> bytes:
    """Bytes."""
    return Field(sa_column=Column(BYTES, nullable=False))  # type: ignore[no-any-return]
