"""Reports of meetings as tables: a block about the meeting, one of participants, in any arrangement.

Vendors change the order of the blocks, the names of the columns and their language. A vendor is a
``Layout``: which words stand for what. A row that names a participant's columns begins a block of
participants; a row that names a meeting's begins a block about it, as does a pair of name and value.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from opsconsole.evidence import tabular
from opsconsole.evidence.reader import Event, Meeting, Origin, Seen, Stay, Unfit, Unreadable
from opsconsole.evidence.redact import redact
from opsconsole.evidence.times import LONGEST, Times, length
from opsconsole.store.clock import instant_text
from opsconsole.text import fold

_MEETING = ("number", "title", "started", "ended", "planned", "length", "peak")


@dataclass(frozen=True)
class Layout:
    """The words of a vendor. *participants* and *meeting* are from folded words to what they mean:
    name, original, email, joined, left, stayed, waiting, action, at; number, title, started, ended,
    planned, length, peak. *skipped* are folded values of ``waiting`` that mean that nobody was let in."""

    vendor: str
    participants: Mapping[str, str]
    meeting: Mapping[str, str]
    skipped: frozenset[str] = frozenset({"yes", "y", "co", "true"})


@dataclass
class _Holding:
    """What a report says of one meeting."""

    facts: dict[str, str]
    line: int
    people: list[tuple[int, dict[str, str]]] = field(default_factory=list)


def read(data: bytes, origin: Origin, layout: Layout) -> list[Event]:
    """The meetings and stays of a report. Raises Unfit where there is no block of participants."""
    rows = list(tabular.rows(tabular.decode(data)))
    holdings, headed = _holdings(rows, layout)
    if not headed:
        raise Unfit(f"no columns of a {layout.vendor} report: name, join time and leave time")
    texts = [
        text
        for one in holdings
        for _line, person in [(0, one.facts), *one.people]
        for name in ("joined", "left", "at", "started", "ended")
        if (text := person.get(name, ""))
    ]
    times = Times(origin.stamps, origin.options.get("dates", ""), texts[:5000], origin.reference)
    events: list[Event] = []
    for one in holdings:
        events += _events(one, times, origin, layout)
    return events


def _holdings(rows: Sequence[tabular.Row], layout: Layout) -> tuple[list[_Holding], bool]:
    holdings: dict[tuple[str, str], _Holding] = {}
    facts: dict[str, str] = {}
    facts_line = 1
    people: dict[int, str] = {}
    pending: dict[int, str] = {}  # columns of a meeting whose values stand in the next row
    block: list[tuple[int, dict[str, str]]] = []
    best: list[tuple[int, dict[str, str]]] = []
    headed = False
    for row in rows:
        cells = row.cells
        if not any(cells):
            continue
        words = [fold(cell).rstrip(":") for cell in cells]
        columns = {
            place: layout.participants[word]
            for place, word in enumerate(words)
            if word in layout.participants
        }
        kinds = set(columns.values())
        if "name" in kinds and (kinds & {"joined", "action", "stayed"}):
            people, headed, pending = columns, True, {}
            people |= {
                place: f"meeting.{layout.meeting[word]}"
                for place, word in enumerate(words)
                if word in layout.meeting and place not in columns
            }
            best, block = _better(best, block), []
            continue
        joined = next((place for place, name in people.items() if name in ("joined", "at")), -1)
        if 0 <= joined < len(cells) and any(map(str.isdecimal, cells[joined])):
            person = {name: cells[place] for place, name in people.items() if place < len(cells)}
            block.append((row.line, person))
            continue
        about = {place: layout.meeting[word] for place, word in enumerate(words) if word in layout.meeting}
        if len(about) >= 2:
            pending, people = about, {}
        elif pending:
            facts |= {name: cells[place] for place, name in pending.items() if place < len(cells)}
            facts_line, pending = row.line, {}
        elif len(about) == 1 and 0 in about and len(cells) > 1:
            value = " ".join(filter(None, cells[1:3])) if about[0] != "title" else cells[1]
            facts.setdefault(about[0], value)
            people = {}
        elif people and len(cells) > 1:
            person = {name: cells[place] for place, name in people.items() if place < len(cells)}
            block.append((row.line, person))
    best = _better(best, block)
    for line, person in best:
        own = {name[8:]: person[name] for name in person if name.startswith("meeting.") and person[name]}
        key = (own.get("number", ""), own.get("started", own.get("planned", "")))
        holding = holdings.setdefault(key, _Holding(facts | own, line if own else facts_line))
        holding.people.append((line, person))
    if not holdings and facts:
        holdings["", ""] = _Holding(facts, facts_line)
    return list(holdings.values()), headed


def _better(
    one: list[tuple[int, dict[str, str]]], other: list[tuple[int, dict[str, str]]]
) -> list[tuple[int, dict[str, str]]]:
    """The block of participants that tells more: one row a stay, rather than one a person."""
    return other if len(other) >= len(one) and other else one


def _events(one: _Holding, times: Times, origin: Origin, layout: Layout) -> list[Event]:
    facts = one.facts
    started, ended = times.at(facts.get("started", "")), times.at(facts.get("ended", ""))
    planned = times.at(facts.get("planned", ""))
    if started and not ended:
        seconds = length(facts.get("length", ""))
        minutes = facts.get("length", "")
        if minutes.isdecimal() and len(minutes) < 5:
            seconds = int(minutes) * 60
        ended = started + dt.timedelta(seconds=seconds) if seconds else None
    if ended and started and not dt.timedelta() <= ended - started <= LONGEST:
        ended = None
    events: list[Event] = []
    stays: list[Stay] = []
    actions: list[tuple[int, dict[str, str]]] = []
    day = started.astimezone(origin.stamps).date() if started else None
    for line, person in one.people:
        if person.get("action"):
            actions.append((line, person))
            continue
        found = _stay(line, person, times, day, layout)
        if isinstance(found, Stay):
            stays.append(found)
        elif found is not None:
            events.append(found)
    if actions:
        stays += _paired(actions, times, events)
    first = min((stay.joined for stay in stays), default=started or planned)
    number, title = facts.get("number", ""), facts.get("title", "")
    begin = started or first
    stamp = instant_text(begin) if begin else ""
    who = (
        ""
        if number or title or started
        else min((stay.site for stay in stays if stay.joined == first), default="")
    )
    id_ = f"{number or fold(title)}@{stamp}{who}"
    if not stays and not (number or title or started):
        return events
    peak = facts.get("peak", "")
    meeting = Meeting(
        id_,
        number,
        title,
        planned,
        None,
        started,
        ended,
        one.line,
        state="ended" if stays else "empty",
        peak=int(peak) if peak.isdecimal() and len(peak) < 6 else None,
    )
    local = [
        stay._replace(
            meeting=id_,
            number=number,
            start=stay.joined.astimezone(origin.timezone).replace(tzinfo=None),
        )
        for stay in stays
    ]
    return [*events, meeting, *local, *seen(local, origin)]


def _stay(
    line: int, person: Mapping[str, str], times: Times, day: dt.date | None, layout: Layout
) -> Stay | Unreadable | None:
    name = person.get("name", "")
    also = tuple(filter(None, (person.get("original", ""), person.get("email", ""))))
    if not name and not any(person.values()):
        return None
    if fold(person.get("waiting", "")) in layout.skipped:
        return None
    if not name:
        return Unreadable("no name of a participant", "", line)
    if "joined" not in person:
        return Unreadable("only total minutes; export again with every joining and leaving", "", line)
    joined, left = times.at(person["joined"], day), times.at(person.get("left", ""), day)
    stayed = length(person.get("stayed", ""))
    if stayed is None and (minutes := person.get("stayed", "")).isdecimal() and len(minutes) < 5:
        stayed = int(minutes) * 60
    if joined is None:
        return Unreadable("a join time that is no time", redact(person["joined"]), line)
    ending = ""
    if left is None:
        if stayed is None:
            return Unreadable("no time of leaving", redact(person.get("left", "")), line)
        left, ending = joined + dt.timedelta(seconds=stayed), "unknown"
    if left < joined and day:
        left += dt.timedelta(days=1)  # clocks without a date, over midnight
    return checked(Stay("", joined.replace(tzinfo=None), name, joined, left, line, also, ending=ending))


def checked(stay: Stay) -> Stay | Unreadable:
    """*stay*, or why it cannot be one."""
    if stay.left < stay.joined:
        return Unreadable("left before it joined", "", stay.position)
    if stay.left - stay.joined > LONGEST:
        return Unreadable("stays for more than 48 hours", "", stay.position)
    return stay


def _paired(actions: Iterable[tuple[int, dict[str, str]]], times: Times, events: list[Event]) -> list[Stay]:
    """Stays of rows that say who joined and who left, in order."""
    stays: list[Stay] = []
    open_: dict[str, tuple[dt.datetime, int]] = {}
    last: dt.datetime | None = None
    for line, person in actions:
        at = times.at(person.get("at", ""))
        if at is None:
            events.append(Unreadable("a join time that is no time", redact(person.get("at", "")), line))
            continue
        last = max(last or at, at)
        name = person["name"]
        if fold(person["action"]).startswith(("left", "roi", "ra", "da roi")):
            begin = open_.pop(name, None)
            if begin:
                _append(stays, events, Stay("", at.replace(tzinfo=None), name, begin[0], at, begin[1]))
            else:
                events.append(Unreadable("left without having joined", "", line))
        else:
            open_.setdefault(name, (at, line))
    for name, (joined, line) in open_.items():
        left = max(last or joined, joined)
        _append(
            stays, events, Stay("", joined.replace(tzinfo=None), name, joined, left, line, ending="unknown")
        )
    return stays


def _append(stays: list[Stay], events: list[Event], stay: Stay) -> None:
    found = checked(stay)
    if isinstance(found, Stay):
        stays.append(found)
    else:
        events.append(found)


def seen(stays: Iterable[Stay], origin: Origin) -> list[Seen]:
    """What days *stays* cover."""
    days: dict[str, tuple[str, str, int]] = {}
    for stay in stays:
        joined, left = instant_text(stay.joined), instant_text(stay.left)
        day = stay.joined.astimezone(origin.timezone).date().isoformat()
        first, last, count = days.get(day, (joined, left, 0))
        days[day] = min(first, joined), max(last, left), count + 1
    return [Seen(day, *values) for day, values in days.items()]
