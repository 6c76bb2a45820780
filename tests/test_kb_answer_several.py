"""Yes or no to a number, since when, what reports seldom tell: the words of the answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from kb_asked import asked_kb

from kb.answer.asking import ask
from kb.base import KnowledgeBase


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    with asked_kb(Path(tmp_path_factory.mktemp("kb"))) as held:
        yield held


@pytest.mark.parametrize(
    ("question", "lead", "value"),
    [
        ("Are there more than two open problems?", "Yes: there are 3", 3),
        ("Are there more than three open problems?", "No: there are 3", 3),
        ("Are there at least three open problems?", "Yes: there are 3", 3),
        ("Are there fewer than three open problems?", "No: there are 3", 3),
        ("Are there exactly three open problems?", "Yes: there are 3", 3),
        ("Are there no open problems?", "No: there are 3", 3),
        (
            "Is it true that there are no critical open problems with DSP?",
            "Yes: there is no such",
            0,
        ),
        ("Are most of the open problems with DSP?", "Yes: 2 of 3", 66.7),
        ("Are half of the open problems with DSP?", "No: 2 of 3", 66.7),
        ("Are at least two thirds of the open problems with DSP?", "Yes: 2 of 3", 66.7),
        ("Do fewer than half of the open problems belong to DCO?", "Yes: 1 of 3", 33.3),
    ],
)
def test_a_yes_hangs_on_the_number(
    kb: KnowledgeBase, question: str, lead: str, value: float
) -> None:
    answer = ask(kb, question)
    assert not answer.abstained
    assert answer.answer.startswith(lead), answer.answer
    assert answer.value == value


@pytest.mark.parametrize(
    "question",
    [
        "Who decided to close 123400?",
        "Who approved the change for 122422?",
        "How much did the outage of 122422 cost?",
        "what did the failure on 23 March cost us",
        "Who signed off 122422?",
        "Who reopened 122207?",
    ],
)
def test_what_no_report_tells_is_not_made_up(kb: KnowledgeBase, question: str) -> None:
    assert ask(kb, question).abstained


def test_since_when_names_the_report_in_which_it_began(kb: KnowledgeBase) -> None:
    answer = ask(kb, "Since when has 122207 been with DSP?")
    owners = {row.report.quarter: row.problem.owner for row in kb.history("PBI000000122207")}
    first = next(quarter for quarter, owner in owners.items() if owner == "DSP")
    assert answer.value == first
    assert not ask(kb, "Since when has 122422 been open?").abstained
    assert ask(kb, "Since when has 122207 been Critical?").abstained


def test_one_problem_is_not_two(kb: KnowledgeBase) -> None:
    assert "1 is with DCO" in ask(kb, "DCO problems").answer


def test_every_one_of_a_few_is_told_its_date(kb: KnowledgeBase) -> None:
    answer = ask(kb, "When are the problems with DSP due?")
    for row in kb.snapshots():
        if row.problem.owner == "DSP" and row.problem.target_completion:
            assert f"{row.problem.target_completion:%d %B %Y}".lstrip("0") in answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "Does 122422 involve a supplier in Scotland?",
        "did the failure of 122422 hit homes in Cornwall?",
        "was there an outage in Wigan",
        "When did the minister hear about 122422?",
        "What is the severity of 122422 according to the regulator's audit?",
        "Why was 123655 reopened?",
    ],
)
def test_another_question_is_not_answered_instead(kb: KnowledgeBase, question: str) -> None:
    assert ask(kb, question).abstained


def test_one_word_that_nothing_explains_is_named(kb: KnowledgeBase) -> None:
    answer = ask(kb, "What is the glorious severity of 122422?")
    assert answer.value == "Critical"
    assert any("glorious" in note for note in answer.notes)


def test_no_sentence_of_the_products_own_is_withheld(
    kb: KnowledgeBase, caplog: pytest.LogCaptureFixture
) -> None:
    for question in (
        "How many problems are open?",
        "what share of open problems are with DSP?",
        "oldest open problem",
        "average age of open problems",
        "open problems by owner",
        "what changed between Q2 2021 and Q3 2021?",
        "which problem has slipped furthest?",
        "Which problems are Critical or with DSP?",
        "user impact of DCO problems",
        "tell me about 122422",
        "how has 122207 changed over time?",
    ):
        assert not ask(kb, question).abstained, question
    assert not [one for one in caplog.messages if one.startswith("withheld")]


def test_how_far_a_target_moved_is_of_that_move_and_said_where_none_did(kb: KnowledgeBase) -> None:
    found = ask(kb, "which targets slipped by more than 10 days since Q2 2021?")
    assert [pbi[-6:] for pbi in found.pbis] == ["122422"]
    none = ask(kb, "which targets slipped by more than 300 days since Q2 2021?")
    assert (none.pbis, none.abstained) == ((), False)
    assert none.answer.startswith("No problem (target slipped by at least 301 days)")
