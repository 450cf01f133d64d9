"""Outline and register make a document: sentences with figures, numbered sections, tables, charts.

Nothing is decided here about a format, and nothing is read but through ``figures`` and the data sets.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable
from zoneinfo import ZoneInfo

from opsconsole.catalogue import _, language, speaking
from opsconsole.errors import Refused
from opsconsole.indicators.tree import ALL
from opsconsole.periods import span as span_of
from opsconsole.reports.data import Context, data_sets
from opsconsole.reports.figures import Figures, value_text
from opsconsole.reports.model import (
    Annex,
    Block,
    Document,
    Foot,
    Heading,
    Letterhead,
    Paragraph,
    Part,
    Quote,
    Signatures,
)
from opsconsole.reports.outline import (
    PERIOD_OF,
    DataItem,
    HeadingItem,
    Item,
    Outline,
    Piece,
    SignItem,
    TextItem,
    When,
)
from opsconsole.reports.render.common import period_words
from opsconsole.store import clock
from opsconsole.store.chain import START
from opsconsole.store.database import Reader
from opsconsole.strictyaml import Problem, ProblemsFound
from opsconsole.text import date, number

Progress = Callable[[str, int, int], None]
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def compose(
    reader: Reader,
    outline: Outline,
    period: str,
    *,
    timezone: ZoneInfo,
    letterhead: Letterhead | None = None,
    speak: str | None = None,
    unit: str = "",
    people: bool = False,
    documents: Collection[str] = (),
    progress: Progress | None = None,
) -> Document:
    """The draft that *outline* makes of *period*, in the language *speak* (by default that in use).

    *unit* is the code of the unit that it is about, *people* whether people may be named, *documents* are
    the sources of evidence in which a day without lines is no gap. The rows of
    tables are read when a renderer asks for them, by *reader*, whose transaction must still be open.
    Raises ProblemsFound with what the outline names and the register does not know, and Refused for
    a period or unit that it does not take.
    """
    span = span_of(period)
    with speaking(speak or language()):
        if span.sort not in outline.spans:
            raise Refused(
                _("the report '{name}' is made of: {spans}; '{period}' is none of them").format(
                    name=outline.name, spans=", ".join(outline.spans), period=period
                )
            )
        if outline.unit == "required" and not unit:
            raise Refused(
                _("the report '{name}' is about one unit; name it by --unit").format(name=outline.name)
            )
        if outline.unit == "none" and unit:
            raise Refused(
                _("the report '{name}' is about the whole province; leave --unit out").format(
                    name=outline.name
                )
            )
        figures = Figures(reader, outline, span)
        figures.unit = figures.unit_id(unit) if unit else ""
        context = Context(
            reader, figures, span, timezone, figures.unit, people, language(), frozenset(documents)
        )
        return _Composer(outline, context, letterhead or Letterhead(), progress).document()


class _Composer:
    def __init__(
        self, outline: Outline, context: Context, letterhead: Letterhead, progress: Progress | None
    ) -> None:
        self.outline, self.context, self.letterhead = outline, context, letterhead
        self.reader, self.figures, self.span = context.reader, context.figures, context.span
        self.unit, self.language = context.unit, context.language
        self.progress = progress
        self.counters = [0, 0, 0]

    def document(self) -> Document:
        outline, span = self.outline, self.span
        # Twice: the numbers of figures and conflicts are known after the first.
        self._blocks(outline.items, dry=True)
        for annex in outline.annexes:
            self._blocks(annex.items, dry=True)
        blocks = self._blocks(outline.items)
        annexes = []
        for place, annex in enumerate(outline.annexes, 1):
            self._tell(place, len(outline.annexes))
            title = self._words(annex.title.in_(self.language))
            annexes.append(Annex(place, title, tuple(self._blocks(annex.items)), annex.landscape))
        unit_name = self.context.unit_name(self.unit) if self.unit else ""
        return Document(
            outline=outline.name,
            outline_digest=outline.digest,
            language=self.language,
            title=outline.title.in_(self.language),
            subject=self._words(outline.subject.in_(self.language)),
            period=span.name,
            period_words=span.words,
            unit=unit_name,
            unit_id=self.unit,
            letterhead=self.letterhead,
            blocks=tuple(blocks),
            annexes=tuple(annexes),
            figures=self.figures.all(),
            conflicts=self.figures.conflicts(),
            foot=self._foot(),
            layout=outline.layout,
            landscape=outline.landscape,
            form=tuple(self._words(each.in_(self.language)) for each in outline.form),
            abbreviation=outline.abbreviation,
            personal=outline.personal or self.context.people_named,
        )

    def _tell(self, done: int, total: int) -> None:
        if self.progress:
            self.progress("compose", done, total)

    def _foot(self) -> Foot:
        row = self.reader.row("SELECT id, revision, sequence, head FROM register WHERE province = :province")
        register, revision, sequence, head = row or ("", 0, 0, START)
        at = clock.instant_text(clock.now())
        cut_offs = [figure.cut_off for figure in self.figures.all() if figure.cut_off]
        return Foot(
            register,
            revision,
            sequence,
            head,
            max(cut_offs, default=self.span.end.isoformat()),
            at,
            clock.local(at, self.context.timezone),
        )

    # --- blocks ---------------------------------------------------------------------------------------

    def _blocks(self, items: Iterable[Item], *, dry: bool = False) -> list[Block]:
        self.counters = [0, 0, 0]
        made: list[Block] = []
        for item in items:
            if isinstance(item, HeadingItem):
                made.append(self._heading(item))
            elif isinstance(item, TextItem):
                parts = self._parts(item.pieces)
                if parts:
                    made.append(Paragraph(tuple(parts), item.style))
            elif isinstance(item, SignItem):
                made.append(
                    Signatures(
                        tuple((who.in_(self.language), how.in_(self.language)) for who, how in item.signers)
                    )
                )
            else:
                made += self._data(item, dry)
        return made

    def _heading(self, item: HeadingItem) -> Heading:
        text = self._words(item.words.in_(self.language))
        if item.plain:
            return Heading(item.level, "", text)
        self.counters[item.level - 1] += 1
        for deeper in range(item.level, 3):
            self.counters[deeper] = 0
        count = self.counters[item.level - 1]
        number = (
            _ROMAN[min(count, len(_ROMAN)) - 1]
            if item.level == 1
            else str(count)
            if item.level == 2
            else chr(96 + min(count, 26))
        )
        return Heading(item.level, number, text)

    def _data(self, item: DataItem, dry: bool) -> list[Block]:
        sets = data_sets(item.sort)
        at = item.places.get(item.sort, (1, 1))
        if item.data not in sets:
            near = difflib.get_close_matches(item.data, sets, 1)
            hint = (
                _("did you mean '{near}'?").format(near=near[0])
                if near
                else _("known: {names}").format(names=", ".join(sorted(sets)))
            )
            message = _("there is no {sort} '{name}'; {hint}").format(
                sort=_("table") if item.sort == "table" else _("chart"), name=item.data, hint=hint
            )
            raise ProblemsFound([Problem(self.outline.file, *at, message)])
        chosen = sets[item.data]
        problems = []
        for name in item.options:
            if name not in chosen.options:
                message = _("'{data}' has no option '{name}'; known: {names}").format(
                    data=item.data, name=name, names=", ".join(sorted(chosen.options)) or "–"
                )
                problems.append(Problem(self.outline.file, *item.places[name], message))
        if problems:
            raise ProblemsFound(problems)
        title = self._words(item.title.in_(self.language)) if item.title else ""
        try:
            made = chosen.make(self.context, title, item.options, dry)
        except Refused as error:
            raise ProblemsFound([Problem(self.outline.file, *at, str(error))]) from None
        return list(made)

    # --- sentences ------------------------------------------------------------------------------------

    def _parts(self, pieces: tuple[Piece, ...]) -> list[Part]:
        parts: list[Part] = []
        held = False
        for piece in pieces:
            difference = ""
            if piece.when is not None:
                holds, difference = self._holds(piece.when)
                held = held or holds
                if not holds:
                    continue
            elif piece.otherwise and held:
                held = False
                continue
            if piece.when is None:
                held = False
            text = piece.words.in_(self.language)
            said = (piece.when is None and not piece.otherwise and self._lacking(text)) or self._quoted(
                text, difference
            )
            if parts and said:
                parts.append(" ")
            parts += said
        return parts

    def _lacking(self, text: str) -> list[Part]:
        """What is said in place of a sentence of which no figure has a value: which figures those are. Empty
        where one has a value, or the sentence quotes none."""
        names = dict.fromkeys(each for each in _PLACEHOLDER.findall(text) if each in self.outline.figures)
        figures = [self.figures.of(name) for name in names]
        if not figures or any(figure.value is not None for figure in figures):
            return []
        parts: list[Part] = [_("There are no figures for {period}:").format(period=self.span.words), " "]
        whole = [figure.label for figure in figures]
        named = [
            f"{figure.label} ({figure.of})"
            if figure.of and (figure.level not in ("", ALL) or whole.count(figure.label) > 1)
            else figure.label
            for figure in figures
        ]
        for figure, name in zip(figures, named, strict=True):
            text = f"{name}, {period_words(figure.period)}" if named.count(name) > 1 else name
            parts += [Quote(figure.number, text, figure.marks), "; "]
        parts[-1] = "."
        return parts

    def _quoted(self, text: str, difference: str) -> list[Part]:
        parts: list[Part] = []
        for place, each in enumerate(_PLACEHOLDER.split(text)):
            if place % 2 == 0:
                if each:
                    parts.append(each)
            elif each in self.outline.figures:
                figure = self.figures.of(each)
                parts.append(Quote(figure.number, figure.text, figure.marks))
            elif each.endswith(PERIOD_OF):
                parts.append(period_words(self.figures.of(each.removesuffix(PERIOD_OF)).period))
            else:
                parts.append(difference if each == "difference" else self._word(each))
        return parts

    def _words(self, text: str) -> str:
        return "".join(part if isinstance(part, str) else part.text for part in self._quoted(text, ""))

    def _word(self, name: str) -> str:
        span = self.span
        return {
            "period": span.words,
            "year": str(span.year),
            "last-year": str(span.year - 1),
            "next-year": str(span.year + 1),
            "month": str(span.last_month) if span.sort == "month" else "",
            "quarter": str(span.last_month // 3) if span.sort == "quarter" else "",
            "first-day": date(span.first),
            "last-day": date(span.end),
            "unit": self.context.unit_name(self.unit) if self.unit else _("the whole province"),
        }[name]

    def _holds(self, when: When) -> tuple[bool, str]:
        """Whether the condition holds, and the difference in words. A comparison with what has no
        value does not hold."""
        figure = self.figures.of(when.figure)
        if when.comparison in ("known", "unknown"):
            return (figure.value is not None) == (when.comparison == "known"), ""
        if when.operand in self.outline.figures:
            other = self.figures.of(when.operand).value
        else:
            other = float(when.operand)
        if figure.value is None or other is None:
            return False, ""
        # As they are shown: who reads 41.4 and 41.4 is not told that one is above.
        digits = {"percent": 1, "hours": 1, "ratio": 2}.get(figure.unit_of_measure, 9)
        mine, its = round(figure.value, digits), round(other, digits)
        holds = {
            "above": mine > its,
            "below": mine < its,
            "equal": mine == its,
            "at-least": mine >= its,
            "at-most": mine <= its,
        }[when.comparison]
        difference = round(abs(mine - its), digits)
        if figure.unit_of_measure in ("percent", "%"):
            points = number(difference, language(), 1)
            return holds, _("{number} percentage points").format(number=points)
        return holds, value_text(difference, figure.unit_of_measure)
