"""The page of a Word report by Decree 30/2020, annex I: margins, styles, head, signature block, page numbers.

Sizes are those of the Decree: A4, margins 20/20/30/15 mm, Times New Roman 14, justified, first line 1.27 cm,
6 pt between paragraphs; the page number stands in the top margin, centred, from page 2 on.
"""

from __future__ import annotations

from typing import Any

from opsconsole.catalogue import _
from opsconsole.reports.model import Document
from opsconsole.reports.render.breadth import balanced, breadth
from opsconsole.reports.render.common import Head, clean

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
FONT = "Times New Roman"
TOP, BOTTOM, LEFT, RIGHT = 20, 20, 30, 15  # mm
WIDE, HIGH = 210, 297


def text_width(landscape: bool) -> float:
    """The width of the text, in mm."""
    return (HIGH if landscape else WIDE) - LEFT - RIGHT


def styles(word: Any) -> None:
    """The styles of a report; those of python-docx's own template are made over."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.shared import Cm, Pt, RGBColor

    def look(style: Any, size: float, *, bold: bool = False, italic: bool = False) -> None:
        font = style.font
        font.name, font.size, font.bold, font.italic = FONT, Pt(size), bold, italic
        font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in list(fonts.attrib):
            if "Theme" in key:
                del fonts.attrib[key]
        for key in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(f"{{{W}}}{key}", FONT)

    def space(
        style: Any, before: float, after: float, align: Any, first: float = 0, line: float = 1.0
    ) -> None:
        form = style.paragraph_format
        form.space_before, form.space_after, form.alignment = Pt(before), Pt(after), align
        form.first_line_indent, form.line_spacing = Cm(first), line

    normal = word.styles["Normal"]
    look(normal, 14)
    space(normal, 0, 6, ALIGN.JUSTIFY, 1.27, 1.1)
    for level in (1, 2, 3):
        heading = word.styles[f"Heading {level}"]
        look(heading, 14, bold=True, italic=level == 3)
        space(heading, 8, 6, ALIGN.LEFT, 1.27)
        heading.paragraph_format.keep_with_next = True
    look(word.styles["Caption"], 13, bold=True)
    space(word.styles["Caption"], 8, 4, ALIGN.CENTER)
    word.styles["Caption"].paragraph_format.keep_with_next = True
    for name, size, italic, after, align in (
        ("Note", 12, True, 6, ALIGN.JUSTIFY),
        ("Source", 10, True, 8, ALIGN.LEFT),
        ("Centred", 14, False, 0, ALIGN.CENTER),
        ("Table Text", 11, False, 1, ALIGN.LEFT),
        ("Foot", 10, True, 0, ALIGN.LEFT),
    ):
        style = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        look(style, size, italic=italic)
        space(style, 1 if name == "Table Text" else 0, after, align)


def section(section: Any, landscape: bool, foot: str, mark: str, *, restart: bool = False) -> None:
    """Page size, margins, number and foot of a section; *restart* begins to count at 1 again."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(HIGH), Mm(WIDE)) if landscape else (Mm(WIDE), Mm(HIGH))
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.header_distance, section.footer_distance = Mm(10), Mm(9)
    section.different_first_page_header_footer = True
    if restart:
        from docx.oxml import OxmlElement

        number = OxmlElement("w:pgNumType")
        number.set(f"{{{W}}}start", "1")
        section._sectPr.append(number)
    _numbered(section.header, mark)
    _marked(section.first_page_header, mark)
    for footer in (section.footer, section.first_page_footer):
        footer.is_linked_to_previous = False
        line = footer.paragraphs[0]
        line.style = "Foot"
        line.alignment = 1
        run = line.add_run(clean(foot))
        run.font.size, run.font.italic = _pt(7.5), False


def _numbered(header: Any, mark: str) -> None:
    from docx.oxml import parse_xml

    header.is_linked_to_previous = False
    line = header.paragraphs[0]
    line.style = "Centred"
    line._p.append(
        parse_xml(
            f'<w:fldSimple xmlns:w="{W}" w:instr=" PAGE "><w:r><w:rPr><w:sz '
            f'w:val="26"/></w:rPr><w:t>2</w:t></w:r></w:fldSimple>'
        )
    )
    if mark:
        _mark_line(header, mark)


def _marked(header: Any, mark: str) -> None:
    header.is_linked_to_previous = False
    header.paragraphs[0].style = "Centred"
    if mark:
        _mark_line(header, mark)


