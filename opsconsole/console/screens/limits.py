"""Limits that a plan passes: what each says, and the way on for somebody who means it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from opsconsole.catalogue import _
from opsconsole.console.screens.dialogs import TextDialog
from opsconsole.console.widgets.plain import Line

if TYPE_CHECKING:
    from opsconsole.console.app import Console
    from opsconsole.inventory.limits import Stop


class LimitsDialog(TextDialog):
    """The limits to read. Where all of them can be passed, ``L`` goes on to the question, which then
    asks for the number of things and for the reason."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("L", "pass", show=False)]

    def __init__(self, stops: Sequence[Stop], go_on: Callable[[], None]) -> None:
        self._may_pass = all(stop.allow for stop in stops)
        self._go_on = go_on
        lines: list[Line] = []
        for stop in stops:
            lines += [[("bad", stop.message)], ""]
        if self._may_pass:
            lines.append(_("Nothing was written. If this is meant, L goes on; it then has to be said why."))
        else:
            lines.append(_("Nothing was written, and nothing lets this pass."))
        lines.append([("faint", _("Limits stand under 'limits:' in config.yaml."))])
        super().__init__(_("Limits stop this plan"), lines)

    def action_pass(self) -> None:
        """Go on to the question."""
        if self._may_pass:
            self.dismiss(None)
            self._go_on()


def show_limits(console: Console, stops: Sequence[Stop], go_on: Callable[[], None]) -> None:
    """Show *stops*; *go_on* asks about the plan all the same."""
    console.push_screen(LimitsDialog(stops, go_on))
