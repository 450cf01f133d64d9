"""The built-in measures, one module for each system; the registry names them."""

from __future__ import annotations

from functools import cache

from opsconsole.indicators.measures.registry import Measures


@cache
def standard() -> Measures:
    """The measures of the product."""
    from opsconsole.indicators.measures import assets, conference, mail

    return Measures((*mail.MEASURES, *conference.MEASURES, *assets.MEASURES))
