"""Which file of the past a file is: known by what it holds, not by what it is called.

A file is the one that was read before when it begins with the same bytes and has the same bytes
just before the offset up to which that was read. So it may be renamed, copied, compressed, restored
or lie on another disk; and a new file that got the old one's name or inode is new. Lines of logs name
people, so digests of these bytes are kept, never the bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import blake2b
from struct import Struct
from typing import Any

from opsconsole.evidence.files import Stream
from opsconsole.store.database import Reader

HEAD = 1024
TAIL = 256
SEEN = 8  # stamps kept of the copies of one file

# Of the head: for each line that ends in it, and for its end, the length so far and a digest.
_PREFIX = Struct(">H12s")
# Of the tail: its length, its last byte, and a digest.
_SUFFIX = Struct(">HB12s")

_COLUMNS = "id, path, seen, head, tail, position, lines, events, state"


@dataclass(frozen=True, slots=True)
class Known:
    """A row of ``source_file``: a file as far as it was read. id 0 is not in the table yet."""

    id: int
    path: str
    seen: str
    head: bytes
    tail: bytes
    position: int
    lines: int
    events: int
    state: str

    def has_seen(self, stamp: str) -> bool:
        """Whether the file of this *stamp* was found to hold nothing that is unread."""
        return stamp in self.seen.split("\n")

    def advanced(self, stream: Stream, position: int) -> Known:
        """The same file read up to *position*: its head and tail as *stream* has them."""
        head = head_of(stream.read(0, min(HEAD, position)))
        tail = tail_of(stream.read(max(position - TAIL, 0), min(TAIL, position)))
        return replace(self, path=str(stream.path), head=head, tail=tail, position=position)

    @property
    def ends_line(self) -> bool:
        """Whether what was read ends with a newline; only a document may end otherwise."""
        return not self.tail or _SUFFIX.unpack(self.tail)[1] == ord("\n")

    def begins(self, start: bytes) -> bool | None:
        """Whether a file that starts with *start* (its first 1 KiB, or all of it) begins like this one;
        None where it is too short to tell more than that all of its lines stand here too."""
        length, digest = _PREFIX.unpack(self.head[-_PREFIX.size :])
        if len(start) >= length:
            return bool(_digest(start[:length]) == digest)
        lines = start[: start.rfind(b"\n") + 1]
        return None if lines and _PREFIX.pack(len(lines), _digest(lines)) in _entries(self.head) else False

    def goes_on(self, stream: Stream) -> bool:
        """Whether *stream* has the bytes of this file just before its offset."""
        length = _SUFFIX.unpack(self.tail)[0]
        return tail_of(stream.read(self.position - length, length)) == self.tail

    def finished(self, stamp: str, *, changed: bool) -> Known:
        """The same with *stamp* among those seen; only that one where the content *changed*."""
        old = [] if changed else [one for one in self.seen.split("\n") if one]
        return replace(self, seen="\n".join([*old, stamp][-SEEN:]))


def head_of(data: bytes) -> bytes:
    """What is kept of the first bytes of a file."""
    ends = [place + 1 for place, byte in enumerate(data) if byte == 10]
    if not ends or ends[-1] != len(data):
        ends.append(len(data))
    return b"".join(_PREFIX.pack(end, _digest(data[:end])) for end in ends)


def tail_of(data: bytes) -> bytes:
    """What is kept of the bytes before an offset."""
    return _SUFFIX.pack(len(data), data[-1] if data else 0, _digest(data))


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=12).digest()


def _entries(head: bytes) -> set[bytes]:
    return {head[at : at + _PREFIX.size] for at in range(0, len(head), _PREFIX.size)}


NEW = Known(0, "", "", b"", b"", 0, 0, 0, "")


@dataclass(frozen=True, slots=True)
class Match:
    """What a stream was found to be.

    *known* is the file to go on with (``NEW`` for one never seen). *shorter* is a file that begins
    alike and was read further than this one goes; *parted* one that begins alike and then has
    something else before its offset.
    """

    known: Known
    shorter: Known | None = None
    parted: Known | None = None


class KnownFiles:
    """The files of one source that were read before."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._by_id: dict[int, Known] = {}
        self._by_stamp: dict[str, int] = {}

    def load(self, reader: Reader) -> None:
        """Take in all rows of the source."""
        for row in reader.rows(
            f"SELECT {_COLUMNS} FROM source_file "  # noqa: S608 - constant names
            "WHERE province = :province AND source = :source",
            {"source": self._source},
        ):
            self.put(_known(row))

    def arrived(self, reader: Reader, stream: Stream) -> bool:
        """Whether the database holds a file by now that *stream* is; takes it in."""
        likely = KnownFiles(self._source)
        first = head_of(stream.read(0, HEAD))[: _PREFIX.size]
        for row in reader.rows(
            f"SELECT {_COLUMNS} FROM source_file WHERE province = :province "  # noqa: S608 - constant names
            "AND source = :source AND (substr(head, 1, :length) = :first OR length(head) <= :length)",
            {"source": self._source, "first": first, "length": len(first)},
        ):
            likely.put(_known(row))
        match = likely.match(stream)
        now = match.known if match.known.id else match.shorter
        if now is None or self._by_id.get(now.id) == now:
            return False
        self.put(now)
        return True

    def refresh(self, reader: Reader, known: Known) -> Known | None:
        """*known* as it is in the database now; None when it was forgotten."""
        row = reader.row(
            f"SELECT {_COLUMNS} FROM source_file "  # noqa: S608 - constant names
            "WHERE province = :province AND source = :source AND id = :id",
            {"source": self._source, "id": known.id},
        )
        if row is None:
            self._by_id.pop(known.id, None)
            return None
        fresh = _known(row)
        self.put(fresh)
        return fresh

    def put(self, known: Known) -> None:
        """Remember *known* in place of what was known of the same id."""
        self._by_id[known.id] = known
        for stamp in known.seen.split("\n"):
            self._by_stamp[stamp] = known.id

    def clear(self) -> None:
        """Forget all."""
        self._by_id.clear()
        self._by_stamp.clear()

    def path(self, id_: int) -> str:
        """Where the file of this id was last seen."""
        return self._by_id[id_].path

    def all(self) -> list[Known]:
        """All files known, by id."""
        return [self._by_id[id_] for id_ in sorted(self._by_id)]

    def seen(self, stamp: str) -> Known | None:
        """The file of which *stamp* was seen to its end."""
        known = self._by_id.get(self._by_stamp.get(stamp, 0))
        return known if known and known.has_seen(stamp) else None

    def match(self, stream: Stream) -> Match:
        """What *stream* is. Of several that fit, the one read furthest."""
        start = stream.read(0, HEAD)
        best, shorter, parted = NEW, None, None
        for known in self._by_id.values():
            begins = known.begins(start)
            if begins is None or (begins and stream.size < known.position):
                shorter = known
            elif begins and not known.goes_on(stream):
                parted = known
            elif begins and known.position > best.position:
                best = known
        if best.id:
            return Match(best)
        return Match(NEW, shorter, parted)


def _known(row: tuple[Any, ...]) -> Known:
    id_, path, seen, head, tail, *rest = row
    return Known(id_, path, seen, bytes(head), bytes(tail), *rest)
