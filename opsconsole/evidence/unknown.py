"""A name in the evidence that nothing declared answers to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing declared answers, or several things do (*candidates*): *sort* is address, closed, site or
    session."""

    sort: str
    value: str
    candidates: tuple[str, ...] = ()
