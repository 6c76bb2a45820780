"""The paper that the product was asked for on, field by field, from its text and its PDF."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from ingest.read import read_report
from ingest.records import ImpactClass, ProblemReading, Reading

SEED = Path(__file__).parents[2] / "shared" / "seed"
FILES = ["opsg-action-55-10.txt", "opsg-action-55-10.pdf"]
NONE = "None as application issues not service impacting"
NO_ENDURING = "No enduring impact"
STATUS = date(2021, 9, 20)
# number: owner, role, severity, created, status, target, stated impact, ran as an MI
FACTS: dict[str, tuple[object, ...]] = {
    "123400": (
        None,
        None,
        "Critical",
        date(2021, 6, 30),
        "Pending",
        date(2021, 11, 30),
        NO_ENDURING,
        None,
    ),
    "122607": ("DCO", "S/W Provider", "Medium", date(2021, 4, 30), "Closed", None, NONE, None),
    "122808": ("DSP", None, "Medium", date(2021, 5, 28), "Closed", None, NONE, False),
    "122422": (
        "DCO",
        "Operator",
        "Critical",
        date(2021, 3, 24),
        "Pending",
        date(2021, 10, 29),
        NO_ENDURING,
        None,
    ),
    "121742": (
        "DCC",
        None,
        "Medium",
        date(2020, 12, 2),
        "Pending",
        date(2021, 10, 29),
        NONE,
        False,
    ),
    "121939": (
        "DCO",
        "Operator",
        "Medium",
        date(2020, 11, 19),
        "Pending",
        date(2021, 10, 29),
        NONE,
        None,
    ),
    "122207": ("DCO", None, "Medium", date(2021, 1, 22), "Pending", date(2022, 3, 31), NONE, None),
    "123100": ("DCO", "Operator", "High", date(2020, 9, 2), "Closed", None, NO_ENDURING, None),
    "123102": (
        "S1SP1",
        None,
        "Medium",
        date(2021, 6, 11),
        "Pending",
        date(2021, 11, 30),
        NONE,
        None,
    ),
}
TITLES = {
    "123400": "SMETS1 - DCO - Failure of SMETS1 Service Requests",
    "122607": 'SMETS-1 - DCO returning "There was a problem with the cryptographic operations" '
    "errors to S1SP1",
    "122808": "DCO Network Traffic Missing",
    "122422": "SMETS1 - Failure for SMETS1 Service Requests 23/03",
    "121742": "Connections between S1SP and DCO are not being balanced in the expected manner",
    "121939": "SMETS1 \u2013 DCO Operator events management exceeding capacity limit",
    "122207": "SMETS1 - DCO SRV timeout value issue with SMSO",
    "123100": "SMETS1 - DCO protective monitoring coverage issue",
    "123102": "SMETS1 - DCO SRV Imbalance &Traffic Increase observed",
}
INVOLVED = {
    "123400": {"DCO"},
    "122607": {"DCO", "S1SP1"},
    "122808": {"DSP", "DCO"},
    "122422": {"DCO", "Service Users"},
    "121742": {"DCC", "S1SP", "DCO"},
    "121939": {"DCO", "DCC"},
    "122207": {"DCO", "SMSO", "DSP", "S1SP", "DCC"},
    "123100": {"DCO", "DCC"},
    "123102": {"S1SP1", "DCO", "DCC"},
}


@pytest.fixture(scope="module", params=FILES)
def reading(request: pytest.FixtureRequest) -> Reading:
    path = SEED / request.param
    if not path.exists():
        pytest.skip(f"the source paper is not here: no {path.name} in ../shared/seed")
    return read_report(path.read_bytes(), path.name)


def problem(reading: Reading, short: str) -> ProblemReading:
    return next(item for item in reading.problems if item.pbi.endswith(short))


def test_nine_problems_in_the_order_of_the_paper(reading: Reading) -> None:
    assert [item.pbi for item in reading.problems] == [f"PBI000000{short}" for short in FACTS]


@pytest.mark.parametrize("short", FACTS)
def test_fields(reading: Reading, short: str) -> None:
    item = problem(reading, short)
    severity = str(item.severity) if item.severity else None
    found = (
        item.owner,
        item.owner_role,
        severity,
        item.created,
        item.status,
        item.target_completion,
        item.user_impact,
        item.major_incident,
    )
    assert found == FACTS[short]
    assert item.status_date == STATUS
    assert item.title == TITLES[short]
    assert set(item.involved) == INVOLVED[short]
    assert item.impact_class is (
        ImpactClass.NO_ENDURING if item.user_impact == NO_ENDURING else ImpactClass.NONE
    )


@pytest.mark.parametrize("short", FACTS)
def test_every_value_has_evidence(reading: Reading, short: str) -> None:
    item = problem(reading, short)
    boxed = reading.report.media_type == "application/pdf"
    for name in (
        "title",
        "description",
        "owner",
        "severity",
        "created",
        "status",
        "status_date",
        "target_completion",
        "user_impact",
        "workaround",
        "incident_observation",
    ):
        if getattr(item, name) is None:
            continue
        evidence = item.evidence[name]
        assert evidence.quote
        assert evidence.grade == "good"
        assert (evidence.bbox is not None) is boxed


def test_narratives(reading: Reading) -> None:
    assert problem(reading, "123400").description is None
    for short in FACTS:
        text = problem(reading, short).description or ""
        assert "Problem Record is with" not in text
        assert "PBI created" not in text
    assert (problem(reading, "121742").description or "").startswith("Working in conjunction")
    assert len((problem(reading, "122207").description or "").split("\n")) >= 4


def test_texts_that_the_paper_keeps_apart(reading: Reading) -> None:
    observed = {
        item.pbi[-6:]: item.incident_observation
        for item in reading.problems
        if item.incident_observation
    }
    # What it says is the paper's to say: both entries print the same words.
    paper = (SEED / "opsg-action-55-10.txt").read_text(encoding="utf-8")
    (printed,) = set(re.findall(r"Incident observation: (\S.*\S)\.\s*$", paper, re.MULTILINE))
    assert observed == dict.fromkeys(("122808", "121742"), printed)
    assert [item.pbi[-6:] for item in reading.problems if item.workaround] == ["121939"]


def test_the_report_itself(reading: Reading) -> None:
    report = reading.report
    assert report.reference == "OPSG Action 55/10"
    assert report.quarter == "2021-Q2"
    assert report.status_date == STATUS
    assert report.scope == "DCO"
    assert report.classification is None
    assert (report.title or "").startswith("OPSG Action 55/10")


def test_findings_of_issue_three_and_no_false_alarm(reading: Reading) -> None:
    found = {(item.code, (item.pbi or "")[-6:]) for item in reading.findings}
    assert found == {
        ("created-after-event", "123100"),
        ("out-of-sequence", "123100"),
        ("out-of-sequence", "121939"),
        ("out-of-sequence", "121742"),
        ("owner-not-stated", "123400"),
        ("no-narrative", "123400"),
        ("attributed-but-held-elsewhere", "122808"),
        ("attributed-but-held-elsewhere", "121742"),
        ("attributed-but-held-elsewhere", "123102"),
        ("closed-in-open-list", "122607"),
        ("closed-in-open-list", "122808"),
        ("closed-in-open-list", "123100"),
        ("outage-beside-no-impact", "122422"),
    }
    assert all(item.ask for item in reading.findings)


def test_the_outage_of_69_minutes(reading: Reading) -> None:
    first = problem(reading, "122422").impact_evidence[0]
    assert (first.start, first.end) == ("2021-03-23T13:52", "2021-03-23T15:01")
    assert first.minutes == 69
    assert first.percent == (100.0,)
    assert problem(reading, "122808").impact_evidence[0].minutes == 480
