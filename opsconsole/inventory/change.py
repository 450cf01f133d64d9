"""The parts of a plan: a thing that would change, a thing that stands in no file any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from opsconsole.inventory.records import Content


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """One thing that would change. ``unit_label`` is for people; contents are by field name."""

    kind: str
    key: str
    action: str
    unit_id: str | None
    unit_label: str
    before: Content | None
    after: Content
    file: str
    line: int

    @property
    def fields(self) -> tuple[tuple[str, Any, Any], ...]:
        """(field, before, after) of every field that differs, by name; None where there is none."""
        before = self.before or {}
        return tuple(
            (name, before.get(name), self.after.get(name))
            for name in sorted(before.keys() | self.after.keys())
            if before.get(name) != self.after.get(name)
        )

    @property
    def data(self) -> dict[str, Any]:
        """The change for JSON."""
        return {
            "kind": self.kind,
            "key": self.key,
            "action": self.action,
            "unit": self.unit_id,
            "before": self.before,
            "after": self.after,
            "file": self.file,
            "line": self.line,
        }


@dataclass(frozen=True, slots=True, order=True)
class Orphan:
    """A thing that stands in the register and in no file any more; where it stood last."""

    kind: str
    key: str
    file: str
    line: int

    @property
    def data(self) -> dict[str, Any]:
        """The orphan for JSON."""
        return {"kind": self.kind, "key": self.key, "file": self.file, "line": self.line}
