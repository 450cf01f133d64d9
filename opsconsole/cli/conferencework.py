"""What is done for one session, below ``opsconsole conference``: pre-flight, marks, the board."""

from __future__ import annotations

import datetime as dt
import re
import sys
from typing import TYPE_CHECKING

import click

from opsconsole.catalogue import _
from opsconsole.cli.conferencekey import KEY, the_session
from opsconsole.cli.days import today
from opsconsole.cli.frame import Frame, bar, narrate, say, say_json
from opsconsole.cli.speech import Command
from opsconsole.errors import Refused
from opsconsole.store.clock import local
from opsconsole.words import figure, word

if TYPE_CHECKING:
    from opsconsole.operations.conference.preflight import Result
    from opsconsole.operations.conference.sessions import Session, Site

JSON = click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")


@click.command(cls=Command, help="Try the sites of a session: name, connection, certificate, SIP, web.")
@KEY
@click.option("--site", "chosen", multiple=True, metavar="SITE", help="Only this site (may be repeated).")
@click.option("--all", "everything", is_flag=True, help="All sites, for no session.")
@click.option("--history", metavar="SITE", help="What was found before at SITE, newest first; tries nothing.")
@JSON
@click.pass_obj
def preflight(
    frame: Frame,
    key: str | None,
    chosen: tuple[str, ...],
    everything: bool,
    history: str | None,
    as_json: bool,
) -> int:
    """Exit code 0: all can be reached; 1: some cannot."""
    if history is not None:
        return _history(frame, history, as_json)
    from opsconsole.actor import actor
    from opsconsole.operations.conference.preflight import Tries, target_of
    from opsconsole.operations.conference.preflights import failures, record
    from opsconsole.operations.conference.sessions import sites, sites_of
    from opsconsole.operations.conference.typed import sites_called
    from opsconsole.store.clock import now

    settings = frame.settings
    begun = now()
    day = begun.astimezone(settings.timezone).date().isoformat()
    session: Session | None = None
    with frame.database.read() as reader:
        if everything or (chosen and not key):
            known = sites(reader, day)
        else:
            session = the_session(frame, reader, key)
            known = sites_of(reader, session)
        only = set(sites_called(reader, day, chosen, known))
    missing = sorted(only - set(known))
    if missing:
        raise Refused(_("no such site here: {sites}").format(sites=", ".join(missing)))
    wanted = [site for site in known.values() if not only or site.key in only]
    if not wanted:
        raise Refused(_("there is no site to try; declare some with 'kind: sites'"))
    server = settings.preflight.server
    targets = [(site.key, target_of(site, server)) for site in wanted]
    with bar(_("pre-flight")) as shown:
        progress = (lambda done, total: shown(_("sites"), done, total)) if shown else None
        results = Tries(settings.preflight.timeout_seconds, settings.preflight.slow_ms, progress).run(targets)
    with frame.database.write() as writer:
        record(writer, begun, session.key if session else "", results, actor())
        counts = failures(writer, [result.site for result in results])
    if as_json:
        say_json({"session": session.key if session else None, "sites": [each.data for each in results]})
    else:
        _print_results(results, known, counts)
    return 1 if any(result.state == "fail" for result in results) else 0


def _print_results(results: list[Result], known: dict[str, Site], counts: dict[str, tuple[int, int]]) -> None:
    from opsconsole.operations.conference.preflight import cause_text
    from opsconsole.operations.conference.preflights import OFTEN

    order = {"fail": 0, "slow": 1, "pass": 2}
    for result in sorted(results, key=lambda each: order[each.state]):
        site = known[result.site]
        trip = f"{figure(result.milliseconds, 0)} ms" if result.milliseconds is not None else ""
        line = f"{word(result.state):8} {trip:>8}  {site.name}  {result.address}".rstrip()
        if result.cause:
            line += f"  {cause_text(result.cause)}"
        failed, runs = counts.get(result.site, (0, 0))
        if failed >= OFTEN:
            line += "  " + _("failed {failed} of {runs}").format(failed=figure(failed), runs=figure(runs))
        if result.state == "fail" and (site.contact or site.phone):
            line += f"  {site.contact} {site.phone}".rstrip()
        say(line)
    states = [result.state for result in results]
    narrate(
        _("{passed} pass, {slow} slow, {failed} fail").format(
            passed=figure(states.count("pass")),
            slow=figure(states.count("slow")),
            failed=figure(states.count("fail")),
        )
    )


