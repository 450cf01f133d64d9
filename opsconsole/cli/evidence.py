"""``opsconsole collect`` and ``opsconsole evidence``: reading evidence in, and what has been read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from opsconsole.catalogue import N_, _, ngettext
from opsconsole.cli.frame import Frame, bar, narrate, say, say_json, table
from opsconsole.cli.speech import Command, Group
from opsconsole.errors import Refused
from opsconsole.text import date, safe
from opsconsole.words import figure

if TYPE_CHECKING:
    from opsconsole.evidence.overview import Missed, Unread
    from opsconsole.evidence.result import Collected
    from opsconsole.settings import Settings
    from opsconsole.store.database import Database, Reader

_SORTS = {
    "address": N_("no such mailbox"),
    "closed": N_("mailbox was closed before"),
    "failed": N_("failed logins of unknown addresses"),
    "site": N_("no such site"),
    "session": N_("no such session"),
}
_TRAFFIC = {
    "submitted": N_("submitted after a login"),
    "accepted": N_("accepted from elsewhere"),
    "delivered": N_("delivered to a mailbox"),
    "relayed": N_("relayed to other servers"),
    "filtered": N_("through the content filter"),
    "forwarded": N_("forwarded"),
    "deferred": N_("deferred"),
    "bounced": N_("bounced"),
    "expired": N_("expired in the queue"),
    "discarded": N_("discarded"),
    "rejected": N_("rejected"),
    "logins": N_("logins"),
    "failed logins": N_("failed logins"),
    "repeated lines": N_("lines that stood there a second time"),
}
# What readers say; the text stands in the database as it is here.
_REASONS = (
    N_("no time stamp"),
    N_("a login line that is cut off"),
    N_("a login that Dovecot did not write, or two lines run into one"),
    N_("a line of Dovecot in a form that is not known"),
    N_("a line of Postfix in a form that is not known"),
    N_("a line about a mail that is cut off"),
    N_("no entry of a journal"),
    N_("no export of a journal"),
    N_("the export of a journal ends within a field"),
    N_("no event of Dovecot in JSON"),
    N_("a line of Zimbra in a form that is not known"),
    N_("no line '#Fields:' stands before it"),
    N_("a column that is needed is not in the line '#Fields:'"),
    N_("an event that is not known"),
    N_("the first line lacks a column that is needed"),
    N_("the table is empty"),
    N_("no number or date where one is needed"),
    N_("a hashed name (turn 'concealed names' off in the reports' settings)"),
    N_("a name that is no address"),
    N_("the source does not say which columns are 'address' and 'day' ('options:' in config.yaml)"),
    N_("the source names no column of uses, such as 'sent' ('options:' in config.yaml)"),
    N_("a line longer than 64 KiB"),
    N_("a line that went on after it was read"),
    N_("the file is UTF-16; save it as CSV in UTF-8"),
    N_("not UTF-8; save the file as CSV in UTF-8"),
    N_("the first line does not name the columns session, site, joined, left"),
    N_("fewer cells than the header has columns"),
    N_("no site"),
    N_("left before it joined"),
    N_("stays for more than 48 hours"),
    N_("neither UTF-8 nor UTF-16; save the file as CSV in UTF-8"),
    N_("UTF-16 that is cut off or damaged"),
    N_("a cell longer than 128 KiB"),
    N_("not a table of CSV"),
    N_("more than 500000 rows"),
    N_("no columns of a Zoom report: name, join time and leave time"),
    N_("no columns of a Teams report: name, join time and leave time"),
    N_("no name of a participant"),
    N_("only total minutes; export again with every joining and leaving"),
    N_("a join time that is no time"),
    N_("no time of leaving"),
)
_json = click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
_source = click.option("--source", metavar="NAME", help="Only this source.")


def _month(_context: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """A month as it is kept: any other text would look like a month without evidence."""
    if value is None or re.fullmatch(r"[12]\d{3}-(0[1-9]|1[0-2])", value):
        return value
    raise click.BadParameter(_("'{text}' is no month; write 2019-07").format(text=safe(value)))


_of_month = click.option("--month", metavar="YYYY-MM", callback=_month, help="Only this month.")


def refuse_unknown(reader: Reader, frame: Frame, source: str | None) -> None:
    """Raise Refused for a *source* that is neither declared nor has given anything: that it has nothing
    wrong would say nothing."""
    from opsconsole.evidence.overview import source_files

    known = {each.name for each in frame.settings.sources}
    if source is not None and source not in known and not source_files(reader, source):
        raise Refused(
            _("there is no source '{name}'; known: {known} ('sources:' in config.yaml)").format(
                name=safe(source), known=", ".join(sorted(known)) or "–"
            )
        )


@click.command(cls=Command, help="Read new evidence from the declared sources (all, or those named).")
@click.argument("source", nargs=-1)
@click.option("--again", metavar="SOURCE", help="Forget what SOURCE gave and read it from the beginning.")
@click.option("--drop-missing", is_flag=True, help="With --again: even if files that were read are gone.")
@_json
@click.pass_obj
def collect(
    frame: Frame, source: tuple[str, ...], again: str | None, drop_missing: bool, as_json: bool
) -> int:
    from opsconsole.evidence.collect import collect as collect_new
    from opsconsole.evidence.collect import collect_again

    settings, database = frame.settings, frame.database
    if again and source:
        raise Refused(_("name a source either to read on or, with --again, to read from the beginning"))
    if drop_missing and not again:
        raise Refused(_("--drop-missing belongs to --again"))
    if not settings.sources:
        raise Refused(_("config.yaml declares no sources; add some below 'sources:'"))
    with bar(_("collect")) as shown:
        progress = (lambda done, total, name, _lines: shown(name, done, total)) if shown else None
        if again:
            collected = collect_again(
                database,
                settings.sources,
                settings.timezone,
                again,
                drop_missing=drop_missing,
                progress=progress,
            )
        else:
            collected = collect_new(
                database, settings.sources, settings.timezone, only=source or None, progress=progress
            )
    sum_sessions(settings, database)
    if as_json:
        say_json(collected.data)
    else:
        summary(collected)
    return 0


def sum_sessions(settings: Settings, database: Database) -> None:
    """Sum the sessions of which the evidence is new, so that whoever looks at a year need not wait."""
    from opsconsole.indicators.sessionuse import refresh

    with bar(_("summing sessions")) as shown:
        progress = (lambda done, total: shown("", done, total)) if shown else None
        refresh(database, None, settings.timezone, progress)


def summary(collected: Collected) -> None:
    """Say what a run of collecting did."""
    for result in collected.sources:
        new = ngettext("{count} new line", "{count} new lines", result.lines).format(
            count=figure(result.lines)
        )
        say(
            _("{name}: {read} of {files} files held something new, {new}, {events} uses or stays").format(
                name=result.name,
                read=figure(result.read),
                files=figure(result.files),
                new=new,
                events=figure(result.events),
            )
        )
        if result.unmatched:
            say(
                _("  {count} match nothing declared: opsconsole evidence unmatched").format(
                    count=figure(result.unmatched)
                )
            )
        if result.unreadable:
            say(
                _("  {count} lines could not be read: opsconsole evidence unreadable").format(
                    count=figure(result.unreadable)
                )
            )
        if result.waiting:
            say(
                _(
                    "  {count} files are still being written, or were a moment ago; they are read next time"
                ).format(count=figure(result.waiting))
            )
        for text in (*result.gaps, *result.problems):
            narrate(f"  {text}")


@click.group(cls=Group, help="Sources, coverage, unknown names, unreadable lines.")
def evidence() -> None:
    pass


@evidence.command(help="The declared sources and how far their files were read.")
@_json
@click.pass_obj
def sources(frame: Frame, as_json: bool) -> None:
    from opsconsole.evidence.overview import gaps, source_files

    with frame.database.read() as reader:
        files, cuts = source_files(reader), gaps(reader)
    declared = {source.name: source for source in frame.settings.sources}
    if as_json:
        say_json(
            {
                "sources": [
                    {"name": one.name, "reader": one.reader, "path": one.path} for one in declared.values()
                ],
                "files": [file.data for file in files],
                "gaps": [gap.data for gap in cuts],
            }
        )
        return
    for name in [*declared, *sorted({file.source for file in files} - declared.keys())]:
        source = declared.get(name)
        if source:
            say(f"{name}  {source.reader}  {source.path}")
        else:
            say(_("{name}  (no longer declared)").format(name=name))
        mine = [file for file in files if file.source == name]
        if not mine:
            say(_("  nothing read yet"))
        else:
            table(
                (_("file"), _("bytes read"), _("lines"), _("uses or stays"), _("last read")),
                [
                    (
                        file.path,
                        figure(file.position),
                        figure(file.lines),
                        figure(file.events),
                        _local(frame, file.read_at),
                    )
                    for file in mine
                ],
                right={1, 2, 3},
                indent="  ",
            )
        for gap in cuts:
            if gap.source == name:
                from opsconsole.evidence.intake import gap_text

                say("  " + gap_text(gap.reason, gap.path, gap.position))


@evidence.command(help="For which days the sources have lines; days and hours without any are named.")
@_source
@_of_month
@click.option(
    "--gap",
    type=click.IntRange(1, 24),
    default=2,
    show_default=True,
    help="Hours without a line that are called a gap.",
)
@_json
@click.pass_obj
def coverage(frame: Frame, source: str | None, month: str | None, gap: int, as_json: bool) -> None:
    from opsconsole.evidence.covered import coverage as covered
    from opsconsole.evidence.overview import document_sources, spans
    from opsconsole.evidence.reader import installed

    documents = document_sources(frame.settings.sources, installed())
    with frame.database.read() as reader:
        refuse_unknown(reader, frame, source)
        months = covered(reader, documents, source, month, gap * 2)
    if as_json:
        say_json([each.data for each in months])
        return
    if not months:
        say(_("no evidence covers any day; 'opsconsole collect' reads it"))
        return
    rows = []
    for each in months:
        missing = ", ".join(
            date(first) if first == last else f"{date(first)}–{date(last)}"
            for first, last in spans(each.missing)
        )
        holes = [f"{date(hole.day)[:5]} {hole.start}–{hole.end}" for hole in each.holes]
        more = f" (+{figure(len(holes) - 3)})" if len(holes) > 3 else ""
        rows.append(
            (
                each.source,
                each.month,
                figure(len(each.days)),
                figure(each.lines),
                figure(each.others),
                figure(each.lost),
                missing or "–",
                (", ".join(holes[:3]) + more) or "–",
            )
        )
    table(
        (
            _("source"),
            _("month"),
            _("days"),
            _("lines"),
            _("of others"),
            _("dropped"),
            _("days without lines"),
            _("gaps"),
        ),
        rows,
        right={2, 3, 4, 5},
        indent="  ",
    )
    for name in dict.fromkeys(each.source for each in months if each.inferred):
        count = sum(each.inferred for each in months if each.source == name)
        say(
            _(
                "{name}: the stamps of {count} lines carry no year; it was inferred from their order and "
                "the time of the file"
            ).format(name=name, count=figure(count))
        )


@evidence.command(help="What the mail servers did, by month: submitted, delivered, rejected, …")
@_source
@_of_month
@_json
@click.pass_obj
def traffic(frame: Frame, source: str | None, month: str | None, as_json: bool) -> None:
    from opsconsole.evidence.covered import traffic as done

    with frame.database.read() as reader:
        refuse_unknown(reader, frame, source)
        found = done(reader, source, month)
    if as_json:
        say_json([dict(zip(("source", "month", "what", "times"), row, strict=True)) for row in found])
        return
    if not found:
        say(_("no log of a mail server has been read"))
        return
    table(
        (_("source"), _("month"), _("what"), _("times")),
        [(name, each, _(_TRAFFIC.get(what, what)), figure(times)) for name, each, what, times in found],
        right={3},
        indent="  ",
    )


@evidence.command(help="Addresses and names that nothing declared answers to, most frequent first.")
@_source
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many at most.")
@_json
@click.pass_obj
def unmatched(frame: Frame, source: str | None, limit: int, as_json: bool) -> None:
    from opsconsole.evidence.overview import unmatched as missed

    with frame.database.read() as reader:
        refuse_unknown(reader, frame, source)
        found = missed(reader, limit, source)
    say_unmatched(found, as_json)


def say_unmatched(found: Sequence[Missed], as_json: bool) -> None:
    """Say what nothing declared answers to."""
    if as_json:
        say_json([each.data for each in found])
        return
    if not found:
        say(_("everything in the evidence is declared"))
        return
    table(
        (_("source"), _("what"), _("name"), _("times"), _("first"), _("last"), _("could be")),
        [
            (
                each.source,
                _(_SORTS.get(each.sort, each.sort)),
                each.value,
                figure(each.count),
                date(each.first_day),
                date(each.last_day),
                ", ".join(each.candidates),
            )
            for each in found
        ],
        right={3},
        indent="  ",
    )
    narrate(_("declare them or write them as aliases, apply, then: opsconsole collect --again SOURCE"))


@evidence.command(help="Lines that could not be read, counted by reason; samples without names.")
@_source
@_json
@click.pass_obj
def unreadable(frame: Frame, source: str | None, as_json: bool) -> None:
    from opsconsole.evidence.overview import unreadable as unread

    with frame.database.read() as reader:
        refuse_unknown(reader, frame, source)
        found = unread(reader, source)
    say_unread(found, as_json)


def say_unread(found: Sequence[Unread], as_json: bool) -> None:
    """Say what could not be read."""
    if as_json:
        say_json([each.data for each in found])
        return
    if not found:
        say(_("every line could be read"))
        return
    for each in found:
        say(
            _("{source}: {count} × {reason}; first in {path} at byte {position}").format(
                source=each.source,
                count=figure(each.count),
                reason=_(each.reason),
                path=each.path,
                position=figure(each.position),
            )
        )
        if each.sample:
            say(f"  {each.sample}")


def _local(frame: Frame, at: str) -> str:
    from opsconsole.store.clock import local

    return local(at, frame.settings.timezone)
