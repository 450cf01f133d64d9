"""config.yaml → Settings: everything that a working copy may set, each value checked at its line."""

from __future__ import annotations

import datetime as dt
import difflib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from opsconsole.catalogue import _
from opsconsole.settings import jobs, meetings, preflight, reports
from opsconsole.settings.alerts import Alerts
from opsconsole.settings.jobs import Backups, JobSchedule, Probe
from opsconsole.settings.meetings import MeetingServer
from opsconsole.settings.preflight import Preflight
from opsconsole.settings.reports import ReportSettings
from opsconsole.strictyaml import Map, Node, Problem, ProblemsFound, Seq, parse, place, read_text

__all__ = ["Access", "Backups", "JobSchedule", "Limits", "Probe", "Settings", "Source", "load"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Source:
    """A place where evidence arrives: files under ``path`` (a glob) read by ``reader``.

    ``zone`` is that of its stamps that name none, where it is not the working copy's; ``ahead`` how many
    seconds its clock is ahead; ``options`` are for its reader (which columns of a table mean what)."""

    name: str
    reader: str
    path: str
    zone: ZoneInfo | None = None
    ahead: int = 0
    options: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one apply may take away: shares per unit and kind, and a count per run."""

    removal_share: float = 0.3
    removal_count: int = 200
    transfer_share: float = 0.5
    transfer_count: int = 1000


@dataclass(frozen=True, slots=True)
class Access:
    """Who may see lists of people and how single people use things: login names, and groups of the
    system. Nobody, where nobody is named."""

    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one working copy. Paths are absolute."""

    root: Path
    province: str = "hoa-binh"
    database: str = ""
    inventory: tuple[Path, ...] = ()
    language: str = "vi"
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Ho_Chi_Minh"))
    people: Access = Access()
    year: int = 2019
    year_declared: bool = True  # no: config.yaml names no year, ``year`` is the one of today
    sources: tuple[Source, ...] = ()
    jobs: tuple[JobSchedule, ...] = ()
    limits: Limits = Limits()
    anchors: Path | None = None
    backups: Backups = field(default_factory=Backups)
    probes: tuple[Probe, ...] = ()
    retention: Mapping[str, int] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)
    alerts: Alerts = field(default_factory=Alerts)
    meeting_servers: tuple[MeetingServer, ...] = ()
    preflight: Preflight = field(default_factory=Preflight)
    reports: ReportSettings = field(default_factory=ReportSettings)


def load(path: Path | None = None, language: str | None = None) -> Settings:
    """The settings in *path*, by default ``$OPSCONSOLE_CONFIG`` or ``config.yaml`` here.

    Without a file all defaults hold. ``$OPSCONSOLE_DATABASE`` replaces the database URL (so
    that a password need not stand in a file); *language*, or else ``$OPSCONSOLE_LANGUAGE``,
    replaces the language, which more than one person may want to choose. Raises ProblemsFound.
    """
    chosen = path or Path(os.environ.get("OPSCONSOLE_CONFIG", "config.yaml"))
    root = chosen.resolve().parent
    if path is None and not chosen.exists() and "OPSCONSOLE_CONFIG" not in os.environ:
        reader = _Reader(str(chosen), root, None, language)
    else:
        name = str(chosen)
        reader = _Reader(name, root, parse(read_text(chosen, name), name), language)
    settings = reader.settings()
    if reader.problems:
        raise ProblemsFound(reader.problems)
    return settings


