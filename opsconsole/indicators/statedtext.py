"""Reported figures in words: as the rows behind a value, and beside the targets of a year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from opsconsole.catalogue import N_, _, language, spoken
from opsconsole.indicators.amounts import unit_words, value
from opsconsole.text import date, number, safe
from opsconsole.words import word

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from opsconsole.indicators.explain import Explanation, Row
    from opsconsole.indicators.stated import Stated
    from opsconsole.indicators.targets import Standing

_ROLES = {
    "value": N_("the value"),
    "numerator": N_("numerator"),
    "denominator": N_("denominator"),
    "stated": N_("stated beside it, does not count"),
    "replaced": N_("replaced by another figure, does not count"),
}


def figure_rows(say: Callable[[str], None], found: Explanation, most: int, zone: ZoneInfo) -> None:
    """*say* the first *most* figures behind a value (0: all), each with its document and who applied it."""
    names = {one.unit_id: one.name for one in found.units}
    for row in found.rows[: most or None]:
        say("")
        for number_, line in enumerate(_figure(row, names.get(row.unit_id, ""), zone)):
            say(f"  {line}" if number_ else line)
    if most and len(found.rows) > most:
        say("")
        rest = number(len(found.rows) - most, language())
        say(_("… and {count} more rows; '--rows 0' shows all").format(count=rest))


def _figure(row: Row, unit: str, zone: ZoneInfo) -> list[str]:
    from opsconsole.store.clock import local

    facts = row.facts
    role = _(_ROLES.get(facts["role"], facts["role"]))
    unit_of_measure = unit_words(spoken(facts["unit_of_measure"], facts["unit_of_measure_en"]))
    worth = f"{number(facts['value'], language())} {unit_of_measure}"
    whose = f", {safe(unit)}" if unit else ""
    lines = [
        f"{_('figure')} {safe(row.key)} ({role}): {worth}{whose}, "
        f"{date(facts['figure_from'])} – {date(facts['figure_until'])}"
    ]
    page = _("page {page}").format(page=safe(facts["page"])) if facts["page"] else ""
    where = [safe(each) for each in (facts["source"], facts["place"])] + [page]
    quote = f": “{safe(facts['quote'])}”" if facts["quote"] else ""
    lines.append(", ".join(each for each in where if each) + quote)
    doubts = [word(facts[name]) for name in ("inexact", "meaning") if facts[name]]
    doubts += [_("sample: made up, not reported")] if facts["is_sample"] else []
    said = [", ".join(doubts), safe(facts["note"])]
    if any(said):
        lines.append(". ".join(each for each in said if each))
    applied = _("{file}:{line}, revision {revision}").format(
        file=safe(facts["file"]), line=facts["line"], revision=number(facts["revision"], language())
    )
    if facts["applied_at"]:
        applied += ", " + _("applied by {actor} on {at}").format(
            actor=safe(facts["applied_by"]), at=local(facts["applied_at"], zone)
        )
        applied += f": {safe(facts['applied_reason'])}" if facts["applied_reason"] else ""
    lines.append(applied)
    return lines


def assumption(rate: dict[str, Any]) -> str:
    """A rate that a value was worked out with, with its source."""
    name = spoken(rate["name"], rate["name_en"])
    worth = f"{number(rate['value'], language())} {word(rate['unit_of_measure'])}"
    return f"{safe(name)}: {worth} ({safe(rate['source'])})"


def remarks(inexact: str, meaning: str, sample: bool, between: str = "") -> str:
    """What is to be known beside a value, in a few words."""
    said = [word(inexact), word(meaning), _("sample") if sample else "", between]
    return "; ".join(each for each in said if each)


def remarks_of(inputs: dict[str, Any]) -> str:
    """What the sources of a reported value say of it, from the inputs of its observation."""
    said = inputs.get("stated") or {}
    return remarks(said.get("inexact", ""), said.get("meaning", ""), bool(said.get("sample")))


# --- beside targets ------------------------------------------------------------------------------


def beside(found: Sequence[Standing], figures: dict[tuple[str, str], list[Stated]]) -> list[str]:
    """For each standing what documents stated of the same indicator and unit or level the year before; else
    its declared baseline."""
    return [
        stated_text(figures.get((one.indicator, one.unit_id or one.level), []))
        or ("" if one.baseline is None else value(one.baseline, one.unit_text))
        for one in found
    ]


def without_target(
    found: Sequence[Standing], figures: dict[tuple[str, str], list[Stated]]
) -> list[list[Stated]]:
    """The stated figures for which no target is declared, in the order of indicator and level."""
    aimed = {(one.indicator, one.unit_id or one.level) for one in found}
    return [several for place, several in sorted(figures.items()) if place not in aimed]


def with_stated(
    found: Sequence[Standing], figures: dict[tuple[str, str], list[Stated]]
) -> list[dict[str, Any]]:
    """Everything for JSON: the standings with what was stated of each, then what has no target."""
    aimed = [
        one.data
        | {"stated": [each.data for each in figures.get((one.indicator, one.unit_id or one.level), [])]}
        for one in found
    ]
    return aimed + [
        {
            "key": None,
            "indicator": several[0].indicator,
            "level": several[0].level,
            "unit_id": several[0].unit_id,
            "target": None,
            "status": "no target declared",
            "stated": [each.data for each in several],
        }
        for several in without_target(found, figures)
    ]


def stated_text(several: Sequence[Stated]) -> str:
    """What documents state of one value: the figure that counts, in brackets those that it replaces."""
    if not several:
        return ""
    first, *others = several
    if first.unit_of_measure == "percent":
        text = f"{number(first.value, language())} %"  # as it was stated, to the last decimal
    else:
        text = value(first.value, first.unit_text)
    text = f"{word(first.inexact)} {text}" if first.inexact else text
    if others:
        text += f" ({', '.join(number(one.value, language()) for one in others)})"
    return f"{text} ({word(first.meaning)})" if first.meaning else text
