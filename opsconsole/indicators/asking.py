"""Asking for a figure: any indicator, of any unit, level or branch of the tree, in any period, as of any day.

Who shows a figure that is not kept (``explain``, ``observations``, reports, the console) asks here.
Register and evidence are read once for all questions of one ``Asking``.
"""

from __future__ import annotations

import datetime as dt
import difflib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.indicators.declared import Indicator, declared
from opsconsole.indicators.ground import Ground
from opsconsole.indicators.measures.registry import Counted, Part, Result
from opsconsole.indicators.observations import Observation
from opsconsole.indicators.provenance import inputs, provenance
from opsconsole.indicators.tree import ALL, LEVELS, Parted
from opsconsole.indicators.workdays import Workdays
from opsconsole.periods import Period, asked
from opsconsole.store import clock
from opsconsole.store.database import Reader
from opsconsole.text import date


class Key(NamedTuple):
    """What a figure is a figure of. *unit_id* is '' for a *level* or (``all``) the province; *below* takes
    in the units below it. *as_of* and *units_as_of* are ISO days, '' where none was named."""

    indicator: str
    unit_id: str
    level: str
    period: str
    as_of: str = ""
    units_as_of: str = ""
    below: bool = False


@dataclass(frozen=True)
class Figure:
    """A figure with the *parts* that it is the sum of.

    *parted* are the units that a split (asked through an earlier tree: a merger) came between, so
    that this figure does not compare with that of the units as they were.
    """

    key: Key
    indicator: Indicator
    period: Period
    result: Result
    parts: list[Part]
    counted: Counted
    parted: tuple[Parted, ...]
    inputs: dict[str, Any]

    @property
    def cut_off(self) -> dt.date:
        """The last day that it takes in."""
        told = self.result.cut_off
        return dt.date.fromisoformat(told) if told else cut_off(self.indicator, self.period)


def cut_off(indicator: Indicator, period: Period) -> dt.date:
    """The last day that a value of *indicator* in *period* takes in: of evidence the last complete one."""
    return max(period.over if indicator.measure.system else period.last, period.first)


def key_of(
    indicator: str,
    place: tuple[str, str],
    period: str,
    as_of: dt.date | None = None,
    units_as_of: dt.date | None = None,
    below: bool = False,
) -> Key:
    """The key of a figure of *place*, (unit id or '', level). Refuses *below* without a unit."""
    if below and not place[0]:
        raise Refused(_("'below' takes in the units below a unit; name the unit"))
    days = [day.isoformat() if day else "" for day in (as_of, units_as_of)]
    return Key(indicator, *place, period, days[0], days[1], below)


def as_measured(period: Period, kept: Observation, indicator: Indicator) -> Period:
    """*period* as far as it had gone when *kept* was measured, so that the same days count."""
    cut_off = dt.date.fromisoformat(kept.cut_off)
    if cut_off >= period.end:
        return period
    one_day = dt.timedelta(days=1)
    if not indicator.measure.system:
        return replace(period, last=cut_off, over=cut_off - one_day)
    # On the first day of a period the cut-off is that day, though it is not over: nothing is asked for.
    over = cut_off if kept.inputs.get("asked") or cut_off > period.first else cut_off - one_day
    return replace(period, last=min(over + one_day, period.end), over=over)


