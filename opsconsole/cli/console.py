"""The command that opens the console."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from opsconsole.catalogue import _
from opsconsole.cli.frame import Frame, narrate, say
from opsconsole.cli.speech import Command
from opsconsole.console import pagenames
from opsconsole.text import safe


class PlaceName(click.ParamType[str]):
    """A page of the console, by its name or its title in either language, or the beginning of one."""

    name = "name"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name of the page that is meant."""
        found = pagenames.page_called(value)
        if found is None or found not in pagenames.places():
            self.fail(_unknown(value), param, ctx)
        return found

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The names that begin with what is typed, each with its title."""
        return [
            CompletionItem(name, help=_(pagenames.page_title(name)))
            for name in pagenames.places()
            if name.startswith(incomplete.lower())
        ]


def _unknown(value: str) -> str:
    """That there is no page *value*, and which there are."""
    text = _("there is no page '{name}'.").format(name=safe(value))
    if near := pagenames.near(value):
        text += " " + _("Did you mean '{name}'?").format(name=near)
    known = [f"  {name:16} {_(pagenames.page_title(name))}" for name in pagenames.places()]
    return "\n".join([text, _("There are:"), *known])


@click.command(cls=Command)
@click.option("--read-only", is_flag=True, help="Show only; nothing can be applied.")
@click.option(
    "--screen",
    type=PlaceName(),
    help="The page or list to begin with, such as people (default: the last one).",
)
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
    from opsconsole.console import starting

    starting.begin()
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
        page=screen or (last if last in pagenames.places() else "overview"),
        remembered=remembered,
        plain_signs=wanted(plain_signs),
        served=served_for is not None,
        person=_person(served_for),
    )
    app.run()
    if app.return_code:
        sys.exit(app.return_code)


def _person(served_for: str | None) -> str:
    """Whose edits are taken back here. Who has but the token is nobody in particular: such a visitor takes
    back what was done in this one visit."""
    from opsconsole.actor import actor

    return f"{actor()} {secrets.token_hex(4)}" if served_for == "token" else actor()


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
