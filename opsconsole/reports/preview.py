"""A report to be read on a screen: its figures with their origin, and its text as passages and lines.

A draft is composed; an issued report is what was frozen: its figures are those of the register's rows
about it, its text that of the JSON file that was issued, as long as that file is still the one. The
console and ``report draft --text`` show both.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from opsconsole.catalogue import _, speaking
from opsconsole.errors import Refused
from opsconsole.reports.issue import Progress, composed, folder_of, outline_called, ready
from opsconsole.reports.issued import Issued, figure_of, one, quoted
from opsconsole.reports.model import (
    Annex,
    Block,
    Cell,
    Chart,
    Column,
    Conflict,
    Document,
    Figure,
    Heading,
    Paragraph,
    Part,
    Quote,
    Row,
    Signatures,
    Table,
    shown,
)
from opsconsole.reports.render.common import (
    Head,
    annexes,
    cell_origin,
    clean,
    conflict_blocks,
    foot_facts,
    head,
    heading_text,
    opening,
    recipients,
    sign_lines,
)
from opsconsole.store.database import Database, Reader

if TYPE_CHECKING:
    from opsconsole.settings import Settings

MOST_ROWS = 400
"""Rows of one table that are shown; the files have them all."""
MOST_LINES = 4_000
MOST_BYTES = 50_000_000
"""A larger JSON file is not read to be shown."""

_LEAST = 12  # cells that a column of text keeps

Measure = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table: its cells as text, the figures in it, and whether it is a total. *origins* are
    the cells that are no figures of their own and have an origin: (what, value, origin)."""

    cells: tuple[str, ...]
    figures: tuple[int, ...] = ()
    total: bool = False
    origins: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of the text. *sort* is heading, body, item, note, centre or table; *figures* are the
    numbers of those that it quotes. A table has *columns* (title, flush right) and *rows*."""

    sort: str
    text: str = ""
    figures: tuple[int, ...] = ()
    columns: tuple[tuple[str, bool], ...] = ()
    rows: tuple[TableRow, ...] = ()
    more: bool = False


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of the text, at most as wide as was asked for; *tone* is '', head, bold or faint. A line of
    a table has its *row*."""

    text: str
    tone: str = ""
    figures: tuple[int, ...] = ()
    row: TableRow | None = None


@dataclass(frozen=True)
class Opened:
    """A report to be read. *issued* is None for a draft. *state* says of the file that the text of an
    issued one is read from whether it is there: '' (as it was issued), missing, altered, large."""

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
    name: str,
    period: str,
    *,
    language: str = "",
    unit: str = "",
    measuring: bool = False,
    progress: Progress | None = None,
) -> Opened:
    """The draft of the report *name*. With *measuring* periods that it asks for and that were never
    measured are measured first, as for files (``issue.ready``)."""
    outline, speak = outline_called(settings, name), language or settings.language
    if measuring:
        ready(database, settings, outline, period)
    with database.read() as reader:
        document = composed(reader, settings, outline, period, speak, unit, progress=progress)
        with speaking(speak):
            return Opened(
                outline=document.outline,
                period=document.period,
                unit=unit,
                language=speak,
                title=document.title,
                subject=document.subject,
                figures=document.figures,
                conflicts=document.conflicts,
                passages=tuple(_of_document(document)),
                personal=document.personal,
            )


def opened_issued(reader: Reader, settings: Settings, year: int, number: int) -> Opened:
    """The issued report *number* of *year*. Refuses one that was not issued."""
    report = one(reader, year, number)
    figures = tuple(figure_of(each) for each in quoted(reader, year, number))
    state, data = _file_of(reader, settings, report)
    passages: tuple[Passage, ...] = ()
    if data is not None:
        with speaking(report.language):
            passages = tuple(_of_data(data, report.language))
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


# --- passages ----------------------------------------------------------------------------------------


def _of_document(document: Document) -> Iterator[Passage]:
    yield from _head(head(document))
    blocks = (*opening(document), *document.blocks)
    yield from _passages(blocks, document.language)
    signing, signer = sign_lines(document)
    if document.layout == "decree":
        yield from (Passage("centre", clean(line)) for line in (*signing, signer) if line)
        yield from (Passage("note", clean(line)) for line in recipients(document))
    yield from (Passage("note", f"{clean(label)}: {clean(fact)}") for label, fact in foot_facts(document))
    yield from _passages(conflict_blocks(document), document.language)
    yield from _annexes(annexes(document), document.language)


