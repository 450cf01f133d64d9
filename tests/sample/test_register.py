"""The register at scale 1: how much of what, and that it hangs together."""

from __future__ import annotations

import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from opsconsole.errors import Refused
from opsconsole.inventory.kind import KEY_TEXT
from opsconsole.inventory.kinds import assets as asset_kind
from opsconsole.sample.assets import Asset
from opsconsole.sample.conference import Session, Site, sessions_of
from opsconsole.sample.days import year_of
from opsconsole.sample.frame import SampleUnit, apportion, read_units
from opsconsole.sample.hardware import CLASSES, MAKES
from opsconsole.sample.people import Account, Person
from opsconsole.sample.register import UnitSample, register
from opsconsole.sample.services import of_province
from opsconsole.text import fold


@pytest.fixture(scope="module")
def people(whole: list[UnitSample]) -> list[Person]:
    return [each for made in whole for each in made.people]


@pytest.fixture(scope="module")
def accounts(whole: list[UnitSample]) -> list[Account]:
    return [each for made in whole for each in made.accounts]


@pytest.fixture(scope="module")
def assets(whole: list[UnitSample]) -> list[Asset]:
    return [each for made in whole for each in made.assets]


@pytest.fixture(scope="module")
def sites(whole: list[UnitSample]) -> list[Site]:
    return [each for made in whole for each in made.sites]


@pytest.fixture(scope="module")
def sessions(sites: list[Site], units: list[SampleUnit]) -> list[Session]:
    return sessions_of(sites, {unit.code: unit.parent for unit in units}, year_of(2019, 42), 42)


# --- how much ------------------------------------------------------------------------------------


def test_units_are_those_of_august_2019(units: list[SampleUnit]) -> None:
    levels = Counter(unit.level for unit in units)
    assert levels == {"province": 1, "department": 22, "district": 11, "commune": 210}
    assert units[0].code == "17"


def test_counts_are_those_of_the_province(
    people: list[Person], accounts: list[Account], assets: list[Asset]
) -> None:
    assert len(people) == 8650
    assert len(accounts) == 7950
    assert Counter(account.type for account in accounts) == {"personal": 7600, "shared": 330, "system": 20}
    assert len([asset for asset in assets if not asset.disposed]) >= 20_000
    assert 0 < len([asset for asset in assets if asset.disposed]) < 1000


@pytest.mark.parametrize("seed", [1, 7])
def test_counts_do_not_depend_on_the_seed(units: list[SampleUnit], seed: int) -> None:
    made = list(register(units, seed, 1.0, 2019))
    assert sum(len(each.accounts) for each in made) == 7950
    assert sum(len(each.assets) for each in made) == 20_770


@pytest.mark.parametrize(("scale", "accounts", "assets"), [(0.1, 795, 2077), (2, 15900, 41540)])
def test_scale_multiplies(units: list[SampleUnit], scale: float, accounts: int, assets: int) -> None:
    made = list(register(units, 42, scale, 2019))
    assert sum(len(each.accounts) for each in made) == pytest.approx(
        accounts, rel=0.35 if scale < 1 else 0.001
    )
    assert sum(len(each.assets) for each in made) == pytest.approx(assets, rel=0.01)
    assert all(each.people and each.accounts and each.assets for each in made)


def test_a_commune_office_has_what_it_has(whole: list[UnitSample]) -> None:
    for made in whole:
        if made.unit.level != "commune":
            continue
        classes = Counter(asset.kind for asset in made.assets)
        assert {"desktop", "monitor", "printer", "ups", "switch", "router", "wifi", "scanner"} <= set(classes)
        assert not {"server", "firewall", "codec"} & set(classes)
        assert classes["desktop"] > classes["printer"] > classes["router"]
        assert 12 <= len(made.people) <= 45


def test_servers_stand_with_the_department_of_information(whole: list[UnitSample]) -> None:
    servers = {made.unit.code: sum(a.kind == "server" for a in made.assets) for made in whole}
    assert max(servers, key=lambda code: servers[code]) == "hb-11"
    assert servers["hb-11"] > 5
    assert {made.unit.code for made in whole if any(a.type == "system" for a in made.accounts)} == {"hb-11"}


def test_everyone_above_the_communes_has_a_mailbox(whole: list[UnitSample]) -> None:
    for made in whole:
        owners = {account.owner for account in made.accounts if account.owner}
        if made.unit.level == "commune":
            assert len(owners) < len(made.people)
        else:
            assert owners == {person.key for person in made.people}


# --- what must not be twice ----------------------------------------------------------------------


