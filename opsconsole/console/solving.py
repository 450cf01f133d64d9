"""Where what waits for a person is solved: the way from a sort of trouble, or an alert, to its place."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from opsconsole.catalogue import _

if TYPE_CHECKING:
    from opsconsole.console.app import Console
    from opsconsole.console.queries.needs import Trouble

# The way that each sort of trouble takes: the argument of the action ``solve``.
WAYS = {
    "jobs": "jobs",
    "sites": "sites",
    "endpoints": "sites",
    "certificates": "certificates",
    "handovers": "handovers",
    "conflicts": "conflicts",
    "unmatched": "unmatched",
    "unreadable": "unread",
    "gaps": "unread",
    "warranties": "warranties",
    "orphans": "orphans",
    "days": "days",
}
# And each event of alerts.
WAY_OF_EVENT = {
    "job-failed": "jobs",
    "job-late": "jobs",
    "target-behind": "targets",
    "endpoint-down": "sites",
    "source-silent": "days",
    "check-conflict": "conflicts",
    "audit-broken": "audit",
}
_PAGES = {"jobs": "jobs", "targets": "targets", "audit": "audit", "alerts": "alerts"}


def way_of(trouble: Trouble) -> str:
    """The way that *trouble* takes."""
    return WAYS[trouble.sort.partition(".")[0]]


def solve(console: Console, way: str, subject: str = "") -> bool:
    """Go to where *way* leads; *subject* is what an alert is about. False where that is nowhere: then
    what is known of it is to be shown."""
    if way in _PAGES:
        page = console.open_page(_PAGES[way])
        if way == "jobs" and subject:
            page.set_filter(subject)
        return True
    if way == "warranties":
        from opsconsole.console.queries.needs import WARRANTY_DAYS

        first = console.day + dt.timedelta(days=1)
        last = console.day + dt.timedelta(days=WARRANTY_DAYS)
        console.open_page("assets").given(f"warranty:{first}..{last}")
        return True
    if way == "orphans":
        from opsconsole.console.screens.plan import PlanPage

        page = console.open_page("plan")
        if isinstance(page, PlanPage):
            page.action_make_plan()
            console.say(_("The plan lists what is in no file any more, at its end."))
        return True
    if way == "sites" and subject.startswith("site/"):
        console.open_thing("sites", subject.removeprefix("site/"), None)
        return True
    return False


def open_board(console: Console, session: str) -> None:
    """The live board of *session*."""
    from opsconsole.console.screens.board import BoardPage

    page = console.page_of("board")
    if isinstance(page, BoardPage):
        page.open_session(session)
        console.open_page("board")
