"""Running heads, feet and page numbers leave the body; lines of a record never do."""

from __future__ import annotations

import pytest
from making_pdfs import Draw, both, lines, pdf, text

from ingest.document import Document, Line
from ingest.pdf import read_pdf


def split(document: Document) -> list[tuple[list[str], list[str]]]:
    return [
        (
            [line.text for line in page.furniture],
            [part.text for part in page.body if isinstance(part, Line)],
        )
        for page in document.pages
    ]


def page(k: int, count: int) -> Draw:
    return both(
        text(72, 40, "Quarterly Problem Report"),
        text(450, 40, "DCC PUBLIC"),
        text(280, 815, f"Page {k} of {count}"),
        lines(f"PBI00000012340{k}: Title {k}", "PBI created 30/06/2021", "Severity: High", top=90),
        text(72, 760, "End user impact = No enduring impact"),
    )


@pytest.mark.parametrize("count", [1, 2, 5])
def test_heads_and_feet_leave_the_body_and_records_stay(count: int) -> None:
    document = read_pdf(pdf(*(page(k, count) for k in range(1, count + 1))), "a.pdf")
    for k, (furniture, body) in enumerate(split(document), start=1):
        assert furniture == ["Quarterly Problem Report DCC PUBLIC", f"Page {k} of {count}"]
        assert body == [
            f"PBI00000012340{k}: Title {k}",
            "PBI created 30/06/2021",
            "Severity: High",
            "End user impact = No enduring impact",
        ]


def test_a_line_that_repeats_at_one_height_in_the_body_stays() -> None:
    def form(k: int) -> Draw:
        return both(
            text(72, 60, f"PBI00000012340{k}"),
            text(72, 80, "Severity: High"),
            text(72, 780, "Current status 20/09/2021 \u2013 Pending"),
        )

    for _, body in split(read_pdf(pdf(*map(form, range(5))), "a.pdf")):
        assert len(body) == 3


def test_left_and_right_pages_have_heads_of_their_own() -> None:
    def leaf(k: int) -> Draw:
        head = text(72, 40, "Smart Energy Code") if k % 2 else text(400, 40, "Problem report")
        return both(head, lines(f"PBI00000012340{k}: Title", "and text"))

    for furniture, body in split(read_pdf(pdf(*map(leaf, range(6))), "a.pdf")):
        assert len(furniture) == 1
        assert len(body) == 2


def test_a_first_page_with_a_title_keeps_it() -> None:
    pages = [
        both(text(72, 60, "Quarterly Problem Report, Q2 2021", size=18), lines("Introduction"))
    ]
    pages += [both(text(72, 40, "DCC PUBLIC"), lines(f"PBI00000012340{k}")) for k in range(4)]
    found = split(read_pdf(pdf(*pages), "a.pdf"))
    assert found[0] == ([], ["Quarterly Problem Report, Q2 2021", "Introduction"])
    assert all(furniture == ["DCC PUBLIC"] for furniture, _ in found[1:])
