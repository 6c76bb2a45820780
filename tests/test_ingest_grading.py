from ingest.document import Document, Line, Page, Word
from ingest.grading import WHY
from ingest.read import read_document
from ingest.records import Grade

TEXT = (
    "PBI000000123400: Top-ups rejected at one site",
    "This Problem Record is with DSP.",
    "PBI created 05/05/2021. Severity – High",
    "Current status 20/09/2021 – Pending",
    "End user impact = No enduring impact",
)


def document(*, scanned: bool) -> Document:
    lines = tuple(
        Line(
            1,
            tuple(
                Word(word, (50.0 + 40 * place, 60.0 + 20 * row, 85.0 + 40 * place, 72.0 + 20 * row))
                for place, word in enumerate(text.split())
            ),
        )
        for row, text in enumerate(TEXT)
    )
    page = Page(1, 595.0, 842.0, body=lines, scanned=scanned)
    return Document("x.pdf", "0" * 64, "application/pdf", (page,))


def test_a_scan_is_one_grade_less_sure_and_says_why() -> None:
    (printed,) = read_document(document(scanned=False)).problems
    (scanned,) = read_document(document(scanned=True)).problems
    assert scanned.evidence.keys() == printed.evidence.keys()
    for field, place in printed.evidence.items():
        other = scanned.evidence[field]
        assert other.quote == place.quote
        assert WHY in (other.why or "")
        assert place.grade is not Grade.GOOD or other.grade is Grade.FAIR
        assert other.grade is not Grade.GOOD
    assert printed.evidence["owner"].grade is Grade.GOOD
