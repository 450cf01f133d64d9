"""Alerts: what is found wrong is put down once, and once more when it is over, with what is to be told.

Both are rows, written in the transaction of whatever found it: a run that failed, an endpoint that was
tried, figures that were measured. What is to be sent is a row too, which ``delivery`` sends. The
only place that opens and closes alerts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from opsconsole.catalogue import _
from opsconsole.settings.alerts import Alerts, event_words
from opsconsole.store.clock import instant_text
from opsconsole.store.database import Reader, Value, Writer
from opsconsole.text import safe

MOST_TEXT = 2000
"""Characters of what is said of one alert."""


@dataclass(frozen=True, slots=True)
class Settled:
    """How many alerts were raised, and how many are over."""

    raised: int = 0
    over: int = 0


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found about one event: the subjects that are ``bad``, each with what to say of it, and
    those that are ``good`` again, None for all others. What is in neither stays as it was."""

    event: str
    bad: Mapping[str, str]
    good: Collection[str] | None = None


def settle(writer: Writer, alerts: Alerts, judgement: Judgement, now: dt.datetime) -> Settled:
    """Raise an alert for each bad subject that has none open, and end those of good ones; put down
    what is to be told of it on the channels of *alerts*."""
    event, at = judgement.event, instant_text(now)
    standing: dict[str, int] = dict(
        writer.rows(
            "SELECT subject, id FROM alert WHERE province = :province AND event = :event"
            " AND closed_at IS NULL",
            {"event": event},
        )
    )
    raised = [subject for subject in sorted(judgement.bad) if subject not in standing]
    over = [
        subject
        for subject in sorted(standing)
        if subject not in judgement.bad and (judgement.good is None or subject in judgement.good)
    ]
    if not raised and not over:
        return Settled()
    newest = writer.value("SELECT max(id) FROM alert WHERE province = :province") or 0
    channels = alerts.channels if event in alerts.events else ()
    for number, subject in enumerate(raised, newest + 1):
        writer.insert(
            "alert",
            ("province", "id", "event", "subject", "detail", "opened_at"),
            [(writer.province, number, event, subject, safe(judgement.bad[subject])[:MOST_TEXT], at)],
        )
        _queue(writer, number, "raised", channels, at)
    for subject in over:
        number = standing[subject]
        writer.execute(
            "UPDATE alert SET closed_at = :at WHERE province = :province AND id = :id",
            {"at": at, "id": number},
        )
        # Nobody is told that something is over of which nobody was told that it had begun.
        told = {
            row[0]
            for row in writer.rows(
                "SELECT channel FROM alert_message WHERE province = :province AND alert = :id"
                " AND what = 'raised'",
                {"id": number},
            )
        }
        _queue(writer, number, "over", [channel for channel in alerts.channels if channel in told], at)
    return Settled(len(raised), len(over))


def _queue(writer: Writer, alert: int, what: str, channels: Collection[str], at: str) -> None:
    writer.insert(
        "alert_message",
        ("province", "alert", "what", "channel", "state", "batch", "queued_at", "due_at", "attempts"),
        [(writer.province, alert, what, channel, "queued", "", at, at, 0) for channel in channels],
    )


# --- what there is -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Telling:
    """How one message about an alert fares: ``what`` is raised or over; ``state`` queued, sent or
    failed (given up). Instants are as the store writes them."""

    what: str
    channel: str
    state: str
    due_at: str
    attempts: int
    sent_at: str | None
    error: str | None

    @property
    def data(self) -> dict[str, Any]:
        """The message for JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert and what was told of it. ``closed_at`` is None while it stands."""

    id: int
    event: str
    subject: str
    detail: str
    opened_at: str
    closed_at: str | None
    tellings: tuple[Telling, ...] = ()

    @property
    def title(self) -> str:
        """Event and subject in words; safe to show."""
        return _("{event}: {subject}").format(event=event_words(self.event), subject=safe(self.subject))

    @property
    def data(self) -> dict[str, Any]:
        """The alert for JSON."""
        return {
            "id": self.id,
            "event": self.event,
            "subject": self.subject,
            "detail": self.detail,
            "opened_at": self.opened_at,
            "closed_at": self.closed_at,
            "messages": [telling.data for telling in self.tellings],
        }


def listed(reader: Reader, *, standing: bool = False, limit: int = 50) -> list[Alert]:
    """Alerts, those that stand first, then the newest; at most *limit*, with *standing* only those
    that stand."""
    condition = " AND closed_at IS NULL" if standing else ""
    rows = reader.rows(
        "SELECT id, event, subject, detail, opened_at, closed_at FROM alert"  # noqa: S608
        f" WHERE province = :province{condition}"
        " ORDER BY CASE WHEN closed_at IS NULL THEN 0 ELSE 1 END, opened_at DESC, id DESC LIMIT :limit",
        {"limit": limit},
    )
    tellings = _tellings(reader, [row[0] for row in rows])
    return [Alert(*(*row, tuple(tellings.get(row[0], ())))) for row in rows]


def _tellings(reader: Reader, alerts: Collection[int]) -> dict[int, list[Telling]]:
    found: dict[int, list[Telling]] = {}
    if not alerts:
        return found
    names: dict[str, Value] = {f"alert_{place}": number for place, number in enumerate(alerts)}
    chosen = ", ".join(f":{name}" for name in names)
    for number, *rest in reader.rows(
        "SELECT alert, what, channel, state, due_at, attempts, sent_at, error FROM alert_message"  # noqa: S608
        f" WHERE province = :province AND alert IN ({chosen}) ORDER BY alert, what DESC, channel",
        names,
    ):
        found.setdefault(number, []).append(Telling(*rest))
    return found
