"""A report to be read on a screen: its figures with their origin, and its text as passages.

A draft is composed; an issued report is what was frozen: its figures are those of the register's rows
about it, its text that of the JSON file that was issued, as long as that file is still the one. The
console and ``report draft --text`` show both.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from opsconsole.catalogue import _, speaking
from opsconsole.errors import Refused
from opsconsole.reports.issued import Issued, figure_of, one, quoted
from opsconsole.reports.model import Conflict, Figure
from opsconsole.reports.order import Order, Progress, composed, folder_of, people_named, ready
from opsconsole.reports.passages import Passage, of_data, of_document
from opsconsole.reports.textlines import lines
from opsconsole.store.access import may_see, note
from opsconsole.store.database import Database, Reader

if TYPE_CHECKING:
    from opsconsole.settings import Settings

MOST_LINES = 4_000
MOST_BYTES = 50_000_000
"""A larger JSON file is not read to be shown."""


@dataclass(frozen=True)
class Opened:
    """A report to be read. *issued* is None for a draft. *state* says of the file that the text of an
    issued one is read from whether it is there: '' (as it was issued), missing, altered, large, people (it
    names people, and is only for who may)."""

    outline: str
    period: str
    unit: str
    language: str
    title: str
    subject: str
    figures: tuple[Figure, ...]
    conflicts: tuple[Conflict, ...]
    passages: tuple[Passage, ...]
    issued: Issued | None = None
    state: str = ""
    personal: bool = False

    @property
    def contradicted(self) -> tuple[Conflict, ...]:
        """The findings because of which issuing needs a written reason."""
        return tuple(each for each in self.conflicts if each.verdict == "conflict")

    def figure(self, number: int) -> Figure | None:
        """The figure with *number*."""
        return next((each for each in self.figures if each.number == number), None)

    def quoting(self, number: int) -> str:
        """The sentence, or the row of a table, in which figure *number* is quoted first; '' for none."""
        for passage in self.passages:
            if number in passage.figures:
                return passage.text
            for row in passage.rows:
                if number in row.figures:
                    return " · ".join(part for part in (passage.text, *row.cells) if part)
        return ""


def opened_draft(
    database: Database,
    settings: Settings,
    order: Order,
    *,
    actor: str = "",
    measuring: bool = False,
    progress: Progress | None = None,
) -> Opened:
    """The draft that *order* makes. Where it has people named it must be allowed to *actor*, and is
    recorded. With *measuring* periods that it asks for and that were never measured are measured first,
    as for files (``order.ready``)."""
    chosen = order.in_language_of(settings)
    if chosen.people:
        people_named(database, settings, chosen, actor)
    if measuring:
        ready(database, settings, chosen)
    with database.read() as reader:
        document = composed(reader, settings, chosen, progress)
        with speaking(chosen.language):
            return Opened(
                outline=document.outline,
                period=document.period,
                unit=chosen.unit,
                language=chosen.language,
                title=document.title,
                subject=document.subject,
                figures=document.figures,
                conflicts=document.conflicts,
                passages=tuple(of_document(document)),
                personal=document.personal,
            )


def may_read(database: Database, settings: Settings, report: Issued, actor: str) -> bool:
    """Whether *actor* may read the issued list of people *report*: who may make such lists, or see people.
    The request is noted, whatever the answer."""
    given = actor in settings.reports.people or may_see(settings.people, actor)
    with database.write() as writer:
        note(writer, actor, f"report {report.name}", {"report": report.outline}, given=given)
    return given


def opened_issued(
    reader: Reader, settings: Settings, year: int, number: int, *, people: bool = False
) -> Opened:
    """The issued report *number* of *year*; the text of one that names people only with *people*
    (``may_read``). Refuses one that was not issued."""
    report = one(reader, year, number)
    figures = tuple(figure_of(each) for each in quoted(reader, year, number))
    hidden = report.personal and not people
    state, data = ("people", None) if hidden else _file_of(reader, settings, report)
    passages: tuple[Passage, ...] = ()
    if data is not None:
        with speaking(report.language):
            passages = tuple(of_data(data, report.language))
    return Opened(
        outline=report.outline,
        period=report.period,
        unit=report.unit_id.split("@")[0],
        language=report.language,
        title=report.title,
        subject=report.subject,
        figures=figures,
        conflicts=tuple(Conflict(**{**each, "figures": tuple(each["figures"])}) for each in report.conflicts),
        passages=passages,
        issued=report,
        state=state,
        personal=report.personal,
    )


def _file_of(reader: Reader, settings: Settings, report: Issued) -> tuple[str, dict[str, Any] | None]:
    """The JSON file of *report* as data, with its state."""
    row = reader.row(
        "SELECT name, sha256 FROM report_file WHERE province = :province AND year = :year"
        " AND number = :number AND format = 'json'",
        {"year": report.year, "number": report.number},
    )
    if row is None:
        return "missing", None
    path = folder_of(settings) / str(report.year) / report.folder / row[0]
    try:
        if path.stat().st_size > MOST_BYTES:
            return "large", None
        content = path.read_bytes()
    except OSError:
        return "missing", None
    if hashlib.sha256(content).hexdigest() != row[1]:
        return "altered", None
    data: dict[str, Any] = json.loads(content)
    return "", data


def preview(
    database: Database,
    settings: Settings,
    order: Order,
    *,
    actor: str = "",
    width: int = 100,
    most: int = MOST_LINES,
) -> list[str]:
    """The first *most* lines of the draft."""
    opened = opened_draft(database, settings, order, actor=actor)
    found = [line.text for line in islice(lines(opened.passages, width), most + 1)]
    return found if len(found) <= most else [*found[:most], "…"]


def figure_named(opened: Opened, name: str) -> Figure:
    """The figure that is called *name*: its number, the name in the outline, or its key. Refuses others."""
    for each in opened.figures:
        if name in (str(each.number), each.name, each.key):
            return each
    raise Refused(
        _("report {name} quotes no figure '{figure}'; it has numbers 1 to {count}").format(
            name=opened.issued.name if opened.issued else opened.outline,
            figure=name,
            count=len(opened.figures),
        )
    )
