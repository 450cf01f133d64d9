"""The working copies that pictures of screens are taken of: each is made once, and copied for a picture."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest.mock import patch

from opsconsole.actor import actor
from opsconsole.inventory.apply import apply_plan
from opsconsole.operations.conference.rollcall import Entry, add
from opsconsole.settings import Access, Limits, Settings
from opsconsole.store import schema
from opsconsole.store.database import Database
from tests.console import reported
from tests.console.conftest import settings_of
from tests.console.filled import FIRST, PROVINCE, UNITS, fill, insert
from tests.inventory.project import ACCOUNTS_OF_TOWN, ASSETS, PEOPLE_OF_TOWN, Project
from tests.inventory.project import UNITS as UNITS_OF_TOWN
from tests.operations import world as conference

END_OF_YEAR = dt.datetime(2019, 12, 31, 5, 0, tzinfo=dt.UTC)
APPLIED = dt.datetime(2019, 9, 1, 2, 0, tzinfo=dt.UTC)
IN_SESSION = conference.at("08:20").astimezone(dt.UTC)


@dataclass(frozen=True)
class World:
    """A working copy: what is put into its folder and database, and the instant at which it is looked at."""

    make: Callable[[Path, Database], None]
    now: dt.datetime = END_OF_YEAR
    limits: Limits = field(default_factory=Limits)


def _register(root: Path, database: Database) -> None:
    fill(database)


def _with_report(root: Path, database: Database) -> None:
    """The register, with an issued report, and values of single units."""
    fill(database)
    reported.issue(database)
    with database.write() as writer:
        insert(
            writer,
            "observation",
            [
                {
                    "indicator": "mail.regular", "unit_id": unit.id, "level": unit.level,
                    "period": f"2019-{month:02d}", "sequence": 1, "version": 1, "rule": "regular",
                    "numerator": 3 + month % 4, "denominator": 10, "value": 10.0 * (3 + month % 4),
                    "low": None, "high": None, "inputs": '{"revision": 1}', "cut_off": "2019-12-30",
                    "measured_at": "2019-12-31T00:00:00.000000Z", "reason": "", "current": 1,
                }
                for unit in UNITS
                if unit.first == FIRST and unit.level in ("district", "commune")
                for month in range(1, 12)
            ],
        )  # fmt: skip


def _declared(root: Path, database: Database) -> Project:
    """An inventory of files that is applied, and edited since."""
    project = Project(root, database)
    project.write("units.yaml", UNITS_OF_TOWN)
    project.write("assets.yaml", ASSETS)
    project.write("people.yaml", PEOPLE_OF_TOWN)
    project.write("accounts.yaml", ACCOUNTS_OF_TOWN)
    project.apply(effective="2019-09-01")
    return project


def _applied(root: Path, database: Database) -> None:
    _declared(root, database)


def _edited(root: Path, database: Database) -> None:
    """Files that say something else than the register: new, changed, moved, ended, of three units."""
    project = _declared(root, database)
    text = ASSETS.replace("price: 11500000", "price: 12750000, room: Phòng 12")
    text = text.replace("status: in-store}", "status: in-use, unit: 04819}")
    text += "      HB-5: {class: scanner, model: Canon P-215, status: in-use, unit: 04828}\n"
    project.write("assets.yaml", text)
    project.write(
        "accounts.yaml",
        ACCOUNTS_OF_TOWN.replace("locked: yes}", "closed: {date: 2019-12-20, reason: thôi việc}}"),
    )


def _many(root: Path, database: Database) -> None:
    """Files that end more than twenty things."""
    project = _declared(root, database)
    lines = "".join(
        f"      PC-{number:02d}: {{class: desktop, model: Dell OptiPlex 3060, status: in-use}}\n"
        for number in range(30)
    )
    head = "    kind: assets\n    unit: 04819\n    as_of: 2019-08-06\n    items:\n"
    project.write("more.yaml", head + lines)
    apply_plan(database, project.settings, actor="tester", effective="2019-09-01")
    ended = lines.replace("in-use}", "in-use, disposed: {date: 2019-12-20, reason: thanh lý}}", 24)
    project.write("more.yaml", head + ended)


def _conference(root: Path, database: Database) -> None:
    """A session that has begun: sites there, late, lost and absent, an incident, somebody on duty."""
    conference.fill(database)
    key = "HN-2019-001"
    entries = (
        (Entry("state", "DC-17", "connected"), "07:50"),
        (Entry("state", "DC-148", "connected"), "07:52"),
        (Entry("begun"), "08:00"),
        (Entry("state", "DC-150", "late"), "08:07"),
        (Entry("state", "DC-04832", "absent"), "08:10"),
        (Entry("note", "DC-150", said="mất tiếng 3 phút"), "08:15"),
    )
    with database.write() as writer:
        for entry, when in entries:
            add(writer, key, [entry], "truc", conference.at(when), conference.ZONE)


WORLDS: dict[str, World] = {
    "register": World(_register),
    "reported": World(_with_report),
    "applied": World(_applied),
    "edited": World(_edited),
    "many": World(_many, limits=Limits(removal_share=1.0, removal_count=1000)),
    "conference": World(_conference, IN_SESSION),
}


class Copies:
    """Working copies below *folder*: each world is made when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def copy(self, name: str, root: Path) -> tuple[Database, Settings, dt.datetime]:
        """The world *name* in the new folder *root*: its database, settings, and the instant there."""
        original = self._folder / name
        if not original.exists():
            making = self._folder / f"{name}.making"
            making.mkdir(parents=True)
            made = Database(f"sqlite:///{making}/opsconsole.db", PROVINCE)
            schema.upgrade(made)
            with patch("opsconsole.store.changes.now", lambda: APPLIED):  # a picture knows no today
                WORLDS[name].make(making, made)
            making.rename(original)
        shutil.copytree(original, root)
        database = Database(f"sqlite:///{root}/opsconsole.db", PROVINCE)
        settings = settings_of(database, root)
        settings = replace(settings, people=Access((actor(),)), limits=WORLDS[name].limits)
        return database, settings, WORLDS[name].now
