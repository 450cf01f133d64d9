"""What is made of a report: the files of a draft, an issue with its reasons, a correction, verifying.

Everything runs in threads; what is written is shown with its folder. Nothing is issued before the draft
was drawn up and its conflicts were read: the question lists them, and Cancel is the answer at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget

from opsconsole.catalogue import _, ngettext
from opsconsole.console.feeds import Question
from opsconsole.console.screens.dialogs import ConfirmDialog
from opsconsole.console.widgets.input import ViInput
from opsconsole.console.widgets.plain import Line, Plain
from opsconsole.store.database import Reader
from opsconsole.words import amount

if TYPE_CHECKING:
    from opsconsole.console.app import Console
    from opsconsole.reports.issue import Written
    from opsconsole.reports.issued import Issued
    from opsconsole.reports.opened import Opened
    from opsconsole.reports.order import Order
    from opsconsole.reports.verify import Standing

MOST_CONFLICTS = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """A report that is to be read or made: a draft of *outline* for *period* (and *unit*, a code), with
    *people* named (*why* goes into the history) or as numbers, or the one that was issued as *number* of
    *year*."""

    outline: str
    period: str
    unit: str = ""
    year: int = 0
    number: int = 0
    people: bool = False
    why: str = ""

    @property
    def key(self) -> str:
        """A key for lists: of an issued report ``2026/5``, else the name of the outline."""
        return f"{self.year}/{self.number}" if self.number else self.outline

    def order(self, language: str) -> Order:
        """The same as an order for a draft in *language*."""
        from opsconsole.reports.order import Order

        return Order(self.outline, self.period, self.unit, language, self.people, self.why)


def wanted_of(report: Issued) -> Wanted:
    """The issued *report*."""
    return Wanted(report.outline, report.period, report.unit_id.split("@")[0], report.year, report.number)


def reporter(question: Question) -> Callable[[str, int, int], None]:
    """Progress of a report as text for the line of state, at most one message a whole percent. Stops
    the work when nobody waits for it any more."""
    last = ""

    def progress(stage: str, done: int, total: int) -> None:
        nonlocal last
        question.check()
        words = {
            "compose": _("Drawing up the report"),
            "recompute": _("Recomputing the figures"),
            "written": _("Written"),
        }
        text = words.get(stage) or _("Writing {format}").format(format=stage)
        if total:
            text += f" … {done * 100 // total} %"
        if text != last:
            last = text
            question.say(text)

    return progress


def drawn_up(
    wanted: Wanted, console: Console, speak: str, question: Question, *, measuring: bool = False
) -> Opened:
    """The draft *wanted*, in the language *speak*; with *measuring* what was never measured is, first."""
    from opsconsole.actor import actor
    from opsconsole.reports.opened import opened_draft

    return opened_draft(
        console.feeds.database,
        console.settings,
        wanted.order(speak),
        actor=actor(),
        measuring=measuring,
        progress=reporter(question),
    )


class Issuing:
    """Makes reports for the pages that show them."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.working = False

    def _begin(self, text: str) -> bool:
        if self.working:
            self.console.say(_("A report is being made; wait until it is done."), "warn")
            return False
        self.working = True
        self.console.say(text)
        return True

    def _failed(self, error: Exception) -> None:
        self.working = False
        self.refused(error)

    def refused(self, error: Exception) -> None:
        """Show why a report could not be made."""
        from opsconsole.errors import Refused
        from opsconsole.strictyaml import ProblemsFound

        if isinstance(error, ProblemsFound):
            self.console.open_text(_("The outline has problems"), [str(each) for each in error.problems])
        elif isinstance(error, Refused):
            self.console.open_text(_("Refused; nothing was changed"), str(error).splitlines())
        else:
            self.console.failed(error)

    def _run(self, work: Callable[[Question], Any], done: Callable[[Any], None]) -> None:
        def answered(value: Any) -> None:
            if isinstance(value, str):
                self.console.say(value)
            else:
                self.working = False
                done(value)

        self.console.feeds.run("issuing", work, answered, self._failed)

    # --- files -------------------------------------------------------------------------------------

    def write(self, wanted: Wanted) -> None:
        """Write the files of the draft."""
        console = self.console
        if not self._begin(_("Drawing up the report …")):
            return
        database, settings, speak = console.feeds.database, console.settings, console.language

        def work(question: Question) -> Written:
            from opsconsole.actor import actor
            from opsconsole.reports.issue import draft

            return draft(
                database,
                settings,
                wanted.order(speak),
                actor=actor(),
                progress=reporter(question),
            )

        self._run(work, self._written)

    def _written(self, made: Written) -> None:
        title = _("Issued: No. {sign}").format(sign=made.sign) if made.number else _("Draft written")
        lines: list[Line] = [
            [("bold", f"{made.title}, {made.period}")],
            _("{count} figures").format(count=amount(made.figures)),
            "",
            [("faint", _("Folder: ")), ("", str(made.folder))],
        ]
        lines += [f"  {path.name}" for path in made.files]
        if made.conflicts:
            lines += ["", [("head", _("What checks say about its figures"))]]
            lines += [[("warn", f"{words}: "), ("", text)] for words, text in made.conflicts]
        self.console.say("")
        self.console.state_line.hush()
        self.console.open_text(title, lines)
        self.console.data_changed()
        self.console.page_of("reports").outdated()

    # --- issuing -----------------------------------------------------------------------------------

    def issue(self, wanted: Wanted, corrects: Issued | None = None) -> None:
        """Draw the report up as it would be issued, and ask."""
        console = self.console
        if not self._begin(_("Drawing up the report …")):
            return
        speak = console.language

        def work(question: Question) -> Any:
            from opsconsole.reports.order import folder_of

            # Whether checks contradict it is the same without names, and asking is not yet making a list.
            found = drawn_up(replace(wanted, people=False), console, speak, question, measuring=True)
            return found, str(folder_of(console.settings))

        def ask(found: tuple[Opened, str]) -> None:
            console.state_line.hush()
            opened, folder = found
            console.push_screen(
                IssueDialog(
                    opened,
                    self._question(opened, folder, corrects, wanted),
                    corrects,
                    lambda reason, why: self._issue(wanted, speak, reason, corrects, why),
                )
            )

        self._run(work, ask)

    def _question(
        self, opened: Opened, folder: str, corrects: Issued | None, wanted: Wanted
    ) -> Sequence[Line]:
        settings = self.console.settings
        language = {"vi": _("Vietnamese"), "en": _("English")}[opened.language]
        lines: list[Line] = [
            [("bold", opened.title)],
            opened.subject,
            [
                (
                    "faint",
                    _("{period} · {count} figures · {language} · {formats}").format(
                        period=opened.period,
                        count=amount(len(opened.figures)),
                        language=language,
                        formats=", ".join(dict.fromkeys((*settings.reports.formats, "json"))),
                    ),
                )
            ],
            [("faint", _("Folder: ") + folder)],
            _("It gets the next number of the year and is never changed again."),
        ]
        if wanted.people:
            lines.append([("warn", _("People are named in it; that you had the list made is recorded."))])
        if corrects is not None:
            lines.append(_("It corrects No. {sign} ({name}).").format(sign=corrects.sign, name=corrects.name))
        found = opened.contradicted
        if found:
            text = ngettext("{n} check contradicts it:", "{n} checks contradict it:", len(found))
            lines += ["", [("bad", text.format(n=amount(len(found))))]]
            lines += [
                [("warn", f"M{each.number}. {each.title}: "), ("", each.sentence)]
                for each in found[:MOST_CONFLICTS]
            ]
        return lines

    def _issue(self, wanted: Wanted, speak: str, reason: str, corrects: Issued | None, why: str) -> None:
        console = self.console
        if not self._begin(_("Issuing the report …")):
            return
        database, settings = console.feeds.database, console.settings

        def work(question: Question) -> Written:
            from opsconsole.actor import actor
            from opsconsole.reports.issue import issue

            return issue(
                database,
                settings,
                wanted.order(speak),
                actor=actor(),
                conflict_reason=reason,
                corrects=(corrects.year, corrects.number) if corrects else None,
                corrects_reason=why,
                progress=reporter(question),
            )

        self._run(work, self._written)

    # --- verifying ---------------------------------------------------------------------------------

    def verify(self, year: int, number: int, done: Callable[[Standing], None]) -> None:
        """Hold an issued report against its files, the history and the register; show what was found."""
        console, settings = self.console, self.console.settings

        def work(reader: Reader, question: Question) -> Any:
            from opsconsole.reports.issued import one
            from opsconsole.reports.order import folder_of
            from opsconsole.reports.telling import stands
            from opsconsole.reports.verify import standing

            report = one(reader, year, number)
            folder = folder_of(settings) / str(report.year) / report.folder
            found = standing(reader, report, folder, timezone=settings.timezone, progress=reporter(question))
            return found, stands(found)

        def show(value: Any) -> None:
            if isinstance(value, str):
                console.say(value)
                return
            found, said = value
            console.state_line.hush()
            done(found)
            lines: list[Line] = [[("good" if found.holds else "bad", verdict(found))], "", *said]
            console.open_text(_("Verified: No. {sign}").format(sign=found.report.sign), lines)

        console.say(_("Recomputing the figures …"))
        console.feeds.ask("verify.report", work, show, self.refused)


