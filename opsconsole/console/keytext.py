"""How keys are written for people."""

from __future__ import annotations

import unicodedata
from contextlib import suppress

from opsconsole.catalogue import _
from opsconsole.console.actions import ACTIONS

_SHOWN_KEYS = {
    "slash": "/",
    "colon": ":",
    "question_mark": "?",
    "asterisk": "*",
    "minus": "-",
    "equals_sign": "=",
    "plus": "+",
    "ctrl+backslash": "^\\",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "at": "@",
    "full_stop": ".",
    "underscore": "_",
    "backslash": "\\",
    "vertical_line": "|",
    "grave_accent": "`",
    "circumflex_accent": "^",
    "hash": "#",
    "number_sign": "#",
    "escape": "Esc",
    "enter": "Enter",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "home": "Home",
    "end": "End",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}


def key_text(key: str) -> str:
    """How *key* is written for people: ``ctrl+p`` as ^p, ``slash`` as /."""
    if key.startswith("ctrl+") and key not in _SHOWN_KEYS:
        return "^" + key[5:]
    if key.startswith("alt+"):
        return "Alt+" + key_text(key[4:])
    if key == "space":
        return _("Space")
    if len(key) > 1 and key[0] == "f" and key[1:].isdigit():
        return key.upper()
    if len(key) > 1 and key not in _SHOWN_KEYS:  # exclamation_mark, at, …: Textual has the names of Unicode
        with suppress(KeyError):
            return unicodedata.lookup(key.replace("_", " "))
    return _SHOWN_KEYS.get(key, key)


def keys_in(text: str) -> str:
    """*text* with the present keys of the actions it names: ``{app.quit}``."""
    for action in ACTIONS:
        if "{" + action.name + "}" in text:
            shown = key_text(action.keys_now[0]) if action.keys_now else "–"
            text = text.replace("{" + action.name + "}", shown)
    return text
