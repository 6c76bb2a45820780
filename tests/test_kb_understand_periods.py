"""Periods as people name them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.understand.periods import periods_in
from kb.understand.spans_of_time import Clock, Duration, Period

CLOCK = Clock(date(2022, 3, 20), ("2021-Q2", "2021-Q3", "2021-Q4", "2022-Q1"))

QUARTERS = [
    ("in the Q3 2021 report", "2021-Q3"),
    ("2021-Q4", "2021-Q4"),
    ("Q2 '21", "2021-Q2"),
    ("2nd quarter of 2021", "2021-Q2"),
    ("the second quarter of 2021", "2021-Q2"),
    ("April to June 2021", "2021-Q2"),
    ("and in Q3?", "2021-Q3"),
    ("last quarter", "2021-Q4"),
    ("the previous report", "2021-Q4"),
    ("the quarter before last", "2021-Q3"),
    ("next quarter", "2022-Q2"),
    ("two quarters ago", "2021-Q3"),
]


@pytest.mark.parametrize(("words", "quarter"), QUARTERS)
def test_quarters(words: str, quarter: str) -> None:
    assert [(m.label, m.value) for m in periods_in(words, CLOCK)] == [("QUARTER", quarter)]


PAST, AHEAD = False, True
PERIODS = [
    ("30/06/2021", PAST, "2021-06-30", "2021-06-30"),
    ("5th May 2021", PAST, "2021-05-05", "2021-05-05"),
    ("May 5", PAST, "2021-05-05", "2021-05-05"),
    ("in May", PAST, "2021-05-01", "2021-05-31"),
    ("in May", AHEAD, "2022-05-01", "2022-05-31"),
    ("the end of 2021", PAST, "2021-12-31", "2021-12-31"),
    ("by the end of November", AHEAD, "2022-11-30", "2022-11-30"),
    ("the summer of 2021", PAST, "2021-06-01", "2021-08-31"),
    ("Christmas", AHEAD, "2022-12-25", "2022-12-25"),
    ("2020", PAST, "2020-01-01", "2020-12-31"),
    ("the first half of 2021", PAST, "2021-01-01", "2021-06-30"),
    ("in the next month", AHEAD, "2022-03-20", "2022-04-20"),
    ("next month", AHEAD, "2022-04-01", "2022-04-30"),
    ("the last six months", PAST, "2021-09-20", "2022-03-20"),
    ("two weeks ago", PAST, "2022-03-06", "2022-03-06"),
    ("1 to 15 March 2021", PAST, "2021-03-01", "2021-03-15"),
]


@pytest.mark.parametrize(("words", "ahead", "first", "last"), PERIODS)
def test_periods(words: str, ahead: bool, first: str, last: str) -> None:
    (mention,) = periods_in(words, CLOCK)
    assert isinstance(mention.value, Period)
    settled = mention.value.settled(reference=CLOCK.as_at, future=ahead)
    assert (str(settled.first), str(settled.last)) == (first, last)


@pytest.mark.parametrize("words", ["may be late", "it may have slipped", "march on", "sept"])
def test_words_that_only_look_like_months(words: str) -> None:
    assert not [m for m in periods_in(words, CLOCK) if words.startswith(("may", "it"))]


@given(day=st.dates(date(2015, 1, 1), date(2030, 12, 31)))
def test_a_printed_date_is_read_day_first(day: date) -> None:
    for words in (f"{day:%d/%m/%Y}", f"{day.day} {day:%B} {day.year}", day.isoformat()):
        (mention,) = periods_in(f"due by {words}", CLOCK)
        assert isinstance(mention.value, Period)
        assert mention.value.first == mention.value.last == day


def test_lengths() -> None:
    (six,) = periods_in("more than six months old", CLOCK)
    assert six.value == Duration(months=6)
    assert Duration(months=6).in_days(date(2022, 6, 20)) == 182
    (days,) = periods_in("older than 90 days", CLOCK)
    assert days.value == Duration(days=90)
