"""Tables of a DOCX: fixed columns, thin rules, heads that repeat, rows that stay whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from reportlab.pdfbase.pdfmetrics import stringWidth

from kb.exports.docx_styles import OWN_STYLES, WIDTH, set_style
from kb.exports.inert import printable, set_cell
from kb.exports.model import Fact, Facts, Style, Table, Value
from kb.exports.widths import fitted_widths, is_short

if TYPE_CHECKING:
    from docx.document import Document as Word

_HEAD_FILL, _RULE = "E6EBF1", "C3CCD6"
_LABEL = Mm(36)
_CELL_MARGIN = 70  # twentieths of a point


def add_table(word: Word, table: Table) -> None:
    """A ruled table under its title; its head comes again on every page."""
    set_style(word.add_paragraph(printable(table.title)), "Caption")
    if not table.rows:
        set_style(word.add_paragraph(printable(table.empty)), "Note")
        return
    grid = word.add_table(rows=1 + len(table.rows), cols=len(table.columns))
    points = fitted_widths(table, WIDTH.pt, _CELL_MARGIN / 10 + 2, _measure)
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
    set_style(word.add_paragraph(), "Table Gap")


def _measure(word: str) -> float:
    # Helvetica has the widths of Arial, and of the fonts that stand in for it.
    return float(stringWidth(word, "Helvetica-Bold", OWN_STYLES["Table Head"]["size"]))


def _row(made: Any, values: Sequence[Value], numeric: Sequence[bool], style: str) -> None:
    for cell, value, right in zip(made.cells, values, numeric, strict=True):
        paragraph = cell.paragraphs[0]
        set_style(paragraph, style)
        paragraph.add_run(set_cell(value))
        if right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def add_facts(word: Word, facts: Facts) -> None:
    """Labels and texts side by side, kept on one page where they fit on one."""
    grid = word.add_table(rows=len(facts.facts), cols=2)
    _lay_out(grid, [_LABEL, WIDTH - _LABEL])
    rows = list(grid.rows)
    for made, fact in zip(rows, facts.facts, strict=True):
        _whole(made)
        _fact(made.cells, fact)
    _hold(rows[:-1])
    set_style(word.add_paragraph(), "Table Gap")


def _fact(cells: Sequence[Any], fact: Fact) -> None:
    label, place = cells
    set_style(label.paragraphs[0], "Table Label").add_run(printable(fact.label))
    styles = {Style.QUOTE: "Table Quote", Style.NOTE: "Table Note", Style.STRONG: "Table Head"}
    for number, text in enumerate(fact.texts):
        paragraph = place.paragraphs[0] if number == 0 else place.add_paragraph()
        set_style(paragraph, styles.get(text.style, "Table Text"))
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