def test_keys_serials_and_addresses_are_unique(
    people: list[Person], accounts: list[Account], assets: list[Asset], sites: list[Site]
) -> None:
    addresses = [a.address for a in accounts] + [alias for a in accounts for alias in a.aliases]
    for values in (
        [person.key for person in people],
        addresses,
        [asset.tag for asset in assets],
        [asset.serial for asset in assets],
        [asset.mac for asset in assets if asset.mac],
        [site.key for site in sites],
        [fold(name) for site in sites for name in (site.key, site.name, *site.aliases)],
    ):
        assert [value for value, count in Counter(values).items() if count > 1] == []


def test_serials_and_hardware_addresses_stay_unique_past_the_first_hundred_thousand() -> None:
    from opsconsole.sample.frame import Chance
    from opsconsole.sample.hardware import Numbers

    numbers, chance = Numbers(), Chance(1, "numbers")
    assert len({numbers.serial("Dell", 2018, chance) for _each in range(150_000)}) == 150_000
    assert len({numbers.mac("Dell") for _each in range(150_000)}) == 150_000


# --- that it hangs together ----------------------------------------------------------------------


def test_hardware_addresses_begin_as_their_make_does(assets: list[Asset]) -> None:
    for asset in assets:
        make = next(make for make in MAKES if asset.model.startswith(make + " "))
        assert asset.mac is None or asset.mac.startswith(MAKES[make][0] + ":")
        assert asset.kind not in ("desktop", "server", "codec") or asset.mac


def test_every_make_and_class_is_known(assets: list[Asset]) -> None:
    assert {asset.kind for asset in assets} == set(asset_kind.CLASSES) == set(CLASSES)
    assert all(model.make in MAKES for _tag, _years, models in CLASSES.values() for model in models)


def test_dates_and_prices_of_assets_are_in_order(assets: list[Asset]) -> None:
    for asset in assets:
        assert "2011-01-01" <= asset.bought < asset.used_from <= "2019-08-06", asset.tag
        assert asset.warranty_until > asset.bought
        assert 100_000 < asset.price < 200_000_000
        assert asset.disposed is None or asset.used_from < asset.disposed[0] <= "2019-08-06"
    assert len({asset.bought[:4] for asset in assets}) == 9


def test_custodians_are_people_of_the_unit_who_have_not_left(whole: list[UnitSample]) -> None:
    for made in whole:
        here = {person.key for person in made.people if not person.left}
        held = {asset.custodian for asset in made.assets if asset.custodian}
        assert held <= here
        assert len(held) > 0.4 * len(here)


def test_mailboxes_of_leavers_are_closed_after_they_left(whole: list[UnitSample]) -> None:
    closed = 0
    for made in whole:
        left = {person.key: person.left for person in made.people if person.left}
        for account in made.accounts:
            if account.closed:
                closed += 1
                assert account.owner in left
                assert account.reason
                assert account.closed > (left[account.owner] or "")
    assert 50 < closed < 250


def test_mailboxes_have_their_exceptions(accounts: list[Account]) -> None:
    assert 50 < sum(account.locked for account in accounts) < 250
    assert 250 < sum(bool(account.aliases) for account in accounts) < 800
    assert any(account.opened.startswith("2019") for account in accounts)


def test_names_are_vietnamese_and_composed(people: list[Person]) -> None:
    assert all(unicodedata.is_normalized("NFC", person.name) for person in people)
    assert len({person.name for person in people}) > 4000
    assert {len(person.name.split()) for person in people} <= {3, 4}


def test_positions_are_generic(people: list[Person]) -> None:
    positions = {person.position for person in people}
    assert len(positions) < 25
    assert not any(
        word in fold(position) for position in positions for word in ("chu tich", "giam doc", "bi thu")
    )


# --- conference ----------------------------------------------------------------------------------


def test_every_district_and_department_has_a_site(whole: list[UnitSample]) -> None:
    for made in whole:
        if made.unit.level != "commune":
            assert made.sites, made.unit.code
        for site in made.sites:
            assert set(site.equipment) <= {asset.tag for asset in made.assets}
            assert site.contact in {person.key for person in made.people if not person.left}


def test_94_sessions_in_three_kinds(sessions: list[Session]) -> None:
    assert Counter(session.kind for session in sessions) == {
        "central-province": 38,
        "province-district": 44,
        "district-commune": 12,
    }
    assert len({session.key for session in sessions}) == 94
    assert sum(session.cancelled is not None for session in sessions) == 2


def test_sessions_are_on_working_days_and_never_at_one_time(sessions: list[Session]) -> None:
    year = year_of(2019, 42)
    before = None
    for session in sessions:
        assert year.working[year.day(session.start.date())]
        assert session.start < session.end
        assert before is None or before.end <= session.start
        before = session


def test_sessions_invite_sites_that_exist_once_each(sessions: list[Session], sites: list[Site]) -> None:
    known = {site.key for site in sites}
    for session in sessions:
        assert {session.host, *session.sites} <= known
        assert session.host not in session.sites
        assert len(set(session.sites)) == len(session.sites) >= 1


