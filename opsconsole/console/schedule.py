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
    from opsconsole.inventory.proposal import Proposal
    from opsconsole.settings import Settings
    from opsconsole.store.database import Database


@dataclass(frozen=True)
class Schedule:
    """Sessions that are to be saved, what the files and the register would say, and what clashes. *others*
    is how many changes of the files, not yet applied, would be applied with them."""

    sessions: tuple[Session, ...]
    proposal: Proposal
    clashes: tuple[Clash, ...]
    others: int


def schedule(database: Database, settings: Settings, drafts: Sequence[Session]) -> Schedule:
    """The schedule of *drafts*: those that stand already are changed, those that were cancelled end.
    Reads only. Raises ProblemsFound and Refused."""
    from opsconsole.inventory.kinds import standard
    from opsconsole.inventory.writeback import Add, Change, Edit, end, propose

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
    proposal = propose(database, settings, edits)
    mine = {one.key for one, _there in keyed}
    others = sum(change.kind != "sessions" or change.key not in mine for change in proposal.plan.changes)
    return Schedule(tuple(one for one, _there in keyed), proposal, found, others)


def save(
    database: Database, settings: Settings, chosen: Schedule, reason: str, allow: Sequence[str] = ()
) -> Applied:
    """Write the files of *chosen* and apply them; *allow* lets limits pass, by their words. Raises Refused
    where a limit stops it, and nothing is written; and where the register changed meanwhile: then what
    was written stays in the files, and ``opsconsole plan`` shows it."""
    from opsconsole.actor import actor
    from opsconsole.inventory.apply import apply_plan
    from opsconsole.inventory.writeback import write

    plan = chosen.proposal.plan
    if plan.stops and not allow:
        stops = "\n".join(str(stop) for stop in plan.stops)
        raise Refused(_("limits stop this, so nothing was written:") + "\n" + stops)
    write(chosen.proposal)
    return apply_plan(
        database, settings, actor=actor(), reason=reason, digest=plan.digest, allow=tuple(allow)
    )
