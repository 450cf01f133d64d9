"""An incremental plan says what a plan that reads every file says; apply(plan) leaves nothing to do."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from opsconsole.inventory.export import export, write_files
from opsconsole.inventory.kinds import standard
from opsconsole.store.database import Database
from opsconsole.store.verify import verify
from opsconsole.strictyaml import Problem, ProblemsFound
from opsconsole.units.registry import load
from tests.inventory.project import REFORM, UNITS, Project

KEYS = ("A-1", "A-2", "A-3", "A-4")
UNITS_OF_FILES = ("04810", "04819", "04828")

# One state of the inventory: key → (file, status) or None where it is in no file.
STATE = st.fixed_dictionaries(
    {key: st.none() | st.tuples(st.integers(0, 2), st.sampled_from(("in-use", "broken"))) for key in KEYS}
)


def write(project: Project, state: dict[str, tuple[int, str] | None]) -> None:
    for number, unit in enumerate(UNITS_OF_FILES):
        items = [
            f"  {key}: {{class: ups, model: M, status: {at[1]}}}"
            for key, at in state.items()
            if at and at[0] == number
        ]
        name = f"{unit}.yaml"
        if items:
            project.write(
                name, f"kind: assets\nunit: {unit}\nas_of: 2019-08-06\nitems:\n" + "\n".join(items) + "\n"
            )
        elif (project.root / "inventory" / name).exists():
            project.remove(name)


@given(st.lists(STATE, min_size=1, max_size=5))
def test_incremental_and_full_plans_agree_and_every_apply_leaves_nothing_to_do(
    sqlite_template: Path, states: list[dict[str, tuple[int, str] | None]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copyfile(sqlite_template, Path(folder) / "x.db")
        project = Project(Path(folder), Database(f"sqlite:///{folder}/x.db", "test"))
        project.limits(removal_share=1.0, transfer_share=1.0)
        project.write("units.yaml", UNITS)
        project.apply()
        held: dict[str, str] = {}
        for state in states:
            write(project, state)
            incremental = project.plan()
            with project.database.write() as writer:
                kept = writer.rows("SELECT * FROM declared_file")
                writer.execute("UPDATE declared_file SET modified = 0, hash = ''")
            full = project.plan()
            with project.database.write() as writer:
                writer.execute("DELETE FROM declared_file")
                columns = ("province", "path", "kind", "size", "modified", "hash", "revision")
                writer.insert("declared_file", columns, kept)
            assert incremental.changes == full.changes
            assert incremental.orphans == full.orphans
            project.apply(digest=incremental.digest, allow=[stop.allow for stop in incremental.stops])
            held |= {key: at[1] for key, at in state.items() if at}
            again = project.plan()
            assert again.empty
            assert {orphan.key for orphan in again.orphans} == {key for key in held if not state[key]}
            assert dict(project.rows("SELECT key, status FROM asset")) == held
        with project.database.read() as reader:
            assert verify(reader).findings == ()


def problems_of(project: Project) -> list[Problem]:
    """The problems of a plan, none where it is sound; any other exception is a failure."""
    try:
        project.plan()
    except ProblemsFound as found:
        return found.problems
    return []


@given(st.binary(max_size=300))
def test_any_bytes_give_problems_or_a_plan_never_a_traceback(sqlite_template: Path, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder), Database(f"sqlite:///{sqlite_template}", "test"))
        project.write("x.yaml", data)
        assert all(problem.file == "inventory/x.yaml" for problem in problems_of(project))


YAMLISH = st.text(
    st.sampled_from(list("abkind:items- \n\t{}[],&*!|>'\"#%@?~<0x1\\\u00e1\u0301")), max_size=120
)


@given(YAMLISH)
def test_text_that_looks_like_yaml_never_gives_a_traceback(sqlite_template: Path, text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder), Database(f"sqlite:///{sqlite_template}", "test"))
        project.write("x.yaml", "kind: assets\nitems:\n" + text)
        assert all(problem.line for problem in problems_of(project))


FILES = ("a.yaml", "b.yaml", "c/d.yaml")
ITEMS = {
    "assets": ("class: ups, model: M, status: in-use", "disposed"),
    "people": ("name: N", "left"),
    "sites": ("name: S, endpoint: codec", "closed"),
}
FILE = st.builds(
    lambda kind, unit, day, sample, keys, gone: (
        f"kind: {kind}\nunit: {unit}\nas_of: {day}\n{'sample: yes' if sample else ''}\nitems:\n"
        + "".join(
            f"  {key}: {{{ITEMS[kind][0]}"
            + (f", {ITEMS[kind][1]}: {{date: 2020-05-01, reason: x}}" if key in gone else "")
            + "}\n"
            for key in keys
        )
    ),
    st.sampled_from(sorted(ITEMS)),
    st.sampled_from(UNITS_OF_FILES),
    st.sampled_from(("2019-08-06", "2020-03-01")),
    st.booleans(),
    st.lists(st.sampled_from(KEYS), max_size=3, unique=True),
    st.sets(st.sampled_from(KEYS), max_size=1),
)
WITHDRAWN = "        withdrawn: {date: 2020-01-01, reason: x}\n        decision: 830"
REFORMED = st.builds(
    lambda day, withdrawn: REFORM.replace("effective: 2020-01-01", f"effective: {day}").replace(
        "        decision: 830", WITHDRAWN if withdrawn else "        decision: 830"
    ),
    st.sampled_from(("2019-06-01", "2020-01-01", "2020-02-01")),
    st.booleans(),
)
STEP = st.one_of(
    st.tuples(st.sampled_from(FILES), FILE),
    st.tuples(st.sampled_from(FILES), st.none()),
    st.tuples(st.just("reform.yaml"), st.none() | REFORMED),
    st.tuples(
        st.just("units.yaml"),
        st.sampled_from(("2017-10-15", "2018-01-01")).map(lambda day: UNITS.replace("2017-10-15", day)),
    ),
)


def said(project: Project) -> tuple[object, ...] | None:
    """What a plan of everything says, None where the files are wrong."""
    try:
        plan = project.plan()
    except ProblemsFound:
        return None
    return plan.changes, plan.orphans, plan.stops, [move.data for move in plan.moves], plan.digest


@given(st.lists(st.tuples(STEP, st.booleans()), min_size=1, max_size=12))
def test_kinds_units_and_files_change_in_any_order_and_incremental_plans_say_what_full_ones_say(
    sqlite_template: Path, steps: list[tuple[tuple[str, str | None], bool]]
) -> None:
    """With applies of single files between; what was in a unit is always in one that there is, and
    what is exported makes an empty plan."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copyfile(sqlite_template, Path(folder) / "x.db")
        project = Project(Path(folder), Database(f"sqlite:///{folder}/x.db", "test"))
        project.write("units.yaml", UNITS)
        project.apply()
        for (name, text), alone in steps:
            path = project.root / "inventory" / name
            if text is not None:
                project.write(name, text)
            else:
                path.unlink(missing_ok=True)
            incremental = said(project)
            with project.database.write() as writer:
                kept = writer.rows("SELECT path, modified, hash FROM declared_file")
                writer.execute("UPDATE declared_file SET modified = 0, hash = ''")
            assert said(project) == incremental
            with project.database.write() as writer:
                writer.execute_many(
                    "UPDATE declared_file SET modified = :modified, hash = :hash WHERE path = :path",
                    ({"path": path, "modified": modified, "hash": hashed} for path, modified, hashed in kept),
                )
            paths = [path] if alone and path.exists() else []
            try:
                plan = project.plan(*paths)
            except ProblemsFound:
                continue
            project.apply(*paths, digest=plan.digest, allow=[stop.allow for stop in plan.stops])
            assert project.plan(*paths).empty
            for table in ("asset", "person", "site"):
                lost = f"SELECT key FROM {table} WHERE unit_id NOT IN (SELECT id FROM unit_era)"
                assert project.rows(lost) == []
        with project.database.read() as reader:
            assert verify(reader).findings == ()
            files = list(export(reader, standard(), load(reader)))
        shutil.rmtree(project.root / "inventory")
        write_files(files, project.root)
        plan = project.plan()
        assert (plan.changes, plan.orphans) == ((), ())
