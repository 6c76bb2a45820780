"""Two problems, and two reports, that are set against each other."""

from __future__ import annotations

from typing import Any

import pytest
from kb_questions import meant, said

TWO = "122207", "122422"

RIVALS: list[tuple[str, str, bool, str | None]] = [
    ("is 122207 older than 122422?", "created", False, "122207"),
    ("Was 122422 raised before 122207?", "created", False, "122422"),
    ("was 122207 logged later than 122422", "created", True, "122207"),
    ("Is 122422 more serious than 122207?", "severity", False, "122422"),
    ("is 122207 due sooner than 122422", "target", False, "122207"),
    ("Will 122207 be fixed before 122422?", "target", False, "122207"),
    ("Has 122207 slipped further than 122422?", "slip_days", True, "122207"),
    ("was 122207 or 122422 opened first?", "created", False, None),
    ("which of 122207 and 122422 was raised later?", "created", True, None),
]

TIMES: list[tuple[str, dict[str, Any]]] = [
    ("open problems now versus Q3 2021", {"open": True}),
    ("how many were open in Q3 2021 and how many now", {"open": True}),
    ("Are there more open problems now than in Q3 2021?", {"open": True}),
    ("has the number of critical problems gone up since Q3 2021?", {"severities": ["Critical"]}),
    ("did open DSP problems rise or fall between Q3 2021 and Q1 2022", {"open": True}),
    ("by how many did the open count drop from Q3 2021 to Q1 2022", {"open": True}),
    ("How many more open problems were there in Q3 2021 than there are now?", {"open": True}),
]


@pytest.mark.parametrize(("question", "order", "descending", "claimed"), RIVALS)
def test_two_problems_are_ranked_by_what_sets_them_against_each_other(
    question: str, order: str, descending: bool, claimed: str | None
) -> None:
    meaning = meant(question)
    query = said(meaning)
    assert (query["ask"], query["order"]) == ("superlative", order)
    assert query.get("descending", False) is descending
    assert (meaning.claimed or "")[-6:] == (claimed or "")
    assert not meaning.doubts


@pytest.mark.parametrize(("question", "conditions"), TIMES)
def test_a_number_at_two_times_is_counted_in_both_reports(
    question: str, conditions: dict[str, Any]
) -> None:
    meaning = meant(question)
    query = said(meaning)
    assert (query["ask"], query["group_by"]) == ("group", ["quarter"])
    assert query["filters"]["quarters"] == ["2021-Q3", "2022-Q1"]
    assert conditions.items() <= query["filters"].items()
    assert not meaning.doubts


def test_which_way_a_number_is_said_to_have_gone() -> None:
    more = meant("Are there more open problems now than in Q3 2021?").against
    fell = meant("did the number of open problems fall between Q3 2021 and Q1 2022").against
    either = meant("did open problems go up or down between Q3 2021 and Q1 2022").against
    assert more is not None
    assert (more.first, more.way, more.than) == ("2022-Q1", 1, True)
    assert fell is not None
    assert (fell.way, fell.than) == (-1, False)
    assert either is not None
    assert either.way == 0


def test_what_happened_between_two_reports_is_no_number_at_two_times() -> None:
    assert said(meant("what changed between Q3 2021 and Q1 2022"))["ask"] == "changes"
    assert said(meant("How many problems changed owner between Q3 2021 and Q1 2022?"))["events"]
