"""Measures of equipment: how much of it the units hold, in which state, how old, and for how many.

An asset counts on a day that is not before its purchase (or, where no purchase date is declared,
the day it was put to use) and before the day on which its disposal is dated. It counts with the
unit that holds it on that day. Nothing but the register is asked.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator

from opsconsole.indicators.equipment import (
    CLASSES,
    COMPUTERS,
    STATES,
    WORKING,
    Asset,
    assets,
    held,
    lives_on,
    states_on,
)
from opsconsole.indicators.ground import Ground, mark, mixed
from opsconsole.indicators.measures.mail import people
from opsconsole.indicators.measures.registry import Additive, Counted, Part, Parts, count, ratio, share
from opsconsole.indicators.periods import Period
from opsconsole.indicators.rule import Rule

WARRANTY_DAYS = 90


def _whole(parts: Iterator[Part], ground: Ground, period: Period) -> Counted:
    """A count of which every unit that stands on the last day has a value, 0 where it has nothing."""
    return Counted(parts, units=ground.tree.in_force(period.units_on))


def number(ground: Ground, rule: Rule | None, period: Period) -> Counted:
    """assets.count: the assets that each unit holds on the last day of *period*."""
    parts = (
        Part(unit, "asset", asset.key, (asset.kind, asset.state), 1, 0, 1, 1, 0, asset.mark)
        for asset, unit in held(ground, period)
    )
    return _whole(parts, ground, period)


def _by_class(ground: Ground, period: Period) -> dict[str, list[tuple[Asset, str]]]:
    """Class → the assets that there are on the last day of *period*, each with its unit; made once."""

    def make(ground: Ground) -> dict[str, list[tuple[Asset, str]]]:
        found: defaultdict[str, list[tuple[Asset, str]]] = defaultdict(list)
        for asset, unit in held(ground, period):
            found[asset.kind].append((asset, unit))
        return dict(found)

    return ground.once(make, ("assets by class", period))


def _users(ground: Ground) -> dict[str, set[str]]:
    """Class → the units in which assets of it were ever declared."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for asset in ground.once(assets):
        found[asset.kind].add(asset.unit)
    return dict(found)


def of_class(kind: str) -> Parts:
    """assets.class.CLASS: the assets of one class on the last day of *period*. Units that never had one
    have no value; those that have none any more have 0."""

    def measure(ground: Ground, rule: Rule | None, period: Period) -> Counted:
        parts = (
            Part(unit, "asset", asset.key, (asset.state,), 1, 0, 1, 1, 0, asset.mark)
            for asset, unit in _by_class(ground, period).get(kind, ())
        )
        holders = ground.tree.holders(period.units_on)
        units = {holders.get(unit, unit) for unit in ground.once(_users).get(kind, ())}
        return Counted(parts, units=sorted(unit for unit in units if ground.tree.level(unit)))

    return measure


def _by_age(ground: Ground, period: Period) -> dict[str, list[tuple[Asset, str]]]:
    """Age band → the assets that there are on the last day of *period*, each with its unit; made once."""

    def make(ground: Ground) -> dict[str, list[tuple[Asset, str]]]:
        day = period.last.isoformat()
        # Who was put to use after this day has not served so many years.
        turns = [(f"{period.last.year - years:04d}{day[4:]}", band) for years, band in _AGES]
        found: defaultdict[str, list[tuple[Asset, str]]] = defaultdict(list)
        for asset, unit in held(ground, period):
            band = next((band for turn, band in turns if asset.start <= turn), _YOUNGEST)
            found[band if asset.start else "unknown"].append((asset, unit))
        return dict(found)

    return ground.once(make, ("assets by age", period))


def of_age(band: str) -> Parts:
    """assets.age.BAND: the assets that have served so many full years on the last day of *period*, from
    their first use (else their purchase) on; ``unknown`` are those without any date."""

    def measure(ground: Ground, rule: Rule | None, period: Period) -> Counted:
        parts = (
            Part(unit, "asset", asset.key, (asset.kind, asset.start), 1, 0, 1, 1, 0, asset.mark)
            for asset, unit in _by_age(ground, period).get(band, ())
        )
        return _whole(parts, ground, period)

    return measure


# Full years of use, oldest first.
_AGES = ((7, "from-7"), (5, "from-5"), (3, "from-3"))
_YOUNGEST = "under-3"
BANDS = (_YOUNGEST, "from-3", "from-5", "from-7", "unknown")


def in_state(state: str) -> Parts:
    """assets.in_use and the like: the assets that were in *state* on the last day of *period*, as the
    register knows it by then; before the first that it knows, in the state first declared."""

    def measure(ground: Ground, rule: Rule | None, period: Period) -> Counted:
        def parts() -> Iterator[Part]:
            changed = states_on(ground, period.last)
            for asset, unit in held(ground, period):
                if changed.get(asset.key, asset.state) == state:
                    yield Part(unit, "asset", asset.key, (asset.kind,), 1, 0, 1, 1, 0, asset.mark)

        return _whole(parts(), ground, period)

    return measure


def ended(ground: Ground, rule: Rule | None, period: Period) -> Counted:
    """assets.ended: the assets whose disposal is dated in *period*, by the unit that holds on its last
    day what was theirs."""
    first, last = period.first.isoformat(), period.last.isoformat()
    holders = ground.tree.holders(period.units_on)
    parts = (
        Part(
            holders.get(asset.unit, asset.unit),
            "asset",
            asset.key,
            (asset.kind, asset.ended),
            1,
            0,
            1,
            1,
            0,
            asset.mark,
        )
        for asset in ground.once(assets)
        if first <= asset.ended <= last
    )
    return _whole(parts, ground, period)


