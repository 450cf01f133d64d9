"""Export: the register back as YAML, the same bytes each time, an empty plan afterwards."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.errors import Refused
from opsconsole.inventory.emit import lines
from opsconsole.inventory.export import ExportedFile, export, write_files
from opsconsole.inventory.kinds import standard
from opsconsole.store.database import Database
from opsconsole.strictyaml import Map, Seq, parse
from opsconsole.units.registry import load
from tests.inventory.project import ASSETS, Project

INVENTORY = Path(__file__).parents[2] / "inventory"


def exported(project: Project, out: Path) -> dict[str, bytes]:
    with project.database.read() as reader:
        write_files(export(reader, project.kinds or standard(), load(reader)), out)
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*.yaml"))}


def test_what_was_exported_makes_an_empty_plan_and_exports_to_the_same_bytes(
    project: Project, tmp_path: Path
) -> None:
    project.write(
        "people.yaml",
        """\
        kind: people
        as_of: 2019-08-06
        sample: yes
        defaults: {position: "Văn phòng: thống kê"}
        items:
          NV-1: {unit: 04810, name: "Lò Thị 'Ánh' \\"Nở\\" # [red]", phone: 0218 385}
          NV-2: {unit: 04819, name: Đinh Ưởng, left: {date: 2019-12-31, reason: "nghỉ: hưu", decision: 5/QĐ}}
        """,
    )
    project.write(
        "sites.yaml",
        """\
        kind: sites
        unit: 148
        as_of: 2019-08-06
        items:
          vc-148: {name: no, endpoint: codec, aliases: [Hoà Bình, "tp, hb", "yes"], distance-km: 1.50, equipment: []}
        """,
    )
    project.write(
        "sessions.yaml",
        """\
        kind: sessions
        items:
          hn-1: {title: "- họp", kind: other, start: 2019-03-05 08:00, end: 2019-03-05T11:00, host: vc-148, sites: [vc-148]}
        """,
    )
    project.write(
        "accounts.yaml",
        "kind: accounts\nunit: 148\nas_of: 2019-08-06\nitems:\n  vanthu@hb.example: {type: shared, locked: no, quota-mb: 10}\n",
    )
    project.apply()
    first = exported(project, tmp_path / "one")
    assert first == exported(project, tmp_path / "two")
    assert set(first) == {
        f"inventory/{name}.yaml" for name in ("accounts", "assets", "people", "sessions", "sites", "units")
    }
    shutil.rmtree(project.root / "inventory")
    shutil.copytree(tmp_path / "one" / "inventory", project.root / "inventory")
    plan = project.plan()
    assert plan.changes == ()
    assert plan.orphans == ()
    project.apply()
    assert exported(project, tmp_path / "three") == first


def test_a_split_is_exported_with_the_part_that_its_things_follow(project: Project, tmp_path: Path) -> None:
    project.write(
        "reorganisation.yaml",
        """\
        kind: reorganisations
        items:
          830/NQ:
            title: Chia phường Chăm Mát
            effective: 2020-01-01
            decision: 830/NQ-UBTVQH14
            changes:
              04819:
                from: {04819: {share: whole}, 04810: {share: part, follows: yes}}
              04828:
                from: {04828: {share: whole}, 04810: {share: rest, follows: no}}
        """,
    )
    project.apply()
    first = exported(project, tmp_path / "one")
    assert b"follows: yes" in first["inventory/reorganisation.yaml"]
    shutil.rmtree(project.root / "inventory")
    shutil.copytree(tmp_path / "one" / "inventory", project.root / "inventory")
    assert project.plan().changes == ()
    project.apply()
    assert exported(project, tmp_path / "two") == first


def test_the_committed_register_comes_back_from_its_export(sqlite_database: Database, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    copy = Project(tmp_path / "copy", sqlite_database)
    shutil.copytree(INVENTORY, copy.root / "inventory", dirs_exist_ok=True)
    copy.apply()
    first = exported(copy, tmp_path / "one")
    outlines = len(list((INVENTORY / "reports").rglob("*.yaml")))
    assert len(first) == len(list(INVENTORY.rglob("*.yaml"))) - outlines
    shutil.rmtree(copy.root / "inventory")
    shutil.copytree(tmp_path / "one" / "inventory", copy.root / "inventory")
    plan = copy.plan()
    assert (plan.changes, plan.orphans) == ((), ())
    copy.apply()
    assert exported(copy, tmp_path / "two") == first


def test_orphans_are_exported_where_they_stood(project: Project, tmp_path: Path) -> None:
    project.write("assets.yaml", "\n".join(line for line in ASSETS.splitlines() if "HB-2" not in line))
    project.apply()
    assert b"HB-2" in exported(project, tmp_path / "out")["inventory/assets.yaml"]


def test_a_name_that_leads_out_of_the_folder_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="leads out of the folder"):
        write_files([ExportedFile("../evil.yaml", "x")], tmp_path / "out")
    assert not (tmp_path / "evil.yaml").exists()


TEXT = st.text(
    st.characters(
        exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Cn"), exclude_characters="\ufeff\ufffe\uffff\x85"
    ),
    min_size=1,
    max_size=40,
)
TREE = st.dictionaries(
    TEXT,
    st.one_of(TEXT, st.lists(TEXT, max_size=3), st.dictionaries(TEXT, TEXT, max_size=3)),
    min_size=1,
    max_size=5,
)


def plain(node: object) -> object:
    if isinstance(node, Map):
        return {key: plain(value) for key, value in node.items.items()}
    if isinstance(node, Seq):
        return [plain(value) for value in node.items]
    return node


def nfc(value: object) -> object:
    import unicodedata

    if isinstance(value, dict):
        return {unicodedata.normalize("NFC", key): nfc(each) for key, each in value.items()}
    if isinstance(value, list):
        return [nfc(each) for each in value]
    return unicodedata.normalize("NFC", str(value))


@given(TREE)
def test_whatever_is_written_is_read_back_as_the_same_text(tree: dict[str, object]) -> None:
    expected = nfc(tree)
    assert isinstance(expected, dict)
    if len(expected) != len(tree) or any(
        isinstance(v, dict) and len(nfc(v)) != len(v) for v in tree.values()
    ):  # type: ignore[arg-type]
        return  # two keys that are one in NFC
    text = "\n".join(lines(expected)) + "\n"
    assert plain(parse(text.encode(), "x.yaml")) == expected


def test_no_two_files_of_an_export_have_one_name(project: Project, tmp_path: Path) -> None:
    """A file that has to be split does not take the name of another, and neither do two kinds
    that were declared in one file after the other."""
    both = "kind: assets\nas_of: 2019-08-06\n{0}items:\n  {1}: {{unit: 04810, class: ups, model: M, status: in-use}}\n"
    project.write("a-2.yaml", both.format("", "A-2"))
    project.write("a.yaml", both.format("sample: yes\n", "A-1"))
    project.apply()
    project.write("b.yaml", both.format("", "A-1"))  # A-1 is real now; what a.yaml held is an orphan
    project.write("a.yaml", both.format("sample: yes\n", "A-3"))
    project.apply()
    project.write("a.yaml", both.format("", "A-4"))  # an orphan of the sample, and a real thing
    project.apply()
    project.write("b.yaml", "kind: people\nas_of: 2019-08-06\nitems:\n  NV-1: {unit: 04810, name: A}\n")
    project.apply()
    with project.database.read() as reader:
        files = list(export(reader, standard(), load(reader)))
    assert len({file.name for file in files}) == len(files)
    text = "".join(file.text for file in files)
    assert all(f"  {key}:" in text for key in ("A-1", "A-2", "A-3", "A-4", "NV-1"))
    shutil.rmtree(project.root / "inventory")
    shutil.rmtree(tmp_path / "out", ignore_errors=True)
    write_files(files, tmp_path / "out")
    shutil.copytree(tmp_path / "out" / "inventory", project.root / "inventory")
    plan = project.plan()
    assert (plan.changes, plan.orphans) == ((), ())
    assert dict(project.rows("SELECT key, sample FROM asset WHERE key LIKE 'A-%'")) == {
        "A-1": 0, "A-2": 0, "A-3": 1, "A-4": 0,
    }  # fmt: skip


def test_taking_the_mark_of_the_sample_away_is_seen(project: Project) -> None:
    project.write("assets.yaml", ASSETS.replace("    items:", "    sample: yes\n    items:"))
    project.apply()
    assert project.rows("SELECT DISTINCT sample FROM asset") == [(1,)]
    project.write("assets.yaml", ASSETS)
    project.apply()
    assert project.rows("SELECT DISTINCT sample FROM asset") == [(0,)]
