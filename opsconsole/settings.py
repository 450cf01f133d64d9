"""config.yaml → Settings: everything that a working copy may set, each value checked at its line."""

from __future__ import annotations

import datetime as dt
import difflib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from opsconsole.catalogue import _
from opsconsole.strictyaml import Map, Node, Problem, ProblemsFound, Seq, parse, place, read_text

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Source:
    """A place where evidence arrives: files under ``path`` (a glob) read by ``reader``."""

    name: str
    reader: str
    path: str


@dataclass(frozen=True, slots=True)
class JobSchedule:
    """When a job is due: every day at ``at`` (local time), or every ``every_minutes``.

    ``catch_up`` is the most missed slots that are still run, the newest of them; older ones
    are recorded as skipped. While ``paused`` all are. A job is late when nothing ran well for a
    slot that came ``grace_minutes`` ago.
    """

    name: str
    at: dt.time | None
    every_minutes: int | None
    catch_up: int
    paused: bool = False
    grace_minutes: int = 15


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one apply may take away: shares per unit and kind, and a count per run."""

    removal_share: float = 0.3
    removal_count: int = 200
    transfer_share: float = 0.5
    transfer_count: int = 1000


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one working copy. Paths are absolute."""

    root: Path
    province: str = "hoa-binh"
    database: str = ""
    inventory: tuple[Path, ...] = ()
    language: str = "vi"
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Ho_Chi_Minh"))
    year: int = 2019
    year_declared: bool = True  # no: config.yaml names no year, ``year`` is the one of today
    sources: tuple[Source, ...] = ()
    jobs: tuple[JobSchedule, ...] = ()
    limits: Limits = Limits()
    anchors: Path | None = None

    @property
    def database_path(self) -> Path | None:
        """The file of an SQLite database, None for a server."""
        return (
            Path(self.database.removeprefix("sqlite:///")) if self.database.startswith("sqlite:///") else None
        )


def load(path: Path | None = None) -> Settings:
    """The settings in *path*, by default ``$OPSCONSOLE_CONFIG`` or ``config.yaml`` here.

    Without a file all defaults hold. ``$OPSCONSOLE_DATABASE`` replaces the database URL (so
    that a password need not stand in a file). Raises ProblemsFound.
    """
    chosen = path or Path(os.environ.get("OPSCONSOLE_CONFIG", "config.yaml"))
    root = chosen.resolve().parent
    if path is None and not chosen.exists() and "OPSCONSOLE_CONFIG" not in os.environ:
        reader = _Reader(str(chosen), root, None)
    else:
        name = str(chosen)
        reader = _Reader(name, root, parse(read_text(chosen, name), name))
    settings = reader.settings()
    if reader.problems:
        raise ProblemsFound(reader.problems)
    return settings


