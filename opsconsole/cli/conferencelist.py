"""Sessions as they stand, below ``opsconsole conference``: list, show, sites, calendar file, minutes."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from opsconsole.catalogue import _, ngettext
from opsconsole.cli.conferencekey import KEY, the_session
from opsconsole.cli.days import DAY, today
from opsconsole.cli.frame import Frame, say, say_json
from opsconsole.cli.speech import Command
from opsconsole.errors import Refused
from opsconsole.oserrors import said
from opsconsole.text import date, safe
from opsconsole.words import figure, label, word

if TYPE_CHECKING:
    from opsconsole.operations.conference.board import Board
    from opsconsole.operations.conference.sessions import Session
    from opsconsole.store.database import Reader

FROM = click.option("--from", "first", type=DAY, metavar="DATE", help="From this day on (today).")
TO = click.option("--to", "last", type=DAY, metavar="DATE", help="Up to and with this day (two weeks on).")
JSON = click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
TWO_WEEKS = 14
MINUTES = ("text", "md", "docx", "pdf", "html")


def days(
    frame: Frame, first: dt.date | None, last: dt.date | None, ahead: int = TWO_WEEKS
) -> tuple[str, str]:
    """[first, after) as local ISO days from what was typed; today and *ahead* days where nothing was."""
    begin = first or today(frame)
    end = last or begin + dt.timedelta(days=ahead)
    if end < begin:
        raise Refused(_("--to {last} is before --from {first}").format(first=date(begin), last=date(end)))
    return begin.isoformat(), (end + dt.timedelta(days=1)).isoformat()


@click.command("list", cls=Command, help="Sessions of the next two weeks, or of the days named.")
@FROM
@TO
@click.option("--all", "cancelled", is_flag=True, help="Those that were cancelled too.")
@JSON
@click.pass_obj
def list_(frame: Frame, first: dt.date | None, last: dt.date | None, cancelled: bool, as_json: bool) -> None:
    from opsconsole.operations.conference.sessions import sessions, sites

    begin, after = days(frame, first, last)
    with frame.database.read() as reader:
        found = sessions(reader, frame.settings.timezone, begin, after, cancelled=cancelled)
        names = sites(reader, begin, {one.host for one in found})
        around = _around(reader, begin) if not found else ""
    if as_json:
        say_json([one.data for one in found])
        return
    if not found:
        until = dt.date.fromisoformat(after) - dt.timedelta(days=1)
        says = _("No session from {first} to {last}.").format(first=date(begin), last=date(until))
        say(says + around)
        return
    for one in found:
        host = names[one.host].name if one.host in names else one.host
        say(
            f"{one.key}  {one.start:%d/%m/%Y %H:%M}–{one.end:%H:%M}  {one.title}  "
            + ngettext("{n} site", "{n} sites", len(one.expected)).format(n=figure(len(one.expected)))
            + (f"  {host}" if host else "")
            + (f"  {one.operator_name or one.operator}" if one.operator else "")
            + ("  " + _("cancelled") if one.cancelled else "")
        )


def _around(reader: Reader, begin: str) -> str:
    last = reader.value(
        "SELECT max(starts_at) FROM session WHERE province = :province AND starts_at < :first",
        {"first": begin},
    )
    if not last:
        return ""
    return " " + _("The last before was on {day}: --from {day}").format(day=date(last))


@click.command(cls=Command, help="One session: who is to come, who came, what was checked, what clashes.")
@KEY
@JSON
@click.pass_obj
def show(frame: Frame, key: str | None, as_json: bool) -> None:
    from opsconsole.evidence.overview import perhaps
    from opsconsole.operations.conference.board import board, by_district
    from opsconsole.operations.conference.minutes import disagreements
    from opsconsole.operations.conference.preflight import cause_text
    from opsconsole.operations.conference.scheduling import clashes_of
    from opsconsole.store.clock import now

    at, zone = now(), frame.settings.timezone
    with frame.database.read() as reader:
        one = the_session(frame, reader, key)
        seen = board(reader, one.key, zone)
        clashing = clashes_of(reader, [one], zone)
        unseen = {row.site.key: row.site.name for row in seen.rows if not row.server}
        names = perhaps(reader, f"{one.start:%Y-%m-%d}", unseen)
    differ = disagreements(seen, zone, at)
    if as_json:
        say_json(
            {
                **seen.data(at),
                "clashes": [clash.text for clash in clashing],
                "disagreements": list(differ),
                "names": [each.data for each in names],
            }
        )
        return
    for line in _facts(one, seen):
        say(line)
    for clash in clashing:
        say(_("clash: {text}").format(text=clash.text))
    counts = seen.counts(at)
    if counts:
        say("")
        say(", ".join(f"{figure(count)} {word(state)}" for state, count in counts.items()))
    for district, rows in by_district(seen.rows).items():
        say("")
        say(district or _("Province"))
        for row in rows:
            tried = row.tried
            checked = ""
            if tried is not None:
                cause = f" ({cause_text(tried.result.cause)})" if tried.result.cause else ""
                checked = f"  {word(tried.result.state)}{cause}"
            state = word(seen.state(row, at))
            say(f"  {state:12} {row.site.name}  {row.site.contact} {row.site.phone}".rstrip() + checked)
    if differ:
        say("")
        say(_("Where roll call and server disagree"))
        for line in differ:
            say(f"  - {line}")
    for each in names:
        meant = ", ".join(f"{unseen[key]} ({key})" for key in each.candidates if key in unseen)
        say("")
        say(
            _(
                "The records of these days have “{name}”, which no site is called; it could be {sites}. "
                "Written as its alias and applied, 'opsconsole collect --again {source}' counts it."
            ).format(name=safe(each.value), sites=meant, source=each.source)
        )


def _facts(one: Session, seen: Board) -> list[str]:
    host = seen.row(one.host)
    pairs = [
        (_("Session"), one.key),
        (label("title"), one.title),
        (label("kind"), word(one.kind)),
        (label("start"), f"{one.start:%d/%m/%Y %H:%M}"),
        (label("end"), f"{one.end:%d/%m/%Y %H:%M}"),
        (label("host"), host.site.name if host else one.host),
        (label("operator"), one.operator_name or one.operator),
        *((label("agenda"), item) for item in one.agenda),
        (label("note"), one.note),
        (_("Cancelled"), one.cancelled),
    ]
    width = max(len(name) for name, _text in pairs)
    return [f"{name:{width}}  {text}" for name, text in pairs if text]


@click.command(
    cls=Command, help="The sites: what is declared of each, what lacks for a pre-flight, which fail often."
)
@click.option("--lacking", is_flag=True, help="Only those of which something needed is not declared.")
@click.option("--failing", is_flag=True, help="Only those that fail often.")
@JSON
@click.pass_obj
def sites(frame: Frame, lacking: bool, failing: bool, as_json: bool) -> None:
    from opsconsole.operations.conference.preflights import OFTEN, failures
    from opsconsole.operations.conference.sessions import sites as all_sites
    from opsconsole.store.clock import now

    today = now().astimezone(frame.settings.timezone).date().isoformat()
    with frame.database.read() as reader:
        found = all_sites(reader, today)
        counts = failures(reader)
    rows = []
    for site in found.values():
        failed, runs = counts.get(site.key, (0, 0))
        missing = [name for name in site.lacking if name != "address" or site.endpoint != "software"]
        if (lacking and not missing) or (failing and failed < OFTEN):
            continue
        rows.append((site, missing, failed, runs))
    if as_json:
        say_json(
            [
                {
                    "site": site.key,
                    "name": site.name,
                    "unit": site.unit,
                    "district": site.district_name,
                    "endpoint": site.endpoint,
                    "address": site.address,
                    "line": site.line,
                    "bandwidth_mbps": site.bandwidth,
                    "contact": site.contact,
                    "phone": site.phone,
                    "lacking": missing,
                    "failed": failed,
                    "runs": runs,
                }
                for site, missing, failed, runs in rows
            ]
        )
        return
    for site, missing, failed, runs in rows:
        line = f"{site.key}  {site.name}  {word(site.endpoint)}  {site.address}".rstrip()
        if missing:
            line += "  " + _("lacks: {fields}").format(fields=", ".join(missing))
        if failed:
            line += "  " + _("failed {failed} of {runs}").format(failed=figure(failed), runs=figure(runs))
            if failed >= OFTEN:
                line += " " + _("(often)")
        say(line)
    if not rows:
        say(_("No site to show."))


@click.command(
    "export-ics", cls=Command, help="Sessions as a calendar file for Thunderbird, Outlook, Google Calendar."
)
@click.argument("keys", nargs=-1)
@FROM
@TO
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write (else the output)."
)
@click.pass_obj
def export_ics(
    frame: Frame, keys: tuple[str, ...], first: dt.date | None, last: dt.date | None, out: Path | None
) -> None:
    from opsconsole.operations.conference.calendarfile import export
    from opsconsole.operations.conference.scheduling import stamps
    from opsconsole.operations.conference.sessions import session, sessions
    from opsconsole.operations.conference.sessions import sites as sites_by_key

    zone = frame.settings.timezone
    with frame.database.read() as reader:
        if keys:
            found = [session(reader, key, zone) for key in dict.fromkeys(keys)]
        else:
            begin, after = days(frame, first, last, 366)
            found = sessions(reader, zone, begin, after, cancelled=True)
        day = f"{found[0].start:%Y-%m-%d}" if found else "9999-12-30"
        known = sites_by_key(reader, day, {key for one in found for key in one.expected})
        data = export(found, known, frame.settings.province, stamps(reader, [one.key for one in found]))
    if out is None:
        sys.stdout.buffer.write(data)
        return
    write(out, data)
    text = ngettext("{n} session written to {file}", "{n} sessions written to {file}", len(found))
    say(text.format(n=figure(len(found)), file=out))


def write(path: Path, data: bytes) -> None:
    """Write *data* to *path*. Raises Refused where that cannot be."""
    try:
        path.write_bytes(data)
    except OSError as error:
        raise Refused(
            _("{path}: cannot be written: {reason}").format(path=path, reason=said(error))
        ) from None


@click.command(cls=Command, help="The minutes of a session: attendance, times, incidents, corrections.")
@KEY
@click.option("--format", "form", type=click.Choice(MINUTES), help="By the name of the file, else text.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write (else the output)."
)
@click.pass_obj
def minutes(frame: Frame, key: str | None, form: str | None, out: Path | None) -> None:
    from opsconsole.reports.sessionminutes import write_minutes
    from opsconsole.store.clock import now

    settings = frame.settings
    form = form or (out.suffix.lower().removeprefix(".") if out is not None else "text")
    if form not in MINUTES:
        raise Refused(
            _("minutes are written as {forms}, not as '{form}'").format(forms=", ".join(MINUTES), form=form)
        )
    if out is None and form not in ("text", "md"):
        raise Refused(_("--format {form} needs --out FILE").format(form=form))
    with frame.database.read() as reader:
        one = the_session(frame, reader, key)
        if out is not None:
            try:
                write_minutes(reader, settings, one.key, out, form)
            except OSError as error:
                raise Refused(
                    _("{path}: cannot be written: {reason}").format(path=out, reason=said(error))
                ) from None
            say(_("minutes of {key} written to {file}").format(key=one.key, file=out))
            return
        from opsconsole.operations.conference.board import board
        from opsconsole.operations.conference.minutes import markdown, plain
        from opsconsole.operations.conference.minutes import minutes as minutes_of

        written = minutes_of(board(reader, one.key, settings.timezone), settings.timezone, now())
    for line in (markdown(written) if form == "md" else plain(written)).splitlines():
        say(line)
