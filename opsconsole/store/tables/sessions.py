"""Sessions while they are run: marks of the roll call, stays, and pre-flight."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index
from sqlmodel import SQLModel

from opsconsole.store.tables.columns import optional_real, optional_whole, strict, text, whole


class ConferenceMark(SQLModel, table=True):
    """One word of an operator about a session or a site of it; only ever added to.

    ``at`` is the instant when it was written, ``about`` the one that it is about. A mark whose
    ``corrects`` is another's number takes its place (sort 'retract': takes it back); both stay.
    ``site`` is '' for what concerns the whole session; ``origin`` says from where the word comes."""

    __tablename__ = "conference_mark"
    __table_args__ = (
        CheckConstraint(
            "sort IN ('state','note','handover','takeover','begun','ended','retract')",
            name="conference_mark_sort",
        ),
        CheckConstraint(
            "state IN ('','expected','invited','connected','late','lost','absent','excused')",
            name="conference_mark_state",
        ),
        CheckConstraint(
            "(sort = 'state') = (state <> '') AND (sort <> 'state' OR site <> '')", name="conference_mark_of"
        ),
        CheckConstraint("origin IN ('person','server')", name="conference_mark_origin"),
        CheckConstraint("(sort <> 'retract' OR corrects IS NOT NULL)", name="conference_mark_retract"),
    )
    province: str = text(key=True)
    session: str = text(key=True)
    number: int = whole(key=True)
    at: str = text()
    about: str = text()
    actor: str = text()
    sort: str = text()
    site: str = text()
    state: str = text()
    said: str = text()
    corrects: int | None = optional_whole()
    origin: str = text()


class RollStay(SQLModel, table=True):
    """What the marks of a roll call say of a site's presence: derived from ``conference_mark`` with each
    mark. A server's record of the same site and session goes before it."""

    __tablename__ = "roll_stay"
    __table_args__ = (Index("roll_stay_month", "province", "month"),)
    province: str = text(key=True)
    session: str = text(key=True)
    site: str = text(key=True)
    joined_at: str = text(key=True)
    left_at: str = text()
    month: str = text()


class PreflightResult(SQLModel, table=True):
    """How one site answered before a session (or in between: ``session`` is ''). ``run`` is the instant
    at which all its sites were begun with; ``checks`` is a JSON list of what was tried."""

    __tablename__ = "preflight_result"
    __table_args__ = (
        Index("preflight_result_site", "province", "site", "run"),
        Index("preflight_result_session", "province", "session", "run"),
        CheckConstraint("state IN ('pass','slow','fail')", name="preflight_result_state"),
    )
    province: str = text(key=True)
    run: str = text(key=True)
    site: str = text(key=True)
    session: str = text()
    state: str = text()
    cause: str = text()
    milliseconds: float | None = optional_real()
    checks: str = text()
    actor: str = text()


for _table in SQLModel.metadata.tables.values():
    strict(_table)
