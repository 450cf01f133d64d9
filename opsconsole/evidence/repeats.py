"""Messages that stand in a log a second time."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections import Counter, deque
from hashlib import blake2b

REPEATS = 512  # messages that are remembered, to know one that is written a second time

# Only such messages are different whenever they say something else.
_NAMED = re.compile(rb"session=<|mpid=|\)<|: (?:[0-9A-F]{5,}|[0-9A-Za-z]{10,}): (?:client|to)=")


class Repeats:
    """Messages that stand in a log a second time: re-sent by a log shipper, or written by two rules.

    Only one that carries an identity (a session, a process, a queue id) can be told from another
    that says the same; and only the last 512 are remembered.
    """

    def __init__(self, state: str) -> None:
        kept = b64decode(state)
        self._before = deque((kept[at : at + 8] for at in range(0, len(kept), 8)), REPEATS)
        self._last: deque[bytes] = deque(maxlen=REPEATS)
        # Together, these hold the last messages at least: what is in neither is new.
        self._older: set[bytes] = set()
        self._newer: set[bytes] = set()

    def state(self) -> str:
        """The last messages, as digests."""
        digests = [*self._before, *map(_digest, self._last)][-REPEATS:]
        return b64encode(b"".join(digests)).decode()

    def new(self, messages: list[bytes]) -> list[bytes]:
        """*messages* without those that stood there before."""
        here = set(messages)
        again = (here & self._newer) | (here & self._older)
        if len(here) < len(messages):
            again |= {message for message, times in Counter(messages).items() if times > 1}
        doubtful = any(map(_NAMED.search, again))
        new = self._slowly(messages) if doubtful or self._before else messages
        if new is messages:
            self._last.extend(messages)
        if len(self._newer) >= REPEATS:
            self._older, self._newer = self._newer, here
        else:
            self._newer |= here
        return new

    def _slowly(self, messages: list[bytes]) -> list[bytes]:
        new = []
        older = set(self._before)
        newer: dict[bytes, int] = {}
        for one in self._last:
            newer[one] = newer.get(one, 0) + 1
        for message in messages:
            named = _NAMED.search(message) is not None
            if not named or not (message in newer or (older and _digest(message) in older)):
                new.append(message)
            if len(self._last) == REPEATS:
                gone = self._last[0]
                newer[gone] -= 1
                if not newer[gone]:
                    del newer[gone]
            self._last.append(message)
            newer[message] = newer.get(message, 0) + 1
            if self._before and len(self._before) + len(self._last) > REPEATS:
                older.discard(self._before.popleft())
        return new


def _digest(message: bytes) -> bytes:
    return blake2b(message, digest_size=8).digest()
