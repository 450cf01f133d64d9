"""The tables for what happened and for what is derived; the declared kinds make their own.

Text compares by code point on both engines (collation "C" on PostgreSQL). A day is ISO text, an
instant UTC text (``store.clock``), a month ``YYYY-MM``. The province leads every key, so that one
database can hold several and a distributed one can be split by it. Tables are read and written
by SQL through ``store.database``; these classes are the schema that migrations are held against.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Double, Index, LargeBinary, Table, Text
from sqlalchemy import text as sql_text
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel

# The four types of the store. On SQLite the tables are STRICT, which knows these names only.
TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
WHOLE = BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
REAL: Double[float] = Double().with_variant(sqlite.REAL(), "sqlite")
BYTES = LargeBinary()


def strict(table: Table) -> Table:
    """*table*, refusing values of another type on SQLite too, as PostgreSQL always does."""
    table.dialect_options["sqlite"]["strict"] = True
    return table


def text(*, key: bool = False) -> str:
    """A text column; *key* makes it part of the primary key."""
    return Field(sa_column=Column(TEXT, primary_key=key, nullable=False))  # type: ignore[no-any-return]


def optional_text() -> str | None:
    """A text column that may be empty."""
    return Field(default=None, sa_column=Column(TEXT, nullable=True))  # type: ignore[no-any-return]


def whole(*, key: bool = False) -> int:
    """A 64-bit whole number; *key* makes it part of the primary key."""
    return Field(sa_column=Column(WHOLE, primary_key=key, nullable=False, autoincrement=False))  # type: ignore[no-any-return]


def optional_whole() -> int | None:
    """A 64-bit whole number that may be empty."""
    return Field(default=None, sa_column=Column(WHOLE, nullable=True))  # type: ignore[no-any-return]


def real() -> float:
    """A floating number."""
    return Field(sa_column=Column(REAL, nullable=False))  # type: ignore[no-any-return]


def optional_real() -> float | None:
    """A floating number that may be empty."""
    return Field(default=None, sa_column=Column(REAL, nullable=True))  # type: ignore[no-any-return]


def binary() -> bytes:
    """Bytes."""
    return Field(sa_column=Column(BYTES, nullable=False))  # type: ignore[no-any-return]


# --- the register's own state and its history ------------------------------------------------


class Register(SQLModel, table=True):
    """One row a province: the revision it is at and the head of its chain of changes. ``id`` is
    chance: it tells the anchors of this register from those of another database."""

    province: str = text(key=True)
    id: str = text()
    revision: int = whole()
    sequence: int = whole()
    head: str = text()


class Revision(SQLModel, table=True):
    """One applied plan (or another statement about the register): who, when, why, from what."""

    province: str = text(key=True)
    number: int = whole(key=True)
    at: str = text()
    effective: str = text()
    actor: str = text()
    reason: str = text()
    plan: str = text()
    first_sequence: int = whole()
    last_sequence: int = whole()
    previous: str = text()
    hash: str = text()


class Change(SQLModel, table=True):
    """One change of one thing, before and after as canonical JSON: a link of the hash chain."""

    __table_args__ = (
        Index("change_key", "province", "kind", "key", "sequence"),
        CheckConstraint(
            "action IN ('create','update','transfer','end','revive','protect','unprotect')",
            name="change_action",
        ),
    )
    province: str = text(key=True)
    sequence: int = whole(key=True)
    revision: int = whole()
    effective: str = text()
    kind: str = text()
    key: str = text()
    action: str = text()
    unit_id: str | None = optional_text()
    before: str | None = optional_text()
    after: str | None = optional_text()
    file: str = text()
    line: int = whole()
    hash: str = text()


class AccessLog(SQLModel, table=True):
    """Who asked for a list of people or for the use of one person, when, for what, and whether it was
    given. A chain of its own: the hash of each covers its fields and the hash before it."""

    __tablename__ = "access_log"
    province: str = text(key=True)
    sequence: int = whole(key=True)
    at: str = text()
    actor: str = text()
    what: str = text()
    detail: str = text()
    given: int = whole()
    hash: str = text()


class AccessHead(SQLModel, table=True):
    """Where the chain of ``access_log`` ends (number and hash of its last entry), and the number and hash of
    the last entry that was purged, behind which it begins."""

    __tablename__ = "access_head"
    province: str = text(key=True)
    sequence: int = whole()
    hash: str = text()
    purged: int = whole()
    purged_hash: str = text()


class DeclaredFile(SQLModel, table=True):
    """A YAML file as it was last applied: what makes 'nothing changed' cost one stat."""

    __tablename__ = "declared_file"
    province: str = text(key=True)
    path: str = text(key=True)
    kind: str = text()
    size: int = whole()
    modified: int = whole()
    hash: str = text()
    revision: int = whole()


class Protection(SQLModel, table=True):
    """A thing that no plan may end or move while this row stands."""

    province: str = text(key=True)
    kind: str = text(key=True)
    key: str = text(key=True)
    reason: str = text()
    at: str = text()
    actor: str = text()


# --- units, derived from the declared units and reorganisations ------------------------------


class UnitEra(SQLModel, table=True):
    """A unit with one code from one day on: ``id`` is ``code@start``. Half-open [start, end).
    ``restores`` is the era that stands again in this one after a reorganisation was taken back."""

    __tablename__ = "unit_era"
    __table_args__ = (Index("unit_era_code", "province", "code", "valid_from"),)
    province: str = text(key=True)
    id: str = text(key=True)
    code: str = text()
    valid_from: str = text()
    valid_to: str | None = optional_text()
    name: str = text()
    type: str = text()
    level: str = text()
    parent: str | None = optional_text()
    begun_by: str | None = optional_text()
    ended_by: str | None = optional_text()
    restores: str | None = optional_text()
    fold: str = text()
    sort_key: str = text()


class UnitLink(SQLModel, table=True):
    """What became of a unit on a day: from one era to another. ``follows`` is 1 on the link that
    its assets, mailboxes and sites take."""

    __tablename__ = "unit_link"
    province: str = text(key=True)
    from_id: str = text(key=True)
    to_id: str = text(key=True)
    at: str = text()
    share: str = text()
    follows: int = whole()
    change: str = text()
    reorganisation: str = text()


class UnitHolder(SQLModel, table=True):
    """Who holds what was declared in a unit, in each stretch of time: the table by which every
    list and total is asked for as of a date. ``valid_from`` '' is the beginning of time."""

    __tablename__ = "unit_holder"
    __table_args__ = (
        Index("unit_holder_holder", "province", "holder_id"),
        CheckConstraint("valid_from < valid_to", name="unit_holder_span"),
        {"sqlite_with_rowid": False},
    )
    province: str = text(key=True)
    unit_id: str = text(key=True)
    valid_from: str = text(key=True)
    valid_to: str = text()
    holder_id: str = text()


# --- evidence --------------------------------------------------------------------------------


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


# --- indicators --------------------------------------------------------------------------------


class Observation(SQLModel, table=True):
    """A measured value: never overwritten, superseded by a later ``sequence`` of the same key.

    ``unit_id`` is '' for the whole province. ``inputs`` (JSON) says from which revision, evidence
    files and positions it was measured; ``current`` is 1 on the newest of its key."""

    __table_args__ = (
        Index("observation_current", "province", "current", "indicator", "period"),
        CheckConstraint("current IN (0, 1)", name="observation_is_current"),
    )
    province: str = text(key=True)
    indicator: str = text(key=True)
    unit_id: str = text(key=True)
    level: str = text(key=True)
    period: str = text(key=True)
    sequence: int = whole(key=True)
    version: int = whole()
    rule: str = text()
    numerator: float = real()
    denominator: float | None = optional_real()
    value: float | None = optional_real()
    low: float | None = optional_real()
    high: float | None = optional_real()
    inputs: str = text()
    cut_off: str = text()
    measured_at: str = text()
    reason: str = text()
    current: int = whole()


class FrozenObservation(SQLModel, table=True):
    """A figure as an issued report quotes it: only ever added. ``quoted_by`` names the report.

    ``sequence`` is that of the observation it was (0: it was computed on demand, and stands here
    alone), ``files_sequence`` that of the observation of the province that names the evidence files.
    ``as_of`` and ``units_as_of`` are days ('' where none was named), ``below`` takes in the units
    below. ``last_day`` and ``over`` are the last day as of which the register was asked, and the
    last from which evidence counted."""

    __tablename__ = "frozen_observation"
    __table_args__ = (CheckConstraint("below IN (0, 1)", name="frozen_observation_is_below"),)
    province: str = text(key=True)
    quoted_by: str = text(key=True)
    indicator: str = text(key=True)
    unit_id: str = text(key=True)
    level: str = text(key=True)
    period: str = text(key=True)
    as_of: str = text(key=True)
    units_as_of: str = text(key=True)
    below: int = whole(key=True)
    sequence: int = whole()
    files_sequence: int = whole()
    last_day: str = text()
    over: str = text()
    version: int = whole()
    rule: str = text()
    numerator: float = real()
    denominator: float | None = optional_real()
    value: float | None = optional_real()
    low: float | None = optional_real()
    high: float | None = optional_real()
    inputs: str = text()
    frozen_at: str = text()


class MailKept(SQLModel, table=True):
    """A number for each mailbox over the months that are over, so that a new day does not read them
    again. It only saves work; ``basis`` says from what it was made, ``content`` has a line (number in
    base 16, account) for each mailbox."""

    __tablename__ = "mail_kept"
    province: str = text(key=True)
    what: str = text(key=True)
    basis: str = text()
    content: str = text()


class MeasuredFrom(SQLModel, table=True):
    """From what an indicator was last measured in a period, in short. It only saves work: as long as
    ``basis`` is what it would be now, the values need not be measured again."""

    __tablename__ = "measured_from"
    province: str = text(key=True)
    indicator: str = text(key=True)
    period: str = text(key=True)
    basis: str = text()


# --- reports -------------------------------------------------------------------------------------


class Report(SQLModel, table=True):
    """An issued report; never changed. ``number`` counts in the year of issue. ``register_id``,
    ``revision``, ``sequence`` and ``head`` are what it was made from; ``manifest`` is the digest over
    its files, which the history has as well. A correction names the report that it corrects."""

    __table_args__ = (
        Index("report_outline", "province", "outline", "period"),
        CheckConstraint("number > 0", name="report_number"),
        CheckConstraint("personal IN (0, 1)", name="report_is_personal"),
    )
    province: str = text(key=True)
    year: int = whole(key=True)
    number: int = whole(key=True)
    sign: str = text()
    outline: str = text()
    outline_digest: str = text()
    period: str = text()
    unit_id: str = text()
    language: str = text()
    title: str = text()
    subject: str = text()
    issued_on: str = text()
    issued_at: str = text()
    issued_by: str = text()
    conflicts: str = text()
    conflict_reason: str = text()
    corrects_year: int | None = optional_whole()
    corrects_number: int | None = optional_whole()
    corrects_reason: str = text()
    register_id: str = text()
    revision: int = whole()
    sequence: int = whole()
    head: str = text()
    cut_off: str = text()
    manifest: str = text()
    folder: str = text()
    personal: int = whole()


class ReportFile(SQLModel, table=True):
    """A file of an issued report, by its digest."""

    __tablename__ = "report_file"
    __table_args__ = (Index("report_file_sha256", "province", "sha256"),)
    province: str = text(key=True)
    year: int = whole(key=True)
    number: int = whole(key=True)
    name: str = text(key=True)
    format: str = text()
    size: int = whole()
    sha256: str = text()


class ReportFigure(SQLModel, table=True):
    """A figure that an issued report quotes, with its origin: ``key`` and, of an observation, ``sequence``
    name the row of the register; ``data`` (JSON) is all that the report says of it."""

    __tablename__ = "report_figure"
    __table_args__ = (
        Index("report_figure_key", "province", "key"),
        CheckConstraint("sort IN ('observed','reported','target')", name="report_figure_sort"),
    )
    province: str = text(key=True)
    year: int = whole(key=True)
    number: int = whole(key=True)
    place: int = whole(key=True)
    name: str = text()
    sort: str = text()
    key: str = text()
    value: float | None = optional_real()
    sequence: int = whole()
    data: str = text()


class ReportTable(SQLModel, table=True):
    """A table of an issued report: how many rows it had, and the digest over them."""

    __tablename__ = "report_table"
    province: str = text(key=True)
    year: int = whole(key=True)
    number: int = whole(key=True)
    place: int = whole(key=True)
    name: str = text()
    title: str = text()
    rows: int = whole()
    sha256: str = text()


# --- jobs ----------------------------------------------------------------------------------------


class JobRun(SQLModel, table=True):
    """A run of a job for a slot of time: the row is claimed, and its effect and 'ok' commit in one
    transaction guarded by owner and attempt (the fence).

    ``kind`` is 'scheduled', or 'asked' where a person started it. ``due_at`` is the instant from
    which it may be claimed, NULL when it is not to run again; ``failures`` counts towards the
    bound on retries, ``attempt`` every claim. ``counts`` is JSON; ``log`` has a line (instant, what,
    text, with tabs between) for everything that happened to the run."""

    __tablename__ = "job_run"
    __table_args__ = (
        Index("job_run_due", "province", "state", "due_at"),
        Index("job_run_slot", "province", "slot"),
        CheckConstraint(
            "state IN ('due','running','ok','failed','interrupted','skipped')", name="job_run_state"
        ),
        CheckConstraint("kind IN ('scheduled','asked')", name="job_run_kind"),
    )
    province: str = text(key=True)
    job: str = text(key=True)
    slot: str = text(key=True)
    slot_end: str = text()
    kind: str = text()
    state: str = text()
    due_at: str | None = optional_text()
    attempt: int = whole()
    failures: int = whole()
    owner: str | None = optional_text()
    heartbeat_at: str | None = optional_text()
    started_at: str | None = optional_text()
    finished_at: str | None = optional_text()
    counts: str = text()
    error: str | None = optional_text()
    log: str | None = optional_text()


class HostMetric(SQLModel, table=True):
    """How one machine was at one instant; percentages 0 to 100, sizes in bytes.

    ``network_sent`` and ``network_received`` are the bytes since the row before, NULL in the first;
    the counters are the machine's own, since it was started."""

    __tablename__ = "host_metric"
    province: str = text(key=True)
    host: str = text(key=True)
    at: str = text(key=True)
    cpu_percent: float = real()
    load_1m: float = real()
    memory_percent: float = real()
    memory_total: int = whole()
    disk_percent: float = real()
    disk_free: int = whole()
    network_sent: int | None = optional_whole()
    network_received: int | None = optional_whole()
    sent_counter: int | None = optional_whole()
    received_counter: int | None = optional_whole()


