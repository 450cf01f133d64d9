"""Two reports beside each other: which figures differ, and by how much."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.reports.issued import named, one, quoted
from opsconsole.store.database import Reader

MOST_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: what it is called, and its figures by name."""

    called: str
    outline: str
    period: str
    figures: dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of both reports, or of one. *difference* is second − first, None where one has no value."""

    name: str
    label: str
    first: str
    second: str
    difference: float | None
    unit_of_measure: str
    same: bool

    @property
    def data(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def side(reader: Reader, text: str) -> Side:
    """A report by what the user wrote: ``2026/5``, or the JSON file of a report or draft."""
    if re.fullmatch(r"[12]\d{3}/\d{1,6}", text):
        report = one(reader, *named(text))
        figures = quoted(reader, report.year, report.number)
        return Side(f"{report.sign} ({report.issued_on})", report.outline, report.period, _by_name(figures))
    path = Path(text)
    if path.suffix != ".json":
        raise Refused(_("'{text}' is neither YEAR/NUMBER nor the JSON file of a report").format(text=text))
    if path.stat().st_size > MOST_BYTES:
        raise Refused(_("{path}: is larger than any report").format(path=path))
    try:
        data = json.loads(path.read_text("utf-8"))
        figures = data["figures"]
        sign = data["sign"] if not data["draft"] else _("draft of {at}").format(at=data["foot"]["made_local"])
        return Side(str(sign), str(data["outline"]), str(data["period"]), _by_name(figures))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Refused(_("{path}: is not the JSON file of a report").format(path=path)) from None


def _by_name(figures: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {str(each["name"]): each for each in figures}


def compare(first: Side, second: Side) -> list[Difference]:
    """The figures of both, in the order of the first; what only the second has comes last."""
    found = []
    for name in dict.fromkeys((*first.figures, *second.figures)):
        one_, other = first.figures.get(name), second.figures.get(name)
        figure = other or one_ or {}
        values = [each.get("value") if each else None for each in (one_, other)]
        both = all(isinstance(value, int | float) for value in values)
        found.append(
            Difference(
                name=name,
                label=str(figure.get("label", name)),
                first=str(one_["text"]) if one_ else "",
                second=str(other["text"]) if other else "",
                difference=values[1] - values[0] if both else None,  # type: ignore[operator]
                unit_of_measure=str(figure.get("unit_of_measure", "")),
                same=one_ is not None and other is not None and values[0] == values[1],
            )
        )
    return found
