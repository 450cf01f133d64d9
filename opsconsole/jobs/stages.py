"""What a job does. A stage is found by the name that the job has in ``config.yaml``.

A stage gets its ``Work`` and, when it has done its work, calls ``work.finish`` in the very
transaction that holds its effect; an effect that is exactly-once by itself may be committed
before. What a stage needs is imported when it runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.jobs.work import Interrupted, Work
from opsconsole.text import safe


@dataclass(frozen=True, slots=True)
class Stage:
    """What a job does. ``looks_back`` says whether missed slots can be made up for: a machine's load
    of yesterday cannot be measured today, so that stage runs for the newest slot only."""

    name: str
    purpose: str
    run: Callable[[Work], None]
    looks_back: bool = True


_stages: dict[str, Stage] = {}


def register(stage: Stage) -> None:
    """Add *stage*. Raises ValueError for a name that is taken."""
    if stage.name in _stages:
        raise ValueError(f"there is already a stage {stage.name!r}")
    _stages[stage.name] = stage


def known() -> tuple[Stage, ...]:
    """All stages, by name."""
    return tuple(_stages[name] for name in sorted(_stages))


def find(name: str) -> Stage:
    """The stage *name*. Raises Refused, and says which there are."""
    if name not in _stages:
        raise Refused(
            _("there is no job '{name}'; known: {known}").format(
                name=safe(name), known=", ".join(sorted(_stages))
            )
        )
    return _stages[name]


# --- collect: new evidence ---------------------------------------------------------------------


def _collect(work: Work) -> None:
    from opsconsole.evidence.collect import collect
    from opsconsole.indicators.sessionuse import refresh
    from opsconsole.jobs.watch import silent_sources

    settings = work.settings
    collected = collect(work.database, settings.sources, settings.timezone, stop=work.stopped)
    if collected.stopped:
        # What was read is in, exactly once; the rest is read by the next attempt.
        work.check()
        raise Interrupted
    # Whoever looks at a year need not wait for its sums; what is not summed now is by the next run.
    refresh(work.database, None, settings.timezone, lambda done, of: work.check())
    problems = sum(len(source.problems) for source in collected.sources)
    with work.database.write() as writer:
        work.judge(silent_sources(writer, settings, work.now()))
        work.finish(writer, {"problems": problems, **collected.data})


# --- measure: the indicators of a year -----------------------------------------------------------


def _measure(work: Work) -> None:
    from opsconsole.indicators.measure import measure
    from opsconsole.jobs.watch import measured_figures, year_of

    # The year is the slot's; within it a late run may use all that is known by now.
    year = year_of(work.settings, work.claim.at)
    with work.database.write() as writer:
        work.hold(writer)
        measured = measure(
            writer, year, timezone=work.settings.timezone, progress=lambda done, of, what: work.check()
        )
        for judgement in measured_figures(writer, work.settings, year, work.now()):
            work.judge(judgement)
        work.finish(writer, {**measured.data, "year": year})


# --- the others, each in a module of its own -----------------------------------------------------


def _from(module: str, name: str) -> Callable[[Work], None]:
    """The function *name* of ``opsconsole.jobs.<module>``, imported when it runs."""

    def run(work: Work) -> None:
        import importlib

        getattr(importlib.import_module(f"opsconsole.jobs.{module}"), name)(work)

    return run


register(Stage("collect", "Read new evidence from the declared sources.", _collect))
register(Stage("measure", "Measure the indicators from register and evidence.", _measure))
register(
    Stage(
        "host-metrics",
        "Record processor, load, memory, disk and network of this machine.",
        _from("hostmetrics", "host_metrics"),
        looks_back=False,
    )
)
register(
    Stage(
        "alerts",
        "Look for jobs that are late and sources that are silent, and send what is to be told.",
        _from("delivery", "alerts"),
        looks_back=False,
    )
)
register(
    Stage(
        "report",
        "Make the reports that are due, issue corrections where data came late.",
        _from("reporting", "report"),
    )
)
register(Stage("probe", "Try the declared endpoints by TCP.", _from("probe", "probe"), looks_back=False))
register(
    Stage(
        "backup", "Copy the SQLite database and verify the copy.", _from("upkeep", "backup"), looks_back=False
    )
)
register(
    Stage("audit-verify", "Check the chain of changes.", _from("upkeep", "audit_verify"), looks_back=False)
)
register(
    Stage(
        "inventory-drift",
        "Count what the declared files would change in the register.",
        _from("upkeep", "inventory_drift"),
        looks_back=False,
    )
)
register(
    Stage(
        "preflight",
        "Try the sites of the sessions that begin soon.",
        _from("preflight", "preflight"),
        looks_back=False,
    )
)
register(Stage("retention", "Purge and thin out old rows.", _from("retention", "retention")))
register(
    Stage(
        "poll-conference",
        "Ask the meeting servers who is there now.",
        _from("meetingpoll", "poll_conference"),
        looks_back=False,
    )
)
