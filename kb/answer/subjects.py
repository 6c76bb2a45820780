"""What is counted, in words: "3 open problems (owner DSP)"."""

from __future__ import annotations

from kb.answer.phrasing import conditions, listed, problems
from kb.filters import Filters


def adjective(filters: Filters) -> str:
    """The short conditions before "problems": "open Critical DCO"."""
    out = []
    if filters.overdue:
        out.append("overdue")
    if filters.open is not None:
        out.append("open" if filters.open else "closed")
    if filters.severities:
        out.append(listed([s.value for s in filters.severities], "or"))
    if filters.statuses:
        out.append(listed(filters.statuses, "or"))
    return " ".join(out)


def rest_of(filters: Filters) -> str:
    """The conditions after "problems": " involving DCO, with DSP"."""
    bare = filters.model_copy(
        update={
            "open": None,
            "severities": (),
            "statuses": (),
            "overdue": None,
            "quarters": (),
            "reports": (),
            "ever": False,
        }
    )
    words = conditions(bare)
    return f" ({', '.join(words)})" if words else ""


def subject(filters: Filters, number: int) -> str:
    """ "3 open problems (owner DSP)"."""
    return f"{problems(number, adjective(filters))}{rest_of(filters)}"


def number_words(number: int) -> str:
    """Small numbers in words."""
    small = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return small[number] if number < len(small) else str(number)
