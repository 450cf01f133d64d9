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
        figures,
        indicators,
        people,
        reorganisations,
        rules,
        sessions,
        sites,
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
            sessions.KIND,
            rules.KIND,
            workdays.KIND,
            indicators.KIND,
            targets.KIND,
            figures.KIND,
            checks.KIND,
        )
    )
