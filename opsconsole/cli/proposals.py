"""A proposed change of declared files on the command line: the diff, what an apply would do, writing it."""

from __future__ import annotations

from opsconsole.catalogue import _, ngettext
from opsconsole.cli.frame import narrate, say
from opsconsole.inventory.proposal import Proposal
from opsconsole.words import figure


def say_proposal(proposal: Proposal | None, *, do_write: bool, quiet: bool = False) -> int:
    """Print *proposal* (None or empty: nothing is to change) and, with *do_write*, write its files.

    Returns the exit code: 0 nothing to change or written, 2 a change is proposed.
    """
    if proposal is None or proposal.empty:
        if not quiet:
            narrate(_("the files need no change"))
        return 0
    if not quiet:
        for line in proposal.diff.splitlines():
            say(line)
        _plan(proposal)
    if not do_write:
        if not quiet:
            narrate(_("nothing was written; --write writes the files"))
        return 2
    from opsconsole.inventory.proposal import write

    write(proposal)
    if not quiet:
        count = len(proposal.files)
        text = ngettext("{count} file written", "{count} files written", count)
        narrate(text.format(count=figure(count)))
        narrate(_("apply it: opsconsole apply --digest {digest}").format(digest=proposal.plan.digest))
    return 0


def _plan(proposal: Proposal) -> None:
    from opsconsole.words import word

    counts = ", ".join(
        f"{figure(number)} {word(name)}" for name, number in proposal.plan.counts.items() if number
    )
    narrate(_("the plan that follows: {counts}").format(counts=counts or _("nothing")))
    for stop in proposal.plan.stops:
        narrate(f"  {stop}")
