"""Calendar quarters: "2021-Q2" is April to June 2021."""

from __future__ import annotations

from datetime import date, timedelta


def quarter_of(day: date) -> str:
    """The calendar quarter that a day falls in."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def quarter_start(quarter: str) -> date:
    """The first day of "2021-Q2"."""
    year, number = parts(quarter)
    return date(year, 3 * number - 2, 1)


def quarter_end(quarter: str) -> date:
    """The last day of "2021-Q2"."""
    return quarter_start(shifted(quarter, 1)) - timedelta(days=1)


def shifted(quarter: str, by: int) -> str:
    """The quarter `by` quarters later (earlier, if negative)."""
    year, number = parts(quarter)
    index = year * 4 + number - 1 + by
    return f"{index // 4}-Q{index % 4 + 1}"


def parts(quarter: str) -> tuple[int, int]:
    """Year and number of "2021-Q2".

    Raises:
        ValueError: not of the form YYYY-Qn.
    """
    year, _, number = quarter.partition("-Q")
    if len(year) != 4 or number not in ("1", "2", "3", "4"):
        raise ValueError(f"{quarter!r} is no quarter: YYYY-Q1 to YYYY-Q4 are expected")
    return int(year), int(number)


def spoken(quarter: str) -> str:
    """ "2021-Q2" as "Q2 2021", as the reports print it."""
    year, number = parts(quarter)
    return f"Q{number} {year}"
