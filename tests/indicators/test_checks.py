"""Checks on both engines: the figures of the plan, measured values, declarations, command line, overview."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from opsconsole.catalogue import use_language
from opsconsole.cli import cli
from opsconsole.console.queries.needs import troubles
from opsconsole.errors import Refused
from opsconsole.indicators.checks import Finding, findings, sentence
from opsconsole.indicators.checks.finding import VERDICTS
from opsconsole.inventory.kinds.checks import LISTS, SINGLE, SORTS
from opsconsole.store.database import Database
from opsconsole.strictyaml import ProblemsFound
from tests.indicators.world import COMMUNE_A, DISTRICT, MERGED
from tests.inventory.project import Project

ROOT = Path(__file__).parents[2]
SEED = ROOT / "inventory"
PLAN = ROOT / "tests" / "data" / "plan-144-2019-section-1.txt"

# FACTS of the plan, and nothing else: (check, expected, stated, difference).
CONFLICTS = [
    ("144/departments-resolved", 12340, 12338, -2),
    ("144/resolved-share", 97.3, 98, 0.7),
    ("144/websites", 32, 31, -1),
    ("press/documents-electronic", 40, 30, -10),
    ("press/documents-parallel", 90, 70, -20),
]
UNDEFINED = [
    "144/conference-sessions",
    "144/departments-balance",
    "144/level3-cases",
    "144/level4-cases",
    "144/mail-regular",
    "144/transactions",
]
RIGHT = [
    "144/departments-early-share",
    "144/departments-in-province",
    "144/departments-late-share",
    "144/departments-on-time-share",
    "144/departments-shares",
    "144/documents-exchanged",
    "144/one-stop-communes",
    "144/one-stop-share",
    "144/services",
    "144/services-on-portal",
    "press/documents-internal",
    "press/documents-portal",
]
NOT_CHECKABLE = ["measured/assets", "measured/conference-sessions", "press/portal-services"]


@pytest.fixture
def project(database: Database, tmp_path: Path) -> Project:
    (tmp_path / "copy").mkdir()
    return Project(tmp_path / "copy", database)


@pytest.fixture
def seed(project: Project) -> Project:
    """The declared figures and checks that come with the product; nothing measured."""
    for folder in ("rules", "indicators", "figures", "checks"):
        shutil.copytree(SEED / folder, project.root / "inventory" / folder)
    project.apply()
    return project


def found_in(database: Database, year: int | None = 2019) -> dict[str, Finding]:
    with database.read() as reader:
        return {finding.check: finding for finding in findings(reader, year)}


def by_verdict(found: Iterable[Finding], verdict: str) -> list[str]:
    return [finding.check for finding in found if finding.verdict == verdict]


# --- the figures of the plan -----------------------------------------------------------------


def test_the_plan_s_conflicts_are_found_the_undefined_told_and_what_is_right_passes(seed: Project) -> None:
    found = found_in(seed.database)
    assert [
        (one.check, one.data["expected"], one.data["stated"], one.data["difference"])
        for one in found.values()
        if one.verdict == "conflict"
    ] == CONFLICTS
    assert by_verdict(found.values(), "undefined") == UNDEFINED
    assert by_verdict(found.values(), "ok") == RIGHT
    assert by_verdict(found.values(), "not checkable") == NOT_CHECKABLE
    assert found["144/departments-balance"].implied == 583
    assert "583 is implied" in sentence(found["144/departments-balance"])
    assert "10.825" in sentence(found["144/transactions"])
    assert sentence(found["144/services"]) == "368 + 108 = 476; stated: 476"
    assert (
        sentence(found["144/departments-shares"])
        == "67.53 + 31.6 + 0.88 = 100.01; stated: 100, which rounding allows"
    )


def test_every_finding_says_where_each_figure_is_written(seed: Project) -> None:
    lines = (SEED / "figures" / "2019.yaml").read_text(encoding="utf-8").splitlines()
    for finding in found_in(seed.database).values():
        assert finding.where
        for term in finding.where:
            if term.operand.startswith("observed:"):
                continue
            assert term.file == "inventory/figures/2019.yaml"
            assert lines[term.line - 1].strip() == f"{term.operand}:"
            assert term.source
            assert term.place.startswith("mục I.") == term.operand.startswith("144/")


def test_every_figure_of_the_plan_quotes_words_of_it_that_hold_its_value() -> None:
    text = " ".join(PLAN.read_text(encoding="utf-8").split())
    items = yaml.load((SEED / "figures" / "2019.yaml").read_bytes(), Loader=yaml.BaseLoader)["items"]
    quoted = {key: item for key, item in items.items() if key.startswith("144/")}
    assert len(quoted) > 30
    for key, item in quoted.items():
        assert item["quote"] in text, key
        # As the text writes numbers: 40.988 or 3899, 67,53, 04.
        numbers = {
            float(number.replace(".", "").replace(",", "."))
            for number in re.findall(r"\d+(?:[.,]\d+)*", item["quote"])
        }
        assert float(item["value"]) in numbers, key


def test_every_number_of_the_plan_that_counts_something_is_a_figure() -> None:
    text = PLAN.read_text(encoding="utf-8")
    # Not figures: section numbers, levels of services, dates, decrees, "4 cấp".
    for words in (r"\d+/\d+/\d+", r"\d+/\d+/NĐ-CP", r"mức độ \d(, \d)?", r"4 cấp", r"(?m)^\d\.", r"tháng 7",
                  r"năm 20\d\d", r"Năm 2019", r"NĂM 20\d\d"):  # fmt: skip
        text = re.sub(words, "", text)
    counted = [float(n.replace(".", "").replace(",", ".")) for n in re.findall(r"\d+(?:[.,]\d+)*", text)]
    items = yaml.load((SEED / "figures" / "2019.yaml").read_bytes(), Loader=yaml.BaseLoader)["items"]
    declared = [float(item["value"]) for key, item in items.items() if key.startswith("144/")]
    assert sorted(counted) == sorted(declared)


def test_a_figure_that_was_withdrawn_is_not_held_against_anything(seed: Project) -> None:
    path = seed.root / "inventory" / "figures" / "2019.yaml"
    text = path.read_text(encoding="utf-8")
    ended = text.replace(
        "  144/websites-i4:\n", "  144/websites-i4:\n    withdrawn: {date: 2019-12-01, reason: đính chính}\n"
    )
    seed.write("figures/2019.yaml", ended.encode())
    seed.apply()
    found = found_in(seed.database)["144/websites"]
    assert (found.verdict, sentence(found)) == ("not checkable", "figure '144/websites-i4' was withdrawn")


def test_a_check_that_was_withdrawn_finds_nothing_and_one_belongs_to_its_year(seed: Project) -> None:
    seed.write(
        "checks/2019.yaml",
        (SEED / "checks" / "2019.yaml")
        .read_text(encoding="utf-8")
        .replace("  144/websites:\n", "  144/websites:\n    withdrawn: {date: 2019-12-01, reason: thừa}\n")
        .encode(),
    )
    seed.apply()
    assert "144/websites" not in found_in(seed.database)
    assert found_in(seed.database, 2020) == {}
    assert found_in(seed.database, None).keys() == found_in(seed.database, 2019).keys()


# --- measured values -------------------------------------------------------------------------

HEAD = "kind: checks\ndefaults: {name: tên, name-en: name, year: 2019}\nitems:\n"


INDICATOR = """\
    kind: indicators
    items:
      mail.issued: {name: chỉ tiêu, name-en: indicator, measure: mail.issued, unit-of-measure: percent,
                    direction: up, version: 1}
