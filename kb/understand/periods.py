"""Days, months, quarters and stretches of time as people name them, the day always first.

A period without a year is settled later, by what it is about: problems are raised in the past, and
their targets lie ahead of the report that is asked about.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta

from ingest.quarters import quarter_end, quarter_of, quarter_start, shifted

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
SEASONS = {
    "spring": (3, 5),
    "summer": (6, 8),
    "autumn": (9, 11),
    "fall": (9, 11),
    "winter": (12, 2),
}
SMALL = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ]
    )
} | {"a": 1, "an": 1, "couple": 2, "few": 3, "fifteen": 15, "eighteen": 18, "twenty": 20}
SMALL |= {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90, "hundred": 100}
SMALL |= {"dozen": 12, "once": 1, "twice": 2, "thrice": 3, "single": 1, "half": 1, "several": 3}
ORDINALS = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
}
ORDINALS |= {"last": 4, "final": 4}

_MONTH = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
_NUMBER = r"(?:\d{1,4}|" + "|".join(sorted(SMALL, key=len, reverse=True)) + ")"
_YEAR = r"(?:19|20)\d\d"
_NTH = r"(?:st|nd|rd|th)?"


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time, both ends included; without a year until `settled`.

    `month` and `day` stand for a date or a month whose year is still to be found; `moves` says
    that the year can be chosen.
    """

    first: date | None
    last: date | None
    open_year: bool = False
    kind: str = "range"

    def settled(self, *, reference: date, future: bool) -> Period:
        """With the year nearest the reference: the next one ahead, or the last one gone by."""
        if not self.open_year or self.first is None or self.last is None:
            return self
        span = self.last - self.first
        best: date | None = None
        for year in range(reference.year - 2, reference.year + 3):
            start = _moved(self.first, year)
            if future and start + span >= reference:
                best = start
                break
            if not future and start <= reference:
                best = start
        start = best or _moved(self.first, reference.year)
        # February ends on another day in another year.
        end = start + span
        if self.kind == "month":
            end = date(start.year, start.month, monthrange(start.year, start.month)[1])
        return replace(self, first=start, last=end, open_year=False)


