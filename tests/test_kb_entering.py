"""Problems added and dropped by hand while a report is reviewed, each kept and undone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from app_samples import FIRST, take_in
from kb_samples import opened, pbi

from ingest.records import Grade, ImpactClass, Severity
from kb.base import KnowledgeBase
from kb.entering import add_problem, drop_problem, dropped_from, take_back
from kb.errors import BadValue, RecordNotFound, WrongState
from kb.filters import Filters

pytestmark = pytest.mark.engines

TYPED = {
    "title": "Quagga of the gateway",
    "owner": "DSP",
    "severity": "high",
    "status": "Pending",
    "created": "30/06/2021",
    "user_impact": "No enduring impact",
    "description": "The S1SP1 could not\nreach the gateway.",
    "workaround": "  ",
}


@pytest.fixture
def kb(tmp_path: Path) -> Iterator[KnowledgeBase]:
    with opened(tmp_path) as kb:
        yield kb


@pytest.fixture
def draft(kb: KnowledgeBase) -> str:
    return take_in(kb, FIRST, draft=True)


def test_an_added_problem_says_who_entered_it_and_speaks_once_published(
    kb: KnowledgeBase, draft: str
) -> None:
    assert add_problem(kb, draft, "130 001", 1, TYPED, who="ann", note="missed") == pbi(130001)
    problem = kb.reading(draft).problems[-1]
    assert problem.severity is Severity.HIGH
    assert problem.created == date(2021, 6, 30)
    assert problem.impact_class is ImpactClass.NO_ENDURING
    assert problem.involved == ("DSP", "S1SP1")
    assert problem.workaround is None
    assert set(problem.evidence) == {"pbi", *TYPED} - {"workaround"}
    for one in problem.evidence.values():
        assert (one.page, one.grade, one.rule) == (1, Grade.POOR, "entered by hand")
        assert "ann" in (one.why or "")
    assert kb.report(draft).problems == 4
    (note,) = kb.corrections(draft)
    assert (note.pbi, note.field, note.printed, note.value, note.who, note.note) == (
        pbi(130001),
        "problem_added",
        None,
        "Quagga of the gateway",
        "ann",
        "missed",
    )
    assert kb.count(Filters(owners=("DSP",))) == 0
    kb.publish(draft)
    assert pbi(130001) in kb.pbis(Filters(owners=("DSP",)))
    assert [hit.snapshot.pbi for hit in kb.search("quagga", vectors=False)] == [pbi(130001)]
    assert kb.check().ok


def test_words_that_stand_on_the_page_are_the_quote_with_their_box(
    kb: KnowledgeBase, draft: str
) -> None:
    number = add_problem(kb, draft, "130001", 1, {"title": "problem 122808"}, who="ann")
    held = {one.pbi: one for one in kb.reading(draft).problems}
    entered, read = held[number].evidence["title"], held[pbi(122808)].evidence["title"]
    assert entered.quote == "Problem 122808"
    assert entered.bbox is not None
    assert read.bbox is not None
    assert read.bbox[1] - 5 < entered.bbox[1] < entered.bbox[3] < read.bbox[3] + 5
    assert abs(entered.bbox[0] - read.bbox[0]) < 3


def test_words_of_another_problem_are_not_marked(kb: KnowledgeBase, draft: str) -> None:
    number = add_problem(kb, draft, "130001", 1, {"status": "pending"}, who="ann")
    held = {one.pbi: one for one in kb.reading(draft).problems}
    evidence = held[number].evidence["status"]
    assert (evidence.quote, evidence.bbox) == ("pending", None)
    assert "not found" in (evidence.why or "")


def test_an_added_value_can_be_corrected(kb: KnowledgeBase, draft: str) -> None:
    add_problem(kb, draft, "130001", 1, TYPED, who="ann")
    kb.correct(draft, "130001", "severity", "Low", who="bob")
    assert kb.reading(draft).problems[-1].severity is Severity.LOW


def test_a_dropped_problem_is_taken_back_in_its_place(kb: KnowledgeBase, draft: str) -> None:
    kb.correct(draft, "122422", "severity", "Low", who="ann")
    before = kb.reading(draft)
    drop_problem(kb, draft, "122422", who="ann", note="a heading")
    assert [one.pbi for one in kb.reading(draft).problems] == [pbi(122808), pbi(121104)]
    assert kb.report(draft).problems == 2
    assert [(one.pbi, one.title) for one in dropped_from(kb, draft)] == [
        (pbi(122422), "Failure of requests")
    ]
    assert kb.check().ok
    take_back(kb, draft, "122422", who="bob")
    assert kb.reading(draft) == before
    assert dropped_from(kb, draft) == []
    assert [(one.field, one.who) for one in kb.corrections(draft)] == [
        ("severity", "ann"),
        ("problem_dropped", "ann"),
        ("problem_taken_back", "bob"),
    ]
    kb.correct(draft, "122422", "severity", "Critical", who="ann")
    assert kb.reading(draft).problems[0].severity is Severity.CRITICAL


def test_a_dropped_problem_is_not_published(kb: KnowledgeBase, draft: str) -> None:
    drop_problem(kb, draft, "122422", who="ann")
    kb.publish(draft)
    assert kb.history("122422") == []
    assert pbi(122422) not in kb.catalogue().titles
    assert kb.check().ok


def test_what_speaks_is_withdrawn_first(kb: KnowledgeBase) -> None:
    report = take_in(kb, FIRST)
    for step in (
        lambda: add_problem(kb, report, "130001", 1, TYPED, who="ann"),
        lambda: drop_problem(kb, report, "122422", who="ann"),
        lambda: take_back(kb, report, "122422", who="ann"),
    ):
        with pytest.raises(WrongState, match="published"):
            step()
    kb.withdraw(report)
    drop_problem(kb, report, "122422", who="ann")
    kb.publish(report)
    assert kb.history("122422") == []
    assert kb.check().ok


@pytest.mark.parametrize(
    ("number", "page", "values", "words"),
    [
        ("none", 1, {}, "no PBI number"),
        ("122422", 1, {}, "already"),
        ("121104", 1, {}, "dropped"),
        ("130001", 1, {"severity": "Sev 2"}, "none of Critical"),
        ("130001", 1, {"pbi": "130002"}, "cannot be entered"),
    ],
)
def test_what_cannot_be_added_is_said(
    kb: KnowledgeBase, draft: str, number: str, page: int, values: dict[str, str], words: str
) -> None:
    drop_problem(kb, draft, "121104", who="ann")
    before = kb.reading(draft)
    with pytest.raises(BadValue, match=words):
        add_problem(kb, draft, number, page, values, who="ann")
    assert kb.reading(draft) == before
    assert len(kb.corrections(draft)) == 1


def test_a_page_or_problem_that_is_not_there_is_said(kb: KnowledgeBase, draft: str) -> None:
    with pytest.raises(RecordNotFound, match="no page 7"):
        add_problem(kb, draft, "130001", 7, {}, who="ann")
    with pytest.raises(RecordNotFound, match="holds no"):
        drop_problem(kb, draft, "130001", who="ann")
    with pytest.raises(RecordNotFound, match="was not dropped"):
        take_back(kb, draft, "122422", who="ann")


def test_a_removed_report_takes_what_was_entered_and_dropped_with_it(
    kb: KnowledgeBase, draft: str, tmp_path: Path
) -> None:
    add_problem(kb, draft, "130001", 1, TYPED, who="ann")
    drop_problem(kb, draft, "130001", who="ann")
    kb.remove(draft)
    held = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"Quagga" not in held
