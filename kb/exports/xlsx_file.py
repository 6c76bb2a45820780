"""XLSX through openpyxl: an "About" sheet, then one sheet per table, typed, filtered, printable.

Text is always written as text, also where it looks like a formula, and marked so that a
spreadsheet keeps it as text when somebody edits the cell.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from kb.exports.archive import file_date, steady
from kb.exports.inert import printable, shown, starts_formula
from kb.exports.model import ExportDocument, Facts, Paragraph, Section, Style, Table, Use, Value

_INK = "1B2A3A"
_HEAD = PatternFill("solid", fgColor=_INK)
_LINE = Border(bottom=Side(style="thin", color="D5DCE4"))
_TOP = Alignment(vertical="top", wrap_text=True)
_LONGEST = 32767  # characters in one cell, by the format
_WIDEST, _NARROWEST = 60, 9  # of a column, in characters


def xlsx_bytes(document: ExportDocument) -> bytes:
    """The document as a workbook; every table is a sheet of its own."""
    book = Workbook()
    book.remove(book.worksheets[0])
    names: set[str] = set()
    _about(book.create_sheet(_sheet_name("About", names)), document)
    for table in document.tables():
        _fill(book.create_sheet(_sheet_name(table.title, names)), table, document)
    properties = book.properties
    properties.title, properties.creator = printable(document.title), ""
    properties.created = properties.modified = file_date(document.as_at)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        # `Workbook.save` would put the time of day in; the writer alone does not.
        ExcelWriter(book, archive).save()
    return steady(buffer.getvalue())


def _about(sheet: Worksheet, document: ExportDocument) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 96
    _line(sheet, document.title, _type(bold=True, size=16, color=_INK))
    if document.subtitle:
        _line(sheet, document.subtitle, _type(color="5A6675"))
    _line(sheet, document.marking or "No classification marking stated", _type(bold=True))
    for paragraph in document.lead:
        _line(sheet, paragraph.text, _font(paragraph.style))
    for section in document.sections:
        if section.use is Use.ALL:
            _about_section(sheet, section)
    _page(sheet, document)


def _about_section(sheet: Worksheet, section: Section) -> None:
    blocks = [block for block in section.blocks if not isinstance(block, Table)]
    if not blocks:
        return
    _line(sheet, section.heading, _type(bold=True, size=12, color=_INK))
    for block in blocks:
        if isinstance(block, Paragraph):
            _line(sheet, block.text, _font(block.style))
        elif isinstance(block, Facts):
            for fact in block.facts:
                row = sheet.max_row + 1
                _put(sheet, row, 1, fact.label).font = _type(bold=True)
                _put(sheet, row, 2, "\n".join(text.text for text in fact.texts))


def _line(sheet: Worksheet, text: str, font: Font) -> None:
    row = sheet.max_row + 1 if sheet["A1"].value is not None else 1
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=2)
    _put(sheet, row, 1, text).font = font
    # Merged cells do not grow by themselves: about 115 characters fit on one line.
    sheet.row_dimensions[row].height = (font.size or 11) * 1.4 * (1 + len(text) // 115)


def _type(**options: Any) -> Font:
    # Without a name a spreadsheet takes whatever it likes.
    return Font(**{"name": "Calibri", "size": 11, **options})


def _font(style: Style) -> Font:
    return _type(bold=style is Style.STRONG, italic=style in (Style.NOTE, Style.QUOTE))


def _fill(sheet: Worksheet, table: Table, document: ExportDocument) -> None:
    for number, column in enumerate(table.columns, start=1):
        cell = _put(sheet, 1, number, column.label)
        cell.font, cell.fill = _type(bold=True, color="FFFFFF"), _HEAD
        numeric = any(isinstance(row[number - 1], int | float) for row in table.rows)
        side: dict[str, Any] = {"horizontal": "right", "indent": 1} if numeric else {}
        cell.alignment = Alignment(vertical="center", wrap_text=True, **side)
    for place, row in enumerate(table.rows, start=2):
        for number, value in enumerate(row, start=1):
            cell = _put(sheet, place, number, value)
            cell.border = _LINE
            if table.total and place == len(table.rows) + 1:
                cell.font = _type(bold=True)
    for number, column in enumerate(table.columns, start=1):
        values = [column.label, *(row[number - 1] for row in table.rows)]
        sheet.column_dimensions[get_column_letter(number)].width = _width(values)
    sheet.freeze_panes = "A2"
    # A sum is no row to be sorted or filtered away with the others.
    last = len(table.rows) + 1 - (1 if table.total and table.rows else 0)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{max(last, 1)}"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    _page(sheet, document)


def _put(sheet: Worksheet, row: int, column: int, value: Value) -> Cell:
    cell = sheet.cell(row, column)
    if not isinstance(cell, Cell):
        raise TypeError(f"{cell.coordinate} lies inside a merged cell")
    cell.alignment = _TOP
    text = printable(value) if isinstance(value, str) else ""
    if text:
        text = text if len(text) <= _LONGEST else text[: _LONGEST - 2] + " …"
        cell.value = text
        cell.data_type = "s"  # openpyxl takes "=..." for a formula and "#N/A" for an error
        if starts_formula(text):
            cell.quotePrefix = True
    elif isinstance(value, date):
        cell.value, cell.number_format = value, "dd mmm yyyy"
        cell.alignment = Alignment(vertical="top", horizontal="left")
    elif not isinstance(value, str):
        cell.value = value
        cell.alignment = Alignment(vertical="top", horizontal="right", indent=1)
    return cell


def _width(values: Iterable[Value]) -> float:
    lines = (line for value in values for line in shown(value).split("\n"))
    longest = max((len(line) for line in lines), default=0)
    return float(min(max(longest + 2, _NARROWEST), _WIDEST))


def _page(sheet: Worksheet, document: ExportDocument) -> None:
    """Paper: A4, as wide as the sheet, the marking above and below every page."""
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    marking = _header_text(document.marking or "", 60)
    head, foot = HeaderFooterItem(), HeaderFooterItem()
    head.center.text = foot.center.text = marking
    head.left.text, foot.left.text = _header_text(document.title), _header_text(document.spoken)
    foot.right.text = "Page &P of &N"
    sheet.oddHeader, sheet.oddFooter = head, foot


def _header_text(text: str, most: int = 100) -> str:
    # "&" starts a code in a header, and 255 characters are all that the format takes.
    return " ".join(printable(text).split()).replace("&", "&&")[:most]


def _sheet_name(title: str, taken: set[str]) -> str:
    base = re.sub(r"[\[\]:*?/\\']", " ", printable(title)).strip()[:31].strip() or "Table"
    name, number = base, 2
    while name.casefold() in taken:
        name = f"{base[:27]} {number}"
        number += 1
    taken.add(name.casefold())
    return name
