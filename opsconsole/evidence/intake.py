"""Taking in the files of one source: what is new in each, counted and written piece by piece.

A piece is read and counted without holding anything; then one write transaction looks the file up
again, adds the counts and moves the offset. If somebody else moved it meanwhile, the piece is dropped
and read anew from there.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from opsconsole.catalogue import _
from opsconsole.evidence import counting, files
from opsconsole.evidence.identity import NEW, Known, KnownFiles, Match
from opsconsole.evidence.reader import MAX_LINE, Event, Origin, Parser, Unreadable
from opsconsole.evidence.reader import Reader as LineReader
from opsconsole.evidence.redact import redact
from opsconsole.evidence.taking import FILE_COLUMNS, QUIET, Intake, Run
from opsconsole.settings import Source
from opsconsole.store import clock
from opsconsole.store.database import Reader, Writer

PIECE = 2 << 20  # bytes read and counted at once: what the caches of a processor hold
PIECES = 128  # of these, at most so many in one transaction: see benchmarks/bench_mail.py


@dataclass(frozen=True)
class _Piece:
    """Whole lines of a file, counted: the *lines* up to *position* with the *state* behind them."""

    counts: counting.Counts
    position: int
    lines: int
    state: str
    last: bool


class SourceIntake(Intake):
    """The files of one source in one run."""

    def __init__(self, run: Run, source: Source, reader: LineReader) -> None:
        super().__init__(run, source)
        self.reader = reader
        self.known = KnownFiles(source.name)
        self._here: set[int] = set()  # files known of which a copy was found in this run
        self._cut: list[tuple[Known, Path]] = []
        self._renamed: dict[int, list[str]] = {}  # names of files that were not opened, by id

    def load(self, reader: Reader) -> None:
        """Take in what is known of the files that were read before."""
        self.known.load(reader)

    def forget(self) -> None:
        """Know none of them any more."""
        self.known.clear()

    def known_by(self, stamp: str) -> int | None:
        """The id of the file that was read to its end with this *stamp*."""
        seen = self.known.seen(stamp)
        return seen.id if seen else None

    def left_closed(self, path: Path, stamp: str) -> None:
        """Note that a copy of a known file is at *path*."""
        if seen := self.known.seen(stamp):
            self._here.add(seen.id)
            self._renamed.setdefault(seen.id, []).append(str(path))

    def known_as(self, stream: files.Stream) -> int:
        """The id of the file that *stream* is; 0 for a new one."""
        return self.known.match(stream).known.id

    def missing(self) -> list[str]:
        """Paths of the files known of which no whole copy is there."""
        here = self.here()
        return [known.path for known in self.known.all() if known.id not in here]

    def take(self, stream: files.Stream) -> None:
        """Read what is new in *stream*."""
        match = self.known.match(stream)
        self._note_replaced(stream, match)
        self._read(stream, match)

    def end(self) -> None:
        """Note what was cut and what has another name."""
        self._note_cuts()
        self._note_renamed()

    # --- reading one file ------------------------------------------------------------------

    def _read(self, stream: files.Stream, match: Match) -> None:
        """Read *stream* from where it was left to its last whole line."""
        parser: Parser | None = None
        new = False
        while True:
            known = match.known
            if match.shorter:
                self._here.add(match.shorter.id)
                self.problem(
                    stream.path,
                    _(
                        "holds {here} of the {read} bytes that were read of {path}; it is taken for a copy"
                    ).format(here=stream.size, read=match.shorter.position, path=match.shorter.path),
                )
                return
            if parser is None:
                parser = self._begin(stream, known)
            piece = self._piece(stream, parser, known)
            if piece is None:
                if known.id:
                    self._here.add(known.id)
                    self._finish(stream, known)
                break
            written = self._write(stream, match, piece)
            if written is None:  # somebody else was faster: look again what is known
                match, parser = self.known.match(stream), None
                continue
            new = True
            self._here.add(written.id)
            match = Match(written)
            self.run.check()
            if piece.last:
                break
        self.result.read += new
        end = stream.size - match.known.position
        self.result.waiting += end > 0

    def _begin(self, stream: files.Stream, known: Known) -> Parser:
        return self.reader.begin(
            Origin(
                path=str(stream.path),
                reference=stream.reference(),
                timezone=self.run.timezone,
                state=json.loads(known.state) if known.state else None,
                outline=stream.outline,
                zone=self.source.zone,
                options=self.source.options,
            )
        )

    def _piece(self, stream: files.Stream, parser: Parser, known: Known) -> _Piece | None:
        """The next whole lines behind *known*, read and counted; None where there are none."""
        counts = counting.Counts(self.run.directory, ahead=dt.timedelta(seconds=self.source.ahead))
        position, lines = known.position, 0
        for _number in range(PIECES):
            data, length = self._lines(stream, position)
            if not length:
                break
            if position == known.position and not known.ends_line:
                # A document whose last line had no end was read to its end, and then goes on.
                end = data.find(b"\n") + 1
                gone, data = data[:end], data[end:]
                if gone.strip():
                    why = "a line that went on after it was read"
                    counts.add([Unreadable(why, redact(gone), position)])
                here = _count(parser, data, position + end, counts)
            else:
                here = _count(parser, data, position, counts)
            position += length
            lines += here
            self.run.lines += here
            self._tell(stream, position)
            if self.run.stop():
                break  # what is counted so far is written first
        if position == known.position:
            return None
        state = json.dumps(parser.state(), ensure_ascii=False, separators=(",", ":"))
        return _Piece(counts, position, lines, state, last=position >= stream.size)

    def _tell(self, stream: files.Stream, position: int) -> None:
        share = position / max(stream.size, 1)
        self.run.tell(self.source.name, int(files.size_of(stream.path) * share))

    def _lines(self, stream: files.Stream, position: int) -> tuple[bytes, int]:
        """(whole lines at *position*, how many bytes of the file they are); length 0 to wait for more."""
        data = stream.read(position, PIECE)
        end = data.rfind(b"\n") + 1
        return (data[:end], end) if end else self._one_long_line(stream, position, data)

    def _one_long_line(self, stream: files.Stream, start: int, data: bytes) -> tuple[bytes, int]:
        """What to do without a newline in *data*: (data, length), or (b"", 0) to wait for more."""
        if len(data) == PIECE:  # far too long a line: look for its end, keep nothing of it
            position = start + len(data)
            while block := stream.read(position, PIECE):
                newline = block.find(b"\n")
                if newline >= 0:
                    return data[: MAX_LINE + 1] + b"\n", position + newline + 1 - start
                position += len(block)
            return b"", 0
        if data and self.reader.documents and start + len(data) == stream.size:
            quiet = clock.now() - stream.modified >= QUIET
            if stream.packing or quiet:
                return data + b"\n", len(data)
        return b"", 0

    def _write(self, stream: files.Stream, match: Match, piece: _Piece) -> Known | None:
        """Add *piece* and move the offset; None, and nothing written, if the file is elsewhere by now."""
        known = match.known
        with self.run.write() as writer:
            if known.id:
                fresh = self.known.refresh(writer, known)
                if fresh is None or (fresh.position, fresh.head, fresh.tail) != (
                    known.position,
                    known.head,
                    known.tail,
                ):
                    return None
                known = fresh
            elif self.known.arrived(writer, stream):
                return None
            else:
                last = writer.value("SELECT max(id) FROM source_file WHERE province = :province")
                known = replace(NEW, id=(last or 0) + 1)
            advanced = replace(
                known.advanced(stream, piece.position),
                lines=known.lines + piece.lines,
                events=known.events + piece.counts.events,
                state=piece.state,
                seen="",
            )
            if piece.last:
                advanced = advanced.finished(stream.stamp, changed=True)
            piece.counts.write(writer, self.source.name, advanced.id)
            self._save(writer, advanced)
            if match.parted:
                self._gap(writer, match.parted, stream.path, "parted")
        self.known.put(advanced)
        self.told(piece.counts, piece.position - known.position, piece.lines)
        return advanced

    def _finish(self, stream: files.Stream, known: Known) -> None:
        """Nothing unread: remember the stamp, so that the next run need not open the file."""
        rest = stream.size > known.position
        if known.has_seen(stream.stamp) or (rest and self.reader.documents):
            return  # the last line of a document may count once the file is quiet
        with self.run.write() as writer:
            fresh = self.known.refresh(writer, known)
            if fresh is None or fresh.position != known.position:
                return
            done = replace(fresh, path=str(stream.path)).finished(stream.stamp, changed=False)
            self._save(writer, done)
        self.known.put(done)

    def _save(self, writer: Writer, known: Known) -> None:
        changed = ", ".join(f"{name} = excluded.{name}" for name in FILE_COLUMNS[3:])
        writer.insert(
            "source_file",
            FILE_COLUMNS,
            [
                (
                    writer.province,
                    known.id,
                    self.source.name,
                    known.path,
                    known.seen,
                    known.head,
                    known.tail,
                    known.position,
                    known.lines,
                    known.events,
                    known.state,
                    clock.instant_text(clock.now()),
                )
            ],
            f"ON CONFLICT (province, id) DO UPDATE SET {changed}",
        )

    # --- files that were cut ---------------------------------------------------------------

    def _note_replaced(self, stream: files.Stream, match: Match) -> None:
        """Remember a file that lay in the same place on the disk and holds something else now."""
        for known in self.known.all():
            if known.id == match.known.id or known.path != str(stream.path):
                continue
            if any(files.same_inode(stamp, stream.stamp) for stamp in known.seen.split("\n")):
                self._cut.append((known, stream.path))

    def _note_cuts(self) -> None:
        """Files cut in place of which no copy was found: what came last may never have been read."""
        for known, path in self._cut:
            if known.id not in self._here:
                with self.run.write() as writer:
                    self._gap(writer, known, path, "cut")

    def _note_renamed(self) -> None:
        """The names under which files lie now, for people: they are known by content."""
        moved = {id_: paths[0] for id_, paths in self._renamed.items() if self.known.path(id_) not in paths}
        if not moved:
            return
        with self.run.write() as writer:
            writer.execute_many(
                "UPDATE source_file SET path = :path "
                "WHERE province = :province AND source = :source AND id = :id",
                [{"path": path, "source": self.source.name, "id": id_} for id_, path in moved.items()],
            )

    def _gap(self, writer: Writer, known: Known, path: Path, reason: str) -> None:
        if writer.row(
            "SELECT 1 FROM evidence_gap "
            "WHERE province = :province AND source_file = :file AND reason = :reason",
            {"file": known.id, "reason": reason},
        ):
            return
        writer.insert(
            "evidence_gap",
            ("province", "source_file", "reason", "source", "path", "position", "noted_at"),
            [
                (
                    writer.province,
                    known.id,
                    reason,
                    self.source.name,
                    str(path),
                    known.position,
                    clock.instant_text(clock.now()),
                )
            ],
        )
        self.result.gaps.append(gap_text(reason, str(path), known.position))


def gap_text(reason: str, path: str, position: int) -> str:
    """What a gap means, and what would keep it from happening again."""
    if reason == "cut":
        text = _(
            "{path}: was cut in place after {position} bytes were read, and no copy of it was found; lines "
            "written in between are lost. Let the rotation keep a copy (best: 'create', not 'copytruncate')"
        )
    else:
        text = _(
            "{path}: begins like a file that was read to {position} bytes and then differs (restored from a "
            "backup?); it is read from its beginning, so lines that both hold are counted twice"
        )
    return text.format(path=path, position=position)


def _count(parser: Parser, data: bytes, position: int, counts: counting.Counts) -> int:
    """Count what *parser* gives of the whole lines of *data*; how many these are."""
    pieces = _pieces(data, position)
    fed: int | None = getattr(parser, "lines", None)
    counts.add(_events(parser, pieces))
    if fed is None:
        return data.count(b"\n")
    # a parser that counts the lines that it is fed spares counting them a second time
    return int(getattr(parser, "lines", 0)) - fed + sum(part is None for part, _at in pieces)


def _events(parser: Parser, pieces: list[tuple[bytes | None, int]]) -> Iterator[Event]:
    """The events of whole lines; a line that is too long is one, and the reader does not see it."""
    for part, at in pieces:
        if part is None:
            yield Unreadable(f"a line longer than {MAX_LINE // 1024} KiB", "", at)
        else:
            yield from parser.feed(part, at)


def _pieces(data: bytes, position: int) -> list[tuple[bytes | None, int]]:
    """*data* in runs of whole lines with their positions; None in place of a line that is too long."""
    pieces: list[tuple[bytes | None, int]] = []
    start = at = 0
    while len(data) - at > MAX_LINE:
        newline = data.rfind(b"\n", at, at + MAX_LINE + 1)
        if newline >= 0:
            at = newline + 1
            continue
        if at > start:
            pieces.append((data[start:at], position + start))
        pieces.append((None, position + at))
        start = at = data.find(b"\n", at) + 1
    if start < len(data):
        pieces.append((data[start:], position + start))
    return pieces
