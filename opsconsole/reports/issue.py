"""Drafts and issued reports. What is issued is frozen: its number, its files by digest, what it quotes.

A report is composed, written and recorded in one write transaction, so that its figures are those of
the register at its revision and its number has no gap. The folder of files takes its name just before
the commit; should that fail, the next report of that number takes the folder's place. Issuing is a
revision of the history itself, which has the digest over the files. Nothing issued is ever changed; a
correction is a new report that says what it corrects.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsconsole.catalogue import _, speaking
from opsconsole.errors import Refused
from opsconsole.evidence.overview import document_sources
from opsconsole.evidence.reader import installed
from opsconsole.indicators.asking import Key
from opsconsole.indicators.frozen import freeze
from opsconsole.indicators.measure import measure
from opsconsole.periods import parsed, span
from opsconsole.reports.compose import compose
from opsconsole.reports.model import Cell, Document, Figure, Letterhead, Table
from opsconsole.reports.outline import Outline
from opsconsole.reports.outlinefile import outlines
from opsconsole.reports.render import write
from opsconsole.reports.spans import beside
from opsconsole.store import clock
from opsconsole.store.changes import record, write_anchor
from opsconsole.store.database import Database, Reader, Value, Writer
from opsconsole.text import date, fold

if TYPE_CHECKING:
    from opsconsole.settings import Settings

Progress = Callable[[str, int, int], None]


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


def known_outlines(settings: Settings) -> dict[str, Outline]:
    """All outlines: the product's and those in the folders ``reports`` of the inventory."""
    folders = [path / "reports" for path in settings.inventory if path.is_dir()]
    return outlines(folders, settings.root)


def outline_called(settings: Settings, name: str) -> Outline:
    """The outline *name*. Refuses one that there is not."""
    known = known_outlines(settings)
    if name not in known:
        import difflib

        near = difflib.get_close_matches(name, known, 1)
        hint = (
            _("did you mean '{near}'?").format(near=near[0])
            if near
            else _("known: {names}").format(names=", ".join(known))
        )
        raise Refused(_("there is no report '{name}'; {hint}").format(name=name, hint=hint))
    return known[name]


def letterhead_of(settings: Settings, language: str) -> Letterhead:
    """Who reports, by the section ``reports:`` of config.yaml."""
    said = settings.reports
    texts = {name: both.in_(language) for name, both in said.texts.items()}
    lists = {name: tuple(each.in_(language) for each in every) for name, every in said.lists.items()}
    return Letterhead(sign=said.sign, signer=said.signer, **texts, **lists)  # type: ignore[arg-type]


def folder_of(settings: Settings) -> Path:
    """Where reports go."""
    return settings.reports.folder or settings.root / "var" / "reports"


def may_name_people(settings: Settings, actor: str) -> None:
    """Refuse whoever is not one of ``people:`` in the section ``reports:``."""
    if actor not in settings.reports.people:
        raise Refused(
            _(
                "'{actor}' may not make lists of people; who may stands in config.yaml under 'reports: "
                "people:'"
            ).format(actor=actor)
        )


def draft(
    database: Database,
    settings: Settings,
    name: str,
    period: str,
    *,
    actor: str,
    language: str = "",
    unit: str = "",
    people: bool = False,
    formats: Iterable[str] = (),
    folder: Path | None = None,
    progress: Progress | None = None,
) -> Written:
    """Write a draft into *folder* (by default ``drafts`` among the reports), which carries a mark and no
    number. With *people* mailboxes and people are named: it must be allowed, and is recorded."""
    outline, speak = outline_called(settings, name), language or settings.language
    if people:
        may_name_people(settings, actor)
        _record_people(database, settings, outline, period, unit, actor)
    chosen = tuple(formats) or settings.reports.formats
    where = folder or folder_of(settings) / "drafts"
    ready(database, settings, outline, period)
    with database.read() as reader:
        document = composed(reader, settings, outline, period, speak, unit, people, progress)
        made = write(document, where, stem_of(document), chosen, progress)
    return _written(document, where, list(made))


def ready(database: Database, settings: Settings, outline: Outline, period: str) -> None:
    """Measure what the report asks for and nobody has measured yet (``unmeasured``)."""
    with database.read() as reader:
        lacking = unmeasured(reader, settings, outline, period)
    if lacking:
        with database.write() as writer:
            _measured(writer, settings, outline, period)


def unmeasured(reader: Reader, settings: Settings, outline: Outline, period: str) -> list[str]:
    """The periods of the report's own year that the outline asks for and that were never measured, as far
    as they have begun: a quarter is measured when somebody first asks for it."""
    chosen = span(period)
    names = {chosen.name} | {
        beside(chosen, spec.period) for spec in outline.figures.values() if spec.sort == "indicator"
    }
    spans = [each for each in map(parsed, sorted(names)) if each is not None and each.year == chosen.year]
    rows = reader.rows("SELECT DISTINCT period FROM measured_from WHERE province = :province")
    known = {name for (name,) in rows}
    today = clock.now().astimezone(settings.timezone).date()
    return [each.name for each in spans if each.name not in known and each.first <= today]


def _measured(writer: Writer, settings: Settings, outline: Outline, period: str) -> None:
    lacking = unmeasured(writer, settings, outline, period)
    if lacking:
        measure(writer, span(period).year, timezone=settings.timezone, periods=lacking)


