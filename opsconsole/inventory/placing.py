"""Where a declared thing stands in the files, and in which file a new one belongs."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.inventory.edits import Plain, Written, of_node, plain
from opsconsole.inventory.emit import lines
from opsconsole.inventory.files import Found, scan
from opsconsole.inventory.kind import Kind, Kinds
from opsconsole.settings import Settings
from opsconsole.strictyaml import Map, Problem, ProblemsFound, parse, read_text
from opsconsole.text import fold
from opsconsole.units.era import Era

_KIND = re.compile(rb"""\bkind["']?\s*:\s*["']?([\w-]+)""")
_UNIT = re.compile(rb"""^unit:[ ]*["']?([\w.-]+)""", re.MULTILINE)
_SAMPLE = re.compile(rb"^sample:", re.MULTILINE)

Resolve = Callable[[str, str], Era]


@dataclass(frozen=True, slots=True)
class Declared:
    """A file as it is: its head, and the fields of its items by key, ``keys`` saying how a key is
    written there."""

    name: str
    data: bytes
    kind: str
    unit: str | None
    as_of: str | None
    sample: bool
    defaults: Mapping[str, Plain]
    items: Mapping[str, Mapping[str, Plain]]
    keys: Mapping[str, str]
    lines: Mapping[str, int]

    def unit_of(self, key: str) -> str | None:
        """The code of the unit of the item *key*."""
        unit = self.items[key].get("unit", self.defaults.get("unit", self.unit))
        return unit if isinstance(unit, str) else None


def declared(name: str, data: bytes, wanted: Container[str]) -> Declared | None:
    """The file called *name* with the bytes *data*; None where it is of no kind of *wanted*. Raises
    ProblemsFound where it is no YAML."""
    top = parse(data, name)
    head = {key: value for key, value in top.items.items() if isinstance(value, str)}
    kind = head.get("kind", "")
    if kind not in wanted:
        return None
    items, defaults = top.items.get("items"), top.items.get("defaults")
    fields, keys, at = {}, {}, {}
    for written, node in items.items.items() if isinstance(items, Map) else ():
        key = written.lower() if kind == "accounts" else written
        content = of_node(node)
        fields[key] = content if isinstance(content, dict) else {}
        keys[key] = written
        at[key] = items.key_place(written)[0]  # type: ignore[union-attr]
    given = of_node(defaults) if isinstance(defaults, Map) else {}
    return Declared(
        name,
        data,
        kind,
        head.get("unit") or None,
        head.get("as_of") or None,
        head.get("sample") not in (None, "no", "false"),
        given if isinstance(given, dict) else {},
        fields,
        keys,
        at,
    )


class Files:
    """The files of an inventory that declare some kinds. Raises ProblemsFound where one of them
    cannot be read."""

    def __init__(self, settings: Settings, kinds: Kinds, wanted: Iterable[str], resolve: Resolve) -> None:
        self.settings, self.kinds, self.resolve = settings, kinds, resolve
        self.found = {each.name: each for each in scan(settings.inventory, settings.root)}
        self.declared: dict[str, Declared] = {}
        self._units: dict[str, str] = {}  # the unit at the head of files of any kind, not generated ones
        self._place: dict[tuple[str, str], Declared] = {}
        names = set(wanted)
        problems: list[Problem] = []
        for each in self.found.values():
            try:
                data = read_text(each.path, each.name)
                if (unit := _UNIT.search(data)) and not _SAMPLE.search(data):
                    self._units[each.name] = unit[1].decode()
                if any(found.decode() in names for found in _KIND.findall(data)):
                    self._note(each, data, names)
            except ProblemsFound as error:
                problems += error.problems
        if problems:
            raise ProblemsFound(problems)

    def _note(self, found: Found, data: bytes, names: set[str]) -> None:
        file = declared(found.name, data, names)
        if file is not None:
            self.declared[found.name] = file
            for key in file.keys:
                self._place.setdefault((file.kind, key), file)

    def of(self, kind: str) -> Iterator[Declared]:
        """The files of *kind*, by name."""
        return (file for _name, file in sorted(self.declared.items()) if file.kind == kind)

    def place(self, kind: str, key: str) -> Declared | None:
        """The file that declares the thing *key*."""
        return self._place.get((kind, key))

    def era(self, file: Declared, unit: str | None) -> str | None:
        """The id of the era that the code *unit* means in *file*; None where it means none."""
        if unit is None or file.as_of is None:
            return None
        try:
            return self.resolve(unit, file.as_of).id
        except LookupError:
            return None

    def fitting(
        self, kind: Kind, era: Era | None, fields: Mapping[str, Written], sample: bool
    ) -> tuple[Declared, str | None] | None:
        """The file in which a new thing of *kind* in *era* belongs, and the unit that its item must
        state itself; None where none fits.

        A file fits when nothing at its head would say of the thing what nobody asked for: another
        unit, a default, that it is generated.
        """
        best: tuple[tuple[int, int, str], Declared, str | None] | None = None
        for file in self.of(kind.name):
            if file.sample != sample or not _defaults_fit(file, fields):
                continue
            own: str | None = None
            if era is None:
                rank = 2 if file.unit is None else 0
            elif file.unit is not None or "unit" in file.defaults:
                rank = 2 if self.era(file, str(file.defaults.get("unit", file.unit))) == era.id else 0
            else:
                own = era.code
                rank = 1 if self.era(file, own) == era.id and self._central(kind, file) else 0
            if rank and (best is None or (rank, len(file.items), file.name) > best[0]):
                best = ((rank, len(file.items), file.name), file, own)
        return best and best[1:]

    def _central(self, kind: Kind, file: Declared) -> bool:
        """Whether *file* holds things of many units, as its kind does in this inventory."""
        return all(each.unit is None for each in self.of(kind.name) if each.sample == file.sample)

    def new_name(self, kind: Kind, era: Era | None, taken: Iterable[str]) -> str:
        """The name of a new file for things of *kind* in *era*: beside other files of the unit,
        else in a folder of the kind below the first folder of the inventory."""
        root = next((path for path in self.settings.inventory if path.is_dir()), None)
        if root is None:
            raise Refused(
                _("'inventory:' in config.yaml names no folder, so there is no place for a new file")
            )
        folder = PurePosixPath(self._relative(root)) / kind.name
        stem = kind.name
        if era is not None:
            if beside := [name for name, unit in self._units.items() if unit == era.code]:
                folder = PurePosixPath(min(beside)).parent
            slug = re.sub(r"[^a-z0-9]+", "-", fold(era.name)).strip("-")
            stem = f"{era.code}-{slug}-{kind.name}"
        used = {*self.found, *taken}
        number, name = 1, str(folder / f"{stem}.yaml")
        while name in used:
            number += 1
            name = str(folder / f"{stem}-{number}.yaml")
        return name

    def named(self, file: str) -> str:
        """The name of the file that somebody asks for as *file*: below a folder of the inventory,
        ending in .yaml. Raises Refused."""
        path = Path(self.settings.root, file)
        name = self._relative(path)
        if name in self.found:
            return name
        below = any(path.is_relative_to(folder) for folder in self.settings.inventory)
        if not below or ".." in path.parts or not name.endswith(".yaml"):
            raise Refused(
                _("{file}: must be a .yaml file below a folder of 'inventory:' in config.yaml").format(
                    file=file
                )
            )
        return name

    def _relative(self, path: Path) -> str:
        root = self.settings.root
        return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)


def _defaults_fit(file: Declared, fields: Mapping[str, Written]) -> bool:
    return all(name in fields or name == "unit" for name in file.defaults)


def head(kind: Kind, era: Era | None, as_of: str, *, sample: bool) -> bytes:
    """The head of a new document, without items."""
    written = {"kind": kind.name}
    if era is not None:
        written |= {"unit": era.code, "as_of": as_of}
    if sample:
        written["sample"] = "generated"
    return ("\n".join([*lines(written), "items: {}"]) + "\n").encode()


def without_defaults(file: Declared, fields: Mapping[str, Written]) -> dict[str, Written]:
    """*fields* without what the defaults of *file* say already."""
    return {name: value for name, value in fields.items() if file.defaults.get(name) != plain(value)}
