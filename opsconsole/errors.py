"""Errors that a user can understand and mend."""

from __future__ import annotations


class Refused(Exception):
    """What was asked is understood and not done; the text says why and what would let it pass."""
