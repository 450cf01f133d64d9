"""Transactions, the queue of writers, and one SQL for two engines."""

from __future__ import annotations

import multiprocessing
import stat
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.store import schema
from opsconsole.store.database import CHUNK, Database, StoreError, Writer, _for_psycopg

SHEET = ("province", "source", "day", "first_at", "last_at", "lines")
ADD = "ON CONFLICT (province, source, day) DO UPDATE SET lines = sheet.lines + excluded.lines"


@pytest.fixture
def database(database: Database) -> Database:
    """With a table of the test's own, so that the tests do not change with the product's tables."""
    return with_sheet(database)


def with_sheet(database: Database) -> Database:
    text = 'text COLLATE "C"' if database.postgres else "TEXT"
    with database.write() as writer:
        writer.execute(
            f"CREATE TABLE sheet (province {text}, source {text}, day {text}, first_at {text},"
            f" last_at {text}, lines {'BIGINT' if database.postgres else 'INTEGER'},"
            f" PRIMARY KEY (province, source, day)){'' if database.postgres else ' STRICT'}"
        )
    return database


def line(day: str, lines: int, source: str = "mail") -> tuple[Any, ...]:
    return ("test", source, day, "a", "b", lines)


def register(writer: Writer) -> None:
    writer.insert(
        "register", ("province", "id", "revision", "sequence", "head"), [("test", "1", 0, 0, "0" * 64)],
        "ON CONFLICT (province) DO NOTHING",
    )  # fmt: skip


# --- transactions --------------------------------------------------------------------------------


def test_what_a_block_wrote_is_there_after_it(database: Database) -> None:
    with database.write() as writer:
        writer.insert("sheet", SHEET, [line("2019-01-01", 5)])
        assert writer.value("SELECT lines FROM sheet") == 5
    with database.read() as reader:
        assert reader.rows("SELECT day, lines FROM sheet") == [("2019-01-01", 5)]


def test_a_block_that_fails_writes_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as writer:
        writer.insert("sheet", SHEET, [line("2019-01-01", 5)])
        _ = 1 // 0
    with database.read() as reader:
        assert reader.value("SELECT count(*) FROM sheet") == 0


def test_a_statement_that_fails_takes_the_whole_block_with_it(database: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)unique|duplicate"), database.write() as writer:
        writer.insert("sheet", SHEET, [line("2019-01-01", 5)])
        writer.insert("sheet", SHEET, [line("2019-01-01", 6)])
    with database.read() as reader:
        assert reader.value("SELECT count(*) FROM sheet") == 0


def test_a_reader_sees_one_state_while_somebody_writes(database: Database) -> None:
    with database.read() as reader:
        assert reader.value("SELECT count(*) FROM sheet") == 0
        with database.write() as writer:
            writer.insert("sheet", SHEET, [line("2019-01-01", 5)])
        assert reader.value("SELECT count(*) FROM sheet") == 0
    with database.read() as reader:
        assert reader.value("SELECT count(*) FROM sheet") == 1


def test_a_reader_can_not_write(database: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)read-?only"), database.read() as reader:
        reader.row("INSERT INTO register VALUES ('test', '1', 0, 0, '')")


def test_a_write_inside_a_write_is_refused_instead_of_waiting_for_itself(database: Database) -> None:
    with database.write() as writer:
        register(writer)
        with pytest.raises(RuntimeError, match="wait for itself"), database.write():
            pass
    with database.write() as writer:
        assert writer.value("SELECT revision FROM register") == 0


def test_a_second_writer_waits_for_the_first(database: Database) -> None:
    with database.write() as writer:
        register(writer)
    seen: list[int] = []
    started = threading.Event()

    def second() -> None:
        started.set()
        with database.write() as other:
            seen.append(other.value("SELECT revision FROM register"))

    thread = threading.Thread(target=second)
    with database.write() as writer:
        thread.start()
        started.wait()
        writer.execute("UPDATE register SET revision = 7")
        assert seen == []
    thread.join()
    assert seen == [7]


def _count_up(url: str, times: int) -> None:
    database = Database(url, "test")
    for _ in range(times):
        with database.write() as writer:
            found = writer.value("SELECT revision FROM register WHERE province = :province")
            writer.execute(
                "UPDATE register SET revision = :found WHERE province = :province", {"found": found + 1}
            )


def test_four_processes_that_read_then_write_lose_no_update(database: Database) -> None:
    with database.write() as writer:
        register(writer)
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_count_up, args=(database.url, 25)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0, 0]
    with database.read() as reader:
        assert reader.value("SELECT revision FROM register") == 100


