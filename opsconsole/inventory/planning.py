"""Planning: the declared files and the register are held against each other, and a plan is made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsconsole.catalogue import _
from opsconsole.inventory.change import Orphan, PlannedChange
from opsconsole.inventory.files import Known, compare, scan
from opsconsole.inventory.kind import Kind, Kinds
from opsconsole.inventory.limits import find_stops
from opsconsole.inventory.moves import moves_of
from opsconsole.inventory.part import Only, part_of
from opsconsole.inventory.plan import Plan
from opsconsole.inventory.records import Content, Record, RowForm
from opsconsole.strictyaml import Problem, ProblemsFound

if TYPE_CHECKING:
    from opsconsole.inventory.state import Desired, Progress
    from opsconsole.settings import Settings
    from opsconsole.store.database import Database, Reader


def make_plan(
    database: Database,
    settings: Settings,
    paths: Sequence[Path] | None = None,
    *,
    kinds: Kinds | None = None,
    progress: Progress | None = None,
    only: Only | None = None,
) -> Plan:
    """The plan for the files below *paths* (by default the whole inventory of *settings*); the part
    of it that *only* takes.

    Reads, never writes. Raises ProblemsFound with everything that is wrong in the files.
    """
    with database.read() as reader:
        return plan_in(reader, settings, paths, kinds=kinds, progress=progress, only=only)


def plan_in(
    reader: Reader,
    settings: Settings,
    paths: Sequence[Path] | None = None,
    *,
    kinds: Kinds | None = None,
    progress: Progress | None = None,
    instead: Mapping[str, bytes] | None = None,
    only: Only | None = None,
) -> Plan:
    """The plan as seen by *reader*, which may be the write transaction that will apply it.

    *instead* has what files will hold, by their names from the root: a plan over edits that are
    not written yet.
    """
    from opsconsole.inventory.kinds import standard

    kinds = kinds or standard()
    roots = list(paths or settings.inventory)
    revision = reader.value("SELECT revision FROM register WHERE province = :province") or 0
    known = known_files(reader)
    found = scan(roots, settings.root)
    files = compare(found, known, roots, settings.root, everywhere=not paths, instead=instead)
    orphans = stored_orphans(reader, kinds)
    if files.same:
        return Plan(revision, orphans=orphans, files=files, province=reader.province)

    from opsconsole.inventory.state import load, touches_units

    kind_of_file = {name: each.kind for name, each in known.items()}
    units_changed = touches_units(files, kind_of_file)
    if units_changed:
        files = compare(found, known, roots, settings.root, full=True, everywhere=not paths, instead=instead)
    desired = load(reader, files, kinds, units_changed=units_changed, progress=progress)
    plan = _Planner(reader, settings, kinds, desired, revision, orphans, kind_of_file).plan()
    return plan if only is None else part_of(plan, reader, settings, kinds, only)


def known_files(reader: Reader) -> dict[str, Known]:
    """The files as they were last applied, by name."""
    rows = reader.rows(
        "SELECT path, kind, size, modified, hash FROM declared_file WHERE province = :province"
    )
    return {name: Known(*rest) for name, *rest in rows}


def stored_orphans(reader: Reader, kinds: Kinds) -> tuple[Orphan, ...]:
    """The things that an apply found in no file any more, and that no tombstone ended."""
    sql = " UNION ALL ".join(
        f"SELECT '{kind.name}', key, file, line FROM {kind.table} "  # noqa: S608
        "WHERE province = :province AND orphaned > 0 AND ended IS NULL"
        for kind in kinds
    )
    return tuple(sorted(Orphan(*row) for row in reader.rows(sql)))


@dataclass(slots=True)
class _Stored:
    """The light part of a row, enough to see whether a record differs from it."""

    digest: str
    file: str
    line: int
    orphaned: int
    unit_id: str | None
    ended: str | None
    sample: int


class _Planner:
    def __init__(
        self,
        reader: Reader,
        settings: Settings,
        kinds: Kinds,
        desired: Desired,
        revision: int,
        orphans: tuple[Orphan, ...],
        kind_of_file: Mapping[str, str],
    ) -> None:
        self.reader, self.settings, self.kinds = reader, settings, kinds
        self.desired, self.revision, self.orphans = desired, revision, orphans
        self.read_names = {content.found.name for content in desired.files.changed}
        self.gone = set(desired.files.gone)
        self.kept = {each.name for each in (*desired.files.unchanged, *desired.files.touched)}
        self.kind_of_file = kind_of_file
        self.problems: list[Problem] = []

    def plan(self) -> Plan:
        changes: list[tuple[tuple[str, int, str], PlannedChange]] = []
        writes: dict[str, tuple[Record, ...]] = {}
        relocated: dict[str, tuple[Record, ...]] = {}
        new_orphans: list[Orphan] = []
        found_again: set[tuple[str, str]] = set()
        labels = _Labels(self.desired)
        for kind in self.kinds:
            records = self.desired.of(kind.name)
            files = [
                name for name in (*self.read_names, *self.gone) if self.kind_of_file.get(name) == kind.name
            ]
            restates = bool(self.desired.units_changed and kind.unit)
            if not records and not files and not restates:
                continue
            stored = self._stored(kind, records, files, whole=restates)
            differing = self._restated(kind, records, stored) if restates else []
            new_orphans += [
                Orphan(kind.name, r.key, r.file, r.line) for r in differing if stored[r.key].orphaned
            ]
            moved: list[Record] = []
            for key, record in records.items():
                before = stored.get(key)
                if before is None:
                    differing.append(record)
                    continue
                self._same_key_elsewhere(record, before)
                if before.digest != record.digest:
                    differing.append(record)
                elif before.orphaned or (before.file, before.line, before.sample) != (
                    record.file,
                    record.line,
                    record.sample,
                ):
                    moved.append(record)
                if before.orphaned:
                    found_again.add((kind.name, key))
            contents = self._contents(kind, [r.key for r in differing if r.key in stored])
            for record in differing:
                self._versioned(record, contents.get(record.key))
                change = self._change(record, contents.get(record.key), stored.get(record.key), labels)
                changes.append(((labels.order(change.unit_id), kind.order, change.key), change))
            writes[kind.name] = tuple(differing)
            relocated[kind.name] = tuple(moved)
            new_orphans += [
                Orphan(kind.name, key, row.file, row.line)
                for key, row in stored.items()
                if key not in records
                and not row.orphaned
                and (row.file in self.read_names or row.file in self.gone)
            ]
        if self.problems:
            raise ProblemsFound(self.problems)
        changes.sort(key=lambda each: each[0])
        planned = tuple(change for _order, change in changes)
        ended = self._ended(new_orphans)
        orphans = [o for o in self.orphans if (o.kind, o.key) not in found_again]
        orphans += [o for o in new_orphans if (o.kind, o.key) not in ended]
        moves = moves_of(self.reader, self.desired, self.kinds, planned) if self.desired.units_changed else ()
        return Plan(
            self.revision,
            planned,
            tuple(sorted(set(orphans))),
            moves,
            find_stops(
                self.reader,
                self.kinds,
                planned,
                self.settings.limits,
                labels.label,
                self.desired.timeline.eras,
            ),
            self.desired.files,
            writes,
            relocated,
            tuple(sorted(new_orphans)),
            self.desired,
            self.reader.province,
        )

    def _restated(
        self, kind: Kind, records: Mapping[str, Record], stored: Mapping[str, _Stored]
    ) -> list[Record]:
        """Things that no file of this plan declares, and whose unit's era is no more because the
        units are declared otherwise now: they go to the era of the same code, on the same day or
        the next after it."""
        lost = [
            key
            for key, row in stored.items()
            if key not in records and row.unit_id and row.unit_id not in self.desired.timeline.eras
        ]
        restated = []
        for key, content in self._contents(kind, lost).items():
            row = stored[key]
            code, _at, day = content["unit"].partition("@")
            eras = self.desired.timeline.history(code)
            later = [era for era in eras if era.end is None or era.end > day]
            if not eras:
                message = _(
                    "{called} '{key}' is in unit '{code}', which nothing declares any more; declare it"
                )
                self.problems.append(
                    Problem(row.file, row.line, 1, message.format(called=kind.called, key=key, code=code))
                )
                continue
            content["unit"] = (later or eras)[0 if later else -1].id
            restated.append(Record(kind, key, content, row.file, row.line, row.sample))
        return restated

    def _stored(
        self, kind: Kind, records: Mapping[str, Record], files: list[str], *, whole: bool = False
    ) -> dict[str, _Stored]:
        unit = "unit_id" if kind.unit else "NULL"
        sql = (
            f"SELECT key, digest, file, line, orphaned, {unit}, ended, sample FROM {kind.table} "  # noqa: S608
            "WHERE province = :province"
        )
        if whole or len(records) > 500 or len(files) > 20:
            return {key: _Stored(*rest) for key, *rest in self.reader.rows(sql)}
        stored: dict[str, _Stored] = {}
        for name in files:
            for key, *rest in self.reader.rows(f"{sql} AND file = :file", {"file": name}):
                stored[key] = _Stored(*rest)
        for key in records.keys() - stored.keys():
            row = self.reader.row(f"{sql} AND key = :key", {"key": key})
            if row is not None:
                stored[key] = _Stored(*row[1:])
        return stored

    def _contents(self, kind: Kind, keys: list[str]) -> dict[str, Content]:
        form = RowForm(kind, self.reader.province)
        rows: Iterable[tuple[Any, ...]]
        if len(keys) > 500:
            wanted = set(keys)
            rows = (row for row in self.reader.rows(form.select("true")) if row[1] in wanted)
        else:
            rows = (row for key in keys for row in self.reader.rows(form.select("key = :key"), {"key": key}))
        return {row[1]: form.content(row) for row in rows}

    def _same_key_elsewhere(self, record: Record, before: _Stored) -> None:
        """A key that another file, which is not part of this reading, still declares."""
        if (
            before.file == record.file
            or before.file in self.read_names
            or before.file in self.gone
            or before.orphaned
        ):
            return
        if before.file in self.kept or (self.settings.root / before.file).exists():
            message = _(
                "{singular} '{key}' is declared twice; first at {file}:{line}. Delete one of them"
            ).format(singular=record.kind.called, key=record.key, file=before.file, line=before.line)
            self.problems.append(self.desired.problem(record, "", message))

    def _versioned(self, record: Record, before: Content | None) -> None:
        """Another meaning under the version of the one before would make figures that nobody can tell
        apart."""
        kind, after = record.kind, record.content
        if not kind.version or before is None or after[kind.version] > before[kind.version]:
            return
        passed = {*kind.wording, kind.ends_by}
        changed = [name for name in after.keys() | before.keys() if after.get(name) != before.get(name)]
        if meant := sorted(name for name in changed if name not in passed):
            message = _(
                "{singular} '{key}' says something else ({fields}): raise '{version}:' to {next}"
            ).format(
                singular=kind.called,
                key=record.key,
                fields=", ".join(meant),
                version=kind.version,
                next=before[kind.version] + 1,
            )
            self.problems.append(self.desired.problem(record, kind.version, message))

    def _change(
        self, record: Record, before: Content | None, stored: _Stored | None, labels: _Labels
    ) -> PlannedChange:
        if stored is None:
            action = "create"
        elif record.ended and not stored.ended:
            action = "end"
        elif stored.ended and not record.ended:
            action = "revive"
        elif record.unit_id != stored.unit_id:
            action = "transfer"
        else:
            action = "update"
        unit_id = record.unit_id
        return PlannedChange(
            record.kind.name,
            record.key,
            action,
            unit_id,
            labels.label(unit_id),
            before,
            record.content,
            record.file,
            record.line,
        )

    def _ended(self, orphans: Iterable[Orphan]) -> set[tuple[str, str]]:
        """Those of *orphans* that a tombstone ended: their absence is in order."""
        ended = set()
        for kind_name, keys in _by_kind(orphans):
            table = self.kinds[kind_name].table
            sql = f"SELECT key FROM {table} WHERE province = :province AND ended IS NOT NULL"  # noqa: S608
            ended |= {(kind_name, key) for (key,) in self.reader.rows(sql) if key in keys}
        return ended


def _by_kind(orphans: Iterable[Orphan]) -> Iterator[tuple[str, set[str]]]:
    keys: dict[str, set[str]] = defaultdict(set)
    for orphan in orphans:
        keys[orphan.kind].add(orphan.key)
    yield from sorted(keys.items())


class _Labels:
    """What units are called in a plan, and their order (by code)."""

    def __init__(self, desired: Desired) -> None:
        self._timeline = desired.timeline
        self._labels: dict[str | None, str] = {None: ""}

    def label(self, unit_id: str | None) -> str:
        """Name and code of the era *unit_id*."""
        if unit_id not in self._labels:
            era = self._timeline.eras.get(unit_id or "")
            self._labels[unit_id] = f"{era.name} ({era.code})" if era else str(unit_id)
        return self._labels[unit_id]

    def order(self, unit_id: str | None) -> str:
        """Things of no unit first, then by code."""
        return unit_id or ""
