"""What the live board says: its head, its lines, what is known of a site. Knows no screen and no database."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from opsconsole.catalogue import _
from opsconsole.words import figure, word

if TYPE_CHECKING:
    from opsconsole.console.widgets.plain import Line
    from opsconsole.operations.conference.board import Board, Row
    from opsconsole.operations.conference.rollcall import Mark

# The word says it; the sign is seen from further away.
SIGNS = {
    "expected": "·",
    "invited": "○",
    "connected": "●",
    "late": "◐",
    "lost": "✗",
    "absent": "–",
    "excused": "□",
}
_STATE_TONES = {"connected": "good", "late": "warn", "lost": "bad", "absent": "bad", "excused": "faint"}
_CHECK_TONES = {"fail": "bad", "slow": "warn"}
DISTRICT = "district "  # how the key of a line that names a district begins


def state_tone(value: str) -> str:
    """How a state is drawn."""
    for state, sign in SIGNS.items():
        if value.startswith(sign):
            return _STATE_TONES.get(state, "")
    return "faint"


def check_tone(value: str) -> str:
    """How the result of a pre-flight is drawn."""
    for state, tone in _CHECK_TONES.items():
        if value.startswith(word(state)):
            return tone
    return "faint"


def head(seen: Board, now: dt.datetime, zone: ZoneInfo, narrowed: str) -> list[Line]:
    """Clock, session, how many sites are in which state, who is on duty, what the agenda says."""
    one = seen.session
    here = now.astimezone(zone)
    first: list[tuple[str, str]] = [
        ("bold", f"{here:%H:%M:%S}  "),
        ("head", one.key),
        ("faint", f"  {one.start:%d/%m/%Y %H:%M}–{one.end:%H:%M}  "),
        ("", one.title),
    ]
    if one.cancelled:
        first.append(("bad", "  " + _("cancelled")))
    second: list[tuple[str, str]] = []
    for state, count in seen.counts(now).items():
        second.append((_STATE_TONES.get(state, ""), f"{SIGNS[state]} {figure(count)} {word(state)}  "))
    if narrowed:
        second.append(("warn", _("filter: {words}").format(words=narrowed) + "  "))
    third: list[tuple[str, str]] = [(_course_tone(seen, now), _course(seen, now, zone))]
    if seen.roll.offered is not None:
        text = _("{actor} hands over: {said} (O takes over)")
        third.append(("warn", "  " + text.format(actor=seen.roll.offered.actor, said=seen.roll.offered.said)))
    elif seen.roll.duty is not None:
        actor, since = seen.roll.duty
        text = _("on duty: {actor} since {time}")
        third.append(("faint", "  " + text.format(actor=actor, time=f"{since.astimezone(zone):%H:%M}")))
    item = agenda_now(one.agenda, here)
    if item:
        third.append(("", "  " + item))
    return [first, second or "", third]


def _course(seen: Board, now: dt.datetime, zone: ZoneInfo) -> str:
    one, roll = seen.session, seen.roll
    if roll.ended is not None:
        return _("ended {time}").format(time=f"{roll.ended.astimezone(zone):%H:%M}")
    if roll.begun is not None:
        return _("begun {time}").format(time=f"{roll.begun.astimezone(zone):%H:%M}")
    minutes = round((one.start - now).total_seconds() / 60)
    if 0 < minutes < 24 * 60:
        return _("begins in {minutes} min").format(minutes=figure(minutes))
    if minutes >= 24 * 60:
        return _("begins on {day}").format(day=f"{one.start:%d/%m/%Y}")
    return _("the time is over") if now > one.end else _("should have begun (b begins)")


def _course_tone(seen: Board, now: dt.datetime) -> str:
    waiting = seen.roll.begun is None and seen.session.start < now <= seen.session.end
    return "warn" if waiting else "bold"


def agenda_now(agenda: tuple[str, ...], here: dt.datetime) -> str:
    """The item of *agenda* that is on at *here* by the times that items begin with; else its first."""
    current = ""
    for item in agenda:
        found = re.match(r"(\d{1,2})[:hg](\d\d)\b", item)
        if found and (int(found[1]), int(found[2])) <= (here.hour, here.minute):
            current = item
    return current or (agenda[0] if agenda else "")


def rows(
    seen: Board, now: dt.datetime, zone: ZoneInfo
) -> Iterator[tuple[str, tuple[str, str, str, str, str], str]]:
    """(key, cells, what a filter searches): a line a district, and below it a line a site."""
    from opsconsole.operations.conference.board import by_district
    from opsconsole.operations.conference.preflight import cause_text

    for district, of_district in by_district(seen.rows).items():
        states = [seen.state(row, now) for row in of_district]
        there = sum(state in ("connected", "late") for state in states)
        name = district or _("Province")
        count = f"{figure(there)}/{figure(len(of_district))}"
        yield f"{DISTRICT}{district}", (count, f"▾ {name}", "", "", ""), name
        for row, state in zip(of_district, states, strict=True):
            site, tried = row.site, row.tried
            since = row.presence.since
            if not row.presence.mark and row.server:
                since = row.server[0][0]
            drops = f" ×{figure(row.drops)}" if row.drops else ""
            check = ""
            if tried is not None:
                check = word(tried.result.state)
                if tried.result.state == "fail":
                    check += f": {cause_text(tried.result.cause)}"
                if tried.often:
                    check += " !"
            name = ("  " if not row.host else "* ") + site.name
            if not row.invited:
                name += " " + _("(not invited)")
            cells = (
                f"{SIGNS[state]} {word(state)}",
                name,
                (f"{since.astimezone(zone):%H:%M}" if since else "") + drops,
                check,
                f"{site.contact} {site.phone}".strip(),
            )
            yield site.key, cells, " ".join((*cells, district, site.key, state))


def panel(seen: Board, row: Row | None, zone: ZoneInfo, most: int) -> list[Line]:
    """What happened last, newest first, and before it what is known of the site under the cursor."""
    lines: list[Line] = []
    if row is not None:
        runs = [("head", row.site.name), ("faint", f"  {row.site.unit}  {row.site.address}".rstrip())]
        if row.tried is not None and row.tried.often:
            runs.append(("bad", "  " + _("fails often")))
        lines.append(runs)
    said = [mark for mark in seen.marks if mark.sort != "state" or most > 10]
    for mark in reversed(said[-(most - len(lines)) :] if most > len(lines) else []):
        lines.append(mark_line(seen, mark, zone))
    if not said:
        lines.append(
            [
                (
                    "faint",
                    _("n: incident here, N: of the session · b: begin, end · m: minutes · ?: all keys"),
                )
            ]
        )
    return lines


def mark_line(seen: Board, mark: Mark, zone: ZoneInfo) -> Line:
    """One mark in a line."""
    row = seen.row(mark.site) if mark.site else None
    where = (row.site.name if row is not None else mark.site) if mark.site else ""
    sort = {
        "note": "",
        "begun": _("session begun"),
        "ended": _("session ended"),
        "handover": _("handed over"),
        "takeover": _("taken over"),
        "retract": _("mark {number} taken back").format(number=mark.corrects),
        "state": word(mark.state) + (" " + _("(corrected)") if mark.corrects else ""),
    }[mark.sort]
    text = "  ".join(part for part in (where, sort, mark.said) if part)
    return [("bold", f"{mark.about.astimezone(zone):%H:%M} "), ("", text), ("faint", f"  {mark.actor}")]


def site(seen: Board, row: Row, now: dt.datetime, zone: ZoneInfo) -> list[Line]:
    """Everything about a site in its session."""
    from opsconsole.operations.conference.preflight import cause_text

    place = row.site
    pairs = [
        (_("State"), word(seen.state(row, now))),
        (_("Unit"), place.unit),
        (_("Room"), place.room),
        (_("Endpoint"), word(place.endpoint)),
        (_("Address"), place.address),
        (
            _("Line"),
            f"{place.line} {figure(place.bandwidth)} Mb/s".strip() if place.bandwidth else place.line,
        ),
        (_("Contact"), f"{place.contact} {place.phone}".strip()),
        (_("Seats"), figure(place.seats) if place.seats else ""),
    ]
    width = max(len(name) for name, _text in pairs) + 2
    lines: list[Line] = [[("faint", name.ljust(width)), ("", text)] for name, text in pairs if text]
    if row.server:
        spans = ", ".join(f"{a.astimezone(zone):%H:%M}–{b.astimezone(zone):%H:%M}" for a, b in row.server)
        lines += ["", [("head", _("Recorded by servers"))], spans]
    if row.tried is not None:
        lines += ["", [("head", _("Pre-flight"))]]
        for check in row.tried.result.checks:
            cause = cause_text(check.cause) if check.cause else ""
            trip = f"{figure(check.milliseconds, 0)} ms" if check.milliseconds is not None else ""
            tone = "good" if check.ok else "bad"
            lines.append([(tone, f"{check.name:9}"), ("", f"{trip:>8}  {check.detail}  {cause}".rstrip())])
    own = [mark for mark in seen.marks if mark.site == place.key]
    lines += ["", [("head", _("Marks"))]]
    lines += [mark_line(seen, mark, zone) for mark in own] or [[("faint", _("none"))]]
    return lines


# --- what is typed ----------------------------------------------------------------------------------------


def typed_time(text: str, day: dt.datetime, zone: ZoneInfo) -> dt.datetime | None:
    """The time of day *text* (8:05, 08h05, 0805) on the local day of *day*; None for no time."""
    found = re.fullmatch(r"\s*(\d{1,2})[:hg.]?(\d\d)\s*", text, re.ASCII)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return day.astimezone(zone).replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0)


def timed(text: str, now: dt.datetime, zone: ZoneInfo) -> tuple[dt.datetime, str]:
    """(when, what) of a note: one that begins with a time of day is about that time, else about now."""
    first, _blank, rest = text.strip().partition(" ")
    at = typed_time(first, now, zone) if re.fullmatch(r"\d{1,2}[:hg]\d\d", first, re.ASCII) else None
    return (at, rest.strip()) if at is not None and rest.strip() else (now, text.strip())
