"""A corrected value speaks everywhere; the printed one, who and when are kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from kb_samples import loaded, opened, pbi, problem

from ingest.records import Evidence, ImpactClass, Severity
from kb.base import KnowledgeBase
from kb.errors import BadValue, RecordNotFound
from kb.filters import Filters

pytestmark = pytest.mark.engines

Q2 = "2021-Q2"


@pytest.fixture
def kb(tmp_path: Path) -> Iterator[KnowledgeBase]:
    with opened(tmp_path) as kb:
        first = problem(11, owner="DSP", severity=Severity.LOW, target_completion=date(2021, 10, 1))
        evidence = {**first.evidence, "severity": Evidence(page=2, quote="Low")}
        loaded(kb, Q2, [first.model_copy(update={"evidence": evidence}), problem(12)], name="q2")
        yield kb


CASES = [
    ("severity", "critical", Filters(severities=(Severity.CRITICAL,))),
    ("severity", None, Filters(missing=("severity",))),
    ("owner", "TSP", Filters(owners=("TSP",))),
    ("owner", "TSP", Filters(suppliers=("TSP",))),
    ("status", "Closed", Filters(open=False)),
    ("created", "02/09/2020", Filters(created_to=date(2020, 9, 2), created_from=date(2020, 9, 2))),
    ("target_completion", "2021-09-01", Filters(overdue=True)),
    ("user_impact", "None", Filters(stated=("user_impact",))),
    ("impact_class", "no enduring", Filters(impact_classes=(ImpactClass.NO_ENDURING,))),
    ("major_incident", "Yes", Filters(major_incident=True)),
    ("involved", "CSS; SMSO", Filters(suppliers=("SMSO",))),
    ("title", "Zanzibar clock drift", Filters(words=("zanzibar",))),
    ("description", "A zanzibar of a fault.", Filters(words=("zanzibar",))),
    ("workaround", "Restart", Filters(has_workaround=True)),
]


@pytest.mark.parametrize(("field", "value", "filters"), CASES)
def test_a_correction_speaks_in_every_view(
    kb: KnowledgeBase, field: str, value: str | None, filters: Filters
) -> None:
    wanted = filters.model_copy(update={"pbis": (pbi(11),)})
    if field == "impact_class" and value:
        value = "no_enduring"
    assert kb.count(wanted) == 0
    kb.correct("q2", "11", field, value, who="staff")
    assert kb.pbis(wanted) == [pbi(11)]
    assert kb.check().ok


def test_what_was_printed_is_kept_with_who_and_when(kb: KnowledgeBase) -> None:
    before = datetime.now(UTC)
    kb.correct("q2", "PBI000000000011", "severity", "High", who="ann", note="p. 2 says so")
    kb.correct("q2", "11", "severity", "Critical", who="bob")
    first, second = kb.corrections("q2")
    assert (first.printed, first.value, first.who, first.note) == (
        "Low",
        "High",
        "ann",
        "p. 2 says so",
    )
    assert (second.printed, second.value, second.pbi) == ("Low", "Critical", pbi(11))
    assert before <= first.at <= second.at <= datetime.now(UTC)
    (held,) = kb.snapshots(Filters(pbis=("11",)))
    assert held.problem.severity is Severity.CRITICAL
    evidence = held.problem.evidence["severity"]
    assert evidence.quote == "Low"
    assert evidence.why == "printed Low; corrected by bob"
    assert kb.reading("q2").problems[0] == held.problem


def test_a_correction_back_to_what_is_printed_leaves_no_difference(kb: KnowledgeBase) -> None:
    printed = kb.reading("q2").problems[0]
    kb.correct("q2", "11", "owner", "DCO", who="ann")
    kb.correct("q2", "11", "owner", "DSP", who="ann")
    now = kb.reading("q2").problems[0]
    assert now.model_copy(update={"evidence": printed.evidence}) == printed
    assert kb.count(Filters(suppliers=("DCO",))) == 0


def test_a_corrected_target_changes_the_slips_of_later_reports(kb: KnowledgeBase) -> None:
    loaded(kb, "2021-Q3", [problem(11, target_completion=date(2021, 10, 31))])
    assert [one.slip_days for one in kb.history("11")] == [0, 30]
    kb.correct("q2", "11", "target_completion", "11/10/2021", who="ann")
    assert [one.slip_days for one in kb.history("11")] == [0, 20]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("severity", "Sev 2", "Critical, High, Medium, Low"),
        ("created", "31/02/2021", "no date"),
        ("major_incident", "maybe", "neither yes nor no"),
        ("impact_class", "huge", "no_enduring"),
        ("pbi", "123", "cannot be corrected"),
        ("colour", "red", "cannot be corrected"),
    ],
)
def test_a_value_that_the_field_cannot_hold_is_refused(
    kb: KnowledgeBase, field: str, value: str, words: str
) -> None:
    with pytest.raises(BadValue, match=words):
        kb.correct("q2", "11", field, value, who="ann")
    assert not kb.corrections("q2")


def test_only_what_the_report_holds_can_be_corrected(kb: KnowledgeBase) -> None:
    with pytest.raises(RecordNotFound, match="holds no PBI"):
        kb.correct("q2", "99", "severity", "High", who="ann")


def test_the_fields_of_a_report_are_set_and_noted(kb: KnowledgeBase) -> None:
    record = kb.set_report("q2", scope="DCO", status_date=date(2021, 9, 1), who="ann")
    assert (record.scope, record.status_date) == ("DCO", date(2021, 9, 1))
    assert kb.pbis(Filters(suppliers=("DCO",))) == [pbi(11), pbi(12)]
    assert kb.snapshots(Filters(pbis=("12",)))[0].problem.involved == ("DCO",)
    noted = [(one.pbi, one.field, one.printed, one.value) for one in kb.corrections("q2")]
    assert noted == [
        (None, "scope", None, "DCO"),
        (None, "status_date", "2021-09-20", "2021-09-01"),
    ]
    kb.set_report("q2", scope=None, who="ann")
    assert kb.count(Filters(suppliers=("DCO",))) == 0
    with pytest.raises(BadValue, match="2021-Q2 is expected"):
        kb.set_report("q2", quarter="Q2 2021")
    with pytest.raises(BadValue, match="cannot be set"):
        kb.set_report("q2", sha256="0")


def test_drafts_are_corrected_before_they_speak(kb: KnowledgeBase) -> None:
    report = loaded(kb, "2021-Q3", [problem(21)], draft=True, name="q3").report
    assert report is not None
    kb.correct("q3", "21", "title", "Put right", who="ann")
    assert kb.count(Filters(pbis=("21",), ever=True)) == 0
    assert kb.search("put right", vectors=False) == []
    kb.publish(report.id)
    (hit,) = kb.search("put right", vectors=False)
    assert hit.snapshot.problem.title == "Put right"
