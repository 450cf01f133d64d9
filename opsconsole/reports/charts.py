"""Charts as SVG, drawn once for HTML, PDF and Word: readable in black and white, each with words beside it.

Shades carry nothing alone: every bar has its figure, every cell its number, and a second series is
hatched. Sizes are points. Each shape has its colour as an attribute and a class (``k-…``), by which a
page of HTML gives it the colours of a dark screen; text is escaped at one place.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias
from xml.sax.saxutils import escape, quoteattr

from opsconsole.catalogue import _, language
from opsconsole.text import number, safe

WIDTH = 460.0  # the text width of the page that the Decree asks for, in points
FONT = "Liberation Serif, Times New Roman, serif"
INK, SHADE, PALE, GRID, PAPER = "#1a1a1a", "#4a4a4a", "#b8b8b8", "#8c8c8c", "#ffffff"

Drawn: TypeAlias = "tuple[str, float, float]"  # svg, width, height


class Svg:
    """A drawing that grows shape by shape."""

    def __init__(self, width: float, height: float, title: str) -> None:
        self.width, self.height, self.title = width, height, title
        self._parts: list[str] = []

    def rect(self, x: float, y: float, w: float, h: float, kind: str = "bar", opacity: float = 1.0) -> None:
        """A filled rectangle; *kind* is bar, pale, hatch or box (an outline)."""
        fill = {"bar": SHADE, "pale": PALE, "hatch": "url(#hatch)", "box": "none", "ink": INK}[kind]
        stroke = f' stroke="{INK}" stroke-width="0.6"' if kind in ("box", "hatch") else ""
        shade = f' fill-opacity="{opacity:.3f}"' if opacity < 1 else ""
        self._parts.append(
            f'<rect class="k-{kind}" x="{x:.1f}" y="{y:.1f}" width="{max(w, 0):.1f}" height="{max(h, 0):.1f}"'
            f' fill="{fill}"{shade}{stroke}/>'
        )

    def line(
        self, x1: float, y1: float, x2: float, y2: float, width: float = 0.5, kind: str = "grid"
    ) -> None:
        """A line; *kind* is grid or axis."""
        self._parts.append(
            f'<line class="k-{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
            f' stroke="{GRID if kind == "grid" else INK}" stroke-width="{width}"/>'
        )

    def mark(self, x: float, y: float, size: float = 4.0) -> None:
        """A small triangle that points down to (x, y)."""
        self._parts.append(
            f'<path class="k-ink" d="M{x - size:.1f} {y - size:.1f}H{x + size:.1f}L{x:.1f} {y:.1f}Z" '
            f'fill="{INK}"/>'
        )

    def text(
        self,
        x: float,
        y: float,
        text: object,
        size: float = 9,
        anchor: str = "start",
        *,
        bold: bool = False,
        inverse: bool = False,
    ) -> None:
        """A line of text whose baseline begins, has its middle or ends at (x, y)."""
        weight = ' font-weight="bold"' if bold else ""
        self._parts.append(
            f'<text class="k-{"inv" if inverse else "text"}" x="{x:.1f}" y="{y:.1f}" font-size="{size}"'
            f' text-anchor="{anchor}" fill="{PAPER if inverse else INK}"{weight}>{escape(safe(text))}</text>'
        )

    def drawn(self) -> Drawn:
        """The whole drawing."""
        hatch = (
            '<defs><pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse"'
            ' patternTransform="rotate(45)"><line class="k-axis" x1="0" y1="0" x2="0" y2="4"'
            f' stroke="{INK}" stroke-width="1.4"/></pattern></defs>'
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width:.0f}" height="{self.height:.0f}"'
            f' viewBox="0 0 {self.width:.0f} {self.height:.0f}" role="img" '
            f"aria-label={quoteattr(safe(self.title))}"
            f' font-family="{FONT}">{hatch}{"".join(self._parts)}</svg>',
            self.width,
            self.height,
        )


def cut(text: str, width: float, size: float) -> str:
    """*text* as far as it fits in *width* points at *size*; Times is about 0.46 em a letter."""
    most = max(4, int(width / (size * 0.46)))
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


@dataclass(frozen=True, slots=True)
class Pace:
    """A target as the chart of pace shows it; values in its unit of measure, *words* its standing."""

    label: str
    target: float
    value: float | None
    expected: float
    words: str
    value_text: str
    target_text: str


def pace(title: str, rows: Sequence[Pace]) -> Drawn:
    """A bar a target, as a share of it: how far it is, with a mark where the pace asks it to be."""
    name_width, step = 178.0, 36.0
    end = WIDTH - 84
    svg = Svg(WIDTH, 26 + step * max(1, len(rows)) + 22, title)
    most = max([1.2, *(min(row.value / row.target, 1.6) for row in rows if row.value and row.target)])
    full = (end - name_width) / most
    for place, row in enumerate(rows):
        y = 26 + place * step
        first, second = _two_lines(row.label, name_width - 6, 9)
        svg.text(0, y + (8 if second else 13), first, 9)
        if second:
            svg.text(0, y + 18, second, 9)
        share = 0.0 if row.value is None or not row.target else min(row.value / row.target, most)
        svg.rect(name_width, y, full, 18, "box")
        svg.rect(name_width, y + 3, share * full, 12)
        if row.target:
            svg.mark(name_width + min(row.expected / row.target, most) * full, y - 1)
        svg.line(name_width + full, y - 4, name_width + full, y + 22, 2, "axis")
        svg.text(WIDTH - 80, y + 8, f"{row.value_text} / {row.target_text}", 9, bold=True)
        svg.text(WIDTH - 80, y + 19, row.words, 9)
    foot = 26 + step * max(1, len(rows)) + 10
    svg.mark(8, foot - 2)
    svg.text(16, foot, _("expected by now"), 8.5)
    svg.line(118, foot - 9, 118, foot + 2, 2, "axis")
    svg.text(124, foot, _("target = 100 %"), 8.5)
    return svg.drawn()


def _two_lines(text: str, width: float, size: float) -> tuple[str, str]:
    most = max(8, int(width / (size * 0.46)))
    if len(text) <= most:
        return text, ""
    at = text.rfind(" ", 0, most + 1)
    at = at if at > 0 else most
    return text[:at], cut(text[at:].strip(), width, size)


def heat(
    title: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[float | None]]], most: float
) -> Drawn:
    """A cell a row and column, the darker the nearer its value is to *most*, with the number in it; a dash
    where there is none."""
    name_width = 150.0
    width, step = (WIDTH - name_width) / max(1, len(columns)), 15.0
    svg = Svg(WIDTH, 18 + step * len(rows) + 4, title)
    for place, column in enumerate(columns):
        svg.text(name_width + (place + 0.5) * width, 12, column, 8, "middle")
    for line, (label, values) in enumerate(rows):
        y = 18 + line * step
        svg.text(0, y + 11, cut(label, name_width - 4, 8.5), 8.5)
        for place, value in enumerate(values):
            x = name_width + place * width
            share = 0.0 if value is None or most <= 0 else max(0.0, min(1.0, value / most))
            svg.rect(x, y, width - 1, step - 1, "ink", 0.04 + 0.86 * share if value is not None else 0.0)
            text = "–" if value is None else number(value, language(), 0)
            svg.text(x + (width - 1) / 2, y + 11, text, 8, "middle", inverse=share > 0.5)
    return svg.drawn()


def ranking(
    title: str, rows: Sequence[tuple[str, float | None, str]], mean: tuple[str, float] | None = None
) -> Drawn:
    """A bar a row, the best first, with its rank, name and figure; a line for the mean."""
    name_width, step = 158.0, 17.0
    end = WIDTH - 48
    svg = Svg(WIDTH, 14 + step * max(1, len(rows)) + 8, title)
    most = max([value for _name, value, _text in rows if value is not None] or [1.0]) or 1.0
    if mean is not None:
        x = name_width + mean[1] / most * (end - name_width)
        svg.line(x, 12, x, 14 + step * len(rows), 1, "axis")
        svg.text(min(x, end), 9, mean[0], 8, "middle")
    for place, (label, value, text) in enumerate(rows):
        y = 14 + place * step
        svg.text(16, y + 11, f"{place + 1}.", 9, "end")
        svg.text(20, y + 11, cut(label, name_width - 24, 9), 9)
        length = 0.0 if value is None else value / most * (end - name_width)
        svg.rect(name_width, y + 2, length, step - 5)
        svg.text(name_width + length + 4, y + 11, text, 9, bold=True)
    return svg.drawn()


def columns(title: str, rows: Sequence[tuple[str, int]], below: str) -> Drawn:
    """A column a class, with its number on top: how many there are of each. *below* names the axis."""
    height, base = 190.0, 150.0
    svg = Svg(WIDTH, height, title)
    most = max([count for _label, count in rows] or [1]) or 1
    width = (WIDTH - 10) / max(1, len(rows))
    for place, (label, count) in enumerate(rows):
        x, tall = 5 + place * width, count / most * (base - 22)
        svg.rect(x + width * 0.12, base - tall, width * 0.76, tall)
        svg.text(x + width / 2, base - tall - 4, number(count, language()), 8.5, "middle", bold=True)
        svg.text(x + width / 2, base + 12, label, 8.5, "middle")
    svg.line(5, base, WIDTH - 5, base, 0.8, "axis")
    svg.text(WIDTH / 2, base + 30, below, 9, "middle")
    return svg.drawn()


def year(
    title: str, chosen: int, counts: dict[str, int], weekdays: Sequence[str], months: Sequence[str]
) -> Drawn:
    """A calendar of the year, a week a column: the number of sessions stands in its day."""
    left, cell = 28.0, (WIDTH - 28) / 54
    svg = Svg(WIDTH, 24 + cell * 7 + 8, title)
    for row, label in enumerate(weekdays):
        svg.text(left - 4, 24 + row * cell + cell * 0.75, label, 6.5, "end")
    first = dt.date(chosen, 1, 1)
    shift = first.weekday()
    for month, label in enumerate(months, 1):
        at = (dt.date(chosen, month, 1) - first).days + shift
        svg.text(left + at // 7 * cell, 17, label, 8)
    for offset in range(366 if calendar.isleap(chosen) else 365):
        day = first + dt.timedelta(days=offset)
        x, y = left + (offset + shift) // 7 * cell, 24 + day.weekday() * cell
        count = counts.get(day.isoformat(), 0)
        svg.rect(x, y, cell - 1, cell - 1, "ink", min(0.9, 0.3 + 0.25 * count) if count else 0.05)
        if count:
            svg.text(x + (cell - 1) / 2, y + cell * 0.72, count, 6.5, "middle", inverse=count > 0)
    return svg.drawn()


def pyramid(title: str, left: str, right: str, rows: Sequence[tuple[str, int, int]]) -> Drawn:
    """Two bars a row, one to each side: of *left* (filled) and *right* (hatched), oldest on top."""
    middle, step = 64.0, 18.0
    half = (WIDTH - middle) / 2 - 40
    svg = Svg(WIDTH, 22 + step * max(1, len(rows)) + 6, title)
    most = max([max(one, other) for _label, one, other in rows] or [1]) or 1
    axis_left, axis_right = WIDTH / 2 - middle / 2, WIDTH / 2 + middle / 2
    svg.text(axis_left, 12, left, 9, "end", bold=True)
    svg.text(axis_right, 12, right, 9, bold=True)
    for place, (label, one, other) in enumerate(rows):
        y = 20 + place * step
        svg.text(WIDTH / 2, y + 12, label, 9, "middle")
        for x, count, kind in ((axis_left, one, "bar"), (axis_right, other, "hatch")):
            length = count / most * half
            side = -1 if kind == "bar" else 1
            svg.rect(x - length if side < 0 else x, y + 2, length, step - 5, kind)
            svg.text(
                x + side * (length + 4),
                y + 12,
                number(count, language()),
                8.5,
                "end" if side < 0 else "start",
            )
    return svg.drawn()
