"""Every action of the console: the one list behind keys, footer, help and command palette.

An action belongs to a *scope*: ``app`` (everywhere), ``grid`` and ``tree`` (while such a list has
the focus), ``list`` (on every page with a long list), ``things`` (on those of ``KIND_LISTS``) or the
name of a page. Its method is
``action_<id>`` on the class that owns the scope.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from textual.binding import Binding, BindingType

from opsconsole.catalogue import N_
from opsconsole.console.pagenames import KIND_LISTS, PAGES


@dataclass(frozen=True, slots=True)
class Action:
    """Something a user can do. ``keys`` are Textual's key names, the first is the one shown.

    ``short`` stands in the footer (nothing: not shown there), in order of ``rank``. ``writes``
    is set on what is not there in read-only mode, ``of_row`` on what is about the thing under the
    cursor: its key does it also while all about that thing is shown.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    scope: str = "app"
    short: str = ""
    rank: int = 50
    writes: bool = False
    palette: bool = True
    argument: str = ""
    of_row: bool = False

    @property
    def call(self) -> str:
        """The action as Textual runs it."""
        return f"{self.id}({self.argument!r})" if self.argument else self.id

    @property
    def name(self) -> str:
        """What a file of keys calls it: ``grid.down``, ``app.page.units``."""
        return f"{self.scope}.{self.id}{'.' + self.argument if self.argument else ''}"

    @property
    def keys_now(self) -> tuple[str, ...]:
        """The keys that do it: those a user has chosen, else its own."""
        return _chosen.get(self.name, self.keys)


_chosen: dict[str, tuple[str, ...]] = {}


def choose_keys(chosen: Mapping[str, tuple[str, ...]]) -> None:
    """Give actions, by their names, other keys. Holds for what is made afterwards, so it comes before
    the application is imported."""
    _chosen.clear()
    _chosen.update(chosen)
    bindings.cache_clear()