def _history(frame: Frame, site: str, as_json: bool) -> int:
    from opsconsole.operations.conference.preflight import cause_text
    from opsconsole.operations.conference.preflights import history
    from opsconsole.operations.conference.typed import sites_called

    with frame.database.read() as reader:
        (site,) = sites_called(reader, today(frame).isoformat(), [site], ())
        found = history(reader, site)
    if as_json:
        say_json([{"run": one.run, "session": one.session, **one.result.data} for one in found])
        return 0
    if not found:
        say(_("{site} was never tried").format(site=site))
    for one in found:
        result = one.result
        trip = f"{figure(result.milliseconds, 0)} ms" if result.milliseconds is not None else ""
        at = local(one.run, frame.settings.timezone)
        say(f"{at}  {word(result.state):8} {trip:>8}  {one.session}  {cause_text(result.cause)}".rstrip())
    return 0


STATES = ("expected", "invited", "connected", "late", "lost", "absent", "excused")


@click.command(cls=Command, help="Mark a site in the roll call, or note an incident, without the board.")
@click.argument("key")
@click.option("--site", default="", metavar="SITE", help="The site that the mark is about.")
@click.option("--state", type=click.Choice(STATES), help="How the site stands.")
@click.option("--note", default="", metavar="TEXT", help="What happened.")
@click.option("--at", "about", metavar="HH:MM", help="When it happened, on the day of the session (now).")
@click.option("--corrects", type=int, metavar="NUMBER", help="The mark in whose place this one stands.")
@click.option("--retract", type=int, metavar="NUMBER", help="Take this mark back; it stays beside.")
@click.option("--list", "listed", is_flag=True, help="All marks with their numbers.")
@click.pass_obj
def mark(
    frame: Frame,
    key: str,
    site: str,
    state: str | None,
    note: str,
    about: str | None,
    corrects: int | None,
    retract: int | None,
    listed: bool,
) -> None:
    from opsconsole.actor import actor
    from opsconsole.operations.conference.rollcall import Entry, add, marks
    from opsconsole.operations.conference.sessions import session, sites_of
    from opsconsole.operations.conference.typed import sites_called
    from opsconsole.store.clock import now

    zone = frame.settings.timezone
    with frame.database.read() as reader:
        one = session(reader, key, zone)
        known = sites_of(reader, one)
        all_marks = marks(reader, key)
        if site and not listed:
            (site,) = sites_called(reader, f"{one.start:%Y-%m-%d}", [site], known)
    if listed:
        for each in all_marks:
            where = known[each.site].name if each.site in known else each.site
            at = f"{each.about.astimezone(zone):%d/%m/%Y %H:%M:%S}"
            what = word(each.state) if each.state else word(each.sort)
            fixes = f" → {each.corrects}" if each.corrects else ""
            say(f"{each.number:4}  {at}  {each.actor}  {what}{fixes}  {where}  {each.said}".rstrip())
        return
    at_time = _moment(about, one.start) if about else None
    entries = []
    if retract is not None:
        entries.append(Entry("retract", site, said=note, corrects=retract))
    elif state:
        if not site:
            raise Refused(_("--state needs --site"))
        entries.append(Entry("state", site, state, note, at_time, corrects))
    elif note:
        entries.append(Entry("note", site, said=note, about=at_time, corrects=corrects))
    else:
        raise Refused(_("nothing to mark: give --state, --note or --retract"))
    with frame.database.write() as writer:
        numbers = add(writer, key, entries, actor(), now(), zone)
    say(_("mark {number} of {key}").format(number=", ".join(map(str, numbers)), key=key))


def _moment(text: str, start: dt.datetime) -> dt.datetime:
    if not re.fullmatch(r"[0-2]?\d:[0-5]\d", text, re.ASCII) or int(text.partition(":")[0]) > 23:
        raise Refused(_("'{text}' is not a time of day; write HH:MM").format(text=text))
    hour, _colon, minute = text.partition(":")
    return start.replace(hour=int(hour), minute=int(minute), second=0)


@click.command(cls=Command, help="The live board of a session: roll call, incidents, handover.")
@KEY
@click.option("--read-only", is_flag=True, help="Look only.")
@click.pass_obj
def board(frame: Frame, key: str | None, read_only: bool) -> None:
    from opsconsole.cli.console import why_not_drawn

    with frame.database.read() as reader:
        one = the_session(frame, reader, key)
    if reason := why_not_drawn():
        raise Refused(
            reason + "\n" + _("'opsconsole conference show {key}' says how it stands.").format(key=one.key)
        )

    from opsconsole.console import actions, keymap

    actions.choose_keys(keymap.load(keymap.file()))

    from opsconsole.console.app import Console
    from opsconsole.console.screens.board import BoardPage

    app = Console(frame.database, frame.settings, read_only=read_only, page="board")
    page = app.page_of("board")
    if isinstance(page, BoardPage):
        page.open_session(one.key)
    app.run()
    if app.return_code:
        sys.exit(app.return_code)