def _of_data(data: dict[str, Any], language: str) -> Iterator[Passage]:
    """The passages of the JSON file of a report."""
    said: dict[str, Any] = {
        name: tuple(each) if isinstance(each, list) else each for name, each in data["head"].items()
    }
    yield from _head(Head(**said))
    if data["corrects"]:
        yield Passage("note", _("corrects {name}").format(name=clean(data["corrects"])))
    yield from _passages(map(_block, data["blocks"]), language)
    made = [
        Annex(each["number"], each["title"], tuple(map(_block, each["blocks"]))) for each in data["annexes"]
    ]
    yield from _annexes(made, language)


def _block(data: dict[str, Any]) -> Block:
    """A block of the JSON file as it was in the document, as far as a screen shows it."""
    sort = data["sort"]
    if sort == "heading":
        return Heading(data["level"], data["number"], data["text"])
    if sort == "paragraph":
        parts: list[Part] = [Quote(**part) if isinstance(part, dict) else part for part in data["parts"]]
        return Paragraph(tuple(parts), data["style"])
    if sort == "signatures":
        return Signatures(tuple((who, how) for who, how in data["signers"]))
    if sort == "chart":
        return Chart(data["name"], data["title"], "", 0, 0, data["alternative"])
    columns = tuple(
        Column(each["title"], each["kind"], 1.0, each["group"], each.get("decimals", 1))
        for each in data["columns"]
    )
    rows, totals = ([_row(row) for row in data[name]] for name in ("rows", "totals"))
    return Table(data["name"], data["title"], columns, lambda: iter(rows), tuple(totals), data["origin"])


def _row(row: Sequence[Any]) -> Row:
    return [
        Cell(
            each["value"],
            each.get("figure", 0),
            each.get("marks", ""),
            tuple(each.get("origin", ())),
            each.get("text", ""),
        )
        if isinstance(each, dict)
        else each
        for each in row
    ]


def _head(said: Head) -> Iterator[Passage]:
    yield from (Passage("centre", clean(text)) for text in (said.above, said.body) if text)
    yield Passage("note", f"{clean(said.number)} · {clean(said.place_and_date)}")
    if said.mark:
        yield Passage("centre", f"[{clean(said.mark)}]")
    yield Passage("heading", clean(said.name))
    yield Passage("heading", clean(said.subject))
    yield from (Passage("body", f"{_('To:')} {clean(each)}") for each in said.addressee)


def _annexes(made: Iterable[Annex], language: str) -> Iterator[Passage]:
    for annex in made:
        yield Passage("heading", clean(f"{_('Annex')} {annex.number}. {annex.title}"))
        yield from _passages(annex.blocks, language)


def _passages(blocks: Iterable[Block], language: str) -> Iterator[Passage]:
    for block in blocks:
        if isinstance(block, Heading):
            yield Passage("heading", clean(heading_text(block)))
        elif isinstance(block, Paragraph):
            quotes = tuple(part.figure for part in block.parts if isinstance(part, Quote))
            said = "".join(map(_part, block.parts))
            yield Passage(block.style, f"– {said}" if block.style == "item" else said, quotes)
        elif isinstance(block, Chart):
            yield Passage("body", clean(f"{block.title}: {block.alternative}"))
        elif isinstance(block, Signatures):
            yield Passage("centre", clean(" · ".join(f"{who} {how}" for who, how in block.signers)))
        else:
            yield _table(block, language)
            if block.origin:
                yield Passage("note", clean(f"{_('Source')}: {block.origin}"))


def _part(part: Part) -> str:
    if isinstance(part, str):
        return clean(part)
    return f"{clean(part.text)}{clean(part.marks)}[{part.figure}]"


def _table(table: Table, language: str) -> Passage:
    rows = [_cells(row, table, language) for row in islice(table.rows(), MOST_ROWS + 1)]
    totals = [replace(_cells(row, table, language), total=True) for row in table.totals]
    columns = tuple(
        (clean(f"{each.group}: {each.title}" if each.group else each.title), each.numeric)
        for each in table.columns
    )
    more = len(rows) > MOST_ROWS
    return Passage("table", clean(table.title), (), columns, (*rows[:MOST_ROWS], *totals), more)


def _cells(row: Row, table: Table, language: str) -> TableRow:
    texts, figures, origins = [], [], []
    for value, column in zip(row, table.columns, strict=True):
        text = "" if value is None and column.kind == "place" else clean(shown(value, column, language))
        if isinstance(value, Cell) and value.figure:
            figures.append(value.figure)
            text += f"[{value.figure}]"
        elif isinstance(value, Cell) and value.origin:
            title = f"{column.group}: {column.title}" if column.group else column.title
            origins.append((clean(title), text, clean(cell_origin(value.origin))))
        texts.append(text)
    return TableRow(tuple(texts), tuple(figures), origins=tuple(origins))


# --- lines -------------------------------------------------------------------------------------------


