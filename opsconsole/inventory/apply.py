"""Apply: plan again inside the write transaction, and write all of it or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.inventory.fields import canonical
from opsconsole.inventory.files import Content, Found
from opsconsole.inventory.kind import Kind, Kinds
from opsconsole.inventory.plan import Plan
from opsconsole.inventory.planning import plan_in
from opsconsole.inventory.records import Record, RowForm
from opsconsole.inventory.state import collection_paused
from opsconsole.store import changes
from opsconsole.store.clock import local, now
from opsconsole.text import safe
from opsconsole.words import thing

if TYPE_CHECKING:
    from opsconsole.inventory.part import Only
    from opsconsole.inventory.state import Progress
    from opsconsole.settings import Settings
    from opsconsole.store.database import Database, Writer


REPORTED = 500  # records between two reports of progress


@dataclass(frozen=True, slots=True)
class Applied:
    """What an apply did. ``revision`` is the register's; the same as before where nothing changed."""

    revision: int
    plan: Plan
    head: str

    @property
    def data(self) -> dict[str, Any]:
        """The result for JSON."""
        return {
            "revision": self.revision,
            "counts": dict(self.plan.counts),
            "digest": self.plan.digest,
            "head": self.head,
        }


def apply_plan(
    database: Database,
    settings: Settings,
    *,
    actor: str,
    reason: str = "",
    paths: Sequence[Path] | None = None,
    digest: str | None = None,
    saved: Mapping[str, Any] | None = None,
    effective: str | None = None,
    allow: Iterable[str] = (),
    only: Only | None = None,
    kinds: Kinds | None = None,
    progress: Progress | None = None,
    also: Callable[[Writer, int], None] | None = None,
) -> Applied:
    """Bring the register to what the files below *paths* say, in one transaction.

    With *digest* (or a *saved* plan) only that very plan is carried out: when the register or a
    file has changed meanwhile nothing is written, and the Refused error names what changed.
    With *only* a part of it is carried out; the rest stays for a later apply. *effective* is the day
    from which the changes hold (today by default). *allow* lets single limits pass; it never makes
    anything happen. *also* writes in the same transaction, and is given the revision. Raises Refused or
    ProblemsFound.
    """
    from opsconsole.inventory.kinds import standard

    kinds = kinds or standard()
    if saved is not None:
        digest = str(saved.get("digest", ""))
    with database.write() as writer:
        plan = plan_in(writer, settings, paths, kinds=kinds, progress=progress, only=only)
        if digest is not None and (plan.digest != digest or (saved is not None and _edited(plan, saved))):
            raise Refused(_stale(plan, digest, saved, writer, settings.timezone))
        if stops := [stop for stop in plan.stops if stop.allow not in set(allow) or not stop.allow]:
            raise Refused("\n".join([_("nothing was applied:"), *(f"  {stop}" for stop in stops)]))
        recorded = None
        if not plan.empty:
            with collection_paused():
                recorded = _write(
                    writer,
                    plan,
                    kinds,
                    actor,
                    reason,
                    effective or now().astimezone(settings.timezone).date().isoformat(),
                    progress,
                )
        revision = recorded.number if recorded else plan.revision
        _remember(writer, plan, kinds, revision)
        if also is not None:
            also(writer, revision)
        head = (
            recorded.head
            if recorded
            else str(writer.value("SELECT head FROM register WHERE province = :province") or "")
        )
    if recorded and settings.anchors is not None:
        changes.write_anchor(settings.anchors, database.province, recorded)
    return Applied(revision, plan, head)


def _write(
    writer: Writer,
    plan: Plan,
    kinds: Kinds,
    actor: str,
    reason: str,
    effective: str,
    progress: Progress | None,
) -> changes.Recorded:
    revision = plan.revision + 1
    done, total = 0, len(plan.changes)

    def rows(records: list[Record], form: RowForm, done: int) -> Iterator[tuple[Any, ...]]:
        for number, record in enumerate(records):
            if progress is not None and number % REPORTED == 0:
                progress("write", done + number, total)  # which may raise: then nothing is written
            yield form.row(record, revision)

    created = {(change.kind, change.key) for change in plan.changes if change.action == "create"}
    for name, records in plan.writes.items():
        kind = kinds[name]
        form = RowForm(kind, writer.province)
        for new in (True, False):
            part = [record for record in records if ((name, record.key) in created) == new]
            if part:
                writer.insert(
                    kind.table,
                    form.columns,
                    rows(part, form, done),
                    "" if new else _upsert(kind, form),
                )
            done += len(part)
            if progress is not None:
                progress("write", done, total)
    if plan.desired is not None and plan.desired.units_changed:
        from opsconsole.units.registry import write as write_units

        write_units(writer, plan.desired.timeline)
    return changes.record(
        writer,
        actor=actor,
        reason=reason,
        plan=plan.digest,
        effective=effective,
        changes=_chain(plan),
    )


def _chain(plan: Plan) -> Iterator[changes.NewChange]:
    texts = {(record.kind.name, record.key): record for records in plan.writes.values() for record in records}
    for change in plan.changes:
        yield (
            change.kind,
            change.key,
            change.action,
            change.unit_id,
            None if change.before is None else canonical(change.before),
            texts[change.kind, change.key].text,
            change.file,
            change.line,
        )


def _upsert(kind: Kind, form: RowForm) -> str:
    columns = [name for name in form.columns if name not in ("province", "key")]
    return "ON CONFLICT (province, key) DO UPDATE SET " + ", ".join(
        f"{name} = excluded.{name}" for name in columns
    )


