"""Reports: those that were issued, with their files, figures and tables."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index
from sqlmodel import SQLModel

from opsconsole.store.tables.columns import optional_real, optional_whole, text, whole


class Report(SQLModel, table=True):
    """An issued report; never changed. ``number`` counts in the year of issue. ``register_id``,
    ``revision``, ``sequence`` and ``head`` are what it was made from; ``manifest`` is the digest over
    its files, which the history has as well. A correction names the report that it corrects."""

    __table_args__ = (
        Index("report_outline", "province", "outline", "period"),
        CheckConstraint("number > 0", name="report_number"),
        CheckConstraint("personal IN (0, 1)", name="report_is_personal"),
    )
    province: str = text(key=True)
    year: int = whole(key=True)
    number: int = whole(key=True)
    sign: str = text()
    outline: str = text()
    outline_digest: str = text()
    period: str = text()
    unit_id: str = text()
    language: str = text()
    title: str = text()
    subject: str = text()
    issued_on: str = text()
    issued_at: str = text()
    issued_by: str = text()
    conflicts: str = text()
    conflict_reason: str = text()
    corrects_year: int | None = optional_whole()
    corrects_number: int | None = optional_whole()
    corrects_reason: str = text()
    register_id: str = text()
    revision: int = whole()
    sequence: int = whole()
    head: str = text()
    cut_off: str = text()
    manifest: str = text()
    folder: str = text()
    personal: int = whole()


class ReportFile(SQLModel, table=True):
    """A file of an issued report, by its digest."""

    __tablename__ = "report_file"
    __table_args__ = (Index("report_file_sha256", "province", "sha256"),)
    province: str = text(key=True)
    year: int = whole(key=True)
    number: int = whole(key=True)
    name: str = text(key=True)
    format: str = text()
    size: int = whole()
    sha256: str = text()


class ReportFigure(SQLModel, table=True):
    """A figure that an issued report quotes, with its origin: ``key`` and, of an observation, ``sequence``
    name the row of the register; ``data`` (JSON) is all that the report says of it."""

    __tablename__ = "report_figure"
    __table_args__ = (
        Index("report_figure_key", "province", "key"),
        CheckConstraint("sort IN ('observed','reported','target')", name="report_figure_sort"),
    )
    province: str = text(key=True)
    year: int = whole(key=True)
    number: int = whole(key=True)
    place: int = whole(key=True)
    name: str = text()
    sort: str = text()
    key: str = text()
    value: float | None = optional_real()
    sequence: int = whole()
    data: str = text()


class ReportTable(SQLModel, table=True):
    """A table of an issued report: how many rows it had, and the digest over them."""

    __tablename__ = "report_table"
    province: str = text(key=True)
    year: int = whole(key=True)
    number: int = whole(key=True)
    place: int = whole(key=True)
    name: str = text()
    title: str = text()
    rows: int = whole()
    sha256: str = text()
