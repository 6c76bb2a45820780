"""Tables in plain text: bars between the cells, or columns that begin at the same offsets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.document import Cell, Line, Table, Word
from ingest.numbers import pbis_in

_RULE = re.compile(r"\s*[+|:\u2500-\u257f=-][\s+|:\u2500-\u257f=-]{4,}\s*")
_DASHES = re.compile(r"(?<!\S)(?:-{2,}|={2,}|\u2500{2,}|_{2,})(?!\S)")
_BAR = re.compile(r"[|\u2502\u2551]")
_SEGMENT = re.compile(r"\S+(?: \S+)*")
_LEAST = 3
"""Columns that a table without bars has at least."""
_MOST_BLANK = 1
_SLACK = 1
"""Characters by which a cell may begin beside its column."""


@dataclass(slots=True)
class TextTable:
    """Rows `start` to `end` (half-open) of a page of text, as cells: (column, row, words)."""

    start: int
    end: int
    columns: int
    rows: list[dict[int, list[tuple[int, str]]]] = field(default_factory=list)

    def table(self, page: int, first: int) -> Table:
        """The table; `first` is the number of the page's first line, from 1."""
        made = []
        for row in self.rows:
            cells = []
            for column, parts in sorted(row.items()):
                lines = tuple(
                    Line(page, tuple(map(Word, text.split())), place=f"line {first + at}")
                    for at, text in parts
                )
                cells.append(Cell(lines, column, place=lines[0].place))
            made.append(tuple(cells))
        return Table(page, tuple(made), self.columns)


def tables_in(rows: Sequence[str]) -> list[TextTable]:
    """The tables among the lines of a page, top to bottom, each with two problems at least."""
    out: list[TextTable] = []
    at = 0
    while at < len(rows):
        found = _barred(rows, at) or _ruled_off(rows, at) or _aligned(rows, at)
        if found and _lists_problems(found):
            out.append(found)
            at = found.end
        else:
            at += 1
    return out


def _lists_problems(table: TextTable) -> bool:
    numbers = sum(
        bool(pbis_in(" ".join(text for _, text in cell)))
        for row in table.rows
        for cell in row.values()
    )
    return numbers >= 2 and len(table.rows) >= 3 and table.columns >= _LEAST


def _barred(rows: Sequence[str], start: int) -> TextTable | None:
    """Lines with bars between their cells; rules across may part the rows."""
    if len(_BAR.findall(rows[start])) < 2 or _RULE.fullmatch(rows[start]):
        return None
    count = len(_cells(rows[start]))
    end, rules = start, []
    while end < len(rows):
        if _RULE.fullmatch(rows[end]):
            rules.append(end)
        elif len(_BAR.findall(rows[end])) < 2 or len(_cells(rows[end])) != count:
            break
        end += 1
    table = TextTable(start, end, count)
    lines = [at for at in range(start, end) if at not in rules]
    numbered = sum(bool(pbis_in(rows[at])) for at in lines)
    inner = sum(lines[0] < at < lines[-1] for at in rules)
    parted = inner >= max(2, numbered)  # a rule below each row, of one line or of several
    for at in lines:
        cells = {k: text for k, text in enumerate(_cells(rows[at])) if text}
        goes_on = (at - 1 not in rules) if parted else (0 not in cells)
        _add(table, at, cells, goes_on=goes_on)
    return table


def _cells(row: str) -> list[str]:
    text = row.strip()
    text = text[1:] if _BAR.match(text) else text
    text = text[:-1] if text and _BAR.match(text[-1]) else text
    return [cell.strip() for cell in _BAR.split(text)]


def _add(table: TextTable, at: int, cells: dict[int, str], *, goes_on: bool) -> None:
    if not cells:
        return
    if not table.rows or not goes_on:
        table.rows.append({})
    for column, text in cells.items():
        table.rows[-1].setdefault(column, []).append((at, text))


def _ruled_off(rows: Sequence[str], start: int) -> TextTable | None:
    """A header over a line of dashes that shows where each column begins and ends."""
    if start + 1 >= len(rows) or not rows[start].strip():
        return None
    dashes = rows[start + 1].expandtabs()
    groups = list(_DASHES.finditer(dashes))
    if len(groups) < _LEAST or _DASHES.sub("", dashes).strip():
        return None
    return _fixed(rows, start, [group.start() for group in groups], skip=1)


def _aligned(rows: Sequence[str], start: int) -> TextTable | None:
    """A header whose words, far apart, begin where the cells of the rows below begin."""
    begins = [part.start() for part in _SEGMENT.finditer(_spread(rows[start]))]
    if len(begins) < _LEAST + 1 or pbis_in(rows[start]):
        return None
    return _fixed(rows, start, begins, skip=0)


def _spread(row: str) -> str:
    return row.expandtabs().rstrip()


def _fixed(rows: Sequence[str], start: int, begins: list[int], *, skip: int) -> TextTable | None:
    """Rows cut at fixed offsets, for as long as no words run over one of them."""
    table = TextTable(start, start, len(begins))
    blank = 0
    for at in range(start, len(rows)):
        if skip and at == start + 1:
            continue
        row = _spread(rows[at])
        if not row.strip():
            blank += 1
            if blank > _MOST_BLANK:
                break
            continue
        if _DASHES.sub("", row).strip() == "":
            continue
        cells = _cut(row, begins)
        named = cells is not None and bool(pbis_in(" ".join(cells.values())))
        if cells is None or (at > start and not named and (blank or 0 in cells)):
            break
        _add(table, at, cells, goes_on=at > start and not named)
        blank = 0
        table.end = at + 1
    return table if table.end > start else None


def _cut(row: str, begins: Sequence[int]) -> dict[int, str] | None:
    """The cells of a line by column; None where words run over the beginning of a column."""
    cells: dict[int, str] = {}
    for part in _SEGMENT.finditer(row):
        column = max((k for k, x in enumerate(begins) if x <= part.start() + _SLACK), default=0)
        following = begins[column + 1] if column + 1 < len(begins) else None
        if following is not None and part.end() > following + _SLACK:
            return _by_offset(row, begins)
        cells[column] = f"{cells[column]} {part[0]}" if column in cells else part[0]
    return cells


def _by_offset(row: str, begins: Sequence[int]) -> dict[int, str] | None:
    """The same where a cell fills its column, so that one space parts it from the next."""
    cells: dict[int, str] = {}
    for k, x in enumerate(begins):
        if 0 < x < len(row) and row[x - 1] != " ":
            return None
        stop = begins[k + 1] if k + 1 < len(begins) else len(row)
        if text := row[x:stop].strip():
            cells[k] = text
    return cells