def _remember(writer: Writer, plan: Plan, kinds: Kinds, revision: int) -> None:
    """Note where things stand now, which files say so, and which things are in no file any more."""
    for name, records in plan.relocated.items():
        writer.execute_many(
            f"UPDATE {kinds[name].table} SET file = :file, line = :line, sample = :sample, orphaned = 0 "  # noqa: S608
            "WHERE province = :province AND key = :key",
            ({"file": r.file, "line": r.line, "sample": r.sample, "key": r.key} for r in records),
        )
    for name, orphans in groupby(plan.new_orphans, key=lambda orphan: orphan.kind):
        writer.execute_many(
            f"UPDATE {kinds[name].table} SET orphaned = :revision "  # noqa: S608
            "WHERE province = :province AND key = :key",
            ({"revision": max(revision, 1), "key": orphan.key} for orphan in orphans),
        )
    _remember_files(writer, plan, revision)


def _remember_files(writer: Writer, plan: Plan, revision: int) -> None:
    kind_of = {
        record.file: record.kind.name
        for records in (plan.desired.records if plan.desired else {}).values()
        for record in records.values()
    }

    def row(found: Found, content: Content) -> tuple[Any, ...]:
        return (
            writer.province,
            found.name,
            kind_of.get(found.name, ""),
            found.size,
            found.stamp,
            content.hash,
            revision,
        )

    if plan.desired is not None and plan.desired.units_changed:
        # Unit codes may mean something else now: files that are no part of this plan are read by
        # the next one that they are part of.
        writer.execute("UPDATE declared_file SET modified = 0, hash = '' WHERE province = :province")
    columns = ("province", "path", "kind", "size", "modified", "hash", "revision")
    writer.insert(
        "declared_file",
        columns,
        (row(content.found, content) for content in plan.files.changed),
        "ON CONFLICT (province, path) DO UPDATE SET "
        + ", ".join(f"{name} = excluded.{name}" for name in columns[2:]),
    )
    writer.execute_many(
        "UPDATE declared_file SET size = :size, modified = :modified "
        "WHERE province = :province AND path = :path",
        ({"size": f.size, "modified": f.stamp, "path": f.name} for f in plan.files.touched),
    )
    writer.execute_many(
        "DELETE FROM declared_file WHERE province = :province AND path = :path",
        ({"path": name} for name in plan.files.gone),
    )


def _stale(plan: Plan, digest: str, saved: Mapping[str, Any] | None, writer: Writer, zone: ZoneInfo) -> str:
    if digest == plan.digest:
        text = _("the saved plan {digest} was edited after it was made; nothing was applied:")
        return "\n".join([text.format(digest=digest), *_differences(plan, saved or {})])
    if not re.fullmatch("r[0-9]{1,18}-[0-9a-f]{32}", digest):
        return _("'{digest}' is no digest of a plan; 'opsconsole plan' prints it last").format(
            digest=safe(digest)
        )
    lines = [_("the plan {digest} is stale; nothing was applied:").format(digest=digest)]
    revision = digest.partition("-")[0].removeprefix("r")
    if re.fullmatch("[0-9]{1,18}", revision) and int(revision) != plan.revision:
        lines.append(
            _("  the register was at revision {then} and is at {now}").format(
                then=revision, now=plan.revision
            )
        )
        for number, at, actor in writer.rows(
            "SELECT number, at, actor FROM revision "
            "WHERE province = :province AND number > :number ORDER BY number",
            {"number": int(revision)},
        ):
            lines.append(
                _("  revision {number}: {actor}, {at}").format(number=number, actor=actor, at=local(at, zone))
            )
    if saved is not None:
        lines += _differences(plan, saved)
    elif len(lines) == 1:
        lines.append(_("  files below the inventory have changed since"))
    lines.append(_("run 'opsconsole plan' again and read it before you apply it"))
    return "\n".join(lines)


def _differences(plan: Plan, saved: Mapping[str, Any]) -> list[str]:
    then = _listed(saved, "changes")
    today = _listed(plan.data, "changes")
    lines = []
    for kind, key in sorted(then.keys() | today.keys()):
        if (kind, key) not in today:
            lines.append(_("  {kind} '{key}' would no longer change").format(kind=thing(kind), key=key))
        elif (kind, key) not in then:
            lines.append(_("  {kind} '{key}' would change now as well").format(kind=thing(kind), key=key))
        elif then[kind, key] != today[kind, key]:
            lines.append(_("  {kind} '{key}' would change differently").format(kind=thing(kind), key=key))
    orphans = _listed(saved, "orphans").keys() ^ _listed(plan.data, "orphans").keys()
    for kind, key in sorted(orphans):
        lines.append(_("  {kind} '{key}' is an orphan in one of the two").format(kind=thing(kind), key=key))
    return lines[:50] + (["  …"] if len(lines) > 50 else [])


def _listed(plan: Mapping[str, Any], part: str) -> dict[tuple[str, str], str]:
    """The things in the list *part* of the saved *plan* by kind and key, as far as it is one."""
    entries = plan.get(part)
    return {
        (str(each.get("kind")), str(each.get("key"))): canonical(each)
        for each in (entries if isinstance(entries, list) else ())
        if isinstance(each, dict)
    }


def _edited(plan: Plan, saved: Mapping[str, Any]) -> bool:
    """Whether *saved* says of changes and orphans something else than the plan with its digest."""
    return any(canonical(saved.get(part)) != canonical(plan.data[part]) for part in ("changes", "orphans"))
