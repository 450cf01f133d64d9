"""The roll call of a session: marks that are only ever added, and what follows from them.

A mark says what somebody saw, when, and when it was written. A correction takes the place of an
earlier mark and a retraction takes one back; the earlier one stays beside it. What the marks say
of each site's presence is kept as stays (``roll_stay``), by which attendance is measured where no
server kept a record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.operations.conference.sessions import Session, session
from opsconsole.store.clock import instant, instant_text
from opsconsole.store.database import Reader, Writer
from opsconsole.text import safe, squeeze

STATES = ("expected", "invited", "connected", "late", "lost", "absent", "excused")
PRESENT = frozenset({"connected", "late"})
LATE_AFTER = dt.timedelta(minutes=5)  # as the indicator of punctuality counts it
MOST_SAID = 2_000
_COLUMNS = (
    "province", "session", "number", "at", "about", "actor", "sort", "site", "state", "said", "corrects",
    "origin",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be marked. *about* None: now; of a correction, the instant of the mark that it *corrects*.
    ``sort`` is state, note, handover, takeover, begun, ended or retract; *site* '' means the session as a
    whole."""

    sort: str
    site: str = ""
    state: str = ""
    said: str = ""
    about: dt.datetime | None = None
    corrects: int | None = None
    origin: str = "person"


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark that was made: *at* is when it was written, *about* the instant that it is about."""

    number: int
    at: dt.datetime
    about: dt.datetime
    actor: str
    sort: str
    site: str
    state: str
    said: str
    corrects: int | None
    origin: str

    @property
    def data(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "number": self.number,
            "at": instant_text(self.at),
            "about": instant_text(self.about),
            "actor": self.actor,
            "sort": self.sort,
            "site": self.site,
            "state": self.state,
            "said": self.said,
            "corrects": self.corrects,
            "origin": self.origin,
        }


def marks(reader: Reader, key: str, after: int = 0) -> list[Mark]:
    """The marks of session *key* with a number above *after*, in the order in which they were made."""
    return [
        Mark(number, instant(at), instant(about), *rest)
        for number, at, about, *rest in reader.rows(
            "SELECT number, at, about, actor, sort, site, state, said, corrects, origin FROM conference_mark"
            " WHERE province = :province AND session = :session AND number > :after ORDER BY number",
            {"session": key, "after": after},
        )
    ]


def last_number(reader: Reader, key: str) -> int:
    """The number of the last mark of session *key*, 0 where there is none: cheap to ask again and again."""
    return int(
        reader.value(
            "SELECT max(number) FROM conference_mark WHERE province = :province AND session = :session",
            {"session": key},
        )
        or 0
    )


def standing(all_marks: Sequence[Mark]) -> list[Mark]:
    """The marks that hold: neither taken back nor replaced, retractions themselves left out. A
    correction that was taken back lets the original hold again."""
    gone: set[int] = set()
    for mark in reversed(all_marks):  # what corrects a mark stands after it
        if mark.corrects is not None and mark.number not in gone:
            gone.add(mark.corrects)
    return [mark for mark in all_marks if mark.number not in gone and mark.sort != "retract"]


def corrected(all_marks: Sequence[Mark]) -> list[tuple[Mark, Mark]]:
    """(the original, what corrects it or takes it back), as it was done."""
    by_number = {mark.number: mark for mark in all_marks}
    return [
        (by_number[mark.corrects], mark)
        for mark in all_marks
        if mark.corrects is not None and mark.corrects in by_number
    ]


# --- what follows ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Presence:
    """How a site stands by the marks. *spans* are its presences, the last open while *state* is one;
    *late* says that it first came late; *mark* is the number of the mark by which it stands (0: none)."""

    state: str = "expected"
    since: dt.datetime | None = None
    actor: str = ""
    mark: int = 0
    late: bool = False
    drops: int = 0
    spans: tuple[tuple[dt.datetime, dt.datetime | None], ...] = ()

    @property
    def came(self) -> bool:
        """Whether it was there at some time."""
        return bool(self.spans)

    @property
    def first(self) -> dt.datetime | None:
        """When it first came."""
        return self.spans[0][0] if self.spans else None


@dataclass(frozen=True, slots=True)
class Roll:
    """What the marks of a session come to. *begun* and *ended* as marked, None where they were not; *duty*
    is (who, since when), *offered* the handover that nobody has taken over yet."""

    sites: Mapping[str, Presence] = field(default_factory=dict)
    notes: tuple[Mark, ...] = ()
    begun: dt.datetime | None = None
    ended: dt.datetime | None = None
    duty: tuple[str, dt.datetime] | None = None
    offered: Mark | None = None
    last: int = 0

    def of(self, site: str) -> Presence:
        """How *site* stands."""
        return self.sites.get(site, _NOTHING)


_NOTHING = Presence()


def roll(all_marks: Sequence[Mark]) -> Roll:
    """The roll by *all_marks* of a session."""
    holding = standing(all_marks)
    by_site: dict[str, list[Mark]] = {}
    notes: list[Mark] = []
    begun = ended = offered = None
    duty: tuple[str, dt.datetime] | None = None
    for mark in holding:
        if mark.sort == "state":
            by_site.setdefault(mark.site, []).append(mark)
        elif mark.sort == "note":
            notes.append(mark)
        elif mark.sort == "begun":
            begun, ended = mark.about, None
        elif mark.sort == "ended":
            ended = mark.about
        elif mark.sort == "handover":
            offered = mark
        elif mark.sort == "takeover":
            duty, offered = (mark.actor, mark.about), None
    if duty is None and holding:
        duty = (holding[0].actor, holding[0].about)
    sites = {site: _presence(of_site) for site, of_site in by_site.items()}
    notes.sort(key=lambda mark: (mark.about, mark.number))
    return Roll(sites, tuple(notes), begun, ended, duty, offered, all_marks[-1].number if all_marks else 0)


def _presence(of_site: list[Mark]) -> Presence:
    ordered = sorted(of_site, key=lambda mark: (mark.about, mark.number))
    spans: list[tuple[dt.datetime, dt.datetime | None]] = []
    late, drops = False, 0
    for mark in ordered:
        there = bool(spans) and spans[-1][1] is None
        if mark.state in PRESENT and not there:
            late = late or (mark.state == "late" and not spans)
            spans.append((mark.about, None))
        elif mark.state in PRESENT:
            late = late or (mark.state == "late" and len(spans) == 1)
        elif there:
            drops += mark.state == "lost"
            spans[-1] = (spans[-1][0], mark.about)
    last = ordered[-1]
    return Presence(last.state, last.about, last.actor, last.number, late, drops, tuple(spans))


def present_word(one: Session, presence: Presence, at: dt.datetime) -> str:
    """Whether a site that is seen at *at* is connected or late: late when it was not there before and
    the announced start was more than ``LATE_AFTER`` ago."""
    return "late" if not presence.came and at > one.start + LATE_AFTER else "connected"


# --- writing -----------------------------------------------------------------------------------------


def add(
    writer: Writer, key: str, entries: Iterable[Entry], actor: str, now: dt.datetime, zone: ZoneInfo
) -> list[int]:
    """Add marks to session *key*, all at *now*; returns their numbers. The stays that follow are kept anew
    in the same transaction. Raises Refused for a session or a mark that there is not."""
    one = session(writer, key, zone)
    known = marks(writer, key)
    by_number = {mark.number: mark for mark in known}
    number = known[-1].number if known else 0
    if not known and writer.row(
        "SELECT 1 FROM roll_stay WHERE province = :province AND session = :session", {"session": key}
    ):
        raise Refused(
            _(
                "session {key}: its marks were purged (retention: conference_mark); what they said of "
                "presence stays as it is"
            ).format(key=key)
        )
    at = instant_text(now)
    rows = []
    for entry in entries:
        number += 1
        said = squeeze(entry.said)[:MOST_SAID]
        if entry.sort in ("note", "handover") and not said:
            raise Refused(_("there is nothing in the note"))
        if entry.state and entry.state not in STATES:
            raise Refused(
                _("there is no state '{state}'; known: {known}").format(
                    state=safe(entry.state), known=", ".join(STATES)
                )
            )
        about = entry.about or now
        if entry.corrects is not None:
            original = by_number.get(entry.corrects)
            if original is None:
                raise Refused(
                    _("session {key} has no mark {number} to correct").format(key=key, number=entry.corrects)
                )
            if original.site != entry.site and entry.sort != "retract":
                raise Refused(_("a correction is about the same site as the mark that it corrects"))
            if entry.about is None and entry.sort != "retract":
                about = original.about
        rows.append(
            (
                writer.province, key, number, at, instant_text(about), actor, entry.sort, entry.site,
                entry.state, said, entry.corrects, entry.origin,
            )
        )  # fmt: skip
    writer.insert("conference_mark", _COLUMNS, rows)
    keep_stays(writer, one, zone)
    return [row[2] for row in rows]


def retract(reader: Reader, key: str, site: str) -> Entry | None:
    """The entry that takes back the last mark of *site* ('' for notes and the like) that holds; None where
    there is none."""
    holding = [mark for mark in standing(marks(reader, key)) if mark.site == site]
    if not holding:
        return None
    return Entry("retract", site, corrects=holding[-1].number)


def keep_stays(writer: Writer, one: Session, zone: ZoneInfo) -> None:
    """Write anew what the marks say of presence. A site that nobody saw leave stayed until the session was
    marked as ended, else until its announced end or the last mark, whichever is later."""
    all_marks = marks(writer, one.key)
    found = roll(all_marks)
    last = max((mark.about for mark in all_marks), default=one.end)
    over = found.ended or max(one.end, last)
    writer.execute(
        "DELETE FROM roll_stay WHERE province = :province AND session = :session", {"session": one.key}
    )
    rows = {}
    for site, presence in found.sites.items():
        for joined, left in presence.spans:
            until = min(left or over, over) if found.ended else left or over
            if until > joined:
                rows[(site, joined)] = (
                    writer.province,
                    one.key,
                    site,
                    instant_text(joined),
                    instant_text(until),
                    f"{joined.astimezone(zone):%Y-%m}",
                )
    # The sums of the year's use are made anew of it.
    writer.insert(
        "session_stale",
        ("province", "session"),
        [(writer.province, one.key)],
        "ON CONFLICT (province, session) DO NOTHING",
    )
    writer.insert(
        "roll_stay", ("province", "session", "site", "joined_at", "left_at", "month"), rows.values()
    )
