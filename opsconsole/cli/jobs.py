"""Commands of the scheduled jobs: scheduler, jobs list, status, run, retry."""

from __future__ import annotations

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
from opsconsole.cli.frame import Frame, narrate, say, say_json
from opsconsole.errors import Refused
from opsconsole.text import number, safe

if TYPE_CHECKING:
    from opsconsole.jobs.history import JobStatus, Run

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


@click.command()
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


@click.group(invoke_without_command=True)
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
    from opsconsole.jobs.history import recent

    settings = frame.settings
    with frame.database.read() as reader:
        found = recent(reader, job, state, limit)
    if as_json:
        say_json([run.data for run in found])
        return
    if not found:
        narrate(_("No runs."))
        return
    _table(
        (_("Slot"), _("Job"), _("State"), _("Took"), _("Result")),
        [_run_cells(run, settings.timezone) for run in found],
    )


def _run_cells(run: Run, zone: ZoneInfo) -> tuple[str, ...]:
    from opsconsole.jobs.history import local
    from opsconsole.store import clock

    state = _(STATE_WORDS[run.state])
    if run.silent(clock.now()):
        state = _("no sign of life")
    elif run.state == "failed" and run.due_at:
        state = _("failed, again at {at}").format(at=local(run.due_at, zone))
    took = "–" if run.seconds is None else f"{number(run.seconds, _language(), 1)} s"
    return local(run.slot, zone), safe(run.job), state, took, run.remark


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
        _table(
            (_("Job"), _("Standing"), _("Last ended well"), _("Next due"), _("Waiting")),
            [_status_cells(each, settings.timezone) for each in found],
        )
        if any(each.late for each in found):
            narrate(_("Late jobs: is 'opsconsole scheduler' running? 'opsconsole jobs' shows what failed."))
    return 1 if any(each.late for each in found) else 0


def _status_cells(each: JobStatus, zone: ZoneInfo) -> tuple[str, ...]:
    from opsconsole.jobs.history import local, standing
    from opsconsole.store.clock import instant_text

    last = local(each.last_ok.finished_at or each.last_ok.slot, zone) if each.last_ok else "–"
    upcoming = "–" if each.paused else local(instant_text(each.next_due), zone)
    return safe(each.job), standing(each), last, upcoming, str(each.waiting)


@jobs.command()
@click.argument("name")
@click.pass_obj
def run(frame: Frame, name: str) -> int:
    """Run the job NAME now, as a run of its own beside the schedule.

    Any job that there is may be named, scheduled or not. Exit code 1: it did not end well.
    """
    from opsconsole.jobs import runs
    from opsconsole.jobs.execution import Crew
    from opsconsole.jobs.stages import find

    find(name)
    crew = Crew(frame.database, frame.settings, tell=narrate)
    with frame.database.write() as writer:
        claim = runs.ask(writer, name, crew.clock.now(), crew.owner)
    with _handling((signal.SIGTERM, signal.SIGHUP), signal.default_int_handler), crew.alive():
        crew.take(claim)
        outcome = crew.execute(claim)
    return 0 if outcome == "ok" else 1


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


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    for row in [head, *rows]:
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
