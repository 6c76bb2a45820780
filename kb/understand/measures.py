"""What is worked out over problems: averages, extremes, totals."""

from __future__ import annotations

from kb.query import OrderBy
from kb.understand.lexicon import Found
from kb.understand.sketch import Sketch

OUTAGE = frozenset({"outage", "outages", "downtime", "interruption"})


def read_statistic(sketch: Sketch) -> None:
    """ "average age", "how old is the oldest", "total days overdue"."""
    marked = sketch.marked
    rows = list(marked.table("statistic"))
    measures = marked.table("measure")
    words = {marked.norm(i) for i in range(len(marked.doc))}
    if marked.has("ask.why"):
        return  # "why did the total outage happen?"
    for row in rows:
        kind = row.id.partition(".")[2]
        if kind == "mean" and _verb_mean(sketch, row):
            continue
        if kind in ("mean", "median") or (
            kind in ("max", "min", "sum") and _measured(sketch, row, measures)
        ):
            sketch.statistic = kind
            sketch.use(*row.solid)
            break
    if sketch.statistic is None:
        if (
            words & {"how"}
            and sketch.order in (OrderBy.CREATED, OrderBy.OVERDUE, OrderBy.SLIP_DAYS, OrderBy.SLIPS)
            and _how_much(sketch)
        ):
            sketch.statistic = (
                "min" if sketch.order is OrderBy.CREATED and sketch.descending else "max"
            )
        else:
            return
    if words & OUTAGE and not words & {"age", "old"}:
        sketch.measure = "outage"
        sketch.use(
            *(
                i
                for i in range(len(marked.doc))
                if marked.norm(i) in OUTAGE or marked.norm(i) in ("how", "long", "last", "lasted")
            )
        )
        return
    best = max(measures, key=lambda f: f.end - f.start, default=None)
    sketch.measure = best.id.partition(".")[2] if best is not None else "age"
    if best is None and sketch.order in (OrderBy.OVERDUE, OrderBy.SLIP_DAYS, OrderBy.SLIPS):
        sketch.measure = sketch.order.value
    if sketch.measure == "slips" and words & {"far", "days", "length", "long", "much"}:
        sketch.measure = "slip_days"
    if (
        sketch.measure == "slip_days"
        and words & {"times", "often", "number"}
        and "days" not in words
    ):
        sketch.measure = "slips"
    for row in measures:
        if best is None or row.id == best.id:
            sketch.use(*row.solid)
    sketch.use(
        *(
            i
            for i in range(len(marked.doc))
            if marked.norm(i)
            in ("how", "long", "old", "far", "days", "many", "much", "late", "time")
        )
    )


def _verb_mean(sketch: Sketch, row: Found) -> bool:
    """ "what does SRV mean", "usually": no average is asked for."""
    word = sketch.marked.norm(row.start)
    before = {sketch.marked.norm(i) for i in range(max(0, row.start - 4), row.start)}
    if word == "mean":
        return bool(before & {"does", "do", "did", "it", "they", "that", "you", "i"})
    return word in ("usually", "normally", "typically")


def _measured(sketch: Sketch, row: Found, measures: list[Found]) -> bool:
    """ "longest age", "total days overdue": the measure stands right behind."""
    following = {sketch.marked.norm(i) for i in range(row.end, row.end + 3)}
    if following & OUTAGE:
        return True
    if following & {"any", "a"} and any(m.start > row.end for m in measures):
        return True
    if following & {"problem", "problems", "one", "ones", "issue", "record"}:
        return False
    named = {"age", "ages", "delay", "slip", "slips", "overdue", "days", "time", "lateness"}
    if row.id == "statistic.sum":
        return bool(
            following & {"days", "slip", "slips", "slippage", "overdue", "delay", "lateness"}
        )
    return bool(following & named) or (
        bool(following & {"any", "a"}) and any(m.start > row.end for m in measures)
    )


def _how_much(sketch: Sketch) -> bool:
    marked = sketch.marked
    for place in range(len(marked.doc)):
        if marked.norm(place) == "how" and marked.norm(place + 1) in (
            "old",
            "long",
            "far",
            "overdue",
            "late",
            "many",
            "much",
        ):
            return marked.norm(place + 1) != "many" or marked.norm(place + 2) in (
                "days",
                "weeks",
                "months",
                "years",
                "times",
            )
    return False
