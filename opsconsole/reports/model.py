"""The document model: what a report says, without a word of how a format writes it.

Every renderer gets a ``Document`` and nothing else. Text is plain text in all of it: no part is ever
markup, a formula or an entity, and each renderer escapes it for its format at one place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from opsconsole.text import number as number_text

# Formats by name: (extension, what it is for).
FORMATS = ("docx", "pdf", "xlsx", "html", "md", "csv", "json")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that a report quotes, with its origin.

    ``number`` is its place in the list of origins, ``name`` what the outline calls it, ``sort`` is
    observed, reported or target. ``key`` names it in the register: ``mail.regular/all/2019`` for an
    observation, the key of the figure or target else. ``value`` is None where there is none. A
    reported figure has no numerator; what it has is ``source``, ``place`` and ``quote``.
    ``sequence`` is the observation that was quoted; later ones do not change the report.
    """

    number: int
    name: str
    sort: str
    key: str
    label: str
    value: float | None
    text: str
    unit_of_measure: str = ""
    of: str = ""
    level: str = ""
    period: str = ""
    numerator: float | None = None
    denominator: float | None = None
    low: float | None = None
    high: float | None = None
    rule: str = ""
    formula: str = ""
    version: int = 0
    cut_off: str = ""
    sequence: int = 0
    revision: int = 0
    measured_at: str = ""
    evidence: tuple[str, ...] = ()
    known: int | None = None
    asked: int | None = None
    source: str = ""
    place: str = ""
    quote: str = ""
    note: str = ""
    file: str = ""
    line: int = 0
    inexact: str = ""
    conflicts: tuple[int, ...] = ()

    @property
    def marks(self) -> str:
        """``[M1, M3]`` where checks contradict the figure, else ''."""
        return f" [{', '.join(f'M{each}' for each in self.conflicts)}]" if self.conflicts else ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """What a check found about figures of the report: ``verdict`` in conflict, undefined or not
    checkable; ``sentence`` says what was expected and what is stated, ``figures`` are its figures."""

    number: int
    check: str
    verdict: str
    words: str
    title: str
    sentence: str
    figures: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A figure in running text: ``figure`` is its number."""

    figure: int
    text: str
    marks: str = ""


Part: TypeAlias = "str | Quote"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; ``number`` is ``I``, ``1`` or ``a``, '' for none."""

    level: int
    number: str
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. *style* is body, item (a line with a dash), note (small) or centre."""

    parts: tuple[Part, ...]
    style: str = "body"

    @property
    def text(self) -> str:
        """The whole text, figures and marks in it."""
        return "".join(part if isinstance(part, str) else part.text + part.marks for part in self.parts)


@dataclass(frozen=True, slots=True)
class Column:
    """A column. *kind* is text, whole, real, percent (80 is 80 %), money (whole đồng), date (ISO) or
    place (a running number); *width* a share of the page; columns of one *group* share a heading."""

    title: str
    kind: str = "text"
    width: float = 1.0
    group: str = ""
    decimals: int = 1

    @property
    def numeric(self) -> bool:
        """Whether its cells are numbers."""
        return self.kind in ("whole", "real", "percent", "money", "place")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is more than its value. *figure* is the number of a figure; *origin* are the facts
    of an observation that is quoted in a table only, as ``TableOrigin.fields`` names them."""

    value: Value
    figure: int = 0
    marks: str = ""
    origin: tuple[Any, ...] = ()
    text: str = ""


Value: TypeAlias = "str | int | float | None"
Row: TypeAlias = "Sequence[Value | Cell]"

CELL_ORIGIN = ("numerator", "denominator", "low", "high", "cut_off", "sequence")


