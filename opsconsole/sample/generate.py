"""Write a sample to a folder: whole or not at all, and never over somebody's own files."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from opsconsole import __version__
from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.sample.attendance import attendance
from opsconsole.sample.conference import Session, Site, sessions_of
from opsconsole.sample.days import year_of
from opsconsole.sample.frame import MOST_SCALE, SampleUnit, ordered
from opsconsole.sample.habits import Habits, User
from opsconsole.sample.maillog import write_logs
from opsconsole.sample.register import (
    UnitSample,
    as_of,
    documents,
    register,
    sessions_document,
    stated_document,
)
from opsconsole.sample.services import of_province
from opsconsole.text import safe

MARKER = "sample.json"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a sample holds. Counts are those of the whole province, also where files of some
    districts were left out; ``files`` are the documents written."""

    out: str
    seed: int
    scale: float
    year: int
    files: int = 0
    units: int = 0
    people: int = 0
    assets: int = 0
    accounts: int = 0
    sites: int = 0
    sessions: int = 0
    log_lines: int = 0
    stays: int = 0

    @property
    def data(self) -> dict[str, Any]:
        """The summary for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What was asked for, as the marker keeps it."""

    seed: int
    scale: float
    year: int
    density: float
    skip_districts: tuple[str, ...]
    only_districts: tuple[str, ...]
    evidence: bool
    units: str

    @property
    def stamp(self) -> str:
        """What ``sample:`` says at the head of each document."""
        return f"seed {self.seed} scale {self.scale:g}"

    @property
    def data(self) -> dict[str, Any]:
        """The request for JSON."""
        return {"version": __version__, **asdict(self)} | {
            "skip_districts": list(self.skip_districts),
            "only_districts": list(self.only_districts),
        }


def generate(
    out: Path,
    units: Iterable[SampleUnit],
    *,
    seed: int = 42,
    scale: float = 1.0,
    year: int = 2019,
    density: float = 1.0,
    skip_districts: Collection[str] = (),
    only_districts: Collection[str] = (),
    evidence: bool = True,
    progress: Progress | None = None,
) -> Summary:
    """Write the register (``out/inventory``) and its evidence (``out/evidence``) for *units*.

    *scale* multiplies people, assets and mailboxes of each unit, *density* the events on a day of
    use. The documents of *skip_districts* are left out (another folder holds them), or, with
    *only_districts*, all others; the evidence is always that of everybody. *progress* is called
    with a stage, what is done and what there is to do. A sample of before is replaced. Raises
    Refused where *out* holds anything else or was edited, and for numbers out of range.
    """
    units = ordered(units)
    wanted = _wanted(units, seed, scale, year, density, skip_districts, only_districts, evidence)
    partial, previous = (out.with_name(f"{out.name}.{end}") for end in ("partial", "previous"))
    _free(out)
    for rest in (partial, previous):
        if rest.exists():
            _free(rest, unfinished=True)
            shutil.rmtree(rest)
    partial.mkdir(parents=True)
    (partial / MARKER).write_text("{}\n")
    try:
        summary, digests = _write(partial, units, wanted, progress)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    summary = replace(summary, out=str(out))
    counts = {name: value for name, value in summary.data.items() if name != "out"}
    marker = {"made": wanted.data, "counts": counts, "documents": digests}
    (partial / MARKER).write_text(json.dumps(marker, indent=1) + "\n")
    if out.exists():
        out.rename(previous)
    partial.rename(out)
    shutil.rmtree(previous, ignore_errors=True)
    return summary


def holds(
    out: Path,
    units: Iterable[SampleUnit],
    *,
    seed: int = 42,
    scale: float = 1.0,
    year: int = 2019,
    density: float = 1.0,
    skip_districts: Collection[str] = (),
    only_districts: Collection[str] = (),
    evidence: bool = True,
) -> bool:
    """Whether *out* is the finished sample that ``generate`` would write with the same arguments,
    by its marker; documents edited since then do not matter here."""
    wanted = _wanted(ordered(units), seed, scale, year, density, skip_districts, only_districts, evidence)
    return bool(_marker(out).get("made") == wanted.data)


def districts_in(folder: Path, units: Iterable[SampleUnit]) -> tuple[str, ...]:
    """The codes of the districts whose documents stand below *folder* (laid out like
    ``out/inventory``): what ``skip_districts`` of a second folder has to be."""
    known = {unit.code: unit for unit in units}
    return tuple(
        sorted(
            unit.code
            for unit in known.values()
            if unit.level == "district" and any((folder / folder_of(unit, known)).glob("*.yaml"))
        )
    )


def _wanted(
    units: Sequence[SampleUnit],
    seed: int,
    scale: float,
    year: int,
    density: float,
    skip: Collection[str],
    only: Collection[str],
    evidence: bool,
) -> _Wanted:
    if not 0 < scale <= MOST_SCALE:
        raise Refused(_("the scale must be above 0 and at most {most}").format(most=f"{MOST_SCALE:g}"))
    if not 0 <= density <= 1000:
        raise Refused(_("the density must be from 0 to 1000"))
    if not 1990 <= year <= 2100:
        raise Refused(_("the year must be from 1990 to 2100"))
    districts = {unit.code for unit in units if unit.level == "district"}
    for code in (*skip, *only):
        if code not in districts:
            raise Refused(
                _("'{code}' is not a district here; known: {known}").format(
                    code=safe(code), known=", ".join(sorted(districts)) or "-"
                )
            )
    known = hashlib.sha256(repr([(u.code, u.name, u.type, u.level, u.parent) for u in units]).encode())
    return _Wanted(
        seed,
        scale,
        year,
        density,
        tuple(sorted(skip)),
        tuple(sorted(only)),
        evidence,
        known.hexdigest()[:16],
    )


