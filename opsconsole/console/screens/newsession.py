"""New sessions in the console: a form, or a calendar file; what clashes and what would be written is shown
before anything is saved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from opsconsole.catalogue import N_, _, ngettext
from opsconsole.console.feeds import Question
from opsconsole.console.screens.dialogs import ConfirmDialog, Dialog
from opsconsole.console.widgets.input import ViInput
from opsconsole.console.widgets.plain import Line, Plain
from opsconsole.errors import Refused
from opsconsole.store.database import Reader
from opsconsole.words import figure

if TYPE_CHECKING:
    from opsconsole.console.app import Console
    from opsconsole.operations.conference.sessions import Session
    from opsconsole.operations.conference.typed import Names
    from opsconsole.sessionplan import Schedule

# name → (label, what stands in the empty line)
FIELDS: dict[str, tuple[str, str]] = {
    "title": (N_("Subject"), ""),
    "kind": (N_("Kind"), N_("province–district, … (a beginning is enough)")),
    "start": (N_("Start"), N_("05/09/2019 08:00, or hn 14:00 today, +1 8:00 tomorrow")),
    "end": (N_("End"), N_("09:30, or minutes: 90")),
    "host": (N_("Host"), N_("key, name or a part of it")),
    "sites": (N_("Sites"), N_("names with ; between them; districts; communes 150; departments")),
    "operator": (N_("Operator"), N_("staff id, or a name")),
    "agenda": (N_("Agenda"), N_("08:00 Opening; 08:15 Report")),
    "note": (N_("Note"), ""),
}


class SessionForm(Dialog):
    """The form of a new session. *values* are what was typed before, and keep what is typed when it is
    left; *checked* gets the session once everything in it is right."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,tab", "app.focus_next", show=False),
        Binding("up,shift+tab", "app.focus_previous", show=False),
    ]

    def __init__(self, console: Console, values: dict[str, str], checked: Callable[[Session], None]) -> None:
        super().__init__(_("New session"))
        self.owner = console
        self._values = values
        self._checked = checked
        self._names: Names | None = None
        self._names_day = ""
        self.inputs = {
            name: ViInput(
                values.get(name, ""),
                placeholder=_(hint) if hint else "",
                submitted=partial(self._submit, name),
                left=self.action_leave,
                changed=partial(self._change, name),
            )
            for name, (_label, hint) in FIELDS.items()
        }
        self.hint = Plain(classes="form-hint")

    def compose(self) -> ComposeResult:
        """A line a field, what is understood of it, the keys."""
        with self.box:
            yield self.head
            for name, (label, _hint) in FIELDS.items():
                with Horizontal(classes="form-line"):
                    yield Plain([[("faint", _(label))]])
                    yield self.inputs[name]
            yield self.hint
            keys = _("Enter: next, at the end check · Tab ↑↓ move · Esc leaves")
            yield Plain([[("faint", keys)]])

    def on_mount(self) -> None:
        """Begin with the first empty line."""
        empty = next((name for name in FIELDS if not self.inputs[name].value), "title")
        self.set_focus(self.inputs[empty])
        self._look_up()

    def _day(self) -> str:
        from opsconsole.operations.conference.typed import typed_moment

        try:
            zone, today = self.owner.settings.timezone, self.owner.today()
            return f"{typed_moment(self.inputs['start'].value, zone, today):%Y-%m-%d}"
        except Refused:
            return self.owner.day.isoformat()

    def _look_up(self) -> None:
        """The sites as they are called on the day of the session."""
        day = self._day()
        if day == self._names_day:
            return
        self._names_day = day

        def work(reader: Reader, question: Question) -> Names:
            from opsconsole.operations.conference.typed import Names

            return Names(reader, day)

        def answered(names: Names) -> None:
            self._names = names
            self._show_hint("sites" if self.focused is not self.inputs["host"] else "host")

        self.owner.feeds.ask("form.names", work, answered)

    def _change(self, name: str, text: str) -> None:
        self._values[name] = text
        if name == "start":
            self._look_up()
        self._show_hint(name)

    def _show_hint(self, name: str) -> None:
        """What is understood of the line that is being typed."""
        from opsconsole.operations.conference.typed import split_names

        text, names = self.inputs[name].value, self._names
        if name not in ("host", "sites", "operator") or names is None or not text.strip():
            self.hint.show([])
            return
        try:
            if name == "operator":
                key, who = names.operator(text)
                self.hint.show([[("good", f"{key}: "), ("", who)]])
                return
            keys = [names.one(text)] if name == "host" else list(names.many(split_names(text)))
        except Refused as error:
            self.hint.show([[("warn", line)] for line in str(error).splitlines()[:4]])
            return
        named = ", ".join(names.sites[key].name for key in keys[:4]) + (" …" if len(keys) > 4 else "")
        count = ngettext("{n} site", "{n} sites", len(keys)).format(n=figure(len(keys)))
        self.hint.show([[("good", f"{count}: "), ("", named)]])

    def _submit(self, name: str, text: str) -> None:
        order = list(FIELDS)
        if name != order[-1]:
            self.set_focus(self.inputs[order[order.index(name) + 1]])
            return
        self._check()

    def _check(self) -> None:
        """Read every line; all that is wrong is said at once."""
        from opsconsole.operations.conference.sessions import Session
        from opsconsole.operations.conference.typed import (
            kind_called,
            split_names,
            typed_end,
            typed_moment,
        )

        zone, typed = self.owner.settings.timezone, {n: i.value.strip() for n, i in self.inputs.items()}
        names = self._names
        if names is None:
            return
        wrong: list[tuple[str, str]] = []

        def right(name: str, read: Callable[[], object], default: object = None) -> object:
            try:
                return read()
            except Refused as error:
                wrong.append((name, str(error)))
                return default

        if not typed["title"]:
            wrong.append(("title", _("a session needs a subject")))
        kind = right("kind", lambda: kind_called(typed["kind"]), "other")
        start = right("start", lambda: typed_moment(typed["start"], zone, self.owner.today()))
        end = (
            right("end", lambda: typed_end(typed["end"] or "90", start))
            if isinstance(start, dt.datetime)
            else None
        )
        host = right("host", lambda: names.one(typed["host"]) if typed["host"] else "", "")
        invited = right("sites", lambda: names.many(split_names(typed["sites"])), ())
        operator = right("operator", lambda: names.operator(typed["operator"])[0], "")
        if wrong or not isinstance(start, dt.datetime) or not isinstance(end, dt.datetime):
            lines = [line for _name, text in wrong for line in text.splitlines()]
            self.hint.show([[("bad", line)] for line in lines[:6]])
            self.set_focus(self.inputs[wrong[0][0]])
            return
        assert isinstance(invited, tuple)  # noqa: S101 - as it was read
        self.dismiss(None)
        self._checked(
            Session(
                "",
                typed["title"],
                str(kind),
                start,
                end,
                str(host),
                tuple(key for key in invited if key != host),
                str(operator),
                "",
                None,
                tuple(split_names(typed["agenda"])),
                note=typed["note"],
            )
        )


