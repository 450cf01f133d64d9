"""Write-back: what somebody wants changed → a proposal: the declared files as they would be, and the
plan of it.

This is the only writer of declared files beside people. Nothing is written before ``write``, and
nothing is applied by it: after it the files say what the plan showed, and an apply with the plan's
digest carries it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.inventory.edits import ItemEdit, Written, edited
from opsconsole.inventory.kind import Kind, Kinds
from opsconsole.inventory.placing import Declared, Files, head, without_defaults
from opsconsole.inventory.planning import plan_in
from opsconsole.inventory.proposal import ChangedMeanwhile, FileEdit, Proposal, write
from opsconsole.inventory.state import stored_timeline
from opsconsole.store.clock import now
from opsconsole.units.era import Era

if TYPE_CHECKING:
    from opsconsole.inventory.part import Only
    from opsconsole.settings import Settings
    from opsconsole.store.database import Database, Reader

__all__ = [
    "Add",
    "Change",
    "ChangedMeanwhile",
    "Edit",
    "FileEdit",
    "Proposal",
    "end",
    "propose",
    "propose_in",
    "write",
]


@dataclass(frozen=True, slots=True)
class Add:
    """A new thing. *unit* is a code of the list of *as_of* (ISO; by default today). It goes into
    *file* where that is named, else into a file that fits, else into a new one."""

    kind: str
    key: str
    fields: Mapping[str, Written]
    unit: str | None = None
    as_of: str | None = None
    file: str | None = None
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """Fields of a declared thing that get another value, or with None are taken away. With *unit* (a
    code of the list of *as_of*) it goes to that unit."""

    kind: str
    key: str
    fields: Mapping[str, Written | None] = field(default_factory=dict)
    unit: str | None = None
    as_of: str | None = None


Edit: TypeAlias = "Add | Change"


def end(kinds: Kinds, kind: str, key: str, date: str, reason: str, decision: str | None = None) -> Change:
    """The statement that a thing ended (``closed:``, ``disposed:``, ``left:``)."""
    stone = {"date": date, "reason": reason, **({"decision": decision} if decision else {})}
    return Change(kind, key, {kinds[kind].ends_by: stone})


def propose(
    database: Database, settings: Settings, edits: Iterable[Edit], *, kinds: Kinds | None = None
) -> Proposal:
    """The proposal for *edits*: what the files would say, and what an apply would then do.

    Reads, never writes. Raises ProblemsFound with everything that is wrong in the files or would be,
    and Refused for an edit that cannot be made: a key that is declared already, or nowhere.
    """
    with database.read() as reader:
        return propose_in(reader, settings, edits, kinds=kinds)


def propose_in(
    reader: Reader,
    settings: Settings,
    edits: Iterable[Edit],
    *,
    kinds: Kinds | None = None,
    only: Only | None = None,
) -> Proposal:
    """The proposal as seen by *reader*; its plan is the part that *only* takes."""
    from opsconsole.inventory.kinds import standard

    kinds = kinds or standard()
    asked = tuple(edits)
    timeline = stored_timeline(reader)
    today = now().astimezone(settings.timezone).date().isoformat()
    files = Files(settings, kinds, {each.kind for each in asked}, timeline.resolve)
    changes = _Changes(files, kinds, today)
    for each in asked:
        changes.note(each)
    found = tuple(changes.files())
    plan = plan_in(reader, settings, kinds=kinds, instead={file.name: file.new for file in found}, only=only)
    return Proposal(found, plan, settings.root)


@dataclass(slots=True)
class _Waiting:
    """What is to become of one thing."""

    kind: Kind
    key: str
    fields: dict[str, Written | None]
    add: Add | None = None
    unit: tuple[str, str] | None = None


class _Changes:
    """Edits gathered by thing, and then by file."""

    def __init__(self, files: Files, kinds: Kinds, today: str) -> None:
        self.all, self.kinds, self.today = files, kinds, today
        self.waiting: dict[tuple[str, str], _Waiting] = {}
        self.new: dict[str, bytes] = {}
        self.by_file: dict[str, list[ItemEdit]] = {}

    def note(self, edit: Edit) -> None:
        """Take *edit* in; several of one thing become one."""
        kind = self.kinds[edit.kind]
        try:
            key = kind.key.convert(edit.key)
        except ValueError as error:
            raise Refused(_("key '{written}' {error}").format(written=edit.key, error=error)) from None
        known = self.waiting.get((kind.name, key))
        there = self.all.place(kind.name, key)
        unit = (edit.unit, edit.as_of or self.today) if edit.unit else None
        if isinstance(edit, Add):
            if there is not None or known is not None:
                place = f"{there.name}:{there.lines[key]}" if there else _("in the same proposal")
                raise Refused(
                    _("{singular} '{key}' is declared already: {place}").format(
                        singular=kind.called, key=key, place=place
                    )
                )
            self.waiting[kind.name, key] = _Waiting(kind, key, dict(edit.fields), edit, unit)
        elif known is not None:
            known.fields |= edit.fields
            known.unit = unit or known.unit
        elif there is None:
            raise Refused(
                _("no file below 'inventory:' declares the {singular} '{key}'").format(
                    singular=kind.called, key=key
                )
            )
        else:
            self.waiting[kind.name, key] = _Waiting(kind, key, dict(edit.fields), None, unit)

    def files(self) -> Iterator[FileEdit]:
        """The files that change, by name."""
        for each in self.waiting.values():
            if each.add is not None:
                fields = {name: value for name, value in each.fields.items() if value is not None}
                self._place(each, fields, sample=each.add.sample, file=each.add.file)
            else:
                self._change(each)
        for name in sorted(self.by_file):
            there = self.all.declared.get(name)
            old = there.data if there else None
            new = edited(self.new[name] if there is None else there.data, name, self.by_file[name])
            if new != old:
                path = self.all.found[name].path if there else self.all.settings.root / name
                yield FileEdit(name, path, old, new)

    def _edit(self, file: str, edit: ItemEdit) -> None:
        self.by_file.setdefault(file, []).append(edit)

    def _era(self, unit: tuple[str, str] | None) -> Era | None:
        if unit is None:
            return None
        try:
            return self.all.resolve(*unit)
        except LookupError as error:
            raise Refused(str(error.args[0])) from None

    def _change(self, each: _Waiting) -> None:
        file = self.all.place(each.kind.name, each.key)
        assert file is not None  # noqa: S101 - noted only where it is declared
        written = file.keys[each.key]
        era = self._era(each.unit)
        if era is not None and self.all.era(file, file.unit_of(each.key)) != era.id:
            if self.all.era(file, file.unit) == era.id:
                each.fields["unit"] = None
            elif self.all.era(file, era.code) == era.id:
                each.fields["unit"] = era.code
            else:  # the list that the file reads its codes against knows no such unit
                self._edit(file.name, ItemEdit(written, {}, gone=True))
                fields = {**file.defaults, **file.items[each.key], **each.fields}
                left = {name: value for name, value in fields.items() if value is not None and name != "unit"}
                self._place(each, left, sample=file.sample, file=None)
                return
        self._edit(file.name, ItemEdit(written, each.fields))

    def _place(
        self, each: _Waiting, fields: Mapping[str, Written], *, sample: bool, file: str | None
    ) -> None:
        """Put a new item where it belongs."""
        era = self._era(each.unit)
        if era is None and each.kind.unit == "required" and file is None:
            raise Refused(
                _("{singular} '{key}' needs a unit").format(singular=each.kind.called, key=each.key)
            )
        name = self.all.named(file) if file else None
        if name is None and (fit := self.all.fitting(each.kind, era, fields, sample)):
            self._into(fit[0], each, fields, fit[1])
        elif name is not None and (there := self.all.declared.get(name)):
            own = None if era is None or self.all.era(there, there.unit) == era.id else era.code
            self._into(there, each, fields, own)
        else:
            if name is not None and name in self.all.found:
                raise Refused(
                    _("{file}: declares things of another kind than {kind}").format(
                        file=name, kind=each.kind.name
                    )
                )
            self._into_new(name, each, fields, era, sample=sample)

    def _into(self, file: Declared, each: _Waiting, fields: Mapping[str, Written], own: str | None) -> None:
        unit = {"unit": own} if own else {}
        self._edit(file.name, ItemEdit(each.key, {**unit, **without_defaults(file, fields)}, new=True))

    def _into_new(
        self,
        name: str | None,
        each: _Waiting,
        fields: Mapping[str, Written],
        era: Era | None,
        *,
        sample: bool,
    ) -> None:
        text = head(each.kind, era, each.unit[1] if each.unit else self.today, sample=sample)
        if name is None:
            name = next((known for known, data in self.new.items() if data == text), None)
        name = name or self.all.new_name(each.kind, era, self.new)
        if self.new.setdefault(name, text) != text:
            raise Refused(_("{file}: one new file cannot hold things of two units").format(file=name))
        self._edit(name, ItemEdit(each.key, fields, new=True))
