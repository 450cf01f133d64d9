"""Somebody else changed the file meanwhile: what it said when an edit began, what it says now, and what
was typed, field by field.

Where only one side changed a field there is nothing to decide: an edit names the fields that it
touches, and what others wrote into the rest stays. Where both changed one, both values are kept
until somebody chooses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.inventory.edits import Plain, Written, plain
from opsconsole.inventory.fields import FieldType, Group, ListOf
from opsconsole.inventory.kind import TOMBSTONE, Kind, Kinds
from opsconsole.inventory.placing import Declared, Files, declared
from opsconsole.inventory.state import stored_timeline
from opsconsole.inventory.writeback import Add, Change, Edit, end
from opsconsole.strictyaml import ProblemsFound, read_text

if TYPE_CHECKING:
    from opsconsole.settings import Settings
    from opsconsole.store.database import Reader
    from opsconsole.units.timeline import Timeline

UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Said:
    """What a file says of a thing: its fields as they are written there, those of the file's *defaults*
    among them, and the era of its unit ('' for none)."""

    kind: str
    key: str
    file: str
    line: int
    fields: Mapping[str, Plain] = field(default_factory=dict)
    unit: str = ""
    defaults: Mapping[str, Plain] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that both sides changed: what it *was* when the edit began, what the file says *now*, what
    was typed (*mine*). None: it is not there. For ``unit`` the values are eras."""

    kind: str
    key: str
    field: str
    was: Plain | None
    now: Plain | None
    mine: Plain | None


@dataclass(frozen=True, slots=True)
class Meeting:
    """What became of the things of some edits: fields in *clashes* have to be chosen, *theirs* are
    changes by others in fields that nobody here touched, and *gone* are things in no file any more."""

    clashes: tuple[Clash, ...] = ()
    theirs: tuple[Clash, ...] = ()
    gone: tuple[tuple[str, str], ...] = ()

    @property
    def quiet(self) -> bool:
        """Whether nobody has to decide anything."""
        return not self.clashes and not self.gone


def said(
    reader: Reader, settings: Settings, things: Sequence[tuple[str, str, str]]
) -> dict[tuple[str, str], Said]:
    """What the files say of *things* (kind, key, the file in which it was last seen), by kind and key;
    what stands in no file is missing. Looks in that file first, and in all only for what is not there.

    Raises ProblemsFound where files that have to be looked through cannot be read.
    """
    from opsconsole.inventory.kinds import standard

    timeline = stored_timeline(reader)
    found: dict[tuple[str, str], Said] = {}
    read: dict[str, Declared | None] = {}
    missing: list[tuple[str, str]] = []
    for kind, key, file in things:
        if file not in read:
            read[file] = _read(settings, file)
        there = read[file]
        if there is not None and there.kind == kind and key in there.keys:
            found[kind, key] = said_in(there, key, timeline)
        else:
            missing.append((kind, key))
    if missing:
        files = Files(settings, standard(), {kind for kind, _key in missing}, timeline.resolve)
        for kind, key in missing:
            if (there := files.place(kind, key)) is not None:
                found[kind, key] = said_in(there, key, timeline)
    return found


def _read(settings: Settings, name: str) -> Declared | None:
    from opsconsole.inventory.kinds import standard

    if not name:
        return None
    try:
        return declared(name, read_text(settings.root / name, name), {kind.name for kind in standard()})
    except ProblemsFound:
        return None  # looked for in the other files; whoever plans is told what is wrong with this one


def said_in(file: Declared, key: str, timeline: Timeline) -> Said:
    """What *file* says of the thing *key*, which it declares."""
    fields = {**file.defaults, **file.items[key]}
    fields.pop(UNIT, None)
    era, code = "", file.unit_of(key)
    if code and file.as_of:
        try:
            era = timeline.resolve(code, file.as_of).id
        except LookupError:
            era = ""
    return Said(file.kind, key, file.name, file.lines[key], fields, era, file.defaults)


