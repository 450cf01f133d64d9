"""Which unit a directory means: by code, else by name, in two spellings, with or without its type."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from opsconsole.text import fold, match_key, squeeze
from opsconsole.units.era import Era

# What stands before a name, folded, and the type of unit it means ('' for an office of any).
_TYPES = {
    "xa": "xa",
    "x": "xa",
    "phuong": "phuong",
    "p": "phuong",
    "thi tran": "thi tran",
    "tt": "thi tran",
    "huyen": "huyen",
    "h": "huyen",
    "thanh pho": "thanh pho",
    "tp": "thanh pho",
    "thi xa": "thi xa",
    "tx": "thi xa",
    "tinh": "tinh",
}
_OFFICES = (
    "uy ban nhan dan",
    "ubnd",
    "hdnd ubnd",
    "hdnd",
    "dang uy",
    "huyen uy",
    "vp ubnd",
    "van phong ubnd",
)
# A name that begins so means a unit: one that is not known is not taken for part of a larger one.
_UNITS = ("so ", "ban ", "van phong ", "thanh tra ")


class UnitNames:
    """The units that stand on a day, by what people call them."""

    def __init__(self, eras: Iterable[Era]) -> None:
        self._of: dict[str, Era] = {}
        self._by_name: dict[tuple[str, str], list[Era]] = defaultdict(list)
        for era in eras:
            self._of[era.code] = era
            for form in (match_key, fold):
                for name in {era.name, _short(era.name)}:
                    self._by_name[form.__name__, form(name)].append(era)

    def find(self, names: Iterable[str]) -> tuple[Era, ...]:
        """The unit that *names* (the smallest first) mean: one, none, or several that they fit alike."""
        told = [squeeze(name) for name in names if name.strip()]
        for place, name in enumerate(told):
            if name in self._of:
                return (self._of[name],)
            found = self._called(name)
            if len(found) > 1:
                found = self._within(found, told[place + 1 :]) or found
            if found:
                return tuple(found)
            if _parts(name)[0] is not None or fold(name).startswith(_UNITS):
                return ()
        return ()

    def _called(self, name: str) -> list[Era]:
        kind, short = _parts(name)
        # Only what is written without any diacritics may be read in all ways: Văn Sơn is not Vân Sơn.
        for form in (match_key, fold) if name.isascii() else (match_key,):
            for written in (name, short):
                found = {era.id: era for era in self._by_name.get((form.__name__, form(written)), ())}
                fitting = [era for era in found.values() if not kind or fold(era.type) == kind]
                if fitting:
                    return fitting
        return []

    def _within(self, found: list[Era], above: list[str]) -> list[Era]:
        """Those of *found* that lie in a unit that is named in *above*."""
        named = {era.code for name in above for era in self._called(name)}
        return [era for era in found if self._above(era) & named]

    def _above(self, era: Era) -> set[str]:
        codes: set[str] = set()
        parent = era.parent
        while parent and parent not in codes:
            codes.add(parent)
            parent = self._of[parent].parent if parent in self._of else None
        return codes


def _parts(name: str) -> tuple[str | None, str]:
    """(type, name without it); the type is None where none is written, '' for an office."""
    words = re.sub(r"[.,]", " ", squeeze(name)).split()
    kind: str | None = None
    while len(words) > 1:
        for count in (4, 3, 2, 1):
            head = fold(" ".join(words[:count]))
            if len(words) > count and (head in _TYPES or head in _OFFICES):
                kind = _TYPES.get(head, kind or "")
                words = words[count:]
                break
        else:
            break
        if kind:
            break
    return kind, " ".join(words)


def _short(name: str) -> str:
    return _parts(name)[1]
