"""Write the first migration anew from the declared tables, and the golden dumps from the migrations.

    python tests/store/renew.py            the golden dumps (after a new migration)
    python tests/store/renew.py --first    the first migration too (only until it is released)

A later migration is begun with ``python tests/store/renew.py --new NAME``, which compares the
declared tables with a database at the newest version and writes the difference for a person to read.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from opsconsole.inventory.kinds import standard
from opsconsole.inventory.tables import all_tables
from opsconsole.store import schema
from opsconsole.store.database import Database
from opsconsole.store.migrations.types import rendered

FIRST = schema.MIGRATIONS / "versions" / "0001_register.py"
HEADER = '''"""The register, its history, evidence, indicators and jobs: every table of the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from opsconsole.store.migrations.types import BYTES, REAL, TEXT, WHOLE

revision = "0001_register"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
'''
FOOTER = """

def downgrade() -> None:
    raise NotImplementedError("a migration is taken back by restoring the backup made before it")
"""


def first_migration() -> str:
    """The text of 0001 for the declared tables."""
    from alembic.autogenerate.api import AutogenContext
    from alembic.autogenerate.render import _render_cmd_body
    from alembic.migration import MigrationContext
    from alembic.operations import ops

    metadata = all_tables(standard())
    options = {
        "sqlalchemy_module_prefix": "sa.",
        "alembic_module_prefix": "op.",
        "user_module_prefix": None,
        "render_item": rendered,
        "render_as_batch": False,
        "target_metadata": metadata,
    }
    context = AutogenContext(MigrationContext.configure(dialect_name="sqlite", opts=options), metadata)
    context.opts = options
    steps: list[Any] = []
    for table in sorted(metadata.tables.values(), key=lambda table: table.name):
        steps.append(ops.CreateTableOp.from_table(table))
        steps += [
            ops.CreateIndexOp.from_index(index) for index in sorted(table.indexes, key=lambda i: str(i.name))
        ]
    body = _render_cmd_body(ops.UpgradeOps(steps), context)
    body = "\n".join(line for line in body.splitlines() if not line.strip().startswith("#"))
    return (
        HEADER
        + "\n".join(f"    {line}" if line.strip() else "" for line in body.strip("\n").splitlines())
        + "\n"
        + FOOTER
    )


def renew_first() -> None:
    """Write 0001 and put it in form."""
    import subprocess

    FIRST.write_text(first_migration(), "utf-8")
    fix = ["check", "-q", "--select", "I", "--fix", str(FIRST)]
    subprocess.run([sys.executable, "-m", "ruff", *fix], check=True)
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", str(FIRST)], check=True)


def renew_golden() -> None:
    """Write the golden dumps of both engines."""
    from tests.servers import postgres_server

    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/new.db", "test")
        schema.upgrade(database)
        print(schema.renew_golden(database))
    with closing(postgres_server()) as server:
        database = Database(server.url("postgres"), "test")
        schema.upgrade(database)
        print(schema.renew_golden(database))


def new_migration(name: str) -> None:
    """Begin the migration *name* with what differs between the tables and the newest version."""
    from alembic import command

    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/new.db", "test")
        metadata = all_tables(standard())
        schema.upgrade(database, metadata)
        number = int(schema.HEAD[:4]) + 1
        with closing(database.connect(write=True)) as raw, schema._sqlalchemy(database, raw) as connection:
            config = schema._config()
            config.attributes.update(connection=connection, metadata=metadata)
            command.revision(config, name.replace("_", " "), autogenerate=True, rev_id=f"{number:04d}_{name}")
    print(f"now read it, then set HEAD in store/schema.py to {number:04d}_{name} and renew the golden dumps")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--new"]:
        new_migration(sys.argv[2])
    else:
        if sys.argv[1:] == ["--first"]:
            renew_first()
        renew_golden()
