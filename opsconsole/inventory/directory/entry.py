"""One account as a directory has it, whatever the directory is."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from opsconsole.catalogue import N_

# The sorts of accounts, as ``type:`` of a declared account has them.
SORTS = ("personal", "shared", "system", "list", "monitoring", "forward")

# What of an account a directory can say; the names are those of a column map (``--column``).
FIELDS = (
    "address",
    "name",
    "aliases",
    "forwards",
    "sort",
    "state",
    "opened",
    "last-login",
    "quota",
    "used",
    "unit",
    "person",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An account of a directory. ``address`` is in lower case and need not be a right one; ``state``
    is open, locked or closed; days are ISO text; sizes in megabytes, None where nothing is said.
    ``last_login`` is what the directory noted of it, None where it notes none, '' for never; such notes
    are coarse (a server writes them once a day or a week, some with every mail that comes in).
    ``unit`` are the names of the unit and what it lies in, the smallest first."""

    address: str
    place: str
    name: str = ""
    aliases: tuple[str, ...] = ()
    forwards: tuple[str, ...] = ()
    sort: str = "personal"
    state: str = "open"
    opened: str = ""
    last_login: str | None = None
    quota_mb: int | None = None
    used_mb: float | None = None
    unit: tuple[str, ...] = ()
    person: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Unread:
    """A record that could not be read: where, and why."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Directory:
    """What was read of a directory. ``form`` says what it was taken for."""

    form: str
    entries: tuple[Entry, ...]
    unread: tuple[Unread, ...] = ()


Note = Callable[[str, str], None]  # (place, reason) of a record that cannot be read

NO_ADDRESS = N_("no address")


def day_of(text: str) -> str:
    """The day in *text* as a directory writes stamps: ISO, generalized time (20190102030405Z), a file
    time of Windows, dd/mm/yyyy, mm/dd/yyyy where nothing else fits; '' where there is none."""
    text = text.strip()
    digits = "".join(char for char in text if char.isdigit())
    try:
        if (text.isdigit() and len(text) == 18) or (text.isdigit() and len(text) == 17):
            return (dt.date(1601, 1, 1) + dt.timedelta(days=int(text) // 864_000_000_000)).isoformat()
        if len(digits) >= 14 and text[:8].isdigit():
            return dt.date(int(text[:4]), int(text[4:6]), int(text[6:8])).isoformat()
        if len(text) >= 10 and text[4] in "-/" and text[7] == text[4]:
            return dt.date(int(text[:4]), int(text[5:7]), int(text[8:10])).isoformat()
        parts = text.split(" ")[0].split("T")[0].replace("-", "/").replace(".", "/").split("/")
        if len(parts) == 3 and all(part.isdigit() for part in parts) and len(parts[2]) == 4:
            first, second, year = map(int, parts)
            # Where both readings are dates, it is the one of this country.
            return (
                dt.date(year, second, first) if second <= 12 else dt.date(year, first, second)
            ).isoformat()
    except (ValueError, OverflowError):
        pass
    return ""


_UNITS = {
    "": 0,
    "b": 0,
    "byte": 0,
    "bytes": 0,
    "k": 1,
    "kb": 1,
    "m": 2,
    "mb": 2,
    "g": 3,
    "gb": 3,
    "t": 4,
    "tb": 4,
}


def megabytes(text: str, bare: str = "b") -> float | None:
    """The size in *text* (``53687091200``, ``1.2GB``, ``50 GB (53,687,091,200 bytes)``) in megabytes;
    *bare* is the unit of a number without one. None where it is no size or means "without limit"."""
    text = text.strip()
    if "(" in text and "bytes" in text:
        inner = text[text.index("(") + 1 :].split("bytes")[0].replace(",", "").replace(".", "").strip()
        return int(inner) / 2**20 if re.fullmatch("[0-9]{1,18}", inner) and int(inner) else None
    number = text.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ")
    unit = text[len(number) :].strip().lower() or bare
    power = _UNITS.get(unit.removesuffix("yte").removesuffix("ytes"), _UNITS.get(unit))
    if power is None or not number:
        return None
    try:
        value = float(number.replace(",", ".") if number.count(",") == 1 and "." not in number else number)
    except ValueError:
        return None
    if not 0 < value < 1e18:  # 0 is "without limit" to every server, and not a number is neither
        return None
    return float(value * 1024**power / 2**20)


def addresses(values: Iterable[str]) -> tuple[str, ...]:
    """The addresses in *values*, in lower case, each once; ``smtp:`` and the like before them go, and
    what is no address of mail (``X500:…``, ``sip:…``)."""
    found: dict[str, None] = {}
    for value in values:
        text = value.strip().strip("<>\"'")
        sort, colon, rest = text.partition(":")
        if colon and "@" not in sort:
            if sort.lower() != "smtp":
                continue
            text = rest
        if text:
            found[text.lower()] = None
    return tuple(found)
