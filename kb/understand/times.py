"""Quarters, dates and periods in a question: which report, or which date of a problem."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from ingest.quarters import quarter_of, shifted
from kb.understand.annotate import Marked
from kb.understand.lexicon import Lexicon, word_set
from kb.understand.periods import Clock, Mention, Period, quarter_period
from kb.understand.sketch import Sketch

_RAISED = word_set("times_raised")
_DUE = word_set("times_due")
_SLIPPING = word_set("times_slipping")
_CLOSED = word_set("times_closed")
_TO_BE = word_set("times_to_be")
_SINCE, _AFTER = (
    frozenset({"since"}),
    frozenset({"after", "later", "post", "following", "beyond", "past"}),
)
_BEFORE = word_set("times_before")
_UNTIL = frozenset({"by", "until", "till", "through"})
_SKIP = word_set("times_skip")
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


def subject(sketch: Sketch, place: int, *, quarter: bool = False) -> tuple[str | None, list[int]]:
    """What a date is about ("created", "target", "closed"), and the tokens that say so."""
    marked = sketch.marked
    raised = _RAISED - {"reported", "appeared", "added", "recorded"} if quarter else _RAISED
    for step in range(place - 1, max(-1, place - 12), -1):
        word = marked.norm(step)
        if word == "dated" and marked.norm(step - 1) in ("report", "paper", "status", "reports"):
            return None, []
        if word in raised and marked.norm(step + 1) == "back":
            return None, []
        if word in raised and _of_severity(sketch, step):
            return None, []  # "severity raised between Q2 and Q3" is no date of creation
        if word in raised and not _is_target_word(marked.norm(step + 1)):
            return "created", [step]
        if word in _DUE:
            between = {marked.norm(i) for i in range(step + 1, place)}
            if between & _SLIPPING:
                return None, []
            if word in ("date", "dates") and marked.norm(step - 1) in ("status", "report"):
                return None, []
            if word in ("date", "dates") and marked.norm(step - 1) in (
                "created",
                "creation",
                "raised",
            ):
                return "created", [step]
            if word in ("date", "dates") and marked.norm(step - 1) not in (
                "due",
                "target",
                "completion",
                "fix",
                "end",
            ):
                continue
            if word == "reported":
                continue
            return "target", [step]
        if word in _CLOSED:
            left = {marked.norm(step - 1), marked.norm(step - 2)}
            return ("target" if left & _TO_BE else "closed"), [step]
        if (
            step in marked.things
            and marked.things[step].label in ("QUARTER", "PERIOD")
            and step < place - 1
            and marked.norm(step + 1) not in ("and", "to", "-", "until", "report")
        ):
            break
    for step in range(place + 1, min(len(marked.doc), place + (3 if quarter else 6))):
        word = marked.norm(step)
        if step in sketch.used:
            continue
        if word in (
            "target",
            "targets",
            "deadline",
            "deadlines",
            "due",
            "completion",
            "completions",
        ):
            return "target", [step]
        if word in ("raised", "created", "opened", "logged"):
            return "created", [step]
    return None, []


def _of_severity(sketch: Sketch, step: int) -> bool:
    before = {sketch.marked.norm(i) for i in range(max(0, step - 4), step)}
    return sketch.marked.norm(step) in ("raised", "raise") and bool(
        before & {"severity", "severities", "priority", "priorities"}
    )


def _is_target_word(word: str) -> bool:
    return word in ("target", "deadline")


def bound(sketch: Sketch, place: int) -> tuple[str, list[int]]:
    """ "before", "until", "after", "since" or "in", and the tokens that said so."""
    marked = sketch.marked
    tokens: list[int] = []
    step = place - 1
    words: list[str] = []
    while step >= 0 and place - step <= 5:
        word = marked.norm(step)
        if word in _SINCE | _AFTER | _BEFORE | _UNTIL or word in (
            "between",
            "from",
            "within",
            "during",
            "over",
            "up",
        ):
            tokens.append(step)
            words.append(word)
            denied = marked.norm(step - 1) in ("no", "not", "or") or "no" in (
                marked.norm(step - 1),
                marked.norm(step - 2),
            )
            if word in _BEFORE:
                if denied and marked.norm(step - 1) == "or":
                    return "until", tokens
                return ("since" if denied else "before"), tokens
            if word in _AFTER:
                if denied and marked.norm(step - 1) == "or":
                    return "since", tokens
                return ("until" if denied else "after"), tokens
            if word in _SINCE:
                return "since", tokens
            if word in _UNTIL:
                return "until", tokens
            if word == "up":
                return "until", tokens
            if word == "from" and marked.norm(place + 1) in (
                "onwards",
                "onward",
                "on",
                "forward",
                "forwards",
            ):
                tokens.append(place + 1)
                return "since", tokens
            return "in", tokens
        if word not in _SKIP:
            break
        tokens.append(step)
        step -= 1
    if marked.norm(place + 1) in ("onwards", "onward", "forward", "forwards") or (
        marked.norm(place + 1) == "or" and marked.norm(place + 2) in ("later", "after", "newer")
    ):
        return "since", [place + 1, place + 2]
    if marked.norm(place + 1) == "or" and marked.norm(place + 2) in (
        "earlier",
        "before",
        "sooner",
        "older",
    ):
        return "until", [place + 1, place + 2]
    return "in", tokens


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
        _quarters(sketch, place, thing, pair)
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
    _dates(sketch, about, how, period, place)


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


def _dates(sketch: Sketch, about: str, how: str, period: Period, place: int) -> None:
    first, last = period.first, period.last
    day = timedelta(days=1)
    start, end = first, last
    if how == "before":
        start, end = None, first - day if first else None
    elif how == "until":
        start, end = None, last
    elif how == "after":
        start, end = last + day if last else None, None
    elif how == "since":
        start, end = first, None
    name = {"created": "created", "target": "target"}.get(about)
    if name is None:
        sketch.closed_between = (start, end)
        return
    if start is not None:
        sketch.put(f"{name}_from", start, place)
    if end is not None:
        sketch.put(f"{name}_to", end, place)


def _quarters(sketch: Sketch, place: int, thing: Mention, pair: tuple[int, Mention] | None) -> None:
    marked = sketch.marked
    named = thing.value if isinstance(thing.value, tuple) else (thing.value,)
    values = [str(value) for value in named if value]
    is_report = (
        marked.norm(place + 1).startswith("report")
        or "report" in str(marked.doc[place].text).lower()
    )
    how, tokens = bound(sketch, place)
    about, said = subject(sketch, place, quarter=True)
    words = {marked.norm(i) for i in range(len(marked.doc))}
    asked = sketch.pbis and words & {"when", "what", "date"}
    if is_report or thing.label == "LATEST" or asked or sketch.events or _left_out(sketch, place):
        about = None
    sketch.use(*tokens, *(said if about in ("created", "target") else ()))
    if pair is not None:
        sketch.use(pair[0], *range(place + 1, pair[0]))
        values.append(str(pair[1].value))
    spoken = str(marked.doc[place].text).lower().split()
    if about == "target" and {"this", "current", "next", "coming"} & set(spoken):
        # What is due this quarter is told from the day of the report, not from its own quarter.
        now = quarter_of(sketch.clock.as_at)
        values = [shifted(now, 1) if {"next", "coming"} & set(spoken) else now]
    if about in ("created", "target"):
        first, last = quarter_period(min(values)).first, quarter_period(max(values)).last
        _dates(sketch, about, how if pair is None else "in", Period(first, last), place)
        return
    if thing.label == "LATEST":
        sketch.latest = True
        if pair is None:
            return
    sketch.quarters += [value for value in values if value not in sketch.quarters]
    leads = {marked.norm(token) for token in tokens}
    if pair is not None or how in ("since", "after") or leads & {"between"}:
        sketch.compared = True
    if how == "since" or how == "after":
        sketch.from_quarter = values[0]


def _left_out(sketch: Sketch, place: int) -> bool:
    """ "came back after being left out of Q4": the quarter is a report that lacks it."""
    marked = sketch.marked
    return any(
        row.id
        in ("event.vanished", "event.came_back", "event.target_given", "event.target_removed")
        and 0 <= place - row.end <= 3
        for row in marked.found
    )


def default_clock(
    catalogue_as_at: object,
    quarters: tuple[str, ...],
    year: int | None,
    dates: tuple[tuple[str, date], ...] = (),
) -> Clock:
    """The clock of a catalogue; today where nothing is loaded."""
    as_at = catalogue_as_at if isinstance(catalogue_as_at, date) else date.today()
    return Clock(as_at, quarters, year, dates)
