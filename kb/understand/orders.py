"""What problems are ranked by: superlatives with their number, and "sorted by"."""

from __future__ import annotations

import re

from kb.query import OrderBy
from kb.understand.lexicon import Found, word_set
from kb.understand.measures import OUTAGE
from kb.understand.sketch import Sketch

_ORDERS: dict[str, tuple[OrderBy, bool]] = {
    "oldest": (OrderBy.CREATED, False),
    "newest": (OrderBy.CREATED, True),
    "soonest": (OrderBy.TARGET, False),
    "furthest": (OrderBy.TARGET, True),
    "most_overdue": (OrderBy.OVERDUE, True),
    "most_slipped": (OrderBy.SLIPS, True),
    "furthest_slipped": (OrderBy.SLIP_DAYS, True),
    "worst": (OrderBy.SEVERITY, False),
}


_KEYS: dict[str, tuple[OrderBy, bool]] = {
    "age": (OrderBy.CREATED, False),
    "created": (OrderBy.CREATED, False),
    "target": (OrderBy.TARGET, False),
    "severity": (OrderBy.SEVERITY, False),
    "overdue": (OrderBy.OVERDUE, True),
    "slips": (OrderBy.SLIPS, True),
    "slip_days": (OrderBy.SLIP_DAYS, True),
    "impact": (OrderBy.IMPACT, False),
    "pbi": (OrderBy.PBI, False),
}


_RANKED = frozenset(["target", "created", "age", "overdue", "slips"])


_PLURAL = word_set("wants_plural")


def read_order(sketch: Sketch) -> None:
    """Superlatives with their number, and "sorted by"."""
    marked = sketch.marked
    for row in marked.all("order.by"):
        keys = [
            f
            for f in marked.found
            if f.id.startswith("order_key.") and f.start in (row.end, row.end + 1)
        ]
        if keys and sketch.free(row.solid):
            key = max(keys, key=lambda f: f.end - f.start)
            sketch.order, sketch.descending = _KEYS[key.id.partition(".")[2]]
            sketch.use_span(row.start, key.end)
            if marked.has("order.descending") or marked.norm(key.end) in ("descending", "desc"):
                sketch.descending = True
            return
    for row in marked.found:
        # "list open problems by target date"; a severity or an owner after "by" groups.
        name = row.id.partition(".")[2]
        ranked = row.id.startswith("order_key.") and name in _RANKED
        if ranked and marked.norm(row.start - 1) == "by" and not sketch.group_by:
            before = marked.norm(row.start - 2)
            if sketch.free(row.solid) and before in _PLURAL:
                sketch.order, sketch.descending = _KEYS[name]
                sketch.use_span(row.start - 1, row.end)
                return
    _read_place(sketch)
    led = _led_first(sketch)
    for row in marked.table("order"):
        kind = row.id.partition(".")[2]
        if kind not in _ORDERS or not sketch.free(row.solid):
            continue
        if sketch.group_limit is not None and kind in ("worst", "most_overdue", "most_slipped"):
            continue
        if (
            marked.norm(row.start) in ("longest", "soonest", "earliest", "furthest")
            and row.end - row.start == 1
            and marked.norm(row.end) in ("to", "way")
        ):
            continue
        if (
            kind == "worst"
            and sketch.marked.norm(row.start) == "most"
            and marked.norm(row.end - 1) == "critical"
            and marked.norm(row.start - 1) in ("has", "have", "with")
        ):
            continue
        if sketch.marked.norm(row.start - 1) == "first" and marked.norm(row.end) == "report":
            continue
        if (
            kind == "oldest"
            and marked.norm(row.start) == "longest"
            and marked.norm(row.start + 1) in ("any", "a", "that", "time")
        ):
            continue
        if kind == "oldest" and {marked.norm(i) for i in range(row.end, row.end + 3)} & OUTAGE:
            continue
        if kind in ("oldest", "newest") and _first_listed(sketch, row):
            continue
        sketch.order, sketch.descending = _ORDERS[kind]
        sketch.use(*row.solid)
        if _STILL & {marked.norm(i) for i in range(row.start, row.end)}:
            # "Open the longest" is said of what is open, besides by how long.
            sketch.filters.setdefault("open", True)
        if led:
            # "the two oldest, oldest first": the order at the end says no more.
            sketch.superlative = True
            _limit(sketch, row)
            return
        first = marked.norm(row.end) == "first"
        sketch.superlative = not first
        if first:
            sketch.use(row.end)
            return
        _limit(sketch, row)
        return
    if not led:
        _top(sketch)


_LED = re.compile(
    r"[,;(]\s*(?:the |with the )?(?:(newest|latest|most recent)|(oldest|earliest|longest)|"
    r"(soonest|nearest)|(worst|highest|most severe|most critical|most serious))"
    r"(?: (?:ones?|target|targets|due|severity|date|raised|created))* first\W*$",
    re.IGNORECASE,
)


