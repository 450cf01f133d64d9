"""The year-end stock-take (form C53-HD): what the register holds, with room for what is found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from opsconsole.catalogue import _
from opsconsole.reports.data import Context, Made, table
from opsconsole.reports.data.equipment import day_words, held
from opsconsole.reports.model import Column, Row, Table
from opsconsole.words import word


@table("stock-take", "the list of a stock-take, with columns for what is counted (form C53-HD)")
def stock_take(context: Context, title: str, options: Mapping[str, Any], dry: bool) -> Made:
    """A row an asset: the register's side filled in, the counted side left open, the state as known."""
    if dry:
        return []

    def rows() -> Iterator[Row]:
        for place, one in enumerate(held(context), 1):
            used, broken, idle = (
                one.status == "in-use",
                one.status in ("broken", "in-repair"),
                one.status == "in-store",
            )
            mark = [("x" if each else "") for each in (used, broken, idle)]
            yield [
                place,
                f"{word(one.kind)}: {one.model} ({one.key})",
                one.room or context.unit_name(one.unit),
                one.start[:4] if one.start else "–",
                "",
                1,
                "",
                "",
                None if one.price is None else one.price / 1000,
                *mark,
                "",
            ]

    found, state = _("Difference"), _("State")
    columns = (
        Column(_("No."), "place", 0.6),
        Column(_("Name of the asset"), "text", 3.0),
        Column(_("Place of use"), "text", 1.6),
        Column(_("Year put to use"), "text", 0.8),
        Column(_("Counted"), "text", 0.8),
        Column(_("By the books"), "whole", 0.7),
        Column(_("number"), "text", 0.7, found),
        Column(_("cause"), "text", 1.0, found),
        Column(_("Cost (1,000 đồng)"), "money", 1.1),
        Column(_("working"), "text", 0.7, state),
        Column(_("damaged"), "text", 0.7, state),
        Column(_("not used"), "text", 0.7, state),
        Column(_("Note"), "text", 1.0),
    )
    count = cost = 0
    for one in held(context):
        count, cost = count + 1, cost + (one.price or 0)
    total: Row = [None, _("Total"), "", "", "", count, "", "", cost / 1000, "", "", "", ""]
    return [
        Table(
            "stock-take",
            title or _("Stock-take of equipment"),
            columns,
            rows,
            (total,),
            day_words(context),
            sortable=False,
        )
    ]
