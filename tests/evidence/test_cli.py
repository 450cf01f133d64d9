"""The commands ``collect`` and ``evidence``, as somebody types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from opsconsole.cli import cli
from opsconsole.store.database import Database
from tests.evidence.lines import LAN, login
from tests.evidence.world import declare, lines_of


@pytest.fixture
def work(sqlite_database: Database, tmp_path: Path) -> Path:
    declare(sqlite_database)
    logs = tmp_path / "logs"
    logs.mkdir()
    (tmp_path / "config.yaml").write_text(
        f"province: test\ndatabase: {sqlite_database.url}\nlanguage: en\nyear: 2019\n"
        "sources:\n  mail: {reader: dovecot, path: logs/*}\n  conference: {reader: attendance, path: lists/*.csv}\n"
    )
    text = login("2019-10-01T08:00:00+07:00") + login("2019-10-04T08:00:00+07:00", "new@hoabinh.example")
    (logs / "mail.log").write_text(text + "\x1b]0;title\x07 broken\n")
    return tmp_path


def _run(work: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["--config", str(work / "config.yaml"), *arguments])


def test_collect_says_what_it_read_and_what_it_could_not(work: Path) -> None:
    result = _run(work, "collect")
    assert result.exit_code == 0, result.output
    assert "mail: 1 of 1 files held something new, 3 new lines, 2 uses or stays" in result.stdout
    assert "1 match nothing declared: opsconsole evidence unmatched" in result.stdout
    assert "1 lines could not be read: opsconsole evidence unreadable" in result.stdout
    assert "lists/*.csv: no file is there" in result.stderr


def test_collect_takes_names_and_json(work: Path) -> None:
    data = json.loads(_run(work, "collect", "mail", "--json").stdout)
    assert [source["name"] for source in data["sources"]] == ["mail"]
    assert (data["lines"], data["events"]) == (3, 2)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("collect", "mial"), "there is no source 'mial'; known: conference, mail"),
        (("collect", "mail", "--again", "mail"), "name a source either to read on or, with --again"),
        (("collect", "--drop-missing"), "--drop-missing belongs to --again"),
    ],
)
def test_collect_refuses_what_it_does_not_understand(
    work: Path, arguments: tuple[str, ...], words: str
) -> None:
    result = _run(work, *arguments)
    assert words in str(result.exception)


@pytest.mark.parametrize("name", ["coverage", "traffic", "unmatched", "unreadable"])
def test_of_a_source_that_there_is_not_nothing_is_said_to_be_well(work: Path, name: str) -> None:
    _run(work, "collect")
    assert _run(work, "evidence", name, "--source", "mail").exception is None
    assert "there is no source 'mial'; known: conference, mail" in str(
        _run(work, "evidence", name, "--source", "mial").exception
    )
    # What was read once and is declared no more is still asked about.
    config = work / "config.yaml"
    config.write_text(config.read_text().partition("sources:")[0])
    assert _run(work, "evidence", name, "--source", "mail").exception is None


def test_what_is_no_month_is_wrong_usage(work: Path) -> None:
    for name in ("coverage", "traffic"):
        for text in ("07/2019", "2019-13", "2019"):
            done = _run(work, "evidence", name, "--month", text)
            assert "is no month; write 2019-07" in done.stderr


def test_again_counts_an_address_that_was_declared_since(work: Path, sqlite_database: Database) -> None:
    _run(work, "collect")
    declare(sqlite_database, {"new@hoabinh.example": ("[]", None)})
    assert "2 uses or stays" in _run(work, "collect", "--again", "mail").stdout
    assert "everything in the evidence is declared" in _run(work, "evidence", "unmatched").stdout


def test_the_lists_show_places_and_nothing_that_steers_the_terminal(work: Path) -> None:
    empty = _run(work, "evidence", "sources").stdout
    assert "nothing read yet" in empty
    assert "no evidence covers any day" in _run(work, "evidence", "coverage").stdout
    assert "every line could be read" in _run(work, "evidence", "unreadable").stdout
    _run(work, "collect")
    sources = _run(work, "evidence", "sources").stdout
    assert "mail.log" in sources
    coverage = _run(work, "evidence", "coverage", "--source", "mail", "--month", "2019-10").stdout
    assert "02/10/2019–03/10/2019" in coverage
    assert "new@hoabinh.example" in _run(work, "evidence", "unmatched", "--limit", "5").stdout
    unreadable = _run(work, "evidence", "unreadable").stdout
    assert "1 × no time stamp; first in" in unreadable
    assert "\x1b" not in unreadable
    assert "<U+001B>" in unreadable


@pytest.mark.parametrize("name", ["sources", "coverage", "unmatched", "unreadable"])
def test_every_list_speaks_json(work: Path, name: str) -> None:
    _run(work, "collect")
    data = json.loads(_run(work, "evidence", name, "--json").stdout)
    assert data


def test_hostile_names_in_files_and_addresses_stay_text(work: Path) -> None:
    (work / "logs" / "[red]\x1b[31m.log").write_bytes(lines_of(["[/]\x1b@x.example", LAN])[0])
    _run(work, "collect")
    for name in ("sources", "unmatched"):
        result = _run(work, "evidence", name)
        assert result.exit_code == 0
        assert "\x1b" not in result.stdout


def test_collecting_loads_no_orm(work: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys; from opsconsole.cli import cli; "
        f"cli(['--config', {str(work / 'config.yaml')!r}, 'collect'], standalone_mode=False); "
        "assert not {'sqlalchemy', 'sqlmodel', 'textual'} & set(sys.modules), sorted(sys.modules)"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
