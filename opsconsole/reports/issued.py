"""Reading issued reports: the list, one of them with what it quotes."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import Any

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.reports.model import Figure
from opsconsole.store.database import Reader

_COLUMNS = (
    "year, number, sign, outline, period, unit_id, language, title, subject, issued_on, issued_at, "
    "issued_by, conflicts,"
    " conflict_reason, corrects_year, corrects_number, corrects_reason, revision, head, cut_off, "
    "manifest, folder, personal"
)


@dataclass(frozen=True, slots=True)
class Issued:
    """An issued report. ``corrects`` is (year, number) or None, ``corrected_by`` those that correct it."""

    year: int
    number: int
    sign: str
    outline: str
    period: str
    unit_id: str
    language: str
    title: str
    subject: str
    issued_on: str
    issued_at: str
    issued_by: str
    conflicts: tuple[dict[str, Any], ...]
    conflict_reason: str
    corrects: tuple[int, int] | None
    corrects_reason: str
    revision: int
    head: str
    cut_off: str
    manifest: str
    folder: str
    personal: bool
    corrected_by: tuple[tuple[int, int], ...] = ()

    @property
    def name(self) -> str:
        """How commands name it: ``2026/5``."""
        return f"{self.year}/{self.number}"

    @property
    def data(self) -> dict[str, Any]:
        """All fields for JSON."""
        return asdict(self)


def issued(reader: Reader, outline: str | None = None, period: str | None = None) -> list[Issued]:
    """The issued reports, the newest first; of an outline, of a period."""
    where, values = "", {}
    for column, value in (("outline", outline), ("period", period)):
        if value is not None:
            where += f" AND {column} = :{column}"
            values[column] = value
    rows = reader.rows(
        f"SELECT {_COLUMNS} FROM report WHERE province = :province{where} ORDER BY year DESC, number DESC",  # noqa: S608 - columns from here
        values,
    )
    corrections: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for year, number, its_year, its_number in reader.rows(
        "SELECT corrects_year, corrects_number, year, number FROM report WHERE province = :province"
        " AND corrects_number IS NOT NULL ORDER BY year, number"
    ):
        corrections.setdefault((year, number), []).append((its_year, its_number))
    return [_issued(row, corrections) for row in rows]


def _issued(row: tuple[Any, ...], corrections: dict[tuple[int, int], list[tuple[int, int]]]) -> Issued:
    *before, conflicts, reason, year, number, why, revision, head, cut_off, manifest, folder, personal = row
    corrects = (year, number) if number is not None else None
    its = tuple(corrections.get((row[0], row[1]), ()))
    after = (why, revision, head, cut_off, manifest, folder, bool(personal), its)
    every: tuple[Any, ...] = (*before, tuple(json.loads(conflicts)), reason, corrects, *after)
    return Issued(*every)


def named(text: str) -> tuple[int, int]:
    """(year, number) of ``2026/5``. Refuses other texts."""
    found = re.fullmatch(r"([12]\d{3})/(\d{1,6})", text)
    if not found:
        raise Refused(
            _("'{text}' names no issued report; write YEAR/NUMBER, such as 2026/5").format(text=text)
        )
    return int(found[1]), int(found[2])


def one(reader: Reader, year: int, number: int) -> Issued:
    """The report *number* of *year*. Refuses one that was not issued."""
    for each in issued(reader):
        if (each.year, each.number) == (year, number):
            return each
    raise Refused(_("no report {number} of {year} was issued").format(number=number, year=year))


def quoted(reader: Reader, year: int, number: int) -> list[dict[str, Any]]:
    """The figures that a report quotes, with all that it says of them, in their order."""
    return [
        json.loads(data)
        for (data,) in reader.rows(
            "SELECT data FROM report_figure WHERE province = :province AND year = :year AND number = "
            ":number ORDER BY place",
            {"year": year, "number": number},
        )
    ]


def figure_of(data: dict[str, Any]) -> Figure:
    """A figure as ``quoted`` and the JSON file of a report give it."""
    lists = {name: tuple(data[name]) for name in ("evidence", "conflicts")}
    return Figure(**{**data, **lists})
