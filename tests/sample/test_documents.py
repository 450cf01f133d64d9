"""The YAML documents: read by the strict loader, planned by the product, equal to what is committed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.inventory.planning import make_plan
from opsconsole.sample import districts_in, generate
from opsconsole.sample.frame import SampleUnit
from opsconsole.sample.register import ITEMS_PER_FILE, UnitSample, documents, register
from opsconsole.sample.yamltext import document, item, scalar
from opsconsole.settings import Settings
from opsconsole.store.database import Database
from opsconsole.strictyaml import MAX_BYTES, Map, Seq, parse
from opsconsole.text import nfc

INVENTORY = Path(__file__).parents[2] / "inventory"
COMMITTED = INVENTORY / "sample"

# Any text that a document may hold: no control, bidirectional or zero-width characters.
printable = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=30).map(nfc)


def tree(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@given(printable, printable, st.lists(printable, max_size=3))
def test_any_text_is_read_as_it_was_written(key: str, value: str, several: list[str]) -> None:
    fields = [[("a", value), ("b", several)], [("c", {"d": value})]]
    made = parse(document("assets", [item(key or "k", fields)], as_of="2019-08-06", sample="seed 1"), "x")
    items = made.items["items"]
    assert isinstance(items, Map)
    read = items.items[key or "k"]
    assert isinstance(read, Map)
    assert read.items["a"] == value
    assert isinstance(read.items["b"], Seq)
    assert read.items["b"].items == several
    assert isinstance(read.items["c"], Map)
    assert read.items["c"].items == {"d": value}


@pytest.mark.parametrize(
    "word", ["yes", "No", "null", "TRUE", "", "- a", "a: b", "a #b", "x,y", "[red]", "a "]
)
def test_text_that_another_reader_would_misread_is_quoted(word: str) -> None:
    assert scalar(word).startswith('"')


@pytest.mark.parametrize(
    "text", ["05128", "18:66:da:4f:68:22", "2019-03-05 08:00", "Trần Văn A", "a.b@c.example"]
)
def test_codes_and_names_stand_without_quotes(text: str) -> None:
    assert scalar(text) == text


def test_every_document_passes_the_strict_reader(units: list[SampleUnit]) -> None:
    keys: set[tuple[str, str]] = set()
    for made in register(units, 5, 0.05, 2019):
        for kind, data in documents(made, "seed 5 scale 0.05", "2019-08-06"):
            top = parse(data, kind)
            assert top.items["kind"] == kind
            assert top.items["unit"] == made.unit.code
            assert top.items["sample"] == "seed 5 scale 0.05"
            items = top.items["items"]
            assert isinstance(items, Map)
            assert not keys & {(kind, key) for key in items.items}
            keys |= {(kind, key) for key in items.items}


def test_a_large_unit_is_written_in_parts_below_the_limit(few: list[SampleUnit]) -> None:
    made = max(register(few, 42, 40.0, 2019), key=lambda each: len(each.assets))
    parts = dict(documents(made, "seed 42 scale 40", "2019-08-06"))
    assert len(made.assets) > 2 * ITEMS_PER_FILE
    assert {"assets", "assets-2", "assets-3"} <= set(parts)
    assert max(map(len, parts.values())) < MAX_BYTES
    read = [parse(data, kind) for kind, data in parts.items() if kind.startswith("assets")]
    assert all(top.items["kind"] == "assets" for top in read)
    assert sum(len(top.items["items"].items) for top in read) == len(made.assets)  # type: ignore[union-attr]


def test_an_asset_reads_well(whole: list[UnitSample]) -> None:
    made = next(each for each in whole if each.unit.code == "05356")
    text = next(
        data for kind, data in documents(made, "seed 42 scale 1", "2019-08-06") if kind == "assets"
    ).decode()
    assert text.startswith(
        "kind: assets\nunit: 05356\nas_of: 2019-08-06\nsample: seed 42 scale 1\n"
        "defaults: {status: in-use}\nitems:\n  HB-05356-PC-001:\n    {class: desktop, model: "
    )
    assert max(map(len, text.splitlines())) <= 150


# --- what is committed ---------------------------------------------------------------------------


def test_committed_documents_are_what_the_generator_writes(units: list[SampleUnit], tmp_path: Path) -> None:
    generate(tmp_path / "s", units, only_districts=("158",), evidence=False)
    made, committed = tree(tmp_path / "s" / "inventory"), tree(COMMITTED)
    assert sorted(made) == sorted(committed)
    differing = [name for name in made if made[name] != committed[name]]
    assert differing == [], "renew them as docs/decisions/0009-sample.md says"


def test_the_rest_is_made_without_what_is_committed(units: list[SampleUnit], tmp_path: Path) -> None:
    held = districts_in(COMMITTED, units)
    assert held == ("158",)
    generate(tmp_path / "rest", units, skip_districts=held, evidence=False)
    generate(tmp_path / "all", units, evidence=False)
    rest, everything = tree(tmp_path / "rest" / "inventory"), tree(tmp_path / "all" / "inventory")
    assert not set(rest) & set(tree(COMMITTED))
    assert rest | tree(COMMITTED) == everything


def test_what_is_committed_is_small() -> None:
    assert sum(map(len, tree(COMMITTED).values())) < 1_000_000


def test_committed_documents_can_be_planned_alone(database: Database) -> None:
    settings = Settings(root=INVENTORY.parent, province=database.province, inventory=(INVENTORY,))
    plan = make_plan(database, settings)
    made = {change.key for change in plan.changes}
    assert {"HB-05356-PC-001", "CB-158-001", "DC-158-1", "HN-2019-015"} <= made


def test_the_whole_register_can_be_planned(
    sqlite_database: Database, units: list[SampleUnit], tmp_path: Path
) -> None:
    generate(tmp_path / "s", units, skip_districts=("158",), evidence=False)
    settings = Settings(
        root=INVENTORY.parent,
        province=sqlite_database.province,
        inventory=(INVENTORY, tmp_path / "s" / "inventory"),
    )
    plan = make_plan(sqlite_database, settings)
    kinds = [change.kind for change in plan.changes]
    assert kinds.count("assets") == 20_770
    assert kinds.count("accounts") == 7_950
    assert kinds.count("people") == 8_650
    assert kinds.count("sessions") == 94
    assert {change.action for change in plan.changes} == {"create"}
