"""Any table of who joined when: the source says which column is what.

.. code-block:: yaml

    rooms:
      reader: table
      path: rprm/*.csv
      options: {site: Endpoint, joined: Start, left: End, number: Room}

``site``, ``joined`` and ``left`` (or ``minutes``) are needed; ``also`` (an address), ``session`` (a declared
key), ``number``, ``title``, ``started``, ``ended``, ``cause`` (a row with one and without a time of
leaving could not join) may be said; ``separator`` and ``dates`` (dmy, mdy) where they cannot be told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from opsconsole.evidence.reader import (
    CAUSES,
    DocumentFormat,
    Event,
    Failure,
    Meeting,
    Origin,
    Stay,
    Unfit,
    Unreadable,
)
from opsconsole.evidence.redact import redact
from opsconsole.evidence.reports import checked, seen
from opsconsole.evidence.tabular import decode, rows
from opsconsole.evidence.times import Times, length
from opsconsole.store.clock import instant_text
from opsconsole.text import fold

COLUMNS = frozenset(
    (
        *("site", "also", "joined", "left", "minutes", "session", "number"),
        *("title", "started", "ended", "cause"),
    )
)


_MUST = ("site", "joined")


def events_of(data: bytes, origin: Origin) -> Iterable[Event]:
    """The events of a table. Raises Unfit where the columns are not there."""
    return list(_events(data, origin))


def _events(data: bytes, origin: Origin) -> Iterator[Event]:
    options = origin.options
    wanted = {name: fold(str(options[name])) for name in COLUMNS & options.keys()}
    separator = str(options.get("separator") or "")
    found = list(rows(decode(data), {"tab": "\t"}.get(separator, separator[:1]) or None))
    places: dict[str, int] = {}
    head = 0
    for nth, row in enumerate(found):
        words = [fold(cell) for cell in row.cells]
        if all(word in words for word in (wanted.get("site"), wanted.get("joined")) if word is not None):
            places = {name: words.index(word) for name, word in wanted.items() if word in words}
            head = nth
            break
    if not places:
        raise Unfit("the columns that the source names ('options:') are not in the table")
    cells = [
        (row.line, {name: row.cells[at] if at < len(row.cells) else "" for name, at in places.items()})
        for row in found[head + 1 :]
        if any(row.cells)
    ]
    texts = [one.get(name, "") for _line, one in cells[:5000] for name in ("joined", "left", "started")]
    times = Times(origin.stamps, str(options.get("dates", "")), texts, origin.reference)
    groups: dict[tuple[str, ...], tuple[Meeting, list[Stay], list[Failure]]] = {}
    for line, one in cells:
        event = _row(line, one, times)
        if isinstance(event, Unreadable):
            yield event
            continue
        at = event.joined if isinstance(event, Stay) else event.at
        started, ended = times.at(one.get("started", "")), times.at(one.get("ended", ""))
        day = f"{(started or at).astimezone(origin.timezone):%Y-%m-%d}"
        key = (*(one.get(name, "") for name in ("session", "number", "title", "started")), day)
        if key not in groups:
            id_ = "/".join(filter(None, key[:3])) + "@" + (instant_text(started) if started else day)
            meeting = Meeting(
                id_, key[1], key[2], None, None, started, ended, line, session=one.get("session", "")
            )
            groups[key] = (meeting, [], [])
        meeting, stays, failures = groups[key]
        event = event._replace(meeting=meeting.id, number=key[1], title=key[2], session=key[0])
        if isinstance(event, Stay):
            stays.append(event)
        else:
            failures.append(event)
    for meeting, stays, failures in groups.values():
        yield meeting
        yield from stays
        yield from failures
        yield from seen(stays, origin)


def _row(line: int, one: dict[str, str], times: Times) -> Stay | Failure | Unreadable:
    joined, left = times.at(one["joined"]), times.at(one.get("left", ""))
    if not one["site"]:
        return Unreadable("no name of a participant", "", line)
    if joined is None:
        return Unreadable("a join time that is no time", redact(one["joined"]), line)
    also = (one["also"],) if one.get("also") else ()
    if left is None and one.get("cause"):
        cause = fold(one["cause"]).replace(" ", "-")
        return Failure("", joined, one["site"], cause if cause in CAUSES else "other", line, also)
    if left is None:
        minutes = one.get("minutes", "").replace(",", ".")
        seconds = length(one.get("minutes", ""))
        try:
            seconds = round(float(minutes) * 60) if seconds is None else seconds
        except (ValueError, OverflowError):
            return Unreadable("no time of leaving", redact(one.get("left", "")), line)
        if not 0 <= seconds <= 48 * 3600:
            return Unreadable("stays for more than 48 hours", "", line)
        left = joined + dt.timedelta(seconds=seconds)
    return checked(Stay("", joined.replace(tzinfo=None), one["site"], joined, left, line, also))


READER = DocumentFormat("table", events_of, "conference", COLUMNS | {"separator", "dates"}, needed=_MUST)
