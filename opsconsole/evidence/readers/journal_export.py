"""``journalctl -o export``; see ``journal``."""

from __future__ import annotations

from opsconsole.evidence.readers.journal import EXPORT as READER

__all__ = ["READER"]
