"""What is declared about units, as values: units as first recorded, and reorganisations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Unit:
    """A unit as it was when it was first recorded, on the day *start*."""

    code: str
    name: str
    type: str
    level: str
    parent: str | None
    start: str


@dataclass(frozen=True, slots=True)
class Origin:
    """A unit that another one comes from. ``share`` is whole, part or rest; ``follows`` says that
    what the unit held goes with this part and not with the rest."""

    code: str
    share: str = "whole"
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A unit that stands after a reorganisation. None: as its main predecessor had it.

    ``origins`` None: it comes from itself; empty: it is created.
    """

    code: str
    name: str | None = None
    type: str | None = None
    level: str | None = None
    parent: str | None = None
    origins: tuple[Origin, ...] | None = None

    @property
    def comes_from(self) -> tuple[Origin, ...]:
        """The units it comes from: itself, where nothing is said."""
        return (Origin(self.code),) if self.origins is None else self.origins


@dataclass(frozen=True, slots=True)
class Reorganisation:
    """A decision that changes units from the day *effective* on.

    ``ends`` are (code, holder): units dissolved, and the unit that takes over what each held.
    ``reverts`` is the key of a reorganisation that this one takes back.
    """

    key: str
    effective: str
    changes: tuple[Change, ...] = ()
    ends: tuple[tuple[str, str], ...] = ()
    reverts: str | None = None


def units_of(records: Mapping[str, Mapping[str, Any]]) -> list[Unit]:
    """The units that *records* (contents by code, fields named as in YAML) declare."""
    return sorted(
        Unit(code, each["name"], each["type"], each["level"], each.get("parent"), each["from"])
        for code, each in records.items()
        if not each.get("withdrawn")
    )


def reorganisations_of(records: Mapping[str, Mapping[str, Any]]) -> list[Reorganisation]:
    """The reorganisations that *records* (contents by key, fields named as in YAML) declare."""
    return [
        Reorganisation(
            key,
            each["effective"],
            tuple(_changes(each.get("changes") or {})),
            tuple(sorted((code, end["holder"]) for code, end in (each.get("ends") or {}).items())),
            each.get("reverts"),
        )
        for key, each in sorted(records.items())
        if not each.get("withdrawn")
    ]


def _changes(changes: Mapping[str, Mapping[str, Any]]) -> Iterable[Change]:
    for code, each in sorted(changes.items()):
        origins = each.get("from")
        yield Change(
            code,
            each.get("name"),
            each.get("type"),
            each.get("level"),
            each.get("parent"),
            None
            if origins is None
            else tuple(
                Origin(origin, value.get("share") or "whole", bool(value.get("follows")))
                for origin, value in sorted(origins.items())
            ),
        )