"""


def observe(
    database: Database, unit: str, level: str, period: str, value: float | None, **fields: object
) -> None:
    """A current observation of mail.issued."""
    row = {"province": database.province, "indicator": "mail.issued", "unit_id": unit, "level": level,
           "period": period, "sequence": 1, "version": 1, "rule": "", "numerator": 1.0, "value": value,
           "inputs": "{}", "cut_off": "", "measured_at": "", "reason": "", "current": 1, **fields}  # fmt: skip
    with database.write() as writer:
        writer.insert("observation", list(row), [list(row.values())])  # type: ignore[list-item]


def test_measured_values_of_a_level_a_unit_and_an_era_are_held_against_figures(project: Project) -> None:
    database = project.database
    observe(database, "", "all", "2019", 80.1)
    observe(database, DISTRICT, "district", "2019-06", 0.1 + 0.2)
    observe(database, COMMUNE_A, "commune", "2019-06", 50.0)
    observe(database, MERGED, "commune", "2019-06", 7.0)
    observe(database, MERGED, "commune", "2019-06", 9.0, sequence=0, current=0)
    observe(database, "", "commune", "2019-06", None)
    project.write("indicators.yaml", INDICATOR)
    project.write(
        "figures.yaml",
        "kind: figures\ndefaults: {name: n, period: 2019, unit-of-measure: '%', source: s}\n"
        "items:\n  all: {value: 80.1}\n  tenths: {value: 0.3}\n",
    )
    project.write(
        "checks.yaml",
        HEAD
        + "  a-level: {sort: equal, figures: [all, observed:mail.issued/all/2019]}\n"
        + "  a-unit: {sort: equal, figures: [tenths, observed:mail.issued/148/2019-06]}\n"
        + f"  an-era: {{sort: bounds, figures: ['observed:mail.issued/{MERGED}/2019-06'], most: 8}}\n"
        + "  off: {sort: equal, figures: [tenths, observed:mail.issued/04900/2019-06]}\n"
        + "  unknown: {sort: equal, figures: [tenths, observed:mail.issued/commune/2019-06]}\n"
        + "  never: {sort: equal, figures: [tenths, observed:mail.issued/all/2018]}\n",
    )
    project.apply()
    found = found_in(project.database)
    assert {key: one.verdict for key, one in found.items()} == {
        "off": "conflict", "never": "not checkable", "unknown": "not checkable",
        "a-level": "ok", "a-unit": "ok", "an-era": "ok",
    }  # fmt: skip
    assert (found["off"].stated, found["off"].difference) == (50, found["off"].stated - found["off"].expected)
    assert "observed:mail.issued/all/2018" in sentence(found["never"])
    term = found["a-level"].where[1]
    assert (term.name, term.unit_of_measure, term.place) == (
        "indicator",
        "percent",
        "whole province",
    )


def test_a_code_that_was_measured_for_two_eras_asks_for_one_of_them(project: Project) -> None:
    for start in ("2017-10-15", "2019-06-20"):
        observe(project.database, f"04900@{start}", "commune", "2019-06", 50.0)
    project.write("indicators.yaml", INDICATOR)
    project.write(
        "checks.yaml", HEAD + "  c: {sort: bounds, figures: [observed:mail.issued/04900/2019-06], most: 8}\n"
    )
    project.apply()
    found = found_in(project.database)["c"]
    assert (found.verdict, found.reason) == ("not checkable", "missing")
    assert "name one by its id" in sentence(found)


def test_another_province_s_figures_are_not_seen(seed: Project) -> None:
    other = Database(seed.database.url, "other")
    with other.read() as reader:
        assert findings(reader) == ()


# --- declarations ----------------------------------------------------------------------------

FIGURES = """\
    kind: figures
    defaults: {name: n, period: 2019, unit-of-measure: hồ sơ, source: s}
    items:
      a: {value: 1}
      b: {value: 2}
      c: {value: 3}
      none: {value: 0}
      p: {value: 5, unit-of-measure: "%"}
