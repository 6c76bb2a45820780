"""Label/value tables, one per problem: boxed or not, labels beside the values or above."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, field

from ingest.cells import (
    Label,
    Row,
    broken_pbi,
    joined_cell,
    label_of,
    opens_with_pbi,
    rows_of,
    whole,
)
from ingest.document import Cell, Line, Table
from ingest.fields import Lines, Scan, Scanner
from ingest.flow import lines_of_cell
from ingest.guesses import guess_field
from ingest.joining import join_lines
from ingest.numbers import canonical_pbi, pbis_in
from ingest.records import Grade
from ingest.rules.ticks import ticked
from ingest.rules.values import cell_status
from ingest.spans import Found, Span
from ingest.vocabulary import Vocabulary

_PROSE = (
    "description", "update", "workaround", "more", "incident_observation", "user_impact",
    "root_cause",
)  # fmt: skip
_BARE = re.compile(r"\W*(?P<digits>0{0,8}\d{4,8})\W*")


@dataclass(slots=True)
class Form:
    """What one label/value table states.

    Attributes:
        pbi, number: the problem's number and where it stands, where the table gives it.
        page: where it begins.
    """

    page: int
    pbi: str | None = None
    number: Span | None = None
    found: list[Found] = field(default_factory=list)
    narrative: list[Span] = field(default_factory=list)
    unknown: list[tuple[str, Span]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FormItem:
    """A form in the flow of a document."""

    form: Form


def read_forms(
    table: Table,
    vocabulary: Vocabulary,
    known: Container[str] = frozenset(),
    *,
    number_first: bool = False,
    headings: Container[str] = (),
) -> list[Form]:
    """The forms of a table, one per problem number in it; empty for a table that is no form.

    Args:
        number_first: forms of this document begin with their number, so that rows ahead of the
            first number are the end of the form on the page before.
        headings: texts of rows that only part one form ("Section A"), in small letters.
    """
    rows = [row for row in rows_of(table) if row.text.casefold() not in headings]
    if not _is_form(rows, vocabulary, known):
        return []
    forms: list[Form] = []
    part: list[Row] = []
    for index, row in enumerate(rows):
        if (
            part
            and _opens(row, vocabulary, known)
            and (
                _has_number(part, vocabulary, known)
                or (number_first and _fields(part, vocabulary, known))
                or _comes_again(part, rows[index:], vocabulary, known)
            )
        ):
            cut = _heading_rows(part, vocabulary, known)
            if cut:
                forms.append(_FormReader(vocabulary, known).read(part[:cut]))
            part = part[cut:]
        part.append(row)
    forms.append(_FormReader(vocabulary, known).read(part))
    return forms


def begins_with_number(
    table: Table, vocabulary: Vocabulary, known: Container[str] = frozenset()
) -> bool:
    """The first row of the table opens a form by its number."""
    return any(_opens(row, vocabulary, known) for row in rows_of(table)[:1])


def _cells(row: Row, known: Container[str]) -> list[tuple[Cell, str]]:
    return [
        (cell, joined_cell(cell.lines, cell, known).text.strip())
        for _, cell in sorted(row.cells.items())
    ]


def _is_form(rows: Sequence[Row], vocabulary: Vocabulary, known: Container[str]) -> bool:
    """Two fields or more by labels in cells of their own, with values in others."""
    fields: set[str] = set()
    for index, row in enumerate(rows):
        cells = _cells(row, known)
        for place, (cell, text) in enumerate(cells):
            label = label_of(text, vocabulary)
            if not label.fields or len(text) > 50:
                continue
            beside = place + 1 < len(cells) and not label_of(cells[place + 1][1], vocabulary).fields
            below = index + 1 < len(rows) and cell.column in rows[index + 1].cells
            if beside or below:
                fields |= set(label.fields)
    return len(fields - {"other"}) >= 2


def _opens(row: Row, vocabulary: Vocabulary, known: Container[str]) -> bool:
    """The row gives a problem number: at its start, or behind a label for one."""
    cells = _cells(row, known)
    for place, (_, text) in enumerate(cells[:3]):
        if opens_with_pbi(text):
            return True
        if "pbi" in label_of(text, vocabulary).fields and place + 1 < len(cells):
            return bool(_number(cells[place + 1][1], named=True))
        if re.match(
            r"(?:problem|record|PBI)\b[^|]{0,20}?(?:PBI)?\s*0*\d{5,12}\b", text, re.IGNORECASE
        ):
            return True
    return False


def _heading_rows(part: Sequence[Row], vocabulary: Vocabulary, known: Container[str]) -> int:
    """Where the lone cells begin that end a part: the title over the next form's number."""
    at = len(part)
    while at > 1 and at > len(part) - 3:
        cells = _cells(part[at - 1], known)
        if len(cells) != 1 or pbis_in(cells[0][1]):
            break
        if label_of(cells[0][1], vocabulary).fields and not cells[0][1][:1].islower():
            break
        if len(cells[0][1]) > 160 or cells[0][0].column > 0 or re.search(r"[.;:]$", cells[0][1]):
            break
        at -= 1
    return at


