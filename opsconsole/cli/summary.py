"""The overview as plain text, for a pipe, a file, or a terminal that cannot be drawn on."""

from __future__ import annotations

from opsconsole.catalogue import _
from opsconsole.cli.frame import Frame, say, table
from opsconsole.indicators.amounts import value
from opsconsole.text import date
from opsconsole.words import amount, figure


def say_overview(frame: Frame) -> None:
    """Print targets with their status, what waits for somebody, use of mail, sessions and jobs."""
    from opsconsole.console.queries.overview import overview
    from opsconsole.indicators.tree import level_words
    from opsconsole.jobs.history import standing
    from opsconsole.store import clock

    settings, now = frame.settings, clock.now()
    day = now.astimezone(settings.timezone).date()
    with frame.database.read() as reader:
        found = overview(reader, settings, settings.year, day, now)
    say(_("{province}, as of {day}").format(province=settings.province, day=date(day)))
    say("")
    say(_("Targets {year}").format(year=found.year))
    if found.standings:
        rows = [
            [
                one.short_title,
                level_words(one.level),
                value(one.value, one.unit_text),
                value(one.target, one.unit_text),
                one.status_text,
            ]
            for one in found.standings
        ]
        heads = [_("indicator"), _("level"), _("so far"), _("target"), _("status")]
        table(heads, rows, right={2, 3})
    else:
        say(_("No target is declared for {year}.").format(year=found.year))
    say("")
    say(_("Open problems"))
    for alert in found.alerts:
        say(f"          {alert.title}: {alert.detail}")
    for trouble in found.troubles:
        say(f"{amount(trouble.count):>9}  {trouble.words}")
    if not found.troubles and not found.alerts:
        say(_("none"))
    used = [month for month in found.mail if month.used]
    if used:
        last = used[-1]
        say("")
        say(
            _("{month}: {used} of {all} mailboxes used").format(
                month=f"{last.month[5:]}/{last.month[:4]}",
                used=amount(last.used),
                all=amount(found.mailboxes),
            )
        )
    say(
        _("{count} sessions, {hours} hours; attendance known for {attended}").format(
            count=amount(sum(month.sessions for month in found.sessions)),
            hours=figure(sum(month.hours for month in found.sessions), 1),
            attended=amount(sum(month.attended for month in found.sessions)),
        )
    )
    if found.jobs:
        say("")
        say(_("Jobs"))
        for status in found.jobs:
            say(f"{status.job:18}{standing(status)}")
