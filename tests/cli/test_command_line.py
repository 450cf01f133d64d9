"""The command line as a process: quick help, errors as lines, exit codes, no traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from opsconsole.cli import COMMANDS
from tests.inventory.project import ASSETS, Project


def run(
    *arguments: str, cwd: Path, code: str | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code] if code else [sys.executable, "-m", "opsconsole", *arguments]
    return subprocess.run(
        command,
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "OPSCONSOLE_CONFIG": "config.yaml",
            **environment,
        },
    )


@pytest.fixture
def copy(sqlite_project: Project) -> Path:
    """A working copy in English with an applied register."""
    (sqlite_project.root / "config.yaml").write_text(
        f"province: test\ndatabase: {sqlite_project.database.url}\nlanguage: en\n"
    )
    return sqlite_project.root


HEAVY = ("textual", "rich", "sqlalchemy", "sqlmodel", "apscheduler", "psutil", "alembic", "holidays")


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["plan", "--help"], ["--version"], ["plan"], ["units", "list"], ["show", "HB-1"]],
)
def test_what_is_not_needed_is_not_imported(arguments: list[str], copy: Path) -> None:
    code = (
        "import sys; from opsconsole.cli import main\n"
        f"sys.argv = ['opsconsole', *{arguments!r}]\n"
        "try: main()\n"
        "except SystemExit as end: assert end.code in (0, None), end.code\n"
        f"print('LOADED', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = run(cwd=copy, code=code)
    assert done.stdout.rstrip().endswith("LOADED []"), done.stdout + done.stderr


def test_help_lists_every_command(copy: Path) -> None:
    done = run("--help", cwd=copy)
    assert done.returncode == 0
    assert all(f"  {name} " in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str, copy: Path) -> None:
    done = run(name, "--help", cwd=copy)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage:" in done.stdout


def test_plan_exits_0_2_and_1(copy: Path) -> None:
    assert run("plan", cwd=copy).returncode == 0
    (copy / "inventory" / "assets.yaml").write_text(
        ASSETS.replace("    ", "", 1).replace("\n    ", "\n").replace("in-store", "broken")
    )
    changed = run("plan", cwd=copy)
    assert changed.returncode == 2
    assert "status: in store → broken" in changed.stdout
    (copy / "inventory" / "assets.yaml").write_text("kind: assets\nitems: [\n")
    wrong = run("plan", cwd=copy)
    assert wrong.returncode == 1
    assert wrong.stderr.startswith("inventory/assets.yaml:3:1: is not valid YAML")
    assert "Traceback" not in wrong.stderr


def test_a_saved_plan_travels_through_a_file(copy: Path) -> None:
    (copy / "inventory" / "new.yaml").write_text(
        "kind: assets\nunit: 04819\nas_of: 2019-08-06\nitems:\n  N-1: {class: ups, model: M, status: in-use}\n"
    )
    assert run("plan", "--out", "saved.json", cwd=copy).returncode == 2
    done = run("apply", "--plan", "saved.json", "--yes", "--reason", "new", cwd=copy)
    assert (done.returncode, done.stderr) == (0, "")
    again = run("apply", "--plan", "saved.json", "--yes", cwd=copy)
    assert again.returncode == 1
    assert "is stale" in again.stderr
    shown = json.loads(run("show", "N-1", "--json", cwd=copy).stdout)
    assert shown["content"]["class"] == "ups"
    assert run("audit", "verify", cwd=copy).returncode == 0


def test_apply_asks_and_does_nothing_without_a_yes(copy: Path) -> None:
    (copy / "inventory" / "new.yaml").write_text(
        "kind: assets\nunit: 04819\nas_of: 2019-08-06\nitems:\n  N-1: {class: ups, model: M, status: in-use}\n"
    )
    done = run("apply", cwd=copy)
    assert done.returncode == 130
    assert run("plan", cwd=copy).returncode == 2


def test_a_stale_saved_plan_is_refused_though_there_is_nothing_to_do(copy: Path) -> None:
    path = copy / "inventory" / "assets.yaml"
    path.write_text(path.read_text().replace("in-store", "broken"))
    run("plan", "--out", "saved.json", cwd=copy)
    run("apply", "--yes", cwd=copy)
    done = run("apply", "--plan", "saved.json", cwd=copy)
    assert done.returncode == 1
    assert "is stale" in done.stderr


def test_an_apply_of_what_only_moved_asks_nothing_and_remembers_the_place(copy: Path) -> None:
    path = copy / "inventory" / "assets.yaml"
    path.write_text("# one line more\n" + path.read_text())
    assert run("apply", cwd=copy).returncode == 0
    assert "inventory/assets.yaml:6" in run("show", "HB-1", cwd=copy).stdout


def test_a_key_of_bytes_that_are_no_text_is_answered(copy: Path) -> None:
    shown = run("show", "\udcff", cwd=copy)
    assert shown.returncode == 1
    assert "holds nothing with the key" in shown.stderr


def test_a_mistake_on_every_line_does_not_flood_the_terminal(copy: Path) -> None:
    items = "".join(f"  N-{i}: {{class: up, model: M, status: in-use}}\n" for i in range(2000))
    (copy / "inventory" / "new.yaml").write_text(
        "kind: assets\nunit: 04819\nas_of: 2019-08-06\nitems:\n" + items
    )
    lines = run("plan", cwd=copy).stderr.splitlines()
    assert len(lines) == 501
    assert lines[0].startswith("inventory/new.yaml:5:")
    assert lines[-1] == "… and 1500 more problems"


def test_hostile_names_do_not_reach_the_terminal(copy: Path) -> None:
    (copy / "inventory" / "new.yaml").write_text(
        "kind: assets\nunit: 04819\nas_of: 2019-08-06\nitems:\n"
        "  N-1: {class: ups, model: '[red]x[/red] [/]', status: in-use, note: '=cmd()'}\n"
    )
    (copy / "inventory" / "evil\x1b[31m.yaml").write_text("kind: nothing\nitems: {}\n")
    done = run("plan", cwd=copy)
    assert done.returncode == 1
    assert "\x1b" not in done.stdout + done.stderr
    assert "evil<U+001B>[31m.yaml:1:7: there is no kind 'nothing'" in done.stderr


def test_a_missing_database_says_what_to_do(tmp_path: Path) -> None:
    done = run(
        "plan", cwd=tmp_path, OPSCONSOLE_CONFIG="", OPSCONSOLE_DATABASE=f"sqlite:///{tmp_path}/none.db"
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_a_wrong_config_is_told_at_its_line(copy: Path) -> None:
    (copy / "config.yaml").write_text("language: en\nyear: klingon\n")
    done = run("plan", cwd=copy)
    assert done.returncode == 1
    assert done.stderr == "config.yaml:2:7: 'year' must be a year, not 'klingon'\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("inventory", "schema", "--out", "taken/schema"),
        ("export", "--out", "taken/out"),
        ("sample", "--scale", "0.01", "--without-evidence", "--out", "taken/sample"),
        ("plan", "--out", "taken/plan.json"),
    ],
)
def test_where_nothing_can_be_written_one_line_says_so(arguments: tuple[str, ...], copy: Path) -> None:
    (copy / "taken").write_text("a file, not a folder")
    units = ("--units", str(Path(__file__).parents[2] / "inventory")) if arguments[0] == "sample" else ()
    done = run(*arguments, *units, cwd=copy)
    assert done.returncode == 1
    assert done.stderr.startswith("taken/") or "/taken/" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_saved_plan_of_ten_thousand_brackets_is_refused(copy: Path) -> None:
    (copy / "plan.json").write_text("[" * 100_000)
    done = run("apply", "--yes", "--plan", "plan.json", cwd=copy)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "is not a saved plan" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
def test_output_that_cannot_be_written_is_an_error_in_one_line(copy: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "opsconsole", "inventory", "kinds"],
            cwd=copy,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)


def test_a_reader_that_goes_away_is_no_error(copy: Path) -> None:
    """``opsconsole units list | head -1``: 141, as the shell's own tools end, never 1."""
    command = f"{sys.executable} -m opsconsole units list --json | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "OPSCONSOLE_CONFIG": "config.yaml"},
    )
    assert done.stdout.split()[-1] in ("141", "0")
    assert done.stderr == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "HB-1", "--as-of"],
        ["units", "list", "--as-of"],
        ["conference", "list", "--from"],
        ["audit", "log", "--since"],
        ["targets", "--as-of"],
    ],
)
def test_every_day_is_read_as_people_write_it(arguments: list[str], copy: Path) -> None:
    both = [run(*arguments, written, cwd=copy) for written in ("2019-12-31", "31/12/2019")]
    assert both[0].returncode == both[1].returncode
    assert both[0].stdout == both[1].stdout
    wrong = run(*arguments, "31/02/2019", cwd=copy)
    assert wrong.returncode == 2
    assert "'31/02/2019' is not a date; write YYYY-MM-DD or dd/mm/yyyy" in wrong.stderr
    assert run(*arguments, "today", cwd=copy).returncode in (0, 1)
