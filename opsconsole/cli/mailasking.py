"""What the commands about the use of mail are asked on: options that they share, and the period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from opsconsole.cli.frame import Frame

if TYPE_CHECKING:
    from opsconsole.indicators.asking import Asking
    from opsconsole.indicators.periods import Period
    from opsconsole.store.database import Reader

period_option = click.option(
    "--period", metavar="PERIOD", help="A period (2019-07, 2019); by default the last month with logs."
)
unit_option = click.option("--unit", metavar="CODE", help="Only this unit.")
json_option = click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")


def asked(frame: Frame, reader: Reader, period: str | None) -> tuple[Asking, Period]:
    """What is asked on, and the period called *period*: by default the last month with logs."""
    from opsconsole.indicators.asking import Asking

    if period is None:
        last = reader.value("SELECT MAX(month) FROM mail_activity WHERE province = :province")
        period = str(last or frame.settings.year)
    asking = Asking(reader, frame.settings.timezone)
    return asking, asking.period(period)
