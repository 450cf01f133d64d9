"""Sending what is to be told of alerts: each message until it is out, few at a time.

Messages that wait on a channel are bundled before anything is sent: each alone, or, when they are many
or the channel had enough for the hour, one digest of all. A bundle has a name that goes with it and
stays, so that one which is sent again (the process was killed between the server's word and the
commit) can be told from news.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from opsconsole.catalogue import _
from opsconsole.jobs import watch
from opsconsole.jobs.alerts import settle
from opsconsole.jobs.channels import NotSent, Sender, senders
from opsconsole.jobs.messages import Message, Part, message
from opsconsole.jobs.runs import CLOCK_TOLERANCE
from opsconsole.settings.alerts import Alerts
from opsconsole.store.clock import instant_text
from opsconsole.store.database import Reader, Value, Writer

if TYPE_CHECKING:
    from opsconsole.jobs.work import Work

WAITS = tuple(dt.timedelta(minutes=n) for n in (1, 5, 15, 30, *[60] * 24))
"""How long after a message did not go out it is tried again; after the last it is given up."""

_HOUR = dt.timedelta(hours=1)


def alerts(work: Work) -> None:
    """Look for what only the time brings (jobs late, sources silent), then send what waits. It ends
    well also where a server does not take messages: they wait, and the run says so."""
    with work.database.write() as writer:
        work.hold(writer)
        now = work.now()
        settings = work.settings
        mend_future(writer, now)
        for judgement in (
            watch.failed_jobs(writer, settings, now),
            watch.late_jobs(writer, settings, now),
            watch.silent_sources(writer, settings, now),
        ):
            settle(writer, settings.alerts, judgement, now)
        bundle(writer, settings.alerts, now)
    counts = deliver(work, senders(settings.alerts))
    with work.database.write() as writer:
        work.finish(writer, counts)


def mend_future(writer: Writer, now: dt.datetime) -> None:
    """Bring back to *now* what a clock that was ahead wrote: else no run would end an alert that it raised,
    a message that it put off would wait, and those that it sent would count against the hour, all until
    that time has come."""
    parameters: dict[str, Value] = {"now": instant_text(now), "ahead": instant_text(now + CLOCK_TOLERANCE)}
    for table, column, state in (
        ("alert", "opened_at", "closed_at IS NULL"),
        ("alert_message", "sent_at", "state = 'sent'"),
    ):
        writer.execute(
            f"UPDATE {table} SET {column} = :now WHERE province = :province AND {state}"  # noqa: S608
            f" AND {column} > :ahead",
            parameters,
        )
    writer.execute(
        "UPDATE alert_message SET due_at = :now WHERE province = :province AND state = 'queued'"
        " AND due_at > :put_off",
        {"now": instant_text(now), "put_off": instant_text(now + max(WAITS) + CLOCK_TOLERANCE)},
    )


# --- bundles -------------------------------------------------------------------------------------


def bundle(writer: Writer, alerts: Alerts, now: dt.datetime) -> None:
    """Give what waits on each channel its bundle, as far as the hour allows."""
    for channel in alerts.channels:
        waiting = writer.rows(
            "SELECT alert, what FROM alert_message WHERE province = :province AND channel = :channel"
            " AND state = 'queued' AND batch = '' ORDER BY queued_at, alert, what DESC",
            {"channel": channel},
        )
        if not waiting:
            continue
        room = alerts.most_an_hour - _used(writer, channel, now)
        if room <= 0:
            continue
        alone = len(waiting) <= min(alerts.digest_above, room)
        for chosen in [[each] for each in waiting] if alone else [waiting]:
            first = chosen[0]
            name = f"{writer.province}-{channel}-{first[0]}-{first[1]}"
            writer.execute_many(
                "UPDATE alert_message SET batch = :batch, due_at = :now WHERE province = :province"
                " AND channel = :channel AND alert = :alert AND what = :what",
                [
                    {
                        "batch": name,
                        "now": instant_text(now),
                        "channel": channel,
                        "alert": alert,
                        "what": what,
                    }
                    for alert, what in chosen
                ],
            )


def _used(reader: Reader, channel: str, now: dt.datetime) -> int:
    """How many bundles the channel had in the last hour, sent or on their way."""
    return int(
        reader.value(
            "SELECT count(DISTINCT batch) FROM alert_message WHERE province = :province"
            " AND channel = :channel AND batch <> '' AND (state = 'queued' OR sent_at > :since)",
            {"channel": channel, "since": instant_text(now - _HOUR)},
        )
    )


# --- sending -------------------------------------------------------------------------------------


def deliver(work: Work, by_channel: Mapping[str, Sender]) -> dict[str, Any]:
    """Send each bundle that is due; returns what became of them."""
    counts = {"sent": 0, "waiting": 0, "given_up": 0}
    with work.database.read() as reader:
        due = reader.rows(
            "SELECT channel, batch, max(attempts) FROM alert_message WHERE province = :province"
            " AND state = 'queued' AND batch <> '' AND due_at <= :now"
            " GROUP BY channel, batch ORDER BY channel, min(queued_at), batch",
            {"now": instant_text(work.now())},
        )
        made = [
            (channel, attempts, _message(reader, channel, batch, work.settings.timezone))
            for channel, batch, attempts in due
            if channel in by_channel
        ]
    broken: set[str] = set()
    for channel, attempts, each in made:
        work.check()
        if channel in broken:
            # The server just did not answer: the others need not wait for it too.
            continue
        try:
            remark = by_channel[channel](each)
        except NotSent as error:
            broken.add(channel)
            state = _failed(work, channel, each, attempts, str(error))
            counts["given_up"] += state == "failed"
            work.remark(_("{channel}: not sent: {reason}").format(channel=channel, reason=error))
            continue
        counts["sent"] += 1
        if remark:
            work.remark(f"{channel}: {remark}")
        _mark(
            work,
            channel,
            each,
            "state = 'sent', attempts = attempts + 1, sent_at = :now, error = :error",
            {"error": remark or None},
        )
    with work.database.read() as reader:
        counts["waiting"] = reader.value(
            "SELECT count(*) FROM alert_message WHERE province = :province AND state = 'queued'"
        )
    return counts


def _message(reader: Reader, channel: str, batch: str, zone: ZoneInfo) -> Message:
    rows: Sequence[tuple[Any, ...]] = reader.rows(
        "SELECT a.id, m.what, a.event, a.subject, a.detail, a.opened_at, m.queued_at FROM alert_message m"
        " JOIN alert a ON a.province = m.province AND a.id = m.alert"
        " WHERE m.province = :province AND m.channel = :channel AND m.batch = :batch",
        {"channel": channel, "batch": batch},
    )
    return message(batch, reader.province, [Part(*row) for row in rows], zone)


def _failed(work: Work, channel: str, each: Message, attempts: int, error: str) -> str:
    state = "queued" if attempts < len(WAITS) else "failed"
    wait = WAITS[min(attempts, len(WAITS) - 1)]
    _mark(
        work,
        channel,
        each,
        "state = :state, attempts = attempts + 1, due_at = :again, error = :error",
        {"state": state, "again": instant_text(work.now() + wait), "error": error},
    )
    return state


def _mark(work: Work, channel: str, each: Message, assignments: str, values: Mapping[str, Any]) -> None:
    with work.database.write() as writer:
        work.hold(writer)
        writer.execute(
            f"UPDATE alert_message SET {assignments} WHERE province = :province"  # noqa: S608
            " AND channel = :channel AND batch = :batch AND state = 'queued'",
            {"channel": channel, "batch": each.id, "now": instant_text(work.now()), **values},
        )
        if "state" not in values:
            # The server is there again: what it did not take before need not wait any longer.
            writer.execute(
                "UPDATE alert_message SET due_at = :now WHERE province = :province AND channel = :channel"
                " AND state = 'queued' AND batch <> '' AND due_at > :now",
                {"channel": channel, "now": instant_text(work.now())},
            )
