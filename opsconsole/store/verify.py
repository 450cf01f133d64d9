"""Checking the chain of changes: what was altered, taken out, moved or cut off, each by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from opsconsole.catalogue import _
from opsconsole.oserrors import said
from opsconsole.store.accesschain import ANCHOR as ACCESS_ANCHOR
from opsconsole.store.chain import (
    CHANGE_COLUMNS,
    REVISION_COLUMNS,
    START,
    change_hash,
    revision_hash,
)
from opsconsole.store.database import Reader, Row, StoreError
from opsconsole.words import thing, word

_ANCHOR = re.compile(r"([a-z0-9-]+) ([0-9a-f]{16}) (\d{1,18}) (\d{1,18}) ([0-9a-f]{64}) (\S+)")

# How many broken links are tried in each other's places, to tell moved rows from altered ones.
_MOST_MOVED = 64


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something in the chain that is not as it was written. *subject* is ``revision``,
    ``change``, ``register`` or ``anchor``; *number* the revision, the sequence or the line;
    *problem* is ``altered``, ``missing``, ``moved``, ``extra``, ``differs`` or ``unreadable``;
    *kind* and *key* say of which thing a change is."""

    subject: str
    number: int
    problem: str
    message: str
    kind: str = ""
    key: str = ""

    def __str__(self) -> str:
        named = f" ({thing(self.kind)} {self.key})" if self.kind else ""
        return f"{word(self.subject)} {self.number}{named}: {self.message}"

    @property
    def data(self) -> dict[str, Any]:
        """The finding for JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of the chain found. *checked* counts the changes, *revisions* the revisions,
    *anchors* the anchors that were held against it; *head* is the hash at its end; *asked* counts the
    entries of the log of access."""

    checked: int
    revisions: int
    anchors: int
    head: str
    findings: tuple[Finding, ...]
    asked: int = 0


def verify(reader: Reader, anchors: Path | None = None) -> Verification:
    """Check every link, the register's head, and the anchors in the file *anchors* where given.

    The chain is read in chunks, and a broken link does not hide what comes after it: one altered
    row is one finding. Raises StoreError only when *anchors* cannot be read.
    """
    read, findings = _read_anchors(reader, anchors)
    check = _Check(reader, read, findings)
    check.run()
    held = sum(map(len, read.values()))
    return Verification(
        check.changes, check.revisions, held, check.tail or START, tuple(sorted(check.findings))
    )


@dataclass(frozen=True, slots=True)
class _Anchor:
    line: int
    sequence: int
    head: str


@dataclass(frozen=True, slots=True)
class _Broken:
    """A change that does not fit: its row, and the stored hash of the link before it."""

    row: Row
    before: str

    @property
    def hash(self) -> str:
        return str(self.row[12])


