"""What Zimbra's ``zmprov`` prints: ``-l gaa -v`` (all accounts with their attributes) and ``gqu`` (quota
and use)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from opsconsole.catalogue import N_
from opsconsole.inventory.directory.entry import Note
from opsconsole.inventory.directory.ldif import MAX_RECORD, MAX_VALUE, Attributes, decoded

_ATTRIBUTE = re.compile(rb"([A-Za-z][A-Za-z0-9-]*):(?: (.*))?$", re.DOTALL)
_QUOTA = re.compile(rb"(\S+@\S+) (\d{1,18}) (\d{1,18})\s*$")


def accounts(
    lines: Iterable[bytes], name: str, wanted: frozenset[str], note: Note
) -> Iterator[tuple[str, Attributes]]:
    """(place, attributes) of each block that begins with ``# name ADDRESS``.

    Attribute names are in lower case; the address of the head is under ``#name``. A value that goes
    over several lines keeps its first.
    """
    record: Attributes = {}
    place, size = "", 0
    for number, raw in enumerate(lines, 1):
        line = raw.rstrip(b"\r\n")
        if line.startswith(b"# name "):
            if record:
                yield place, record
            record, place, size = {"#name": [decoded(line[7:])]}, f"{name}:{number}", 0
            continue
        found = _ATTRIBUTE.match(line)
        if not record:
            if line.strip():
                note(f"{name}:{number}", N_("a line before the first '# name' block"))
            continue
        if found is None:
            continue  # a further line of a value, or an empty one
        attribute = found[1].lower().decode("ascii")
        if attribute in wanted:
            value = decoded((found[2] or b"")[:MAX_VALUE])
            size += len(value)
            if size <= MAX_RECORD:
                record.setdefault(attribute, []).append(value)
    if record:
        yield place, record


def quotas(lines: Iterable[bytes], name: str, note: Note) -> Iterator[tuple[str, str, int, int]]:
    """(place, address, quota, used) in bytes of each line of ``zmprov gqu``; a quota of 0 is none."""
    for number, line in enumerate(lines, 1):
        found = _QUOTA.match(line)
        if found:
            yield f"{name}:{number}", decoded(found[1]).lower(), int(found[2]), int(found[3])
        elif line.strip():
            note(f"{name}:{number}", N_("not 'address quota used'"))
