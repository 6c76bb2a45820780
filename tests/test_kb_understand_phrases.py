"""Whole clauses put in plain words: units, periods, who holds it, what is told since when."""

from __future__ import annotations

from typing import Any

import pytest
from kb_questions import meant, understander

from kb.query import Ask, Focus
from kb.understand.splitting import parts_of
from kb.understand.units import all_counted

OPEN = {"open": True}
HIGH = {"severities": ["High"]}


def held(question: str) -> dict[str, Any]:
    query = meant(question).query
    assert query is not None
    return query.filters.model_dump(mode="json", exclude_defaults=True)


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("What share of the open problems is High (%)?", HIGH),
        ("which fraction of open problems, as a percentage, is High", HIGH),
        ("What per cent of the open problems are High?", HIGH),
        ("in percentage terms, how many of the open problems are High?", HIGH),
        ("share of the open problems that is High, to the nearest per cent", HIGH),
        ("What portion of open problems is High?", HIGH),
        ("what slice of the open problems is High?", HIGH),
        ("what part of the open problems impact users", {"impact_classes": ["impacting"]}),
        ("what share of open problems have a user impact", {"impact_classes": ["impacting"]}),
    ],
)
def test_the_unit_of_a_share_is_no_part_of_it(question: str, part: dict[str, Any]) -> None:
    query = meant(question).query
    assert query is not None
    assert query.ask is Ask.SHARE
    assert query.filters.model_dump(mode="json", exclude_defaults=True) == OPEN
    assert query.within is not None
    assert query.within.model_dump(mode="json", exclude_defaults=True) == part


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        ("Which High problems are open at present?", {**OPEN, **HIGH}),
        ("open High problems as things stand", {**OPEN, **HIGH}),
        ("Broadly speaking, which High problems are open?", {**OPEN, **HIGH}),
        ("which High problems are open, on balance", {**OPEN, **HIGH}),
        ("which High problems are provisionally open", {**OPEN, **HIGH}),
        ("for the time being, which High problems are open", {**OPEN, **HIGH}),
        ("problems that had no recorded impact in Q3 2021",
         {"missing": ["user_impact"], "quarters": ["2021-Q3"]}),
        ("how many were without a stated impact in Q3 2021",
         {"missing": ["user_impact"], "quarters": ["2021-Q3"]}),
        ("problems logged more than two years prior to the latest status date",
         {"quarters": ["2022-Q1"], "min_age": 731}),
        ("open problems held by somebody other than DSP", {**OPEN, "not_owners": ["DSP"],
         "stated": ["owner"]}),
        ("Which open problems are not with DSP? Ignore those without an owner.",
         {**OPEN, "not_owners": ["DSP"], "stated": ["owner"]}),
    ],
)  # fmt: skip
def test_what_narrows_is_read_and_nothing_else(question: str, filters: dict[str, Any]) -> None:
    got = held(question)
    if "min_age" in filters:
        assert got.pop("min_age") >= filters["min_age"]
        assert set(got) <= {"quarters"}
        return
    assert got == filters


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("which supplier does the record 122207 currently sit with", "owner"),
        ("What company is 122207 lodged with now?", "owner"),
        ("with which organisation does 122207 rest at present", "owner"),
        ("Where have we got to on 122207? Only its status please.", "status"),
        ("what's the story with 122207 - just the target date", "target_completion"),
    ],
)
def test_one_field_is_asked_for(question: str, field: str) -> None:
    query = meant(question).query
    assert query is not None
    assert (query.ask, query.fields) == (Ask.FIELD, (field,))


def test_the_report_named_before_just_the_field_still_holds() -> None:
    assert parts_of("what of 122207 in Q3 2021? just the owner") == [
        "what is the owner of 122207 in Q3 2021"
    ]
    assert parts_of("How many are open? Just the number please.") == ["How many are open"]


