"""Reading an outline: a YAML file, every problem at its line, all of them at once."""

from __future__ import annotations

import difflib
import hashlib
import re
from pathlib import Path
from typing import Any

from opsconsole.catalogue import _
from opsconsole.periods import parsed
from opsconsole.reports.outline import (
    COMPARISONS,
    LEVELS,
    PERIOD_OF,
    PERIODS,
    SPANS,
    WORDS,
    AnnexItem,
    DataItem,
    FigureSpec,
    HeadingItem,
    Item,
    Outline,
    Piece,
    SignItem,
    TextItem,
    When,
    Words,
)
from opsconsole.strictyaml import Map, Node, Problem, ProblemsFound, Seq, parse, place, read_text

BUILT_IN = Path(__file__).parent / "outlines"
MOST_BYTES = 500_000

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,63}")


def outlines(folders: list[Path], root: Path) -> dict[str, Outline]:
    """All outlines by name: those that come with the product, and those below *folders* (the
    ``reports`` folders of the inventory), which replace one of the same name.

    Raises ProblemsFound with the problems of all files.
    """
    found: dict[str, Outline] = {}
    problems: list[Problem] = []
    for folder in (BUILT_IN, *folders):
        here: dict[str, Outline] = {}
        for path in sorted(folder.rglob("*.yaml")) if folder.is_dir() else ():
            name = _called(path, root)
            try:
                outline = read(read_text(path, name, MOST_BYTES), name)
            except ProblemsFound as error:
                problems += error.problems
                continue
            if outline.name in here:
                message = _("there are two outlines '{name}'; the other is in {file}")
                problems.append(
                    Problem(name, 1, 1, message.format(name=outline.name, file=here[outline.name].file))
                )
            here[outline.name] = outline
        found |= here
    if problems:
        raise ProblemsFound(problems)
    return dict(sorted(found.items()))


def _called(path: Path, root: Path) -> str:
    for base in (root, BUILT_IN.parent):
        if path.is_relative_to(base):
            return str(path.relative_to(base))
    return str(path)


def read(data: bytes, name: str) -> Outline:
    """The outline in the YAML text *data*, called *name* in problems. Raises ProblemsFound."""
    reader = _Reader(name)
    outline = reader.outline(parse(data, name), hashlib.sha256(data).hexdigest())
    if reader.problems:
        raise ProblemsFound(reader.problems)
    return outline


_KNOWN = {
    "report",
    "title",
    "subject",
    "periods",
    "unit",
    "layout",
    "landscape",
    "form",
    "abbreviation",
    "personal",
    "figures",
    "body",
    "annexes",
}
_ITEMS = ("heading", "text", "item", "note", "table", "chart", "signatures")


