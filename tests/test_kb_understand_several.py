"""Several conditions, reports or numbers at once, each in a few wordings: the exact query."""

from __future__ import annotations

from typing import Any

import pytest
from kb_questions import meant

CRITICAL = {"severities": ["Critical"]}
Q2, Q3, Q4 = ({"quarters": [f"2021-Q{n}"]} for n in (2, 3, 4))

EITHER: list[tuple[str, dict[str, Any]]] = [
    ("Which problems are Critical or with DSP?", {"any_of": [CRITICAL, {"owners": ["DSP"]}]}),
    ("problems that are either critical or owned by DSP",
     {"any_of": [CRITICAL, {"owners": ["DSP"]}]}),
    ("critical problems or those with DSP", {"any_of": [CRITICAL, {"owners": ["DSP"]}]}),
    ("Show open critical or overdue problems",
     {"open": True, "any_of": [CRITICAL, {"overdue": True}]}),
    ("Which open DCO problems have slipped or have no target date?",
     {"open": True, "suppliers": ["DCO"],
      "any_of": [{"min_slips": 1}, {"missing": ["target_completion"]}]}),
    ("Which problems are with DSP or have no owner?",
     {"any_of": [{"owners": ["DSP"]}, {"missing": ["owner"]}]}),
    ("Which problems are not critical or overdue?",
     {"not_severities": ["Critical"], "overdue": False}),
    ("open problems due on or before 30/06/2022", {"open": True, "target_to": "2022-06-30"}),
    ("Which problems are High or worse?", {"severities": ["Critical", "High"]}),
    ("problems with DSP or DCO", {"owners": ["DSP", "DCO"]}),
]  # fmt: skip

REPORTS: list[tuple[str, dict[str, Any]]] = [
    ("Which problems are in Q3 2021 but not in Q4 2021?", {**Q3, "not_in": [Q4]}),
    ("Which problems were in the Q3 2021 report and not in the Q4 2021 report?",
     {**Q3, "not_in": [Q4]}),
    ("Which problems are not in Q2 2021 but in Q3 2021?", {**Q3, "not_in": [Q2]}),
    ("Which problems were critical in both Q2 2021 and Q4 2021?",
     {**Q4, **CRITICAL, "also_in": [{**CRITICAL, **Q2}]}),
    ("Which problems are in both the Q2 2021 and the Q3 2021 reports?", {**Q3, "also_in": [Q2]}),
    ("Which problems appear in every report?",
     {"quarters": ["2022-Q1"], "also_in": [Q2, Q3, Q4]}),
    ("Which problems have been in all four reports?",
     {"quarters": ["2022-Q1"], "also_in": [Q2, Q3, Q4]}),
    ("Which problems are only in the Q4 2021 report?",
     {**Q4, "not_in": [Q2, Q3, {"quarters": ["2022-Q1"]}]}),
    ("Which problems that were open in Q2 2021 are now closed?",
     {"open": False, "ever": True, "also_in": [{**Q2, "open": True}]}),
    ("Which problems are closed now but were open in Q2 2021?",
     {"open": False, "ever": True, "also_in": [{**Q2, "open": True}]}),
    ("Which problems that were with DSP in Q2 2021 are still open?",
     {"open": True, "also_in": [{**Q2, "owners": ["DSP"]}]}),
    ("Which problems did DSP hold in Q2 2021 that it no longer holds?",
     {**Q2, "owners": ["DSP"], "not_in": [{"owners": ["DSP"]}]}),
]  # fmt: skip

EXCLUDED: list[tuple[str, dict[str, Any]]] = [
    ("open problems excluding any with no owner stated", {"open": True, "stated": ["owner"]}),
    ("list open problems, leaving out those without a target date",
     {"open": True, "stated": ["target_completion"]}),
    ("open problems ignoring ones with no owner", {"open": True, "stated": ["owner"]}),
    ("open problems with no owner", {"open": True, "missing": ["owner"]}),
]  # fmt: skip