@dataclass(frozen=True)
class Table:
    """A table. *rows* gives its rows anew at each call, in a stream. *total* rows are printed bold at
    the end. *origin* says in a line where the values come from."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Callable[[], Iterable[Row]]
    totals: tuple[Row, ...] = ()
    origin: str = ""
    sortable: bool = True
    personal: bool = False


@dataclass(frozen=True)
class Chart:
    """A chart: *svg* drawn (width and height in points), *alternative* what it shows in words, and the
    numbers behind it (*columns*, *rows*) for who cannot see it and for spreadsheets. *sort* is the
    native chart that fits it in a spreadsheet: bar, column, line, or '' for none."""

    name: str
    title: str
    svg: str
    width: float
    height: float
    alternative: str
    columns: tuple[Column, ...] = ()
    data: tuple[tuple[Value, ...], ...] = ()
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Signatures:
    """Who signs, side by side, as forms of accounting ask: what each is, and how."""

    signers: tuple[tuple[str, str], ...]


Block: TypeAlias = "Heading | Paragraph | Table | Chart | Signatures"


@dataclass(frozen=True)
class Annex:
    """An annex: begins on a page of its own."""

    number: int
    title: str
    blocks: tuple[Block, ...]
    landscape: bool = False


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who reports, and to whom. *above* is the body that the issuing *body* belongs to. *capacity*
    (TM., KT., TL., TUQ.) and *position* stand in the signature block, *signer* is the name below."""

    above: str = ""
    body: str = ""
    sign: str = ""
    place: str = ""
    addressee: tuple[str, ...] = ()
    capacity: str = ""
    position: str = ""
    signer: str = ""
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Foot:
    """What a report was made from: the register, its revision and the head of its chain of changes, the
    last day that evidence counts for, and the instant (UTC) of making."""

    register: str
    revision: int
    sequence: int
    head: str
    cut_off: str
    made_at: str
    made_local: str


@dataclass(frozen=True)
class Document:
    """A report. *number* is its number in the series of its year, 0 for a draft. *date* is the day of
    issue (ISO), '' in a draft. *layout* is decree (Decree 30/2020) or form (a form of accounting,
    *form* its code). *corrects* says which report it corrects."""

    outline: str
    outline_digest: str
    language: str
    title: str
    subject: str
    period: str
    period_words: str
    unit: str
    unit_id: str
    letterhead: Letterhead
    blocks: tuple[Block, ...]
    annexes: tuple[Annex, ...]
    figures: tuple[Figure, ...]
    conflicts: tuple[Conflict, ...]
    foot: Foot
    layout: str = "decree"
    landscape: bool = False
    form: tuple[str, ...] = ()
    abbreviation: str = "BC"
    number: int = 0
    year: int = 0
    date: str = ""
    corrects: str = ""
    corrects_why: str = ""
    conflict_reason: str = ""
    personal: bool = False
    warnings: tuple[str, ...] = field(default=())

    @property
    def draft(self) -> bool:
        """Whether it is not issued."""
        return not self.number

    @property
    def sign(self) -> str:
        """``05/BC-STTTT``; the number is left open in a draft."""
        return signed(self.number, self.abbreviation, self.letterhead.sign)

    def tables(self) -> list[Table]:
        """All tables, those of annexes after those of the body."""
        every = [*self.blocks, *(block for annex in self.annexes for block in annex.blocks)]
        return [block for block in every if isinstance(block, Table)]


def signed(number: int, abbreviation: str, sign: str) -> str:
    """The number line: below 10 with a zero, a draft's left open."""
    what = "-".join(part for part in (abbreviation, sign) if part)
    return f"{number:02d}/{what}" if number else f"     /{what}"


def shown(value: Value | Cell, column: Column, language: str) -> str:
    """The text of a cell in *language*, marks included."""
    if isinstance(value, Cell):
        text = value.text or shown(value.value, column, language)
        return text + value.marks
    if value is None:
        return "–"
    if isinstance(value, str):
        if column.kind == "date" and len(value) >= 10 and value[4] == "-":
            return f"{value[8:10]}/{value[5:7]}/{value[:4]}"
        return value
    if column.kind == "percent":
        return number_text(value, language, column.decimals) + " %"
    if column.kind == "real":
        return number_text(value, language, column.decimals)
    if column.kind in ("whole", "money", "place") or isinstance(value, int):
        return number_text(value, language, 0)
    return number_text(value, language)


def plain(value: Value | Cell) -> Value:
    """The value of a cell."""
    return value.value if isinstance(value, Cell) else value