def _mark_line(header: Any, mark: str) -> None:
    line = header.add_paragraph(style="Table Text")
    line.alignment = 2
    line.add_run(mark).bold = True


def _pt(size: float) -> Any:
    from docx.shared import Pt

    return Pt(size)


def _run(
    cell: Any, text: str, size: float, *, bold: bool = False, italic: bool = False, first: bool = False
) -> Any:
    line = cell.paragraphs[0] if first else cell.add_paragraph()
    line.style = "Centred"
    run = line.add_run(text)
    run.font.size, run.bold, run.italic = _pt(size), bold, italic
    return line


def _ruled(cell: Any, points: float, cell_points: float) -> None:
    """A solid line below the text, *points* long, centred in a cell that is *cell_points* wide."""
    from docx.oxml import parse_xml

    line = cell.add_paragraph(style="Centred")
    line.paragraph_format.line_spacing = _pt(4)
    indent = max(0.0, (cell_points - points) / 2)
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = _pt(indent)
    line._p.get_or_add_pPr().append(
        parse_xml(
            f'<w:pBdr xmlns:w="{W}"><w:top w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>'
        )
    )
    _ordered(line._p.pPr)


def _ordered(properties: Any) -> None:
    """The borders of a paragraph stand before its spacing, or Word takes the file for damaged."""
    borders = properties.find(f"{{{W}}}pBdr")
    for name in ("shd", "tabs", "suppressAutoHyphens", "spacing", "ind", "jc"):
        later = properties.find(f"{{{W}}}{name}")
        if later is not None:
            later.addprevious(borders)
            return


def _two(word: Any, shares: tuple[float, float], width: float) -> Any:
    from docx.oxml import parse_xml
    from docx.shared import Mm

    table = word.add_table(rows=1, cols=2)
    table.autofit = False
    table._tbl.tblPr.append(
        parse_xml(
            f'<w:tblCellMar xmlns:w="{W}"><w:left w:w="0" w:type="dxa"/>'
            '<w:right w:w="0" w:type="dxa"/></w:tblCellMar>'
        )
    )
    for column, share in zip(table.columns, shares, strict=True):
        column.width = Mm(width * share)
    for cell, share in zip(table.rows[0].cells, shares, strict=True):
        cell.width = Mm(width * share)
    return table


def decree_head(word: Any, said: Head) -> None:
    """Cells 1 to 5 and 9a: bodies and number left, national title, place and date right, then the name."""
    _no_first_paragraph(word)
    width = text_width(False)
    shares = (0.44, 0.56)
    left, right = _two(word, shares, width).rows[0].cells
    points = [width * share / 25.4 * 72 for share in shares]
    if said.above:
        _run(left, balanced(clean(said.above), points[0], 12), 12, first=True)
    _run(left, balanced(clean(said.body), points[0], 12, bold=True), 12, bold=True, first=not said.above)
    if said.body:
        _ruled(left, 0.4 * min(points[0], breadth(said.body, 12, bold=True)), points[0])
    _run(right, said.nation, 12, bold=True, first=True)
    _run(right, said.motto, 13, bold=True)
    _ruled(right, min(points[1], breadth(said.motto, 13, bold=True)), points[1])
    left, right = word.add_table(rows=1, cols=2).rows[0].cells
    for cell, share in zip((left, right), shares, strict=True):
        from docx.shared import Mm

        cell.width = Mm(width * share)
    _run(left, clean(said.number), 13, first=True)
    _run(right, clean(said.place_and_date), 13, italic=True, first=True)
    if said.mark:
        _framed(word, said.mark)
    centred(word, said.name, bold=True, before=14)
    centred(word, clean(said.subject), bold=True)
    from docx.shared import Mm

    line = word.add_paragraph(style="Centred")
    holder = _Holder(line)
    points_wide = width / 25.4 * 72
    holder.rule(0.4 * min(points_wide, breadth(said.subject, 14, bold=True)), points_wide)
    for addressee in said.addressee:
        centred(word, f"{_('To:')} {clean(addressee)}", before=8, after=8)


