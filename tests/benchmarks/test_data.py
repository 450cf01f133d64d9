"""The register of the benchmarks is what it says it is, and every peer gets the same things."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from benchmarks import data
from opsconsole.inventory.apply import apply_plan
from opsconsole.inventory.planning import make_plan
from opsconsole.settings import Settings
from opsconsole.store.database import Database

SCALE = 0.02


@pytest.fixture
def register(tmp_path: Path) -> data.Register:
    root = tmp_path / "register"
    root.mkdir()
    return data.make_register(root, SCALE)


def _settings(register: data.Register) -> Settings:
    return Settings(root=register.root, inventory=(register.folder,))


def test_the_whole_register_is_20000_assets_and_8000_mailboxes_in_232_files() -> None:
    assets, accounts = list(data.things(1)), list(data.mailboxes(1))
    assert sum(len(each) for _unit, each in assets) == 20_000
    assert sum(len(each) for _unit, each in accounts) == 8_000
    assert len(assets) + len(accounts) == 232
    assert len({thing.tag for _unit, each in assets for thing in each}) == 20_000
    assert len({thing.address for _unit, each in assets for thing in each}) == 20_000


def test_the_files_hold_what_the_register_says(register: data.Register) -> None:
    assert (register.assets, register.accounts) == (400, 160)
    folders = Counter(path.parent.name for path in register.files)
    assert (folders["assets"], folders["accounts"]) == (210, 22)
    assert register.bytes == sum(path.stat().st_size for path in register.files)


def test_the_same_scale_gives_the_same_bytes(register: data.Register, tmp_path: Path) -> None:
    root = tmp_path / "again"
    root.mkdir()
    again = data.make_register(root, SCALE)
    assert [path.read_bytes() for path in again.files] == [path.read_bytes() for path in register.files]


def test_the_loader_accepts_all_of_it(register: data.Register, sqlite_database: Database) -> None:
    plan = make_plan(sqlite_database, _settings(register))
    kinds = Counter(change.kind for change in plan.changes)
    assert (kinds["assets"], kinds["accounts"]) == (400, 160)
    assert set(plan.counts) <= {"create", "orphans"}
    assert not plan.stops


def test_after_an_apply_nothing_changes_and_then_one_asset_does(
    register: data.Register, sqlite_database: Database
) -> None:
    settings = _settings(register)
    apply_plan(sqlite_database, settings, actor="test")
    same = make_plan(sqlite_database, settings)
    assert same.empty
    assert not same.files.touched, "the time stamps are not trusted: every file would be hashed"
    data.change_one(register)
    changes = make_plan(sqlite_database, settings).changes
    assert [(change.kind, [name for name, *_ in change.fields]) for change in changes] == [
        ("assets", ["room"])
    ]


def test_assets_alone_come_without_mailboxes(tmp_path: Path) -> None:
    made = data.make_register(tmp_path, SCALE, accounts=False)
    assert (made.assets, made.accounts) == (400, 0)
    assert not (made.folder / "accounts").exists()


@pytest.mark.parametrize("scale", [0, -1, 101])
def test_a_scale_that_the_loader_could_not_take_is_refused(tmp_path: Path, scale: float) -> None:
    with pytest.raises(ValueError, match="scale"):
        data.make_register(tmp_path, scale)


def test_peers_get_the_same_things(tmp_path: Path) -> None:
    expected = {thing.tag: thing for _unit, each in data.things(SCALE) for thing in each}

    hosts = {}
    for path in data.make_ansible(tmp_path / "ansible", SCALE).iterdir():
        for group in yaml.safe_load(path.read_text()).values():
            hosts |= group["hosts"] or {}
    assert hosts.keys() == expected.keys()
    for tag, fields in hosts.items():
        assert fields == {name.replace("-", "_"): value for name, value in expected[tag].fields.items()}

    folder = data.make_nornir(tmp_path / "nornir", SCALE)
    hosts = yaml.safe_load((folder / "hosts.yaml").read_text())
    assert hosts.keys() == expected.keys()
    declared = yaml.safe_load((folder / "groups.yaml").read_text()).keys()
    assert {group for host in hosts.values() for group in host["groups"]} == declared

    config = yaml.safe_load(data.make_octodns(tmp_path / "octodns", SCALE).read_text())
    found: dict[str, str] = {}
    for zone in config["zones"]:
        source, target = (tmp_path / "octodns" / side / f"{zone}yaml" for side in ("source", "target"))
        assert source.read_bytes() == target.read_bytes()
        found |= {name: record["value"] for name, record in yaml.safe_load(source.read_text()).items()}
    assert found == {tag.lower(): thing.address for tag, thing in expected.items()}
