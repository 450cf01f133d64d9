"""Measures of the videoconference system that go beyond who was there: joins that failed, and what
journeys would have cost."""

from __future__ import annotations

from collections.abc import Iterator

from opsconsole.indicators.ground import Ground, mark
from opsconsole.indicators.journeys import FAILED_SECONDS, assumed, assumed_in, failed_joins, journey
from opsconsole.indicators.measures.registry import Additive, Counted, Part, at_least
from opsconsole.indicators.periods import Period
from opsconsole.indicators.rule import Rule
from opsconsole.indicators.sessions import sessions_in


def failed(ground: Ground, rule: Rule | None, period: Period) -> Counted:
    """conference.failed_joins: the stays of sites that were over within a minute, each one a join that
    failed. Of a session without any record nobody knows how many."""
    seen = sessions_in(ground, period)
    parts = [
        Part(
            seen.unit_of.get(one.site, ""),
            "site",
            one.site,
            (one.session, one.day.isoformat(), one.seconds),
            1,
            0,
            1,
            1,
            register=mark(one.site),
            evidence=mark(one.session, one.site, one.joined),
        )
        for one in failed_joins(ground, period)
    ]
    units = sorted({unit for unit in seen.unit_of.values() if ground.tree.level(unit)})
    context = {"failed_seconds": FAILED_SECONDS}
    return Counted(parts, seen.known, seen.asked, seen.there, units=units, context=context)


def cost_avoided(ground: Ground, rule: Rule | None, period: Period) -> Counted:
    """conference.cost_avoided: for each site in a session that was held what the journey would have cost
    (the assumption is in ``indicators.journeys``). A site without a declared distance, and a session of
    which nothing is known, may have saved more."""
    seen = sessions_in(ground, period)
    rates = assumed_in(ground, period)

    def parts() -> Iterator[Part]:
        for session in seen.held:
            for site in session.sites:
                saved = journey(ground, session, site)
                if saved is None:
                    continue
                known = saved.cost is not None
                facts = (
                    session.key,
                    session.day.isoformat(),
                    None if saved.kilometres is None else float(saved.kilometres),
                    None if saved.travellers is None else float(saved.travellers),
                )
                yield Part(
                    seen.unit_of.get(site, ""),
                    "site",
                    site,
                    facts,
                    saved.cost or 0,
                    0,
                    saved.cost or 0,
                    saved.cost or 0,
                    unknown=not known,
                    register=mark(site, saved.cost),
                    evidence=mark(session.key, site),
                )

    there = seen.there and bool(rates)
    units = sorted({unit for unit in seen.unit_of.values() if ground.tree.level(unit)})
    context = {"assumptions": rates}
    return Counted(parts(), seen.known, seen.asked, there, units=units, context=context)


MEASURES = (
    Additive(
        name="conference.failed_joins",
        unit_of_measure="count",
        accumulates="sum",
        reads=("sites", "sessions"),
        finish=at_least,
        system="conference",
        parts=failed,
        facts={"site": ("session", "day", "seconds")},
    ),
    Additive(
        name="conference.cost_avoided",
        unit_of_measure="VND",
        accumulates="sum",
        reads=("sites", "sessions", "rates"),
        finish=at_least,
        system="conference",
        parts=cost_avoided,
        assumes=assumed,
        facts={"site": ("session", "day", "kilometres", "travellers")},
    ),
)
