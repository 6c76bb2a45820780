"""Words of asking around exact conditions, and other ways to put what is meant."""

from __future__ import annotations

from typing import Any

import pytest
from kb_questions import follow, meant, said

OPEN = {"ask": "list", "filters": {"open": True}}

ASKED: list[tuple[str, dict[str, Any]]] = [
    # Words of asking narrow nothing.
    ("Just for my notes, which problems are open?", OPEN),
    ("show me everything thats still open", OPEN),
    (
        "Which open problems are rated Critical?",
        {"ask": "list", "filters": {"severities": ["Critical"], "open": True}},
    ),
    (
        "which open problems involve DSP, no matter who owns them",
        {"ask": "list", "filters": {"suppliers": ["DSP"], "open": True}},
    ),
    (
        "open problems involving DSP regardless of owner",
        {"ask": "list", "filters": {"suppliers": ["DSP"], "open": True}},
    ),
    (
        "how many open problems have a workaround in place?",
        {"ask": "count", "filters": {"has_workaround": True, "open": True}},
    ),
    (
        "Break the open problems down by user impact class.",
        {
            "ask": "group",
            "filters": {"open": True},
            "group_by": ["impact_class"],
            "descending": True,
        },
    ),
    # What stands as content stands does narrow.
    ("open problems about gas", {"ask": "list", "filters": {"open": True, "words": ["gas"]}}),
    ("open billing problems", {"ask": "list", "filters": {"open": True, "words": ["billing"]}}),
    # Either status, and the lack of things.
    (
        "all DCO problems, open or closed",
        {"ask": "list", "filters": {"suppliers": ["DCO"]}},
    ),
    (
        "DSP problems, whether open or not",
        {"ask": "list", "filters": {"suppliers": ["DSP"]}},
    ),
    (
        "how many open and closed problems are there?",
        {"ask": "group", "group_by": ["open"], "descending": True},
    ),
    (
        "open problems that lack a workaround",
        {"ask": "list", "filters": {"open": True, "has_workaround": False}},
    ),
    (
        "everything open except what DSP holds",
        {"ask": "list", "filters": {"open": True, "not_owners": ["DSP"]}},
    ),
    (
        "problems of High severity or worse",
        {"ask": "list", "filters": {"severities": ["Critical", "High"]}},
    ),
    (
        "problems that DCO is involved in but does not own",
        {"ask": "list", "filters": {"suppliers": ["DCO"], "not_owners": ["DCO"]}},
    ),
    (
        "how many open problems have never slipped",
        {"ask": "count", "filters": {"open": True, "max_slips": 0}},
    ),
    (
        "open problems assigned to nobody",
        {"ask": "list", "filters": {"open": True, "missing": ["owner"]}},
    ),
    (
        "which problem has neither an owner nor a target date",
        {"ask": "list", "filters": {"missing": ["owner", "target_completion"]}},
    ),
    # Dates that name a report, and dates told from the report named.
    (
        "how many problems did the report with status date 20/09/2021 show as open?",
        {"ask": "count", "filters": {"open": True, "quarters": ["2021-Q2"]}},
    ),
    (
        "open problems in the report dated 20 December 2021",
        {"ask": "list", "filters": {"open": True, "quarters": ["2021-Q3"]}},
    ),
    (
        "In the Q2 2021 report, which problems were raised in May?",
        {
            "ask": "list",
            "filters": {
                "quarters": ["2021-Q2"],
                "created_from": "2021-05-01",
                "created_to": "2021-05-31",
            },
        },
    ),
    (
        "q3 2021 open with target TBC",
        {
            "ask": "list",
            "filters": {"open": True, "missing": ["target_completion"], "quarters": ["2021-Q3"]},
        },
    ),
    (
        "how many problems are due this quarter",
        {"ask": "count", "filters": {"target_from": "2022-04-01", "target_to": "2022-06-30"}},
    ),
    # Fields of one problem.
    ("date 123400 was opened", {"ask": "field", "fields": ["created"]}),
    ("Who held 123400 in Q2 2021?", {"ask": "field", "fields": ["owner"]}),
    (
        "when are they planning to have 123400 sorted by?",
        {"ask": "field", "fields": ["target_completion"]},
    ),
    ("In Q4 2021, when was 123400 due?", {"ask": "field", "fields": ["target_completion"]}),
    ("has 123400 got a target date", {"ask": "field", "fields": ["target_completion"]}),
    ("How often has the target date of 123400 slipped?", {"ask": "field", "fields": ["slips"]}),
    ("122207: is it closed?", {"ask": "field", "within": {"open": False}}),
    (
        "Hello, where are we with 123400 - is it closed yet?",
        {"ask": "field", "within": {"open": False}},
    ),
    # The whole history of one problem.
    ("first report to include 123400?", {"ask": "history", "events": ["appeared"]}),
    ("when was 123400 first mentioned", {"ask": "history", "events": ["appeared"]}),
    (
        "When did 123400 last appear in a report?",
        {"ask": "history", "descending": True, "limit": 1},
    ),
    ("Which parties have held 123400 so far?", {"ask": "history", "fields": ["owner"]}),
    ("Has the severity of 123400 ever changed?", {"ask": "history", "fields": ["severity"]}),
    (
        "how far did 123400's target move from Q3 to Q4 2021, in days?",
        {
            "ask": "field",
            "fields": ["slip_days"],
            "from_quarter": "2021-Q3",
            "to_quarter": "2021-Q4",
        },
    ),
    # What happened between reports.
    (
        "Which problems dropped out of the Q4 2021 report without being closed?",
        {
            "ask": "changes",
            "events": ["vanished"],
            "from_quarter": "2021-Q3",
            "to_quarter": "2021-Q4",
        },
    ),
    (
        "open in Q4 2021 but missing from the Q1 2022 report",
        {
            "ask": "changes",
            "events": ["vanished"],
            "from_quarter": "2021-Q4",
            "to_quarter": "2022-Q1",
        },
    ),
    (
        "how many problems are in the latest report that no earlier report had?",
        {
            "ask": "changes",
            "events": ["appeared"],
            "from_quarter": "2021-Q4",
            "to_quarter": "2022-Q1",
        },
    ),
    (
        "problems first reported in Q4 2021",
        {
            "ask": "changes",
            "events": ["appeared"],
            "from_quarter": "2021-Q3",
            "to_quarter": "2021-Q4",
        },
    ),
    (
        "which problem came back into Q1 2022 after being left out of Q4 2021?",
        {"ask": "changes", "events": ["came_back"], "to_quarter": "2022-Q1"},
    ),
    (
        "closed or cancelled since the Q4 2021 report",
        {"ask": "changes", "events": ["closed"], "from_quarter": "2021-Q4"},
    ),
    (
        "Was anything re-opened in the Q4 2021 report, and what?",
        {"ask": "changes", "events": ["reopened"], "to_quarter": "2021-Q4"},
    ),
    (
        "What did S1SP1 take over from the DCC between Q2 and Q3 2021?",
        {
            "ask": "changes",
            "events": ["owner_changed"],
            "before_value": "DCC",
            "after_value": "S1SP1",
        },
    ),
    (
        "what did DCC hand over to S1SP1",
        {
            "ask": "changes",
            "events": ["owner_changed"],
            "before_value": "DCC",
            "after_value": "S1SP1",
        },
    ),
    (
        "Which problem went from a target date in Q4 2021 to none in Q1 2022?",
        {"ask": "changes", "events": ["target_removed"], "from_quarter": "2021-Q4"},
    ),
    (
        "which problem became user-impacting from q3 2021 to q4 2021",
        {"ask": "changes", "events": ["impact_class_changed"], "after_value": "impacting"},
    ),
    # Ranked, and reports.
    ("which is older, 123400 or 122422?", {"ask": "superlative", "order": "created", "limit": 1}),
    ("next problem due", {"ask": "superlative", "order": "target", "limit": 1}),
    (
        "which open problems share the earliest target date",
        {"ask": "superlative", "order": "target", "limit": 1},
    ),
    ("how is the Q2 2021 report classified?", {"ask": "reports", "fields": ["classification"]}),
]