class HostMetricSpan(SQLModel, table=True):
    """The rows of ``host_metric`` of an hour or of a local day, once they were thinned out: means,
    extremes, and the bytes that went over the network. ``at`` is the instant at which it begins."""

    __tablename__ = "host_metric_span"
    __table_args__ = (CheckConstraint("span IN ('hour','day')", name="host_metric_span_length"),)
    province: str = text(key=True)
    host: str = text(key=True)
    span: str = text(key=True)
    at: str = text(key=True)
    samples: int = whole()
    cpu_mean: float = real()
    cpu_most: float = real()
    load_mean: float = real()
    load_most: float = real()
    memory_mean: float = real()
    memory_most: float = real()
    disk_most: float = real()
    disk_free_least: int = whole()
    network_sent: int = whole()
    network_received: int = whole()


class ProbeResult(SQLModel, table=True):
    """One attempt to connect to a declared endpoint: ``milliseconds`` until it answered, or why it
    did not."""

    __tablename__ = "probe_result"
    __table_args__ = (
        Index("probe_result_at", "province", "at"),
        CheckConstraint(
            "state IN ('open','refused','timeout','unreachable','unresolved')", name="probe_result_state"
        ),
    )
    province: str = text(key=True)
    name: str = text(key=True)
    at: str = text(key=True)
    endpoint: str = text()
    state: str = text()
    milliseconds: float | None = optional_real()
    error: str | None = optional_text()


