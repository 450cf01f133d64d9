"""Part of a plan: the changes of some units or things, as a plan of its own. The rest stays to be planned.

A file whose changes are not all taken is not remembered as applied, so that the next plan reads it
again. What is taken must stand by itself: a reference to something that only the rest declares stops
it, and so does a rule over several things that would not hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.inventory.change import Orphan, PlannedChange
from opsconsole.inventory.fields import ListOf, Ref, Refers
from opsconsole.inventory.kind import Kind, Kinds
from opsconsole.inventory.limits import Stop, find_stops
from opsconsole.inventory.plan import Plan
from opsconsole.inventory.records import Record
from opsconsole.units.era import FOREVER

if TYPE_CHECKING:
    from opsconsole.settings import Settings
    from opsconsole.store.database import Reader
    from opsconsole.units.era import Era
    from opsconsole.units.timeline import Timeline

# What a change or orphan of no unit belongs to.
NO_UNIT = ""

_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Only:
    """What of a plan is taken: the changes of *units* (eras, ``NO_UNIT`` for what belongs to none), of
    *things* (kind, key), or of those things in those units; None: of all. A move belongs to the unit to
    which it goes."""

    units: frozenset[str] | None = None
    things: frozenset[tuple[str, str]] | None = None

    def takes(self, kind: str, key: str, unit: str | None) -> bool:
        """Whether the change of a thing in *unit* is taken."""
        return (self.units is None or (unit or NO_UNIT) in self.units) and (
            self.things is None or (kind, key) in self.things
        )


def part_of(plan: Plan, reader: Reader, settings: Settings, kinds: Kinds, only: Only) -> Plan:
    """The part of *plan* that *only* takes.

    Raises Refused where units themselves change: then every code may mean something else, and only
    the whole plan is one.
    """
    desired = plan.desired
    if desired is None:
        return plan
    if desired.units_changed:
        raise Refused(
            _(
                "units or reorganisations change in the files as well; such a plan is applied as a whole, "
                "before any part of it"
            )
        )
    taken = tuple(each for each in plan.changes if only.takes(each.kind, each.key, each.unit_id))
    left = {(c.kind, c.key): c for c in plan.changes if not only.takes(c.kind, c.key, c.unit_id)}
    unit_of = dict(_units_of(reader, kinds, plan.new_orphans))
    lost = {o for o in plan.new_orphans if not only.takes(o.kind, o.key, unit_of.get((o.kind, o.key)))}
    waiting = {change.file for change in left.values()} | {orphan.file for orphan in lost}
    waiting |= set(_files_of(reader, kinds, left))
    records = {
        name: {key: record for key, record in of_kind.items() if (name, key) not in left}
        for name, of_kind in desired.records.items()
    }
    partly = replace(desired, records=records)
    names = {era.id: f"{era.name} ({era.code})" for era in desired.timeline.eras.values()}
    stops = [
        *find_stops(
            reader,
            kinds,
            taken,
            settings.limits,
            lambda unit: names.get(unit or "", str(unit or "")),
            desired.timeline.eras,
        ),
        *_missing(kinds, _accepted(plan, taken), left),
    ]
    if left:
        for kind in kinds:
            if kind.check is not None and records.get(kind.name):
                stops += [Stop("", str(problem)) for problem in kind.check(partly)]
    new_orphans = tuple(orphan for orphan in plan.new_orphans if orphan not in lost)
    return replace(
        plan,
        changes=taken,
        orphans=tuple(orphan for orphan in plan.orphans if orphan not in lost),
        stops=tuple(sorted(set(stops))),
        files=replace(
            plan.files,
            changed=tuple(each for each in plan.files.changed if each.found.name not in waiting),
            gone=tuple(name for name in plan.files.gone if name not in waiting),
        ),
        writes={
            name: tuple(r for r in of_kind if (name, r.key) not in left)
            for name, of_kind in plan.writes.items()
        },
        new_orphans=new_orphans,
    )


def _accepted(plan: Plan, taken: Iterable[PlannedChange]) -> Iterator[Record]:
    wanted = {(change.kind, change.key) for change in taken}
    for name, records in plan.writes.items():
        yield from (record for record in records if (name, record.key) in wanted)


def _missing(kinds: Kinds, records: Iterable[Record], left: Mapping[_Key, PlannedChange]) -> Iterator[Stop]:
    """A stop for each thing that *records* name and that only what is *left* would declare."""
    new = {place: change for place, change in left.items() if change.action == "create"}
    if not new:
        return
    for record in records:
        for field in record.kind.fields:
            for place in _named(record, field.name):
                change = new.get(place)
                if change is not None:
                    text = _(
                        "{singular} '{key}' names {target} '{wanted}', which {unit} declares; take that "
                        "unit too"
                    )
                    yield Stop(
                        "",
                        text.format(
                            singular=record.kind.called,
                            key=record.key,
                            target=kinds[place[0]].called,
                            wanted=place[1],
                            unit=change.unit_label or _("the whole province"),
                        ),
                    )


def _named(record: Record, name: str) -> Iterator[_Key]:
    value, type_ = record.content.get(name), record.kind.field(name).type
    if value is None:
        return
    item = type_.item if isinstance(type_, ListOf) else type_
    for each in value if isinstance(type_, ListOf) else (value,):
        if isinstance(item, Ref):
            yield item.kind, each
        elif isinstance(item, Refers) and (found := item.refers(each)) is not None:
            yield found


def _units_of(reader: Reader, kinds: Kinds, orphans: Iterable[Orphan]) -> Iterator[tuple[_Key, str]]:
    for kind, keys in _by_kind(kinds, ((orphan.kind, orphan.key) for orphan in orphans)):
        if kind.unit:
            for key, unit in _rows(reader, kind, "unit_id", keys):
                yield (kind.name, key), unit or NO_UNIT


def _files_of(reader: Reader, kinds: Kinds, left: Iterable[_Key]) -> Iterator[str]:
    """The files in which the register knows what is left: one that was moved to another file is looked
    for in both by the next plan."""
    for kind, keys in _by_kind(kinds, left):
        yield from (file for _key, file in _rows(reader, kind, "file", keys))


def _by_kind(kinds: Kinds, places: Iterable[_Key]) -> Iterator[tuple[Kind, set[str]]]:
    found: dict[str, set[str]] = defaultdict(set)
    for kind, key in places:
        found[kind].add(key)
    for name, keys in sorted(found.items()):
        yield kinds[name], keys


def _rows(reader: Reader, kind: Kind, column: str, keys: set[str]) -> Iterator[tuple[str, str]]:
    sql = f"SELECT key, {column} FROM {kind.table} WHERE province = :province"  # noqa: S608 - a column of ours
    if len(keys) > 500:
        yield from ((key, value) for key, value in reader.rows(sql) if key in keys)
        return
    for key in sorted(keys):
        yield from reader.rows(f"{sql} AND key = :key", {"key": key})


def units_below(timeline: Timeline, codes: Iterable[str]) -> frozenset[str]:
    """The eras of the units with *codes*, and of all that ever stood below one of them. Raises Refused for
    a code that is none."""
    wanted: set[str] = set()
    waiting: list[Era] = []
    for code in codes:
        eras = timeline.history(code)
        if not eras:
            raise Refused(_("there is no unit with the code '{code}'").format(code=code))
        waiting += eras
    children: dict[str, list[Era]] = defaultdict(list)
    for era in timeline.eras.values():
        if era.parent:
            children[era.parent].append(era)
    while waiting:
        above = waiting.pop()
        if above.id not in wanted:
            wanted.add(above.id)
            waiting += [era for era in children[above.code] if _at_once(era, above)]
    return frozenset(wanted)


def _at_once(one: Era, other: Era) -> bool:
    """Whether two eras have a day in common."""
    return one.start < (other.end or FOREVER) and other.start < (one.end or FOREVER)
