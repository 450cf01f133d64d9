"""Plans, histories and states as lines of text: what the commands of the register print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from opsconsole.catalogue import _, ngettext

if TYPE_CHECKING:
    from opsconsole.inventory.change import PlannedChange
    from opsconsole.inventory.plan import Plan
    from opsconsole.inventory.things import State, Thing
    from opsconsole.store.changes import Change

_SIGNS = {"create": "+", "update": "~", "transfer": ">", "end": "-", "revive": "^"}

# Creations beyond this many of one kind in one unit are counted, not listed field by field.
_LISTED = 5


def plan_lines(plan: Plan, *, brief: bool = False) -> Iterator[str]:
    """The plan grouped by unit and kind, what stands in its way, the counts last."""
    if not brief:
        for (label, kind), group in groupby(
            plan.changes, key=lambda change: (change.unit_label, change.kind)
        ):
            changes = list(group)
            yield f"{label + ' · ' if label else ''}{kind}"
            yield from _group_lines(changes)
    for move in plan.moves:
        yield from move.lines()
    for orphan in plan.orphans[:20]:
        yield _("orphan: {kind} {key} is in no file any more (last {file}:{line}); it stays").format(
            kind=orphan.kind, key=orphan.key, file=orphan.file, line=orphan.line
        )
    if len(plan.orphans) > 20:
        yield _("… and {count} more orphans").format(count=len(plan.orphans) - 20)
    for stop in plan.stops:
        yield _("stop: {stop}").format(stop=stop)
    yield counts_line(plan)
    yield _("Digest {digest}").format(digest=plan.digest)


def _group_lines(changes: Sequence[PlannedChange]) -> Iterator[str]:
    created = [change for change in changes if change.action == "create"]
    for change in changes:
        if change.action == "create" and len(created) > _LISTED:
            continue
        yield f"  {_SIGNS[change.action]} {change.key}  ({change.file}:{change.line})"
        for name, before, after in change.fields:
            if before is None:
                yield f"      {name}: {value_text(after)}"
            else:
                yield f"      {name}: {value_text(before)} → {value_text(after)}"
    if len(created) > _LISTED:
        keys = ", ".join(change.key for change in created[:3])
        yield _("  + {count} new: {keys}, …").format(count=len(created), keys=keys)


def value_text(value: Any) -> str:
    """A value of a field for people."""
    if value is None:
        return "–"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return ", ".join(map(value_text, value)) or "[]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {value_text(each)}" for key, each in value.items()) + "}"
    return str(value)


def counts_line(plan: Plan) -> str:
    """How many changes of each sort."""
    counts = plan.counts
    if plan.empty:
        text = _("No changes.")
    else:
        words = {
            "create": ngettext("{n} to create", "{n} to create", counts.get("create", 0)),
            "update": ngettext("{n} to change", "{n} to change", counts.get("update", 0)),
            "transfer": ngettext(
                "{n} to move to another unit", "{n} to move to another unit", counts.get("transfer", 0)
            ),
            "end": ngettext("{n} to end", "{n} to end", counts.get("end", 0)),
            "revive": ngettext(
                "{n} to take back into use", "{n} to take back into use", counts.get("revive", 0)
            ),
        }
        text = _("Plan: ") + ", ".join(
            word.format(n=counts[action]) for action, word in words.items() if counts.get(action)
        )
        text += "."
    if counts["orphans"]:
        text += " " + ngettext("{n} orphan.", "{n} orphans.", counts["orphans"]).format(n=counts["orphans"])
    return text


def history_lines(thing: Thing, changes: Sequence[Change]) -> Iterator[str]:
    """Each change with who, when, why and what."""
    from opsconsole.inventory.things import contents

    yield f"{thing.kind.called} {thing.key}"
    for change in changes:
        place = f"  ({change.file}:{change.line})" if change.file else ""
        yield _("{effective}  {action}  by {actor}, recorded {at}, revision {revision}{place}").format(
            effective=change.effective,
            action=change.action,
            actor=change.actor,
            at=change.at[:19].replace("T", " "),
            revision=change.revision,
            place=place,
        )
        if change.reason:
            yield _("    reason: {reason}").format(reason=change.reason)
        before, after = contents(change)
        if change.action == "create":
            continue
        for name in sorted(before.keys() | after.keys()):
            if before.get(name) != after.get(name):
                yield f"    {name}: {value_text(before.get(name))} → {value_text(after.get(name))}"


def state_lines(state: State) -> Iterator[str]:
    """All that the register says of a thing."""
    yield f"{state.thing.kind.called} {state.thing.key}" + (
        _(", as of {day}").format(day=state.day) if state.day else ""
    )
    for name, value in state.content.items():
        if name != "unit":
            yield f"  {name:16} {value_text(value)}"
    if state.unit:
        yield _("  declared in      {unit}").format(unit=f"{state.names[state.unit]} ({state.unit})")
        if state.holder and state.holder != state.unit:
            yield _("  held by          {unit}").format(unit=f"{state.names[state.holder]} ({state.holder})")
    if state.sample:
        yield _("  sample           generated, not real")
    if state.file:
        yield f"  {state.file}:{state.line}"
    if state.orphaned:
        yield _("  orphan: in no file any more")
    yield _("  last change: {action}, {at}, {actor}").format(
        action=state.change.action, at=state.change.at[:19].replace("T", " "), actor=state.change.actor
    )
