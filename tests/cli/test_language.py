"""The language of the command line: help, wrong usage and errors in config.yaml speak it too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from opsconsole.catalogue import language
from opsconsole.cli import COMMANDS, cli
from opsconsole.cli.speech import help_texts, speak_as_configured
from opsconsole.settings import load
from opsconsole.strictyaml import ProblemsFound


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "LANGUAGE": "en"}
    environment.pop("OPSCONSOLE_CONFIG", None)
    environment.pop("OPSCONSOLE_LANGUAGE", None)
    return subprocess.run(
        [sys.executable, "-m", "opsconsole", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=environment,
    )


@pytest.fixture
def vietnamese(tmp_path: Path) -> Path:
    """A folder whose config.yaml asks for Vietnamese."""
    (tmp_path / "config.yaml").write_text("province: test\nlanguage: vi  # or en\n")
    return tmp_path


@pytest.fixture
def spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a config.yaml that is yet to be written, for calls in this process."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OPSCONSOLE_CONFIG", raising=False)
    monkeypatch.delenv("OPSCONSOLE_LANGUAGE", raising=False)
    monkeypatch.setenv("LANGUAGE", "en")
    return tmp_path


def call(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def test_help_without_a_settings_file_is_english(tmp_path: Path) -> None:
    done = run("--help", cwd=tmp_path)
    assert done.stdout.startswith("Usage: ")
    assert "Options:" in done.stdout
    assert "  plan          What the declared files would change in the register." in done.stdout


def test_help_is_in_the_language_of_the_settings(vietnamese: Path) -> None:
    done = run("--help", cwd=vietnamese)
    assert done.stdout.startswith("Cách dùng: ")
    for words in ("[TÙY CHỌN]", "Tùy chọn:", "Lệnh:", "--config TỆP", "Hiện hướng dẫn này rồi thoát."):
        assert words in done.stdout
    assert "Áp dụng kế hoạch thay đổi vào sổ quản lý." in done.stdout


def test_help_of_commands_below_a_group_is_too(vietnamese: Path) -> None:
    group = run("audit", "--help", cwd=vietnamese).stdout
    assert "log     Các thay đổi gần đây, mới nhất trước." in group
    command = run("audit", "log", "--help", cwd=vietnamese).stdout
    assert "Chỉ loại này." in command
    assert "[mặc định: 50;" in command


def test_wrong_usage_is_told_in_the_language_of_the_settings(vietnamese: Path) -> None:
    option = run("plan", "--bogus", cwd=vietnamese)
    assert option.returncode == 2
    assert "Lỗi: Không có tùy chọn '--bogus'." in option.stderr
    assert "Xem hướng dẫn: 'python -m opsconsole plan --help'." in option.stderr
    assert "Lỗi: Không có lệnh 'nothing'." in run("nothing", cwd=vietnamese).stderr
    assert "Lỗi: Thiếu tham số 'KEY'." in run("history", cwd=vietnamese).stderr


def test_errors_in_the_settings_are_told_in_their_language(vietnamese: Path) -> None:
    (vietnamese / "config.yaml").write_text("language: vi\nyear: x\n")
    done = run("plan", cwd=vietnamese)
    assert (done.returncode, done.stderr) == (1, "config.yaml:2:7: 'year' phải là năm (đang ghi 'x')\n")


def test_settings_that_are_no_yaml_still_say_the_language(vietnamese: Path) -> None:
    (vietnamese / "config.yaml").write_text("language: vi\nyear: [\n")
    assert "không phải YAML" in run("plan", cwd=vietnamese).stderr


def test_an_unknown_job_is_told_in_the_language_of_the_settings(vietnamese: Path) -> None:
    assert run("jobs", "run", "x", cwd=vietnamese).stderr.startswith("không có tác vụ 'x'")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("language: en\n", "en"),
        ("language: vi\n", "vi"),
        ("\ufefflanguage: en\n", "en"),
        ("language: 'en'  # comment\r\n", "en"),
        ('"language" : "en"\n', "en"),
        ("{language: en}\n", "en"),
        ("year: 2019\nlanguage:   en\n", "en"),
        ("# language: en\n", "vi"),
        ("other:\n  language: en\n", "vi"),
        ("language: english\n", "vi"),
        ("language: klingon\n", "vi"),
        ("", "vi"),
    ],
)
def test_the_language_is_found_without_reading_yaml(content: str, expected: str, spoken: Path) -> None:
    (spoken / "config.yaml").write_text(content, "utf-8")
    speak_as_configured([])
    assert language() == expected


@pytest.mark.parametrize(
    "arguments", [["--config", "en.yaml"], ["--config=en.yaml"], ["-h", "--config", "en.yaml"]]
)
def test_the_settings_file_that_is_named_decides(arguments: list[str], spoken: Path) -> None:
    (spoken / "config.yaml").write_text("language: vi\n")
    (spoken / "en.yaml").write_text("language: en\n")
    speak_as_configured([*arguments, "plan"])
    assert language() == "en"
    speak_as_configured(["plan", *arguments])  # behind the command it is not ours
    assert language() == "vi"


def test_the_variable_names_a_settings_file_and_a_folder_is_none(
    spoken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (spoken / "config.yaml").write_text("language: vi\n")
    (spoken / "en.yaml").write_text("language: en\n")
    monkeypatch.setenv("OPSCONSOLE_CONFIG", "en.yaml")
    speak_as_configured([])
    assert language() == "en"
    (spoken / "en.yaml").write_text("language: vi\n")
    speak_as_configured([])
    assert language() == "vi"
    monkeypatch.setenv("OPSCONSOLE_CONFIG", str(spoken))
    speak_as_configured([])
    assert language() == "en"


@pytest.mark.parametrize(
    "arguments",
    [["--language", "en"], ["--language=en"], ["--config", "vi.yaml", "--language", "en"]],
)
def test_the_language_that_is_asked_for_is_stronger_than_the_settings(
    arguments: list[str], vietnamese: Path
) -> None:
    (vietnamese / "vi.yaml").write_text("language: vi\n")
    (vietnamese / "inventory").mkdir()
    assert run(*arguments, "--help", cwd=vietnamese).stdout.startswith("Usage: ")
    assert run(*arguments, "jobs", "run", "x", cwd=vietnamese).stderr.startswith("there is no job 'x'")


def test_the_variable_chooses_the_language_and_the_option_is_stronger(
    spoken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (spoken / "config.yaml").write_text("language: vi\n")
    monkeypatch.setenv("OPSCONSOLE_LANGUAGE", "en")
    assert call("plan", "--help").output.startswith("Usage: ")
    assert call("--language", "vi", "plan", "--help").output.startswith("Cách dùng: ")


def test_a_language_that_there_is_not_is_told(vietnamese: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    option = run("--language", "fr", "plan", cwd=vietnamese)
    assert option.returncode == 2
    assert "'fr'" in option.stderr
    monkeypatch.chdir(vietnamese)
    monkeypatch.setenv("OPSCONSOLE_LANGUAGE", "fr")
    with pytest.raises(ProblemsFound) as refused:
        load()
    assert str(refused.value.problems[0].message).startswith("$OPSCONSOLE_LANGUAGE")


def test_the_language_of_one_call_does_not_stick_to_the_help_of_the_next(spoken: Path) -> None:
    (spoken / "config.yaml").write_text("language: vi\n")
    first = call("audit", "log", "--help").output
    (spoken / "config.yaml").write_text("language: en\n")
    second = call("audit", "log", "--help").output
    assert "Hiện hướng dẫn này rồi thoát." in first
    assert "Show this message and exit." in second
    assert "Only this kind." in second
    assert second.startswith("Usage: ")


@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_below_the_top_is_made_by_a_class_that_speaks_english_only(name: str) -> None:
    context = click.Context(cli)

    def held(command: click.Command) -> None:
        assert type(command).format_help is not click.Command.format_help
        if isinstance(command, click.Group):
            for below in command.list_commands(context):
                found = command.get_command(context, below)
                assert found is not None
                held(found)

    command = cli.get_command(context, name)
    assert command is not None
    held(command)
    assert "" not in [text.strip() for text in help_texts(command, context) if text]