def composed(
    reader: Reader,
    settings: Settings,
    outline: Outline,
    period: str,
    language: str,
    unit: str = "",
    people: bool = False,
    progress: Progress | None = None,
) -> Document:
    """The draft of *outline*, with the letterhead and sources of *settings*."""
    return compose(
        reader,
        outline,
        period,
        timezone=settings.timezone,
        letterhead=letterhead_of(settings, language),
        speak=language,
        unit=unit,
        people=people,
        documents=document_sources(settings.sources, installed()),
        progress=progress,
    )


def _record_people(
    database: Database, settings: Settings, outline: Outline, period: str, unit: str, actor: str
) -> None:
    with database.write() as writer:
        recorded = record(
            writer,
            actor=actor,
            reason=_("list of people: report '{name}', {period}, {unit}").format(
                name=outline.name, period=period, unit=unit or _("the whole province")
            ),
            plan="",
            effective=clock.now().astimezone(settings.timezone).date().isoformat(),
            changes=[],
        )
    if settings.anchors:
        write_anchor(settings.anchors, database.province, recorded)


def stem_of(document: Document) -> str:
    """The name of the files, without what the format adds: ``05-bc-sttt-yearly-2019-vi``."""
    parts = [
        document.sign.strip() if document.number else "draft",
        document.outline,
        document.period,
        document.unit,
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
    name: str,
    period: str,
    *,
    actor: str,
    language: str = "",
    unit: str = "",
    people: bool = False,
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
    outline, speak = outline_called(settings, name), language or settings.language
    if people or outline.personal:
        may_name_people(settings, actor)
    now = clock.now()
    day = on or now.astimezone(settings.timezone).date()
    chosen = tuple(dict.fromkeys((*(tuple(formats) or settings.reports.formats), "json")))
    base = folder_of(settings)
    base.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".issuing-", dir=base) as work, database.write() as writer:
        if guard:
            guard(writer)
        _measured(writer, settings, outline, period)
        document = composed(writer, settings, outline, period, speak, unit, people, progress)
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
        folder = base / str(day.year) / stem_of(document)
        recorded = _freeze(writer, document, made, corrects, folder, actor, now)
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


def _freeze(
    writer: Writer,
    document: Document,
    made: dict[Path, str],
    corrects: tuple[int, int] | None,
    folder: Path,
    actor: str,
    now: dt.datetime,
) -> Any:
    key = (writer.province, document.year, document.number)
    files = []
    for path, form in sorted(made.items()):
        content = path.read_bytes()
        files.append((*key, path.name, form, len(content), hashlib.sha256(content).hexdigest()))
    manifest = hashlib.sha256("".join(f"{row[3]} {row[6]}\n" for row in files).encode()).hexdigest()
    recorded = record(
        writer,
        actor=actor,
        reason=_("report {sign} of {year} issued: {title}, {period}").format(
            sign=document.sign.strip(), year=document.year, title=document.title, period=document.period
        ),
        plan=manifest,
        effective=document.date,
        changes=[],
        at=now,
    )
    foot = document.foot
    row: dict[str, Value] = {
        "province": writer.province,
        "year": document.year,
        "number": document.number,
        "sign": document.sign.strip(),
        "outline": document.outline,
        "outline_digest": document.outline_digest,
        "period": document.period,
        "unit_id": document.unit_id,
        "language": document.language,
        "title": document.title,
        "subject": document.subject,
        "issued_on": document.date,
        "issued_at": clock.instant_text(now),
        "issued_by": actor,
        "conflicts": json.dumps([asdict(each) for each in document.conflicts], ensure_ascii=False),
        "conflict_reason": document.conflict_reason,
        "corrects_year": corrects[0] if corrects else None,
        "corrects_number": corrects[1] if corrects else None,
        "corrects_reason": document.corrects_why,
        "register_id": foot.register,
        "revision": foot.revision,
        "sequence": foot.sequence,
        "head": foot.head,
        "cut_off": foot.cut_off,
        "manifest": manifest,
        "folder": folder.name,
        "personal": int(document.personal),
    }
    writer.insert("report", tuple(row), [tuple(row.values())])
    writer.insert("report_file", ("province", "year", "number", "name", "format", "size", "sha256"), files)
    freeze(writer, f"{document.year}/{document.number}", map(frozen_key, _measured_of(document)))
    writer.insert(
        "report_figure",
        ("province", "year", "number", "place", "name", "sort", "key", "value", "sequence", "data"),
        [
            (
                *key,
                each.number,
                each.name,
                each.sort,
                each.key,
                each.value,
                each.sequence,
                json.dumps(asdict(each), ensure_ascii=False),
            )
            for each in document.figures
        ],
    )
    with speaking(document.language):
        tables = [
            (*key, place, table.name, table.title, *table_digest(table))
            for place, table in enumerate(document.tables(), 1)
        ]
    writer.insert(
        "report_table",
        ("province", "year", "number", "place", "name", "title", "rows", "sha256"),
        tables,
    )
    return recorded


def _measured_of(document: Document) -> list[Figure]:
    return [figure for figure in document.figures if figure.sort == "observed" and figure.sequence]


def frozen_key(figure: Figure) -> Key:
    """What ``indicators.frozen`` keeps a measured figure by."""
    indicator, place, period = figure.key.split("/")
    return Key(indicator, place, figure.level, period) if "@" in place else Key(indicator, "", place, period)


def table_digest(table: Table) -> tuple[int, str]:
    """(number of rows, digest over them), values only; in the language in which it is called."""
    digest, count = hashlib.sha256(), 0
    for rows in (table.rows(), table.totals):
        for row in rows:
            count += 1
            values = [cell.value if isinstance(cell, Cell) else cell for cell in row]
            digest.update(json.dumps(values, ensure_ascii=False).encode() + b"\n")
    return count, digest.hexdigest()
