"""The minutes of a videoconference session as a document, and so in every format that reports have."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from opsconsole.catalogue import _, language
from opsconsole.operations.conference.board import board
from opsconsole.operations.conference.minutes import Minutes, markdown, minutes, plain
from opsconsole.reports.model import (
    Block,
    Column,
    Document,
    Foot,
    Heading,
    Letterhead,
    Paragraph,
    Signatures,
    Table,
)
from opsconsole.store import clock
from opsconsole.store.chain import START
from opsconsole.store.database import Reader

if TYPE_CHECKING:
    from opsconsole.settings import Settings

# How wide the columns of the list of attendance are, by place.
_WIDTHS = (0.5, 2.6, 1.8, 1.0, 1.3, 0.8, 1.0, 1.4)
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


def session_minutes(
    reader: Reader, key: str, zone: ZoneInfo, letterhead: Letterhead | None = None
) -> Document:
    """The minutes of session *key* as everything is known now, in the language in use. Raises Refused where
    there is no such session."""
    now = clock.now()
    seen = board(reader, key, zone)
    written = minutes(seen, zone, now)
    row = reader.row("SELECT id, revision, sequence, head FROM register WHERE province = :province")
    register, revision, sequence, head = row or ("", 0, 0, START)
    at = clock.instant_text(now)
    day = f"{seen.session.start:%Y-%m-%d}"
    return Document(
        outline="session-minutes",
        outline_digest="",
        language=language(),
        title=written.title,
        subject=written.subject,
        period=day,
        period_words=f"{seen.session.start:%d/%m/%Y}",
        unit="",
        unit_id="",
        letterhead=replace(letterhead or Letterhead(), addressee=(), recipients=()),  # sent to nobody
        blocks=tuple(_blocks(written)),
        annexes=(),
        figures=(),
        conflicts=(),
        foot=Foot(register, revision, sequence, head, day, at, clock.local(at, zone)),
        abbreviation="BB",
    )


def write_minutes(reader: Reader, settings: Settings, key: str, path: Path, form: str) -> None:
    """Write the minutes of session *key* to *path* as text, md, docx, pdf or html. Raises OSError."""
    zone = settings.timezone
    if form in ("text", "md"):
        written = minutes(board(reader, key, zone), zone, clock.now())
        text = markdown(written) if form == "md" else plain(written)
        path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")
        return
    from opsconsole.reports.order import letterhead_of
    from opsconsole.reports.render import write

    document = session_minutes(reader, key, zone, letterhead_of(settings, language()))
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".minutes-") as folder:
        files = [
            file for file in write(document, Path(folder), "minutes", [form]) if file.suffix == f".{form}"
        ]
        files[0].replace(path)


def _blocks(written: Minutes) -> list[Block]:
    blocks: list[Block] = [Paragraph((f"{name}: {text}",), "item") for name, text in written.facts]
    for place, section in enumerate(written.sections):
        blocks.append(Heading(1, _ROMAN[min(place, len(_ROMAN) - 1)], section.title))
        blocks += [Paragraph((text,)) for text in section.paragraphs]
        blocks += [Paragraph((text,), "item") for text in section.items]
        if section.table is not None:
            rows = section.table.rows
            columns = tuple(
                Column(title, "text", width) for title, width in zip(section.table.head, _WIDTHS, strict=True)
            )
            blocks.append(Table(f"section-{place + 1}", section.title, columns, lambda rows=rows: rows))  # type: ignore[misc]
    blocks.append(Paragraph((written.closing,), "note"))
    how = _("(signature, full name)")
    blocks.append(Signatures(((_("Operator"), how), (_("Chair"), how))))
    return blocks
