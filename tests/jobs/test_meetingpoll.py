"""The job that asks meeting servers who is there, against a server that checks the checksum."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsconsole.settings import load
from opsconsole.settings.alerts import Secret
from opsconsole.settings.meetings import MeetingServer
from opsconsole.store.database import Database
from opsconsole.strictyaml import ProblemsFound
from tests.evidence.stub import SECRET, serving
from tests.jobs.runs_help import run, settings


def _server(tmp_path: Path, name: str, url: str) -> MeetingServer:
    path = tmp_path / "secret"
    path.touch(0o600)
    path.write_text(SECRET)
    return MeetingServer(name, url, Secret(file=path), "sha1")


def test_a_poll_records_who_is_there(sqlite_database: Database, tmp_path: Path, socket_enabled: None) -> None:
    with serving() as (_handler, url):
        servers = (
            _server(tmp_path, "bbb", url),
            _server(tmp_path, "gone", "http://127.0.0.1:1/bigbluebutton/api"),
        )
        done = run(sqlite_database, "poll-conference", settings(meeting_servers=servers))
    assert done.state == "ok"
    with sqlite_database.read() as reader:
        rows = reader.rows(
            "SELECT source, meeting, number, title, state, peak FROM meeting_record "
            "WHERE province = :province"
        )
        log = reader.value("SELECT log FROM job_run WHERE province = :province")
    assert rows == [("bbb", "m-1", "r1", "t", "running", 1)]
    assert "meeting server 'gone'" in log
    assert SECRET not in log


def test_without_an_answer_the_run_fails(
    sqlite_database: Database, tmp_path: Path, socket_enabled: None
) -> None:
    servers = (_server(tmp_path, "gone", "http://127.0.0.1:1/bigbluebutton/api"),)
    assert run(sqlite_database, "poll-conference", settings(meeting_servers=servers)).state != "ok"


def test_without_servers_it_says_what_to_declare(sqlite_database: Database) -> None:
    done = run(sqlite_database, "poll-conference", settings())
    assert "meeting_servers" in (done.error or "")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("url: https://b.example/api", "needs 'url:' and one of"),
        ("url: https://b.example/api, secret_env: A, secret_file: b", "needs 'url:' and one of"),
        ("url: http://b.example/api, secret_env: A", "'url' must be the address of its API"),
        ("url: https://u:p@b.example/api, secret_env: A", "'url' must be the address of its API"),
        ("url: https://b.example/api, secret_env: A, checksum: md5", "'checksum' must be"),
        ("url: https://b.example/api, secret: x", "unknown setting 'secret'"),
    ],
)
def test_wrong_settings_of_a_server_are_named(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(f"meeting_servers:\n  bbb: {{{text}}}\n")
    with pytest.raises(ProblemsFound, match=problem):
        load(path)


def test_a_server_is_read_from_the_settings(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(
        "meeting_servers:\n  bbb: {url: https://b.example/bigbluebutton/api/, secret_file: key, checksum: sha512}\n"
    )
    (server,) = load(path).meeting_servers
    assert server == MeetingServer(
        "bbb", "https://b.example/bigbluebutton/api", Secret(file=tmp_path / "key"), "sha512"
    )
