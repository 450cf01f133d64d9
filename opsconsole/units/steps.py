"""One reorganisation against the units of the day before: what it ends, begins and links."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from opsconsole.catalogue import _
from opsconsole.text import date, safe
from opsconsole.units.declared import Reorganisation, Unit
from opsconsole.units.era import CHANGES, Era, Link

Reason = tuple[str, str, tuple[str, ...]]  # the code it is about, the words, the path to the field


class Refusal(Exception):
    """A reorganisation cannot hold. ``reasons`` is all that is wrong, ``codes`` all units it names."""

    def __init__(self, reasons: list[Reason], codes: set[str]) -> None:
        self.reasons, self.codes = reasons, codes
        super().__init__("; ".join(words for _code, words, _path in reasons))


@dataclass(frozen=True, slots=True)
class Step:
    """What a reorganisation does. ``ends`` are codes, ``ended`` their eras as they stood."""

    key: str
    reverts: str | None
    ends: tuple[str, ...]
    ended: tuple[Era, ...]
    begins: tuple[Era, ...]
    links: tuple[Link, ...]

    @property
    def codes(self) -> set[str]:
        """All codes that it ends or begins."""
        return {*self.ends, *(era.code for era in self.begins)}


@dataclass(frozen=True, slots=True)
class Done:
    """A reorganisation that took effect, and the one that reverted it."""

    begins: tuple[Era, ...]
    ended: tuple[Era, ...]
    links: tuple[Link, ...]
    reverted_by: str | None = None


class State(Protocol):
    """What stands before the day, and what was done up to then."""

    standing: dict[str, Era]
    done: dict[str, Done]
    later: dict[str, str]  # key of every declared reorganisation → its day
    first: dict[str, str]  # code of every declared unit → its first day

    known: dict[str, Era]  # all eras that ever began, by id

    def original(self, unit_id: str) -> str: ...

    def why_not(self, code: str, day: str) -> str: ...


@dataclass(slots=True)
class Spec:
    """A unit that is to begin. ``origins`` are (era, share, follows); ``ended`` are units dissolved
    into it."""

    name: str
    type: str
    level: str
    parent: str | None
    kinds: set[str]
    origins: list[tuple[Era, str, bool]] = field(default_factory=list)
    dissolved: list[Era] = field(default_factory=list)
    restores: str | None = None


class Attempt:
    """A reorganisation being held against *state*. *fresh* are the units declared from its day on,
    *taken* the units that other reorganisations of the day change, by what changes them.

    ``specs`` (what is to begin) and ``ends`` fill up; ``reasons`` is all that speaks against it.
    """

    def __init__(
        self,
        reorganisation: Reorganisation,
        state: State,
        fresh: Mapping[str, Unit],
        taken: Mapping[str, str],
    ) -> None:
        self.it, self.state, self.fresh, self.taken = reorganisation, state, fresh, taken
        self.day = reorganisation.effective
        self.reasons: list[Reason] = []
        self.specs: dict[str, Spec] = {}
        self.ends: dict[str, Era] = {}
        self.refused = False

    def reason(self, code: str, message: str, *path: str) -> None:
        """Note that *message*, about the unit *code*, speaks against it; *path* leads to the field."""
        self.refused = True
        self.reasons.append((code, message, path))

    def step(self) -> Step:
        """What it does, once all is gathered. Raises Refusal."""
        if self.refused:
            raise Refusal(self.reasons, self._codes())
        return Step(
            self.it.key,
            self.it.reverts,
            tuple(sorted(self.ends)),
            tuple(self.ends[code] for code in sorted(self.ends)),
            tuple(self._era(code) for code in sorted(self.specs)),
            tuple(link for code in sorted(self.specs) for link in self._links(code)),
        )

    def _codes(self) -> set[str]:
        named = {change.code for change in self.it.changes} | {code for code, _holder in self.it.ends}
        named |= {origin.code for change in self.it.changes for origin in change.origins or ()}
        return named | set(self.specs) | set(self.ends)

    def _era(self, code: str) -> Era:
        spec = self.specs[code]
        return Era(
            f"{code}@{self.day}",
            code,
            self.day,
            None,
            spec.name,
            spec.type,
            spec.level,
            spec.parent,
            self.it.key,
            None,
            spec.restores,
        )

    def _links(self, code: str) -> list[Link]:
        spec, to, found = self.specs[code], f"{code}@{self.day}", []
        for era, share, follows in spec.origins:
            kinds = spec.kinds | ({"split"} if share != "whole" else set())
            kinds = kinds or {"dissolve"}  # it takes in a dissolved unit and is else what it was
            found.append(
                Link(
                    era.id,
                    to,
                    self.day,
                    share,
                    follows,
                    ",".join(sorted(kinds, key=CHANGES.index)),
                    self.it.key,
                )
            )
        found.extend(
            Link(era.id, to, self.day, "whole", True, "dissolve", self.it.key) for era in spec.dissolved
        )
        return found

    # --- what it names must stand, and be free -------------------------------------------------

    def free(self, code: str, *path: str) -> bool:
        """Whether no other document changes *code* on the day; else a reason."""
        if code in self.fresh:
            self.reason(
                code,
                _(
                    "{code} is a declared unit that is known from the same day, {day}; declare it from an "
                    "earlier day, or only here"
                ).format(code=safe(code), day=date(self.day)),
                *path,
            )
        elif code in self.taken:
            self.reason(
                code,
                _(
                    "{code} is changed on {day} by {other} too; put what concerns it into one reorganisation"
                ).format(code=safe(code), day=date(self.day), other=safe(self.taken[code])),
                *path,
            )
        else:
            return True
        return False

    def find(self, code: str, *path: str) -> Era | None:
        """The unit *code* of the day before; None, with a reason, where there is none to change."""
        era = self.state.standing.get(code)
        if era is not None:
            return era if self.free(code, *path) else None
        if code in self.fresh:
            self.free(code, *path)
            return None
        first = self.state.first.get(code)
        if first is not None and first > self.day:
            words = _("unit {code} is known from {first} only, after {day}").format(
                code=safe(code), first=date(first), day=date(self.day)
            )
        else:
            words = self.state.why_not(code, self.day)
            near = difflib.get_close_matches(code, self.state.standing, 3)
            if near:
                words += "; " + _("near: {codes}").format(
                    codes=", ".join(f"{safe(each)} {safe(self.state.standing[each].name)}" for each in near)
                )
        self.reason(code, words, *path)
        return None

    def ends_by_revert(self, code: str, *path: str) -> None:
        """Note that *code* is named though it ends with what is reverted."""
        self.reason(
            code,
            _("{code} ends because {reverted} is reverted; what it comes from stands again").format(
                code=safe(code), reverted=safe(self.it.reverts)
            ),
            *path,
        )