def _moved(day: date, year: int) -> date:
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as it was put: exact in days, or in calendar months and years."""

    days: int = 0
    months: int = 0
    minutes: int = 0

    def before(self, day: date) -> date:
        """The day that lies this long before another."""
        return day - relativedelta(days=self.days, months=self.months)

    def after(self, day: date) -> date:
        """The day that lies this long after another."""
        return day + relativedelta(days=self.days, months=self.months)

    def in_days(self, reference: date) -> int:
        """How many days it is, counted back from the reference."""
        return (reference - self.before(reference)).days


@dataclass(frozen=True, slots=True)
class Mention:
    """A value with the half-open span that it was read from."""

    label: str
    value: object
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Clock:
    """What "now" is: the quarters that are loaded, and the status date of the latest report."""

    as_at: date
    quarters: tuple[str, ...] = ()
    preferred_year: int | None = None
    dates: tuple[tuple[str, date], ...] = ()

    @property
    def latest(self) -> str | None:
        """The latest quarter loaded."""
        return max(self.quarters, default=None)

    def before(self, quarter: str | None, by: int = 1) -> str | None:
        """The quarter loaded `by` steps before; by the calendar where none is."""
        if quarter is None:
            return None
        earlier = sorted(q for q in self.quarters if q < quarter)
        return earlier[-by] if len(earlier) >= by else shifted(quarter, -by)

    def report_at(self, day: date) -> str | None:
        """The quarter whose report spoke on a day: the last one with its date not after it."""
        told = [(at, quarter) for quarter, at in self.dates if at <= day]
        if told:
            return max(told)[1]
        return quarter_of(day) if self.dates else None

    def numbered(self, number: int) -> str:
        """The quarter meant by "Q3" alone: of the year talked of, else the latest one loaded."""
        if self.preferred_year is not None:
            wanted = f"{self.preferred_year}-Q{number}"
            if wanted in self.quarters:
                return wanted
        held = [quarter for quarter in self.quarters if quarter.endswith(f"Q{number}")]
        if held:
            return max(held)
        year = self.preferred_year or (int(self.latest[:4]) if self.latest else self.as_at.year)
        return f"{year}-Q{number}"


def number_of(words: str) -> int:
    """ "12", "twelve", "a couple of" as a number.

    Raises:
        KeyError: no number that is known.
    """
    words = words.lower().strip()
    return int(words) if words.isdigit() else SMALL[words.split()[0]]


def _year(text: str | None) -> int | None:
    if not text:
        return None
    digits = re.sub(r"\D", "", text)
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def periods_in(text: str, clock: Clock) -> list[Mention]:
    """Quarters, periods, durations and dates named in a text, longest first, none overlapping."""
    found: list[Mention] = []
    taken = [False] * len(text)
    for pattern, make in _RULES:
        for match in pattern.finditer(text):
            if any(taken[match.start() : match.end()]):
                continue
            for label, value, start, end in make(match, clock):
                found.append(Mention(label, value, start, end))
                taken[start:end] = [True] * (end - start)
    return sorted(found, key=lambda mention: mention.start)


Made = Iterator[tuple[str, object, int, int]]


def _one(label: str, value: object, match: re.Match[str]) -> Made:
    yield label, value, match.start(), match.end()


def _quarter(match: re.Match[str], clock: Clock) -> Made:
    number = match["n"] or match.groupdict().get("n2")
    word = (number or "").lower()
    value = int(word) if word.isdigit() else ORDINALS[word]
    year = _year(match.groupdict().get("y") or match.groupdict().get("y2"))
    yield from _one("QUARTER", f"{year}-Q{value}" if year else clock.numbered(value), match)


def _relative_quarter(match: re.Match[str], clock: Clock) -> Made:
    latest = clock.latest
    if latest is None:
        return
    how, what = match["how"].lower(), match["what"].lower()
    count = match.groupdict().get("count")
    if count:
        number = number_of(count)
        held = sorted(clock.quarters)[-number:]
        yield from _one("QUARTERS", tuple(held), match)
        return
    is_report = not what.startswith("quarter") or "report" in match[0].lower()[-8:]
    earlier = ("previous", "prior", "preceding", "before", "earlier", "one before", "penultimate")
    if any(how.startswith(word) for word in earlier) or (how == "last" and "quarter" in what):
        value = clock.before(latest)
    elif how in ("next", "following", "coming", "upcoming"):
        value = shifted(latest, 1)
    elif how in ("first", "earliest", "oldest"):
        value = min(clock.quarters)
    else:
        value = latest
    yield from _one("QUARTER" if value != latest or not is_report else "LATEST", value, match)


def _before_last(match: re.Match[str], clock: Clock) -> Made:
    if clock.latest:
        yield from _one("QUARTER", clock.before(clock.latest, 2), match)


def _ago(match: re.Match[str], clock: Clock) -> Made:
    number, unit = number_of(match["n"]), match["unit"].lower()
    if unit.startswith("quarter"):
        if clock.latest:
            yield from _one("QUARTER", clock.before(clock.latest, number), match)
        return
    day = _duration_of(number, unit, match[0]).before(clock.as_at)
    yield from _one("PERIOD", Period(day, day, kind="day"), match)


def _date(match: re.Match[str], clock: Clock) -> Made:
    groups = match.groupdict()
    month_text = groups["m"]
    month = int(month_text) if month_text.isdigit() else MONTHS[month_text.lower().rstrip(".")]
    year = _year(groups.get("y"))
    try:
        day = date(year or clock.as_at.year, month, int(groups["d"]))
    except ValueError:
        return
    yield from _one("PERIOD", Period(day, day, open_year=year is None, kind="day"), match)


def _month(match: re.Match[str], clock: Clock) -> Made:
    month = MONTHS[match["m"].lower().rstrip(".")]
    year = _year(match.groupdict().get("y"))
    at = year or clock.as_at.year
    first, last = date(at, month, 1), date(at, month, monthrange(at, month)[1])
    part = (match.groupdict().get("part") or "").lower().removeprefix("the ")
    kind = "month"
    if part.startswith(("end", "late", "close")):
        first, kind = (
            (last, "day") if part.startswith(("end", "close")) else (last.replace(day=21), "range")
        )
    elif part.startswith(("start", "beginning", "early")):
        last = first.replace(day=10)
        kind = "range"
    elif part.startswith("mid"):
        first, last, kind = first.replace(day=11), first.replace(day=20), "range"
    yield from _one("PERIOD", Period(first, last, open_year=year is None, kind=kind), match)


def _season(match: re.Match[str], clock: Clock) -> Made:
    start, end = SEASONS[match["s"].lower()]
    year = _year(match.groupdict().get("y"))
    at = year or clock.as_at.year
    last_year = at + 1 if end < start else at
    last = date(last_year, end, monthrange(last_year, end)[1])
    yield from _one("PERIOD", Period(date(at, start, 1), last, open_year=year is None), match)


def _half(match: re.Match[str], clock: Clock) -> Made:
    word = match["h"].lower()
    half = int(word) if word.isdigit() else ORDINALS[word]
    year = _year(match.groupdict().get("y")) or clock.as_at.year
    first = date(year, 1 if half == 1 else 7, 1)
    last = date(year, 6, 30) if half == 1 else date(year, 12, 31)
    yield from _one("PERIOD", Period(first, last, kind="year"), match)


def _plain_year(match: re.Match[str], _: Clock) -> Made:
    year = int(match["y"])
    part = (match.groupdict().get("part") or "").lower().removeprefix("the ")
    first, last = date(year, 1, 1), date(year, 12, 31)
    if part.startswith(("end", "close")):
        first = last
    elif part.startswith("early"):
        last = date(year, 3, 31)
    elif part.startswith("late"):
        first = date(year, 10, 1)
    elif part.startswith("mid"):
        first, last = date(year, 5, 1), date(year, 8, 31)
    elif part.startswith(("start", "beginning")):
        last = date(year, 1, 31)
    yield from _one("PERIOD", Period(first, last, kind="year"), match)


def _feast(match: re.Match[str], clock: Clock) -> Made:
    name = match["f"].lower()
    year = _year(match.groupdict().get("y"))
    at = year or clock.as_at.year
    if name.startswith(("christmas", "xmas")):
        first = last = date(at, 12, 25)
    elif name.startswith("new year"):
        first = last = date(at, 1, 1)
    elif name.startswith("easter"):
        first = last = easter(at)
        if year is None and first < clock.as_at:
            first = last = easter(at + 1)
        yield from _one("PERIOD", Period(first, last, kind="day"), match)
        return
    elif name.startswith("hallow"):
        first = last = date(at, 10, 31)
    else:
        first = last = date(at, 12, 31)
    yield from _one("PERIOD", Period(first, last, open_year=year is None, kind="day"), match)


def _duration_of(number: int, unit: str, words: str = "") -> Duration:
    unit = unit.lower()
    half = 0.5 if "and a half" in words or unit.startswith("half") else 0
    if unit.startswith("fortnight"):
        return Duration(days=14 * number)
    if unit.startswith("week"):
        return Duration(days=7 * number)
    if unit.startswith("quarter"):
        return Duration(months=3 * number)
    if unit.startswith("month"):
        return Duration(months=number, days=15 if half else 0)
    if unit.startswith("year"):
        return Duration(months=12 * number + int(12 * half))
    if unit.startswith("hour"):
        return Duration(minutes=60 * number + int(60 * half))
    if unit.startswith("min"):
        return Duration(minutes=number)
    return Duration(days=number)


def _window(match: re.Match[str], clock: Clock) -> Made:
    """ "the next six weeks", "the past year", "this month"."""
    how, unit = match["how"].lower(), match["unit"].lower()
    number = number_of(match["n"]) if match.groupdict().get("n") else None
    now = clock.as_at
    ahead = how in ("next", "coming", "following", "upcoming")
    if number is None and how in ("this", "current", "same"):
        yield from _one("PERIOD", _calendar(unit, now, 0), match)
        return
    if number is None and unit.startswith(("month", "year", "week")) and not _in_the(match):
        yield from _one("PERIOD", _calendar(unit, now, 1 if ahead else -1), match)
        return
    span = _duration_of(number or 1, unit, match[0].lower())
    period = Period(now, span.after(now)) if ahead else Period(span.before(now), now)
    yield from _one("PERIOD", period, match)


def _in_the(match: re.Match[str]) -> bool:
    # "in the next month" is a stretch from now; "next month" is a month of the calendar.
    return bool(re.search(r"\b(?:the|within|over|during)\s+$", match.string[: match.start()])) or (
        match[0].lower().startswith(("the ", "coming", "past"))
    )


def _calendar(unit: str, now: date, by: int) -> Period:
    if unit.startswith("week"):
        monday = now - timedelta(days=now.weekday()) + timedelta(weeks=by)
        return Period(monday, monday + timedelta(days=6))
    if unit.startswith("year"):
        return Period(date(now.year + by, 1, 1), date(now.year + by, 12, 31), kind="year")
    first = now.replace(day=1) + relativedelta(months=by)
    return Period(first, first.replace(day=monthrange(first.year, first.month)[1]), kind="month")


def _to_go(match: re.Match[str], clock: Clock) -> Made:
    span = _duration_of(number_of(match["n"]), match["unit"])
    yield from _one("PERIOD", Period(clock.as_at, span.after(clock.as_at)), match)


def _length(match: re.Match[str], _: Clock) -> Made:
    unit = match["unit"].lower()
    if match.groupdict().get("half"):
        months = 6 if unit.startswith("year") else 0
        span = Duration(months=months) if months else Duration(days=15)
    else:
        span = _duration_of(number_of(match["n"]), unit, match[0].lower())
    yield from _one("DURATION", span, match)


def _named_day(match: re.Match[str], clock: Clock) -> Made:
    shift = {"today": 0, "now": 0, "yesterday": -1, "tomorrow": 1}[match["w"].lower()]
    day = clock.as_at + timedelta(days=shift)
    plain = not shift and match["w"].lower() != "now"
    yield from _one("TODAY" if plain else "PERIOD", Period(day, day, kind="day"), match)


def _year_end(match: re.Match[str], clock: Clock) -> Made:
    word = match[0].lower()
    year = clock.as_at.year + (1 if "next" in word else -1 if "last" in word else 0)
    day = date(year, 3, 31) if "financial" in word or "regulatory" in word else date(year, 12, 31)
    if day < clock.as_at and "last" not in word:
        day = day.replace(year=day.year + 1)
    if re.search(r"start|beginning|turn", word):
        day = date(year, 1, 1)
    yield from _one("PERIOD", Period(day, day, kind="day"), match)


def _month_span(match: re.Match[str], clock: Clock) -> Made:
    """ "April to June 2021": a quarter where it is one, else a period."""
    one, two = (MONTHS[match[name].lower().rstrip(".")] for name in ("m1", "m2"))
    year = _year(match.groupdict().get("y"))
    at = year or clock.as_at.year
    first = date(at if one <= two else at - 1, one, 1)
    last = date(at, two, monthrange(at, two)[1])
    if year and one % 3 == 1 and two == one + 2:
        yield from _one("QUARTER", f"{year}-Q{two // 3}", match)
        return
    yield from _one("PERIOD", Period(first, last, open_year=year is None), match)


def _year_of_quarters(match: re.Match[str], _: Clock) -> Made:
    """ "Q1 and Q2 2021": the year stands once, for both."""
    year = _year(match["y"])
    for name in ("a", "b"):
        number = int(match[name])
        if year is None:
            return
        end = match.end() if name == "b" else match.end("a")
        start = match.start() if name == "a" else match.start("qb")
        yield "QUARTER", f"{year}-Q{number}", start, end


def _days_between(match: re.Match[str], clock: Clock) -> Made:
    """ "1 to 15 March 2021" and "between 1 and 15 March": the month stands once."""
    month = MONTHS[match["m"].lower().rstrip(".")]
    year = _year(match.groupdict().get("y"))
    at = year or clock.as_at.year
    try:
        first, last = date(at, month, int(match["d1"])), date(at, month, int(match["d2"]))
    except ValueError:
        return
    yield from _one("PERIOD", Period(first, last, open_year=year is None, kind="between"), match)


def _quarter_ending(match: re.Match[str], clock: Clock) -> Made:
    """ "the quarter ending 30 September 2021", "the three months to June": that quarter."""
    month = MONTHS[match["m"].lower().rstrip(".")]
    year = _year(match["y"])
    if month % 3 or (match["d"] and int(match["d"]) < 28):
        return
    yield from _one(
        "QUARTER", f"{year}-Q{month // 3}" if year else clock.numbered(month // 3), match
    )


_REPORT_DATE = (
    r"(?:the\s+)?(?:(?:latest|last|newest|most recent|current)\s+(?:report|paper)['’]?s?\s+)?"
    r"(?:status|report)\s+date(?:\s+of\s+(?:the\s+)?(?:latest|last|newest|most recent)\s+report)?|"
    r"(?:the\s+)?(?:latest|newest|most recent)\s+report"
)


def _within(match: re.Match[str], clock: Clock) -> Made:
    """ "within 30 days of 20 June 2022", "in the fortnight after the status date"."""
    span = _duration_of(number_of(match["n"]), match["unit"])
    day = clock.as_at
    if match["d"]:
        year, month = _year(match["y"]), MONTHS[match["m"].lower().rstrip(".")]
        try:
            day = date(year or clock.as_at.year, month, int(match["d"]))
        except ValueError:
            return
    before = match["how"].lower() == "before"
    period = Period(span.before(day), day) if before else Period(day, span.after(day))
    yield from _one("PERIOD", period, match)


def _rule(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/]){pattern}(?![\w/]|-\d)", re.IGNORECASE)


_QN = r"(?P<n>[1-4])"
_NTHQ = r"(?P<n>1st|2nd|3rd|4th|first|second|third|fourth|last|final)"
_PART = (
    r"(?:(?P<part>the end|end|late|the start|start|the beginning|beginning|early|mid|the "
    r"middle|close)[\s-]+(?:of\s+)?)?"
)
_UNIT = r"(?P<unit>days?|weeks?|fortnights?|months?|quarters?|years?)"
_RULES = (
    (
        _rule(
            r"(?:the\s+)?(?:quarter|qtr|(?:three|3)\s+months)\s+(?:that\s+)?(?:ending|ended|ends|"
            r"to|up\s+to|until|end)\s+(?:on\s+|in\s+)?(?:the\s+)?(?:end\s+of\s+)?"
            rf"(?:(?P<d>\d{{1,2}}){_NTH}\s+)?(?:of\s+)?(?P<m>{_MONTH})(?:,?\s+(?P<y>{_YEAR}))?"
        ),
        _quarter_ending,
    ),
    (
        _rule(
            rf"(?:within|in|inside)\s+(?:the\s+)?(?P<n>{_NUMBER})\s+(?P<unit>days?|weeks?|"
            r"fortnights?|months?|quarters?|years?)\s+(?P<how>of|from|after|before|following)\s+"
            rf"(?:(?:the\s+)?(?P<d>\d{{1,2}}){_NTH}\s+(?:of\s+)?(?P<m>{_MONTH})"
            rf"(?:,?\s+(?P<y>{_YEAR}))?|{_REPORT_DATE})"
        ),
        _within,
    ),
    (
        _rule(
            r"Q(?P<a>[1-4])\s*(?:and|to|&|,|or|-|–|through|until|with|versus|"
            rf"vs\.?)\s*(?P<qb>Q)(?P<b>[1-4])(?:\s*(?:of|,|/|-)?\s*|\s*['’])(?P<y>{_YEAR}|\d\d)"
        ),
        _year_of_quarters,
    ),
    (
        _rule(
            rf"Q(?:tr|uarter)?\.?\s*{_QN}(?:\s*(?:of|in|,|/|-|–|"
            rf"–)?\s*(?:the\s+)?['’]?(?P<y>{_YEAR}|(?<=['’/-])\d\d))"
        ),
        _quarter,
    ),
    (_rule(rf"(?P<y>{_YEAR})\s*[-/,]?\s*Q(?:tr|uarter)?\.?\s*{_QN}"), _quarter),
    (_rule(rf"{_QN}Q\s*(?P<y>{_YEAR}|\d\d)"), _quarter),
    (
        _rule(
            rf"(?:the\s+)?{_NTHQ}\s+(?:calendar\s+)?(?:quarter|qtr)(?:\s+of)?,?\s+(?P<y>{_YEAR})"
        ),
        _quarter,
    ),
    (
        _rule(
            rf"(?P<m1>{_MONTH})(?:\s*{_YEAR})?\s*(?:to|-|–|until|through|"
            rf"and)\s*(?P<m2>{_MONTH})(?:\s*,?\s*(?P<y>{_YEAR}))?"
        ),
        _month_span,
    ),
    (
        _rule(r"(?:the\s+)?(?:quarter|report|one|qtr)\s+before\s+(?:the\s+)?last(?:\s+one)?"),
        _before_last,
    ),
    (
        _rule(
            r"(?:the\s+)?(?P<how>last|past|latest|previous|most recent)\s+(?P<count>\d|two|"
            r"three|four|five|six|few|couple "
            r"of)\s+(?P<what>quarters?(?:ly)?(?:\s+(?:problem\s+)?reports?)?|reports?|papers?)"
        ),
        _relative_quarter,
    ),
    (
        _rule(
            r"(?:the\s+)?(?P<how>last|latest|previous|prior|preceding|this|current|most recent|"
            r"newest|next|following|coming|first|earliest|penultimate|"
            r"earlier)\s+(?P<what>quarter(?:ly)?(?:['’]?s)?(?:\s+(?:problem\s+)?report)?|"
            r"(?:problem\s+|quarterly\s+)?report|paper|publication|edition|document|qtr)"
        ),
        _relative_quarter,
    ),
    (
        _rule(
            rf"(?P<n>{_NUMBER})(?:\s+of)?\s+(?P<unit>days?|weeks?|fortnights?|months?|"
            r"quarters?|years?)\s+(?:ago|back|earlier|before)"
        ),
        _ago,
    ),
    (
        _rule(
            rf"(?:the\s+)?(?P<d1>\d{{1,2}}){_NTH}\s*(?:and|to|-|–|"
            rf"until)\s*(?:the\s+)?(?P<d2>\d{{1,2}}){_NTH}\s+(?:of\s+)?(?P<m>{_MONTH})(?:,?\s+(?P<y>{_YEAR}))?"
        ),
        _days_between,
    ),
    (
        _rule(r"(?P<y>(?:19|20)\d\d)[-./](?P<m>0?[1-9]|1[0-2])[-./](?P<d>0?[1-9]|[12]\d|3[01])"),
        _date,
    ),
    (
        _rule(
            r"(?P<d>0?[1-9]|[12]\d|3[01])[-./](?P<m>0?[1-9]|1[0-2])[-./](?P<y>(?:(?:19|"
            r"20)\d\d)|\d\d)"
        ),
        _date,
    ),
    (
        _rule(
            r"(?:the\s+)?(?P<d>0?[1-9]|[12]\d|"
            rf"3[01]){_NTH}[\s-]+(?:day\s+)?(?:of\s+)?(?P<m>{_MONTH})(?:,?[\s-]+(?:of\s+)?['’]?(?P<y>{_YEAR}|(?<=['’-])\d\d))?"
        ),
        _date,
    ),
    (
        _rule(
            rf"(?P<m>{_MONTH})\s+(?:the\s+)?(?P<d>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|"
            rf"th)?(?!\d)(?:,?\s+(?P<y>{_YEAR}))?"
        ),
        _date,
    ),
    (_rule(r"(?P<d>0?[1-9]|[12]\d|3[01])/(?P<m>0?[1-9]|1[0-2])"), _date),
    (
        _rule(
            rf"{_PART}(?P<m>(?!may\b(?!\s+(?:19|"
            rf"20)\d\d)){_MONTH})(?:,?\s+(?:of\s+)?['’]?(?P<y>{_YEAR}|(?<=['’])\d\d))?"
        ),
        _month,
    ),
    (
        _rule(
            r"(?:(?<=\bin )|(?<=\bsince )|(?<=\bduring )|(?<=\bbefore )|(?<=\bafter )|(?<=\bby "
            r")|(?<=\buntil )|(?<=\blast )|(?<=\bthis )|(?<=\bfrom )|(?<=\bend of )|(?<=\bof )|"
            r"(?<=\bfor )|(?<=\bearly )|(?<=\blate )|(?<=\bmid )|(?<=\band )|(?<=\bto )|"
            r"(?<=\bbetween ))(?P<m>may)(?!\s+(?:be|have|not))"
        ),
        _month,
    ),
    (
        _rule(
            rf"(?:the\s+)?(?P<s>spring|summer|autumn|winter)(?:\s+(?:of\s+)?['’]?(?P<y>{_YEAR}))?"
        ),
        _season,
    ),
    (_rule(rf"(?:the\s+)?(?:H(?P<h>[12]))\s*,?\s*(?P<y>{_YEAR})?"), _half),
    (
        _rule(
            rf"(?:the\s+)?(?P<h>first|second|1st|2nd)\s+half\s+of\s+(?:the\s+year|(?P<y>{_YEAR}))"
        ),
        _half,
    ),
    (_rule(rf"Q(?:tr|uarter)?\.?\s*{_QN}"), _quarter),
    (
        _rule(r"(?:the\s+)?(?P<n>1st|2nd|3rd|4th|first|second|third|fourth)\s+(?:quarter|qtr)"),
        _quarter,
    ),
    (
        _rule(
            r"(?:the\s+)?(?P<f>christmas(?:\s+day)?|xmas|new year(?:['’]?s)?(?:\s+(?:day|"
            rf"eve))?|easter|halloween)(?:,?\s+(?:of\s+)?(?P<y>{_YEAR}))?"
        ),
        _feast,
    ),
    (
        _rule(
            r"(?:the\s+)?(?:end|start|beginning|turn|close)\s+of\s+(?:the|this|next|"
            r"last)\s+(?:financial\s+|regulatory\s+)?year|year[- ]end|"
            r"the\s+(?:financial\s+)?year[- ]end"
        ),
        _year_end,
    ),
    (
        _rule(
            r"(?:the\s+)?(?P<how>next|coming|following|upcoming|last|past|previous|this|"
            rf"current|same)\s+(?:(?P<n>{_NUMBER})(?:\s+of)?\s+)?(?P<unit>days?|weeks?|"
            r"fortnights?|months?|years?)"
        ),
        _window,
    ),
    (
        _rule(
            rf"(?P<n>{_NUMBER})(?:\s+(?:of|more))?[\s-]+(?P<unit>days?|weeks?|fortnights?|"
            r"months?|years?)['’]?\s+(?:of|from|to go from)\s+(?:now|today|the status date|the "
            r"report)"
        ),
        _to_go,
    ),
    (_rule(r"(?P<half>half)\s+an?\s+(?P<unit>year|month)"), _length),
    (
        _rule(
            rf"(?:the\s+)?(?P<n>{_NUMBER})(?:\s+(?:of|and a half))?[\s-]+(?P<unit>days?|weeks?|"
            r"fortnights?|months?|years?|hours?|hrs?|minutes?|mins?)['’]?"
        ),
        _length,
    ),
    (
        _rule(r"(?P<unit>fortnight)(?P<n>)"),
        lambda match, _: _one("DURATION", Duration(days=14), match),
    ),
    (_rule(r"(?P<w>today|yesterday|tomorrow)(?:['’]s)?"), _named_day),
    (_rule(r"(?:(?<=between )|(?<=from ))(?P<w>now)"), _named_day),
    (_rule(rf"(?:the year\s+|{_PART})(?P<y>20[0-4]\d)"), _plain_year),
)


def quarter_period(quarter: str) -> Period:
    """The days of a quarter."""
    return Period(quarter_start(quarter), quarter_end(quarter), kind="quarter")