def _comes_again(
    part: Sequence[Row], after: Sequence[Row], vocabulary: Vocabulary, known: Container[str]
) -> bool:
    """The labels of a part without a number come again behind one: the part has its own above."""
    if 0 < _heading_rows(part, vocabulary, known) < len(part):
        return bool(_fields(part, vocabulary, known))  # a title stands between the two
    body: list[Row] = []
    for row in after[1:]:
        if _opens(row, vocabulary, known):
            break
        body.append(row)
    return len(_fields(part, vocabulary, known) & _fields(body, vocabulary, known)) >= 2


def _fields(rows: Sequence[Row], vocabulary: Vocabulary, known: Container[str]) -> set[str]:
    return {
        name
        for row in rows
        for _, text in _cells(row, known)
        if len(text) <= 50
        for name in label_of(text, vocabulary).fields
    }


def _has_number(rows: Sequence[Row], vocabulary: Vocabulary, known: Container[str]) -> bool:
    return any(_opens(row, vocabulary, known) for row in rows)


def _number(text: str, *, named: bool) -> tuple[str, int, int] | None:
    if broken := broken_pbi(text):
        return broken, 0, len(text)
    for mention in pbis_in(text):
        if not re.search(
            r"\w", re.sub(r"\b(?:problem|record)\b", "", text[: mention.start], flags=re.I)
        ):
            return mention.pbi, mention.start, mention.end
        break
    squeezed = re.sub(r"\s", "", text)
    found = pbis_in(squeezed)
    if found and found[0].start == 0 and found[0].end == len(squeezed):
        return found[0].pbi, 0, len(text)
    bare = _BARE.fullmatch(squeezed)
    if named and bare and re.search(r"[1-9]", bare["digits"]):
        return canonical_pbi(bare["digits"]), 0, len(text)
    return None


