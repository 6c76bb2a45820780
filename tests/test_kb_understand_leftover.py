"""Words of asking, counting, arranging and comparing narrow nothing; topics still do."""

from __future__ import annotations

from typing import Any

import pytest
from kb_questions import meant

OPEN = {"open": True}
Q3 = {"quarters": ["2021-Q3"]}

ARRANGED: list[tuple[str, str, dict[str, Any]]] = [
    ("Severity of open problems in Q3 2021, counted", "severity", {**OPEN, **Q3}),
    ("in Q3 2021 how were all the problems distributed over the statuses", "status", Q3),
    ("open problems broken down by severity", "severity", OPEN),
    ("open problems split by owner", "owner", OPEN),
    ("open problems tallied per owner", "owner", OPEN),
    ("open problems by owner, sorted", "owner", OPEN),
    ("open problems arranged by severity", "severity", OPEN),
    ("how are the open problems divided among the owners", "owner", OPEN),
    ("open problems itemised by status", "status", OPEN),
    ("open problems listed by severity", "severity", OPEN),
    ("how do the open problems split over the severities", "severity", OPEN),
    ("spread of the open problems over owners", "owner", OPEN),
    ("breakdown of open problems by severity", "severity", OPEN),
    ("open problems tabulated by owner", "owner", OPEN),
    ("the open problems enumerated per severity", "severity", OPEN),
    ("open problems bucketed by severity", "severity", OPEN),
    ("open problems in a table by owner", "owner", OPEN),
    ("summarised by severity, the open problems in Q3 2021", "severity", {**OPEN, **Q3}),
    ("what do open problems look like when grouped into severities", "severity", OPEN),
    ("open problems per owner in descending order", "owner", OPEN),
    ("how were the open problems apportioned between owners", "owner", OPEN),
    ("how do open problems stack up by severity", "severity", OPEN),
    ("open versus closed problems, totted up", "open", {}),
    ("open vs closed", "open", {}),
]  # fmt: skip

TOTALS: list[tuple[str, dict[str, Any]]] = [
    ("how many problems are open altogether", OPEN),
    ("how many problems are open all told", OPEN),
    ("overall, how many are open", OPEN),
    ("in total how many problems are open", OPEN),
    ("a headline count of open problems", OPEN),
    ("how many High problems combined", {"severities": ["High"]}),
]

LISTED: list[tuple[str, dict[str, Any]]] = [
    ("list the High problems alphabetically", {"severities": ["High"]}),
    ("Which problems are open, over all suppliers?", OPEN),
    (
        "Which of the open problems have no enduring or lasting impact and are high severity?",
        {**OPEN, "impact_classes": ["no_enduring"], "severities": ["High"]},
    ),
    (
        "In the Q3 2021 report, which open problems have no proper target date (TBC or blank)?",
        {**OPEN, **Q3, "missing": ["target_completion"]},
    ),
    ("open problems, impact = none", {**OPEN, "impact_classes": ["none"]}),
    (
        "which problems were last seen open but are not in the latest report?",
        {"vanished": True},
    ),
    ("Which problems mention clocks that drifted?", {"words": ["clocks", "drifted"]}),
    ("open problems about clock drift", {**OPEN, "words": ["clock", "drift"]}),
    ("open problems with expired certificates", {**OPEN, "words": ["expired", "certificates"]}),
    ('open problems with the word "counted"', {**OPEN, "words": ["counted"]}),
    ("open problems with rejected messages", {**OPEN, "words": ["rejected", "messages"]}),
    ("rejected problems", {"statuses": ["Rejected"]}),
    ("open problems ordered by severity, worst first", OPEN),
    ("open billing problems", {**OPEN, "words": ["billing"]}),
    ("open problems mentioning sorting", {**OPEN, "words": ["sorting"]}),
]


def filters(question: str) -> dict[str, Any]:
    query = meant(question).query
    assert query is not None
    return query.filters.model_dump(mode="json", exclude_defaults=True)


@pytest.mark.parametrize(("question", "by", "wanted"), ARRANGED)
def test_words_of_arranging_narrow_nothing(question: str, by: str, wanted: dict[str, Any]) -> None:
    query = meant(question).query
    assert query is not None
    assert query.ask.value == "group"
    assert [one.value for one in query.group_by] == [by]
    assert filters(question) == wanted


@pytest.mark.parametrize(("question", "wanted"), TOTALS)
def test_words_of_counting_narrow_nothing(question: str, wanted: dict[str, Any]) -> None:
    query = meant(question).query
    assert query is not None
    assert query.ask.value == "count"
    assert filters(question) == wanted


@pytest.mark.parametrize(("question", "wanted"), LISTED)
def test_a_topic_narrows_and_a_turn_of_phrase_does_not(
    question: str, wanted: dict[str, Any]
) -> None:
    assert filters(question) == wanted


@pytest.mark.parametrize(
    ("question", "whole", "part"),
    [
        ("share of open problems that DCC owns", OPEN, {"owners": ["DCC"]}),
        ("what share of the open problems does DCC own?", OPEN, {"owners": ["DCC"]}),
        (
            "how big a share of what was open in Q3 2021 did the DCO own?",
            {**OPEN, **Q3},
            {"owners": ["DCO"]},
        ),
        ("percentage of High problems which DSP holds", {"severities": ["High"]},
         {"owners": ["DSP"]}),
        ("share of problems that are overdue", {}, {"overdue": True}),
    ],
)  # fmt: skip
def test_the_whole_stands_behind_share_of(
    question: str, whole: dict[str, Any], part: dict[str, Any]
) -> None:
    query = meant(question).query
    assert query is not None
    assert query.ask.value == "share"
    assert filters(question) == whole
    assert query.within is not None
    assert query.within.model_dump(mode="json", exclude_defaults=True) == part


def test_an_exclusion_in_a_sentence_of_its_own_belongs_to_the_question_before() -> None:
    said = "which problems were closed in the latest report? not the cancelled ones"
    assert filters(said) == {"open": False, "not_statuses": ["Cancelled"]}


@pytest.mark.parametrize(
    ("question", "asks", "fields"),
    [
        ("how is 122207 being worked around", "field", ["workaround"]),
        ("what did 122207 do to meters when it was last reported?", "field", ["user_impact"]),
        ("what went wrong when the UPS battery was changed?", "passage", []),
        ("how many top-ups were rejected after the rotation?", "passage", []),
        ("what was done about the clock drift?", "passage", []),
        ("problems where messages were rejected", "passage", []),
        ("is 122207 older than 122422", "superlative", []),
    ],
)
def test_what_is_asked_of_a_story_or_a_field(question: str, asks: str, fields: list[str]) -> None:
    query = meant(question).query
    assert query is not None
    assert query.ask.value == asks
    assert list(query.fields) == fields
    assert query.within is None


def test_who_decided_to_cancel_takes_it_for_cancelled() -> None:
    query = meant("Who decided to cancel 122207?").query
    assert query is not None
    assert query.within is not None
    assert list(query.within.statuses) == ["Cancelled"]
