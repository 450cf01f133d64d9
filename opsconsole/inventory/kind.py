"""A kind of declared thing, and the registry of kinds.

Adding a kind is one module that makes a ``Kind``: its fields, the form of its key, its
references and its table. Loading, plan, apply, export, orphans, history and schema follow.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.inventory.fields import Choice, Code, Day, Field, FieldType, Group, Text

if TYPE_CHECKING:
    from opsconsole.strictyaml import Problem

# Columns that every table of a kind begins with, in this order.
COMMON_COLUMNS = (
    ("province", "text"),
    ("key", "text"),
    ("file", "text"),
    ("line", "whole"),
    ("digest", "text"),
    ("revision", "whole"),
    ("sample", "whole"),
    ("orphaned", "whole"),  # the revision in which it was found in no file any more; 0: declared
    ("fold", "text"),  # what a search compares: key and names, folded
    ("sort_key", "text"),  # Vietnamese order of its name
)
UNIT_COLUMN = ("unit_id", "text")
ENDED_COLUMNS = (("ended", "text"), ("ended_reason", "text"), ("ended_decision", "text"))

KEY_TEXT = Code(r"[0-9A-Za-z][0-9A-Za-z._/-]{0,63}", "letters, digits and . _ / -, at most 64")

TOMBSTONE = Group(
    (
        Field("date", Day(), "the day on which it ended", required=True),
        Field("reason", Text(500), "why", required=True),
        Field("decision", Text(200), "number and date of the decision"),
    )
)


class Declared(Protocol):
    """What a check is given: the records of every kind, and how to point at a field of one."""

    def of(self, kind: str) -> Mapping[str, Any]:
        """The records of the kind called *kind* in the changed files, by key."""

    def every(self, kind: str) -> Mapping[str, Any]:
        """The same, and of those that the register holds the ones that no changed file names."""

    def problem(self, record: Any, field_name: str, message: str) -> Problem:
        """A problem of *record* at the place of its field."""


@dataclass(frozen=True)
class Kind:
    """A kind of declared thing.

    *name* is what ``kind:`` says at the head of a file, *table* the table of its rows. *unit*
    is ``required``, ``optional`` or None. *ends_by* names the field that states its end
    (``disposed:``). *name_fields* are searched and shown, the first gives the order. *check*
    looks at all records of the kind together. *version* names the field that must be raised when
    another one changes, except those of *wording*.
    """

    name: str
    singular: str
    table: str
    title: str
    key: FieldType
    fields: tuple[Field, ...]
    name_fields: tuple[str, ...]
    unit: str | None = None
    ends_by: str = "withdrawn"
    people: bool = False
    order: int = 50
    indexed: tuple[str, ...] = ()  # columns by which its rows are looked for
    check: Callable[[Declared], list[Problem]] | None = None
    version: str = ""
    wording: tuple[str, ...] = ()
    _by_name: dict[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {f.name: f for f in self.fields})
        common = {name for name, _type in (*COMMON_COLUMNS, UNIT_COLUMN, *ENDED_COLUMNS)}
        if taken := common & {f.column for f in self.fields}:
            raise ValueError(f"fields of {self.name} use columns that every table has: {sorted(taken)}")

    @property
    def called(self) -> str:
        """What one of them is called, in the language in use."""
        return _(self.singular)

    def field(self, name: str) -> Field:
        """The field called *name* in YAML."""
        return self._by_name[name]

    @cached_property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """(name, type) of all columns of the table, in order."""
        return (
            *COMMON_COLUMNS,
            *((UNIT_COLUMN,) if self.unit else ()),
            *ENDED_COLUMNS,
            *((f.column, f.type.column) for f in self.fields),
        )

    @cached_property
    def allowed(self) -> frozenset[str]:
        """The names that an item of this kind may carry."""
        names = {f.name for f in self.fields} | {self.ends_by}
        return frozenset(names | ({"unit"} if self.unit else set()))


class Kinds:
    """A registry of kinds: refuses two of one name, and says what it knows when one is unknown."""

    def __init__(self, kinds: tuple[Kind, ...] = ()) -> None:
        self._kinds: dict[str, Kind] = {}
        for kind in kinds:
            self.add(kind)

    def add(self, kind: Kind) -> None:
        """Register *kind*."""
        for known in self._kinds.values():
            if kind.name == known.name or kind.table == known.table:
                raise ValueError(
                    _("two kinds are called {name!r} or use the table {table!r}").format(
                        name=kind.name, table=kind.table
                    )
                )
        self._kinds[kind.name] = kind

    def __iter__(self) -> Iterator[Kind]:
        return iter(sorted(self._kinds.values(), key=lambda kind: (kind.order, kind.name)))

    def __contains__(self, name: str) -> bool:
        return name in self._kinds

    def __getitem__(self, name: str) -> Kind:
        if name in self._kinds:
            return self._kinds[name]
        raise Refused(_("there is no kind '{name}'; {hint}").format(name=name, hint=self.hint(name)))

    def hint(self, name: str) -> str:
        """Words that help somebody who wrote the unknown kind *name*."""
        near = difflib.get_close_matches(name, self._kinds, 1)
        return (
            _("did you mean '{value}'?").format(value=near[0])
            if near
            else _("known: {names}").format(names=", ".join(k.name for k in self))
        )


def choice(*values: str) -> Choice:
    """A field that is one of *values*."""
    return Choice(values)
