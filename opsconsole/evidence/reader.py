"""What a reader of evidence is: bytes of whole lines in, events out; and the registry of readers.

A reader knows one format and nothing of files, offsets or tables. It is handed whole lines, in
order, in pieces of any size: how a file is cut into pieces must not change what is read from it.
What it must remember from one piece to the next it gives as JSON (``Parser.state``).
docs/readers.md shows how a third party adds one.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias, runtime_checkable
from zoneinfo import ZoneInfo

from opsconsole.catalogue import _
from opsconsole.errors import Refused

GROUP = "opsconsole.readers"
# The modules below ``readers`` that come with the product, one format each.
BUILT_IN = (
    "asterisk",
    "attendance",
    "bigbluebutton",
    "bigbluebutton_events",
    "cms",
    "dma",
    "dovecot",
    "dovecot_events",
    "exchange",
    "freeswitch",
    "google",
    "jitsi",
    "journal",
    "journal_export",
    "m365",
    "mailcsv",
    "maillog",
    "mdaemon",
    "postfix",
    "rmx",
    "table",
    "teams",
    "webex",
    "zimbra",
    "zoom",
)
MAX_LINE = 64 * 1024  # bytes; a longer line never reaches a reader

What: TypeAlias = Literal["login", "webmail", "poll", "sent", "received", "failed", "automatic"]


class MailUse(NamedTuple):
    """*times* uses of the mailbox *address* on a local day (ISO text).

    login is a session that a program opened with the right password; webmail one through the web
    interface; poll one of which the log itself says that it only looked for new mail (ActiveSync, a
    telephone, a session that ended without having read or changed anything); sent a mail that the
    owner sent; received one that was stored; failed a wrong password; automatic a mail that a rule
    sent (an automatic reply, a forward).
    """

    address: str
    day: str
    what: What
    times: int


class Stay(NamedTuple):
    """A site in a session, from *joined* to *left* (aware instants).

    *session* is a key, or '' where only *start* (local, without zone) says which one is meant.
    *site* is what stood there: a key, a name, a name written by hand. *position* is the place of
    the line in the plain stream; in a document it may be the number of the entry instead.

    *title* is the subject of the meeting. *also* are other words for the same participant (its address,
    the name it had before), tried where *site* answers to nothing. *meeting* is the ``Meeting.id`` it
    belongs to, *number* the number or name of the room. *ending* is '' where the source tells when and
    why it left as a matter of course, 'unknown' where *left* is only the last sign of it, else one of
    CAUSES.
    """

    session: str
    start: dt.datetime
    site: str
    joined: dt.datetime
    left: dt.datetime
    position: int
    also: tuple[str, ...] = ()
    meeting: str = ""
    number: str = ""
    ending: str = ""
    title: str = ""


# Why a site could not join, or dropped out; words.py has the words for people.
CAUSES = (
    "busy",
    "no-answer",
    "unreachable",
    "refused",
    "authentication",
    "network",
    "media",
    "full",
    "timeout",
    "setup",
    "other",
)
STATES = ("ended", "running", "never-started", "empty", "failed", "unknown", "lost")


class Meeting(NamedTuple):
    """What a source says of a meeting as a whole; every time is aware or None where it is not said.

    *id* is one holding of it: a new one when its host restarts, the same when its report is saved
    again. *number* is the room or number that stays the same. *session* is a declared key, else ''.
    *state* is one of STATES: 'lost' means that its ending was not seen. *peak* is how many took part
    at once by the source's own count.
    """

    id: str
    number: str
    title: str
    planned: dt.datetime | None
    planned_end: dt.datetime | None
    started: dt.datetime | None
    ended: dt.datetime | None
    position: int
    state: str = "ended"
    peak: int | None = None
    session: str = ""


class Failure(NamedTuple):
    """A participant that could not join, *at* an instant, for a *cause* (one of CAUSES)."""

    session: str
    at: dt.datetime
    site: str
    cause: str
    position: int
    also: tuple[str, ...] = ()
    meeting: str = ""
    number: str = ""
    title: str = ""


class MailUses(NamedTuple):
    """Many uses of one sort on one day: how often by address."""

    day: str
    what: What
    times: Mapping[str, int]


class EachUse(NamedTuple):
    """Uses of one sort on one day: each of *addresses*, as often as it stands there."""

    day: str
    what: What
    addresses: Sequence[str]


class Traffic(NamedTuple):
    """*times* things of the sort *what* (see ``TRAFFIC``) that a mail server did on a local *day*."""

    day: str
    what: str
    times: int


# The sorts of Traffic. A delivery is counted where a mail came to rest; handed on to a content
# filter it is on its way.
TRAFFIC = (
    "submitted",  # accepted from somebody who had logged in
    "accepted",  # accepted from elsewhere
    "delivered",  # stored in a mailbox
    "relayed",  # handed to another server
    "filtered",  # handed to a content filter, which hands it back
    "forwarded",  # sent on by a rule or an alias
    "deferred",  # tried, to be tried again
    "bounced",
    "expired",
    "discarded",
    "rejected",  # refused before it was accepted
    "logins",
    "failed logins",
    "repeated lines",  # stood in the log a second time, counted once
)


class Seen(NamedTuple):
    """*lines* lines carry a stamp of the local *day*, from *first_at* to *last_at* (instants).

    Bit n of *half_hours* is set where one of them stands in the n-th half hour of the day (0: not
    told). *others* of them are of programs that the reader does not claim, *inferred* of them have a
    stamp without a year.
    """

    day: str
    first_at: str
    last_at: str
    lines: int
    half_hours: int = 0
    others: int = 0
    inferred: int = 0


class Lost(NamedTuple):
    """The logging system itself says that on *day* it dropped so many *messages*."""

    day: str
    messages: int


class Unreadable(NamedTuple):
    """*lines* that could not be read, for one *reason*; *sample* (redacted) is the first."""

    reason: str
    sample: str
    position: int
    lines: int = 1


Event: TypeAlias = (
    "MailUse | MailUses | EachUse | Stay | Meeting | Failure | Seen | Lost | Traffic | Unreadable"
)


@dataclass(frozen=True)
class Origin:
    """Where lines come from.

    *reference* (aware) is the newest time that a line can carry: stamps without a year take it
    from there. *state* is what ``Parser.state`` gave after the line before, None at the beginning.
    *outline* gives lines spread over the whole file, in order, for whoever must look ahead. *zone* is
    that of stamps that name none (``timezone`` of the source), *timezone* that of the local days.
    *options* is what the source says below ``options:``.
    """

    path: str
    reference: dt.datetime
    timezone: ZoneInfo
    state: Mapping[str, Any] | None = None
    outline: Callable[[], Iterable[bytes]] = field(default=tuple)
    zone: ZoneInfo | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def stamps(self) -> ZoneInfo:
        """The zone of stamps that name none."""
        return self.zone or self.timezone


class Parser(Protocol):
    """The reading of one file."""

    def feed(self, data: bytes, position: int) -> Iterable[Event]:
        """The events of *data*: whole lines (each ends with a newline byte, none is longer than
        64 KiB) that stand at *position* of the plain stream. Never raises over what data holds."""

    def state(self) -> Mapping[str, Any]:
        """What must be known to go on behind the last line fed, as JSON values."""


class Reader(Protocol):
    """A format. *name* is what ``reader:`` says in config.yaml.

    *documents* is true where files are saved whole, as a table from an office: then the last
    line counts without a line end. Of a log it is a line that is still being written.
    """

    name: str
    documents: bool

    def begin(self, origin: Origin) -> Parser:
        """Start to read at *origin*."""


class Unfit(Exception):
    """A document is not what its reader reads; the text says why, short and without data."""

    def __init__(self, reason: str, position: int = 0, sample: str = "") -> None:
        super().__init__(reason)
        self.position, self.sample = position, sample


@runtime_checkable
class DocumentReader(Protocol):
    """A format whose files are no lines (a table in UTF-16, XML, JSON): read whole, when the file is
    complete and was not touched for a minute. Its events name their meeting, so that a report that
    was saved again later stands in place of the earlier one."""

    name: str
    documents: bool

    def read(self, data: bytes, origin: Origin) -> Iterable[Event]:
        """The events of a whole file. Raises Unfit where it is none of this format."""


@dataclass(frozen=True, slots=True)
class LineFormat:
    """A ``Reader``: *parser* begins to read a file of lines. *system* is what the evidence is about (mail
    or conference), *options* what a source may say below ``options:``."""

    name: str
    parser: Callable[[Origin], Parser]
    system: str
    options: frozenset[str] = frozenset()
    documents: bool = False

    def begin(self, origin: Origin) -> Parser:
        """Start to read at *origin*."""
        return self.parser(origin)


@dataclass(frozen=True, slots=True)
class DocumentFormat:
    """A ``DocumentReader``: *events* reads a whole file. *needed* are options that a source must say."""

    name: str
    events: Callable[[bytes, Origin], Iterable[Event]]
    system: str
    options: frozenset[str] = frozenset()
    needed: tuple[str, ...] = ()
    documents: bool = True

    def read(self, data: bytes, origin: Origin) -> Iterable[Event]:
        """The events of a whole file. Raises Unfit where it is none of this format."""
        return self.events(data, origin)


class Readers:
    """A registry of readers: refuses two of one name, and says what it knows for an unknown one."""

    def __init__(self, readers: Iterable[Reader | DocumentReader] = ()) -> None:
        self._readers: dict[str, Reader | DocumentReader] = {}
        for reader in readers:
            self.add(reader)

    def add(self, reader: Reader | DocumentReader) -> None:
        """Register *reader*. Raises Refused where the name is taken by another one."""
        known = self._readers.setdefault(reader.name, reader)
        if known is not reader:
            raise Refused(
                _(
                    "two readers are called '{name}' ({one} and {other}); "
                    "uninstall one of them or give it another name"
                ).format(name=reader.name, one=_place(known), other=_place(reader))
            )

    def names(self) -> list[str]:
        """The names that ``reader:`` may say, sorted."""
        return sorted(self._readers)

    def __getitem__(self, name: str) -> Reader | DocumentReader:
        if name in self._readers:
            return self._readers[name]
        near = difflib.get_close_matches(name, self._readers, 1)
        hint = (
            _("did you mean '{near}'?").format(near=near[0])
            if near
            else _("known: {names}").format(names=", ".join(self.names()))
        )
        raise Refused(_("there is no reader '{name}'; {hint}").format(name=name, hint=hint))


def _place(reader: Reader | DocumentReader) -> str:
    if isinstance(reader, LineFormat | DocumentFormat):
        made = reader.parser if isinstance(reader, LineFormat) else reader.events
        return f"{made.__module__}.{made.__qualname__}"
    return f"{type(reader).__module__}.{type(reader).__name__}"


def installed() -> Readers:
    """The readers that come with the product and those that other packages add by entry points.

    Raises Refused for a name taken twice or an entry point that cannot be loaded.
    """
    readers = Readers(import_module(f"opsconsole.evidence.readers.{name}").READER for name in BUILT_IN)
    for entry in entry_points(group=GROUP):
        try:
            reader = entry.load()
        except Exception as error:
            raise Refused(
                _(
                    "the reader '{name}' ({place}) cannot be loaded: {error}; "
                    "mend or uninstall the package that brings it"
                ).format(name=entry.name, place=entry.value, error=error)
            ) from error
        readers.add(reader)
    return readers
