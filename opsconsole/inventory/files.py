"""The YAML files of an inventory: which there are, and which differ from those last applied."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from opsconsole.catalogue import _
from opsconsole.oserrors import said
from opsconsole.strictyaml import Problem, ProblemsFound, read_text

# A file changed within this time of being looked at may change again without its time stamps
# showing it: they are not remembered, the next plan compares the content.
RACY_NS = 2_000_000_000

# The folder of an inventory with the outlines of reports: they declare nothing, and
# ``opsconsole.reports`` reads them.
OUTLINES = "reports"


@dataclass(frozen=True, slots=True)
class Found:
    """A file that is there. ``name`` is its path from the root, as errors and rows have it.

    ``stamp`` differs after every change of the file, 0 where it could change again unseen.
    """

    name: str
    path: Path
    size: int
    stamp: int


@dataclass(frozen=True, slots=True)
class Known:
    """A file as it was last applied; ``stamp`` 0 means: compare the content."""

    kind: str
    size: int
    stamp: int
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

    ``touched`` have other time stamps and the same content; ``gone`` were applied, lie below a
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

    Raises ProblemsFound for a path that is not there, a folder that cannot be read or is a link,
    and a file whose ending is nearly right: nothing that was meant is passed over in silence.
    """
    found: dict[str, Found] = {}
    problems: list[Problem] = []
    now = time.time_ns()

    def problem(path: str, message: str) -> None:
        problems.append(Problem(_name(path, str(root)), 0, 0, message))

    for path in paths:
        for each, status in _walk(str(path), problem, os.path.join(str(path), OUTLINES)):
            if each != os.fsencode(each).decode("utf-8", "replace"):
                problem(each, _("the name is not UTF-8; rename the file or folder"))
            elif each.endswith(".yaml"):
                name = _name(each, str(root))
                found[name] = Found(name, Path(each), status.st_size, _stamp(status, now))
            else:
                problem(each, _("must be named .yaml; other files are not read"))
    if problems:
        raise ProblemsFound(problems)
    return [found[name] for name in sorted(found)]


def _walk(
    path: str, problem: Callable[[str, str], None], left_out: str
) -> Iterator[tuple[str, os.stat_result]]:
    """The files below the folder *path* without those below *left_out*, or the file *path* itself,
    whatever its name."""
    if not os.path.isdir(path):  # noqa: PTH112 - a path of bytes that are no text is none either
        try:
            yield path, os.lstat(path)
        except (OSError, ValueError):
            problem(path, _("there is no such file or folder"))
        return
    folders = [path]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        if entry.path != left_out:
                            folders.append(entry.path)
                    elif entry.name.lower().endswith((".yaml", ".yml")):
                        with suppress(FileNotFoundError):  # deleted meanwhile
                            yield entry.path, entry.stat(follow_symlinks=False)
                    elif entry.is_symlink() and entry.is_dir():
                        problem(entry.path, _("is a symbolic link; links are not followed"))
        except OSError as error:
            problem(folder, _("cannot be read: {reason}").format(reason=said(error)))


def _stamp(status: os.stat_result, now: int) -> int:
    """The time stamps of a file as one number.

    The time of modification alone can be set, and is by archives and copies; the time of change
    beside it cannot.
    """
    if now - status.st_mtime_ns < RACY_NS:
        return 0
    both = f"{status.st_mtime_ns} {status.st_ctime_ns}".encode()
    return int.from_bytes(hashlib.blake2b(both, digest_size=7).digest()) or 1


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
    everywhere: bool = False,
    instead: Mapping[str, bytes] | None = None,
) -> Comparison:
    """Which of the files *found* below *paths* differ from those *known*.

    *instead* has what files will hold, by name, those that are not there yet too: the comparison
    is with that.

    *full* reads every file, as is needed when what decides their meaning (the units) has changed.
    *everywhere*: a file that was applied from elsewhere (a stick that a commune sent) and is there
    no more is gone too; what it declared stands in no file.
    Raises ProblemsFound with every file that cannot be read.
    """
    changed: list[Content] = []
    touched: list[Found] = []
    unchanged: list[Found] = []
    problems: list[Problem] = []
    names = set()
    instead = instead or {}
    given = [Found(name, root / name, len(data), 0) for name, data in instead.items()]
    there = [each for each in found if each.name not in instead]
    for each in sorted((*there, *given), key=lambda file: file.name) if given else there:
        names.add(each.name)
        before = known.get(each.name)
        if not full and before and each.stamp and (before.size, before.stamp) == (each.size, each.stamp):
            unchanged.append(each)
            continue
        try:
            data = instead[each.name] if each.name in instead else read_text(each.path, each.name)
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
    below = [os.path.abspath(path) for path in paths]  # noqa: PTH100
    gone = sorted(
        name
        for name in known
        if name not in names
        and (_below(str(root / name), below) or (everywhere and not os.path.lexists(root / name)))
    )
    return Comparison(tuple(changed), tuple(touched), tuple(unchanged), tuple(gone))


def _below(path: str, folders: list[str]) -> bool:
    return any(path == folder or path.startswith(folder.rstrip("/") + "/") for folder in folders)


def content_hash(data: bytes) -> str:
    """The hash by which the content of a file is known."""
    return hashlib.blake2b(data, digest_size=20).hexdigest()
