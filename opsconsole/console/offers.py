"""What is compared with the register (the inventory, some of its files, a bundle), the plan that comes of
it, and carrying it out: the work behind the page of the plan."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from opsconsole.catalogue import _
from opsconsole.errors import Refused

if TYPE_CHECKING:
    from opsconsole.inventory.apply import Applied
    from opsconsole.inventory.bundles import Bundle
    from opsconsole.inventory.handedin import HandedIn
    from opsconsole.inventory.part import Only
    from opsconsole.inventory.plan import Plan
    from opsconsole.inventory.state import Progress
    from opsconsole.settings import Settings
    from opsconsole.store.database import Database


MOST_NAMED = 3  # files that a title names


@dataclass(frozen=True, slots=True)
class Source:
    """What is compared with the register: the whole inventory, some files of it, or a bundle."""

    paths: tuple[Path, ...] = ()
    bundle: Bundle | None = None

    @property
    def title(self) -> str:
        """What it is, in words; nothing for the whole inventory."""
        if self.bundle is not None:
            return _("bundle {name}").format(name=self.bundle.name)
        names = ", ".join(path.name for path in self.paths[:MOST_NAMED])
        return names + (f" … ({len(self.paths)})" if len(self.paths) > MOST_NAMED else "")


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan that can be applied: of a bundle with the files that it would write, of some units with
    what it leaves out."""

    plan: Plan
    handed: HandedIn | None = None
    only: Only | None = None


class Cancelled(Refused):
    """Somebody cancelled while it was under way."""


def offered(
    database: Database,
    settings: Settings,
    source: Source,
    units: frozenset[str] | None,
    progress: Progress,
) -> Offer:
    """The plan of *source*, or the part of it that concerns *units* (eras, '' for what belongs to none)."""
    from opsconsole.inventory.handedin import hand_in
    from opsconsole.inventory.part import Only
    from opsconsole.inventory.planning import make_plan

    if source.bundle is not None:
        handed = hand_in(database, settings, source.bundle, units, progress=progress)
        return Offer(handed.proposal.plan, handed, handed.only)
    only = None if units is None else Only(units=units)
    plan = make_plan(database, settings, list(source.paths) or None, progress=progress, only=only)
    return Offer(plan, None, only)


def carry_out(
    database: Database,
    settings: Settings,
    source: Source,
    offer: Offer,
    *,
    person: str,
    reason: str,
    progress: Progress,
) -> Applied:
    """Apply *offer*, which was made of *source*, past the limits that it shows; *person* may take back what
    it writes into files. Raises Cancelled, Refused or
    ProblemsFound."""
    from opsconsole.actor import actor
    from opsconsole.inventory.apply import apply_plan
    from opsconsole.inventory.handedin import take_in

    allow = [each.allow for each in offer.plan.stops]
    if offer.handed is None:
        return apply_plan(
            database,
            settings,
            actor=actor(),
            reason=reason,
            paths=list(source.paths) or None,
            digest=offer.plan.digest,
            allow=allow,
            only=offer.only,
            progress=progress,
        )
    try:
        return take_in(
            database,
            settings,
            offer.handed,
            actor=actor(),
            person=person,
            reason=reason,
            allow=allow,
            progress=progress,
        )
    except Cancelled:
        if _written(offer.handed):
            text = _("Cancelled. The files are written; p shows and applies what they say.")
            raise Cancelled(text) from None
        raise


def _written(handed: HandedIn) -> bool:
    """Whether the files say what was handed in, though it was not applied."""
    try:
        return all(file.path.read_bytes() == file.new for file in handed.proposal.files)
    except OSError:
        return False


def reporter(say: Callable[[str], None], stop: threading.Event) -> Progress:
    """The progress of a plan, as text to *say*; at most one message a whole percent. Raises Cancelled
    once *stop* is set: what is written is taken back by the transaction."""
    last = ""

    def progress(stage: str, done: int, total: int) -> None:
        nonlocal last
        if stop.is_set():
            raise Cancelled(_("Cancelled; nothing was changed."))
        text = _("Reading the files") if stage == "read" else _("Writing") if stage == "write" else stage
        if total:
            text += f" … {done * 100 // total} %"
        if text != last:
            last = text
            say(text)

    return progress
