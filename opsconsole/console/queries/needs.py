"""What waits for a person: alerts that stand, and what is wrong or about to be, each of its own sort."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsconsole.store.clock import instant_text
from opsconsole.store.database import Reader
from opsconsole.text import date
from opsconsole.words import WORDS, amount, word

if TYPE_CHECKING:
    from opsconsole.jobs.history import JobStatus
    from opsconsole.settings import Settings

SAMPLES = 20
LOOKED_BACK = dt.timedelta(days=30)  # what was found about sites, and handed over, longer ago is not open
WARRANTY_DAYS = 90  # as assets.warranty_ending counts


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that waits for a person. ``sort`` says what it is: jobs, sites, endpoints, certificates,
    handovers, conflicts, unmatched.…, unreadable, gaps, warranties, orphans, days. ``samples`` are
    examples of it; ``things`` are the keys of those that it is about, where they have any, with a text."""

    sort: str
    count: int
    samples: tuple[str, ...] = ()
    things: tuple[tuple[str, str], ...] = ()

    @property
    def words(self) -> str:
        """What it is, in the language in use."""
        own = f"needs.{self.sort}"
        return word(own if own in WORDS else self.sort)


def troubles(
    reader: Reader,
    settings: Settings,
    year: int,
    day: dt.date,
    known: set[dt.date],
    jobs: Sequence[JobStatus],
    now: dt.datetime,
) -> tuple[Trouble, ...]:
    """What waits for a person on *day*, the most urgent first; nothing that is in order. *known* are the
    days of *year* with mail logs, *jobs* how the jobs stand at the instant *now*."""
    found = [
        _late(jobs),
        *_sites(reader, now),
        _endpoints(reader, settings, now),
        _handovers(reader, now),
        _conflicts(reader, year),
        *_unmatched(reader),
        _guessed(reader),
        _unreadable(reader),
        _gaps(reader),
        _warranties(reader, day),
        _orphans(reader),
    ]
    last = min(day, dt.date(year, 12, 31))
    if last.year == year:
        found.append(_days(year, last, known))
    return tuple(trouble for trouble in found if trouble.count)


def _late(jobs: Sequence[JobStatus]) -> Trouble:
    from opsconsole.jobs.history import standing

    late = [job for job in jobs if job.late or (job.last is not None and job.last.state == "failed")]
    return Trouble("jobs", len(late), tuple(f"{job.job}: {standing(job)}" for job in late))


def _sites(reader: Reader, now: dt.datetime) -> list[Trouble]:
    """Sites that failed when they were tried last, and those whose certificate ends or has ended."""
    from opsconsole.operations.conference.preflight import cause_text

    failing: list[tuple[str, str]] = []
    ending: list[tuple[str, str]] = []
    for site, name, state, cause, checks in reader.rows(
        "SELECT t.site, coalesce(s.name, t.site), t.state, t.cause, t.checks FROM ("
        " SELECT site, state, cause, checks, row_number() OVER (PARTITION BY site ORDER BY run DESC) AS place"
        " FROM preflight_result WHERE province = :province AND run >= :since) t"
        " LEFT JOIN site s ON s.province = :province AND s.key = t.site"
        " WHERE t.place = 1 AND (t.state = 'fail' OR t.checks LIKE '%tls-e%') ORDER BY t.site",
        {"since": instant_text(now - LOOKED_BACK)},
    ):
        # tls-ends and tls-expired; other text of a check may hold the letters too
        about = [
            each for each in json.loads(checks)["checks"] if each.get("cause") in ("tls-ends", "tls-expired")
        ]
        if about:
            ending.append((site, f"{name}: {about[0].get('detail') or cause_text(about[0]['cause'])}"))
        if state == "fail" and cause not in ("tls-ends", "tls-expired"):
            failing.append((site, f"{name}: {cause_text(cause)}"))
    return [_of("sites", failing), _of("certificates", ending)]


def _of(sort: str, things: list[tuple[str, str]]) -> Trouble:
    return Trouble(sort, len(things), tuple(text for _key, text in things[:SAMPLES]), tuple(things))


def _endpoints(reader: Reader, settings: Settings, now: dt.datetime) -> Trouble:
    """Endpoints of ``probes:`` that did not answer the last attempt; sites are told of as sites."""
    from opsconsole.jobs.endpoints import reach

    since = now - dt.timedelta(days=1)
    names = [each.name for each in settings.probes]
    down = [
        each
        for each in reach(reader, names, since)
        if each.state != "open" and each.at >= instant_text(since)
    ]
    things = [(each.name, f"{each.name} ({each.endpoint}): {each.error or each.state}") for each in down]
    return _of("endpoints", things)


def _handovers(reader: Reader, now: dt.datetime) -> Trouble:
    """Sessions that an operator has handed over and nobody has taken over."""
    from opsconsole.operations.conference.rollcall import marks, roll

    things = []
    for key, title in reader.rows(
        "SELECT DISTINCT m.session, s.title FROM conference_mark m"
        " JOIN session s ON s.province = m.province AND s.key = m.session"
        " WHERE m.province = :province AND m.sort = 'handover' AND m.at >= :since ORDER BY m.session",
        {"since": instant_text(now - LOOKED_BACK)},
    ):
        offered = roll(marks(reader, key)).offered
        if offered is not None:
            things.append((key, f"{title}: {offered.actor}: {offered.said}"))
    return _of("handovers", things)


