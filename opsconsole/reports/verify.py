"""Whether a file is the one that was issued, and whether what it quotes still recomputes.

A file is known by its digest. One that is not known may say what it claims to be
(``render.common.identity``): then it was altered, or it is a draft. Figures are held against the register
in two ways: the rows that were quoted must be as they were, and measured values are measured again over
the same days, by ``indicators.frozen``.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.indicators.frozen import Recomputed, recompute
from opsconsole.reports.figures import stated_text, value_text
from opsconsole.reports.issued import Issued, one, quoted
from opsconsole.store.chain import START
from opsconsole.store.database import Reader

Progress = Callable[[str, int, int], None]
MOST_BYTES = 512_000_000
_CLAIM = re.compile(
    rb"opsconsole (?:report ([0-9a-f]{0,64}) ([12]\d{3}) (\d{1,6})|draft ([a-z0-9-]{1,64}) "
    rb"([0-9A-Z@+-]{4,12}))"
)


@dataclass(frozen=True, slots=True)
class FigureCheck:
    """What became of a quoted figure. *state* is same, changed (the register says otherwise now),
    altered (the row that was quoted is not what it was) or gone; *now* is what it would be today."""

    number: int
    label: str
    key: str
    text: str
    state: str
    now: str
    why: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What is known of a file. *state* is issued, altered, draft or unknown. *claims* is what an altered
    file or a draft says of itself. *chain* says whether the history still has the issue as it was."""

    file: str
    sha256: str
    state: str
    format: str
    report: Issued | None
    claims: str
    chain: bool
    figures: tuple[FigureCheck, ...]

    @property
    def holds(self) -> bool:
        """Whether it is the file that was issued, and all of its figures recompute."""
        return self.state == "issued" and self.chain and all(each.state == "same" for each in self.figures)

    @property
    def data(self) -> dict[str, Any]:
        """All fields for JSON."""
        return asdict(self) | {"holds": self.holds}


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What became of a file of an issued report. *state* is same, altered or missing."""

    name: str
    format: str
    state: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How an issued report stands: its files in *folder*, the history, its figures."""

    report: Issued
    folder: Path
    files: tuple[FileCheck, ...]
    chain: bool
    figures: tuple[FigureCheck, ...]

    @property
    def holds(self) -> bool:
        """Whether all is as it was issued, and all figures recompute."""
        states = {each.state for each in self.files} | {each.state for each in self.figures}
        return self.chain and states <= {"same"}


def standing(
    reader: Reader, report: Issued, folder: Path, *, timezone: ZoneInfo, progress: Progress | None = None
) -> Standing:
    """Hold the issued *report* against its files in *folder*, the history and the register."""
    files = []
    for name, form, sha256 in reader.rows(
        "SELECT name, format, sha256 FROM report_file WHERE province = :province AND year = :year"
        " AND number = :number ORDER BY name",
        {"year": report.year, "number": report.number},
    ):
        try:
            state = "same" if _digest(folder / name) == sha256 else "altered"
        except OSError:
            state = "missing"
        files.append(FileCheck(name, form, state))
    checks = figure_checks(reader, report, timezone, progress)
    return Standing(report, folder, tuple(files), _in_history(reader, report), checks)


def _digest(path: Path) -> str:
    """The SHA-256 of the file *path*. Refuses one that is larger than any report."""
    digest = hashlib.sha256()
    size = 0
    with open(path, "rb") as handle:
        while chunk := handle.read(1 << 20):
            size += len(chunk)
            if size > MOST_BYTES:
                raise Refused(_("{path}: is larger than any report").format(path=path))
            digest.update(chunk)
    return digest.hexdigest()


def verify(
    reader: Reader,
    path: Path,
    *,
    timezone: ZoneInfo,
    recompute: bool = True,
    progress: Progress | None = None,
) -> Verified:
    """What is known of the file *path*. Raises OSError where it cannot be read."""
    sha256 = _digest(path)
    row = reader.row(
        "SELECT year, number, format FROM report_file WHERE province = :province AND sha256 = :sha256 "
        "ORDER BY year, number",
        {"sha256": sha256},
    )
    if row is None:
        return _unknown(reader, path, sha256)
    report = one(reader, row[0], row[1])
    checks = figure_checks(reader, report, timezone, progress) if recompute else ()
    return Verified(str(path), sha256, "issued", row[2], report, "", _in_history(reader, report), checks)


