"""Dates in running text, day first always, with or without a year and a time of day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache

_MONTH_NAMES = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, start=1)}
_MONTHS |= {name[:3]: number for name, number in list(_MONTHS.items())}
_MONTHS |= {"sept": 9, "febuary": 2, "feburary": 2, "novemeber": 11, "setember": 9}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY = r"(?P<{0}>0?[1-9]|[12]\d|3[01])"
_SEP = r"[\s\u00a0]*[/.\-\u2010-\u2015][\s\u00a0]*"
_ORDINAL = r"(?:[\s\u00a0]?(?:st|nd|rd|th))?"
_GAP = r"[\s\u00a0,.\-\u2010-\u2015/']*"
# The separator must not be a line of three parts such as a version or an address: the guards below.
_BEFORE = r"(?<![\w/.:\-\u2010-\u2015\u00a3$])(?<!version )(?<!release )"
_AFTER = r"(?![/\-\u2010-\u2015]?\d|\.\d|\w)"

# "1 April - 30 June" and "5 May 10 am" have no year: the number belongs to what follows.
_NOT_YEAR = (
    rf"[\s\u00a0]*(?:st|nd|rd|th|of|{_MONTH}|[ap]\.?m\b|%|hours|hrs|minutes|days|weeks|service|"
    r"meters)"
)

_FORMS = (
    # 2021-05-05, 2021/05/05, with an optional time behind it
    rf"{_BEFORE}(?P<y1>(?:19|20)\d\d)(?P<s1>[-/.\u2010-\u2013])(?P<m1>0?[1-9]|1[0-2])(?P=s1)"
    rf"(?P<d1>0?[1-9]|[12]\d|3[01])(?:T(?P<t1>\d\d:\d\d)(?::\d\d)?Z?)?(?![/\-]?\d|\w)",
    # 05/05/2021, 5.5.21, 05-05-2021
    rf"{_BEFORE}{_DAY.format('d2')}(?P<s2>{_SEP})(?P<m2>0?[1-9]|1[0-2])(?P=s2)"
    rf"(?P<y2>(?:19|20)\d\d|\d\d){_AFTER}",
    # 5 May 2021, 5th of May 2021, 05-May-21, 5th May
    rf"{_BEFORE}{_DAY.format('d3')}{_ORDINAL}{_GAP}(?:day[\s\u00a0]+)?(?:of[\s\u00a0]+)?(?P<m3>{_MONTH})"
    rf"(?!\w)\.?(?:{_GAP}(?P<y3>(?:19|20)\d\d)(?!\w|:\d)"
    rf"|(?:[\-\u2010-\u2015/.]|[\s\u00a0]?['\u2019]|[\s\u00a0])(?P<z3>\d\d)(?!\w|:\d|\.\d|{_NOT_YEAR}))?",
    # May 5, 2021
    rf"(?<!\w)(?P<m4>{_MONTH})[.\s\u00a0]+{_DAY.format('d4')}(?:st|nd|rd|th)?(?!\d|:\d|\w)"
    rf"(?:[\s\u00a0,]+(?P<y4>(?:19|20)\d\d)(?!\w))?",
    # 23/03, only where a day and a month are the likeliest reading
    rf"{_BEFORE}(?P<d5>0?[1-9]|[12]\d|3[01])/(?P<m5>0[1-9]|1[0-2]){_AFTER}",
)
_PATTERN = re.compile("|".join(f"(?:{form})" for form in _FORMS), re.IGNORECASE)
_NONE = re.compile(
    r"(?:t\.?b\.?[acd]\.?|n\.?/?a\.?|n/k|not applicable|none(?: set| given| stated| yet|"
    r" agreed)?|nil|"
    r"to be (?:confirmed|advised|agreed|announced|determined|decided)|awaited|unknown|"
    r"not (?:yet )?(?:known|set|agreed|stated|available|provided|given|confirmed|planned|"
    r"determined)|"
    r"no (?:date|target)(?: \w+){0,3}|blank|pending|under review|awaiting \w+(?: \w+){0,3}|ongoing|"
    r"to follow|unplanned|undetermined|open)?",
    re.IGNORECASE,
)
_LETTER = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a text.

    Attributes:
        value: the day; without a printed year it is taken from the hint.
        start, end: half-open span.
        year_stated: the year is printed.
    """

    value: date
    start: int
    end: int
    year_stated: bool = True


