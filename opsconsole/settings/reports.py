"""What config.yaml says about reports: who issues them, where they go, and which are made by schedule."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from opsconsole.catalogue import _
from opsconsole.periods import Sort
from opsconsole.settings.values import Getters, yes_or_no
from opsconsole.strictyaml import Map, Node, Seq, place

T = TypeVar("T")

SECTIONS = ("reports",)
FORMATS = ("docx", "pdf", "xlsx", "html", "md", "csv", "json")
SPANS: tuple[Sort, ...] = ("month", "quarter", "half", "year")
_TEXTS = ("above", "body", "place", "capacity", "position")
_LISTS = ("addressee", "recipients")


@dataclass(frozen=True, slots=True)
class Both:
    """A text in both languages."""

    vi: str = ""
    en: str = ""

    def in_(self, language: str) -> str:
        """The text in *language*."""
        return self.vi if language == "vi" else self.en


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A report that the job ``report`` makes: outline *name* for each *span* that has ended; with
    *mid_month* months go from the 15th to the 14th. With *issued* it is issued, else a draft.
    *mail* are the addresses that it is sent to."""

    name: str
    span: Sort
    mid_month: bool = False
    issued: bool = False
    formats: tuple[str, ...] = ("docx", "pdf", "xlsx")
    language: str = ""
    unit: str = ""
    mail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """The section ``reports:``. *people* are the login names that may make lists of people."""

    folder: Path | None = None
    texts: dict[str, Both] = field(default_factory=dict)
    lists: dict[str, tuple[Both, ...]] = field(default_factory=dict)
    sign: str = ""
    signer: str = ""
    formats: tuple[str, ...] = ("docx", "pdf", "xlsx", "html", "json")
    people: tuple[str, ...] = ()
    scheduled: tuple[Scheduled, ...] = ()


def read(top: Map | None, getters: Getters) -> ReportSettings:
    """The section ``reports:`` of the settings *top*."""
    node = getters.map(top, "reports")
    getters.known(node, {"folder", "sign", "signer", "formats", "people", "scheduled", *_TEXTS, *_LISTS})
    if node is None:
        return ReportSettings()
    folder = getters.get(node, "folder", "", _filled, _("a path"))
    return ReportSettings(
        folder=getters.root / folder if folder else None,
        texts={
            name: _both(node.items[name], node.value_place(name), name, getters)
            for name in _TEXTS
            if name in node.items
        },
        lists={
            name: tuple(_both(each, at, name, getters) for each, at in _each(node, name))
            for name in _LISTS
            if name in node.items
        },
        sign=getters.get(node, "sign", "", _sign, _("an abbreviation such as STTTT or UBND-CNTT")),
        signer=getters.get(node, "signer", "", _filled, _("a name")),
        formats=_formats(node, getters) or ReportSettings().formats,
        people=tuple(_texts(node, "people", getters)),
        scheduled=_scheduled(node, getters),
    )


def _scheduled(node: Map, getters: Getters) -> tuple[Scheduled, ...]:
    every = getters.map(node, "scheduled")
    found = []
    for name in every.items if every else ():
        one = getters.map(every, name)
        getters.known(one, {"each", "months-from-the-15th", "issue", "formats", "language", "unit", "mail"})
        if one is None or "each" not in one.items:
            getters.problem(
                every.key_place(name),  # type: ignore[union-attr]
                _("report '{name}' lacks 'each:', one of {names}").format(name=name, names=", ".join(SPANS)),
            )
            continue
        flag = _("yes or no")
        found.append(
            Scheduled(
                name,
                getters.get(
                    one, "each", "month", _one_of(SPANS), _("one of {names}").format(names=", ".join(SPANS))
                ),
                getters.get(one, "months-from-the-15th", False, yes_or_no, flag),
                getters.get(one, "issue", False, yes_or_no, flag),
                _formats(one, getters) or ("docx", "pdf", "xlsx"),
                getters.get(one, "language", "", _one_of(("vi", "en")), _("vi or en")),
                getters.get(one, "unit", "", _filled, _("the code of a unit")),
                tuple(_texts(one, "mail", getters)),
            )
        )
    return tuple(found)


def _formats(node: Map, getters: Getters) -> tuple[str, ...]:
    found = []
    for name in _texts(node, "formats", getters):
        if name in FORMATS:
            found.append(name)
        else:
            getters.problem(
                node.value_place("formats"),
                _("there is no format '{name}'; known: {names}").format(name=name, names=", ".join(FORMATS)),
            )
    return tuple(dict.fromkeys(found))


def _both(value: Node, at: tuple[int, int], name: str, getters: Getters) -> Both:
    if isinstance(value, str) and value:
        return Both(value, value)
    if isinstance(value, Map):
        getters.known(value, {"vi", "en"})
        form = _("a text")
        vietnamese = getters.get(value, "vi", "", _filled, form)
        return Both(vietnamese, getters.get(value, "en", vietnamese, _filled, form))
    getters.problem(at, _("'{key}' must be a text, or vi: and en:").format(key=name))
    return Both()


def _each(node: Map, name: str) -> list[tuple[Node, tuple[int, int]]]:
    value = node.items[name]
    if isinstance(value, Seq):
        return list(zip(value.items, map(place, value.marks), strict=True))
    return [(value, node.value_place(name))]


def _texts(node: Map, name: str, getters: Getters) -> list[str]:
    found = []
    for value, at in _each(node, name) if name in node.items else ():
        if isinstance(value, str) and value:
            found.append(value)
        else:
            getters.problem(at, _("'{key}' must be a text or a list of texts").format(key=name))
    return found


def _filled(value: str) -> str:
    if not value:
        raise ValueError
    return value


def _sign(value: str) -> str:
    if not re.fullmatch(r"[^\W_]{1,20}(-[^\W_]{1,20}){0,3}", value):
        raise ValueError
    return value


def _one_of(allowed: tuple[T, ...]) -> Callable[[str], T]:
    def convert(value: str) -> T:
        for each in allowed:
            if each == value:
                return each
        raise ValueError

    return convert
