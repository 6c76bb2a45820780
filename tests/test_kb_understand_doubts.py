"""Each word that bears on the meaning is accounted for by the query, or the question is doubted."""

from __future__ import annotations

import pytest
from kb_questions import meant

DOUBTED = [
    # a kind of thing is asked for that the query does not give
    "why was the severity of 122207 lowered to Low, and not left alone",
    "which supplier, alone, was named when the oldest open problems were raised",
    # ordinals and lone ones
    "the runner up among the oldest open problems",
    "which records have DCO as the sole party",
    # a set of problems that hangs on another one
    "problems with an identical severity to 122808",
    "which records have an owner in common with 122422?",
    "which problems were raised after 122207?",
    "open problems that are due before 122422",
    "which suppliers hold more than one open problem",
    # a denial that no condition took in
    "open High problems, not at the hands of Service Users, younger than 200 days",
    # comparing what no query compares
    "how much worse is the open list than in Q3 2021",
    "unless DSP closes something, which problems are open",
    # what was, where only what is would be given, and what cannot be at once
    "which problems were critical at some point before the downgrade in Q3 2021",
    "which closed problems are still open",
    # parts of parts
    "oldest problem for each owner",
]

SURE = [
    "How many open problems are there?",
    "open problems not with DCO",
    "Which open problem is the oldest?",
    "When will PBI 122207 be fixed?",
    "Which problems changed owner since Q3 2021?",
    "how many problems does the latest report list, open or not",
    "which problems slipped more than once",
    "Which problems have never slipped?",
    "what was open in Q3 2021 and is closed now",
    "open problems by owner and severity",
    "How long was 122207 open before it was closed?",
    "who owns the critical ones",
    "How long did it take to close 122207?",
    "average time to close",
    "what's the next thing due from DCO",
    "when is the last of the open problems due",
    "are there any High problems without user impact",
    "which DSP problems are due before the end of July 2022",
    "when was 122422 raised",
    "average age of the open problems per supplier",
]


@pytest.mark.parametrize("question", DOUBTED)
def test_a_question_that_is_not_covered_is_doubted(question: str) -> None:
    assert meant(question).doubts


@pytest.mark.parametrize("question", SURE)
def test_a_question_that_is_covered_is_not(question: str) -> None:
    assert meant(question).doubts == ()
