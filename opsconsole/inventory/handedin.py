"""What a bundle asks for: its documents, by the rules of the inventory, held against the declared files
→ edits of these files, unit by unit.

A thing in a bundle is the whole of the thing, as everywhere: a field that it does not name is taken
away, and the plan shows that. What is not in the bundle stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.inventory import journal
from opsconsole.inventory.apply import Applied
from opsconsole.inventory.bundles import Bundle
from opsconsole.inventory.carrying import carry_out
from opsconsole.inventory.edits import Plain, Written, plain
from opsconsole.inventory.export import as_written
from opsconsole.inventory.files import Comparison, Content, Found, content_hash
from opsconsole.inventory.kind import Kinds
from opsconsole.inventory.meanwhile import Said, said_in, same
from opsconsole.inventory.part import NO_UNIT, Only
from opsconsole.inventory.placing import Files
from opsconsole.inventory.proposal import Proposal
from opsconsole.inventory.records import Record
from opsconsole.inventory.state import UNIT_KINDS, load
from opsconsole.inventory.writeback import Add, Change, Edit, propose_in
from opsconsole.store.clock import now
from opsconsole.strictyaml import Problem, ProblemsFound

if TYPE_CHECKING:
    from opsconsole.inventory.state import Progress
    from opsconsole.settings import Settings
    from opsconsole.store.database import Database, Reader
    from opsconsole.units.timeline import Timeline


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A bundle beside the inventory: the *proposal* for the things that are taken, *only* those; *same*
    counts the things that the files declare as the bundle does, *edits* are what it asks for, and *before*
    is what the files say of these things."""

    bundle: Bundle
    proposal: Proposal
    only: Only
    same: int
    edits: tuple[Edit, ...]
    before: Mapping[tuple[str, str], Said]


def hand_in(
    database: Database,
    settings: Settings,
    bundle: Bundle,
    units: Iterable[str] | None = None,
    *,
    progress: Progress | None = None,
) -> HandedIn:
    """What taking *bundle* would do; of *units* (eras, ``NO_UNIT`` for what belongs to none) only.

    Reads, never writes. Raises ProblemsFound with everything that is wrong in the bundle, at its place
    there, and Refused for what no bundle may ask for.
    """
    with database.read() as reader:
        return hand_in_with(reader, settings, bundle, units, progress=progress)


def hand_in_with(
    reader: Reader,
    settings: Settings,
    bundle: Bundle,
    units: Iterable[str] | None = None,
    *,
    progress: Progress | None = None,
) -> HandedIn:
    """The same as seen by *reader*."""
    from opsconsole.inventory.kinds import standard

    kinds = standard()
    contents = tuple(
        Content(Found(f"{bundle.name}:{name}", settings.root, len(data), 0), data, content_hash(data))
        for name, data in bundle.files.items()
    )
    desired = load(reader, Comparison(contents, (), (), ()), kinds, units_changed=False, progress=progress)
    _no_units(desired.records)
    files = Files(settings, kinds, desired.records.keys(), desired.timeline.resolve)
    today = now().astimezone(settings.timezone).date().isoformat()
    chosen = None if units is None else set(units)
    edits: list[Edit] = []
    things: set[tuple[str, str]] = set()
    same_as = 0
    for records in desired.records.values():
        for record in records.values():
            if chosen is not None and (record.unit_id or NO_UNIT) not in chosen:
                continue
            edit = _edit(record, files, kinds, desired.timeline, today)
            if edit is None:
                same_as += 1
            else:
                edits.append(edit)
            things.add((record.kind.name, record.key))
    only = Only(things=frozenset(things))
    before = {}
    for edit in edits:
        if (there := files.place(edit.kind, edit.key)) is not None:
            before[edit.kind, edit.key] = said_in(there, edit.key, desired.timeline)
    proposal = propose_in(reader, settings, edits, only=only)
    return HandedIn(bundle, proposal, only, same_as, tuple(edits), before)


def _no_units(records: dict[str, dict[str, Record]]) -> None:
    """Refuse what decides the meaning of all unit codes."""
    problems = [
        Problem(
            record.file,
            record.line,
            1,
            _("units and reorganisations are not taken from a bundle; put the file into the inventory"),
        )
        for name in UNIT_KINDS
        for record in list(records.get(name, {}).values())[:1]
    ]
    if problems:
        raise ProblemsFound(problems)


def _edit(record: Record, files: Files, kinds: Kinds, timeline: Timeline, today: str) -> Edit | None:
    """What the files must say so that *record* holds; None where they say it."""
    kind = record.kind
    types = {each.name: each.type for each in kind.fields}
    wanted: dict[str, Written] = {
        name: as_written(types[name], value) if name in types else value
        for name, value in record.content.items()
        if name != "unit"
    }
    code = as_of = None
    if record.unit_id:
        era = timeline.eras[record.unit_id]
        code, as_of = era.code, today if era.stands(today) else era.start
    there = files.place(kind.name, record.key)
    if there is None:
        return Add(kind.name, record.key, wanted, unit=code, as_of=as_of, sample=bool(record.sample))
    said = said_in(there, record.key, timeline)
    fields: dict[str, Written | None] = {}
    for name in dict.fromkeys((*wanted, *said.fields)):
        new: Plain | None = plain(wanted[name]) if name in wanted else None
        if not same(kind, name, said.fields.get(name), new):
            fields[name] = wanted.get(name)
    moved = (record.unit_id or "") != said.unit
    if not fields and not moved:
        return None
    if moved and code is None:
        raise Refused(
            _("{place}: takes {singular} '{key}' out of its unit; edit the file of the inventory").format(
                place=f"{record.file}:{record.line}", singular=kind.called, key=record.key
            )
        )
    change = Change(kind.name, record.key, fields)
    return replace(change, unit=code, as_of=as_of) if moved else change


def take_in(
    database: Database,
    settings: Settings,
    handed: HandedIn,
    *,
    actor: str,
    person: str = "",
    reason: str = "",
    effective: str | None = None,
    allow: Iterable[str] = (),
    progress: Progress | None = None,
) -> Applied:
    """Write the files of *handed* and apply the very plan that it showed; *person* may take it back later
    (by default the *actor*).

    Raises Refused where a limit stops it (before anything is written), a file was changed meanwhile or
    the register was; see ``apply_plan``.
    """
    plan = handed.proposal.plan
    if stops := [stop for stop in plan.stops if not stop.allow or stop.allow not in set(allow)]:
        raise Refused("\n".join([_("nothing was applied:"), *(f"  {stop}" for stop in stops)]))
    if progress is not None:
        progress("write", 0, 0)  # the last moment to raise
    title = _("bundle {name}").format(name=handed.bundle.name)
    with database.read() as reader:
        note = journal.note(
            reader,
            settings,
            handed.proposal,
            handed.edits,
            handed.before,
            person=person or actor,
            title=title,
        )
    return carry_out(
        database,
        settings,
        handed.proposal,
        note,
        actor=actor,
        reason=reason,
        effective=effective,
        allow=allow,
        only=handed.only,
        progress=progress,
    )
