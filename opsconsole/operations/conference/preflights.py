"""The history of pre-flights: what was found, when, and which sites fail often."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from opsconsole.operations.conference.preflight import Check, Result
from opsconsole.store.clock import instant_text
from opsconsole.store.database import Reader, Value, Writer

LOOKED_BACK = 10  # so many runs of a site decide whether it fails often
OFTEN = 3  # failures among them from which it does


@dataclass(frozen=True, slots=True)
class Tried:
    """One site in one run. *failed* of the last *runs* of this site did not pass."""

    run: str
    session: str
    result: Result
    actor: str = ""
    failed: int = 0
    runs: int = 0

    @property
    def often(self) -> bool:
        """Whether the site fails often."""
        return self.failed >= OFTEN


def record(writer: Writer, at: dt.datetime, session: str, results: Iterable[Result], actor: str) -> str:
    """Keep the *results* of a run that began *at*, for *session* or (with '') for none; returns the run."""
    run = instant_text(at)
    writer.insert(
        "preflight_result",
        ("province", "run", "site", "session", "state", "cause", "milliseconds", "checks", "actor"),
        [
            (
                writer.province,
                run,
                result.site,
                session,
                result.state,
                result.cause,
                result.milliseconds,
                json.dumps(
                    {"address": result.address, "checks": [check.data for check in result.checks]},
                    ensure_ascii=False,
                    separators=(",", ":"),
                ),
                actor,
            )
            for result in results
        ],
        "ON CONFLICT (province, run, site) DO NOTHING",
    )
    return run


_ROWS = (
    "SELECT run, site, session, state, cause, milliseconds, checks, actor FROM preflight_result"
    " WHERE province = :province"
)


def _tried(row: Sequence[Any]) -> Tried:
    run, site, session, state, cause, milliseconds, checks, actor = row
    kept = json.loads(checks)
    tried = tuple(Check(**each) for each in kept["checks"])
    return Tried(run, session, Result(site, kept["address"], state, cause, milliseconds, tried), actor)


def last_run(reader: Reader, session: str) -> list[Tried]:
    """The newest run for *session*, by site, with how often each site failed of late; nothing where there
    was none."""
    run = reader.value(
        "SELECT max(run) FROM preflight_result WHERE province = :province AND session = :session",
        {"session": session},
    )
    if run is None:
        return []
    rows = reader.rows(
        f"{_ROWS} AND session = :session AND run = :run ORDER BY site", {"session": session, "run": run}
    )
    found = [_tried(row) for row in rows]
    counts = failures(reader, [each.result.site for each in found])
    return [
        Tried(each.run, each.session, each.result, each.actor, *counts.get(each.result.site, (0, 0)))
        for each in found
    ]


def history(reader: Reader, site: str, limit: int = 50) -> list[Tried]:
    """The newest *limit* results of *site*, newest first."""
    rows = reader.rows(
        f"{_ROWS} AND site = :site ORDER BY run DESC LIMIT :limit", {"site": site, "limit": limit}
    )
    return [_tried(row) for row in rows]


def failures(reader: Reader, sites: Iterable[str] | None = None) -> dict[str, tuple[int, int]]:
    """(failed, runs) of the last ``LOOKED_BACK`` runs of each of *sites* (of all, without)."""
    wanted = None if sites is None else list(dict.fromkeys(sites))
    condition, parameters = "", dict[str, Value]()
    if wanted is not None:
        if not wanted:
            return {}
        if len(wanted) <= 500:
            parameters = {f"s{number}": key for number, key in enumerate(wanted)}
            condition = f" AND site IN ({', '.join(':' + name for name in parameters)})"
    rows = reader.rows(
        "SELECT site, sum(CASE WHEN state = 'fail' THEN 1 ELSE 0 END), count(*) FROM ("  # noqa: S608
        " SELECT site, state, row_number() OVER (PARTITION BY site ORDER BY run DESC) AS place"
        f" FROM preflight_result WHERE province = :province{condition}) newest"
        " WHERE place <= :most GROUP BY site",
        {**parameters, "most": LOOKED_BACK},
    )
    return {site: (int(failed), int(runs)) for site, failed, runs in rows}


def was_tried(reader: Reader, session: str, since: dt.datetime) -> bool:
    """Whether *session* had a run that began at *since* or later."""
    return bool(
        reader.value(
            "SELECT count(*) FROM preflight_result"
            " WHERE province = :province AND session = :session AND run >= :since",
            {"session": session, "since": instant_text(since)},
        )
    )
