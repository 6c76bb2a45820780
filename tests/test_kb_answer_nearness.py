"""Evidence for a story: words, their synonyms, and what a question cannot do without."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.answer.nearness import SYNONYM, core, covered, phrases, stem, terms_of, thesaurus
from kb.answer.quotes import number_of


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("Which problem was caused by rain?", "caused by rain"),
        ("Was there an issue with garbled letters?", "garbled letters"),
        ("How long was the link silent?", "the link silent"),
        ("rain in the hall", "rain in the hall"),
        ("Why?", "Why?"),
    ],
)
def test_a_question_without_its_frame(question: str, rest: str) -> None:
    assert core(question) == rest


@given(st.text(max_size=60))
def test_a_core_is_never_empty_and_never_longer(question: str) -> None:
    assert len(core(question)) <= len(question)
    assert core(question) or not question


def test_a_synonym_counts_for_part() -> None:
    terms = {stem("reboot"): 1.0}
    assert covered(terms, "It was rebooted by hand.") == 1.0
    assert covered(terms, "It was restarted by hand.", SYNONYM) == SYNONYM
    assert covered(terms, "It was restarted by hand.") == 0.0


def test_groups_of_the_thesaurus_are_symmetric() -> None:
    groups = thesaurus()
    assert groups
    assert all(one in groups[other] for one, others in groups.items() for other in others)


def test_rare_words_weigh_more_than_everyday_ones() -> None:
    terms = terms_of("people near a chiller")
    assert terms[stem("chiller")] > terms[stem("people")]


def test_words_side_by_side_are_a_phrase() -> None:
    near = phrases([stem("database"), stem("failure")], "the database failure of June")
    assert near > phrases(
        [stem("database"), stem("failure")], "a failure to read from the database"
    )


@pytest.mark.parametrize(
    ("noun", "text", "number"),
    [
        ("masts", "The storm took 23 masts off the air.", "23"),
        ("meters", "A batch of 1,140 meters carries them.", "1,140"),
        ("homes", "Some forty homes were cut off.", "forty"),
        ("masts", "It took three hours.", None),
        ("hubs", "4,200 communications hubs drop off", "4,200"),
    ],
)
def test_the_number_of_a_thing(noun: str, text: str, number: str | None) -> None:
    assert number_of(noun, text) == number
