"""``opsconsole systems``: the shared systems of the plan, each with its row of indicators."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import click

from opsconsole.catalogue import _
from opsconsole.cli.days import DAY, today
from opsconsole.cli.frame import Frame, narrate, say, say_json, table
from opsconsole.cli.speech import Command
from opsconsole.indicators.statedtext import assumption
from opsconsole.indicators.systemstext import cells
from opsconsole.text import safe

if TYPE_CHECKING:
    from opsconsole.indicators.systems import System


@click.command(cls=Command, help="The shared systems of the plan, each with its figures.")
@click.option("--year", type=click.IntRange(1990, 2100), help="The year (default: the year in config.yaml).")
@click.option("--as-of", type=DAY, help="The day asked about (default: today).")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON.")
@click.pass_obj
def systems(frame: Frame, year: int | None, as_of: dt.date | None, as_json: bool) -> None:
    from opsconsole.indicators.systems import systems as read

    settings = frame.settings
    day = as_of or today(frame)
    with frame.database.read() as reader:
        found = read(reader, year or settings.year, day)
    if as_json:
        say_json([one.data for one in found])
        return
    if not found:
        narrate(_("No system is declared; 'kind: systems' declares them."))
        return
    for number, one in enumerate(found):
        if number:
            say()
        _show(one)


def _show(system: System) -> None:
    say(safe(system.title))
    about = [system.section, system.unit_name]
    if any(about):
        say("  " + ", ".join(safe(each) for each in about if each))
    heads = [_("indicator"), _("value"), _("until"), _("target"), _("status"), _("remark")]
    rows = [
        list(line) if not place else ["", "", "", line.target, line.status, ""]
        for row in system.rows
        for place, line in enumerate(cells(row))
    ]
    table(heads, [[f"  {row[0]}", *row[1:]] for row in rows], right={1, 3})
    for row in system.rows:
        if row.assumptions:
            say(f"  {_('assumption')} – {safe(row.title)}: {safe(row.formula_text)}")
            for rate in row.assumptions:
                say(f"    {assumption(rate)}")
