"""What the benchmark of measuring makes is what it says: ten times the mailboxes, and nothing more."""

from __future__ import annotations

from benchmarks import bench_measure
from opsconsole.store.database import Database
from tests.indicators.world import COMMUNE_A, World


def test_the_mailboxes_their_owners_and_their_use_are_there_ten_times(sqlite_database: Database) -> None:
    world = World(sqlite_database)
    # One is called as a copy might be.
    for name in ("an", "bình", "xuân-1", "x-y"):
        world.person(f"staff-{name}", COMMUNE_A)
        world.mailbox(name, COMMUNE_A, owner=f"staff-{name}")
        world.use(name, "2019-06", [3, 4])
    with sqlite_database.write() as writer:
        for number in range(1, bench_measure.TIMES):
            bench_measure._again(writer, number)
    with sqlite_database.read() as reader:
        for table in ("person", "account", "mail_activity"):
            assert reader.value(f"SELECT COUNT(*) FROM {table}") == 4 * bench_measure.TIMES, table
        owned = "SELECT COUNT(DISTINCT p.key) FROM account a JOIN person p ON p.key = a.owner"
        assert reader.value(owned) == 4 * bench_measure.TIMES
        used = "SELECT COUNT(*) FROM account a JOIN mail_activity m ON m.account = a.key"
        assert reader.value(used) == 4 * bench_measure.TIMES
