"""The systems of the plan with their rows, and targets beside what was stated: on both engines, on the
command line, with what comes with the product."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from opsconsole.cli import cli
from opsconsole.indicators.journeys import assumed
from opsconsole.indicators.measure import COLUMNS, measure
from opsconsole.indicators.stated import newest, stated
from opsconsole.indicators.systems import System, SystemRow, systems
from opsconsole.store.database import Database
from tests.indicators.world import LATER, ZONE
from tests.inventory.project import Project

INVENTORY = Path(__file__).parents[2] / "inventory"
YEAR_END = dt.date(2019, 12, 31)


@pytest.fixture
def seed(database: Database, tmp_path: Path) -> Project:
    """All that comes with the product but the sample, measured."""
    (tmp_path / "copy").mkdir()
    project = Project(tmp_path / "copy", database)
    for folder in ("units", "rules", "rates", "indicators", "systems", "targets", "figures", "checks"):
        shutil.copytree(INVENTORY / folder, project.root / "inventory" / folder)
    project.apply()
    with database.write() as writer:
        measure(writer, 2019, timezone=ZONE, today=LATER)
    return project


def read(project: Project, year: int = 2019, day: dt.date = YEAR_END) -> dict[str, System]:
    with project.database.read() as reader:
        return {one.key: one for one in systems(reader, year, day)}


def row(project: Project, system: str, indicator: str, **where: object) -> SystemRow:
    return next(one for one in read(project, **where)[system].rows if one.indicator == indicator)  # type: ignore[arg-type]


def run(project: Project, *arguments: str, language: str = "en") -> Result:
    config = project.root / "config.yaml"
    config.write_text(
        f"province: {project.database.province}\ndatabase: {project.database.url}\n"
        f"language: {language}\nyear: 2019\n"
    )
    return CliRunner().invoke(cli, ["--config", str(config), *arguments])


def test_the_systems_come_in_the_order_of_the_plan_with_who_runs_them(seed: Project) -> None:
    found = read(seed)
    assert list(found) == [
        "portal", "services", "one-stop", "e-office", "signature", "mail", "conference", "equipment",
    ]  # fmt: skip
    assert found["one-stop"].section == "mục I.3, mục I.4"
    assert found["mail"].unit_name == "Sở Thông tin và Truyền thông"


def test_every_figure_of_section_i_that_a_reported_indicator_has_is_in_a_row(seed: Project) -> None:
    items = yaml.load((INVENTORY / "figures" / "2019.yaml").read_bytes(), Loader=yaml.BaseLoader)["items"]
    shown = {one.indicator: one for each in read(seed).values() for one in each.rows}
    replaced = {item.get("replaces") for item in items.values()}
    for key, item in items.items():
        if not key.startswith("144/"):
            continue
        one = shown[item["indicator"]]
        stands_for_all = "level" not in item and key not in replaced and not key.endswith("-resolved-share")
        if one.reported and stands_for_all:
            assert one.value == float(item["value"]), key


def test_a_row_says_until_when_it_is_known_and_what_the_source_leaves_open(seed: Project) -> None:
    received = row(seed, "one-stop", "onestop.received")
    assert (received.value, received.until, received.period, received.level) == (
        30163,
        "2019-07-30",
        "2019",
        "all",
    )
    assert row(seed, "one-stop", "onestop.transactions").meaning == "undefined"
    assert row(seed, "services", "services.level12").inexact == "about"
    share = row(seed, "one-stop", "onestop.resolved_share")
    assert share.value == pytest.approx(97.288, abs=0.001)
    # what is stated of the departments alone is shown as theirs
    early = row(seed, "one-stop", "onestop.early")
    assert (early.value, early.level) == (8332, "department")


def test_nothing_is_shown_before_it_is_known(seed: Project) -> None:
    assert row(seed, "one-stop", "onestop.received", day=dt.date(2019, 7, 29)).value is None
    assert row(seed, "one-stop", "onestop.received", day=dt.date(2019, 7, 30)).value == 30163


def test_a_row_stands_against_its_targets(seed: Project) -> None:
    mail = row(seed, "mail", "mail.issued")
    assert [one.level for one in mail.standings] == ["department", "district", "commune"]
    assert row(seed, "e-office", "documents.electronic", year=2020, day=LATER).standings[0].target == 90


def test_what_was_stated_of_a_year_says_which_figure_counts(seed: Project) -> None:
    with seed.database.read() as reader:
        found = newest(stated(reader, 2019))
        assert stated(reader, 2018) == []
    sites = found["portal.sites", "all"]
    assert [(one.value, one.counts) for one in sites] == [(31, True), (32, False)]
    assert found["documents.electronic", "all"][0].value == 30  # the plan of August, not the press of March
    assert ("onestop.early", "department") in found


def test_each_figure_of_section_i_is_shown_against_its_target_of_2020_or_told_to_have_none(
    seed: Project,
) -> None:
    found = json.loads(run(seed, "targets", "--year", "2020", "--json").output)
    items = yaml.load((INVENTORY / "figures" / "2019.yaml").read_bytes(), Loader=yaml.BaseLoader)["items"]
    told = {one["key"] for each in found for one in each["stated"]}
    assert told >= {key for key in items if key.startswith("144/")}
    with_target = [one for one in found if one["target"] is not None]
    assert all(one["basis"] for one in with_target)
    assert {one["status"] for one in found if one["target"] is None} == {"no target declared"}
    text = run(seed, "targets", "--year", "2020").output
    assert re.search(r"Official documents exchanged electronically only +whole province +30 % +90\.0 %", text)
    assert re.search(
        r"Member sites of the provincial portal +whole province +31 sites \(32\) +no target", text
    )


def test_the_targets_of_one_unit_are_without_the_figures_of_the_province(seed: Project) -> None:
    output = run(seed, "targets", "--year", "2020", "--unit", "148").output
    assert "no target declared" not in output


def test_systems_on_the_command_line(seed: Project) -> None:
    output = run(seed, "systems").output
    assert "Electronic one-stop desk" in output
    assert re.search(
        r"Transactions on the one-stop software +40,988 cases +30/07/2019 +no target.+not defined", output
    )
    assert re.search(r"Cases resolved early +8,332 cases .+department", output)
    data = json.loads(run(seed, "systems", "--json").output)
    assert data[0]["rows"][0]["value"] == 31
    assert data[0]["rows"][0]["unit_of_measure_en"] == "sites"


def test_observations_say_what_the_source_leaves_open(seed: Project) -> None:
    output = run(seed, "observations", "--indicator", "onestop.transactions").output
    assert re.search(r"whole province +40,988 cases +40,988 +not defined", output)


def test_a_figure_is_explained_on_the_command_line_with_document_place_and_who_applied_it(
    seed: Project,
) -> None:
    output = run(seed, "explain", "onestop.resolved_share", "--period", "2019").output
    assert "97.3 % = 29,345 / 30,163" in output
    assert "figure 144/cases-resolved-share (stated beside it, does not count): 98 %" in output
    assert "mục I.3, đoạn 2: “tiếp nhận 30.163 hồ sơ”" in output
    assert re.search(r"inventory/figures/2019\.yaml:\d+, revision 1, applied by tester on", output)


def test_without_systems_the_command_says_how_they_are_declared(
    sqlite_database: Database, tmp_path: Path
) -> None:
    (tmp_path / "copy").mkdir()
    result = run(Project(tmp_path / "copy", sqlite_database), "systems")
    assert "'kind: systems' declares them" in result.output + result.stderr


def test_a_real_figure_of_a_level_is_shown_before_a_sample_of_the_province(seed: Project) -> None:
    seed.write(
        "sample.yaml",
        """\
        kind: figures
        as_of: 2019-08-06
        sample: seed 1
        defaults: {name: n, unit-of-measure: hồ sơ, source: s, indicator: onestop.early}
        items:
          early: {period: 2019, value: 32784}
          paused: {indicator: onestop.transactions, period: 2019-09, value: 5}
        """,
    )
    seed.apply()
    with seed.database.write() as writer:
        measure(writer, 2019, timezone=ZONE, today=LATER)
    early = row(seed, "one-stop", "onestop.early")
    assert (early.value, early.level, early.sample) == (8332, "department", False)
    assert row(seed, "one-stop", "onestop.transactions").value == 40988


def test_the_cost_avoided_stands_beside_the_rates_that_it_was_worked_out_with(seed: Project) -> None:
    key = ("conference.cost_avoided", "", "all", "2019", 9, 1, "")
    value = (5_000_000.0, None, 5_000_000.0, 5_000_000.0, None, "{}", "2019-06-30", "2019-07-01", "", 1)
    with seed.database.write() as writer:
        writer.execute("DELETE FROM observation WHERE indicator = 'conference.cost_avoided'")
        writer.insert("observation", COLUMNS, [(writer.province, *key, *value)])
    output = run(seed, "systems", "--year", "2019").output
    assert re.search(r"Cost of journeys avoided by conferences \(by an assumption\) +5,000,000 VND", output)
    assert (
        "  assumption – Cost of journeys avoided by conferences (by an assumption): for each site that took part"
    ) in output
    assert "\n    Cost of a kilometre of travel: 4,000 VND/km (Thông tư 40/2017/TT-BTC" in output
    assert "\n    People who would travel from each site: 2 " in output
    rows = [each for one in json.loads(run(seed, "systems", "--json").output) for each in one["rows"]]
    told = {one["indicator"]: [rate["rate"] for rate in one["assumptions"]] for one in rows}
    assert told.pop("conference.cost_avoided") == ["travel-day", "travel-km", "travellers"]
    assert not any(told.values())
    output = run(seed, "systems", language="vi").output
    assert re.search(r"Chi phí đi lại tiết kiệm được .+ 5\.000\.000 đồng", output)
    assert "\n    Chi phí đi lại một ki-lô-mét: 4.000 đồng/km (Thông tư 40/2017/TT-BTC" in output


def test_a_rate_is_assumed_from_its_day_until_the_next_of_its_sort(seed: Project) -> None:
    with seed.database.write() as writer:
        writer.execute("UPDATE rate SET valid_from = '2019-03-01' WHERE rate = 'travel-km'")
    with seed.database.read() as reader:

        def kinds(first: str, last: str) -> list[str]:
            days = (dt.date.fromisoformat(day) for day in (first, last))
            return [one["rate"] for one in assumed(reader, *days)]

        assert kinds("2019-01-01", "2019-02-28") == ["travel-day", "travellers"]
        assert kinds("2019-01-01", "2019-03-01") == ["travel-day", "travel-km", "travellers"]
        assert kinds("2010-01-01", "2010-12-31") == []


UNITS = [  # command, in English, in Vietnamese
    (("targets", "--year", "2020"), "40,988 cases", "40.988 hồ sơ"),
    (("observations", "--indicator", "portal.sites"), "31 sites", "31 trang"),
    (("explain", "onestop.received", "--period", "2019"), "30,163 cases", "30.163 hồ sơ"),
    (("check", "--year", "2019"), "stated 12,338 cases", "12.338 hồ sơ"),
    (("systems",), "30,163 cases", "30.163 hồ sơ"),
]


@pytest.mark.parametrize(("command", "english", "vietnamese"), UNITS)
def test_units_of_measure_are_in_the_language_of_the_output(
    seed: Project, command: tuple[str, ...], english: str, vietnamese: str
) -> None:
    words = {
        "en": ("cases", "sites", "services", "procedures"),
        "vi": ("hồ sơ", "trang", "dịch vụ", "thủ tục"),
    }
    for language, own, other in (("en", english, "vi"), ("vi", vietnamese, "en")):
        output = run(seed, *command, language=language).output
        assert own in output, output
        # Of a quotation of a Vietnamese document the point in a number is told from a comma of ours.
        comma = "," if language == "en" else r"\."
        assert not re.search(rf"\d{comma}\d\d\d ({'|'.join(words[other])})\b", output)
