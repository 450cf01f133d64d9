"""Markdown: text that stays text; everything that Markdown or the HTML in it would obey is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from opsconsole.catalogue import _
from opsconsole.reports.model import (
    Block,
    Chart,
    Document,
    Heading,
    Paragraph,
    Quote,
    Signatures,
    Table,
    shown,
)
from opsconsole.reports.render.common import (
    annex_line,
    annex_name,
    annexes,
    clean,
    conflict_blocks,
    foot_facts,
    head,
    heading_text,
    identity,
    opening,
    recipients,
    replacing,
    sign_lines,
)

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&$=^@:-])")


def write(document: Document, folder: Path, stem: str) -> list[Path]:
    """``STEM.md``."""
    path = folder / f"{stem}.md"
    with replacing(path) as handle:
        for piece in lines(document):
            handle.write(piece + "\n")
    return [path]


def text(value: object) -> str:
    """*value* as text of Markdown: what would be a sign of it has a backslash."""
    return _SPECIAL.sub(_escaped, clean(value))


def _escaped(found: re.Match[str]) -> str:
    # A hyphen, colon or plus between letters means nothing; text should stay readable where it can.
    sign, source, at = found[1], found.string, found.start()
    if sign in "-:+=@()" and at > 0 and source[at - 1] not in " |":
        return sign
    return "\\" + sign


def lines(document: Document) -> Iterator[str]:
    """The whole report, line by line; also what the console shows as a preview."""
    said = head(document)
    if said.above:
        yield f"{text(said.above)}  "
    if said.body:
        yield f"**{text(said.body)}**  "
    if document.layout == "decree":
        yield f"**{text(said.nation)}**  "
        yield f"**{text(said.motto)}**"
    else:
        for each in document.form:
            yield f"{text(each)}  "
    yield ""
    yield f"{text(said.number)} · *{text(said.place_and_date)}*"
    yield ""
    if said.mark:
        yield f"**[{text(said.mark)}]**"
        yield ""
    yield f"# {text(said.name)}"
    yield ""
    yield f"**{text(said.subject)}**"
    yield ""
    for addressee in said.addressee:
        yield f"{_('To:')} {text(addressee)}"
        yield ""
    for block in (*opening(document), *document.blocks):
        yield from _block(block, document)
    signing, signer = sign_lines(document)
    if document.layout == "decree":
        for line in (*signing, signer):
            if line:
                yield f"**{text(line)}**  "
        yield ""
        for line in recipients(document):
            yield text(line) + "  "
    yield ""
    for label, fact in foot_facts(document):
        yield f"{text(label)}: {text(fact)}  "
    yield ""
    for block in conflict_blocks(document):
        yield from _block(block, document)
    for annex in annexes(document):
        yield f"## {text(annex_name(document, annex))}. {text(annex.title)}"
        yield ""
        yield f"*{text(annex_line(document))}*"
        yield ""
        for block in annex.blocks:
            yield from _block(block, document)
    yield text(identity(document))


def _block(block: Block, document: Document) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"{'#' * (block.level + 1)} {text(heading_text(block))}"
    elif isinstance(block, Paragraph):
        said = "".join(_part(part) for part in block.parts)
        yield f"– {said}" if block.style == "item" else f"*{said}*" if block.style == "note" else said
    elif isinstance(block, Chart):
        yield f"**{text(block.title)}**: {text(block.alternative)}"
    elif isinstance(block, Signatures):
        yield " · ".join(f"**{text(who)}** {text(how)}" for who, how in block.signers)
    else:
        yield from _table(block, document.language)
    yield ""


def _part(part: str | Quote) -> str:
    if isinstance(part, str):
        return text(part)
    return f"{text(part.text)}{text(part.marks)}\\[{part.figure}\\]"


def _table(table: Table, language: str) -> Iterator[str]:
    if table.title:
        yield f"**{text(table.title)}**"
        yield ""
    titles = [f"{column.group}: {column.title}" if column.group else column.title for column in table.columns]
    yield "| " + " | ".join(text(title) for title in titles) + " |"
    yield "|" + "|".join("---:" if column.numeric else "---" for column in table.columns) + "|"
    for rows, bold in ((table.rows(), False), (table.totals, True)):
        for row in rows:
            cells = [
                ""
                if value is None and (bold or column.kind == "place")
                else text(shown(value, column, language))
                for value, column in zip(row, table.columns, strict=True)
            ]
            yield "| " + " | ".join(f"**{cell}**" if bold and cell else cell for cell in cells) + " |"
    if table.origin:
        yield ""
        yield f"*{text(_('Source'))}: {text(table.origin)}*"
