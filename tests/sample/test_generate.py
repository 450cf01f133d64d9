"""Writing: the same bytes for the same seed, whole or not at all, never over somebody's files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from opsconsole.cli import cli
from opsconsole.errors import Refused
from opsconsole.sample import generate, holds
from opsconsole.sample.frame import SampleUnit

ROOT = Path(__file__).parents[2]


def tree(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def small(out: Path, units: list[SampleUnit], **options: Any) -> dict[str, bytes]:
    generate(out, units, **({"scale": 0.05, "density": 0.5} | options))
    return tree(out)


def test_the_same_seed_gives_the_same_bytes(few: list[SampleUnit], tmp_path: Path) -> None:
    first = small(tmp_path / "a", few)
    assert first == small(tmp_path / "b", list(reversed(few)))
    assert {name.split("/")[0] for name in first} == {"inventory", "evidence", "sample.json"}


def test_another_seed_gives_other_bytes_in_every_document(few: list[SampleUnit], tmp_path: Path) -> None:
    first, second = small(tmp_path / "a", few), small(tmp_path / "b", few, seed=43)
    assert [name for name in first if first[name] == second.get(name)] == []


def test_another_process_gives_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for number in ("1", "2"):
        out = tmp_path / number
        options = ["--units", "inventory", "--scale", "0.01", "--density", "0.1", "--json"]
        start = "from opsconsole.cli import main; main()"
        subprocess.run(
            [sys.executable, "-c", start, "sample", "--out", str(out), *options],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": number, "PYTHONPATH": str(ROOT), "TZ": f"Etc/GMT+{number}"},
            check=True,
            capture_output=True,
        )
        made.append(tree(out))
    assert made[0] == made[1]


def test_a_sample_replaces_one_of_before(few: list[SampleUnit], tmp_path: Path) -> None:
    small(tmp_path / "a", few, seed=1)
    again = small(tmp_path / "a", few, seed=2)
    assert again == small(tmp_path / "b", few, seed=2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b", "home"]


def test_a_folder_of_somebody_else_is_refused_and_untouched(few: list[SampleUnit], tmp_path: Path) -> None:
    out = tmp_path / "mine"
    out.mkdir()
    (out / "letter.txt").write_text("mine")
    with pytest.raises(Refused, match="not empty and not a sample"):
        small(out, few)
    assert tree(out) == {"letter.txt": b"mine"}
    assert not (tmp_path / "mine.partial").exists()


@pytest.mark.parametrize("change", ["edit", "add", "beside"])
def test_a_sample_that_somebody_edited_is_refused(few: list[SampleUnit], tmp_path: Path, change: str) -> None:
    out = tmp_path / "s"
    first = sorted(small(out, few, evidence=False))[0]
    name = {"edit": first, "add": "inventory/mine.yaml", "beside": "notes.txt"}[change]
    with (out / name).open("a") as file:
        file.write("# mine\n")
    before = tree(out)
    with pytest.raises(Refused, match=name):
        small(out, few, evidence=False)
    assert tree(out) == before


@pytest.mark.parametrize("what", ["file", "link"])
def test_what_is_no_folder_is_refused(few: list[SampleUnit], tmp_path: Path, what: str) -> None:
    out = tmp_path / "s"
    if what == "file":
        out.write_text("mine")
    else:
        (tmp_path / "real").mkdir()
        out.symlink_to(tmp_path / "real")
    with pytest.raises(Refused, match="is not a folder"):
        small(out, few)


def test_an_empty_folder_may_be_used(few: list[SampleUnit], tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    assert "sample.json" in small(tmp_path / "s", few, evidence=False)


class _Stopped(Exception):
    pass


def test_a_run_that_breaks_off_leaves_the_old_sample_and_nothing_else(
    few: list[SampleUnit], tmp_path: Path
) -> None:
    out = tmp_path / "s"
    before = small(out, few)

    def stop(stage: str, done: int, total: int) -> None:
        if stage == "mail" and done == 3:
            raise _Stopped

    with pytest.raises(_Stopped):
        small(out, few, seed=9, progress=stop)
    assert tree(out) == before
    assert not (tmp_path / "s.partial").exists()


def test_the_rest_of_a_killed_run_is_cleared_away(few: list[SampleUnit], tmp_path: Path) -> None:
    rest = tmp_path / "s.partial"
    (rest / "inventory").mkdir(parents=True)
    (rest / "sample.json").write_text("{}\n")
    (rest / "inventory" / "half.yaml").write_text("kind: ass")
    small(tmp_path / "s", few, evidence=False)
    assert not rest.exists()


def test_a_folder_that_only_looks_like_a_rest_is_kept(few: list[SampleUnit], tmp_path: Path) -> None:
    rest = tmp_path / "s.partial"
    rest.mkdir()
    (rest / "letter.txt").write_text("mine")
    with pytest.raises(Refused, match=r"s\.partial is not empty"):
        small(tmp_path / "s", few, evidence=False)
    assert (rest / "letter.txt").read_text() == "mine"


def test_holds_knows_its_own_sample_and_no_other(few: list[SampleUnit], tmp_path: Path) -> None:
    out = tmp_path / "s"
    assert not holds(out, few, scale=0.05)
    generate(out, few, scale=0.05, density=0.5, skip_districts=("158",))
    assert holds(out, few, scale=0.05, density=0.5, skip_districts=("158",))
    assert not holds(out, few, scale=0.05, density=0.5)
    assert not holds(out, few[:-1], scale=0.05, density=0.5, skip_districts=("158",))
    (out / "sample.json").write_text("[1")
    assert not holds(out, few, scale=0.05, density=0.5, skip_districts=("158",))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"scale": 0}, "scale"),
        ({"scale": float("nan")}, "scale"),
        ({"scale": 1001}, "scale"),
        ({"density": -1}, "density"),
        ({"year": 1200}, "year"),
        ({"skip_districts": ("999",)}, "'999' is not a district here; known: 158"),
        ({"only_districts": ("05356",)}, "'05356' is not a district"),
    ],
)
def test_what_cannot_be_made_is_refused_before_anything_is_written(
    few: list[SampleUnit], tmp_path: Path, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        generate(tmp_path / "s", few, **options)
    assert not (tmp_path / "s").exists()


def test_progress_is_told_for_each_stage(few: list[SampleUnit], tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    small(tmp_path / "s", few, progress=lambda stage, done, total: told.append((stage, done, total)))
    assert told[len(few) - 1] == ("register", len(few), len(few))
    assert told[len(few) :] == [("mail", month, 12) for month in range(1, 13)]


def test_layout_is_a_folder_a_district_and_a_file_a_unit_and_kind(
    few: list[SampleUnit], tmp_path: Path
) -> None:
    names = set(small(tmp_path / "s", few))
    assert {
        "inventory/17-hoa-binh/17-hoa-binh-people.yaml",
        "inventory/17-hoa-binh/17-hoa-binh-sessions-2019.yaml",
        "inventory/17-hoa-binh/departments/hb-11-accounts.yaml",
        "inventory/17-hoa-binh/158-yen-thuy/158-yen-thuy-sites.yaml",
        "inventory/17-hoa-binh/158-yen-thuy/05356-lac-sy-assets.yaml",
        "evidence/mail/mail.log",
        "evidence/mail/mail.log-201901.gz",
        "evidence/conference/attendance-2019.csv",
    } <= names


def test_another_year_moves_everything(few: list[SampleUnit], tmp_path: Path) -> None:
    made = small(tmp_path / "s", few, year=2024)
    assert b"as_of: 2024-08-06" in made["inventory/17-hoa-binh/17-hoa-binh-people.yaml"]
    assert "evidence/mail/mail.log-202411.gz" in made
    assert b"2024-12-31" in made["evidence/mail/mail.log"]


def test_the_command_prints_counts(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(f"inventory: {ROOT / 'inventory'}\nlanguage: en\n")
    command = ["--config", str(config), "sample", "--scale", "0.02", "--without-evidence"]
    result = CliRunner().invoke(cli, [*command, "--out", str(tmp_path / "s")])
    assert result.exit_code == 0, result.output
    assert "244  units" in result.stdout
    result = CliRunner().invoke(cli, [*command, "--out", str(tmp_path / "s"), "--json"])
    counts = json.loads(result.stdout)
    assert counts["sessions"] == 94
    assert counts["log_lines"] == 0
    assert counts["files"] == len(list((tmp_path / "s").rglob("*.yaml")))
