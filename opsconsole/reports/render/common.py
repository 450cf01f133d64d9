"""What all formats say alike: the head by Decree 30/2020, the origin of a figure in words, the lists of
conflicts and origins, the foot.

The only place that words them; a renderer decides how they look.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from opsconsole.catalogue import _, language
from opsconsole.indicators.tree import level_words
from opsconsole.periods import parsed
from opsconsole.reports.model import (
    Annex,
    Block,
    Column,
    Document,
    Figure,
    Heading,
    Paragraph,
    Row,
    Table,
)
from opsconsole.text import date, number, safe


def clean(value: object) -> str:
    """*value* as one line with nothing invisible in it, which XML can hold; a percent sign is not parted
    from its number."""
    return safe(value).replace(" %", "\u00a0%")


@dataclass(frozen=True, slots=True)
class Head:
    """The head of an administrative report: cells 1 to 5 of annex I of Decree 30/2020."""

    nation: str
    motto: str
    above: str
    body: str
    number: str
    place_and_date: str
    name: str
    subject: str
    addressee: tuple[str, ...]
    mark: str


def head(document: Document) -> Head:
    """The head of *document*, in its language."""
    letter = document.letterhead
    return Head(
        nation=_("SOCIALIST REPUBLIC OF VIET NAM"),
        motto=_("Independence - Freedom - Happiness"),
        above=letter.above.upper(),
        body=letter.body.upper(),
        number=_("No. {sign}").format(sign=document.sign),
        place_and_date=place_and_date(letter.place, document.date),
        name=_("REPORT") if document.abbreviation == "BC" else document.title.upper(),
        subject=document.subject,
        addressee=letter.addressee,
        mark=_("DRAFT") if document.draft else "",
    )


def place_and_date(place: str, day: str) -> str:
    """``Hòa Bình, ngày 06 tháng 8 năm 2019``: days below 10 and months 1 and 2 with a zero; left open
    where there is no day yet."""
    if day:
        chosen = dt.date.fromisoformat(day)
        if language() == "vi":
            month = f"{chosen.month:02d}" if chosen.month < 3 else str(chosen.month)
            said = f"ngày {chosen.day:02d} tháng {month} năm {chosen.year}"
        else:
            said = f"{chosen.day:02d} {chosen:%B} {chosen.year}"
    else:
        said = "ngày      tháng      năm" if language() == "vi" else "……………"
    return f"{place}, {said}" if place else said


def sign_lines(document: Document) -> tuple[list[str], str]:
    """The lines of the signature block (capacity and position), and the name below."""
    letter = document.letterhead
    return [line for line in (letter.capacity, letter.position) if line], letter.signer


def recipients(document: Document) -> list[str]:
    """The lines below ``Nơi nhận:``: each with a dash, the last that of the archive."""
    lines = [f"- {each};" for each in document.letterhead.recipients]
    if document.letterhead.body:
        archive = "VT" if language() == "vi" else _("records office")
        unit = f", {document.letterhead.sign.split('-')[-1]}" if document.letterhead.sign else ""
        lines.append(_("- File: {archive}.").format(archive=archive + unit))
    return lines


def annex_line(document: Document) -> str:
    """The line in brackets below the title of an annex."""
    return _("(Attached to Report No. {sign} of {date} of {body})").format(
        sign=document.sign.strip() if not document.draft else "…" + document.sign.strip(),
        body=document.letterhead.body or "…",
        date=date(document.date) if document.date else "…",
    )


# --- the foot --------------------------------------------------------------------------------------


def identity(document: Document) -> str:
    """What a file says of itself, by which ``report verify`` finds what it claims to be."""
    if document.draft:
        return f"opsconsole draft {document.outline} {document.period} {document.foot.register}"
    return f"opsconsole report {document.foot.register} {document.year} {document.number}"


def foot_short(document: Document) -> str:
    """The line at the foot of each page."""
    foot = document.foot
    return _("opsconsole · register {register}, revision {revision}, head {head} · cut-off {day}").format(
        register=foot.register[:8], revision=foot.revision, head=foot.head[:12], day=date(foot.cut_off)
    )


def foot_facts(document: Document) -> list[tuple[str, str]]:
    """What the report was made from, as (label, text)."""
    foot = document.foot
    change = _("change {sequence}").format(sequence=number(foot.sequence, language()))
    return [
        (_("Outline"), f"{document.outline} ({document.outline_digest[:12]})"),
        (_("Period"), f"{document.period} ({document.period_words})"),
        (_("Register"), foot.register),
        (_("Revision"), number(foot.revision, language())),
        (_("Head of the chain"), f"{foot.head} ({change})"),
        (_("Cut-off"), date(foot.cut_off)),
        (_("Made"), foot.made_local),
    ]


# --- the origin of a figure ------------------------------------------------------------------------------


def origin(figure: Figure) -> list[tuple[str, str]]:
    """Where a figure comes from, as (label, text), what is empty left out."""
    speak = language()
    lines: list[tuple[str, str]] = [(_("value"), figure.text + figure.marks)]
    if figure.of:
        lines.append((_("of"), figure.of))
    lines.append((_("period"), period_words(figure.period)))
    if figure.sort == "observed":
        if figure.denominator is not None:
            lines.append(
                (
                    _("numerator / denominator"),
                    f"{number(figure.numerator, speak)} / {number(figure.denominator, speak)}",
                )
            )
        elif figure.numerator is not None:
            lines.append((_("counted"), number(figure.numerator, speak)))
        if figure.low is not None and not figure.low == figure.value == figure.high:
            high = _("open") if figure.high is None else number(figure.high, speak)
            lines.append((_("bounds"), f"{number(figure.low, speak)} – {high}"))
        lines += [(_("rule"), figure.rule), (_("formula"), figure.formula)]
        version = _("version {version}").format(version=figure.version)
        lines.append((_("indicator"), f"{figure.key.split('/')[0]}, {version}"))
        if figure.cut_off:
            lines.append((_("cut-off"), date(figure.cut_off)))
        if figure.evidence and figure.known is not None and figure.asked:
            lines.append(
                (
                    _("evidence"),
                    _("{known} of {asked} days or sessions known").format(
                        known=figure.known, asked=figure.asked
                    ),
                )
            )
        lines.append((_("files"), "; ".join(short_path(each) for each in figure.evidence)))
        if figure.sequence:
            lines.append(
                (
                    _("observation"),
                    _("no. {sequence}, register revision {revision}").format(
                        sequence=figure.sequence, revision=figure.revision
                    ),
                )
            )
        else:
            lines.append((_("observation"), _("none: it has not been measured")))
    else:
        lines += [(_("source"), ", ".join(part for part in (figure.source, figure.place) if part))]
        if figure.quote:
            lines.append((_("words of the source"), f"“{figure.quote}”"))
        lines.append((_("note"), figure.note))
        if figure.file:
            lines.append(
                (
                    _("declared"),
                    f"{figure.file}:{figure.line}, {_('revision {number}').format(number=figure.revision)}",
                )
            )
        lines.append((_("key"), figure.key))
    return [(label, text) for label, text in lines if text]


def short_path(path: str) -> str:
    """The last two parts of a path: where the register lies is nothing to print."""
    return "/".join(path.split("/")[-2:])


def cell_origin(facts: tuple[Any, ...]) -> str:
    """The origin of a value in a table, in a line."""
    above, below, low, high, cut_off, sequence = facts
    speak = language()
    parts = []
    if below is not None:
        parts.append(f"{number(above, speak)} / {number(below, speak)}")
    if low is not None and low != high:
        parts.append(
            _("bounds") + f" {number(low, speak)} – {number(high, speak) if high is not None else _('open')}"
        )
    if cut_off:
        parts.append(_("cut-off") + f" {date(cut_off)}")
    if sequence:
        parts.append(_("observation {sequence}").format(sequence=sequence))
    return "; ".join(parts)


def period_words(period: str) -> str:
    """A period as people write it; two days joined by a slash too."""
    if "/" in period:
        first, last = period.split("/")
        return f"{date(first)} – {date(last)}"
    found = parsed(period)
    return period if found is None else found.words


# --- what every report ends with ---------------------------------------------------------------------


def opening(document: Document) -> list[Block]:
    """What stands before the first section: what the report corrects, and its conflicts in a draft."""
    made: list[Block] = []
    if document.corrects:
        text = _("This report corrects report No. {sign}: {reason}").format(
            sign=document.corrects, reason=document.corrects_why
        )
        made.append(Paragraph((text,)))
    if document.conflicts and document.draft:
        text = _(
            "DRAFT: {count} findings about figures of this report are listed at its end; issuing needs a "
            "written reason."
        ).format(count=len(document.conflicts))
        made.append(Paragraph((text,), "note"))
    return made


def conflict_blocks(document: Document) -> list[Block]:
    """The list of conflicts, with the reason for issuing all the same."""
    if not document.conflicts:
        return []
    columns = (
        Column(_("Mark"), "text", 0.75),
        Column(_("Verdict"), "text", 1.1),
        Column(_("What must hold"), "text", 2.6),
        Column(_("Finding"), "text", 4.0),
        Column(_("Figures"), "text", 0.9),
    )
    rows: list[Row] = [
        [f"M{each.number}", each.words, each.title, each.sentence, ", ".join(map(str, each.figures)) or "–"]
        for each in document.conflicts
    ]
    made: list[Block] = [
        Table(
            "conflicts",
            _("Figures that checks contradict or that are not defined"),
            columns,
            lambda: iter(rows),
            origin=_(
                "checks of the register; the last column has the numbers of the figures in the "
                "annex of origins"
            ),
            sortable=False,
        )
    ]
    if document.conflict_reason:
        made.append(
            Paragraph(
                (_("Issued all the same, because: {reason}").format(reason=document.conflict_reason),), "note"
            )
        )
    return made


def origins_annex(document: Document) -> Annex | None:
    """The annex that numbers the figures and says where each comes from."""
    if not document.figures:
        return None
    columns = (
        Column(_("No."), "place", 0.45),
        Column(_("Figure"), "text", 2.4),
        Column(_("Value"), "text", 1.0),
        Column(_("Where it comes from"), "text", 6.0),
    )

    def rows() -> Iterator[Row]:
        for figure in document.figures:
            said = "; ".join(f"{label}: {text}" for label, text in origin(figure)[1:])
            yield [figure.number, figure.label, figure.text + figure.marks, said]

    blocks: list[Block] = [
        Table(
            "origins",
            "",
            columns,
            rows,
            sortable=False,
            origin=_(
                "'opsconsole report verify FILE' says whether a file is the one issued and whether "
                "its figures still recompute"
            ),
        )
    ]
    return Annex(len(document.annexes) + 1, _("Origin of the figures"), tuple(blocks), landscape=True)


def annexes(document: Document) -> list[Annex]:
    """All annexes, that of origins last."""
    last = origins_annex(document)
    return [*document.annexes, *([last] if last else [])]


def annex_name(document: Document, annex: Annex) -> str:
    """``Phụ lục II``."""
    numerals = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")
    if len(annexes(document)) == 1:
        return _("Annex")
    shown = numerals[annex.number - 1] if annex.number <= len(numerals) else str(annex.number)
    return _("Annex {number}").format(number=shown)


def heading_text(heading: Heading) -> str:
    """A heading with its number: ``I. RESULTS``, ``1. Mail``, ``a) Use``."""
    if not heading.number:
        return heading.text
    return f"{heading.number}{')' if heading.level == 3 else '.'} {heading.text}"


def unit_word(level: str) -> str:
    """A level in words."""
    return level_words(level)


@contextmanager
def replacing(path: Path, mode: str = "w") -> Iterator[IO[Any]]:
    """A file that takes the place of *path* when the block ends well, and is gone otherwise."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with open(
            partial,
            mode,
            encoding=None if "b" in mode else "utf-8",
            errors=None if "b" in mode else "replace",
            newline=None if "b" in mode else "",
        ) as handle:
            yield handle
            handle.flush()
            os.fsync(handle.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