_PLACE = re.compile(
    r"\b(?P<n>second|third|fourth|fifth|2nd|3rd|4th|5th) (?:to last |from last )?"
    r"(?=(?:most|least|oldest|newest|youngest|latest|longest|soonest|earliest|worst)\b)|"
    r"\b(?P<next>(?:next|runner[ -]up) (?=(?:oldest|newest|youngest) ))|(?P<after> but one)\b"
)
_PLACES = {"second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5}


def _read_place(sketch: Sketch) -> None:
    """ "the second oldest", "the newest but one": a place below the first."""
    line, places = sketch.marked.line()
    found = _PLACE.search(line)
    if found is None:
        return
    sketch.nth = _PLACES[found["n"]] if found["n"] else 2
    sketch.use(*{places[i] for i in range(found.start(), found.end()) if line[i] != " "})


def _led_first(sketch: Sketch) -> bool:
    """ "..., newest first": the order of the whole list, at its end."""
    match = _LED.search(sketch.marked.text)
    if match is None or not sketch.marked.text[: match.start()].strip():
        return False
    kind = ("newest", "oldest", "soonest", "worst")[(match.lastindex or 1) - 1]
    sketch.order, sketch.descending = _ORDERS[kind]
    for token in sketch.marked.doc:
        if token.idx >= match.start():
            sketch.use(token.i)
    return True


def _first_listed(sketch: Sketch, row: Found) -> bool:
    """ "first reported in Q1 2022": new in that report, rather than the oldest."""
    marked = sketch.marked
    words = [marked.norm(i) for i in range(row.start, row.end)]
    ahead = range(row.end, min(row.end + 4, len(marked.doc)))
    told = {"reported", "recorded", "listed", "mentioned", "seen"} & set(words)
    return bool(told) and any(
        i in marked.things and marked.things[i].label in ("QUARTER", "LATEST") for i in ahead
    )


_STILL = frozenset(["open", "outstanding", "unresolved", "running"])


def _counted_apart(sketch: Sketch) -> None:
    """ "..., top 3", "the first five": how many, at the end and away from the order."""
    marked = sketch.marked
    for place, thing in marked.of("NUMBER"):
        led = marked.norm(place - 1) in ("top", "first", "me", "just", "only")
        ends = not any(token.is_alpha for token in marked.doc[place + 1 :])
        if led and ends and place not in sketch.used and isinstance(thing.value, int):
            sketch.limit = thing.value
            sketch.use(place, place - 1)
            return


def _limit(sketch: Sketch, row: Found) -> None:
    marked = sketch.marked
    near = [row.start - 1, row.end, row.start - 2, row.end + 1, row.start - 3]
    for place in near:
        thing = marked.things.get(place)
        if (
            thing is not None
            and thing.label == "NUMBER"
            and place not in sketch.used
            and isinstance(thing.value, int)
        ):
            sketch.limit = thing.value
            sketch.use(place)
            break
    if sketch.limit is None:
        _counted_apart(sketch)
    if sketch.limit is None:
        _counted_nouns(sketch)
    for place in range(max(0, row.start - 4), row.start):
        if marked.norm(place) in ("top", "first"):
            sketch.use(place)
    shared = {"share", "shares", "sharing", "joint", "jointly", "tied", "tie", "equal"}
    if sketch.limit is None and shared & {marked.norm(i) for i in range(len(marked.doc))}:
        sketch.limit = 1
    if sketch.limit is None:
        following = [marked.norm(i) for i in range(row.start, min(len(marked.doc), row.end + 5))]
        before = [marked.norm(i) for i in range(max(0, row.start - 6), row.start)]
        plural = any(word in _PLURAL for word in (*following, *before[-4:])) and not (
            set(following) & {"problem", "issue", "record", "pbi", "one"}
        )
        sketch.limit = 5 if plural and _many(before, following) else 1


def _counted_nouns(sketch: Sketch) -> None:
    """ "which three open problems were raised most recently": the number of them that is wanted."""
    marked = sketch.marked
    for place, thing in marked.of("NUMBER"):
        if place in sketch.used or not isinstance(thing.value, int):
            continue
        if {marked.norm(i) for i in range(place + 1, place + 5)} & _PLURAL:
            sketch.limit = thing.value
            sketch.use(place)
            return


def _many(before: list[str], following: list[str]) -> bool:
    # "which of the open problems is the oldest" wants one; "the oldest problems" wants several.
    return not ({"is", "has", "was"} & set(before)) and "is" not in following[:1]


def _top(sketch: Sketch) -> None:
    marked = sketch.marked
    for row in marked.all("order.top"):
        if marked.norm(row.start) in ("top", "first") and sketch.order is None:
            for place in range(row.start, row.end):
                thing = marked.things.get(place)
                if thing is not None and thing.label == "NUMBER" and isinstance(thing.value, int):
                    sketch.limit = thing.value
                    sketch.use_span(row.start, row.end)
                    sketch.superlative = True
                    for key in marked.found:
                        if key.id.startswith("order_key.") and marked.norm(key.start - 1) == "by":
                            sketch.order, sketch.descending = _KEYS[key.id.partition(".")[2]]
                            sketch.use_span(key.start - 1, key.end)
                    return