class _Reader:
    def __init__(self, name: str, root: Path, top: Map | None, language: str | None) -> None:
        self.name, self.root, self.top, self.language = name, root, top, language
        self.problems: list[Problem] = []

    # each getter notes a problem and falls back, so that all problems are found in one run

    def problem(self, at: tuple[int, int], message: str) -> None:
        self.problems.append(Problem(self.name, *at, message))

    def known(self, node: Map | None, known: set[str]) -> None:
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
                self.problem(
                    node.key_place(key), _("unknown setting '{key}'{hint}").format(key=key, hint=hint)
                )

    def map(self, node: Map | None, key: str) -> Map | None:
        value = node.items.get(key) if node else None
        if value is None or isinstance(value, Map) or value == "":
            return value if isinstance(value, Map) else None
        self.problem(node.value_place(key), _("'{key}' must be a mapping").format(key=key))  # type: ignore[union-attr]
        return None

    def get(self, node: Map | None, key: str, default: T, convert: Callable[[str], T], form: str) -> T:
        if node is None or key not in node.items:
            return default
        value: Node = node.items[key]
        if isinstance(value, str):
            try:
                return convert(value)
            except (ValueError, KeyError, OSError):
                pass
        shown = (
            "'" + re.sub("//.*@", "//…@", value) + "'"  # no password
            if isinstance(value, str)
            else _("a list")
            if isinstance(value, Seq)
            else _("a mapping")
        )
        self.problem(
            node.value_place(key),
            _("'{key}' must be {form}, not {shown}").format(key=key, form=form, shown=shown),
        )
        return default

    def settings(self) -> Settings:
        top = self.top
        self.known(
            top,
            {
                "access",
                "province",
                "database",
                "inventory",
                "language",
                "timezone",
                "year",
                "sources",
                "limits",
                "anchors",
                "meeting_servers",
                "preflight",
                *jobs.SECTIONS,
                *reports.SECTIONS,
            },
        )
        of_jobs = jobs.read(top, self)
        anchors = self.get(top, "anchors", "", str, _("a path"))
        timezone = self.get(
            top,
            "timezone",
            ZoneInfo("Asia/Ho_Chi_Minh"),
            ZoneInfo,
            _("the name of a time zone, such as Asia/Ho_Chi_Minh"),
        )
        return Settings(
            root=self.root,
            people=self._access(),
            province=self.get(top, "province", "hoa-binh", _identifier, _("a short name (a-z, 0-9, -)")),
            database=self._database(),
            inventory=tuple(self.root / path for path in self._paths("inventory", "inventory")),
            language=self._language(),
            timezone=timezone,
            year=self.get(top, "year", dt.datetime.now(timezone).year, _year, _("a year")),
            year_declared=top is not None and "year" in top.items,
            sources=self._sources(),
            jobs=of_jobs.jobs,
            limits=self._limits(),
            anchors=self.root / anchors if anchors else None,
            backups=of_jobs.backups,
            probes=of_jobs.probes,
            retention=of_jobs.retention,
            thresholds=of_jobs.thresholds,
            alerts=of_jobs.alerts,
            meeting_servers=meetings.read(top, self),
            preflight=preflight.read(top, self),
            reports=reports.read(top, self),
        )

    def _language(self) -> str:
        form, one_of = _("vi or en"), _one_of("vi", "en")
        declared = self.get(self.top, "language", "vi", one_of, form)
        chosen = self.language or os.environ.get("OPSCONSOLE_LANGUAGE")
        try:
            return one_of(chosen) if chosen else declared
        except ValueError:
            self.problem((0, 0), _("$OPSCONSOLE_LANGUAGE must be {form}").format(form=form))
            return declared

    def _access(self) -> Access:
        access = self.map(self.top, "access")
        self.known(access, {"people"})
        people = self.map(access, "people")
        self.known(people, {"users", "groups"})
        return Access(*(self._names(people, key) for key in ("users", "groups")))

    def _names(self, node: Map | None, key: str) -> tuple[str, ...]:
        """A list of names of the system."""
        value = node.items.get(key) if node else None
        if node is None or value is None:
            return ()
        names = value.items if isinstance(value, Seq) else [value]
        found = tuple(
            name for name in names if isinstance(name, str) and re.fullmatch(r"[\w.@\\-]{1,64}", name)
        )
        if len(found) != len(names):
            self.problem(node.value_place(key), _("'{key}' must be a list of names").format(key=key))
        return found

    def _paths(self, key: str, default: str) -> list[str]:
        """A path or a list of paths."""
        node = self.top.items.get(key) if self.top else None
        if isinstance(node, Seq):
            paths = []
            for item, mark in zip(node.items or [""], node.marks or [node.mark], strict=True):
                if isinstance(item, str) and item:
                    paths.append(item)
                else:
                    self.problem(place(mark), _("'{key}' must be a path or a list of paths").format(key=key))
            return paths
        return [self.get(self.top, key, default, _filled, _("a path or a list of paths"))]

    def _database(self) -> str:
        form = _("sqlite:///PATH or postgresql://…")
        url = os.environ.get("OPSCONSOLE_DATABASE") or self.get(
            self.top, "database", "sqlite:///var/opsconsole.db", _database_url, form
        )
        try:
            _database_url(url)
        except ValueError:
            self.problem((0, 0), _("$OPSCONSOLE_DATABASE must be {form}").format(form=form))
        if url.startswith("sqlite:///"):
            return f"sqlite:///{self.root / url.removeprefix('sqlite:///')}"
        return url

    def _sources(self) -> tuple[Source, ...]:
        sources = self.map(self.top, "sources")
        found: list[Source] = []
        if sources is None:
            return ()
        for name in sources.items:
            node = self.map(sources, name)
            self.known(node, {"reader", "path", "timezone", "clock_ahead", "options"})
            for needed in ("reader", "path"):
                if node is None or needed not in node.items:
                    self.problem(
                        sources.key_place(name),
                        _("source '{name}' lacks '{needed}:'").format(name=name, needed=needed),
                    )
            reader = self.get(node, "reader", "", _filled, _("the name of a reader"))
            path = self.get(node, "path", "", _filled, _("a path or glob"))
            zone = self.get(
                node, "timezone", None, ZoneInfo, _("the name of a time zone, such as Asia/Ho_Chi_Minh")
            )
            ahead = self.get(
                node, "clock_ahead", 0, _ahead, _("a time such as 7:30 or -0:45 (minutes:seconds)")
            )
            options = self._options(self.map(node, "options"))
            found.append(Source(name, reader, str(self.root / path), zone, ahead, options))
        return tuple(found)

    def _options(self, node: Map | None) -> dict[str, str]:
        """What a source says to its reader: names and texts."""
        return {name: self.get(node, name, "", str, _("a text")) for name in (node.items if node else ())}

    def _limits(self) -> Limits:
        node = self.map(self.top, "limits")
        base = Limits()
        self.known(node, {"removal_share", "removal_count", "transfer_share", "transfer_count"})
        return Limits(
            self.get(node, "removal_share", base.removal_share, _share, _("a share from 0 to 1")),
            self.get(node, "removal_count", base.removal_count, _count, _("a whole number")),
            self.get(node, "transfer_share", base.transfer_share, _share, _("a share from 0 to 1")),
            self.get(node, "transfer_count", base.transfer_count, _count, _("a whole number")),
        )


def _ahead(value: str) -> int:
    found = re.fullmatch(r"([+-]?)(?:(\d{1,2}):)?(\d{1,3}):(\d\d)", value)
    if not found:
        raise ValueError
    sign, hours, minutes, seconds = found.groups()
    total = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return -total if sign == "-" else total


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


def _share(value: str) -> float:
    share = float(value)
    if not 0 <= share <= 1:
        raise ValueError
    return share


def _database_url(value: str) -> str:
    if not re.match(r"sqlite:///.|postgresql://.", value):
        raise ValueError
    return value
