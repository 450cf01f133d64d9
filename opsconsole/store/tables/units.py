"""Units, derived from the declared units and reorganisations."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index
from sqlmodel import SQLModel

from opsconsole.store.tables.columns import optional_text, text, whole


class UnitEra(SQLModel, table=True):
    """A unit with one code from one day on: ``id`` is ``code@start``. Half-open [start, end).
    ``restores`` is the era that stands again in this one after a reorganisation was taken back."""

    __tablename__ = "unit_era"
    __table_args__ = (Index("unit_era_code", "province", "code", "valid_from"),)
    province: str = text(key=True)
    id: str = text(key=True)
    code: str = text()
    valid_from: str = text()
    valid_to: str | None = optional_text()
    name: str = text()
    type: str = text()
    level: str = text()
    parent: str | None = optional_text()
    begun_by: str | None = optional_text()
    ended_by: str | None = optional_text()
    restores: str | None = optional_text()
    fold: str = text()
    sort_key: str = text()


class UnitLink(SQLModel, table=True):
    """What became of a unit on a day: from one era to another. ``follows`` is 1 on the link that
    its assets, mailboxes and sites take."""

    __tablename__ = "unit_link"
    province: str = text(key=True)
    from_id: str = text(key=True)
    to_id: str = text(key=True)
    at: str = text()
    share: str = text()
    follows: int = whole()
    change: str = text()
    reorganisation: str = text()


class UnitHolder(SQLModel, table=True):
    """Who holds what was declared in a unit, in each stretch of time: the table by which every
    list and total is asked for as of a date. ``valid_from`` '' is the beginning of time."""

    __tablename__ = "unit_holder"
    __table_args__ = (
        Index("unit_holder_holder", "province", "holder_id"),
        CheckConstraint("valid_from < valid_to", name="unit_holder_span"),
        {"sqlite_with_rowid": False},
    )
    province: str = text(key=True)
    unit_id: str = text(key=True)
    valid_from: str = text(key=True)
    valid_to: str = text()
    holder_id: str = text()
