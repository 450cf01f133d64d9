"""A draft as lines of text: what the console and ``report draft --text`` show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsconsole.catalogue import speaking
from opsconsole.reports.issue import composed, outline_called
from opsconsole.reports.render.markdown import lines
from opsconsole.store.database import Database

if TYPE_CHECKING:
    from opsconsole.settings import Settings

_MOST = 4_000


def preview(
    database: Database,
    settings: Settings,
    name: str,
    period: str,
    *,
    language: str = "",
    unit: str = "",
    most: int = _MOST,
) -> list[str]:
    """The first *most* lines of the draft, without the signs of Markdown."""
    outline, speak = outline_called(settings, name), language or settings.language
    found: list[str] = []
    with database.read() as reader:
        document = composed(reader, settings, outline, period, speak, unit)
        with speaking(speak):
            for line in lines(document):
                found.append(_bare(line))
                if len(found) >= most:
                    found.append("…")
                    break
    return found


def _bare(line: str) -> str:
    """A line of Markdown as it reads: signs of emphasis and escapes gone."""
    text = re.sub(r"(?<!\\)(\*\*|\*|^#+ )", "", line)
    return re.sub(r"\\(.)", r"\1", text).rstrip()
