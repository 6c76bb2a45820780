"""Turns of phrase that mean the same as a plainer one."""

from __future__ import annotations

from datetime import date

import pytest

from kb.understand.periods import periods_in
from kb.understand.rewording import opened, reworded
from kb.understand.spans_of_time import Clock, Period

CLOCK = Clock(
    as_at=date(2022, 6, 20),
    quarters=("2021-Q2", "2021-Q3", "2021-Q4", "2022-Q1"),
)


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("Morning all, quick one: which are open?", "which are open?"),
        ("Hi, I'm getting ready for OPSG - list the open ones", "list the open ones"),
        ("Hello there - we're preparing a paper, what is overdue?", "what is overdue?"),
        ("I am writing a note for the board: who owns 122207?", "who owns 122207?"),
        ("which problems involve DCO in any way", "which problems involve DCO"),
        ("open lows", "open low severity problems"),
        ("no. of open Mediums", "number of open Medium severity problems"),
        ("highs and lows of the quarter", "highs and lows of the quarter"),
        ("q4 21 open problems", "Q4 2021 open problems"),
        ("how did 122422 go from one report to the next", "how did 122422 go report by report"),
        (
            "Of the problems with DSP, what share is Closed?",
            "what share of the problems with DSP is Closed?",
        ),
        (
            "Of the DCO problems what percentage are overdue?",
            "what percentage of the DCO problems are overdue?",
        ),
        (
            "which closed in Q3 2021 are pending again in the Q1 2022 report?",
            "which reopened between Q3 2021 and the Q1 2022 report?",
        ),
        ("which part of DCO is 125106 sitting with?", "who owns 125106?"),
        ("when did 125377 get logged", "when was 125377 logged"),
        ("anything open that DSP holds?", "any open problems that DSP holds?"),
        (
            "Which was closed in Q4 2021 and is open again in the latest report?",
            "Which reopened between Q4 2021 and the latest report?",
        ),
        (
            "open in Q3 2022 and not mentioned at all in Q4 2022?",
            "open in Q3 2022 and are missing from Q4 2022?",
        ),
        ("127959 was High before, what is it now?", "what is the severity of 127959 now?"),
        (
            "the next three open problems due, by target date",
            "the three open problems with the soonest target date",
        ),
    ],
)
def test_a_turn_of_phrase_is_put_plainly(said: str, plain: str) -> None:
    assert reworded(said) == plain


def test_what_a_message_opens_with_is_no_question_of_its_own() -> None:
    said = "Hi team. I'm writing the OPSG paper; which problems were closed since Q3 2021?"
    assert opened(said) == "which problems were closed since Q3 2021?"


@pytest.mark.parametrize(
    "said",
    [
        "Which open problems are due in July 2022?",
        "How many days had 120315 been open?",
        "highs and lows",
    ],
)
def test_a_plain_question_is_left_alone(said: str) -> None:
    assert reworded(said) == said


@pytest.mark.parametrize(
    ("said", "quarter"),
    [
        ("the quarter ending 30 September 2021", "2021-Q3"),
        ("the three months to 30 June 2021 report", "2021-Q2"),
        ("the 3 months ended December 2021", "2021-Q4"),
        ("the quarter to 31st March", "2022-Q1"),
    ],
)
def test_a_quarter_is_named_by_its_end(said: str, quarter: str) -> None:
    assert [(m.label, m.value) for m in periods_in(said, CLOCK)] == [("QUARTER", quarter)]


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("due within 30 days of 20 June 2022", date(2022, 6, 20), date(2022, 7, 20)),
        (
            "due within a month of the latest report's status date",
            date(2022, 6, 20),
            date(2022, 7, 20),
        ),
        ("in the two weeks before 1 May 2022", date(2022, 4, 17), date(2022, 5, 1)),
        (
            "in the three weeks after the status date of the latest report",
            date(2022, 6, 20),
            date(2022, 7, 11),
        ),
    ],
)
def test_a_window_is_told_from_its_date(said: str, first: date, last: date) -> None:
    values = [m.value for m in periods_in(said, CLOCK)]
    assert values == [Period(first, last)]