def _conflicts(reader: Reader, year: int) -> Trouble:
    from opsconsole.indicators.checks import findings, sentence

    found = [finding for finding in findings(reader, year) if finding.verdict == "conflict"]
    things = [(finding.check, f"{finding.title}: {sentence(finding)}") for finding in found]
    return _of("conflicts", things)


def _warranties(reader: Reader, day: dt.date) -> Trouble:
    until = day + dt.timedelta(days=WARRANTY_DAYS)
    where = (
        "FROM asset WHERE province = :province AND (ended IS NULL OR ended > :day)"
        " AND warranty_until > :day AND warranty_until <= :until"
    )
    bounds = {"day": day.isoformat(), "until": until.isoformat()}
    count = int(reader.value(f"SELECT count(*) {where}", bounds))
    rows = reader.rows(
        f"SELECT key, model, warranty_until {where} ORDER BY warranty_until, key LIMIT {SAMPLES}",
        bounds,
    )
    return Trouble("warranties", count, tuple(f"{key} {model or ''}: {last}" for key, model, last in rows))


def _orphans(reader: Reader) -> Trouble:
    from opsconsole.inventory.kinds import standard

    count = 0
    samples: list[str] = []
    for kind in standard():
        where = "WHERE province = :province AND orphaned > 0 AND ended IS NULL"
        count += int(reader.value(f"SELECT count(*) FROM {kind.table} {where}"))  # noqa: S608
        if len(samples) < SAMPLES:
            samples += [
                f"{kind.called} {key} ({file}:{line})"
                for key, file, line in reader.rows(
                    f"SELECT key, file, line FROM {kind.table} {where} ORDER BY key LIMIT {SAMPLES}"  # noqa: S608
                )
            ]
    return Trouble("orphans", count, tuple(samples[:SAMPLES]))


def _unmatched(reader: Reader) -> list[Trouble]:
    counts = reader.rows(
        "SELECT sort, count(*) FROM unmatched WHERE province = :province AND sort <> 'failed'"
        " GROUP BY sort ORDER BY sort"
    )
    made = []
    for sort, count in counts:
        things = []
        for value, times, candidates in reader.rows(
            "SELECT value, count, candidates FROM unmatched WHERE province = :province AND sort = :sort "
            "ORDER BY count DESC, value LIMIT :most",
            {"sort": sort, "most": SAMPLES},
        ):
            near = json.loads(candidates) if candidates else []
            things.append(
                (near[0] if near else "", f"{value} ×{times}" + (f" ({', '.join(near)})" if near else ""))
            )
        made.append(
            Trouble(f"unmatched.{sort}", int(count), tuple(text for _near, text in things), tuple(things))
        )
    return made


def _guessed(reader: Reader) -> Trouble:
    """Logins that failed at addresses that nobody has, by source of evidence: which ones is not kept."""
    rows = reader.rows(
        "SELECT source, count, first_day, last_day FROM unmatched"
        " WHERE province = :province AND sort = 'failed' ORDER BY count DESC, source"
    )
    things = tuple(
        ("", f"{source}: {amount(times)}, {date(first)} – {date(last)}")
        for source, times, first, last in rows
    )
    total = sum(int(times) for _source, times, _first, _last in rows)
    return Trouble("unmatched.failed", total, tuple(text for _key, text in things), things)


def _unreadable(reader: Reader) -> Trouble:
    rows = reader.rows(
        "SELECT source, reason, count, sample FROM unreadable WHERE province = :province ORDER BY count DESC"
    )
    return Trouble(
        "unreadable",
        sum(int(row[2]) for row in rows),
        tuple(f"{source}: {reason} ×{count}: {sample}" for source, reason, count, sample in rows[:SAMPLES]),
    )


def _gaps(reader: Reader) -> Trouble:
    rows = reader.rows("SELECT path, reason FROM evidence_gap WHERE province = :province ORDER BY path")
    return Trouble("gaps", len(rows), tuple(f"{path}: {reason}" for path, reason in rows[:SAMPLES]))


def _days(year: int, last: dt.date, known: set[dt.date]) -> Trouble:
    first = dt.date(year, 1, 1)
    if last < first:
        return Trouble("days", 0)
    missing = [
        day
        for day in (first + dt.timedelta(days=number) for number in range((last - first).days + 1))
        if day not in known
    ]
    return Trouble("days", len(missing), tuple(spans(missing)[:SAMPLES]))


def spans(days: list[dt.date]) -> list[str]:
    """Sorted *days* as stretches: ``2019-03-01`` or ``2019-03-01 … 2019-03-05``."""
    made: list[list[dt.date]] = []
    for day in days:
        if made and day - made[-1][-1] == dt.timedelta(days=1):
            made[-1][1:] = [day]
        else:
            made.append([day])
    return [" … ".join(day.isoformat() for day in span) for span in made]
