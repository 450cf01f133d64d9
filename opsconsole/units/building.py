"""From what is declared to the timeline: units as first recorded, changed day by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from opsconsole.catalogue import _
from opsconsole.text import date, match_key, safe
from opsconsole.units.changes import change_units
from opsconsole.units.declared import Reorganisation, Unit, reorganisations_of, units_of
from opsconsole.units.era import Era, Link
from opsconsole.units.reverts import take_back
from opsconsole.units.steps import Attempt, Done, Refusal, Step
from opsconsole.units.timeline import Timeline

_NAMED = 5  # that many units are named in a message, the rest counted


@dataclass(frozen=True, slots=True, order=True)
class TimelineProblem:
    """Something wrong in a declared unit or reorganisation (*kind*, *key*). ``path`` leads to the
    field: ("changes", "05128", "parent")."""

    kind: str
    key: str
    message: str
    path: tuple[str, ...] = ()


def timeline_of(
    units: Mapping[str, Mapping[str, Any]], reorganisations: Mapping[str, Mapping[str, Any]]
) -> tuple[Timeline, list[TimelineProblem]]:
    """The timeline that records of the kinds units and reorganisations declare (contents by key,
    fields named as in YAML), and what is wrong in them. With problems the timeline is only what
    could be made of the rest."""
    return build(units_of(units), reorganisations_of(reorganisations))


def build(
    units: Iterable[Unit], reorganisations: Iterable[Reorganisation]
) -> tuple[Timeline, list[TimelineProblem]]:
    """The timeline of *units* and *reorganisations* in any order, and all that is wrong in them.

    A reorganisation that is wrong is left out; what is wrong only because of that is not told.
    Reorganisations of one day hold at once: each sees the units of the day before.
    """
    builder = _Builder()
    days: dict[str, tuple[list[Unit], list[Reorganisation]]] = defaultdict(lambda: ([], []))
    for unit in units:
        days[unit.start][0].append(unit)
    for reorganisation in reorganisations:
        days[reorganisation.effective][1].append(reorganisation)
    builder.first = {each.code: each.start for those, _changes in days.values() for each in those}
    builder.later = {each.key: each.effective for _units, those in days.values() for each in those}
    for day in sorted(days):
        those, changes = days[day]
        builder.day(day, sorted(those), sorted(changes, key=lambda each: each.key))
    return builder.timeline(), sorted(set(builder.problems))


class _Builder:
    def __init__(self) -> None:
        self.standing: dict[str, Era] = {}
        self.closed: list[Era] = []
        self.links: list[Link] = []
        self.done: dict[str, Done] = {}
        self.problems: list[TimelineProblem] = []
        self.later: dict[str, str] = {}
        self.first: dict[str, str] = {}
        # Units that a wrong document would have changed: about them nothing more can be said.
        self.unsure: set[str] = set()
        self._originals: dict[str, str] = {}
        self.known: dict[str, Era] = {}

    def timeline(self) -> Timeline:
        return Timeline([*self.closed, *self.standing.values()], self.links)

    def original(self, unit_id: str) -> str:
        """The era that stands again in *unit_id*, as ``Timeline.original``."""
        return self._originals.get(unit_id, unit_id)

    def problem(self, kind: str, key: str, message: str, *path: str) -> None:
        self.problems.append(TimelineProblem(kind, key, message, path))

    # --- a day ----------------------------------------------------------------------------

    def day(self, day: str, units: list[Unit], reorganisations: list[Reorganisation]) -> None:
        fresh = {unit.code: unit for unit in units}
        taken: dict[str, str] = {}  # code → the reorganisation of this day that changes it
        steps = []
        for reorganisation in reorganisations:
            attempt = Attempt(reorganisation, self, fresh, taken)
            if reorganisation.reverts is not None:
                take_back(attempt, reorganisation.reverts)
            change_units(attempt)
            try:
                step = attempt.step()
            except Refusal as refusal:
                for code, message, path in refusal.reasons:
                    if code not in self.unsure:
                        self.problem("reorganisations", reorganisation.key, message, *path)
                self.unsure |= refusal.codes
                continue
            taken.update(dict.fromkeys(step.codes, reorganisation.key))
            steps.append(step)
        begun: dict[str, tuple[str, str]] = {}  # code → kind and key of what began it
        for step in steps:
            self._take(step, day)
        for step in steps:
            for era in step.begins:
                self.standing[era.code] = self.known[era.id] = era
                begun[era.code] = ("reorganisations", step.key)
        for unit in units:
            if self._declare(unit, day):
                begun[unit.code] = ("units", unit.code)
        self._check_parents(day, begun, steps)
        self._check_cycles(begun)
        self._check_names(day, begun)

    def _take(self, step: Step, day: str) -> None:
        for code in step.ends:
            self.closed.append(replace(self.standing.pop(code), end=day, ended_by=step.key))
        self.links.extend(step.links)
        for era in step.begins:
            if era.restores is not None:
                self._originals[era.id] = self.original(era.restores)
        self.done[step.key] = Done(step.begins, step.ended, step.links)
        if step.reverts is not None:
            self.done[step.reverts] = replace(self.done[step.reverts], reverted_by=step.key)

    def _declare(self, unit: Unit, day: str) -> bool:
        there = self.standing.get(unit.code)
        if there is not None:
            if unit.code not in self.unsure:
                self.problem(
                    "units",
                    unit.code,
                    _(
                        "code {code} is given twice: from {since} it is {name}, by {reorganisation}; "
                        "declare a unit once, and change it by reorganisations"
                    ).format(
                        code=safe(unit.code),
                        since=date(there.start),
                        name=safe(there.name),
                        reorganisation=safe(there.begun_by),
                    ),
                    "from",
                )
            return False
        era = Era(f"{unit.code}@{day}", unit.code, day, None, unit.name, unit.type, unit.level, unit.parent)
        self.standing[unit.code] = self.known[era.id] = era
        return True

    # --- what must hold on every day -----------------------------------------------------------

    def _check_parents(self, day: str, begun: Mapping[str, tuple[str, str]], steps: list[Step]) -> None:
        ended = {code: step.key for step in steps for code in step.ends if code not in self.standing}
        left: dict[str, list[Era]] = defaultdict(list)
        for era in self.standing.values():
            if era.parent is None:
                if era.level != "province" and era.code in begun:
                    kind, key = begun[era.code]
                    self.problem(
                        kind,
                        key,
                        _("{code} {name} lacks 'parent:'; only a province stands below no other unit").format(
                            code=safe(era.code), name=safe(era.name)
                        ),
                        *(() if kind == "units" else ("changes", era.code)),
                    )
                continue
            if era.parent in self.standing or era.parent in self.unsure:
                continue
            if era.code in begun:
                kind, key = begun[era.code]
                path = ("parent",) if kind == "units" else ("changes", era.code, "parent")
                self.problem(kind, key, self._no_parent(era, day), *path)
            elif era.parent in ended:
                left[era.parent].append(era)
        for parent, children in left.items():
            children.sort(key=lambda each: each.order)
            named = ", ".join(f"{safe(each.code)} {safe(each.name)}" for each in children[:_NAMED])
            if len(children) > _NAMED:
                named += " " + _("and {count} more").format(count=len(children) - _NAMED)
            self.problem(
                "reorganisations",
                ended[parent],
                _(
                    "{parent} ends on {day}, and nothing is said of the units below it: {children}; "
                    "give each a 'parent:' in 'changes', or end it"
                ).format(parent=safe(parent), day=date(day), children=named),
                "changes",
            )

    def _no_parent(self, era: Era, day: str) -> str:
        return _("{code} {name} belongs to {parent}, and {why}; name a unit that stands on {day}").format(
            code=safe(era.code),
            name=safe(era.name),
            parent=safe(era.parent),
            why=self.why_not(era.parent or "", day),
            day=date(day),
        )

    def why_not(self, code: str, day: str) -> str:
        """Words for a code that no unit carries on *day*."""
        was = [era for era in self.closed if era.code == code]
        if was:
            return _("unit {code} ended on {day} by {reorganisation}").format(
                code=safe(code), day=date(was[-1].end), reorganisation=safe(was[-1].ended_by)
            )
        return _("there is no unit {code} on {day}").format(code=safe(code), day=date(day))

    def _check_cycles(self, begun: Mapping[str, tuple[str, str]]) -> None:
        told: set[str] = set()
        for code in sorted(begun):
            way = [code]
            above = self.standing[code].parent
            while above is not None and above in self.standing and above not in way:
                way.append(above)
                above = self.standing[above].parent
            if above == code and code not in told:
                told.update(way)
                kind, key = begun[code]
                self.problem(
                    kind,
                    key,
                    _("the units above {code} lead back to it: {way}; correct one 'parent:'").format(
                        code=safe(code), way=" → ".join(map(safe, [*way, code]))
                    ),
                    *(("parent",) if kind == "units" else ("changes", code, "parent")),
                )

    def _check_names(self, day: str, begun: Mapping[str, tuple[str, str]]) -> None:
        parents = {self.standing[code].parent for code in begun}
        names: dict[tuple[str | None, str], list[Era]] = defaultdict(list)
        for era in self.standing.values():
            if era.parent in parents:
                names[era.parent, match_key(era.name)].append(era)
        for same in names.values():
            same.sort(key=lambda era: (era.code in begun, era.code))
            for era in same[1:]:
                if era.code in begun and era.code not in self.unsure and same[0].code not in self.unsure:
                    kind, key = begun[era.code]
                    self.problem(
                        kind,
                        key,
                        _(
                            "two units below {parent} are called {name} on {day}: {first} and {second}; "
                            "correct the name, or say what became of {first}"
                        ).format(
                            parent=safe(era.parent or "–"),
                            name=safe(era.name),
                            day=date(day),
                            first=safe(same[0].code),
                            second=safe(era.code),
                        ),
                        *(("name",) if kind == "units" else ("changes", era.code, "name")),
                    )