# --- insert ---------------------------------------------------------------------------------------


def test_insert_with_a_conflict_clause_adds_on_both_engines(database: Database) -> None:
    with database.write() as writer:
        writer.insert("sheet", SHEET, [line("2019-01-01", 5), line("2019-01-02", 1)], ADD)
        writer.insert("sheet", SHEET, [line("2019-01-02", 3), line("2019-01-03", 2)], ADD)
        writer.insert("sheet", SHEET, [line("2019-01-03", 9)], "ON CONFLICT DO NOTHING")
        assert writer.rows("SELECT lines FROM sheet ORDER BY day") == [(5,), (4,), (2,)]


def test_insert_takes_more_rows_than_a_chunk_from_a_generator(database: Database) -> None:
    count = CHUNK * 2 + 1
    with database.write() as writer:
        for conflict in ("", ADD):
            writer.insert("sheet", SHEET, (line(f"{n:06d}", 1) for n in range(count)), conflict)
        assert writer.row("SELECT count(*), sum(lines) FROM sheet") == (count, 2 * count)


def test_insert_into_one_table_with_other_columns_in_the_same_transaction(database: Database) -> None:
    upsert = "ON CONFLICT (province) DO UPDATE SET head = excluded.head"
    columns = ("province", "id", "revision", "sequence", "head")
    with database.write() as writer:
        writer.insert("register", columns, [("test", "1", 0, 0, "a")], upsert)
        writer.insert("register", ("head", *columns[:4]), [("b", "test", "1", 0, 0)], upsert)
        assert writer.value("SELECT head FROM register") == "b"


def test_insert_of_nothing_does_nothing(database: Database) -> None:
    with database.write() as writer:
        writer.insert("sheet", SHEET, [])
        writer.insert("sheet", SHEET, [], ADD)
        assert writer.value("SELECT count(*) FROM sheet") == 0


HOSTILE = [
    "Xã Hoà Bình",
    "it's; DROP TABLE register; --", "a\tb\nc\\N", "\\N", "[red]\x1b[31m", '"', "%s :name", "", "𝒳",
]  # fmt: skip


def test_hostile_text_comes_back_as_it_was(database: Database) -> None:
    with database.write() as writer:
        writer.insert("sheet", SHEET, [line(text, 1) for text in HOSTILE])
        writer.insert("sheet", SHEET, [line(text, 1) for text in HOSTILE], ADD)
        assert {row[0] for row in writer.rows("SELECT day FROM sheet")} == set(HOSTILE)
        for text in HOSTILE:
            assert writer.value("SELECT lines FROM sheet WHERE day = :day", {"day": text}) == 2


def test_a_value_of_the_wrong_type_is_refused_on_both_engines(database: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)cannot store|syntax"), database.write() as writer:
        writer.insert("sheet", SHEET, [("test", "mail", "d", "a", "b", "many")])


def test_text_orders_by_code_point_on_both_engines(database: Database) -> None:
    names = ["b", "A", "a", "Z", "đ", "é", "z", "_", "1"]
    with database.write() as writer:
        writer.insert("sheet", SHEET, [line(name, 1) for name in names])
        assert [row[0] for row in writer.rows("SELECT day FROM sheet ORDER BY day")] == sorted(names)


def test_bytes_and_reals_come_back_as_they_were(database: Database) -> None:
    with database.write() as writer:
        writer.execute(f"CREATE TABLE box (held {'bytea' if database.postgres else 'BLOB'})")
        writer.insert("box", ("held",), [(b"\x00\xff\\",)])
        writer.execute("INSERT INTO box VALUES (:held)", {"held": b"\x00"})
        assert {bytes(row[0]) for row in writer.rows("SELECT held FROM box")} == {b"\x00\xff\\", b"\x00"}
        assert writer.value("SELECT :share", {"share": 0.1}) == 0.1


def test_chunks_give_all_rows_in_lists_of_the_asked_size(database: Database) -> None:
    with database.write() as writer:
        writer.insert("sheet", SHEET, [line(f"{n:02d}", n) for n in range(25)])
    with database.read() as reader:
        chunks = list(reader.chunks("SELECT lines FROM sheet ORDER BY day", size=10))
        both = zip(reader.chunks("SELECT 1"), reader.chunks("SELECT 2"), strict=True)
        assert list(both) == [([(1,)], [(2,)])]
    assert [len(chunk) for chunk in chunks] == [10, 10, 5]
    assert [row[0] for chunk in chunks for row in chunk] == list(range(25))


