"""Where one was: the places before and after this one, as in a browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

_MOST = 200


@dataclass(frozen=True)
class Spot:
    """A page and how it was left (``Page.memory``, with the key under the cursor)."""

    page: str
    memory: dict[str, Any] = field(default_factory=dict)


class Places:
    """Spots before and after the present one."""

    def __init__(self) -> None:
        self._before: list[Spot] = []
        self._after: list[Spot] = []

    def leave(self, spot: Spot) -> None:
        """*spot* is left for somewhere new: nothing lies ahead any more."""
        if not self._before or self._before[-1] != spot:
            self._before.append(spot)
        del self._before[:-_MOST]
        self._after.clear()

    def back(self, here: Spot) -> Spot | None:
        """The spot before; *here* then lies ahead. None at the beginning."""
        return _step(self._before, self._after, here)

    def forward(self, here: Spot) -> Spot | None:
        """The spot ahead; *here* then lies behind. None at the end."""
        return _step(self._after, self._before, here)


def _step(there: list[Spot], behind: list[Spot], here: Spot) -> Spot | None:
    while there:
        spot = there.pop()
        if spot != here:
            behind.append(here)
            return spot
    return None
