"""Tables with a row per problem: their rows, and those that pages and edges break."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field, replace

from ingest.assemble import Draft
from ingest.cells import (
    Label,
    Row,
    broken_pbi,
    closed_up,
    joined_cell,
    label_of,
    opens_with_pbi,
    rows_of,
    whole,
)
from ingest.document import Cell, Line, Table, Word
from ingest.fields import Lines, Scanner
from ingest.flow import lines_of_cell
from ingest.headers import PROSE, Columns, same_header, with_known
from ingest.joining import JoinedText
from ingest.numbers import canonical_pbi, pbis_in
from ingest.records import Box, Grade
from ingest.rules.dates import dates_in
from ingest.rules.ticks import ticked
from ingest.rules.values import (
    cell_status,
    date_value,
    owner_value,
    severity_value,
    status_value,
)
from ingest.spans import Found, Span
from ingest.vocabulary import Vocabulary

_BARE = re.compile(r"\W*(?P<digits>0{0,8}\d{4,8})\W*")
_TOTAL = re.compile(r"(?:grand\s+|sub-?)?(?:total|count|number of)\b", re.IGNORECASE)


@dataclass(slots=True)
class _Entry:
    """A record's row while it grows: the lines in each column, the cell they began in."""

    lines: dict[int, list[Line]] = field(default_factory=dict)
    cells: dict[int, Cell] = field(default_factory=dict)
    below: list[Cell] = field(default_factory=list)
    owner: Found | None = None