def lines(passages: Iterable[Passage], width: int, measure: Measure = len) -> Iterator[TextLine]:
    """The text, no line wider than *width* (at least 20) by *measure*, an empty line between passages."""
    width = max(20, width)
    before = ""
    for passage in passages:
        if before and not (passage.sort == before and before in ("item", "note", "centre")):
            yield TextLine("")
        before = passage.sort
        if passage.sort == "table":
            yield from _table_lines(passage, width, measure)
            continue
        tone = {"heading": "head", "centre": "bold", "note": "faint"}.get(passage.sort, "")
        for text in wrapped(passage.text, width, measure):
            yield TextLine(text, tone, passage.figures)


def preview(
    database: Database,
    settings: Settings,
    name: str,
    period: str,
    *,
    language: str = "",
    unit: str = "",
    width: int = 100,
    most: int = MOST_LINES,
) -> list[str]:
    """The first *most* lines of the draft."""
    opened = opened_draft(database, settings, name, period, language=language, unit=unit)
    found = [line.text for line in islice(lines(opened.passages, width), most + 1)]
    return found if len(found) <= most else [*found[:most], "…"]


def wrapped(text: str, width: int, measure: Measure = len) -> list[str]:
    """*text* in lines no wider than *width*, broken at blanks where it has any."""
    found, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if measure(longer) <= width:
            line = longer
            continue
        if line:
            found.append(line)
        while measure(word) > width:
            cut = width
            while measure(word[:cut]) > width:
                cut -= 1
            cut = max(1, cut)
            found.append(word[:cut])
            word = word[cut:]
        line = word
    return [*found, line]


def _table_lines(table: Passage, width: int, measure: Measure) -> Iterator[TextLine]:
    if table.text:
        for text in wrapped(table.text, width, measure):
            yield TextLine(text, "bold")
    if not table.rows:
        yield TextLine(_("nothing"), "faint")
        return
    titles = [title for title, _right in table.columns]
    room = width - 2 * (len(titles) - 1)
    cells = [
        max((measure(row.cells[place]) for row in table.rows), default=1) for place in range(len(titles))
    ]
    heads = [max(map(measure, title.split(" "))) for title in titles]
    # Titles take two or three lines where there is room, as many as they have words where there is not.
    roomy = [
        max(each, head, min(measure(title), 16))
        for each, head, title in zip(cells, heads, titles, strict=True)
    ]
    numeric = [right for _title, right in table.columns]
    widths = roomy if sum(roomy) <= room else _narrowed(list(map(max, cells, heads)), numeric, room)
    if widths is None:
        yield from _records(table, titles, width, measure)
    else:
        for text in _row_lines(titles, widths, numeric, measure):
            yield TextLine(text, "head")
        for row in table.rows:
            for text in _row_lines(row.cells, widths, numeric, measure):
                yield TextLine(text, "bold" if row.total else "", row.figures, row)
    if table.more:
        for text in wrapped(_("… further rows stand in the files"), width, measure):
            yield TextLine(text, "faint")


def _narrowed(needed: Sequence[int], numeric: Sequence[bool], room: int) -> list[int] | None:
    """Widths that fit into *room*: columns of text give way, the widest first. None where even narrow
    ones do not fit."""
    widths = list(needed)
    while (over := sum(widths) - room) > 0:
        giving = [place for place, right in enumerate(numeric) if not right and widths[place] > _LEAST]
        if not giving:
            return None
        widest = max(giving, key=lambda place: widths[place])
        next_widest = max([_LEAST, *(widths[place] for place in giving if widths[place] < widths[widest])])
        widths[widest] = max(next_widest, widths[widest] - over, _LEAST)
    return widths


def _row_lines(
    cells: Sequence[str], widths: Sequence[int], right: Sequence[bool], measure: Measure
) -> Iterator[str]:
    parts = [wrapped(cell, width, measure) for cell, width in zip(cells, widths, strict=True)]
    for place in range(max(map(len, parts))):
        texts = []
        for part, width, flush in zip(parts, widths, right, strict=True):
            text = part[place] if place < len(part) else ""
            blanks = " " * (width - measure(text))
            texts.append(blanks + text if flush else text + blanks)
        yield "  ".join(texts).rstrip()


def _records(table: Passage, titles: Sequence[str], width: int, measure: Measure) -> Iterator[TextLine]:
    """A table that is too wide: each row as its own short paragraph."""
    for row in table.rows:
        said = " · ".join(
            f"{title}: {cell}" for title, cell in zip(titles, row.cells, strict=True) if cell not in ("", "–")
        )
        for place, text in enumerate(wrapped(said, width - 2, measure)):
            indent = "  " if place else ""
            yield TextLine(indent + text, "bold" if row.total else "", row.figures, row)


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
