"""opsconsole setup: bring a working copy up, doing only what is not done yet."""

from __future__ import annotations

from pathlib import Path

import click

from opsconsole.actor import actor
from opsconsole.catalogue import _
from opsconsole.cli.frame import Frame, bar, narrate
from opsconsole.cli.speech import Command
from opsconsole.settings import Settings
from opsconsole.store.database import Database
from opsconsole.text import number

# The sample register shows a province as it was on this day; its first apply holds from here.
SAMPLE_BEGINS = "2019-01-01"


@click.command(cls=Command, help="Bring a working copy up: database, register, evidence, figures.")
@click.pass_obj
def setup(frame: Frame) -> int:
    """Each step looks first whether it is done, so that a second call returns at once and one
    that was broken off goes on where it stopped."""
    settings, database = frame.settings, frame.database
    if _finished(database, settings.year):
        return 0
    sample = _sample_folder(settings)
    if sample is not None:
        _make_sample(settings, sample)
    _upgrade(database)
    _apply(settings, database, SAMPLE_BEGINS if sample is not None else None)
    _collect(settings, database)
    _measure(settings, database)
    return 0


def _finished(database: Database, year: int) -> bool:
    """Whether figures of *year* have been measured: the last of the steps."""
    if not database.exists():
        return False
    with database.read() as reader:
        return bool(
            reader.row(
                "SELECT 1 FROM observation WHERE province = :province AND current = 1 AND period = :period",
                {"period": str(year)},
            )
        )


def _sample_folder(settings: Settings) -> Path | None:
    """The folder of the generated sample, where the inventory names a folder in it."""
    folder = settings.root / "var" / "sample"
    return folder if any(path.is_relative_to(folder) for path in settings.inventory) else None


def _make_sample(settings: Settings, folder: Path) -> None:
    from opsconsole.sample import generate
    from opsconsole.sample.frame import read_units
    from opsconsole.sample.generate import districts_in, holds

    declared = [path for path in settings.inventory if not path.is_relative_to(folder)]
    units = read_units(declared, f"{settings.year}-01-01")
    committed = [path / "sample" for path in declared if (path / "sample").is_dir()]
    there = sorted({code for path in committed for code in districts_in(path, units)})
    if holds(folder, units, skip_districts=there, year=settings.year):
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with bar(_("Making the sample register")) as progress:
        summary = generate(folder, units, skip_districts=there, year=settings.year, progress=progress)
    narrate(
        _("Sample register: {assets} assets, {accounts} mailboxes, {lines} log lines.").format(
            assets=number(summary.assets, settings.language),
            accounts=number(summary.accounts, settings.language),
            lines=number(summary.log_lines, settings.language),
        )
    )


def _upgrade(database: Database) -> None:
    from opsconsole.store.schema import upgrade

    if upgrade(database).changed:
        narrate(_("Database: tables made."))


def _apply(settings: Settings, database: Database, effective: str | None) -> None:
    from opsconsole.inventory.apply import apply_plan

    with database.read() as reader:
        if reader.value("SELECT revision FROM register WHERE province = :province"):
            return
    with bar(_("Applying the declared files")) as progress:
        applied = apply_plan(
            database,
            settings,
            actor=actor(),
            reason=_("first set-up"),
            effective=effective,
            progress=progress,
        )
    narrate(
        _("Register: {count} things declared, revision {revision}.").format(
            count=number(len(applied.plan.changes), settings.language), revision=applied.revision
        )
    )


def _collect(settings: Settings, database: Database) -> None:
    from opsconsole.cli.evidence import sum_sessions
    from opsconsole.evidence.collect import collect

    with bar(_("Reading the evidence")) as progress:
        collected = collect(
            database,
            settings.sources,
            settings.timezone,
            progress=(lambda done, total, source, _lines: progress(source, done, total))
            if progress
            else None,
        )
    sum_sessions(settings, database)
    lines = sum(source.lines for source in collected.sources)
    narrate(_("Evidence: {count} new lines read.").format(count=number(lines, settings.language)))
    for source in collected.sources:
        for problem in (*source.problems, *source.gaps):
            narrate(f"{source.name}: {problem}")


def _measure(settings: Settings, database: Database) -> None:
    from opsconsole.indicators.measure import measure

    with bar(_("Measuring")) as progress, database.write() as writer:
        measured = measure(
            writer,
            settings.year,
            timezone=settings.timezone,
            progress=(lambda done, total, what: progress(what, done, total)) if progress else None,
        )
    narrate(
        _("Indicators: {count} values of {year} measured.").format(
            count=number(measured.new, settings.language), year=settings.year
        )
    )
