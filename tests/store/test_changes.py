"""The hash chain: what was altered, taken out, moved or cut off is found and named."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.store import changes, guards
from opsconsole.store.chain import CHANGE_COLUMNS, START, change_hash
from opsconsole.store.changes import Finding, NewChange, Recorded, verify
from opsconsole.store.database import Database, StoreError, Value

AT = dt.datetime(2019, 8, 6, 1, 2, 3, tzinfo=dt.UTC)


def created(key: str, unit: str = "05128@2019-01-01", **content: object) -> NewChange:
    after = json.dumps(
        {"unit": unit, "model": "Máy tính để bàn", **content}, ensure_ascii=False, sort_keys=True
    )
    return ("assets", key, "create", unit, None, after, "inventory/tan-lac/05128.yaml", 7)


def write(database: Database, *sizes: int, effective: str = "2019-08-06") -> list[Recorded]:
    """Revisions of *sizes* changes each."""
    done = []
    for size in sizes:
        with database.write() as writer:
            number = (writer.value("SELECT revision FROM register WHERE province = :province") or 0) + 1
            rows = [created(f"HB-{number}-{place}") for place in range(size)]
            done.append(
                changes.record(
                    writer,
                    actor="ltt",
                    reason="nhập",
                    plan=f"r{number}-ab",
                    effective=effective,
                    changes=rows,
                    at=AT,
                )
            )
    return done


def tamper(database: Database, *statements: str, **values: Value) -> None:
    """Run *statements* past the guards, as who owns the file can."""
    with database.write() as writer:
        for statement in guards.remove(database.postgres):
            writer.execute(statement)
        for statement in statements:
            writer.execute(statement, values)
        for statement in guards.create(database.postgres):
            writer.execute(statement)


def findings(database: Database, anchors: Path | None = None) -> list[Finding]:
    with database.read() as reader:
        return list(verify(reader, anchors).findings)


def named(database: Database, anchors: Path | None = None) -> list[tuple[str, int, str]]:
    return [(f.subject, f.number, f.problem) for f in findings(database, anchors)]


def test_a_written_chain_verifies_and_register_stands_at_its_end(database: Database) -> None:
    first, empty, last = write(database, 3, 0, 2)
    with database.read() as reader:
        result = verify(reader)
        register = reader.row("SELECT revision, sequence, head FROM register WHERE province = :province")
    assert (result.checked, result.revisions, result.findings, result.head) == (5, 3, (), last.head)
    assert register == (3, 5, last.head)
    assert (first.first_sequence, first.last_sequence) == (1, 3)
    assert (empty.first_sequence, empty.last_sequence) == (4, 3)


def test_an_empty_register_verifies(database: Database) -> None:
    with database.read() as reader:
        assert verify(reader).findings == ()


def test_nothing_is_recorded_when_the_transaction_fails(database: Database) -> None:
    write(database, 2)
    with pytest.raises(RuntimeError, match="later"), database.write() as writer:
        changes.record(writer, actor="a", reason="", plan="p", effective="2019-08-06", changes=[created("X")])
        raise RuntimeError("later")
    with database.read() as reader:
        assert verify(reader).checked == 2
    assert named(database) == []


@pytest.mark.parametrize("statement", ["UPDATE {} SET effective = '2020-01-01'", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["change", "revision"])
def test_the_history_is_only_added_to(database: Database, table: str, statement: str) -> None:
    write(database, 2)
    with pytest.raises(Exception, match="only ever added to"), database.write() as writer:
        writer.execute(statement.format(table))
    assert named(database) == []


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM change WHERE sequence = 4",
        "DELETE FROM revision WHERE number = 3",
        "UPDATE change SET hash = 'x' WHERE sequence = 4",
        "UPDATE register SET head = 'x'",
        "UPDATE register SET revision = 2",
        "UPDATE register SET sequence = 2",
        "DELETE FROM register",
    ],
)
def test_nothing_is_written_after_an_end_that_does_not_hold(database: Database, statement: str) -> None:
    write(database, 2, 0, 2)
    tamper(database, statement)
    with pytest.raises(StoreError, match="audit verify"):
        write(database, 1)
    with database.read() as reader:
        assert reader.value("SELECT max(number) FROM revision") in (2, 3)


CHANGE_TEXTS = ("effective", "kind", "key", "action", "unit_id", "before", "after", "file", "hash")
REVISION_TEXTS = ("at", "effective", "actor", "reason", "plan", "previous", "hash")


@pytest.mark.parametrize("column", CHANGE_TEXTS)
def test_an_altered_column_of_a_change_is_one_finding_that_names_it(database: Database, column: str) -> None:
    write(database, 3, 3, 2)
    value = "end" if column == "action" else "0" * 64 if column == "hash" else "khác"
    tamper(database, f"UPDATE change SET {column} = :value WHERE sequence = 4", value=value)
    assert named(database) == [("change", 4, "altered")]


@pytest.mark.parametrize("column", ["revision", "line"])
def test_an_altered_number_of_a_change_is_one_finding(database: Database, column: str) -> None:
    write(database, 3, 3, 2)
    tamper(database, f"UPDATE change SET {column} = {column} + 1 WHERE sequence = 4")
    assert named(database) == [("change", 4, "altered")]


@pytest.mark.parametrize("column", REVISION_TEXTS)
def test_an_altered_column_of_a_revision_is_one_finding_that_names_it(
    database: Database, column: str
) -> None:
    write(database, 2, 0, 3)
    for number in (1, 2, 3):
        with database.read() as reader:
            old = reader.value(f"SELECT {column} FROM revision WHERE number = :number", {"number": number})
        tamper(
            database,
            f"UPDATE revision SET {column} = :new WHERE number = :number",
            new="f" * 64,
            number=number,
        )
        assert named(database) == [("revision", number, "altered")]
        tamper(
            database, f"UPDATE revision SET {column} = :old WHERE number = :number", old=old, number=number
        )
    assert named(database) == []


@pytest.mark.parametrize("column", ["first_sequence", "last_sequence"])
@pytest.mark.parametrize("by", [-2, 50])
def test_altered_bounds_of_a_revision_are_found(database: Database, column: str, by: int) -> None:
    write(database, 2, 2, 3)
    tamper(database, f"UPDATE revision SET {column} = {column} + :by WHERE number = 2", by=by)
    assert ("revision", 2, "altered") in named(database)


def test_the_finding_names_the_thing(sqlite_database: Database) -> None:
    write(sqlite_database, 3)
    tamper(sqlite_database, "UPDATE change SET after = '{}' WHERE sequence = 2")
    (found,) = findings(sqlite_database)
    assert (found.kind, found.key) == ("assets", "HB-1-1")
    assert "change 2 (asset HB-1-1)" in str(found)


def test_two_neighbours_altered_are_two_findings(database: Database) -> None:
    write(database, 6)
    tamper(database, "UPDATE change SET file = 'x' WHERE sequence IN (3, 4)")
    assert named(database) == [("change", 3, "altered"), ("change", 4, "altered")]


@pytest.mark.parametrize(("first", "last"), [(1, 1), (3, 3), (4, 4), (3, 5), (8, 8), (7, 8)])
def test_deleted_changes_are_named(database: Database, first: int, last: int) -> None:
    write(database, 3, 3, 2)
    tamper(database, "DELETE FROM change WHERE sequence BETWEEN :first AND :last", first=first, last=last)
    (found,) = findings(database)
    assert (found.subject, found.number, found.problem) == ("change", first, "missing")
    assert first == last or f"up to {last}" in found.message


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_deleted_revision_is_named(database: Database, number: int) -> None:
    write(database, 3, 0, 3, 2)
    tamper(database, "DELETE FROM revision WHERE number = :number", number=number)
    assert named(database) == [("revision", number, "missing")]


def exchange(table: str, column: str, one: int, two: int) -> list[str]:
    return [
        f"UPDATE {table} SET {column} = -1 WHERE {column} = {one}",
        f"UPDATE {table} SET {column} = {one} WHERE {column} = {two}",
        f"UPDATE {table} SET {column} = {two} WHERE {column} = -1",
    ]


@pytest.mark.parametrize(("one", "two"), [(2, 3), (1, 8), (3, 4), (5, 7), (7, 8)])
def test_exchanged_changes_are_both_named_and_nothing_else(database: Database, one: int, two: int) -> None:
    write(database, 3, 3, 2)
    tamper(database, *exchange("change", "sequence", one, two))
    assert named(database) == [("change", one, "moved"), ("change", two, "moved")]


def test_exchanged_revisions_are_both_named(database: Database) -> None:
    write(database, 2, 2, 2)
    tamper(database, *exchange("revision", "number", 1, 2))
    assert {("revision", 1, "altered"), ("revision", 2, "altered")} <= set(named(database))


def test_a_change_moved_beyond_the_end_is_named_with_the_place_it_came_from(database: Database) -> None:
    write(database, 3, 3)
    tamper(database, "UPDATE change SET sequence = 500 WHERE sequence = 2")
    (found,) = findings(database)
    assert (found.number, found.problem, found.key) == (500, "moved", "HB-1-1")
    assert "recorded as change 2" in found.message


def test_a_change_put_in_after_the_end_is_named(database: Database) -> None:
    write(database, 3)
    tamper(
        database,
        "INSERT INTO change SELECT province, 9, revision, effective, kind, 'HB-false', action, unit_id,"
        " before, after, file, line, hash FROM change WHERE sequence = 3",
    )
    (found,) = findings(database)
    assert (found.subject, found.number, found.problem, found.key) == ("change", 9, "extra", "HB-false")


def test_a_row_rewritten_with_a_fitting_hash_is_found_at_the_next_link(database: Database) -> None:
    write(database, 5)
    with database.read() as reader:
        row = reader.row(f"SELECT {', '.join(CHANGE_COLUMNS)} FROM change WHERE sequence = 3")
        before = reader.value("SELECT hash FROM change WHERE sequence = 2")
    assert row is not None
    hashed = change_hash(before, (*row[:5], "HB-other", *row[6:12]))
    tamper(database, "UPDATE change SET key = 'HB-other', hash = :hash WHERE sequence = 3", hash=hashed)
    (found,) = findings(database)
    assert found.number == 4
    assert "change 3 was rewritten" in found.message


@pytest.mark.parametrize("column", ["revision", "sequence", "head"])
def test_an_altered_register_is_one_finding(database: Database, column: str) -> None:
    write(database, 3, 3)
    value = "f" * 64 if column == "head" else 1
    tamper(database, f"UPDATE register SET {column} = :value", value=value)
    assert named(database) == [("register", 0, "differs")]


def test_a_cut_tail_is_found_through_the_register(database: Database) -> None:
    write(database, 3, 3)
    tamper(database, "DELETE FROM change WHERE revision = 2", "DELETE FROM revision WHERE number = 2")
    assert named(database) == [("change", 4, "missing"), ("revision", 2, "missing")]


def test_a_tail_cut_with_the_register_rewound_is_found_through_the_anchor(
    database: Database, tmp_path: Path
) -> None:
    anchors = tmp_path / "elsewhere" / "anchors.txt"
    first, second = write(database, 3, 3)
    for recorded in (first, second):
        changes.write_anchor(anchors, database.province, recorded)
    assert named(database, anchors) == []
    tamper(
        database,
        "DELETE FROM change WHERE revision = 2",
        "DELETE FROM revision WHERE number = 2",
        "UPDATE register SET revision = 1, sequence = 3, head = :head",
        head=first.head,
    )
    assert named(database) == []
    (found,) = findings(database, anchors)
    assert (found.subject, found.number, found.problem) == ("anchor", 2, "missing")
    assert "cut off" in found.message


def test_a_wholly_recomputed_chain_is_found_through_the_anchor(database: Database, tmp_path: Path) -> None:
    anchors = tmp_path / "anchors.txt"
    (recorded,) = write(database, 3)
    changes.write_anchor(anchors, database.province, recorded)
    tamper(database, "DELETE FROM change", "DELETE FROM revision", "DELETE FROM register")
    with database.write() as writer:
        changes.record(
            writer,
            actor="x",
            reason="",
            plan="",
            effective="2019-08-06",
            changes=[created(f"F-{i}") for i in range(3)],
        )
    assert named(database) == []
    assert named(database, anchors) == [("anchor", 1, "foreign")]


def test_an_anchor_that_a_full_disk_cut_off_is_told_and_does_not_spoil_the_next(
    sqlite_database: Database, tmp_path: Path
) -> None:
    anchors = tmp_path / "anchors.txt"
    (recorded,) = write(sqlite_database, 1)
    changes.write_anchor(anchors, "test", recorded)
    whole = anchors.read_bytes()
    # The system takes a part of what is written and says so by its length only.
    script = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from opsconsole.store.changes import Recorded, write_anchor\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (len(Path(sys.argv[1]).read_bytes()) + 40, -1))\n"
        "try: write_anchor(Path(sys.argv[1]), 'test', Recorded(2, 2, 2, 'a' * 64, '2026', 'b' * 16))\n"
        "except Exception as error: sys.exit(7 * ('append this line yourself: test' in str(error)))"
    )
    assert subprocess.run([sys.executable, "-c", script, str(anchors)], check=False).returncode == 7
    assert anchors.read_bytes() == whole
    # A file that may only grow keeps the part: what comes next begins a line of its own.
    anchors.write_bytes(whole + b"test 00")
    changes.write_anchor(anchors, "test", recorded)
    assert anchors.read_bytes() == whole + b"test 00\n" + whole
    assert named(sqlite_database, anchors) == [("anchor", 2, "unreadable")]


def test_lines_that_are_no_anchors_are_named_and_other_provinces_left_alone(
    sqlite_database: Database, tmp_path: Path
) -> None:
    (recorded,) = write(sqlite_database, 1)
    anchors = tmp_path / "anchors.txt"
    changes.write_anchor(anchors, "other", Recorded(9, 1, 9, "a" * 64, recorded.at, recorded.register))
    changes.write_anchor(anchors, "test", recorded)
    with anchors.open("ab") as file:
        file.write(b"\xff\x1b[2J nonsense\ntest 1 2\n")
    assert named(sqlite_database, anchors) == [("anchor", 3, "unreadable"), ("anchor", 4, "unreadable")]


def test_an_anchor_of_another_database_is_told_and_own_ones_do_not_hide_it(
    sqlite_database: Database, tmp_path: Path
) -> None:
    anchors = tmp_path / "anchors.txt"
    (recorded,) = write(sqlite_database, 1)
    changes.write_anchor(anchors, "test", Recorded(1, 1, 1, "a" * 64, recorded.at, "f" * 16))
    changes.write_anchor(anchors, "test", recorded)
    (found,) = findings(sqlite_database, anchors)
    assert (found.subject, found.number, found.problem) == ("anchor", 1, "foreign")
    assert "two databases write to one file" in found.message


def test_anchors_that_are_not_there_are_an_error_that_says_where_they_come_from(
    sqlite_database: Database, tmp_path: Path
) -> None:
    with pytest.raises(StoreError, match=r"none\.txt.*config\.yaml"):
        findings(sqlite_database, tmp_path / "none.txt")


def test_an_anchor_that_cannot_be_written_gives_the_line_to_append(tmp_path: Path) -> None:
    recorded = Recorded(4, 1, 9, "a" * 64, "2019-08-06T01:02:03.000000Z", "0" * 16)
    with pytest.raises(StoreError, match=f"test {'0' * 16} 4 9 {'a' * 64}"):
        changes.write_anchor(tmp_path, "test", recorded)


def test_provinces_in_one_database_have_chains_of_their_own(database: Database) -> None:
    other = Database(database.url, "other")
    write(database, 2)
    write(other, 3)
    tamper(database, "UPDATE change SET file = 'x' WHERE province = 'other' AND sequence = 2")
    assert named(database) == []
    assert named(other) == [("change", 2, "altered")]


# --- any single mutation ------------------------------------------------------------------------

SIZES = st.lists(st.integers(0, 4), min_size=1, max_size=4).filter(any)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


def fresh(database: Database) -> None:
    tamper(database, "DELETE FROM change", "DELETE FROM revision", "DELETE FROM register")


@given(sizes=SIZES, data=st.data())
def test_any_altered_field_of_any_change_is_found_and_named(
    sqlite_database: Database, sizes: list[int], data: st.DataObject
) -> None:
    fresh(sqlite_database)
    write(sqlite_database, *sizes)
    sequence = data.draw(st.integers(1, sum(sizes)))
    column = data.draw(
        st.sampled_from(["kind", "key", "unit_id", "before", "after", "file", "effective", "hash"])
    )
    value = data.draw(st.one_of(TEXTS, st.none()) if column in ("unit_id", "before", "after") else TEXTS)
    with sqlite_database.read() as reader:
        old = reader.value(f"SELECT {column} FROM change WHERE sequence = :sequence", {"sequence": sequence})
    tamper(
        sqlite_database,
        f"UPDATE change SET {column} = :value WHERE sequence = :sequence",
        value=value,
        sequence=sequence,
    )
    assert named(sqlite_database) == ([] if value == old else [("change", sequence, "altered")])


@given(sizes=SIZES, data=st.data())
def test_any_deleted_change_is_found_and_named(
    sqlite_database: Database, sizes: list[int], data: st.DataObject
) -> None:
    fresh(sqlite_database)
    write(sqlite_database, *sizes)
    sequence = data.draw(st.integers(1, sum(sizes)))
    tamper(sqlite_database, "DELETE FROM change WHERE sequence = :sequence", sequence=sequence)
    assert named(sqlite_database) == [("change", sequence, "missing")]


@given(sizes=SIZES.filter(lambda sizes: sum(sizes) > 1), data=st.data())
def test_any_two_exchanged_changes_are_found_and_named(
    sqlite_database: Database, sizes: list[int], data: st.DataObject
) -> None:
    fresh(sqlite_database)
    write(sqlite_database, *sizes)
    pair = data.draw(st.lists(st.integers(1, sum(sizes)), min_size=2, max_size=2, unique=True))
    tamper(sqlite_database, *exchange("change", "sequence", *pair))
    assert named(sqlite_database) == [("change", place, "moved") for place in sorted(pair)]


@given(sizes=SIZES, data=st.data())
def test_any_altered_field_of_any_revision_is_found_and_named(
    sqlite_database: Database, sizes: list[int], data: st.DataObject
) -> None:
    fresh(sqlite_database)
    write(sqlite_database, *sizes)
    number = data.draw(st.integers(1, len(sizes)))
    column = data.draw(st.sampled_from(REVISION_TEXTS))
    tamper(
        sqlite_database,
        f"UPDATE revision SET {column} = {column} || :more WHERE number = :number",
        more=data.draw(TEXTS.filter(bool)),
        number=number,
    )
    assert named(sqlite_database) == [("revision", number, "altered")]


@given(sizes=SIZES, kept=st.integers(0, 20))
def test_any_cut_tail_is_found_through_the_register_and_through_the_anchor(
    sqlite_database: Database, tmp_path_factory: pytest.TempPathFactory, sizes: list[int], kept: int
) -> None:
    fresh(sqlite_database)
    anchors = tmp_path_factory.mktemp("anchors") / "anchors.txt"
    recorded = write(sqlite_database, *sizes)
    changes.write_anchor(anchors, "test", recorded[-1])
    kept = min(kept, len(sizes) - 1)
    head = recorded[kept - 1].head if kept else START
    last = recorded[kept - 1].last_sequence if kept else 0
    tamper(
        sqlite_database,
        "DELETE FROM change WHERE revision > :kept",
        "DELETE FROM revision WHERE number > :kept",
        kept=kept,
    )
    assert ("revision", kept + 1, "missing") in named(sqlite_database)
    tamper(
        sqlite_database,
        "UPDATE register SET revision = :kept, sequence = :last, head = :head",
        kept=kept,
        last=last,
        head=head,
    )
    assert named(sqlite_database) == []
    assert named(sqlite_database, anchors) == [("anchor", 1, "missing")]


ROW = st.tuples(
    TEXTS, st.integers(0, 10**9), st.integers(0, 10**6), TEXTS, TEXTS, TEXTS, TEXTS,
    st.none() | TEXTS, st.none() | TEXTS, st.none() | TEXTS, TEXTS, st.integers(0, 10**6),
)  # fmt: skip


@given(one=ROW, two=ROW)
def test_links_with_different_fields_have_different_hashes(one: tuple, two: tuple) -> None:
    assert (change_hash("0" * 64, one) == change_hash("0" * 64, two)) == (one == two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (("ab", "c"), ("a", "bc")),
        (("", "1:x"), ("1:x", "")),
        (("-", ""), ("", "-")),
    ],
)
def test_text_can_not_slide_from_one_field_into_the_next(one: tuple[str, str], two: tuple[str, str]) -> None:
    rest: tuple[Callable[[], None] | object, ...] = (None, None, None, "f", 1)
    first = change_hash("0" * 64, ("p", 1, 1, "d", *one, "create", *rest))
    second = change_hash("0" * 64, ("p", 1, 1, "d", *two, "create", *rest))
    assert first != second


def test_nothing_and_an_empty_text_are_different_links() -> None:
    head = ("p", 1, 1, "d", "k", "x", "create")
    assert change_hash("0" * 64, (*head, None, "", None, "f", 1)) != change_hash(
        "0" * 64, (*head, "", None, None, "f", 1)
    )


# --- questions ----------------------------------------------------------------------------------


def record(database: Database, effective: str, *rows: NewChange) -> None:
    with database.write() as writer:
        changes.record(writer, actor="ltt", reason="", plan="", effective=effective, changes=rows, at=AT)


def changed(key: str, action: str, unit: str, **content: object) -> NewChange:
    return ("assets", key, action, unit, "{}", json.dumps({"unit": unit, **content}), "f.yaml", 1)


def test_history_has_all_changes_of_one_thing_in_order(database: Database) -> None:
    record(database, "2019-08-06", created("A"), created("B"))
    record(database, "2019-09-01", changed("A", "transfer", "05131@2019-01-01"))
    with database.read() as reader:
        found = changes.history(reader, "assets", "A")
        assert changes.history(reader, "accounts", "A") == []
    assert [(c.sequence, c.revision, c.action, c.actor) for c in found] == [
        (1, 1, "create", "ltt"),
        (3, 2, "transfer", "ltt"),
    ]
    assert found[0].data["after"]["model"] == "Máy tính để bàn"


def test_as_of_takes_the_last_recorded_of_what_holds_by_then(database: Database) -> None:
    record(database, "2019-08-06", created("A", model="one"))
    record(database, "2020-01-01", changed("A", "update", "u", model="late"))
    record(database, "2019-09-01", changed("A", "update", "u", model="recorded later, holds earlier"))
    record(database, "2019-09-01", changed("A", "update", "u", model="corrected"))
    with database.read() as reader:
        asked = {
            day: changes.as_of(reader, "assets", "A", day)
            for day in ("2019-08-05", "2019-08-06", "2019-09-01", "2019-12-31", "2020-01-01")
        }
    assert asked["2019-08-05"] is None
    assert [json.loads(c.after or "{}")["model"] for c in asked.values() if c] == [
        "one",
        "corrected",
        "corrected",
        "corrected",
    ]


def test_a_protection_changes_nothing_of_what_a_thing_was(database: Database) -> None:
    record(database, "2019-08-06", created("A", "u1", model="one"))
    record(database, "2019-09-01", ("assets", "A", "protect", "u1", None, None, "", 0))
    with database.read() as reader:
        found = changes.as_of(reader, "assets", "A", "2019-12-31")
        assert changes.totals_as_of(reader, "assets", "2019-12-31") == {"u1": 1}
        assert [c.action for c in changes.history(reader, "assets", "A")] == ["create", "protect"]
    assert found is not None
    assert found.action == "create"


def test_totals_as_of_count_what_lived_by_the_unit_it_was_in(database: Database) -> None:
    record(database, "2019-08-06", created("A", "u1"), created("B", "u1"), created("C", "u2"))
    record(database, "2019-09-01", changed("A", "transfer", "u2"))
    record(
        database,
        "2019-10-01",
        changed("B", "end", "u1", disposed={"date": "2019-10-01", "reason": "hỏng"}),
        changed("C", "update", "u2", closed={"date": "2019-11-15", "reason": "hỏng"}),
    )
    with database.read() as reader:
        totals = {
            day: changes.totals_as_of(reader, "assets", day)
            for day in ("2019-08-05", "2019-08-31", "2019-09-30", "2019-10-31", "2019-11-15")
        }
        assert changes.totals_as_of(reader, "accounts", "2019-12-31") == {}
    assert list(totals.values()) == [{}, {"u1": 2, "u2": 1}, {"u1": 1, "u2": 2}, {"u2": 2}, {"u2": 1}]


def test_the_log_is_newest_first_and_filters(database: Database) -> None:
    record(database, "2019-08-06", created("A"), created("B"))
    record(database, "2019-09-01", changed("A", "update", "u"))
    with database.read() as reader:
        assert [c.sequence for c in changes.log(reader)] == [3, 2, 1]
        assert [c.sequence for c in changes.log(reader, kind="assets", key="A")] == [3, 1]
        assert [c.sequence for c in changes.log(reader, limit=1)] == [3]
        assert changes.log(reader, kind="accounts") == []
        assert changes.log(reader, since="2019-08-07") == []
        assert len(changes.log(reader, since="2019-08-06")) == 3
