"""One reorganisation against the units of the day before: what it ends, begins and links."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from opsconsole.catalogue import _
from opsconsole.text import date, safe
from opsconsole.units.declared import Change, Origin, Reorganisation, Unit
from opsconsole.units.era import CHANGES, Era, Link
from opsconsole.units.succession import main_predecessor

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

    def original(self, unit_id: str) -> str: ...

    def why_not(self, code: str, day: str) -> str: ...


@dataclass(slots=True)
class _Spec:
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


def resolve_step(
    reorganisation: Reorganisation, state: State, fresh: Mapping[str, Unit], taken: Mapping[str, str]
) -> Step:
    """What *reorganisation* does to *state*. *fresh* are the units declared from its day on,
    *taken* the units that other reorganisations of the day change. Raises Refusal."""
    return _Resolving(reorganisation, state, fresh, taken).step()


def bare_name(name: str, type_: str) -> str:
    """*name* without its type in front: "Dân Chủ" of "Phường Dân Chủ"."""
    head = name[: len(type_) + 1]
    return name[len(type_) + 1 :] if type_ and head.casefold() == f"{type_} ".casefold() else name


class _Resolving:
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
        self.specs: dict[str, _Spec] = {}
        self.ends: dict[str, Era] = {}
        self.refused = False

    def reason(self, code: str, message: str, *path: str) -> None:
        self.refused = True
        self.reasons.append((code, message, path))

    def step(self) -> Step:
        it = self.it
        if not (it.changes or it.ends or it.reverts):
            self.reason("", _("changes nothing: give 'changes', 'ends' or 'reverts'"))
        if it.reverts is not None:
            self._revert(it.reverts)
        uses = self._uses()
        self._shares(uses)
        for change in it.changes:
            self._change(change, uses)
        for code, holder in it.ends:
            self._end(code, holder, uses)
        if self.refused:
            raise Refusal(self.reasons, self._codes())
        begins = tuple(self._era(code) for code in sorted(self.specs))
        return Step(
            it.key,
            it.reverts,
            tuple(sorted(self.ends)),
            tuple(self.ends[code] for code in sorted(self.ends)),
            begins,
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
            if not kinds:
                kinds = {"dissolve"}  # it takes in a dissolved unit and is else what it was
            found.append(Link(era.id, to, self.day, share, follows, _named(kinds), self.it.key))
        found.extend(
            Link(era.id, to, self.day, "whole", True, "dissolve", self.it.key) for era in spec.dissolved
        )
        return found

    # --- what it names must stand, and be free -------------------------------------------------

    def _free(self, code: str, *path: str) -> bool:
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

    def _standing(self, code: str, *path: str) -> Era | None:
        """The unit *code* of the day before; None, with a reason, where there is none to change."""
        era = self.state.standing.get(code)
        if era is not None:
            return era if self._free(code, *path) else None
        if code in self.fresh:
            self._free(code, *path)
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

    def _ends_by_revert(self, code: str, *path: str) -> None:
        self.reason(
            code,
            _("{code} ends because {reverted} is reverted; what it comes from stands again").format(
                code=safe(code), reverted=safe(self.it.reverts)
            ),
            *path,
        )

    # --- changes ------------------------------------------------------------------------------

    def _uses(self) -> dict[str, list[tuple[str, Origin]]]:
        uses: dict[str, list[tuple[str, Origin]]] = defaultdict(list)
        for change in self.it.changes:
            for origin in _origins(change):
                uses[origin.code].append((change.code, origin))
        return dict(uses)

    def _shares(self, uses: Mapping[str, list[tuple[str, Origin]]]) -> None:
        for code, each in uses.items():
            path = ("changes", each[0][0], "from", code)
            if code in self.ends:
                self._ends_by_revert(code, *path)
                continue
            era = self._standing(code, *path)
            if era is not None:
                self.ends[code] = era
            shares = [origin.share for _to, origin in each]
            into = ", ".join(f"{safe(to)} ({origin.share})" for to, origin in each)
            if len(each) == 1:
                if shares != ["whole"]:
                    self.reason(
                        code,
                        _(
                            "{code} goes to {into} and nothing is said of what remains of it; add the unit "
                            "that has the rest, or write 'share: whole'"
                        ).format(code=safe(code), into=into),
                        *path,
                    )
                continue
            if "whole" in shares or shares.count("rest") != 1:
                self.reason(
                    code,
                    _("{code} is split into {into}; exactly one must be 'rest' and the others 'part'").format(
                        code=safe(code), into=into
                    ),
                    *path,
                )
            elif sum(origin.follows for _to, origin in each) > 1:
                self.reason(
                    code,
                    _("{code} is split into {into}; what it held can follow one of them only").format(
                        code=safe(code), into=into
                    ),
                    *path,
                )

    def _change(self, change: Change, uses: Mapping[str, list[tuple[str, Origin]]]) -> None:
        code, path = change.code, ("changes", change.code)
        if code in self.specs:
            self.reason(
                code,
                _("{code} stands again because {reverted} is reverted; leave it out of 'changes'").format(
                    code=safe(code), reverted=safe(self.it.reverts)
                ),
                *path,
            )
            return
        there = self.state.standing.get(code)
        if there is None:
            if change.origins is None or not self._free(code, *path):
                return  # that it does not stand was told already
        elif code not in uses and code not in dict(self.it.ends) and code not in self.ends:
            self.reason(
                code,
                _(
                    "{code} stands as {name}, and 'from' does not say that it goes on or where it goes; add it to "
                    "a 'from' or to 'ends', or use another code"
                ).format(code=safe(code), name=safe(there.name)),
                *path,
                "from",
            )
        origins = []
        for origin in _origins(change):
            era = self.ends.get(origin.code)
            if era is not None:
                flagged = any(other.follows for _to, other in uses[origin.code])
                follows = origin.share == "whole" or (origin.follows if flagged else origin.share == "rest")
                origins.append((era, origin.share, follows))
        if len(origins) < len(_origins(change)):
            return  # told already
        main = main_predecessor(code, change.name or "", [(era, share) for era, share, _follows in origins])
        self._begin(change, main, origins)

    def _begin(self, change: Change, main: Era | None, origins: list[tuple[Era, str, bool]]) -> None:
        code, path = change.code, ("changes", change.code)
        if main is None:
            missing = [name for name in ("name", "type", "level") if getattr(change, name) is None]
            if missing:
                self.reason(
                    code,
                    _("{code} is created and lacks {fields}").format(
                        code=safe(code), fields=", ".join(f"'{name}:'" for name in missing)
                    ),
                    *path,
                )
                return
        name = change.name or (main.name if main else "")
        type_ = change.type or (main.type if main else "")
        if main and change.name is None and type_ != main.type and bare_name(name, main.type) != name:
            self.reason(
                code,
                _("{code} becomes {type}, and is called {name} still; give its 'name:' too").format(
                    code=safe(code), type=safe(type_), name=safe(name)
                ),
                *path,
                "type",
            )
        spec = _Spec(
            name,
            type_,
            change.level or (main.level if main else ""),
            change.parent or (main.parent if main else None),
            set(),
            origins,
        )
        spec.kinds = _kinds(code, spec, main)
        if not spec.kinds and len(origins) == 1 and origins[0][1] == "whole":
            takes_in = any(holder == code for _code, holder in self.it.ends)
            if not takes_in:
                self.reason(
                    code,
                    _("nothing changes for {code} {name}; leave it out").format(
                        code=safe(code), name=safe(name)
                    ),
                    *path,
                )
        self.specs[code] = spec

    # --- units dissolved ---------------------------------------------------------------------

    def _end(self, code: str, holder: str, uses: Mapping[str, list[tuple[str, Origin]]]) -> None:
        path = ("ends", code)
        if code in uses:
            self.reason(
                code,
                _("{code} is dissolved and goes to {into} too; keep one of the two").format(
                    code=safe(code), into=", ".join(safe(to) for to, _origin in uses[code])
                ),
                *path,
            )
            return
        if code in self.ends:
            self._ends_by_revert(code, *path)
            return
        era = self._standing(code, *path)
        if era is None:
            return
        self.ends[code] = era
        if holder not in self.specs:
            if any(change.code == holder for change in self.it.changes):
                return  # what is wrong with it was told already
            if holder == code or holder in dict(self.it.ends) or holder in uses or holder in self.ends:
                self.reason(
                    holder,
                    _(
                        "{holder}, which is to hold what {code} held, ends on the same day; name a unit that stands "
                        "after {day}"
                    ).format(holder=safe(holder), code=safe(code), day=date(self.day)),
                    *path,
                    "holder",
                )
                return
            there = self._standing(holder, *path, "holder")
            if there is None:
                return
            self.ends[holder] = there
            # It is another unit than before as soon as it holds more: a new era.
            self.specs[holder] = _Spec(
                there.name, there.type, there.level, there.parent, set(), [(there, "whole", True)]
            )
        self.specs[holder].dissolved.append(era)

    # --- taking a reorganisation back -----------------------------------------------------------

    def _revert(self, key: str) -> None:
        done = self.state.done.get(key)
        if done is None:
            day = self.state.later.get(key)
            if day is None:
                self.reason(
                    "", _("there is no reorganisation {key} to revert").format(key=safe(key)), "reverts"
                )
            elif day >= self.day:
                self.reason(
                    "",
                    _("{key} takes effect on {day} only; it can be reverted from a later day").format(
                        key=safe(key), day=date(day)
                    ),
                    "reverts",
                )
            self.refused = True  # it was wrong itself, and that was told
            return
        if done.reverted_by is not None:
            self.reason(
                "",
                _("{key} was reverted already, by {other}; to do it again, revert {other}").format(
                    key=safe(key), other=safe(done.reverted_by)
                ),
                "reverts",
            )
            return
        made = {}  # id of an era that it began → the era as it stands
        for era in done.begins:
            there = self.state.standing.get(era.code)
            if there is None or self.state.original(there.id) != self.state.original(era.id):
                self.reason(
                    era.code,
                    _("{key} made {code} {name}, which was changed again ({why}); revert that first").format(
                        key=safe(key),
                        code=safe(era.code),
                        name=safe(era.name),
                        why=safe(there.begun_by) if there else self.state.why_not(era.code, self.day),
                    ),
                    "reverts",
                )
            elif self._free(era.code, "reverts"):
                made[era.id] = there
        if len(made) < len(done.begins):
            return
        self.ends.update((era.code, era) for era in made.values())
        ended = {era.id: era for era in done.ended}
        for era in ended.values():
            self._restore(era)
        for era_id, there in made.items():
            links = [link for link in done.links if link.to_id == era_id]
            main = main_predecessor(
                there.code, there.name, [(ended[link.from_id], link.share) for link in links]
            )
            for link in links:
                follows = main is not None and link.from_id == main.id
                share = "whole" if len(links) == 1 else "rest" if follows else "part"
                self.specs[ended[link.from_id].code].origins.append((there, share, follows))
            if not links:
                self._created(key, there)

    def _restore(self, era: Era) -> None:
        there = self.state.standing.get(era.code)
        if there is not None and there.code not in self.ends:
            self.reason(
                era.code,
                _(
                    "{code} {name} is to stand again, and {other} carries its code since {since}; recode that first"
                ).format(
                    code=safe(era.code), name=safe(era.name), other=safe(there.name), since=date(there.start)
                ),
                "reverts",
            )
        elif there is None:
            self._free(era.code, "reverts")
        self.specs[era.code] = _Spec(
            era.name, era.type, era.level, era.parent, {"revert"}, [], [], restores=era.id
        )

    def _created(self, key: str, era: Era) -> None:
        goes = {origin.code for change in self.it.changes for origin in _origins(change)}
        if era.code not in goes and era.code not in dict(self.it.ends):
            self.reason(
                era.code,
                _("{key} created {code} {name}; say under 'ends' which unit holds what it held").format(
                    key=safe(key), code=safe(era.code), name=safe(era.name)
                ),
                "ends",
            )
        del self.ends[era.code]  # the document itself says where it goes


def _origins(change: Change) -> tuple[Origin, ...]:
    return (Origin(change.code),) if change.origins is None else change.origins


def _kinds(code: str, spec: _Spec, main: Era | None) -> set[str]:
    """What happened to make the unit *code*, but for splits, which are a matter of each link."""
    if main is None:
        return {"create"}
    kinds = set()
    share = next(share for era, share, _follows in spec.origins if era.id == main.id)
    if len(spec.origins) > 1:
        kinds.add("merge")
    elif main.code != code and share == "whole":
        kinds.add("recode")
    if spec.parent != main.parent:
        kinds.add("transfer")
    if main.code == code or share == "whole":  # else it is a new unit, cut out of another
        if bare_name(spec.name, spec.type) != bare_name(main.name, main.type):
            kinds.add("rename")
        if spec.type != main.type:
            kinds.add("retype")
    return kinds


def _named(kinds: set[str]) -> str:
    return ",".join(sorted(kinds, key=CHANGES.index))
