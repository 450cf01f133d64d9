"""The figures of a shared system in words: what the command line prints and the console shows."""

from __future__ import annotations

from typing import NamedTuple

from opsconsole.catalogue import _
from opsconsole.indicators.amounts import bounds, value
from opsconsole.indicators.statedtext import remarks
from opsconsole.indicators.systems import SystemRow
from opsconsole.indicators.tree import level_words
from opsconsole.text import date, safe


class Line(NamedTuple):
    """An indicator of a system beside one of its targets; all texts are safe to show."""

    name: str
    value: str
    until: str
    target: str
    status: str
    remark: str


def cells(row: SystemRow) -> list[Line]:
    """A line for each target of the indicator, one where it has none."""
    measured = value(row.value, row.unit_text)
    first = (safe(row.title), measured, date(row.until) if row.until else "")
    remark = remarks(row.inexact, row.meaning, row.sample, bounds(row.value, row.low, row.high))
    if row.level != "all":
        remark = "; ".join(each for each in (level_words(row.level), remark) if each)
    if not row.standings:
        return [Line(*first, "", _("no target declared"), remark)]
    lines = []
    for standing in row.standings:
        target = value(standing.target, standing.unit_text)
        if standing.level != "all" or standing.unit_id:
            whose = safe(standing.unit_name) if standing.unit_id else level_words(standing.level)
            target = f"{whose} {target}"
        lines.append(Line(*first, target, standing.status_text, remark))
    return lines
