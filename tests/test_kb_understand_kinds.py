"""The kind of a question by its nearness to examples, where the rules are not sure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from kb_questions import meant, understander

from kb.answer.draft import Draft
from kb.answer.likened import sure
from kb.query import Ask, Focus
from kb.understand import kinds
from kb.understand.meaning import Meaning


def words_of(texts: Sequence[str]) -> Any:
    """Unit vectors that are the nearer the more words two texts share."""
    out = np.zeros((len(texts), 4096), dtype=np.float32)
    for row, text in enumerate(texts):
        for word in text.lower().split():
            out[row, sum(ord(c) * 31**n for n, c in enumerate(word)) % 4096] += 1
    return out / np.linalg.norm(out, axis=1, keepdims=True)


def poll(text: str, named: bool) -> kinds.Vote | None:
    return kinds.vote(text, named, words_of, "words")


def voted(question: str) -> Meaning | None:
    meaning = meant(question)
    return understander().voted(meaning, Focus(), poll)


LIKENED = [
    ("Whose headache is 122207?", Ask.FIELD, {"fields": ("owner",)}),
    ("when do we see the back of 122207", Ask.FIELD, {"fields": ("target_completion",)}),
    ("are we winning", Ask.GROUP, {}),
    ("what are they no longer telling us about", Ask.CHANGES, {}),
]


@pytest.mark.parametrize(("question", "ask", "parts"), LIKENED)
def test_a_turn_of_phrase_is_told_by_its_examples(
    question: str, ask: Ask, parts: dict[str, Any]
) -> None:
    meaning = voted(question)
    assert meaning is not None
    assert meaning.query is not None
    assert meaning.query.ask is ask
    assert parts.items() <= dict(meaning.query).items()


def test_what_the_rules_recognised_stays() -> None:
    meaning = voted("what does DSP have on its hands")
    assert meaning is not None
    assert meaning.query is not None
    assert "DSP" in (*meaning.query.filters.suppliers, *meaning.query.filters.owners)


@pytest.mark.parametrize(
    "question",
    [
        "who is the chief executive of DSP",  # near examples of what no report answers
        "xylophone marmalade",  # near nothing
        "what does DSP have on its hands in Shropshire",  # a word that nothing explains
    ],
)
def test_what_is_near_nothing_is_left_alone(question: str) -> None:
    assert voted(question) is None


def test_without_an_encoder_nothing_is_likened() -> None:
    assert kinds.vote("are we winning", False, lambda _: None, "none") is None


@pytest.mark.parametrize(
    "question", ["How many problems are open?", "Who owns 122207?", "open problems by severity"]
)
def test_no_vote_is_taken_where_the_rules_are_sure(question: str) -> None:
    assert sure(meant(question), Draft(None))  # type: ignore[arg-type]


def test_examples_are_not_in_the_files_of_questions() -> None:
    from pathlib import Path

    held = Path(__file__).parent / "questions"
    asked = "".join(path.read_text(encoding="utf-8") for path in held.glob("*.jsonl"))
    idioms = [text for kind, text in kinds.examples() if len(text.split()) > 6]
    assert idioms
    assert not [text for text in idioms if f'"{text}' in asked]
