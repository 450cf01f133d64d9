"""opsconsole measure, observations and targets as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from opsconsole.cli import cli
from opsconsole.errors import Refused
from opsconsole.store.database import Database
from tests.indicators.world import DEPARTMENT, DISTRICT, World, weekdays


@pytest.fixture
def world(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    config = tmp_path / "config.yaml"
    config.write_text("province: test\nlanguage: en\nyear: 2019\n", encoding="utf-8")
    monkeypatch.setenv("OPSCONSOLE_CONFIG", str(config))
    monkeypatch.setenv("OPSCONSOLE_DATABASE", database.url)
    world = World(database)
    world.hoa_binh()
    world.rule()
    world.indicator("mail.regular.pooled")
    world.indicator("assets.count", "count")
    world.covered("2019-06-01", "2019-06-14")
    for number in range(3):
        world.mailbox(f"m{number}", DISTRICT)
        world.use(f"m{number}", "2019-06", weekdays("2019-06", 4 + number))
    world.asset("pc", DEPARTMENT)
    return world


def run(*arguments: str) -> Result:
    done = CliRunner().invoke(cli, arguments)
    assert done.exception is None or isinstance(done.exception, (SystemExit, Refused)), done.output
    return done


def test_measure_counts_on_standard_output_and_narrates_beside_it(world: World) -> None:
    first = run("measure", "--month", "6", "--json")
    counts = json.loads(first.stdout)
    assert counts["periods"] == ["2019-06", "2019"]
    assert counts["new"] > 0
    again = run("measure", "--month", "6")
    assert again.stdout == f"2019: 0 new, 0 superseded, {counts['new']} unchanged\n"
    assert "indicators and periods; the others cannot have changed" in again.stderr


def test_measure_of_what_cannot_be_measured_says_why(world: World) -> None:
    world.run("UPDATE rule SET ended = '2019-01-01'")
    done = run("measure")
    assert done.exit_code == 1
    assert "write 'rule:'" in str(done.exception)


def test_observations_show_value_parts_bounds_and_rule(world: World) -> None:
    run("measure", "--month", "6")
    shown = run(
        "observations", "--period", "2019-06", "--indicator", "mail.regular.pooled", "--level", "district"
    )
    lines = shown.stdout.splitlines()
    assert lines[0].split() == [
        "indicator",
        "period",
        "level",
        "unit",
        "value",
        "numerator",
        "denominator",
        "bounds",
        "rule",
    ]
    unit = next(line for line in lines if DISTRICT in line)
    assert "[red]" in unit  # a name is shown as it is, never interpreted
    assert "66.7 %" in unit
    assert "0.0 – 100.0" in unit
    assert unit.endswith("mail-regular/1")


def test_observations_without_a_unit_or_level_are_the_totals(world: World) -> None:
    run("measure", "--month", "6")
    found = json.loads(run("observations", "--period", "2019-06", "--json").stdout)
    assert {one["unit_id"] for one in found} == {""}
    of_unit = json.loads(run("observations", "--unit", "148", "--period", "2019-06", "--json").stdout)
    assert {one["unit_id"] for one in of_unit} == {DISTRICT}
    assert of_unit[1]["inputs"]["asked"] == 20


def test_superseded_observations_come_with_their_reason(world: World) -> None:
    run("measure", "--month", "6")
    world.run("UPDATE mail_activity SET login_days = 0 WHERE account = 'm1'")
    run("measure", "--month", "6", "--reason", "sửa nhật ký")
    shown = run(
        "observations",
        "--period",
        "2019-06",
        "--unit",
        "148",
        "--superseded",
        "--indicator",
        "mail.regular.pooled",
    )
    assert "2. sửa nhật ký: the evidence changed" in shown.stdout
    assert len(shown.stdout.splitlines()) == 3


def test_a_period_by_its_name_is_measured_shown_and_explained(world: World) -> None:
    done = run("measure", "--period", "2019-06@15", "--period", "2019-Q2")
    assert done.stdout.startswith("2019-06@15, 2019-Q2: ")
    shown = run("observations", "--period", "2019-06@15", "--indicator", "mail.regular.pooled")
    assert "2019-06@15" in shown.stdout
    lines = run("explain", "mail.regular.pooled", "--period", "2019-06@15", "--level", "district").stdout
    assert "month 6/2019 (15/05/2019 – 14/06/2019)" in lines
    assert "recomputed" in lines
    lines = run("explain", "mail.regular.pooled", "--period", "2019-H1").stdout
    assert "'opsconsole measure --period 2019-H1' does" in lines
    assert run("measure", "--period", "2019-06", "--year", "2019").exit_code == 2
    assert "is no period" in str(run("measure", "--period", "2019-Q9").exception)
    assert "is no period" in str(run("observations", "--period", "7/2019").exception)


def test_figures_as_of_a_day_and_through_another_tree_are_computed_and_not_kept(world: World) -> None:
    explained = run(
        "explain", "assets.count", "--period", "2019-06", "--unit", "148", "--below", "--as-of", "2019-06-10"
    )
    assert "with the units below it" in explained.stdout
    assert "is computed each time" in explained.stdout
    shown = run(
        "observations",
        "--period",
        "2019-06",
        "--units-as-of",
        "2019-09-01",
        "--level",
        "commune",
        "--indicator",
        "assets.count",
    )
    assert "units as they were on 01/09/2019" in shown.stderr
    assert "04906@2019-07-01" in shown.stdout
    assert "04900@" not in shown.stdout
    found = json.loads(run("observations", "--period", "2019-06", "--as-of", "2019-06-12", "--json").stdout)
    assert {(one["unit_id"], one["as_of"]) for one in found} == {("", "2019-06-12")}
    assert run("observations", "--period", "2019-06").stdout == ""


def test_what_reports_quote_is_listed_with_what_changed(world: World) -> None:
    from opsconsole.indicators.asking import Key
    from opsconsole.indicators.frozen import freeze

    assert "No issued report" in run("observations", "--frozen").stderr
    run("measure", "--month", "6")
    with world.database.write() as writer:
        freeze(
            writer,
            "12/BC",
            [Key(code, "", "all", "2019-06") for code in ("assets.count", "mail.regular.pooled")],
        )
    world.run("UPDATE asset SET ended = '2019-06-02'")
    lines = run("observations", "--frozen").stdout.splitlines()
    assert ["the register changed" in line for line in lines] == [False, True, False]
    assert "the same value" in lines[2]
    found = json.loads(run("observations", "--quoted-by", "12/BC", "--json").stdout)
    assert [(one["indicator"], one["same"]) for one in found] == [
        ("assets.count", False),
        ("mail.regular.pooled", True),
    ]
    assert run("observations", "--quoted-by", "99", "--json").stdout.strip() == "[]"


def test_nothing_measured_is_said_beside_the_data(world: World) -> None:
    done = run("observations")
    assert done.stdout == ""
    assert "opsconsole measure" in done.stderr
    assert "no indicator 'mail.reglar' is declared" in str(
        run("observations", "--indicator", "mail.reglar").exception
    )
    assert "no unit with the code '99999'" in str(run("observations", "--unit", "99999").exception)


def test_targets_say_their_status_in_words(world: World) -> None:
    world.target("a", "mail.regular.pooled", 80.0)
    world.target("b", "assets.count", 1.0)
    world.target("c", "mail.regular.pooled", 50.0, level="commune")
    run("measure")
    shown = run("targets", "--as-of", "2019-06-30").stdout.splitlines()
    assert shown[0].split()[:4] == ["indicator", "level", "target", "so"]
    assert [line.rsplit("  ", 1)[-1] for line in shown[1:]] == ["on track", "behind", "no data"]
    assert "30/06/2019" in shown[2]
    found = json.loads(run("targets", "--as-of", "2019-06-30", "--json").stdout)
    assert [one["status"] for one in found] == ["on track", "behind", "no data"]


def test_the_targets_of_a_unit_are_its_own_and_those_of_its_level(world: World) -> None:
    world.target("a", "mail.regular.pooled", 80.0, pace="linear")
    world.target("u", "assets.count", 1.0, level="district", unit_id=DISTRICT, pace="linear")
    world.asset("pc-2", DISTRICT)
    run("measure")
    shown = run("targets", "--as-of", "2019-06-30", "--unit", "148").stdout.splitlines()
    assert len(shown) == 3
    assert f"Đơn vị [red]{DISTRICT} (148)  " in shown[1]
    assert "(148), target of: whole province" in shown[2]
    found = json.loads(run("targets", "--as-of", "2019-06-30", "--unit", DISTRICT, "--json").stdout)
    assert [(one["indicator"], one["of_level"], one["unit_id"]) for one in found] == [
        ("assets.count", "", DISTRICT),
        ("mail.regular.pooled", "all", DISTRICT),
    ]
    unknown = run("targets", "--unit", "99999", "--as-of", "2019-06-30")
    assert unknown.exit_code == 1
    assert "no unit has the code '99999'" in str(unknown.exception)
    assert "asks anything of unit 17" in run("targets", "--year", "2018", "--unit", "17").stderr


def test_a_projection_is_shown_with_its_interval(world: World) -> None:
    world.target("b", "assets.count", 10.0, pace="linear")
    for month in range(2, 6):
        for number in range(month * month):
            world.asset(f"pc-{month}-{number}", DISTRICT, bought=f"2019-{month:02d}-10")
    run("measure")
    shown = run("targets", "--as-of", "2019-05-31").stdout.splitlines()[1]
    assert "(" in shown
    assert " – " in shown


def test_a_year_without_targets_is_said_and_a_bad_date_is_wrong_usage(world: World) -> None:
    assert "2018" in run("targets", "--year", "2018").stderr
    assert run("targets", "--as-of", "31/13/2019").exit_code == 2


# --- explain -------------------------------------------------------------------------------------


def test_explain_prints_a_figure_down_to_its_rows(world: World) -> None:
    world.source("mail", 3)
    run("measure", "--month", "6")
    done = run("explain", "mail.regular.pooled", "--unit", "148", "--period", "2019-06", "--rows", "2")
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert lines[0] == "mail.regular.pooled indicator mail.regular.pooled"
    assert "value: 66.7 % = 2 / 3; bounds 0.0 – 100.0" in lines
    assert "recomputed: the same, from the rows below" in lines
    assert "rule: mail-regular/1: một nửa số ngày" in lines
    assert "evidence: 10 of 20 days have logs" in lines
    assert "files: mail.log (file 3) up to byte 4,711" in lines
    assert any(line.startswith("days missing: 17/06/2019, 18/06/2019") for line in lines)
    at = next(place for place, line in enumerate(lines) if line.startswith("mailbox "))
    assert "1 4 0 1" in lines[at + 1 :]
    assert lines[-1] == "… and 1 more rows; '--rows 0' shows all"
    assert "m0" not in done.stdout
    assert "[red]" in done.stdout  # the unit's name, never interpreted
    assert done.stderr == ""


def test_explain_names_mailboxes_when_asked_and_says_so_beside(world: World) -> None:
    run("measure", "--month", "6")
    done = run("explain", "mail.regular.pooled", "--period", "2019-06", "--people")
    lines = [line.split() for line in done.stdout.splitlines()]
    heads = next(line for line in lines if line[:1] == ["mailbox"])
    assert "m0" in [line[0] for line in lines[lines.index(heads) + 1 :] if line]
    assert "personal data" in done.stderr
    assert run("explain", "assets.count", "--period", "2019-06", "--people").stderr == ""


def test_explain_gives_both_values_where_something_changed(world: World) -> None:
    run("measure", "--month", "6")
    world.run("UPDATE asset SET ended = '2019-06-02'")
    lines = [
        " ".join(line.split())
        for line in run("explain", "assets.count", "--period", "2019-06").stdout.splitlines()
    ]
    assert [line for line in lines if line.startswith(("value", "now", "changed"))] == [
        "value: 1",
        "now: 0",
        "changed since: the register changed",
    ]


def test_explain_as_json_has_all_rows_or_as_many_as_asked(world: World) -> None:
    run("measure", "--month", "6")
    asked = ("explain", "mail.regular.pooled", "--period", "2019-06", "--json")
    found = json.loads(run(*asked).stdout)
    assert (len(found["rows"]), found["row_count"], found["now"]["value"]) == (3, 3, pytest.approx(200 / 3))
    assert sum(row["numerator"] for row in found["rows"]) == found["stored"]["numerator"] == 2
    assert len(json.loads(run(*asked, "--rows", "1").stdout)["rows"]) == 1


def test_measure_says_how_much_it_had_to_measure(world: World) -> None:
    assert "measured 26 of 26" in run("measure").stderr
    assert "measured 0 of 26" in run("measure").stderr
    assert "measured 26 of 26" in run("measure", "--all").stderr


def test_measuring_by_a_rule_of_another_version_shows_what_that_makes(world: World) -> None:
    run("measure", "--month", "6")
    world.run("UPDATE rule SET version = 2, least_share_of_days = 0.01, least_days = 1")
    done = run("measure", "--period", "2019-06", "--all")
    assert "what another rule makes of it" in done.stderr
    shown = [line for line in done.stdout.splitlines() if line.startswith("mail.regular.pooled")]
    assert "mail-regular/1 → mail-regular/2" in shown[0]
    assert "whole province" in shown[0]
    assert shown[0].split()[-4:] == ["66.7", "%", "100.0", "%"]
    again = run("measure", "--period", "2019-06", "--all")
    assert "→" not in again.stdout, "nothing changed since"
