"""Units that a reorganisation changes, creates or dissolves, as its document says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from opsconsole.catalogue import _
from opsconsole.text import date, safe
from opsconsole.units.declared import Change, Origin
from opsconsole.units.era import Era
from opsconsole.units.steps import Attempt, Spec
from opsconsole.units.succession import main_predecessor

Uses = Mapping[str, list[tuple[str, Origin]]]  # code → the units that it goes to


def change_units(attempt: Attempt) -> None:
    """Add what the document's 'changes' and 'ends' say to *attempt*."""
    it = attempt.it
    if not (it.changes or it.ends or it.reverts):
        attempt.reason("", _("changes nothing: give 'changes', 'ends' or 'reverts'"))
    uses = _uses(attempt)
    _shares(attempt, uses)
    for change in it.changes:
        _change(attempt, change, uses)
    for code, holder in it.ends:
        _end(attempt, code, holder, uses)


def bare_name(name: str, type_: str) -> str:
    """*name* without its type in front: "Dân Chủ" of "Phường Dân Chủ"."""
    head = name[: len(type_) + 1]
    return name[len(type_) + 1 :] if type_ and head.casefold() == f"{type_} ".casefold() else name


def _uses(attempt: Attempt) -> dict[str, list[tuple[str, Origin]]]:
    uses: dict[str, list[tuple[str, Origin]]] = defaultdict(list)
    for change in attempt.it.changes:
        for origin in change.comes_from:
            uses[origin.code].append((change.code, origin))
    return dict(uses)


def _shares(attempt: Attempt, uses: Uses) -> None:
    for code, each in uses.items():
        path = ("changes", each[0][0], "from", code)
        if code in attempt.ends:
            attempt.ends_by_revert(code, *path)
            continue
        era = attempt.find(code, *path)
        if era is not None:
            attempt.ends[code] = era
        shares = [origin.share for _to, origin in each]
        into = ", ".join(f"{safe(to)} ({origin.share})" for to, origin in each)
        if len(each) == 1:
            if shares != ["whole"]:
                attempt.reason(
                    code,
                    _(
                        "{code} goes to {into} and nothing is said of what remains of it; add the unit "
                        "that has the rest, or write 'share: whole'"
                    ).format(code=safe(code), into=into),
                    *path,
                )
            continue
        if "whole" in shares or shares.count("rest") != 1:
            attempt.reason(
                code,
                _("{code} is split into {into}; exactly one must be 'rest' and the others 'part'").format(
                    code=safe(code), into=into
                ),
                *path,
            )
        elif sum(origin.follows for _to, origin in each) > 1:
            attempt.reason(
                code,
                _("{code} is split into {into}; what it held can follow one of them only").format(
                    code=safe(code), into=into
                ),
                *path,
            )


def _change(attempt: Attempt, change: Change, uses: Uses) -> None:
    code, path = change.code, ("changes", change.code)
    if code in attempt.specs:
        attempt.reason(
            code,
            _("{code} stands again because {reverted} is reverted; leave it out of 'changes'").format(
                code=safe(code), reverted=safe(attempt.it.reverts)
            ),
            *path,
        )
        return
    there = attempt.state.standing.get(code)
    if there is None:
        if change.origins is None or not attempt.free(code, *path):
            return  # that it does not stand was told already
    elif code not in uses and code not in dict(attempt.it.ends) and code not in attempt.ends:
        attempt.reason(
            code,
            _(
                "{code} stands as {name}, and 'from' does not say that it goes on or where it goes; "
                "add it to a 'from' or to 'ends', or use another code"
            ).format(code=safe(code), name=safe(there.name)),
            *path,
            "from",
        )
    origins = []
    for origin in change.comes_from:
        era = attempt.ends.get(origin.code)
        if era is not None:
            flagged = any(other.follows for _to, other in uses[origin.code])
            follows = origin.share == "whole" or (origin.follows if flagged else origin.share == "rest")
            origins.append((era, origin.share, follows))
    if len(origins) < len(change.comes_from):
        return  # told already
    main = main_predecessor(code, change.name or "", [(era, share) for era, share, _follows in origins])
    _begin(attempt, change, main, origins)


def _begin(attempt: Attempt, change: Change, main: Era | None, origins: list[tuple[Era, str, bool]]) -> None:
    code, path = change.code, ("changes", change.code)
    if main is None:
        missing = [name for name in ("name", "type", "level") if getattr(change, name) is None]
        if missing:
            attempt.reason(
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
        attempt.reason(
            code,
            _("{code} becomes {type}, and is called {name} still; give its 'name:' too").format(
                code=safe(code), type=safe(type_), name=safe(name)
            ),
            *path,
            "type",
        )
    spec = Spec(
        name,
        type_,
        change.level or (main.level if main else ""),
        change.parent or (main.parent if main else None),
        set(),
        origins,
    )
    spec.kinds = _kinds(code, spec, main)
    if not spec.kinds and len(origins) == 1 and origins[0][1] == "whole":
        takes_in = any(holder == code for _code, holder in attempt.it.ends)
        if not takes_in:
            attempt.reason(
                code,
                _("nothing changes for {code} {name}; leave it out").format(code=safe(code), name=safe(name)),
                *path,
            )
    attempt.specs[code] = spec


def _end(attempt: Attempt, code: str, holder: str, uses: Uses) -> None:
    path = ("ends", code)
    if code in uses:
        attempt.reason(
            code,
            _("{code} is dissolved and goes to {into} too; keep one of the two").format(
                code=safe(code), into=", ".join(safe(to) for to, _origin in uses[code])
            ),
            *path,
        )
        return
    if code in attempt.ends:
        attempt.ends_by_revert(code, *path)
        return
    era = attempt.find(code, *path)
    if era is None:
        return
    attempt.ends[code] = era
    if holder not in attempt.specs:
        if any(change.code == holder for change in attempt.it.changes):
            return  # what is wrong with it was told already
        if holder == code or holder in dict(attempt.it.ends) or holder in uses or holder in attempt.ends:
            attempt.reason(
                holder,
                _(
                    "{holder}, which is to hold what {code} held, ends on the same day; "
                    "name a unit that stands after {day}"
                ).format(holder=safe(holder), code=safe(code), day=date(attempt.day)),
                *path,
                "holder",
            )
            return
        there = attempt.find(holder, *path, "holder")
        if there is None:
            return
        attempt.ends[holder] = there
        # It is another unit than before as soon as it holds more: a new era.
        attempt.specs[holder] = Spec(
            there.name, there.type, there.level, there.parent, set(), [(there, "whole", True)]
        )
    attempt.specs[holder].dissolved.append(era)


def _kinds(code: str, spec: Spec, main: Era | None) -> set[str]:
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
