"""Which file of the past a file is: known by what it holds, not by what it is called.

A file is the one that was read before when it begins with the same bytes and has the same bytes
just before the offset up to which that was read. So it may be renamed, copied, compressed, restored
or lie on another disk; and a new file that got the old one's name or inode is new.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from opsconsole.evidence.files import Stream
from opsconsole.store.database import Reader

HEAD = 1024
TAIL = 256
_START = 64  # bytes by which the database looks for files that may be the same
SEEN = 8  # stamps kept of the copies of one file

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
        return replace(
            self,
            path=str(stream.path),
            head=stream.read(0, min(HEAD, position)),
            tail=stream.read(max(position - TAIL, 0), min(TAIL, position)),
            position=position,
        )

    def finished(self, stamp: str, *, changed: bool) -> Known:
        """The same with *stamp* among those seen; only that one where the content *changed*."""
        old = [] if changed else [one for one in self.seen.split("\n") if one]
        return replace(self, seen="\n".join([*old, stamp][-SEEN:]))


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
        start = stream.read(0, _START)
        for row in reader.rows(
            f"SELECT {_COLUMNS} FROM source_file WHERE province = :province "  # noqa: S608 - constant names
            "AND source = :source AND (substr(head, 1, :length) = :start OR length(head) < :length)",
            {"source": self._source, "start": start, "length": len(start)},
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

    def all(self) -> list[Known]:
        """All files known, by id."""
        return [self._by_id[id_] for id_ in sorted(self._by_id)]

    def seen(self, stamp: str) -> Known | None:
        """The file of which *stamp* was seen to its end."""
        known = self._by_id.get(self._by_stamp.get(stamp, 0))
        return known if known and known.has_seen(stamp) else None

    def match(self, stream: Stream) -> Match:
        """What *stream* is. Of several that fit, the one read furthest."""
        head = stream.read(0, HEAD)
        best, shorter, parted = NEW, None, None
        for known in self._by_id.values():
            if len(head) < len(known.head):
                if known.head.startswith(head) and head:
                    shorter = known
            elif head.startswith(known.head):
                if stream.size < known.position:
                    shorter = known
                elif stream.read(known.position - len(known.tail), len(known.tail)) != known.tail:
                    parted = known
                elif known.position > best.position:
                    best = known
        if best.id:
            return Match(best)
        return Match(NEW, shorter, parted)


def _known(row: tuple[Any, ...]) -> Known:
    id_, path, seen, head, tail, *rest = row
    return Known(id_, path, seen, bytes(head), bytes(tail), *rest)
