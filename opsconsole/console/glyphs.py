"""Plain characters in place of drawn ones, for terminals whose font has only letters and digits.

Letters stay: Vietnamese cannot be read without them. Everything else that the console draws (borders,
bars, marks, arrows, scroll bars) has a sign of the same width in ASCII.
"""

from __future__ import annotations

import os

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

# Terminals whose fonts are known to hold few signs.
_FEW_SIGNS = ("linux", "vt100", "vt102", "vt220", "ansi")

_SIGNS = {
    "…": "~", "▸": ">", "▾": "v", "▶": ">", "▼": "v", "▲": "^", "●": "*", "○": "o", "◆": "*", "✓": "+",
    "✗": "x", "■": "#", "□": "-", "·": ".", "•": "*", "–": "-", "—": "-", "→": ">", "←": "<", "↑": "^",
    "↓": "v", "↔": "-", "⏎": "$", "“": '"', "”": '"', "’": "'", "×": "x", "≥": ">", "≤": "<",
    "━": "=", "╌": "-", "┃": "|", "╸": "=", "╺": "=", "╍": "-",
    "▁": "_", "▂": ".", "▃": "-", "▄": "=", "▅": "+", "▆": "*", "▇": "#", "█": "#", "▌": "#", "▐": "#",
    "▀": "#", "▎": "|", "▏": "|", "▊": "#", "▋": "#", "▍": "|", "▉": "#", "▔": "-", "▕": "|",
    "░": ".", "▒": ":", "▓": "#",
}  # fmt: skip


def _drawn(code: int) -> str:
    """The sign for a character of the box drawing block."""
    char = chr(code)
    if char in "│┃║╎╏┆┇┊┋":
        return "|"
    if char in "─━═╌╍┄┅┈┉":
        return "-"
    return "+"


_TABLE = {
    **{code: _drawn(code) for code in range(0x2500, 0x2580)},
    **dict.fromkeys(range(9600, 9632), "#"),
    **dict.fromkeys(range(10240, 10496), ":"),  # Braille, of which plots are made
    **{ord(sign): plain for sign, plain in _SIGNS.items()},
}


def ascii_signs(text: str) -> str:
    """*text* with the signs that are drawn replaced; letters, also Vietnamese ones, stay."""
    return text if text.isascii() else text.translate(_TABLE)


def wanted(asked: bool) -> bool:
    """Whether to draw with plain characters: it was *asked* for, by the option or the variable
    ``OPSCONSOLE_ASCII``, or the terminal is one of those that have few signs."""
    return asked or bool(os.environ.get("OPSCONSOLE_ASCII")) or os.environ.get("TERM", "") in _FEW_SIGNS


class PlainSigns(LineFilter):
    """Replaces drawn signs in everything on its way to the terminal."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """*segments* with plain signs."""
        return [
            segment if segment.text.isascii() else Segment(ascii_signs(segment.text), *segment[1:])
            for segment in segments
        ]
