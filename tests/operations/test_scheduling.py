"""What people type and what calendars say becomes declared sessions, after clashes and plan were shown."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from opsconsole.catalogue import use_language
from opsconsole.cli import cli
from opsconsole.errors import Refused
from opsconsole.operations.conference.scheduling import with_keys
from opsconsole.operations.conference.sessions import next_key
from opsconsole.operations.conference.typed import (
    Names,
    kind_called,
    split_names,
    typed_end,
    typed_moment,
)
from opsconsole.store.database import Database
from tests.operations.test_calendars import calendar, event
from tests.operations.world import ZONE, add_session, at, fill, session

DECLARED = """
kind: units
items:
  "17": {name: Tỉnh Hoà Bình, type: tỉnh, level: province, from: 2017-10-15, source: list}
  "150": {name: Huyện Đà Bắc, type: huyện, level: district, parent: "17", from: 2017-10-15, source: list}
  "04832": {name: Xã Tu Lý, type: xã, level: commune, parent: "150", from: 2017-10-15, source: list}
  "04835": {name: Xã Hào Lý, type: xã, level: commune, parent: "150", from: 2017-10-15, source: list}
"""
SITES = """
kind: sites
unit: "17"
as_of: 2019-08-06
items:
  DC-17: {name: Điểm cầu tỉnh Hoà Bình, endpoint: mcu, address: "sip:17@hop.example", bandwidth-mbps: 4, room: P1}
  DC-17-2: {name: Điểm cầu tỉnh Hoà Bình số 2, endpoint: codec, room: p1}
  DC-150: {name: Điểm cầu huyện Đà Bắc, endpoint: codec, unit: "150", aliases: [UBND huyện Đà Bắc]}
  DC-04832: {name: Điểm cầu xã Tu Lý, endpoint: software, unit: "04832"}
  DC-04835: {name: Điểm cầu xã Hào Lý, endpoint: software, unit: "04835"}
"""
PEOPLE = """
kind: people
unit: "17"
as_of: 2019-08-06
items:
  P1: {name: Bùi Văn Trực}
