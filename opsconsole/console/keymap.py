"""Keys that a user has chosen: ``keys.yaml`` below ``$XDG_CONFIG_HOME/opsconsole``.

    grid.down: [down, n]
    app.filter: [ctrl+g]
    grid.mark_all: []          # no key at all

An action is called ``scope.name`` as ``opsconsole console --keys`` lists it. What is not named keeps
its keys. Enter, Escape, Tab and the arrows keep doing what they do beside what is chosen, so that no
file can lock anybody in.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from opsconsole.catalogue import _
from opsconsole.console.actions import ACTIONS, Action
from opsconsole.strictyaml import Map, Problem, ProblemsFound, Seq, parse, place, read_text

# Keys that an action keeps whatever a file says.
ALWAYS = frozenset({"enter", "escape", "tab", "up", "down", "left", "right", "ctrl+q", "f1"})


def file() -> Path:
    """Where the file of keys is looked for."""
    base = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return base / "opsconsole" / "keys.yaml"


def load(path: Path) -> dict[str, tuple[str, ...]]:
    """The keys that *path* gives to actions; nothing where there is no such file.

    Raises ProblemsFound with every problem at its line: an action that is none, a key that is
    none, and one key for two actions that can be reached from one place.
    """
    if not path.exists():
        return {}
    name = str(path)
    top = parse(read_text(path, name), name)
    known = {action.name: action for action in ACTIONS}
    problems: list[Problem] = []
    chosen: dict[str, tuple[str, ...]] = {}
    for action in top.items:
        if action not in known:
            near = difflib.get_close_matches(action, known, 1)
            hint = _("; did you mean '{near}'?").format(near=near[0]) if near else ""
            text = _("there is no action '{action}'{hint}").format(action=action, hint=hint)
            problems.append(Problem(name, *top.key_place(action), text))
            continue
        chosen[action] = _keys(top, action, known[action], name, problems)
    problems += _clashes(chosen, name, top)
    if problems:
        raise ProblemsFound(problems)
    return chosen


def _keys(top: Map, action: str, known: Action, name: str, problems: list[Problem]) -> tuple[str, ...]:
    node = top.items[action]
    if isinstance(node, Seq):
        pairs = [(item, place(mark)) for item, mark in zip(node.items, node.marks, strict=True)]
    else:
        pairs = [(node, top.value_place(action))]
    found = []
    for item, at in pairs:
        if isinstance(item, str) and _is_key(item):
            found.append(item)
        else:
            text = _("'{key}' is no key; write such as a, G, f5, ctrl+g, question_mark").format(
                key=item if isinstance(item, str) else "…"
            )
            problems.append(Problem(name, *at, text))
    return tuple(dict.fromkeys([*(key for key in known.keys if key in ALWAYS), *found]))


def _is_key(text: str) -> bool:
    """Whether *text* has the form in which the terminal library names keys."""
    parts = text.split("+")
    return all(part.isidentifier() or (len(part) == 1 and part.isalnum()) for part in parts) and bool(text)


def _clashes(chosen: Mapping[str, tuple[str, ...]], name: str, top: Map) -> Iterable[Problem]:
    """One key for two actions that can be reached from one place, as far as *chosen* makes it so."""
    for scope in {action.scope for action in ACTIONS}:
        owner: dict[str, str] = {}
        for action in ACTIONS:
            if action.scope != scope:
                continue
            for key in chosen.get(action.name, action.keys):
                other = owner.setdefault(key, action.name)
                mine = action.name if action.name in chosen else other
                if other != action.name and mine in chosen:
                    text = _("the key '{key}' is given to {one} and to {other}").format(
                        key=key, one=other, other=action.name
                    )
                    yield Problem(name, *top.key_place(mine), text)
