"""An explanation in words: the lines that command line and console show of a value and its rows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import click

from opsconsole.catalogue import _
from opsconsole.cli.days import DAY
from opsconsole.cli.frame import Frame, narrate, say, say_json
from opsconsole.cli.speech import Command

if TYPE_CHECKING:
    pass


@click.command(cls=Command, help="One figure, down to the rows behind it.")
@click.argument("indicator")
@click.option("--period", required=True, help="2019-07, 2019-Q3, 2019-H2 or 2019, with + and @15.")
@click.option("--unit", help="Code or id of a unit; without it, the whole province.")
@click.option("--below", is_flag=True, help="The unit with all units below it.")
@click.option("--level", type=click.Choice(["all", "province", "department", "district", "commune"]))
@click.option("--as-of", type=DAY, help="Only what had happened by the end of that day.")
@click.option("--units-as-of", type=DAY, help="Through the tree of that day (default: as they were).")
@click.option("--rows", type=click.IntRange(0), help="How many rows are shown (default 20; 0: all).")
@click.option("--people", is_flag=True, help="Name mailboxes and people: personal data.")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON, all rows by default.")
@click.pass_obj
def explain(
    frame: Frame,
    indicator: str,
    period: str,
    unit: str | None,
    below: bool,
    level: str | None,
    as_of: dt.date | None,
    units_as_of: dt.date | None,
    rows: int | None,
    people: bool,
    as_json: bool,
) -> None:
    from opsconsole.indicators.explain import PEOPLE
    from opsconsole.indicators.explain import explain as run
    from opsconsole.indicators.telling import place_of, told

    with frame.database.read() as reader:
        found = run(
            reader,
            indicator,
            period,
            timezone=frame.settings.timezone,
            unit=unit,
            level=level,
            people=people,
            as_of=as_of,
            units_as_of=units_as_of,
            below=below,
        )
    if people and any(row.sort in PEOPLE for row in found.rows):
        narrate(
            _("This names mailboxes or people of {unit}: personal data, for those who need it.").format(
                unit=found.unit_name or place_of(found)
            )
        )
    if as_json:
        say_json(found.data(rows or None))
        return
    for line in told(found, most_rows=20 if rows is None else rows, timezone=frame.settings.timezone):
        say(line)