"""

Run = Callable[..., Result]


@pytest.fixture
def run(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A working copy with declared units, sites and a person, applied; runs ``opsconsole …``."""
    (tmp_path / "inventory").mkdir()
    for name, text in (("units", DECLARED), ("sites", SITES), ("people", PEOPLE)):
        (tmp_path / "inventory" / f"{name}.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "config.yaml").write_text(
        f"province: test\nlanguage: en\nyear: 2019\ndatabase: {database.url}\n", encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(cli, list(arguments), standalone_mode=False)

    result = invoke("apply", "--yes")
    assert result.exception is None, result.exception
    return invoke


PLAN = (
    "conference", "plan", "--title", "Giao ban: tháng 9", "--start", "05/09/2019 8:00", "--end", "9h30", "--kind", "province-d",
    "--host", "DC-17", "--site", "UBND huyện Đà Bắc", "--site", "communes 150", "--operator", "P1", "--agenda", "08:00 Khai mạc",
)  # fmt: skip


def test_the_operator_is_known_by_id_or_name_and_nobody_else(database: Database, run: Run) -> None:
    with database.read() as reader:
        names = Names(reader, "2019-09-05")
    assert names.operator("P1") == names.operator(" bui van truc") == ("P1", "Bùi Văn Trực")
    assert names.operator("") == ("", "")
    with pytest.raises(Refused, match="nobody of the staff"):
        names.operator("P9")


def test_a_session_is_planned_shown_and_only_then_written(run: Run, tmp_path: Path) -> None:
    shown = run(*PLAN)
    assert shown.return_value == 2
    assert "HN-2019-001  05/09/2019 08:00–09:30  Giao ban: tháng 9  4 sites" in shown.stdout
    assert "+    sites: [DC-150, DC-04835, DC-04832]" in shown.stdout
    assert run("plan").return_value == 0  # nothing was written
    done = run(*PLAN, "--apply", "--yes", "--reason", "lịch tháng 9")
    assert done.return_value == 0
    assert "Applied as revision 2." in done.stdout
    assert run("plan").return_value == 0
    data = json.loads(run("conference", "show", "HN-2019-001", "--json").stdout)["session"]
    assert (data["operator"], data["agenda"], data["host"]) == ("P1", ["08:00 Khai mạc"], "DC-17")
    assert "lịch tháng 9" in run("history", "HN-2019-001").stdout


def test_clashes_are_shown_and_stop_what_nobody_reads(run: Run) -> None:
    run(*PLAN, "--apply", "--yes")
    more = (
        "conference",
        "plan",
        "--title",
        "Khác",
        "--start",
        "2019-09-05 09:00",
        "--host",
        "DC-17-2",
        "--site",
        "DC-150",
        "--operator",
        "P1",
        "--rate",
        "9",
    )
    shown = run(*more).stdout
    for words in (
        "clash: HN-2019-002: Điểm cầu huyện Đà Bắc is in HN-2019-001",
        "clash: HN-2019-002: the room of Điểm cầu tỉnh Hoà Bình số 2 (p1) is taken by Điểm cầu tỉnh Hoà Bình",
        "clash: HN-2019-002: Bùi Văn Trực runs HN-2019-001",
    ):
        assert words in shown
    stopped = run(*more, "--apply", "--yes")
    assert "something clashes" in str(stopped.exception)
    assert run("plan").return_value == 0
    assert run(*more, "--apply", "--yes", "--despite-clashes").return_value == 0


def test_a_calendar_is_taken_twice_and_stands_once(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "moi.ics"
    series = event("RRULE:FREQ=WEEKLY;COUNT=3", "LOCATION:Điểm cầu tỉnh Hoà Bình", 'ATTENDEE;CN="UBND huyện Đà Bắc":mailto:a@b.vn', "ATTENDEE:mailto:ai@do.vn", uid="họp-1")  # fmt: skip
    file.write_bytes(calendar(*series))
    take = (
        "conference",
        "plan",
        str(file),
        "--from",
        "2019-01-01",
        "--to",
        "2019-12-31",
        "--kind",
        "province-d",
        "--apply",
        "--yes",
    )
    done = run(*take)
    assert done.return_value == 0
    assert "no sites are: ai@do.vn" in done.stderr
    listed = run("conference", "list", "--from", "2019-01-01", "--to", "2019-12-31").stdout.splitlines()
    assert [line.split("  ")[1] for line in listed] == [
        "07/01/2019 08:00–09:30", "14/01/2019 08:00–09:30", "21/01/2019 08:00–09:30",
    ]  # fmt: skip
    assert "Điểm cầu tỉnh Hoà Bình" in listed[0]
    again = run(*take)
    assert "Nothing to do" in again.stdout
    # one moved, one cancelled: the same sessions change
    changed = [
        *series,
        *event("RECURRENCE-ID;TZID=Asia/Ho_Chi_Minh:20190114T080000", "LOCATION:Điểm cầu tỉnh Hoà Bình", start="20190115T140000", end="20190115T150000", uid="họp-1"),
        *event("RECURRENCE-ID;TZID=Asia/Ho_Chi_Minh:20190121T080000", "STATUS:CANCELLED", start="20190121T080000", end="20190121T090000", uid="họp-1"),
    ]  # fmt: skip
    file.write_bytes(calendar(*changed))
    before = (tmp_path / "inventory/sessions/sessions.yaml").read_bytes()
    assert "limits stop this, so nothing was written" in str(run(*take).exception)
    assert (tmp_path / "inventory/sessions/sessions.yaml").read_bytes() == before
    assert run(*take, "--allow", "removals:sessions:all").return_value == 0
    listed = run(
        "conference", "list", "--from", "2019-01-01", "--to", "2019-12-31", "--all"
    ).stdout.splitlines()
    assert [line.split("  ")[:2] for line in listed] == [
        ["HN-2019-001", "07/01/2019 08:00–09:30"],
        ["HN-2019-002", "15/01/2019 14:00–15:00"],
        ["HN-2019-003", "21/01/2019 08:00–09:30"],
    ]
    assert listed[2].endswith("cancelled")
    assert "Nothing to do" in run(*take).stdout


@pytest.mark.parametrize(
    ("place", "invited", "kind"),
    [
        ("Điểm cầu tỉnh Hoà Bình", ["UBND huyện Đà Bắc"], "province-district"),
        ("UBND huyện Đà Bắc", ["Điểm cầu xã Tu Lý", "Điểm cầu xã Hào Lý"], "district-commune"),
        ("Điểm cầu tỉnh Hoà Bình", ["UBND huyện Đà Bắc", "Điểm cầu xã Tu Lý"], "other"),
        ("ngoài tỉnh", ["UBND huyện Đà Bắc"], "other"),
    ],
)
def test_the_kind_that_a_calendar_does_not_say_follows_from_its_sites(
    place: str, invited: list[str], kind: str, run: Run, tmp_path: Path
) -> None:
    people = [f'ATTENDEE;CN="{name}":mailto:a{n}@b.vn' for n, name in enumerate(invited)]
    (tmp_path / "moi.ics").write_bytes(calendar(*event(f"LOCATION:{place}", *people)))
    days = ("--from", "2019-01-01", "--to", "2019-12-31")
    assert f"kind: {kind}" in run("conference", "plan", "moi.ics", *days).stdout
    said = run("conference", "plan", "moi.ics", *days, "--kind", "central-province").stdout
    assert "kind: central-province" in said


def test_what_was_exported_changes_nothing_when_it_is_taken_back(run: Run, tmp_path: Path) -> None:
    run(*PLAN, "--apply", "--yes")
    run("conference", "export-ics", "HN-2019-001", "--out", "out.ics")
    back = run("conference", "plan", "out.ics", "--from", "2019-01-01", "--to", "2019-12-31")
    assert back.exception is None
    assert "Nothing to do" in back.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--title", "x"], "say what is planned: --title and --start, or a calendar file"),
        (["--title", "x", "--start", "31/02/2019 08:00"], "is no date and time; write 05/09/2019 08:00"),
        (["--title", "x", "--start", "1/2/2019 08:00", "--end", "soon"], "is no end; write 09:30"),
        (["--title", "x", "--start", "1/2/2019 08:00", "--kind", "o/"], "is no kind of session"),
        (["--title", "x", "--start", "1/2/2019 08:00", "--host", "Điểm cầu xã"], "may be several sites: Điểm cầu xã Hào Lý (DC-04835), Điểm cầu xã Tu Lý"),
        (["--title", "x", "--start", "1/2/2019 08:00", "--site", "Hà Nội", "--site", "Sơn La"], "no site is called “Hà Nội”\nno site is called “Sơn La”"),
        (["no.ics"], "no.ics: cannot be read"),
        (["no.ics", "--title", "x"], "are what the calendar file says"),
    ],
)  # fmt: skip
def test_what_cannot_be_planned_says_why(run: Run, arguments: list[str], words: str) -> None:
    assert words in str(run("conference", "plan", *arguments).exception)