@dataclass(slots=True)
class _Check:
    """The walk along the chain.

    ``tail`` is the stored hash of the last link, None when that link is missing, so that nothing
    can be said about how the next one follows; ``other_tail`` what the hash of a broken last link
    should have been, for the case that only its hash was altered.
    """

    reader: Reader
    anchors: dict[int, list[_Anchor]]
    findings: list[Finding]
    tail: str | None = START
    other_tail: str | None = None
    changes: int = 0
    revisions: int = 0
    sequence: int = 0
    revision: int = 0
    end: tuple[int, int, str] | None = None  # revision, sequence and head that the register has
    last_sequence: int = 0  # the end that register and revisions promise
    numbers: set[int] = field(default_factory=set)  # the revisions that there are
    broken: dict[int, _Broken] = field(default_factory=dict)
    loose: list[str] = field(default_factory=list)  # hashes of revisions that do not fit
    begins: dict[int, list[str]] = field(default_factory=dict)  # hashes of revisions by first change
    extra: list[Row] = field(default_factory=list)  # changes beyond the end
    gaps: dict[int, tuple[int, str | None]] = field(
        default_factory=dict
    )  # first missing: (last, hash before)
    # Findings that hold only if the change at a place is where it belongs: (place, hash, finding).
    pending: list[tuple[int, str, Finding]] = field(default_factory=list)

    def run(self) -> None:
        reader = self.reader
        register = reader.row("SELECT revision, sequence, head FROM register WHERE province = :province")
        self.end = (int(register[0]), int(register[1]), str(register[2])) if register else None
        self.numbers = {
            row[0] for row in reader.rows("SELECT number FROM revision WHERE province = :province")
        }
        promised = reader.value("SELECT max(last_sequence) FROM revision WHERE province = :province")
        self.last_sequence = max(self.end[1] if self.end else 0, promised or 0)
        revisions = _rows(reader, "revision", REVISION_COLUMNS, "number")
        waiting = next(revisions, None)
        for row in _rows(reader, "change", CHANGE_COLUMNS, "sequence"):
            while waiting is not None and self._begins_here(waiting, row):
                self._revision(waiting)
                waiting = next(revisions, None)
            self._change(row)
        while waiting is not None:
            self._revision(waiting)
            waiting = next(revisions, None)
        self._anchored()
        self._end()
        self._name_broken()

    def _found(self, subject: str, number: int, problem: str, message: str, row: Row = ()) -> None:
        self.findings.append(_finding(subject, number, problem, message, row))

    def _lost(self, subject: str, first: int, last: int) -> None:
        if first == last:
            message = _("was deleted")
        else:
            message = _("was deleted, and all that follow up to {last}").format(last=last)
        self._found(subject, first, "missing", message)

    # --- links

    def _begins_here(self, revision: Row, change: Row) -> bool:
        # Two of three must say so: any one of them may have been altered, and a moved change can
        # make its neighbour look like the link that a revision follows.
        signs = (
            str(revision[9]) in (self.tail, self.other_tail),
            int(revision[7]) <= int(change[1]),
            int(revision[1]) <= int(change[2]),
        )
        return sum(signs) >= 2

    def _revision(self, row: Row) -> None:
        self._anchored()
        number, previous, stored = int(row[1]), str(row[9]), str(row[10])
        self.begins.setdefault(int(row[7]), []).append(stored)
        if self.end is not None and number > max(self.end[0], self.revision + 1):
            self._found("revision", number, "extra", _("stands beyond the end: it was put in or moved"))
            return
        if number > self.revision + 1:
            self._missing_revision(number - 1)
        self.revision, self.revisions = number, self.revisions + 1
        own = revision_hash(previous, row[:9])
        if own == stored and int(row[7]) > self.sequence + 1:
            self._gap(int(row[7]) - 1)
        if own != stored:
            self.loose.append(stored)
            self._found("revision", number, "altered", _("was altered: its hash does not fit what it says"))
        elif self.tail is not None and previous not in (self.tail, self.other_tail):
            message = _("does not follow the link before it: one of the two was rewritten with its hash")
            self.loose.append(stored)
            self.pending.append((int(row[7]) - 1, previous, _finding("revision", number, "altered", message)))
        self.tail, self.other_tail = stored, own

    def _gap(self, last: int) -> None:
        """Note that the changes after the last one are missing up to *last*."""
        first, before = self.sequence + 1, self.tail
        for earlier, (until, hashed) in self.gaps.items():
            if until == self.sequence:
                first, before = earlier, hashed
        self.gaps[first] = (last, before)
        self.sequence, self.tail, self.other_tail = last, None, None

    def _missing_revision(self, last: int) -> None:
        self._lost("revision", self.revision + 1, last)
        self.revision, self.tail, self.other_tail = last, None, None

    def _change(self, row: Row) -> None:
        sequence, stored = int(row[1]), str(row[12])
        if sequence < 1 or sequence > max(self.last_sequence, self.sequence + 1):
            self.extra.append(row)
            return
        if sequence != self.sequence + 1:
            self._gap(sequence - 1)
        self.sequence, self.changes = sequence, self.changes + 1
        if self.tail is not None and not self._fits(row, stored):
            if self._lacks_revision(int(row[2])):
                self._missing_revision(int(row[2]))
            else:
                self.broken[sequence] = _Broken(row, self.tail)
                self.tail, self.other_tail = stored, change_hash(self.tail, row[:12])
                return
        self.tail, self.other_tail = stored, None

    def _fits(self, row: Row, stored: str) -> bool:
        befores = (self.tail, self.other_tail)
        return any(before is not None and change_hash(before, row[:12]) == stored for before in befores)

    def _lacks_revision(self, number: int) -> bool:
        """Whether revision *number* should come here and is not there."""
        last = max(self.end[0] if self.end else 0, *self.numbers, 0) if self.numbers else 0
        return number not in self.numbers and self.revision < number <= last

    # --- the end

    def _anchored(self) -> None:
        """Hold the anchors of the revision that ends here against the chain."""
        for anchor in self.anchors.get(self.revision, ()):
            if anchor.sequence == self.sequence and (self.tail is None or self._ends_with(anchor.head)):
                continue
            message = _(
                "says that revision {revision} ended at change {sequence} with the head {head}…, "
                "the chain has change {has} and {tail}…: history was rewritten"
            ).format(
                revision=self.revision,
                sequence=anchor.sequence,
                head=anchor.head[:12],
                has=self.sequence,
                tail=(self.tail or "?")[:12],
            )
            self.pending.append(
                (self.sequence, anchor.head, _finding("anchor", anchor.line, "differs", message))
            )

    def _ends_with(self, head: str) -> bool:
        return head in (self.tail, self.other_tail)

    def _end(self) -> None:
        if self.end is None:
            if self.revisions or self.changes:
                self._found("register", 0, "missing", _("has no row, though there are revisions"))
            revision, sequence, head = self.revision, self.last_sequence, self.tail
        else:
            revision, sequence, head = self.end
        present = self.sequence
        if self.last_sequence > self.sequence:
            self._gap(self.last_sequence)
        if revision > self.revision:
            self._lost("revision", self.revision + 1, revision)
        if revision < self.revision or sequence < present:
            message = _(
                "ends at revision {revision}, change {sequence}; there are revision {has} and change {change}"
            ).format(revision=revision, sequence=sequence, has=self.revision, change=present)
            self._found("register", 0, "differs", message)
        elif (
            (revision, sequence) == (self.revision, present) and self.tail and not self._ends_with(head or "")
        ):
            message = _(
                "has the head {head}…, the chain ends with {tail}…: the last link or the head was rewritten"
            ).format(head=str(head)[:12], tail=self.tail[:12])
            self.pending.append((self.sequence, str(head), _finding("register", 0, "differs", message)))
        for number in sorted(number for number in self.anchors if number > self.revision):
            for anchor in self.anchors[number]:
                message = _(
                    "knows revision {number} up to change {sequence}; the chain ends at revision {revision}, "
                    "change {has}: its end was cut off"
                ).format(number=number, sequence=anchor.sequence, revision=self.revision, has=self.sequence)
                self._found("anchor", anchor.line, "missing", message)

    # --- names

    def _name_broken(self) -> None:
        """Tell rows that changed places from rows that were altered, put in or taken out."""
        belongs: dict[int, str] = {}  # place: the hash of the change that belongs there
        moved: dict[int, int] = {}  # place of a row now: its place when it was recorded
        fits: set[int] = set()
        if len(self.broken) <= _MOST_MOVED:
            self._find_places(belongs, moved, fits)
        for sequence, broken in self.broken.items():
            if sequence in moved:
                self._moved_here(broken.row, moved[sequence])
            elif sequence not in fits:
                message = _(
                    "was altered: its hash does not fit what it says "
                    "(or change {before} was rewritten with its hash)"
                ).format(before=sequence - 1)
                self._found("change", sequence, "altered", message, broken.row)
        for row in self.extra:
            self._extra(row, belongs)
        for first, (last, _before) in self.gaps.items():
            if first not in belongs or first != last:
                self._lost("change", first, last)
        for place, expected, finding in self.pending:
            if belongs.get(place) != expected:
                self.findings.append(finding)

    def _find_places(self, belongs: dict[int, str], moved: dict[int, int], fits: set[int]) -> None:
        for place, broken in sorted(self.broken.items()):
            befores = {belongs.get(place - 1, broken.before), broken.before}
            befores.update(self.begins.get(place, ()), self.loose[:_MOST_MOVED])
            if any(change_hash(before, broken.row[:12]) == broken.hash for before in befores):
                fits.add(place)
                continue
            for now, other in self.broken.items():
                if now != place and any(_was_at(place, other.row, before) for before in befores):
                    belongs[place], moved[now] = other.hash, place
                    break

    def _extra(self, row: Row, belongs: dict[int, str]) -> None:
        for first, (_last, before) in list(self.gaps.items())[:_MOST_MOVED]:
            if before is not None and _was_at(first, row, before):
                belongs[first] = str(row[12])
                self._moved_here(row, first)
                return
        self._found("change", int(row[1]), "extra", _("stands beyond the end: it was put in or moved"), row)

    def _moved_here(self, row: Row, place: int) -> None:
        message = _("was moved here; it was recorded as change {place}").format(place=place)
        self._found("change", int(row[1]), "moved", message, row)


