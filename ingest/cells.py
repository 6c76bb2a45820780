"""A table as a grid: the cell in each column of each row, its text and its label."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.document import Cell, Line, Table
from ingest.flow import is_counter
from ingest.joining import JoinedText, join_lines
from ingest.numbers import canonical_pbi, pbis_in
from ingest.rules.dates import dates_in
from ingest.spans import Span
from ingest.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells by the column that they begin in, empty ones left out."""

    cells: dict[int, Cell]
    page: int

    @property
    def text(self) -> str:
        """Everything in the row, from left to right."""
        return " ".join(cell.text for _, cell in sorted(self.cells.items())).strip()


def rows_of(table: Table) -> list[Row]:
    """The rows that hold anything but "Record 2 of 4"."""
    rows = []
    for row in table.rows:
        cells = {cell.column: cell for cell in row if cell.text.strip()}
        read = Row(cells, table.page)
        if cells and not is_counter(read.text):
            rows.append(read)
    return rows


def joined_cell(lines: Sequence[Line], cell: Cell | None, known: Container[str]) -> JoinedText:
    """The lines of a cell as one text; words broken by its edge are made whole."""
    return join_lines(lines, cell_box=cell.box if cell else None, known=known)


def closed_up(joined: JoinedText) -> list[str]:
    """The text of a narrow cell with line ends closed up, which may have cut words: each, then all.

    "Critic" over "al" is "Critical"; nothing in the letters tells, only a list of known values.
    """
    ends = [
        two.start
        for one, two in pairwise(joined.pieces)
        if two.line is not one.line and joined.text[two.start - 1 : two.start] == " "
    ]
    if not 0 < len(ends) <= 4:
        return []
    texts = [joined.text[: at - 1] + joined.text[at:] for at in ends]
    if len(ends) > 1:
        texts.append(re.sub(r"\s", "", joined.text))
    return texts


def whole(joined: JoinedText) -> Span:
    """All of a joined text."""
    return Span(joined, 0, len(joined.text)).trimmed()


@dataclass(frozen=True, slots=True)
class Label:
    """What a header cell stands for.

    Attributes:
        fields: one, or two for "Severity / Status". text: as printed, without a date in it.
        date: a date that the header prints ("Status at 20/09/2021"), as offsets into the cell.
    """

    text: str
    fields: tuple[str, ...] = ()
    date: tuple[int, int] | None = None


_AND_DATE = re.compile(
    r"(?P<status>[\w\s]*\b(?:status|state|position))\s*(?:[(/,&+]|\band\b)\s*(?:its\s+)?"
    r"(?:(?:and|with|as\s+(?:at|of)|at|on)\s+)?(?:status\s+)?dated?\s*\)?",
    re.IGNORECASE,
)
"""A header for a status with its date in one cell: "Status (date)", "Status and date"."""


def label_of(text: str, vocabulary: Vocabulary) -> Label:
    """The field or fields that a header or label cell names."""
    dated = _AND_DATE.fullmatch(text.strip(" :"))
    if dated and vocabulary.labels.field_of(dated["status"]) == "status":
        return Label(text, ("status",))
    field = vocabulary.labels.field_of(text)
    if field:
        return Label(text, (field,))
    date = None
    plain = text
    for mention in dates_in(text):
        date = (mention.start, mention.end)
        plain = (text[: mention.start] + " " + text[mention.end :]).strip()
        break
    plain = re.sub(
        r"\((?:dd|d|yyyy|y/n|s)[^)]*\)|[*\u2020\u2021]|\(\s*\)", " ", plain, flags=re.IGNORECASE
    )
    plain = re.sub(r"\s+", " ", plain).strip(" :-\u2013")
    field = vocabulary.labels.field_of(plain)
    if field:
        return Label(text, (field,), date)
    parts = re.split(r"\s*(?:/|&|\+|\band\b|,|\n|\|)\s*", plain)
    if len(parts) == 2:
        fields = tuple(vocabulary.labels.field_of(part) or "" for part in parts)
        if all(fields):
            return Label(text, fields, date)
    match = vocabulary.labels.match(plain, 0)
    if match and match.stop >= len(plain.rstrip(" :.?")):
        return Label(text, (match.field,), date)
    return Label(text, (), date)


_BROKEN = re.compile(r"\W*PBI\W*(?P<digits>[1-9]\d{3,4}\s\d{1,2})\W*", re.IGNORECASE)


def broken_pbi(text: str) -> str | None:
    """The number that alone fills a cell so narrow that it cut the digits: "PBI1234" over "56"."""
    found = _BROKEN.fullmatch(text)
    whole_number = re.sub(r"\s", "", found["digits"]) if found else ""
    return canonical_pbi(whole_number) if len(whole_number) == 6 else None


def opens_with_pbi(text: str) -> bool:
    """The text begins with a PBI number, whatever broke it."""
    found = pbis_in(text[:40])
    return bool(found) and not re.search(r"\w", text[: found[0].start])
