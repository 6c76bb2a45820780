"""Which column of a table of problems is which: by its header, else by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace
from statistics import mean

from ingest.cells import (
    Label,
    Row,
    joined_cell,
    label_of,
    opens_with_pbi,
    rows_of,
)
from ingest.document import Table
from ingest.guesses import guess_field
from ingest.joining import JoinedText, join_lines
from ingest.numbers import pbis_in
from ingest.rules.dates import dates_in
from ingest.spans import Span
from ingest.vocabulary import Vocabulary

PROSE = (
    "description", "update", "workaround", "more", "incident_observation", "user_impact",
    "root_cause",
)  # fmt: skip
_BARE = re.compile(r"\W*(?P<digits>0{0,8}\d{4,8})\W*")
_REMARKS = re.compile(r"\b(?:comment|remark|note)", re.IGNORECASE)


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
            if guess and (guess.field not in taken or guess.field in PROSE):
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


def with_known(columns: Columns, before: Columns) -> Columns:
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


def same_header(one: Columns, other: Columns) -> bool:
    """Both have the same labels over the same number of columns."""
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
