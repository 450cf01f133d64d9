"""opsconsole probe: how the endpoints answer, and one try now."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import click

from opsconsole.catalogue import N_, _, language
from opsconsole.cli.frame import Frame, narrate, say, say_json, table
from opsconsole.cli.speech import Command
from opsconsole.errors import Refused
from opsconsole.text import number, safe

if TYPE_CHECKING:
    from opsconsole.settings.jobs import Probe

STATE_WORDS = {
    "open": N_("answers"),
    "refused": N_("refuses"),
    "timeout": N_("no answer in time"),
    "unreachable": N_("cannot be reached"),
    "unresolved": N_("name unknown"),
}


@click.command(cls=Command)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--now", "now", is_flag=True, help="Try them now; nothing is recorded.")
@click.option("--history", type=click.IntRange(1, 10_000), metavar="N", help="The newest N attempts at each.")
@click.option(
    "--days", type=click.IntRange(1, 3650), default=30, show_default=True, help="Share of so many days."
)
@click.option("--json", "as_json", is_flag=True, help="As JSON, instants in UTC.")
@click.pass_obj
def probe(
    frame: Frame, names: tuple[str, ...], now: bool, history: int | None, days: int, as_json: bool
) -> int:
    """How endpoints and conference sites answer a TCP connection, as the job 'probe' found.

    NAME is one of 'probes:', or site/KEY for a declared site. Exit code 1: one does not answer.
    """
    from opsconsole.jobs.endpoints import attempts, endpoints, reach
    from opsconsole.store import clock

    with frame.database.read() as reader:
        found = _chosen(endpoints(reader, frame.settings), names)
        if now:
            return _try(found, as_json)
        tried = {each.name: attempts(reader, each.name, history) for each in found} if history else {}
        states = reach(reader, [each.name for each in found], clock.now() - dt.timedelta(days=days))
    zone = frame.settings.timezone
    if as_json:
        say_json(
            [
                {**each.data, "attempts": [dict(zip(_ATTEMPT, row, strict=True)) for row in tried[each.name]]}
                if history
                else each.data
                for each in states
            ]
        )
    elif not states:
        narrate(
            _("No endpoint was tried yet; 'opsconsole probe --now' tries them, the job 'probe' records it.")
        )
    else:
        table(
            (
                _("Endpoint"),
                _("Address"),
                _("State"),
                _("Since"),
                _("Took"),
                _("Answered, {n} days").format(n=days),
            ),
            [
                (
                    safe(each.name),
                    safe(each.endpoint),
                    _(STATE_WORDS[each.state]),
                    clock.local(each.since, zone),
                    _took(each.milliseconds),
                    "–" if each.answered is None else f"{number(100 * each.answered, language(), 1)} %",
                )
                for each in states
            ],
        )
        for name, rows in tried.items():
            say()
            say(safe(name))
            for at, state, milliseconds, error in rows:
                said = f"  {clock.local(at, zone)}  {_(STATE_WORDS[state])}  {_took(milliseconds)}"
                say(said + (f"  {safe(error)}" if error else ""))
    return 1 if any(each.state != "open" for each in states) else 0


_ATTEMPT = ("at", "state", "milliseconds", "error")


def _chosen(found: list[Probe], names: tuple[str, ...]) -> list[Probe]:
    known = {each.name: each for each in found}
    for name in names:
        if name not in known:
            shown = ", ".join(list(known)[:10]) or "–"
            raise Refused(
                _("there is no endpoint '{name}'; known: {known}").format(name=safe(name), known=safe(shown))
            )
    return [known[name] for name in names] if names else found


def _try(probes: list[Probe], as_json: bool) -> int:
    from opsconsole.jobs.endpoints import shown
    from opsconsole.jobs.probe import ask

    answers = ask(probes)
    if as_json:
        say_json(
            [
                {
                    "name": each.probe.name,
                    "endpoint": shown(each.probe),
                    "at": each.at,
                    "state": each.state,
                    "milliseconds": each.milliseconds,
                    "error": each.error,
                }
                for each in answers
            ]
        )
    else:
        table(
            (_("Endpoint"), _("Address"), _("State"), _("Took"), _("Result")),
            [
                (
                    safe(each.probe.name),
                    safe(shown(each.probe)),
                    _(STATE_WORDS[each.state]),
                    _took(each.milliseconds),
                    safe(each.error or ""),
                )
                for each in answers
            ],
        )
    return 1 if any(each.state != "open" for each in answers) else 0


def _took(milliseconds: float | None) -> str:
    return "–" if milliseconds is None else f"{number(milliseconds, language(), 1)} ms"
