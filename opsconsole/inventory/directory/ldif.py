"""LDIF (RFC 2849), content records only: bytes → one mapping of attributes a record.

What a server's export holds is read as it is meant: folded lines, base64, comments, values in another
encoding. A record of changes, or a value that stands at a URL, is named and left out; nothing is
ever fetched.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator

from opsconsole.catalogue import N_
from opsconsole.inventory.directory.entry import Note
from opsconsole.legacy import modern

MAX_RECORD = 4 * 1024 * 1024  # characters of the attributes that are kept
MAX_VALUE = 64 * 1024

Attributes = dict[str, list[str]]


def records(
    lines: Iterable[bytes], name: str, wanted: frozenset[str], note: Note
) -> Iterator[tuple[str, Attributes]]:
    """(place, attributes) of each record of the file called *name*.

    Attributes are in lower case, without options (``;lang-vi``); of others than *wanted* nothing is
    kept (a photograph is longer than all the rest). ``dn`` is always there. *note* is told of records
    that are left out.
    """
    record: Attributes = {}
    at = size = 0
    bad = ""
    for number, line in _unfolded(lines):
        if not line.strip():
            if record or bad:
                yield from _ended(record, bad, f"{name}:{at}", note)
            record, bad, size = {}, "", 0
            continue
        if line.startswith(b"#") or bad:
            continue
        kind, colon, rest = line.partition(b":")
        if not record:
            if kind.lower() == b"version":
                continue
            at = number
        if not colon or not kind.strip():
            bad = N_("a line without 'attribute:'")
            continue
        attribute = kind.split(b";")[0].strip().lower().decode("ascii", "replace")
        if attribute == "changetype" and rest.strip().lower() != b"add":
            bad = N_("a record of changes; export the content of the directory")
            continue
        if attribute != "dn" and attribute not in wanted:
            if not record:
                bad = N_("a record does not begin with 'dn:'")
            continue
        value, why = _value(rest)
        size += len(value)
        if why or size > MAX_RECORD:
            bad = why or N_("a record is longer than 4 million characters")
            continue
        if attribute == "dn" and record:
            bad = N_("two records without an empty line between them")
            continue
        record.setdefault(attribute, []).append(value)
    if record or bad:
        yield from _ended(record, bad, f"{name}:{at}", note)


def _ended(record: Attributes, bad: str, place: str, note: Note) -> Iterator[tuple[str, Attributes]]:
    if bad:
        note(place, bad)
    elif "dn" not in record:
        note(place, N_("a record does not begin with 'dn:'"))
    else:
        yield place, record


def _unfolded(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Whole lines with the number of their first piece; a piece that begins with a blank goes on the
    line before it. What of a line is beyond all sense of length is cut."""
    pieces: list[bytes] = []
    begun = length = 0
    for number, raw in enumerate(lines, 1):
        line = raw.rstrip(b"\r\n")
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line[:1] == b" " and pieces:
            length += len(line)
            if length <= 2 * MAX_VALUE:
                pieces.append(line[1:])
            continue
        if pieces:
            yield begun, b"".join(pieces)
        pieces, begun, length = [line], number, len(line)
    if pieces:
        yield begun, b"".join(pieces)


def _value(rest: bytes) -> tuple[str, str]:
    """(value, what is wrong with it) behind the first colon of a line."""
    if rest.startswith(b"<"):
        return "", N_("a value stands at a URL, which is not fetched")
    if rest.startswith(b":"):
        try:
            data = base64.b64decode(rest[1:].strip(), validate=True)
        except (binascii.Error, ValueError):
            return "", N_("a value is no base64")
    else:
        data = rest.lstrip(b" ")
    return decoded(data[:MAX_VALUE]), ""


def decoded(data: bytes) -> str:
    """*data* as text: UTF-8, else what an old font meant by it, else Latin-1."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return modern(text).strip()
