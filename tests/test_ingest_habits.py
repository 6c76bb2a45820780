"""Habits of authors, in words of our own: what a careful reader makes of each."""

from __future__ import annotations

from ingest.read import read_report
from ingest.records import ProblemReading, Reading


def _report(text: str, name: str = "report.txt") -> Reading:
    return read_report(text.encode(), name)


def _only(text: str, name: str = "report.txt") -> ProblemReading:
    (problem,) = _report(text, name).problems
    return problem


def test_a_root_cause_is_kept_apart_from_what_happened() -> None:
    problem = _only(
        "PBI000000140222: Orders answered twice\n\n"
        "Owner: DSP\nSeverity: Low\nStatus: Pending\n"
        "What happened: Some orders were answered twice on 4 May 2022.\n"
        "Suspected cause: A retry timer shorter than the answer takes.\n"
        "Workaround: The second answer can be ignored.\n"
    )
    assert problem.description == "Some orders were answered twice on 4 May 2022."
    assert problem.root_cause == "A retry timer shorter than the answer takes"
    assert problem.evidence["root_cause"].quote.startswith("A retry timer")


def test_a_cause_that_is_not_known_is_none() -> None:
    problem = _only(
        "PBI000000140223: Orders lost\n\nOwner: DSP\nSeverity: Low\nStatus: Pending\n"
        "What happened: Some orders were lost.\nRoot cause: Not yet known\n"
    )
    assert problem.root_cause is None
    assert problem.evidence["root_cause"].quote == "Not yet known"
