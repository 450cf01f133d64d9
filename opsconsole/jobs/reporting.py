"""The job ``report``: reports by the rule of their periods, into the folder and by mail.

For each entry of ``reports: scheduled:`` it makes the report of the last period that was over at the slot. An
issued report whose figures have changed since, because data came late, is corrected by a new one that says
which; nothing issued is changed. What has been made already is not made again, so a run may be repeated.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.jobs import reportmail
from opsconsole.periods import Span, holding
from opsconsole.reports.issue import Written, draft, issue
from opsconsole.reports.issued import Issued, issued
from opsconsole.reports.order import Order, folder_of, outline_called
from opsconsole.reports.verify import figure_checks
from opsconsole.settings.reports import Scheduled
from opsconsole.store.database import Reader, Writer

if TYPE_CHECKING:
    from opsconsole.jobs.work import Work

ACTOR = "job report"
MOST_LOOKED_BACK = 6
"""So many of the newest issued reports of an entry are held against what the register says now."""
MOST_NAMED = 5


def report(work: Work) -> None:
    """Make what is due. It fails, after everything else was tried, with what could not be made."""
    made: list[Written] = []
    failures = []
    entries = work.settings.reports.scheduled
    if not entries:
        work.remark(_("no report is scheduled: 'reports: scheduled:' in config.yaml names them"))
    for entry in entries:
        work.check()
        try:
            made += _entry(work, entry)
        except Refused as error:
            failures.append(f"{entry.name}: {error}")
    for written in made:
        work.remark(_said(written))
    # What waits from before goes out too; a run that could not send fails, and is tried again.
    failures += reportmail.send_waiting(work.settings, work.remark)
    if failures:
        raise Refused("; ".join(failures))
    with work.database.write() as writer:
        work.hold(writer)
        issues = [each for each in made if each.number]
        work.finish(writer, {"issued": len(issues), "drafts": len(made) - len(issues)})


def ended(slot: dt.datetime, entry: Scheduled, work: Work) -> Span:
    """The last period of *entry* that was over at *slot*."""
    day = slot.astimezone(work.settings.timezone).date()
    return holding(day, entry.span, mid_month=entry.mid_month).previous


def _entry(work: Work, entry: Scheduled) -> list[Written]:
    outline = outline_called(work.settings, entry.name)
    if outline.personal:
        raise Refused(_("a list of people is made by a person, not by a job"))
    period = ended(work.claim.at, entry, work).name
    if not entry.issued:
        return _drafted(work, entry, period)
    language = entry.language or work.settings.language
    with work.database.read() as reader:
        known = _issued(reader, entry, language)
    made = []
    if not any(each.period == period for each in known):
        made.append(_issue(work, entry, period, None, ""))
    for before in known[:MOST_LOOKED_BACK]:
        if before.corrected_by:
            continue
        work.check()
        with work.database.read() as reader:
            checks = figure_checks(reader, before, work.settings.timezone)
        late = [each for each in checks if each.state != "same"]
        if late:
            named = ", ".join(f"{each.label}: {each.text} → {each.now or '–'}" for each in late[:MOST_NAMED])
            more = f" (+{len(late) - MOST_NAMED})" if len(late) > MOST_NAMED else ""
            why = _("data came late: {figures}").format(figures=named + more)
            made.append(_issue(work, entry, before.period, before, why))
    return made


def _issued(reader: Reader, entry: Scheduled, language: str) -> list[Issued]:
    """The issued reports of *entry*, the newest first."""
    return [
        each
        for each in issued(reader, outline=entry.name)
        if each.language == language and each.unit_id.split("@")[0] == entry.unit.split("@")[0]
    ]


def _issue(work: Work, entry: Scheduled, period: str, before: Issued | None, why: str) -> Written:
    """Issue the report; a draft where checks contradict its figures, for a person to give the reason."""
    language = entry.language or work.settings.language

    def guard(writer: Writer) -> None:
        work.hold(writer)
        # Somebody may have issued it by hand meanwhile.
        newest = next((each for each in _issued(writer, entry, language) if each.period == period), None)
        if (newest and newest.name) != (before and before.name):
            raise Refused(_("it was issued meanwhile"))

    try:
        written = issue(
            work.database,
            work.settings,
            Order(entry.name, period, entry.unit, language),
            actor=ACTOR,
            formats=entry.formats,
            conflict_reason=before.conflict_reason if before else "",
            corrects=(before.year, before.number) if before else None,
            corrects_reason=why,
            guard=guard,
        )
    except Refused as error:
        if "(--reason)" not in str(error):
            raise
        work.remark(
            _("{name} {period}: not issued, checks contradict its figures; a draft was written").format(
                name=entry.name, period=period
            )
        )
        written = _draft(work, entry, period)
    reportmail.put(work.settings, entry, written, _said(written), work.remark)
    return written


def _drafted(work: Work, entry: Scheduled, period: str) -> list[Written]:
    """The draft of the period, unless one with the same figures is there."""
    from opsconsole.reports.compare import compare, side

    folder = folder_of(work.settings) / "drafts"
    before = {path: path.read_bytes() for path in folder.glob("*.json")} if folder.is_dir() else {}
    written = _draft(work, entry, period)
    path = next(each for each in written.files if each.suffix == ".json")
    if path in before:
        earlier = path.with_name(f".{path.name}.before.json")
        earlier.write_bytes(before[path])
        try:
            with work.database.read() as reader:
                found = compare(side(reader, str(earlier)), side(reader, str(path)))
        except Refused:
            found = []
        finally:
            earlier.unlink()
        if found and all(each.same for each in found):
            return []
    reportmail.put(work.settings, entry, written, _said(written), work.remark)
    return [written]


def _draft(work: Work, entry: Scheduled, period: str) -> Written:
    return draft(
        work.database,
        work.settings,
        Order(entry.name, period, entry.unit, entry.language),
        actor=ACTOR,
        formats=dict.fromkeys((*entry.formats, "json")),
    )


def _said(written: Written) -> str:
    what = written.sign if written.number else _("draft")
    return f"{what}: {written.title}, {written.period} ({written.folder.name})"