class Planner:
    """The way from drafts to saved sessions, for one console. What is typed in the form stays until it is
    saved."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._values: dict[str, str] = {}

    def new(self) -> None:
        """Ask for a session in a form."""
        self.console.push_screen(
            SessionForm(self.console, self._values, lambda one: self._ask([one], self._values.clear))
        )

    def calendar(self) -> None:
        """Ask for the path of a calendar file."""
        if self.console.served:
            self.console.say(
                _("A browser opens no file of the server; opsconsole conference plan takes calendars."),
                "warn",
            )
            return
        self.console.prompt.open(
            "calendar",
            _("Calendar file (.ics):"),
            "",
            submitted=self._read,
            left=self.console.prompt_closed,
        )

    def _read(self, text: str) -> None:
        console = self.console
        console.prompt_closed()
        if not text.strip():
            return
        path, zone, today = Path(text.strip()).expanduser(), console.settings.timezone, console.today()

        def work(reader: Reader, question: Question) -> tuple[list[Session], list[str]]:
            from opsconsole.operations.conference.calendars import read_calendar
            from opsconsole.operations.conference.scheduling import from_calendar
            from opsconsole.operations.conference.sessions import Session
            from opsconsole.operations.conference.typed import Names

            read = read_calendar(path, zone, today, today + dt.timedelta(days=365))
            begin = dt.datetime.combine(today, dt.time(), zone)
            base = Session("", "", "other", begin, begin)
            drafts, unknown = from_calendar(read.announcements, Names(reader, today.isoformat()), base, zone)
            problems = list(read.problems)
            if unknown:
                problems.append(_("no sites are: {names}").format(names=", ".join(unknown[:20])))
            return drafts, problems

        def answered(found: tuple[list[Session], list[str]]) -> None:
            drafts, problems = found
            if drafts:
                self._ask(drafts, lambda: None, problems)
            else:
                lines = problems or [_("The calendar announces no session within a year from today.")]
                console.open_text(str(path), lines)

        console.feeds.ask("calendar", work, answered)

    def _ask(
        self, drafts: Sequence[Session], saved: Callable[[], None], problems: Sequence[str] = ()
    ) -> None:
        console = self.console
        database, settings, person = console.feeds.database, console.settings, console.person
        console.say(_("Looking for clashes …"))

        def work(question: Question) -> Schedule:
            from opsconsole.sessionplan import schedule

            return schedule(database, settings, drafts, person)

        def answered(chosen: Schedule) -> None:
            if chosen.proposal.empty and chosen.proposal.plan.empty:
                console.say(_("Nothing to do: files and register say all of it."))
                return
            console.push_screen(
                ConfirmDialog(
                    ngettext("Save {n} session?", "Save these {n} sessions?", len(chosen.sessions)).format(
                        n=figure(len(chosen.sessions))
                    ),
                    schedule_lines(chosen, problems),
                    _("Save"),
                    lambda reason: self._save(chosen, reason, saved),
                )
            )

        console.feeds.run("schedule", work, answered, self._failed)

    def _save(self, chosen: Schedule, reason: str, saved: Callable[[], None]) -> None:
        console = self.console
        if not console.may_write():
            return
        database, settings = console.feeds.database, console.settings

        def work(question: Question) -> int:
            from opsconsole.sessionplan import save

            return save(database, settings, chosen, reason).revision

        def answered(revision: int) -> None:
            saved()
            key = chosen.sessions[0].key
            console.page_of("sessions").reach(key)
            console.open_page("sessions")
            console.data_changed()
            console.say(
                _("{key} saved as revision {revision}").format(key=key, revision=figure(revision)), "good"
            )

        console.feeds.run("schedule", work, answered, self._failed)

    def _failed(self, error: Exception) -> None:
        from opsconsole.strictyaml import ProblemsFound

        if isinstance(error, ProblemsFound):
            self.console.open_text(_("Nothing was written"), [str(each) for each in error.problems])
        elif isinstance(error, Refused):
            self.console.open_text(_("Nothing was written"), str(error).splitlines())
        else:
            self.console.failed(error)


def schedule_lines(chosen: Schedule, problems: Sequence[str]) -> list[Line]:
    """What is to be seen before sessions are saved: problems and clashes first, then the files."""
    lines: list[Line] = [[("warn", each)] for each in problems]
    if chosen.clashes:
        count = len(chosen.clashes)
        lines.append([("bad", ngettext("{n} clash", "{n} clashes", count).format(n=figure(count)))])
    several = len(chosen.sessions) > 1
    for clash in chosen.clashes:
        lines.append([("bad", f"  {clash.session}: {clash.text}" if several else f"  {clash.text}")])
    if not chosen.clashes:
        lines.append([("good", _("Nothing clashes."))])
    if chosen.others:
        text = _("the files hold {count} other changes, which would be applied as well")
        lines.append([("warn", text.format(count=figure(chosen.others)))])
    for stop in chosen.proposal.plan.stops:
        lines.append([("bad", str(stop))])
    for line in chosen.proposal.diff.splitlines():
        tone = "good" if line.startswith("+") else "bad" if line.startswith("-") else "faint"
        lines.append([(tone, line)])
    return lines
