"""Sites by the names under which they join: declared ones decide, similar ones are only shown.

A participant calls itself as it likes: "Điểm cầu Lạc Sơn (Nguyễn Văn A)", "H323-LacSon", an address.
Only a key, a name, an alias or an address as declared makes it a site; sites that it looks like are
candidates for somebody who writes the alias.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from opsconsole.evidence.unknown import Unknown
from opsconsole.text import fold, match_key, squeeze

MOST_CANDIDATES = 5
MOST_GUESSED = 500  # different names that are compared letter by letter in one run
SHORTEST = 5  # letters of a site's own words: "Văn" is in the names of many people
LONGEST = 200  # characters of a name that are looked at

# Words that say what a place is, not which.
_COMMON = frozenset(
    [
        "diem",
        "cau",
        "phong",
        "hop",
        "truc",
        "tuyen",
        "ubnd",
        "hdnd",
        "uy",
        "ban",
        "nhan",
        "dan",
        "xa",
        "phuong",
        "thi",
        "tran",
        "huyen",
        "tinh",
        "thanh",
        "pho",
        "so",
        "ban",
        "room",
        "meeting",
        "site",
        "vc",
        "mcu",
        "codec",
        "hd",
        "h323",
        "sip",
        "polycom",
        "cisco",
        "tandberg",
        "zoom",
        "webex",
        "teams",
        "guest",
        "host",
        "khach",
    ]
)
_WORD = re.compile(r"[0-9a-z]+")
_BRACKETS = re.compile(r"^(.*?)\s*[(\[]([^()\[\]]*)[)\]]\s*$")
_SCHEME = re.compile(r"^(?:sips?|h323|tel|https?|skype|xmpp):(?://)?", re.IGNORECASE)
_PORT = re.compile(r":\d{1,5}$")


def address_key(value: str) -> str:
    """The form in which two writings of one SIP, H.323 or web address are equal."""
    text = _SCHEME.sub("", value.strip().strip("<>")).split(";", 1)[0].split("?", 1)[0]
    return _PORT.sub("", text.rstrip("/")).casefold()


class SiteNames:
    """The sites of a province and the names they answer to."""

    def __init__(self) -> None:
        self._by: dict[str, dict[str, set[str]]] = {
            form: defaultdict(set) for form in ("key", "name", "fold", "address")
        }
        self._words: dict[str, list[frozenset[str]]] = defaultdict(list)
        self._known: dict[tuple[str, tuple[str, ...]], str | Unknown] = {}
        self._guessed = 0

    def add(self, key: str, names: Iterable[str], address: str = "") -> None:
        """A site with its *names* (aliases among them) and its address."""
        self._by["key"][key.casefold()].add(key)
        for text in names:
            self._by["name"][match_key(text)].add(key)
            self._by["fold"][fold(text)].add(key)
            words = frozenset(_WORD.findall(fold(text))) - _COMMON
            if len("".join(words)) >= SHORTEST:
                self._words[key].append(words)
        if address and (folded := address_key(address)):
            self._by["address"][folded].add(key)
            user, at, _host = folded.partition("@")
            if at and user:
                self._by["address"][user].add(key)

    def find(self, name: str, also: Sequence[str] = ()) -> str | Unknown:
        """The site that *name* means, else that one of *also* means."""
        asked = (name, tuple(also))
        found = self._known.get(asked)
        if found is None:
            if len(self._known) > 50_000:
                self._known.clear()
            found = self._known[asked] = self._find(name, also)
        return found

    def _find(self, name: str, also: Sequence[str]) -> str | Unknown:
        several: tuple[str, ...] = ()
        for text in dict.fromkeys((name, *also)):
            for form, key in self._forms(text[:LONGEST]):
                keys = self._by[form].get(key, ())
                if len(keys) == 1:
                    return next(iter(keys))
                if keys:
                    several = several or tuple(sorted(keys))
        return Unknown("site", name, several or self._similar(name))

    def _forms(self, text: str) -> Iterator[tuple[str, str]]:
        """The forms in which *text* is looked up, the surest first."""
        for part in self._parts(text):
            yield "key", part.casefold()
            yield "name", match_key(part)
            yield "fold", fold(part)
        yield "address", address_key(text)

    @staticmethod
    def _parts(text: str) -> Iterator[str]:
        """*text*, then what stands before and in its brackets: "Mai Châu (Guest)"."""
        text = squeeze(text)
        yield text
        found = _BRACKETS.match(text)
        if found:
            yield from filter(None, found.groups())

    def _similar(self, name: str) -> tuple[str, ...]:
        """Sites that *name* looks like: those all of whose words stand in it, else those written
        almost the same."""
        folded = fold(name[:LONGEST])
        words = frozenset(_WORD.findall(folded))
        joined = "".join(_WORD.findall(folded))
        found: list[tuple[int, str]] = []
        for key, names in self._words.items():
            fit = [len(one) for one in names if one <= words or self._in(one, joined)]
            if fit:
                found.append((-max(fit), key))
        if found:
            best = min(found)[0]
            return tuple(sorted(key for rank, key in found if rank == best)[:MOST_CANDIDATES])
        if not words or self._guessed >= MOST_GUESSED:
            return ()
        self._guessed += 1
        near = difflib.get_close_matches(folded, list(self._by["fold"]), MOST_CANDIDATES, 0.8)
        keys = {key for one in near for key in self._by["fold"][one]}
        return tuple(sorted(keys)[:MOST_CANDIDATES])

    @staticmethod
    def _in(words: frozenset[str], joined: str) -> bool:
        """Whether all *words* stand in a name written without blanks."""
        return all(word in joined for word in words)
