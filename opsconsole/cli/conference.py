"""``opsconsole conference``: sessions of the videoconference system, their evidence and their year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from opsconsole.catalogue import N_, _, language
from opsconsole.cli import conferencelist, conferenceplan, conferencework
from opsconsole.cli.frame import Frame, bar, narrate, say, say_json, table
from opsconsole.cli.speech import Group
from opsconsole.errors import Refused
from opsconsole.text import date, number
from opsconsole.words import word

if TYPE_CHECKING:
    from opsconsole.evidence.pieces import Difference, Evidence, Piece
    from opsconsole.indicators.usage import SessionLine, Usage

KINDS = ("central-province", "province-district", "district-commune", "other")

# What readers say; the text stands in the database as it is here.
_REASONS = (
    N_("more than 2000 columns"),
    N_("JSON nested too deep"),
    N_("XML in an encoding that is not known"),
    N_("XML with entities or a document type; neither is read"),
    N_("a call without a start"),
    N_("a call without an end"),
    N_("a record longer than 256 KiB"),
    N_("a record without a time"),
    N_("fewer fields than a call detail record of Asterisk has"),
    N_("fewer fields than a call detail record of FreeSWITCH has"),
    N_("neither an answer of the API nor the data of a learning dashboard"),
    N_("neither an event of Prosody nor a line of Jicofo or the videobridge"),
    N_("no attendee history of Webex's XML API"),
    N_("not JSON"),
    N_("not UTF-8"),
    N_("not a line of CSV"),
    N_("not a record of an RMX"),
    N_("not a table of the CDR export of a RealPresence DMA"),
    N_("not an answer of BigBlueButton's API"),
    N_("not an event of BigBlueButton's webhooks"),
    N_("not an unformatted CDR file of an RMX (retrieve it 'unformatted')"),
    N_("not well-formed XML"),
    N_("the API refused the request that this is the answer to"),
    N_("the columns that the source names ('options:') are not in the table"),
    N_("the end of a call of which the beginning is not in this file"),
    N_("XML nested deeper than 64 elements"),
    N_("XML of more than 2000000 elements"),
    N_("no columns of a Webex report: name, join time and leave time"),
)
_json = click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")


@click.group(cls=Group, help="Videoconferences: plan, check, call the roll, minutes; evidence and usage.")
def conference() -> None:
    pass


for _command in (
    conferencelist.list_,
    conferencelist.show,
    conferencelist.sites,
    conferencelist.export_ics,
    conferencelist.minutes,
    conferenceplan.plan,
    conferencework.preflight,
    conferencework.mark,
    conferencework.board,
):
    conference.add_command(_command)


@conference.command(
    help="Read new records of meetings from the sources of conferences (all, or those named)."
)
@click.argument("source", nargs=-1)
@_json
@click.pass_obj
def ingest(frame: Frame, source: tuple[str, ...], as_json: bool) -> None:
    from opsconsole.cli.evidence import sum_sessions, summary
    from opsconsole.evidence.collect import collect
    from opsconsole.evidence.overview import sources_of
    from opsconsole.evidence.reader import installed

    declared = frame.settings.sources
    chosen = list(source) or sources_of("conference", declared, installed())
    if not chosen:
        raise Refused(
            _("config.yaml declares no source of conferences; add one below 'sources:' (docs/readers.md)")
        )
    with bar(_("collect")) as shown:
        progress = (lambda done, total, name, _lines: shown(name, done, total)) if shown else None
        collected = collect(frame.database, declared, frame.settings.timezone, only=chosen, progress=progress)
    sum_sessions(frame.settings, frame.database)
    if as_json:
        say_json(collected.data)
    else:
        summary(collected)


@conference.command(help="Everything recorded of one session, with file and position, and what disagrees.")
@click.argument("session")
@_json
@click.pass_obj
def evidence(frame: Frame, session: str, as_json: bool) -> None:
    from opsconsole.evidence.pieces import evidence_of

    with frame.database.read() as reader:
        found = evidence_of(reader, session)
    if as_json:
        say_json(found.data)
        return
    _say_evidence(frame, found)


@conference.command(
    help="A year's use: sessions by kind, hours, attendance, punctuality, failures, the most at once."
)
@click.option("--year", type=click.IntRange(1990, 2100), help="The year (default: that of config.yaml).")
@click.option("--unit", default="", help="Only the sites of this unit: code or id.")
@click.option("--kind", type=click.Choice(KINDS), help="Only sessions of this kind.")
@click.option("--units", "by_unit", is_flag=True, help="Also by unit.")
@click.option("--sessions", "by_session", is_flag=True, help="Also the sessions that are counted.")
@_json
@click.pass_obj
def usage(
    frame: Frame,
    year: int | None,
    unit: str,
    kind: str | None,
    by_unit: bool,
    by_session: bool,
    as_json: bool,
) -> None:
    from opsconsole.evidence.pieces import unannounced
    from opsconsole.indicators.sessionuse import refresh
    from opsconsole.indicators.usage import lines
    from opsconsole.indicators.usage import usage as of

    chosen = year or frame.settings.year
    with bar(_("summing sessions")) as shown:
        progress = (lambda done, total: shown("", done, total)) if shown else None
        refresh(frame.database, chosen, frame.settings.timezone, progress)
    with frame.database.read() as reader:
        found = of(reader, chosen, unit=unit, kind=kind or "")
        sessions = lines(reader, chosen, unit=unit, kind=kind or "") if by_session else []
        others = (
            unannounced(reader, f"{chosen}-01", f"{chosen}-12") if by_session and found.unannounced else []
        )
    if as_json:
        data = found.data
        if by_session:
            data |= {"listed": [one.data for one in sessions], "not_announced": others}
        say_json(data)
        return
    _say_usage(found, by_unit=by_unit)
    if by_session:
        _say_sessions(sessions)
        for one in others:
            when = _instant(frame, one["at"]) if one["at"] else ""
            say(f"  {when}  {one['title'] or one['number']}  {one['source']}  {one['path']}")


def _say_usage(found: Usage, *, by_unit: bool) -> None:
    from opsconsole.indicators.usagewords import cells, heads, remarks

    numbers = frozenset(range(1, len(heads()) + 1))  # after a name
    rows = [(word(kind) if kind else "", *cells(sums)) for kind, sums in found.kinds.items()]
    rows.append((_("all"), *cells(found.total)))
    say(_("Use of the videoconference system in {year}").format(year=found.year))
    table((_("kind"), *heads()), rows, right=numbers, indent="  ")
    if by_unit:
        table(
            (_("unit"), *heads()),
            [
                (f"{unit} {found.names.get(unit, '')}", *cells(sums, unit=True))
                for unit, sums in found.units.items()
            ],
            right=numbers,
            indent="  ",
        )
    for line in remarks(found):
        say(line)
    narrate(_("opens with: opsconsole conference usage --sessions, then conference evidence SESSION"))


def _say_sessions(sessions: Iterable[SessionLine]) -> None:
    held = {1: _("held"), 0: _("not seen"), -1: _("cancelled")}
    table(
        (
            *(
                _("day"),
                _("session"),
                _("kind"),
                _("state"),
                _("minutes"),
                _("sites"),
                _("came"),
                _("in time"),
            ),
            _("title"),
        ),
        [
            (
                date(one.day),
                one.session,
                word(one.kind),
                held[one.held],
                figure(one.seconds // 60),
                figure(one.sites),
                f"{figure(one.came)}/{figure(one.invited)}",
                f"{figure(one.in_time)}/{figure(one.expected)}",
                one.title,
            )
            for one in sessions
        ],
        right={4, 5, 6, 7},
        indent="  ",
    )


def _say_evidence(frame: Frame, found: Evidence) -> None:
    if not found.pieces:
        say(_("nothing was recorded of session {key}").format(key=found.session))
        return
    if found.spans:
        held = ", ".join(f"{_at(frame, start)}–{_clock(frame, end)}" for start, end in found.spans)
        length = sum(end - start for start, end in found.spans)
        say(
            _("{key}: held {held} ({minutes} min), {sites} sites").format(
                key=found.session, held=held, minutes=figure(length // 60), sites=figure(len(found.sites))
            )
        )
    else:
        say(_("{key}: never two sites at once").format(key=found.session))
    for piece in found.pieces:
        _say_piece(frame, piece)
    if found.differences:
        say(_("The sources disagree:"))
        for one in found.differences:
            say("  " + _difference(frame, one))


def _say_piece(frame: Frame, piece: Piece) -> None:
    place = _("entry or line {position}") if piece.whole else _("byte {position}")
    say(f"{piece.source}  {piece.path}  {place.format(position=figure(piece.position))}")
    facts = [fact for fact in (piece.title, piece.number) if fact]
    if piece.state:
        facts.append(word(f"meeting.{piece.state}"))
    if piece.started_at:
        facts.append(_("from {start}").format(start=_instant(frame, piece.started_at)))
    if piece.ended_at:
        facts.append(_("to {end}").format(end=_instant(frame, piece.ended_at)))
    if piece.peak is not None:
        facts.append(_("{count} at once by its own count").format(count=figure(piece.peak)))
    if piece.unknown:
        facts.append(_("{count} participants are no declared site").format(count=figure(piece.unknown)))
    if facts:
        say("  " + ", ".join(facts))
    if piece.superseded_by:
        say("  " + _("a later version stands in its place: {path}").format(path=piece.superseded_by))
    for one in piece.presences:
        spans = ", ".join(f"{_clock(frame, start)}–{_clock(frame, end)}" for start, end in one.spans)
        notes = []
        if one.joins > 1:
            notes.append(_("joined {count} times").format(count=figure(one.joins)))
        if one.ending == "unknown":
            notes.append(_("its leaving was not recorded"))
        elif one.ending:
            notes.append(word(f"cause.{one.ending}"))
        told = f" ({'; '.join(notes)})" if notes else ""
        minutes = _("{minutes} min").format(minutes=figure(one.seconds // 60))
        say(f"  {one.site}  {spans}  {minutes}{told}")
    for site, at, cause in piece.failures:
        say(
            "  "
            + _("{site}: could not join at {at}: {cause}").format(
                site=site or _("unknown site"), at=_instant(frame, at), cause=word(f"cause.{cause}")
            )
        )


def _difference(frame: Frame, one: Difference) -> str:
    values: Iterable[str]
    if one.what == "clock":
        (first, _zero), *others = one.values
        values = (
            _(
                "the clock of '{source}' seems {ahead} ahead of that of '{first}'; once it is sure which is "
                "right, 'clock_ahead:' of the source corrects it"
            ).format(source=source, ahead=_minutes(ahead), first=first)
            for source, ahead in others
        )
        return "; ".join(values)
    if one.what in ("start", "end"):
        values = (f"{source} {_at(frame, at)}" for source, at in one.values)
        text = _("start: {values}") if one.what == "start" else _("end: {values}")
        return text.format(values=", ".join(values))
    if one.what == "site":
        here = ", ".join(source for source, there in one.values if there)
        away = ", ".join(source for source, there in one.values if not there)
        return _("site {site}: only in {here}, not in {away}").format(site=one.site, here=here, away=away)
    values = (f"{source} {_minutes(length)}" for source, length in one.values)
    return _("time of site {site}: {values}").format(site=one.site, values=", ".join(values))


def _minutes(seconds: int) -> str:
    sign = "-" if seconds < 0 else ""
    return f"{sign}{abs(seconds) // 60}:{abs(seconds) % 60:02d}"


def _at(frame: Frame, seconds: int) -> str:
    return f"{dt.datetime.fromtimestamp(seconds, frame.settings.timezone):%d/%m/%Y %H:%M:%S}"


def _clock(frame: Frame, seconds: int) -> str:
    return f"{dt.datetime.fromtimestamp(seconds, frame.settings.timezone):%H:%M:%S}"


def _instant(frame: Frame, text: str) -> str:
    from opsconsole.store.clock import local

    return local(text, frame.settings.timezone)


def figure(value: Any) -> str:
    return number(value, language())
