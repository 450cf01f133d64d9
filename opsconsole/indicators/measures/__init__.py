"""The built-in measures, one module for each system; the registry names them."""

from __future__ import annotations

from functools import cache

from opsconsole.indicators.measures.registry import Measures


@cache
def standard() -> Measures:
    """The measures of the product."""
    from opsconsole.indicators.measures import (
        assets,
        attendance,
        conference,
        connections,
        mail,
        mailuse,
        reported,
        savings,
    )

    modules = (mail, mailuse, conference, attendance, savings, assets, connections, reported)
    return Measures(measure for module in modules for measure in module.MEASURES)
