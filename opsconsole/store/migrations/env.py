"""Runs migrations on the connection and against the tables that ``store.schema`` hands over.

There is no ini file and nothing is read from the environment: ``config.attributes`` holds the
connection (inside the transaction of the upgrade) and the metadata, if any.
"""

from __future__ import annotations

from alembic import context

from opsconsole.store.migrations.types import rendered

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes.get("metadata"),
    render_as_batch=True,
    render_item=rendered,
    compare_type=True,
    compare_server_default=True,
    # The transaction belongs to store.schema, on SQLite too: all of the migrations or none.
    transactional_ddl=True,
)
context.run_migrations()
