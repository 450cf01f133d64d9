"""Targets of a year: how each stands, its months, where it leads, and every unit behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import BindingType

from opsconsole.catalogue import N_, _
from opsconsole.console.actions import bindings
from opsconsole.console.bars import chart
from opsconsole.console.columns import Column
from opsconsole.console.feeds import Question
from opsconsole.console.queries.filtering import terms_of
from opsconsole.console.queries.targets import Course, courses, years_with_targets
from opsconsole.console.screens.gridpage import GridPage
from opsconsole.console.widgets.grid import GridView
from opsconsole.console.widgets.plain import Line
from opsconsole.console.widgets.rows import HeldRows
from opsconsole.store.database import Reader
from opsconsole.text import fold
from opsconsole.words import day, figure, word

if TYPE_CHECKING:
    from opsconsole.indicators.targets import Standing

_TONES = {"behind": "bad", "at risk": "warn", "on track": "good", "met": "good", "no data": "faint"}
GLYPHS = {"behind": "▼", "at risk": "◆", "on track": "●", "met": "✓", "no data": "?"}


def measured(value: float | None, unit_of_measure: str) -> str:
    """A value with its unit of measure; nothing where none is known."""
    if value is None:
        return ""
    if unit_of_measure == "percent":
        return figure(value, 1) + " %"
    return figure(value, {"hours": 1, "ratio": 2}.get(unit_of_measure))


def status_tone(status: str) -> str:
    """How a status is drawn."""
    return _TONES.get(status, "")


def _status(status: str) -> str:
    from opsconsole.indicators.pace import status_words

    return f"{GLYPHS.get(status, ' ')} {status_words(status)}" if status else ""


class Targets(GridPage):
    """The targets of a year."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("targets")
    with_panel = True

    def __init__(self, name: str) -> None:
        grid = GridView(
            (
                Column("indicator", N_("Indicator"), 16, 34, sort=False),
                Column("whose", N_("Whose"), 8, 22, sort=False),
                Column("status", N_("Standing"), 10, 16, show=_status, tone=status_tone, sort=False),
                Column("value", N_("So far"), 7, 12, right=True, sort=False),
                Column("target", N_("Target"), 7, 12, right=True, sort=False),
                Column("expected", N_("Due"), 7, 12, right=True, sort=False),
                Column("projected", N_("Leads to"), 7, 26, sort=False),
                Column("months", N_("Months"), 12, 12, sort=False),
                Column("until", N_("Until"), 10, 10, show=day, sort=False),
            )
        )
        super().__init__(name, grid)
        self.year: int | None = None
        self._years: list[int] = []
        self._courses: list[Course] = []
        self._unit: tuple[str, str] | None = None  # (era, its name)

    # --- reading -----------------------------------------------------------------------------------

    def load(self) -> None:
        """Read the targets of the year."""
        year, on = self.year or self.console.settings.year, self.console.day
        unit = self._unit[0] if self._unit else None

        def work(reader: Reader, question: Question) -> Any:
            return years_with_targets(reader), courses(reader, year, on, unit)

        if not self._courses:
            self.grid.empty_text = _("Reading …")
        self.console.feeds.ask("targets", work, lambda found: self._show(year, *found))

    def _show(self, year: int, years: list[int], found: list[Course]) -> None:
        self.year, self._years, self._courses = year, years, found
        self.draw()

    def draw(self) -> None:
        """Draw the targets that hold the words of the filter."""
        rows = []
        words = [term.value for term in terms_of(self._filter)]
        for course in self._courses:
            one = course.standing
            values = (
                one.title if self.app.size.width >= self.console.WIDE else one.short_title,
                whose(one),
                one.status,
                measured(one.value, one.unit_of_measure) or "–",
                measured(one.target, one.unit_of_measure),
                measured(one.expected, one.unit_of_measure),
                projection_text(one),
                course.line,
                one.until,
            )
            text = fold(" ".join((one.indicator, one.title, one.short_title, values[1], one.status_text)))
            if all(each in text for each in words):
                rows.append((one.key, values))
        self.grid.empty_text = self.nothing(_("No target is declared for {year}.").format(year=self.year))
        self.grid.show(HeldRows(rows))
        self._draw_head(len(rows))
        self._draw_detail()

    def _draw_head(self, shown: int) -> None:
        line = self.head_line(_("Targets {year}").format(year=self.year), shown, len(self._courses))
        if self._unit:
            line.append(("warn", "  " + _("unit: {name}").format(name=self._unit[1])))
        line.append(("faint", "  " + _("as of {day}").format(day=day(self.console.day.isoformat()))))
        if len(self._years) > 1:
            line.append(("faint", "  " + _("[ ] other years")))
        self.head.show([line])

    # --- the target under the cursor -----------------------------------------------------------------

    @property
    def course(self) -> Course | None:
        """The target under the cursor."""
        key = self.grid.key
        return next((one for one in self._courses if one.standing.key == key), None)

    def on_grid_view_moved(self) -> None:
        """Another target is under the cursor."""
        self._draw_detail()

    def _draw_detail(self) -> None:
        course = self.course
        if course is None:
            self.panel.show([])
            return
        wide = self.app.size.width >= self.console.WIDE
        self.panel.show(self.detail_lines(course, 8 if wide else 0))

    def detail_lines(self, course: Course, height: int) -> list[Line]:
        """The target in words, with a chart of its months of *height* lines."""
        one = course.standing
        lines: list[Line] = [[("head", one.title)], [("faint", f"{one.indicator} · {whose(one)}")]]
        if height:
            lines.append("")
            lines += [[("good", line)] for line in chart(list(course.months), one.target, height)]
            lines.append([("faint", " ".join(f"{month:>2}" for month in range(1, 13)))])
            lines.append("")
        lines.append(
            _("{value} of {target} ({how}); due by now {expected}").format(
                value=measured(one.value, one.unit_of_measure) or _("no data"),
                target=measured(one.target, one.unit_of_measure),
                how=word(one.direction),
                expected=measured(one.expected, one.unit_of_measure),
            )
        )
        if one.projected is not None:
            lines.append(_("leads to {where} by the end of the year").format(where=projection_text(one)))
        pace = word(one.pace)
        if one.pace_used != one.pace:
            pace += " " + _("(no whole year before is known: {pace})").format(pace=word(one.pace_used))
        lines.append([("faint", _("pace: {pace}").format(pace=pace))])
        if one.baseline is not None:
            lines.append(
                [("faint", _("began at {value}").format(value=measured(one.baseline, one.unit_of_measure)))]
            )
        if one.low is not None and (one.low, one.high) != (one.value, one.value):
            low = measured(one.low, one.unit_of_measure)
            high = measured(one.high, one.unit_of_measure) or "…"
            lines.append([("warn", _("missing evidence: {low} to {high}").format(low=low, high=high))])
        source = f"{one.source} · {one.page}" if one.page else one.source
        lines.append([("faint", _("source: {source}").format(source=source))])
        return lines

    # --- actions -----------------------------------------------------------------------------------

    def action_year_before(self) -> None:
        """The targets of the year before."""
        self._to_year(-1)

    def action_year_after(self) -> None:
        """The targets of the next year."""
        self._to_year(1)

    def _to_year(self, by: int) -> None:
        here = self.year or self.console.settings.year
        years = sorted({*self._years, here})
        place = years.index(here) + by
        if 0 <= place < len(years):
            self.year = years[place]
            self.load()
        else:
            self.console.say(_("No targets are declared further this way."))

    def action_units_of(self) -> None:
        """The indicator under the cursor in every unit and month."""
        course = self.course
        if course is not None:
            from opsconsole.console.screens.heat import open_heat

            open_heat(self.console, course.standing, self.year or self.console.settings.year)

    def action_new_target(self) -> None:
        """A new target of the year; of the unit to which the page is narrowed."""
        from opsconsole.console.screens.declaring import declare

        unit = self._unit[0].partition("@")[0] if self._unit else ""
        given = {"year": str(self.year or self.console.settings.year)}
        declare(self.console, "targets", unit=unit, given=given, done=lambda key: self.outdated())

    def action_edit_target(self) -> None:
        """Change the target under the cursor; of merged units, those that theirs come from."""
        from opsconsole.console.screens.declaring import change

        course = self.course
        if course is None or not course.standing.keys:
            self.console.say(_("There is nothing here to change."), "warn")
            return
        change(self.console, "targets", course.standing.keys, self.outdated)

    def action_new_figure(self) -> None:
        """A figure for the indicator under the cursor."""
        from opsconsole.console.screens.declaring import declare

        given: dict[str, str] = {}
        unit = self._unit[0].partition("@")[0] if self._unit else ""
        if (course := self.course) is not None:
            one = course.standing
            given = {"indicator": one.indicator, "unit-of-measure": one.unit_of_measure, "name": one.name}
            if one.unit_id:
                unit = one.unit_id.partition("@")[0]
        declare(self.console, "figures", unit=unit, given=given, done=lambda key: self.outdated())

    def action_figures_of(self) -> None:
        """The figures that are reported for the indicator under the cursor."""
        course = self.course
        self.console.page_of("figures").set_filter(f'indicator:"{course.standing.name}"' if course else "")
        self.console.open_page("figures")

    def action_declared_targets(self) -> None:
        """The targets as they are declared."""
        self.console.open_page("goals")

    def on_grid_view_opened(self, message: GridView.Opened) -> None:
        """Explain the value down to its rows."""
        course = self.course
        if course is None:
            return
        one = course.standing
        if one.value is None:
            self.console.open_text(one.title, self.detail_lines(course, 8))
            return
        self.console.explain(one.indicator, _one_period(one.period), one.unit_id, one.level)

    def show_unit(self, unit: str, name: str) -> None:
        """How one unit (an era) stands against its targets and those of its level."""
        self._unit = (unit, name)
        self._filter = ""
        self.outdated()

    # --- frame -------------------------------------------------------------------------------------

    def go_back(self) -> bool:
        """Clear the filter, then the unit."""
        if super().go_back():
            return True
        if self._unit is not None:
            self._unit = None
            self.load()
            return True
        return False

    def on_resize(self) -> None:
        """Names have another width."""
        if self._courses:
            self.draw()


def whose(one: Standing) -> str:
    """Whose target it is: a level, or a unit (with the level whose target it is held against)."""
    from opsconsole.indicators.tree import level_words

    if not one.unit_id:
        return level_words(one.level)
    return f"{one.unit_name} ({level_words(one.of_level)})" if one.of_level else one.unit_name


def projection_text(one: Standing) -> str:
    """Where it leads, with the interval that holds four times of five."""
    if one.projected is None:
        return "–"
    text = measured(one.projected, one.unit_of_measure)
    if one.projected_low is None or one.projected_high is None or one.projected_low == one.projected_high:
        return text
    return f"{text} ({figure(one.projected_low, 0)}–{figure(one.projected_high, 0)})"


def _one_period(period: str) -> str:
    """The period whose value can be explained: of months that were added up, the last."""
    return period.partition("…")[2] or period