def test_an_operator_who_is_not_declared_is_an_error_of_the_file_that_would_be(run: Run) -> None:
    result = run(*PLAN[:-4], "--operator", "P9", "--apply", "--yes")
    assert "P9" in str(getattr(result.exception, "problems", result.exception))
    assert run("plan").return_value == 0


# --- small things ---------------------------------------------------------------------------------------


def test_sites_are_found_by_what_people_call_them(sqlite_database: Database) -> None:
    fill(sqlite_database)
    with sqlite_database.read() as reader:
        names = Names(reader, "2019-09-05")
    assert names.one("dc-150") == "DC-150"
    assert names.one("điểm cầu huyện đà bắc") == "DC-150"
    assert names.one("tu ly") == "DC-04832"
    assert names.many(["districts"]) == ("DC-150", "DC-148")
    assert names.many(["huyện", "xã 150", "DC-17"]) == ("DC-150", "DC-148", "DC-04835", "DC-04832", "DC-17")
    with pytest.raises(Refused, match="may be several sites"):
        names.one("Hòa Bình")
    with pytest.raises(Refused, match="there is no site of “xã 148”"):
        names.many(["xã 148"])
    assert split_names(" a ; b,c;; ") == ["a", "b,c"]


def test_moments_ends_and_kinds_as_people_type_them() -> None:
    today = dt.date(2019, 9, 5)
    start = typed_moment("5/9/2019 8h00", ZONE, today)
    assert start == at("08:00")
    for text in (" 2019-09-05T08:00 ", "hn 8:00", "hôm nay 8h", "5/9 8:00", "+0 8:00"):
        assert typed_moment(text, ZONE, today) == start, text
    for text in ("8:00", "hn", "hn 25:00", "31/2/2019 8:00", "5/9/2019 8:0"):
        with pytest.raises(Refused, match="no date and time"):
            typed_moment(text, ZONE, today)
    assert typed_end("9:30", start) == at("09:30")
    assert typed_end("90'", start) == at("09:30")
    assert typed_end("07:00", start) == at("07:00") + dt.timedelta(days=1)
    assert typed_end("06/09/2019 08:00", start) == at("08:00") + dt.timedelta(days=1)
    assert kind_called("district") == "district-commune"
    use_language("vi")
    assert kind_called("tỉnh - h".replace(" ", "")) == "province-district"
    with pytest.raises(Refused):
        kind_called("")


def test_keys_are_the_next_of_their_year(sqlite_database: Database) -> None:
    assert next_key(["HN-2019-009", "HN-2019-x", "HN-2020-050", "other"], 2019) == "HN-2019-010"
    assert next_key([], 2019) == "HN-2019-001"
    assert next_key(["HN-2019-999"], 2019) == "HN-2019-1000"
    fill(sqlite_database)
    with sqlite_database.write() as writer:
        add_session(writer, "HN-2019-007", uid="u", recurrence="2019-09-05T08:00")
    new = session("", "08:00", "09:00")
    known = session("", "10:00", "11:00", uid="u", recurrence="2019-09-05T08:00")
    with sqlite_database.read() as reader:
        found = with_keys(reader, [new, known, new], ZONE)
    assert [(one.key, there) for one, there in found] == [
        ("HN-2019-008", False), ("HN-2019-007", True), ("HN-2019-009", False),
    ]  # fmt: skip
