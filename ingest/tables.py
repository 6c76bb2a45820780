"""Tables with a row per problem: which column is which, and rows that pages and edges break."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field, replace
from statistics import mean

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
from ingest.guesses import guess_field
from ingest.joining import JoinedText, join_lines
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

_PROSE = (
    "description", "update", "workaround", "more", "incident_observation", "user_impact",
    "root_cause",
)  # fmt: skip
_BARE = re.compile(r"\W*(?P<digits>0{0,8}\d{4,8})\W*")
_REMARKS = re.compile(r"\b(?:comment|remark|note)", re.IGNORECASE)
_TOTAL = re.compile(r"(?:grand\s+|sub-?)?(?:total|count|number of)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Columns:
    """The meaning of each column.

    Attributes:
        labels: by column, the header with its fields. number: the column of PBI numbers.
        guessed: why, for columns whose header no list holds.
        edges: left and right of each column in points, where known.
    """

    labels: dict[int, Label]
    number: int
    count: int
    guessed: dict[int, str] = field(default_factory=dict)
    header: tuple[JoinedText | None, ...] = ()
    rows: int = 1
    edges: dict[int, tuple[float, float]] = field(default_factory=dict)


@dataclass(slots=True)
class _Entry:
    """A record's row while it grows: the lines in each column, the cell they began in."""

    lines: dict[int, list[Line]] = field(default_factory=dict)
    cells: dict[int, Cell] = field(default_factory=dict)
    below: list[Cell] = field(default_factory=list)
    owner: Found | None = None


def find_columns(
    table: Table, vocabulary: Vocabulary, known: Container[str] = frozenset()
) -> Columns | None:
    """What the columns of a table mean, by a header in its first rows; None for other tables."""
    rows = rows_of(table)
    for index, row in enumerate(rows[:8]):
        if any(opens_with_pbi(cell.text) for cell in row.cells.values()):
            return None
        if len(row.cells) < 2:
            continue
        labels = {
            column: label_of(joined_cell(cell.lines, cell, known).text, vocabulary)
            for column, cell in row.cells.items()
        }
        hits = {name for label in labels.values() for name in label.fields}
        if len(hits - {"other"}) < 2 or len(hits) < 0.4 * len(labels):
            continue
        used = index + 1
        if used < len(rows) and _second_header(rows[used], vocabulary, known):
            labels = _two_rows(row, rows[used], vocabulary, known)
            used += 1
        return _columns(table, rows, used, labels, vocabulary, known)
    return None


def find_bare_columns(
    table: Table, vocabulary: Vocabulary, known: Container[str] = frozenset()
) -> Columns | None:
    """What the columns of a table without a header mean, by what stands in them."""
    rows = [row for row in rows_of(table) if len(row.cells) > 1]
    texts: dict[int, list[str]] = {}
    for row in rows:
        for column, cell in row.cells.items():
            texts.setdefault(column, []).append(joined_cell(cell.lines, cell, known).text)
    number = _number_column({}, texts)
    if number is None or len(texts[number]) < 2:
        return None
    labels = {number: Label("", ("pbi",))}
    guessed: dict[int, str] = {}
    for column in sorted(set(texts) - {number}):
        name = _kind_of(texts[column], vocabulary)
        taken = {field for label in labels.values() for field in label.fields}
        if name == "created" and "created" in taken:
            name = "target_completion"
        if name and name not in taken:
            labels[column] = Label("", (name,))
            guessed[column] = "the table has no header; the column was known by what stands in it"
    typed = {field for label in labels.values() for field in label.fields}
    if len(typed & {"severity", "status", "owner", "created"}) < 2:
        return None
    words = {c: mean(len(v.split()) for v in texts[c]) for c in texts if c not in labels}
    for name, column in zip(("title", "description"), sorted(words)[:2], strict=False):
        if words[column] > 1.5:
            labels[column] = Label("", (name,))
            guessed[column] = "the table has no header; the column was known by what stands in it"
    return Columns(labels, number, table.columns, guessed, (), 0)


def _kind_of(values: list[str], vocabulary: Vocabulary) -> str | None:
    """The typed field that nearly all cells of a column could be."""
    if (
        mean(vocabulary.severity_of(value) is not None and len(value) < 20 for value in values)
        > 0.7
    ):
        return "severity"
    if mean(vocabulary.status_of(value) is not None for value in values) > 0.7:
        return "status"
    if mean(bool(dates_in(value)) and len(value) < 28 for value in values) > 0.5:
        return "created"
    named = [vocabulary.canonical_party(value) for value in values if len(value) < 40]
    return (
        "owner" if len(named) == len(values) and mean(bool(name) for name in named) > 0.7 else None
    )


