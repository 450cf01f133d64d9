"""``opsconsole conference`` as a user calls it."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from opsconsole.cli import cli
from opsconsole.store.database import Database
from tests.operations.world import add_session, add_site, fill

Run = Callable[..., Result]
KEY = "HN-2019-001"


@pytest.fixture
def run(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    fill(sqlite_database)
    (tmp_path / "config.yaml").write_text(
        f"province: test\nlanguage: en\nyear: 2019\ndatabase: {sqlite_database.url}\npreflight: {{timeout_seconds: 1}}\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(cli, ["conference", *arguments], standalone_mode=False)

    return invoke


def refused(result: Result) -> str:
    assert result.exception is not None
    return str(result.exception)


def test_sessions_are_listed_and_shown(run: Run, sqlite_database: Database) -> None:
    with sqlite_database.write() as writer:
        add_session(writer, "HN-2019-002", title="Cùng lúc", host="DC-150", sites=["DC-148"], operator="P2")
    text = run("list", "--from", "01/09/2019", "--to", "2019-09-30").stdout
    assert (
        f"{KEY}  05/09/2019 08:00–09:30  Giao ban trực tuyến  5 sites  Điểm cầu tỉnh Hoà Bình  Bùi Văn Trực"
        in text
    )
    shown = run("show", KEY).stdout
    assert "clash: Điểm cầu huyện Đà Bắc is in HN-2019-002 “Cùng lúc” (08:00–09:30) as well" in shown
    assert "clash: the room of" not in shown
    assert "Huyện Đà Bắc" in shown
    data = json.loads(run("show", KEY, "--json").stdout)
    assert next(site["site"] for site in data["sites"]) == "DC-17"
    assert len(data["clashes"]) == 2


def test_no_session_in_the_days_asked_for_says_when_the_last_was(run: Run) -> None:
    assert (
        "The last before was on 05/09/2019: --from 05/09/2019" in run("list", "--from", "2020-01-01").stdout
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["show", "HN-2019-00"], "there is no session 'HN-2019-00'; did you mean HN-2019-001?"),
        (
            ["list", "--from", "2019-02-01", "--to", "2019-01-01"],
            "--to 01/01/2019 is before --from 01/02/2019",
        ),
        (["mark", KEY, "--state", "late"], "--state needs --site"),
        (["mark", KEY], "nothing to mark"),
        (["mark", KEY, "--site", "Sơn La", "--state", "late"], "no site is called “Sơn La”"),
        (
            ["mark", KEY, "--site", "DC-150", "--state", "late", "--at", "25:00"],
            "'25:00' is not a time of day",
        ),
        (["preflight", KEY, "--site", "Sơn La"], "no site is called “Sơn La”"),
        (["minutes", KEY, "--out", "no/such/folder.md"], "cannot be written"),
    ],
)
def test_errors_say_what_is_wrong(run: Run, arguments: list[str], words: str) -> None:
    assert words in refused(run(*arguments))


def test_a_site_is_meant_by_its_name_as_well_as_by_its_key(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown_name(*_given: object, **_more: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr("opsconsole.operations.conference.calls.socket.getaddrinfo", unknown_name)
    assert run("mark", KEY, "--site", "đà bắc", "--state", "late", "--at", "08:20").exit_code == 0
    assert run("mark", KEY, "--site", "Điểm cầu huyện Đà Bắc", "--state", "connected").exit_code == 0
    listed = run("mark", KEY, "--list").stdout.splitlines()
    assert [line.split("  ")[-1] for line in listed] == ["Điểm cầu huyện Đà Bắc"] * 2
    tried = json.loads(run("preflight", KEY, "--site", "Đà Bắc", "--json").stdout)
    assert [site["site"] for site in tried["sites"]] == ["DC-150"]
    found = json.loads(run("preflight", "--history", "Đà Bắc", "--json").stdout)
    assert [(one["site"], one["session"]) for one in found] == [("DC-150", KEY)]
    assert "may be several sites" in refused(run("mark", KEY, "--site", "Điểm cầu xã", "--state", "late"))


def test_marks_from_the_command_line_come_into_the_minutes(run: Run, tmp_path: Path) -> None:
    assert (
        run("mark", KEY, "--site", "DC-150", "--state", "late", "--at", "08:20").stdout
        == f"mark 1 of {KEY}\n"
    )
    run("mark", KEY, "--site", "DC-150", "--state", "connected", "--at", "07:59", "--corrects", "1")
    run("mark", KEY, "--note", "Âm thanh hội trường rè", "--at", "08:40")
    listed = run("mark", KEY, "--list").stdout.splitlines()
    assert [line.split()[0] for line in listed] == ["1", "2", "3"]
    assert "connected → 1" in listed[1]
    out = tmp_path / "m.md"
    assert run("minutes", KEY, "--out", str(out)).exit_code == 0
    text = out.read_text(encoding="utf-8")
    assert "- 08:40 Âm thanh hội trường rè" in text
    assert "corrected by" in text
    assert "## Attendance" in text
    assert "ATTENDANCE" in run("minutes", KEY).stdout


@pytest.mark.parametrize(
    ("form", "begins"), [("docx", b"PK"), ("pdf", b"%PDF"), ("html", b"<!"), ("md", b"# ")]
)
def test_minutes_are_written_in_every_form(run: Run, tmp_path: Path, form: str, begins: bytes) -> None:
    run("mark", KEY, "--site", "DC-150", "--state", "late", "--at", "08:20")
    run("mark", KEY, "--note", "Mất điện <b>10 phút</b>")
    out = tmp_path / f"m.{form}"
    assert run("minutes", KEY, "--out", str(out)).exception is None
    assert out.read_bytes().lstrip()[:2] == begins[:2]
    if form == "docx":
        import zipfile

        text = zipfile.ZipFile(out).read("word/document.xml").decode()
        assert "Điểm cầu huyện Đà Bắc" in text
        assert "&lt;b&gt;10 phút" in text
    assert [each.name for each in tmp_path.glob(".minutes-*")] == []


def test_minutes_in_a_form_that_there_is_not(run: Run) -> None:
    assert "minutes are written as text, md, docx, pdf, html, not as 'xyz'" in refused(
        run("minutes", KEY, "--out", "m.xyz")
    )
    assert "--format docx needs --out FILE" in refused(run("minutes", KEY, "--format", "docx"))


def test_sessions_go_out_as_a_calendar(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "x.ics"
    assert run("export-ics", KEY, "--out", str(out)).stdout == f"1 session written to {out}\n"
    assert b"UID:HN-2019-001@test.opsconsole" in out.read_bytes()
    assert run("export-ics", "--from", "2019-09-01").stdout_bytes == out.read_bytes()


def test_sites_that_lack_something_are_told(run: Run, sqlite_database: Database) -> None:
    with sqlite_database.write() as writer:
        add_site(writer, "DC-X", "148@2019-08-06", "Điểm cầu mới", address=None, contact=None)
    text = run("sites", "--lacking").stdout
    assert text.splitlines() == ["DC-X  Điểm cầu mới  codec  lacks: address, contact"]
    assert [each["lacking"] for each in json.loads(run("sites", "--lacking", "--json").stdout)] == [
        ["address", "contact"]
    ]
    assert run("sites", "--failing").stdout == "No site to show.\n"


@pytest.mark.enable_socket
def test_a_preflight_is_kept_and_fails_with_its_causes(
    run: Run, sqlite_database: Database, socket_enabled: None
) -> None:
    with sqlite_database.write() as writer:
        writer.execute("UPDATE site SET address = 'http://127.0.0.1:1/' WHERE province = :province")
    for _ in range(3):
        result = run("preflight", KEY)
    assert result.return_value == 1
    assert "refused the connection" in result.stdout
    assert "failed 3 of 3" in result.stdout
    assert "Bùi Văn Trực 0218 1" in result.stdout
    assert "0 pass, 0 slow, 5 fail" in result.stderr
    history = run("preflight", "--history", "DC-150").stdout.splitlines()
    assert len(history) == 3
    assert "05/09/2019" not in history[0]
    assert "fails" in run("show", KEY).stdout
    assert "(often)" in run("sites", "--failing").stdout
    data = json.loads(run("preflight", KEY, "--site", "DC-150", "--json").stdout)
    assert data["sites"][0]["checks"][0]["name"] == "resolve"


def test_the_group_names_its_commands() -> None:
    group = cli.get_command(click.Context(cli), "conference")
    assert isinstance(group, click.Group)
    assert {"list", "show", "sites", "preflight", "mark", "export-ics", "minutes"} <= set(group.commands)
