"""Reading a directory, whatever it is: LDIF, ``zmprov`` output, CSV, or a server asked by LDAP."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.inventory.directory import attributes, ldif, tables, zimbra
from opsconsole.inventory.directory.entry import Directory, Entry, Unread
from opsconsole.strictyaml import ProblemsFound, read_text

MAX_BYTES = 512 * 1024 * 1024
MAX_UNREAD = 1000  # problems that are kept; a file of another sort makes one of every line

Progress = Callable[[int, int], None]


def read_file(path: Path, columns: Mapping[str, str] | None = None) -> Directory:
    """The directory in the file *path*: what it is shows in its first lines.

    *columns* is a column map for CSV (field → heading). Raises Refused for a file that cannot be read
    or is no directory.
    """
    name = path.name
    try:
        data = read_text(path, name, MAX_BYTES)
    except ProblemsFound as error:
        raise Refused(str(error)) from None
    unread: list[Unread] = []

    def note(place: str, reason: str) -> None:
        if len(unread) < MAX_UNREAD:
            unread.append(Unread(place, reason))

    form, entries = _entries(data, name, columns or {}, note)
    found = tuple(entries)
    if not found and not unread:
        raise Refused(_("{file}: holds no account").format(file=name))
    return Directory(form, found, tuple(unread))


def _entries(
    data: bytes, name: str, columns: Mapping[str, str], note: Callable[[str, str], None]
) -> tuple[str, Iterator[Entry]]:
    head = data[:65536].removeprefix(b"\xef\xbb\xbf")
    if columns:
        return tables.entries(data, name, columns, note)
    if re.search(rb"^dn:", head, re.MULTILINE | re.IGNORECASE) and not head.startswith(b"# name "):
        records = ldif.records(_lines(data), name, attributes.WANTED, note)
        return "LDIF", _accounts(records, note)
    if re.search(rb"^# name \S+@", head, re.MULTILINE):
        records = zimbra.accounts(_lines(data), name, attributes.WANTED, note)
        return "zmprov gaa", _accounts(records, note)
    if re.match(rb"\S+@\S+ \d+ \d+\r?\n", head):
        return "zmprov gqu", (
            Entry(address, place, quota_mb=quota // 2**20 or None, used_mb=used / 2**20)
            for place, address, quota, used in zimbra.quotas(_lines(data), name, note)
        )
    return tables.entries(data, name, columns, note)


def _accounts(
    records: Iterator[tuple[str, ldif.Attributes]], note: Callable[[str, str], None]
) -> Iterator[Entry]:
    for place, record in records:
        if (found := attributes.entry(place, record, note)) is not None:
            yield found


def _lines(data: bytes) -> Iterator[bytes]:
    """The lines of *data*, ended by line feeds alone."""
    at = 0
    while at < len(data):
        end = data.find(b"\n", at) + 1 or len(data)
        yield data[at:end]
        at = end


def joined(parts: list[Directory]) -> Directory:
    """Several exports of one directory (accounts here, quotas there) as one: what a later one says of an
    account is added to what an earlier one said."""
    found: dict[str, Entry] = {}
    if len(parts) == 1:
        return parts[0]
    for part in parts:
        for entry in part.entries:
            before = found.get(entry.address)
            found[entry.address] = entry if before is None else _both(before, entry)
    form = " + ".join(dict.fromkeys(part.form for part in parts))
    return Directory(form, tuple(found.values()), tuple(each for part in parts for each in part.unread))


def _both(first: Entry, second: Entry) -> Entry:
    last = [each for each in (first.last_login, second.last_login) if each is not None]
    return replace(
        first,
        name=first.name or second.name,
        aliases=tuple(dict.fromkeys([*first.aliases, *second.aliases])),
        forwards=tuple(dict.fromkeys([*first.forwards, *second.forwards])),
        state=max(first.state, second.state, key=["open", "locked", "closed"].index),
        opened=first.opened or second.opened,
        last_login=max(last) if last else None,
        quota_mb=second.quota_mb if second.quota_mb is not None else first.quota_mb,
        used_mb=second.used_mb if second.used_mb is not None else first.used_mb,
        unit=first.unit or second.unit,
        person=first.person or second.person,
    )