ACTIONS: tuple[Action, ...] = (
    Action("filter", ("slash",), N_("Filter this list"), short=N_("Filter"), rank=20),
    Action(
        "jump", ("colon",), N_("Go to a page, a unit code, a tag or an address"), short=N_("Go to"), rank=70
    ),
    Action("palette", ("ctrl+p",), N_("All commands"), short=N_("Commands"), rank=75, palette=False),
    Action("help", ("question_mark", "f1"), N_("Help"), short=N_("Help"), rank=80),
    Action("place_back", ("minus", "alt+left"), N_("Back to the place before")),
    Action("place_forward", ("equals_sign", "plus", "alt+right"), N_("Forward again")),
    Action("new", ("n",), N_("Declare a new one"), "things", short=N_("New"), rank=41, writes=True),
    Action("ended", ("e",), N_("Show or hide what has ended"), "things", short=N_("Ended too"), rank=45),
    Action(
        "holdings",
        ("o",),
        N_("All that this person holds"),
        "people",
        short=N_("Holds"),
        rank=13,
        of_row=True,
    ),
    Action(
        "leaves",
        ("L",),
        N_("Somebody leaves: close and hand over all they hold"),
        "people",
        short=N_("Leaves"),
        rank=14,
        writes=True,
        of_row=True,
    ),
    Action(
        "leaves",
        ("L",),
        N_("Somebody leaves: close and hand over all they hold"),
        "mailboxes",
        short=N_("Leaves"),
        rank=14,
        writes=True,
        of_row=True,
    ),
    Action("new", ("n",), N_("Declare a new one"), "assets", short=N_("New"), rank=41, writes=True),
    Action("new", ("n",), N_("Declare a new one"), "mailboxes", short=N_("New"), rank=41, writes=True),
    Action(
        "edit",
        ("E",),
        N_("Change this one, or the marked ones"),
        "list",
        short=N_("Edit"),
        rank=42,
        writes=True,
        of_row=True,
    ),
    Action(
        "finish",
        ("D",),
        N_("State the end of this one, or of the marked ones"),
        "list",
        writes=True,
        of_row=True,
    ),
    Action("undo", ("ctrl+z", "U"), N_("Take back what you changed last"), writes=True),
    Action("redo", ("ctrl+y",), N_("Do again what you took back last"), writes=True),
    Action("page", ("Z",), N_("Edits that can be taken back or done again"), argument="edits"),
    Action("columns", ("c",), N_("Choose the columns"), "list", short=N_("Columns"), rank=46),
    Action("copy", ("y",), N_("Copy this cell"), "list", rank=60),
    Action("copy_rows", ("Y",), N_("Copy this row, or the marked ones"), "list"),
    Action(
        "export",
        ("x",),
        N_("Write this list, or the marked rows, into a file"),
        "list",
        short=N_("Export"),
        rank=47,
    ),
    Action("views", ("w",), N_("Saved views of this list: open, save, delete"), "list"),
    Action("tour", (), N_("A first look around, in five cards")),
    Action("reload", ("r",), N_("Read again from the database")),
    Action("day", ("d",), N_("Show everything as of another date"), short=N_("Date"), rank=40),
    Action("language", ("f2",), N_("Vietnamese or English")),
    Action("theme", ("ctrl+t",), N_("Dark, light, strong contrast")),
    Action("step_back", ("escape",), N_("Clear the filter, or go back"), palette=False),
    Action("quit", ("q", "ctrl+q"), N_("Leave the console"), short=N_("Quit"), rank=90),
    *(
        Action("page", (str(number % 10),), title, argument=name)
        for number, (name, title) in enumerate(PAGES.items(), 1)
    ),
    Action("declare", ("N",), N_("Declare a new thing of any kind"), writes=True),
    *(Action("page", (), title, argument=name) for name, (_kind, title, _above) in KIND_LISTS.items()),
    Action("verify", ("V",), N_("Verify the chain of changes"), "audit", short=N_("Verify"), rank=12),
    Action("down", ("down", "j"), N_("Next row"), "grid", palette=False),
    Action("up", ("up", "k"), N_("Row before"), "grid", palette=False),
    Action("page_down", ("pagedown", "ctrl+f"), N_("One screen on"), "grid", palette=False),
    Action("page_up", ("pageup", "ctrl+b"), N_("One screen back"), "grid", palette=False),
    Action("half_down", ("ctrl+d",), N_("Half a screen on"), "grid", palette=False),
    Action("half_up", ("ctrl+u",), N_("Half a screen back"), "grid", palette=False),
    Action("first", ("home", "g"), N_("First row"), "grid", palette=False),
    Action("last", ("end", "G"), N_("Last row"), "grid", palette=False),
    Action("left", ("left", "h"), N_("Column before; in a tree: close"), "grid", palette=False),
    Action("right", ("right", "l"), N_("Next column; in a tree: open"), "grid", palette=False),
    Action("open", ("enter",), N_("Everything about this row"), "grid", short=N_("Open"), rank=10),
    Action("sort", ("s",), N_("Sort by the current column"), "grid", short=N_("Sort"), rank=30),
    Action("sort_back", ("S",), N_("Sort by the current column, descending"), "grid"),
    Action("mark", ("space",), N_("Mark this row, or take its mark away"), "grid", palette=False),
    Action("mark_range", ("v",), N_("Mark from the last marked row to this one"), "grid"),
    Action("mark_all", ("asterisk",), N_("Mark all rows of the list"), "grid"),
    Action("unmark", ("ctrl+backslash",), N_("Take all marks away"), "grid"),
    Action("branch", ("space",), N_("Open or close the branch"), "tree", palette=False),
    Action("branches", ("asterisk",), N_("Open or close all branches"), "tree"),
    Action("page", ("exclamation_mark",), N_("Alerts"), argument="alerts"),
    Action("problems", ("o",), N_("Open problems in full"), "overview", short=N_("Problems"), rank=10),
    Action(
        "systems",
        ("y",),
        N_("The shared systems with their figures"),
        "overview",
        short=N_("Systems"),
        rank=11,
    ),
    Action(
        "week", ("m",), N_("The sessions of today and this week"), "overview", short=N_("Sessions"), rank=12
    ),
    Action("solve", ("b",), N_("To the jobs that are late or failed"), "overview", argument="jobs"),
    Action("solve", ("t",), N_("To the targets"), "overview", argument="targets"),
    Action(
        "solve", ("i",), N_("To the sites and endpoints that do not answer"), "overview", argument="sites"
    ),
    Action("solve", ("z",), N_("To the certificates that end"), "overview", argument="certificates"),
    Action(
        "solve", ("x",), N_("To the handovers that nobody has taken over"), "overview", argument="handovers"
    ),
    Action("solve", ("c",), N_("To the figures in conflict"), "overview", argument="conflicts"),
    Action("solve", ("u",), N_("To unknown addresses, sites and sessions"), "overview", argument="unmatched"),
    Action("solve", ("f",), N_("To evidence that was not read"), "overview", argument="unread"),
    Action("solve", ("w",), N_("To the assets whose warranty ends"), "overview", argument="warranties"),
    Action("solve", ("p",), N_("To what is found in no file any more"), "overview", argument="orphans"),
    Action("solve", ("e",), N_("To the days without logs"), "overview", argument="days"),
    Action("solve", ("a",), N_("To the audit"), "overview", argument="audit"),
    Action("about", ("o",), N_("Everything about this alert"), "alerts", short=N_("About"), rank=11),
    Action("about", ("o",), N_("What this edit changed, by field"), "edits", short=N_("About"), rank=11),
    Action("earlier", ("left_square_bracket",), N_("The date of change before"), "units"),
    Action("later", ("right_square_bracket",), N_("The next date of change"), "units"),
    Action(
        "assets_of",
        ("a",),
        N_("Assets of this unit and those below"),
        "units",
        short=N_("Assets"),
        rank=12,
        of_row=True,
    ),
    Action(
        "mailboxes_of",
        ("m",),
        N_("Mailboxes of this unit and those below"),
        "units",
        short=N_("Mailboxes"),
        rank=13,
        of_row=True,
    ),
    Action(
        "targets_of",
        ("t",),
        N_("How this unit stands against its targets"),
        "units",
        short=N_("Targets"),
        rank=14,
        of_row=True,
    ),
    Action(
        "people_of",
        ("p",),
        N_("People of this unit and those below"),
        "units",
        short=N_("People"),
        rank=15,
        of_row=True,
    ),
    Action(
        "sites_of",
        ("i",),
        N_("Conference sites of this unit and those below"),
        "units",
        short=N_("Sites"),
        rank=16,
        of_row=True,
    ),
    Action(
        "things_of",
        ("o",),
        N_("All that is declared in this unit and those below"),
        "units",
        short=N_("All"),
        rank=17,
        of_row=True,
    ),
    Action(
        "new_in",
        ("n",),
        N_("Declare a new thing in this unit"),
        "units",
        short=N_("New"),
        rank=41,
        writes=True,
        of_row=True,
    ),
    Action("new_target", ("n",), N_("A new target"), "targets", short=N_("New"), rank=41, writes=True),
    Action(
        "edit_target",
        ("E",),
        N_("Change the target under the cursor"),
        "targets",
        short=N_("Edit"),
        rank=42,
        writes=True,
    ),
    Action(
        "new_figure",
        ("f",),
        N_("Enter a figure of this indicator"),
        "targets",
        short=N_("Figure"),
        rank=43,
        writes=True,
    ),
    Action("figures_of", ("F",), N_("The reported figures of this indicator"), "targets"),
    Action("declared_targets", ("L",), N_("All targets as declared, of every year"), "targets"),
    Action("year_before", ("left_square_bracket",), N_("The targets of the year before"), "targets"),
    Action("year_after", ("right_square_bracket",), N_("The targets of the next year"), "targets"),
    Action(
        "units_of",
        ("u",),
        N_("This indicator in every unit and month"),
        "targets",
        short=N_("All units"),
        rank=12,
    ),
    Action("ended", ("e",), N_("Show or hide what has ended"), "assets", short=N_("Ended too"), rank=45),
    Action("ended", ("e",), N_("Show or hide what has ended"), "mailboxes", short=N_("Ended too"), rank=45),
    Action(
        "used_days",
        ("u",),
        N_("The days on which this mailbox was used: for who may see people, and noted"),
        "mailboxes",
        short=N_("Days"),
        rank=12,
        of_row=True,
    ),
    Action(
        "holdings",
        ("o",),
        N_("All that its owner holds"),
        "mailboxes",
        short=N_("Holds"),
        rank=13,
        of_row=True,
    ),
    Action(
        "ended", ("e",), N_("Show or hide what has ended"), "sessions", short=N_("Cancelled too"), rank=45
    ),
    Action("new_session", ("n",), N_("Plan a session"), "sessions", short=N_("New"), rank=12, writes=True),
    Action("take_calendar", ("I",), N_("Take sessions from a calendar file (.ics)"), "sessions", writes=True),
    Action(
        "board",
        ("b",),
        N_("The live board of this session"),
        "sessions",
        short=N_("Board"),
        rank=11,
        of_row=True,
    ),
    Action("year_use", ("u",), N_("The year's use: by kind, by unit"), "sessions", short=N_("Year"), rank=44),
    Action(
        "present",
        ("c",),
        N_("The site is there (also the space bar)"),
        "board",
        short=N_("Present"),
        rank=1,
        writes=True,
    ),
    Action("late", ("t",), N_("The site is there, but late"), "board", short=N_("Late"), rank=2, writes=True),
    Action("lost", ("x",), N_("The site has dropped out"), "board", short=N_("Lost"), rank=3, writes=True),
    Action("absent", ("a",), N_("The site does not come"), "board", short=N_("Absent"), rank=4, writes=True),
    Action(
        "excused",
        ("p",),
        N_("The site does not come, with leave"),
        "board",
        short=N_("Excused"),
        rank=5,
        writes=True,
    ),
    Action("invited", ("i",), N_("The site was told, and comes"), "board", writes=True),
    Action(
        "take_back",
        ("u",),
        N_("Take back the last mark of the site; it stays beside"),
        "board",
        short=N_("Undo"),
        rank=7,
        writes=True,
    ),
    Action(
        "correct_time",
        ("T",),
        N_("Correct the time of the last mark; the original stays beside"),
        "board",
        writes=True,
    ),
    Action(
        "note",
        ("n",),
        N_("Note an incident at the site (begin with 8:05 for another time)"),
        "board",
        short=N_("Note"),
        rank=6,
        writes=True,
    ),
    Action("note_all", ("N",), N_("Note an incident of the session"), "board", writes=True),
    Action(
        "begin_end",
        ("b",),
        N_("The session begins; when it goes on, it ends"),
        "board",
        short=N_("Begin/end"),
        rank=8,
        writes=True,
    ),
    Action(
        "hand_over",
        ("o",),
        N_("Hand over, with what is open"),
        "board",
        short=N_("Hand over"),
        rank=12,
        writes=True,
    ),
    Action("take_over", ("O",), N_("Take over: be on duty from now on"), "board", writes=True),
    Action(
        "from_server",
        ("f",),
        N_("Take marks from what servers recorded"),
        "board",
        short=N_("Server"),
        rank=13,
        writes=True,
    ),
    Action(
        "try_sites", ("P",), N_("Try all sites now"), "board", short=N_("Pre-flight"), rank=14, writes=True
    ),
    Action("minutes", ("m",), N_("The minutes as they stand"), "board", short=N_("Minutes"), rank=9),
    Action("session_before", ("left_square_bracket",), N_("The session before"), "board"),
    Action("next_session", ("right_square_bracket",), N_("The next session"), "board"),
    Action("period_before", ("left_square_bracket",), N_("Draw it up for the period before"), "reports"),
    Action("next_period", ("right_square_bracket",), N_("Draw it up for the next period"), "reports"),
    Action(
        "choose_period",
        ("p",),
        N_("Draw it up for another period: a month, quarter, half-year or year"),
        "reports",
        short=N_("Period"),
        rank=14,
    ),
    Action("choose_unit", ("u",), N_("Draw it up for one unit"), "reports", short=N_("Unit"), rank=15),
    Action(
        "write_draft",
        ("w",),
        N_("Write the draft into files"),
        "reports",
        short=N_("Write"),
        rank=16,
        writes=True,
    ),
    Action(
        "issue",
        ("I",),
        N_("Issue this report: it gets its number and is frozen"),
        "reports",
        short=N_("Issue"),
        rank=12,
        writes=True,
    ),
    Action(
        "name_people",
        ("P",),
        N_("Name the people of a list in place of their numbers, and back: for who may, and recorded"),
        "reports",
        writes=True,
    ),
    Action("correct", ("C",), N_("Issue a correction of this issued report"), "reports", writes=True),
    Action(
        "verify_report",
        ("V",),
        N_("Verify this issued report: its files, the history, every figure"),
        "reports",
        short=N_("Verify"),
        rank=11,
    ),
    Action(
        "compare",
        ("c",),
        N_("Compare two marked reports, or an issued one with what a draft says now"),
        "reports",
        short=N_("Compare"),
        rank=13,
    ),
    Action("show_text", ("t",), N_("The whole text, or the figures"), "opened", short=N_("Text"), rank=11),
    Action("next_figure", ("n",), N_("The next line that quotes a figure"), "opened"),
    Action("figure_before", ("N",), N_("The line before that quotes a figure"), "opened"),
    Action(
        "findings", ("o",), N_("What checks say about its figures"), "opened", short=N_("Checks"), rank=13
    ),
    Action("period_before", ("left_square_bracket",), N_("Draw it up for the period before"), "opened"),
    Action("next_period", ("right_square_bracket",), N_("Draw it up for the next period"), "opened"),
    Action("again", ("r",), N_("Draw it up again"), "opened"),
    Action(
        "write_draft",
        ("w",),
        N_("Write the draft into files"),
        "opened",
        short=N_("Write"),
        rank=14,
        writes=True,
    ),
    Action(
        "issue",
        ("I",),
        N_("Issue this report: it gets its number and is frozen"),
        "opened",
        short=N_("Issue"),
        rank=12,
        writes=True,
    ),
    Action(
        "name_people",
        ("P",),
        N_("Name the people of a list in place of their numbers, and back: for who may, and recorded"),
        "opened",
        writes=True,
    ),
    Action("correct", ("C",), N_("Issue a correction of this issued report"), "opened", writes=True),
    Action(
        "verify_report",
        ("V",),
        N_("Verify this issued report: its files, the history, every figure"),
        "opened",
        short=N_("Verify"),
        rank=12,
    ),
    Action(
        "make_plan", ("p",), N_("Compare the inventory with the register"), "plan", short=N_("Plan"), rank=5
    ),
    Action(
        "take_files",
        ("f",),
        N_("Compare some files, or a bundle that was handed in"),
        "plan",
        short=N_("Files"),
        rank=6,
    ),
    Action(
        "choose_unit",
        ("u",),
        N_("Take this unit into what is applied, or out of it"),
        "plan",
        short=N_("Choose"),
        rank=7,
    ),
    Action(
        "apply",
        ("A",),
        N_("Write the plan into the register"),
        "plan",
        short=N_("Apply"),
        rank=8,
        writes=True,
    ),
)


@cache
def bindings(scope: str) -> list[BindingType]:
    """The key bindings of the class that owns *scope*."""
    return [
        Binding(
            ",".join(action.keys_now),
            action.call,
            action.label,
            show=False,
            id=action.name,
        )
        for action in ACTIONS
        if action.scope == scope and action.keys_now
    ]


def reachable(scopes: set[str], *, read_only: bool) -> list[Action]:
    """The actions of *scopes* in the order of the registry; none that write when *read_only*."""
    return [a for a in ACTIONS if a.scope in scopes and not (read_only and a.writes)]
