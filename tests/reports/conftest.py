"""A register with section I of the plan, one district and its evidence, measured for 2019: once an engine."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from opsconsole.indicators.measure import measure
from opsconsole.settings import Settings
from opsconsole.settings.reports import Both, ReportSettings
from opsconsole.store.database import Database, Writer
from tests.indicators.world import LATER, ZONE
from tests.inventory.project import Project

INVENTORY = Path(__file__).parents[2] / "inventory"
PEOPLE_MAY = "an-officer"

# For what depends on no engine.
SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    """The settings of a working copy with the seed applied and 2019 measured."""
    root = tmp_path / "copy"
    root.mkdir()
    project = Project(root, database)
    for folder in sorted(each.name for each in INVENTORY.iterdir() if each.is_dir()):
        shutil.copytree(INVENTORY / folder, root / "inventory" / folder)
    project.limits(removal_count=10_000, transfer_count=10_000)
    project.apply()
    with database.write() as writer:
        writer.ensure_month("mail_activity", "2019-07")
        accounts = [
            key for (key,) in writer.rows("SELECT key FROM account WHERE province = :province ORDER BY key")
        ]
        used = [
            {"month": "2019-07", "account": account, "source": "mail", "login_days": (1 << (place % 31)) - 1,
             "logins": place % 31}
            for place, account in enumerate(accounts)
        ]  # fmt: skip
        days = [f"2019-07-{day:02d}" for day in range(1, 32)]
        covered = [
            {"source": "mail", "day": day, "first_at": f"{day}T00:00:00.000000Z", "last_at": f"{day}T16:00:00.000000Z",
             "lines": 9}
            for day in days
        ]  # fmt: skip
        fill(writer, "mail_activity", used)
        fill(writer, "coverage", covered)
        measure(writer, 2019, timezone=ZONE, today=LATER)
    reports = ReportSettings(
        folder=root / "reports",
        texts={
            "above": Both("Ủy ban nhân dân tỉnh Hòa Bình", "People's Committee of Hòa Bình"),
            "body": Both("Sở Thông tin và Truyền thông", "Department of Information"),
            "place": Both("Hòa Bình", "Hòa Bình"),
            "capacity": Both("KT. Giám đốc", "For the director"),
            "position": Both("Phó Giám đốc", "Deputy director"),
        },
        lists={
            "recipients": (Both("Như trên", "As above"),),
            "addressee": (Both("Ủy ban nhân dân tỉnh", "The committee"),),
        },
        sign="STTTT",
        people=(PEOPLE_MAY,),
    )
    return replace(project.settings, reports=reports, timezone=ZONE, language="vi")


def fill(writer: Writer, table: str, rows: list[dict[str, Any]]) -> None:
    """Insert *rows*; columns that they leave out are 0, empty or NULL."""
    from sqlmodel import SQLModel

    import opsconsole.store.tables  # noqa: F401 - declares them

    columns = list(SQLModel.metadata.tables[table].columns)
    empty = {
        column.name: None if column.nullable else "" if column.type.python_type is str else 0
        for column in columns
    } | {"province": writer.province}
    writer.insert(table, [column.name for column in columns], [list((empty | row).values()) for row in rows])
