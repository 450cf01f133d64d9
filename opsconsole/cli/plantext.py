"""Plans, histories and states as lines of text: what the commands of the register print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from opsconsole.catalogue import _, ngettext
from opsconsole.text import date
from opsconsole.words import figure, label, thing, value_text, word

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

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
        for (unit, kind), group in groupby(plan.changes, key=lambda change: (change.unit_label, change.kind)):
            changes = list(group)
            yield f"{unit + ' · ' if unit else ''}{label(kind)}"
            yield from _group_lines(changes)
    for move in plan.moves:
        yield from move.lines()
    for orphan in plan.orphans[:20]:
        yield _("orphan: {kind} {key} is in no file any more (last {file}:{line}); it stays").format(
            kind=thing(orphan.kind), key=orphan.key, file=orphan.file, line=orphan.line
        )
    if len(plan.orphans) > 20:
        yield _("… and {count} more orphans").format(count=figure(len(plan.orphans) - 20))
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
                yield f"      {name}: {_value(name, after)}"
            else:
                yield f"      {name}: {_value(name, before)} → {_value(name, after)}"
    if len(created) > _LISTED:
        keys = ", ".join(change.key for change in created[:3])
        yield _("  + {count} new: {keys}, …").format(count=figure(len(created)), keys=keys)


def _value(field: str, value: object) -> str:
    return value_text(field, value) or ("[]" if value == [] else "–")


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
            form.format(n=figure(counts[action])) for action, form in words.items() if counts.get(action)
        )
        text += "."
    if counts["orphans"]:
        text += " " + ngettext("{n} orphan.", "{n} orphans.", counts["orphans"]).format(
            n=figure(counts["orphans"])
        )
    return text


def history_lines(found: Thing, changes: Sequence[Change], zone: ZoneInfo) -> Iterator[str]:
    """Each change with who, when (in the local time of *zone*), why and what."""
    from opsconsole.inventory.things import contents
    from opsconsole.store.clock import local

    yield f"{found.kind.called} {found.key}"
    for change in changes:
        place = f"  ({change.file}:{change.line})" if change.file else ""
        yield _("{effective}  {action}  by {actor}, recorded {at}, revision {revision}{place}").format(
            effective=date(change.effective),
            action=word(change.action),
            actor=change.actor,
            at=local(change.at, zone),
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
                yield f"    {name}: {_value(name, before.get(name))} → {_value(name, after.get(name))}"


def state_lines(state: State, zone: ZoneInfo) -> Iterator[str]:
    """All that the register says of a thing; instants in the local time of *zone*."""
    from opsconsole.store.clock import local

    yield f"{state.thing.kind.called} {state.thing.key}" + (
        _(", as of {day}").format(day=date(state.day)) if state.day else ""
    )
    for name, value in state.content.items():
        if name != "unit":
            yield f"  {name:16} {_value(name, value)}"
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
        action=word(state.change.action), at=local(state.change.at, zone), actor=state.change.actor
    )
