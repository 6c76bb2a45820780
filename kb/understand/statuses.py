"""Statuses by name, and open or closed."""

from __future__ import annotations

from itertools import pairwise

from kb.query import GroupBy
from kb.understand.about_terms import PROBLEM_WORDS
from kb.understand.lexicon import Lexicon
from kb.understand.negation import negation
from kb.understand.sketch import Sketch

_EITHER = frozenset(["or", "and", "nor", "both", "/", "plus", "as", "well", "the", "then"])

_AGAINST = frozenset(["versus", "vs", "v", "against"])


def either_status(sketch: Sketch) -> None:
    """ "open or closed" narrows nothing; "how many open and closed" counts both."""
    marked = sketch.marked
    rows = sorted(
        (f for f in marked.table("filter") if f.id in ("filter.open", "filter.closed")),
        key=lambda f: f.start,
    )
    for one in rows:
        if marked.norm(one.end) == "or" and marked.norm(one.end + 1) == "not":
            sketch.use_span(one.start, one.end + 2)
    for one, two in pairwise(rows):
        gap = [marked.norm(i) for i in range(one.end, two.start)]
        if one.id != two.id and len(gap) < 4 and set(gap) & _AGAINST:
            # "open versus closed problems": the two numbers side by side.
            sketch.use_span(one.start, two.end)
            if GroupBy.OPEN not in sketch.group_by:
                sketch.group_by.append(GroupBy.OPEN)
            continue
        if one.id == two.id or not gap or len(gap) > 3 or not set(gap) <= _EITHER:
            continue
        sketch.use_span(one.start, two.end)
        if "and" in gap and marked.has("ask.count") and GroupBy.OPEN not in sketch.group_by:
            sketch.group_by.append(GroupBy.OPEN)


def read_statuses(sketch: Sketch, lexicon: Lexicon) -> None:
    """Statuses by name, with negation."""
    marked = sketch.marked
    for place, thing in marked.of("STATUS"):
        if place in sketch.used or _of_things(sketch, place):
            continue
        value = thing.value
        assert isinstance(value, tuple)
        sketch.use(place)
        if _beside_closed(sketch, place, value):
            continue
        if marked.norm(place - 1) in ("status", "state"):
            sketch.use(place - 1)
        if marked.norm(place + 1) in ("status", "state"):
            sketch.use(place + 1)
        start = place - 1 if marked.norm(place - 1) in ("status", "state") else place
        denied = negation(sketch, lexicon, start)
        sketch.use(*(denied or ()))
        sketch.put("not_statuses" if denied is not None else "statuses", value, place)


_BEFALL = frozenset(["rejected", "cancelled", "completed", "resolved"])
_CLAUSE = frozenset(["where", "when", "which", "whose", "because"])
_BE = frozenset(["was", "were", "is", "are", "been", "being", "get", "got", "be"])


def _of_things(sketch: Sketch, place: int) -> bool:
    """ "rejected messages", "where top-ups were rejected": what befell things, and no status."""
    marked = sketch.marked
    if str(marked.doc[place].text).lower() not in _BEFALL:
        return False
    if _thing(sketch, place + 1):
        return True
    step = place - 1
    while marked.norm(step) in _BE:
        step -= 1
    said = {marked.norm(i) for i in range(max(0, step - 4), step)}
    return step < place - 1 and _thing(sketch, step) and bool(said & _CLAUSE)


def _thing(sketch: Sketch, place: int) -> bool:
    """Whether a plural noun stands there that names no record, party or field."""
    word = sketch.marked.norm(place)
    plural = len(word) > 2 and word.isalpha() and word.endswith("s") and not word.endswith("ss")
    free = place not in sketch.marked.things and place not in sketch.used
    return plural and free and word not in PROBLEM_WORDS | _NOUNS


_NOUNS = frozenset(
    ["status", "statuses", "owners", "targets", "reports", "always", "this", "across", "has",
     "was", "its", "does", "thus", "plus", "versus", "yes", "his"]
)  # fmt: skip
_CLOSING = frozenset(["cancelled", "rejected", "closed", "completed", "resolved"])


def _beside_closed(sketch: Sketch, place: int, value: tuple[str, ...]) -> bool:
    """ "closed or cancelled": closed already holds whatever was cancelled."""
    marked = sketch.marked
    if not {name.lower() for name in value} <= _CLOSING:
        return False
    ends = {f.end for f in marked.found if f.id in ("filter.closed", "event.closed")}
    starts = {f.start for f in marked.found if f.id in ("filter.closed", "event.closed")}
    either = ("or", "and", "/", ",", "and/or")
    if marked.norm(place - 1) in either and place - 1 in ends:
        sketch.use(place - 1)
        return True
    if marked.norm(place + 1) in either and place + 2 in starts:
        sketch.use(place + 1)
        return True
    return False