def _was_at(place: int, row: Row, before: str) -> bool:
    """Whether the change *row* was recorded with the sequence *place* after the link *before*."""
    return change_hash(before, (row[0], place, *row[2:12])) == str(row[12])


def _finding(subject: str, number: int, problem: str, message: str, row: Row = ()) -> Finding:
    kind, key = (str(row[4]), str(row[5])) if row else ("", "")
    return Finding(subject, number, problem, message, kind, key)


def _rows(reader: Reader, table: str, columns: tuple[str, ...], order: str) -> Iterator[Row]:
    sql = f"SELECT {', '.join(columns)} FROM {table} WHERE province = :province ORDER BY {order}"  # noqa: S608
    for chunk in reader.chunks(sql):
        yield from chunk


def _read_anchors(reader: Reader, path: Path | None) -> tuple[dict[int, list[_Anchor]], list[Finding]]:
    """The anchors of this register by revision, and what could not be read as one.

    An anchor of another register is a finding, always: a history that was written anew looks like
    another database, and own anchors that came later must not hide it.
    """
    anchors: dict[int, list[_Anchor]] = {}
    findings: list[Finding] = []
    if path is None:
        return anchors, findings
    try:
        lines = path.read_text("utf-8", errors="replace").split("\n")
    except OSError as error:
        raise StoreError(
            _(
                "{path}: the anchors cannot be read: {reason}; each apply writes them "
                "where 'anchors:' is set in config.yaml"
            ).format(path=path, reason=said(error))
        ) from None
    register = reader.value("SELECT id FROM register WHERE province = :province")
    foreign = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        found = _ANCHOR.fullmatch(line.strip())
        if found is None and ACCESS_ANCHOR.fullmatch(line.strip()):
            continue  # of the log of access: accesschain holds it against that
        if found is None:
            findings.append(Finding("anchor", number, "unreadable", _("is not a line that an apply wrote")))
        elif found[1] == reader.province and found[2] != register:
            foreign = foreign or number
        elif found[1] == reader.province:
            anchors.setdefault(int(found[3]), []).append(_Anchor(number, int(found[4]), found[5]))
    if foreign:
        message = _(
            "is of another register than this one: this one was made anew, or two databases write to one "
            "file of anchors; give each its own ('anchors:' in config.yaml)"
        )
        findings.append(Finding("anchor", foreign, "foreign", message))
    return anchors, findings