class _FormReader:
    """Reads the rows of one form."""

    def __init__(self, vocabulary: Vocabulary, known: Container[str]) -> None:
        self.vocabulary = vocabulary
        self.known = known
        self.form = Form(1)
        self.pending: dict[int, Label] = {}
        self.values_beside = False
        self.value_columns: frozenset[int] = frozenset()
        self.last: tuple[str, list[Line], Cell, int] | None = None

    def read(self, rows: Sequence[Row]) -> Form:
        """The form, row by row."""
        self.form.page = rows[0].page
        beside = [
            row.cells[1]
            for row in rows
            if len(row.cells) == 2 and min(row.cells) == 0 and 1 in row.cells
        ]
        plain = sum(not self._label(cell).fields for cell in beside)
        self.values_beside = len(beside) > 2 and plain >= 0.6 * len(rows)
        self.value_columns = self._value_columns(rows)
        rows = self._titled(rows)
        for index, row in enumerate(rows):
            self._row(row, rows[index + 1] if index + 1 < len(rows) else None)
        return self.form

    def _value_columns(self, rows: Sequence[Row]) -> frozenset[int]:
        """The columns of values where pairs stand side by side: "Status | Analysis | Target | ..."

        A word there may be a label elsewhere; its neighbours above and below are values.
        """
        shapes: dict[tuple[int, ...], list[list[bool]]] = {}
        for row in rows:
            columns = tuple(sorted(row.cells))
            if len(columns) > 2 and len(columns) % 2 == 0:
                named = [bool(self._label(row.cells[column]).fields) for column in columns]
                shapes.setdefault(columns, []).append(named)
        values: set[int] = set()
        for columns, named_in in shapes.items():
            shares = [sum(column) / len(named_in) for column in zip(*named_in, strict=True)]
            paired = min(shares[::2]) >= 0.5 and max(shares[1::2]) <= 0.4
            if len(named_in) > 2 and paired:
                values |= set(columns[1::2])
        return frozenset(values)

    def _titled(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Takes the title out of lone cells above the row with the number."""
        count = 0
        for row in rows[:3]:
            if _opens(row, self.vocabulary, self.known):
                break
            cells = _cells(row, self.known)
            wrapped = count and cells[0][1][:1].islower()
            if len(cells) != 1 or (self._label(cells[0][0]).fields and not wrapped):
                return rows
            count += 1
        if not 0 < count < len(rows) or not _opens(rows[count], self.vocabulary, self.known):
            return rows
        lone = [cell for row in rows[:count] for cell in row.cells.values()]
        joined = join_lines([line for cell in lone for line in cell.lines], known=self.known)
        if len(joined.text) > 200 or pbis_in(joined.text) or joined.text.endswith((".", ":")):
            return rows
        span = Span(joined, 0, len(joined.text))
        self.form.found.append(Found("title", span.text, span, "form.title"))
        return rows[count:]

    def _is_value(self, cell: Cell, label: Label) -> bool:
        """ "Closed" and "Raised" are labels of dates, and statuses where a value is due."""
        if (self.values_beside and cell.column == 1) or cell.column in self.value_columns:
            return True
        return not label.fields or self.vocabulary.status_of(cell.text) is not None

    def _label(self, cell: Cell) -> Label:
        return label_of(joined_cell(cell.lines, cell, self.known).text.strip(), self.vocabulary)

    def _row(self, row: Row, after: Row | None) -> None:
        cells = [cell for _, cell in sorted(row.cells.items())]
        if self.pending:
            pending, self.pending = self.pending, {}
            matched = [
                cell
                for cell in cells
                if cell.column in pending
                and (
                    not self._label(cell).fields
                    or (
                        "status" in pending[cell.column].fields
                        and self._is_value(cell, self._label(cell))
                    )
                )
            ]
            if matched:
                for cell in matched:
                    self._value(pending[cell.column], cell)
                cells = [cell for cell in cells if cell not in matched]
        labels = [self._label(cell) for cell in cells]
        named = sum(bool(label.fields) for label in labels)
        heads = named == len(labels) or (named > 2 and named >= 0.7 * len(labels))
        heads = heads and not any(
            self._is_value(cell, label)
            for cell, label in zip(cells[1:], labels[1:], strict=True)
            if label.fields
        )
        if len(cells) > 1 and heads and after is not None:
            heads_of = zip(cells, labels, strict=True)
            self.pending = {cell.column: label for cell, label in heads_of if label.fields}
            return
        place = 0
        while place < len(cells):
            cell, label = cells[place], labels[place]
            has_next = place + 1 < len(cells)
            if label.fields and has_next and self._is_value(cells[place + 1], labels[place + 1]):
                self._value(label, cells[place + 1])
                place += 2
                continue
            if label.fields and not has_next:
                if after is not None and len(cells) == 1:
                    self.pending = {cell.column: label}
            elif has_next and self._unlisted(cell, cells[place + 1]):
                place += 2
                continue
            else:
                self._free(cell)
            place += 1

    def _unlisted(self, cell: Cell, value: Cell) -> bool:
        """A label that no list holds, with a value beside it."""
        text = joined_cell(cell.lines, cell, self.known).text.strip()
        if len(text.split()) > 7 or opens_with_pbi(text):
            return False
        behind = joined_cell(value.lines, value, self.known)
        guess = guess_field(text, behind.text, self.vocabulary)
        if guess is None:
            if text.endswith(":") or value.column == cell.column + cell.span:
                self.form.unknown.append((text.rstrip(":"), whole(behind)))
                if len(behind.text.split()) > 7:
                    self.form.narrative.append(whole(behind))
                return True
            return False
        self._value(Label(text, (guess.field,)), value, guess.why)
        return True

    def _value(self, label: Label, cell: Cell, why: str | None = None) -> None:
        joined = joined_cell(cell.lines, cell, self.known)
        span = whole(joined)
        if not span.raw:
            return
        name = label.fields[0]
        text = label.text.rstrip(" :")
        why = why or self.vocabulary.labels.why(text)
        grade = Grade.FAIR if why else Grade.GOOD
        if name == "pbi":
            number = _number(joined.text, named=True)
            if number:
                self.form.pbi = self.form.pbi or number[0]
                self.form.number = self.form.number or Span(joined, number[1], number[2])
                self._title(Span(joined, number[2], len(joined.text)))
            elif re.search(r"[A-Za-z]{3}", joined.text):  # "Problem: DCO network traffic missing"
                self.form.found.append(
                    Found(
                        "title",
                        span.text,
                        span,
                        "cell.title",
                        Grade.FAIR,
                        f"the label \u201c{text}\u201d stands before words, not a number",
                    )
                )
            return
        if chosen := ticked(joined.text):
            span = Span(joined, *chosen)
            self.form.found.append(Found(name, span.text, span, f"cell.{name}", grade, why, text))
            return
        if name in _PROSE:
            self._text(cell, name, grade, why, text)
            return
        if name == "status":
            value = cell_status(joined.text, self.vocabulary)
            if value and value.date:
                at = Span(joined, *value.date)
                self.form.found.append(Found("status_date", at.text, at, "status.date", label=text))
            if value and value.end > value.start:
                span = Span(joined, value.start, value.end)
        self.form.found.append(Found(name, span.text, span, f"cell.{name}", grade, why, text))

    def _text(self, cell: Cell, name: str, grade: Grade, why: str | None, label: str) -> None:
        scan = self._scan(cell)
        self.form.found += scan.found
        self.form.unknown += scan.unknown
        if name == "description" or scan.found:
            parts = scan.rest
        else:
            parts = [whole(joined_cell(cell.lines, cell, self.known))]
        shown = label if name in ("more", "description") else None
        self.form.found += [
            Found(name, part.text, part, f"cell.{name}", grade, why, shown) for part in parts
        ]

    def _scan(self, cell: Cell) -> Scan:
        lines = lines_of_cell(cell.lines, cell.box[2] if cell.box else None)
        return Scanner(Lines(lines, cell_box=cell.box, known=self.known), self.vocabulary).scan()

    def _free(self, cell: Cell) -> None:
        """A cell without a label: the number with the title, labelled lines, or narrative."""
        joined = joined_cell(cell.lines, cell, self.known)
        number = _number(joined.text, named=False)
        if number and self.form.pbi in (None, number[0]):
            self.form.pbi = number[0]
            self.form.number = self.form.number or Span(joined, number[1], number[2])
            self._title(Span(joined, number[2], len(joined.text)))
            return
        scan = self._scan(cell)
        self.form.found += scan.found
        self.form.unknown += scan.unknown
        self.form.narrative += scan.rest

    def _title(self, span: Span) -> None:
        rest = span.trimmed(" \t\u00a0:.,;|-\u2013\u2014()")
        if re.search(r"\w", rest.raw):
            self.form.found.append(Found("title", rest.text, rest, "cell.title"))
