"""Quarters, dates and periods in a question: which report, or which date of a problem."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kb.understand.annotate import Marked
from kb.understand.dated import bound, subject
from kb.understand.lexicon import Lexicon, word_set
from kb.understand.quarters import put_dates, settle_quarters
from kb.understand.sketch import Sketch
from kb.understand.spans_of_time import Clock, Mention, Period, quarter_period

_FOLLOWS = word_set("times_follows")


_THINGS = word_set("times_things")


def read_times(sketch: Sketch, lexicon: Lexicon) -> None:
    """Settles every quarter and period: reports looked at, created, target, or "as at"."""
    marked = sketch.marked
    rows = marked.of("QUARTER", "QUARTERS", "LATEST", "PERIOD", "TODAY")
    done: set[int] = set()
    for number, (place, thing) in enumerate(rows):
        if place in done or place in sketch.used:
            continue
        following = rows[number + 1] if number + 1 < len(rows) else None
        pair = (
            following
            if following and _paired(sketch, place, following[0], thing, following[1])
            else None
        )
        if pair is not None:
            done.add(pair[0])
        _settle(sketch, place, thing, pair, lexicon)


def _paired(sketch: Sketch, one: int, two: int, first: Mention, second: Mention) -> bool:
    """ "between A and B", "from A to B", "A - B": one stretch rather than two days."""
    labels = {first.label, second.label}
    gap = [sketch.marked.norm(i) for i in range(one + 1, two)]
    lead = {sketch.marked.norm(one - 1), sketch.marked.norm(one - 2), sketch.marked.norm(one - 3)}
    if not gap or not set(gap) <= {
        "and",
        "to",
        "until",
        "-",
        "the",
        "through",
        "report",
        "up",
        "or",
        "of",
        "end",
        "beginning",
        "start",
    }:
        return False
    if labels <= {"QUARTER", "LATEST"}:
        return bool(set(gap) & {"to", "until", "-", "through"}) or "between" in lead
    return bool(set(gap) & {"to", "until", "-", "through"}) or "between" in lead or "from" in lead


def _settle(
    sketch: Sketch,
    place: int,
    thing: Mention,
    pair: tuple[int, Mention] | None,
    lexicon: Lexicon,
) -> None:
    marked = sketch.marked
    sketch.use(place)
    if marked.norm(place + 1) in ("report", "reports", "'s", "paper") or marked.norm(
        place + 1
    ).startswith("report"):
        sketch.use(place + 1)
    if thing.label == "TODAY":
        return
    if thing.label in ("QUARTER", "QUARTERS", "LATEST"):
        settle_quarters(sketch, place, thing, pair)
        return
    period = thing.value
    assert isinstance(period, Period)
    about, said = subject(sketch, place)
    sketch.use(*said)
    how, tokens = bound(sketch, place)
    said_end = str(marked.doc[place].text).lower().removeprefix("the ")
    if how == "before" and (said_end.startswith("end") or marked.norm(place - 2) == "end"):
        how = "until"  # the last day itself is before the end of the month
    if about is None:
        about = _by_default(sketch, place, period, how, lexicon)
        if about is None:
            sketch.used.discard(place)
            return
    sketch.use(*tokens)
    reference = _reference(sketch)
    if about == "as_at":
        day = period.settled(reference=reference, future=False).last
        words = {marked.norm(i) for i in range(len(marked.doc))}
        told = sketch.clock.report_at(day) if day else None
        if told is not None and not words & {"overdue", "late", "old", "older", "age"}:
            sketch.quarters.append(told)
        else:
            sketch.put("as_at", day, place)
        return
    ahead = about == "target" and how != "since"
    if pair is not None:
        other = pair[1].value
        sketch.use(pair[0], *range(place + 1, pair[0]))
        if isinstance(other, Period):
            period = _stretch(period, other, reference, ahead)
            how = "in"
        else:
            assert isinstance(other, str)
            last = quarter_period(other).last
            period = replace(period.settled(reference=reference, future=ahead), last=last)
    else:
        period = period.settled(reference=reference, future=ahead)
    put_dates(sketch, about, how, period, place)


def _by_default(
    sketch: Sketch, place: int, period: Period, how: str, lexicon: Lexicon
) -> str | None:
    marked = sketch.marked
    before = [marked.norm(i) for i in range(max(0, place - 3), place)]
    if (
        before[-2:] == ["as", "at"]
        or before[-1:] in (["at"],)
        or "stood" in before
        or before[-2:] == ["as", "on"]
        or before[-2:] in (["status", "date"], ["status", "of"], ["report", "of"])
        or (before[-1:] in (["dated"], ["of"], ["on"]) and "status" in before)
        or (before[-1:] in (["dated"], ["date"]) and "report" in before)
        or ("status" in _words_before(marked, place) and "date" in _words_before(marked, place))
    ):
        return "as_at"
    words = {marked.norm(i) for i in range(len(marked.doc))}
    if sketch.period_of is not None and not words & _THINGS:
        return sketch.period_of  # "and in August?" goes on about the date asked of before
    stood = words & {"was", "were", "stood"} and words & {"open", "closed", "pending"}
    if stood and period.kind == "day" and before[-1:] == ["on"] and period.first is not None:
        return "as_at"
    if words & {"overdue", "late"}:
        return "as_at" if how in ("in", "until") else None
    first = period.settled(reference=_reference(sketch), future=False).first
    if how == "since":
        return "created"
    if period.kind == "day" and how == "in":
        return None
    after = marked.norm(place + 1)
    if after.isalpha() and after not in _FOLLOWS and after not in lexicon.glue:
        return None  # "the autumn release": part of a name
    if not words & _THINGS:
        return None
    if first and first > _reference(sketch):
        return "target"
    if how == "until" or (how == "before" and period.open_year and not words & {"old", "older"}):
        return "target"
    return "created"


def _reference(sketch: Sketch) -> date:
    """The day that "in May" is told from: the date of the one report named, else of the latest."""
    named = {str(t.value) for _, t in sketch.marked.of("QUARTER") if isinstance(t.value, str)}
    if len(named) == 1:
        told = [at for quarter, at in sketch.clock.dates if quarter in named]
        if told:
            return max(told)
    return sketch.clock.as_at


def _words_before(marked: Marked, place: int) -> list[str]:
    return [marked.norm(i) for i in range(max(0, place - 5), place)]


def _stretch(one: Period, two: Period, reference: object, ahead: bool) -> Period:
    assert isinstance(reference, date)
    if one.open_year and two.open_year:
        one = one.settled(reference=reference, future=ahead)
        assert one.first is not None
        two = two.settled(reference=one.first, future=True)
    elif one.open_year:
        assert two.last is not None
        one = one.settled(reference=two.last, future=False)
    elif two.open_year:
        assert one.first is not None
        two = two.settled(reference=one.first, future=True)
    return Period(one.first, two.last)


def default_clock(
    catalogue_as_at: object,
    quarters: tuple[str, ...],
    year: int | None,
    dates: tuple[tuple[str, date], ...] = (),
) -> Clock:
    """The clock of a catalogue; today where nothing is loaded."""
    as_at = catalogue_as_at if isinstance(catalogue_as_at, date) else date.today()
    return Clock(as_at, quarters, year, dates)
