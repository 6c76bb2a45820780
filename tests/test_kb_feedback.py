"""What people think of answers is kept for staff, and goes with the report it quotes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from kb_samples import loaded, opened, problem

from kb import feedback
from kb.answers import Answer
from kb.base import KnowledgeBase
from kb.errors import BadValue

pytestmark = pytest.mark.engines


@pytest.fixture
def kb(tmp_path: Path) -> Iterator[KnowledgeBase]:
    with opened(tmp_path) as kb:
        loaded(kb, "2021-Q2", [problem(122422, title="Quagga of the gateway")], name="q2.txt")
        loaded(kb, "2021-Q3", [problem(123400, title="Another fault")], name="q3.txt")
        yield kb


def test_a_verdict_is_kept_with_the_answer_as_it_was_given(kb: KnowledgeBase) -> None:
    before = datetime.now(UTC)
    answer = kb.ask("Who owns PBI 122422?")
    feedback.give(kb, answer, up=False, who="ann", comment="  the role is missing ")
    feedback.give(kb, kb.ask("Who owns PBI 123400?"), up=True, who="bob")
    good, bad = feedback.given(kb)
    assert (bad.question, bad.understood, bad.answer) == (
        answer.question,
        answer.understood,
        answer.answer,
    )
    assert (bad.up, bad.comment, bad.who) == (False, "the role is missing", "ann")
    assert (good.up, good.comment, good.who) == (True, None, "bob")
    assert before <= bad.at <= good.at <= datetime.now(UTC)
    assert feedback.given(kb, up=False) == [bad]
    assert feedback.given(kb, limit=1) == [good]
    assert kb.check().ok


def test_a_changed_mind_replaces_and_a_withdrawn_one_is_forgotten(kb: KnowledgeBase) -> None:
    answer = kb.ask("Who owns PBI 122422?")
    first = feedback.give(kb, answer, up=True, who="ann")
    second = feedback.give(kb, answer, up=False, who="ann", instead_of=first)
    assert [(one.id, one.up) for one in feedback.given(kb)] == [(second, False)]
    feedback.take_back(kb, second)
    feedback.take_back(kb, second)
    assert feedback.given(kb) == []


def test_a_comment_has_bounds(kb: KnowledgeBase) -> None:
    with pytest.raises(BadValue, match="at most 2000"):
        feedback.give(kb, kb.ask("Who owns PBI 122422?"), up=True, who="ann", comment="x" * 2001)
    assert feedback.given(kb) == []


def test_a_verdict_changes_nothing_that_answers_depend_on(kb: KnowledgeBase) -> None:
    generation = kb.database.generation()
    feedback.give(kb, kb.ask("Who owns PBI 122422?"), up=True, who="ann")
    assert kb.database.generation() == generation


@pytest.mark.parametrize(
    "asked",
    ["Who owns PBI 122422?", "What is the title of PBI 122422?", "Which problems are open?"],
)
def test_a_removed_report_takes_the_answers_with_it_that_hold_its_words(
    kb: KnowledgeBase, tmp_path: Path, asked: str
) -> None:
    feedback.give(kb, kb.ask(asked), up=True, who="ann", comment="good")
    kept = feedback.give(kb, kb.ask("Who owns PBI 123400?"), up=True, who="ann")
    kb.remove("q2.txt")
    assert kept in [one.id for one in feedback.given(kb)]
    assert not any("122422" in one.answer for one in feedback.given(kb))
    held = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"Quagga" not in held
    assert kb.check().ok


def test_an_answer_without_words_of_a_report_stays(kb: KnowledgeBase) -> None:
    answer = Answer(question="Will it rain?", answer="The reports do not say.", abstained=True)
    feedback.give(kb, answer, up=False, who="ann")
    kb.remove("q2.txt")
    assert [one.question for one in feedback.given(kb)] == ["Will it rain?"]
