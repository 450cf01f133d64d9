"""Instants as the store keeps them: UTC, ISO text to the microsecond, order of text = order of time."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo


def now() -> dt.datetime:
    """The instant of this call, in UTC."""
    return dt.datetime.now(dt.UTC)


def instant_text(at: dt.datetime) -> str:
    """*at* (aware) as ``2026-11-23T07:30:00.000000Z``."""
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return f"{at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def instant(text: str) -> dt.datetime:
    """The aware instant (UTC) of a text made by ``instant_text``."""
    return dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=dt.UTC)


def local(text: str, zone: ZoneInfo) -> str:
    """The instant *text* (made by ``instant_text``) as people read it: local time, to the minute."""
    return f"{instant(text).astimezone(zone):%d/%m/%Y %H:%M}"


def stamp(text: str | None) -> dt.datetime | None:
    """The instant of a stamp of ``coverage``, which may be to the minute; None for none."""
    if not text:
        return None
    at = dt.datetime.fromisoformat(text)
    return at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at
