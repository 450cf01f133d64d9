"""${message}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from opsconsole.store.migrations.types import BYTES, REAL, TEXT, WHOLE

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    raise NotImplementedError("a migration is taken back by restoring the backup made before it")