class _Holder:
    """A paragraph that is a line of its own."""

    def __init__(self, line: Any) -> None:
        self.line = line

    def rule(self, points: float, wide: float) -> None:
        """Make it a solid line, *points* long."""
        from docx.oxml import parse_xml

        form = self.line.paragraph_format
        form.line_spacing, form.space_after = _pt(4), _pt(8)
        form.left_indent = form.right_indent = _pt(max(0.0, (wide - points) / 2))
        self.line._p.get_or_add_pPr().append(
            parse_xml(
                f'<w:pBdr xmlns:w="{W}"><w:top w:val="single" w:sz="6" w:space="1" '
                f'w:color="000000"/></w:pBdr>'
            )
        )
        _ordered(self.line._p.pPr)


def _no_first_paragraph(word: Any) -> None:
    for line in list(word.paragraphs):
        line._p.getparent().remove(line._p)


def _framed(word: Any, text: str) -> None:
    from docx.oxml import parse_xml

    line = word.add_paragraph(style="Centred")
    line.alignment = 0
    run = line.add_run(f" {text} ")
    run.bold, run.font.size = True, _pt(13)
    run._r.get_or_add_rPr().append(
        parse_xml(f'<w:bdr xmlns:w="{W}" w:val="single" w:sz="6" w:space="0" w:color="000000"/>')
    )


def form_head(word: Any, document: Document, said: Head) -> None:
    """The head of a form of accounting: bodies left, the form's code right, then its name."""
    _no_first_paragraph(word)
    left, right = _two(word, (0.55, 0.45), text_width(document.landscape)).rows[0].cells
    for place, text in enumerate(each for each in (said.above, said.body, document.unit) if each):
        line = _run(left, clean(text), 12, bold=place == 1, first=place == 0)
        line.alignment = 0
    for place, text in enumerate(document.form):
        _run(right, clean(text), 11, bold=place == 0, italic=place > 0, first=place == 0)
    if said.mark:
        _framed(word, said.mark)
    centred(word, clean(document.title).upper(), bold=True, before=10)
    centred(word, clean(document.subject), italic=True, size=13)
    centred(word, clean(said.number), size=12, after=6)


def centred(
    word: Any,
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    size: float = 14,
    before: float = 0,
    after: float = 0,
) -> None:
    """A centred line."""
    line = word.add_paragraph(style="Centred")
    line.paragraph_format.space_before, line.paragraph_format.space_after = _pt(before), _pt(after)
    run = line.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, _pt(size)


def annex_head(word: Any, name: str, title: str, line: str) -> None:
    """The head of an annex, which a table of contents and the list of headings know as one heading."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.shared import Cm

    heading = word.add_paragraph(style="Heading 1")
    heading.add_run(name).add_break()
    heading.add_run(title)
    form = heading.paragraph_format
    form.alignment, form.first_line_indent = ALIGN.CENTER, Cm(0)
    form.space_before = form.space_after = _pt(0)
    centred(word, line, italic=True, size=13)
    word.paragraphs[-1].paragraph_format.keep_with_next = True


def signature(word: Any, recipients: list[str], lines: list[str], signer: str) -> None:
    """Recipients left, who signs right, on one page."""
    left, right = _two(word, (0.46, 0.54), text_width(False)).rows[0].cells
    first = True
    if recipients:
        line = _run(left, _("Recipients:"), 12, bold=True, italic=True, first=True)
        line.alignment = 0
        for text in recipients:
            line = _run(left, clean(text), 11)
            line.alignment = 0
    for text in lines:
        _run(right, clean(text).upper(), 14, bold=True, first=first)
        first = False
    for _empty in range(3):
        _run(right, "", 14)
    _run(right, clean(signer), 14, bold=True)
    _kept_together(word.tables[-1])


def signers(word: Any, said: list[tuple[str, str]]) -> None:
    """Several signers side by side, as a form asks."""
    if not said:
        return
    table = word.add_table(rows=1, cols=len(said))
    for cell, (who, how) in zip(table.rows[0].cells, said, strict=True):
        _run(cell, who, 12, bold=True, first=True).paragraph_format.space_before = _pt(12)
        _run(cell, how, 12, italic=True)
        for _empty in range(3):
            _run(cell, "", 12)
    _kept_together(table)


def _kept_together(table: Any) -> None:
    from docx.oxml import OxmlElement

    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def foot(word: Any, facts: list[tuple[str, str]]) -> None:
    """What the report was made from."""
    for place, (label, text) in enumerate(facts):
        line = word.add_paragraph(style="Foot")
        if place == 0:
            line.paragraph_format.space_before = _pt(14)
        line.add_run(f"{label}: ").italic = True
        line.add_run(clean(text)).italic = False
