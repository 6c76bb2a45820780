"""What goes in comes out, in every layout; and every quote stands on its page."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from reading_samples import Sample, cards, forms, grid, made, page_text, prose, table

from ingest.document import Document
from ingest.read import read_document
from ingest.records import ProblemReading, Reading

WORDS = [
    "queue",
    "gateway",
    "replies",
    "meter",
    "hub",
    "requests",
    "service",
    "traffic",
    "certificate",
    "schedule",
    "batch",
    "record",
    "order",
    "reads",
    "alerts",
    "firmware",
    "tariff",
    "key",
    "store",
    "timer",
    "route",
    "link",
    "cluster",
    "node",
    "release",
    "patch",
]
SENTENCE = st.lists(st.sampled_from(WORDS), min_size=6, max_size=28).map(
    lambda words: " ".join(words).capitalize() + "."
)
TITLE = st.lists(st.sampled_from(WORDS), min_size=3, max_size=14).map(
    lambda words: " ".join(words).capitalize()
)
LABELS = st.fixed_dictionaries(
    {
        "owner": st.sampled_from(["Owner", "Lead", "Held by", "Assigned to", "Resolver group"]),
        "created": st.sampled_from(["PBI created", "Opened", "Date raised", "Logged on"]),
        "severity": st.sampled_from(["Severity", "Priority", "Sev"]),
        "status": st.sampled_from(["Current status", "State", "Position"]),
        "target_completion": st.sampled_from(["Target completion", "Fix due", "ETA", "Due date"]),
        "user_impact": st.sampled_from(["End user impact", "Effect on customers", "User impact"]),
    }
)
SAMPLES = st.lists(
    st.builds(
        Sample,
        pbi=st.integers(100_000, 399_999).map(lambda number: f"PBI{number:012d}"),
        title=TITLE,
        owner=st.sampled_from(["DSP", "DCC", "CSP North", "S1SP1", "SMSO", "TSP", "CSS"]),
        severity=st.sampled_from(["Critical", "High", "Medium", "Low"]),
        created=st.dates(date(2019, 1, 1), date(2021, 6, 30)),
        status=st.sampled_from(["Pending", "Closed", "Under Investigation", "Assigned", "On hold"]),
        target=st.one_of(st.none(), st.dates(date(2021, 7, 1), date(2022, 12, 31))),
        impact=st.sampled_from(
            ["No enduring impact", "None", "Some top-ups are delayed", "Not service impacting"]
        ),
        narrative=SENTENCE,
    ),
    min_size=2,
    max_size=4,
    unique_by=lambda sample: sample.pbi,
)
FORMATS = st.sampled_from(["%d/%m/%Y", "%d %B %Y", "%d-%b-%y", "%Y-%m-%d"])
QUIET = settings(
    max_examples=10,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


def check(sample: Sample, problem: ProblemReading) -> None:
    assert problem.pbi == sample.pbi
    assert problem.title == sample.title
    assert problem.owner == sample.owner
    assert str(problem.severity) == sample.severity
    assert problem.created == sample.created
    assert problem.status == sample.status
    assert problem.target_completion == sample.target
    assert problem.user_impact == sample.impact
    assert problem.description == sample.narrative


def check_quotes(document: Document, reading: Reading) -> None:
    evidence = [
        *reading.report.evidence.values(),
        *(item for problem in reading.problems for item in problem.evidence.values()),
    ]
    for item in evidence:
        assert " ".join(item.quote.split()) in page_text(document, item.page)


def dressed(samples: list[Sample], labels: dict[str, str], day: str) -> list[Sample]:
    return [Sample(**{**vars(sample), "labels": labels, "day": day}) for sample in samples]


@QUIET
@given(
    SAMPLES,
    LABELS,
    FORMATS,
    st.sampled_from([": ", " = ", " \u2013 "]),
    st.booleans(),
    st.sampled_from([760.0, 320.0, 245.0]),
)
def test_prose(
    samples: list[Sample], labels: dict[str, str], day: str, mark: str, inline: bool, bottom: float
) -> None:
    samples = dressed(samples, labels, day)
    document = prose(samples, separator=mark, inline=inline, bottom=bottom)
    reading = read_document(document)
    assert len(reading.problems) == len(samples)
    for sample, problem in zip(samples, reading.problems, strict=True):
        check(sample, problem)
    check_quotes(document, reading)


@QUIET
@given(SAMPLES, LABELS, FORMATS, st.permutations(range(9)))
def test_table(samples: list[Sample], labels: dict[str, str], day: str, order: list[int]) -> None:
    samples = dressed(samples, labels, day)
    document = table(samples, order=order)
    reading = read_document(document)
    assert len(reading.problems) == len(samples)
    for sample, problem in zip(samples, reading.problems, strict=True):
        check(sample, problem)
    check_quotes(document, reading)


@QUIET
@given(SAMPLES, LABELS, FORMATS)
def test_forms(samples: list[Sample], labels: dict[str, str], day: str) -> None:
    samples = dressed(samples, labels, day)
    document = forms(samples)
    reading = read_document(document)
    assert len(reading.problems) == len(samples)
    for sample, problem in zip(samples, reading.problems, strict=True):
        check(sample, problem)
    check_quotes(document, reading)


@QUIET
@given(SAMPLES, LABELS)
def test_cards_with_badges(samples: list[Sample], labels: dict[str, str]) -> None:
    samples = dressed(samples, labels, "%d %B %Y")
    document = cards(samples)
    reading = read_document(document)
    assert len(reading.problems) == len(samples)
    for sample, problem in zip(samples, reading.problems, strict=True):
        check(sample, problem)
        assert problem.evidence["severity"].grade == "fair"
    check_quotes(document, reading)


PAPER = [
    ["PBI", "Title", "Owner", "Severity", "Created", "Status", "Target", "User impact"],
    ["PBI000000123400", "Replies lost", "DSP", "High", "12/05/2021", "Pending", "TBC", "None"],
    ["PBI000000123411", "Hubs fail to join", "CSP North", "Low", "14/05/2021", "Closed", "", "Nil"],
]


def test_a_table_goes_on_over_the_page_without_its_header() -> None:
    more = [
        "PBI000000123420",
        "Late reads",
        "S1SP1",
        "Medium",
        "20/05/2021",
        "Assigned",
        "n/a",
        "-",
    ]
    document = made([[grid(PAPER)], [grid([more], page=2)]])
    problems = read_document(document).problems
    assert [item.pbi[-6:] for item in problems] == ["123400", "123411", "123420"]
    assert problems[2].owner == "S1SP1"
    assert problems[2].evidence["owner"].page == 2


def test_a_row_that_breaks_over_the_page_is_one_record() -> None:
    rest = ["", "of the gateway", "", "", "", "", "", "since the patch"]
    document = made([[grid(PAPER)], [grid([PAPER[0], rest], page=2)]])
    problem = read_document(document).problems[1]
    assert problem.title == "Hubs fail to join of the gateway"
    assert problem.user_impact == "Nil since the patch"
    assert problem.evidence["title"].quote == "Hubs fail to join"


def test_section_rows_name_the_owner() -> None:
    rows = [[row[0], row[1], *row[3:]] for row in PAPER]
    rows.insert(1, ["Problems held by DSP"])
    rows.insert(3, ["CSP North"])
    problems = read_document(made([[grid(rows, wide=(1, 3))]])).problems
    assert [item.owner for item in problems] == ["DSP", "CSP North"]
    assert problems[0].evidence["owner"].grade == "fair"


def test_a_narrative_row_below_each_record() -> None:
    rows = list(PAPER)
    rows.insert(2, ["Replies are dropped when the queue of the gateway is full."])
    rows.append(["Hubs of one maker do not answer the first frame that is sent."])
    problems = read_document(made([[grid(rows, wide=(2, 4))]])).problems
    assert [item.description for item in problems] == [rows[2][0], rows[4][0]]


def test_a_header_in_two_rows() -> None:
    rows = [
        ["PBI", "Title", "Held by", "Severity", "Dates", "", "Status"],
        ["", "", "", "", "Raised", "Target", ""],
        ["PBI000000123400", "Replies lost", "DSP", "High", "12/05/2021", "30/11/2021", "Pending"],
        ["PBI000000123411", "Late reads", "DSP", "Low", "14/05/2021", "01/12/2021", "Pending"],
    ]
    problem = read_document(made([[grid(rows)]])).problems[0]
    assert problem.created == date(2021, 5, 12)
    assert problem.target_completion == date(2021, 11, 30)


def test_a_date_in_a_header_is_the_status_date() -> None:
    rows = [[*PAPER[0][:5], "Status at 20/09/2021", *PAPER[0][6:]], *PAPER[1:]]
    problem = read_document(made([[grid(rows)]])).problems[0]
    assert problem.status_date == date(2021, 9, 20)
    assert problem.evidence["status_date"].quote == "20/09/2021"


def test_a_table_without_a_header_is_read_by_what_stands_in_it() -> None:
    problems = read_document(made([[grid([row[:6] for row in PAPER[1:]])]])).problems
    assert [(item.owner, str(item.severity), item.status) for item in problems] == [
        ("DSP", "High", "Pending"),
        ("CSP North", "Low", "Closed"),
    ]
    assert all(item.evidence["severity"].grade == "fair" for item in problems)


def test_a_summary_and_details_are_one_record_and_differences_are_findings() -> None:
    detail = [
        ["Problem number", "PBI000000123400"],
        ["Title", "Replies lost"],
        ["Owner", "DSP"],
        ["Severity", "Critical"],
        ["Created", "12/05/2021"],
        ["Status", "Pending"],
        ["End user impact", "None"],
        ["Description", "Replies are dropped when the queue is full."],
    ]
    reading = read_document(made([[grid(PAPER[:2]), grid(detail)]]))
    (problem,) = reading.problems
    assert str(problem.severity) == "Critical"  # the details speak
    (finding,) = [item for item in reading.findings if item.code == "summary-disagrees"]
    assert "High" in finding.message
    assert "Critical" in finding.message


@pytest.mark.parametrize(
    "printed", ["PBI000000123400", "PBI 123400", "PBI0000 0012 3400", "123400", "PBI00000012 3400"]
)
def test_numbers_in_every_form_are_one_record(printed: str) -> None:
    rows = [PAPER[0], [printed, *PAPER[1][1:]], PAPER[2]]
    problems = read_document(made([[grid(rows)]])).problems
    assert [item.pbi for item in problems] == ["PBI000000123400", "PBI000000123411"]