class Alert(SQLModel, table=True):
    """Something that people are told of, from when it was found until it was over (``closed_at``).
    Of one event about one subject no two are open at once. ``detail`` is for people."""

    __table_args__ = (
        Index(
            "alert_open",
            "province",
            "event",
            "subject",
            unique=True,
            sqlite_where=sql_text("closed_at IS NULL"),
            postgresql_where=sql_text("closed_at IS NULL"),
        ),
        Index("alert_opened", "province", "opened_at"),
    )
    province: str = text(key=True)
    id: int = whole(key=True)
    event: str = text()
    subject: str = text()
    detail: str = text()
    opened_at: str = text()
    closed_at: str | None = optional_text()


class AlertMessage(SQLModel, table=True):
    """That an alert was raised, or is over, as it is to be told on one channel: put down in the
    transaction of the event, sent by the job ``alerts``. Rows with one ``batch`` are one message, which
    is named by it each time it is tried; '' is not bundled yet."""

    __tablename__ = "alert_message"
    __table_args__ = (
        Index("alert_message_due", "province", "state", "due_at"),
        CheckConstraint("what IN ('raised','over')", name="alert_message_what"),
        CheckConstraint("state IN ('queued','sent','failed')", name="alert_message_state"),
    )
    province: str = text(key=True)
    alert: int = whole(key=True)
    what: str = text(key=True)
    channel: str = text(key=True)
    state: str = text()
    batch: str = text()
    queued_at: str = text()
    due_at: str = text()
    attempts: int = whole()
    sent_at: str | None = optional_text()
    error: str | None = optional_text()