def test_without_communes_their_sessions_are_held_with_the_districts(units: list[SampleUnit]) -> None:
    above = [unit for unit in units if unit.level != "commune"]
    made = list(register(above, 42, 0.1, 2019))
    sites = [site for each in made for site in each.sites]
    sessions = sessions_of(sites, {unit.code: unit.parent for unit in above}, year_of(2019, 42), 42)
    assert Counter(session.kind for session in sessions)["province-district"] == 56


# --- the ground ----------------------------------------------------------------------------------


def test_shares_add_up_and_keep_the_least() -> None:
    assert apportion(10, [1, 1, 1]) == [4, 3, 3]
    assert apportion(5, [0, 10], least=1) == [1, 4]
    assert apportion(1, [1, 1, 1], least=1) == [1, 0, 0]
    assert apportion(7, []) == []


def test_units_of_later_years_are_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "units"
    folder.mkdir()
    (folder / "a.yaml").write_text(
        "kind: units\ndefaults: {from: 2017-10-15}\nitems:\n"
        "  17: {name: Tỉnh A, type: tỉnh, level: province}\n"
        "  25: {name: Tỉnh B, type: tỉnh, level: province, from: 2025-07-01}\n"
    )
    (tmp_path / "other.yaml").write_text("kind: assets\nitems: {}\n")
    assert [unit.code for unit in read_units([tmp_path], "2019-01-01")] == ["17"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("kind: units\nitems: {}\n", "no units known on 2019-01-01"),
        ("kind: units\nitems:\n  05128: {name: Xã A, level: commune}\n", "no units known on"),
        ("kind: units\nitems:\n  17: {name: Tỉnh A, level: land}\n", "unit 17 needs a name and a level"),
    ],
)
def test_units_that_make_no_province_are_refused(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "units").mkdir()
    (tmp_path / "units" / "a.yaml").write_text(text)
    with pytest.raises(Refused, match=words):
        read_units([tmp_path], "2019-01-01")


# --- what units are connected to, and what they report -------------------------------------------


def test_all_above_the_communes_are_connected_and_of_some_communes_it_is_known_that_they_are_not(
    whole: list[UnitSample],
) -> None:
    for made in whole:
        if made.unit.level != "commune":
            assert {(each.sort, each.there) for each in made.connections} == {
                ("lan", True), ("internet", True), ("dedicated", True),
            }  # fmt: skip
    communes = [made for made in whole if made.unit.level == "commune"]
    silent = sum(not made.connections for made in communes)
    without = sum(
        any(each.sort == "lan" and not each.there for each in made.connections) for made in communes
    )
    assert 1 <= silent <= 15
    assert 10 <= without <= 45


def test_the_reported_cases_of_a_unit_hang_together(whole: list[UnitSample]) -> None:
    reporting = [made for made in whole if made.figures]
    assert {made.unit.level for made in reporting} == {"department", "district"}
    assert len(reporting) == 33
    for made in reporting:
        value = {(each.indicator, each.period): int(each.value) for each in made.figures}
        for month in range(1, 13):
            now, before = f"2019-{month:02d}", f"2019-{month - 1:02d}"
            of = {
                name: value[f"onestop.{name}", now]
                for name in ("received", "resolved", "early", "on_time", "late", "pending", "paused")
            }
            assert of["early"] + of["on_time"] + of["late"] == of["resolved"]
            assert min(of.values()) >= 0
            if month > 1:
                carried = value["onestop.pending", before] + value["onestop.paused", before]
                assert carried + of["received"] - of["resolved"] == of["pending"] + of["paused"]


def test_reported_cases_are_as_many_as_the_plan_states(whole: list[UnitSample]) -> None:
    def received(level: str | None) -> int:
        return sum(
            int(each.value)
            for made in whole
            for each in made.figures
            if level in (None, made.unit.level)
            and each.indicator == "onestop.received"
            and each.period <= "2019-07"
        )

    assert received("department") == pytest.approx(12_446, rel=0.1)
    assert received(None) == pytest.approx(30_163, rel=0.1)


def test_what_the_province_states_is_one_figure_a_month_and_levels_3_and_4_make_their_sum(
    units: list[SampleUnit],
) -> None:
    stated = list(of_province(units[0], 2019, 42))
    keys = [each.key for each in stated]
    assert len(set(keys)) == len(keys)
    assert all(KEY_TEXT.convert(key) for key in keys)
    value = {(each.indicator, each.period): float(each.value) for each in stated}
    assert len({indicator for indicator, _period in value}) * 12 == len(value)
    for month in range(1, 13):
        period = f"2019-{month:02d}"
        parts = value["services.level3", period] + value["services.level4", period]
        assert value["services.level34", period] == parts
    assert all(0 <= float(each.value) <= 100 for each in stated if each.unit_of_measure == "%")
