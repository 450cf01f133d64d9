"""Indicators: what was measured, what was frozen with a report, and from what it was measured."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index
from sqlmodel import SQLModel

from opsconsole.store.tables.columns import optional_real, real, text, whole


class Observation(SQLModel, table=True):
    """A measured value: never overwritten, superseded by a later ``sequence`` of the same key.

    ``unit_id`` is '' for the whole province. ``inputs`` (JSON) says from which revision, evidence
    files and positions it was measured; ``current`` is 1 on the newest of its key."""

    __table_args__ = (
        Index("observation_current", "province", "current", "indicator", "period"),
        CheckConstraint("current IN (0, 1)", name="observation_is_current"),
    )
    province: str = text(key=True)
    indicator: str = text(key=True)
    unit_id: str = text(key=True)
    level: str = text(key=True)
    period: str = text(key=True)
    sequence: int = whole(key=True)
    version: int = whole()
    rule: str = text()
    numerator: float = real()
    denominator: float | None = optional_real()
    value: float | None = optional_real()
    low: float | None = optional_real()
    high: float | None = optional_real()
    inputs: str = text()
    cut_off: str = text()
    measured_at: str = text()
    reason: str = text()
    current: int = whole()


class FrozenObservation(SQLModel, table=True):
    """A figure as an issued report quotes it: only ever added. ``quoted_by`` names the report.

    ``sequence`` is that of the observation it was (0: it was computed on demand, and stands here
    alone), ``files_sequence`` that of the observation of the province that names the evidence files.
    ``as_of`` and ``units_as_of`` are days ('' where none was named), ``below`` takes in the units
    below. ``last_day`` and ``over`` are the last day as of which the register was asked, and the
    last from which evidence counted."""

    __tablename__ = "frozen_observation"
    __table_args__ = (CheckConstraint("below IN (0, 1)", name="frozen_observation_is_below"),)
    province: str = text(key=True)
    quoted_by: str = text(key=True)
    indicator: str = text(key=True)
    unit_id: str = text(key=True)
    level: str = text(key=True)
    period: str = text(key=True)
    as_of: str = text(key=True)
    units_as_of: str = text(key=True)
    below: int = whole(key=True)
    sequence: int = whole()
    files_sequence: int = whole()
    last_day: str = text()
    over: str = text()
    version: int = whole()
    rule: str = text()
    numerator: float = real()
    denominator: float | None = optional_real()
    value: float | None = optional_real()
    low: float | None = optional_real()
    high: float | None = optional_real()
    inputs: str = text()
    frozen_at: str = text()


class MailKept(SQLModel, table=True):
    """A number for each mailbox over the months that are over, so that a new day does not read them
    again. It only saves work; ``basis`` says from what it was made, ``content`` has a line (number in
    base 16, account) for each mailbox."""

    __tablename__ = "mail_kept"
    province: str = text(key=True)
    what: str = text(key=True)
    basis: str = text()
    content: str = text()


class MeasuredFrom(SQLModel, table=True):
    """From what an indicator was last measured in a period, in short. It only saves work: as long as
    ``basis`` is what it would be now, the values need not be measured again."""

    __tablename__ = "measured_from"
    province: str = text(key=True)
    indicator: str = text(key=True)
    period: str = text(key=True)
    basis: str = text()
