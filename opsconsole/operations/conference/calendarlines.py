"""The lines of a calendar file (RFC 5545): unfolded, numbered, and cut into its events."""

from __future__ import annotations

import re
from collections.abc import Iterator

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.text import nfc, safe

MOST_EVENTS = 5_000


def parts(data: bytes, name: str) -> Iterator[tuple[int, list[tuple[int, str]]]]:
    """The calendar in parts that are read on their own: (line, its lines) for every VEVENT, each with the
    time zones of the file before it; lines are unfolded and carry the number of their first."""
    try:
        text = nfc(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Refused(
            _("{file}:{line}: is not UTF-8; export the calendar anew").format(file=name, line=line)
        ) from None
    begun: list[list[str]] = []
    unfolded: list[int] = []
    for number, written in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if written[:1] in (" ", "\t") and unfolded:
            begun[-1].append(written[1:])
        elif written.strip():
            begun.append([written])
            unfolded.append(number)
    whole = [(number, "".join(parts).rstrip()) for number, parts in zip(unfolded, begun, strict=True)]
    if not whole or whole[0][1].upper() != "BEGIN:VCALENDAR":
        raise Refused(
            _("{file}: is no calendar file: it does not begin with BEGIN:VCALENDAR").format(file=name)
        )
    zones: list[tuple[int, str]] = []
    events: list[tuple[int, list[tuple[int, str]]]] = []
    inside: list[str] = []
    gathered: list[tuple[int, str]] = []
    for number, content in whole:
        verb, _colon, what = content.upper().partition(":")
        if verb == "BEGIN":
            inside.append(what)
            if len(inside) > 4:
                raise Refused(
                    _("{file}:{line}: components stand in one another more than four deep").format(
                        file=name, line=number
                    )
                )
            if inside[1:] in (["VEVENT"], ["VTIMEZONE"]):
                gathered = []
        if inside[1:2] in (["VEVENT"], ["VTIMEZONE"]):
            gathered.append((number, content))
        if verb == "END":
            if not inside or inside[-1] != what:
                raise Refused(
                    _("{file}:{line}: {text} closes what was not begun").format(
                        file=name, line=number, text=safe(content)[:60]
                    )
                )
            if inside[1:] == ["VTIMEZONE"]:
                zones += gathered
            elif inside[1:] == ["VEVENT"]:
                events.append((gathered[0][0], gathered))
            inside.pop()
    if inside:
        raise Refused(
            _("{file}: ends inside {component}; it was cut off").format(
                file=name, component=safe(inside[-1])[:40]
            )
        )
    if len(events) > MOST_EVENTS:
        raise Refused(
            _("{file}: holds {count} events; at most {most} are read").format(
                file=name, count=len(events), most=MOST_EVENTS
            )
        )
    for number, content in zones:
        frequency = re.match(r"RRULE[^:]*:.*FREQ=(\w+)", content, re.IGNORECASE)
        if frequency and frequency[1].upper() != "YEARLY":
            raise Refused(
                _("{file}:{line}: a time zone changes every {often}, which none does").format(
                    file=name, line=number, often=safe(frequency[1])[:20]
                )
            )
        if len(content) > 20_000:
            raise Refused(_("{file}:{line}: the line is too long").format(file=name, line=number))
    yield 0, zones
    yield from events
