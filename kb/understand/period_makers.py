"""What each way of naming a period comes to."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta

from ingest.quarters import shifted
from kb.understand.number_words import MONTHS, ORDINALS, SEASONS, number_of, year_of
from kb.understand.spans_of_time import Clock, Duration, Period

Made = Iterator[tuple[str, object, int, int]]


def one_mention(label: str, value: object, match: re.Match[str]) -> Made:
    """One mention of what a pattern matched."""
    yield label, value, match.start(), match.end()


def quarter_named(match: re.Match[str], clock: Clock) -> Made:
    """ "Q3 2021", "the third quarter"."""
    number = match["n"] or match.groupdict().get("n2")
    word = (number or "").lower()
    value = int(word) if word.isdigit() else ORDINALS[word]
    year = year_of(match.groupdict().get("y") or match.groupdict().get("y2"))
    yield from one_mention("QUARTER", f"{year}-Q{value}" if year else clock.numbered(value), match)


def relative_quarter(match: re.Match[str], clock: Clock) -> Made:
    """ "last quarter", "the quarter before"."""
    latest = clock.latest
    if latest is None:
        return
    how, what = match["how"].lower(), match["what"].lower()
    count = match.groupdict().get("count")
    if count:
        number = number_of(count)
        held = sorted(clock.quarters)[-number:]
        yield from one_mention("QUARTERS", tuple(held), match)
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
    yield from one_mention(
        "QUARTER" if value != latest or not is_report else "LATEST", value, match
    )


def before_last(match: re.Match[str], clock: Clock) -> Made:
    """ "the quarter before last", "last but one"."""
    if clock.latest:
        yield from one_mention("QUARTER", clock.before(clock.latest, 2), match)


def days_ago(match: re.Match[str], clock: Clock) -> Made:
    """ "three weeks ago"."""
    number, unit = number_of(match["n"]), match["unit"].lower()
    if unit.startswith("quarter"):
        if clock.latest:
            yield from one_mention("QUARTER", clock.before(clock.latest, number), match)
        return
    day = _duration_of(number, unit, match[0]).before(clock.as_at)
    yield from one_mention("PERIOD", Period(day, day, kind="day"), match)


def written_day(match: re.Match[str], clock: Clock) -> Made:
    """ "20/09/2021", "3 March"."""
    groups = match.groupdict()
    month_text = groups["m"]
    month = int(month_text) if month_text.isdigit() else MONTHS[month_text.lower().rstrip(".")]
    year = year_of(groups.get("y"))
    try:
        day = date(year or clock.as_at.year, month, int(groups["d"]))
    except ValueError:
        return
    yield from one_mention("PERIOD", Period(day, day, open_year=year is None, kind="day"), match)


def month_named(match: re.Match[str], clock: Clock) -> Made:
    """ "May 2021", "early June"."""
    month = MONTHS[match["m"].lower().rstrip(".")]
    year = year_of(match.groupdict().get("y"))
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
    yield from one_mention("PERIOD", Period(first, last, open_year=year is None, kind=kind), match)


def season(match: re.Match[str], clock: Clock) -> Made:
    """ "the summer of 2021"."""
    start, end = SEASONS[match["s"].lower()]
    year = year_of(match.groupdict().get("y"))
    at = year or clock.as_at.year
    last_year = at + 1 if end < start else at
    last = date(last_year, end, monthrange(last_year, end)[1])
    yield from one_mention(
        "PERIOD", Period(date(at, start, 1), last, open_year=year is None), match
    )


def half_year(match: re.Match[str], clock: Clock) -> Made:
    """ "the first half of 2021"."""
    word = match["h"].lower()
    half = int(word) if word.isdigit() else ORDINALS[word]
    year = year_of(match.groupdict().get("y")) or clock.as_at.year
    first = date(year, 1 if half == 1 else 7, 1)
    last = date(year, 6, 30) if half == 1 else date(year, 12, 31)
    yield from one_mention("PERIOD", Period(first, last, kind="year"), match)


def plain_year(match: re.Match[str], _: Clock) -> Made:
    """ "2021"."""
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
    yield from one_mention("PERIOD", Period(first, last, kind="year"), match)


def feast(match: re.Match[str], clock: Clock) -> Made:
    """ "Christmas", "Easter"."""
    name = match["f"].lower()
    year = year_of(match.groupdict().get("y"))
    at = year or clock.as_at.year
    if name.startswith(("christmas", "xmas")):
        first = last = date(at, 12, 25)
    elif name.startswith("new year"):
        first = last = date(at, 1, 1)
    elif name.startswith("easter"):
        first = last = easter(at)
        if year is None and first < clock.as_at:
            first = last = easter(at + 1)
        yield from one_mention("PERIOD", Period(first, last, kind="day"), match)
        return
    elif name.startswith("hallow"):
        first = last = date(at, 10, 31)
    else:
        first = last = date(at, 12, 31)
    yield from one_mention("PERIOD", Period(first, last, open_year=year is None, kind="day"), match)


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


def window(match: re.Match[str], clock: Clock) -> Made:
    """ "the next six weeks", "the past year", "this month"."""
    how, unit = match["how"].lower(), match["unit"].lower()
    number = number_of(match["n"]) if match.groupdict().get("n") else None
    now = clock.as_at
    ahead = how in ("next", "coming", "following", "upcoming")
    if number is None and how in ("this", "current", "same"):
        yield from one_mention("PERIOD", _calendar(unit, now, 0), match)
        return
    if number is None and unit.startswith(("month", "year", "week")) and not _in_the(match):
        yield from one_mention("PERIOD", _calendar(unit, now, 1 if ahead else -1), match)
        return
    span = _duration_of(number or 1, unit, match[0].lower())
    period = Period(now, span.after(now)) if ahead else Period(span.before(now), now)
    yield from one_mention("PERIOD", period, match)


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


def to_go(match: re.Match[str], clock: Clock) -> Made:
    """ "within six weeks of now"."""
    span = _duration_of(number_of(match["n"]), match["unit"])
    yield from one_mention("PERIOD", Period(clock.as_at, span.after(clock.as_at)), match)


def length_named(match: re.Match[str], _: Clock) -> Made:
    """ "six months", "90 minutes"."""
    unit = match["unit"].lower()
    if match.groupdict().get("half"):
        months = 6 if unit.startswith("year") else 0
        span = Duration(months=months) if months else Duration(days=15)
    else:
        span = _duration_of(number_of(match["n"]), unit, match[0].lower())
    yield from one_mention("DURATION", span, match)


def named_day(match: re.Match[str], clock: Clock) -> Made:
    """ "today", "yesterday"."""
    shift = {"today": 0, "now": 0, "yesterday": -1, "tomorrow": 1}[match["w"].lower()]
    day = clock.as_at + timedelta(days=shift)
    plain = not shift and match["w"].lower() != "now"
    yield from one_mention("TODAY" if plain else "PERIOD", Period(day, day, kind="day"), match)


def year_end(match: re.Match[str], clock: Clock) -> Made:
    """ "the end of the year"."""
    word = match[0].lower()
    year = clock.as_at.year + (1 if "next" in word else -1 if "last" in word else 0)
    day = date(year, 3, 31) if "financial" in word or "regulatory" in word else date(year, 12, 31)
    if day < clock.as_at and "last" not in word:
        day = day.replace(year=day.year + 1)
    if re.search(r"start|beginning|turn", word):
        day = date(year, 1, 1)
    yield from one_mention("PERIOD", Period(day, day, kind="day"), match)


def month_span(match: re.Match[str], clock: Clock) -> Made:
    """ "April to June 2021": a quarter where it is one, else a period."""
    one, two = (MONTHS[match[name].lower().rstrip(".")] for name in ("m1", "m2"))
    year = year_of(match.groupdict().get("y"))
    at = year or clock.as_at.year
    first = date(at if one <= two else at - 1, one, 1)
    last = date(at, two, monthrange(at, two)[1])
    if year and one % 3 == 1 and two == one + 2:
        yield from one_mention("QUARTER", f"{year}-Q{two // 3}", match)
        return
    yield from one_mention("PERIOD", Period(first, last, open_year=year is None), match)


def year_of_quarters(match: re.Match[str], _: Clock) -> Made:
    """ "Q1 and Q2 2021": the year stands once, for both."""
    year = year_of(match["y"])
    for name in ("a", "b"):
        number = int(match[name])
        if year is None:
            return
        end = match.end() if name == "b" else match.end("a")
        start = match.start() if name == "a" else match.start("qb")
        yield "QUARTER", f"{year}-Q{number}", start, end


def days_between(match: re.Match[str], clock: Clock) -> Made:
    """ "1 to 15 March 2021" and "between 1 and 15 March": the month stands once."""
    month = MONTHS[match["m"].lower().rstrip(".")]
    year = year_of(match.groupdict().get("y"))
    at = year or clock.as_at.year
    try:
        first, last = date(at, month, int(match["d1"])), date(at, month, int(match["d2"]))
    except ValueError:
        return
    yield from one_mention(
        "PERIOD", Period(first, last, open_year=year is None, kind="between"), match
    )


def quarter_ending(match: re.Match[str], clock: Clock) -> Made:
    """ "the quarter ending 30 September 2021", "the three months to June": that quarter."""
    month = MONTHS[match["m"].lower().rstrip(".")]
    year = year_of(match["y"])
    if month % 3 or (match["d"] and int(match["d"]) < 28):
        return
    yield from one_mention(
        "QUARTER", f"{year}-Q{month // 3}" if year else clock.numbered(month // 3), match
    )


REPORT_DATE = (
    r"(?:the\s+)?(?:(?:latest|last|newest|most recent|current)\s+(?:report|paper)['’]?s?\s+)?"
    r"(?:status|report)\s+date(?:\s+of\s+(?:the\s+)?(?:latest|last|newest|most recent)\s+report)?|"
    r"(?:the\s+)?(?:latest|newest|most recent)\s+report"
)


def within_span(match: re.Match[str], clock: Clock) -> Made:
    """ "within 30 days of 20 June 2022", "in the fortnight after the status date"."""
    span = _duration_of(number_of(match["n"]), match["unit"])
    day = clock.as_at
    if match["d"]:
        year, month = year_of(match["y"]), MONTHS[match["m"].lower().rstrip(".")]
        try:
            day = date(year or clock.as_at.year, month, int(match["d"]))
        except ValueError:
            return
    before = match["how"].lower() == "before"
    period = Period(span.before(day), day) if before else Period(day, span.after(day))
    yield from one_mention("PERIOD", period, match)