def listed_in(table: Table, known: Container[str] = frozenset()) -> list[tuple[str, Span]]:
    """The numbers of a table that is a contents list: numbers, titles, page numbers, no more."""
    out: list[tuple[str, Span]] = []
    rows = rows_of(table)
    for row in rows:
        cells = [cell for _, cell in sorted(row.cells.items())]
        if len(cells) > 3:
            return []
        joined = joined_cell(cells[0].lines, cells[0], known)
        found = pbis_in(joined.text)
        if found and found[0].start <= 4:
            out.append((found[0].pbi, Span(joined, found[0].start, found[0].end)))
        elif len(cells) > 2:
            return []
    return out if len(out) >= 3 and len(out) >= 0.7 * len(rows) else []


def _second_header(row: Row, vocabulary: Vocabulary, known: Container[str]) -> bool:
    texts = [joined_cell(cell.lines, cell, known).text for cell in row.cells.values()]
    if any(pbis_in(text) or dates_in(text) or len(text) > 40 for text in texts):
        return False
    named = [text for text in texts if label_of(text, vocabulary).fields]
    short = [
        text
        for text in texts
        if text.strip().lower() in ("date", "by", "name", "no.", "no", "role")
    ]
    return len(texts) >= 2 and len(named) + len(short) >= 0.6 * len(texts)


def _two_rows(
    upper: Row, lower: Row, vocabulary: Vocabulary, known: Container[str]
) -> dict[int, Label]:
    """Headers in two rows: the lower one under the upper one that spans it."""
    labels: dict[int, Label] = {}
    for column, cell in upper.cells.items():
        under = [c for c in lower.cells if column <= c < column + cell.span]
        if not under:
            labels[column] = label_of(joined_cell(cell.lines, cell, known).text, vocabulary)
    for column, cell in lower.cells.items():
        text = joined_cell(cell.lines, cell, known).text
        above = next(
            (c for start, c in upper.cells.items() if start <= column < start + c.span), None
        )
        both = f"{joined_cell(above.lines, above, known).text} {text}" if above else text
        whole_label = label_of(both, vocabulary)
        labels[column] = whole_label if whole_label.fields else label_of(text, vocabulary)
        if not labels[column].fields:
            labels[column] = Label(both)
    return labels


def _columns(
    table: Table,
    rows: Sequence[Row],
    used: int,
    labels: dict[int, Label],
    vocabulary: Vocabulary,
    known: Container[str],
) -> Columns | None:
    texts: dict[int, list[str]] = {}
    for row in rows[used:]:
        if len(row.cells) < 2:
            continue
        for column, cell in row.cells.items():
            texts.setdefault(column, []).append(joined_cell(cell.lines, cell, known).text)
    number = _number_column(labels, texts)
    if number is None:
        return None
    labels, guessed = _settled(labels, texts, number, vocabulary)
    edges = {
        column: (cell.box[0], cell.box[2])
        for row in rows[used - 1 :]
        for column, cell in row.cells.items()
        if cell.box and cell.span == 1
    }
    return Columns(labels, number, table.columns, guessed, (), used, edges)


def _number_column(labels: dict[int, Label], texts: dict[int, list[str]]) -> int | None:
    scores: dict[int, float] = {}
    for column in {*labels, *texts}:
        values = texts.get(column, [])
        named = "pbi" in labels.get(column, Label("")).fields
        numbers = sum(
            opens_with_pbi(value) or opens_with_pbi(re.sub(r"\s", "", value)) for value in values
        )
        if named:
            numbers = max(numbers, sum(bool(_BARE.fullmatch(re.sub(r"\s", "", v))) for v in values))
        if numbers and (named or numbers >= 0.3 * len(values)):
            scores[column] = numbers + (0.5 if named else 0)
    return max(scores, key=lambda column: scores[column]) if scores else None


def _settled(
    labels: dict[int, Label], texts: dict[int, list[str]], number: int, vocabulary: Vocabulary
) -> tuple[dict[int, Label], dict[int, str]]:
    """Headers put right by what stands under them."""
    out = dict(labels)
    guessed: dict[int, str] = {}
    taken = {name for label in labels.values() for name in label.fields}
    out[number] = Label(labels[number].text if number in labels else "", ("pbi",))
    for column in sorted({*labels, *texts} - {number}):
        label = labels.get(column, Label(""))
        values = [value for value in texts.get(column, []) if value.strip()]
        name = label.fields[0] if label.fields else ""
        if len(label.fields) > 1:
            continue
        new = _by_content(name, values, taken, vocabulary)
        if new != name:
            out[column] = Label(label.text, (new,) if new else (), label.date)
        if not new and values:
            guess = (
                guess_field(label.text, max(values, key=len), vocabulary) if label.text else None
            )
            if guess and (guess.field not in taken or guess.field in _PROSE):
                out[column] = Label(label.text, (guess.field,), label.date)
                guessed[column] = guess.why
                taken.add(guess.field)
    _find_status(out, texts, number, guessed, vocabulary)
    _find_title(out, texts, number)
    _find_description(out, texts)
    return out, guessed


