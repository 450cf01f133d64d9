"""The two facts that the tree of all times is made of: eras of units, and links between them."""

from __future__ import annotations

from dataclasses import dataclass

# The order in which units of one parent are shown; a level that is not here comes last.
LEVELS = ("province", "department", "district", "commune")
FOREVER = "9999-12-31"

# How a unit can change. A link carries those that apply, in this order, joined by a comma.
CHANGES = ("split", "merge", "recode", "rename", "retype", "transfer", "create", "dissolve", "revert")


@dataclass(frozen=True, slots=True, order=True)
class Era:
    """A unit as it stood from *start* until *end* (half-open, ISO days; None: it still stands).

    ``id`` is ``code@start``: codes are used again, so a code alone names nothing. A change of
    name, type or parent, and taking in another unit, begin a new era of the same code.
    ``parent`` is a code. ``begun_by`` and ``ended_by`` are keys of reorganisations;
    ``restores`` is the era that stands again in this one after a reorganisation was reverted.
    """

    id: str
    code: str
    start: str
    end: str | None
    name: str
    type: str
    level: str
    parent: str | None
    begun_by: str | None = None
    ended_by: str | None = None
    restores: str | None = None

    def stands(self, day: str) -> bool:
        """Whether the unit stands so on *day*."""
        return self.start <= day and (self.end is None or day < self.end)

    @property
    def last_day(self) -> str | None:
        """The last day on which it stood, None while it stands."""
        import datetime as dt

        return None if self.end is None else (dt.date.fromisoformat(self.end) - dt.timedelta(1)).isoformat()

    @property
    def order(self) -> tuple[int, str, str]:
        """Place among others of one parent: by level, then by code."""
        return (LEVELS.index(self.level) if self.level in LEVELS else len(LEVELS), self.code, self.start)

    @property
    def data(self) -> dict[str, str | None]:
        """The era for JSON."""
        return {
            "id": self.id,
            "code": self.code,
            "name": self.name,
            "type": self.type,
            "level": self.level,
            "parent": self.parent,
            "from": self.start,
            "to": self.end,
            "begun_by": self.begun_by,
            "ended_by": self.ended_by,
            "restores": self.restores,
        }


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """What became of the era *from_id* on the day *at*: it is in *to_id* from then on.

    ``share`` is whole, part, or rest (what remained when the parts were taken off).
    ``follows`` marks the one link of an era that its assets, mailboxes and sites take.
    ``change`` names what happened (``CHANGES``, joined by commas).
    """

    from_id: str
    to_id: str
    at: str
    share: str
    follows: bool
    change: str
    reorganisation: str

    @property
    def data(self) -> dict[str, str | bool | list[str]]:
        """The link for JSON."""
        return {
            "from": self.from_id,
            "to": self.to_id,
            "at": self.at,
            "share": self.share,
            "follows": self.follows,
            "changes": self.change.split(","),
            "reorganisation": self.reorganisation,
        }