@dataclass(frozen=True, slots=True)
class TimeMention:
    """A time of day in a text, with its half-open span."""

    value: time
    start: int
    end: int


def dates_in(text: str, *, year_hint: int | date | None = None) -> list[DateMention]:
    """Every date in reading order.

    Args:
        year_hint: what a date without a year falls back on: a year, or a day that it does not lie
            after. Without it such dates are left out.
    """
    return list(_dates(text, year_hint))


def _dates(text: str, hint: int | date | None) -> tuple[DateMention, ...]:
    found = (_mention(*printed, hint) for printed in _printed(text))
    return tuple(mention for mention in found if mention)


@lru_cache(maxsize=8192)  # several rules ask of one sentence, and quarter after quarter
def _printed(text: str) -> tuple[tuple[int | None, int, int, int, int], ...]:
    """Year, month and day as numbers, and the span, of whatever may be a date."""
    return tuple(map(_numbers, _PATTERN.finditer(text)))


def _numbers(match: re.Match[str]) -> tuple[int | None, int, int, int, int]:
    groups = match.groupdict()
    form = next(number for number in "12345" if groups[f"d{number}"])
    day, month = int(groups[f"d{form}"]), groups[f"m{form}"]
    number = int(month) if month.isdigit() else _MONTHS[month.lower()]
    printed = groups.get(f"y{form}") or groups.get(f"z{form}")
    year = int(printed) + (2000 if len(printed) == 2 else 0) if printed else None
    return year, number, day, match.start(), match.end()


def _mention(
    year: int | None, month: int, day: int, start: int, end: int, hint: int | date | None
) -> DateMention | None:
    try:
        if year is not None:
            return DateMention(date(year, month, day), start, end)
        if hint is None:
            return None
        return DateMention(_with_year(month, day, hint), start, end, year_stated=False)
    except ValueError:  # 31 June
        return None


def _with_year(month: int, day: int, hint: int | date) -> date:
    if isinstance(hint, int):
        return date(hint, month, day)
    value = date(hint.year, month, day)
    return value if value <= hint else date(hint.year - 1, month, day)


def date_of(text: str) -> date | None:
    """The first date with a year in a value, None for none."""
    found = dates_in(text)
    return found[0].value if found else None


def says_no_date(text: str) -> bool:
    """True for "TBC", "n/a", a dash and whatever else stands for no date."""
    first, last = _LETTER.search(text), _LETTER.search(text[::-1])
    if first is None or last is None:
        return True
    return bool(_NONE.fullmatch(text, first.start(), len(text) - last.start()))


_TIME = re.compile(
    r"(?<![\d:./])(?:(?P<h>[01]?\d|2[0-3])[:.](?P<m>[0-5]\d)(?::[0-5]\d)?(?:\s*(?P<ap>[ap]\.?m\.?))?"
    r"|(?P<h12>1[0-2]|[1-9])\s*(?P<ap12>[ap]\.?m\.?)(?!\w)"
    r"|(?P<hh>[01]\d|2[0-3])(?P<mm>[0-5]\d)\s?(?:hrs|hours|h)\b"
    r"|(?P<noon>midnight|noon|midday)\b)(?![\d/]|\.\d|:\d)(?!\s*%)",
    re.IGNORECASE,
)


def times_in(text: str) -> list[TimeMention]:
    """Every time of day in reading order: 13:52, 1.52 pm, 1352hrs, noon."""
    return list(_times(text))


@lru_cache(maxsize=8192)
def _times(text: str) -> tuple[TimeMention, ...]:
    taken = [(item.start, item.end) for item in dates_in(text, year_hint=2000)]
    found = []
    for match in _TIME.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        value = _time(match)
        if value is not None:
            found.append(TimeMention(value, match.start(), match.end()))
    return tuple(found)


def _time(match: re.Match[str]) -> time | None:
    if match["noon"]:
        return time(0) if match["noon"].lower() == "midnight" else time(12)
    if match["hh"]:
        return time(int(match["hh"]), int(match["mm"]))
    hour = int(match["h"] or match["h12"])
    minute = int(match["m"] or 0)
    half = (match["ap"] or match["ap12"] or "").lower()
    if not half and "." in match[0]:
        return None  # "10.30" without a half of the day is a number
    if half and hour > 12:
        return time(hour, minute)
    if half.startswith("p") and hour < 12:
        hour += 12
    elif half.startswith("a") and hour == 12:
        hour = 0
    return time(hour, minute)
