"""Commands of the scheduled jobs: scheduler, jobs list, status, log, run, backfill, retry."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from opsconsole.catalogue import N_, _, ngettext
from opsconsole.cli.days import DAY
from opsconsole.cli.frame import Frame, bar, narrate, say, say_json, table
from opsconsole.cli.speech import Command, Group
from opsconsole.errors import Refused
from opsconsole.text import number, safe
from opsconsole.words import COUNTERS

if TYPE_CHECKING:
    from opsconsole.jobs.history import JobStatus, Run
    from opsconsole.jobs.schedule import Slot

STATES = ("due", "running", "ok", "failed", "interrupted", "skipped")
STATE_WORDS = {
    "due": N_("due"),
    "running": N_("running"),
    "ok": N_("ok"),
    "failed": N_("failed"),
    "interrupted": N_("interrupted"),
    "skipped": N_("skipped"),
}


# --- scheduler -----------------------------------------------------------------------------------


@click.command(cls=Command)
@click.option("--once", is_flag=True, help="Run what is due now, then exit (for a systemd timer or cron).")
@click.pass_obj
def scheduler(frame: Frame, once: bool) -> int:
    """Run the jobs at the times in config.yaml, until TERM, INT or HUP.

    Several may run on one database: each slot is done once, by one of them. With --once, exit
    code 1 says that a run failed.
    """
    from opsconsole.jobs.scheduler import TICK, serve

    settings = frame.settings
    stop = threading.Event()

    def told(number: int, _frame: FrameType | None) -> None:
        stop.set()
        # Told twice, it ends at once; what it was doing is then taken over.
        signal.signal(number, signal.SIG_DFL)

    # What is started to end soon looks often; a service looks once a second.
    with _handling((signal.SIGTERM, signal.SIGINT, signal.SIGHUP), told):
        served = serve(frame.database, settings, stop, once=once, tick=0.1 if once else TICK, tell=narrate)
    narrate(
        _("Stopped: {ok} runs done, {failed} failed, {interrupted} interrupted.").format(
            ok=served.ok, failed=served.failed, interrupted=served.interrupted + served.abandoned
        )
    )
    code = 1 if once and served.failed else 0
    if served.abandoned:
        # Their threads would be waited for; what they still do is refused by the fence.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code


@contextmanager
def _handling(
    signals: tuple[signal.Signals, ...], handler: Callable[[int, FrameType | None], Any]
) -> Iterator[None]:
    """*handler* is what *signals* call while the block runs."""
    before = {each: signal.signal(each, handler) for each in signals}
    try:
        yield
    finally:
        for each, previous in before.items():
            signal.signal(each, previous)


# --- jobs ----------------------------------------------------------------------------------------


@click.group(cls=Group, invoke_without_command=True)
@click.pass_context
def jobs(context: click.Context) -> None:
    """Runs of the scheduled jobs; alone, it lists them."""
    if context.invoked_subcommand is None:
        context.invoke(list_runs)


@jobs.command("list")
@click.option("--job", help="Only runs of this job.")
@click.option("--state", type=click.Choice(STATES), help="Only runs in this state.")
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="At most so many."
)
@click.option("--json", "as_json", is_flag=True, help="As JSON, instants in UTC.")
@click.pass_obj
def list_runs(
    frame: Frame, job: str | None = None, state: str | None = None, limit: int = 50, as_json: bool = False
) -> None:
    """The newest runs, by the slot of time for which they are."""
    from opsconsole.jobs import history
    from opsconsole.jobs.history import recent
    from opsconsole.store import clock

    settings = frame.settings
    schedules = [each for each in settings.jobs if job is None or each.name == job]
    with frame.database.read() as reader:
        found = recent(reader, job, state, limit)
        standings = history.status(reader, schedules, clock.now(), settings.timezone)
    if as_json:
        say_json([run.data for run in found])
        return
    if not found:
        narrate(_("No runs."))
    else:
        table(
            (_("Slot"), _("Job"), _("State"), _("Took"), _("Result")),
            [_run_cells(run, settings.timezone) for run in found],
        )
    for each in standings:
        if each.late or each.failed:
            narrate(
                _("{job}: {standing}; next due {next}").format(
                    job=safe(each.job),
                    standing=history.standing(each) if each.failed else _late(each, settings.timezone),
                    next=clock.local(clock.instant_text(each.next_due), settings.timezone),
                )
            )


def _late(each: JobStatus, zone: ZoneInfo) -> str:
    from opsconsole.jobs.history import standing
    from opsconsole.store.clock import local

    since = f" {local(each.last_ok.slot, zone)}" if each.last_ok else ""
    return _("late") + f" ({standing(each)}{since})"


def _run_cells(run: Run, zone: ZoneInfo) -> tuple[str, ...]:
    from opsconsole.store import clock

    state = _(STATE_WORDS[run.state])
    if run.silent(clock.now()):
        state = _("no sign of life")
    elif run.state == "failed" and run.due_at:
        state = _("failed, again at {at}").format(at=clock.local(run.due_at, zone))
    took = "–" if run.seconds is None else f"{number(run.seconds, _language(), 1)} s"
    return clock.local(run.slot, zone), safe(run.job), state, took, run.remark


@jobs.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON, instants in UTC.")
@click.pass_obj
def status(frame: Frame, as_json: bool) -> int:
    """How each job stands: when it last ended well, when it is due next, whether it is late.

    Exit code 1 says that a job is late, for use in monitoring.
    """
    from opsconsole.jobs import history
    from opsconsole.store import clock

    settings = frame.settings
    with frame.database.read() as reader:
        found = history.status(reader, settings.jobs, clock.now(), settings.timezone)
    if as_json:
        say_json([each.data for each in found])
    elif not found:
        narrate(_("No job is scheduled: add 'jobs:' to config.yaml."))
    else:
        table(
            (_("Job"), _("Standing"), _("Last ended well"), _("Next due"), _("Waiting")),
            [_status_cells(each, settings.timezone) for each in found],
        )
        if any(each.late for each in found):
            narrate(_("Late jobs: is 'opsconsole scheduler' running? 'opsconsole jobs' shows what failed."))
    return 1 if any(each.late for each in found) else 0


def _status_cells(each: JobStatus, zone: ZoneInfo) -> tuple[str, ...]:
    from opsconsole.jobs.history import standing
    from opsconsole.store.clock import instant_text, local

    last = local(each.last_ok.finished_at or each.last_ok.slot, zone) if each.last_ok else "–"
    upcoming = "–" if each.paused else local(instant_text(each.next_due), zone)
    return safe(each.job), standing(each), last, upcoming, str(each.waiting)


@jobs.command()
@click.argument("run", metavar="RUN")
@click.option("--json", "as_json", is_flag=True, help="As JSON, instants in UTC.")
@click.pass_obj
def log(frame: Frame, run: str, as_json: bool) -> None:
    """All that is known of one run.

    RUN is the name of a job, for its newest run, or JOB@TIME: 2019-03-05 (the newest of that day),
    2019-03-05T02:30 (local time), or the slot as 'jobs list --json' writes it.
    """
    from opsconsole.jobs import history
    from opsconsole.jobs.byhand import stretch

    settings = frame.settings
    name, _at, when = run.partition("@")
    begin, end = stretch(when, settings.timezone) if when else (None, None)
    with frame.database.read() as reader:
        found = history.find_run(reader, name, begin, end)
        happened = history.events(reader, found) if found else []
    if found is None:
        raise Refused(_("There is no such run; 'opsconsole jobs list' shows what there is."))
    if as_json:
        say_json({**found.data, "log": [event.data for event in happened]})
        return
    pairs = _run_pairs(found, settings.timezone)
    width = max(len(name) for name, _value in pairs) + 2
    for name, value in pairs:
        say(f"{name.ljust(width)}{safe(value)}")
    if happened:
        say()
    for event in happened:
        say(f"{_second(event.at, settings.timezone)}  {event.words}")


def _run_pairs(found: Run, zone: ZoneInfo) -> list[tuple[str, str]]:
    """(label, text) of what is known of a run, without what is not known."""
    from opsconsole.store import clock

    def local(at: str | None) -> str:
        return _second(at, zone) if at else ""

    state = _(STATE_WORDS[found.state])
    pairs = [
        (_("Job"), found.job),
        (_("For"), f"{clock.local(found.slot, zone)} – {clock.local(found.slot_end, zone)}"),
        (_("State"), _("no sign of life") if found.silent(clock.now()) else state),
        (_("Occasion"), _("asked for by a person") if found.kind == "asked" else _("by the schedule")),
        (_("Tries"), str(found.attempt)),
        (_("By"), found.owner or ""),
        (_("Started"), local(found.started_at)),
        (_("Last sign of life"), local(found.heartbeat_at) if found.state == "running" else ""),
        (_("Finished"), local(found.finished_at)),
        (_("Took"), "" if found.seconds is None else f"{number(found.seconds, _language(), 1)} s"),
        (_("Due again"), local(found.due_at)),
        (_("Error"), found.error or ""),
    ]
    for name, value in found.counts.items():
        if isinstance(value, str):
            text = value
        elif isinstance(value, int | float) and not isinstance(value, bool) and name != "year":
            text = number(value, _language())
        else:
            text = json.dumps(value, ensure_ascii=False)
        pairs.append((_(COUNTERS[name]) if name in COUNTERS else name, text))
    return [(name, value) for name, value in pairs if value]


def _second(at: str, zone: ZoneInfo) -> str:
    """The instant *at* as people read it: local time, to the second."""
    from opsconsole.store.clock import instant

    return f"{instant(at).astimezone(zone):%d/%m/%Y %H:%M:%S}"


@jobs.command()
@click.argument("name")
@click.option(
    "--slot",
    "when",
    metavar="TIME",
    help="For this slot of its schedule, also one that was done: 2019-03-05, 2019-03-05T02:30 (local time).",
)
@click.pass_obj
def run(frame: Frame, name: str, when: str | None) -> int:
    """Run the job NAME now, as a run of its own beside the schedule.

    Any job that there is may be named, scheduled or not. Exit code 1: it did not end well.
    """
    from opsconsole.jobs import byhand, runs
    from opsconsole.jobs.execution import Crew
    from opsconsole.jobs.stages import find

    find(name)
    settings = frame.settings
    crew = Crew(frame.database, settings, tell=narrate)
    now = crew.clock.now()
    if when is not None:
        schedule = byhand.scheduled(settings, name)
        slot = byhand.slot_at(schedule, when, now, settings.timezone)
    with frame.database.write() as writer:
        if when is None:
            claim = runs.ask(writer, name, now, crew.owner)
        else:
            claim = byhand.claim_slot(writer, schedule, slot, now, crew.owner, settings.timezone)
    with _handling((signal.SIGTERM, signal.SIGHUP), signal.default_int_handler), crew.alive():
        crew.take(claim)
        outcome = crew.execute(claim)
    return 0 if outcome == "ok" else 1


@jobs.command()
@click.argument("name")
@click.option("--from", "first", type=DAY, required=True, help="The first local day.")
@click.option("--to", "last", type=DAY, required=True, help="The last local day.")
@click.option(
    "--reprocess",
    type=click.Choice(["missing", "failed", "all"]),
    default="missing",
    show_default=True,
    help="Slots that never ran; also those that failed; also those that are done.",
)
@click.option("--dry-run", is_flag=True, help="Only list the slots.")
@click.pass_obj
def backfill(frame: Frame, name: str, first: dt.date, last: dt.date, reprocess: str, dry_run: bool) -> int:
    """Run the slots of the job NAME from one day to another, oldest first.

    Broken off, it goes on where it stopped when it is called again. Exit code 1: not all ended well.
    """
    from opsconsole.jobs import byhand
    from opsconsole.jobs.execution import Crew
    from opsconsole.store import clock

    settings = frame.settings
    schedule = byhand.scheduled(settings, name)
    with frame.database.read() as reader:
        chosen = byhand.wanted(reader, schedule, first, last, reprocess, clock.now(), settings.timezone)

    def local(slot: Slot) -> str:
        return clock.local(clock.instant_text(slot.start), settings.timezone)

    if dry_run:
        for slot in chosen:
            say(f"{safe(name)}  {local(slot)}")
    if dry_run or not chosen:
        count = len(chosen)
        narrate(ngettext("{n} slot to run.", "{n} slots to run.", count).format(n=count))
        return 0
    # Of many runs in a row those matter that did not end well. Where a bar is drawn, they are only in
    # their logs.
    crew = Crew(
        frame.database,
        settings,
        tell=None if sys.stderr.isatty() else narrate,
        tell_what_goes_well=False,
    )
    with (
        _handling((signal.SIGTERM, signal.SIGHUP), signal.default_int_handler),
        crew.alive(),
        bar(name) as shown,
    ):
        outcomes = byhand.run_slots(
            crew,
            schedule,
            chosen,
            (lambda done, of, slot: shown(local(slot), done, of)) if shown else None,
        )
    ok, bad = outcomes.get("ok", 0), len(chosen) - outcomes.get("ok", 0)
    say(
        _("{ok} slots done, {bad} not; 'opsconsole jobs list --job {job}' shows them.").format(
            ok=ok, bad=bad, job=safe(name)
        )
    )
    return 1 if bad else 0


@jobs.command()
@click.argument("name", required=False)
@click.option("--slot", help="Only this slot, as 'jobs list --json' writes it; also one that was skipped.")
@click.pass_obj
def retry(frame: Frame, name: str | None, slot: str | None) -> None:
    """Make failed and interrupted runs due again, of the job NAME or of all.

    The scheduler then runs them ('opsconsole scheduler --once' does so at once).
    """
    from opsconsole.jobs import runs
    from opsconsole.store import clock

    with frame.database.write() as writer:
        count = runs.retry(writer, clock.now(), name, slot)
    if not count:
        raise Refused(_("No such run failed or was interrupted; 'opsconsole jobs list' shows what there is."))
    say(ngettext("{n} run is due again.", "{n} runs are due again.", count).format(n=count))


# --- printing --------------------------------------------------------------------------------------


def _language() -> str:
    from opsconsole.catalogue import language

    return language()
