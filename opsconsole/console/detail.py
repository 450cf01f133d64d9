"""A thing in words: the lines of the detail panel and of the dialog that shows all of it."""

from __future__ import annotations

from collections.abc import Iterable

from opsconsole.catalogue import _
from opsconsole.console.queries.things import Change, Thing
from opsconsole.console.widgets.plain import Line, Run
from opsconsole.words import day, label, value_text, word


def field_pairs(thing: Thing) -> list[tuple[str, str]]:
    """(label, text) of every field that is filled, the unit and the end among them."""
    pairs = []
    if thing.unit:
        pairs.append((label("unit"), thing.unit))
    for name, value, words in thing.fields:
        text = value_text(name, value)
        if text:
            pairs.append((label(name), f"{words} ({text})" if words else text))
    if thing.ended:
        why = " · ".join(part for part in (thing.ended_reason, thing.ended_decision) if part)
        pairs.append((_("Ended"), f"{day(thing.ended)} · {why}" if why else day(thing.ended)))
    return pairs


def place_text(thing: Thing, *, short: bool = False) -> str:
    """Where the thing is written (*short*: the file without a long way to it), and what is to be
    known about that."""
    file = thing.file
    if short and len(file) > 40 and "/" in file:
        file = "…/" + file.rpartition("/")[2]
    text = f"{file}:{thing.line}"
    if thing.orphaned:
        text += " · " + _("in no file any more since revision {revision}").format(revision=thing.orphaned)
    if thing.sample:
        text += " · " + _("sample")
    return text


def heading(thing: Thing) -> list[Run]:
    """The line above the fields."""
    return [("head", thing.key), ("faint", "  " + label(thing.kind))]


def compact(thing: Thing, more: Iterable[Line] = ()) -> list[Line]:
    """The thing in few lines: what is rarely long first, then the fields one after another."""
    lines: list[Line] = [[("head", thing.key), ("faint", "  " + place_text(thing, short=True))]]
    if thing.changes:
        lines.append([("faint", _("Last change: ") + _change_title(thing.changes[0]))])
    lines += more
    runs: list[Run] = []
    for name, text in field_pairs(thing):
        # a short field stays on one line
        blank = "\N{NO-BREAK SPACE}" if len(name) + len(text) < 60 else " "
        runs += [("faint", f"{name}: ".replace(" ", blank)), ("", text.replace(" ", blank)), ("", "   ")]
    lines.append(runs)
    return lines


def full(thing: Thing, more: Iterable[Line] = ()) -> list[Line]:
    """Everything about the thing, a field a line, with its last changes."""
    pairs = field_pairs(thing)
    width = max(len(name) for name in (_("Declared in"), *(name for name, _text in pairs)))
    lines: list[Line] = [[("faint", name.ljust(width + 2)), ("", text)] for name, text in pairs]
    extra = list(more)
    if extra:
        lines += ["", *extra]
    lines += ["", [("faint", _("Declared in").ljust(width + 2)), ("", place_text(thing))]]
    lines += ["", [("head", _("Last changes"))]]
    if not thing.changes:
        lines.append([("faint", _("none recorded"))])
    for change in thing.changes:
        lines.append(_change_title(change))
        lines += [
            [
                ("faint", f"    {label(name)}: "),
                ("", f"{value_text(name, old) or '–'} → {value_text(name, new) or '–'}"),
            ]
            for name, old, new in change.fields
        ]
    return lines


def _change_title(change: Change) -> str:
    text = f"{day(change.effective)} · {word(change.action)} · {change.actor}"
    return f"{text} · {change.reason}" if change.reason else text
