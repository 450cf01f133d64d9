"""``opsconsole units`` on the real units, in a database of either engine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from opsconsole.cli import cli
from opsconsole.errors import Refused
from opsconsole.store.database import Database
from opsconsole.units import registry
from tests.units.test_hoa_binh import real
from tests.units.worlds import made, province, unit

__all__ = ["real"]


class Console:
    """Runs the command line on one database."""

    def __init__(self, database: Database, root: Path) -> None:
        self.database = database
        self.config = root / "config.yaml"
        self.config.write_text(
            f"province: {database.province}\ndatabase: {database.url}\nlanguage: en\n", encoding="utf-8"
        )

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(cli, ["--config", str(self.config), "units", *arguments])

    def says(self, *arguments: str) -> str:
        result = self.run(*arguments)
        assert result.exception is None, result.exception
        return result.output

    def json(self, *arguments: str) -> Any:
        return json.loads(self.says(*arguments, "--json"))

    def refusal(self, *arguments: str) -> str:
        result = self.run(*arguments)
        assert isinstance(result.exception, Refused), result.output
        return str(result.exception)


@pytest.fixture
def console(database: Database, tmp_path: Path, real: Any) -> Console:
    with database.write() as writer:
        registry.write(writer, real)
    return Console(database, tmp_path)


@pytest.mark.parametrize(
    ("day", "count"),
    [("2019-08-06", 210), ("2020-04-01", 151), ("2021-03-01", 151), ("2025-08-01", 46)],
)
def test_list_counts_the_communes_of_the_day(console: Console, day: str, count: int) -> None:
    assert console.json("list", "--level", "commune", "--as-of", day)["count"] == count
    said = console.says("list", "--level", "commune", "--as-of", day).splitlines()
    assert len(said) == count + 1
    assert said[-1].startswith(f"{count} units on ")


def test_list_under_a_unit_shows_only_what_is_below_it(console: Console) -> None:
    said = console.says("list", "--under", "151", "--as-of", "2019-08-06").splitlines()
    assert said[0] == "04894    Thị trấn Kỳ Sơn"
    assert said[-1] == "10 units on 06/08/2019"


def test_list_before_units_are_known_says_from_when_they_are(console: Console) -> None:
    assert console.says("list", "--as-of", "2000-01-01").splitlines() == [
        "0 units on 01/01/2000",
        "units are known from 15/10/2017 on",
    ]


def test_show_tells_where_a_unit_came_from_and_what_is_above(console: Console) -> None:
    said = console.says("show", "05128", "--as-of", "2020-06-01")
    assert "05128  Thị trấn Mãn Đức" in said
    assert "155 Huyện Tân Lạc › 17 Tỉnh Hoà Bình" in said
    assert "05128 Thị trấn Mường Khến, 05146 Xã Quy Hậu, 05155 Xã Mãn Đức (830/NQ-UBTVQH14)" in said
    assert "05128 Xã Tân Lạc (1676/NQ-UBTVQH15)" in said
    assert "from 01/01/2020 to 30/06/2025" in said
    assert "0 assets, 0 mailboxes, 0 sites" in said


def test_show_as_json_has_the_unit_and_its_surroundings(console: Console) -> None:
    shown = console.json("show", "05128", "--as-of", "2019-06-01")
    assert shown["unit"]["name"] == "Thị trấn Mường Khến"
    assert [each["code"] for each in shown["above"]] == ["155", "17"]
    assert shown["holds"] == {"assets": 0, "mailboxes": 0, "sites": 0}


def test_show_of_a_code_that_ended_says_what_it_became(console: Console) -> None:
    said = console.refusal("show", "05146", "--as-of", "2021-01-01")
    assert said == (
        "unit '05146' does not stand on 01/01/2021: "
        "it was Xã Quy Hậu until 31/12/2019 and became 05128 Thị trấn Mãn Đức"
    )


def test_trace_tells_the_history_of_a_code_in_order(console: Console) -> None:
    assert console.says("trace", "04834").splitlines() == [
        "15/10/2017  04834 Xã Đồng Nghê as first recorded",
        "15/10/2017  04837 Xã Suối Nánh as first recorded",
        "01/01/2020  04837 Xã Nánh Nghê ← 04834 Xã Đồng Nghê, 04837 Xã Suối Nánh: merged, new name "
        "(830/NQ-UBTVQH14)",
        "01/03/2020  04834 Xã Nánh Nghê ← 04837 Xã Nánh Nghê: new code (gso-2020-03)",
        "01/07/2025  04846 Xã Đức Nhàn ← 04834 Xã Nánh Nghê, 04846 Xã Mường Chiềng: merged, new name, "
        "new parent (1676/NQ-UBTVQH15)",
        "stands still: 04846 Xã Đức Nhàn",
    ]


def test_map_marks_a_split_and_names_what_else_is_in_the_new_unit(console: Console) -> None:
    said = console.says("map", "04810", "--from", "2019-08-06", "--to", "2020-04-01").splitlines()
    assert said == [
        "04810 Phường Chăm Mát → 04819 Phường Dân Chủ (a part)",
        "04810 Phường Chăm Mát → 04828 Phường Thống Nhất (a part, with what it held)",
        "04819 Phường Dân Chủ holds 04819 Xã Dân Chủ too, which was not asked for",
        "04828 Phường Thống Nhất holds 04828 Xã Thống Nhất too, which was not asked for",
        "split, so that figures before and after do not compare: 04810 Phường Chăm Mát",
    ]


def test_map_back_in_time(console: Console) -> None:
    mapped = console.json("map", "05128", "--from", "2020-04-01", "--to", "2019-08-06")
    assert [row["to"]["code"] for row in mapped["rows"]] == ["05128", "05146", "05155"]
    assert mapped["splits"] == []


def test_without_units_the_commands_say_what_to_do(sqlite_database: Database, tmp_path: Path) -> None:
    assert "run 'opsconsole apply'" in Console(sqlite_database, tmp_path).refusal("list")


def test_a_hostile_name_can_not_steer_the_terminal(sqlite_database: Database, tmp_path: Path) -> None:
    with sqlite_database.write() as writer:
        registry.write(writer, made({}, province(a3=unit("Xã \x1b]52;c;YQ==\x07[red]x[/]"))))
    said = Console(sqlite_database, tmp_path).says("list", "--as-of", "2020-01-01")
    assert "\x1b" not in said
    assert "Xã <U+001B>]52;c;YQ==<U+0007>[red]x[/]" in said
