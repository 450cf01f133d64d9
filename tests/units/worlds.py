"""Small worlds of units for tests: short ways to declare them, and random histories of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from opsconsole.units.building import TimelineProblem, timeline_of
from opsconsole.units.timeline import Timeline

FIRST = "2017-10-15"
WHOLE, PART, REST = {"share": "whole"}, {"share": "part"}, {"share": "rest"}

Records = dict[str, dict[str, Any]]


def unit(name: str, parent: str | None = "d1", level: str = "commune", **more: Any) -> dict[str, Any]:
    """The record of a unit; its type is the first word of its name."""
    record = {"name": name, "type": name.split()[0].lower(), "level": level, "from": FIRST, **more}
    return record if parent is None else record | {"parent": parent}


def province(**more: dict[str, Any]) -> Records:
    """Records of a province, two districts, four communes a1 a2 (in d1) b1 b2 (in d2), and *more*."""
    return {
        "p": unit("Tỉnh P", None, "province"),
        "d1": unit("Huyện Một", "p", "district"),
        "d2": unit("Huyện Hai", "p", "district"),
        "a1": unit("Xã A1"),
        "a2": unit("Xã A2"),
        "b1": unit("Xã B1", "d2"),
        "b2": unit("Xã B2", "d2"),
        **more,
    }


def reorganisation(
    effective: str,
    changes: Mapping[str, Any] | None = None,
    ends: Mapping[str, str] | None = None,
    reverts: str | None = None,
) -> dict[str, Any]:
    """The record of a reorganisation."""
    record: dict[str, Any] = {"title": "t", "effective": effective, "decision": "1"}
    if changes is not None:
        record["changes"] = changes
    if ends is not None:
        record["ends"] = {code: {"holder": holder} for code, holder in ends.items()}
    if reverts is not None:
        record["reverts"] = reverts
    return record


def whole(*codes: str) -> dict[str, Any]:
    """A ``from`` of whole units."""
    return dict.fromkeys(codes, WHOLE)


def made(reorganisations: Records, units: Records | None = None) -> Timeline:
    """The timeline of what is declared, which must be right."""
    timeline, problems = timeline_of(province() if units is None else units, reorganisations)
    assert problems == []
    return timeline


def wrong(reorganisations: Records, units: Records | None = None) -> list[TimelineProblem]:
    """What is wrong in what is declared."""
    return timeline_of(province() if units is None else units, reorganisations)[1]


def stand(timeline: Timeline, day: str) -> dict[str, tuple[str, str | None]]:
    """code → (name, parent) of the units that stand on *day*."""
    return {code: (era.name, era.parent) for code, era in timeline.tree(day).units.items()}


# --- random histories ---------------------------------------------------------------------------

State = dict[str, tuple[str, str | None]]


@dataclass
class History:
    """Declared records, and what must stand on each day by an account kept beside them."""

    units: Records = field(default_factory=dict)
    reorganisations: Records = field(default_factory=dict)
    states: dict[str, State] = field(default_factory=dict)  # by first day
    reverts: dict[str, str] = field(default_factory=dict)  # day of a revert → day of what it reverts

    @property
    def days(self) -> list[str]:
        return sorted(self.states)


class _Writer:
    """Writes one reorganisation, drawing what happens to units that nothing happened to yet."""

    def __init__(self, draw: st.DrawFn, state: State, freed: list[str], number: int) -> None:
        self.draw, self.state, self.freed, self.number = draw, dict(state), freed, number
        self.changes: dict[str, Any] = {}
        self.ends: dict[str, str] = {}
        self.names = 0
        self.codes = 0
        self.created: list[str] = []
        self.left = sorted(code for code in state if code not in ("p", "d1", "d2"))

    def take(self, count: int) -> list[str]:
        taken = []
        for _each in range(min(count, len(self.left))):
            taken.append(self.left.pop(self.draw(st.integers(0, len(self.left) - 1))))
        return taken

    def name(self) -> str:
        self.names += 1
        return f"Xã N{self.number}x{self.names}"

    def code(self) -> str:
        """A code that was never used, or one that is free again."""
        free = [code for code in self.freed if code not in self.state and code not in self.changes]
        again = self.draw(st.booleans())
        if free and again:
            return self.draw(st.sampled_from(free))
        self.codes += 1
        return f"n{self.number}x{self.codes}"

    def put(self, code: str, name: str, parent: str | None) -> None:
        self.state[code] = (name, parent)

    def merge(self) -> None:
        old = self.take(self.draw(st.integers(2, 3)))
        if len(old) < 2:
            return
        keeps = self.draw(st.booleans())
        target = self.draw(st.sampled_from(old)) if keeps else self.code()
        name, parent = self.name(), self.state[old[0]][1]
        for code in old:
            del self.state[code]
        self.changes[target] = {"name": name, "parent": parent, "from": whole(*old)}
        self.put(target, name, parent)

    def split(self) -> None:
        for code in self.take(1):
            _name, parent = self.state.pop(code)
            rest = code if self.draw(st.booleans()) else self.code()
            self.changes[rest] = {"name": self.name(), "from": {code: dict(REST)}}
            self.put(rest, self.changes[rest]["name"], parent)
            part = self.code()
            share = PART | ({"follows": 1} if self.draw(st.booleans()) else {})
            self.changes[part] = {"name": self.name(), "from": {code: share}}
            self.put(part, self.changes[part]["name"], parent)

    def absorb_part(self) -> None:
        old = self.take(2)
        if len(old) < 2:
            return
        giver, taker = old
        self.changes[giver] = {"from": {giver: REST}}
        self.changes[taker] = {"from": {taker: WHOLE, giver: PART}}

    def rename(self) -> None:
        for code in self.take(1):
            name = self.name()
            self.changes[code] = {"name": name}
            self.put(code, name, self.state[code][1])

    def transfer(self) -> None:
        for code in self.take(1):
            name, parent = self.state[code]
            other = "d2" if parent == "d1" else "d1"
            self.changes[code] = {"parent": other}
            self.put(code, name, other)

    def recode(self) -> None:
        for code in self.take(1):
            new = self.code()
            name, parent = self.state.pop(code)
            self.changes[new] = {"from": whole(code)}
            self.put(new, name, parent)

    def dissolve(self) -> None:
        old = self.take(2)
        if len(old) < 2:
            return
        self.ends[old[0]] = self.draw(st.sampled_from([old[1], "d1", "p"]))
        del self.state[old[0]]

    def create(self) -> None:
        code, name = self.code(), self.name()
        self.changes[code] = {"name": name, "type": "xã", "level": "commune", "parent": "d1", "from": {}}
        self.created.append(code)
        self.put(code, name, "d1")


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Units and reorganisations without an error, with what must stand on each day."""
    history = History(units=province())
    state: State = {code: (each["name"], each.get("parent")) for code, each in history.units.items()}
    history.states[FIRST] = dict(state)
    undo: list[tuple[str, str, State, list[str]]] = []  # what can be reverted: key, day, state before
    freed: list[str] = []
    for number in range(draw(st.integers(1, 5))):
        day, key = f"20{20 + number}-01-01", f"r{number}"
        before = dict(state)
        if undo and draw(st.integers(0, 3)) == 0:
            reverted, of_day, state, created = undo.pop()
            history.reorganisations[key] = reorganisation(day, None, dict.fromkeys(created, "p"), reverted)
            if not created:
                del history.reorganisations[key]["ends"]
            history.reverts[day] = of_day
        else:
            writer = _Writer(draw, state, freed, number)
            for _each in range(draw(st.integers(1, 4))):
                kinds: tuple[Callable[[], None], ...] = (
                    writer.merge,
                    writer.split,
                    writer.absorb_part,
                    writer.rename,
                    writer.transfer,
                    writer.recode,
                    writer.dissolve,
                    writer.create,
                )
                draw(st.sampled_from(kinds))()
            if not writer.changes and not writer.ends:
                writer.create()
            history.reorganisations[key] = reorganisation(day, writer.changes, writer.ends)
            undo.append((key, day, before, writer.created))
            state = writer.state
        freed.extend(sorted(before.keys() - state.keys()))
        history.states[day] = dict(state)
    return history