@dataclass(slots=True)
class TableReader:
    """Reads the rows of one table after another; a table without a header goes on with the last."""

    vocabulary: Vocabulary
    known: Container[str] = frozenset()
    columns: Columns | None = None
    entries: list[_Entry] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    heading: Found | None = None
    merged: dict[int, tuple[Cell, int]] = field(default_factory=dict)

    def recut(self, table: Table) -> Table | None:
        """A piece of the last table that was cut apart otherwise, as where a page ends within a
        row and the row's frame is not drawn: cut again at that table's columns. None for others.
        """
        columns = self.columns
        if columns is None or table.ruled or table.columns >= columns.count:
            return None
        if len(columns.edges) < columns.count:
            return None
        rows = []
        for row in table.rows:
            parts: dict[int, list[Line]] = {}
            for line in (line for cell in row for line in cell.lines):
                for column, words in _words_by_column(line, columns.edges).items():
                    parts.setdefault(column, []).append(
                        Line(line.page, tuple(words), line.block, line.place)
                    )
            if -1 in parts:
                return None
            rows.append(
                tuple(
                    Cell(
                        tuple(_one_line_each(lines)),
                        column,
                        1,
                        _box_of(lines, columns.edges[column]),
                    )
                    for column, lines in sorted(parts.items())
                )
            )
        again = replace(table, rows=tuple(rows), columns=columns.count)
        first = {cell.column: cell for cell in rows[0]}.get(columns.number) if rows else None
        if first is None or self._number(joined_cell(first.lines, first, self.known)) is None:
            return None
        return again

    def continues(self, table: Table) -> bool:
        """A table without a header that has the shape of the one before it."""
        if self.columns is None or not rows_of(table):
            return False
        if table.columns != self.columns.count:
            return False
        return any(opens_with_pbi(row.text) for row in rows_of(table)) or bool(self.entries)

    def repeats_header(self, table: Table) -> bool:
        """The table opens with the header of the one before it: its rows go on with that one's."""
        rows = rows_of(table)
        if self.columns is None or not rows or table.columns != self.columns.count:
            return False
        return self._is_header(rows[0], self.columns)

    def read(self, table: Table, columns: Columns, heading: Found | None = None) -> list[Draft]:
        """The records of a table; call `finish` behind the last part of it.

        Args:
            heading: the party that the line above the table names.
        """
        rows = rows_of(table)
        if columns is not self.columns:
            if self.columns is None or not same_header(columns, self.columns):
                self.finish()
                self.heading = None
            else:
                columns = with_known(columns, self.columns)
            rows = rows[columns.rows :]
            self.columns = columns
        self.heading = heading or self.heading
        for row in rows:
            self._row(row, columns)
        return self.drafts

    def runs_over(self, lines: Sequence[Line], table: Table) -> bool:
        """Takes lines at the head of a page as the end of the last row's cells; False if they
        are not: each must lie within one column of the table that goes on below them.
        """
        if self.columns is None or not self.entries or not lines:
            return False
        edges = _edges_of(table)
        entry = self.entries[-1]
        homes = []
        for line in lines:
            box = line.box
            if box is None or line.page != table.page:
                return False
            home = [c for c, (x0, x1) in edges.items() if x0 - 4 <= box[0] and box[2] <= x1 + 4]
            if len(home) != 1 or home[0] not in entry.lines:
                return False
            homes.append(home[0])
        for line, column in zip(lines, homes, strict=True):
            entry.lines[column].append(line)
        return True

    def finish(self) -> None:
        """Turns the rows gathered so far into drafts."""
        if self.columns is not None:
            for entry in self.entries:
                draft = self._draft(entry, self.columns)
                if draft:
                    self.drafts.append(draft)
        self.entries = []

    def _row(self, row: Row, columns: Columns) -> None:
        cell = row.cells.get(columns.number)
        if cell and self._number(joined_cell(cell.lines, cell, self.known)):
            entry = _Entry(owner=self.heading)
            self.entries.append(entry)
            self._add(entry, row)
            self._add(entry, Row(self._from_above(row), row.page))
            return
        if self._is_header(row, columns) or _TOTAL.match(row.text):
            return
        if len(row.cells) == 1:
            only = next(iter(row.cells.values()))
            if self._section(only):
                return
            if only.span > 1 or only.column != columns.number:
                self._below(only, columns)
            return
        if self.entries:
            self._add(self.entries[-1], row)

    def _add(self, entry: _Entry, row: Row) -> None:
        for column, cell in row.cells.items():
            entry.lines.setdefault(column, []).extend(cell.lines)
            entry.cells.setdefault(column, cell)

    def _from_above(self, row: Row) -> dict[int, Cell]:
        """The cells of earlier rows that are merged down over this one."""
        above = {
            column: cell
            for column, (cell, depth) in self.merged.items()
            if depth > 0 and column not in row.cells
        }
        self.merged = {column: (cell, depth - 1) for column, (cell, depth) in self.merged.items()}
        self.merged |= {
            column: (cell, cell.depth - 1) for column, cell in row.cells.items() if cell.depth > 1
        }
        return above

    def _below(self, cell: Cell, columns: Columns) -> None:
        """Text over the whole width belongs to the record above; in one column it goes on there."""
        if not self.entries:
            return
        if cell.span > max(1, columns.count // 2):
            self.entries[-1].below.append(cell)
        else:
            entry = self.entries[-1]
            entry.lines.setdefault(cell.column, []).extend(cell.lines)
            entry.cells.setdefault(cell.column, cell)

    def _is_header(self, row: Row, columns: Columns) -> bool:
        same = [
            column
            for column, cell in row.cells.items()
            if column in columns.labels
            and cell.text.strip().casefold() == columns.labels[column].text.strip().casefold()
        ]
        return len(same) >= 2 and len(same) >= 0.6 * len(row.cells)

    def _section(self, cell: Cell) -> bool:
        from ingest.prose import heading_owner

        joined = joined_cell(cell.lines, cell, self.known)
        found = heading_owner(joined, self.vocabulary)
        if found:
            self.heading = found
        return found is not None

    def _number(self, joined: JoinedText) -> tuple[str, Span, int] | None:
        """Canonical number, its span, and where the rest of the cell begins."""
        text = joined.text
        if broken := broken_pbi(text):
            return broken, whole(joined), len(text)
        for mention in pbis_in(text):
            if not re.search(r"\w", text[: mention.start]):
                return mention.pbi, Span(joined, mention.start, mention.end), mention.end
            break
        squeezed = re.sub(r"\s", "", text)
        found = pbis_in(squeezed)
        if found and found[0].start == 0 and found[0].end == len(squeezed):
            return found[0].pbi, whole(joined), len(text)
        bare = _BARE.fullmatch(squeezed)
        if bare and re.search(r"[1-9]", bare["digits"]):
            return canonical_pbi(bare["digits"]), whole(joined), len(text)
        return None

    def _draft(self, entry: _Entry, columns: Columns) -> Draft | None:
        cell = entry.cells[columns.number]
        joined = joined_cell(entry.lines[columns.number], cell, self.known)
        number = self._number(joined)
        if number is None:
            return None
        draft = Draft(number[0], number[1], source="table")
        rest = Span(joined, number[2], len(joined.text)).trimmed(" \t\u00a0:.,;|-\u2013\u2014()")
        if re.search(r"[^\W_]", rest.raw):
            draft.found.append(Found("title", rest.text, rest, "cell.title"))
        for column in sorted(entry.lines):
            if column == columns.number:
                continue
            label = columns.labels.get(column)
            if label is None or not label.fields:
                self._unnamed(draft, entry, column, label)
                continue
            why = columns.guessed.get(column)
            self._cell(draft, entry.lines[column], entry.cells[column], label, why)
        for cell in entry.below:
            self._text(draft, cell.lines, cell, None)
        if entry.owner:
            draft.found.append(entry.owner)
        return draft

    def _unnamed(self, draft: Draft, entry: _Entry, column: int, label: Label | None) -> None:
        joined = joined_cell(entry.lines[column], entry.cells[column], self.known)
        span = whole(joined)
        if label and label.text and re.search(r"\w", span.raw):
            draft.unknown.append((label.text, span))
            if len(span.raw.split()) > 7:
                draft.narrative.append(span)

    def _cell(
        self, draft: Draft, lines: Sequence[Line], cell: Cell, label: Label, why: str | None
    ) -> None:
        joined = joined_cell(lines, cell, self.known)
        span = whole(joined)
        if not span.raw:
            return
        if len(label.fields) > 1:
            self._several(draft, joined, label)
            return
        name = label.fields[0]
        if chosen := ticked(joined.text):
            span = Span(joined, *chosen)
            draft.found.append(Found(name, span.text, span, f"column.{name}", label=label.text))
            return
        if name in PROSE:
            self._text(draft, lines, cell, name, why)
            return
        grade = Grade.FAIR if why else Grade.GOOD
        rule = f"column.{name}"
        if name == "status":
            value = cell_status(joined.text, self.vocabulary)
            if value and value.end > value.start:
                if value.date:
                    at = Span(joined, *value.date)
                    draft.found.append(
                        Found("status_date", at.text, at, "status.date", label=label.text)
                    )
                span = Span(joined, value.start, value.end)
        text = self._mended(name, joined) or span.text
        draft.found.append(Found(name, text, span, rule, grade, why, label.text))
        if (
            name == "status"
            and label.date
            and not any(f.field == "status_date" for f in draft.found)
        ):
            self._header_date(draft, label)

    def _is_party(self, text: str) -> bool:
        """All of the text names one party; "CSP Cent ral" names one only in part."""
        return any(
            mention.start == 0 and mention.end >= len(text)
            for mention in self.vocabulary.parties_in(text)
        )

    def _mended(self, name: str, joined: JoinedText) -> str | None:
        """A typed value that the edge of a narrow cell cut within a word, made whole."""
        kinds: dict[str, Callable[[str], object]] = {
            "severity": self.vocabulary.severity_of,
            "status": self.vocabulary.status_of,
            "owner": self._is_party,
            "supplier": self._is_party,
            "created": dates_in,
            "target_completion": dates_in,
            "status_date": dates_in,
        }
        known = kinds.get(name)
        if known is None or known(joined.text.strip()):
            return None
        return next((text.strip() for text in closed_up(joined) if known(text.strip())), None)

    def _header_date(self, draft: Draft, label: Label) -> None:
        header = self._header_span(label)
        if header:
            draft.found.append(
                Found("status_date", header.text, header, "header.date", label=label.text)
            )

    def _header_span(self, label: Label) -> Span | None:
        if self.columns is None or label.date is None:
            return None
        for joined in self.columns.header:
            if joined and joined.text == label.text:
                return Span(joined, *label.date)
        return None

    def _several(self, draft: Draft, joined: JoinedText, label: Label) -> None:
        """ "Severity / Status" in one cell: each value by its kind, in order."""
        at, text = 0, joined.text
        for name in label.fields:
            if name in ("created", "target_completion", "status_date"):
                value = date_value(text, at, len(text))
            elif name == "severity":
                value = severity_value(text, at, len(text), self.vocabulary)
            elif name == "status":
                value = status_value(text, at, len(text), self.vocabulary, strong=False)
            elif name in ("owner", "supplier"):
                value = owner_value(text, at, len(text), self.vocabulary, strong=False)
            else:
                continue
            if value and value.end > value.start:
                span = Span(joined, value.start, value.end)
                draft.found.append(Found(name, span.text, span, f"column.{name}", label=label.text))
                at = value.end

    def _text(
        self,
        draft: Draft,
        lines: Sequence[Line],
        cell: Cell,
        name: str | None,
        why: str | None = None,
    ) -> None:
        """A cell of running text, in which labels of its own may stand."""
        if name == "description" and draft.first("title") is None and not self._titles():
            lines = self._bold_head(draft, lines, cell)
        flowing = lines_of_cell(lines, cell.box[2] if cell.box else None)
        scan = Scanner(Lines(flowing, cell_box=cell.box, known=self.known), self.vocabulary).scan()
        draft.found += scan.found
        draft.unknown += scan.unknown
        if name is None:
            draft.narrative += scan.rest
            return
        grade = Grade.FAIR if why else Grade.GOOD
        if not scan.found and scan.rest:
            joined = scan.rest[0].joined
            span = whole(joined)
            if name in ("description", "more"):
                draft.found += [
                    Found(name, part.text, part, f"column.{name}", grade, why) for part in scan.rest
                ]
            else:
                draft.found.append(Found(name, span.text, span, f"column.{name}", grade, why))
            return
        draft.found += [
            Found(name, part.text, part, f"column.{name}", grade, why) for part in scan.rest
        ]

    def _titles(self) -> bool:
        """A column of its own holds the titles."""
        labels = self.columns.labels.values() if self.columns else ()
        return any("title" in label.fields for label in labels)

    def _bold_head(self, draft: Draft, lines: Sequence[Line], cell: Cell) -> Sequence[Line]:
        """Takes bold lines over plain ones as the title ("Problem and detail" in one column)."""
        count = next((k for k, line in enumerate(lines) if not line.bold), len(lines))
        if not 0 < count < len(lines):
            return lines
        joined = joined_cell(lines[:count], cell, self.known)
        span = whole(joined)
        if (
            len(span.raw) > 200
            or span.raw.endswith(":")
            or label_of(span.raw, self.vocabulary).fields
        ):
            return lines
        draft.found.append(Found("title", span.text, span, "cell.title"))
        return lines[count:]


def _words_by_column(line: Line, edges: dict[int, tuple[float, float]]) -> dict[int, list[Word]]:
    """The words of a line by the column that they stand in; -1 for any that stand in none."""
    out: dict[int, list[Word]] = {}
    for word in line.words:
        box = word.box
        home = next(
            (c for c, (x0, x1) in edges.items() if box and x0 - 1 <= box[0] and box[2] <= x1 + 1),
            -1,
        )
        out.setdefault(home, []).append(word)
    return out


def _one_line_each(lines: Sequence[Line]) -> list[Line]:
    """Lines from top to bottom."""
    return sorted(lines, key=lambda line: line.box[1] if line.box else 0.0)


def _box_of(lines: Sequence[Line], edges: tuple[float, float]) -> Box | None:
    """The box of a cell between its column's edges, as high as its lines."""
    boxes = [line.box for line in lines if line.box]
    if not boxes:
        return None
    return (edges[0], min(box[1] for box in boxes), edges[1], max(box[3] for box in boxes))


def _edges_of(table: Table) -> dict[int, tuple[float, float]]:
    """Left and right of each column in points."""
    return {
        cell.column: (cell.box[0], cell.box[2])
        for row in table.rows
        for cell in row
        if cell.box and cell.span == 1
    }