def _find_status(
    labels: dict[int, Label],
    texts: dict[int, list[str]],
    number: int,
    guessed: dict[int, str],
    vocabulary: Vocabulary,
) -> None:
    """Where no header names the status, the one column that holds nothing but statuses does."""
    if any("status" in label.fields for label in labels.values()):
        return
    found = [
        column
        for column, values in texts.items()
        if column != number
        and not labels.get(column, Label("")).fields
        and (filled := [value for value in values if value.strip()])
        and all(vocabulary.status_of(value) for value in filled)
    ]
    if len(found) == 1:
        label = labels.get(found[0], Label(""))
        labels[found[0]] = Label(label.text, ("status",), label.date)
        guessed[found[0]] = (
            f"the header \u201c{label.text}\u201d is in no list; the cells are statuses"
        )


def _with_known(columns: Columns, before: Columns) -> Columns:
    """Columns under the same header again: what the rows here do not show, those before did."""
    labels = {
        column: label if label.fields else before.labels.get(column, label)
        for column, label in columns.labels.items()
    }
    return replace(columns, labels=labels, guessed={**before.guessed, **columns.guessed})


def _find_description(labels: dict[int, Label], texts: dict[int, list[str]]) -> None:
    """Where no column describes the problem, one of long "Comments" or "Remarks" does."""
    if any({"description", "more"} & set(label.fields) for label in labels.values()):
        return
    for column, label in labels.items():
        values = [value for value in texts.get(column, []) if value.strip()]
        if not values or set(label.fields) != {"update"}:
            continue
        if _REMARKS.search(label.text) and mean(len(value.split()) for value in values) > 12:
            labels[column] = Label(label.text, ("description",), label.date)
            return


def _by_content(name: str, values: list[str], taken: set[str], vocabulary: Vocabulary) -> str:
    """The field of a column, given its header's field ("" for none) and its cells."""
    if not values:
        return name
    words = mean(len(value.split()) for value in values)
    dated = mean(bool(dates_in(value)) and len(value) < 28 for value in values)
    rated = mean(len(value) < 24 and vocabulary.severity_of(value) is not None for value in values)
    if name == "pbi":
        return "title" if "title" not in taken else ""
    if name == "status" and words > 7:
        return "update"
    known = mean(vocabulary.status_of(value) is not None for value in values)
    if name == "update" and known > 0.7 and "status" not in taken:
        return "status"
    opened = mean(bool(vocabulary.status.head(value, 0, len(value))) for value in values)
    if name in ("update", "status", "status_date") and dated > 0.4 and opened > 0.5:
        return "status"  # "Assigned (01/04/2022)"
    if name in ("update", "status") and dated > 0.7 and words < 4:
        return "status_date"
    if name == "user_impact" and rated > 0.9:
        return "severity" if "severity" not in taken else "other"
    if name in ("created", "target_completion") and dated == 0 and words > 6:
        return "update" if name == "target_completion" else ""
    return name


def _find_title(labels: dict[int, Label], texts: dict[int, list[str]], number: int) -> None:
    """A column of short texts headed "Summary" or "Problem" holds the titles."""
    if any("title" in label.fields for label in labels.values()):
        return
    candidates = []
    for column, label in labels.items():
        values = [value for value in texts.get(column, []) if value.strip()]
        if column == number or not values or not set(label.fields) <= {"description"}:
            continue
        if label.fields == () and column not in texts:
            continue
        words = mean(len(value.split()) for value in values)
        stops = mean(bool(re.search(r"\.(?:\s|$)", value)) for value in values)
        if 1.5 <= words <= 16 and stops < 0.5:
            candidates.append((not label.fields, words, column))
    if candidates:
        column = min(candidates)[2]
        labels[column] = Label(labels[column].text, ("title",), labels[column].date)


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
            if self.columns is None or not _same_header(columns, self.columns):
                self.finish()
                self.heading = None
            else:
                columns = _with_known(columns, self.columns)
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
        if name in _PROSE:
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


def _same_header(one: Columns, other: Columns) -> bool:
    return one.count == other.count and [label.text for _, label in sorted(one.labels.items())] == [
        label.text for _, label in sorted(other.labels.items())
    ]


def header_texts(table: Table, columns: Columns) -> Columns:
    """The columns with the joined header cells, so that a date in a header can be cited."""
    joined = tuple(
        join_lines(cell.lines)
        for row in table.rows[: columns.rows + 1]
        for cell in row
        if cell.text.strip()
    )
    return Columns(
        columns.labels,
        columns.number,
        columns.count,
        columns.guessed,
        joined,
        columns.rows,
        columns.edges,
    )
