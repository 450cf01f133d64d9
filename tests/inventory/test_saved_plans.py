"""A saved plan or a digest lets that very plan through, and nothing that only looks like it."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from typing import Any

import pytest

from opsconsole.errors import Refused
from opsconsole.inventory.apply import apply_plan
from opsconsole.store.database import Database
from tests.inventory.project import ASSETS, UNITS, Project


def saved(project: Project) -> dict[str, Any]:
    """The plan as ``plan --out`` saves it and ``apply --plan`` reads it."""
    content: dict[str, Any] = json.loads(json.dumps(project.plan().data))
    return content


@pytest.fixture
def changed(project: Project) -> Project:
    project.write("assets.yaml", ASSETS.replace("in-store", "in-use").replace("HB-2", "HB-5"))
    return project


def test_a_saved_plan_that_was_edited_is_refused_though_its_digest_is_right(changed: Project) -> None:
    plan = saved(changed)
    hidden = {**plan, "changes": [change for change in plan["changes"] if change["key"] != "HB-3"]}
    before = changed.dump()
    with pytest.raises(Refused, match=r"'HB-3' would change now as well"):
        changed.apply(saved=hidden)
    assert changed.dump() == before
    assert changed.apply(saved=plan).revision == 2


def test_a_saved_plan_whose_orphans_were_edited_out_is_refused(changed: Project) -> None:
    with pytest.raises(Refused, match="HB-2"):
        changed.apply(saved={**saved(changed), "orphans": []})


@pytest.mark.parametrize(
    "content", [{"changes": [1]}, {"changes": 7}, {"changes": [{}]}, {"orphans": {"a": 1}}, {}]
)
def test_what_is_no_saved_plan_is_refused_and_not_a_traceback(changed: Project, content: Any) -> None:
    with pytest.raises(Refused):
        changed.apply(saved={"digest": "r1-x", **content})
    with pytest.raises(Refused):
        changed.apply(saved={**saved(changed), **(content or {"changes": None})})


@pytest.mark.parametrize("digest", ["r99999999999999999999-x", "r²-x", "r-x", "", "r1", "'"])
def test_a_digest_that_was_never_given_is_refused(changed: Project, digest: str) -> None:
    with pytest.raises(Refused, match="is no digest of a plan; 'opsconsole plan' prints it last"):
        changed.apply(digest=digest)


def test_a_plan_that_only_finds_orphans_is_carried_out_by_its_digest(project: Project) -> None:
    project.write("assets.yaml", "\n".join(line for line in ASSETS.splitlines() if "HB-2" not in line))
    project.apply(saved=saved(project))
    assert project.rows("SELECT key FROM asset WHERE orphaned > 0") == [("HB-2",)]
    assert project.plan().orphans[0].key == "HB-2"


def test_an_empty_plan_is_carried_out_by_its_digest_and_writes_no_revision(project: Project) -> None:
    assert project.apply(saved=saved(project)).revision == 1


def test_a_plan_of_one_province_is_not_that_of_another(database: Database, empty: Project) -> None:
    empty.write("units.yaml", UNITS)
    digest = empty.plan().digest
    other = Database(database.url, "other")
    with pytest.raises(Refused, match="is stale"):
        apply_plan(other, replace(empty.settings, province="other"), actor="tester", digest=digest)


def test_of_two_applies_of_one_plan_at_once_one_is_carried_out_and_one_is_stale(changed: Project) -> None:
    digest = changed.plan().digest
    start = threading.Barrier(2)
    done: list[int] = []
    refused: list[str] = []

    def apply() -> None:
        start.wait()
        try:
            done.append(changed.apply(digest=digest).revision)
        except Refused as error:
            refused.append(str(error))

    threads = [threading.Thread(target=apply) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [2]
    assert len(refused) == 1
    assert "the register was at revision 1 and is at 2" in refused[0]


def test_a_file_that_changed_after_the_plan_was_read_is_not_applied_by_its_digest(changed: Project) -> None:
    digest = changed.plan().digest
    changed.write("assets.yaml", ASSETS.replace("in-store", "broken"))
    with pytest.raises(Refused, match="files below the inventory have changed since"):
        changed.apply(digest=digest)
    assert changed.rows("SELECT status FROM asset WHERE key = 'HB-3'") == [("in-store",)]
