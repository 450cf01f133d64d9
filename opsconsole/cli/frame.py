"""What every command shares: settings and database on demand, safe printing, errors to exit codes."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from opsconsole.catalogue import _
from opsconsole.cli.speech import speak
from opsconsole.errors import Refused
from opsconsole.oserrors import said
from opsconsole.text import safe, tabulated

if TYPE_CHECKING:
    from opsconsole.settings import Settings
    from opsconsole.store.database import Database


# One mistake can make a problem of every line; who has mended these sees the rest.
MOST_PROBLEMS = 500


class Frame:
    """The context of one invocation (``@click.pass_obj``)."""

    def __init__(self, config: str | None, language: str | None = None) -> None:
        self.config = config
        self.language = language  # asked for by --language; None: as the settings say

    @cached_property
    def settings(self) -> Settings:
        """The settings, read when a command first asks; sets the language."""
        from opsconsole.settings import load

        settings = load(Path(self.config) if self.config else None, self.language)
        speak(settings.language)
        return settings

    @cached_property
    def database(self) -> Database:
        """The database of the settings."""
        from opsconsole.store.database import Database

        return Database(self.settings.database, self.settings.province)


def say(text: str = "") -> None:
    """Print one line for people; what data it holds can not steer the terminal."""
    click.echo(safe(text))


def table(
    head: Sequence[str], rows: Iterable[Sequence[str]], right: Set[int] = frozenset(), indent: str = ""
) -> None:
    """Print *rows* below their *head*, each column as wide as it needs; those in *right* are flush right."""
    safely = [[safe(cell) for cell in row] for row in rows]
    for line in tabulated([safe(cell) for cell in head], safely, right):
        say(indent + line)


def narrate(text: str) -> None:
    """Print one line beside the data, on standard error."""
    click.echo(safe(text), err=True)


@contextmanager
def bar(label: str, *, staged: bool = False) -> Iterator[Callable[[str, int, int], None] | None]:
    """A progress bar on standard error, where that is a terminal; gives what reports progress.

    The reporter takes (stage, done, total) and may be called as often as one likes. A *staged* bar is
    short and has the stage behind it, as far as the line reaches.
    """
    if not sys.stderr.isatty():
        yield None
        return
    last: tuple[str, int] | None = None
    width = 0  # of what stands there
    length = 16 if staged else 30

    def report(stage: str, done: int, total: int) -> None:
        nonlocal last, width
        percent = 100 * done // total if total else 100
        if (stage, percent) == last:
            return
        last = stage, percent
        filled = percent * length // 100
        line = f"{safe(label)} [{'#' * filled}{'.' * (length - filled)}] {percent:3d} %"
        if staged:
            line = f"{line}  {safe(stage)}"[: shutil.get_terminal_size().columns - 1]
        click.echo(f"\r{line:<{width}}", err=True, nl=False)
        width = len(line)

    try:
        yield report
    finally:
        if last is not None:
            click.echo("\r" + " " * width + "\r", err=True, nl=False)


def say_json(data: Any) -> None:
    """Print *data* as JSON, for programs."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


class Shell:
    """Runs the command line and turns known errors into lines and an exit code."""

    def __init__(self, command: click.Command) -> None:
        self.command = command

    def run(self) -> None:
        """Run; 0 done, 1 an error (one line each on standard error), 2 changes or wrong usage."""
        from opsconsole.strictyaml import ProblemsFound

        output = sys.stdout
        try:
            code = self.command.main(standalone_mode=False)
        except SystemExit:
            # Where nobody reads the output any more click puts another in its place and ends with 1,
            # which would say "an error".
            if sys.stdout is not output:
                sys.exit(141)
            raise
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except (click.Abort, KeyboardInterrupt):
            sys.exit(130)
        except ProblemsFound as error:
            for problem in error.problems[:MOST_PROBLEMS]:
                narrate(str(problem))
            if (more := len(error.problems) - MOST_PROBLEMS) > 0:
                narrate(_("… and {count} more problems").format(count=more))
            sys.exit(1)
        except Refused as error:
            for line in str(error).splitlines():
                narrate(line)
            sys.exit(1)
        except OSError as error:
            # A folder that cannot be made, a full disk: said as the system says it. Should it be the
            # output itself, nothing more is written to it when the process ends.
            narrate(f"{error.filename}: {said(error)}" if error.filename else str(error))
            if not error.filename:
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
        sys.exit(code if isinstance(code, int) else 0)
