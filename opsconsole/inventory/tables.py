"""The SQLModel table of a kind, made from its fields: one description serves YAML and SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, Column, Index, MetaData, text
from sqlmodel import Field, SQLModel
from sqlmodel.main import SQLModelMetaclass

from opsconsole.inventory.kind import Kind, Kinds
from opsconsole.store.tables.columns import REAL, TEXT, WHOLE, strict

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

# Python type and SQL type of a column, by its name in ``FieldType.column``.
_TYPES: dict[str, tuple[type, Any]] = {"text": (str, TEXT), "whole": (int, WHOLE), "real": (float, REAL)}
_FILLED = {"province", "key", "file", "line", "digest", "revision", "sample", "orphaned", "fold", "sort_key"}


def table_of(kind: Kind, metadata: MetaData = SQLModel.metadata) -> Any:
    """The SQLAlchemy table of *kind* in *metadata*, made on first call."""
    if kind.table in metadata.tables:
        return metadata.tables[kind.table]
    required = _FILLED | {f.column for f in kind.fields if f.required}
    if kind.unit == "required":
        required |= {"unit_id"}
    names: dict[str, Any] = {
        "__tablename__": kind.table,
        "__module__": __name__,
        "__doc__": f"Current rows of the kind {kind.name}.",
        "__annotations__": {},
        "__table_args__": (*_indexes(kind), *_checks(kind)),
    }
    if metadata is not SQLModel.metadata:
        names["metadata"] = metadata
    for name, column in kind.columns:
        python, sql = _TYPES[column]
        names["__annotations__"][name] = python if name in required else python | None
        names[name] = Field(sa_column=_column(name, sql, name in required))
    model: Any = SQLModelMetaclass(kind.table.title().replace("_", ""), (SQLModel,), names, table=True)
    return strict(model.__table__)


def _column(name: str, sql: TypeEngine[Any], filled: bool) -> Column[Any]:
    key = name in ("province", "key")
    return Column(name, sql, primary_key=key, nullable=not filled, autoincrement=False)


def _indexes(kind: Kind) -> list[Index]:
    # with all that a list in this order reads of a row before it is shown: a million keys in 0.3 s, not 1.6
    order = ("province", "sort_key", "key", "ended")
    columns = [("file", ("province", "file")), ("order", order)]
    if kind.unit:
        columns.append(("unit", ("province", "unit_id")))
    columns += [(name, ("province", name)) for name in kind.indexed]
    orphans = Index(
        f"{kind.table}_orphaned",
        "province",
        "orphaned",
        sqlite_where=text("orphaned > 0"),
        postgresql_where=text("orphaned > 0"),
    )
    return [orphans, *(Index(f"{kind.table}_{name}", *names) for name, names in columns)]


def _checks(kind: Kind) -> list[CheckConstraint]:
    return [
        CheckConstraint("sample IN (0, 1)", name=f"{kind.table}_sample"),
        CheckConstraint("orphaned >= 0", name=f"{kind.table}_orphaned_in"),
    ]


def all_tables(kinds: Kinds) -> MetaData:
    """Every table of the product: those of the store and one for each of *kinds*."""
    import opsconsole.store.tables  # noqa: F401 - registers the store's own

    for kind in kinds:
        table_of(kind)
    return SQLModel.metadata
