"""No sentence leaves without its evidence."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from kb_questions import report

from kb.answer.pages import PageTexts, squeezed
from kb.records import Citation, Statement
from kb.results import Catalogue
from kb.verify import uncounted, withheld

PAGE = "PBI000000122422: Failure. Current status 20/09/2021 – Pending, target completion 29/10/2021"
REPORT = report("2021-Q2", date(2021, 9, 20))


class OnePage(PageTexts):
    """Page texts from memory."""

    def __init__(self) -> None:
        pass

    def text(self, report: Any, page: int) -> str | None:
        return squeezed(PAGE) if page == 1 else ""


def cited(quote: str, page: int = 1, report: str = REPORT.id) -> Citation:
    return Citation(document="a.pdf", page=page, pbi="PBI000000122422", quote=quote, report=report)


def kept(text: str, *citations: Citation, fact: bool = True) -> list[str]:
    statement = Statement(text=text, citations=tuple(range(len(citations))), fact=fact)
    catalogue = Catalogue(reports=(REPORT,))
    held, _ = withheld([statement], citations, OnePage(), catalogue)
    return [one.text for one in held]


def test_a_sentence_with_its_quote_stands() -> None:
    assert kept("It is Pending.", cited("20/09/2021 – Pending"))


def test_white_space_does_not_matter() -> None:
    assert kept("It is Pending.", cited("Current\n status   20/09/2021 – Pending"))


WRONG = [
    ("a fact without a citation", "It is Pending.", []),
    ("a quote that is not there", "It is Closed.", [cited("20/09/2021 – Closed")]),
    ("a quote on another page", "It is Pending.", [cited("Pending", page=2)]),
    ("a report that is not held", "It is Pending.", [cited("Pending", report="other")]),
    ("an empty quote", "It is Pending.", [cited(" ")]),
    (
        "words in quotes that no citation holds",
        "It says “all problems are closed now”.",
        [cited("Pending")],
    ),
    (
        "a date that no citation holds",
        "Its target is 30 October 2021.",
        [cited("target completion 29/10/2021")],
    ),
]


@pytest.mark.parametrize(("what", "text", "citations"), WRONG, ids=[w for w, *_ in WRONG])
def test_a_sentence_is_withheld(what: str, text: str, citations: list[Citation]) -> None:
    assert kept(text, *citations) == []


def test_a_date_may_be_written_out() -> None:
    assert kept("Its target is 29 October 2021.", cited("target completion 29/10/2021"))


def test_what_claims_nothing_needs_nothing() -> None:
    assert kept("Hello.", fact=False)


def test_page_texts_of_a_real_pdf(tmp_path: Path) -> None:
    from kb_samples import opened
    from reportlab.pdfgen.canvas import Canvas

    from ingest.records import Evidence, ProblemReading, Reading, ReportReading

    path = tmp_path / "one.pdf"
    canvas = Canvas(str(path))
    canvas.drawString(72, 700, "PBI000000122422: the first page")
    canvas.showPage()
    canvas.drawString(72, 700, "and the second")
    canvas.save()

    def read(data: bytes, name: str) -> Reading:
        from hashlib import sha256

        problem = ProblemReading(
            pbi="PBI000000122422", evidence={"pbi": Evidence(page=1, quote="PBI000000122422")}
        )
        said = ReportReading(quarter="2021-Q2", file=name, sha256=sha256(data).hexdigest(), pages=2)
        return Reading(report=said, problems=(problem,))

    with opened(tmp_path / "kb") as kb:
        held = kb.ingest(path.read_bytes(), "one.pdf", reader=read).report
        assert held is not None
        pages = PageTexts(kb)
        assert pages.holds(held, 1, "the first  page") is True
        assert pages.holds(held, 1, "the second") is False
        assert pages.page_of(held, 1, "and the second") == 2
        assert pages.page_of(held, 1, "a third") is None


HELD = ("PBI000000123400", "PBI000001315771", "PBI000000098765", "PBI000000000012")
NUMBERS = [
    ("It is 12 days late.", (), False),
    ("It is 12 days late.", (12.0,), True),
    ("There are 5 of 7 problems in the Q2 2021 report.", (5.0,), False),
    ("There are 5 of 7 problems in the Q2 2021 report.", (5.0, 7.0), True),
    ("PBI 122422 and 123400 meet it.", (), True),
    ("PBI 122422 and 123401 meet it.", (), False),
    ("It is about 1315771 (Medium) and 98765 (Low).", (), True),
    ("Of those named (PBI 123400, 98765, 1315771 and 123400) it is one.", (), True),
    ("Nothing befell 315771 of them.", (), False),
    ("There are 12 of them.", (), False),
    ("It took 69 minutes.", (), True),
    ("It is 33.3 per cent.", (33.3,), True),
    ("It is 33.3 per cent.", (33.9,), False),
    ("It hit 1,234 homes.", (), False),
    ("Of the more than 90 asked about there are none.", (), True),
]


@pytest.mark.parametrize(("text", "counted", "stands"), NUMBERS)
def test_a_number_is_read_asked_or_counted(
    text: str, counted: tuple[float, ...], stands: bool
) -> None:
    quote = cited("20/09/2021 – Pending").model_copy(update={"quote": "lasted 69 minutes"})
    statement = Statement(text=text, citations=(0,), fact=True)
    strange = uncounted(statement, [quote], "more than 90 days late?", counted, HELD)
    assert (strange is None) is stands
