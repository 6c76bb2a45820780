"""DOCX through python-docx: real styles, repeating table heads, page fields, the marking."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from reportlab.pdfbase.pdfmetrics import stringWidth

from kb.exports.archive import file_date, steady
from kb.exports.inert import printable, set_cell
from kb.exports.model import (
    Block,
    ExportDocument,
    Fact,
    Facts,
    Paragraph,
    Section,
    Style,
    Table,
    Value,
)
from kb.exports.widths import fitted_widths, is_short

if TYPE_CHECKING:
    from docx.document import Document as Word

_INK, _GREY = RGBColor(0x1B, 0x2A, 0x3A), RGBColor(0x5A, 0x66, 0x75)
_HEAD_FILL, _RULE = "E6EBF1", "C3CCD6"
_FONT = "Arial"
_WIDTH = Mm(174)  # A4 less the side margins
_LABEL = Mm(36)
_CELL_MARGIN = 70  # twentieths of a point
_STYLES = {
    Style.BODY: "Normal",
    Style.STRONG: "Strong Line",
    Style.QUOTE: "Quote",
    Style.NOTE: "Note",
    Style.BULLET: "List Bullet",
}


def docx_bytes(document: ExportDocument) -> bytes:
    """The document for a word processor, A4, with styles that its reader can change."""
    word = Document()
    _set_styles(word)
    _set_page(word, document)
    word.add_paragraph(printable(document.title), style="Title")
    if document.subtitle:
        word.add_paragraph(printable(document.subtitle), style="Subtitle")
    for paragraph in document.lead:
        _paragraph(word, paragraph)
    for section in document.printed():
        _section(word, section)
    properties = word.core_properties
    properties.title, properties.author = printable(document.title)[:255], ""
    properties.comments, properties.language = "", "en-GB"
    properties.subject = printable(document.marking or "")[:255]
    properties.created = properties.modified = file_date(document.as_at)
    buffer = io.BytesIO()
    word.save(buffer)
    return steady(buffer.getvalue())


def _section(word: Word, section: Section) -> None:
    if section.heading:
        word.add_heading(printable(section.heading), level=section.level)
    for block in section.blocks:
        _block(word, block)


def _block(word: Word, block: Block) -> None:
    if isinstance(block, Table):
        _table(word, block)
    elif isinstance(block, Facts):
        _facts(word, block)
    else:
        _paragraph(word, block)


def _paragraph(word: Word, paragraph: Paragraph) -> None:
    word.add_paragraph(printable(paragraph.text), style=_STYLES[paragraph.style])


def _table(word: Word, table: Table) -> None:
    word.add_paragraph(printable(table.title), style="Caption")
    if not table.rows:
        word.add_paragraph(printable(table.empty), style="Note")
        return
    grid = word.add_table(rows=1 + len(table.rows), cols=len(table.columns))
    points = fitted_widths(table, _WIDTH.pt, _CELL_MARGIN / 10 + 2, _measure)
    widths = [int(Pt(width)) for width in points]
    _lay_out(grid, widths)
    rows = list(grid.rows)
    heads = [column.label for column in table.columns]
    numeric = [_numeric(table, number) for number in range(len(heads))]
    _repeat(rows[0])
    _row(rows[0], heads, numeric, "Table Head")
    for number, (made, row) in enumerate(zip(rows[1:], table.rows, strict=True)):
        total = table.total and number == len(table.rows) - 1
        _row(made, row, numeric, "Table Head" if total else "Table Text")
        _whole(made)
    for cell in rows[0].cells:
        _shade(cell, _HEAD_FILL)
    # A head does not stand alone at the foot of a page, and a short table is not broken.
    _hold(rows[:-1] if is_short(table) else rows[:2])
    word.add_paragraph(style="Table Gap")


def _measure(word: str) -> float:
    # Helvetica has the widths of Arial, and of the fonts that stand in for it.
    return float(stringWidth(word, "Helvetica-Bold", _OWN_STYLES["Table Head"]["size"]))


def _row(made: Any, values: Sequence[Value], numeric: Sequence[bool], style: str) -> None:
    for cell, value, right in zip(made.cells, values, numeric, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.style = style
        paragraph.add_run(set_cell(value))
        if right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _facts(word: Word, facts: Facts) -> None:
    grid = word.add_table(rows=len(facts.facts), cols=2)
    _lay_out(grid, [_LABEL, _WIDTH - _LABEL])
    rows = list(grid.rows)
    for made, fact in zip(rows, facts.facts, strict=True):
        _whole(made)
        _fact(made.cells, fact)
    # All that is known of one thing stays on one page, where it fits on one.
    _hold(rows[:-1])
    word.add_paragraph(style="Table Gap")


def _fact(cells: Sequence[Any], fact: Fact) -> None:
    label, place = cells
    label.paragraphs[0].style = "Table Label"
    label.paragraphs[0].add_run(printable(fact.label))
    styles = {Style.QUOTE: "Table Quote", Style.NOTE: "Table Note", Style.STRONG: "Table Head"}
    for number, text in enumerate(fact.texts):
        paragraph = place.paragraphs[0] if number == 0 else place.add_paragraph()
        paragraph.style = styles.get(text.style, "Table Text")
        paragraph.add_run(printable(text.text))


def _numeric(table: Table, column: int) -> bool:
    values = [row[column] for row in table.rows if row[column] is not None]
    return bool(values) and all(isinstance(value, int | float) for value in values)


def _lay_out(grid: Any, widths: Sequence[int]) -> None:
    """Fixed columns and thin rules between the rows; nothing is left to the word processor."""
    grid.alignment, grid.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width
    borders = OxmlElement("w:tblBorders")
    for edge in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{edge}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", _RULE)):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    margins = OxmlElement("w:tblCellMar")
    for edge in ("left", "right"):
        margin = OxmlElement(f"w:{edge}")
        margin.set(qn("w:w"), str(_CELL_MARGIN))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    # The schema fixes the order of these.
    properties = grid._tbl.tblPr
    properties.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription")
    properties.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")


def _repeat(row: Any) -> None:
    """The row is a head that comes again on every page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    _whole(row)


