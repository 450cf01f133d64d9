"""Freshness: what must be measured again, known without measuring it.

The basis of a pair of indicator and period is a short text made of everything that its values are
measured from: the definition, the days that count, the newest change of the register among the
kinds that the measure reads, and what the sources of evidence have given for the days it takes
in. While the basis is the one that was kept, the values are the same. Every change of the register
is recorded and every line of evidence is counted in its day, so a late line makes its month and the
year to date stale and nothing else; only what looks back (idle, ever used) is stale in later
months too.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import accumulate
from typing import Any

from opsconsole import __version__
from opsconsole.indicators.declared import Indicator
from opsconsole.indicators.ground import Ground, mark
from opsconsole.indicators.periods import Period
from opsconsole.indicators.sessions import sessions_in
from opsconsole.store.database import Writer

_UNITS = ("units", "reorganisations")  # every measure stands on them
_FORM = 3  # raised when measures of the same version of the program give other values

Pair = tuple[str, str]  # (indicator, period)


class Freshness:
    """The bases of one run; reads nothing for the register but the newest change of each kind."""

    def __init__(self, ground: Ground, indicators: Iterable[Indicator]) -> None:
        self._ground = ground
        self._reader = ground.reader
        self._indicators = sorted(one.code for one in indicators)
        self._meanings: dict[str, str] = {}
        self._changes: dict[str, int] = {}
        self._days: dict[Period, str] = {}
        self._evidence: dict[tuple[str, Period, bool], str] = {}
        self._lines: dict[str, tuple[list[tuple[str, str, int, int]], list[int]]] = {}

    def basis(self, indicator: Indicator, period: Period) -> str:
        """From what *indicator* would be measured now in *period*."""
        looks_back = indicator.measure.looks_back or (
            indicator.rule is not None and indicator.rule.window is not None
        )
        if period not in self._days:
            self._days[period] = _digest(period.first, period.last, period.over, period.end, period.units)
        evidence = self._of_evidence(indicator.measure.system, period, looks_back)
        return _digest(self._meaning(indicator), self._days[period], evidence)

    def _meaning(self, indicator: Indicator) -> str:
        """What is the same for *indicator* in every period."""
        if indicator.code not in self._meanings:
            measure = indicator.measure
            register = {kind: self._newest(kind) for kind in (*_UNITS, *measure.reads)}
            program = (__version__, _FORM, self._calendar)
            meaning = (indicator.code, indicator.version, measure.meaning, indicator.rule)
            self._meanings[indicator.code] = _digest(program, meaning, sorted(register.items()))
        return self._meanings[indicator.code]

    def stale(self, bases: Mapping[Pair, str]) -> set[Pair]:
        """The pairs of *bases* whose basis is not the one kept, or whose value of the province is gone."""
        # Names of parameters, and the periods that they stand for.
        names = {f"p{place}": name for place, name in enumerate(sorted({period for _code, period in bases}))}
        listed = ", ".join(f":{name}" for name in names) or "''"
        among = f"period IN ({listed})"
        kept = {
            (indicator, period): basis
            for indicator, period, basis in self._reader.rows(
                f"SELECT indicator, period, basis FROM measured_from WHERE province = :province AND {among}",  # noqa: S608 - names of parameters
                names,
            )
        }
        # Not a join: PostgreSQL without statistics would compare each row with each.
        codes = {f"i{place}": code for place, code in enumerate(self._indicators)}
        there = set(
            self._reader.rows(
                "SELECT indicator, period FROM observation"  # noqa: S608 - names of parameters
                f" WHERE province = :province AND indicator IN ({', '.join(f':{name}' for name in codes)})"
                # The plus keeps SQLite from the index of what is current: it holds the values of all units.
                f" AND unit_id = '' AND level = 'all' AND +current = 1 AND {among}",
                {**names, **codes},
            )
            if codes
            else ()
        )
        return {pair for pair, basis in bases.items() if kept.get(pair) != basis or pair not in there}

    def keep(self, bases: Mapping[Pair, str]) -> None:
        """Keep *bases*, of pairs that have been measured, in the transaction of the measuring."""
        writer = self._reader
        if not isinstance(writer, Writer):
            raise TypeError("bases are kept in a write transaction")
        writer.insert(
            "measured_from",
            ("province", "indicator", "period", "basis"),
            [(writer.province, *pair, basis) for pair, basis in sorted(bases.items())],
            "ON CONFLICT (province, indicator, period) DO UPDATE SET basis = excluded.basis",
        )

    def _newest(self, kind: str) -> int:
        """The newest change of *kind*: one look at the end of its part of the index, however long the
        history is (MAX with GROUP BY reads all of it)."""
        if kind not in self._changes:
            # Not kind = :kind: PostgreSQL then walks back through all kinds by the primary key.
            newest = self._reader.row(
                "SELECT kind, sequence FROM change WHERE province = :province AND kind <= :kind"
                " ORDER BY kind DESC, sequence DESC LIMIT 1",
                {"kind": kind},
            )
            self._changes[kind] = int(newest[1]) if newest and newest[0] == kind else 0
        return self._changes[kind]

    @cached_property
    def _calendar(self) -> str:
        """The calendar of working days: the package that knows it, and what the province says otherwise."""
        from importlib.metadata import version

        return f"{version('holidays')} {self._ground.workdays.overrides}"

    def _of_evidence(self, system: str, period: Period, looks_back: bool) -> str:
        key = (system, period, looks_back)
        if not system:
            return ""
        if key not in self._evidence:
            coverage, end = self._ground.coverage, period.over
            first = dt.date.min if looks_back else period.first
            seen: list[Any] = [self._lines_of(system, first, end)]
            if system == "mail":
                # Whether a day without lines is known depends on days outside of the period.
                seen.append(sorted(coverage.known(system, first, end).items()))
            else:
                # The lines of a session may be of another month than the one it counts in.
                sessions = sessions_in(self._ground, period)
                seen.append([(one.key, one.trace, one.kind, one.announced) for one in sessions.held])
                seen.append([one.key for one in sessions.unknown])
            self._evidence[key] = _digest(*seen)
        return self._evidence[key]

    def _lines_of(self, system: str, first: dt.date, last: dt.date) -> list[tuple[str, int, int]]:
        """(source, on how many days it has lines, fingerprint of these) from *first* to *last*: the
        difference of two sums, however many years of logs there are."""
        coverage = self._ground.coverage
        if system not in self._lines:
            every = coverage.lines(system, dt.date.min, dt.date.max)
            self._lines[system] = every, list(accumulate((mark(*line) for line in every), initial=0))
        lines, sums = self._lines[system]
        found = []
        for source in coverage.sources(system):
            begin = bisect_left(lines, (source, first.isoformat()))
            end = bisect_right(lines, (source, f"{last.isoformat()}~"))
            found.append((source, end - begin, sums[end] - sums[begin]))
        return found


def _digest(*parts: object) -> str:
    return hashlib.blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