def _unknown(reader: Reader, path: Path, sha256: str) -> Verified:
    claim = _claim(path)
    if claim is None:
        return Verified(str(path), sha256, "unknown", "", None, "", True, ())
    if claim[4] is not None:
        said = _("a draft of '{name}', {period}").format(name=claim[4].decode(), period=claim[5].decode())
        return Verified(str(path), sha256, "draft", "", None, said, True, ())
    year, number = int(claim[2]), int(claim[3])
    try:
        report = one(reader, year, number)
    except Refused:
        said = _("report {number} of {year}, which this register never issued").format(
            number=number, year=year
        )
        return Verified(str(path), sha256, "unknown", "", None, said, True, ())
    said = _("report {sign} of {year}").format(sign=report.sign, year=year)
    return Verified(str(path), sha256, "altered", "", report, said, _in_history(reader, report), ())


def _claim(path: Path) -> re.Match[bytes] | None:
    """What the file says of itself: in a spreadsheet or text document in its properties."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed, packed.open("docProps/core.xml") as part:
                return _CLAIM.search(part.read(1_000_000))
    except (OSError, KeyError, zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError):
        return None
    content = path.read_bytes()
    return (
        _CLAIM.search(content)
        or _CLAIM.search(content.replace(b"\x00", b""))
        or _CLAIM.search(content.replace(b"\\", b""))
    )


def _in_history(reader: Reader, report: Issued) -> bool:
    """Whether the chain has the issue with the digest over its files, right after the head that the
    report prints."""
    row = reader.row(
        "SELECT r.plan, r.previous FROM revision r WHERE r.province = :province AND r.plan = :manifest",
        {"manifest": report.manifest},
    )
    return row is not None and (row[1] == report.head or report.head == START)


# --- figures --------------------------------------------------------------------------------------------


def figure_checks(
    reader: Reader, report: Issued, timezone: ZoneInfo, progress: Progress | None = None
) -> tuple[FigureCheck, ...]:
    """What became of the figures that *report* quotes."""

    def told(done: int, total: int) -> None:
        if progress:
            progress("recompute", done, total)

    again = {
        (
            each.frozen.key.indicator,
            each.frozen.key.unit_id or each.frozen.key.level,
            each.frozen.key.period,
        ): each
        for each in recompute(reader, report.name, timezone=timezone, progress=told)
    }
    return tuple(
        _observed(reader, figure, again.get(tuple(figure["key"].split("/"))))
        if figure["sort"] == "observed"
        else _stated(reader, figure)
        for figure in quoted(reader, report.year, report.number)
    )


def _check(figure: dict[str, Any], state: str, now: str, why: str = "") -> FigureCheck:
    return FigureCheck(figure["number"], figure["label"], figure["key"], figure["text"], state, now, why)


def _observed(reader: Reader, figure: dict[str, Any], again: Recomputed | None) -> FigureCheck:
    """A measured figure: the row that was quoted must be as it was, and measuring again over the same days
    must give the same."""
    if not figure["sequence"]:
        # It was not measured then; that it could be by now changes nothing in what was said.
        return _check(figure, "same", figure["text"])
    indicator, place, period = figure["key"].split("/")
    unit, level = (place, "") if "@" in place else ("", place)
    unit_of_measure = figure["unit_of_measure"]
    row = reader.row(
        "SELECT value FROM observation WHERE province = :province AND indicator = :indicator"
        " AND unit_id = :unit AND period = :period AND sequence = :sequence"
        " AND (:level = '' OR level = :level)",
        {
            "indicator": indicator,
            "unit": unit,
            "period": period,
            "sequence": figure["sequence"],
            "level": level,
        },
    )
    if row is None or again is None:
        return _check(
            figure, "gone", "", _("the observation that was quoted is not in the register any more")
        )
    if row[0] != figure["value"] or again.frozen.value != figure["value"]:
        now = value_text(row[0], unit_of_measure)
        return _check(figure, "altered", now, _("the observation that was quoted was altered"))
    if again.same:
        return _check(figure, "same", figure["text"])
    now = value_text(again.now.value, unit_of_measure) if again.now else ""
    return _check(figure, "changed", now, again.changed or _("measured again since"))


def _stated(reader: Reader, figure: dict[str, Any]) -> FigureCheck:
    table = "figure" if figure["sort"] == "reported" else "target"
    if figure["value"] is None:
        return _check(figure, "same", figure["text"])
    row = reader.row(
        f"SELECT value, revision, ended FROM {table} WHERE province = :province AND key = :key",  # noqa: S608 - one of two
        {"key": figure["key"]},
    )
    if row is None:
        return _check(figure, "gone", "", _("it is not in the register any more"))
    if row[2]:
        return _check(figure, "gone", "", _("it was withdrawn"))
    if row[0] != figure["value"]:
        return _check(
            figure,
            "changed",
            stated_text(row[0], figure["unit_of_measure"]),
            _("changed in revision {number}").format(number=row[1]),
        )
    return _check(figure, "same", figure["text"])
