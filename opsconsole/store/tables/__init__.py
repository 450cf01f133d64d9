"""The tables for what happened and for what is derived; the declared kinds make their own.

Text compares by code point on both engines (collation "C" on PostgreSQL). A day is ISO text, an
instant UTC text (``store.clock``), a month ``YYYY-MM``. The province leads every key, so that one
database can hold several and a distributed one can be split by it. Tables are read and written
by SQL through ``store.database``; these classes are the schema that migrations are held against.
"""

from __future__ import annotations

from opsconsole.store.tables import evidence, indicators, jobs, register, reports, sessions, units

__all__ = ["evidence", "indicators", "jobs", "register", "reports", "sessions", "units"]
