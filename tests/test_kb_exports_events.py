"""The changes between two quarters in each format, against the events themselves."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import docx
import openpyxl
import pdfplumber
import pytest
from app_samples import HOSTILE, filled

from kb.exports import export_bytes
from kb.exports.events import events_document
from kb.exports.model import ExportDocument
from kb.filters import Filters
from kb.history import group_events
from kb.records import EventKind
from kb.words import EVENT_LABELS


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[ExportDocument, int]:
    with filled(tmp_path_factory.mktemp("changes")) as kb:
        events = kb.changes("2021-Q2", "2021-Q3", Filters())
        assert {event.kind for event in events} >= {EventKind.SLIPPED, EventKind.APPEARED}
        document = events_document(
            events,
            "2021-Q2",
            "2021-Q3",
            titles=kb.catalogue().titles,
            reports=kb.reports(),
            conditions="supplier DCO",
        )
        printed = [one.heading for one in document.printed() if one.heading in LABELS]
        assert printed == [EVENT_LABELS[kind] for kind in group_events(events)]
    return document, len(events)


LABELS = frozenset(EVENT_LABELS.values())


def test_csv_has_one_row_a_change_with_typed_days(made: tuple[ExportDocument, int]) -> None:
    document, number = made
    rows = list(csv.DictReader(io.StringIO(export_bytes(document, "csv").decode("utf-8-sig"))))
    assert len(rows) == number
    (slip,) = [row for row in rows if row["Kind"] == "Target slipped"]
    assert (slip["PBI"], slip["Before"], slip["After"], slip["Days"]) == (
        "PBI000000122422",
        "2021-10-29",
        "2022-01-31",
        "94",
    )
    assert (slip["From document"], slip["To document"]) == ("2021-Q2.pdf", "2021-Q3.pdf")


def test_xlsx_holds_dates_as_dates_and_markup_as_text(made: tuple[ExportDocument, int]) -> None:
    document, number = made
    book = openpyxl.load_workbook(io.BytesIO(export_bytes(document, "xlsx")))
    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(getattr(one, "year", None) == 2022 for one in cells)
    assert HOSTILE in cells
    assert sum(one == "New" for one in cells) >= 1
    assert number > 0


def test_docx_and_pdf_say_what_was_compared_and_from_which_files(
    made: tuple[ExportDocument, int],
) -> None:
    document, _ = made
    paper = docx.Document(io.BytesIO(export_bytes(document, "docx")))
    words = "\n".join(one.text for one in paper.paragraphs)
    words += "\n".join(c.text for t in paper.tables for row in t.rows for c in row.cells)
    with pdfplumber.open(io.BytesIO(export_bytes(document, "pdf"))) as pdf:
        printed = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    for said in (words, printed):
        assert "Changes between Q2 2021 and Q3 2021" in said
        assert "Narrowed by: supplier DCO" in said
        assert "Target slipped" in said
        assert "122422" in said
        assert "2021-Q3.pdf" in said


def test_no_changes_are_said_so(tmp_path: Path) -> None:
    document = events_document((), "2021-Q2", "2021-Q3", titles={}, reports=())
    assert "Nothing changed." in export_bytes(document, "md").decode()
    assert export_bytes(document, "csv").startswith(b"Kind,")
