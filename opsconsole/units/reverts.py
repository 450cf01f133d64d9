"""Taking a reorganisation back: what it ended stands again, what it made ends."""

from __future__ import annotations

from opsconsole.catalogue import _
from opsconsole.text import date, safe
from opsconsole.units.era import Era
from opsconsole.units.steps import Attempt, Spec, State
from opsconsole.units.succession import main_predecessor

_GOES_ON = ("dissolve", "revert", "split,revert")  # the changes of a link between two of one face


def take_back(attempt: Attempt, key: str) -> None:
    """Add to *attempt* that the reorganisation *key* is taken back: what it made ends, what it
    ended stands again as it was. Only the newest change of a unit can be taken back, but for
    units dissolved into it: these come back in any order."""
    done = attempt.state.done.get(key)
    if done is None:
        day = attempt.state.later.get(key)
        if day is None:
            attempt.reason(
                "", _("there is no reorganisation {key} to revert").format(key=safe(key)), "reverts"
            )
        elif day >= attempt.day:
            attempt.reason(
                "",
                _("{key} takes effect on {day} only; it can be reverted from a later day").format(
                    key=safe(key), day=date(day)
                ),
                "reverts",
            )
        attempt.refused = True  # it was wrong itself, and that was told
        return
    if done.reverted_by is not None:
        attempt.reason(
            "",
            _("{key} was reverted already, by {other}; to do it again, revert {other}").format(
                key=safe(key), other=safe(done.reverted_by)
            ),
            "reverts",
        )
        return
    made = {}  # id of an era that it began → the era as it stands
    for era in done.begins:
        there = attempt.state.standing.get(era.code)
        if there is None or not _goes_on(attempt.state, era, there):
            attempt.reason(
                era.code,
                _("{key} made {code} {name}, which was changed again ({why}); revert that first").format(
                    key=safe(key),
                    code=safe(era.code),
                    name=safe(era.name),
                    why=safe(there.begun_by) if there else attempt.state.why_not(era.code, attempt.day),
                ),
                "reverts",
            )
        elif attempt.free(era.code, "reverts"):
            made[era.id] = there
    if len(made) < len(done.begins):
        return
    attempt.ends.update((era.code, era) for era in made.values())
    ended = {era.id: era for era in done.ended}
    for era in ended.values():
        _restore(attempt, era)
    for era_id, there in made.items():
        links = [link for link in done.links if link.to_id == era_id]
        main = main_predecessor(there.code, there.name, [(ended[link.from_id], link.share) for link in links])
        for link in links:
            follows = main is not None and link.from_id == main.id
            share = "whole" if len(links) == 1 else "rest" if follows else "part"
            attempt.specs[ended[link.from_id].code].origins.append((there, share, follows))
        if not links:
            _created(attempt, key, there)


def _goes_on(state: State, era: Era, there: Era) -> bool:
    """Whether *there* is still the unit *era*: the same, but for units that were dissolved into it
    and given back since."""
    todo, seen = [there.id], set[str]()
    while todo:
        each = state.known[todo.pop()]
        if state.original(each.id) == state.original(era.id):
            return True
        if each.id in seen:
            continue
        seen.add(each.id)
        if each.restores is not None:
            todo.append(each.restores)
        for link in state.done[each.begun_by].links if each.begun_by else ():
            before = state.known[link.from_id]
            if link.to_id == each.id and link.change in _GOES_ON and _face(before) == _face(each):
                todo.append(before.id)
    return False


def _face(era: Era) -> tuple[str | None, ...]:
    return era.code, era.name, era.type, era.level, era.parent


def _restore(attempt: Attempt, era: Era) -> None:
    there = attempt.state.standing.get(era.code)
    if there is not None and there.code not in attempt.ends:
        attempt.reason(
            era.code,
            _(
                "{code} {name} is to stand again, and {other} carries its code since {since}; "
                "recode that first"
            ).format(
                code=safe(era.code), name=safe(era.name), other=safe(there.name), since=date(there.start)
            ),
            "reverts",
        )
    elif there is None:
        attempt.free(era.code, "reverts")
    attempt.specs[era.code] = Spec(
        era.name, era.type, era.level, era.parent, {"revert"}, [], [], restores=era.id
    )


def _created(attempt: Attempt, key: str, era: Era) -> None:
    goes = {origin.code for change in attempt.it.changes for origin in change.comes_from}
    if era.code not in goes and era.code not in dict(attempt.it.ends):
        attempt.reason(
            era.code,
            _("{key} created {code} {name}; say under 'ends' which unit holds what it held").format(
                key=safe(key), code=safe(era.code), name=safe(era.name)
            ),
            "ends",
        )
    del attempt.ends[era.code]  # the document itself says where it goes