def meet(
    edits: Iterable[Edit],
    opened: Mapping[tuple[str, str], Said],
    now: Mapping[tuple[str, str], Said],
    kinds: Kinds,
    unit_of: Mapping[tuple[str, str], str] | None = None,
) -> Meeting:
    """What *edits* meet: *opened* is what the files said when they began, *now* what they say, *unit_of*
    the era that an edit moves a thing to. Things that *opened* does not know are not looked at."""
    clashes: list[Clash] = []
    theirs: list[Clash] = []
    gone: list[tuple[str, str]] = []
    for edit in edits:
        place = (edit.kind, edit.key)
        before, after = opened.get(place), now.get(place)
        if not isinstance(edit, Change) or before is None:
            continue
        if after is None:
            gone.append(place)
            continue
        kind = kinds[edit.kind]
        mine: dict[str, Plain | None] = {
            name: None if value is None else plain(value) for name, value in edit.fields.items()
        }
        for name in sorted({*before.fields, *after.fields, *mine}):
            was, has = before.fields.get(name), after.fields.get(name)
            if same(kind, name, was, has):
                continue
            one = Clash(*place, name, was, has, mine.get(name, has))
            if name in mine and not same(kind, name, mine[name], has):
                clashes.append(one)
            else:
                theirs.append(one)
        wanted = (unit_of or {}).get(place, "")
        if before.unit != after.unit:
            one = Clash(*place, UNIT, before.unit or None, after.unit or None, wanted or after.unit or None)
            (clashes if wanted and wanted != after.unit else theirs).append(one)
    return Meeting(tuple(clashes), tuple(theirs), tuple(gone))


def same(kind: Kind, name: str, one: Plain | None, other: Plain | None) -> bool:
    """Whether two written values of a field mean the same: ``80`` and ``80.0`` do."""
    if one == other:
        return True
    if one is None or other is None:
        return False
    type_ = TOMBSTONE if name == kind.ends_by else next((f.type for f in kind.fields if f.name == name), None)
    return type_ is not None and value_of(type_, one) == value_of(type_, other)


def value_of(type_: FieldType, written: Any) -> Any:
    """The value that *written* means; itself where it means none, which a plan will say."""
    if isinstance(type_, ListOf):
        return [value_of(type_.item, each) for each in written] if isinstance(written, list) else written
    if isinstance(type_, Group) and isinstance(written, dict):
        if type_.keyed is not None:
            return {key: value_of(Group(type_.fields), each) for key, each in written.items()}
        types = {each.name: each.type for each in type_.fields}
        return {
            name: value_of(types[name], each) if name in types else each for name, each in written.items()
        }
    if not isinstance(written, str):
        return written
    try:
        return type_.convert(written)
    except ValueError:
        return written


def resolved(edits: Sequence[Edit], theirs: Iterable[tuple[str, str, str]]) -> list[Edit]:
    """*edits* without the fields of *theirs* (kind, key, field), which stay as the others wrote them; an
    edit of which nothing is left is dropped."""
    left_to_them = set(theirs)
    kept: list[Edit] = []
    for edit in edits:
        if not isinstance(edit, Change):
            kept.append(edit)
            continue
        fields: dict[str, Written | None] = {
            name: value
            for name, value in edit.fields.items()
            if (edit.kind, edit.key, name) not in left_to_them
        }
        unit = None if (edit.kind, edit.key, UNIT) in left_to_them else edit.unit
        if fields or unit:
            kept.append(Change(edit.kind, edit.key, fields, unit=unit, as_of=edit.as_of if unit else None))
    return kept


def inverse(edit: Edit, before: Said) -> Change:
    """The edit that gives the fields that *edit* touches what they said *before* again, and the thing its
    unit."""
    fields = {
        name: None if before.fields.get(name) == before.defaults.get(name) else before.fields.get(name)
        for name in edit.fields
    }
    code, _at, start = before.unit.partition("@")
    back = bool(edit.unit and before.unit)
    return Change(edit.kind, edit.key, fields, unit=code if back else None, as_of=start if back else None)


def inverses(
    edits: Iterable[Edit], before: Mapping[tuple[str, str], Said], kinds: Kinds, day: str
) -> tuple[Edit, ...]:
    """What takes *edits* back, where the files said *before*: a new thing ends on *day*, since nothing that
    was declared is ever deleted; the rest says again what it said."""
    found: list[Edit] = []
    for edit in edits:
        if isinstance(edit, Add):
            found.append(end(kinds, edit.kind, edit.key, day, _("entered by mistake")))
        elif (there := before.get((edit.kind, edit.key))) is not None:
            found.append(inverse(edit, there))
    return tuple(found)


def eras_asked(reader: Reader, edits: Iterable[Edit], day: str) -> dict[tuple[str, str], str]:
    """The era to which each of *edits* that names a unit moves its thing. Raises Refused."""
    timeline = stored_timeline(reader)
    found = {}
    for edit in edits:
        if edit.unit:
            try:
                found[edit.kind, edit.key] = timeline.resolve(edit.unit, edit.as_of or day).id
            except LookupError as error:
                raise Refused(str(error.args[0])) from None
    return found
