"""The paper for the paper: OPSG action 55/10, from the PDF to the tabled answer."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import docx
import pdfplumber
import pytest

from kb.base import KnowledgeBase
from kb.exports import export_bytes
from kb.paper import Paper, impact_paper, paper_document
from kb.settings import Settings

SEED = Path(__file__).parents[2] / "shared" / "seed" / "opsg-action-55-10.pdf"
pytestmark = pytest.mark.skipif(
    not SEED.exists(), reason=f"{SEED.name} is not in this checkout: it is not ours to copy"
)


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paper]:
    folder = tmp_path_factory.mktemp("kb")
    with KnowledgeBase.open(Settings(data=folder)) as kb:
        kb.ingest(SEED.read_bytes(), SEED.name)
        yield impact_paper(kb, supplier="DCO", quarter="2021-Q2")


def numbers(entries: object) -> list[str]:
    return [entry.pbi[-6:] for entry in entries]  # type: ignore[attr-defined]


def test_nine_problems_in_the_order_that_matters(paper: Paper) -> None:
    assert len(paper.entries) == 9
    assert numbers(paper.open)[:2] == ["122422", "123400"]
    assert set(numbers(paper.open)[2:]) == {"122207", "121742", "121939", "123102"}
    assert numbers(paper.closed) == ["123100", "122808", "122607"]


def test_what_a_reader_sees_at_once(paper: Paper) -> None:
    told = "\n".join(paper.highlights)
    assert "9 problems: 6 open, 3 closed" in told
    assert "Open and Critical: 2 (122422 Pending, 123400 Pending)." in told
    assert "PBI 122422 (Critical, Pending): total outage, 69 minutes" in told
    assert (
        "Held by others than DCO: 3 (121742 with DCC, 123102 with S1SP1, 122808 with DSP)" in told
    )
    assert "Owner not stated: 1 (123400)" in told


def test_facts_of_each_problem(paper: Paper) -> None:
    facts = {
        entry.pbi[-6:]: (
            entry.snapshot.problem.owner,
            entry.snapshot.problem.owner_role,
            str(entry.snapshot.problem.severity),
            entry.snapshot.problem.status,
            str(entry.snapshot.problem.target_completion),
            entry.snapshot.problem.user_impact,
        )
        for entry in paper.entries
    }
    none, no_enduring = "None as application issues not service impacting", "No enduring impact"
    assert facts == {
        "123400": (None, None, "Critical", "Pending", "2021-11-30", no_enduring),
        "122607": ("DCO", "S/W Provider", "Medium", "Closed", "None", none),
        "122808": ("DSP", None, "Medium", "Closed", "None", none),
        "122422": ("DCO", "Operator", "Critical", "Pending", "2021-10-29", no_enduring),
        "121742": ("DCC", None, "Medium", "Pending", "2021-10-29", none),
        "121939": ("DCO", "Operator", "Medium", "Pending", "2021-10-29", none),
        "122207": ("DCO", None, "Medium", "Pending", "2022-03-31", none),
        "123100": ("DCO", "Operator", "High", "Closed", "None", no_enduring),
        "123102": ("S1SP1", None, "Medium", "Pending", "2021-11-30", none),
    }


def test_what_is_not_stated(paper: Paper) -> None:
    gaps = {gap.code: [pbi[-6:] for pbi in gap.pbis] for gap in paper.gaps}
    assert gaps.pop("owner-not-stated") == gaps.pop("no-narrative") == ["123400"]
    assert len(gaps.pop("major-incident-not-stated")) == 7
    assert gaps == {}
    assert paper.classification is None


def test_docx_and_pdf_hold_all_of_it(paper: Paper) -> None:
    document = paper_document(paper)
    word = docx.Document(io.BytesIO(export_bytes(document, "docx")))
    headings = [p.text for p in word.paragraphs if p.style and p.style.name == "Heading 2"]
    cells = "\n".join(cell.text for table in word.tables for cell in table._cells)
    with pdfplumber.open(io.BytesIO(export_bytes(document, "pdf"))) as pdf:
        printed = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    for entry in paper.entries:
        problem = entry.snapshot.problem
        assert f"{entry.pbi}: {problem.title}" in headings
        assert f"{entry.pbi}: {problem.title}" in printed
        for evidence in problem.impact_evidence:
            assert evidence.quote in cells
            assert evidence.quote in printed