class _Reader:
    def __init__(self, name: str, root: Path, top: Map | None) -> None:
        self.name, self.root, self.top = name, root, top
        self.problems: list[Problem] = []

    # each getter notes a problem and falls back, so that all problems are found in one run

    def _problem(self, at: tuple[int, int], message: str) -> None:
        self.problems.append(Problem(self.name, *at, message))

    def _known(self, node: Map | None, known: set[str]) -> None:
        if node is None:
            return
        for key in node.items:
            if key not in known:
                near = difflib.get_close_matches(key, known, 1)
                hint = (
                    _("; did you mean '{near}'?").format(near=near[0])
                    if near
                    else _("; known: {names}").format(names=", ".join(sorted(known)))
                )
                self._problem(
                    node.key_place(key), _("unknown setting '{key}'{hint}").format(key=key, hint=hint)
                )

    def _map(self, node: Map | None, key: str) -> Map | None:
        value = node.items.get(key) if node else None
        if value is None or isinstance(value, Map) or value == "":
            return value if isinstance(value, Map) else None
        self._problem(node.value_place(key), _("'{key}' must be a mapping").format(key=key))  # type: ignore[union-attr]
        return None

    def _get(self, node: Map | None, key: str, default: T, convert: Callable[[str], T], form: str) -> T:
        if node is None or key not in node.items:
            return default
        value: Node = node.items[key]
        if isinstance(value, str):
            try:
                return convert(value)
            except (ValueError, KeyError, OSError):
                pass
        shown = (
            f"'{value}'"
            if isinstance(value, str)
            else _("a list")
            if isinstance(value, Seq)
            else _("a mapping")
        )
        self._problem(
            node.value_place(key),
            _("'{key}' must be {form}, not {shown}").format(key=key, form=form, shown=shown),
        )
        return default

    def settings(self) -> Settings:
        top = self.top
        self._known(
            top,
            {
                "province",
                "database",
                "inventory",
                "language",
                "timezone",
                "year",
                "sources",
                "jobs",
                "limits",
                "anchors",
            },
        )
        anchors = self._get(top, "anchors", "", str, _("a path"))
        return Settings(
            root=self.root,
            province=self._get(top, "province", "hoa-binh", _identifier, _("a short name (a-z, 0-9, -)")),
            database=self._database(),
            inventory=tuple(self.root / path for path in self._paths("inventory", "inventory")),
            language=self._get(top, "language", "vi", _one_of("vi", "en"), _("vi or en")),
            timezone=self._get(
                top,
                "timezone",
                ZoneInfo("Asia/Ho_Chi_Minh"),
                ZoneInfo,
                _("the name of a time zone, such as Asia/Ho_Chi_Minh"),
            ),
            year=self._get(top, "year", dt.date.today().year, _year, _("a year")),
            year_declared=top is not None and "year" in top.items,
            sources=self._sources(),
            jobs=self._jobs(),
            limits=self._limits(),
            anchors=self.root / anchors if anchors else None,
        )

    def _paths(self, key: str, default: str) -> list[str]:
        """A path or a list of paths."""
        node = self.top.items.get(key) if self.top else None
        if isinstance(node, Seq):
            paths = []
            for item, mark in zip(node.items, node.marks, strict=True):
                if isinstance(item, str) and item:
                    paths.append(item)
                else:
                    self._problem(place(mark), _("'{key}' must be a path or a list of paths").format(key=key))
            return paths
        return [self._get(self.top, key, default, _filled, _("a path or a list of paths"))]

    def _database(self) -> str:
        url = os.environ.get("OPSCONSOLE_DATABASE") or self._get(
            self.top,
            "database",
            "sqlite:///var/opsconsole.db",
            _database_url,
            _("sqlite:///PATH or postgresql://…"),
        )
        if url.startswith("sqlite:///"):
            return f"sqlite:///{self.root / url.removeprefix('sqlite:///')}"
        return url

    def _sources(self) -> tuple[Source, ...]:
        sources = self._map(self.top, "sources")
        found: list[Source] = []
        if sources is None:
            return ()
        for name in sources.items:
            node = self._map(sources, name)
            self._known(node, {"reader", "path"})
            for needed in ("reader", "path"):
                if node is None or needed not in node.items:
                    self._problem(
                        sources.key_place(name),
                        _("source '{name}' lacks '{needed}:'").format(name=name, needed=needed),
                    )
            reader = self._get(node, "reader", "", _filled, _("the name of a reader"))
            path = self._get(node, "path", "", _filled, _("a path or glob"))
            found.append(Source(name, reader, str(self.root / path)))
        return tuple(found)

    def _jobs(self) -> tuple[JobSchedule, ...]:
        jobs = self._map(self.top, "jobs")
        found = []
        for name in jobs.items if jobs else ():
            node = self._map(jobs, name)
            self._known(node, {"at", "every_minutes", "catch_up", "paused", "grace_minutes"})
            at = self._get(node, "at", None, _time_of_day, _("a time of day, HH:MM"))
            minutes = self._get(node, "every_minutes", None, _count, _("a number of minutes, 1 or more"))
            if (at is None) == (minutes is None):
                self._problem(
                    jobs.key_place(name),  # type: ignore[union-attr]
                    _("job '{name}' needs one of 'at: HH:MM' and 'every_minutes: N'").format(name=name),
                )
            catch_up = self._get(node, "catch_up", 30, _count, _("a number of slots, 1 or more"))
            paused = self._get(node, "paused", False, _yes_or_no, _("yes or no"))
            grace = self._get(node, "grace_minutes", 15, _count, _("a number of minutes, 1 or more"))
            found.append(JobSchedule(name, at, minutes, catch_up, paused, grace))
        return tuple(found)

    def _limits(self) -> Limits:
        node = self._map(self.top, "limits")
        base = Limits()
        self._known(node, {"removal_share", "removal_count", "transfer_share", "transfer_count"})
        return Limits(
            self._get(node, "removal_share", base.removal_share, _share, _("a share from 0 to 1")),
            self._get(node, "removal_count", base.removal_count, _count, _("a whole number")),
            self._get(node, "transfer_share", base.transfer_share, _share, _("a share from 0 to 1")),
            self._get(node, "transfer_count", base.transfer_count, _count, _("a whole number")),
        )


def _filled(value: str) -> str:
    if not value:
        raise ValueError
    return value


def _identifier(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,31}", value):
        raise ValueError
    return value


def _one_of(*allowed: str) -> Callable[[str], str]:
    def convert(value: str) -> str:
        if value not in allowed:
            raise ValueError
        return value

    return convert


def _year(value: str) -> int:
    if not re.fullmatch(r"(19|20)\d\d", value):
        raise ValueError
    return int(value)


def _count(value: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,8}", value):
        raise ValueError
    return int(value)


def _time_of_day(value: str) -> dt.time:
    if not re.fullmatch(r"[0-2]\d:[0-5]\d", value):
        raise ValueError
    return dt.time.fromisoformat(value)


def _yes_or_no(value: str) -> bool:
    return {"yes": True, "true": True, "no": False, "false": False}[value]


def _share(value: str) -> float:
    share = float(value)
    if not 0 <= share <= 1:
        raise ValueError
    return share


def _database_url(value: str) -> str:
    if not re.match(r"sqlite:///.|postgresql://.", value):
        raise ValueError
    return value
