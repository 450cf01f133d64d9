"""The register, its history, evidence, indicators and jobs: every table of the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from opsconsole.store.migrations.types import BYTES, REAL, TEXT, WHOLE

revision = "0001_register"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("province", TEXT, autoincrement=False, nullable=False),
        sa.Column("key", TEXT, autoincrement=False, nullable=False),
        sa.Column("file", TEXT, autoincrement=False, nullable=False),
        sa.Column("line", WHOLE, autoincrement=False, nullable=False),
        sa.Column("digest", TEXT, autoincrement=False, nullable=False),
        sa.Column("revision", WHOLE, autoincrement=False, nullable=False),
        sa.Column("sample", WHOLE, autoincrement=False, nullable=False),
        sa.Column("orphaned", WHOLE, autoincrement=False, nullable=False),
        sa.Column("fold", TEXT, autoincrement=False, nullable=False),
        sa.Column("sort_key", TEXT, autoincrement=False, nullable=False),
        sa.Column("unit_id", TEXT, autoincrement=False, nullable=False),
        sa.Column("ended", TEXT, autoincrement=False, nullable=True),
        sa.Column("ended_reason", TEXT, autoincrement=False, nullable=True),
        sa.Column("ended_decision", TEXT, autoincrement=False, nullable=True),
        sa.Column("type", TEXT, autoincrement=False, nullable=False),
        sa.Column("name", TEXT, autoincrement=False, nullable=True),
        sa.Column("owner", TEXT, autoincrement=False, nullable=True),
        sa.Column("aliases", TEXT, autoincrement=False, nullable=True),
        sa.Column("opened", TEXT, autoincrement=False, nullable=True),
        sa.Column("quota_mb", WHOLE, autoincrement=False, nullable=True),
        sa.Column("locked", WHOLE, autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("province", "key"),
        sqlite_strict=True,
    )
    op.create_index("account_file", "account", ["province", "file"], unique=False)
    op.create_index("account_order", "account", ["province", "sort_key"], unique=False)
    op.create_index(
        "account_orphaned",
        "account",
        ["province", "orphaned"],
        unique=False,
        sqlite_where=sa.text("orphaned > 0"),
        postgresql_where=sa.text("orphaned > 0"),
    )
    op.create_index("account_unit", "account", ["province", "unit_id"], unique=False)
    op.create_table(
        "asset",
        sa.Column("province", TEXT, autoincrement=False, nullable=False),
        sa.Column("key", TEXT, autoincrement=False, nullable=False),
        sa.Column("file", TEXT, autoincrement=False, nullable=False),
        sa.Column("line", WHOLE, autoincrement=False, nullable=False),
        sa.Column("digest", TEXT, autoincrement=False, nullable=False),
        sa.Column("revision", WHOLE, autoincrement=False, nullable=False),
        sa.Column("sample", WHOLE, autoincrement=False, nullable=False),
        sa.Column("orphaned", WHOLE, autoincrement=False, nullable=False),
        sa.Column("fold", TEXT, autoincrement=False, nullable=False),
        sa.Column("sort_key", TEXT, autoincrement=False, nullable=False),
        sa.Column("unit_id", TEXT, autoincrement=False, nullable=False),
        sa.Column("ended", TEXT, autoincrement=False, nullable=True),
        sa.Column("ended_reason", TEXT, autoincrement=False, nullable=True),
        sa.Column("ended_decision", TEXT, autoincrement=False, nullable=True),
        sa.Column("class", TEXT, autoincrement=False, nullable=False),
        sa.Column("model", TEXT, autoincrement=False, nullable=False),
        sa.Column("serial", TEXT, autoincrement=False, nullable=True),
        sa.Column("mac", TEXT, autoincrement=False, nullable=True),
        sa.Column("bought", TEXT, autoincrement=False, nullable=True),
        sa.Column("used_from", TEXT, autoincrement=False, nullable=True),
        sa.Column("price", WHOLE, autoincrement=False, nullable=True),
        sa.Column("status", TEXT, autoincrement=False, nullable=False),
        sa.Column("custodian", TEXT, autoincrement=False, nullable=True),
        sa.Column("room", TEXT, autoincrement=False, nullable=True),
        sa.Column("warranty_until", TEXT, autoincrement=False, nullable=True),
        sa.Column("note", TEXT, autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("province", "key"),
        sqlite_strict=True,
    )
    op.create_index("asset_file", "asset", ["province", "file"], unique=False)
    op.create_index("asset_order", "asset", ["province", "sort_key"], unique=False)
    op.create_index(
        "asset_orphaned",
        "asset",
        ["province", "orphaned"],
        unique=False,
        sqlite_where=sa.text("orphaned > 0"),
        postgresql_where=sa.text("orphaned > 0"),
    )
    op.create_index("asset_unit", "asset", ["province", "unit_id"], unique=False)
    op.create_table(
        "attendance",
        sa.Column("province", TEXT, nullable=False),
        sa.Column("source_file", WHOLE, autoincrement=False, nullable=False),
        sa.Column("position", WHOLE, autoincrement=False, nullable=False),
        sa.Column("month", TEXT, nullable=False),
        sa.Column("session", TEXT, nullable=False),
        sa.Column("site", TEXT, nullable=False),
        sa.Column("joined_at", TEXT, nullable=False),
        sa.Column("left_at", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("province", "source_file", "position"),
        sqlite_strict=True,
    )
    op.create_index("attendance_session", "attendance", ["province", "session"], unique=False)
    op.create_table(
        "change",
        sa.Column("province", TEXT, nullable=False),
        sa.Column("sequence", WHOLE, autoincrement=False, nullable=False),
        sa.Column("revision", WHOLE, autoincrement=False, nullable=False),
        sa.Column("effective", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("unit_id", TEXT, nullable=True),
        sa.Column("before", TEXT, nullable=True),
        sa.Column("after", TEXT, nullable=True),
        sa.Column("file", TEXT, nullable=False),
        sa.Column("line", WHOLE, autoincrement=False, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.CheckConstraint(
            "action IN ('create','update','transfer','end','revive','derive','protect','unprotect')",
            name="change_action",
        ),
        sa.PrimaryKeyConstraint("province", "sequence"),
        sqlite_strict=True,
    )
    op.create_index("change_key", "change", ["province", "kind", "key", "sequence"], unique=False)
    op.create_table(
        "coverage",
        sa.Column("province", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("day", TEXT, nullable=False),
        sa.Column("first_at", TEXT, nullable=False),
        sa.Column("last_at", TEXT, nullable=False),
        sa.Column("lines", WHOLE, autoincrement=False, nullable=False),
        sa.Column("lost", WHOLE, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("province", "source", "day"),
        sqlite_strict=True,
    )
    op.create_table(
        "declared_file",
        sa.Column("province", TEXT, nullable=False),
        sa.Column("path", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("size", WHOLE, autoincrement=False, nullable=False),
        sa.Column("modified", WHOLE, autoincrement=False, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.Column("revision", WHOLE, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("province", "path"),
        sqlite_strict=True,
    )
    op.create_table(
        "evidence_gap",
        sa.Column("province", TEXT, nullable=False),
        sa.Column("source_file", WHOLE, autoincrement=False, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("path", TEXT, nullable=False),
        sa.Column("position", WHOLE, autoincrement=False, nullable=False),
        sa.Column("noted_at", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("province", "source_file", "reason"),
        sqlite_strict=True,
    )
    op.create_table(
        "figure",
        sa.Column("province", TEXT, autoincrement=False, nullable=False),
        sa.Column("key", TEXT, autoincrement=False, nullable=False),
        sa.Column("file", TEXT, autoincrement=False, nullable=False),
        sa.Column("line", WHOLE, autoincrement=False, nullable=False),
        sa.Column("digest", TEXT, autoincrement=False, nullable=False),
        sa.Column("revision", WHOLE, autoincrement=False, nullable=False),
        sa.Column("sample", WHOLE, autoincrement=False, nullable=False),
        sa.Column("orphaned", WHOLE, autoincrement=False, nullable=False),
        sa.Column("fold", TEXT, autoincrement=False, nullable=False),
        sa.Column("sort_key", TEXT, autoincrement=False, nullable=False),
        sa.Column("unit_id", TEXT, autoincrement=False, nullable=True),
        sa.Column("ended", TEXT, autoincrement=False, nullable=True),
        sa.Column("ended_reason", TEXT, autoincrement=False, nullable=True),
        sa.Column("ended_decision", TEXT, autoincrement=False, nullable=True),
        sa.Column("name", TEXT, autoincrement=False, nullable=False),
        sa.Column("period", TEXT, autoincrement=False, nullable=False),
        sa.Column("value", REAL, autoincrement=False, nullable=False),
        sa.Column("unit_of_measure", TEXT, autoincrement=False, nullable=False),
        sa.Column("source", TEXT, autoincrement=False, nullable=False),
        sa.Column("place", TEXT, autoincrement=False, nullable=True),
        sa.Column("note", TEXT, autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("province", "key"),
        sqlite_strict=True,
    )
    op.create_index("figure_file", "figure", ["province", "file"], unique=False)
    op.create_index("figure_order", "figure", ["province", "sort_key"], unique=False)
    op.create_index(
        "figure_orphaned",
        "figure",
        ["province", "orphaned"],
        unique=False,
        sqlite_where=sa.text("orphaned > 0"),
        postgresql_where=sa.text("orphaned > 0"),
    )
    op.create_index("figure_unit", "figure", ["province", "unit_id"], unique=False)
    op.create_table(
        "host_metric",
        sa.Column("province", TEXT, nullable=False),
        sa.Column("host", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("cpu_percent", REAL, nullable=False),
        sa.Column("load_1m", REAL, nullable=False),
        sa.Column("memory_percent", REAL, nullable=False),
        sa.Column("memory_total", WHOLE, autoincrement=False, nullable=False),
        sa.Column("disk_percent", REAL, nullable=False),
        sa.Column("disk_free", WHOLE, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("province", "host", "at"),
        sqlite_strict=True,
    )
    op.create_table(
        "indicator",
        sa.Column("province", TEXT, autoincrement=False, nullable=False),
        sa.Column("key", TEXT, autoincrement=False, nullable=False),
        sa.Column("file", TEXT, autoincrement=False, nullable=False),
        sa.Column("line", WHOLE, autoincrement=False, nullable=False),
        sa.Column("digest", TEXT, autoincrement=False, nullable=False),
        sa.Column("revision", WHOLE, autoincrement=False, nullable=False),
        sa.Column("sample", WHOLE, autoincrement=False, nullable=False),
        sa.Column("orphaned", WHOLE, autoincrement=False, nullable=False),
        sa.Column("fold", TEXT, autoincrement=False, nullable=False),
        sa.Column("sort_key", TEXT, autoincrement=False, nullable=False),
        sa.Column("ended", TEXT, autoincrement=False, nullable=True),
        sa.Column("ended_reason", TEXT, autoincrement=False, nullable=True),
        sa.Column("ended_decision", TEXT, autoincrement=False, nullable=True),
        sa.Column("name", TEXT, autoincrement=False, nullable=False),
        sa.Column("name_en", TEXT, autoincrement=False, nullable=False),
        sa.Column("measure", TEXT, autoincrement=False, nullable=False),
        sa.Column("rule", TEXT, autoincrement=False, nullable=True),
        sa.Column("unit_of_measure", TEXT, autoincrement=False, nullable=False),
        sa.Column("direction", TEXT, autoincrement=False, nullable=False),
        sa.Column("version", WHOLE, autoincrement=False, nullable=False),
        sa.Column("formula", TEXT, autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("province", "key"),
        sqlite_strict=True,
    )
    op.create_index("indicator_file", "indicator", ["province", "file"], unique=False)
    op.create_index("indicator_order", "indicator", ["province", "sort_key"], unique=False)
    op.create_index(
        "indicator_orphaned",
        "indicator",
        ["province", "orphaned"],
        unique=False,
        sqlite_where=sa.text("orphaned > 0"),
        postgresql_where=sa.text("orphaned > 0"),
    )
    op.create_table(
        "job_run",
        sa.Column("province", TEXT, nullable=False),
        sa.Column("job", TEXT, nullable=False),
        sa.Column("slot", TEXT, nullable=False),
        sa.Column("slot_end", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("due_at", TEXT, nullable=True),
        sa.Column("attempt", WHOLE, autoincrement=False, nullable=False),
        sa.Column("failures", WHOLE, autoincrement=False, nullable=False),
        sa.Column("owner", TEXT, nullable=True),
        sa.Column("heartbeat_at", TEXT, nullable=True),
        sa.Column("started_at", TEXT, nullable=True),
        sa.Column("finished_at", TEXT, nullable=True),
        sa.Column("counts", TEXT, nullable=False),
        sa.Column("error", TEXT, nullable=True),
        sa.CheckConstraint("kind IN ('scheduled','asked')", name="job_run_kind"),
        sa.CheckConstraint(
            "state IN ('due','running','ok','failed','interrupted','skipped')", name="job_run_state"
        ),
        sa.PrimaryKeyConstraint("province", "job", "slot"),
        sqlite_strict=True,
    )
    op.create_index("job_run_due", "job_run", ["province", "state", "due_at"], unique=False)
    op.create_index("job_run_slot", "job_run", ["province", "slot"], unique=False)
    op.create_table(
        "mail_activity",
        sa.Column("province", TEXT, nullable=False),
        sa.Column("month", TEXT, nullable=False),
        sa.Column("account", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("login_days", WHOLE, autoincrement=False, nullable=False),
        sa.Column("sent_days", WHOLE, autoincrement=False, nullable=False),
        sa.Column("received_days", WHOLE, autoincrement=False, nullable=False),
        sa.Column("logins", WHOLE, autoincrement=False, nullable=False),
        sa.Column("sent", WHOLE, autoincrement=False, nullable=False),
        sa.Column("received", WHOLE, autoincrement=False, nullable=False),
        sa.Column("failed", WHOLE, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("province", "month", "account", "source"),
        postgresql_partition_by="RANGE (month)",
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "observation",
        sa.Column("province", TEXT, nullable=False),
        sa.Column("indicator", TEXT, nullable=False),
        sa.Column("unit_id", TEXT, nullable=False),
        sa.Column("level", TEXT, nullable=False),
        sa.Column("period", TEXT, nullable=False),
        sa.Column("sequence", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", WHOLE, autoincrement=False, nullable=False),
        sa.Column("rule", TEXT, nullable=False),
        sa.Column("numerator", REAL, nullable=False),
        sa.Column("denominator", REAL, nullable=True),
        sa.Column("value", REAL, nullable=True),
        sa.Column("low", REAL, nullable=True),
        sa.Column("high", REAL, nullable=True),
        sa.Column("inputs", TEXT, nullable=False),
        sa.Column("cut_off", TEXT, nullable=False),
        sa.Column("measured_at", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("current", WHOLE, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("province", "indicator", "unit_id", "level", "period", "sequence"),
        sqlite_strict=True,
    )
    op.create_index(
        "observation_current", "observation", ["province", "current", "indicator", "period"], unique=False
    )
    op.create_table(
        "person",
        sa.Column("province", TEXT, autoincrement=False, nullable=False),
        sa.Column("key", TEXT, autoincrement=False, nullable=False),
        sa.Column("file", TEXT, autoincrement=False, nullable=False),
        sa.Column("line", WHOLE, autoincrement=False, nullable=False),
        sa.Column("digest", TEXT, autoincrement=False, nullable=False),
        sa.Column("revision", WHOLE, autoincrement=False, nullable=False),
        sa.Column("sample", WHOLE, autoincrement=False, nullable=False),
        sa.Column("orphaned", WHOLE, autoincrement=False, nullable=False),
        sa.Column("fold", TEXT, autoincrement=False, nullable=False),
        sa.Column("sort_key", TEXT, autoincrement=False, nullable=False),
        sa.Column("unit_id", TEXT, autoincrement=False, nullable=False),
        sa.Column("ended", TEXT, autoincrement=False, nullable=True),
        sa.Column("ended_reason", TEXT, autoincrement=False, nullable=True),
        sa.Column("ended_decision", TEXT, autoincrement=False, nullable=True),
        sa.Column("name", TEXT, autoincrement=False, nullable=False),
        sa.Column("position", TEXT, autoincrement=False, nullable=True),
        sa.Column("phone", TEXT, autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("province", "key"),
        sqlite_strict=True,
    )
    op.create_index("person_file", "person", ["province", "file"], unique=False)
    op.create_index("person_order", "person", ["province", "sort_key"], unique=False)
    op.create_index(
        "person_orphaned",
        "person",
        ["province", "orphaned"],
        unique=False,
        sqlite_where=sa.text("orphaned > 0"),
        postgresql_where=sa.text("orphaned > 0"),
    )
    op.create_index("person_unit", "person", ["province", "unit_id"], unique=False)
    op.create_table(
        "protection",
        sa.Column("province", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("province", "kind", "key"),
        sqlite_strict=True,
    )
    op.create_table(
        "register",
        sa.Column("province", TEXT, nullable=False),
        sa.Column("revision", WHOLE, autoincrement=False, nullable=False),
        sa.Column("sequence", WHOLE, autoincrement=False, nullable=False),
        sa.Column("head", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("province"),
        sqlite_strict=True,
    )
    op.create_table(
        "reorganisation",
        sa.Column("province", TEXT, autoincrement=False, nullable=False),
        sa.Column("key", TEXT, autoincrement=False, nullable=False),
        sa.Column("file", TEXT, autoincrement=False, nullable=False),
        sa.Column("line", WHOLE, autoincrement=False, nullable=False),
        sa.Column("digest", TEXT, autoincrement=False, nullable=False),
        sa.Column("revision", WHOLE, autoincrement=False, nullable=False),
        sa.Column("sample", WHOLE, autoincrement=False, nullable=False),
        sa.Column("orphaned", WHOLE, autoincrement=False, nullable=False),
        sa.Column("fold", TEXT, autoincrement=False, nullable=False),
        sa.Column("sort_key", TEXT, autoincrement=False, nullable=False),
        sa.Column("ended", TEXT, autoincrement=False, nullable=True),
        sa.Column("ended_reason", TEXT, autoincrement=False, nullable=True),
        sa.Column("ended_decision", TEXT, autoincrement=False, nullable=True),
        sa.Column("title", TEXT, autoincrement=False, nullable=False),
        sa.Column("effective", TEXT, autoincrement=False, nullable=False),
        sa.Column("decision", TEXT, autoincrement=False, nullable=False),
        sa.Column("decided", TEXT, autoincrement=False, nullable=True),
        sa.Column("source", TEXT, autoincrement=False, nullable=True),
        sa.Column("reverts", TEXT, autoincrement=False, nullable=True),
        sa.Column("changes", TEXT, autoincrement=False, nullable=True),
        sa.Column("ends", TEXT, autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("province", "key"),
        sqlite_strict=True,
    )
    op.create_index("reorganisation_file", "reorganisation", ["province", "file"], unique=False)
    op.create_index("reorganisation_order", "reorganisation", ["province", "sort_key"], unique=False)
    op.create_index(
        "reorganisation_orphaned",
        "reorganisation",
        ["province", "orphaned"],
        unique=False,
        sqlite_where=sa.text("orphaned > 0"),
        postgresql_where=sa.text("orphaned > 0"),
    )
    op.create_table(
        "revision",
        sa.Column("province", TEXT, nullable=False),
        sa.Column("number", WHOLE, autoincrement=False, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("effective", TEXT, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("plan", TEXT, nullable=False),
        sa.Column("first_sequence", WHOLE, autoincrement=False, nullable=False),
        sa.Column("last_sequence", WHOLE, autoincrement=False, nullable=False),
        sa.Column("previous", TEXT, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("province", "number"),
        sqlite_strict=True,
    )
    op.create_table(
        "rule",
        sa.Column("province", TEXT, autoincrement=False, nullable=False),
        sa.Column("key", TEXT, autoincrement=False, nullable=False),
        sa.Column("file", TEXT, autoincrement=False, nullable=False),
        sa.Column("line", WHOLE, autoincrement=False, nullable=False),
        sa.Column("digest", TEXT, autoincrement=False, nullable=False),
        sa.Column("revision", WHOLE, autoincrement=False, nullable=False),
        sa.Column("sample", WHOLE, autoincrement=False, nullable=False),
        sa.Column("orphaned", WHOLE, autoincrement=False, nullable=False),
        sa.Column("fold", TEXT, autoincrement=False, nullable=False),
        sa.Column("sort_key", TEXT, autoincrement=False, nullable=False),
        sa.Column("ended", TEXT, autoincrement=False, nullable=True),
        sa.Column("ended_reason", TEXT, autoincrement=False, nullable=True),
        sa.Column("ended_decision", TEXT, autoincrement=False, nullable=True),
        sa.Column("name", TEXT, autoincrement=False, nullable=False),
        sa.Column("name_en", TEXT, autoincrement=False, nullable=True),
        sa.Column("version", WHOLE, autoincrement=False, nullable=False),
        sa.Column("events", TEXT, autoincrement=False, nullable=False),
        sa.Column("accounts", TEXT, autoincrement=False, nullable=False),
        sa.Column("least_share_of_days", REAL, autoincrement=False, nullable=True),
        sa.Column("least_days", WHOLE, autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("province", "key"),
        sqlite_strict=True,
    )
    op.create_index("rule_file", "rule", ["province", "file"], unique=False)
    op.create_index("rule_order", "rule", ["province", "sort_key"], unique=False)
    op.create_index(
        "rule_orphaned",
        "rule",
        ["province", "orphaned"],
        unique=False,
        sqlite_where=sa.text("orphaned > 0"),
        postgresql_where=sa.text("orphaned > 0"),
    )
    op.create_table(
        "session",
        sa.Column("province", TEXT, autoincrement=False, nullable=False),
        sa.Column("key", TEXT, autoincrement=False, nullable=False),
        sa.Column("file", TEXT, autoincrement=False, nullable=False),
        sa.Column("line", WHOLE, autoincrement=False, nullable=False),
        sa.Column("digest", TEXT, autoincrement=False, nullable=False),
        sa.Column("revision", WHOLE, autoincrement=False, nullable=False),
        sa.Column("sample", WHOLE, autoincrement=False, nullable=False),
        sa.Column("orphaned", WHOLE, autoincrement=False, nullable=False),
        sa.Column("fold", TEXT, autoincrement=False, nullable=False),
        sa.Column("sort_key", TEXT, autoincrement=False, nullable=False),
        sa.Column("ended", TEXT, autoincrement=False, nullable=True),
        sa.Column("ended_reason", TEXT, autoincrement=False, nullable=True),
        sa.Column("ended_decision", TEXT, autoincrement=False, nullable=True),
        sa.Column("title", TEXT, autoincrement=False, nullable=False),
        sa.Column("kind", TEXT, autoincrement=False, nullable=False),
        sa.Column("starts_at", TEXT, autoincrement=False, nullable=False),
        sa.Column("ends_at", TEXT, autoincrement=False, nullable=False),
        sa.Column("host", TEXT, autoincrement=False, nullable=True),
        sa.Column("sites", TEXT, autoincrement=False, nullable=True),
        sa.Column("note", TEXT, autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("province", "key"),
        sqlite_strict=True,
    )
    op.create_index("session_file", "session", ["province", "file"], unique=False)
    op.create_index("session_order", "session", ["province", "sort_key"], unique=False)
    op.create_index(
        "session_orphaned",
        "session",
        ["province", "orphaned"],
        unique=False,
        sqlite_where=sa.text("orphaned > 0"),
        postgresql_where=sa.text("orphaned > 0"),
    )
    op.create_table(
        "site",
        sa.Column("province", TEXT, autoincrement=False, nullable=False),
        sa.Column("key", TEXT, autoincrement=False, nullable=False),
        sa.Column("file", TEXT, autoincrement=False, nullable=False),
        sa.Column("line", WHOLE, autoincrement=False, nullable=False),
        sa.Column("digest", TEXT, autoincrement=False, nullable=False),
        sa.Column("revision", WHOLE, autoincrement=False, nullable=False),
        sa.Column("sample", WHOLE, autoincrement=False, nullable=False),
        sa.Column("orphaned", WHOLE, autoincrement=False, nullable=False),
        sa.Column("fold", TEXT, autoincrement=False, nullable=False),
        sa.Column("sort_key", TEXT, autoincrement=False, nullable=False),
        sa.Column("unit_id", TEXT, autoincrement=False, nullable=False),
        sa.Column("ended", TEXT, autoincrement=False, nullable=True),
        sa.Column("ended_reason", TEXT, autoincrement=False, nullable=True),
        sa.Column("ended_decision", TEXT, autoincrement=False, nullable=True),
        sa.Column("name", TEXT, autoincrement=False, nullable=False),
        sa.Column("room", TEXT, autoincrement=False, nullable=True),
        sa.Column("endpoint", TEXT, autoincrement=False, nullable=False),
        sa.Column("address", TEXT, autoincrement=False, nullable=True),
        sa.Column("bandwidth_mbps", WHOLE, autoincrement=False, nullable=True),
        sa.Column("seats", WHOLE, autoincrement=False, nullable=True),
        sa.Column("distance_km", REAL, autoincrement=False, nullable=True),
        sa.Column("aliases", TEXT, autoincrement=False, nullable=True),
        sa.Column("contact", TEXT, autoincrement=False, nullable=True),
        sa.Column("equipment", TEXT, autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("province", "key"),
        sqlite_strict=True,
    )
    op.create_index("site_file", "site", ["province", "file"], unique=False)
    op.create_index("site_order", "site", ["province", "sort_key"], unique=False)
    op.create_index(
        "site_orphaned",
        "site",
        ["province", "orphaned"],
        unique=False,
        sqlite_where=sa.text("orphaned > 0"),
        postgresql_where=sa.text("orphaned > 0"),
    )
    op.create_index("site_unit", "site", ["province", "unit_id"], unique=False)
    op.create_table(
        "source_file",
        sa.Column("province", TEXT, nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("path", TEXT, nullable=False),
        sa.Column("seen", TEXT, nullable=False),
        sa.Column("head", BYTES, nullable=False),
        sa.Column("tail", BYTES, nullable=False),
        sa.Column("position", WHOLE, autoincrement=False, nullable=False),
        sa.Column("lines", WHOLE, autoincrement=False, nullable=False),
        sa.Column("events", WHOLE, autoincrement=False, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("read_at", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("province", "id"),
        sqlite_strict=True,
    )
    op.create_index("source_file_source", "source_file", ["province", "source"], unique=False)
    op.create_table(
        "target",
        sa.Column("province", TEXT, autoincrement=False, nullable=False),
        sa.Column("key", TEXT, autoincrement=False, nullable=False),
        sa.Column("file", TEXT, autoincrement=False, nullable=False),
        sa.Column("line", WHOLE, autoincrement=False, nullable=False),
        sa.Column("digest", TEXT, autoincrement=False, nullable=False),
        sa.Column("revision", WHOLE, autoincrement=False, nullable=False),
        sa.Column("sample", WHOLE, autoincrement=False, nullable=False),
        sa.Column("orphaned", WHOLE, autoincrement=False, nullable=False),
        sa.Column("fold", TEXT, autoincrement=False, nullable=False),
        sa.Column("sort_key", TEXT, autoincrement=False, nullable=False),
        sa.Column("unit_id", TEXT, autoincrement=False, nullable=True),
        sa.Column("ended", TEXT, autoincrement=False, nullable=True),
        sa.Column("ended_reason", TEXT, autoincrement=False, nullable=True),
        sa.Column("ended_decision", TEXT, autoincrement=False, nullable=True),
        sa.Column("year", WHOLE, autoincrement=False, nullable=False),
        sa.Column("indicator", TEXT, autoincrement=False, nullable=False),
        sa.Column("level", TEXT, autoincrement=False, nullable=False),
        sa.Column("value", REAL, autoincrement=False, nullable=False),
        sa.Column("direction", TEXT, autoincrement=False, nullable=False),
        sa.Column("baseline", REAL, autoincrement=False, nullable=True),
        sa.Column("pace", TEXT, autoincrement=False, nullable=False),
        sa.Column("source", TEXT, autoincrement=False, nullable=False),
        sa.Column("page", TEXT, autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("province", "key"),
        sqlite_strict=True,
    )
    op.create_index("target_file", "target", ["province", "file"], unique=False)
    op.create_index("target_order", "target", ["province", "sort_key"], unique=False)
    op.create_index(
        "target_orphaned",
        "target",
        ["province", "orphaned"],
        unique=False,
        sqlite_where=sa.text("orphaned > 0"),
        postgresql_where=sa.text("orphaned > 0"),
    )
    op.create_index("target_unit", "target", ["province", "unit_id"], unique=False)
    op.create_table(
        "unit",
        sa.Column("province", TEXT, autoincrement=False, nullable=False),
        sa.Column("key", TEXT, autoincrement=False, nullable=False),
        sa.Column("file", TEXT, autoincrement=False, nullable=False),
        sa.Column("line", WHOLE, autoincrement=False, nullable=False),
        sa.Column("digest", TEXT, autoincrement=False, nullable=False),
        sa.Column("revision", WHOLE, autoincrement=False, nullable=False),
        sa.Column("sample", WHOLE, autoincrement=False, nullable=False),
        sa.Column("orphaned", WHOLE, autoincrement=False, nullable=False),
        sa.Column("fold", TEXT, autoincrement=False, nullable=False),
        sa.Column("sort_key", TEXT, autoincrement=False, nullable=False),
        sa.Column("ended", TEXT, autoincrement=False, nullable=True),
        sa.Column("ended_reason", TEXT, autoincrement=False, nullable=True),
        sa.Column("ended_decision", TEXT, autoincrement=False, nullable=True),
        sa.Column("name", TEXT, autoincrement=False, nullable=False),
        sa.Column("type", TEXT, autoincrement=False, nullable=False),
        sa.Column("level", TEXT, autoincrement=False, nullable=False),
        sa.Column("parent", TEXT, autoincrement=False, nullable=True),
        sa.Column("valid_from", TEXT, autoincrement=False, nullable=False),
        sa.Column("source", TEXT, autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("province", "key"),
        sqlite_strict=True,
    )
    op.create_index("unit_file", "unit", ["province", "file"], unique=False)
    op.create_index("unit_order", "unit", ["province", "sort_key"], unique=False)
    op.create_index(
        "unit_orphaned",
        "unit",
        ["province", "orphaned"],
        unique=False,
        sqlite_where=sa.text("orphaned > 0"),
        postgresql_where=sa.text("orphaned > 0"),
    )
    op.create_table(
        "unit_era",
        sa.Column("province", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("valid_from", TEXT, nullable=False),
        sa.Column("valid_to", TEXT, nullable=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("level", TEXT, nullable=False),
        sa.Column("parent", TEXT, nullable=True),
        sa.Column("begun_by", TEXT, nullable=True),
        sa.Column("ended_by", TEXT, nullable=True),
        sa.Column("restores", TEXT, nullable=True),
        sa.Column("fold", TEXT, nullable=False),
        sa.Column("sort_key", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("province", "id"),
        sqlite_strict=True,
    )
    op.create_index("unit_era_code", "unit_era", ["province", "code", "valid_from"], unique=False)
    op.create_table(
        "unit_holder",
        sa.Column("province", TEXT, nullable=False),
        sa.Column("unit_id", TEXT, nullable=False),
        sa.Column("valid_from", TEXT, nullable=False),
        sa.Column("valid_to", TEXT, nullable=False),
        sa.Column("holder_id", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("province", "unit_id", "valid_from"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("unit_holder_holder", "unit_holder", ["province", "holder_id"], unique=False)
    op.create_table(
        "unit_link",
        sa.Column("province", TEXT, nullable=False),
        sa.Column("from_id", TEXT, nullable=False),
        sa.Column("to_id", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("share", TEXT, nullable=False),
        sa.Column("follows", WHOLE, autoincrement=False, nullable=False),
        sa.Column("change", TEXT, nullable=False),
        sa.Column("reorganisation", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("province", "from_id", "to_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "unmatched",
        sa.Column("province", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("sort", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.Column("candidates", TEXT, nullable=False),
        sa.Column("count", WHOLE, autoincrement=False, nullable=False),
        sa.Column("first_day", TEXT, nullable=False),
        sa.Column("last_day", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("province", "source", "sort", "value"),
        sqlite_strict=True,
    )
    op.create_table(
        "unreadable",
        sa.Column("province", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("count", WHOLE, autoincrement=False, nullable=False),
        sa.Column("sample", TEXT, nullable=False),
        sa.Column("source_file", WHOLE, autoincrement=False, nullable=False),
        sa.Column("position", WHOLE, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("province", "source", "reason"),
        sqlite_strict=True,
    )


def downgrade() -> None:
    raise NotImplementedError("a migration is taken back by restoring the backup made before it")
