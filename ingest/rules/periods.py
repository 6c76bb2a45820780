"""Calendar quarters in every wording: "Q2 2021", "April to June", "three months to 30 June"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from ingest.quarters import quarter_of
from ingest.rules.dates import dates_in

_NAMES = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
_MONTH += r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
_YEAR = r"(?P<{0}>20\d\d|['\u2019]\d\d)"
_DASH = r"[\s\u00a0]*(?:to|until|through|till|and|[-\u2010-\u2015/])[\s\u00a0]*"
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4}
_ORDINALS |= {"4th": 4, "last": 4, "final": 4, "one": 1, "two": 2, "three": 3, "four": 4}
_GAP = r"[\s\u00a0,\-\u2010-\u2015_/:()]*"

_Q_YEAR = re.compile(
    rf"(?<![A-Za-z0-9])(?:Q(?:uarter|tr)?{_GAP}(?P<q>[1-4]|one|two|three|four))(?!\d)"
    rf"(?:\s*\([^)0-9]{{3,30}}\))?{_GAP}(?:of{_GAP})?(?:calendar{_GAP})?(?:year{_GAP})?(?:CY{_GAP})?(?P<y>20\d\d|['\u2019]?\d\d)(?![\d%])"
    rf"(?!{_GAP}(?:PBI|problem\s+records))",
    re.IGNORECASE,
)
_YEAR_Q = re.compile(
    rf"(?<!\d)(?P<y>20\d\d){_GAP}Q(?:uarter|tr)?{_GAP}(?P<q>[1-4])(?!\d)", re.IGNORECASE
)
_ORDINAL = re.compile(
    rf"\b(?P<q>{'|'.join(_ORDINALS)})\s+(?:calendar\s+)?quarter(?:\s+of|,)?(?:\s+(?:calendar|the)\s+year)?"
    rf"(?:\s+in)?[\s,(]*(?P<y>20\d\d)",
    re.IGNORECASE,
)
_SPAN = re.compile(
    rf"(?<!\w)(?P<a>{_MONTH})(?:\s*{_YEAR.format('ya')})?{_DASH}(?:the\s+end\s+of\s+)?(?P<b>{_MONTH})[\s,]*"
    rf"{_YEAR.format('yb')}(?!\d)",
    re.IGNORECASE,
)
_TRIPLE = re.compile(
    rf"(?<!\w)(?P<a>{_MONTH})\s*[,/]\s*{_MONTH}\s*(?:,|and|&|,\s*and|/)\s*(?P<b>{_MONTH})[\s,]*"
    rf"{_YEAR.format('yb')}(?!\d)",
    re.IGNORECASE,
)
_ENDING = re.compile(
    r"\b(?:(?:three|3)[\s-]months?(?:\s+period)?|quarter)\s+"
    r"(?:to|ending|ended|up\s+to|that\s+ended|which\s+ended)\s+(?:on\s+)?(?:the\s+)?"
    rf"(?:end\s+of\s+)?(?:(?P<m>{_MONTH})\s+(?P<y>20\d\d))?",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"\b(?:three|3)[\s-]months?\s+(?:from|starting|beginning|commencing)\s+(?:on\s+)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class QuarterMention:
    """A calendar quarter in a text ("2021-Q2"), with its half-open span."""

    quarter: str
    start: int
    end: int


def quarters_in(text: str) -> list[QuarterMention]:
    """Every quarter named with its year, in reading order."""
    found: list[QuarterMention] = []
    for pattern in (_Q_YEAR, _YEAR_Q, _ORDINAL):
        for match in pattern.finditer(text):
            number = match["q"].lower()
            q = int(number) if number.isdigit() else _ORDINALS[number]
            found.append(QuarterMention(f"{_year(match['y'])}-Q{q}", match.start(), match.end()))
    for pattern in (_SPAN, _TRIPLE):
        for match in pattern.finditer(text):
            quarter = _span(match["a"], match["b"], match["yb"])
            if quarter:
                found.append(QuarterMention(quarter, match.start(), match.end()))
    found += _dated(text)
    kept: list[QuarterMention] = []
    for mention in sorted(found, key=lambda item: (item.start, item.start - item.end)):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def _dated(text: str) -> list[QuarterMention]:
    """Three months by their first or last day, and the span of two days that bound a quarter."""
    found = []
    days = dates_in(text)
    for match in _ENDING.finditer(text):
        if match["m"]:
            quarter = f"{match['y']}-Q{(_number(match['m']) + 2) // 3}"
            found.append(QuarterMention(quarter, match.start(), match.end()))
        for day in days:
            if 0 <= day.start - match.end() <= 1:
                found.append(QuarterMention(quarter_of(day.value), match.start(), day.end))
    for match in _FROM.finditer(text):
        for day in days:
            if 0 <= day.start - match.end() <= 1:
                found.append(QuarterMention(quarter_of(day.value), match.start(), day.end))
    hinted = dates_in(text, year_hint=days[0].value.year) if days else []
    for first, last in pairwise(hinted):
        between = text[first.end : last.start]
        if re.fullmatch(_DASH, between) and last.year_stated:
            start = (
                first.value
                if first.year_stated
                else date(last.value.year, first.value.month, first.value.day)
            )
            if 80 <= (last.value - start).days <= 95 and quarter_of(start) == quarter_of(
                last.value
            ):
                found.append(QuarterMention(quarter_of(start), first.start, last.end))
    return found


def _span(first: str, last: str, year: str) -> str | None:
    a, b = _number(first), _number(last)
    if b - a != 2 or a % 3 != 1:
        return None
    return f"{_year(year)}-Q{(a + 2) // 3}"


def _number(month: str) -> int:
    return _NAMES.index(month[:3].lower()) + 1


def _year(text: str) -> int:
    digits = text.lstrip("'\u2019")
    return int(digits) + (2000 if len(digits) == 2 else 0)
