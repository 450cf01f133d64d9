"""YAML as the sample writes it: one item a block key, its fields as a flow mapping.

What a thing is, how it came and where it stands now have a line each, so that a later change is
a diff of one short line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

Scalar: TypeAlias = "str | int | bool"
Value: TypeAlias = "Scalar | Sequence[str] | Mapping[str, Scalar]"
# Fields in lines: each group becomes one line of the flow mapping.
Groups: TypeAlias = "Sequence[Sequence[tuple[str, Value | None]]]"

# Text that is the same text without quotes in any YAML reader's flow mapping: it starts with a
# letter or digit and holds no sign of the syntax. Words that other readers take for a truth
# value or nothing are quoted.
_PLAIN = re.compile(r"[^\W_](?:[\w ./()+@&-]|:(?=\w))*(?<! )")
_WORDS = frozenset({"yes", "no", "true", "false", "on", "off", "null", "y", "n"})


def scalar(value: Scalar) -> str:
    """*value* as a scalar, quoted only where the syntax or another reader needs it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    if _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def _value(value: Value) -> str:
    if isinstance(value, str | int):
        return scalar(value)
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{name}: {scalar(each)}' for name, each in value.items())}}}"
    return f"[{', '.join(map(scalar, value))}]"


def item(key: str, groups: Groups) -> str:
    """One item: its key and its fields, a line a group. Fields that are None are left out."""
    lines = []
    for group in groups:
        fields = [f"{name}: {_value(value)}" for name, value in group if value is not None]
        if fields:
            lines.append(", ".join(fields))
    body = ",\n     ".join(lines)
    if len(lines) == 1:
        return f"  {scalar(key)}: {{{body}}}\n"
    return f"  {scalar(key)}:\n    {{{body}}}\n"


def document(
    kind: str,
    items: Iterable[str],
    *,
    as_of: str,
    sample: str,
    unit: str | None = None,
    defaults: Mapping[str, Scalar] | None = None,
) -> bytes:
    """A whole document of *kind* with *items* (made by ``item``), as UTF-8."""
    head = [f"kind: {kind}\n"]
    if unit:
        head.append(f"unit: {scalar(unit)}\n")
    head.append(f"as_of: {as_of}\nsample: {scalar(sample)}\n")
    if defaults:
        head.append(f"defaults: {_value(defaults)}\n")
    head.append("items:\n")
    return "".join([*head, *items]).encode()
