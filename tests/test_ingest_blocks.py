"""What opens a record and what does not, in prose of many shapes."""

from __future__ import annotations

import pytest
from reading_samples import Setter, made, text

from ingest.errors import NoProblems
from ingest.read import read_document, read_report
from ingest.records import ProblemReading

TAIL = """
PBI created 12/05/2021. Severity \u2013 High.

Current status 20/09/2021 \u2013 Pending, target completion 30/11/2021

End user impact = No enduring impact
"""


def problems(rows: str) -> list[ProblemReading]:
    return list(read_document(text(rows)).problems)


@pytest.mark.parametrize(
    "heading",
    [
        "PBI000000123400: Replies lost",
        "PBI 123400 \u2013 Replies lost",
        "Problem 123400 \u2013 Replies lost",
        "1.2 PBI000000123400 Replies lost",
        "3) PBI000000123400: Replies lost",
        "PBI000000123400\nReplies lost",
        "Problem reference: 123400\nTitle: Replies lost",
        "Problem record PBI0000 0012 3400: Replies lost",
        "\u2022 PBI000000123400 \u2013 Replies lost",
        "PBI No. 123400: Replies lost",
    ],
)
def test_headings(heading: str) -> None:
    (problem,) = problems(f"Report Q2 2021\n\n{heading}\n\nThe queue was full.\n{TAIL}")
    assert (problem.pbi, problem.title) == ("PBI000000123400", "Replies lost")
    assert problem.description == "The queue was full."


@pytest.mark.parametrize(
    "mention",
    [
        "The fault is like one that was seen before in the spring, see also\n"
        "PBI000000122422 which is held by DSP.",
        "It is linked to PBI000000122422 and PKE000000000123.",
        "See also PBI000000122422.",
        "PBI000000122422 was raised for the same fault by another party.",
        "Related to INC000001234567, CRQ000000012345 and PBI 122422, 122423.",
        "The pattern was first described in the record of last year and that record is\n"
        "PBI000000122422. It was closed.",
    ],
)
def test_a_number_in_a_narrative_opens_no_record(mention: str) -> None:
    (problem,) = problems(f"Report\n\nPBI000000123400: Replies lost\n\n{mention}\n{TAIL}")
    assert problem.pbi == "PBI000000123400"
    assert "122422" in (problem.description or "")


def test_a_contents_page_opens_no_record_and_a_lost_entry_is_a_finding() -> None:
    rows = (
        """Quarterly Problem Report Q2 2021

PBI000000123400: Replies lost ........ 2
PBI000000123411: Late reads ........ 3
PBI000000123422: No entry of its own ........ 4

PBI000000123400: Replies lost
"""
        + TAIL
        + "\nPBI000000123411: Late reads\n"
        + TAIL
    )
    reading = read_document(text(rows))
    assert [item.pbi[-6:] for item in reading.problems] == ["123400", "123411"]
    assert [item.pbi for item in reading.findings if item.code == "listed-without-entry"] == [
        "PBI000000123422"
    ]


def test_headings_by_supplier_give_the_owner_with_grade_fair() -> None:
    rows = "Report\n\nProblems held by DSP\n\nPBI000000123400: Replies lost\n" + TAIL
    rows += "\nCSP North\n\nPBI000000123411: Late reads\n" + TAIL
    first, second = problems(rows)
    assert (first.owner, second.owner) == ("DSP", "CSP North")
    assert first.evidence["owner"].grade == "fair"
    assert second.description is None


@pytest.mark.parametrize(
    ("sentence", "owner", "role"),
    [
        ("This Problem Record is with DSP.", "DSP", None),
        ("This problem is currently with the DCO Operator.", "DCO", "Operator"),
        ("The record is held by S1SP1.", "S1SP1", None),
        ("Owned by CSP-N.", "CSP North", None),
        ("DSP own this problem.", "DSP", None),
        ("DCO (S/W Provider) is leading on this record.", "DCO", "S/W Provider"),
        ("Ownership of the problem sits with SMSO.", "SMSO", None),
        ("It is being progressed by TSP.", "TSP", None),
        ("This problem has been assigned to CSS.", "CSS", None),
    ],
)
def test_sentences_that_name_the_owner(sentence: str, owner: str, role: str | None) -> None:
    rows = f"Report\n\nPBI000000123400: Replies lost\n\n{sentence} The queue was full.\n{TAIL}"
    (problem,) = problems(rows)
    assert (problem.owner, problem.owner_role) == (owner, role)
    assert problem.description == "The queue was full."


