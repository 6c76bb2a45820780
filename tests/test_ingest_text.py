"""Plain text: lines with their places, pages by form feeds, headers apart."""

from __future__ import annotations

from ingest.document import Line
from ingest.documents import open_document


def test_each_line_has_its_place_and_no_box() -> None:
    document = open_document(b"First  line\r\n\r\nSecond\tline\n", "a.txt")
    (page,) = document.pages
    assert [(part.text, part.place) for part in page.body if isinstance(part, Line)] == [
        ("First line", "line 1"),
        ("Second line", "line 3"),
    ]
    assert all(isinstance(part, Line) and part.box is None for part in page.body)


def test_form_feeds_part_pages_and_headers_are_furniture() -> None:
    pages = [
        f"DCC PUBLIC\n\nPBI00000012340{k}: Title {k}\nSeverity: High\nPage {k} of 4"
        for k in range(4)
    ]
    document = open_document("\f".join(pages).encode(), "a.txt")
    assert [page.number for page in document.pages] == [1, 2, 3, 4]
    for k, page in enumerate(document.pages):
        assert [line.text for line in page.furniture] == ["DCC PUBLIC", f"Page {k} of 4"]
        assert [part.text for part in page.body if isinstance(part, Line)] == [
            f"PBI00000012340{k}: Title {k}",
            "Severity: High",
        ]
    places = [part.place for page in document.pages for part in page.body if isinstance(part, Line)]
    assert places[2] == "line 7"
