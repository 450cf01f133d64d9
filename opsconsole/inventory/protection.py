"""Protections: statements in the database, and in the history, that a thing must stay."""

from __future__ import annotations

from pathlib import Path

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.inventory.fields import canonical
from opsconsole.inventory.things import Thing, find
from opsconsole.store import changes
from opsconsole.store.clock import instant_text, now
from opsconsole.store.database import Database, Writer


def protect(
    database: Database, key: str, kind: str | None, *, actor: str, reason: str, anchors: Path | None = None
) -> Thing:
    """Protect the thing with *key*; no plan can end or move it until the protection is taken back.

    The head of the chain after it is appended to the file *anchors* where one is given.
    """
    with database.write() as writer:
        thing = find(writer, key, kind)
        at = now()
        if _is_protected(writer, thing):
            raise Refused(_("'{key}' is protected already").format(key=thing.key))
        writer.insert(
            "protection",
            ("province", "kind", "key", "reason", "at", "actor"),
            [(writer.province, thing.kind.name, thing.key, reason, instant_text(at), actor)],
        )
        recorded = _record(writer, thing, "protect", actor, reason)
    if anchors is not None:
        changes.write_anchor(anchors, database.province, recorded)
    return thing


def unprotect(
    database: Database, key: str, kind: str | None, *, actor: str, reason: str, anchors: Path | None = None
) -> Thing:
    """Take the protection of the thing with *key* back; *anchors* as for ``protect``."""
    with database.write() as writer:
        thing = find(writer, key, kind)
        if not _is_protected(writer, thing):
            raise Refused(_("'{key}' is not protected").format(key=thing.key))
        writer.execute(
            "DELETE FROM protection WHERE province = :province AND kind = :kind AND key = :key",
            {"kind": thing.kind.name, "key": thing.key},
        )
        recorded = _record(writer, thing, "unprotect", actor, reason)
    if anchors is not None:
        changes.write_anchor(anchors, database.province, recorded)
    return thing


def _is_protected(writer: Writer, thing: Thing) -> bool:
    sql = "SELECT 1 FROM protection WHERE province = :province AND kind = :kind AND key = :key"
    return writer.row(sql, {"kind": thing.kind.name, "key": thing.key}) is not None


def _record(writer: Writer, thing: Thing, action: str, actor: str, reason: str) -> changes.Recorded:
    after = canonical({"reason": reason})
    return changes.record(
        writer,
        actor=actor,
        reason=reason,
        plan="",
        effective=now().date().isoformat(),
        changes=[(thing.kind.name, thing.key, action, None, None, after, "", 0)],
    )
