"""The language of the command line: which one it is, and help in it.

Help of commands and options is written once, in English, where they are declared; that text is
the key by which it is found in the catalogue when it is shown.
"""

from __future__ import annotations

import copy
import gettext
import inspect
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import click

from opsconsole.catalogue import DIRECTORY, DOMAIN, LANGUAGES, N_, _, use_language

C = TypeVar("C", bound=click.Command)
P = TypeVar("P", bound=click.Parameter)

_LANGUAGE = re.compile(r"""^(?:\{\s*)?["']?language["']?\s*:\s*["']?(vi|en)\b""", re.MULTILINE)

_SENTENCE = 500  # longer than any first sentence of a help text

_VALUED = ("--config", "--language")  # options before the command that take a word

# What click prints for a command without words of its own, and words that it gives its catalogue
# as variables.
_FIXED = (N_("[OPTIONS]"), N_("COMMAND [ARGS]..."), N_("[COMMAND] [ARGS]..."), N_("required"))


def speak(language: str) -> None:
    """Speak *language* from now on: the product's texts, and those that click has of its own
    ("Usage", "No such option"), which it asks from gettext's default domain."""
    use_language(language)
    gettext.bindtextdomain(DOMAIN, str(DIRECTORY))
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = language  # where gettext looks first


def speak_as_configured(arguments: Sequence[str]) -> None:
    """Speak the language that *arguments* (of the command line), else ``$OPSCONSOLE_LANGUAGE``, else
    the settings file say, before anything is known of that file: help and errors in it are to be in it.

    Without a file it is English; a file that does not say gives the default of the settings. The
    file is not read as YAML: that takes longer than help may, and the YAML may be what is wrong.
    """
    asked = _given(arguments, "--language") or os.environ.get("OPSCONSOLE_LANGUAGE")
    if asked in LANGUAGES:
        speak(asked)
        return
    chosen = _given(arguments, "--config") or os.environ.get("OPSCONSOLE_CONFIG", "config.yaml")
    try:
        content = Path(chosen).read_text("utf-8", errors="replace")
    except OSError:
        speak("en")
        return
    found = _LANGUAGE.search(content.removeprefix("\ufeff"))
    speak(found[1] if found else "vi")


def _given(arguments: Sequence[str], option: str) -> str:
    """The value of *option* before the first word that is none; '' where it is not given."""
    words = iter(arguments)
    for word in words:
        if word == option:
            return next(words, "")
        if word.startswith(f"{option}="):
            return word.partition("=")[2]
        if word in _VALUED:
            next(words, "")
        elif not word.startswith("-"):
            break
    return ""


# --- help ----------------------------------------------------------------------------------------


def help_text(command: click.Command) -> str:
    """The help of *command* as it is in the catalogue."""
    return inspect.cleandoc(command.help or "").partition("\f")[0].strip()


def help_texts(command: click.Command, context: click.Context) -> Iterator[str]:
    """The texts in the help of *command* and of all commands below it, for the catalogue."""
    yield help_text(command)
    for param in command.params:
        yield getattr(param, "help", None) or ""
        yield _metavar(param, context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                yield from help_texts(below, context)


def _metavar(param: click.Parameter, context: click.Context) -> str:
    """What stands for the value of an option; '' where it has none or lists what is allowed."""
    if not isinstance(param, click.Option) or param.is_flag or param.count:
        return ""
    if param.metavar is not None:
        return param.metavar
    if isinstance(param.type, click.Path):
        # click names this type in the language that was spoken when the option was declared
        return "DIRECTORY" if not param.type.file_okay else "PATH" if param.type.dir_okay else "FILE"
    return "" if param.type.get_metavar(param, context) else param.type.name.upper()


def _said(text: str) -> str:
    return _(text) if text else ""  # gettext gives its header for ''


def _spoken(command: C, context: click.Context) -> C:
    """A copy of *command* with its texts in the language in use."""
    said = copy.copy(command)
    said.help = _said(help_text(command)) or None
    said.options_metavar = _said(command.options_metavar or "")
    said.params = [_spoken_param(param, context) for param in command.params]
    if isinstance(said, click.Group):
        said.subcommand_metavar = _said(said.subcommand_metavar)
    return said


def _spoken_param(param: P, context: click.Context) -> P:
    said = copy.copy(param)
    if isinstance(said, click.Option | click.Argument):
        said.help = _said(said.help or "") or None
    metavar = _metavar(param, context)
    if metavar:
        said.metavar = _(metavar)
    return said


class Command(click.Command):
    """A command whose help is in the language in use."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """click keeps the option; its text is that of the present language."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _("Show this message and exit.")
        return option

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Usage, help, arguments and options."""
        super(Command, _spoken(self, ctx)).format_help(ctx, formatter)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The line of usage, which errors show as well."""
        super(Command, _spoken(self, ctx)).format_usage(ctx, formatter)

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first sentence, for the list of commands: all of it, over as many lines as it takes."""
        said = copy.copy(self)
        said.help = _said(help_text(self)) or None
        return super(Command, said).get_short_help_str(max(limit, _SENTENCE))


class Group(Command, click.Group):
    """A group of such commands."""

    command_class = Command
    group_class = type
