"""Exports as CSV (Microsoft 365, Exchange, Google Workspace, Active Directory, anything with a column map)
→ entries.

A column is known by its heading, in English or Vietnamese, whatever its case, brackets and blanks. A
cell that a spreadsheet would take for a formula is no value: its row is named and left out.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from opsconsole.catalogue import N_, _
from opsconsole.errors import Refused
from opsconsole.inventory.directory.entry import (
    FIELDS,
    NO_ADDRESS,
    SORTS,
    Entry,
    Note,
    addresses,
    day_of,
    megabytes,
)
from opsconsole.legacy import modern
from opsconsole.text import fold, squeeze

MAX_COLUMNS = 500
MAX_CELL = 64 * 1024

# Headings, folded and without signs, by what they say.
_HEADINGS: dict[str, tuple[str, ...]] = {
    "address": (
        "address",
        "primarysmtpaddress",
        "userprincipalname",
        "emailaddress",
        "emailaddressrequired",
        "email",
        "mail",
        "windowsemailaddress",
        "user",
        "username",
        "account",
        "primaryemail",
        "diachithu",
        "diachiemail",
        "diachithudientu",
        "hopthu",
        "thudientu",
    ),
    "name": ("name", "displayname", "fullname", "cn", "hovaten", "hoten", "tenhienthi", "ten"),
    "first": ("firstnamerequired", "firstname", "givenname"),
    "last": ("lastnamerequired", "lastname", "surname", "sn"),
    "aliases": (
        "aliases",
        "proxyaddresses",
        "emailaddresses",
        "alias",
        "secondaryemail",
        "bidanh",
        "diachikhac",
    ),
    "forwards": (
        "forwards",
        "forwardingsmtpaddress",
        "forwardingaddress",
        "forwardto",
        "chuyentiep",
        "chuyentiepden",
    ),
    "copies": ("delivertomailboxandforward",),
    "sort": ("sort", "recipienttypedetails", "recipienttype", "type", "loai", "loaihopthu"),
    "state": (
        "state",
        "status",
        "statusreadonly",
        "accountstatus",
        "trangthai",
        "tinhtrang",
    ),
    "enabled": ("enabled", "accountenabled"),
    "disabled": ("blockcredential", "accountdisabled", "suspended", "locked", "signinblocked", "khoa"),
    "deleted": ("isdeleted", "softdeletiontimestamp", "deleteddate"),
    "control": ("useraccountcontrol",),
    "opened": (
        "opened",
        "whenmailboxcreated",
        "whencreated",
        "createddate",
        "creationtimereadonly",
        "created",
        "ngaytao",
        "ngaymo",
    ),
    "last-login": (
        "lastlogin",
        "lastactivitydate",
        "lastsigninreadonly",
        "lastsignin",
        "lastlogondate",
        "lastlogontime",
        "lastlogontimestamp",
        "dangnhapcuoi",
        "lanfangnhapcuoi",
    ),
    "quota": (
        "quota",
        "prohibitsendreceivequota",
        "prohibitsendreceivequotabyte",
        "prohibitsendquota",
        "storagelimit",
        "dungluongtoida",
        "dungluongcap",
    ),
    "used": (
        "used",
        "storageusedbyte",
        "emailusagereadonly",
        "totalitemsize",
        "storageused",
        "dungluongdadung",
        "dungluongsudung",
    ),
    "unit": (
        "unit",
        "department",
        "orgunitpathrequired",
        "orgunitpath",
        "office",
        "donvi",
        "phongban",
        "coquan",
    ),
    "person": ("person", "employeeid", "employeenumber", "macanbo", "manhanvien", "sohieu", "macbcc"),
    "dn": ("distinguishedname", "dn"),
}
_OF_HEADING = {heading: what for what, headings in _HEADINGS.items() for heading in headings}

_YES = {"true", "yes", "1", "co", "x", "suspended", "blocked", "da khoa"}
_CLOSED = {"closed", "deleted", "archived", "removed", "da dong", "dong", "nghi viec", "da xoa"}
_LOCKED = {"locked", "suspended", "disabled", "blocked", "inactive", "khoa", "bi khoa", "da khoa", "tam khoa"}
_SORT_WORDS = {
    "usermailbox": "personal",
    "user": "personal",
    "ca nhan": "personal",
    "sharedmailbox": "shared",
    "shared": "shared",
    "dung chung": "shared",
    "don vi": "shared",
    "roommailbox": "system",
    "equipmentmailbox": "system",
    "schedulingmailbox": "system",
    "discoverymailbox": "system",
    "he thong": "system",
    "maildistributiongroup": "list",
    "mailuniversaldistributiongroup": "list",
    "groupmailbox": "list",
    "dynamicdistributiongroup": "list",
    "nhom": "list",
    "mailcontact": "forward",
    "mailuser": "forward",
    **{sort: sort for sort in SORTS},
}
_FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d .()+-]*$)")


def form_of(headings: Iterable[str]) -> str:
    """What the export is, by its headings: the name shown to people."""
    known = {_folded(heading) for heading in headings}
    if "orgunitpathrequired" in known or "emailaddressrequired" in known:
        return "Google Workspace"
    if known & {"recipienttypedetails", "whenmailboxcreated"}:
        return "Exchange"
    if "userprincipalname" in known and known & {
        "blockcredential",
        "lastactivitydate",
        "licenses",
        "isdeleted",
    }:
        return "Microsoft 365"
    if known & {"distinguishedname", "samaccountname", "useraccountcontrol"}:
        return "Active Directory"
    return "CSV"


def entries(data: bytes, name: str, columns: Mapping[str, str], note: Note) -> tuple[str, Iterator[Entry]]:
    """(form, entries) of the CSV *data* called *name*.

    *columns* says for a field (see ``FIELDS``) which heading it has, where nobody could guess that.
    Raises Refused where the file has no heading for the address, or one that *columns* names is not
    there.
    """
    text = _text(data, name)
    rows = _rows(text)
    headings: list[str] = []
    for _begun, headings in rows:
        if any(cell.strip() for cell in headings) and not headings[0].startswith("#TYPE"):
            break
    where = _columns(headings, columns, name)
    return form_of(headings), _entries(rows, headings, where, name, note)


def _columns(headings: list[str], columns: Mapping[str, str], name: str) -> dict[str, list[int]]:
    where: dict[str, list[int]] = {}
    for place, heading in enumerate(headings[:MAX_COLUMNS]):
        what = _OF_HEADING.get(_folded(heading))
        if what is not None:
            where.setdefault(what, []).append(place)
    # The better of several headings first, as they are listed.
    for what, places in where.items():
        places.sort(key=lambda place, of=_HEADINGS[what]: of.index(_folded(headings[place])))  # type: ignore[misc]
    for field, heading in columns.items():
        if field not in FIELDS:
            raise Refused(
                _("a column map knows no '{field}'; known: {names}").format(
                    field=field, names=", ".join(FIELDS)
                )
            )
        places = [place for place, each in enumerate(headings) if _folded(each) == _folded(heading)]
        if not places:
            raise Refused(
                _("{file}: has no column '{heading}'; it has: {names}").format(
                    file=name, heading=heading, names=", ".join(filter(None, map(squeeze, headings[:40])))
                )
            )
        where[field] = places
    if "address" not in where:
        raise Refused(
            _("{file}: no column is known to hold the addresses; say which: --column address=HEADING").format(
                file=name
            )
        )
    return where


def _entries(
    rows: Iterator[tuple[int, list[str]]],
    headings: list[str],
    where: dict[str, list[int]],
    name: str,
    note: Note,
) -> Iterator[Entry]:
    for number, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        place = f"{name}:{number}"
        if len(row) > len(headings) + 1:
            note(place, N_("more cells than the heading has columns"))
            continue

        def cell(what: str, row: list[str] = row) -> str:
            for at in where.get(what, ()):
                if at < len(row) and (value := squeeze(modern(row[at]))):
                    return value[:MAX_CELL]
            return ""

        told = [cell(what) for what in ("address", "name", "aliases", "forwards", "unit", "person")]
        if any(_FORMULA.match(value) for value in told):
            note(place, N_("a cell begins as a formula does, and is no value"))
            continue
        address = next(iter(addresses([cell("address")])), "")
        if not address:
            note(place, NO_ADDRESS)
            continue
        if re.fullmatch("[0-9a-f]{32}", address):
            note(place, N_("the address is hidden; have the reports of Microsoft 365 show names"))
            continue
        aliases = addresses(re.split(r"[;+|\s,]+", cell("aliases")))
        forwards = addresses(re.split(r"[;|\s,]+", cell("forwards")))
        last = cell("last-login") if "last-login" in where else None
        quota = _size(cell("quota"), headings, where.get("quota"))
        used = _size(cell("used"), headings, where.get("used"))
        yield Entry(
            address=address,
            place=place,
            name=cell("name") or squeeze(f"{cell('last')} {cell('first')}"),
            aliases=tuple(each for each in aliases if each != address and "@" in each),
            forwards=tuple(each for each in forwards if each != address),
            sort=_sort(cell("sort"), bool(forwards), cell("copies")),
            state=_state(cell),
            opened=day_of(cell("opened")),
            last_login=None if last is None else day_of(last),
            quota_mb=int(quota) or None if quota else None,
            used_mb=used,
            unit=_units(cell("unit"), cell("dn")),
            person=cell("person"),
        )


def _size(text: str, headings: list[str], places: list[int] | None) -> float | None:
    """A size; a bare number is bytes where the heading says so or is one of a server, else megabytes."""
    heading = _folded(headings[places[0]]) if places else ""
    return megabytes(text, "b" if heading.endswith("byte") or heading == "totalitemsize" else "mb")


def _sort(text: str, forwards: bool, copies: str) -> str:
    sort = _SORT_WORDS.get(fold(text), _SORT_WORDS.get(_folded(text), "personal"))
    only = sort == "personal" and forwards and copies.lower() == "false"
    return "forward" if only else sort


def _state(cell: Callable[[str], str]) -> str:
    def says(what: str) -> str:
        return fold(cell(what))

    word = says("state")
    if word in _CLOSED or says("deleted") not in ("", "false", "no", "0"):
        return "closed"
    control = says("control")
    locked = (
        word in _LOCKED
        or says("enabled") in ("false", "no", "0")
        or says("disabled") in _YES
        or (control.isdecimal() and int(control[:12]) & 2)
    )
    return "locked" if locked else "open"


def _units(text: str, dn: str) -> tuple[str, ...]:
    parts = [squeeze(part) for part in reversed(text.split("/")) if part.strip()] if "/" in text else [text]
    folders = [part.split("=", 1)[1] for part in dn.split(",") if part.strip().lower().startswith("ou=")]
    return tuple(dict.fromkeys(filter(None, map(squeeze, [*parts, *folders]))))


def _folded(heading: str) -> str:
    return re.sub(r"[^a-z0-9]", "", fold(modern(heading)))


def _text(data: bytes, name: str) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise Refused(_("{file}: begins as UTF-16 and is none").format(file=name)) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")  # each cell is looked at for an encoding of before Unicode


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of each row, by the delimiter that the first line has most of."""
    text = text.replace("\0", "\ufffd")
    first = next((line for line in text.splitlines() if line.strip() and not line.startswith("#TYPE")), "")
    delimiter = max(",;\t|", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        begun = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:  # a field that never ends: the rest of the file is one cell
            yield begun, ["\0"] * (MAX_COLUMNS + 2)
            return
        yield begun, row
