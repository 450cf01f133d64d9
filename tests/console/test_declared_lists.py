"""The lists that are made from kinds: every column, order and filter field is a question that both engines
answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsconsole.console.pagenames import KIND_LISTS, PAGE_OF_KIND
from opsconsole.console.queries.declared import laid_out, listing
from opsconsole.console.queries.filtering import terms_of, trouble
from opsconsole.console.queries.listing import Query
from opsconsole.console.queries.people import held_by
from opsconsole.console.queries.units import held_kinds
from opsconsole.console.screens.things import column_of
from opsconsole.inventory.kinds import standard
from opsconsole.store.database import Database
from tests.inventory.project import PEOPLE_OF_TOWN, UNITS, Project

KINDS = [kind for kind, _title, _above in KIND_LISTS.values()]
SITES = """\
    kind: sites
    unit: 04810
    as_of: 2019-08-06
    items:
      DC-1: {name: Điểm cầu Chăm Mát, endpoint: codec, contact: CB-2, seats: 20, aliases: [cham mat, phường]}
      DC-2: {name: Ánh, endpoint: software, contact: CB-1, closed: {date: 2019-01-01, reason: hết dùng}}
      DC-3: {unit: 04819, name: Ấn, endpoint: software}
"""


@pytest.fixture
def project(database: Database, tmp_path: Path) -> Project:
    project = Project(tmp_path, database)
    project.write("units.yaml", UNITS)
    project.write("people.yaml", PEOPLE_OF_TOWN)
    project.write("sites.yaml", SITES)
    project.apply()
    return project


def keys(project: Project, kind: str, text: str = "", **options: object) -> list[str]:
    found = listing(standard()[kind])
    terms = terms_of(text)
    assert trouble(terms, found.fields) == ""
    query = Query("2019-12-31", 2019, terms=terms, **options)  # type: ignore[arg-type]
    with project.database.read() as reader:
        return [key for chunk in found.keys(reader, query) for key in chunk]


def test_every_kind_has_one_page() -> None:
    assert set(PAGE_OF_KIND) == {kind.name for kind in standard()}
    assert len(set(PAGE_OF_KIND.values())) == len(PAGE_OF_KIND)


@pytest.mark.parametrize("kind", KINDS)
def test_every_order_and_filter_is_answered(project: Project, kind: str) -> None:
    found = listing(standard()[kind])
    columns = laid_out(standard()[kind])
    assert len(found.select) == len(columns)
    assert [column_of(standard()[kind], name).id for name in columns] == list(columns)
    for order in found.order:
        for descending in (False, True):
            everything = keys(project, kind, order=order, descending=descending, ended=True)
            with project.database.read() as reader:
                query = Query("2019-12-31", 2019, order=order, ended=True)
                assert set(found.page(reader, query, everything)) == set(everything)
    for name, field in found.fields.items():
        value = {"number": "5", "day": "2019", "flag": "yes", "unit": "148"}.get(field.sort, "a")
        for text in (f"{name}:{value}", f"!{name}:{value}", f"{name}:-"):
            keys(project, kind, text)


def test_words_values_and_references_are_found(project: Project) -> None:
    assert keys(project, "sites") == ["DC-1", "DC-3"]
    assert keys(project, "sites", ended=True, order="name") == ["DC-2", "DC-3", "DC-1"]  # Vietnamese order
    assert keys(project, "sites", "contact:binh") == ["DC-1"]
    assert keys(project, "sites", "seats:>10") == ["DC-1"]
    assert keys(project, "sites", "endpoint:software") == ["DC-3"]
    assert keys(project, "sites", "contact:-") == ["DC-3"]
    assert keys(project, "sites", "unit:04819") == ["DC-3"]
    assert keys(project, "people", "tran binh") == ["CB-2"]


def test_what_a_unit_holds_takes_in_what_is_below_it(project: Project) -> None:
    with project.database.read() as reader:
        below = dict(held_kinds(reader, "148@2017-10-15", "2019-12-31"))
        alone = dict(held_kinds(reader, "04819@2017-10-15", "2019-12-31"))
    assert (below["people"], below["sites"]) == (4, 2)
    assert (alone["people"], alone["sites"]) == (0, 1)


def test_what_somebody_holds_ends_with_its_day(project: Project) -> None:
    with project.database.read() as reader:
        assert held_by(reader, "CB-2", "2019-12-31") == [("sites", "DC-1")]
        assert held_by(reader, "CB-1", "2019-12-31") == []
        assert held_by(reader, "CB-1", "2018-12-31") == [("sites", "DC-2")]
