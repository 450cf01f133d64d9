"""What a person asks for by slot: one slot of a job again, or all of a stretch that were missed.

The rows are those of the schedule: a slot that is done by hand is done, and no scheduler does it
once more.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import time
from collections.abc import Callable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.jobs import due, runs
from opsconsole.jobs import schedule as slots
from opsconsole.jobs.execution import Crew
from opsconsole.jobs.runs import Busy, Claim
from opsconsole.jobs.schedule import Slot
from opsconsole.jobs.stages import find
from opsconsole.settings import JobSchedule, Settings
from opsconsole.store.clock import instant, instant_text
from opsconsole.store.database import Reader, Writer
from opsconsole.text import safe

MOST_SLOTS = 10_000
"""A backfill of more slots than this was not meant."""

REPROCESS = ("missing", "failed", "all")

_TICK = dt.timedelta(microseconds=1)


# --- which slots ---------------------------------------------------------------------------------


def scheduled(settings: Settings, name: str) -> JobSchedule:
    """The schedule of the job *name*, whose missed slots can be made up for. Raises Refused."""
    stage = find(name)
    for schedule in settings.jobs:
        if schedule.name == name:
            break
    else:
        raise Refused(
            _("{job} has no schedule, so it has no slots: add it to 'jobs:' in config.yaml").format(job=name)
        )
    if not stage.looks_back:
        raise Refused(
            _(
                "{job} measures the present; what was missed cannot be made up for. Run it without a slot"
            ).format(job=name)
        )
    return schedule


def stretch(text: str, timezone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    """The half-open stretch of time that *text* names: a day (2019-03-05 or 05/03/2019), a minute
    of it (2019-03-05T02:30), local time; or an instant as the store writes it. Raises Refused."""
    found = re.fullmatch(
        r"(?:(\d{4})-(\d\d)-(\d\d)|(\d\d)/(\d\d)/(\d{4}))(?:[T ](\d\d):(\d\d))?", text.strip()
    )
    try:
        if not found:
            begin = instant(text.strip())
            return begin, begin + _TICK
        year, month, day = (int(found[a] or found[b]) for a, b in ((1, 6), (2, 5), (3, 4)))
        begin = dt.datetime(year, month, day, int(found[7] or 0), int(found[8] or 0), tzinfo=timezone)
        length = dt.timedelta(minutes=1) if found[7] else dt.timedelta(days=1)
        return begin.astimezone(dt.UTC), (begin + length).astimezone(dt.UTC)
    except (ValueError, OverflowError):  # the first and the last day of the calendar are none in UTC
        raise Refused(
            _(
                "'{text}' is no time: write 2019-03-05, 2019-03-05T02:30 (local time) or"
                " 2019-03-04T19:30:00.000000Z, as 'jobs list --json' does"
            ).format(text=safe(text))
        ) from None


def slot_at(schedule: JobSchedule, text: str, now: dt.datetime, timezone: ZoneInfo) -> Slot:
    """The slot of *schedule* that *text* means: the newest that begins in the stretch of time it
    names, or the one in which that lies. Raises Refused for one that has not come."""
    begin, end = stretch(text, timezone)
    if begin > now:
        raise Refused(_("the slot of {text} has not come yet").format(text=safe(text)))
    newest = slots.missed(schedule, begin - _TICK, min(end - _TICK, now), timezone, 1).kept
    return newest[0] if newest else slots.latest_slot(schedule, begin, timezone)


def wanted(
    reader: Reader,
    schedule: JobSchedule,
    first: dt.date,
    last: dt.date,
    reprocess: str,
    now: dt.datetime,
    timezone: ZoneInfo,
) -> list[Slot]:
    """The slots of *schedule* from the local day *first* to *last* that have come and are to be run:
    ``missing`` those that never ran, ``failed`` also those that did not end well, ``all`` also those
    that did. What is running now is left out. Oldest first. Raises Refused for too many."""
    if last < first:
        raise Refused(_("--to is before --from"))
    begin, end = stretch(first.isoformat(), timezone)[0], stretch(last.isoformat(), timezone)[1]
    if begin > now:
        return []
    found = slots.missed(schedule, begin - _TICK, min(end - _TICK, now), timezone, MOST_SLOTS)
    if found.skipped:
        raise Refused(
            _("these are {n} slots; at most {most} are run at once: name fewer days").format(
                n=found.skipped_count + len(found.kept), most=MOST_SLOTS
            )
        )
    states: dict[str, str] = dict(
        reader.rows(
            "SELECT slot, state FROM job_run WHERE province = :province AND job = :job"
            " AND slot >= :begin AND slot < :end",
            {"job": schedule.name, "begin": instant_text(begin), "end": instant_text(end)},
        )
    )
    take: set[Any] = {None, "due", "skipped"}
    if reprocess in ("failed", "all"):
        take |= {"failed", "interrupted"}
    if reprocess == "all":
        take.add("ok")
    return [slot for slot in found.kept if states.get(instant_text(slot.start)) in take]


# --- running them --------------------------------------------------------------------------------


def claim_slot(
    writer: Writer, schedule: JobSchedule, slot: Slot, now: dt.datetime, owner: str, timezone: ZoneInfo
) -> Claim:
    """The right to run *slot* of *schedule* now, whatever became of it before. Raises Busy while a
    run of the job is going on."""
    runs.refuse_overlap(writer, schedule.name, now)
    start = instant_text(slot.start)
    _take_out_of_skipped(writer, schedule, slot, timezone)
    due.insert(writer, schedule.name, slot, "due", start, {})
    row = writer.row(
        "SELECT slot_end, kind, attempt FROM job_run WHERE province = :province AND job = :job"
        " AND slot = :slot",
        {"job": schedule.name, "slot": start},
    )
    if row is None:
        raise RuntimeError(f"the slot {start} of {schedule.name} was just put down and is not there")
    slot_end, kind, attempt = row
    return runs.take(writer, now, owner, Claim(schedule.name, start, slot_end, kind, attempt + 1, 0, owner))


def _take_out_of_skipped(writer: Writer, schedule: JobSchedule, slot: Slot, timezone: ZoneInfo) -> None:
    """A row 'skipped' may stand for many slots: it is parted, so that *slot* is none of them."""
    row = writer.row(
        "SELECT slot, slot_end, counts FROM job_run WHERE province = :province AND job = :job"
        " AND state = 'skipped' AND slot <= :at AND slot_end > :at ORDER BY slot DESC LIMIT 1",
        {"job": schedule.name, "at": instant_text(slot.start)},
    )
    if row is None:
        return
    begin, end, reason = instant(row[0]), instant(row[1]), json.loads(row[2]).get("reason")
    writer.execute(
        "DELETE FROM job_run WHERE province = :province AND job = :job AND slot = :slot",
        {"job": schedule.name, "slot": row[0]},
    )
    for after, until in ((begin - _TICK, slot.start - _TICK), (slot.start, end - _TICK)):
        if after >= until:
            continue
        part = slots.missed(schedule, after, until, timezone, 0)
        if part.skipped:
            counts = {"slots": part.skipped_count, "reason": reason}
            due.insert(writer, schedule.name, part.skipped, "skipped", None, counts)


def run_slots(
    crew: Crew,
    schedule: JobSchedule,
    chosen: Sequence[Slot],
    progress: Callable[[int, int, Slot], None] | None = None,
    pause: float = 0.5,
) -> dict[str, int]:
    """Run the slots *chosen* one after the other, waiting *pause* seconds and again while another
    process runs the job. *progress* is told (done, of, the slot that is next). Returns how many
    ended how. A failed one does not keep the others from being run."""
    timezone = crew.settings.timezone
    for done, slot in enumerate(chosen):
        if progress:
            progress(done, len(chosen), slot)
        while True:
            try:
                with crew.database.write() as writer:
                    claim = claim_slot(writer, schedule, slot, crew.clock.now(), crew.owner, timezone)
                break
            except Busy:
                time.sleep(pause)
        crew.take(claim)
        crew.execute(claim)
    return {outcome: count for outcome, count in crew.outcomes.items() if count}
