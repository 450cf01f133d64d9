"""opsconsole mail as it is typed: rules side by side, people only for those named, each request noted."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from opsconsole.actor import actor
from opsconsole.cli import cli, mail
from opsconsole.errors import Refused
from opsconsole.settings import Access
from opsconsole.store.access import asked, may_see
from opsconsole.store.accesschain import broken
from opsconsole.store.database import Database
from tests.indicators.world import COMMUNE_A, DISTRICT, World, weekdays
from tests.inventory.project import ACCOUNTS_OF_TOWN, PEOPLE_OF_TOWN, Project

ANYBODY = f"province: test\nlanguage: en\nyear: 2019\naccess: {{people: {{users: [{actor()}]}}}}\n"


@pytest.fixture
def copy(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    config = tmp_path / "config.yaml"
    config.write_text("province: test\nlanguage: en\nyear: 2019\n", encoding="utf-8")
    monkeypatch.setenv("OPSCONSOLE_CONFIG", str(config))
    monkeypatch.setenv("OPSCONSOLE_DATABASE", database.url)
    return config


@pytest.fixture
def world(database: Database, copy: Path) -> World:
    world = World(database)
    world.hoa_binh()
    world.rule()
    world.put(
        "rule",
        [
            {
                **dict.fromkeys(("file", "digest", "fold", "sort_key"), ""),
                **dict.fromkeys(("line", "revision", "sample", "orphaned"), 0),
                "key": "weekly",
                "name": "mỗi tuần",
                "version": 3,
                "events": '["login"]',
                "accounts": '["personal"]',
                "least_days_each_week": 1,
                "by": "person",
            }
        ],
    )
    world.covered("2019-06-01", "2019-06-30", without=["2019-06-20"], lost=2)
    for number in range(4):
        world.person(f"p{number}", DISTRICT)
        world.mailbox(f"m{number}@x.example", DISTRICT, owner=f"p{number}")
        world.use(f"m{number}@x.example", "2019-06", weekdays("2019-06", 4 * number + 4))
    world.mailbox("m5@x.example", COMMUNE_A)
    return world


def run(*arguments: str) -> Result:
    done = CliRunner().invoke(cli, arguments, standalone_mode=False)
    assert done.exception is None or isinstance(done.exception, (SystemExit, Refused)), done.output
    return done


def test_one_period_under_two_rules_side_by_side(world: World) -> None:
    done = run("mail", "usage", "--period", "2019-06", "--rule", "mail-regular", "--rule", "weekly")
    lines = done.stdout.splitlines()
    assert lines[0] == "Regular use of mail, whole province, month 6/2019"
    assert lines[1].split("  ")[0] == "rule"
    assert lines[2].split() == ["mail-regular/1", "40.0", "%", "–", "2", "5", "account", "19/20"]
    assert lines[3].split()[0] == "weekly/3"
    assert "1 working day without logs: 20/06/2019" in done.stderr
    assert "58 messages of theirs were dropped" in done.stderr
    data = json.loads(run("mail", "usage", "--period", "2019-06", "--all-rules", "--json").stdout)
    assert [each["rule"]["label"] for each in data] == ["mail-regular/1", "weekly/3"]
    assert (data[0]["known"], data[0]["asked"], data[0]["missing"]) == (19, 20, ["2019-06-20"])
    assert data[0]["shares"][0]["denominator"] == 5


def test_usage_by_unit_is_what_is_measured(world: World) -> None:
    lines = run("mail", "usage", "--period", "2019-06", "--by", "unit").stdout.splitlines()
    assert lines[0].startswith("mail-regular/1: ")
    assert len(lines) == 6  # heads, the province, two units
    done = run("mail", "usage", "--period", "2019-06", "--unit", "148")
    assert done.stdout.splitlines()[-1].split()[-2:] == ["2", "4"]
    assert "no rule 'x'; known: mail-regular, weekly" in str(run("mail", "usage", "--rule", "x").exception)


@pytest.mark.parametrize(
    "arguments",
    [
        ("mail", "who-not", "--period", "2019-06"),
        ("mail", "usage", "--period", "2019-06", "--by", "person"),
        ("mail", "calendar", "m0@x.example"),
    ],
)
def test_people_are_shown_to_those_named_alone_and_every_request_is_noted(
    world: World, copy: Path, arguments: tuple[str, ...]
) -> None:
    refused = run(*arguments)
    assert refused.exit_code == 1
    assert refused.stdout == ""
    assert f"'{actor()}' is not among those who may see them" in str(refused.exception)
    copy.write_text(ANYBODY, encoding="utf-8")
    assert run(*arguments).exit_code == 0
    with world.database.read() as reader:
        log = asked(reader)
        assert [(each.given, each.actor, each.what) for each in log] == [
            (True, actor(), " ".join(arguments[:2])),
            (False, actor(), " ".join(arguments[:2])),
        ]
        assert broken(reader) == (2, None)
    shown = run("audit", "access")
    assert shown.exit_code == 0
    assert "given" in shown.stdout.splitlines()[0]


def test_who_does_not_use_it_and_the_days_of_one(world: World, copy: Path) -> None:
    copy.write_text(ANYBODY, encoding="utf-8")
    done = run("mail", "who-not", "--period", "2019-06", "--json")
    assert [(each["key"], each["days"], each["regular"]) for each in json.loads(done.stdout)] == [
        ("m0@x.example", 4, False),
        ("m1@x.example", 8, False),
        ("m5@x.example", 0, False),
    ]
    everybody = json.loads(run("mail", "usage", "--period", "2019-06", "--by", "person", "--json").stdout)
    assert len(everybody) == 5
    calendar = run("mail", "calendar", "m0@x.example", "--year", "2019").stdout.splitlines()
    assert calendar[6].split() == ["06", "··", "UUUU···", "·······", "···?···", "·······", "4"]
    months = json.loads(run("mail", "calendar", "M0@x.example", "--year", "2019", "--json").stdout)
    assert months[5]["used"] == 4
    assert "2019-06-20" in months[5]["unknown"]


def test_an_altered_log_of_access_is_found(world: World, copy: Path) -> None:
    copy.write_text(ANYBODY, encoding="utf-8")
    for _time in range(3):
        run("mail", "who-not", "--period", "2019-06")
    for statement in (
        "UPDATE access_log SET actor = 'ai' WHERE sequence = 2",
        "DELETE FROM access_log WHERE sequence = 1",
    ):
        with world.database.write() as writer:
            writer.execute(statement)
        done = run("audit", "access")
        assert done.return_value == 1
        assert "was altered, is missing or was moved" in done.stderr


def test_groups_of_the_system_may_be_named() -> None:
    import grp
    import os

    name = grp.getgrgid(os.getgid()).gr_name
    assert may_see(Access(users=("x",), groups=(name,)), actor())
    assert not may_see(Access(users=("x",), groups=("no-such-group",)), actor())
    assert not may_see(Access(groups=(name,)), "no such user")


# --- directories and leavers -----------------------------------------------------------------


@pytest.fixture
def town(project: Project, copy: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    config = project.root / "config.yaml"
    config.write_text("province: test\nlanguage: en\n", encoding="utf-8")
    monkeypatch.setenv("OPSCONSOLE_CONFIG", str(config))
    project.write("people.yaml", PEOPLE_OF_TOWN)
    project.write("boxes.yaml", ACCOUNTS_OF_TOWN)
    project.apply()
    return project


EXPORT = """\
email,name,department,status,last login
binh@x.example,Trần Thị Bình,Phường Chăm Mát,locked,
hoa@x.example,Nguyễn Văn Hòa,P. Chăm Mát,,2019-01-01
xau@gmailcom,=HYPERLINK("x"),,,
"""


def test_a_directory_is_shown_as_a_change_of_the_files_and_written_when_asked(town: Project) -> None:
    export = town.root / "export.csv"
    export.write_text(EXPORT, encoding="utf-8")
    before = (town.root / "inventory/boxes.yaml").read_text()
    shown = run("mail", "directory", str(export))
    assert shown.return_value == 2
    assert "+  hoa@x.example: {name: Nguyễn Văn Hòa, owner: CB-1, opened: " in shown.stdout
    assert "locked: yes" in shown.stdout
    assert "nothing was written" in shown.stderr
    assert "export.csv:4: left out: a cell begins as a formula does" in shown.stderr
    assert "idle" not in [
        line.split()[0] for line in shown.stdout.splitlines() if "hoa@" in line and "+" not in line
    ]
    assert (town.root / "inventory/boxes.yaml").read_text() == before
    written = run("mail", "directory", str(export), "--write")
    assert written.return_value == 0
    digest = written.stderr.splitlines()[-1].split()[-1]
    assert run("apply", "--digest", digest).exit_code == 0
    assert run("mail", "directory", str(export), "--json", "--sort", "joiner").exit_code == 0
    assert town.rows("SELECT locked FROM account WHERE key = 'binh@x.example'") == [(1,)]


def test_a_directory_without_logins_is_held_against_the_logs(
    world: World, copy: Path, tmp_path: Path
) -> None:
    copy.write_text(ANYBODY, encoding="utf-8")
    export = tmp_path / "export.csv"
    export.write_text("email\nm0@x.example\nm5@x.example\n", encoding="utf-8")
    shown = run("mail", "directory", str(export), "--idle-days", "10", "--sort", "idle", "--json")
    found = {each["address"]: (each["there"], each["why"]) for each in json.loads(shown.stdout)["findings"]}
    assert found == {
        "m0@x.example": ("2019-06-06", "by the logs"),
        "m5@x.example": ("", "no use since the logs begin"),
    }
    some = run("mail", "directory", str(export), "--idle-days", "40", "--sort", "idle", "--json")
    assert json.loads(some.stdout)["findings"] == []  # 29 days with logs say nothing of 40


def test_the_bar_tells_bytes_lines_a_second_and_the_time_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter([100.0, 100.1, 102.0])
    monkeypatch.setattr(mail.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    with mail._lines_bar() as progress:
        assert progress is not None
        progress(0, 50_000_000, "mail", 0)
        progress(20_000_000, 50_000_000, "mail", 150_000)
    first, second, *_end = [line for line in capsys.readouterr().err.split("\r") if line.strip()]
    assert first.rstrip() == "mail [................]   0 %  0.0 of 50.0 MB"
    assert second.rstrip() == "mail [######..........]  40 %  20.0 of 50.0 MB · 75,000 lines/s · 0:03 left"


def test_a_leaver_is_listed_with_the_change_of_the_files(town: Project) -> None:
    shown = run("mail", "leaver", "binh@x.example", "--date", "2019-09-01", "--reason", "nghỉ hưu")
    assert shown.return_value == 2
    assert shown.stdout.splitlines()[0] == "CB-2  Trần Thị Bình"
    assert "left: {date: 2019-09-01, reason: nghỉ hưu}" in shown.stdout
    assert "closed: {date: 2019-09-01, reason: nghỉ hưu}" in shown.stdout
    data = json.loads(run("mail", "leaver", "CB-2", "--to", "CB-1", "--json").stdout)
    assert {each["how"] for each in data["holdings"]} == {"person", "owner", "alias", "forwarded"}
    assert "no person 'CB-9' to take over" in str(run("mail", "leaver", "CB-2", "--to", "CB-9").exception)


def test_look_alike_addresses_are_listed(world: World) -> None:
    world.put(
        "unmatched",
        [
            {"source": "mail", "sort": "address", "value": value, "candidates": "[]", "count": 3}
            | {"first_day": "2019-06-03", "last_day": "2019-06-04"}
            for value in ("le@gmailcom", "ai@other.org")
        ],
    )
    assert json.loads(run("mail", "lookalikes", "--json").stdout) == [
        {"address": "le@gmailcom", "why": "point", "meant": ["le@gmail.com"], "declared": False, "times": 3}
    ]


def test_ingest_reads_a_file_of_a_source_once(copy: Path, database: Database) -> None:
    log = copy.parent / "logs" / "mail.log"
    log.parent.mkdir()
    log.write_text(
        "2019-06-03T08:00:00+07:00 mail dovecot: imap-login: Login: user=<a@x.example>, method=PLAIN\n"
    )
    sources = f"sources: {{mail: {{reader: dovecot, path: {log.parent}/*.log}}}}\n"
    copy.write_text(copy.read_text() + sources, encoding="utf-8")
    assert "mail: 1 of 1 files held something new, 1 new line" in run("mail", "ingest", str(log)).stdout
    assert "mail: 0 of 1 files" in run("mail", "ingest").stdout
    assert "a@x.example" in run("mail", "unmatched").stdout
    assert "every line could be read" in run("mail", "quarantine").stdout
    assert "is neither a source nor a file; sources: mail" in str(run("mail", "ingest", "x").exception)
    (copy.parent / "elsewhere.log").write_text("")
    assert "belongs to no source" in str(run("mail", "ingest", str(copy.parent / "elsewhere.log")).exception)


def test_mail_alone_is_ingested_and_shown_whatever_its_files_look_like(
    copy: Path, database: Database
) -> None:
    """A report of Microsoft 365 is a document and mail; a log of a meeting server is lines and no mail."""
    report, calls = copy.parent / "m365" / "report.csv", copy.parent / "calls" / "Master.csv"
    for path in (report, calls):
        path.parent.mkdir()
    head = "Report Refresh Date,User Principal Name,Is Deleted,Last Activity Date,Send Count\n"
    report.write_text(head + "2019-06-04,a@x.example,False,2019-06-03,5\n2019-06-04,b,False,,0\n")
    os.utime(report, (1559700000, 1559700000))
    calls.write_text("no record of a call\n")
    copy.write_text(
        copy.read_text() + f"sources: {{office: {{reader: m365, path: {report}}}, "
        f"calls: {{reader: asterisk, path: {calls}}}}}\n",
        encoding="utf-8",
    )
    done = run("mail", "ingest")
    assert "office: 1 of 1 files held something new" in done.stdout
    assert "calls" not in done.stdout
    run("collect")
    database_rows = [{"source": "calls", "sort": "site", "value": "room 7", "candidates": "[]", "count": 9}]
    World(database).put(
        "unmatched", [{**row, "first_day": "2019-06-03", "last_day": "2019-06-03"} for row in database_rows]
    )
    assert "room 7" in run("evidence", "unmatched").stdout
    shown = run("mail", "unmatched").stdout
    assert "a@x.example" in shown
    assert "room 7" not in shown
    assert "calls" in run("evidence", "unreadable").stdout
    shown = run("mail", "quarantine").stdout
    assert "a name that is no address" in shown
    assert "calls" not in shown


def test_without_a_source_of_mail_that_is_said(copy: Path, database: Database) -> None:
    copy.write_text(
        copy.read_text() + "sources: {calls: {reader: asterisk, path: x.csv}}\n", encoding="utf-8"
    )
    assert "declares no source of mail" in str(run("mail", "ingest").exception)


def test_an_export_of_a_few_does_not_list_everybody_else(town: Project, tmp_path: Path) -> None:
    """The first findings of a sort stand for it; --sort lists them all."""
    export = tmp_path / "some.csv"
    export.write_text("Email,Name\n" + "".join(f"new{n}@hoabinh.example,New {n}\n" for n in range(25)))
    arguments = ("mail", "directory", str(export), "--column", "address=Email", "--column", "name=Name")
    done = run(*arguments)
    assert sum(line.startswith("joiner") for line in done.stdout.splitlines()) == 20
    assert "joiner: 5 more; --sort joiner lists them all" in done.stderr
    listed = run(*arguments, "--sort", "joiner")
    assert sum(line.startswith("joiner") for line in listed.stdout.splitlines()) == 25
