"""Equipment as the measures read it: what there is, in which state on a day, and for how long each
class of it is meant to serve."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from opsconsole.indicators.ground import Ground, mark
from opsconsole.indicators.periods import Period

CLASSES = (
    *("desktop", "laptop", "tablet", "monitor", "printer", "scanner", "photocopier", "ups", "switch"),
    *("router", "wifi", "firewall", "server", "storage", "camera", "projector", "codec", "microphone"),
    *("television", "phone", "air-conditioner", "software"),
)
COMPUTERS = ("desktop", "laptop")
STATES = ("in-use", "in-store", "in-repair", "broken")
WORKING = ("in-use", "in-store")


class Asset(NamedTuple):
    """An asset that counts from *begins* (its purchase, else its first use; '' where neither is
    declared) until *ended* ('9999-12-31' while it is there). Its life begins on *start* (its first
    use, else its purchase). *state* is the present one."""

    key: str
    unit: str
    kind: str
    state: str
    begins: str
    ended: str
    start: str
    warranty: str
    mark: int


def assets(ground: Ground) -> list[Asset]:
    """All assets."""
    return [
        Asset(*(*row, mark(row[0], row[1])))
        for chunk in ground.reader.chunks(
            "SELECT key, unit_id, class, status, COALESCE(bought, used_from, ''),"
            " COALESCE(ended, '9999-12-31'), COALESCE(used_from, bought, ''), COALESCE(warranty_until, '')"
            " FROM asset WHERE province = :province",
            size=5000,
        )
        for row in chunk
    ]


def held(ground: Ground, period: Period) -> Iterator[tuple[Asset, str]]:
    """The assets that there are on the last day of *period*, each with the unit that holds it."""
    day, holders = period.last.isoformat(), ground.tree.holders(period.units_on)
    for asset in ground.once(assets):
        if asset.begins <= day < asset.ended:
            yield asset, holders.get(asset.unit, asset.unit)


def states_on(ground: Ground, day: dt.date) -> dict[str, str]:
    """The state on *day* of the assets whose state has changed since they were declared: what was
    recorded last of all that holds from that day or earlier, else what was declared first."""
    on = day.isoformat()
    found = {}
    for key, states in ground.once(_changed_states).items():
        known = [state for effective, state in states if effective <= on]
        found[key] = known[-1] if known else states[0][1]
    return found


def _changed_states(ground: Ground) -> dict[str, list[tuple[str, str]]]:
    """Asset → (day from which it holds, state), in the order of recording, of those with several."""
    where = "FROM change WHERE province = :province AND kind = 'assets' AND after IS NOT NULL"
    # Two statements: as one with a subquery, PostgreSQL without statistics (after the first apply)
    # compares each change with each.
    updated = {
        key
        for (key,) in ground.reader.rows(
            f"SELECT DISTINCT key {where} AND action IN ('update', 'transfer', 'revive')"
        )
    }
    recorded: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    if not updated:
        return {}
    every = f"SELECT key, effective, after {where} ORDER BY sequence"
    for chunk in ground.reader.chunks(every, size=5000):
        for key, effective, after in chunk:
            state = json.loads(after).get("status") if key in updated else None
            if state is not None:
                recorded[key].append((effective, state))
    return {key: states for key, states in recorded.items() if len({state for _day, state in states}) > 1}


# --- useful lives ------------------------------------------------------------------------------

# From the circulars of the Ministry of Finance on fixed assets: years of use by class, for the
# fiscal years from a day on. Those for photocopiers and network equipment before 2026 were not read
# in the circulars themselves. A class that no circular names has no useful life here.
_SINCE_2018 = {  # circular 45/2018/TT-BTC; 23/2023/TT-BTC has the same years from 2023 on
    **dict.fromkeys(("desktop", "laptop", "tablet", "printer", "scanner"), 5),
    **dict.fromkeys(("projector", "camera", "switch", "router", "wifi", "firewall"), 5),
    **dict.fromkeys(("server", "storage", "codec", "microphone", "television", "software"), 5),
    **dict.fromkeys(("photocopier", "air-conditioner"), 8),
}
_SINCE_2026 = {  # circular 141/2025/TT-BTC, in force from 2026-01-01
    **{kind: years for kind, years in _SINCE_2018.items() if kind != "software"},
    **dict.fromkeys(("desktop", "laptop", "tablet", "printer", "scanner", "photocopier"), 7),
}
LIVES = (
    ("2018-01-01", "45/2018/TT-BTC", _SINCE_2018),
    ("2023-01-01", "23/2023/TT-BTC", _SINCE_2018),
    ("2026-01-01", "141/2025/TT-BTC", _SINCE_2026),
)


def lives_on(day: dt.date) -> tuple[str, dict[str, int]]:
    """(circular, class → years of use) in force on *day*; ('', {}) before the first of them."""
    found: tuple[str, dict[str, int]] = ("", {})
    for since, circular, years in LIVES:
        if since <= day.isoformat():
            found = (circular, years)
    return found
