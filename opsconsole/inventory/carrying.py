"""Carrying out a proposal: noted in the journal, written into the files, applied; the one way there is.

The note comes first, so that whatever happens afterwards (a kill, a full disk, a register that changed)
the edit can be taken back; it is settled in the transaction of the apply.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from opsconsole.inventory import journal
from opsconsole.inventory.apply import Applied, apply_plan
from opsconsole.inventory.proposal import Proposal, write

if TYPE_CHECKING:
    from opsconsole.inventory.part import Only
    from opsconsole.inventory.state import Progress
    from opsconsole.settings import Settings
    from opsconsole.store.database import Database, Writer


def carry_out(
    database: Database,
    settings: Settings,
    proposal: Proposal,
    note: journal.Note,
    *,
    actor: str,
    reason: str = "",
    effective: str | None = None,
    allow: Iterable[str] = (),
    only: Only | None = None,
    progress: Progress | None = None,
) -> Applied:
    """Write the files of *proposal* and apply the very plan that it showed, with *note* in the journal.

    Raises ChangedMeanwhile and OSError where a file could not be written: nothing was then. Raises what
    ``apply_plan`` does; then the files are written, and the journal offers to take them back.
    """
    number = journal.begin(
        database, note, proposal, settings.retention.get("edit_journal", journal.KEPT_DAYS)
    )
    try:
        write(proposal)
    except BaseException:
        # An entry that stays says of itself that it was cut short, and the files that nothing came of it.
        with suppress(Exception):
            journal.give_up(database, number, new=note.turns is None)
        raise
    done = note.turns is None or not note.turns.done

    def settle(writer: Writer, revision: int) -> None:
        journal.settle(writer, number, revision, done=done)

    return apply_plan(
        database,
        settings,
        actor=actor,
        reason=reason,
        digest=proposal.plan.digest,
        effective=effective,
        allow=allow,
        only=only,
        progress=progress,
        also=settle,
    )
