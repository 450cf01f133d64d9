"""Outlines: what a report consists of, as ``outlinefile`` reads it from a YAML file.

An outline names figures by indicator (or figure, or target), unit or level, and period, and says in
sentences, tables and charts what to do with them. It is data: no expression in it is evaluated but the
comparisons of ``when:``, and no text in it is markup. docs/reports.md describes the form.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from opsconsole.catalogue import N_

SPANS = ("month", "quarter", "half", "year")
LEVELS = ("all", "province", "department", "district", "commune")
COMPARISONS = ("above", "below", "equal", "at-least", "at-most")
# Words in braces that are no figures.
WORDS = (
    "period",
    "year",
    "last-year",
    "next-year",
    "month",
    "quarter",
    "first-day",
    "last-day",
    "unit",
    "difference",
)
PERIOD_OF = ":period"  # behind the name of a figure: the time that it is about, in words
PERIODS = ("this", "last-year", "before", "year", "year-before", "to-date")


@dataclass(frozen=True, slots=True)
class Words:
    """A text in both languages."""

    vi: str
    en: str

    def in_(self, language: str) -> str:
        """The text in *language*."""
        return self.vi if language == "vi" else self.en


@dataclass(frozen=True, slots=True)
class FigureSpec:
    """A figure that the outline names: *sort* is indicator, figure or target, *key* its code or key.
    *level* and *unit* say of what, *period* is a word of PERIODS or a period by name."""

    name: str
    sort: str
    key: str
    level: str
    unit: str
    period: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class When:
    """A condition: the figure is known, unknown, or compares with another figure or a number."""

    figure: str
    comparison: str
    operand: str = ""
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a paragraph, said when *when* holds (None: always). *otherwise*: said when none of the
    conditions before it, back to the last piece without one, held."""

    words: Words
    when: When | None = None
    otherwise: bool = False


@dataclass(frozen=True, slots=True)
class HeadingItem:
    """A heading of *level* 1 to 3; it is numbered unless *plain*."""

    words: Words
    level: int
    plain: bool = False


@dataclass(frozen=True, slots=True)
class TextItem:
    """A paragraph."""

    pieces: tuple[Piece, ...]
    style: str


@dataclass(frozen=True, slots=True)
class DataItem:
    """A table or chart made from the data set *data* with *options* (name → text or list of texts)."""

    sort: str
    data: str
    title: Words | None
    options: dict[str, Any]
    places: dict[str, tuple[int, int]] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class SignItem:
    """The signers of a form, side by side."""

    signers: tuple[tuple[Words, Words], ...]


Item: TypeAlias = "HeadingItem | TextItem | DataItem | SignItem"


@dataclass(frozen=True, slots=True)
class AnnexItem:
    """An annex."""

    title: Words
    landscape: bool
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """What a report consists of. *file* is as problems name it, *digest* that of its bytes."""

    name: str
    file: str
    digest: str
    title: Words
    subject: Words
    spans: tuple[str, ...]
    unit: str
    layout: str
    landscape: bool
    form: tuple[Words, ...]
    abbreviation: str
    personal: bool
    figures: dict[str, FigureSpec]
    items: tuple[Item, ...]
    annexes: tuple[AnnexItem, ...]

    @property
    def lists_people(self) -> bool:
        """Whether there are people in it who can be named: it says so, or lists the rows behind a value."""
        return self.personal or any(
            isinstance(item, DataItem) and item.sort == "table" and item.data == "rows"
            for item in self.all_items()
        )

    def all_items(self) -> Iterator[Item]:
        """Items of the body, then of the annexes."""
        yield from self.items
        for annex in self.annexes:
            yield from annex.items


SPAN_WORDS = {
    "month": N_("month"),
    "quarter": N_("quarter"),
    "half": N_("half-year"),
    "year": N_("year"),
}
