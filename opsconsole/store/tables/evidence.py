"""Evidence: the files that were read, and what they said of mail and of meetings."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index
from sqlmodel import SQLModel

from opsconsole.store.tables.columns import binary, optional_text, optional_whole, text, whole


class SourceFile(SQLModel, table=True):
    """An evidence file, known by content: digests of its first bytes (``head``) and of the bytes just
    before the offset (``tail``); the bytes themselves name people and are not kept.

    ``position`` counts in the plain (decompressed) stream. ``seen`` has a line
    device:inode:size:mtime for each file found with this content and nothing unread behind it: it
    only saves work. ``state`` is what the reader carries over (JSON)."""

    __tablename__ = "source_file"
    __table_args__ = (Index("source_file_source", "province", "source"),)
    province: str = text(key=True)
    id: int = whole(key=True)
    source: str = text()
    path: str = text()
    seen: str = text()
    head: bytes = binary()
    tail: bytes = binary()
    position: int = whole()
    lines: int = whole()
    events: int = whole()
    state: str = text()
    read_at: str = text()


class MailActivity(SQLModel, table=True):
    """Counts of one account in one month (local time) from one source; in the day masks bit 0 is
    the 1st. Who asks about an account ORs the masks and adds the counts over the sources.

    ``poll`` is a session or a synchronisation of which the log itself says that it only looked for
    new mail; ``automatic`` are mails that a rule of the mailbox sent (replies, forwards). ``…_to_14``
    is what of a count fell on the 1st to the 14th: months of some reports begin on the 15th."""

    __tablename__ = "mail_activity"
    __table_args__ = (
        *(
            CheckConstraint(f"{mask} BETWEEN 0 AND 2147483647", name=f"mail_activity_{mask}")
            for mask in ("login_days", "webmail_days", "poll_days", "sent_days", "received_days")
        ),
        {"postgresql_partition_by": "RANGE (month)", "sqlite_with_rowid": False},
    )
    province: str = text(key=True)
    month: str = text(key=True)
    account: str = text(key=True)
    source: str = text(key=True)
    login_days: int = whole()
    webmail_days: int = whole()
    poll_days: int = whole()
    sent_days: int = whole()
    received_days: int = whole()
    logins: int = whole()
    webmails: int = whole()
    polls: int = whole()
    sent: int = whole()
    received: int = whole()
    failed: int = whole()
    automatic: int = whole()
    logins_to_14: int = whole()
    webmails_to_14: int = whole()
    polls_to_14: int = whole()
    sent_to_14: int = whole()
    received_to_14: int = whole()


class Attendance(SQLModel, table=True):
    """One stay of a site in a session; instants in UTC. ``source_file`` and ``position`` say from
    which line (or entry of a document), ``month`` is the local month in which it joined; it leads the
    key, so that a year is read without its past.

    ``record`` is the position of the ``meeting_record`` of the same file, -1 without one. ``ending`` is
    '' where the source tells that it left, 'unknown' where ``left_at`` is only the last sign of it, else
    why it dropped out (one of evidence.reader.CAUSES)."""

    __table_args__ = (
        Index("attendance_session", "province", "session"),
        Index("attendance_file", "province", "source_file"),
        Index("attendance_site", "province", "site", "month"),
    )
    province: str = text(key=True)
    month: str = text(key=True)
    source_file: int = whole(key=True)
    position: int = whole(key=True)
    session: str = text()
    site: str = text()
    joined_at: str = text()
    left_at: str = text()
    record: int = whole()
    ending: str = text()


class MeetingRecord(SQLModel, table=True):
    """What one file says of one meeting as a whole: a piece of evidence for a session.

    ``meeting`` is the source's own name for this holding of it, ``number`` the room that stays the
    same. ``session`` is '' where nothing announced answers, or several (``candidates``, JSON list).
    Times are instants or NULL where the source does not say; ``first_at`` and ``last_at`` are those of
    its first and last sign ('' without any), ``month`` (local) is that of the first. ``peak`` is the
    source's own count of participants at once, ``participants`` how many different ones it lists,
    ``unknown`` how many of these are no declared site. ``superseded_by`` is the file whose later version
    of the same meeting stands in place of this one, 0 as long as it stands."""

    __tablename__ = "meeting_record"
    __table_args__ = (
        Index("meeting_record_session", "province", "session"),
        Index("meeting_record_meeting", "province", "source", "meeting"),
        Index("meeting_record_month", "province", "month"),
        CheckConstraint(
            "state IN ('ended','running','never-started','empty','failed','unknown','lost')",
            name="meeting_record_state",
        ),
    )
    province: str = text(key=True)
    source_file: int = whole(key=True)
    position: int = whole(key=True)
    source: str = text()
    meeting: str = text()
    number: str = text()
    title: str = text()
    session: str = text()
    candidates: str = text()
    month: str = text()
    planned_at: str | None = optional_text()
    planned_end: str | None = optional_text()
    started_at: str | None = optional_text()
    ended_at: str | None = optional_text()
    first_at: str = text()
    last_at: str = text()
    state: str = text()
    peak: int | None = optional_whole()
    participants: int = whole()
    unknown: int = whole()
    superseded_by: int = whole()


class JoinFailure(SQLModel, table=True):
    """A participant that could not join a session: ``site`` '' where its name answers to no declared
    one, ``session`` '' where no announced one does."""

    __tablename__ = "join_failure"
    __table_args__ = (
        Index("join_failure_session", "province", "session"),
        Index("join_failure_file", "province", "source_file"),
    )
    province: str = text(key=True)
    month: str = text(key=True)
    source_file: int = whole(key=True)
    position: int = whole(key=True)
    session: str = text()
    site: str = text()
    at: str = text()
    cause: str = text()
    record: int = whole()


class SessionStale(SQLModel, table=True):
    """A session whose evidence has changed since its row of ``session_use`` was made."""

    __tablename__ = "session_stale"
    __table_args__ = ({"sqlite_with_rowid": False},)
    province: str = text(key=True)
    session: str = text(key=True)


class SessionUse(SQLModel, table=True):
    """What a session came to, made of its stays and its announcement: it only saves work and can be
    emptied at any time. ``basis`` is the digest of the announcement it was made with.

    ``held`` is 1 where two sites or more were connected at once; ``seconds`` is for how long,
    ``site_seconds`` the time of all its sites in it, ``sites`` how many took part, ``peak`` how many at
    once. Of the ``invited`` sites ``came`` took part; of the ``expected`` that took part ``in_time`` were
    connected in time. ``rejoins`` counts the times that a site came back after a gap, ``failures`` what
    did not connect. ``spans`` and ``by_site`` are JSON (indicators/sessionuse.py)."""

    __tablename__ = "session_use"
    __table_args__ = (Index("session_use_day", "province", "day"),)
    province: str = text(key=True)
    session: str = text(key=True)
    day: str = text()
    kind: str = text()
    basis: str = text()
    held: int = whole()
    seconds: int = whole()
    site_seconds: int = whole()
    sites: int = whole()
    peak: int = whole()
    invited: int = whole()
    came: int = whole()
    expected: int = whole()
    in_time: int = whole()
    rejoins: int = whole()
    failures: int = whole()
    spans: str = text()
    by_site: str = text()


class SiteUse(SQLModel, table=True):
    """The sessions of one kind that a site had in a local month: the sums of ``session_use.by_site``."""

    __tablename__ = "site_use"
    __table_args__ = ({"sqlite_with_rowid": False},)
    province: str = text(key=True)
    month: str = text(key=True)
    site: str = text(key=True)
    kind: str = text(key=True)
    sessions: int = whole()
    seconds: int = whole()
    invited: int = whole()
    came: int = whole()
    expected: int = whole()
    in_time: int = whole()
    rejoins: int = whole()
    failures: int = whole()


class ConferenceDay(SQLModel, table=True):
    """How much was on at once on a local day: the most sessions and the most sites, and since when."""

    __tablename__ = "conference_day"
    __table_args__ = ({"sqlite_with_rowid": False},)
    province: str = text(key=True)
    day: str = text(key=True)
    sessions: int = whole()
    sessions_at: str = text()
    sites: int = whole()
    sites_at: str = text()


class Coverage(SQLModel, table=True):
    """For which days (local time) a source has lines: a day without a row is unknown, not
    inactive. ``first_at`` and ``last_at`` are to the minute; ``lost`` is how many messages the
    logging system itself says that it dropped. Bit n of ``half_hours`` is set where a line stands in
    the n-th half hour of the day, so that gaps within a day show; 0 where a source does not tell.
    ``others`` of the lines are of programs that the reader does not claim; ``inferred`` of them carry
    no year, it was inferred."""

    province: str = text(key=True)
    source: str = text(key=True)
    day: str = text(key=True)
    first_at: str = text()
    last_at: str = text()
    lines: int = whole()
    lost: int = whole()
    half_hours: int = whole()
    others: int = whole()
    inferred: int = whole()


class MailTraffic(SQLModel, table=True):
    """What a mail server did on a local day as its log tells: ``what`` is submitted, accepted,
    delivered, relayed, …, the numbers of the server as a whole; no addresses."""

    __tablename__ = "mail_traffic"
    province: str = text(key=True)
    source: str = text(key=True)
    day: str = text(key=True)
    what: str = text(key=True)
    times: int = whole()


class Unmatched(SQLModel, table=True):
    """An address or a name in the evidence that nothing declared answers to, or several things.

    ``sort`` is address, closed (an account after its end), failed (logins that failed, all unknown
    addresses together), site or session; ``candidates`` (JSON list) are the keys between which
    the name does not decide."""

    province: str = text(key=True)
    source: str = text(key=True)
    sort: str = text(key=True)
    value: str = text(key=True)
    candidates: str = text()
    count: int = whole()
    first_day: str = text()
    last_day: str = text()


class Unreadable(SQLModel, table=True):
    """Lines that a reader could not read, counted by reason, with one redacted sample kept and
    the place where it stood."""

    province: str = text(key=True)
    source: str = text(key=True)
    reason: str = text(key=True)
    count: int = whole()
    sample: str = text()
    source_file: int = whole()
    position: int = whole()


class EvidenceGap(SQLModel, table=True):
    """A file that was cut or overwritten before its last lines were certainly read: from
    ``position`` of ``source_file`` on, lines may be missing."""

    __tablename__ = "evidence_gap"
    province: str = text(key=True)
    source_file: int = whole(key=True)
    reason: str = text(key=True)
    source: str = text()
    path: str = text()
    position: int = whole()
    noted_at: str = text()
