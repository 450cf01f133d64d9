"""The command line: one module a command group; each parses, calls one function, prints.

A command's module is imported when the command is named, so that ``--help`` imports neither
Textual nor SQLAlchemy.
"""

from __future__ import annotations

import importlib
from typing import Any

import click

from opsconsole import __version__
from opsconsole.catalogue import LANGUAGES, _
from opsconsole.cli.frame import Frame, Shell
from opsconsole.cli.speech import Group, speak_as_configured

# name → (module below opsconsole.cli, attribute, one line of help, in English: the catalogue's key)
COMMANDS: dict[str, tuple[str, str, str]] = {
    "alerts": ("alerts", "alerts", "What is wrong, and who was told of it."),
    "apply": ("inventory", "apply", "Write the plan into the register."),
    "audit": ("audit", "audit", "Check the chain of changes; list changes."),
    "check": ("check", "check", "Hold figures together and say what does not agree."),
    "collect": ("evidence", "collect", "Read new evidence from the declared sources."),
    "conference": (
        "conference",
        "conference",
        "Videoconferences: plan, check, call the roll, minutes; evidence and usage.",
    ),
    "console": ("console", "console", "Open the console (what 'opsconsole' alone does)."),
    "db": ("db", "db", "Create, migrate, back up and examine the database."),
    "evidence": ("evidence", "evidence", "Sources, coverage, unknown names, unreadable lines."),
    "explain": ("explain", "explain", "One figure, down to the rows behind it."),
    "export": ("inventory", "export", "Write the register back as YAML."),
    "history": ("inventory", "history", "All changes of one thing."),
    "inventory": ("inventory", "inventory", "Schemas of the YAML documents; the kinds."),
    "jobs": ("jobs", "jobs", "Runs of the scheduled jobs."),
    "mail": ("mail", "mail", "Mail: who uses it, by which rule; directories, leavers, addresses."),
    "measure": ("indicators", "measure", "Measure the indicators from register and evidence."),
    "metrics": ("metrics", "metrics", "Figures, jobs and machines for Prometheus (OpenMetrics)."),
    "observations": ("indicators", "observations", "Measured values."),
    "plan": ("inventory", "plan", "What the declared files would change in the register."),
    "probe": ("probe", "probe", "How endpoints and conference sites answer."),
    "protect": ("inventory", "protect", "Keep a thing from being ended or moved by any plan."),
    "report": ("report", "report", "Reports: draft, issue, verify, compare."),
    "sample": ("sample", "sample", "Write a sample register and its evidence."),
    "scheduler": ("jobs", "scheduler", "Run the jobs at the times in config.yaml."),
    "serve": ("serve", "serve", "The console in a browser (extra 'web')."),
    "setup": ("setup", "setup", "Bring a working copy up: database, register, evidence, figures."),
    "show": ("inventory", "show", "One thing, now or as of a date."),
    "systems": ("systems", "systems", "The shared systems of the plan, each with its figures."),
    "targets": ("indicators", "targets", "Yearly targets with pace and status."),
    "units": ("units", "units", "The administrative tree as of a date."),
    "unprotect": ("inventory", "unprotect", "Take a protection back."),
}


class Commands(Group):
    """Looks a command up by name and imports its module only then."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """The language is chosen first, so that help and wrong usage are in it too."""
        speak_as_configured(args)
        return super().make_context(info_name, args, parent, **extra)

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute, _help = COMMANDS[name]
        found: click.Command = getattr(importlib.import_module(f"opsconsole.cli.{module}"), attribute)
        return found

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(COMMANDS[name][2])) for name in sorted(COMMANDS)])


@click.command(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="The terminal console with which a province runs its ICT estate and accounts for it.",
)
@click.option("--config", type=click.Path(dir_okay=False), default=None, help="Settings file (config.yaml).")
@click.option(
    "--language", type=click.Choice(LANGUAGES), help="Language of this call (or OPSCONSOLE_LANGUAGE)."
)
@click.version_option(__version__, prog_name="opsconsole", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context, config: str | None, language: str | None) -> None:
    context.obj = Frame(config, language)
    if context.invoked_subcommand is None:
        from opsconsole.cli.console import console

        context.invoke(console)


def main() -> None:
    """The entry point: runs the command line; known errors become one line each and exit 1."""
    Shell(cli).run()
