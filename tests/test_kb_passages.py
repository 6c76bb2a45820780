"""Passages are whole sentences, to the letter, and the same text has the same hash."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kb_samples import problem

from kb.passages import cut, sentences

SPLITS = [
    ("One. Two.", ["One.", "Two."]),
    ("It failed at 13.52. It came back.", ["It failed at 13.52.", "It came back."]),
    ("e.g. This one, i.e. That one.", ["e.g. This one, i.e. That one."]),
    ('He said "stop." Then went.', ['He said "stop."', "Then went."]),
    ("Is it? Yes! 5 more.", ["Is it?", "Yes!", "5 more."]),
    ("1. First case. 2. Second case.", ["1. First case.", "2. Second case."]),
    ("no end", ["no end"]),
    ("", []),
]


@pytest.mark.parametrize(("words", "expected"), SPLITS)
def test_sentences(words: str, expected: list[str]) -> None:
    assert sentences(words) == expected


@given(words=st.text(alphabet="aB1 .!?'\n", max_size=200))
def test_sentences_lose_nothing_but_white_space(words: str) -> None:
    assert "".join("".join(sentences(words)).split()) == "".join(words.split())
    assert all(sentence in words for sentence in sentences(words))


def test_a_narrative_is_cut_at_sentence_ends() -> None:
    narrative = " ".join(
        f"Sentence {number} tells of a fault in the gateway." for number in range(40)
    )
    found = [one for one in cut(problem(1, description=narrative)) if one.field == "description"]
    assert len(found) == 40
    assert " ".join(one.text for one in found) == narrative


def test_a_sentence_is_encoded_alone_wherever_it_stands() -> None:
    found = {
        one.field: one
        for one in cut(
            problem(1, title="Clock drift", description="It came\nback.", user_impact="None")
        )
    }
    assert found["description"].encoded == "It came back."
    assert found["description"].text == "It came\nback."
    other = cut(problem(2, title="Other", user_impact="None"))
    assert found["user_impact"].hash == other[-1].hash
    assert [one.ordinal for one in cut(problem(1, workaround="a", update="b"))] == [0, 1, 2]
