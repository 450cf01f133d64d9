"""The command that opens the console."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from opsconsole.catalogue import _
from opsconsole.cli.frame import Frame, narrate, say
from opsconsole.cli.speech import Command

SCREENS = (
    "overview",
    "units",
    "assets",
    "mailboxes",
    "sessions",
    "targets",
    "jobs",
    "plan",
    "reports",
    "audit",
)


@click.command(cls=Command)
@click.option("--read-only", is_flag=True, help="Show only; nothing can be applied.")
@click.option("--screen", type=click.Choice(SCREENS), help="The page to begin with (default: the last one).")
@click.option("--forget", is_flag=True, help="Begin afresh: no filters, columns, views, theme from before.")
@click.option(
    "--ascii", "plain_signs", is_flag=True, help="Draw with plain characters (or OPSCONSOLE_ASCII=1)."
)
@click.option("--served-for", hidden=True, help="Who came in by a browser ('opsconsole serve' says it).")
@click.option("--keys", "list_keys", is_flag=True, help="List every action with its keys, for keys.yaml.")
@click.pass_obj
def console(
    frame: Frame,
    read_only: bool,
    screen: str | None,
    forget: bool,
    plain_signs: bool,
    served_for: str | None,
    list_keys: bool,
) -> None:
    """Open the console (what 'opsconsole' alone does); without a terminal, the overview as text."""
    database, settings = frame.database, frame.settings
    from opsconsole.console import actions, keymap

    actions.choose_keys(keymap.load(keymap.file()))
    if list_keys:
        for action in actions.ACTIONS:
            say(f"{action.name:28} {' '.join(action.keys_now):28} {_(action.label)}")
        return
    if served_for is not None:
        from opsconsole.actor import serve_for

        serve_for(served_for)
    reason = why_not_drawn()
    if reason and served_for is None:
        from opsconsole.cli.summary import say_overview

        narrate(reason + " " + _("So this is the overview as text; opsconsole --help has more."))
        say_overview(frame)
        return

    from opsconsole.catalogue import LANGUAGES, use_language
    from opsconsole.console.app import Console
    from opsconsole.console.glyphs import wanted
    from opsconsole.console.remembered import Remembered, file_for

    file: Path | None = file_for(database.url, served_for)
    if forget and file is not None:
        file.unlink(missing_ok=True)
    remembered = Remembered(file)
    # what was asked for this time is stronger than what F2 chose the last time
    asked = frame.language or os.environ.get("OPSCONSOLE_LANGUAGE")
    if not asked and remembered.text("language") in LANGUAGES:
        use_language(remembered.text("language"))
    last = remembered.text("page")
    app = Console(
        database,
        settings,
        read_only=read_only,
        page=screen or (last if last in SCREENS or last in actions.KIND_LISTS else "overview"),
        remembered=remembered,
        plain_signs=wanted(plain_signs),
        served=served_for is not None,
    )
    app.run()
    if app.return_code:
        sys.exit(app.return_code)


def why_not_drawn() -> str:
    """Why no full screen can be drawn here, and what would help; '' where one can."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return _("There is no terminal here to draw on.")
    if os.environ.get("TERM", "dumb") in ("dumb", "unknown", ""):
        return _("This terminal cannot be drawn on (TERM={term}); set TERM (often xterm-256color).").format(
            term=os.environ.get("TERM", "")
        )
    if (sys.stdout.encoding or "").lower().replace("-", "") != "utf8":
        return _(
            "This terminal does not speak UTF-8 ({encoding}), which Vietnamese needs; set LANG=C.UTF-8."
        ).format(encoding=sys.stdout.encoding)
    return ""
