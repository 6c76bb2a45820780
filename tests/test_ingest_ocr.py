"""Scans: words with boxes from the picture, whichever way up it lies."""

from __future__ import annotations

import shutil

import pytest
from making_pdfs import both, lines, pdf, picture, text
from reportlab.pdfbase import pdfmetrics

from ingest.document import Line
from ingest.ocr import _mended
from ingest.pdf import read_pdf

pytestmark = pytest.mark.ocr
needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="Tesseract is not installed (tesseract-ocr)"
)
ROWS = [
    "PBI000000123400: Failure of service requests at the northern site",
    "This Problem Record is with the DCO Operator since last summer.",
    "PBI created 30/06/2021. Severity - High",
    "Current status 20/09/2021 - Pending",
    "End user impact = No enduring impact",
]


@needs_tesseract
@pytest.mark.parametrize("turn", [0, 90, 180])
def test_a_scan_is_read_with_boxes_where_the_words_stand(turn: int) -> None:
    size = (842.0, 595.0) if turn == 90 else (595.0, 842.0)
    document = read_pdf(pdf(picture(lines(*ROWS, leading=22), turn=turn), size=size), "a.pdf")
    page = document.pages[0]
    assert page.scanned
    assert not page.image_only
    body = [part for part in page.body if isinstance(part, Line)]
    assert [line.text for line in body] == ROWS
    x0, top, x1, bottom = body[0].box or (0, 0, 0, 0)
    end = 72 + pdfmetrics.stringWidth(ROWS[0], "Helvetica", 11)
    box = {
        0: (72, 90, end, 102),
        90: (90, 595 - end, 102, 523),
        180: (595 - end, 740, 523, 752),
    }[turn]
    assert (x0, top, x1, bottom) == pytest.approx(box, abs=3)


@needs_tesseract
def test_a_picture_among_pages_with_text_is_read_too() -> None:
    told: list[tuple[str, int, int]] = []
    data = pdf(lines("PBI000000122607: Title"), picture(lines(*ROWS, leading=22)))
    document = read_pdf(data, "a.pdf", progress=lambda *step: told.append(step))
    assert [page.scanned for page in document.pages] == [False, True]
    assert document.findings == ()
    assert ("ocr", 1, 1) in told


@needs_tesseract
def test_a_picture_without_words_is_a_finding() -> None:
    def photograph(canvas: object) -> None:
        picture(both(text(72, 100, "")))(canvas)

    document = read_pdf(pdf(lines("PBI000000122607: Title"), photograph), "a.pdf")
    assert [finding.code for finding in document.findings] == ["page-without-text"]


@pytest.mark.parametrize(
    ("seen", "mended"),
    [
        ("PB1000000123400:", "PBI000000123400:"),
        ("PB1I000000123400", "PBI000000123400"),
        ("PBI0OO000123400", "PBI000000123400"),
        ("PBI000000123400", "PBI000000123400"),
        ("PB1", "PB1"),
        ("S1SP1", "S1SP1"),
    ],
)
def test_a_number_is_mended_where_it_can_be_nothing_else(seen: str, mended: str) -> None:
    assert _mended(seen) == mended