# --- the folder ----------------------------------------------------------------------------------


def _marker(out: Path) -> dict[str, Any]:
    """The marker of the sample in *out*; empty where there is none that can be read."""
    try:
        found = json.loads((out / MARKER).read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _free(out: Path, unfinished: bool = False) -> None:
    """Raise Refused unless *out* is missing, empty or a sample that nobody has edited."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise Refused(_("{out} is not a folder: name another one").format(out=safe(out)))
    if not out.exists() or not any(out.iterdir()):
        return
    if not (out / MARKER).is_file():
        raise Refused(
            _("{out} is not empty and not a sample (it has no {marker}): name another folder").format(
                out=safe(out), marker=MARKER
            )
        )
    strange = {path.name for path in out.iterdir()} - {MARKER, "inventory", "evidence"}
    made = _marker(out).get("documents")
    if made is not None and not unfinished:
        now = {
            str(p.relative_to(out)): _digest(p.read_bytes())
            for p in out.glob("inventory/**/*")
            if p.is_file()
        }
        strange |= {path for path, digest in now.items() if made.get(path) != digest}
    if strange:
        raise Refused(
            _(
                "{out} is a sample that was changed since it was made ({files}): move what is yours "
                "away, or name another folder"
            ).format(out=safe(out), files=safe(", ".join(sorted(strange)[:5])))
        )


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


# --- writing -------------------------------------------------------------------------------------


def folder_of(unit: SampleUnit, units: dict[str, SampleUnit]) -> str:
    """The folder of *unit* below ``inventory``: province/district, or province/departments."""
    chain = [unit]
    while chain[0].parent in units:
        chain.insert(0, units[chain[0].parent])
    names = [f"{each.code}-{each.slug}" for each in chain if each.level in ("province", "district")]
    return "/".join([*names, "departments"] if unit.level == "department" else names)


def _district(unit: SampleUnit) -> str | None:
    return unit.code if unit.level == "district" else unit.parent if unit.level == "commune" else None


def _write(
    out: Path, units: Sequence[SampleUnit], wanted: _Wanted, progress: Progress | None
) -> tuple[Summary, dict[str, str]]:
    known = {unit.code: unit for unit in units}
    year = year_of(wanted.year, wanted.seed)
    habits = Habits(year, wanted.seed)
    digests: dict[str, str] = {}
    sites: list[Site] = []
    users: list[User] = []
    counts = {"people": 0, "assets": 0, "accounts": 0}
    day = as_of(wanted.year).isoformat()

    def document(unit: SampleUnit, kind: str, data: bytes) -> None:
        district = _district(unit)
        if district in wanted.skip_districts or (
            wanted.only_districts and district not in wanted.only_districts
        ):
            return
        name = f"{unit.code}-{unit.slug}" if unit.level != "department" else unit.code
        path = f"inventory/{folder_of(unit, known)}/{name}-{kind}.yaml"
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_bytes(data)
        digests[path] = _digest(data)

    for number, made in enumerate(register(units, wanted.seed, wanted.scale, wanted.year), 1):
        for kind, data in documents(made, wanted.stamp, day):
            document(made.unit, kind, data)
        _count(counts, made)
        sites += made.sites
        if wanted.evidence:
            users += habits.users(made.unit, made.accounts)
        if progress:
            progress("register", number, len(units))
    sessions = sessions_of(sites, {unit.code: unit.parent for unit in units}, year, wanted.seed)
    for unit in units:
        if unit.level == "province":
            stated = of_province(unit, wanted.year, wanted.seed)
            document(unit, f"figures-{wanted.year}", stated_document(stated, wanted.stamp, day))
    for unit, those in _by_host(sessions, sites, known):
        document(unit, f"sessions-{wanted.year}", sessions_document(those, wanted.stamp, day))
    lines = stays = 0
    if wanted.evidence:
        lines = write_logs(out / "evidence/mail", users, year, wanted.seed, wanted.density, progress)
        listed, stays = attendance(sessions, sites, wanted.seed)
        (out / "evidence/conference").mkdir()
        (out / f"evidence/conference/attendance-{wanted.year}.csv").write_bytes(listed)
    summary = Summary(
        out="",
        seed=wanted.seed,
        scale=wanted.scale,
        year=wanted.year,
        files=len(digests),
        units=len(units),
        **counts,
        sites=len(sites),
        sessions=len(sessions),
        log_lines=lines,
        stays=stays,
    )
    return summary, digests


def _count(counts: dict[str, int], made: UnitSample) -> None:
    counts["people"] += len(made.people)
    counts["assets"] += len(made.assets)
    counts["accounts"] += len(made.accounts)


def _by_host(
    sessions: Sequence[Session], sites: Sequence[Site], units: dict[str, SampleUnit]
) -> list[tuple[SampleUnit, list[Session]]]:
    """The sessions of each unit whose site chairs."""
    unit_of = {site.key: site.unit for site in sites}
    found: dict[str, list[Session]] = {}
    for session in sessions:
        found.setdefault(unit_of[session.host], []).append(session)
    return [(units[code], those) for code, those in sorted(found.items())]
