"""What was first, since when, in which reports: questions on the past of problems."""

from __future__ import annotations

from typing import Any

import pytest
from kb_questions import follow, meant, said

FIRST = [
    ("what was the first target date for 122207", "target_completion"),
    ("What was 122207's original deadline?", "target_completion"),
    ("when was 122207 initially due", "target_completion"),
    ("who was the first owner of 122207?", "owner"),
    ("who originally held 122207", "owner"),
    ("what severity was 122207 when it was first reported", "severity"),
]

SENSES: list[tuple[str, dict[str, Any]]] = [
    ("Which problems made their debut in the latest report?", {"events": ["appeared"]}),
    ("what has changed since the last report", {"from_quarter": "2021-Q4", "ask": "changes"}),
    ("has the target of 122207 moved since Q3 2021?", {"from_quarter": "2021-Q3"}),
    ("How many distinct problems are there over all four reports?", {"filters": {"ever": True}}),
    (
        "problems created between 1 July 2021 and 30 September 2021, Q4 report",
        {
            "filters": {
                "created_from": "2021-07-01",
                "created_to": "2021-09-30",
                "quarters": ["2021-Q4"],
            }
        },
    ),
    ("Is anything past its deadline?", {"filters": {"overdue": True}}),
]


@pytest.mark.parametrize(("question", "field"), FIRST)
def test_the_first_value_of_a_field(question: str, field: str) -> None:
    query = said(meant(question))
    assert (query["ask"], query["fields"], query["limit"]) == ("history", [field], 1)


def test_the_first_value_after_another_question() -> None:
    query = said(follow("tell me about 122207", "what was the first target?"))
    assert (query["ask"], query["fields"]) == ("history", ["target_completion"])
    assert query["filters"]["pbis"] == ["122207"]


@pytest.mark.parametrize(("question", "parts"), SENSES)
def test_what_is_said_of_time(question: str, parts: dict[str, Any]) -> None:
    meaning = meant(question)
    assert parts.items() <= said(meaning).items()
    assert not meaning.doubts


ONCE: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("which problems have ever been High?", {"severities": ["High"]}, {}),
    ("how many were at some point with DSP", {"owners": ["DSP"]}, {}),
    ("Which were formerly with DSP?", {"owners": ["DSP"]}, {"not_owners": ["DSP"]}),
    (
        "problems that used to be Critical",
        {"severities": ["Critical"]},
        {"not_severities": ["Critical"]},
    ),
]


@pytest.mark.parametrize(("question", "then", "now"), ONCE)
def test_what_held_in_any_report(question: str, then: dict[str, Any], now: dict[str, Any]) -> None:
    meaning = meant(question)
    filters = said(meaning)["filters"]
    quarters = [one["also_in"][0]["quarters"] for one in filters["any_of"]]
    assert quarters == [["2021-Q2"], ["2021-Q3"], ["2021-Q4"], ["2022-Q1"]]
    assert all(then.items() <= one["also_in"][0].items() for one in filters["any_of"])
    assert now.items() <= filters.items()
    assert not meaning.doubts


def test_what_was_new_then_is_in_no_earlier_report() -> None:
    filters = said(meant("which were new in Q4 2021 and are closed now"))["filters"]
    assert [one["quarters"] for one in filters["not_in"]] == [["2021-Q2"], ["2021-Q3"]]
    assert filters["also_in"] == [{"quarters": ["2021-Q4"]}]
    assert filters["open"] is False


def test_what_was_open_then_and_is_closed_now() -> None:
    filters = said(meant("what was open in Q3 2021 and is closed now"))["filters"]
    assert filters["also_in"] == [{"open": True, "quarters": ["2021-Q3"]}]
    assert filters["open"] is False


@pytest.mark.parametrize(
    ("question", "nth"),
    [
        ("What is the second oldest open problem?", 2),
        ("third newest DSP problem", 3),
        ("the oldest but one", 2),
        ("the oldest open problem", 1),
    ],
)
def test_a_place_below_the_first(question: str, nth: int) -> None:
    meaning = meant(question)
    assert (said(meaning)["ask"], meaning.nth) == ("superlative", nth)
    assert not meaning.doubts


def test_a_question_for_presence_is_told_from_one_for_a_state() -> None:
    assert meant("was 122808 listed in the Q4 2021 report?").presence
    assert meant("Is 122207 still in the latest report").presence
    assert not meant("was 122808 overdue in the Q4 2021 report?").presence


def test_words_asked_for_in_titles() -> None:
    meaning = meant("Which problems have timeout in their title?")
    assert meaning.in_title
    assert said(meaning)["filters"]["words"] == ["timeout"]
    assert not meant("which problems mention a timeout").in_title