@pytest.mark.parametrize(
    ("question", "event"),
    [
        ("Which DSP deadlines have slipped since the last paper?", "target_slipped"),
        ("targets that moved from Q2 to Q3 2021", "target_slipped"),
        ("list the severities that were raised between Q2 2021 and Q3 2021", "severity_raised"),
        ("which priorities went up between Q2 2021 and Q3 2021", "severity_raised"),
        ("which severities have gone down between Q2 2021 and Q3 2021", "severity_lowered"),
        ("what switched owner since the last report", "owner_changed"),
    ],
)
def test_what_happened_between_two_reports(question: str, event: str) -> None:
    query = meant(question).query
    assert query is not None
    assert query.ask is Ask.CHANGES
    assert [kind.value for kind in query.events] == [event]
    assert query.from_quarter or "since" in question


@pytest.mark.parametrize(
    "question",
    [
        "How has the deadline for 122207 moved since it was first listed?",
        "how did 122207's target shift over the quarters",
        "how has the target date of 122207 changed from report to report",
    ],
)
def test_how_a_target_moved_asks_for_all_its_values(question: str) -> None:
    query = meant(question).query
    assert query is not None
    assert (query.ask, query.fields) == (Ask.HISTORY, ("target_completion",))


def test_the_first_time_it_was_seen_is_its_first_report() -> None:
    for question in (
        "the first time we heard of 122207 in any report",
        "when did anyone first read about 122207",
        "first time 122207 appeared in a paper",
    ):
        query = meant(question).query
        assert query is not None
        assert (query.ask, [k.value for k in query.events]) == (Ask.HISTORY, ["appeared"])


def test_the_last_to_be_raised_are_the_newest() -> None:
    query = meant("the last four issues to be logged, newest first").query
    assert query is not None
    assert (query.ask, query.limit, query.descending) == (Ask.SUPERLATIVE, 4, True)


def test_a_number_of_reports_is_all_of_them_only_where_so_many_are_held() -> None:
    said = "How many were open in each of the four quarters?"
    assert all_counted(said, 4) == "How many were open in each quarter?"
    assert all_counted(said, 6) == said
    assert all_counted("how many problems do the 4 reports list in total", 4) == (
        "how many problems are there across all reports"
    )
    assert understander().one("how many problems in all four reports").query is not None


@pytest.mark.parametrize(
    ("said", "quarters"),
    [
        ("and in the most recent one?", []),
        ("what about for the latest one", []),
        ("and in Q2 2021?", ["2021-Q2"]),
    ],
)
def test_the_same_is_asked_of_another_report(said: str, quarters: list[str]) -> None:
    for first in (
        "which was the oldest High problem in Q3 2021?",
        "list the High problems in the Q3 2021 report",
        "what share of the open problems was High in Q3 2021?",
    ):
        before = meant(first).query
        now = meant(said, Focus(query=before, pbis=("PBI000000122207",))).query
        assert before is not None
        assert now is not None
        assert (now.ask, now.order, now.limit) == (before.ask, before.order, before.limit)
        assert list(now.filters.quarters) == quarters


def test_just_the_field_of_the_one_talked_about() -> None:
    assert parts_of("any news on that one? only the owner thanks") == ["what is its owner"]


def test_a_share_whose_part_was_not_read_is_doubted() -> None:
    assert not meant("what share of the open problems is High").doubts
    assert meant("what share of the open problems do").doubts == ()
    assert meant("which share of the open problems has a status").doubts


@pytest.mark.parametrize(
    ("question", "filters", "limit"),
    [
        ("which problems have been open longest, top 3", OPEN, 3),
        ("the longest open High problems, just two", {**OPEN, **HIGH}, 2),
        ("oldest High problems, first four", HIGH, 4),
        ("which High problem has been outstanding the longest?", {**OPEN, **HIGH}, 1),
        ("which closed problem had been open the longest", {"open": False}, 1),
    ],
)
def test_open_longest_is_said_of_what_is_open_and_how_many_may_stand_last(
    question: str, filters: dict[str, Any], limit: int
) -> None:
    query = meant(question).query
    assert query is not None
    assert (query.ask, query.limit) == (Ask.SUPERLATIVE, limit)
    assert held(question) == filters


def test_slipped_by_less_than_a_number_is_not_read_as_by_more() -> None:
    assert "min_slip_days" not in held("which problems have slipped by less than 100 days")
    assert held("problems that moved by more than 60 days") == {"min_slip_days": 61}
