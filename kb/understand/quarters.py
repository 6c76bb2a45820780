"""Quarters in a question: the reports that are looked at, or a stretch of dates."""

from __future__ import annotations

from datetime import timedelta

from ingest.quarters import quarter_of, shifted
from kb.understand.dated import bound, subject
from kb.understand.sketch import Sketch
from kb.understand.spans_of_time import Mention, Period, quarter_period


def put_dates(sketch: Sketch, about: str, how: str, period: Period, place: int) -> None:
    """Puts a stretch of time on the date that it is about."""
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


def settle_quarters(
    sketch: Sketch, place: int, thing: Mention, pair: tuple[int, Mention] | None
) -> None:
    """Settles a quarter: reports looked at, or a stretch of dates."""
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
        put_dates(sketch, about, how if pair is None else "in", Period(first, last), place)
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