def test_a_month_is_made_once_and_takes_rows(database: Database) -> None:
    with database.write() as writer:
        parts = " PARTITION BY RANGE (month)" if database.postgres else ""
        writer.execute(f"CREATE TABLE monthly (month text PRIMARY KEY){parts}")
        for month in ("2019-12", "2020-01", "2019-12"):
            writer.ensure_month("monthly", month)
        writer.insert("monthly", ("month",), [("2019-12",), ("2020-01",)])
        assert writer.value("SELECT count(*) FROM monthly") == 2


@pytest.mark.parametrize("month", ["2019-13", "2019-00", "2019-1", "x'; DROP TABLE register; --"])
def test_what_is_no_month_is_refused(database: Database, month: str) -> None:
    with pytest.raises(ValueError, match="not a month"), database.write() as writer:
        writer.ensure_month("mail_activity", month)


# --- one SQL ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("a = :name", "a = %(name)s"),
        ("a = :Name_2", "a = %(Name_2)s"),
        ("':no' || :yes", "':no' || %(yes)s"),
        ("'it''s :no' = :yes", "'it''s :no' = %(yes)s"),
        ("a::text = :b", "a::text = %(b)s"),
        (":b::text", "%(b)s::text"),
        ("a LIKE '%x%' AND b % 2 = :c", "a LIKE '%%x%%' AND b %% 2 = %(c)s"),
        ('"odd:name" = :a', '"odd:name" = %(a)s'),
        ("1 -- it's :no\n+ :a", "1 -- it's :no\n+ %(a)s"),
        ("1 /* :no ' */ + :a", "1 /* :no ' */ + %(a)s"),
    ],
)
def test_names_become_parameters_outside_of_literals_casts_and_comments(sql: str, expected: str) -> None:
    assert _for_psycopg(sql) == expected


@given(st.text(st.characters(codec="ascii", exclude_characters="\0"), max_size=30))
def test_no_literal_is_ever_touched(text: str) -> None:
    literal = "'" + text.replace("'", "''") + "'"
    assert _for_psycopg(f"SELECT {literal}, :a") == f"SELECT {literal.replace('%', '%%')}, %(a)s"


def test_parameters_mean_the_same_on_both_engines(database: Database) -> None:
    with database.read() as reader:
        assert reader.value("SELECT 'x:y%' || :a", {"a": "%s"}) == "x:y%%s"
        assert reader.value("SELECT CASE WHEN :a = '' OR :a LIKE 'b%' THEN 1 ELSE 0 END", {"a": "bc"}) == 1
        assert reader.value("SELECT coalesce(:a, 'none')", {"a": None}) == "none"
        assert reader.value("SELECT 1 WHERE :province = 'test'") == 1
        for asked, found in ((None, 0), ("x", 0)):
            sql = "SELECT count(*) FROM sheet WHERE :day IS NULL OR day = :day"
            assert reader.value(sql, {"day": asked}) == found
        assert reader.value("SELECT 7 % 4") == 3
        assert reader.row("SELECT 1 WHERE 1 = 0") is None
        assert reader.value("SELECT 1 WHERE 1 = 0") is None


def test_execute_says_how_many_rows_it_touched_and_many_touch_all(database: Database) -> None:
    with database.write() as writer:
        writer.insert("sheet", SHEET, [line(f"{n}", n) for n in range(5)])
        assert writer.execute("UPDATE sheet SET lines = 0 WHERE lines > :least", {"least": 2}) == 2
        writer.execute_many(
            "UPDATE sheet SET lines = :lines WHERE province = :province AND day = :day",
            ({"lines": 9, "day": day} for day in ("1", "2")),
        )
        assert writer.rows("SELECT lines FROM sheet ORDER BY day") == [(0,), (9,), (9,), (0,), (0,)]


# --- what is wrong with a database --------------------------------------------------------------------


