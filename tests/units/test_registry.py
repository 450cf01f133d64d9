"""The timeline in the store, on both engines."""

from __future__ import annotations

from hypothesis import given, settings

from opsconsole.store.database import Database
from opsconsole.units import registry
from opsconsole.units.held import Held, held_on, total
from opsconsole.units.timeline import Timeline
from tests.units.worlds import FIRST, History, Records, histories, made, reorganisation, whole

ONE, TWO = "2020-01-01", "2021-01-01"
DOCUMENTS: Records = {
    "r": reorganisation(ONE, {"a1": {"name": "Xã Chung", "from": whole("a1", "a2")}}, {"b1": "d2"}),
    "v": reorganisation(TWO, reverts="r"),
}


def write(database: Database, timeline: Timeline) -> None:
    with database.write() as writer:
        registry.write(writer, timeline)


def test_what_was_written_is_read_back_equal(database: Database) -> None:
    timeline = made(DOCUMENTS)
    write(database, timeline)
    with database.read() as reader:
        again = registry.load(reader)
    assert again == timeline
    assert list(again.holders()) == list(timeline.holders())


def test_an_empty_store_gives_an_empty_timeline(database: Database) -> None:
    with database.read() as reader:
        assert registry.load(reader) == Timeline()


def test_writing_replaces_what_was_there(database: Database) -> None:
    write(database, made(DOCUMENTS))
    write(database, made({}))
    with database.read() as reader:
        assert registry.load(reader) == made({})
        assert reader.value("SELECT count(*) FROM unit_holder WHERE province = :province") == 7
        assert reader.value("SELECT count(*) FROM unit_link WHERE province = :province") == 0


def test_before_the_first_day_a_unit_holds_its_own() -> None:
    assert {row[1:3] for row in made({}).holders()} == {("", "9999-12-31")}


def test_two_provinces_in_one_database_do_not_touch_each_other(database: Database) -> None:
    other = Database(database.url, "other")
    write(database, made(DOCUMENTS))
    write(other, made({}))
    write(other, Timeline())
    with database.read() as reader:
        assert registry.load(reader) == made(DOCUMENTS)


@settings(max_examples=10)
@given(histories())
def test_the_join_of_the_architecture_finds_every_thing_once_on_each_day(
    sqlite_database: Database, history: History
) -> None:
    timeline = made(history.reorganisations, history.units)
    with sqlite_database.write() as writer:
        registry.write(writer, timeline)
        for day in ("0001-01-01", FIRST, *history.days, "2999-12-31"):
            rows = writer.rows(
                "SELECT e.id, h.holder_id FROM unit_era e JOIN unit_holder h "
                "ON h.province = e.province AND h.unit_id = e.id "
                "AND h.valid_from <= :day AND :day < h.valid_to WHERE e.province = :province",
                {"day": day},
            )
            assert sorted(unit_id for unit_id, _holder in rows) == sorted(timeline.eras)


COLUMNS = (
    *("province", "key", "file", "line", "digest", "revision", "sample", "orphaned", "fold", "sort_key"),
    *("unit_id", "bought", "ended", "class", "model", "status"),
)


def _asset(tag: str, unit_id: str, bought: str | None = None, ended: str | None = None) -> tuple[object, ...]:
    return ("test", tag, "f", 1, "d", 1, 0, 0, tag, tag, unit_id, bought, ended, "desktop", "m", "in-use")


def _insert_assets(database: Database, rows: list[tuple[object, ...]]) -> None:
    with database.write() as writer:
        writer.insert("asset", COLUMNS, rows)  # type: ignore[arg-type]


def test_what_is_held_follows_the_reorganisation_and_the_revert(database: Database) -> None:
    write(database, made(DOCUMENTS))
    _insert_assets(
        database,
        [
            _asset("one", f"a1@{FIRST}"),
            _asset("two", f"a2@{FIRST}"),
            _asset("three", f"b1@{FIRST}"),
            _asset("late", f"a2@{FIRST}", bought="2020-06-01"),
            _asset("gone", f"a2@{FIRST}", ended="2019-06-01"),
        ],
    )
    with database.read() as reader:
        before = held_on(reader, "2019-12-31")
        merged = held_on(reader, "2020-12-31")
        after = held_on(reader, TWO)
    assert before == {f"a1@{FIRST}": Held(1), f"a2@{FIRST}": Held(1), f"b1@{FIRST}": Held(1)}
    assert merged == {f"a1@{ONE}": Held(3), f"d2@{ONE}": Held(1)}
    assert after == {f"a1@{TWO}": Held(1), f"a2@{TWO}": Held(2), f"b1@{TWO}": Held(1)}
    assert total(after, after) == Held(4)