# --- sessions while they are run -----------------------------------------------------------------


class ConferenceMark(SQLModel, table=True):
    """One word of an operator about a session or a site of it; only ever added to.

    ``at`` is the instant when it was written, ``about`` the one that it is about. A mark whose
    ``corrects`` is another's number takes its place (sort 'retract': takes it back); both stay.
    ``site`` is '' for what concerns the whole session; ``origin`` says from where the word comes."""

    __tablename__ = "conference_mark"
    __table_args__ = (
        CheckConstraint(
            "sort IN ('state','note','handover','takeover','begun','ended','retract')",
            name="conference_mark_sort",
        ),
        CheckConstraint(
            "state IN ('','expected','invited','connected','late','lost','absent','excused')",
            name="conference_mark_state",
        ),
        CheckConstraint(
            "(sort = 'state') = (state <> '') AND (sort <> 'state' OR site <> '')", name="conference_mark_of"
        ),
        CheckConstraint("origin IN ('person','server')", name="conference_mark_origin"),
        CheckConstraint("(sort <> 'retract' OR corrects IS NOT NULL)", name="conference_mark_retract"),
    )
    province: str = text(key=True)
    session: str = text(key=True)
    number: int = whole(key=True)
    at: str = text()
    about: str = text()
    actor: str = text()
    sort: str = text()
    site: str = text()
    state: str = text()
    said: str = text()
    corrects: int | None = optional_whole()
    origin: str = text()


class RollStay(SQLModel, table=True):
    """What the marks of a roll call say of a site's presence: derived from ``conference_mark`` with each
    mark. A server's record of the same site and session goes before it."""

    __tablename__ = "roll_stay"
    __table_args__ = (Index("roll_stay_month", "province", "month"),)
    province: str = text(key=True)
    session: str = text(key=True)
    site: str = text(key=True)
    joined_at: str = text(key=True)
    left_at: str = text()
    month: str = text()


class PreflightResult(SQLModel, table=True):
    """How one site answered before a session (or in between: ``session`` is ''). ``run`` is the instant
    at which all its sites were begun with; ``checks`` is a JSON list of what was tried."""

    __tablename__ = "preflight_result"
    __table_args__ = (
        Index("preflight_result_site", "province", "site", "run"),
        Index("preflight_result_session", "province", "session", "run"),
        CheckConstraint("state IN ('pass','slow','fail')", name="preflight_result_state"),
    )
    province: str = text(key=True)
    run: str = text(key=True)
    site: str = text(key=True)
    session: str = text()
    state: str = text()
    cause: str = text()
    milliseconds: float | None = optional_real()
    checks: str = text()
    actor: str = text()


for _table in SQLModel.metadata.tables.values():
    strict(_table)
