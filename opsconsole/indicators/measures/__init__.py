"""The built-in measures, one module for each system; the registry names them."""

from __future__ import annotations

from functools import cache

from opsconsole.indicators.measures.registry import Measures


@cache
def standard() -> Measures:
    """The measures of the product."""
    from opsconsole.indicators.measures import assets, attendance, conference, mail, mailuse

    modules = (mail, mailuse, conference, attendance, assets)
    return Measures(measure for module in modules for measure in module.MEASURES)
