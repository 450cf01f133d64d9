"""The plan: compare the inventory, some files or a bundle with the register, read what would change, and
apply it, all or by unit."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from opsconsole.catalogue import N_, _, ngettext
from opsconsole.console.actions import bindings
from opsconsole.console.columns import Column
from opsconsole.console.feeds import Question
from opsconsole.console.offers import Cancelled, Offer, Source, carry_out, offered, reporter
from opsconsole.console.plantree import PlanTree, action_text, counts_text, field_texts, plan_tree
from opsconsole.console.queries.listing import words_of
from opsconsole.console.screens.dialogs import ConfirmDialog
from opsconsole.console.screens.page import Page
from opsconsole.console.widgets.grid import GridView
from opsconsole.console.widgets.plain import Line, Plain
from opsconsole.console.widgets.tree import TreeGrid
from opsconsole.errors import Refused
from opsconsole.words import amount, label, word

if TYPE_CHECKING:
    from opsconsole.inventory.apply import Applied
    from opsconsole.inventory.bundles import Bundle
    from opsconsole.inventory.handedin import HandedIn

# An apply that ends or moves more than this many things asks for their number.
BULK = 20
_TONES = {"create": "good", "end": "bad", "transfer": "warn", "orphan": "faint", "stop": "bad"}


class PlanPage(Page):
    """Run, read, apply."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("plan")

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.grid = TreeGrid(
            (
                Column("what", N_("Unit, kind, thing"), 30, 50, sort=False),
                Column(
                    "action",
                    N_("Change"),
                    7,
                    12,
                    show=action_text,
                    tone=lambda v: _TONES.get(v, ""),
                    sort=False,
                ),
                Column("text", N_("Before → after"), 24, 200, sort=False),
                Column("place", N_("File"), 8, 60, sort=False),
            )
        )
        self.head = Plain(classes="page-head")
        self.note = Plain(classes="standing")
        self._source = Source()
        self._offer: Offer | None = None
        self._tree = PlanTree()
        self._chosen: set[str] = set()
        self._filter = ""
        self._stop: threading.Event | None = None  # while something is under way: asks it to stop

    def compose(self) -> ComposeResult:
        """Head, what is to be said, tree."""
        yield self.head
        yield self.note
        yield self.grid

    def on_mount(self) -> None:
        """Say what to do here."""
        self._explain()

    def _explain(self) -> None:
        self._draw_head()
        self.grid.empty_text = _("p compares the files with the register; f some files, or a bundle.")

    def _draw_head(self) -> None:
        line: list[tuple[str, str]] = [("head", _("Plan"))]
        if self._source.title:
            line.append(("warn", f"  {self._source.title}"))
        if self._offer is not None:
            # what narrows it first: the counts may not fit
            if self._filter:
                line.append(("warn", "  " + _("filter: {words}").format(words=self._filter)))
            if self._chosen:
                text = _("{count} of {all} units chosen")
                text = text.format(count=amount(len(self._chosen)), all=amount(len(self._tree.units)))
                line.append(("warn", "  " + text))
            line.append(("bold", "  " + counts_text(self._offer.plan)))
        self.head.show([line])

    # --- planning --------------------------------------------------------------------------------

    def action_make_plan(self) -> None:
        """Compare the whole inventory, in a thread."""
        self._compare(Source())

    def action_take_files(self) -> None:
        """Ask for a file, a folder or a bundle, and compare that."""
        from opsconsole.console.screens.filepicker import FilePicker

        self.app.push_screen(FilePicker(self.console, self.console.settings.root, self._take))

    def _take(self, paths: tuple[Path, ...]) -> None:
        folders = self.console.settings.inventory
        own = [path for path in paths if any(path.is_relative_to(folder) for folder in folders)]
        if len(own) == len(paths):
            self._compare(Source(paths=paths))
            return
        if own:
            text = _("{name} is of the inventory, others are handed in: take one sort, then the other.")
            self.console.say(text.format(name=own[0].name), "warn")
            return

        def work(question: Question) -> Bundle:
            from opsconsole.inventory.bundles import read_bundles

            return read_bundles(paths)

        name = ", ".join(path.name for path in paths[:3]) + (" …" if len(paths) > 3 else "")
        self.note.show([[("faint", _("Reading {name} …").format(name=name))]])
        self.console.feeds.run(
            "plan", work, lambda bundle: self._compare(Source(bundle=bundle)), self._failed
        )

    def _compare(self, source: Source) -> None:
        if self._stop is not None:
            return
        self._stop = stop = threading.Event()
        database, settings = self.console.feeds.database, self.console.settings
        self.note.show([[("faint", _("Reading the inventory …"))]])

        def work(question: Question) -> tuple[Offer, PlanTree]:
            offer = offered(database, settings, source, None, reporter(question.say, stop))
            return offer, plan_tree(offer.plan)

        def answered(value: Any) -> None:
            if isinstance(value, str):
                self._progress(value)
                return
            self._stop = None
            self._source = source
            self._chosen = set()
            self._filter = ""
            self._offer, self._tree = value
            self.grid.empty_text = _("Nothing to do: the register says what the files say.")
            self.grid.plant(self._tree.nodes.values(), keep=False)
            self._draw_head()
            self._draw_note()

        self.console.feeds.run("plan", work, answered, self._failed)

    def _progress(self, text: str) -> None:
        self.note.show([[("faint", text + "   " + _("Esc cancels"))]])

    def _draw_note(self) -> None:
        offer = self._offer
        if offer is None:
            return
        plan = offer.plan
        lines: list[Line] = [[("bad", _("stops: {stop}").format(stop=str(stop)))] for stop in plan.stops[:3]]
        if offer.handed is not None:
            lines += _bundle_lines(offer.handed)
        if self.can_apply() and not plan.stops:
            text = (
                _("Read-only: this console cannot apply it.")
                if self.console.read_only
                else _("Enter shows a change; A applies all; u chooses units, then A theirs.")
            )
            lines.append([("faint", text)])
        self.note.show(lines)

    def can_apply(self) -> bool:
        """Whether there is something to write."""
        plan = self._offer.plan if self._offer is not None else None
        return plan is not None and (not plan.empty or bool(plan.new_orphans))

    def action_choose_unit(self) -> None:
        """Take the unit under the cursor into what is applied, or out of it."""
        unit = self._tree.unit_at(self.grid.key or "")
        if self._offer is None or unit is None:
            self.console.say(_("Only what belongs to a unit can be chosen by it."), "warn")
            return
        if self._offer.plan.desired is not None and self._offer.plan.desired.units_changed:
            self.console.say(_("Units change in this plan: it can only be applied as a whole."), "warn")
            return
        self._choose(self._chosen ^ {unit})

    def _choose(self, units: set[str]) -> None:
        self._chosen = units
        self.grid.plant(self._tree.show_chosen(units))
        self.set_filter(self._filter)  # which the new lines do not know

    def _failed(self, error: Exception) -> None:
        from opsconsole.strictyaml import ProblemsFound

        self._stop = None
        self.note.show([])
        self._draw_note()
        if isinstance(error, Cancelled):
            self.console.say(str(error), "warn")
        elif isinstance(error, ProblemsFound):
            count = len(error.problems)
            title = ngettext("{n} problem; nothing was changed", "{n} problems; nothing was changed", count)
            self.console.open_text(
                title.format(n=amount(count)), [str(problem) for problem in error.problems]
            )
        elif isinstance(error, Refused):
            self.console.open_text(_("Refused; nothing was changed"), str(error).splitlines())
        else:
            self.console.failed(error)

    def go_back(self) -> bool:
        """Cancel what is under way, then the choice of units, then the filter."""
        if self._stop is not None:
            self._stop.set()
            self.note.show([[("warn", _("Cancelling …"))]])
            return True
        if self._chosen:
            self._choose(set())
            return True
        return super().go_back()

    # --- applying --------------------------------------------------------------------------------

    def action_apply(self) -> None:
        """Ask, then write."""
        if not self.console.may_write():
            return
        if self._stop is not None:
            return
        offer = self._offer
        if offer is None or not self.can_apply():
            self.console.say(_("There is no plan to apply; p makes one."), "warn")
            return
        if not self._chosen or self._chosen == set(self._tree.units):
            self._ask(offer)
            return
        self._stop = stop = threading.Event()
        database, settings = self.console.feeds.database, self.console.settings
        source, units = self._source, frozenset(self._chosen)

        def work(question: Question) -> Offer:
            return offered(database, settings, source, units, reporter(question.say, stop))

        def answered(value: Any) -> None:
            if isinstance(value, str):
                self._progress(value)
                return
            self._stop = None
            self._draw_note()
            self._ask(value)

        self.console.feeds.run("plan", work, answered, self._failed)

    def _ask(self, offer: Offer, past_limits: bool = False) -> None:
        plan = offer.plan
        if plan.stops and not past_limits:
            from opsconsole.console.screens.limits import show_limits

            show_limits(self.console, plan.stops, lambda: self._ask(offer, True))
            return
        taken = plan.counts.get("end", 0) + plan.counts.get("transfer", 0)
        lines: list[Line] = [counts_text(plan)]
        if self._chosen:
            names = ", ".join(self._tree.titles[unit] for unit in self._tree.units if unit in self._chosen)
            lines.append([("warn", _("Only: {units}").format(units=names))])
        for kind, count in sorted(Counter(change.kind for change in plan.changes).items()):
            lines.append(f"  {label(kind)}: {amount(count)}")
        lines += [[("bad", _("past a limit: {stop}").format(stop=stop.message))] for stop in plan.stops]
        lines.append([("faint", _("Digest {digest}").format(digest=plan.digest))])
        title = _("Write this plan into the register?")
        if offer.handed is not None:
            from opsconsole.console.screens.saving import diff_lines

            title = _("Write this into the files and the register?")
            lines += ["", *diff_lines(offer.handed.proposal)]
        dialog = ConfirmDialog(
            title,
            lines,
            _("Apply"),
            lambda reason: self._apply(offer, reason),
            len(plan.changes) if past_limits else taken if taken > BULK else None,
            reason_needed=past_limits,
        )
        dialog.set_class(offer.handed is not None, "large")
        self.app.push_screen(dialog)

    def _apply(self, offer: Offer, reason: str) -> None:
        if self._stop is not None:
            return
        self._stop = stop = threading.Event()
        database, settings = self.console.feeds.database, self.console.settings
        person = self.console.person
        self._progress(_("Writing …"))

        def work(question: Question) -> Applied:
            return carry_out(
                database,
                settings,
                self._source,
                offer,
                person=person,
                reason=reason,
                progress=reporter(question.say, stop),
            )

        self.console.feeds.run("plan", work, self._applied, self._failed)

    def _applied(self, value: Applied | str) -> None:
        if isinstance(value, str):
            self._progress(value)
            return
        self._stop = None
        self._offer = None
        self._tree, self._chosen = PlanTree(), set()
        self.grid.empty_text = _("Applied. p compares again.")
        self.grid.plant([], keep=False)
        self._draw_head()
        self.note.show(
            [
                [
                    (
                        "good",
                        _("Applied as revision {revision}: {counts}").format(
                            revision=value.revision, counts=counts_text(value.plan)
                        ),
                    )
                ]
            ]
        )
        self.console.data_changed()
        self.console.journal_changed()

    # --- reading ---------------------------------------------------------------------------------

    def filter_text(self) -> str | None:
        """The filter in use; without a plan there is nothing to filter."""
        return self._filter if self._offer is not None else None

    def set_filter(self, text: str) -> None:
        """Show the changes that hold all words of *text*."""
        self._filter = text
        words = words_of(text)
        if words:
            self.grid.match([key for key, held in self._tree.search.items() if all(w in held for w in words)])
        else:
            self.grid.match(None)
        self._draw_head()

    def on_grid_view_opened(self, message: GridView.Opened) -> None:
        """Show a change in full, or open a branch."""
        change = self._tree.changes.get(message.key)
        if change is None:
            self.grid.action_branch()
            return
        lines: list[Line] = [
            [("faint", f"{label(change.kind)} · {word(change.action)} · {change.unit_label}")],
            [("faint", f"{change.file}:{change.line}")],
            "",
        ]
        texts = field_texts(change)
        width = max((len(name) for name, _old, _new in texts), default=0) + 2
        for name, old, new in texts:
            text = new if change.before is None else f"{old} → {new}"
            lines.append([("faint", name.ljust(width)), ("", text)])
        self.console.open_text(change.key, lines)

    def take_focus(self) -> None:
        """Keys go to the tree."""
        self.screen.set_focus(self.grid)

    def retranslate(self) -> None:
        """Draw anew in the language in use."""
        self.grid.retitle()
        if self._offer is None:
            self._explain()
        else:
            self._draw_head()
            self._draw_note()


def _bundle_lines(handed: HandedIn) -> list[Line]:
    """What else there is to say of a bundle."""
    lines: list[Line] = []
    count = len(handed.bundle.files)
    text = ngettext("{n} file read", "{n} files read", count).format(n=amount(count))
    if handed.same:
        already = ngettext(
            "{n} thing is declared so already", "{n} things are declared so already", handed.same
        )
        text += "; " + already.format(n=amount(handed.same))
    lines.append([("faint", text)])
    if over := handed.bundle.passed_over:
        names = ", ".join(over[:5]) + (" …" if len(over) > 5 else "")
        lines.append([("warn", _("not read, as no .yaml: {names}").format(names=names))])
    return lines
