"""The YAML files of an inventory: which there are, and which differ from those last applied."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from opsconsole.catalogue import _
from opsconsole.strictyaml import Problem, ProblemsFound, read_text

# A file changed within this time of being looked at may change again without its time stamp
# showing it: such a stamp is not remembered, the next plan compares the content.
RACY_NS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Found:
    """A file that is there. ``name`` is its path from the root, as errors and rows have it."""

    name: str
    path: Path
    size: int
    modified: int


@dataclass(frozen=True, slots=True)
class Known:
    """A file as it was last applied; ``modified`` 0 means: compare the content."""

    kind: str
    size: int
    modified: int
    hash: str


@dataclass(frozen=True, slots=True)
class Content:
    """A file that was read: what is there, its bytes and their hash."""

    found: Found
    data: bytes
    hash: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The files of a plan beside those last applied, each list sorted by name.

    ``touched`` have another time stamp and the same content; ``gone`` were applied, lie below a
    planned path, and are not there any more.
    """

    changed: tuple[Content, ...]
    touched: tuple[Found, ...]
    unchanged: tuple[Found, ...]
    gone: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether every file still says what was applied."""
        return not self.changed and not self.gone


def scan(paths: Iterable[Path], root: Path) -> list[Found]:
    """All ``*.yaml`` files below *paths* (files or folders), sorted by name, hidden ones left out.

    Raises ProblemsFound for a path that is not there, or a file named ``.yml``.
    """
    found: dict[str, Found] = {}
    problems: list[Problem] = []
    for path in paths:
        if not path.exists():
            problems.append(Problem(_name(str(path), str(root)), 0, 0, _("there is no such file or folder")))
            continue
        for each in _walk(str(path)):
            name = _name(each.path, str(root))
            if each.path.endswith(".yml"):
                problems.append(Problem(name, 0, 0, _("must be named .yaml; .yml files are not read")))
                continue
            found[name] = Found(name, Path(each.path), each.status.st_size, each.status.st_mtime_ns)
    if problems:
        raise ProblemsFound(problems)
    return [found[name] for name in sorted(found)]


@dataclass(slots=True)
class _Entry:
    path: str
    status: os.stat_result


def _walk(path: str) -> Iterator[_Entry]:
    if not Path(path).is_dir():
        yield _Entry(path, os.lstat(path))
        return
    folders = [path]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                elif entry.name.endswith((".yaml", ".yml")):
                    yield _Entry(entry.path, entry.stat(follow_symlinks=False))


def _name(path: str, root: str) -> str:
    absolute = os.path.abspath(path)  # noqa: PTH100 - links are refused later, not followed here
    if absolute == root:
        return ""
    return absolute[len(root) + 1 :] if absolute.startswith(root + os.sep) else absolute


def compare(
    found: Iterable[Found],
    known: Mapping[str, Known],
    paths: Iterable[Path],
    root: Path,
    *,
    full: bool = False,
) -> Comparison:
    """Which of the files *found* below *paths* differ from those *known*.

    *full* reads every file, as is needed when what decides their meaning (the units) has changed.
    Raises ProblemsFound with every file that cannot be read.
    """
    changed: list[Content] = []
    touched: list[Found] = []
    unchanged: list[Found] = []
    problems: list[Problem] = []
    names = set()
    for each in found:
        names.add(each.name)
        before = known.get(each.name)
        if not full and before and (before.size, before.modified) == (each.size, each.modified):
            unchanged.append(each)
            continue
        try:
            data = read_text(each.path, each.name)
        except ProblemsFound as error:
            problems.extend(error.problems)
            continue
        content = Content(each, data, content_hash(data))
        if not full and before and before.hash == content.hash:
            touched.append(each)
        else:
            changed.append(content)
    if problems:
        raise ProblemsFound(problems)
    below = [_name(str(path), str(root)) for path in paths]
    gone = sorted(name for name in known if name not in names and _below(name, below))
    return Comparison(tuple(changed), tuple(touched), tuple(unchanged), tuple(gone))


def _below(name: str, paths: list[str]) -> bool:
    return any(name == path or name.startswith(path + "/") or path == "" for path in paths)


def content_hash(data: bytes) -> str:
    """The hash by which the content of a file is known."""
    return hashlib.blake2b(data, digest_size=20).hexdigest()


def remembered_time(found: Found) -> int:
    """The time stamp of *found* to remember: 0 where the file is so young that it could change
    again within the same stamp."""
    return 0 if time.time_ns() - found.modified < RACY_NS else found.modified
