"""Rules that the code of the console keeps: what it imports, and where text becomes a widget."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import opsconsole
from opsconsole.console.actions import ACTIONS
from opsconsole.console.pagenames import BESIDES, PAGES

CONSOLE = Path(opsconsole.__file__).parent / "console"
HEAVY = (
    "sqlalchemy",
    "sqlmodel",
    "pydantic",
    "alembic",
    "apscheduler",
    "psutil",
    "yaml",
    "psycopg",
    "holidays",
)


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )


def test_the_console_starts_without_what_it_does_not_need() -> None:
    found = run(f"import sys, opsconsole.console.app; print([m for m in {HEAVY!r} if m in sys.modules])")
    assert found.stdout.strip() == "[]", found.stderr


def test_no_page_imports_sqlalchemy() -> None:
    modules = [
        ".".join(path.relative_to(CONSOLE.parent.parent).with_suffix("").parts)
        for path in CONSOLE.rglob("*.py")
        if path.name != "__init__.py"
    ]
    imports = "; ".join(f"import {module}" for module in modules)
    found = run(f"{imports}\nimport sys; print([m for m in ('sqlalchemy', 'sqlmodel') if m in sys.modules])")
    assert found.stdout.strip() == "[]", found.stderr


def test_queries_know_no_screen() -> None:
    modules = ", ".join(
        f"opsconsole.console.queries.{p.stem}" for p in (CONSOLE / "queries").glob("[a-z]*.py")
    )
    found = run(f"import {modules}\nimport sys; print([m for m in ('textual', 'rich') if m in sys.modules])")
    assert found.stdout.strip() == "[]", found.stderr


def test_help_of_the_command_line_loads_no_screen() -> None:
    code = (
        "import sys; sys.argv = ['opsconsole', '--help']\n"
        "from opsconsole.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print([m for m in ('textual', 'sqlalchemy', 'rich') if m in sys.modules])"
    )
    assert run(code).stdout.strip().endswith("[]")


def test_text_becomes_a_widget_in_one_place_only() -> None:
    """Textual's own text widgets read markup and pass escape sequences on: only Plain may be used."""
    forbidden = {
        "Static", "Label", "Button", "DataTable", "Tree", "OptionList", "Select", "Checkbox", "RichLog", "Log",
        "notify", "Markdown", "from_markup", "Input", "TextArea", "Text",
    }  # fmt: skip
    found = []
    for path in CONSOLE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        drawn = {  # what is given text that went through Plain's content() is safe
            target
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and getattr(node.value.func, "id", "") == "content"
            for target in node.targets
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = node.func
                name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                if name in forbidden and not all(isinstance(a, ast.Constant) for a in node.args):
                    found.append(f"{path.name}:{node.lineno} {name}")
                if name in ("Content", "assemble", "styled") and path.name != "plain.py":
                    found.append(f"{path.name}:{node.lineno} {name}")
            if isinstance(node, ast.Name | ast.Attribute):
                name = node.attr if isinstance(node, ast.Attribute) else node.id
                if name in ("border_title", "border_subtitle", "tooltip") and node not in drawn:
                    found.append(f"{path.name}:{node.lineno} {name}")
    assert found == []


def test_segments_hold_fitted_or_safe_text_only() -> None:
    """Besides Plain only the grid (through fit(safe(…))) and the crash message make segments; plain
    signs replace some in segments that are made already."""
    users = {
        path.name
        for path in CONSOLE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Segment"
    }
    assert users == {"grid.py", "app.py", "glyphs.py"}


def test_threads_start_in_one_place_only() -> None:
    found = [
        path.name
        for path in CONSOLE.rglob("*.py")
        if path.name not in ("feeds.py", "screenshot.py")
        and any(
            word in path.read_text(encoding="utf-8")
            for word in ("run_worker", "@work", "Thread(", "Executor(")
        )
    ]
    assert found == []


def test_actions_are_told_apart_and_belong_to_a_scope() -> None:
    assert {action.scope for action in ACTIONS} <= {"app", "grid", "tree", "list", "things", *PAGES, *BESIDES}
    names = [(action.scope, action.call) for action in ACTIONS]
    assert len(names) == len(set(names))


def test_every_action_has_a_method_on_the_class_of_its_scope() -> None:
    from opsconsole.console.app import Console
    from opsconsole.console.navigation import make_page
    from opsconsole.console.screens.listpage import ListPage
    from opsconsole.console.screens.things import Things
    from opsconsole.console.widgets.grid import GridView
    from opsconsole.console.widgets.tree import TreeGrid

    owners: dict[str, object] = {
        "app": Console, "grid": GridView, "tree": TreeGrid, "list": ListPage, "things": Things,
    }  # fmt: skip
    for page in (*PAGES, *BESIDES):
        owners[page] = type(make_page(page))
    for action in ACTIONS:
        assert callable(getattr(owners[action.scope], f"action_{action.id}", None)), action.id