@pytest.mark.parametrize(("question", "filters"), [*EITHER, *REPORTS, *EXCLUDED])
def test_conditions_come_together(question: str, filters: dict[str, Any]) -> None:
    meaning = meant(question)
    assert meaning.query is not None
    assert meaning.query.ask == "list"
    assert _plain(meaning.query.filters.conditions()) == _plain(filters)


def _plain(value: Any) -> Any:
    """The same with lists in one order: the order of alternatives says nothing."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return sorted((_plain(one) for one in value), key=str)
    return value


HELD: list[tuple[str, str, str, float]] = [
    ("Are half of the open problems with DSP?", "share", "same", 50),
    ("Are more than half of the problems closed?", "share", "more", 50),
    ("Do most open problems have a target date?", "share", "more", 50),
    ("Is the majority of the open problems with DCO?", "share", "more", 50),
    ("Are fewer than a third of the problems critical?", "share", "less", 100 / 3),
    ("Are there more than ten open problems?", "count", "more", 10),
    ("Are there at least 3 critical problems?", "count", "least", 3),
    ("Does DSP have fewer than five open problems?", "count", "less", 5),
]


@pytest.mark.parametrize(("question", "ask", "how", "number"), HELD)
def test_a_number_that_a_yes_hangs_on(question: str, ask: str, how: str, number: float) -> None:
    meaning = meant(question)
    assert meaning.query is not None
    assert meaning.query.ask == ask
    assert meaning.yes_no
    assert meaning.threshold is not None
    assert (meaning.threshold.how, meaning.threshold.number) == (how, number)
    assert not meaning.query.filters.words


@pytest.mark.parametrize(
    "question",
    [
        "Are there no open problems with DSP?",
        "Is it true that there are no open problems with DSP?",
        "Is it correct that no open problem is with DSP?",
        "Am I right in thinking that no open problems are with DSP?",
    ],
)
def test_it_is_asked_whether_there_are_none(question: str) -> None:
    meaning = meant(question)
    assert meaning.query is not None
    assert meaning.query.ask == "count"
    assert meaning.none
    assert meaning.query.filters.conditions() == {"open": True, "owners": ["DSP"]}


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("Since when has 122422 been Critical?", "severity"),
        ("Since when is 122422 with DCO?", "owner"),
        ("From when has 122422 been closed?", "status"),
        ("How long has 122422 been with DCO?", "owner"),
    ],
)
def test_since_when(question: str, field: str) -> None:
    meaning = meant(question)
    assert meaning.query is not None
    assert (meaning.query.ask, meaning.query.fields) == ("history", (field,))
    assert meaning.since


@pytest.mark.parametrize(
    "question",
    ["all targets that 122422 has had", "what targets has 122422 had?", "every target of 122422"],
)
def test_what_a_field_has_been_so_far(question: str) -> None:
    query = meant(question).query
    assert query is not None
    assert (query.ask, query.fields) == ("history", ("target_completion",))


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("biggest slip between the Q3 2021 and Q4 2021 reports?", "2021-Q3", "2021-Q4"),
        ("which problem slipped furthest from Q2 2021 to Q3 2021", "2021-Q2", "2021-Q3"),
        ("longest slip between Q2 2021 and Q4 2021", "2021-Q2", "2021-Q4"),
    ],
)
def test_the_furthest_slip_between_two_reports(question: str, first: str, last: str) -> None:
    query = meant(question).query
    assert query is not None
    assert (query.ask, query.order, query.limit) == ("changes", "slip_days", 1)
    assert (query.from_quarter, query.to_quarter) == (first, last)


@pytest.mark.parametrize(
    "question",
    [
        "Which problems vanished without being closed between Q3 2021 and Q4 2021?",
        "what dropped out of the report from Q3 2021 to Q4 2021 without closure",
        "problems that disappeared without ever being closed between Q3 2021 and Q4 2021",
    ],
)
def test_what_vanished_is_not_what_closed(question: str) -> None:
    query = meant(question).query
    assert query is not None
    assert query.events == ("vanished",)
    assert (query.from_quarter, query.to_quarter) == ("2021-Q3", "2021-Q4")
    assert not query.filters.conditions()