def test_a_missing_database_says_what_makes_one(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/no/such.db", "test")
    assert not database.exists()
    for use in (database.read, database.write):
        with pytest.raises(StoreError, match=r"such\.db: there is no database yet.*db upgrade"), use():
            pass
    assert list(tmp_path.glob("no*")) == []


def test_a_database_without_tables_says_what_makes_them(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    database = Database(f"sqlite:///{path}", "test")
    assert not database.exists()
    with (
        pytest.raises(StoreError, match=r"lacks a table; run 'opsconsole db upgrade'"),
        database.read() as reader,
    ):
        reader.rows("SELECT * FROM register")


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("this is not a database, it is a shopping list " * 100)
    database = Database(f"sqlite:///{path}", "test")
    for use in (database.read, database.write):
        with pytest.raises(StoreError, match=r"notes\.db: is not an SQLite database"), use() as reader:
            reader.rows("SELECT 1 FROM register")
    with pytest.raises(StoreError, match="is not an SQLite database"):
        database.exists()


def test_a_damaged_database_is_named_with_what_helps(sqlite_database: Database) -> None:
    path = sqlite_database.path
    assert path is not None
    with with_sheet(sqlite_database).write() as writer:
        writer.insert("sheet", SHEET, [line(f"{n:05d}", 1) for n in range(5000)])
        writer.execute("DELETE FROM sheet WHERE day = '00001'")
    data = bytearray(path.read_bytes())
    for page in range(1, len(data) // 4096):
        data[page * 4096 : page * 4096 + 16] = b"\xff" * 16
    path.write_bytes(data)
    with (
        pytest.raises(StoreError, match=r"opsconsole\.db: is damaged; restore"),
        sqlite_database.read() as reader,
    ):
        reader.rows("SELECT * FROM sheet WHERE source = 'x' ORDER BY lines")


@pytest.mark.parametrize(
    ("pragma", "said"),
    [
        ("query_only = on", "may not be written by this user"),
        ("max_page_count = 1", "the disk is full; free some space, nothing was written"),
    ],
)
def test_a_write_that_the_file_does_not_take_is_explained(
    sqlite_database: Database, pragma: str, said: str
) -> None:
    with_sheet(sqlite_database)
    with pytest.raises(StoreError, match=rf"opsconsole\.db: .*{said}"), sqlite_database.write() as writer:
        writer.rows(f"PRAGMA {pragma}")
        writer.insert("sheet", SHEET, [line(f"{n:09d}", n) for n in range(1000)])
    with sqlite_database.read() as reader:
        assert reader.value("SELECT count(*) FROM sheet") == 0


def test_a_folder_in_place_of_the_lock_is_named(sqlite_database: Database) -> None:
    Path(f"{sqlite_database.path}.lock").mkdir()
    with pytest.raises(StoreError, match=r"opsconsole\.db: cannot be written"), sqlite_database.write():
        pass


def test_a_server_that_is_not_there_is_an_error_without_the_password() -> None:
    database = Database("postgresql://user:geheim@/none?host=/nowhere/at/all", "test")
    with pytest.raises(StoreError, match="cannot be reached") as caught, database.read():
        pass
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:gehe%zzim@h/x",
        "postgresql://u:geheim@h/x?foo=geheim",
        "postgresql://u:geheim@[::1/geheim",
    ],
)
def test_an_address_that_postgresql_does_not_understand_is_told_without_the_password(url: str) -> None:
    # The driver's own words quote the part that it could not read.
    with pytest.raises(StoreError, match="cannot be understood; write postgresql://USER@HOST") as caught:
        Database(url, "test").exists()
    assert "gehe" not in str(caught.value)


def test_a_server_that_is_gone_is_waited_for_half_a_minute_where_its_address_does_not_say_otherwise(
    postgres_database: Database,
) -> None:
    own = Database(
        f"{postgres_database.url}{'&' if '?' in postgres_database.url else '?'}connect_timeout=3", "test"
    )
    for database, seconds in ((postgres_database, "10"), (own, "3")):
        with closing(database.connect(write=False)) as connection:
            found = connection.info.get_parameters()
        assert (found["connect_timeout"], found["tcp_user_timeout"]) == (seconds, "30000")


def test_a_connection_that_the_server_ends_is_explained(postgres_database: Database) -> None:
    with pytest.raises(StoreError, match=r"ended the connection|broke"), postgres_database.write() as writer:
        own = writer.value("SELECT pg_backend_pid()")
        with postgres_database.read() as reader:
            reader.value("SELECT pg_terminate_backend(:own)", {"own": own})
        writer.value("SELECT 1")
    with postgres_database.write() as writer:
        register(writer)


def test_an_address_without_a_path_is_refused() -> None:
    with pytest.raises(StoreError, match=r"config\.yaml"):
        Database("sqlite:///", "test")


def test_a_new_database_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "var" / "new.db"
    schema.upgrade(Database(f"sqlite:///{path}", "test"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
