"""Spans of time in which somebody was connected: joined where they meet, counted where they overlap.

Systems count each reconnect as a call of its own, or lose the first half of an attendance; here a site
that is back within 15 minutes never left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

BRIDGED_SECONDS = 15 * 60

Span = tuple[int, int]  # [from, to) in seconds since 1970, UTC


def bridged(stays: Iterable[Span]) -> list[Span]:
    """The *stays* of one site as spans that do not touch: a gap of up to 15 minutes is no gap."""
    merged: list[Span] = []
    for start, end in sorted(stays):
        if end <= start:
            continue
        if merged and start - merged[-1][1] <= BRIDGED_SECONDS:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def together(sites: Iterable[list[Span]], least: int = 2) -> list[Span]:
    """The spans during which *least* sites or more are connected at once, in order.

    Each site's own spans must not overlap.
    """
    steps: defaultdict[int, int] = defaultdict(int)
    for spans in sites:
        for start, end in spans:
            steps[start] += 1
            steps[end] -= 1
    found: list[Span] = []
    connected, since = 0, 0
    for at in sorted(steps):
        before, connected = connected, connected + steps[at]
        if before < least <= connected:
            since = at
        elif connected < least <= before:
            found.append((since, at))
    return found


def seconds(spans: Iterable[Span]) -> int:
    """The length of all *spans*."""
    return sum(end - start for start, end in spans)
