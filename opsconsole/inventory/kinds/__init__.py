"""The kinds of declared things, one module each."""

from __future__ import annotations

from functools import cache

from opsconsole.inventory.kind import Kinds


@cache
def standard() -> Kinds:
    """The kinds of the product."""
    from opsconsole.inventory.kinds import (
        accounts,
        assets,
        checks,
        connections,
        figures,
        indicators,
        people,
        rates,
        reorganisations,
        rules,
        sessions,
        sites,
        systems,
        targets,
        units,
        workdays,
    )

    return Kinds(
        (
            units.KIND,
            reorganisations.KIND,
            people.KIND,
            assets.KIND,
            accounts.KIND,
            sites.KIND,
            connections.KIND,
            sessions.KIND,
            rules.KIND,
            workdays.KIND,
            rates.KIND,
            indicators.KIND,
            systems.KIND,
            targets.KIND,
            figures.KIND,
            checks.KIND,
        )
    )
