"""Zoom: the participants report of a meeting or webinar, CSV as its web portal exports it.

The block about the meeting may stand above, be left out, or stand in each row; names may be
"Name (Original Name)" or "Name (original name)"; stamps are of the account's zone, with 12 or 24 hours.
Rows of the waiting room are nobody's stay. A host that comes back makes another report with the same
number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from opsconsole.evidence.reader import DocumentFormat, Event, Origin, Stay
from opsconsole.evidence.reports import Layout, read

LAYOUT = Layout(
    "Zoom",
    participants={
        **dict.fromkeys(
            (
                "name (original name)",
                "user name (original name)",
                "name",
                "user name",
                "participant",
                "ten (ten goc)",
                "ten nguoi dung (ten goc)",
                "ten",
            ),
            "name",
        ),
        **dict.fromkeys(("user email", "email", "email nguoi dung"), "email"),
        **dict.fromkeys(("join time", "gio tham gia", "thoi gian tham gia"), "joined"),
        **dict.fromkeys(("leave time", "gio roi di", "thoi gian roi di"), "left"),
        **dict.fromkeys(
            (
                "duration (minutes)",
                "duration(minutes)",
                "total duration (minutes)",
                "time in session (minutes)",
                "thoi luong (phut)",
            ),
            "stayed",
        ),
        **dict.fromkeys(("in waiting room", "trong phong cho"), "waiting"),
    },
    meeting={
        **dict.fromkeys(("meeting id", "webinar id", "id", "id cuoc hop"), "number"),
        **dict.fromkeys(("topic", "chu de"), "title"),
        **dict.fromkeys(("start time", "actual start time", "gio bat dau", "thoi gian bat dau"), "started"),
        **dict.fromkeys(("end time", "gio ket thuc", "thoi gian ket thuc"), "ended"),
        **dict.fromkeys(("actual duration (minutes)", "duration (minutes)", "thoi luong (phut)"), "length"),
    },
)
_NAMED = re.compile(r"^(.*?)\s*\(([^()]*)\)$")


def events_of(data: bytes, origin: Origin) -> Iterable[Event]:
    """The events of a report."""
    return [_two_names(event) for event in read(data, origin, LAYOUT)]


def _two_names(event: Event) -> Event:
    """A stay whose name before it was changed is another word for the participant."""
    if isinstance(event, Stay) and (found := _NAMED.match(event.site)):
        now, before = found.groups()
        return event._replace(also=(now, before, *event.also))
    return event


READER = DocumentFormat("zoom", events_of, "conference", frozenset({"dates"}))
