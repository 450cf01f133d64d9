"""Issued reports: numbered without a gap, frozen, verified against file and register, corrected by new ones."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace
from pathlib import Path

import pytest

from opsconsole.errors import Refused
from opsconsole.indicators.measure import measure
from opsconsole.reports import issue as module
from opsconsole.reports.compare import compare, side
from opsconsole.reports.issue import Written, draft, issue
from opsconsole.reports.issued import issued, named, one, quoted
from opsconsole.reports.order import Order
from opsconsole.reports.verify import verify
from opsconsole.settings import Settings
from opsconsole.store.changes import verify as verify_chain
from opsconsole.store.database import Database
from tests.indicators.world import LATER, ZONE
from tests.reports.conftest import PEOPLE_MAY, SQLITE

DAY = dt.date(2020, 2, 5)
USAGE, YEARLY = Order("usage", "2019-07"), Order("yearly", "2019")
PEOPLE = Order("mail-people", "2019-07", "158")
NAMED = replace(PEOPLE, people=True, why="asked for by the inspectorate")
EVERY = ("docx", "pdf", "xlsx", "html", "md", "csv", "json")


def _issue(database: Database, settings: Settings, **more: object) -> Written:
    given = {"actor": "somebody", "on": DAY, "formats": ("html",), **more}
    return issue(database, settings, USAGE, **given)  # type: ignore[arg-type]


def _file(written: Written, ending: str) -> Path:
    return next(path for path in written.files if path.name.endswith(ending))


def test_numbers_run_without_a_gap_in_each_year(database: Database, settings: Settings) -> None:
    first, second = _issue(database, settings), _issue(database, settings)
    later = _issue(database, settings, on=dt.date(2021, 1, 4))
    assert [(each.year, each.number) for each in (first, second, later)] == [(2020, 1), (2020, 2), (2021, 1)]
    assert first.sign == "01/BC-STTTT"
    assert "ngày 05 tháng 02 năm 2020" in _file(first, ".html").read_text("utf-8")
    with database.read() as reader:
        assert [each.name for each in issued(reader)] == ["2021/1", "2020/2", "2020/1"]
        assert not verify_chain(reader).findings


def test_an_issue_that_fails_leaves_no_number_and_no_folder(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_anything: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(module, "_placed", broken)
        with pytest.raises(OSError, match="No space"):
            _issue(database, settings)
    with database.read() as reader:
        assert issued(reader) == []
    assert settings.reports.folder is not None
    assert list(settings.reports.folder.iterdir()) == []
    assert _issue(database, settings).number == 1


def test_a_file_is_the_one_issued_in_every_format_and_recomputes(
    database: Database, settings: Settings
) -> None:
    written = _issue(database, settings, formats=EVERY)
    assert len(written.files) >= len(EVERY)
    with database.read() as reader:
        for path in written.files:
            found = verify(reader, path, timezone=ZONE, recompute=path.suffix == ".json")
            assert (found.state, found.chain) == ("issued", True), path
        found = verify(reader, _file(written, ".json"), timezone=ZONE)
    assert found.holds
    assert len(found.figures) == written.figures > 10


@pytest.mark.parametrize("ending", [".docx", ".pdf", ".xlsx", ".html", ".md", ".json", ".about.csv"])
def test_a_changed_byte_is_seen_and_what_the_file_claims_is_said(
    database: Database, settings: Settings, tmp_path: Path, ending: str
) -> None:
    written = _issue(database, settings, formats=EVERY)
    forged = tmp_path / f"forged{ending}"
    forged.write_bytes(_file(written, ending).read_bytes() + b"\n")
    with database.read() as reader:
        found = verify(reader, forged, timezone=ZONE)
    assert (found.state, found.holds) == ("altered", False)
    assert "01/BC-STTTT" in found.claims


def test_what_is_no_report_is_unknown_and_a_draft_is_a_draft(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    other = tmp_path / "other.pdf"
    other.write_bytes(os.urandom(2000))
    made = draft(database, settings, USAGE, actor="somebody", formats=EVERY)
    with database.read() as reader:
        assert verify(reader, other, timezone=ZONE).state == "unknown"
        for ending in (".docx", ".pdf", ".xlsx", ".html", ".md", ".json"):
            assert verify(reader, _file(made, ending), timezone=ZONE).state == "draft", ending
    assert "DỰ THẢO" in _file(made, ".html").read_text("utf-8")


def test_the_history_has_the_issue_and_a_swapped_digest_is_found(
    database: Database, settings: Settings
) -> None:
    written = _issue(database, settings)
    with database.read() as reader:
        row = reader.row(
            "SELECT reason, actor, plan FROM revision WHERE province = :province ORDER BY number DESC LIMIT 1"
        )
        assert row is not None
        assert row[0].startswith("report 01/BC-STTTT")
        assert (row[1], row[2]) == ("somebody", one(reader, 2020, 1).manifest)
    with pytest.raises(Exception, match="only ever added"), database.write() as writer:
        writer.execute("UPDATE report SET title = 'x'")
    with pytest.raises(Exception, match="only ever added"), database.write() as writer:
        writer.execute("DELETE FROM report_file")
    assert written.number == 1


def test_late_evidence_changes_the_figure_and_not_the_report(database: Database, settings: Settings) -> None:
    written = _issue(database, settings)
    before = _file(written, ".html").read_bytes()
    with database.write() as writer:
        writer.execute("UPDATE mail_activity SET login_days = 2147483647 WHERE month = '2019-07'")
        writer.execute("UPDATE coverage SET lines = lines + 1 WHERE day = '2019-07-01'")
        measure(writer, 2019, timezone=ZONE, today=LATER)
    with database.read() as reader:
        found = verify(reader, _file(written, ".html"), timezone=ZONE)
    assert (found.state, found.holds) == ("issued", False)
    changed = {each.key: each for each in found.figures if each.state == "changed"}
    assert "mail.regular/all/2019-07" in changed
    assert changed["mail.regular/all/2019-07"].now == "100.0 %"  # in the language of who asks
    assert _file(written, ".html").read_bytes() == before

    correction = _issue(database, settings, corrects=(2020, 1), corrects_reason="nhật ký về muộn")
    text = _file(correction, ".html").read_text("utf-8")
    assert "đính chính Báo cáo số 01/BC-STTTT ngày 05/02/2020: nhật ký về muộn" in text
    with database.read() as reader:
        assert one(reader, 2020, 1).corrected_by == ((2020, 2),)
        assert one(reader, 2020, 2).corrects == (2020, 1)
        different = {
            each.name: each
            for each in compare(side(reader, "2020/1"), side(reader, "2020/2"))
            if not each.same
        }
    assert different["regular"].second == "100,0 %"
    assert different["regular"].difference is not None
    assert different["regular"].difference > 0
    assert "hours" not in different


@SQLITE
def test_an_altered_observation_is_told_from_a_changed_one(settings: Settings, database: Database) -> None:
    written = _issue(database, settings)
    with database.write() as writer:
        writer.execute(
            "UPDATE observation SET value = 99.5 WHERE indicator = 'mail.regular' AND unit_id = '' AND level = 'all'"
            " AND period = '2019-07'"
        )
    with database.read() as reader:
        found = verify(reader, _file(written, ".html"), timezone=ZONE)
    states = {each.key: each.state for each in found.figures}
    assert states["mail.regular/all/2019-07"] == "altered"


def test_figures_in_conflict_need_a_written_reason_which_is_printed(
    database: Database, settings: Settings
) -> None:
    with pytest.raises(Refused, match=r"97[.,]3"):
        issue(
            database,
            settings,
            YEARLY,
            actor="somebody",
            on=DAY,
            formats=("html",),
            conflict_reason="  ",
        )
    written = issue(
        database, settings, YEARLY, actor="somebody", on=DAY, formats=("html",),
        conflict_reason="Nguyên văn kế hoạch 144",
    )  # fmt: skip
    assert "Vẫn ban hành, vì: Nguyên văn kế hoạch 144" in _file(written, ".html").read_text("utf-8")
    with database.read() as reader:
        kept = one(reader, 2020, 1)
        assert kept.conflict_reason == "Nguyên văn kế hoạch 144"
        assert len(kept.conflicts) == 11
        assert len(quoted(reader, 2020, 1)) == written.figures


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"corrects": (2020, 7), "corrects_reason": "x"}, "no report 7 of 2020"),
        ({"corrects": (2020, 1), "corrects_reason": " "}, "--why"),
    ],
)
def test_a_correction_names_what_it_corrects(
    database: Database, settings: Settings, more: dict[str, object], says: str
) -> None:
    _issue(database, settings)
    with pytest.raises(Refused, match=says):
        _issue(database, settings, **more)


@SQLITE
def test_a_correction_of_another_report_is_refused(settings: Settings, database: Database) -> None:
    _issue(database, settings)
    with pytest.raises(Refused, match="cannot correct it"):
        issue(
            database,
            settings,
            Order("usage", "2019-08"),
            actor="a",
            on=DAY,
            corrects=(2020, 1),
            corrects_reason="x",
        )


def test_people_are_numbers_unless_one_may_name_them_and_that_is_recorded(
    database: Database, settings: Settings
) -> None:
    with database.read() as reader:
        addresses = [key for (key,) in reader.rows("SELECT key FROM account WHERE province = :province")]
    plain = draft(database, settings, PEOPLE, actor="somebody", formats=EVERY)
    for path in plain.files:
        content = path.read_bytes()
        assert not any(address.encode() in content for address in addresses), path
    with pytest.raises(Refused, match="may not make lists of people"):
        draft(database, settings, NAMED, actor="somebody")
    with database.read() as reader:
        before = reader.value("SELECT revision FROM register WHERE province = :province")
    allowed = draft(
        database,
        settings,
        NAMED,
        actor=PEOPLE_MAY,
        formats=("md",),
    )
    text = allowed.files[0].read_text("utf-8").replace("\\", "")
    assert any(address in text for address in addresses)
    with database.read() as reader:
        row = reader.row(
            "SELECT number, actor, reason FROM revision WHERE province = :province ORDER BY number DESC LIMIT 1"
        )
    assert row is not None
    assert (row[0], row[1]) == (before + 1, PEOPLE_MAY)
    assert "mail-people" in row[2]
    assert row[2].endswith("asked for by the inspectorate")


@SQLITE
def test_an_anchor_follows_each_issue(settings: Settings, tmp_path: Path, database: Database) -> None:
    anchored = replace(settings, anchors=tmp_path / "anchors.txt")
    written = _issue(database, anchored)
    lines = (tmp_path / "anchors.txt").read_text().splitlines()
    assert len(lines) == 1
    assert lines[0].split()[2] == str(written.revision + 1)


@pytest.mark.parametrize("text", ["2020", "20/1", "2020/", "2020/x", "../1", "2020/1 "])
def test_only_year_and_number_name_a_report(text: str) -> None:
    with pytest.raises(Refused, match="YEAR/NUMBER"):
        named(text)


@SQLITE
def test_compare_takes_json_files_and_refuses_others(
    settings: Settings, tmp_path: Path, database: Database
) -> None:
    made = draft(database, settings, USAGE, actor="a", formats=("json",))
    bad = tmp_path / "bad.json"
    bad.write_text('{"figures": 3}')
    with database.read() as reader:
        first = side(reader, str(made.files[0]))
        assert all(each.same for each in compare(first, first))
        with pytest.raises(Refused, match="not the JSON file"):
            side(reader, str(bad))
        with pytest.raises(Refused, match="neither"):
            side(reader, "report.pdf")