def verdict(found: Standing) -> str:
    """What verifying found, in a line."""
    if found.holds:
        return _("All is as it was issued, and every figure recomputes.")
    return _("Not all is as it was issued.")


class IssueDialog(ConfirmDialog):
    """The question before a report is issued. Where checks contradict it a reason must be written, and of
    a correction what it corrects; *issued* gets both. The key that opened it issues nothing."""

    def __init__(
        self,
        opened: Opened,
        lines: Sequence[Line],
        corrects: Issued | None,
        issued: Callable[[str, str], None],
    ) -> None:
        super().__init__(_("Issue this report?"), lines, _("Issue"), lambda reason: None)
        self._issued = issued
        self._needs_reason = bool(opened.contradicted)
        self.set_class(len(opened.contradicted) > 3, "large")
        self._corrects = corrects
        self.reason = ViInput(
            placeholder=_("why it is issued though checks contradict it; it is printed"),
            submitted=lambda text: self._on(),
            left=self.action_leave,
        )
        self.why = ViInput(
            placeholder=_("what is corrected; it is printed"),
            submitted=lambda text: self._next(),
            left=self.action_leave,
        )

    def questions(self) -> ComposeResult:
        """The reasons that are needed."""
        if self._corrects is not None:
            with Horizontal(classes="dialog-input"):
                yield Plain([_("What it corrects:") + " "])
                yield self.why
        if self._needs_reason:
            with Horizontal(classes="dialog-input"):
                yield Plain([_("Reason:") + " "])
                yield self.reason

    @property
    def first(self) -> Widget:
        """What must be written; else Cancel is at hand."""
        if self._corrects is not None:
            return self.why
        return self.reason if self._needs_reason else self.cancel

    def _next(self) -> None:
        self.set_focus(self.reason if self._needs_reason else self.cancel)

    def action_confirm(self) -> None:
        """Issue, once the reasons are written."""
        why, reason = self.why.value.strip(), self.reason.value.strip()
        if self._corrects is not None and not why:
            self._lacking(self.why, _("Write what it corrects first."))
        elif self._needs_reason and not reason:
            self._lacking(self.reason, _("Write first why it is issued all the same."))
        else:
            self.dismiss(None)
            self._issued(reason, why)

    def _lacking(self, line: ViInput, text: str) -> None:
        self.error.show([[("bad", text)]])
        self.set_focus(line)
