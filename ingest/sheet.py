"""Workbooks and CSV to a Document: each visible sheet a page, its rows a table.

A place is a cell's address ("Open problems!C7"). Hidden sheets, rows and columns are left out
and said to be, in a finding. A formula gives the value that was last worked out, or its own text.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from ingest.document import Cell, Document, Line, Page, Table, Word
from ingest.errors import EmptyFile, TooLarge, UnreadableFile
from ingest.ink import plain
from ingest.limits import Limits
from ingest.numbers import pbis_in
from ingest.records import Finding
from ingest.sniff import CSV, XLSX

_ZEROS = re.compile(r'^(?:"(?P<prefix>[^"]*)"|\\?(?P<letter>[A-Za-z#]))?(?P<zeros>0{2,})$')
_DELIMITERS = ",;\t|"
_FIELD_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class _Value:
    """One cell: its text, whether it is bold, how many columns and rows it spans."""

    text: str
    bold: bool = False
    span: int = 1
    depth: int = 1


@dataclass
class _Grid:
    """The filled cells of one sheet by (row, column), both from 1."""

    name: str | None
    cells: dict[tuple[int, int], _Value] = field(default_factory=dict)

    def rows(self) -> Iterable[tuple[int, dict[int, _Value]]]:
        """Row number and cells by column, for rows that hold any, top to bottom."""
        rows: dict[int, dict[int, _Value]] = {}
        for (row, column), value in sorted(self.cells.items()):
            rows.setdefault(row, {})[column] = value
        return rows.items()


def read_workbook(data: bytes, name: str, *, limits: Limits | None = None) -> Document:
    """The visible sheets of a workbook.

    Raises:
        UnreadableFile: damaged.
        EmptyFile: no visible sheet holds anything.
        TooLarge: more sheets or cells than the limits allow.
    """
    limits = limits or Limits()
    try:
        values, formulas = _load(data)
        title = values.properties.title or None
    except MemoryError:
        raise
    except Exception as error:  # openpyxl lets anything through on a damaged part
        raise _damaged(name, error) from error
    try:
        grids, found = _visible(values, formulas, limits)
    # A date out of all bounds, a style that is not there.
    except (LookupError, ValueError, TypeError, AttributeError) as error:
        raise _damaged(name, error) from error
    return _document(data, name, XLSX, grids, found, title)


def _damaged(name: str, error: Exception) -> UnreadableFile:
    return UnreadableFile(
        f"the workbook is damaged ({type(error).__name__}); save it again from Excel", source=name
    )


def _load(data: bytes) -> tuple[Any, Any]:
    """The workbook with values, and with formulas where it has any."""
    import warnings

    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of extensions that openpyxl leaves out
        formulas = openpyxl.load_workbook(io.BytesIO(data), keep_links=False)
        has_formulas = any(
            cell.data_type == "f"
            for sheet in formulas.worksheets
            for cell in sheet._cells.values()  # iter_rows would make every empty cell between
        )
        if not has_formulas:
            return formulas, formulas
        values = openpyxl.load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    return values, formulas


def _visible(values: Any, formulas: Any, limits: Limits) -> tuple[list[_Grid], list[Finding]]:
    grids: list[_Grid] = []
    found: list[Finding] = []
    count = 0
    for sheet in values.worksheets:
        count += len(sheet._cells)
        if count > limits.cells or len(values.worksheets) > limits.pages:
            raise TooLarge(f"the workbook has more than {limits.cells:,} cells or too many sheets")
        if sheet.sheet_state != "visible":
            found.append(_hidden(f'Sheet "{sheet.title}" is hidden and was left out.', "sheet"))
            continue
        grid, hidden_rows, hidden_columns = _grid(sheet, formulas[sheet.title])
        grids.append(grid)
        page = len(grids)
        if hidden_rows:
            rows = _list(map(str, hidden_rows))
            said = f'Sheet "{sheet.title}": hidden rows were left out ({rows}).'
            found.append(_hidden(said, "rows", page))
        if hidden_columns:
            columns = _list(hidden_columns)
            said = f'Sheet "{sheet.title}": hidden columns were left out ({columns}).'
            found.append(_hidden(said, "columns", page))
    return grids, found


def _hidden(message: str, what: str, page: int | None = None) -> Finding:
    return Finding(
        code=f"hidden-{what}",
        message=message,
        page=page,
        ask="Is what is hidden meant to be part of the report?",
    )


def _list(items: Iterable[str]) -> str:
    listed = list(items)
    return ", ".join(listed[:10]) + (f" and {len(listed) - 10} more" if len(listed) > 10 else "")


def _grid(sheet: Any, formulas: Any) -> tuple[_Grid, list[int], list[str]]:
    """The visible cells, and the hidden rows and columns that hold something."""
    from openpyxl.utils import get_column_letter

    hidden_rows = {k for k, row in sheet.row_dimensions.items() if row.hidden}
    hidden_columns: set[int] = set()
    for dimension in sheet.column_dimensions.values():
        if dimension.hidden and dimension.min and dimension.max:
            hidden_columns.update(range(dimension.min, min(dimension.max, 16384) + 1))
    spans = {
        (merged.min_row, merged.min_col): (
            merged.max_col - merged.min_col + 1,
            merged.max_row - merged.min_row + 1,
        )
        for merged in sheet.merged_cells.ranges
    }
    grid = _Grid(sheet.title)
    lost_rows: set[int] = set()
    lost_columns: set[int] = set()
    for (row, column), cell in sheet._cells.items():
        text = _text(cell, formulas._cells.get((row, column)))
        if not text:
            continue
        if row in hidden_rows:
            lost_rows.add(row)
        elif column in hidden_columns:
            lost_columns.add(column)
        else:
            span, depth = spans.get((row, column), (1, 1))
            bold = bool(cell.font and cell.font.b)
            grid.cells[row, column] = _Value(text, bold, span, depth)
    return grid, sorted(lost_rows), [get_column_letter(k) for k in sorted(lost_columns)]


def _text(cell: Any, formula: Any) -> str:
    """What the cell shows, near enough: dates day first, numbers with their leading zeros."""
    value = cell.value
    if value is None and formula is not None and formula.data_type == "f":
        value = getattr(
            formula.value, "text", formula.value
        )  # an array formula keeps its text apart
    if value is None:
        return ""
    if isinstance(value, datetime):
        whole = not (value.hour or value.minute or value.second)
        return value.strftime("%d/%m/%Y" if whole else "%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value, cell.number_format or "General")
    return plain(str(value)).strip()


def _number(value: float, shape: str) -> str:
    if isinstance(value, float) and not value.is_integer():
        return f"{value:.0%}" if shape.startswith("0%") else f"{value:.10g}"
    if "%" in shape:
        return f"{value:.0%}"
    digits = str(int(value))
    if match := _ZEROS.match(shape):
        return (match["prefix"] or match["letter"] or "") + digits.zfill(len(match["zeros"]))
    return digits


def read_csv(data: bytes, name: str, encoding: str, *, limits: Limits | None = None) -> Document:
    """A CSV as one page, its delimiter found from its first lines.

    Raises:
        UnreadableFile: no CSV that can be read.
        EmptyFile: no cell holds anything.
        TooLarge: more cells than the limits allow.
    """
    limits = limits or Limits()
    text = data.decode(encoding)
    csv.field_size_limit(_FIELD_LIMIT)
    grid = _Grid(None)
    count = 0
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        for row, fields in enumerate(reader, start=1):
            count += len(fields)
            if count > limits.cells:
                raise TooLarge(f"the CSV has more than {limits.cells:,} cells")
            for column, value in enumerate(fields, start=1):
                if shown := plain(value).strip():
                    grid.cells[row, column] = _Value(shown)
    except csv.Error as error:
        raise UnreadableFile(f"the CSV cannot be read: {error}", source=name) from error
    return _document(data, name, CSV, [grid], [], None)


def _delimiter(text: str) -> str:
    """The delimiter that parts the first lines most evenly; a comma where none does."""
    sample = [line for line in text[:20_000].splitlines() if line.strip()][:30]
    best, most = ",", (0, 0)
    for delimiter in _DELIMITERS:
        rows = list(csv.reader(sample, delimiter=delimiter))
        widths = [len(row) for row in rows if len(row) > 1]
        if not widths:
            continue
        usual = max(set(widths), key=widths.count)
        score = (widths.count(usual), usual)
        if score > most:
            best, most = delimiter, score
    return best


def _document(
    data: bytes,
    name: str,
    media_type: str,
    grids: list[_Grid],
    found: list[Finding],
    title: str | None,
) -> Document:
    pages = tuple(_page(grid, number) for number, grid in enumerate(grids, start=1))
    if not any(page.body for page in pages):
        hidden = " that is not hidden" if found else ""
        raise EmptyFile(f"no cell{hidden} holds anything", source=name)
    return Document(
        file=name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=media_type,
        pages=pages,
        title=title,
        findings=tuple(found),
    )


def _page(grid: _Grid, number: int) -> Page:
    """Rows of one cell above a table are lines; the rest are tables, parted by blank rows."""
    rows = list(grid.rows())
    body: list[Line | Table] = []
    table: list[tuple[int, dict[int, _Value]]] = []
    for k, (row, cells) in enumerate(rows):
        after_blank = k > 0 and row > rows[k - 1][0] + 1
        following = rows[k + 1 :]
        if table and after_blank and _starts_anew(cells, following):
            body.append(_table(grid, number, table))
            table = []
        if not table and len(cells) == 1:
            body += _lines(grid, number, row, cells)
        else:
            table.append((row, cells))
    if table:
        body.append(_table(grid, number, table))
    return Page(number, 0.0, 0.0, tuple(body), name=grid.name)


def _starts_anew(cells: dict[int, _Value], following: list[tuple[int, dict[int, _Value]]]) -> bool:
    """Below a blank row: a heading over a row of column names, or column names at once."""
    head = cells if len(cells) > 1 else next((c for _, c in following[:3] if len(c) > 1), None)
    if head is None:
        return False
    texts = [value.text for value in head.values()]
    return not any(pbis_in(text, bare=True) or re.search(r"\d", text) for text in texts)


def _lines(grid: _Grid, page: int, row: int, cells: dict[int, _Value]) -> list[Line]:
    return [
        line
        for column, value in cells.items()
        for line in _cell(grid, page, row, column, 0, value).lines
    ]


def _table(grid: _Grid, page: int, rows: list[tuple[int, dict[int, _Value]]]) -> Table:
    columns = sorted({column for _, cells in rows for column in cells})
    place = {column: k for k, column in enumerate(columns)}
    read = tuple(
        tuple(
            _cell(grid, page, row, column, place[column], value) for column, value in cells.items()
        )
        for row, cells in rows
    )
    return Table(page, read, len(columns), title=grid.name)


def _cell(grid: _Grid, page: int, row: int, column: int, at: int, value: _Value) -> Cell:
    address = f"{_letters(column)}{row}"
    where = f"{grid.name}!{address}" if grid.name else address
    lines = tuple(
        Line(page, words, 0, where)
        for text in value.text.splitlines()
        if (words := tuple(Word(word, None, 0.0, value.bold) for word in text.split()))
    )
    return Cell(lines, at, value.span, None, where, value.depth)


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
