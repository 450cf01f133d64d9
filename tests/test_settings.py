"""config.yaml: every value checked at its line, all errors at once, defaults where nothing is said."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from opsconsole.settings import load
from opsconsole.strictyaml import ProblemsFound


def write(folder: Path, text: str) -> Path:
    path = folder / "config.yaml"
    path.write_text(text)
    return path


def test_without_a_file_all_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load()
    assert settings.database == f"sqlite:///{tmp_path}/var/opsconsole.db"
    assert settings.inventory == (tmp_path / "inventory",)
    assert settings.timezone.key == "Asia/Ho_Chi_Minh"


def test_the_year_is_that_of_the_day_in_the_time_zone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("timezone: Pacific/Kiritimati\n")  # the first to have a new year
    east = load(path)
    path.write_text("timezone: Etc/GMT+12\n")  # the last
    west = load(path)
    at = dt.datetime.now(dt.UTC)
    assert east.year == at.astimezone(east.timezone).year
    assert west.year == at.astimezone(west.timezone).year
    asked = []

    class NewYear(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:
            asked.append(tz)
            return dt.datetime(2026, 12, 31, 18, tzinfo=dt.UTC).astimezone(tz)

    monkeypatch.setattr("opsconsole.settings.dt.datetime", NewYear)
    assert load(path).year == 2026
    path.write_text("timezone: Asia/Ho_Chi_Minh\n")
    assert load(path).year == 2027
    assert asked


def test_what_is_written_is_taken_relative_to_the_file(tmp_path: Path) -> None:
    settings = load(
        write(
            tmp_path,
            "province: hoa-binh\ndatabase: postgresql://db/ops\ninventory: [a, b]\nlanguage: en\nyear: 2019\n"
            "sources: {mail: {reader: dovecot, path: logs/*}}\n"
            'jobs: {collect: {at: "01:30", catch_up: 7}, metrics: {every_minutes: 5}}\n'
            "limits: {removal_share: 0.1}\nanchors: var/anchors\n",
        )
    )
    assert settings.inventory == (tmp_path / "a", tmp_path / "b")
    assert settings.database == "postgresql://db/ops"
    assert settings.sources[0].path == f"{tmp_path}/logs/*"
    assert [(job.name, job.at, job.every_minutes, job.catch_up) for job in settings.jobs] == [
        ("collect", dt.time(1, 30), None, 7), ("metrics", None, 5, 30),
    ]  # fmt: skip
    assert settings.limits.removal_share == 0.1
    assert settings.anchors == tmp_path / "var/anchors"


def test_the_environment_can_name_the_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSCONSOLE_DATABASE", "postgresql://user:secret@db/ops")
    assert load(write(tmp_path, "province: x\n")).database == "postgresql://user:secret@db/ops"


def test_all_errors_come_at_once_each_with_its_line(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "provnice: x\nlanguage: fr\nyear: 19\ntimezone: Asia/Hanoi2\ndatabase: mysql://x\n"
        'sources:\n  mail: {reader: dovecot}\njobs:\n  a: {at: "25:00"}\n  b: {}\nlimits: {removal_share: 2}\n',
    )
    with pytest.raises(ProblemsFound) as found:
        load(path)
    lines = {problem.line: problem.message for problem in found.value.problems}
    assert "unknown setting 'provnice'; did you mean 'province'?" in lines[1]
    assert "'language' must be vi or en, not 'fr'" in lines[2]
    assert "'year' must be a year" in lines[3]
    assert "'timezone' must be the name of a time zone" in lines[4]
    assert "'database' must be sqlite:///PATH or postgresql://" in lines[5]
    assert "source 'mail' lacks 'path:'" in lines[7]
    assert "'removal_share' must be a share from 0 to 1" in lines[11]
    assert "job 'b' needs one of" in lines[10]


@pytest.mark.parametrize("url", ["postgres://user:secret@db/ops", "mysql://user:secret@db/ops", "var/ops.db"])
def test_a_database_that_nothing_here_can_open_is_refused_wherever_it_is_named(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistyped scheme must not make an SQLite file of that name, nor print a password."""
    with pytest.raises(ProblemsFound, match="'database' must be sqlite:///PATH or postgresql://…") as found:
        load(write(tmp_path, f"database: {url}\n"))
    assert "secret" not in str(found.value)
    monkeypatch.setenv("OPSCONSOLE_DATABASE", url)
    with pytest.raises(
        ProblemsFound, match="OPSCONSOLE_DATABASE must be sqlite:///PATH or postgres"
    ) as found:
        load(write(tmp_path, "province: x\n"))
    assert "secret" not in str(found.value)


def test_an_inventory_of_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        ProblemsFound, match=r"config.yaml:1:12: 'inventory' must be a path or a list of paths"
    ):
        load(write(tmp_path, "inventory: []\n"))