def past_life(ground: Ground, rule: Rule | None, period: Period) -> Counted:
    """assets.past_life: of the assets of a class with a useful life, those that have served it out on the
    last day, under the circular in force on that day. One without any date may have or not."""
    circular, lives = lives_on(period.last)
    day = period.last.isoformat()

    def parts() -> Iterator[Part]:
        for asset, unit in held(ground, period):
            years = lives.get(asset.kind)
            if years is None:
                continue
            facts = (asset.kind, asset.start, years)
            if not asset.start:
                yield Part(unit, "asset", asset.key, facts, high=1, unknown=1, register=asset.mark)
                continue
            past = f"{int(asset.start[:4]) + years:04d}{asset.start[4:]}" <= day
            trace = mixed(asset.mark, int(asset.start.replace("-", "")) * 100 + years)
            yield Part(unit, "asset", asset.key, facts, past, 1, past, past, 0, trace)

    return Counted(parts(), context={"circular": circular})


def warranty_ending(ground: Ground, rule: Rule | None, period: Period) -> Counted:
    """assets.warranty_ending: the assets held on the last day whose warranty ends in the 90 days after."""
    day, until = period.last.isoformat(), (period.last + dt.timedelta(days=WARRANTY_DAYS)).isoformat()
    parts = (
        Part(unit, "asset", asset.key, (asset.kind, asset.warranty), 1, 0, 1, 1, 0, asset.mark)
        for asset, unit in held(ground, period)
        if day < asset.warranty <= until
    )
    return _whole(parts, ground, period)


def per_official(ground: Ground, rule: Rule | None, period: Period) -> Counted:
    """assets.per_official: desktops and laptops in use on the last day, to each person on the staff list."""
    day, holders = period.last.isoformat(), ground.tree.holders(period.units_on)

    def parts() -> Iterator[Part]:
        changed = states_on(ground, period.last)
        for asset, unit in held(ground, period):
            if asset.kind in COMPUTERS and changed.get(asset.key, asset.state) == "in-use":
                yield Part(unit, "asset", asset.key, (asset.kind,), 1, 0, 1, 1, 0, asset.mark)
        for person, unit, left in ground.once(people):
            if left > day:
                yield Part(holders.get(unit, unit), "person", person, (), 0, 1, register=mark(person))

    return Counted(parts())


def without_pc(ground: Ground, rule: Rule | None, period: Period) -> Counted:
    """units.without_pc: the units with staff on the last day and no desktop or laptop in use or in
    store."""
    day, holders = period.last.isoformat(), ground.tree.holders(period.units_on)

    def parts() -> Iterator[Part]:
        changed = states_on(ground, period.last)
        computers = Counter(
            unit
            for asset, unit in held(ground, period)
            if asset.kind in COMPUTERS and changed.get(asset.key, asset.state) in WORKING
        )
        staff = Counter(holders.get(unit, unit) for _key, unit, left in ground.once(people) if left > day)
        for unit, officials in sorted(staff.items()):
            none = not computers[unit]
            facts = (officials, computers[unit])
            yield Part(unit, "unit", unit, facts, none, 0, none, none, register=mark(unit, none))

    return Counted(parts())


_STATE_NAMES = {state: f"assets.{state.replace('-', '_')}" for state in STATES}

MEASURES = (
    Additive(
        name="assets.count",
        unit_of_measure="count",
        accumulates="state",
        reads=("assets",),
        finish=count,
        parts=number,
        facts={"asset": ("class", "state_now")},
    ),
    *(
        Additive(
            name=name,
            unit_of_measure="count",
            accumulates="state",
            reads=("assets",),
            finish=count,
            parts=in_state(state),
            facts={"asset": ("class",)},
        )
        for state, name in _STATE_NAMES.items()
    ),
    *(
        Additive(
            name=f"assets.class.{kind}",
            unit_of_measure="count",
            accumulates="state",
            reads=("assets",),
            finish=count,
            parts=of_class(kind),
            facts={"asset": ("state_now",)},
        )
        for kind in CLASSES
    ),
    *(
        Additive(
            name=f"assets.age.{band}",
            unit_of_measure="count",
            accumulates="state",
            reads=("assets",),
            finish=count,
            parts=of_age(band),
            facts={"asset": ("class", "used_since")},
        )
        for band in BANDS
    ),
    Additive(
        name="assets.ended",
        unit_of_measure="count",
        accumulates="sum",
        reads=("assets",),
        finish=count,
        parts=ended,
        facts={"asset": ("class", "ended")},
    ),
    Additive(
        name="assets.past_life",
        unit_of_measure="percent",
        accumulates="state",
        reads=("assets",),
        finish=share,
        parts=past_life,
        facts={"asset": ("class", "used_since", "useful_years")},
    ),
    Additive(
        name="assets.warranty_ending",
        unit_of_measure="count",
        accumulates="state",
        reads=("assets",),
        finish=count,
        parts=warranty_ending,
        facts={"asset": ("class", "warranty_until")},
    ),
    Additive(
        name="assets.per_official",
        unit_of_measure="ratio",
        accumulates="state",
        reads=("assets", "people"),
        finish=ratio,
        parts=per_official,
        facts={"asset": ("class",)},
    ),
    Additive(
        name="units.without_pc",
        unit_of_measure="count",
        accumulates="state",
        reads=("assets", "people"),
        finish=count,
        parts=without_pc,
        facts={"unit": ("officials", "computers")},
    ),
)
