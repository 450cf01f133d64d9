"""Alembic's environment and the migrations. What they make is dumped under ``golden/``."""