class Asking:
    """Answers questions about one state of register and evidence, that which *reader* sees.

    *timezone* is the local time of the province, *today* the local day on which it is asked.
    """

    def __init__(
        self,
        reader: Reader,
        timezone: ZoneInfo,
        *,
        today: dt.date | None = None,
        workdays: Workdays | None = None,
    ) -> None:
        self.ground = Ground(reader, timezone, workdays)
        self.today = today or clock.now().astimezone(timezone).date()

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """The declared indicators by code."""
        return {one.code: one for one in declared(self.ground.reader)}

    @cached_property
    def revision(self) -> int:
        """The revision of the register."""
        found = self.ground.reader.value("SELECT revision FROM register WHERE province = :province")
        return int(found or 0)

    def indicator(self, code: str) -> Indicator:
        """The indicator *code*; refuses one that is not declared."""
        if code in self.indicators:
            return self.indicators[code]
        near = difflib.get_close_matches(code, self.indicators, 1)
        hint = (
            _("did you mean '{near}'?").format(near=near[0])
            if near
            else _("known: {names}").format(names=", ".join(self.indicators) or "–")
        )
        raise Refused(_("no indicator '{code}' is declared; {hint}").format(code=code, hint=hint))

    def period(
        self, name: str, *, as_of: dt.date | None = None, units_as_of: dt.date | None = None
    ) -> Period:
        """The period *name* as it is asked about today, as of an earlier day, through the tree of a day."""
        return asked(name, self.today, as_of=as_of, units=units_as_of)

    def place(self, unit: str | None, level: str | None, period: Period) -> tuple[str, str]:
        """(unit id or '', level) of a *unit* (code or id) or a *level*; without either the province. The
        units of the day whose tree counts in *period* are known."""
        if unit is not None and level is not None:
            raise Refused(_("a unit and a level were named; name one of them"))
        if unit is None:
            if level is not None and level not in (ALL, *LEVELS):
                raise Refused(
                    _("there is no level '{level}'; known: {names}").format(
                        level=level, names=", ".join((ALL, *LEVELS))
                    )
                )
            return "", level or ALL
        day = period.units_on
        found = self.ground.tree.find(unit, day)
        if found is None:
            raise Refused(
                _(
                    "no unit has the code '{unit}' on {day}, the day as of which {period} is counted; "
                    "'opsconsole units trace {unit}' says when it had and what became of it"
                ).format(unit=unit, day=date(day), period=period.name)
            )
        return found, self.ground.tree.level(found)

    def figure(
        self,
        indicator: str,
        period: str,
        *,
        unit: str | None = None,
        level: str | None = None,
        below: bool = False,
        as_of: dt.date | None = None,
        units_as_of: dt.date | None = None,
    ) -> Figure:
        """The figure of *indicator* in *period* (any name of ``opsconsole.periods``).

        *unit* is the code or id of a unit, with *below* together with all units below it; *level* is a
        level; without either it is the whole province. *as_of*: only what had happened by the end of
        that day counts, and the register is asked as of it. *units_as_of*: what each unit holds is
        found through the tree of that day (default: of the last day of the period). Refuses what is
        not declared, has not begun, or has no such value.
        """
        chosen = self.indicator(indicator)
        span = self.period(period, as_of=as_of, units_as_of=units_as_of)
        place = self.place(unit, level, span)
        return self.of(key_of(chosen.code, place, span.name, as_of, units_as_of, below), span)

    def of(self, key: Key, span: Period) -> Figure:
        """The figure of *key*, of which the period as it is asked about is *span*."""
        chosen, ground = self.indicator(key.indicator), self.ground
        measure, place = chosen.measure, (key.unit_id, key.level)
        if key.below:
            units = ground.tree.with_below(key.unit_id, span.units_on)
            result, parts, counted = measure.among(ground, chosen.rule, span, units, *place)
        else:
            units = frozenset((key.unit_id,) if key.unit_id else ())
            if key.unit_id and not getattr(measure, "of_units", True):
                raise Refused(
                    _("'{indicator}' has no value of a single unit; ask for a level or the province").format(
                        indicator=chosen.code
                    )
                )
            result, parts, counted = measure.one(ground, chosen.rule, span, *place)
        kept = inputs(result, self.revision) | provenance(ground, measure.system, span)
        return Figure(key, chosen, span, result, parts, counted, self._parted(key, units, span), kept)

    def every(
        self,
        indicator: str,
        period: str,
        *,
        as_of: dt.date | None = None,
        units_as_of: dt.date | None = None,
    ) -> list[Result]:
        """All values of *indicator* in *period*: of the province, of levels and of units."""
        chosen = self.indicator(indicator)
        span = self.period(period, as_of=as_of, units_as_of=units_as_of)
        return chosen.measure.take(self.ground, chosen.rule, span)

    def parted(self, period: Period) -> list[Parted]:
        """The units that a split or (through an earlier tree) a merger came between."""
        return self.ground.tree.parted(period.last, period.units) if period.units else []

    def _parted(self, key: Key, units: frozenset[str], span: Period) -> tuple[Parted, ...]:
        """Those for which the figure of *key* takes in more or less than was there."""
        tree = self.ground.tree
        found = []
        for one in self.parted(span):
            ends = {one.holder, *one.others}
            if units:
                apart = bool(ends & units) and not ends <= units
            else:
                apart = key.level != ALL and {tree.level(each) == key.level for each in ends} == {True, False}
            if apart:
                found.append(one)
        return tuple(found)


def parted_words(parted: Parted, names: dict[str, str]) -> str:
    """What came between, in words."""

    def called(unit: str) -> str:
        return f"{names.get(unit, '')} ({unit.split('@')[0]})"

    return _("{unit}, {day}: what was declared there counts with {holder}, none of it with {others}").format(
        unit=called(parted.unit),
        day=date(parted.day),
        holder=called(parted.holder),
        others=", ".join(map(called, parted.others)),
    )