"""


@pytest.mark.parametrize(
    ("item", "column", "words"),
    [
        ("{sort: sum, parts: [a, x], whole: c}", "parts", "names figure 'x', which is not declared"),
        ("{sort: sum, parts: [a, b], whole: x}", "whole", "names figure 'x', which is not declared"),
        (
            "{sort: bounds, figures: [observed:mail.x/all/2019], most: 1}",
            "figures",
            "names indicator 'mail.x'",
        ),
        ("{sort: bounds, figures: [observed:mail.x/all], most: 1}", "figures", "must be the key of a figure"),
        ("{sort: bounds, figures: ['observed:mail.x/all/2019-13'], most: 1}", "figures", "must be the key"),
        ("{sort: ratio, part: a, whole: none, share: b, decimals: 0}", "whole", "'whole' of check 'k' is 0"),
        ("{sort: ratio, part: a, whole: 0.0, share: b, decimals: 0}", "whole", "'whole' of check 'k' is 0"),
        ("{sort: ratio, part: a, whole: b, share: c}", "sort", "lacks 'decimals:'"),
        ("{sort: ratio, part: 1, whole: b, share: c, decimals: 1}", "part", "must be the key of a figure"),
        ("{sort: ratio, part: a, whole: a, share: c, decimals: 1}", "part", "compares 'a' with itself"),
        ("{sort: sum, parts: [a, c], whole: c}", "whole", "compares 'c' with itself"),
        ("{sort: sum, parts: [a, a], whole: c}", "parts", "holds 'a' twice"),
        ("{sort: sum, parts: [a], whole: c}", "parts", "names 1; sort 'sum' needs 2 at least"),
        ("{sort: sum, parts: [a, 5], whole: c}", "parts", "must be the key of a figure"),
        ("{sort: sum, whole: c}", "sort", "check 'k' of sort 'sum' lacks 'parts:'"),
        ("{sort: sum, parts: [a, b], whole: c, share: a}", "share", "a check of sort 'sum' has no 'share'"),
        ("{sort: equal, figures: [a]}", "figures", "names 1; sort 'equal' needs 2 at least"),
        ("{sort: bounds, figures: [a]}", "sort", "bounds nothing"),
        ("{sort: bounds, figures: [a], least: 2, most: 1}", "most", "nothing would ever pass"),
        ("{sort: bounds, figures: [a], most: a}", "most", "compares 'a' with itself"),
        (
            "{sort: balance, received: [a], resolved: [b], closing: [a]}",
            "closing",
            "compares 'a' with itself",
        ),
        ("{sort: balance, received: [a], resolved: [b], closing: []}", "closing", "needs 1 at least"),
        ("{sort: monotone, figures: []}", "figures", "names 0; sort 'monotone' needs 2 at least"),
        ("{sort: defined, figures: [a], decimals: 1}", "decimals", "of sort 'defined' has no 'decimals'"),
        ("{sort: sums, parts: [a, b], whole: c}", "sort", "did you mean 'sum'"),
    ],
)
def test_a_check_that_cannot_say_anything_is_refused_at_its_place(
    project: Project, item: str, column: str, words: str
) -> None:
    project.write("figures.yaml", FIGURES)
    project.write("checks.yaml", f"{HEAD}  k: {item}\n")
    with pytest.raises(ProblemsFound) as refused:
        project.apply()
    matching = [problem for problem in refused.value.problems if words in problem.message]
    assert len(matching) == 1, refused.value
    assert (matching[0].file, matching[0].line) == ("inventory/checks.yaml", 4)
    assert matching[0].column >= f"  k: {item}".index(f"{column}:")


def test_figures_declared_long_before_are_known_to_a_check(project: Project) -> None:
    project.write("figures.yaml", FIGURES)
    project.apply()
    project.write("checks.yaml", f"{HEAD}  k: {{sort: sum, parts: [a, b], whole: c}}\n")
    project.apply()
    assert found_in(project.database)["k"].verdict == "ok"
    project.write("checks.yaml", f"{HEAD}  k: {{sort: ratio, part: a, whole: none, share: p, decimals: 0}}\n")
    project.apply()  # the value stands in the register only, and may change: the finding tells
    assert found_in(project.database)["k"].reason == "zero"


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("x: {value: 1, meaning: undefined}", "write 'note:'"),
        ("12.5: {value: 1}", "take the key '12.5' for a number"),
        ("x: {value: 1, period: 2019-13}", "must be a period"),
        ("x: {value: 1, period: 2019-02-30/2019-03-01}", "must be a period"),
        ("x: {value: 1, period: 2019-03-02/2019-03-01}", "days in their order"),
        ("x: {value: 1234567890.1234567}", "more than 15 digits"),
        ("x: {value: 1, meaning: vague, note: n}", "must be one of undefined, ambiguous"),
    ],
)
def test_a_figure_that_no_check_could_use_is_refused_at_its_place(
    project: Project, item: str, words: str
) -> None:
    project.write(
        "figures.yaml",
        "kind: figures\ndefaults: {name: n, period: 2019, unit-of-measure: u, source: s}\n"
        f"items:\n  {item}\n",
    )
    with pytest.raises(ProblemsFound) as refused:
        project.apply()
    assert [problem.line for problem in refused.value.problems if words in problem.message] == [4]


@pytest.mark.parametrize(
    "value", ["999999999999.999", "-0.000000001", "123456789012345", "0.1", "1000000000000"]
)
def test_a_stored_figure_is_the_written_one_to_the_last_digit(project: Project, value: str) -> None:
    project.write(
        "figures.yaml",
        "kind: figures\ndefaults: {name: n, period: 2019, unit-of-measure: u, source: s}\n"
        f"items:\n  x: {{value: {value}}}\n  y: {{value: {value}}}\n",
    )
    project.write(
        "checks.yaml",
        f"{HEAD}  same: {{sort: bounds, figures: [x], least: {value}, most: {value}}}\n"
        f"  again: {{sort: equal, figures: [x, y]}}\n",
    )
    project.apply()
    assert {one.verdict for one in found_in(project.database).values()} == {"ok"}


def test_the_roles_of_every_sort_are_fields_of_the_kind() -> None:
    for sort in SORTS.values():
        assert {*sort.needs, *sort.may} <= {*LISTS, *SINGLE, "decimals"}


# --- command line and overview ---------------------------------------------------------------


@pytest.fixture
def command(seed: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    config = tmp_path / "config.yaml"
    config.write_text("province: test\nlanguage: en\nyear: 2019\n", encoding="utf-8")
    monkeypatch.setenv("OPSCONSOLE_CONFIG", str(config))
    monkeypatch.setenv("OPSCONSOLE_DATABASE", seed.database.url)
    return seed


def run(*arguments: str) -> Result:
    done = CliRunner().invoke(cli, arguments, standalone_mode=False)
    assert done.exception is None or isinstance(done.exception, (SystemExit, Refused)), done.output
    return done


def test_check_lists_each_finding_with_its_places_and_exits_1_while_a_conflict_stands(
    command: Project,
) -> None:
    done = run("check")
    assert done.return_value == 1
    blocks = done.stdout.split("\n\n")
    assert blocks[0].splitlines()[:3] == [
        "in conflict: Cases early, on time and late make the cases resolved (144/departments-resolved)",
        "  8,332 + 3,899 + 109 = 12,340; stated: 12,338",
        "  expected 12,340 cases, stated 12,338 cases, difference −2",
    ]
    assert re.fullmatch(
        r"    144/departments-resolved: 12,338 cases, Kế hoạch 144/KH-UBND .*, mục I\.3, gạch đầu dòng 1 "
        r"\(inventory/figures/2019\.yaml:\d+\)",
        blocks[0].splitlines()[-1],
    )
    assert "implied opening balance: 583" in done.stdout
    assert done.stdout.splitlines()[-1] == (
        "2019, 26 checks: 5 in conflict, 6 undefined, 3 not checkable, 12 in order"
    )
    found = json.loads(run("check", "--json").stdout)
    assert [one["check"] for one in found if one["verdict"] == "conflict"] == [row[0] for row in CONFLICTS]
    assert run("check", "--json").return_value == 1
    assert found[0]["where"][0]["line"] > 0


def test_check_exits_0_when_no_conflict_stands(command: Project) -> None:
    other = run("check", "--year", "2020")
    assert (other.return_value, other.stdout) == (0, "")
    assert "No check of 2020" in other.stderr
    command.write("checks/2019.yaml", "kind: checks\nitems:\n")
    path = command.root / "inventory" / "checks" / "2019.yaml"
    seed = yaml.load((SEED / "checks" / "2019.yaml").read_bytes(), Loader=yaml.BaseLoader)
    for key, item in seed["items"].items():
        if key in {row[0] for row in CONFLICTS}:
            item["withdrawn"] = {"date": "2019-12-01", "reason": "đã đính chính"}
    command.write("checks/2019.yaml", yaml.safe_dump(seed, allow_unicode=True).encode())
    assert path.exists()
    command.apply()
    assert run("check").return_value == 0


def test_what_figures_say_cannot_steer_the_terminal(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("figures.yaml", FIGURES)
    project.write("checks.yaml", f"{HEAD}  k: {{sort: equal, figures: [a, b]}}\n")
    project.apply()
    with project.database.write() as writer:
        writer.execute(
            "UPDATE figure SET place = :evil, unit_of_measure = :evil",
            {"evil": "\x1b]52;c;eA==\x07[/]\u202e"},
        )
    monkeypatch.setenv("OPSCONSOLE_DATABASE", project.database.url)
    config = tmp_path / "config.yaml"
    config.write_text("province: test\nlanguage: en\nyear: 2019\n", encoding="utf-8")
    monkeypatch.setenv("OPSCONSOLE_CONFIG", str(config))
    shown = run("check").stdout
    assert "<U+001B>]52" in shown
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)


def test_the_overview_has_a_line_for_figures_in_conflict(seed: Project) -> None:
    with seed.database.read() as reader:
        now = dt.datetime(2020, 12, 31, tzinfo=dt.UTC)
        asked = (set[dt.date](), (), now)
        every = troubles(reader, seed.settings, 2019, dt.date(2019, 12, 31), *asked)
        found = {one.sort: one for one in every}
        none = {one.sort for one in troubles(reader, seed.settings, 2020, dt.date(2020, 12, 31), *asked)}
    assert found["conflicts"].count == len(CONFLICTS)
    assert found["conflicts"].samples[0] == (
        "Cases early, on time and late make the cases resolved: 8,332 + 3,899 + 109 = 12,340; stated: 12,338"
    )
    assert "conflicts" not in none


def test_every_sentence_has_its_vietnamese(seed: Project) -> None:
    found = found_in(seed.database).values()
    english = {one.check: sentence(one) for one in found}
    use_language("vi")
    for one in found:
        assert one.title == one.name
        assert sentence(one) != english[one.check]
    assert set(VERDICTS) == {one.verdict for one in found}
