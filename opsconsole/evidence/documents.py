"""Taking in files that are one whole: tables in UTF-16, XML, JSON, reports of meetings.

A document is read when it is complete and was not touched for a minute, once by content: the same
bytes under another name are the same document. A report of a meeting that was saved again later and
tells more stands in place of the earlier one, whichever of the two is read first.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from opsconsole.catalogue import _
from opsconsole.evidence import counting, files
from opsconsole.evidence.meetings import Record, stale
from opsconsole.evidence.reader import DocumentReader, Event, Origin, Unfit, Unreadable
from opsconsole.evidence.redact import redact
from opsconsole.evidence.taking import FILE_COLUMNS, QUIET, Intake, Run
from opsconsole.settings import Source
from opsconsole.store import clock
from opsconsole.store.database import Reader, Writer
from opsconsole.text import safe

MAX_DOCUMENT = 64 << 20  # bytes; a report of a day with 250 sites has less than one hundredth of it
SEEN = 8  # stamps kept of the copies of one document


@dataclass
class _Document:
    """A document that was read: a row of ``source_file``."""

    id: int
    path: str
    seen: list[str]
    digest: bytes
    stands: bool = True  # no: later versions stand in place of all that it tells


class KnownDocuments:
    """The documents of one source that were read before, by content and by stamp."""

    def __init__(self, source: str) -> None:
        self._source = source
        self.by_digest: dict[bytes, _Document] = {}
        self._by_stamp: dict[str, _Document] = {}

    def load(self, reader: Reader) -> None:
        """Take in all rows of the source."""
        self.clear()
        for id_, path, seen, head, state in reader.rows(
            "SELECT id, path, seen, head, state FROM source_file "
            "WHERE province = :province AND source = :source",
            {"source": self._source},
        ):
            stamps = [one for one in seen.split("\n") if one]
            self.put(_Document(id_, path, stamps, bytes(head), stands=state != "{}"))

    def put(self, document: _Document) -> None:
        """Remember *document*."""
        self.by_digest[document.digest] = document
        self._by_stamp.update(dict.fromkeys(document.seen, document))

    def seen(self, stamp: str) -> _Document | None:
        """The document of which *stamp* was seen."""
        return self._by_stamp.get(stamp)

    def clear(self) -> None:
        """Forget all."""
        self.by_digest.clear()
        self._by_stamp.clear()


class DocumentIntake(Intake):
    """The documents of one source in one run; the counterpart of SourceIntake."""

    def __init__(self, run: Run, source: Source, reader: DocumentReader) -> None:
        super().__init__(run, source)
        self.reader = reader
        self.known = KnownDocuments(source.name)

    def load(self, reader: Reader) -> None:
        """Take in what is known of the documents that were read before."""
        self.known.load(reader)

    def forget(self) -> None:
        """Know none of them any more."""
        self.known.clear()

    def known_by(self, stamp: str) -> bytes | None:
        """The digest of the document of which *stamp* was seen."""
        known = self.known.seen(stamp)
        return known.digest if known else None

    def left_closed(self, path: Path, stamp: str) -> None:
        """A document that is known says nothing more."""

    def end(self) -> None:
        """Nothing shows of a document when others are through."""

    def known_as(self, stream: files.Stream) -> bytes:
        """The digest of *stream*; nothing has that of what is too large to be read."""
        return _digest(stream.read(0, stream.size)) if stream.size <= MAX_DOCUMENT else b""

    def missing(self) -> list[str]:
        """Paths of the documents known of which no copy is there."""
        here = self.here()
        known_all = self.known.by_digest.items()
        return [one.path for digest, one in known_all if one.stands and digest not in here]

    def take(self, stream: files.Stream) -> None:
        """Read *stream*, if it is complete and new."""
        if stream.size > MAX_DOCUMENT:
            self.problem(
                stream.path,
                _("has {size} bytes, a report has at most {most}; it is not read").format(
                    size=stream.size, most=MAX_DOCUMENT
                ),
            )
            return
        quiet = stream.packing or clock.now() - stream.modified >= QUIET
        data = stream.read(0, stream.size)
        if not data.strip(b"\0\r\n\t ") or not quiet:
            self.result.waiting += 1
            return
        self._read(stream, data)

    def _read(self, stream: files.Stream, data: bytes) -> None:
        digest = _digest(data)
        known = self.known.by_digest.get(digest)
        if known is None:
            counts = counting.Counts(
                self.run.directory, whole=True, ahead=dt.timedelta(seconds=self.source.ahead)
            )
            counts.meetings.beside = self._beside
            try:
                events = self._events(stream, data)
            except Exception as error:
                why = f"{type(error).__name__}: {error}"[:200]
                self.problem(
                    stream.path,
                    _("the reader '{reader}' failed over it ({why}); it is tried again each time").format(
                        reader=self.reader.name, why=safe(why)
                    ),
                )
                return
            counts.add(events)
            counts.meetings.settle()
            known = self._write(stream, data, digest, counts)
        if known is not None:
            self._note(known, stream)

    def _beside(self, number: str, begin: str, end: str) -> str:
        """The session of the one meeting in the room *number* between these instants that has one."""
        with self.run.read() as reader:
            found = reader.rows(
                "SELECT DISTINCT session FROM meeting_record WHERE province = :province "
                "AND source = :source AND number = :number AND session <> '' AND superseded_by = 0 "
                "AND month >= :first AND month <= :last AND first_at <= :end AND last_at >= :begin",
                {
                    "source": self.source.name,
                    "number": number,
                    "begin": begin,
                    "end": end,
                    "first": self.month_of(begin),
                    "last": self.month_of(end),
                },
            )
        return found[0][0] if len(found) == 1 else ""

    def month_of(self, text: str) -> str:
        """The local month of an instant."""
        return f"{self.run.directory.local(clock.instant(text)):%Y-%m}"

    def _events(self, stream: files.Stream, data: bytes) -> list[Event]:
        origin = Origin(
            path=str(stream.path),
            reference=stream.reference(),
            timezone=self.run.timezone,
            zone=self.source.zone,
            options=self.source.options,
        )
        try:
            return list(self.reader.read(data, origin))
        except Unfit as error:
            self.problem(stream.path, _(str(error)))
            return [Unreadable(str(error), redact(error.sample), error.position)]

    def _write(
        self, stream: files.Stream, data: bytes, digest: bytes, counts: counting.Counts
    ) -> _Document | None:
        """Add the document; the known one where somebody else has read it meanwhile."""
        source, now = self.source.name, clock.instant_text(clock.now())
        with self.run.write() as writer:
            row = writer.row(
                "SELECT id, path, seen FROM source_file "
                "WHERE province = :province AND source = :source AND head = :head",
                {"source": source, "head": digest},
            )
            if row:
                known = _Document(row[0], row[1], [one for one in row[2].split("\n") if one], digest)
                self.known.put(known)
                return known
            last = writer.value("SELECT max(id) FROM source_file WHERE province = :province")
            known = _Document((last or 0) + 1, str(stream.path), [stream.stamp], digest)
            lines = sum(day[0] for day in counts.given["days"].values())
            beaten = _versions(writer, source, known.id, counts.meetings.records)
            state = json.dumps(counts.given, ensure_ascii=False, separators=(",", ":"))
            row = (known.id, source, known.path, stream.stamp, digest, b"", len(data), lines, counts.events)
            writer.insert("source_file", FILE_COLUMNS, [(writer.province, *row, state, now)])
            counts.write(writer, source, known.id, beaten)
            if counts.meetings.records and len(beaten) == len(counts.meetings.records):
                # An older copy of what is known already: nothing of it is counted.
                counting.take_out(writer, source, counts.given)
                writer.execute(
                    "UPDATE source_file SET state = '{}' WHERE province = :province AND id = :id",
                    {"id": known.id},
                )
        self.known.put(known)
        self.result.read += 1
        self.told(counts, len(data), lines)
        return known

    def _note(self, known: _Document, stream: files.Stream) -> None:
        """Remember the stamp, so that the next run need not open the file."""
        if stream.stamp in known.seen:
            return
        known.seen = [*known.seen, stream.stamp][-SEEN:]
        known.path = str(stream.path)
        with self.run.write() as writer:
            writer.execute(
                "UPDATE source_file SET seen = :seen, path = :path "
                "WHERE province = :province AND source = :source AND id = :id",
                {
                    "seen": "\n".join(known.seen),
                    "path": known.path,
                    "source": self.source.name,
                    "id": known.id,
                },
            )
        self.known.put(known)


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=24).digest()


def _versions(writer: Writer, source: str, file: int, records: list[Record]) -> dict[int, int]:
    """Which of *records* are an earlier version of a meeting that is known (position → the file that
    stands); known versions that are earlier than one of *records* are taken back.

    The later version is the one that covers the other: it begins no later, ends no earlier and lists
    no fewer participants. Reports that do not cover each other (a site that came back an hour later
    makes a second one) both stand.
    """
    beaten: dict[int, int] = {}
    for record in records:
        for other, position, begin, end, participants in _standing(writer, source, record.meeting):
            if other == file:
                continue
            covers = begin >= record.begin and end <= record.end and participants <= record.participants
            covered = begin <= record.begin and end >= record.end and participants >= record.participants
            if covered:
                beaten[record.position] = other
                break
            if covers:
                _take_back(writer, source, other, position, file)
    return beaten


def _standing(writer: Reader, source: str, meeting: str) -> list[tuple[int, int, str, str, int]]:
    """(file, position, begin, end, participants) of the versions of *meeting* that stand."""
    return [
        (other, position, first, last, participants)
        for other, position, first, last, participants in writer.rows(
            "SELECT source_file, position, first_at, last_at, participants FROM meeting_record "
            "WHERE province = :province AND source = :source AND meeting = :meeting AND superseded_by = 0",
            {"source": source, "meeting": meeting},
        )
    ]


def _take_back(writer: Writer, source: str, file: int, position: int, later: int) -> None:
    """Take the stays of a meeting out, since the file *later* has them; all of *file* where no meeting
    of it stands any more."""
    values = {"file": file, "position": position}
    session = writer.value(
        "SELECT session FROM meeting_record "
        "WHERE province = :province AND source_file = :file AND position = :position",
        values,
    )
    stale(writer, [session] if session else [])
    for table in ("attendance", "join_failure"):
        writer.execute(
            f"DELETE FROM {table} WHERE province = :province "  # noqa: S608 - constant names
            "AND source_file = :file AND record = :position",
            values,
        )
    writer.execute(
        "UPDATE meeting_record SET superseded_by = :later "
        "WHERE province = :province AND source_file = :file AND position = :position",
        {**values, "later": later},
    )
    if writer.row(
        "SELECT 1 FROM meeting_record WHERE province = :province AND source_file = :file "
        "AND superseded_by = 0",
        {"file": file},
    ):
        return
    state = writer.value(
        "SELECT state FROM source_file WHERE province = :province AND id = :file", {"file": file}
    )
    counting.take_out(writer, source, json.loads(state or "{}"))
    writer.execute(
        "UPDATE source_file SET state = '{}' WHERE province = :province AND id = :file", {"file": file}
    )
