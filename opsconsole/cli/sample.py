"""opsconsole sample: write a generated register and its evidence."""

from __future__ import annotations

from pathlib import Path

import click

from opsconsole.catalogue import _
from opsconsole.cli.frame import Frame, bar, say, say_json
from opsconsole.cli.speech import Command
from opsconsole.text import number


@click.command(cls=Command, help="Write a sample register (YAML) and its evidence, made up from a seed.")
@click.option("--seed", type=int, default=42, show_default=True, help="The same seed gives the same bytes.")
@click.option("--scale", type=float, default=1.0, show_default=True, help="Times people, assets, mailboxes.")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Folder to write; new, or a sample."
)
@click.option("--year", type=int, default=2019, show_default=True, help="Year of the evidence.")
@click.option("--density", type=float, default=1.0, show_default=True, help="Times events on a day of use.")
@click.option("--units", "units_path", type=click.Path(path_type=Path), help="Folder of the declared units.")
@click.option("--skip-district", multiple=True, metavar="CODE", help="Leave this district's documents out.")
@click.option("--only-district", multiple=True, metavar="CODE", help="Write this district's documents only.")
@click.option("--without-evidence", is_flag=True, help="Write the register only.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@click.pass_obj
def sample(
    frame: Frame,
    seed: int,
    scale: float,
    out: Path,
    year: int,
    density: float,
    units_path: Path | None,
    skip_district: tuple[str, ...],
    only_district: tuple[str, ...],
    without_evidence: bool,
    as_json: bool,
) -> None:
    from opsconsole.sample import generate
    from opsconsole.sample.frame import read_units

    settings = frame.settings
    units = read_units([units_path] if units_path else settings.inventory, f"{year}-01-01")
    with bar(_("Making the sample register")) as progress:
        summary = generate(
            out,
            units,
            seed=seed,
            scale=scale,
            year=year,
            density=density,
            skip_districts=skip_district,
            only_districts=only_district,
            evidence=not without_evidence,
            progress=progress,
        )
    if as_json:
        say_json(summary.data)
        return
    language = settings.language
    for what, count in (
        (_("documents"), summary.files),
        (_("units"), summary.units),
        (_("people"), summary.people),
        (_("assets"), summary.assets),
        (_("mailboxes"), summary.accounts),
        (_("conference sites"), summary.sites),
        (_("sessions"), summary.sessions),
        (_("log lines"), summary.log_lines),
        (_("stays in sessions"), summary.stays),
    ):
        say(f"{number(count, language):>12}  {what}")
