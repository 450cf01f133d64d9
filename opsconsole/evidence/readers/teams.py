"""Microsoft Teams: the attendance report, UTF-16 with tabs (also UTF-8 and commas), all three layouts.

The oldest lists who joined and left, line by line; the second has a summary and one row a stay; the
third has numbered sections, of which "3. In-Meeting activities" has a row a stay and "2. Participants"
a row a person. The longest of a report's blocks is taken. A late comer makes another report of the same
meeting; both stand, unless the later covers the earlier one.
"""

from __future__ import annotations

from collections.abc import Iterable

from opsconsole.evidence.reader import DocumentFormat, Event, Origin
from opsconsole.evidence.reports import Layout, read

LAYOUT = Layout(
    "Teams",
    participants={
        **dict.fromkeys(("full name", "name", "ho ten", "ho va ten", "ten", "ten day du"), "name"),
        **dict.fromkeys(
            (
                "join time",
                "first join",
                "gio tham gia",
                "thoi gian tham gia",
                "tham gia lan dau",
                "lan tham gia dau tien",
            ),
            "joined",
        ),
        **dict.fromkeys(
            (
                "leave time",
                "last leave",
                "gio roi di",
                "thoi gian roi di",
                "roi di lan cuoi",
                "lan roi khoi cuoi cung",
            ),
            "left",
        ),
        **dict.fromkeys(
            ("duration", "in-meeting duration", "thoi luong", "thoi luong trong cuoc hop"), "stayed"
        ),
        **dict.fromkeys(("email", "e-mail"), "email"),
        **dict.fromkeys(("user action", "hanh dong cua nguoi dung"), "action"),
        **dict.fromkeys(("timestamp", "dau thoi gian"), "at"),
    },
    meeting={
        **dict.fromkeys(("meeting title", "tieu de cuoc hop"), "title"),
        **dict.fromkeys(
            ("meeting start time", "start time", "thoi gian bat dau", "thoi gian bat dau cuoc hop"),
            "started",
        ),
        **dict.fromkeys(
            ("meeting end time", "end time", "thoi gian ket thuc", "thoi gian ket thuc cuoc hop"), "ended"
        ),
        **dict.fromkeys(("meeting id", "id cuoc hop"), "number"),
        **dict.fromkeys(("meeting duration", "thoi luong cuoc hop"), "length"),
    },
)


def events_of(data: bytes, origin: Origin) -> Iterable[Event]:
    """The events of a report."""
    return read(data, origin, LAYOUT)


READER = DocumentFormat("teams", events_of, "conference", frozenset({"dates"}))
