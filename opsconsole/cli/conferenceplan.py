"""``opsconsole conference plan``: new sessions from options or a calendar file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from opsconsole.catalogue import _, ngettext
from opsconsole.cli.conferencelist import FROM, TO, days
from opsconsole.cli.frame import Frame, narrate, say, say_json
from opsconsole.cli.speech import Command
from opsconsole.errors import Refused
from opsconsole.words import figure

if TYPE_CHECKING:
    from opsconsole.operations.conference.sessions import Session
    from opsconsole.sessionplan import Schedule


@click.command(cls=Command)
@click.argument("calendar", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--title", default="", help="The subject.")
@click.option("--start", default="", metavar="MOMENT", help="05/09/2019 08:00, or 2019-09-05 08:00.")
@click.option(
    "--end", "ends", default="90", metavar="END", help="09:30, or a number of minutes.", show_default=True
)
@click.option("--kind", default="", help="Between which levels: province-district, tỉnh–huyện, ...")
@click.option(
    "--host", default="", metavar="SITE", help="The site that chairs, by key, name or a part of it."
)
@click.option(
    "--site", "named", multiple=True, metavar="SITE", help="A site, or: districts, communes 150, departments."
)
@click.option("--operator", default="", metavar="PERSON", help="Who runs it (staff id, or a name).")
@click.option("--rate", type=float, help="Mb/s that each site needs.")
@click.option("--agenda", multiple=True, metavar="ITEM", help="An item of the agenda: '08:00 Opening'.")
@click.option("--note", default="", metavar="TEXT", help="A note.")
@click.option("--key", default="", help="Its id (else the next free one of its year).")
@FROM
@TO
@click.option("--apply", "applied", is_flag=True, help="Write it into the files and the register.")
@click.option("--despite-clashes", is_flag=True, help="Apply though something clashes.")
@click.option("--allow", multiple=True, metavar="WORD", help="Let one limit pass; the plan says which word.")
@click.option("--reason", default="", help="Why; kept with every change.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@click.pass_obj
def plan(
    frame: Frame,
    calendar: Path | None,
    title: str,
    start: str,
    ends: str,
    kind: str,
    host: str,
    named: tuple[str, ...],
    operator: str,
    rate: float | None,
    agenda: tuple[str, ...],
    note: str,
    key: str,
    first: dt.date | None,
    last: dt.date | None,
    applied: bool,
    despite_clashes: bool,
    allow: tuple[str, ...],
    reason: str,
    yes: bool,
    as_json: bool,
) -> int:
    """Plan a session, or all of a calendar file (.ics): what clashes, what the files would say.

    Nothing is written without --apply. Of a calendar the days of --from and --to are taken (a year
    from today); what it does not say (kind, host, sites, operator) is taken from the options.
    """
    from opsconsole.sessionplan import save, schedule

    if calendar is None and not (title and start):
        raise Refused(_("say what is planned: --title and --start, or a calendar file"))
    if calendar is not None and (title or start or key):
        raise Refused(_("--title, --start and --key are what the calendar file says"))
    base = _base(frame, title, start, ends, kind, host, named, operator, rate, agenda, note, key)
    drafts = [base] if calendar is None else _of_calendar(frame, calendar, base, first, last)
    if not drafts:
        say(_("The calendar announces no session in these days."))
        return 0
    chosen = schedule(frame.database, frame.settings, drafts)
    if as_json:
        say_json(
            {
                "sessions": [one.data for one in chosen.sessions],
                "clashes": [
                    {"session": c.session, "sort": c.sort, "other": c.other, "what": c.what, "text": c.text}
                    for c in chosen.clashes
                ],
                **chosen.proposal.data,
            }
        )
    else:
        _show(chosen)
    if chosen.proposal.empty and chosen.proposal.plan.empty:
        say(_("Nothing to do: files and register say all of it."))
        return 0
    if not applied:
        return 2
    if chosen.clashes and not despite_clashes and yes:
        raise Refused(_("something clashes, so nothing was written; --despite-clashes lets it pass"))
    if not yes:
        click.confirm(_("Write this and apply it?"), default=False, abort=True)
    done = save(frame.database, frame.settings, chosen, reason, allow)
    say(_("Applied as revision {revision}.").format(revision=done.revision))
    return 0


def _base(
    frame: Frame,
    title: str,
    start: str,
    ends: str,
    kind: str,
    host: str,
    named: tuple[str, ...],
    operator: str,
    rate: float | None,
    agenda: tuple[str, ...],
    note: str,
    key: str,
) -> Session:
    from opsconsole.operations.conference.sessions import Session
    from opsconsole.operations.conference.typed import (
        Names,
        kind_called,
        typed_end,
        typed_moment,
    )
    from opsconsole.store.clock import now

    zone = frame.settings.timezone
    present = now().astimezone(zone)
    begins = typed_moment(start, zone, present.date()) if start else present
    with frame.database.read() as reader:
        names = Names(reader, f"{begins:%Y-%m-%d}")
        chairs = names.one(host) if host else ""
        invited = tuple(each for each in names.many(named) if each != chairs)
        operator, who = names.operator(operator)
    return Session(
        key,
        title,
        kind_called(kind) if kind else "other",
        begins,
        typed_end(ends, begins),
        chairs,
        invited,
        operator,
        who,
        rate,
        agenda,
        note=note,
    )


def _of_calendar(
    frame: Frame, path: Path, base: Session, first: dt.date | None, last: dt.date | None
) -> list[Session]:
    from opsconsole.operations.conference.calendars import read_calendar
    from opsconsole.operations.conference.scheduling import from_calendar
    from opsconsole.operations.conference.typed import Names

    zone = frame.settings.timezone
    begin, after = days(frame, first, last, 365)
    read = read_calendar(path, zone, dt.date.fromisoformat(begin), dt.date.fromisoformat(after))
    for problem in read.problems:
        narrate(problem)
    if read.outside:
        narrate(
            ngettext(
                "{n} entry has nothing in these days", "{n} entries have nothing in these days", read.outside
            ).format(n=figure(read.outside))
        )
    with frame.database.read() as reader:
        drafts, unknown = from_calendar(read.announcements, Names(reader, begin), base, zone)
    if unknown:
        narrate(_("no sites are: {names}").format(names=", ".join(unknown[:20])))
    return drafts


def _show(chosen: Schedule) -> None:
    from opsconsole.cli.plantext import counts_line

    for one in chosen.sessions:
        end = f"{one.end:%H:%M}" if one.end.date() == one.start.date() else f"{one.end:%d/%m/%Y %H:%M}"
        count = ngettext("{n} site", "{n} sites", len(one.expected)).format(n=figure(len(one.expected)))
        say(
            f"{one.key}  {one.start:%d/%m/%Y %H:%M}–{end}  {one.title}  {count}"
            + ("  " + _("cancelled") if one.cancelled else "")
        )
    for clash in chosen.clashes:
        say(_("clash: {text}").format(text=f"{clash.session}: {clash.text}"))
    for line in chosen.proposal.diff.splitlines():
        say(line)
    if chosen.others:
        narrate(
            _("the files hold {count} other changes, which would be applied as well").format(
                count=figure(chosen.others)
            )
        )
    say(counts_line(chosen.proposal.plan))
