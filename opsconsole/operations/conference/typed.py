"""What people type of a session: names of sites and staff, a kind, a beginning, an end.

A site is meant by its key, its name, an alias, or by words that only its name holds.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Collection, Iterable, Sequence
from zoneinfo import ZoneInfo

from opsconsole.catalogue import _
from opsconsole.dates import typed_day
from opsconsole.errors import Refused
from opsconsole.operations.conference.sessions import sites
from opsconsole.store.database import Reader
from opsconsole.text import fold, match_key, safe
from opsconsole.words import word

KINDS = ("central-province", "province-district", "district-commune", "other")
LEVELS = {
    "provinces": "province",
    "departments": "department",
    "districts": "district",
    "communes": "commune",
    "tinh": "province",
    "so": "department",
    "huyen": "district",
    "xa": "commune",
}


class Names:
    """The sites of the register (or of these *only*) by what people call them, on one day; and the staff,
    by id and name."""

    def __init__(self, reader: Reader, day: str, only: Collection[str] | None = None) -> None:
        self.sites = sites(reader, day, only)
        self._people: dict[str, str] = dict(
            reader.rows(
                "SELECT key, name FROM person WHERE province = :province AND ended IS NULL ORDER BY key"
            )
        )
        self._by: dict[str, dict[str, set[str]]] = {"key": {}, "name": {}, "fold": {}}
        aliases = {
            key: json.loads(text or "[]")
            for key, text in reader.rows("SELECT key, aliases FROM site WHERE province = :province")
        }
        for key, site in self.sites.items():
            self._by["key"].setdefault(key.casefold(), set()).add(key)
            for name in (site.name, *aliases.get(key, ())):
                self._by["name"].setdefault(match_key(name), set()).add(key)
                self._by["fold"].setdefault(fold(name), set()).add(key)

    def one(self, text: str) -> str:
        """The site called *text*: by key, by name or alias, else the only one whose name holds all its
        words. Raises Refused, and names those between which it does not decide."""
        for form, wanted in (("key", text.casefold()), ("name", match_key(text)), ("fold", fold(text))):
            found = self._by[form].get(wanted, set())
            if len(found) == 1:
                return next(iter(found))
            if found:
                raise self._several(text, found)
        words = fold(text).split()
        held = {
            key
            for name, keys in self._by["fold"].items()
            if words and all(w in name for w in words)
            for key in keys
        }
        if len(held) == 1:
            return next(iter(held))
        raise self._several(text, held)

    def kind_between(self, host: str, invited: Sequence[str], otherwise: str) -> str:
        """The kind of a session by the levels of the units whose sites take part; *otherwise* where that
        is given as one, or the levels do not tell."""
        if otherwise != "other" or host not in self.sites:
            return otherwise
        chairs = self.sites[host].unit_level
        levels = {self.sites[key].unit_level for key in invited if key in self.sites}
        if chairs in ("province", "department") and "district" in levels and "commune" not in levels:
            return "province-district"
        return "district-commune" if chairs == "district" and levels == {"commune"} else otherwise

    def _several(self, text: str, found: set[str]) -> Refused:
        if not found:
            return Refused(_("no site is called “{text}”").format(text=safe(text)))
        named = sorted(f"{self.sites[key].name} ({key})" for key in found)
        more = f" … (+{len(named) - 5})" if len(named) > 5 else ""
        return Refused(
            _("“{text}” may be several sites: {names}").format(
                text=safe(text), names=", ".join(named[:5]) + more
            )
        )

    def operator(self, text: str) -> tuple[str, str]:
        """(staff id, name) of the operator *text* names: by staff id, else by a name that one person has.
        ('', '') for no text. Raises Refused, and names those between whom it does not decide."""
        wanted = fold(text)
        if not wanted:
            return "", ""
        found = [(key, name) for key, name in self._people.items() if key == text.strip()] or [
            (key, name) for key, name in self._people.items() if wanted in (fold(key), fold(name))
        ]
        if len(found) == 1:
            return found[0]
        if not found:
            raise Refused(
                _("nobody of the staff is called “{text}”; give a staff id").format(text=safe(text))
            )
        named = ", ".join(f"{name} ({key})" for key, name in found[:5])
        more = f" … (+{len(found) - 5})" if len(found) > 5 else ""
        raise Refused(
            _("“{text}” may be several people: {names}").format(text=safe(text), names=named + more)
        )

    def many(self, texts: Iterable[str]) -> tuple[str, ...]:
        """The sites meant by *texts*: a name each, ``districts`` (huyện), ``communes`` (xã), ``departments``
        (sở), or those below one district: ``communes 150``. Raises Refused with all that is unknown."""
        found: dict[str, None] = {}
        problems = []
        for text in texts:
            if not text.strip():
                continue
            group = re.fullmatch(r"([a-z]+)(?: ([0-9a-z-]+))?", fold(text))
            if group and group[1] in LEVELS:
                level = LEVELS[group[1]]
                below = [
                    key
                    for key, site in self.sites.items()
                    if site.unit_level == level and (not group[2] or site.district == group[2])
                ]
                if not below:
                    problems.append(_("there is no site of “{text}”").format(text=safe(text)))
                found |= dict.fromkeys(below)
                continue
            try:
                found[self.one(text)] = None
            except Refused as error:
                problems.append(str(error))
        if problems:
            raise Refused("\n".join(problems))
        return tuple(found)


def sites_called(
    reader: Reader, day: str, texts: Sequence[str], taking_part: Collection[str]
) -> tuple[str, ...]:
    """The sites called *texts*: each by its key (closed ones too), as one of those *taking_part* where that
    decides it, else as one of all that are open on *day*. Raises Refused, and names those between which it
    does not decide."""
    keys = sites(reader, day, texts)
    if all(text in keys for text in texts):
        return tuple(texts)
    near, far = Names(reader, day, taking_part), None
    found = []
    for text in texts:
        try:
            found.append(text if text in keys else near.one(text))
        except Refused:
            far = far or Names(reader, day)
            found.append(far.one(text))
    return tuple(found)


def split_names(text: str) -> list[str]:
    """Names as they are typed in one line, with ``;`` between them (a name may hold a comma)."""
    return [part.strip() for part in text.split(";") if part.strip()]


def kind_called(text: str) -> str:
    """The kind of session that *text* begins, in the word of the files or of people. Raises Refused."""
    wanted = fold(text).replace("–", "-")
    found = [kind for kind in KINDS if wanted and any(_begins(each, wanted) for each in (kind, word(kind)))]
    if len(found) == 1:
        return found[0]
    names = ", ".join(word(kind) for kind in KINDS)
    raise Refused(
        _("“{text}” is no kind of session; write one of {names}").format(text=safe(text), names=names)
    )


def _begins(text: str, wanted: str) -> bool:
    return fold(text).replace("–", "-").startswith(wanted)


def typed_moment(text: str, zone: ZoneInfo, today: dt.date) -> dt.datetime:
    """A local date and time as people write it: 05/09/2019 8:00, 2019-09-05T08:00, 5/9 8h, and seen from
    *today* hn 14:00, +1 8:00. Raises Refused."""
    date, _blank, time = text.strip().replace("T", " ").rpartition(" ")
    day, clock = typed_day(date, today), re.fullmatch(r"([01]?\d|2[0-3])[:hg]([0-5]\d)?", time, re.ASCII)
    if day is not None and clock is not None:
        return dt.datetime(day.year, day.month, day.day, int(clock[1]), int(clock[2] or 0), tzinfo=zone)
    raise Refused(_("“{text}” is no date and time; write 05/09/2019 08:00").format(text=safe(text)))


def typed_end(text: str, start: dt.datetime) -> dt.datetime:
    """The end: a time of day (9:30), or a length (90 or 90'), from *start*. Raises Refused."""
    clock = re.fullmatch(r"\s*(\d{1,2})[:hg](\d{2})\s*", text, re.ASCII)
    length = re.fullmatch(r"\s*(\d{1,4})\s*(?:'|m|p|phut|phút)?\s*", text, re.ASCII)
    if clock and int(clock[1]) < 24 and int(clock[2]) < 60:
        end = start.replace(hour=int(clock[1]), minute=int(clock[2]))
        return end if end > start else end + dt.timedelta(days=1)
    if length and int(length[1]):
        return start + dt.timedelta(minutes=int(length[1]))
    try:
        return typed_moment(text, start.tzinfo, start.date())  # type: ignore[arg-type]
    except Refused:
        raise Refused(
            _("“{text}” is no end; write 09:30, or a number of minutes").format(text=safe(text))
        ) from None
