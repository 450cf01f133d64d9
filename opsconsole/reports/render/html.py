"""One page of HTML: nothing is asked for from outside, and its policy forbids it.

Text is escaped at one place. Style and script are the package's own, allowed by their digests; charts are
SVG in the page. A click on a figure opens its origin, a click on a head sorts the table.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from html import escape
from pathlib import Path

from opsconsole.catalogue import _
from opsconsole.reports.model import (
    Annex,
    Block,
    Cell,
    Chart,
    Document,
    Figure,
    Heading,
    Paragraph,
    Quote,
    Signatures,
    Table,
    plain,
    shown,
)
from opsconsole.reports.render.common import (
    annex_line,
    annex_name,
    annexes,
    cell_origin,
    clean,
    conflict_blocks,
    foot_facts,
    head,
    heading_text,
    identity,
    opening,
    origin,
    recipients,
    replacing,
    sign_lines,
)
from opsconsole.reports.render.tableheads import heads

HERE = Path(__file__).parent


def write(document: Document, folder: Path, stem: str) -> list[Path]:
    """``STEM.html``."""
    path = folder / f"{stem}.html"
    with replacing(path) as handle:
        for piece in _page(document):
            handle.write(piece)
    return [path]


def text(value: object) -> str:
    """*value* as text of HTML, for content and attributes alike: the only place that escapes."""
    return escape(clean(value), quote=True)


def _digest(source: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()


def _page(document: Document) -> Iterator[str]:
    style, script = (HERE / "page.css").read_text("utf-8"), (HERE / "page.js").read_text("utf-8")
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}';"
        " base-uri 'none'; form-action 'none'"
    )
    yield (
        f'<!doctype html>\n<html lang="{document.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f'<meta name="generator" content="{text(identity(document))}">\n'
        f"<title>{text(document.title)} – "
        f"{text(document.period_words)}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n"
    )
    yield _head(document)
    for block in (*opening(document), *document.blocks):
        yield from _block(block, document)
    if document.layout == "decree":
        yield _signature(document)
    facts = "".join(f"<dt>{text(label)}</dt><dd>{text(said)}</dd>" for label, said in foot_facts(document))
    yield f'<div class="foot"><dl>{facts}</dl></div>\n'
    for block in conflict_blocks(document):
        yield from _block(block, document)
    for annex in annexes(document):
        yield from _annex(annex, document)
    for figure in document.figures:
        yield _origin(figure)
    yield f"</main>\n<script>{script}</script>\n</body>\n</html>\n"


def _head(document: Document) -> str:
    said = head(document)
    mark = f'<p class="plain"><span class="mark">{text(said.mark)}</span></p>' if said.mark else ""
    if document.layout != "decree":
        left = "".join(f"<p>{text(each)}</p>" for each in (said.above, said.body, document.unit) if each)
        right = "".join(
            f'<p class="{"b" if not place else "i"}">{text(each)}</p>'
            for place, each in enumerate(document.form)
        )
        return (
            f'<header class="head"><div>{left}</div><div>{right}</div></header>{mark}<div class="center">'
            f"<h1>{text(document.title).upper()}</h1><p "
            f'class="i">{text(document.subject)}</p><p>{text(said.number)}</p></div>\n'
        )
    return (
        f'<header class="head"><div><p>{text(said.above)}</p><p class="b">{text(said.body)}</p><hr '
        f'class="rule"></div>'
        f'<div><p class="b">{text(said.nation)}</p><p class="b">{text(said.motto)}</p><hr class="rule '
        f'long"></div>'
        f'<p>{text(said.number)}</p><p class="i">{text(said.place_and_date)}</p></header>{mark}'
        f'<div class="center"><h1>{text(said.name)}</h1><h1>{text(said.subject)}</h1><hr class="rule">'
        + "".join(f"<p>{text(_('To:'))} {text(each)}</p>" for each in said.addressee)
        + "</div>\n"
    )


def _block(block: Block, document: Document) -> Iterator[str]:
    if isinstance(block, Heading):
        shape = ' class="first"' if block.level == 1 else ""
        yield f"<h{block.level + 1}{shape}>{text(heading_text(block))}</h{block.level + 1}>\n"
    elif isinstance(block, Paragraph):
        shape = f' class="{block.style}"' if block.style in ("note",) else ""
        dash = "– " if block.style == "item" else ""
        yield f"<p{shape}>{dash}{''.join(_part(part) for part in block.parts)}</p>\n"
    elif isinstance(block, Chart):
        summary = _("In words")
        words = (
            f"<details><summary>{text(summary)}</summary><p "
            f'class="plain">{text(block.alternative)}</p></details>'
        )
        yield f"<figure><figcaption>{text(block.title)}</figcaption>{block.svg}{words}</figure>\n"
    elif isinstance(block, Signatures):
        who = "".join(
            f'<p><span class="b">{text(name)}</span><br><span class="i">{text(how)}</span></p>'
            for name, how in block.signers
        )
        yield f'<div class="signers">{who}</div>\n'
    else:
        yield from _table(block, document)


def _part(part: str | Quote) -> str:
    if isinstance(part, str):
        return text(part)
    return _quoted(part.figure, text(part.text), part.marks)


def _quoted(figure: int, shown_text: str, marks: str) -> str:
    mark = f'<span class="m">{text(marks)}</span>' if marks else ""
    return f'<button class="q" type="button" popovertarget="f{figure}">{shown_text}</button>{mark}'


def _table(table: Table, document: Document) -> Iterator[str]:
    caption = f"<caption>{text(table.title)}</caption>" if table.title else ""
    yield f'<div class="wide"><table id="t-{text(table.name)}">{caption}<thead>'
    columns = table.columns
    for level, line in enumerate(heads(columns)):
        cells, place = "", 0
        lower = [at for at, column in enumerate(columns) if column.group]
        for title, span, rows in line:
            at = lower[place] if level else place
            sort = table.sortable and span == 1 and (level == 1 or rows == 2 or len(heads(columns)) == 1)
            inner = f'<button type="button">{text(title)}</button>' if sort else text(title)
            where = f' data-c="{at}"' if sort else ""
            cells += f'<th scope="col" colspan="{span}" rowspan="{rows}"{where}>{inner}</th>'
            place += span if not level else 1
        yield f"<tr>{cells}</tr>"
    yield "</thead><tbody>\n"
    for row in table.rows():
        yield _row(row, table, document.language)
    yield "</tbody>"
    if table.totals:
        yield (
            "<tfoot>"
            + "".join(_row(row, table, document.language, total=True) for row in table.totals)
            + "</tfoot>"
        )
    yield "</table></div>\n"
    if table.origin:
        yield f'<p class="source">{text(_("Source"))}: {text(table.origin)}</p>\n'


def _row(row: object, table: Table, language: str, *, total: bool = False) -> str:
    cells = []
    for value, column in zip(row, table.columns, strict=True):  # type: ignore[call-overload]
        words = (
            ""
            if value is None and (total or column.kind == "place")
            else text(shown(value, column, language))
        )
        raw = plain(value)
        shape = (
            ' class="n"'
            if column.numeric and column.kind != "place"
            else ' class="c"'
            if column.kind == "place"
            else ""
        )
        sort = (
            f' data-v="{raw!r}"'
            if isinstance(raw, int | float)
            else f' data-v="{text(raw)}"'
            if column.kind == "date" and raw
            else ' data-v=""'
            if raw is None
            else ""
        )
        said = ""
        if isinstance(value, Cell):
            if value.figure:
                words = _quoted(
                    value.figure, text(value.text or shown(value.value, column, language)), value.marks
                )
            elif value.origin:
                said = f' title="{text(cell_origin(value.origin))}"'
        cells.append(f"<td{shape}{sort}{said}>{words}</td>")
    return f"<tr>{''.join(cells)}</tr>\n"


def _signature(document: Document) -> str:
    lines, signer = sign_lines(document)
    who = "".join(f'<p class="b">{text(line).upper()}</p>' for line in lines)
    to = "".join(f"<p>{text(line)}</p>" for line in recipients(document))
    heading = f'<p class="b i">{text(_("Recipients:"))}</p>' if to else ""
    return (
        f'<div class="end"><div>{heading}{to}</div><div class="who">{who}<div class="gap"></div><p '
        f'class="b">{text(signer)}</p></div></div>\n'
    )


def _annex(annex: Annex, document: Document) -> Iterator[str]:
    yield (
        f'<section class="annex"><div class="center"><p class="b">{text(annex_name(document, annex))}</p>'
        f'<h1>{text(annex.title)}</h1><p class="i">{text(annex_line(document))}</p></div>\n'
    )
    for block in annex.blocks:
        yield from _block(block, document)
    yield "</section>\n"


def _origin(figure: Figure) -> str:
    facts = "".join(f"<dt>{text(label)}</dt><dd>{text(said)}</dd>" for label, said in origin(figure))
    return (
        f'<div popover id="f{figure.number}"><strong>{figure.number}. '
        f"{text(figure.label)}</strong><dl>{facts}</dl></div>\n"
    )
