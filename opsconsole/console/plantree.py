"""A plan as a tree: units, kinds, things, each with what was and what will be; and its counts in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from opsconsole.catalogue import _
from opsconsole.console.widgets.tree import Node
from opsconsole.text import fold
from opsconsole.words import amount, day, label, value_text, word

if TYPE_CHECKING:
    from opsconsole.inventory.change import PlannedChange
    from opsconsole.inventory.plan import Plan

CHOSEN, LEFT = "✓ ", "· "


def action_text(value: str) -> str:
    """What is done, in a word."""
    if value == "orphan":
        return _("orphan")
    if value == "stop":
        return _("stops")
    return word(value)


@dataclass
class PlanTree:
    """The lines of a plan: *changes* by node, what a filter *search*es by node, and the node of each unit
    (era, '' for none)."""

    nodes: dict[str, Node] = field(default_factory=dict)
    changes: dict[str, PlannedChange] = field(default_factory=dict)
    search: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)

    def unit_at(self, key: str) -> str | None:
        """The unit to which the node *key* belongs; None for a node of none (orphans, reorganisations)."""
        top = key.partition("\x1f")[0]
        return next((unit for unit, node in self.units.items() if node == top), None)

    def show_chosen(self, chosen: set[str]) -> list[Node]:
        """The nodes, the units marked by whether they are *chosen*; with none chosen, not marked."""
        for unit, key in self.units.items():
            node = self.nodes[key]
            mark = "" if not chosen else CHOSEN if unit in chosen else LEFT
            values = (f"{mark}{self.titles[unit]}", *node.values[1:])
            self.nodes[key] = Node(key, node.parent, values, node.open)
        return list(self.nodes.values())


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


def field_texts(change: PlannedChange) -> list[tuple[str, str, str]]:
    """(label, before, after) of each field of *change*, in words; – where there is nothing."""
    return [
        (label(name), _told(change, name, old) or "–", _told(change, name, new) or "–")
        for name, old, new in change.fields
    ]


def _told(change: PlannedChange, name: str, value: Any) -> str:
    if name == "unit" and isinstance(value, str):  # an era of one
        return change.unit_label if value == change.unit_id else value.partition("@")[0]
    if isinstance(value, dict):
        return ", ".join(f"{label(each).lower()} {value_text(each, held)}" for each, held in value.items())
    return value_text(name, value)


def plan_tree(plan: Plan) -> PlanTree:
    """The tree of *plan*."""
    tree = PlanTree()
    nodes = tree.nodes
    actions: dict[str, Counter[str]] = {}
    for change in plan.changes:
        unit = f"u{change.unit_id or ''}"
        kind = f"{unit}\x1f{change.kind}"
        key = f"{kind}\x1f{change.key}"
        nodes.setdefault(unit, Node(unit, None, ()))
        nodes.setdefault(kind, Node(kind, unit, ()))
        tree.units.setdefault(change.unit_id or "", unit)
        tree.titles.setdefault(change.unit_id or "", change.unit_label or _("The whole province"))
        text = (
            ""
            if change.before is None
            else "; ".join(f"{name}: {old} → {new}" for name, old, new in field_texts(change))
        )
        nodes[key] = Node(key, kind, (change.key, change.action, text, f"{change.file}:{change.line}"))
        tree.changes[key] = change
        held = " ".join(map(str, change.after.values()))
        tree.search[key] = fold(f"{change.unit_label} {change.kind} {change.key} {text} {held}")
        for group in (unit, kind):
            actions.setdefault(group, Counter())[change.action] += 1
    small = len(plan.changes) <= 40
    for group, counts in actions.items():
        kind_name = group.partition("\x1f")[2]
        title = label(kind_name) if kind_name else tree.titles[group[1:]]
        text = ", ".join(f"{amount(count)} {word(action)}" for action, count in sorted(counts.items()))
        nodes[group] = Node(group, nodes[group].parent, (title, "", text, ""), open=small)
    _moves_and_orphans(plan, tree)
    return tree


def _moves_and_orphans(plan: Plan, tree: PlanTree) -> None:
    nodes = tree.nodes
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
            tree.search[key] = fold(f"{orphan.kind} {orphan.key}")
