"""A small working copy for tests: a root folder with YAML files, and its database."""

from __future__ import annotations

import os
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Any

from opsconsole.inventory.apply import Applied, apply_plan
from opsconsole.inventory.kind import Kinds
from opsconsole.inventory.plan import Plan
from opsconsole.inventory.planning import make_plan
from opsconsole.settings import Limits, Settings
from opsconsole.store.database import Database

UNITS = """\
    kind: units
    items:
      17: {name: Tỉnh Hoà Bình, type: tỉnh, level: province, from: 2017-10-15}
      148: {name: Thành phố Hòa Bình, type: thành phố, level: district, parent: 17, from: 2017-10-15}
      04810: {name: Phường Chăm Mát, type: phường, level: commune, parent: 148, from: 2017-10-15}
      04819: {name: Xã Dân Chủ, type: xã, level: commune, parent: 148, from: 2017-10-15}
      04828: {name: Xã Thống Nhất, type: xã, level: commune, parent: 148, from: 2017-10-15}
"""

ASSETS = """\
    kind: assets
    unit: 04810
    as_of: 2019-08-06
    items:
      HB-1: {class: desktop, model: Dell OptiPlex 3060, price: 11500000, status: in-use}
      HB-2: {class: printer, model: Canon LBP 2900, status: in-use}
      HB-3: {class: laptop, model: HP ProBook 450, status: in-store}
      HB-4: {class: ups, model: Santak 500, status: in-use}
"""

REFORM = """\
    kind: reorganisations
    items:
      nq-830:
        title: Sắp xếp đơn vị hành chính
        effective: 2020-01-01
        decision: 830/NQ-UBTVQH14
        changes:
          04819:
            name: Phường Dân Chủ
            type: phường
            from: {04810: {share: part}, 04819: {share: whole}}
          04828:
            name: Phường Thống Nhất
            type: phường
            from: {04810: {share: rest}, 04828: {share: whole}}
"""

PEOPLE_OF_TOWN = """\
    kind: people
    unit: 04810
    as_of: 2019-08-06
    items:
      CB-1: {name: Nguyễn Văn Hoà}
      CB-2: {name: Trần Thị Bình}
      CB-3: {name: Lê Văn Tám}
      CB-4: {name: Lê Văn Tám}
"""

ACCOUNTS_OF_TOWN = """\
    kind: accounts
    unit: 04810
    as_of: 2019-08-06
    defaults: {type: personal}
    items:
      binh@x.example: {name: Trần Thị Bình, owner: CB-2, quota-mb: 500, aliases: [tran.binh@x.example]}
      khoa@x.example: {name: Khoá, locked: yes}
      gone@x.example: {closed: {date: 2019-01-01, reason: nghỉ}}
      vp@x.example: {type: shared, forwards: [binh@x.example]}
"""


class Project:
    """Files below ``root/inventory`` and what the product makes of them."""

    def __init__(self, root: Path, database: Database, kinds: Kinds | None = None) -> None:
        self.root = root
        self.database = database
        self.kinds = kinds
        self.settings = Settings(root=root, province=database.province, inventory=(root / "inventory",))
        (root / "inventory").mkdir(exist_ok=True)
        self._clock = 1_600_000_000

    def limits(self, **limits: Any) -> None:
        self.settings = replace(self.settings, limits=replace(Limits(), **limits))

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file of the inventory, dedented; each with a time stamp of its own, long past."""
        path = self.root / "inventory" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else textwrap.dedent(text).encode())
        self._clock += 10
        os.utime(path, (self._clock, self._clock))
        return path

    def remove(self, name: str) -> None:
        (self.root / "inventory" / name).unlink()

    def plan(self, *paths: Path) -> Plan:
        return make_plan(self.database, self.settings, list(paths) or None, kinds=self.kinds)

    def apply(self, *paths: Path, **options: Any) -> Applied:
        options.setdefault("actor", "tester")
        return apply_plan(
            self.database, self.settings, paths=list(paths) or None, kinds=self.kinds, **options
        )

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.database.read() as reader:
            return reader.rows(sql)

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that an apply may write, to show that nothing was."""
        tables = ("register", "revision", "change", "declared_file", "asset", "account", "unit", "unit_era")
        return {table: sorted(self.rows(f"SELECT * FROM {table}"), key=str) for table in tables}


def actions(plan: Plan) -> dict[str, str]:
    """key → action of a plan."""
    return {change.key: change.action for change in plan.changes}
