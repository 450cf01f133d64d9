"""Days on the command line: every option that takes one reads what people write."""

from __future__ import annotations

import datetime as dt
from typing import Any

import click

from opsconsole.catalogue import _
from opsconsole.cli.frame import Frame
from opsconsole.dates import typed_day


class _Day(click.ParamType[dt.date]):
    """``2019-12-31``, ``31/12/2019``, ``31/12`` of this year, ``+7`` or ``-1`` days from today, ``today``."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """The day that *value* means; a usage error says what can be written."""
        if isinstance(value, dt.date):
            return value
        frame = ctx.find_object(Frame) if ctx else None
        found = typed_day(str(value), today(frame) if frame else dt.datetime.now(dt.UTC).date())
        if found is None:
            says = _("'{text}' is not a date; write YYYY-MM-DD or dd/mm/yyyy")
            self.fail(says.format(text=value), param, ctx)
        return found


DAY = _Day()


def today(frame: Frame) -> dt.date:
    """The day that it is in the time zone of the settings."""
    from opsconsole.store.clock import now

    return now().astimezone(frame.settings.timezone).date()
