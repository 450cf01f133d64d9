"""What waits for somebody: alerts, sites, certificates, handovers, warranties; each a key away from its place."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from opsconsole.catalogue import use_language
from opsconsole.console.actions import ACTIONS, reachable
from opsconsole.console.queries.needs import Trouble, troubles
from opsconsole.console.screens.needs import key_of
from opsconsole.console.solving import WAY_OF_EVENT, WAYS
from opsconsole.settings import Settings
from opsconsole.store.clock import instant_text
from opsconsole.store.database import Database
from tests.console.conftest import NOW, MakeConsole, settings_of
from tests.console.driving import Driver
from tests.console.filled import declared, fill, insert

ESC = "\x1b"
HOSTILE = f"[red]đỏ[/] [/ {ESC}]52;c;QUFB\x07"
DAY = dt.date(2019, 12, 31)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("en")


def raise_alert(
    database: Database, event: str, subject: str, detail: str = "…", closed: str | None = None
) -> None:
    with database.write() as writer:
        number = (writer.value("SELECT max(id) FROM alert WHERE province = :province") or 0) + 1
        insert(
            writer,
            "alert",
            [
                {
                    "id": number,
                    "event": event,
                    "subject": subject,
                    "detail": detail,
                    "opened_at": f"2019-12-30T0{number}:00:00.000000Z",
                    "closed_at": closed,
                }
            ],
        )


def tried(database: Database, site: str, run: str, state: str, cause: str, *checks: tuple[str, str]) -> None:
    kept = [{"name": "tls", "ok": True, "milliseconds": 1, "cause": c, "detail": d} for c, d in checks]
    with database.write() as writer:
        insert(
            writer,
            "preflight_result",
            [
                {
                    "run": f"2019-12-{run}T00:00:00.000000Z",
                    "site": site,
                    "session": "",
                    "state": state,
                    "cause": cause,
                    "milliseconds": None,
                    "checks": json.dumps({"address": "10.0.0.1", "checks": kept}),
                    "actor": "job",
                }
            ],
        )


def mark(database: Database, session: str, number: int, sort: str, corrects: int | None = None) -> None:
    with database.write() as writer:
        insert(
            writer,
            "conference_mark",
            [
                {
                    "session": session,
                    "number": number,
                    "at": f"2019-12-20T0{number}:00:00.000000Z",
                    "about": f"2019-12-20T0{number}:00:00.000000Z",
                    "actor": "an",
                    "sort": sort,
                    "site": "",
                    "state": "",
                    "said": "codec of Đà Bắc is loud",
                    "corrects": corrects,
                    "origin": "person",
                }
            ],
        )


def found(database: Database, settings: Settings) -> dict[str, Trouble]:
    with database.read() as reader:
        return {one.sort: one for one in troubles(reader, settings, 2019, DAY, set(), (), NOW)}


def test_sites_are_judged_by_their_newest_attempt_and_certificates_by_what_it_saw(
    database: Database, tmp_path: Path
) -> None:
    fill(database)
    settings = settings_of(database, tmp_path)
    tried(database, "S-148", "01", "fail", "timeout")
    tried(database, "S-148", "30", "pass", "")
    tried(database, "S-150", "30", "fail", "refused")
    tried(database, "S-04810", "30", "pass", "tls-ends", ("tls-ends", "certificate ends in 9 days"))
    every = found(database, settings)
    assert every["sites"].things == (("S-150", "Điểm cầu 150: refused the connection"),)
    assert every["certificates"].things == (("S-04810", "Điểm cầu 04810: certificate ends in 9 days"),)
    # what was found longer ago than a month is no longer open
    with database.read() as reader:
        later = NOW + dt.timedelta(days=40)
        sorts = {one.sort for one in troubles(reader, settings, 2019, DAY, set(), (), later)}
    assert not sorts & {"sites", "certificates"}


def test_failed_logins_at_unknown_addresses_are_counted_by_source_not_by_address(
    database: Database, tmp_path: Path
) -> None:
    fill(database)
    settings = settings_of(database, tmp_path)
    before = found(database, settings)
    missed = [("mail", 545, "2019-01-02", "2019-12-31"), ("zimbra", 3, "2019-05-01", "2019-05-01")]
    with database.write() as writer:
        insert(
            writer,
            "unmatched",
            [
                {
                    "source": source,
                    "sort": "failed",
                    "value": "",
                    "candidates": "[]",
                    "count": count,
                    "first_day": first,
                    "last_day": last,
                }
                for source, count, first, last in missed
            ],
        )
    every = found(database, settings)
    assert "unmatched.failed" not in before
    one = every["unmatched.failed"]
    assert (one.count, one.words) == (548, "failed logins at unknown addresses")
    assert one.samples == ("mail: 545, 02/01/2019 – 31/12/2019", "zimbra: 3, 01/05/2019 – 01/05/2019")


def test_a_handover_is_open_until_somebody_takes_over_or_it_is_taken_back(
    database: Database, tmp_path: Path
) -> None:
    fill(database)
    settings = settings_of(database, tmp_path)
    for session in ("hop-010", "hop-011", "hop-012"):
        mark(database, session, 1, "handover")
    mark(database, "hop-011", 2, "takeover")
    mark(database, "hop-012", 2, "retract", corrects=1)
    every = found(database, settings)
    assert [key for key, _text in every["handovers"].things] == ["hop-010"]
    assert "codec of Đà Bắc is loud" in every["handovers"].samples[0]


def test_warranties_count_that_end_within_ninety_days(database: Database, tmp_path: Path) -> None:
    fill(database)
    settings = settings_of(database, tmp_path)
    with database.write() as writer:
        for number, until in enumerate(("2019-12-31", "2020-01-01", "2020-03-30", "2020-03-31"), 1):
            writer.execute(
                "UPDATE asset SET warranty_until = :until WHERE province = :province AND key = :key",
                {"until": until, "key": f"HB-{number:06}"},
            )
    one = found(database, settings)["warranties"]
    assert one.count == 2
    assert [text.split()[0] for text in one.samples] == ["HB-000002", "HB-000003"]


def test_every_way_has_a_key_of_its_own_on_the_overview() -> None:
    keys: dict[str, str] = {}
    for action in reachable({"overview", "app", "grid"}, read_only=False):
        for key in action.keys_now:
            assert key not in keys, f"{key}: {action.name} and {keys.get(key)}"
            keys[key] = action.name
    ways = {each.argument for each in ACTIONS if each.id == "solve"}
    assert {*WAYS.values(), *WAY_OF_EVENT.values()} == ways
    assert all(key_of(way) for way in ways)


async def test_alerts_stand_on_the_overview_and_in_the_line_of_state(
    console: MakeConsole, filled: Database
) -> None:
    raise_alert(filled, "job-late", "collect", "nothing ended well")
    raise_alert(filled, "check-conflict", "c1", HOSTILE)
    raise_alert(filled, "job-failed", "measure", "disk full", "2019-12-30T09:00:00.000000Z")
    async with console().run_test(size=(120, 40)) as pilot:
        driver = Driver(pilot)
        text = await driver.until("2  alerts that stand", "job late: collect", "2 alerts stand (!)")
        assert "measure" not in text
        assert ESC not in text
        line = next(each for each in text.splitlines() if "job late: collect" in each)
        assert line.split()[0] == "b"
        await driver.press("b")
        await driver.until("the disk is full", "[7 Jobs]")
        await driver.press("exclamation_mark")
        await driver.until("STANDS", "is over", "disk full", "2 stand", "<U+001B>]52")
        await driver.press("slash")
        await driver.type("collect")
        await driver.press("enter", "enter")
        await driver.until("[7 Jobs]", "filter: collect")


async def test_an_alert_that_has_no_page_is_shown_in_full(console: MakeConsole, filled: Database) -> None:
    raise_alert(filled, "threshold-passed", "disk /srv", "91 % of 85 %")
    async with console(page="overview").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("1 alert stands")
        await driver.press("exclamation_mark")
        await driver.until("threshold passed", "disk /srv")
        await driver.press("enter")
        await driver.until("91 % of 85 %", "Esc closes", "Nobody is told")


async def test_each_line_leads_to_where_it_is_solved(console: MakeConsole, filled: Database) -> None:
    tried(filled, "S-150", "30", "fail", "refused")
    tried(filled, "S-148", "30", "pass", "tls-ends", ("tls-ends", HOSTILE))
    mark(filled, "hop-012", 1, "handover")
    with filled.write() as writer:
        writer.execute("UPDATE asset SET warranty_until = '2020-02-01' WHERE key = 'HB-000002'")
    async with console().run_test(size=(250, 45)) as pilot:
        driver = Driver(pilot)
        await driver.until("sites that did not answer", "certificates that end", "<U+001B>]52")
        await driver.press("i")
        await driver.until("S-150", "Last changes")
        await driver.press("escape", "z")
        await driver.until("S-148", "Last changes")
        await driver.press("escape", "w")
        await driver.until(
            "[3 Assets]", "filter: warranty:2020-01-01..2020-03-30", "HB-000002", absent="HB-000003"
        )
        await driver.press("1", "x")
        await driver.until("Giao ban tháng 12", "[5 Sessions")
        await driver.press("1", "u")
        await driver.until("lạ@hoabinh.example ×3", "takes it in as another name")
        await driver.press("escape", "f")
        await driver.until("Jax 99")
        await driver.press("escape", "e")
        await driver.until("2019-02-27", "the job collect reads")
        await driver.press("escape", "t")
        await driver.until("[6 Targets]")
        await driver.press("1", "c")
        await driver.until("Nothing of that waits.")
        await driver.press("p")
        await driver.until("[8 Plan]")


async def test_sessions_of_today_and_of_the_week_are_named(console: MakeConsole, filled: Database) -> None:
    with filled.write() as writer:
        for key, start in (("hop-today", "2019-12-31T08:00"), ("hop-friday", "2020-01-03T14:00")):
            insert(
                writer,
                "session",
                [
                    declared(
                        key,
                        key,
                        title=f"{key} [/] {HOSTILE}",
                        kind="other",
                        starts_at=start,
                        ends_at=start[:11] + "16:00",
                        host="S-148",
                        sites="[]",
                        note=None,
                    )
                ],
            )
    async with console().run_test(size=(80, 40)) as pilot:
        driver = Driver(pilot)
        text = await driver.until("today 1, this week 2", "08:00–16:00", "hop-today [/] [red]")
        assert ESC not in text
        await driver.press("m")
        await driver.until("[5Sessions]", "hop-today")
        assert driver.app.page_of("sessions").grid.key == "hop-today"  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", ["en", "vi"])
async def test_shared_systems_are_a_key_away_and_each_figure_is_explained(
    console: MakeConsole, filled: Database, language: str
) -> None:
    use_language(language)
    with filled.write() as writer:
        insert(
            writer,
            "shared_system",
            [
                declared(
                    "mail",
                    "mail",
                    name=f"Thư {HOSTILE}",
                    name_en=f"Mail {HOSTILE}",
                    place=1,
                    section="I.4",
                    indicators='["mail.regular"]',
                    note=None,
                )
                | {"unit_id": None}
            ],
        )
    async with console().run_test(size=(120, 40)) as pilot:
        driver = Driver(pilot)
        text = await driver.until("Mail [red]đỏ" if language == "en" else "Thư [red]đỏ", "▼ 1")
        assert ESC not in text
        await driver.press("y")
        await driver.until("50.0 %" if language == "en" else "50,0 %", "I.4")
        await driver.press("j", "enter")
        await driver.until("rule: " if language == "en" else "quy tắc: ", "Esc")


async def test_running_jobs_are_counted_in_the_line_of_state(console: MakeConsole, filled: Database) -> None:
    with filled.write() as writer:
        writer.execute(
            "UPDATE job_run SET state = 'running', heartbeat_at = :now, finished_at = NULL"
            " WHERE slot LIKE '2019-03-02%'",
            {"now": instant_text(NOW)},
        )
    async with console().run_test(size=(100, 30)) as pilot:
        await Driver(pilot).until("1 job runs")
