"""What waits for somebody, on the overview: its lines, each with the key that leads to where it is solved."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from opsconsole.catalogue import N_, _
from opsconsole.console.actions import ACTIONS
from opsconsole.console.columns import cells, fit
from opsconsole.console.keytext import key_text
from opsconsole.console.solving import WAY_OF_EVENT, open_board, way_of
from opsconsole.console.widgets.plain import Line, Run
from opsconsole.text import safe
from opsconsole.words import amount

if TYPE_CHECKING:
    from opsconsole.console.app import Console
    from opsconsole.console.queries.needs import Trouble
    from opsconsole.console.queries.overview import Overview

MOST_ALERTS = 5  # shown on the overview; the page of alerts has them all
MOST_TODAY = 3
_BAD = ("jobs", "sites", "endpoints")

# What to do about what has no page of its own.
_HINTS = {
    "conflicts": N_("The figures stand in the files that are named. Mend one there, then plan and apply."),
    "unmatched": N_("E on the mailbox, site or session that it belongs to takes it in as another name."),
    "unread": N_("Look at the line in its file; 'reader:' of the source in config.yaml says how it is read."),
    "days": N_(
        "Put the logs of these days where the sources of config.yaml look; the job collect reads them."
    ),
}
_GUESSED = N_("Somebody tries passwords. Which addresses is not kept, or guessing would fill the register.")


def key_of(way: str) -> str:
    """The key that goes *way*, '' where somebody took it away."""
    action = next(each for each in ACTIONS if each.id == "solve" and each.argument == way)
    return key_text(action.keys_now[0]) if action.keys_now else ""


def trouble_lines(found: Overview, width: int) -> list[Line]:
    """Alerts that stand, then what is wrong by its sort, in lines of *width*."""
    if not found.troubles and not found.alerts:
        return [[("head", _("Open problems"))], [("good", _("none"))]]
    hint = _("a key goes there · o shows them in full")
    lines: list[Line] = [[("head", _("Open problems")), ("faint", "  " + hint)]]
    if found.alerts:
        lines.append(
            [("key", "! "), ("bad", f"{amount(len(found.alerts)):>6}"), ("", "  " + _("alerts that stand"))]
        )
        for one in found.alerts[:MOST_ALERTS]:
            key = key_of(WAY_OF_EVENT[one.event]) if one.event in WAY_OF_EVENT else ""
            text = fit(safe(f"{one.title}: {one.detail}"), max(20, width - 12)).rstrip()
            lines.append([("key", f"        {key:1} "), ("bad", "▪ "), ("", text)])
        if (more := len(found.alerts) - MOST_ALERTS) > 0:
            lines.append([("faint", "          " + _("… and {count} more").format(count=amount(more)))])
    for trouble in found.troubles:
        tone = "bad" if trouble.sort in _BAD else "warn"
        said = trouble.words
        runs: list[Run] = [
            ("key", f"{key_of(way_of(trouble)):1} "),
            (tone, f"{amount(trouble.count):>6}"),
            ("", f"  {said}"),
        ]
        room = width - 12 - cells(said)
        if trouble.samples and room > 16:
            runs.append(("faint", "  " + fit(safe(trouble.samples[0]), room).rstrip()))
        lines.append(runs)
    return lines


def system_lines(found: Overview, width: int) -> list[Line]:
    """A line for each shared system: how many of its targets are met, behind, …; in words."""
    from opsconsole.console.screens.targets import GLYPHS, status_tone
    from opsconsole.indicators.amounts import value
    from opsconsole.indicators.pace import status_words

    if not found.systems:
        return []
    title = _("Shared systems {year}").format(year=found.year)
    lines: list[Line] = [[("head", title), ("faint", "  " + _("y shows every figure"))]]
    name = min(40, max(20, width // 2))
    for system in found.systems:
        runs: list[Run] = [("", fit(safe(system.title), name) + " ")]
        states = Counter(one.status for row in system.rows for one in row.standings)
        for status in ("behind", "at risk", "on track", "met", "no data"):
            if states[status]:
                text = f"{GLYPHS[status]} {states[status]} {status_words(status)}  "
                runs.append((status_tone(status), text))
        if not states:
            known = next((row for row in system.rows if row.value is not None), None)
            if known is not None:
                measured = value(known.value, known.unit_text)
                runs.append(
                    (
                        "faint",
                        fit(safe(f"{known.short_title}: {measured}"), max(12, width - name - 2)).rstrip(),
                    )
                )
            else:
                runs.append(("faint", _("no figure yet")))
        lines.append(runs)
    return lines


def week_text(found: Overview) -> str:
    """How many sessions there are today and this week."""
    counts = {"today": amount(len(found.today)), "week": amount(len(found.week))}
    return _("today {today}, this week {week} (m)").format(**counts)


def session_lines(found: Overview) -> list[Line]:
    """The sessions of today."""
    lines: list[Line] = []
    for one in found.today[:MOST_TODAY]:
        lines.append([("good", f"  {one.start:%H:%M}–{one.end:%H:%M}"), ("", f"  {one.title}")])
    if (more := len(found.today) - MOST_TODAY) > 0:
        lines.append([("faint", "  " + _("… and {count} more").format(count=amount(more)))])
    return lines


def in_full(found: Overview) -> list[Line]:
    """Everything that waits, with examples and with what leads on."""
    lines: list[Line] = []
    for one in found.alerts:
        lines += [[("bad", one.title)], f"  {one.detail}"]
    if found.alerts:
        lines.append("")
    for trouble in found.troubles:
        key = key_of(way_of(trouble))
        lines.append([("key", f"{key} "), ("head", f"{amount(trouble.count)} {trouble.words}")])
        lines += [f"  {sample}" for sample in trouble.samples]
        if trouble.count > len(trouble.samples) and trouble.sort != "days" and trouble.sort != "unreadable":
            more = _("… and {count} more").format(count=amount(trouble.count - len(trouble.samples)))
            lines.append([("faint", "  " + more)])
        lines.append("")
    return lines or [_("none")]


def choose(console: Console, found: Overview, way: str) -> None:
    """What goes *way* and has no page: its things to choose from, or what there is to say of it."""
    from opsconsole.console.screens.dialogs import ChoiceDialog

    troubles = [each for each in found.troubles if way_of(each) == way]
    if not troubles:
        console.say(_("Nothing of that waits."))
        return
    things = [(each, key, text) for each in troubles for key, text in each.things]
    if way in _HINTS and not (way == "unmatched" and things):
        console.open_text(troubles[0].words, _told(troubles, way))
    elif len(things) == 1:
        _open(console, *things[0])
    else:
        console.push_screen(
            ChoiceDialog(
                troubles[0].words,
                [(str(place), text) for place, (_trouble, _key, text) in enumerate(things)],
                lambda place: _open(console, *things[int(place)]),
            )
        )


def _told(troubles: list[Trouble], way: str) -> list[Line]:
    lines: list[Line] = [[("faint", _(_HINTS[way]))]]
    for trouble in troubles:
        lines += ["", [("head", f"{amount(trouble.count)} {trouble.words}")]]
        lines += [f"  {text}" for text in (trouble.samples or (each for _key, each in trouble.things))]
    return lines


def _open(console: Console, trouble: Trouble, key: str, text: str) -> None:
    """Where one thing that waits is mended."""
    if trouble.sort == "handovers":
        open_board(console, key)
    elif trouble.sort in ("sites", "certificates"):
        console.open_thing("sites", key, None)
    elif trouble.sort.startswith("unmatched.") and key:
        console.go_to(key)
    elif trouble.sort == "unmatched.failed":
        console.open_text(trouble.words, [text, "", [("faint", _(_GUESSED))]])
    elif trouble.sort.startswith("unmatched."):
        console.open_text(trouble.words, [text, "", [("faint", _(_HINTS["unmatched"]))]])
    else:
        console.open_text(trouble.words, [text])
