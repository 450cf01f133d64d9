"""From what an outline names to figures with their origin: the only place where reports read values.

A named figure is an observation, a reported figure or a target. What the register does not know is an
error at the line of the outline; what it knows and nobody has measured is a figure without a value,
and says so.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from opsconsole.catalogue import _, language, spoken
from opsconsole.dayspans import days_of
from opsconsole.errors import Refused
from opsconsole.indicators.checks import Finding, findings, sentence
from opsconsole.indicators.checks.finding import verdict_words
from opsconsole.indicators.figures import SPOKEN_IN_ENGLISH
from opsconsole.indicators.observations import Observation, observations
from opsconsole.indicators.stated import Stated, newest, stated
from opsconsole.indicators.tree import ALL, Tree, level_words
from opsconsole.periods import Span
from opsconsole.periods import span as span_of
from opsconsole.reports.model import Conflict, Figure
from opsconsole.reports.outline import FigureSpec, Outline
from opsconsole.reports.spans import beside
from opsconsole.store.database import Reader
from opsconsole.strictyaml import Problem, ProblemsFound
from opsconsole.text import number

DECIMALS = {"percent": 1, "hours": 1, "ratio": 2}
OBSERVED = "observed:"


def value_text(value: float | None, unit_of_measure: str) -> str:
    """A measured value in the language in use, with the sign of a percentage and no other unit."""
    if value is None:
        return _("no data")
    text = number(value, language(), DECIMALS.get(unit_of_measure))
    return f"{text} %" if unit_of_measure == "percent" else text


def stated_text(value: float | None, unit_of_measure: str, inexact: str = "") -> str:
    """A stated value with the digits that were stated, and how roughly."""
    if value is None:
        return _("no data")
    exact = Decimal(repr(float(value))).normalize()
    exponent = exact.as_tuple().exponent
    decimals = max(0, -exponent) if isinstance(exponent, int) else 0
    text = number(exact, language(), decimals)
    if unit_of_measure in ("%", "percent"):
        text += " %"
    words = {"about": _("about {value}"), "nearly": _("nearly {value}"), "over": _("over {value}")}
    return words.get(inexact, "{value}").format(value=text)


class Figures:
    """The figures of one report: each is read once, numbered in the order in which it is first quoted,
    and held against the checks of the register."""

    def __init__(self, reader: Reader, outline: Outline, span: Span, unit: str = "") -> None:
        self.reader = reader
        self.outline = outline
        self.span = span
        self.tree = Tree(reader)
        self.unit = unit
        self._order: list[str] = []
        self._by_name: dict[str, Figure] = {}
        self._observed: dict[tuple[str, str, str, str], Observation | None] = {}
        self._stated: dict[tuple[str, str], list[Stated]] | None = None
        self._findings: tuple[Finding, ...] | None = None
        self._numbered: dict[str, int] = {}
        self.noted: set[str] = set()
        self._check_names()

    # --- what the register must know ----------------------------------------------------------------

    def _check_names(self) -> None:
        """Every indicator, figure, target and unit that the outline names is in the register. Raises
        ProblemsFound with all that are not, each at its line."""
        problems = []
        indicators = self._keys("indicator")
        for spec in self.outline.figures.values():
            message = self._unknown(spec, indicators)
            if message:
                problems.append(Problem(self.outline.file, spec.line, spec.column, message))
        if problems:
            raise ProblemsFound(problems)

    def _keys(self, table: str) -> set[str]:
        return {
            key
            for (key,) in self.reader.rows(
                f"SELECT key FROM {table} WHERE province = :province AND ended IS NULL"  # noqa: S608 - of ours
            )
        }

    def _unknown(self, spec: FigureSpec, indicators: set[str]) -> str:
        if spec.sort == "figure":
            key = spec.key.replace("{year}", str(self.span.year))
            known = self._keys("figure")
            return "" if key in known else _nearest(_("there is no reported figure '{key}'"), key, known)
        if spec.key not in indicators:
            return _nearest(_("there is no indicator '{key}'"), spec.key, indicators)
        if spec.unit and spec.unit != "this":
            try:
                self.unit_id(spec.unit)
            except Refused as error:
                return str(error)
        return ""

    def unit_id(self, code: str) -> str:
        """The id of the unit *code* (a code or id) on the last day of the period."""
        for era in self.tree.in_force(self.span.end):
            if era == code or era.split("@")[0] == code:
                return era
        raise Refused(
            _(
                "no unit has the code '{unit}' on {day}; 'opsconsole units trace {unit}' says when it had"
            ).format(unit=code, day=self.span.end.strftime("%d/%m/%Y"))
        )

    # --- figures --------------------------------------------------------------------------------------

    def of(self, name: str) -> Figure:
        """The figure that the outline calls *name*; from now on it is one that the report quotes."""
        if name not in self._by_name:
            self._by_name[name] = self._read(self.outline.figures[name])
        if name not in self._numbered:
            self._numbered[name] = len(self._numbered) + 1
        figure = replace(self._by_name[name], number=self._numbered[name])
        conflicts = tuple(each.number for each in self.conflicts() if figure.number in each.figures)
        return replace(figure, conflicts=conflicts)

    def all(self) -> tuple[Figure, ...]:
        """The figures quoted so far, by number."""
        return tuple(self.of(name) for name in list(self._numbered))

    def _read(self, spec: FigureSpec) -> Figure:
        if spec.sort == "figure":
            return self._reported(spec)
        if spec.sort == "target":
            return self._target(spec)
        unit, level = self._place(spec)
        period = beside(self.span, spec.period)
        found = self.observation(spec.key, unit, level, period)
        return self._observation(spec, found, unit, level, period)

    def _place(self, spec: FigureSpec) -> tuple[str, str]:
        """(unit id or '', level)."""
        if spec.unit == "this":
            if not self.unit:
                return "", ALL
            return self.unit, self.tree.level(self.unit)
        if spec.unit:
            unit = self.unit_id(spec.unit)
            return unit, self.tree.level(unit)
        return "", spec.level

    def observation(self, indicator: str, unit: str, level: str, period: str) -> Observation | None:
        """The observation in force; None where nothing was measured."""
        key = (indicator, unit, level, period)
        if key not in self._observed:
            found = observations(self.reader, indicator=indicator, unit=unit, level=level, period=period)
            self._observed[key] = found[0] if found else None
        return self._observed[key]

    def _observation(
        self, spec: FigureSpec, found: Observation | None, unit: str, level: str, period: str
    ) -> Figure:
        row = self.reader.row(
            "SELECT name, name_en, unit_of_measure, COALESCE(unit_of_measure_en, unit_of_measure),"
            " COALESCE(formula, formula_en, ''), COALESCE(formula_en, formula, ''), version"
            " FROM indicator WHERE province = :province AND key = :key",
            {"key": spec.key},
        ) or (spec.key, spec.key, "", "", "", "", 0)
        name, name_en, unit_vi, unit_en, formula, formula_en, version = row
        unit_of_measure = spoken(unit_vi, unit_en)
        of = level_words(level) if not unit else (self._unit_name(unit) or unit)
        figure = Figure(
            number=0,
            name=spec.name,
            sort="observed",
            key=f"{spec.key}/{unit or level}/{period}",
            label=spoken(name, name_en),
            value=None,
            text=_("no data"),
            unit_of_measure=unit_of_measure,
            of=of,
            level=level,
            period=period,
            formula=spoken(formula, formula_en),
            version=version,
        )
        if found is None:
            return figure
        inputs = self._inputs(spec.key, period, found)
        return replace(
            figure,
            value=found.value,
            text=value_text(found.value, unit_of_measure),
            numerator=found.numerator if found.value is not None else None,
            denominator=found.denominator,
            low=found.low,
            high=found.high,
            rule=found.rule,
            version=found.version,
            cut_off=found.cut_off,
            sequence=found.sequence,
            revision=int(found.inputs.get("revision", 0)),
            measured_at=found.measured_at,
            known=found.inputs.get("known"),
            asked=found.inputs.get("asked"),
            evidence=tuple(
                _("{path} up to byte {position}").format(path=path, position=number(position, language()))
                for _number, path, position in inputs.get("files", ())
            ),
        )

    def _inputs(self, indicator: str, period: str, found: Observation) -> dict[str, Any]:
        """The inputs that name files: those of the province's row."""
        if "files" in found.inputs:
            return found.inputs
        province = self.observation(indicator, "", ALL, period)
        return province.inputs if province else {}

    def _unit_name(self, unit: str) -> str:
        return str(
            self.reader.value(
                "SELECT name FROM unit_era WHERE province = :province AND id = :id", {"id": unit}
            )
            or ""
        )

    def _of_the_year(self, key: str) -> str:
        """The reported figure *key* where it is of the report's year; of a figure of another year the one
        that states the same for this year: the same indicator of the same unit or level. '' where
        nobody stated it."""
        row = self.reader.row(
            "SELECT f.period, f.indicator, COALESCE(f.unit_id, f.level, 'all'), i.period_rule FROM figure f"
            " LEFT JOIN indicator i ON i.province = f.province AND i.key = f.indicator"
            " WHERE f.province = :province AND f.key = :key",
            {"key": key},
        )
        if row is None:  # it was checked, in the same transaction
            raise ValueError(f"figure {key!r} vanished")
        period, indicator, of, rule = row
        if days_of(period, mid_month=rule == "15th-to-14th")[1].year == self.span.year:
            return key
        if self._stated is None:
            self._stated = newest(stated(self.reader, self.span.year))
        found = self._stated.get((indicator, of))
        return found[0].key if found else ""

    def _reported(self, spec: FigureSpec) -> Figure:
        named = spec.key.replace("{year}", str(self.span.year))
        key = self._of_the_year(named)
        if not key:
            named_so = self.reader.row(
                "SELECT f.name, COALESCE(i.name_en, f.name) FROM figure f"
                " LEFT JOIN indicator i ON i.province = f.province AND i.key = f.indicator"
                " WHERE f.province = :province AND f.key = :key",
                {"key": named},
            ) or (named, named)
            return Figure(
                number=0,
                name=spec.name,
                sort="reported",
                key=f"{named} → {self.span.year}",
                label=spoken(*named_so),
                value=None,
                text=_("no data"),
                period=str(self.span.year),
                note=_("nobody stated it for {year}").format(year=self.span.year),
            )
        row = self.reader.row(
            "SELECT f.name, f.period, f.value, f.unit_of_measure,"  # noqa: S608 - of ours
            f" {SPOKEN_IN_ENGLISH}, COALESCE(f.inexact, ''), f.source, COALESCE(f.place, ''),"
            " COALESCE(f.quote, ''), COALESCE(f.note, ''), f.file, f.line, f.revision FROM figure f"
            " LEFT JOIN indicator i ON i.province = f.province AND i.key = f.indicator"
            " WHERE f.province = :province AND f.key = :key",
            {"key": key},
        )
        if row is None:
            raise ValueError(f"figure {key!r} vanished")
        name, period, value, unit_vi, unit_en, inexact, source, *written = row
        place, quote, note, file, line, revision = written
        unit = spoken(unit_vi, unit_en)
        return Figure(
            number=0,
            name=spec.name,
            sort="reported",
            key=key,
            label=name,
            value=value,
            text=stated_text(value, unit, inexact),
            unit_of_measure=unit,
            period=period,
            source=source,
            place=place,
            quote=quote,
            note=note,
            file=file,
            line=line,
            revision=revision,
            inexact=inexact,
        )

    def _target(self, spec: FigureSpec) -> Figure:
        unit, level = self._place(spec)
        year = span_of(beside(self.span, spec.period)).year
        row = self.reader.row(
            "SELECT t.key, i.name, i.name_en, i.unit_of_measure,"
            " COALESCE(i.unit_of_measure_en, i.unit_of_measure), t.value, t.source, COALESCE(t.page, ''),"
            " t.file, t.line, t.revision FROM target t"
            " JOIN indicator i ON i.province = t.province AND i.key = t.indicator"
            " WHERE t.province = :province AND t.ended IS NULL AND t.year = :year AND t.indicator = "
            ":indicator"
            " AND t.level = :level AND COALESCE(t.unit_id, '') = :unit ORDER BY t.key",
            {"year": year, "indicator": spec.key, "level": level, "unit": unit},
        )
        if row is None:
            name = self.reader.row(
                "SELECT name, name_en, unit_of_measure, COALESCE(unit_of_measure_en, unit_of_measure)"
                " FROM indicator WHERE province = :province AND key = :key",
                {"key": spec.key},
            ) or ("", "", "", "")
            row = ("", *name, None, "", "", "", 0, 0)
        key, name, name_en, unit_vi, unit_en, value, source, page, file, line, revision = row
        unit_of_measure = spoken(unit_vi, unit_en)
        return Figure(
            number=0,
            name=spec.name,
            sort="target",
            key=key or f"{year}/{spec.key}/{unit or level}",
            label=_("target: {name}").format(name=spoken(name, name_en)),
            value=value,
            text=_("none set") if value is None else stated_text(value, unit_of_measure),
            unit_of_measure=unit_of_measure,
            of=level_words(level) if not unit else self._unit_name(unit),
            period=str(year),
            source=source,
            place=page,
            file=file,
            line=line,
            revision=revision,
        )

    # --- checks -----------------------------------------------------------------------------------

    def note(self, key: str) -> None:
        """An observation (``indicator/level/period``) is quoted in a table: checks of it count too."""
        self.noted.add(OBSERVED + key)

    def conflicts(self) -> tuple[Conflict, ...]:
        """What the checks say about the figures quoted so far, but what is in order or cannot be
        checked: contradictions first."""
        if self._findings is None:
            self._findings = tuple(
                each for each in findings(self.reader) if each.verdict in ("conflict", "undefined")
            )
        numbers: dict[str, list[int]] = {}
        for name, place in self._numbered.items():
            figure = self._by_name[name]
            operand = figure.key if figure.sort == "reported" else OBSERVED + figure.key
            numbers.setdefault(operand, []).append(place)
        found: list[Conflict] = []
        for finding in self._findings:
            operands = [term.operand for term in finding.where]
            touched = sorted({place for operand in operands for place in numbers.get(operand, ())})
            if touched or self.noted & set(operands):
                found.append(
                    Conflict(
                        number=len(found) + 1,
                        check=finding.check,
                        verdict=finding.verdict,
                        words=verdict_words(finding.verdict),
                        title=finding.title,
                        sentence=sentence(finding),
                        figures=tuple(touched),
                    )
                )
        return tuple(found)


def _nearest(message: str, key: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(key, list(known), 1)
    hint = _("; did you mean '{near}'?").format(near=near[0]) if near else ""
    return message.format(key=key) + hint