class _Reader:
    """Reads one outline and notes each problem; what is wrong is replaced, so that all are found."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.figures: dict[str, FigureSpec] = {}

    def problem(self, at: tuple[int, int], message: str) -> None:
        self.problems.append(Problem(self.name, *at, message))

    def known(self, node: Map, names: set[str]) -> None:
        for key in node.items:
            if key not in names:
                near = difflib.get_close_matches(key, names, 1)
                hint = (
                    _("; did you mean '{near}'?").format(near=near[0])
                    if near
                    else _("; known: {names}").format(names=", ".join(sorted(names)))
                )
                self.problem(node.key_place(key), _("unknown entry '{key}'{hint}").format(key=key, hint=hint))

    # --- values -----------------------------------------------------------------------------------

    def text(self, node: Map, key: str, default: str = "") -> str:
        value = node.items.get(key)
        if value is None:
            return default
        if isinstance(value, str) and value:
            return value
        self.problem(node.value_place(key), _("'{key}' must be a text").format(key=key))
        return default

    def choice(self, node: Map, key: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.text(node, key, default)
        if value in allowed:
            return value
        near = difflib.get_close_matches(value, allowed, 1)
        hint = _("; did you mean '{near}'?").format(near=near[0]) if near else ""
        self.problem(
            node.value_place(key),
            _("'{key}' must be one of {names}{hint}").format(key=key, names=", ".join(allowed), hint=hint),
        )
        return default

    def flag(self, node: Map, key: str) -> bool:
        return self.choice(node, key, ("yes", "no"), "no") == "yes"

    def each(self, node: Map, key: str) -> list[tuple[Node, tuple[int, int]]]:
        value = node.items.get(key)
        if value is None:
            return []
        if isinstance(value, Seq):
            return list(zip(value.items, map(place, value.marks), strict=True))
        if isinstance(value, str):
            return [(value, node.value_place(key))]
        self.problem(node.value_place(key), _("'{key}' must be a list").format(key=key))
        return []

    def words(self, value: Node | None, at: tuple[int, int], what: str) -> Words:
        """A text, or a mapping with one for each language; without English the Vietnamese stands."""
        if isinstance(value, str) and value:
            words = Words(value, value)
        elif isinstance(value, Map):
            self.known(value, {"vi", "en"})
            vietnamese = self.text(value, "vi")
            if not vietnamese and "vi" not in value.items:
                self.problem(at, _("'{key}' lacks 'vi:', the text in Vietnamese").format(key=what))
            words = Words(vietnamese, self.text(value, "en", vietnamese))
            at = value.value_place("vi") if "vi" in value.items else at
        else:
            self.problem(at, _("'{key}' must be a text, or vi: and en:").format(key=what))
            return Words("", "")
        for text in {words.vi, words.en}:
            self._placeholders(text, at)
        return words

    def _placeholders(self, text: str, at: tuple[int, int]) -> None:
        for said in _PLACEHOLDER.findall(text):
            name = said.removesuffix(PERIOD_OF)
            if name not in self.figures and name not in WORDS:
                near = difflib.get_close_matches(name, [*self.figures, *WORDS], 1)
                hint = (
                    _("did you mean '{near}'?").format(near=near[0])
                    if near
                    else _("name it under 'figures:'")
                )
                self.problem(
                    at, _("the text quotes '{name}', which is no figure; {hint}").format(name=name, hint=hint)
                )
        if re.search(r"[{}]", _PLACEHOLDER.sub("", text)):
            self.problem(at, _("a brace has no partner; a figure is quoted as {{name}}").format())

    # --- the parts ----------------------------------------------------------------------------------

    def outline(self, top: Map, digest: str) -> Outline:
        if "kind" in top.items and "report" not in top.items:
            message = _("is a document of the register; the folder 'reports' holds outlines, move it out")
            raise ProblemsFound([Problem(self.name, *top.key_place("kind"), message)])
        self.known(top, _KNOWN)
        for needed in ("report", "title", "body"):
            if needed not in top.items:
                self.problem((1, 1), _("an outline needs '{needed}:'").format(needed=needed))
        name = self.text(top, "report", "unnamed")
        if not _NAME.fullmatch(name):
            self.problem(
                top.value_place("report"),
                _("the name must be of lower-case letters, digits and hyphens, such as mail-by-unit"),
            )
        self._figures(top)
        title = self.words(top.items.get("title"), self._at(top, "title"), "title")
        subject = (
            self.words(top.items["subject"], self._at(top, "subject"), "subject")
            if "subject" in top.items
            else title
        )
        spans = []
        for value, at in self.each(top, "periods"):
            if isinstance(value, str) and value in SPANS:
                spans.append(value)
            else:
                self.problem(at, _("'periods' must be of {names}").format(names=", ".join(SPANS)))
        form = tuple(self.words(value, at, "form") for value, at in self.each(top, "form"))
        return Outline(
            name=name,
            file=self.name,
            digest=digest,
            title=title,
            subject=subject,
            spans=tuple(spans) or SPANS,
            unit=self.choice(top, "unit", ("none", "optional", "required"), "none"),
            layout=self.choice(top, "layout", ("decree", "form"), "decree"),
            landscape=self.flag(top, "landscape"),
            form=form,
            abbreviation=self.text(top, "abbreviation", "BC"),
            personal=self.flag(top, "personal"),
            figures=self.figures,
            items=self._items(top, "body"),
            annexes=self._annexes(top),
        )

    def _at(self, node: Map, key: str) -> tuple[int, int]:
        return node.value_place(key) if key in node.items else place(node.mark)

    def _figures(self, top: Map) -> None:
        node = top.items.get("figures")
        if node is None:
            return
        if not isinstance(node, Map):
            self.problem(top.value_place("figures"), _("'{key}' must be a mapping").format(key="figures"))
            return
        for name, value in node.items.items():
            at = node.key_place(name)
            if not _NAME.fullmatch(name) or name in WORDS:
                self.problem(
                    at,
                    _("'{name}' cannot be the name of a figure; write letters and hyphens").format(name=name),
                )
            if not isinstance(value, Map):
                message = _("figure '{name}' must be a mapping, such as {{indicator: mail.regular}}")
                self.problem(node.value_place(name), message.format(name=name))
                self.figures[name] = FigureSpec(name, "", "", "all", "", "this", *at)
                continue
            self.figures[name] = self._figure(name, value, at)

    def _figure(self, name: str, node: Map, at: tuple[int, int]) -> FigureSpec:
        self.known(node, {"indicator", "figure", "target", "level", "unit", "period"})
        named = [sort for sort in ("indicator", "figure", "target") if sort in node.items]
        if len(named) != 1:
            self.problem(
                at, _("figure '{name}' needs one of 'indicator:', 'figure:' and 'target:'").format(name=name)
            )
            return FigureSpec(name, "", "", "all", "", "this", *at)
        sort = named[0]
        if sort == "figure":
            for extra in {"level", "unit", "period"} & node.items.keys():
                self.problem(
                    node.key_place(extra),
                    _("'{key}' says nothing of a reported figure; delete it").format(key=extra),
                )
        if "level" in node.items and "unit" in node.items:
            self.problem(node.key_place("unit"), _("a unit and a level were named; name one of them"))
        period = self.text(node, "period", "this")
        if period not in PERIODS and parsed(period) is None:
            near = difflib.get_close_matches(period, PERIODS, 1)
            hint = _("; did you mean '{near}'?").format(near=near[0]) if near else ""
            message = _("'{period}' is no period; write one of {names}, or a period such as 2019-07{hint}")
            self.problem(
                node.value_place("period"),
                message.format(period=period, names=", ".join(PERIODS), hint=hint),
            )
        return FigureSpec(
            name,
            sort,
            self.text(node, sort),
            self.choice(node, "level", LEVELS, "all"),
            self.text(node, "unit"),
            period,
            *node.value_place(sort),
        )

    def _annexes(self, top: Map) -> tuple[AnnexItem, ...]:
        found = []
        for value, at in self.each(top, "annexes"):
            if not isinstance(value, Map):
                self.problem(at, _("an annex must be a mapping with 'title:' and 'body:'"))
                continue
            self.known(value, {"title", "landscape", "body"})
            title = self.words(value.items.get("title"), self._at(value, "title"), "title")
            found.append(AnnexItem(title, self.flag(value, "landscape"), self._items(value, "body")))
        return tuple(found)

    def _items(self, node: Map, key: str) -> tuple[Item, ...]:
        found: list[Item] = []
        for value, at in self.each(node, key):
            sorts = [sort for sort in _ITEMS if isinstance(value, Map) and sort in value.items]
            if not isinstance(value, Map) or len(sorts) != 1:
                self.problem(at, _("must have one of {names}").format(names=", ".join(_ITEMS)))
                continue
            found += self._item(value, sorts[0])
        return tuple(found)

    def _item(self, node: Map, sort: str) -> list[Item]:
        if sort == "heading":
            self.known(node, {"heading", "level", "plain"})
            words = self.words(node.items[sort], node.value_place(sort), sort)
            level = self.choice(node, "level", ("1", "2", "3"), "1")
            return [HeadingItem(words, int(level), self.flag(node, "plain"))]
        if sort in ("table", "chart"):
            return [self._data(node, sort)]
        if sort == "signatures":
            self.known(node, {"signatures"})
            return [SignItem(tuple(self._signer(value, at) for value, at in self.each(node, sort)))]
        self.known(node, {sort})
        return [TextItem(self._pieces(node, sort), {"text": "body"}.get(sort, sort))]

    def _signer(self, value: Node, at: tuple[int, int]) -> tuple[Words, Words]:
        if isinstance(value, Map):
            self.known(value, {"who", "how"})
            return (
                self.words(value.items.get("who"), self._at(value, "who"), "who"),
                self.words(value.items.get("how"), self._at(value, "how"), "how"),
            )
        self.problem(at, _("a signer must be a mapping with 'who:' and 'how:'"))
        return Words("", ""), Words("", "")

    def _pieces(self, node: Map, sort: str) -> tuple[Piece, ...]:
        value = node.items[sort]
        if not isinstance(value, Seq):
            return (self._piece(value, node.value_place(sort), sort),)
        pieces = [
            self._piece(each, at, sort) for each, at in zip(value.items, map(place, value.marks), strict=True)
        ]
        for before, piece, mark in zip([None, *pieces], pieces, value.marks, strict=False):
            if piece.otherwise and (before is None or before.when is None):
                self.problem(place(mark), _("'otherwise' must follow a piece with 'when:'"))
        return tuple(pieces)

    def _piece(self, value: Node, at: tuple[int, int], sort: str) -> Piece:
        if not isinstance(value, Map) or not {"when", "otherwise"} & value.items.keys():
            return Piece(self.words(value, at, sort))
        when = self._when(value) if "when" in value.items else None
        rest = Map(value.mark)
        for key in value.items:
            if key not in ("when", "otherwise"):
                rest.items[key], rest.marks[key] = value.items[key], value.marks[key]
        if when is not None and "otherwise" in value.items:
            self.problem(value.key_place("otherwise"), _("write 'when:' or 'otherwise:', not both"))
        return Piece(self.words(rest, at, sort), when, when is None and self.flag(value, "otherwise"))

    def _when(self, node: Map) -> When | None:
        at, condition = node.value_place("when"), node.items["when"]
        if not isinstance(condition, Map):
            self.problem(
                at, _("'when' must be a mapping, such as {{figure: regular, above: before}}").format()
            )
            return None
        self.known(condition, {"figure", "known", *COMPARISONS})
        figure = self.text(condition, "figure")
        self._figure_named(figure, self._at(condition, "figure"))
        said = [key for key in condition.items if key != "figure"]
        if len(said) != 1:
            names = ", ".join(("known", *COMPARISONS))
            self.problem(at, _("'when' must have one of {names}").format(names=names))
            return None
        comparison = said[0]
        if comparison == "known":
            sort = "known" if self.flag(condition, "known") else "unknown"
            return When(figure, sort, line=at[0], column=at[1])
        operand = self.text(condition, comparison)
        if not re.fullmatch(r"-?\d{1,15}(\.\d{1,9})?", operand):
            self._figure_named(operand, condition.value_place(comparison))
        return When(figure, comparison, operand, *at)

    def _figure_named(self, name: str, at: tuple[int, int]) -> None:
        if name not in self.figures:
            near = difflib.get_close_matches(name, self.figures, 1)
            hint = _("did you mean '{near}'?").format(near=near[0]) if near else _("name it under 'figures:'")
            self.problem(at, _("there is no figure '{name}' here; {hint}").format(name=name, hint=hint))

    def _data(self, node: Map, sort: str) -> DataItem:
        title = (
            self.words(node.items["title"], self._at(node, "title"), "title")
            if "title" in node.items
            else None
        )
        options: dict[str, Any] = {}
        places = {sort: node.value_place(sort)}
        for key, value in node.items.items():
            if key in (sort, "title"):
                continue
            places[key] = node.value_place(key)
            if isinstance(value, Seq):
                if all(isinstance(each, str) for each in value.items):
                    options[key] = [str(each) for each in value.items]
                    continue
            elif isinstance(value, str):
                options[key] = value
                continue
            self.problem(
                node.value_place(key), _("'{key}' must be a text or a list of texts").format(key=key)
            )
        for each in options.get("figures", ()) if isinstance(options.get("figures"), list) else ():
            self._figure_named(each, places["figures"])
        return DataItem(sort, self.text(node, sort), title, options, places)


# Shown by ``report list``.
