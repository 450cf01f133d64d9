"""Plans of some units, and of bundles that somebody hands in, on the command line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from opsconsole.catalogue import _, ngettext
from opsconsole.cli.frame import Frame, narrate
from opsconsole.errors import Refused
from opsconsole.words import figure

if TYPE_CHECKING:
    from opsconsole.inventory.handedin import HandedIn
    from opsconsole.inventory.state import Progress

# What names everything that belongs to no unit.
NO_UNIT_CODE = "-"


def chosen_units(frame: Frame, codes: Iterable[str]) -> frozenset[str] | None:
    """The eras of the units with *codes* and of all below them; None where no code is given. Raises
    Refused."""
    from opsconsole.inventory.part import NO_UNIT, units_below
    from opsconsole.units.registry import load

    wanted = list(codes)
    if not wanted:
        return None
    with frame.database.read() as reader:
        units = units_below(load(reader), (code for code in wanted if code != NO_UNIT_CODE))
    return units | {NO_UNIT} if NO_UNIT_CODE in wanted else units


def handed_in(
    frame: Frame, bundle: Path, paths: tuple[Path, ...], codes: Iterable[str], progress: Progress | None
) -> HandedIn:
    """What taking the bundle at *bundle* would do. Raises ProblemsFound and Refused."""
    from opsconsole.inventory.bundles import read_bundle
    from opsconsole.inventory.handedin import hand_in

    if paths:
        raise Refused(_("a bundle is taken by itself; leave out the other files"))
    units = chosen_units(frame, codes)
    return hand_in(frame.database, frame.settings, read_bundle(bundle), units, progress=progress)


def narrate_bundle(handed: HandedIn) -> None:
    """What there is to say of a bundle beside its plan."""
    count = len(handed.bundle.files)
    narrate(ngettext("{n} file read", "{n} files read", count).format(n=figure(count)))
    if handed.same:
        text = ngettext("{n} thing is declared so already", "{n} things are declared so already", handed.same)
        narrate(text.format(n=figure(handed.same)))
    for name in handed.bundle.passed_over[:20]:
        narrate(_("not read, as no .yaml: {names}").format(names=name))
    for file in handed.proposal.files:
        narrate(_("would be written: {file}").format(file=file.name))
