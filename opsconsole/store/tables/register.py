"""The register's own state and its history: revisions, changes, who saw people, files, protections."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index
from sqlmodel import SQLModel

from opsconsole.store.tables.columns import optional_text, text, whole


class Register(SQLModel, table=True):
    """One row a province: the revision it is at and the head of its chain of changes. ``id`` is
    chance: it tells the anchors of this register from those of another database."""

    province: str = text(key=True)
    id: str = text()
    revision: int = whole()
    sequence: int = whole()
    head: str = text()


class Revision(SQLModel, table=True):
    """One applied plan (or another statement about the register): who, when, why, from what."""

    province: str = text(key=True)
    number: int = whole(key=True)
    at: str = text()
    effective: str = text()
    actor: str = text()
    reason: str = text()
    plan: str = text()
    first_sequence: int = whole()
    last_sequence: int = whole()
    previous: str = text()
    hash: str = text()


class Change(SQLModel, table=True):
    """One change of one thing, before and after as canonical JSON: a link of the hash chain."""

    __table_args__ = (
        Index("change_key", "province", "kind", "key", "sequence"),
        Index("change_kind", "province", "kind", "sequence"),  # the newest of a kind
        CheckConstraint(
            "action IN ('create','update','transfer','end','revive','protect','unprotect')",
            name="change_action",
        ),
    )
    province: str = text(key=True)
    sequence: int = whole(key=True)
    revision: int = whole()
    effective: str = text()
    kind: str = text()
    key: str = text()
    action: str = text()
    unit_id: str | None = optional_text()
    before: str | None = optional_text()
    after: str | None = optional_text()
    file: str = text()
    line: int = whole()
    hash: str = text()


class AccessLog(SQLModel, table=True):
    """Who asked for a list of people or for the use of one person, when, for what, and whether it was
    given. A chain of its own: the hash of each covers its fields and the hash before it."""

    __tablename__ = "access_log"
    province: str = text(key=True)
    sequence: int = whole(key=True)
    at: str = text()
    actor: str = text()
    what: str = text()
    detail: str = text()
    given: int = whole()
    hash: str = text()


class AccessHead(SQLModel, table=True):
    """Where the chain of ``access_log`` ends (number and hash of its last entry), and the number and hash of
    the last entry that was purged, behind which it begins."""

    __tablename__ = "access_head"
    province: str = text(key=True)
    sequence: int = whole()
    hash: str = text()
    purged: int = whole()
    purged_hash: str = text()


class DeclaredFile(SQLModel, table=True):
    """A YAML file as it was last applied: what makes 'nothing changed' cost one stat."""

    __tablename__ = "declared_file"
    province: str = text(key=True)
    path: str = text(key=True)
    kind: str = text()
    size: int = whole()
    modified: int = whole()
    hash: str = text()
    revision: int = whole()


class EditJournal(SQLModel, table=True):
    """An edit of declared files made through the product, with what takes it back and what does it again.
    Convenience, no history: it is bounded, and nothing is computed from it. With ``turning`` it was begun
    to go to the other state of ``done``, and the files alone know how far it came."""

    __tablename__ = "edit_journal"
    __table_args__ = (Index("edit_journal_person", "province", "person", "place", "number"),)
    province: str = text(key=True)
    number: int = whole(key=True)
    turned: int = whole()
    at: str = text()
    person: str = text()
    place: str = text()
    title: str = text()
    files: str = text()
    things: int = whole()
    done: int = whole()
    turning: int = whole()
    revision: int = whole()
    back: str = text()
    forth: str = text()


class Protection(SQLModel, table=True):
    """A thing that no plan may end or move while this row stands."""

    province: str = text(key=True)
    kind: str = text(key=True)
    key: str = text(key=True)
    reason: str = text()
    at: str = text()
    actor: str = text()
