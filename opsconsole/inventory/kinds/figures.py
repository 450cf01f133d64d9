"""Reported figures: numbers that people state, with the document and place they come from.

A figure that names an indicator gives it a value: of a unit, of a level, or of the whole province.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from opsconsole.catalogue import _
from opsconsole.dayspans import days_of
from opsconsole.errors import Refused
from opsconsole.inventory.fields import Day, Field, Number, Ref, Text
from opsconsole.inventory.kind import KEY_TEXT, Declared, Kind, choice
from opsconsole.inventory.kinds.indicators import LEVELS
from opsconsole.periods import PATTERN

if TYPE_CHECKING:
    from opsconsole.strictyaml import Problem

# A check takes a text of this form for a number, so no figure may be called like one.
NUMBER = r"-?\d{1,15}(\.\d{1,9})?"
_SAME = {"%": "percent"}  # what documents call a unit of measure → what an indicator calls it


@dataclass(frozen=True, slots=True)
class Span:
    """The time that a figure is about: a period by its name (see ``opsconsole.periods``), a day, or two
    days joined by a slash."""

    column: str = field(default="text", init=False)
    _pattern = rf"{PATTERN}|\d{{4}}-\d{{2}}-\d{{2}}(?:/\d{{4}}-\d{{2}}-\d{{2}})?"

    def convert(self, text: str) -> str:
        try:
            days_of(text)
        except Refused as refused:
            raise ValueError(
                _(
                    "must be a period (2019, 2019-H2, 2019-Q3, 2019-07, 2019-07+, 2019-07@15), a day or two "
                    "days in their order (2019-01-01/2019-07-30)"
                )
            ) from refused
        return text

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "number"], "pattern": f"^(?:{self._pattern})$"}


def check(declared: Declared) -> list[Problem]:
    """No figure is called like a number, one whose meaning is in doubt says why, and of no indicator is
    one value stated twice."""
    return [
        declared.problem(record, name, message)
        for key, record in declared.of("figures").items()
        for name, message in (*_by_itself(key, record.content), *_of_indicator(key, record.content, declared))
    ] + list(_twice(declared))


def _by_itself(key: str, content: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if re.fullmatch(NUMBER, key):
        yield (
            "",
            _("a check would take the key '{key}' for a number; give the figure a name").format(key=key),
        )
    if "meaning" in content and "note" not in content:
        yield (
            "meaning",
            _("figure '{key}' does not say what is {meaning} in it; write 'note:'").format(
                key=key, meaning=content["meaning"]
            ),
        )
    for name in ("level", "replaces"):
        if name in content and "indicator" not in content:
            yield (
                name,
                _("figure '{key}' has '{name}:' and names no indicator; write 'indicator:'").format(
                    key=key, name=name
                ),
            )
    if "level" in content and "unit" in content:
        yield (
            "level",
            _("figure '{key}' is of a unit; delete 'level:', which is for all units of a level").format(
                key=key
            ),
        )
    if "stated" in content and content["stated"] < days_of(content["period"])[0].isoformat():
        yield (
            "stated",
            _("figure '{key}' was stated on {day}, before its period began; correct one of them").format(
                key=key, day=content["stated"]
            ),
        )


def _of_indicator(key: str, content: dict[str, Any], declared: Declared) -> Iterator[tuple[str, str]]:
    """The figure is in the unit of measure and of a level of its indicator, and replaces one of the same
    value."""
    if "indicator" not in content:
        return
    indicator = declared.every("indicators").get(content["indicator"])
    if indicator is None:
        return  # said where references are checked
    wanted, given = indicator.content["unit-of-measure"], content["unit-of-measure"]
    # Of a measured indicator the figure is what somebody says beside it, in words of its own.
    if wanted not in ("count", "hours", "ratio") and _SAME.get(given, given) != wanted:
        yield (
            "unit-of-measure",
            _("indicator '{indicator}' is in {wanted}, figure '{key}' in {given}").format(
                indicator=content["indicator"], wanted=wanted, key=key, given=given
            ),
        )
    levels, level = indicator.content.get("levels"), content.get("level", LEVELS[0])
    if levels and "unit" not in content and level not in levels:
        yield (
            "level" if "level" in content else "indicator",
            _("indicator '{indicator}' has no values of level '{level}'; it has those of {levels}").format(
                indicator=content["indicator"], level=level, levels=", ".join(levels)
            ),
        )
    replaced = declared.every("figures").get(content.get("replaces", ""))
    if replaced is not None and (
        content["replaces"] == key or _said(replaced.content, declared)[:2] != _said(content, declared)[:2]
    ):
        yield (
            "replaces",
            _(
                "figure '{key}' cannot replace '{other}': a figure replaces another one of the same "
                "indicator and unit or level"
            ).format(key=key, other=content["replaces"]),
        )


def _said(content: Mapping[str, Any], declared: Declared) -> tuple[str, str, dt.date, dt.date]:
    """(indicator, unit or level, first day, last day) of what a figure states."""
    code = content.get("indicator", "")
    indicator = declared.every("indicators").get(code)
    mid_month = indicator is not None and indicator.content.get("period-rule") == "15th-to-14th"
    place = content.get("unit") or content.get("level", LEVELS[0])
    return (code, place, *days_of(content["period"], mid_month=mid_month))


def _twice(declared: Declared) -> Iterator[Problem]:
    """Two figures for one value, unless one replaces the other or one of them only is a sample."""
    changed = declared.of("figures")
    if not any("indicator" in record.content for record in changed.values()):
        return
    every = {
        key: record
        for key, record in declared.every("figures").items()
        if "indicator" in record.content and record.ended is None
    }
    replaced = {record.content.get("replaces") for record in every.values()}
    groups: defaultdict[tuple[Any, ...], list[str]] = defaultdict(list)
    for key, record in every.items():
        if key not in replaced:
            groups[(bool(record.sample), *_said(record.content, declared))].append(key)
    for keys in groups.values():
        for key in keys if len(keys) > 1 else ():
            if key not in changed:
                continue
            other = every[next(each for each in keys if each != key)]
            message = _(
                "figures '{key}' and '{other}' ({place}) state one value of indicator '{indicator}'; write "
                "'replaces: {other}' in the one that holds, or withdraw the other"
            ).format(
                key=key,
                other=other.key,
                place=f"{other.file}:{other.line}",
                indicator=other.content["indicator"],
            )
            yield declared.problem(every[key], "indicator", message)
    yield from _round(every, changed, declared)


def _round(every: Mapping[str, Any], changed: Mapping[str, Any], declared: Declared) -> Iterator[Problem]:
    """Figures that replace each other in a circle: none of them would hold."""
    for key in changed.keys() & every.keys():
        seen, at = {key}, every[key].content.get("replaces")
        while at in every and at not in seen:
            seen.add(at)
            at = every[at].content.get("replaces")
        if at == key and len(seen) > 1:
            message = _("figures {keys} replace each other; one of them must hold").format(
                keys=", ".join(f"'{each}'" for each in sorted(seen))
            )
            yield declared.problem(every[key], "replaces", message)


KIND = Kind(
    name="figures",
    singular="figure",
    table="figure",
    title="Reported figures",
    key=KEY_TEXT,
    unit="optional",
    order=65,
    name_fields=("name", "source"),
    check=check,
    fields=(
        Field("name", Text(300), "what the figure states", required=True),
        Field("indicator", Ref("indicators"), "the indicator whose value it states"),
        Field("level", choice(*LEVELS), "of all units of which level; without it, of the whole province"),
        Field("period", Span(), "period", required=True),
        Field("stated", Day(), "the day on which it was stated, where its period was not over"),
        Field("value", Number(most_digits=15), "value", required=True),
        Field("unit-of-measure", Text(60), "unit of measure", required=True),
        Field("unit-of-measure-en", Text(40), "the same word in English; without it that of the indicator"),
        Field("replaces", Ref("figures"), "the figure of the same value that this one replaces"),
        Field(
            "inexact",
            choice("about", "nearly", "over"),
            "the source gives the value roughly: about, nearly, over",
        ),
        Field(
            "meaning",
            choice("undefined", "ambiguous"),
            "the source does not say, or not clearly, what was counted; the note says why",
        ),
        Field("source", Text(300), "source document", required=True),
        Field("place", Text(120), "section"),
        Field("page", Text(40), "page"),
        Field("quote", Text(300), "the words of the source"),
        Field("note", Text(500), "note"),
    ),
)
