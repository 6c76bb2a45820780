"""Questions on what happened between two reports."""

from __future__ import annotations

from ingest.quarters import quarter_of
from kb.query import Ask, OrderBy, Query
from kb.records import EventKind
from kb.understand.about_terms import filters_without, topical
from kb.understand.sketch import Sketch


def changes_query(sketch: Sketch, counting: bool, topic: list[str]) -> Query:
    """The query on what happened: between which reports, of what kind, to which problems."""
    del counting
    clock = sketch.clock
    quarters = sorted(set(sketch.quarters))
    first: str | None = None
    last: str | None = clock.latest
    if len(quarters) > 1:
        first, last = quarters[0], quarters[-1]
        words = {sketch.marked.norm(i) for i in range(len(sketch.marked.doc))}
        if len(quarters) > 2 or (
            words & {"over", "during", "across"}
            and not words & {"from", "between", "than", "compared"}
        ):
            first = clock.before(first)
    elif quarters:
        words = {sketch.marked.norm(i) for i in range(len(sketch.marked.doc))}
        if sketch.from_quarter or words & {"since", "from", "compared", "than", "after"}:
            first = quarters[0]
            if first == clock.latest:
                first = clock.before(first)
        else:
            first, last = clock.before(quarters[0]), quarters[0]
    elif (
        sketch.latest
        or "changes" in sketch.notes
        or EventKind.APPEARED in sketch.events
        or _this_time(sketch)
    ):
        first = clock.before(clock.latest)
    drop = set()
    start = sketch.filters.get("created_from")
    if start is not None and not quarters and "changes" in [*sketch.notes, "changes"]:
        first = (
            clock.before(quarter_of(start))
            if quarter_of(start) in clock.quarters
            else quarter_of(start)
        )
        drop |= {"created_from", "created_to"}
    if EventKind.CLOSED in sketch.events:
        drop.add("open")
    if EventKind.VANISHED in sketch.events:
        drop.add("vanished")
    if EventKind.SLIPPED in sketch.events:
        drop |= {"min_slips"}
    if sketch.before_value or sketch.after_value:
        drop |= {"open"}
    filters = topical(filters_without(sketch, *drop), topic)
    return Query(
        ask=Ask.CHANGES,
        filters=filters,
        events=tuple(sketch.events),
        from_quarter=first,
        to_quarter=last,
        before_value=sketch.before_value,
        after_value=sketch.after_value,
    )


def _this_time(sketch: Sketch) -> bool:
    words = {sketch.marked.norm(i) for i in range(len(sketch.marked.doc))}
    return bool(words & {"this", "recently"})


_SLIP = frozenset([OrderBy.SLIPS, OrderBy.SLIP_DAYS])


def slip_span(sketch: Sketch) -> Query | None:
    """ "The biggest slip between Q3 and Q4": of what happened between them, the furthest move."""
    ranked = sketch.superlative and sketch.order in _SLIP
    measured = sketch.statistic == "max" and sketch.measure in ("slip_days", "slips")
    if not (ranked or measured) or sketch.group_by:
        return None
    compared = len(set(sketch.quarters)) == 2 or sketch.from_quarter is not None
    if not compared:
        return None
    first, last = min(sketch.quarters), max(sketch.quarters)
    return Query(
        ask=Ask.CHANGES,
        filters=filters_without(sketch, "min_slips"),
        events=(EventKind.SLIPPED,),
        from_quarter=first,
        to_quarter=last if last != first else sketch.clock.latest,
        order=OrderBy.SLIP_DAYS,
        descending=True,
        limit=sketch.limit or 1,
    )
