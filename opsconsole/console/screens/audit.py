"""The history: every change, newest first, with what was and what is; and the chain verified."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import BindingType

from opsconsole.catalogue import N_, _
from opsconsole.console.actions import bindings
from opsconsole.console.columns import Column
from opsconsole.console.feeds import Question
from opsconsole.console.queries.filtering import terms_of
from opsconsole.console.screens.gridpage import GridPage
from opsconsole.console.widgets.grid import GridView
from opsconsole.console.widgets.plain import Line
from opsconsole.console.widgets.rows import HeldRows
from opsconsole.store.clock import local
from opsconsole.store.database import Reader
from opsconsole.text import fold
from opsconsole.words import amount, figure, label, thing, value_text, word

if TYPE_CHECKING:
    from opsconsole.store.changes import Change
    from opsconsole.store.verify import Verification

MOST_CHANGES = 2_000  # newest ones that are shown; the command line lists them all
MOST_FINDINGS = 500
_TONES = {"end": "warn", "transfer": "warn", "create": "good", "revive": "good"}


class Audit(GridPage):
    """The changes of the register."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("audit")

    def __init__(self, name: str) -> None:
        grid = GridView(
            (
                Column("sequence", N_("No."), 5, 9, right=True, show=amount, sort=False),
                Column("at", N_("Recorded"), 16, 19, sort=False),
                Column("action", N_("Change"), 8, 14, show=word, tone=_tone, sort=False),
                Column("kind", N_("Kind"), 6, 14, show=thing, sort=False),
                Column("key", N_("Key"), 12, 34, sort=False),
                Column("actor", N_("By"), 6, 16, sort=False),
                Column("reason", N_("Reason"), 8, 40, sort=False),
                Column("place", N_("File"), 10, 60, sort=False),
            )
        )
        super().__init__(name, grid)
        self._changes: list[Change] = []
        self._every = 0
        self._verified: Verification | None = None

    def load(self) -> None:
        """Read the newest changes."""

        def work(reader: Reader, question: Question) -> Any:
            from opsconsole.store.changes import log

            every = reader.value("SELECT count(*) FROM change WHERE province = :province") or 0
            return log(reader, limit=MOST_CHANGES), int(every)

        if not self._changes:
            self.grid.empty_text = _("Reading …")
        self.console.feeds.ask("audit", work, lambda found: self._show(*found))

    def _show(self, changes: list[Change], every: int) -> None:
        if changes[:1] != self._changes[:1]:
            self._verified = None  # what was verified is not all there is any more
        self._changes, self._every = changes, every
        self.draw()

    def draw(self) -> None:
        """Draw the changes that hold the words of the filter."""
        zone = self.console.settings.timezone
        terms = terms_of(self._filter)
        rows = []
        for one in self._changes:
            place = f"{one.file}:{one.line}" if one.file else ""
            values = (
                one.sequence,
                local(one.at, zone),
                one.action,
                one.kind,
                one.key,
                one.actor,
                one.reason,
                place,
            )
            words = (one.key, word(one.action), one.action, thing(one.kind), one.kind, one.actor, one.reason)
            text = fold(" ".join((*words, values[1], place)))
            if all((term.value in text) is not term.negated for term in terms):
                rows.append((str(one.sequence), values))
        self.grid.empty_text = self.nothing(_("Nothing was applied yet."))
        self.grid.show(HeldRows(rows))
        self._draw_head(len(rows))

    def _draw_head(self, shown: int) -> None:
        line = self.head_line(_("Audit"), shown, self._every)
        if self._verified is None:
            line.append(("faint", "  " + _("V verifies the chain")))
        elif self._verified.findings:
            found = amount(len(self._verified.findings))
            line.append(("bad", "  " + _("{count} findings in the chain").format(count=found)))
        else:
            line.append(
                (
                    "good",
                    "  " + _("chain whole, {anchors} anchors").format(anchors=amount(self._verified.anchors)),
                )
            )
        self.head.show([line])

    # --- actions -----------------------------------------------------------------------------------

    def action_verify(self) -> None:
        """Hold every change against the chain, the anchors and the register."""
        anchors = self.console.settings.anchors

        def work(reader: Reader, question: Question) -> Verification:
            from opsconsole.inventory.audit import audit
            from opsconsole.inventory.kinds import standard

            return audit(reader, standard(), anchors)

        def show(result: Verification) -> None:
            self._verified = result
            self._draw_head(len(self.grid.rows))
            lines: list[Line] = [
                _("{changes} changes in {revisions} revisions checked, {anchors} anchors").format(
                    changes=figure(result.checked),
                    revisions=figure(result.revisions),
                    anchors=figure(result.anchors),
                )
            ]
            lines += [[("bad", str(finding))] for finding in result.findings[:MOST_FINDINGS]]
            more = len(result.findings) - MOST_FINDINGS
            if more > 0:
                lines.append(_("… and {count} more").format(count=figure(more)))
            if not result.findings:
                lines.append([("good", _("Nothing was altered, and nothing is missing."))])
                lines.append([("faint", result.head)])
            if not result.anchors and result.revisions:
                lines.append(
                    _("Without anchors a cut tail or a wholly rewritten chain is not found; set 'anchors:'.")
                )
            self.console.open_text(_("Audit"), lines)

        self.console.say(_("Verifying the chain …"))
        self.console.feeds.ask("verify", work, show)

    def on_grid_view_opened(self, message: GridView.Opened) -> None:
        """What a change changed, field by field."""
        one = next((each for each in self._changes if str(each.sequence) == message.key), None)
        if one is None:
            return
        from opsconsole.console.queries.things import differences

        zone = self.console.settings.timezone
        lines: list[Line] = [
            [("faint", f"{label('unit') if name == 'unit' else name}: "), ("", text)]
            for name, text in (
                (_("Change"), word(one.action)),
                (_("Recorded"), local(one.at, zone)),
                (_("holds from"), one.effective),
                (_("revision"), amount(one.revision)),
                (_("By"), one.actor),
                (_("Reason"), one.reason),
                (_("File"), f"{one.file}:{one.line}" if one.file else ""),
            )
            if text
        ]
        lines.append("")
        if not one.before:  # what is new has everything from nothing
            for name, value in sorted(json.loads(one.after or "{}").items()):
                lines.append([("faint", f"{label(name)}: "), ("good", value_text(name, value))])
        for name, before, after in differences(one.before, one.after):
            lines.append(
                [
                    ("faint", f"{label(name)}: "),
                    ("bad", value_text(name, before) or "–"),
                    ("faint", " → "),
                    ("good", value_text(name, after) or "–"),
                ]
            )
        self.console.open_text(f"{thing(one.kind)} {one.key}", lines)

    # --- frame -------------------------------------------------------------------------------------


def _tone(action: str) -> str:
    return _TONES.get(action, "")
