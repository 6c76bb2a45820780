"""Ages, slips and days overdue with a number: "more than six months old", "slipped twice"."""

from __future__ import annotations

from kb.understand.events import of_others
from kb.understand.lexicon import Lexicon
from kb.understand.negation import negation
from kb.understand.severities import reach_of
from kb.understand.sketch import Sketch
from kb.understand.spans_of_time import Duration


def read_lengths(sketch: Sketch) -> None:
    """Ages, slips and days overdue with a number: "more than six months old", "slipped twice"."""
    marked = sketch.marked
    reference = sketch.clock.as_at
    for place, thing in marked.of("DURATION"):
        if place in sketch.used or not isinstance(thing.value, Duration) or thing.value.minutes:
            continue
        days = thing.value.in_days(reference)
        if _from_to_age(sketch, place, thing.value):
            continue
        reach = reach_of(sketch, place, place)
        around = {marked.norm(i) for i in range(max(0, place - 7), min(len(marked.doc), place + 5))}
        slipping = around & {
            "slipped",
            "slip",
            "slips",
            "move",
            "moved",
            "moves",
            "delayed",
            "pushed",
            "drifted",
            "slipping",
            "postponed",
        }
        late = around & {"overdue", "late", "past", "behind"}
        aged = marked.norm(place + 1) in ("old", "older") or {
            marked.norm(place - 1),
            marked.norm(place - 2),
        } & {"older", "younger", "newer"}
        if slipping and not aged and reach in ("less", "at_most"):
            # No filter holds "slipped by less than": left over, so that it is not answered as more.
            continue
        if slipping and not aged:
            sketch.put("min_slip_days", days + (1 if reach == "more" else 0), place)
        elif late and not aged:
            sketch.put("overdue", True, place)
            bound = reference.toordinal() - days
            if reach in ("less", "at_most"):
                sketch.put(
                    "target_from",
                    reference.fromordinal(bound + (1 if reach == "less" else 0)),
                    place,
                )
            else:
                sketch.put(
                    "target_to", reference.fromordinal(bound - (1 if reach == "more" else 0)), place
                )
        elif (
            around
            & {
                "old",
                "older",
                "age",
                "aged",
                "open",
                "opened",
                "outstanding",
                "unresolved",
                "longer",
                "been",
                "running",
                "around",
                "younger",
                "newer",
                "pending",
                "lingering",
                "created",
                "raised",
            }
            or reach
        ):
            if reach in ("less", "at_most"):
                sketch.put("max_age", days - (1 if reach == "less" else 0), place)
            else:
                sketch.put("min_age", days + (1 if reach == "more" else 0), place)
        else:
            continue
        sketch.use(place)
        for offset in (-2, -1, 1, 2):
            if marked.norm(place + offset) in (
                "old",
                "older",
                "age",
                "aged",
                "overdue",
                "late",
                "more",
                "for",
                "than",
                "by",
                "of",
            ):
                sketch.use(place + offset)


def _from_to_age(sketch: Sketch, place: int, last: Duration) -> bool:
    """ "between 6 and 12 months old": the unit stands once, for both."""
    marked = sketch.marked
    first = marked.things.get(place - 2)
    joined = marked.norm(place - 1) in ("and", "to") and marked.norm(place - 3) in (
        "between",
        "from",
    )
    if first is None or first.label not in ("NUMBER", "DURATION") or not joined:
        return False
    reference = sketch.clock.as_at
    if isinstance(first.value, Duration):
        start = first.value
    else:
        assert isinstance(first.value, int)
        whole = (
            int(str(marked.doc[place].text).split()[0])
            if str(marked.doc[place].text).split()[0].isdigit()
            else 1
        )
        start = Duration(
            days=first.value * last.days // whole, months=first.value * last.months // whole
        )
    sketch.put("min_age", start.in_days(reference), place)
    sketch.put("max_age", last.in_days(reference), place)
    sketch.use(*range(place - 3, place + 2))
    return True


def read_slips(sketch: Sketch, lexicon: Lexicon) -> None:
    """ "have slipped", "slipped more than once", "slipped at least three times"."""
    marked = sketch.marked
    rows = [
        f for f in marked.table("filter") if f.id == "filter.slipped" and not of_others(sketch, f)
    ]
    if not rows or sketch.events:
        return
    denied = negation(sketch, lexicon, rows[0].start)
    if denied is not None and not sketch.pbis:
        sketch.put("max_slips", 0, rows[0].start)
        sketch.use(*denied, *(i for row in rows for i in row.solid))
        return
    if "min_slip_days" in sketch.filters:
        for row in rows:
            sketch.use(*row.solid)
        return
    times = 1
    for place, thing in marked.of("NUMBER"):
        near = any(abs(place - row.start) <= 6 for row in rows)
        counts = marked.norm(place + 1) in ("times", "time", "occasions") or marked.doc[
            place
        ].lower_ in ("once", "twice")
        if near and counts and place not in sketch.used and isinstance(thing.value, int):
            reach = reach_of(sketch, place, place)
            times = thing.value + (1 if reach == "more" else 0)
            sketch.use(place, place + 1)
    for row in rows:
        sketch.use(*row.solid)
    repeated = {marked.norm(i) for i in range(len(marked.doc))} & {"repeatedly", "again"}
    sketch.put("min_slips", max(times, 2 if repeated else 1), rows[0].start)
