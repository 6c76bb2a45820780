"""CSV: the main table of a document, UTF-8, ISO dates, formula-like text inert."""

from __future__ import annotations

import csv
import io
from datetime import date

from kb.exports.inert import csv_text
from kb.exports.model import ExportDocument, Value

_MARKING = "Marking"


def csv_bytes(document: ExportDocument) -> bytes:
    """The main table with a row of headings; the document's marking is the last cell of each row.

    A table that has a column "Marking" says it of each row already.

    Raises:
        ValueError: the document holds no table.
    """
    table = document.main_table()
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    labels = [column.label for column in table.columns]
    marks = [document.marking] if document.marking and _MARKING not in labels else []
    writer.writerow([csv_text(label) for label in (*labels, *[_MARKING] * len(marks))])
    writer.writerows([_cell(value) for value in (*row, *marks)] for row in table.rows)
    return buffer.getvalue().encode("utf-8")


def _cell(value: Value) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return csv_text(value) if isinstance(value, str) else value
