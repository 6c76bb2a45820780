"""Follow-ups change the question before them, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from kb_questions import follow, meant, said

from kb.understand.splitting import parts_of

A, B = "PBI000000123400", "PBI000000122422"
TALKS: list[tuple[list[str], tuple[str, ...], dict[str, Any]]] = [
    (
        ["How many open problems involve DCO?", "and which of those are critical?"],
        (A, B),
        {
            "ask": "list",
            "filters": {"open": True, "suppliers": ["DCO"], "severities": ["Critical"]},
        },
    ),
    (
        ["How many open problems involve DCO?", "what about DSP?"],
        (A, B),
        {"ask": "count", "filters": {"open": True, "suppliers": ["DSP"]}},
    ),
    (
        ["how many open problems does DSP own?", "which ones?"],
        (A, B),
        {"ask": "list", "filters": {"open": True, "owners": ["DSP"]}},
    ),
    (
        ["which open problems are due in July 2022?", "and in August 2022?"],
        (A, B),
        {
            "ask": "list",
            "filters": {"open": True, "target_from": "2022-08-01", "target_to": "2022-08-31"},
        },
    ),
    (
        ["open problems with DCO", "and DSP?"],
        (A, B),
        {"ask": "list", "filters": {"open": True, "owners": ["DSP"]}},
    ),
    (
        ["How many problems were open in Q2 2021?", "and in Q3?"],
        (A, B),
        {"ask": "count", "filters": {"open": True, "quarters": ["2021-Q3"]}},
    ),
    (
        ["How many problems were open in Q2 2021?", "and the latest?"],
        (A, B),
        {"ask": "count", "filters": {"open": True}},
    ),
    (
        ["How many problems were open in Q2 2021?", "by owner?"],
        (A, B),
        {
            "ask": "group",
            "filters": {"open": True, "quarters": ["2021-Q2"]},
            "group_by": ["owner"],
            "descending": True,
        },
    ),
    (
        ["What is the user impact of DCO problems?", "just the critical ones"],
        (A, B),
        {"ask": "impact", "filters": {"suppliers": ["DCO"], "severities": ["Critical"]}},
    ),
    (
        ["Who owns 123400?", "when is it due?"],
        (),
        {
            "ask": "field",
            "filters": {"pbis": ["123400"], "ever": True},
            "fields": ["target_completion"],
        },
    ),
    (
        ["Who owns 123400?", "and in Q3?"],
        (),
        {
            "ask": "field",
            "filters": {"pbis": ["123400"], "quarters": ["2021-Q3"]},
            "fields": ["owner"],
        },
    ),
    (
        ["Who owns 123400?", "what about 122422?"],
        (),
        {"ask": "field", "filters": {"pbis": ["122422"], "ever": True}, "fields": ["owner"]},
    ),
    (
        ["tell me about 123400", "what's its history"],
        (),
        {"ask": "history", "filters": {"pbis": ["123400"], "ever": True}},
    ),
    (
        ["tell me about 123400", "why?"],
        (),
        {
            "ask": "passage",
            "filters": {"pbis": ["123400"], "ever": True},
            "topic": "cause because reason",
        },
    ),
    (
        ["list open problems", "who owns them?"],
        (A, B),
        {"ask": "group", "filters": {"open": True}, "group_by": ["owner"], "descending": True},
    ),
    (
        ["list open problems", "when are they due?"],
        (A, B),
        {"ask": "list", "filters": {"open": True}, "fields": ["target_completion"]},
    ),
    (
        ["list open problems", "which is the oldest?"],
        (A, B),
        {"ask": "superlative", "filters": {"open": True}, "order": "created", "limit": 1},
    ),
    (
        ["list open problems", "tell me about the second one"],
        (A, B),
        {"ask": "problem", "filters": {"pbis": ["122422"], "ever": True}},
    ),
    (
        ["which problems slipped between Q3 2021 and Q4 2021?", "which of those are with DSP?"],
        (A, B),
        {"ask": "list", "filters": {"pbis": ["123400", "122422"], "owners": ["DSP"], "ever": True}},
    ),
]


@pytest.mark.parametrize(
    ("talk", "found", "query"), TALKS, ids=[" > ".join(t) for t, _, _ in TALKS]
)
def test_a_follow_up(talk: list[str], found: tuple[str, ...], query: dict[str, Any]) -> None:
    assert said(follow(*talk, pbis=found)) == query


def test_the_rest_goes_on_where_the_table_stopped() -> None:
    meaning = follow("list open problems", "show me the rest", pbis=(A, B))
    assert meaning.offset == 20
    assert said(meaning) == {"ask": "list", "filters": {"open": True}}


def test_a_whole_question_forgets_the_one_before() -> None:
    data = said(follow("Who owns 123400?", "How many problems are overdue?"))
    assert data == {"ask": "count", "filters": {"overdue": True}}


@pytest.mark.parametrize("question", ["show me the rest", "when is it due?", "why?"])
def test_without_a_talk_there_is_nothing_to_follow(question: str) -> None:
    meaning = meant(question)
    assert meaning.kind.value == "unclear"
    assert meaning.detail == "nothing before"


def test_of_none_there_is_no_second() -> None:
    meaning = follow("which problem has slipped the most?", "the DSP one?", pbis=())
    assert meaning.query is None


PARTS = [
    ("How many are open and who owns them?", ["How many are open", "who owns them?"]),
    ("Who owns 123400? When is it due?", ["Who owns 123400?", "When is it due?"]),
    ("DSP and DCO problems", ["DSP and DCO problems"]),
    ("Which problems are high and pending?", ["Which problems are high and pending?"]),
    ("?", ["?"]),
]


@pytest.mark.parametrize(("message", "parts"), PARTS)
def test_a_message_is_split_into_its_questions(message: str, parts: list[str]) -> None:
    assert parts_of(message) == parts
