"""The command that opens the console."""

from __future__ import annotations

import os
import sys

import click

from opsconsole.catalogue import _
from opsconsole.cli.frame import Frame
from opsconsole.cli.speech import Command
from opsconsole.errors import Refused

SCREENS = ("overview", "units", "assets", "mailboxes", "sessions", "jobs", "plan")


@click.command(cls=Command)
@click.option("--read-only", is_flag=True, help="Show only; nothing can be applied.")
@click.option("--screen", type=click.Choice(SCREENS), help="The page to begin with (default: the last one).")
@click.option("--forget", is_flag=True, help="Begin afresh: no filters, columns, views, theme from before.")
@click.pass_obj
def console(frame: Frame, read_only: bool, screen: str | None, forget: bool) -> None:
    """Open the console (what 'opsconsole' alone does)."""
    database, settings = frame.database, frame.settings
    refuse_unable_terminal()

    from opsconsole.catalogue import LANGUAGES, use_language
    from opsconsole.console.app import Console
    from opsconsole.console.remembered import Remembered, file_for

    file = file_for(database.url)
    if forget:
        file.unlink(missing_ok=True)
    remembered = Remembered(file)
    if remembered.text("language") in LANGUAGES:
        use_language(remembered.text("language"))
    last = remembered.text("page")
    page = screen or (last if last in SCREENS else "overview")
    app = Console(database, settings, read_only=read_only, page=page, remembered=remembered)
    app.run()
    if app.return_code:
        sys.exit(app.return_code)


def refuse_unable_terminal() -> None:
    """Raise Refused where a full screen cannot be drawn; the commands work there."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Refused(
            _("The console needs a terminal; here input or output is a pipe or a file.")
            + "\n"
            + _("The commands work without one: opsconsole --help")
        )
    if os.environ.get("TERM", "dumb") in ("dumb", "unknown", ""):
        raise Refused(
            _("This terminal cannot be drawn on (TERM={term}).").format(term=os.environ.get("TERM", ""))
            + "\n"
            + _("Set TERM (often xterm-256color), or use the commands: opsconsole --help")
        )
    if (sys.stdout.encoding or "").lower().replace("-", "") != "utf8":
        raise Refused(
            _("This terminal does not speak UTF-8 ({encoding}), which Vietnamese needs.").format(
                encoding=sys.stdout.encoding
            )
            + "\n"
            + _("Set LANG=C.UTF-8, or use the commands: opsconsole --help")
        )
