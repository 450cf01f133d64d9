"""Saving new sessions: what would be written into the files and the register, and what clashes.

The form and the command line both save through here; nothing is written before ``save``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.operations.conference.clashes import Clash
from opsconsole.operations.conference.scheduling import clashes_of, fields_of, with_keys
from opsconsole.operations.conference.sessions import Session

if TYPE_CHECKING:
    from opsconsole.inventory.apply import Applied
    from opsconsole.inventory.journal import Note
    from opsconsole.inventory.proposal import Proposal
    from opsconsole.settings import Settings
    from opsconsole.store.database import Database


@dataclass(frozen=True)
class Schedule:
    """Sessions that are to be saved, what the files and the register would say, and what clashes. *others*
    is how many changes of the files, not yet applied, would be applied with them."""

    sessions: tuple[Session, ...]
    proposal: Proposal
    note: Note
    clashes: tuple[Clash, ...]
    others: int


def schedule(database: Database, settings: Settings, drafts: Sequence[Session], person: str = "") -> Schedule:
    """The schedule of *drafts*: those that stand already are changed, those that were cancelled end.
    *person* may take it back later (by default whoever is at the keyboard). Reads only. Raises
    ProblemsFound and Refused."""
    from opsconsole.actor import actor
    from opsconsole.inventory import journal
    from opsconsole.inventory.kinds import standard
    from opsconsole.inventory.meanwhile import said
    from opsconsole.inventory.writeback import Add, Change, Edit, end, propose_in

    zone = settings.timezone
    with database.read() as reader:
        keyed = with_keys(reader, drafts, zone)
        going = [one for one, _there in keyed if not one.cancelled]
        found = clashes_of(reader, going, zone)
        ended = {
            key
            for (key,) in reader.rows(
                "SELECT key FROM session WHERE province = :province AND ended IS NOT NULL"
            )
        }
    edits: list[Edit] = []
    for one, there in keyed:
        if one.cancelled:
            if there and one.key not in ended:
                day = f"{one.start:%Y-%m-%d}"
                edits.append(end(standard(), "sessions", one.key, day, _("cancelled in the calendar")))
        elif there:
            edits.append(Change("sessions", one.key, fields_of(one)))
        else:
            edits.append(Add("sessions", one.key, fields_of(one)))
    keys = [one.key for one, _there in keyed]
    title = _("sessions: {keys}").format(keys=", ".join(keys[:3]) + (" …" if len(keys) > 3 else ""))
    with database.read() as reader:
        proposal = propose_in(reader, settings, edits)
        before = said(reader, settings, [(edit.kind, edit.key, "") for edit in edits])
        note = journal.note(reader, settings, proposal, edits, before, person=person or actor(), title=title)
    mine = {one.key for one, _there in keyed}
    others = sum(change.kind != "sessions" or change.key not in mine for change in proposal.plan.changes)
    return Schedule(tuple(one for one, _there in keyed), proposal, note, found, others)


def save(
    database: Database, settings: Settings, chosen: Schedule, reason: str, allow: Sequence[str] = ()
) -> Applied:
    """Write the files of *chosen* and apply them; *allow* lets limits pass, by their words. Raises Refused
    where a limit stops it, and nothing is written; and where the register changed meanwhile: then what
    was written stays in the files, and ``opsconsole plan`` shows it."""
    from opsconsole.actor import actor
    from opsconsole.inventory.carrying import carry_out

    plan = chosen.proposal.plan
    if plan.stops and not allow:
        stops = "\n".join(str(stop) for stop in plan.stops)
        raise Refused(_("limits stop this, so nothing was written:") + "\n" + stops)
    return carry_out(
        database,
        settings,
        chosen.proposal,
        chosen.note,
        actor=actor(),
        reason=reason,
        allow=tuple(allow),
    )
