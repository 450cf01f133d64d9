"""Wear of fixed assets (hao mòn): cost × the rate of the year, once a year on 31/12, by dated rates.

The rule is that of circulars 45/2018, 23/2023 and 141/2025/TT-BTC: wear begins in the year in which an
asset is put to use, each year takes cost × rate, and the last year takes the rest. Amounts are whole
đồng, rounded half up. The years of use by class and circular stand in ``indicators.equipment``.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from opsconsole.catalogue import _
from opsconsole.indicators.equipment import LIVES, lives_on
from opsconsole.reports.data import Context, Made, table
from opsconsole.reports.data.equipment import Held, day_words, held
from opsconsole.reports.model import Column, Paragraph, Row, Table
from opsconsole.words import word


class Wear(NamedTuple):
    """The wear of an asset as of 31/12 of a year, in đồng; *rate* is the year's, in percent, None for a
    class that no circular names. *left* is what is not worn yet."""

    rate: Decimal | None
    before: int
    of_year: int
    total: int
    left: int


@lru_cache(maxsize=4096)
def rate_of(kind: str, year: int) -> Decimal | None:
    """The wear rate of a class in a fiscal year, in percent with two decimals; None where it has none.

    Before the first circular that we have, that one's rates stand.
    """
    circular, lives = lives_on(dt.date(max(year, int(LIVES[0][0][:4])), 12, 31))
    years = lives.get(kind)
    if not years or not circular:
        return None
    return (Decimal(100) / years).quantize(Decimal("0.01"), ROUND_HALF_UP)


@lru_cache(maxsize=65536)
def wear(kind: str, cost: int, first_year: int, year: int) -> Wear:
    """The wear of an asset of class *kind* bought for *cost* and put to use in *first_year*, as of
    31/12 of *year*. Nothing wears before it is put to use, and never more than the cost."""
    total = of_year = 0
    for each in range(first_year, year + 1):
        rate = rate_of(kind, each)
        if rate is None:
            of_year = 0
            continue
        due = int((cost * rate / 100).quantize(Decimal(1), ROUND_HALF_UP))
        # Seven years of 14.29 % leave or ask a few đồng: the last year takes the rest.
        rest = cost - total
        of_year = rest if rest <= due or rest - due < due // 100 else due
        total += of_year
    return Wear(rate_of(kind, year), total - of_year, of_year, total, cost - total)


def _worn(one: Held, year: int) -> Wear:
    first = int(one.start[:4]) if one.start else year
    return wear(one.kind, one.price or 0, first, year)


@table("wear", "wear of fixed assets as of 31/12, by class (form C55-HD)")
def by_class(context: Context, title: str, options: Mapping[str, Any], dry: bool) -> Made:
    """A row a class: number, cost, rate, wear of the year, accumulated, rest."""
    if dry:
        return []
    year = context.span.year
    tally: defaultdict[str, list[int]] = defaultdict(lambda: [0] * 6)
    for one in held(context, fixed=True):
        worn = _worn(one, year)
        row = tally[one.kind]
        for place, amount in enumerate((1, one.price or 0, worn.before, worn.of_year, worn.total, worn.left)):
            row[place] += amount
    rows: list[Row] = []
    for place, kind in enumerate(sorted(tally, key=word), 1):
        count, cost, before, of_year, total, left = tally[kind]
        rate = rate_of(kind, year)
        rows.append(
            [
                place,
                word(kind),
                count,
                cost,
                None if rate is None else float(rate),
                before,
                of_year,
                total,
                left,
            ]
        )
    sums = [sum(each) for each in zip(*tally.values(), strict=True)] or [0] * 6
    columns = (
        Column(_("No."), "place", 0.6),
        Column(_("Class of fixed assets"), "text", 2.0),
        Column(_("Number"), "whole", 0.7),
        Column(_("Original cost (đồng)"), "money", 1.5),
        Column(_("Rate of the year"), "percent", 1.1, "", 2),
        Column(_("of years before"), "money", 1.4, _("Wear (đồng)")),
        Column(_("of this year"), "money", 1.4, _("Wear (đồng)")),
        Column(_("accumulated"), "money", 1.4, _("Wear (đồng)")),
        Column(_("Remaining value (đồng)"), "money", 1.4),
    )
    total_row: Row = [None, _("Total"), sums[0], sums[1], None, *sums[2:]]
    return [
        Table(
            "wear",
            title or _("Wear of fixed assets as of 31/12/{year}").format(year=year),
            columns,
            lambda: iter(rows),
            (total_row,),
            f"{day_words(context)}; {_rates(year)}",
        ),
    ]


def _rates(year: int) -> str:
    circular, _lives = lives_on(dt.date(year, 12, 31))
    return _("rates of circular {circular}; each earlier year by the circular then in force").format(
        circular=circular or "–"
    )


@table("asset-register", "the register of fixed assets with their wear (form S24-H)")
def register(context: Context, title: str, options: Mapping[str, Any], dry: bool) -> Made:
    """A row a fixed asset. What costs less than the threshold is a tool and not in this form."""
    if dry:
        return []
    year = context.span.year

    def rows() -> Iterator[Row]:
        for place, one in enumerate(held(context, fixed=True), 1):
            worn = _worn(one, year)
            yield [
                place,
                f"{word(one.kind)}: {one.model}",
                one.key,
                one.serial or "–",
                one.start or None,
                context.unit_name(one.unit),
                one.price,
                None if worn.rate is None else float(worn.rate),
                worn.of_year,
                worn.total,
                worn.left,
            ]

    columns = (
        Column(_("No."), "place", 0.6),
        Column(_("Name and type"), "text", 2.6, _("Increase of fixed assets")),
        Column(_("Tag"), "text", 1.7, _("Increase of fixed assets")),
        Column(_("Serial number"), "text", 1.3, _("Increase of fixed assets")),
        Column(_("Put to use"), "date", 1.0, _("Increase of fixed assets")),
        Column(_("Place of use"), "text", 1.9, _("Increase of fixed assets")),
        Column(_("Original cost (đồng)"), "money", 1.3, _("Increase of fixed assets")),
        Column(_("Rate"), "percent", 1.0, _("Wear (đồng)"), 2),
        Column(_("of this year"), "money", 1.2, _("Wear (đồng)")),
        Column(_("accumulated"), "money", 1.3, _("Wear (đồng)")),
        Column(_("Remaining value (đồng)"), "money", 1.3),
    )
    sums = [0, 0, 0, 0]
    for one in held(context, fixed=True):
        worn = _worn(one, year)
        for place, amount in enumerate((one.price or 0, worn.of_year, worn.total, worn.left)):
            sums[place] += amount
    total: Row = [None, _("Total"), "", "", None, "", sums[0], None, *sums[1:]]
    note = Paragraph(
        (
            _(
                "Fixed assets cost {least} đồng or more; what costs less is a tool, listed by place of use."
            ).format(least="10.000.000"),
        ),
        "note",
    )
    return [
        Table(
            "asset-register",
            title or _("Register of fixed assets"),
            columns,
            rows,
            (total,),
            f"{day_words(context)}; {_rates(year)}",
        ),
        note,
    ]