def test_an_unknown_owner_is_kept_as_printed() -> None:
    (problem,) = problems(
        f"Report\n\nPBI000000123400: Replies lost\n\nOwner: Northgrid Ltd.\n{TAIL}"
    )
    assert problem.owner == "Northgrid Ltd"
    assert problem.evidence["owner"].grade == "fair"
    assert "unknown-party" in {item.code for item in problem.findings}


@pytest.mark.parametrize(
    ("printed", "quote"),
    [("TBC", "TBC"), ("n/a", "n/a"), ("\u2013", "\u2013"), ("not applicable",) * 2],
)
def test_no_target_is_null_and_its_words_are_kept(printed: str, quote: str) -> None:
    rows = "Report\n\nPBI000000123400: Replies lost\n\n"
    rows += f"Target completion: {printed}\n\nStatus: Pending\n"
    (problem,) = problems(rows)
    assert problem.target_completion is None
    assert problem.evidence["target_completion"].quote == quote


def test_a_date_that_cannot_be_read_is_a_finding() -> None:
    rows = (
        "Report\n\nPBI000000123400: Replies lost\n\nTarget: with release 5.3\n\nStatus: Pending\n"
    )
    (problem,) = problems(rows)
    assert problem.target_completion is None
    assert "date-unreadable" in {item.code for item in problem.findings}


def test_two_blocks_for_one_number_are_one_record() -> None:
    rows = "Report\n\nPBI000000123400: Replies lost\n\nOwner: DSP\n\nStatus: Pending\n\n"
    rows += "PBI000000123400: Replies lost\n\nSeverity: High\n\nStatus: Closed\n"
    reading = read_document(text(rows))
    (problem,) = reading.problems
    assert (problem.owner, str(problem.severity)) == ("DSP", "High")
    assert {"duplicate-block", "summary-disagrees"} <= {item.code for item in reading.findings}


def test_foot_notes_belong_to_no_record() -> None:
    setter = Setter()
    setter.add("Report Q2 2021", size=16, bold=True)
    setter.add("PBI000000123400: Replies lost", bold=True)
    for row in ("Owner: DSP", "The queue was full.", "Status: Pending", "End user impact: None"):
        setter.add(row)
    setter.top = 780.0
    setter.bottom = 830.0
    setter.add("1 Depends on a change at the TSP.", size=8.0, gap=0.0)
    (problem,) = read_document(setter.document()).problems
    assert problem.description == "The queue was full."
    assert problem.involved == ("DSP",)


def test_a_page_without_a_record_is_a_finding() -> None:
    setter = Setter()
    setter.add("PBI000000123400: Replies lost", bold=True)
    setter.add("Status: Pending")
    other = Setter()
    other.add("Glossary", bold=True)
    other.add("Words and what they mean in this paper, set out at some length for the reader.")
    pages = [setter.pages[0], [type(row)(2, row.words, row.block) for row in other.pages[0]]]
    findings = read_document(made(pages)).findings
    assert [item.page for item in findings if item.code == "page-without-record"] == [2]


def test_text_without_a_problem_is_refused() -> None:
    with pytest.raises(NoProblems, match="no problem record"):
        read_document(text("Minutes of the meeting\n\nNothing was said about problems."))


@pytest.mark.parametrize(
    ("heading", "pbi"),
    [
        ("PBI 000000 136675 - Articles cannot be seen", "PBI000000136675"),
        ("PBI 0000 0013 6675: Articles cannot be seen", "PBI000000136675"),
        ("Problem 000000 136675 - Articles cannot be seen", "PBI000000136675"),
    ],
)
def test_a_padded_number_in_groups_opens_a_record(heading: str, pbi: str) -> None:
    text = f"Report Q4 2024\n\n{heading}\n\nThis Problem Record is with DSP. It fails.\n"
    (problem,) = read_report(text.encode(), "report.txt").problems
    assert (problem.pbi, problem.owner) == (pbi, "DSP")


def test_a_number_of_zeros_is_none() -> None:
    text = "Report Q4 2024\n\nPBI 123400 - Replies lost\n\nProblem 000000 - is a placeholder.\n"
    assert [one.pbi for one in read_report(text.encode(), "a.txt").problems] == ["PBI000000123400"]
