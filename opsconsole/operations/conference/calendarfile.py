"""Sessions as a calendar file that Thunderbird, Outlook and Google read (RFC 5545).

Every session is one event with its own UID: a series that was taken in comes out as the single
sessions that the register holds, each of which may have been moved since. Times carry the zone
with its rules in the file, for programs that do not know its name.

There is no METHOD: it would make the file a message that needs an organizer (RFC 5546), whom Outlook
asks for an answer. The file of one session has no name of a calendar: Outlook would make a new one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence

from opsconsole.catalogue import _
from opsconsole.operations.conference.calendars import OWN
from opsconsole.operations.conference.sessions import Session, Site
from opsconsole.text import safe
from opsconsole.words import figure, word

PRODUCT = "-//opsconsole//conference//VI"


def export(
    sessions: Sequence[Session],
    sites: Mapping[str, Site],
    province: str,
    stamps: Mapping[str, tuple[dt.datetime, int]],
    *,
    name: str = "",
) -> bytes:
    """The calendar of *sessions*. *stamps* gives for each key when it was changed last and how many
    changes it has seen: what a calendar program tells a newer word from an older one by."""
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    if len(sessions) > 1:
        calendar.add("X-WR-CALNAME", safe(name or _("Videoconferences")))
    if sessions:  # what Google Calendar takes for times without a zone, and shows
        calendar.add("X-WR-TIMEZONE", str(sessions[0].start.tzinfo))
    for one in sessions:
        event = Event()
        stamp, sequence = stamps.get(one.key, (dt.datetime(2000, 1, 1, tzinfo=dt.UTC), 0))
        event.add("UID", uid_of(one, province))
        event.add("DTSTAMP", stamp.astimezone(dt.UTC).replace(microsecond=0))
        event.add("LAST-MODIFIED", stamp.astimezone(dt.UTC).replace(microsecond=0))
        event.add("SEQUENCE", max(0, sequence))
        event.add("DTSTART", one.start)
        event.add("DTEND", one.end)
        title = safe(one.title)
        # Outlook looks at the subject alone: what is cancelled says so there too, and takes no time.
        event.add("SUMMARY", _("Cancelled: {title}").format(title=title) if one.cancelled else title)
        event.add("STATUS", "CANCELLED" if one.cancelled else "CONFIRMED")
        event.add("TRANSP", "TRANSPARENT" if one.cancelled else "OPAQUE")
        event.add("CATEGORIES", [safe(word(one.kind))])
        if one.host:
            event.add("LOCATION", safe(_place(sites, one.host)))
        event.add("DESCRIPTION", description(one, sites))
        address = sites[one.host].address if one.host in sites else ""
        if address.startswith(("https://", "http://")):
            event.add("URL", address)
        _own(event, "KEY", one.key)
        _own(event, "TITLE", title if one.cancelled else "")
        _own(event, "KIND", one.kind)
        _own(event, "HOST", one.host)
        for key in one.invited:
            _own(event, "SITE", key)
        _own(event, "OPERATOR", one.operator)
        _own(event, "RATE", f"{one.rate:.10g}" if one.rate else "")
        for item in one.agenda:
            _own(event, "AGENDA", safe(item))
        calendar.add_component(event)
    # programs of a zone's name that they do not know take its rules from the file
    years = [one.start.year for one in sessions]
    if years:
        calendar.add_missing_timezones(
            first_date=dt.date(min(years) - 1, 1, 1), last_date=dt.date(max(years) + 2, 1, 1)
        )
        for zone in calendar.timezones:
            zone.pop("COMMENT", None)  # the library's word about the years above
    return bytes(calendar.to_ical())


def uid_of(one: Session, province: str) -> str:
    """The UID of a session: the same in every export. A calendar entry that was taken in keeps its own,
    an occurrence of a series one that is made of both."""
    if one.uid and not one.recurrence:
        return one.uid
    if one.uid:
        digest = hashlib.sha256(f"{one.uid}\n{one.recurrence}".encode()).hexdigest()[:32]
        return f"{digest}@{province}.opsconsole"
    return f"{one.key}@{province}.opsconsole"


def _own(event: object, name: str, value: str) -> None:
    if value:
        event.add(OWN + name, value)  # type: ignore[attr-defined]


def _place(sites: Mapping[str, Site], key: str) -> str:
    site = sites.get(key)
    if site is None:
        return key
    return f"{site.room}, {site.name}" if site.room else site.name


def description(one: Session, sites: Mapping[str, Site]) -> str:
    """What whoever opens the entry reads: agenda, sites, how they are called, note."""
    lines = [safe(item) for item in one.agenda]
    if lines:
        lines = [_("Agenda:"), *(f"- {line}" for line in lines), ""]
    if one.host:
        lines.append(_("Chaired from: {site}").format(site=safe(_place(sites, one.host))))
    if one.invited:
        lines.append(_("Sites ({count}):").format(count=figure(len(one.invited))))
        for key in one.invited:
            site = sites.get(key)
            address = f" <{site.address}>" if site is not None and site.address else ""
            lines.append(f"- {safe(_place(sites, key))}{safe(address)}")
    if one.operator_name:
        lines.append(_("Operator: {name}").format(name=safe(one.operator_name)))
    if one.note:
        lines += ["", safe(one.note)]
    return "\n".join(lines)
