"""What can be taken out of a list: a cell or rows into the clipboard, the list into a file."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from opsconsole.catalogue import _
from opsconsole.console.feeds import Question
from opsconsole.console.pagenames import page_title
from opsconsole.console.queries.listing import BLOCK, Listing, Query, Row
from opsconsole.console.screens.page import Page
from opsconsole.console.widgets.grid import GridView
from opsconsole.store.database import Reader
from opsconsole.text import fold, safe
from opsconsole.words import amount

COPIED_AT_MOST = 2_000  # rows that a terminal will take into its clipboard


class Taking(Page):
    """A page with a list from which can be copied and written."""

    grid: GridView
    listing: Listing

    def query_now(self) -> Query:
        """What is asked for."""
        raise NotImplementedError

    def action_copy(self) -> None:
        """The cell under the cursor, as it stands, into the clipboard of the terminal."""
        grid = self.grid
        row = grid.rows.row(grid.cursor) if len(grid.rows) else None
        if row is None:
            self.console.say(_("There is nothing here to copy."), "warn")
            return
        column = grid.columns[grid.column]
        text = safe(column.text(row[grid.places[grid.column]]))
        self.console.copy_to_clipboard(text)
        self.console.say(_("Copied: {text}").format(text=text[:60]))

    def action_copy_rows(self) -> None:
        """The marked rows, or the one under the cursor, with a tab between two cells."""
        keys = self.grid.chosen_keys()
        if not keys:
            self.console.say(_("There is nothing here to copy."), "warn")
            return
        if len(keys) > COPIED_AT_MOST:
            self.console.say(
                _("{count} rows are too many for the clipboard; x writes them into a file.").format(
                    count=amount(len(keys))
                ),
                "warn",
            )
            return
        query, columns, places = self.query_now(), self.grid.columns, self.grid.places

        def work(reader: Reader, question: Question) -> str:
            rows = _rows(reader, self.listing, query, keys, places, question)
            return "\n".join(
                "\t".join(safe(column.text(value)) for column, value in zip(columns, row, strict=False))
                for row in rows
            )

        def copied(text: str) -> None:
            self.console.copy_to_clipboard(text)
            self.console.say(_("Copied {count} rows.").format(count=amount(len(keys))))

        self.console.feeds.ask(f"copy.{self.page_name}", work, copied)

    def action_export(self) -> None:
        """Ask for the name of a file, and write what is shown (or marked) into it."""
        if not len(self.grid.rows):
            self.console.say(_("There is nothing here to write."), "warn")
            return
        title = fold(_(page_title(self.page_name))).replace(" ", "-")
        name = f"{title}-{self.console.day.isoformat()}.csv"
        self.console.prompt.open(
            "export",
            _("Write into (.csv, .tsv, .json, .xlsx):"),
            name,
            submitted=self._export,
            left=self.console.prompt_closed,
        )

    def _export(self, name: str) -> None:
        from opsconsole.console.export import write_rows

        self.console.prompt_closed()
        if not name.strip():
            return
        path = Path(name.strip()).expanduser()
        if self.console.served:
            # the files of this machine are not the browser's: it gets the file, and nothing stays here
            folder = Path(tempfile.mkdtemp(prefix="opsconsole-"))
            path = folder / path.name
        held, marks = self.grid.rows, self.grid.marks.copy()
        if not marks:
            marks.mark_all()
        query, columns, places = self.query_now(), self.grid.columns, self.grid.places

        def work(reader: Reader, question: Question) -> int:
            keys = marks.of(held.key(index) for index in range(len(held)))
            return write_rows(path, columns, _rows(reader, self.listing, query, keys, places, question))

        def written(count: int) -> None:
            if self.console.served:
                self._hand_out(path, count)
                return
            self.console.say(
                _("{count} rows written into {path}.").format(count=amount(count), path=path), "good"
            )

        self.console.say(_("Writing {count} rows …").format(count=amount(marks.count(len(held)))))

        def failed(error: Exception) -> None:
            if self.console.served:
                shutil.rmtree(path.parent, ignore_errors=True)
            self.console.failed(error)

        self.console.feeds.ask(f"export.{self.page_name}", work, written, failed)

    def _hand_out(self, path: Path, count: int) -> None:
        """Give the file to the browser; it is gone here once it is open."""
        file = path.open("rb")
        shutil.rmtree(path.parent, ignore_errors=True)
        self.console.deliver_binary(file, save_filename=path.name)
        self.console.say(
            _("{count} rows: the browser fetches {path}.").format(count=amount(count), path=path.name), "good"
        )


def shown_values(row: Row, places: Sequence[int]) -> list[Any]:
    """The values of *row* that stand in the columns shown."""
    return [row[place] if place < len(row) else None for place in places]


def _rows(
    reader: Reader,
    listing: Listing,
    query: Query,
    keys: Iterable[str],
    places: Sequence[int],
    question: Question,
) -> Iterator[list[Any]]:
    """The rows of *keys* in their order, a block at a time; one that is gone is passed over."""
    ordered = iter(keys)
    while wanted := list(islice(ordered, BLOCK)):
        question.check()
        found = listing.page(reader, query, wanted)
        for key in wanted:
            if key in found:
                yield shown_values(found[key], places)
