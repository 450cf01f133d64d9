"""What the list of reports and an opened report do alike: other periods, files, issuing, verifying."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from opsconsole.catalogue import _
from opsconsole.console.screens.dialogs import ConfirmDialog
from opsconsole.console.screens.gridpage import GridPage
from opsconsole.console.screens.issuing import Issuing, Wanted

if TYPE_CHECKING:
    from opsconsole.reports.issued import Issued
    from opsconsole.reports.verify import Standing


class ReportPage(GridPage):
    """A page on which one report is at hand at a time."""

    with_panel = True

    @property
    def maker(self) -> Issuing:
        """What makes reports: one for both pages, so that one report is made at a time."""
        found = self.console.page_of("reports")
        if not isinstance(found, ReportPage):
            raise TypeError("the page of reports is none")
        if found._maker is None:
            found._maker = Issuing(self.console)
        return found._maker

    _maker: Issuing | None = None

    def at_hand(self) -> Wanted | None:
        """The report that is meant; None where there is none, or something of it has to be chosen first."""
        return None

    def issued_here(self) -> Issued | None:
        """The same, where it was issued."""
        return None

    def choose(self, wanted: Wanted) -> None:
        """Take another period."""

    def note_verified(self, found: Standing) -> None:
        """Show what verifying found."""
        page = self.console.page_of("reports")
        if page is not self and isinstance(page, ReportPage):
            page.note_verified(found)

    # --- actions -----------------------------------------------------------------------------------

    def action_period_before(self) -> None:
        """The period before."""
        self.step(-1)

    def action_next_period(self) -> None:
        """The next period."""
        self.step(1)

    def step(self, by: int) -> None:
        """The report *by* periods on."""
        from opsconsole.periods import span
        from opsconsole.reports.spans import stepped

        if self.issued_here() is not None:
            self.console.say(_("What was issued has its period; choose a report that can be drawn up."))
            return
        here = self.at_hand()
        if here is not None:
            self.choose(replace(here, period=stepped(span(here.period), by).name))

    def action_write_draft(self) -> None:
        """Write the files of a draft."""
        wanted = self.at_hand()
        if wanted is not None:
            self.maker.write(replace(wanted, year=0, number=0))

    def action_name_people(self) -> None:
        """Name the people of a list in place of their numbers, or number them again."""
        wanted = self.at_hand()
        if wanted is None:
            return
        if self.issued_here() is not None:
            self.console.say(
                _("What was issued stays as it is; choose a report that can be drawn up."), "warn"
            )
        elif wanted.people:
            self.choose(replace(wanted, people=False, why=""))
        elif not self.personal(wanted):
            self.console.say(_("This report has no list of people."), "warn")
        else:
            self._ask_for_people(wanted)

    def _ask_for_people(self, wanted: Wanted) -> None:
        from opsconsole.actor import actor
        from opsconsole.errors import Refused
        from opsconsole.reports.order import may_name_people

        try:
            may_name_people(self.console.settings, actor())
        except Refused as error:
            self.maker.refused(error)
            return
        lines = [
            _("Mailboxes and people are then named in the draft, in its files and in what is issued of it."),
            _("It is personal data: each time it is made, the history records by whom, of what and when."),
        ]
        self.console.push_screen(
            ConfirmDialog(
                _("Name people?"),
                lines,
                _("Name them"),
                lambda reason: self.choose(replace(wanted, people=True, why=reason)),
            )
        )

    def personal(self, wanted: Wanted) -> bool:
        """Whether the report *wanted* is a list of people."""
        return False

    def action_issue(self) -> None:
        """Issue the report."""
        if self.issued_here() is not None:
            self.console.say(_("It was issued already; C issues a correction."), "warn")
            return
        wanted = self.at_hand()
        if wanted is not None:
            self.maker.issue(wanted)

    def action_correct(self) -> None:
        """Issue a correction of the report."""
        report, wanted = self.issued_here(), self.at_hand()
        if report is None or wanted is None:
            self.console.say(_("Only what was issued can be corrected; choose an issued report."), "warn")
            return
        self.maker.issue(replace(wanted, year=0, number=0), report)

    def action_verify_report(self) -> None:
        """Verify the issued report."""
        report = self.issued_here()
        if report is None:
            self.console.say(_("Only what was issued can be verified; choose an issued report."), "warn")
            return
        self.maker.verify(report.year, report.number, self.note_verified)
