"""Addresses that look like others, and addresses that are typed wrong.

Three sorts of mistakes: an address of no form (a blank, no point, two @), a domain or a name one
letter away from a known one, and letters of another script that look like Latin ones.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from opsconsole.catalogue import N_
from opsconsole.inventory.fields import Address

# Domains that officials write to all the time; one letter off is a typing error.
COMMON = ("gmail.com", "yahoo.com", "yahoo.com.vn", "outlook.com", "hotmail.com", "icloud.com", "mic.gov.vn")

# Letters of other scripts that a reader takes for Latin ones.
_LIKE = str.maketrans(
    "аеорсухіјѕԁһӏьвкмнтАВЕКМНОРСТХУІЈЅαβενικορτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdhlbbkmhtABEKMHOPCTXYIJSabevikoptuxABEZHIKMNOPTYX",
)

REASONS = {
    "form": N_("is no e-mail address"),
    "script": N_("holds letters of another script that look like Latin ones"),
    "domain": N_("the domain is one letter away from a known one"),
    "name": N_("is one letter away from a known address"),
    "point": N_("the domain lacks its point"),
}


@dataclass(frozen=True, slots=True, order=True)
class Suspect:
    """An address that is probably meant otherwise: *why* is a key of ``REASONS``, *meant* what it
    could be."""

    address: str
    why: str
    meant: tuple[str, ...] = ()

    @property
    def data(self) -> dict[str, object]:
        """The suspicion for JSON."""
        return {"address": self.address, "why": self.why, "meant": list(self.meant)}


class Known:
    """Addresses that are known to be right, asked about others. *domains* are right too."""

    def __init__(self, addresses: Iterable[str], domains: Iterable[str] = COMMON) -> None:
        self._addresses = {address.lower() for address in addresses}
        counted = Counter(address.rpartition("@")[2] for address in self._addresses)
        # A domain of which one lone address is declared may be the error itself.
        self._domains = {
            *domains,
            *(domain for domain, count in counted.items() if count > 1 or len(counted) == 1),
        }
        self._near_domain = _index(self._domains)
        self._near = _index(self._addresses)

    def suspect(self, address: str) -> Suspect | None:
        """What is suspicious about *address*; None for one that is known or looks like any other."""
        written = unicodedata.normalize("NFC", address.strip().lower())
        if written in self._addresses and self._domain(written) is None:
            return None
        if not written.isascii():
            return self._foreign(written)
        try:
            Address().convert(written)
        except ValueError:
            return self._malformed(written)
        if (domain := self._domain(written)) is not None:
            return domain
        near = sorted(each for each in self._close(written, self._near) if _differs_in_letters(written, each))
        return Suspect(written, "name", tuple(near[:5])) if near else None

    def _foreign(self, written: str) -> Suspect:
        meant = written.translate(_LIKE)
        if not meant.isascii():
            plain = "".join(c for c in unicodedata.normalize("NFKD", meant) if c.isascii())
            return Suspect(written, "form", (plain,) if plain in self._addresses else ())
        return Suspect(written, "script", (meant,) if meant in self._addresses else ())

    def _domain(self, written: str) -> Suspect | None:
        name, _at, domain = written.rpartition("@")
        if domain in self._domains or any(domain.endswith(f".{each}") for each in self._domains):
            return None
        if domain.startswith("xn--") or ".xn--" in domain:
            try:
                shown = domain.encode("ascii").decode("idna").translate(_LIKE)
            except UnicodeError:
                shown = ""
            meant = (f"{name}@{shown}",) if shown in self._domains else ()
            return Suspect(written, "script", meant)
        near = sorted(self._close(domain, self._near_domain))
        return Suspect(written, "domain", tuple(f"{name}@{each}" for each in near[:3])) if near else None

    def _malformed(self, written: str) -> Suspect:
        repaired = re.sub(r"\s+", "", written).removeprefix("mailto:").strip("<>\"'.,;")
        repaired = repaired.replace(",", ".").replace("..", ".")
        name, _at, domain = repaired.rpartition("@")
        name = name.replace("@", "")
        for each in sorted(self._domains):
            if domain.replace(".", "") == each.replace(".", ""):
                lacks = "." not in domain or domain.count(".") < each.count(".")
                return Suspect(written, "point" if lacks else "form", (f"{name}@{each}",))
        meant = f"{name}@{domain}"
        try:
            Address().convert(meant)
        except ValueError:
            return Suspect(written, "form")
        return Suspect(written, "form", (meant,))

    @staticmethod
    def _close(text: str, index: dict[str, tuple[str, ...]]) -> set[str]:
        """What of *index* is one letter away from *text*: one more, one less, one other, or two
        neighbours in the wrong order."""
        return {each for form in _without_one(text) for each in index.get(form, ()) if _one_off(text, each)}


def _index(texts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """*texts* by themselves and by what they are without one letter."""
    found: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for text in texts:
        for form in {*_without_one(text)}:
            found[form] += (text,)
    return dict(found)


def _without_one(text: str) -> Iterator[str]:
    """*text* and every text that is it without one letter."""
    yield text
    for place in range(len(text)):
        yield text[:place] + text[place + 1 :]


def _one_off(one: str, other: str) -> bool:
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    same = 0
    while same < len(short) and short[same] == long[same]:
        same += 1
    rest, left = short[same:], long[same:]
    if len(short) < len(long):
        return rest == left[1:]
    return rest[1:] == left[1:] or (rest[1:2] + rest[:1] == left[:2] and rest[2:] == left[2:])


def _differs_in_letters(one: str, other: str) -> bool:
    """Whether two addresses one letter apart differ in letters: an2 and an3 are two people."""
    strip = re.compile(r"\d+(?=@)")
    name, alike = (strip.sub("", each).partition("@")[0] for each in (one, other))
    return name != alike and len(name) > 3