def _whole(row: Any) -> None:
    """The row is not broken over two pages."""
    row._tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))


def _hold(rows: Sequence[Any]) -> None:
    """Each of the rows stays on one page with the row after it."""
    for row in rows:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True


def _shade(cell: Any, fill: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _set_page(word: Word, document: ExportDocument) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(24)
    section.header_distance = section.footer_distance = Mm(10)
    header = section.header.paragraphs[0]
    header.style = "Marking"
    header.add_run(printable(document.marking or ""))
    foot = section.footer.paragraphs[0]
    foot.style = "Page Foot"
    foot.paragraph_format.tab_stops.clear_all()
    foot.paragraph_format.tab_stops.add_tab_stop(_WIDTH, alignment=2)
    foot.add_run(printable(document.spoken or document.title) + "\tPage ")
    _field(foot, "PAGE")
    foot.add_run(" of ")
    _field(foot, "NUMPAGES")
    below = section.footer.add_paragraph(style="Marking")
    below.add_run(printable(document.marking or ""))


def _field(paragraph: Any, code: str) -> None:
    """A field that the word processor fills in, with a figure to show until it does."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _set_styles(word: Word) -> None:
    styles = word.styles
    _style(styles["Normal"], 10, after=5)
    _style(styles["Title"], 18, bold=True, colour=_INK, after=3)
    for border in styles["Title"].element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)
    _style(styles["Subtitle"], 11, colour=_GREY, after=8, italic=False)
    for level, size, before in ((1, 14, 14), (2, 11, 12), (3, 10, 8)):
        style = styles[f"Heading {level}"]
        _style(style, size, bold=True, colour=_INK, before=before, after=4)
        style.paragraph_format.keep_with_next = True
    _style(styles["List Bullet"], 10, after=3)
    _style(styles["Quote"], 10, italic=True, colour=_INK, after=5)
    _style(styles["Caption"], 9.5, bold=True, colour=_INK, before=8, after=3)
    styles["Caption"].paragraph_format.keep_with_next = True
    for name, options in _OWN_STYLES.items():
        style = styles.add_style(name, 1)
        style.base_style = styles["Normal"]
        _style(style, **options)
    styles["Marking"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for node in styles.element.iter(qn("w:lang")):
        node.set(qn("w:val"), "en-GB")


_OWN_STYLES: dict[str, dict[str, Any]] = {
    "Strong Line": {"size": 10, "bold": True, "after": 5},
    "Note": {"size": 9.5, "italic": True, "colour": _GREY, "after": 5},
    "Table Text": {"size": 8.5, "before": 1.5, "after": 1.5},
    "Table Head": {"size": 8.5, "bold": True, "colour": _INK, "before": 1.5, "after": 1.5},
    "Table Label": {"size": 8.5, "colour": _GREY, "before": 1.5, "after": 1.5},
    "Table Quote": {"size": 8.5, "italic": True, "before": 1.5, "after": 1.5},
    "Table Note": {"size": 8.5, "italic": True, "colour": _GREY, "before": 1.5, "after": 1.5},
    "Table Gap": {"size": 4, "after": 0},
    "Marking": {"size": 9, "bold": True, "colour": _INK, "after": 0},
    "Page Foot": {"size": 8, "colour": _GREY, "after": 2},
}


def _style(
    style: Any,
    size: float,
    *,
    bold: bool = False,
    italic: bool = False,
    colour: RGBColor | None = None,
    before: float = 0,
    after: float = 0,
) -> None:
    font = style.font
    font.name, font.size, font.bold, font.italic = _FONT, Pt(size), bold, italic
    for name in ("w:spacing", "w:kern"):
        for node in style.element.get_or_add_rPr().findall(qn(name)):
            node.getparent().remove(node)
    # The theme's own fonts win over a name unless they are taken out.
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for name in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{name}"), _FONT)
    if colour is not None:
        font.color.rgb = colour
    style.paragraph_format.space_before = Pt(before)
    style.paragraph_format.space_after = Pt(after)
    style.paragraph_format.line_spacing = 1.1
