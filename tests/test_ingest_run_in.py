"""Fields told in sentences, headings that wrap, and lists of other records."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.read import read_report
from ingest.records import ImpactClass, ProblemReading
from ingest.rules.run_in import told_in
from ingest.vocabulary import load

TOLD = [
    (
        "This record was opened on 3 March 2022 with a severity of High and is held by CSP North.",
        {"created": "3 March 2022", "severity": "High", "owner": "CSP North"},
        True,
    ),
    (
        "At 9 June 2022 its status was Pending, with completion expected by 1 August 2022.",
        {"status": "Pending", "status_date": "9 June 2022", "target_completion": "1 August 2022"},
        True,
    ),
    (
        "Raised on 4/5/21 and rated Critical, the record sits with DSP and is due by 30/9/21.",
        {
            "created": "4/5/21",
            "severity": "Critical",
            "owner": "DSP",
            "target_completion": "30/9/21",
        },
        True,
    ),
    (
        "The record is with the TSP, status Assigned, and no target date has been set.",
        {"owner": "TSP", "status": "Assigned"},
        True,
    ),
    (
        "This record was raised on 2 May 2022 after two calls from installers and is with DSP.",
        {"created": "2 May 2022", "owner": "DSP"},
        False,
    ),
    (
        "We raised this record on 11 July 2023 and graded it Medium.",
        {"created": "11 July 2023", "severity": "Medium"},
        True,
    ),
    (
        "It was Assigned on 2 October 2023, and a fix has not been scheduled yet.",
        {"status": "Assigned", "status_date": "2 October 2023"},
        True,
    ),
]
NARRATIVE = [
    "The vendor expects to deliver a build by 30 June 2022.",
    "Two records were lost on 4 May 2022 and the supplier was told.",
    "We opened a call with the vendor on 3 May 2024 and rated it High.",
    "It was seen with a severity that nobody expected.",
    "The DSP has raised this with its supplier and a repair is planned for 30 June 2022.",
]


@pytest.mark.parametrize(("sentence", "fields", "only"), TOLD)
def test_a_sentence_tells_fields(sentence: str, fields: dict[str, str], only: bool) -> None:
    told = told_in(sentence, load())
    assert told is not None
    assert {name: sentence[start:end] for name, start, end in told.fields} == fields
    assert told.only is only


@pytest.mark.parametrize("sentence", NARRATIVE)
def test_narrative_tells_no_fields(sentence: str) -> None:
    assert told_in(sentence, load()) is None


def problems(text: str) -> list[ProblemReading]:
    return list(read_report(text.encode(), "report.txt").problems)


def test_sentences_leave_the_narrative() -> None:
    (problem,) = problems(
        "Problem review Q1 2022\n\n"
        "PBI000000118001: Joins refused at night\n\n"
        "Joins are refused for a minute after midnight. Installers wait and try again.\n"
        "This record was logged on 3 March 2022 with a severity of High and is with DSP.\n"
        "At 9 June 2022 its status was Pending, with completion targeted for 1 August 2022.\n\n"
        "User impact: None, by night nobody installs.\n"
    )
    assert problem.created == date(2022, 3, 3)
    assert problem.owner == "DSP"
    assert problem.status == "Pending"
    assert problem.status_date == date(2022, 6, 9)
    assert problem.target_completion == date(2022, 8, 1)
    assert problem.impact_class is ImpactClass.NONE
    assert problem.description == (
        "Joins are refused for a minute after midnight. Installers wait and try again."
    )


def test_linked_records_open_no_record_and_are_no_narrative() -> None:
    found = problems(
        "Problem review Q1 2022\n\n"
        "1) PBI 118001: Joins refused at night\n"
        "Opened: 3 March 2022 Sev: High With: DSP\n"
        "Joins are refused for a minute after midnight.\n"
        "Related records:\n"
        "INC000000700001 - the first call\n"
        "PBI000000117000 - last year's case\n"
        "Status (9 June 2022): Pending. Target: TBC\n"
        "Workaround: n/a\n"
    )
    assert [item.pbi for item in found] == ["PBI000000118001"]
    assert found[0].description == "Joins are refused for a minute after midnight."
    assert (found[0].status, found[0].status_date) == ("Pending", date(2022, 6, 9))
    assert found[0].workaround is None
    assert found[0].evidence["workaround"].quote == "n/a"


def test_incidents_named_in_passing_stay_in_the_narrative() -> None:
    (problem,) = problems(
        "Problem review Q1 2022\n\n"
        "PBI000000118001: Joins refused at night\n\n"
        "Joins are refused after midnight. "
        "Linked incidents: INC000000700001 and INC000000700002.\n\n"
        "Severity: High\n"
        "Incident observation: Major Incident declared at 06:10.\n"
    )
    assert problem.description is not None
    assert problem.description.rstrip(".").endswith("INC000000700002")
    assert problem.incident_observation == "Major Incident declared at 06:10"
    assert problem.major_incident is True


@pytest.mark.parametrize(
    ("printed", "status", "day"),
    [
        ("Status at 05-Aug-22: Under Review", "Under Review", date(2022, 8, 5)),
        ("Status (5th August 2022): Assigned", "Assigned", date(2022, 8, 5)),
        ("Latest status: Draft on 5 August 2022", "Draft", date(2022, 8, 5)),
        (
            "Severity: Low. Currently Under Investigation (5th Aug 2022)",
            "Under Investigation",
            date(2022, 8, 5),
        ),
    ],
)
def test_a_status_with_its_date(printed: str, status: str, day: date) -> None:
    (problem,) = problems(
        f"Problems Q3 2022\n\nPBI000000118001: Joins refused\nCreated: 1 May 2022\n{printed}\n"
    )
    assert (problem.status, problem.status_date) == (status, day)


def test_a_date_that_opens_a_sentence_is_no_field() -> None:
    (problem,) = problems(
        "Problems Q3 2022\n\nPBI000000118001: Joins refused\nSeverity: Low\n\n"
        "Since 9 January 2022 the broker has dropped its sessions.\n\n"
        "No recurrence has been seen since 2 May 2022\n"
    )
    assert problem.created is None
    assert problem.description is not None
    assert problem.description.startswith("Since 9 January 2022")


def test_a_labelled_provider_at_the_end_belongs_to_its_own_record() -> None:
    first, second = problems(
        "Problems Q3 2022\n\n"
        "PBI000000118001: Joins refused\n\nSeverity: Low\n\nService provider: CSP North\n\n"
        "PBI000000118002: Reads late\n\nSeverity: High\n\nService provider: TSP\n"
    )
    assert (first.owner, second.owner) == ("CSP North", "TSP")
