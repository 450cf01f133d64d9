"""``opsconsole conference``: sessions of the videoconference system, their evidence and their year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from opsconsole.catalogue import N_, _, language
from opsconsole.cli.frame import Frame, bar, say, say_json
from opsconsole.cli.speech import Group
from opsconsole.errors import Refused
from opsconsole.text import number
from opsconsole.words import word

if TYPE_CHECKING:
    from opsconsole.evidence.pieces import Difference, Evidence, Piece

# What readers say; the text stands in the database as it is here.
_REASONS = (
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


@click.group(cls=Group, help="Sessions of the videoconference system: evidence and usage.")
def conference() -> None:
    pass


@conference.command(
    help="Read new records of meetings from the sources of conferences (all, or those named)."
)
@click.argument("source", nargs=-1)
@_json
@click.pass_obj
def ingest(frame: Frame, source: tuple[str, ...], as_json: bool) -> None:
    from opsconsole.cli.evidence import summary
    from opsconsole.evidence.collect import collect
    from opsconsole.evidence.reader import installed

    readers, declared = installed(), frame.settings.sources
    mine = [one.name for one in declared if getattr(readers[one.reader], "system", "mail") == "conference"]
    chosen = list(source) or mine
    if not chosen:
        raise Refused(
            _("config.yaml declares no source of conferences; add one below 'sources:' (docs/readers.md)")
        )
    with bar(_("collect")) as shown:
        progress = (lambda done, total, name: shown(name, done, total)) if shown else None
        collected = collect(frame.database, declared, frame.settings.timezone, only=chosen, progress=progress)
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


def _say_evidence(frame: Frame, found: Evidence) -> None:
    if not found.pieces:
        say(_("nothing was recorded of session {key}").format(key=found.session))
        return
    if found.spans:
        held = ", ".join(f"{_at(frame, start)}–{_clock(frame, end)}" for start, end in found.spans)
        length = sum(end - start for start, end in found.spans)
        say(
            _("{key}: held {held} ({minutes} min), {sites} sites").format(
                key=found.session, held=held, minutes=_n(length // 60), sites=_n(len(found.sites))
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
    say(f"{piece.source}  {piece.path}  {place.format(position=_n(piece.position))}")
    facts = [fact for fact in (piece.title, piece.number) if fact]
    if piece.state:
        facts.append(word(f"meeting.{piece.state}"))
    if piece.started_at:
        facts.append(_("from {start}").format(start=_instant(frame, piece.started_at)))
    if piece.ended_at:
        facts.append(_("to {end}").format(end=_instant(frame, piece.ended_at)))
    if piece.peak is not None:
        facts.append(_("{count} at once by its own count").format(count=_n(piece.peak)))
    if piece.unknown:
        facts.append(_("{count} participants are no declared site").format(count=_n(piece.unknown)))
    if facts:
        say("  " + ", ".join(facts))
    if piece.superseded_by:
        say("  " + _("a later version stands in its place: {path}").format(path=piece.superseded_by))
    for one in piece.presences:
        spans = ", ".join(f"{_clock(frame, start)}–{_clock(frame, end)}" for start, end in one.spans)
        notes = []
        if one.joins > 1:
            notes.append(_("joined {count} times").format(count=_n(one.joins)))
        if one.ending == "unknown":
            notes.append(_("its leaving was not recorded"))
        elif one.ending:
            notes.append(word(f"cause.{one.ending}"))
        told = f" ({'; '.join(notes)})" if notes else ""
        minutes = _("{minutes} min").format(minutes=_n(one.seconds // 60))
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


def _n(value: Any) -> str:
    return number(value, language())