def agrees(held: Any, wanted: Any) -> bool:
    """Whether everything wanted is held; filters must be the same where they are given."""
    return all(held.get(name) == value for name, value in wanted.items())


@pytest.mark.parametrize(("question", "query"), ASKED, ids=[q for q, _ in ASKED])
def test_another_way_of_asking(question: str, query: dict[str, Any]) -> None:
    held = said(meant(question))
    assert agrees(held, query), held


def test_words_set_aside_are_named() -> None:
    meaning = meant("open problems listed in the paper")
    assert said(meaning) == OPEN
    assert meaning.notes == ("Not used to narrow: ‘paper’.",)


A, B = "PBI000000123400", "PBI000000122422"
TALKS: list[tuple[list[str], tuple[str, ...], dict[str, Any]]] = [
    (
        ["Which problems were closed between Q3 2021 and Q4 2021?", "and which were new?"],
        (A,),
        {
            "ask": "changes",
            "events": ["appeared"],
            "from_quarter": "2021-Q3",
            "to_quarter": "2021-Q4",
        },
    ),
    (
        ["Which problems were closed between Q3 2021 and Q4 2021?", "which slipped?"],
        (A, B),
        {
            "ask": "changes",
            "events": ["target_slipped"],
            "from_quarter": "2021-Q3",
            "to_quarter": "2021-Q4",
        },
    ),
    (
        ["What share of open problems is held by DSP?", "and by DCO?"],
        (),
        {"ask": "share", "filters": {"open": True}, "within": {"owners": ["DCO"]}},
    ),
    (
        ["what open problems is S1SP1 involved in?", "which of them does it own?"],
        (),
        {"ask": "list", "filters": {"open": True, "suppliers": ["S1SP1"], "owners": ["S1SP1"]}},
    ),
    (
        ["list open problems with DSP", "how many are there?"],
        (A, B),
        {"ask": "count", "filters": {"open": True, "owners": ["DSP"]}},
    ),
    (
        ["when is 123400 due?", "what was it in Q4 2021?"],
        (A,),
        {"ask": "field", "fields": ["target_completion"]},
    ),
    (
        ["when is 123400 due?", "has that moved?"],
        (A,),
        {"ask": "history", "fields": ["target_completion"]},
    ),
]


@pytest.mark.parametrize(
    ("talk", "found", "query"), TALKS, ids=[" > ".join(t) for t, _, _ in TALKS]
)
def test_what_was_asked_before_stands(
    talk: list[str], found: tuple[str, ...], query: dict[str, Any]
) -> None:
    held = said(follow(*talk, pbis=found))
    assert agrees(held, query), held
