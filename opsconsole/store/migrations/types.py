"""The column types as migrations write them; released migrations depend on these four."""

from opsconsole.store.tables import BYTES, REAL, TEXT, WHOLE

__all__ = ["BYTES", "REAL", "TEXT", "WHOLE"]
