"""Drafts and issued reports. What is issued is frozen: its number, its files by digest, what it quotes.

A report is composed, written and recorded in one write transaction, so that its figures are those of
the register at its revision and its number has no gap. The folder of files takes its name just before
the commit; should that fail, the next report of that number takes the folder's place. Issuing is a
revision of the history itself, which has the digest over the files. Nothing issued is ever changed; a
correction is a new report that says what it corrects.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsconsole.catalogue import _, speaking
from opsconsole.errors import Refused
from opsconsole.reports.freezing import frozen
from opsconsole.reports.model import Document
from opsconsole.reports.order import (
    Order,
    Progress,
    composed,
    folder_of,
    may_name_people,
    measured,
    outline_called,
    people_named,
    ready,
    record_people,
)
from opsconsole.reports.render import write
from opsconsole.store import clock
from opsconsole.store.changes import write_anchor
from opsconsole.store.database import Database, Writer
from opsconsole.text import date, fold

if TYPE_CHECKING:
    from opsconsole.settings import Settings


@dataclass(frozen=True, slots=True)
class Written:
    """A report that was written: its files in *folder*. *number* is 0 for a draft; *conflicts* are the
    findings about its figures, as sentences with their verdict."""

    outline: str
    period: str
    language: str
    year: int
    number: int
    sign: str
    title: str
    folder: Path
    files: tuple[Path, ...]
    conflicts: tuple[tuple[str, str], ...]
    figures: int
    revision: int

    @property
    def data(self) -> dict[str, Any]:
        """For JSON."""
        found = asdict(self)
        return found | {"folder": str(self.folder), "files": [str(each) for each in self.files]}


def draft(
    database: Database,
    settings: Settings,
    order: Order,
    *,
    actor: str,
    formats: Iterable[str] = (),
    folder: Path | None = None,
    progress: Progress | None = None,
) -> Written:
    """Write a draft into *folder* (by default ``drafts`` among the reports), which carries a mark and no
    number. Where *order* has people named it must be allowed to *actor*, and is recorded."""
    outline_called(settings, order.name)
    if order.people:
        people_named(database, settings, order, actor)
    chosen = tuple(formats) or settings.reports.formats
    where = folder or folder_of(settings) / "drafts"
    ready(database, settings, order)
    with database.read() as reader:
        document = composed(reader, settings, order, progress)
        made = write(document, where, stem_of(document), chosen, progress)
    _closed(document, made)
    return _written(document, where, list(made))


def _closed(document: Document, files: Iterable[Path]) -> None:
    """What names people is for its owner alone."""
    if document.personal:
        for path in files:
            path.chmod(0o600)


def stem_of(document: Document) -> str:
    """The name of the files, without what the format adds: ``05-bc-sttt-yearly-2019-vi``."""
    parts = [
        document.sign.strip() if document.number else "draft",
        document.outline,
        document.period,
        document.unit,
        document.unit_id.split("@")[0],  # two communes have one name
        "named" if document.personal and not document.number else "",
        document.language,
    ]
    text = fold("-".join(part for part in parts if part))
    return re.sub(r"[^a-z0-9+]+", "-", text).strip("-")[:120]


def _written(document: Document, folder: Path, files: Sequence[Path]) -> Written:
    return Written(
        outline=document.outline,
        period=document.period,
        language=document.language,
        year=document.year,
        number=document.number,
        sign=document.sign.strip(),
        title=document.title,
        folder=folder,
        files=tuple(sorted(files)),
        conflicts=tuple(
            (each.words, f"M{each.number}. {each.title}: {each.sentence}") for each in document.conflicts
        ),
        figures=len(document.figures),
        revision=document.foot.revision,
    )


# --- issuing -----------------------------------------------------------------------------------------


def issue(
    database: Database,
    settings: Settings,
    order: Order,
    *,
    actor: str,
    formats: Iterable[str] = (),
    conflict_reason: str = "",
    corrects: tuple[int, int] | None = None,
    corrects_reason: str = "",
    on: dt.date | None = None,
    guard: Callable[[Writer], None] | None = None,
    progress: Progress | None = None,
) -> Written:
    """Issue the report: give it the next number of the year and freeze it.

    *on* is the day of issue (today). *guard* is asked at the start of the transaction, and raises what
    forbids to go on. *corrects* is (year, number) of the report that it corrects, with
    *corrects_reason*. Refuses figures in conflict without *conflict_reason*, a correction of a report
    that is not there or is another one's, and one without a reason.
    """
    if order.people or outline_called(settings, order.name).personal:
        may_name_people(settings, actor)
    now = clock.now()
    day = on or now.astimezone(settings.timezone).date()
    chosen = tuple(dict.fromkeys((*(tuple(formats) or settings.reports.formats), "json")))
    base = folder_of(settings)
    base.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".issuing-", dir=base) as work, database.write() as writer:
        if guard:
            guard(writer)
        if order.people:
            record_people(writer, settings, order, actor)
        measured(writer, settings, order)
        document = composed(writer, settings, order, progress)
        corrected = _corrected(writer, corrects, corrects_reason, document) if corrects else ""
        _reasoned(document, conflict_reason)
        number = 1 + int(
            writer.value(
                "SELECT coalesce(max(number), 0) FROM report WHERE province = :province AND year = :year",
                {"year": day.year},
            )
        )
        document = replace(
            document,
            number=number,
            year=day.year,
            date=day.isoformat(),
            conflict_reason=conflict_reason,
            corrects=corrected,
            corrects_why=corrects_reason,
        )
        made = write(document, Path(work), stem_of(document), chosen, progress)
        _closed(document, made)
        folder = base / str(day.year) / stem_of(document)
        recorded = frozen(writer, document, made, corrects, folder, actor, now)
        _placed(Path(work), folder)
    if settings.anchors:
        write_anchor(settings.anchors, database.province, recorded)
    return _written(document, folder, [folder / path.name for path in made])


def _placed(work: Path, folder: Path) -> None:
    """Put the files where they belong: the last step before the commit. A folder of that name whose report
    is not recorded is what an issue that failed at its commit has left."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir()
    for path in sorted(work.iterdir()):
        path.replace(folder / path.name)


def _reasoned(document: Document, reason: str) -> None:
    contradicted = [each for each in document.conflicts if each.verdict == "conflict"]
    if contradicted and not reason.strip():
        lines = [
            _(
                "checks contradict figures of this report; issuing it all the same needs a written reason "
                "(--reason):"
            )
        ]
        lines += [f"  M{each.number}. {each.title}: {each.sentence}" for each in contradicted]
        raise Refused("\n".join(lines))


def _corrected(writer: Writer, corrects: tuple[int, int], reason: str, document: Document) -> str:
    row = writer.row(
        "SELECT sign, outline, period, unit_id, issued_on FROM report WHERE province = :province AND year "
        "= :year AND number = :number",
        {"year": corrects[0], "number": corrects[1]},
    )
    if row is None:
        raise Refused(
            _("no report {number} of {year} was issued").format(number=corrects[1], year=corrects[0])
        )
    if (row[1], row[2]) != (document.outline, document.period):
        raise Refused(
            _("report {sign} is '{name}' of {period}; '{other}' of {its} cannot correct it").format(
                sign=row[0], name=row[1], period=row[2], other=document.outline, its=document.period
            )
        )
    if not reason.strip():
        raise Refused(_("a correction says what it corrects; give --why"))
    with speaking(document.language):
        return _("{sign} of {day}").format(sign=row[0], day=date(row[4]))
