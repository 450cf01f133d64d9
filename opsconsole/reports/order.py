"""What somebody asks for, and the document that it makes: the way from an order to a draft in memory.

Files (``issue``), the screen (``opened``) and the job all go this way, so that they say the same.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.evidence.overview import document_sources
from opsconsole.evidence.reader import installed
from opsconsole.indicators.measure import measure
from opsconsole.periods import parsed, span
from opsconsole.reports.compose import compose
from opsconsole.reports.model import Document, Letterhead
from opsconsole.reports.outline import Outline
from opsconsole.reports.outlinefile import outlines
from opsconsole.reports.spans import beside
from opsconsole.store import clock
from opsconsole.store.access import note
from opsconsole.store.changes import Recorded, record, write_anchor
from opsconsole.store.database import Database, Reader, Writer

if TYPE_CHECKING:
    from pathlib import Path

    from opsconsole.settings import Settings

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Order:
    """A report that is asked for: the outline *name* of *period*, about *unit* (a code, '' for none), in
    *language* ('' for that of the settings). With *people* mailboxes and people are named; *why* goes into
    the history."""

    name: str
    period: str
    unit: str = ""
    language: str = ""
    people: bool = False
    why: str = ""

    def in_language_of(self, settings: Settings) -> Order:
        """The same with its language said."""
        return self if self.language else replace(self, language=settings.language)


def known_outlines(settings: Settings) -> dict[str, Outline]:
    """All outlines: the product's and those in the folders ``reports`` of the inventory."""
    folders = [path / "reports" for path in settings.inventory if path.is_dir()]
    return outlines(folders, settings.root)


def outline_called(settings: Settings, name: str) -> Outline:
    """The outline *name*. Refuses one that there is not."""
    known = known_outlines(settings)
    if name not in known:
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


# --- people ----------------------------------------------------------------------------------------


def may_name_people(settings: Settings, actor: str) -> None:
    """Refuse whoever is not one of ``people:`` in the section ``reports:``."""
    if actor not in settings.reports.people:
        raise Refused(
            _(
                "'{actor}' may not make lists of people; who may stands in config.yaml under 'reports: "
                "people:'"
            ).format(actor=actor)
        )


def people_named(database: Database, settings: Settings, order: Order, actor: str) -> None:
    """Record that *actor* has people named by *order*, before anything of it is shown or written. Refuses a
    report without a list of people, and whoever may not: that is noted among the requests to see people."""
    if not outline_called(settings, order.name).lists_people:
        raise Refused(_("the report '{name}' has no list of people").format(name=order.name))
    try:
        may_name_people(settings, actor)
    except Refused:
        detail = {"period": order.period, "unit": order.unit}
        with database.write() as writer:
            note(writer, actor, f"report {order.name}", detail, given=False)
        raise
    with database.write() as writer:
        recorded = record_people(writer, settings, order, actor)
    if settings.anchors:
        write_anchor(settings.anchors, database.province, recorded)


def record_people(writer: Writer, settings: Settings, order: Order, actor: str) -> Recorded:
    """A revision of the history that says who had which list of people made."""
    what = _("list of people: report '{name}', {period}, {unit}").format(
        name=order.name, period=order.period, unit=order.unit or _("the whole province")
    )
    return record(
        writer,
        actor=actor,
        reason=f"{what}: {order.why.strip()}" if order.why.strip() else what,
        plan="",
        effective=clock.now().astimezone(settings.timezone).date().isoformat(),
        changes=[],
    )


# --- the document ----------------------------------------------------------------------------------


def ready(database: Database, settings: Settings, order: Order) -> None:
    """Measure what the report asks for and nobody has measured yet (``unmeasured``)."""
    with database.read() as reader:
        lacking = unmeasured(reader, settings, order)
    if lacking:
        with database.write() as writer:
            measured(writer, settings, order)


def unmeasured(reader: Reader, settings: Settings, order: Order) -> list[str]:
    """The periods of the report's own year that the outline asks for and that were never measured, as far
    as they have begun: a quarter is measured when somebody first asks for it."""
    outline, chosen = outline_called(settings, order.name), span(order.period)
    names = {chosen.name} | {
        beside(chosen, spec.period) for spec in outline.figures.values() if spec.sort == "indicator"
    }
    spans = [each for each in map(parsed, sorted(names)) if each is not None and each.year == chosen.year]
    rows = reader.rows("SELECT DISTINCT period FROM measured_from WHERE province = :province")
    known = {name for (name,) in rows}
    today = clock.now().astimezone(settings.timezone).date()
    return [each.name for each in spans if each.name not in known and each.first <= today]


def measured(writer: Writer, settings: Settings, order: Order) -> None:
    """Measure what is lacking, in the transaction of *writer*."""
    lacking = unmeasured(writer, settings, order)
    if lacking:
        measure(writer, span(order.period).year, timezone=settings.timezone, periods=lacking)


def composed(reader: Reader, settings: Settings, order: Order, progress: Progress | None = None) -> Document:
    """The draft that *order* makes, with the letterhead and sources of *settings*."""
    language = order.in_language_of(settings).language
    return compose(
        reader,
        outline_called(settings, order.name),
        order.period,
        timezone=settings.timezone,
        letterhead=letterhead_of(settings, language),
        speak=language,
        unit=order.unit,
        people=order.people,
        documents=document_sources(settings.sources, installed()),
        progress=progress,
    )
