"""Dates day first, times and calendar quarters in every wording."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.rules.dates import dates_in, says_no_date, times_in
from ingest.rules.periods import quarters_in

FIFTH = date(2021, 5, 5)


@pytest.mark.parametrize(
    "text",
    [
        "5 May 2021",
        "05-May-21",
        "5th May 2021",
        "05/05/21",
        "2021-05-05",
        "5th of May, 2021",
        "05.05.2021",
        "5 May '21",
        "May 5, 2021",
        "05-05-2021",
        "5/5/2021",
        "2021/05/05",
        "2021-05-05T10:30",
        "5\u00a0May\u00a02021",
        "5 MAY 2021",
        "Wed 5 May 2021",
        "05\u20112021".replace("\u2011", "/05/"),
    ],
)
def test_forms_of_one_date(text: str) -> None:
    assert [item.value for item in dates_in(text)] == [FIFTH]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("4/5/2021", [date(2021, 5, 4)]),  # day first, never month first
        ("between 01/04/2021 and 30/06/2021", [date(2021, 4, 1), date(2021, 6, 30)]),
        ("31/06/2021", []),
        ("version 1.2.21, 10.11.12.13, 24/7, 50 / 50, 1/2", []),
        ("0123/05/2021", []),
    ],
)
def test_dates(text: str, days: list[date]) -> None:
    assert [item.value for item in dates_in(text)] == days


def test_a_year_that_is_not_printed_comes_from_the_hint() -> None:
    text = "At 13:52 23/03 it failed, and again on the 5th December"
    assert dates_in(text) == []
    found = dates_in(text, year_hint=date(2021, 9, 20))
    assert [item.value for item in found] == [date(2021, 3, 23), date(2020, 12, 5)]
    assert not any(item.year_stated for item in found)


FORMATS = [
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%Y-%m-%d",
    "%d %B %Y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%d.%m.%Y",
    "%d/%m/%y",
]


@given(
    st.dates(date(2001, 1, 1), date(2039, 12, 31)),
    st.sampled_from(FORMATS),
    st.sampled_from(["", "on ", "Target: ", "(", "until the "]),
    st.sampled_from(["", ".", ", then", ")", " \u2013 Pending", ";"]),
)
def test_what_is_printed_is_read(day: date, form: str, before: str, after: str) -> None:
    printed = day.strftime(form)
    text = before + printed + after
    (found,) = dates_in(text)
    assert found.value == day
    assert text[found.start : found.end] == printed


@pytest.mark.parametrize(
    "text",
    [
        "TBC",
        "tba",
        "n/a",
        "N/A",
        "-",
        "\u2013",
        "not applicable",
        "none",
        "To be confirmed",
        "not yet known",
        "TBC.",
    ],
)
def test_words_for_no_date(text: str) -> None:
    assert says_no_date(text)


@pytest.mark.parametrize("text", ["30/11/2021", "with release 5.3", "end of Q4 2021"])
def test_words_that_mean_something(text: str) -> None:
    assert not says_no_date(text)


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("between 10:00 and 18:00", [time(10), time(18)]),
        ("at 1.52 pm", [time(13, 52)]),
        ("from 9am to noon", [time(9), time(12)]),
        ("at 1352hrs", [time(13, 52)]),
        ("10000 events, 12.30 per cent, 30/06/2021, S1SP1", []),
    ],
)
def test_times(text: str, times: list[time]) -> None:
    assert [item.value for item in times_in(text)] == times


@pytest.mark.parametrize(
    "text",
    [
        "Q2 2021",
        "2nd quarter of 2021",
        "second quarter 2021",
        "April to June 2021",
        "Apr\u2013Jun 2021",
        "three months to 30 June 2021",
        "3 months ended 30 June 2021",
        "quarter ending June 2021",
        "1 April to 30 June 2021",
        "01/04/2021 - 30/06/2021",
        "2021-Q2",
        "Q2-21",
        "Quarter 2, 2021",
        "Q2 (April - June) 2021",
        "April, May and June 2021",
        "Quarter two of 2021",
        "2021 Q2",
        "qpr_2021Q2.pdf",
        "three months from 1 April 2021",
    ],
)
def test_wordings_of_one_quarter(text: str) -> None:
    assert [item.quarter for item in quarters_in(text)] == ["2021-Q2"]


@pytest.mark.parametrize(
    "text", ["April to May 2021", "Q5 2021", "May to July 2021", "2021", "S1Q2 20"]
)
def test_no_quarter(text: str) -> None:
    assert quarters_in(text) == []
