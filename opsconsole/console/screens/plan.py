"""The plan: compare the inventory with the register, read what would change, apply it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from opsconsole.catalogue import N_, _, ngettext
from opsconsole.console.actions import bindings
from opsconsole.console.columns import Column
from opsconsole.console.feeds import Question
from opsconsole.console.queries.listing import words_of
from opsconsole.console.screens.dialogs import ConfirmDialog
from opsconsole.console.screens.page import Page
from opsconsole.console.widgets.grid import GridView
from opsconsole.console.widgets.plain import Line, Plain
from opsconsole.console.widgets.tree import Node, TreeGrid
from opsconsole.text import fold
from opsconsole.words import amount, day, label, value_text, word

if TYPE_CHECKING:
    from opsconsole.inventory.apply import Applied
    from opsconsole.inventory.change import PlannedChange
    from opsconsole.inventory.plan import Plan

# An apply that ends or moves more than this many things asks for their number.
BULK = 20
_TONES = {"create": "good", "end": "bad", "transfer": "warn", "orphan": "faint", "stop": "bad"}


def action_text(value: str) -> str:
    """What is done, in a word."""
    if value == "orphan":
        return _("orphan")
    if value == "stop":
        return _("stops")
    return word(value)


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
        self._plan: Plan | None = None
        self._changes: dict[str, PlannedChange] = {}
        self._search: dict[str, str] = {}
        self._filter = ""
        self._working = False
        self._note: list[Line] = []

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
        self.grid.empty_text = _("p compares the inventory files with the register.")

    def _draw_head(self) -> None:
        line: list[tuple[str, str]] = [("head", _("Plan"))]
        if self._plan is not None:
            line.append(("bold", "  " + counts_text(self._plan)))
            if self._filter:
                line.append(("warn", "  " + _("filter: {words}").format(words=self._filter)))
        self.head.show([line])

    # --- planning --------------------------------------------------------------------------------

    def action_make_plan(self) -> None:
        """Compare, in a thread."""
        if self._working:
            return
        self._working = True
        database, settings = self.console.feeds.database, self.console.settings
        self.note.show([[("faint", _("Reading the inventory …"))]])

        def work(question: Question) -> Any:
            from opsconsole.inventory.plan import make_plan

            plan = make_plan(database, settings, progress=_reporter(question))
            return plan, plan_nodes(plan)

        self.console.feeds.run("plan", work, self._answered, self._failed)

    def _answered(self, value: Any) -> None:
        if isinstance(value, str):
            self.note.show([[("faint", value)]])
            return
        self._working = False
        self._plan, (nodes, self._changes, self._search) = value
        self._filter = ""
        self.grid.empty_text = _("Nothing to do: the register says what the files say.")
        self.grid.plant(nodes, keep=False)
        self._draw_head()
        self._draw_note()

    def _draw_note(self) -> None:
        plan = self._plan
        if plan is None:
            return
        lines: list[Line] = [[("bad", _("stops: {stop}").format(stop=str(stop)))] for stop in plan.stops[:3]]
        if self.can_apply() and not plan.stops:
            text = (
                _("Read-only: this console cannot apply it.")
                if self.console.read_only
                else _("Enter shows a change; A applies the plan.")
            )
            lines.append([("faint", text)])
        self.note.show(lines)

    def can_apply(self) -> bool:
        """Whether there is something to write."""
        return self._plan is not None and (not self._plan.empty or bool(self._plan.new_orphans))

    def _failed(self, error: Exception) -> None:
        from opsconsole.errors import Refused
        from opsconsole.strictyaml import ProblemsFound

        self._working = False
        self.note.show([])
        if isinstance(error, ProblemsFound):
            count = len(error.problems)
            title = ngettext("{n} problem; nothing was changed", "{n} problems; nothing was changed", count)
            self.console.open_text(
                title.format(n=amount(count)), [str(problem) for problem in error.problems]
            )
        elif isinstance(error, Refused):
            self.console.open_text(_("Refused; nothing was changed"), str(error).splitlines())
        else:
            self.console.failed(error)

    # --- applying --------------------------------------------------------------------------------

    def action_apply(self) -> None:
        """Ask, then write."""
        if not self.console.may_write():
            return
        if self._working:
            return
        plan = self._plan
        if plan is None or not self.can_apply():
            self.console.say(_("There is no plan to apply; p makes one."), "warn")
            return
        if plan.stops:
            self.console.open_text(_("Limits stop this plan"), [str(stop) for stop in plan.stops])
            return
        taken = plan.counts.get("end", 0) + plan.counts.get("transfer", 0)
        lines: list[Line] = [counts_text(plan)]
        for kind, count in sorted(Counter(change.kind for change in plan.changes).items()):
            lines.append(f"  {label(kind)}: {amount(count)}")
        lines.append([("faint", _("Digest {digest}").format(digest=plan.digest))])
        self.app.push_screen(
            ConfirmDialog(
                _("Write this plan into the register?"),
                lines,
                _("Apply"),
                self._apply,
                taken if taken > BULK else None,
            )
        )

    def _apply(self, reason: str) -> None:
        plan = self._plan
        if plan is None or self._working:
            return
        self._working = True
        database, settings, digest = self.console.feeds.database, self.console.settings, plan.digest
        self.note.show([[("faint", _("Writing …"))]])

        def work(question: Question) -> Applied | str:
            from opsconsole.actor import actor
            from opsconsole.inventory.apply import apply_plan

            return apply_plan(
                database, settings, actor=actor(), reason=reason, digest=digest, progress=_reporter(question)
            )

        self.console.feeds.run("plan", work, self._applied, self._failed)

    def _applied(self, value: Applied | str) -> None:
        if isinstance(value, str):
            self.note.show([[("faint", value)]])
            return
        self._working = False
        self._plan = None
        self._changes, self._search = {}, {}
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

    # --- reading ---------------------------------------------------------------------------------

    def filter_text(self) -> str | None:
        """The filter in use; without a plan there is nothing to filter."""
        return self._filter if self._plan is not None else None

    def set_filter(self, text: str) -> None:
        """Show the changes that hold all words of *text*."""
        self._filter = text
        words = words_of(text)
        if words:
            self.grid.match([key for key, held in self._search.items() if all(w in held for w in words)])
        else:
            self.grid.match(None)
        self._draw_head()

    def on_grid_view_opened(self, message: GridView.Opened) -> None:
        """Show a change in full, or open a branch."""
        change = self._changes.get(message.key)
        if change is None:
            self.grid.action_branch()
            return
        lines: list[Line] = [
            [("faint", f"{label(change.kind)} · {word(change.action)} · {change.unit_label}")],
            [("faint", f"{change.file}:{change.line}")],
            "",
        ]
        width = max((len(label(name)) for name, _old, _new in change.fields), default=0) + 2
        for name, old, new in change.fields:
            after = value_text(name, new) or "–"
            text = after if change.before is None else f"{value_text(name, old) or '–'} → {after}"
            lines.append([("faint", label(name).ljust(width)), ("", text)])
        self.console.open_text(change.key, lines)

    def take_focus(self) -> None:
        """Keys go to the tree."""
        self.screen.set_focus(self.grid)

    def retranslate(self) -> None:
        """Draw anew in the language in use."""
        self.grid.retitle()
        if self._plan is None:
            self._explain()
        else:
            self._draw_head()
            self._draw_note()


def _reporter(question: Question) -> Any:
    """The progress of a plan, as text for the page; at most one message a whole percent."""
    last = ""

    def progress(stage: str, done: int, total: int) -> None:
        nonlocal last
        text = _("Reading the files") if stage == "read" else _("Writing") if stage == "write" else stage
        if total:
            text += f" … {done * 100 // total} %"
        if text != last:
            last = text
            question.say(text)

    return progress


def counts_text(plan: Plan) -> str:
    """How many changes of each sort, in words."""
    parts = [
        f"{amount(count)} {action_text(action)}"
        for action, count in plan.counts.items()
        if count and action != "orphans"
    ]
    if plan.orphans:
        parts.append(_("{count} orphans").format(count=amount(len(plan.orphans))))
    return ", ".join(parts) if parts else _("no changes")


def plan_nodes(plan: Plan) -> tuple[list[Node], dict[str, PlannedChange], dict[str, str]]:
    """The tree of *plan*, its changes by node, and what a filter searches by node."""
    nodes: dict[str, Node] = {}
    changes: dict[str, PlannedChange] = {}
    search: dict[str, str] = {}
    actions: dict[str, Counter[str]] = {}
    for change in plan.changes:
        unit = f"u{change.unit_label}"
        kind = f"{unit}\x1f{change.kind}"
        key = f"{kind}\x1f{change.key}"
        nodes.setdefault(unit, Node(unit, None, ()))
        nodes.setdefault(kind, Node(kind, unit, ()))
        text = (
            ""
            if change.before is None
            else "; ".join(
                f"{name}: {value_text(name, old) or '–'} → {value_text(name, new) or '–'}"
                for name, old, new in change.fields
            )
        )
        nodes[key] = Node(key, kind, (change.key, change.action, text, f"{change.file}:{change.line}"))
        changes[key] = change
        held = " ".join(map(str, change.after.values()))
        search[key] = fold(f"{change.unit_label} {change.kind} {change.key} {text} {held}")
        for group in (unit, kind):
            actions.setdefault(group, Counter())[change.action] += 1
    small = len(plan.changes) <= 40
    for group, counts in actions.items():
        name = group[1:].split("\x1f")[-1]
        title = label(name) if "\x1f" in group else name or _("The whole province")
        text = ", ".join(f"{amount(count)} {word(action)}" for action, count in sorted(counts.items()))
        nodes[group] = Node(group, nodes[group].parent, (title, "", text, ""), open=small)
    for move in plan.moves:
        top = f"move\x1f{move.key}"
        nodes[top] = Node(
            top, None, (move.key, "", _("reorganisation, from {day}").format(day=day(move.day)), "")
        )
        for number, line in enumerate(move.lines()):
            nodes[f"{top}\x1f{number}"] = Node(f"{top}\x1f{number}", top, ("", "", line.strip(), ""))
    if plan.orphans:
        nodes["orphans"] = Node(
            "orphans", None, (_("Found in no file any more; they stay"), "", amount(len(plan.orphans)), "")
        )
        for orphan in plan.orphans:
            key = f"orphans\x1f{orphan.kind}\x1f{orphan.key}"
            nodes[key] = Node(
                key, "orphans", (orphan.key, "orphan", label(orphan.kind), f"{orphan.file}:{orphan.line}")
            )
            search[key] = fold(f"{orphan.kind} {orphan.key}")
    return list(nodes.values()), changes, search
