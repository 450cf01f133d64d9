"""The live board: a session while it runs, its roll call by one key a site, notes, handover, minutes.

Nothing here trusts to be alone: every second the number of the last mark is asked for, and when it has
grown, by whom ever, everything is read and worked out anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from opsconsole.catalogue import N_, _
from opsconsole.console import boardtext
from opsconsole.console.actions import bindings
from opsconsole.console.columns import Column
from opsconsole.console.feeds import Question
from opsconsole.console.queries.listing import words_of
from opsconsole.console.screens.rollcall import RollCall
from opsconsole.console.widgets.grid import GridView
from opsconsole.console.widgets.plain import Plain
from opsconsole.console.widgets.rows import HeldRows
from opsconsole.store.database import Reader
from opsconsole.text import fold

if TYPE_CHECKING:
    from opsconsole.operations.conference.board import Board, Row

SECOND = 1.0


class RollGrid(GridView):
    """The sites; the space bar calls the roll instead of marking rows."""

    def action_mark(self) -> None:
        """The site under the cursor is there."""
        board = next((each for each in self.ancestors if isinstance(each, BoardPage)), None)
        if board is not None:
            board.action_present()


class BoardPage(RollCall):
    """The board of one session."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("board")

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.grid = RollGrid(
            (
                Column("state", N_("State"), 14, 18, tone=boardtext.state_tone, sort=False),
                Column("site", N_("Site"), 20, 44, sort=False),
                Column("since", N_("From (time)"), 5, 12, sort=False),
                Column("check", N_("Pre-flight"), 6, 22, tone=boardtext.check_tone, sort=False),
                Column("contact", N_("Contact"), 8, 34, sort=False),
            )
        )
        self.head = Plain(classes="board-head")
        self.panel = Plain(classes="detail")
        self._filter = ""
        self._number = -1

    def compose(self) -> ComposeResult:
        """Head with the clock, the sites, what happened."""
        yield self.head
        with Container(classes="with-detail"):
            yield self.grid
            yield self.panel

    def on_mount(self) -> None:
        """The clock goes, and others' marks are looked for."""
        self.grid.empty_text = _("Reading …")
        self.set_interval(SECOND, self._tick)

    # --- reading -----------------------------------------------------------------------------------

    def open_session(self, key: str) -> None:
        """Show the board of session *key* from now on."""
        if key != self.session_key:
            self.session_key, self._seen, self._number, self._filter = key, None, -1, ""
            self.stale = True

    def load(self) -> None:
        """Read everything."""
        key, zone, now = self.session_key, self.console.settings.timezone, self.console.now()

        def work(reader: Reader, question: Question) -> Board | None:
            from opsconsole.operations.conference.board import board
            from opsconsole.operations.conference.sessions import current

            one = key or getattr(current(reader, zone, now), "key", "")
            return board(reader, one, zone) if one else None

        self.console.feeds.ask("board", work, self._show)

    def _tick(self) -> None:
        if not self.showing:
            return
        self._draw_head()
        key = self.session_key
        if not key or self._writing:
            return

        def work(reader: Reader, question: Question) -> int:
            from opsconsole.operations.conference.rollcall import last_number

            return last_number(reader, key)

        def answered(number: int) -> None:
            if number != self._number and key == self.session_key:
                self.load()

        self.console.feeds.ask("board.number", work, answered)

    def _show(self, seen: Board | None) -> None:
        if seen is None:
            self.grid.empty_text = _("No session is declared yet.")
            self.grid.show(HeldRows())
            return
        self.session_key, self._seen, self._number = seen.session.key, seen, seen.roll.last
        self._draw_rows()
        self._draw_head()

    def _draw_rows(self) -> None:
        seen = self._seen
        if seen is None:
            return
        words = words_of(self._filter)
        rows = [
            (key, values)
            for key, values, text in boardtext.rows(seen, self.console.now(), self.console.settings.timezone)
            if not words or all(each in fold(text) for each in words)
        ]
        self.grid.empty_text = (
            _("Nothing holds “{words}”. Esc clears the filter.").format(words=self._filter)
            if self._filter
            else _("This session invites no site.")
        )
        first = not len(self.grid.rows)
        self.grid.show(HeldRows(rows))
        if first and len(rows) > 1:
            self.grid.move(1)  # the first line names a district
        self._draw_panel()

    def _draw_head(self) -> None:
        if self._seen is not None:
            zone, now = self.console.settings.timezone, self.console.now()
            self.head.show(boardtext.head(self._seen, now, zone, self._filter))

    def _draw_panel(self) -> None:
        if self._seen is not None:
            wide = self.app.size.width >= self.console.WIDE
            row = self._row()
            lines = boardtext.panel(self._seen, row, self.console.settings.timezone, 40 if wide else 5)
            self.panel.show(lines)

    def _row(self) -> Row | None:
        key = self.grid.key
        return self._seen.row(key) if self._seen is not None and key is not None else None

    def on_grid_view_moved(self) -> None:
        """What is known of the site under the cursor."""
        self._draw_panel()

    def on_grid_view_opened(self, message: GridView.Opened) -> None:
        """Everything about the site in this session."""
        row = self._row()
        if self._seen is not None and row is not None:
            zone = self.console.settings.timezone
            self.console.open_text(row.site.name, boardtext.site(self._seen, row, self.console.now(), zone))

    # --- checks, minutes ------------------------------------------------------------------------

    def action_try_sites(self) -> None:
        """Try all sites now."""
        if not self._may() or self._seen is None:
            return
        key, console = self.session_key, self.console
        sites = [row.site for row in self._seen.rows]
        chosen, database, begun = console.settings.preflight, console.feeds.database, console.now()
        console.say(_("Trying the sites …"))

        def work(question: Question) -> tuple[int, int]:
            from opsconsole.actor import actor
            from opsconsole.operations.conference.preflight import Tries, target_of
            from opsconsole.operations.conference.preflights import record

            tries = Tries(chosen.timeout_seconds, chosen.slow_ms, stopped=lambda: question.stopped)
            results = tries.run([(site.key, target_of(site, chosen.server)) for site in sites])
            with database.write() as writer:
                record(writer, begun, key, results, actor())
            return sum(each.state == "fail" for each in results), len(results)

        def answered(found: tuple[int, int]) -> None:
            failed, count = found
            text = _("{failed} of {count} sites cannot be reached").format(failed=failed, count=count)
            console.say(text, "bad" if failed else "good")
            self.load()

        console.feeds.run("board.tries", work, answered)

    def action_minutes(self) -> None:
        """The minutes as they stand: shown, and written into a file."""
        key, console = self.session_key, self.console
        if not key:
            return
        settings, now, read_only = console.settings, console.now(), console.read_only

        def work(reader: Reader, question: Question) -> tuple[str, str]:
            from opsconsole.operations.conference.board import board
            from opsconsole.operations.conference.minutes import minutes, plain

            # the unit and whose word it is are left to the document: a terminal is narrow
            text = plain(minutes(board(reader, key, settings.timezone), settings.timezone, now), (2, 6))
            if read_only:
                return text, ""
            from opsconsole.reports.sessionminutes import write_minutes

            folder = settings.root / "var" / "minutes"
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{key.replace('/', '-')}.docx"
            write_minutes(reader, settings, key, path, "docx")
            write_minutes(reader, settings, key, path.with_suffix(".md"), "md")
            return text, str(path.relative_to(settings.root))

        def show(found: tuple[str, str]) -> None:
            text, path = found
            lines: list[Any] = [[("good", _("written to {file}").format(file=path))], ""] if path else []
            console.open_text(_("Minutes of {key}").format(key=key), [*lines, *text.splitlines()])

        console.feeds.ask("board.minutes", work, show)

    def action_next_session(self) -> None:
        """The session after this one."""
        self._step(1)

    def action_session_before(self) -> None:
        """The session before this one."""
        self._step(-1)

    def _step(self, way: int) -> None:
        if self._seen is None:
            return
        here = self._seen.session
        start = f"{here.start:%Y-%m-%dT%H:%M}"

        def work(reader: Reader, question: Question) -> str | None:
            sign, order = (">", "ASC") if way > 0 else ("<", "DESC")
            found = reader.value(
                "SELECT key FROM session WHERE province = :province AND ended IS NULL"  # noqa: S608
                f" AND (starts_at {sign} :start OR (starts_at = :start AND key {sign} :key))"
                f" ORDER BY starts_at {order}, key {order} LIMIT 1",
                {"start": start, "key": here.key},
            )
            return str(found) if found else None

        def answered(key: str | None) -> None:
            if key is None:
                self.console.say(_("There is no further session."), "warn")
                return
            self.open_session(key)
            self.shown()

        self.console.feeds.ask("board.step", work, answered)

    # --- frame ---------------------------------------------------------------------------------------

    def filter_text(self) -> str | None:
        """The filter in use."""
        return self._filter

    def set_filter(self, text: str) -> None:
        """Show only sites that hold all words of *text* in name, state, district or contact."""
        self._filter = text
        self._draw_rows()
        self._draw_head()

    def given(self, text: str) -> None:
        """The session whose key was typed after the name of the page."""
        self.open_session(text)
        self.outdated()

    def memory(self) -> dict[str, Any]:
        """Which session is shown."""
        return {"session": self.session_key} if self.session_key else {}

    def recall(self, memory: dict[str, Any]) -> None:
        """Show the session that was shown, when one came back to the place; never after a restart."""
        key = memory.get("session")
        if isinstance(key, str) and self.is_mounted and key != self.session_key:
            self.open_session(key)
            self.shown()

    def take_focus(self) -> None:
        """Keys go to the sites."""
        self.screen.set_focus(self.grid)

    def on_resize(self) -> None:
        """The panel has more room on a wide terminal."""
        self._draw_panel()

    def retranslate(self) -> None:
        """Draw anew in the language in use."""
        self.grid.retitle()
        self._draw_rows()
        self._draw_head()
