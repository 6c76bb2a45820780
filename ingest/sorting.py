"""What each table of a document is: rows of problems, a form, or a frame around running lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ingest.assemble import Draft
from ingest.blocks import FlowItem
from ingest.cells import Row, label_of, opens_with_pbi, rows_of
from ingest.document import Cell, Line, Table
from ingest.flow import Break, Flow, FlowLine, lines_of_cell
from ingest.forms import FormItem, begins_with_number, read_forms
from ingest.headers import find_bare_columns, find_columns, header_texts, listed_in
from ingest.joining import join_lines
from ingest.numbers import pbis_in
from ingest.prose import Block, heading_owner
from ingest.spans import Found, Span
from ingest.tables import TableReader
from ingest.vocabulary import Vocabulary

_HEADING_LINES = 3


@dataclass(slots=True)
class Sorted:
    """A flow with its tables understood.

    Attributes:
        items: lines and forms in reading order. tables: the drafts of each table of problems.
        listed: numbers of a contents list in tabular form.
    """

    items: list[FlowItem] = field(default_factory=list)
    listed: list[tuple[str, Span]] = field(default_factory=list)
    tables: list[list[Draft]] = field(default_factory=list)


def sort_tables(flow: Flow, vocabulary: Vocabulary) -> Sorted:
    """Reads tables of problems, turns forms into items and other tables into lines."""
    result = Sorted()
    reader = TableReader(vocabulary, flow.known)
    headed = _headed_forms(flow, vocabulary)
    headings = _part_headings(flow, vocabulary)
    fresh = False
    number_first: bool | None = None  # how the first form of the document begins
    since = 0  # items before the first line behind the last table
    for item in flow.items:
        if isinstance(item, FlowLine):
            # The line behind a table never runs on from the one before it.
            since = len(result.items) if fresh else since
            result.items.append(FlowLine(item.line, Break.HARD) if fresh else item)
            fresh = False
            continue
        fresh = True
        if _stacked(item, vocabulary):
            result.items += _by_cell(item)
            continue
        if item in headed:
            upper, lower = _without_labels_below(item, vocabulary)
            forms = read_forms(upper, vocabulary, flow.known, headings=headings)
            result.items += [FormItem(form) for form in forms]
            result.items += lower
            continue
        columns = find_columns(item, vocabulary, flow.known)
        if columns:
            before = len(reader.drafts)
            reader.read(item, header_texts(item, columns), _heading_above(result, vocabulary))
            _place(reader.drafts[before:], result)
            continue
        if reader.columns and reader.repeats_header(item):
            reader.read(item, reader.columns, _heading_above(result, vocabulary))
            continue
        again = reader.recut(item)
        if again and reader.columns:
            reader.read(again, reader.columns)
            continue
        if _in_columns(item, vocabulary):
            result.items += _by_column(item)
            continue
        forms = read_forms(
            item, vocabulary, flow.known, number_first=bool(number_first), headings=headings
        )
        if forms:
            if number_first is None:
                number_first = begins_with_number(item, vocabulary, flow.known)
            result.items += [FormItem(form) for form in forms]
        elif reader.columns and reader.continues(item):
            between = [part.line for part in result.items[since:] if isinstance(part, FlowLine)]
            if len(between) == len(result.items) - since and reader.runs_over(between, item):
                del result.items[since:]
            reader.read(item, reader.columns)
        elif bare := find_bare_columns(item, vocabulary, flow.known):
            reader.read(item, bare)
        elif listed := listed_in(item, flow.known):
            result.listed += listed
        else:
            result.items += _as_lines(item)
    reader.finish()
    _place(reader.drafts, result)
    if reader.drafts:
        result.tables = _by_header(reader.drafts)
    return result


_PART = re.compile(r"(?:section|part|box)\s+(?:[a-z]|\d{1,2}|[ivx]{1,4})\b.{0,60}", re.IGNORECASE)


def _part_headings(flow: Flow, vocabulary: Vocabulary) -> frozenset[str]:
    """Rows of one short text over the whole width, in form after form: they only part a form."""
    seen: Counter[str] = Counter()
    tables = [item for item in flow.items if isinstance(item, Table)]
    for table in tables:
        for row in rows_of(table):
            cells = list(row.cells.values())
            text = row.text
            wide = len(cells) == 1 and cells[0].span >= max(2, table.columns)
            if not wide or len(text.split()) > 7 or text.endswith("."):
                continue
            if pbis_in(text) or label_of(text, vocabulary).fields:
                continue
            if vocabulary.parties_in(text):
                continue  # the supplier that the rows below are with
            seen[text.casefold()] += 1 + bool(_PART.fullmatch(text))
    return frozenset(text for text, count in seen.items() if count > 1)


def _heading_above(result: Sorted, vocabulary: Vocabulary) -> Found | None:
    """The party that the line straight above a table names, as heading of its rows."""
    last = result.items[-1] if result.items else None
    if not isinstance(last, FlowLine) or last.before is not Break.HARD:
        return None
    for item in reversed(result.items[-_HEADING_LINES:]):
        if not isinstance(item, FlowLine) or item.line.page != last.line.page:
            break
        if found := heading_owner(join_lines([item.line]), vocabulary):
            return found
        if len(item.text) > 50 or item.text.endswith("."):
            break  # "Number open: 2" may stand between; a paragraph parts the two
    return None


def _place(drafts: Sequence[Draft], result: Sorted) -> None:
    for draft in drafts:
        draft.order = draft.order or len(result.items)


def _by_header(drafts: Sequence[Draft]) -> list[list[Draft]]:
    groups: list[list[Draft]] = [[]]
    seen: set[str] = set()
    for draft in drafts:
        # A number that comes again opens another table, or a second row for one problem.
        if draft.pbi in seen and len(groups[-1]) > 1 and draft.pbi == groups[0][0].pbi:
            groups.append([])
        seen.add(draft.pbi)
        groups[-1].append(draft)
    return groups


def _headed_forms(flow: Flow, vocabulary: Vocabulary) -> list[Table]:
    """Tables of one row under the same header, time and again, with the rest of the form below."""
    alike: dict[tuple[str, ...], list[Table]] = {}
    for item, after in pairwise(flow.items):
        if not isinstance(item, Table) or not find_columns(item, vocabulary, flow.known):
            continue
        rows = rows_of(item)
        numbers = [row for row in rows if any(map(_opens_with_number, row.cells.values()))]
        goes_on = isinstance(after, FlowLine) or not any(
            _opens_with_number(cell) for row in rows_of(after) for cell in row.cells.values()
        )
        if len(numbers) == 1 and len(rows) <= 4 and goes_on:
            header = tuple(cell.text for _, cell in sorted(rows[0].cells.items()))
            alike.setdefault(header, []).append(item)
    return [item for group in alike.values() if len(group) > 1 for item in group]


def _opens_with_number(cell: Cell) -> bool:
    return opens_with_pbi(cell.text)


def _without_labels_below(table: Table, vocabulary: Vocabulary) -> tuple[Table, list[FlowItem]]:
    """The table, and the lone labels that end it, whose values are the lines below."""
    rows = list(table.rows)
    lower: list[FlowItem] = []
    while rows:
        cells = [cell for cell in rows[-1] if cell.text.strip()]
        if len(cells) != 1 or not label_of(cells[0].text, vocabulary).fields:
            break
        lower = [*lines_of_cell(cells[0].lines), *lower]
        rows.pop()
    return replace(table, rows=tuple(rows)), lower


def _stacked(table: Table, vocabulary: Vocabulary) -> bool:
    """Cells that hold a label with its value below it, and hardly any others."""
    cells = [cell for row in rows_of(table) for cell in row.cells.values()]
    if any(map(_opens_with_number, cells)):
        return False
    labelled = [
        cell
        for cell in cells
        if vocabulary.labels.field_of(cell.lines[0].text) and len(cell.lines[0].text) < 40
    ]
    whole = sum(len(cell.lines) > 1 for cell in labelled)
    return whole >= 2 and len(labelled) >= 0.6 * len(cells)


def _by_cell(table: Table) -> list[FlowItem]:
    out: list[FlowItem] = []
    for row in rows_of(table):
        for _, cell in sorted(row.cells.items()):
            lines = lines_of_cell(cell.lines, cell.box[2] if cell.box else None)
            out += [FlowLine(lines[0].line, Break.HARD)]
            out += [FlowLine(line.line, max(line.before, Break.SOFT)) for line in lines[1:2]]
            out += lines[2:]
    return out


def _in_columns(table: Table, vocabulary: Vocabulary) -> bool:
    """A frame of columns that run down on their own: labels abreast, words that run on below."""
    if table.ruled or table.columns < 2:
        return False
    rows = rows_of(table)
    abreast = any(
        len(row.cells) > 1
        and any(vocabulary.labels.match(cell.text, 0) for cell in row.cells.values())
        and all(_heads(cell.text, vocabulary) for cell in row.cells.values())
        for row in rows
    )
    runs_on = any(
        column in after.cells
        and after.cells[column].text[:1].islower()
        and len(cell.text.split()) > 3
        and not cell.text.endswith((".", ":", ";"))
        for row, after in pairwise(rows)
        for column, cell in row.cells.items()
    )
    if _pairs(rows, vocabulary) >= (0.5 if runs_on else 0.4) * len(rows):
        return False  # a form: each label has its value beside it
    long = any(len(cell.text.split()) > 12 for row in rows for cell in row.cells.values())
    return abreast and (runs_on or long)


def _pairs(rows: Sequence[Row], vocabulary: Vocabulary) -> int:
    """Rows whose first cell is a label and whose second is none."""
    count = 0
    for row in rows:
        cells = [cell.text for _, cell in sorted(row.cells.items())]
        if len(cells) > 1 and label_of(cells[0], vocabulary).fields:
            count += not label_of(cells[1], vocabulary).fields
    return count


def _heads(text: str, vocabulary: Vocabulary) -> bool:
    """The cell is or opens with a label, or is a few words that could be one."""
    if vocabulary.labels.match(text, 0):
        return True
    return len(text.split()) <= 5 and text[:1].isupper() and not text.endswith((".", ","))


def _by_column(table: Table) -> list[FlowItem]:
    out: list[FlowItem] = []
    rows = rows_of(table)
    for column in range(table.columns):
        lines = [line for row in rows if column in row.cells for line in row.cells[column].lines]
        if lines:
            flowing = lines_of_cell(lines)
            out += [FlowLine(flowing[0].line, Break.HARD), *flowing[1:]]
    return out


def _as_lines(table: Table) -> list[FlowItem]:
    """A table that is no more than a frame: its cells as running lines, row by row."""
    out: list[FlowItem] = []
    for row in rows_of(table):
        cells = [cell for _, cell in sorted(row.cells.items())]
        if len(cells) > 1 and all(len(cell.lines) == 1 for cell in cells):
            words = tuple(word for cell in cells for word in cell.lines[0].words)
            first = cells[0].lines[0]
            out.append(FlowLine(Line(first.page, words, first.block, first.place), Break.HARD))
            continue
        for cell in cells:
            lines = lines_of_cell(cell.lines, cell.box[2] if cell.box else None)
            out += lines
    return out


def with_tables(blocks: Sequence[Block], tables: Sorted) -> list[Block | Draft]:
    """Entries of both kinds in reading order; a table that repeats details is a summary."""
    told = {block.pbi for block in blocks}
    largest = max(tables.tables, key=_fields, default=[])
    for group in tables.tables:
        for draft in group:
            repeats = draft.pbi in told or (
                group is not largest and any(other.pbi == draft.pbi for other in largest)
            )
            if repeats:
                draft.source = "summary"
    every: list[Block | Draft] = [*blocks, *(draft for group in tables.tables for draft in group)]
    return sorted(every, key=lambda entry: (entry.order, entry.source != "summary"))


def _fields(group: Sequence[Draft]) -> float:
    return sum(len(draft.found) for draft in group) / max(1, len(group))
