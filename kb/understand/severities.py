"""Severities in a question, with "or above", "at least", "worse than" and negation."""

from __future__ import annotations

from ingest.records import Severity
from kb.understand.lexicon import Found, Lexicon
from kb.understand.negation import negation
from kb.understand.sketch import Sketch

_ORDER = list(Severity)


def read_severities(sketch: Sketch, lexicon: Lexicon) -> None:
    """Severities, with "or above", "at least", "worse than" and negation."""
    marked = sketch.marked
    for place, thing in marked.of("SEVERITY"):
        if place in sketch.used:
            continue
        named = thing.value
        assert isinstance(named, tuple)
        sketch.use(place)
        for side in (place - 1, place + 1):
            if marked.norm(side) in ("severity", "priority", "severities", "sev"):
                sketch.use(side)
        start = place
        while marked.norm(start - 1) in (
            "severity",
            "priority",
            "is",
            "are",
            "of",
            "as",
            "rated",
            "a",
            "with",
        ):
            start -= 1
        reach = reach_of(sketch, start, place)
        if reach is not None:
            for side in range(place + 1, place + 4):
                if marked.norm(side) in ("severity", "priority", "severities"):
                    sketch.use(side)
        values: tuple[Severity, ...] = named
        if reach is not None:
            values = _ranged(named[0], reach)
        denied = negation(sketch, lexicon, start)
        sketch.use(*(denied or ()))
        sketch.put("not_severities" if denied is not None else "severities", values, place)


_SEVERITY_NOUNS = frozenset(["severity", "priority", "severities", "problems", "ones"])


def reach_of(sketch: Sketch, start: int, place: int) -> str | None:
    """ "at least", "more", "less" or "at_most" beside a severity or a number."""
    marked = sketch.marked
    best: Found | None = None
    for row in marked.found:
        if row.id.startswith("compare.") and (
            row.end == start
            or row.end == place
            or row.start == place + 1
            or (row.start == place + 2 and marked.norm(place + 1) in _SEVERITY_NOUNS)
        ):
            before = row.end in (start, place)
            words = {marked.norm(i) for i in range(row.start, row.end)}
            if (before and words & {"or"}) or (not before and not words & {"or", "and"}):
                continue
            if best is None or row.end - row.start > best.end - best.start:
                best = row
    if best is None:
        return None
    sketch.use_span(best.start, best.end)
    words = {marked.norm(i) for i in range(best.start, best.end)}
    if words & {"worse"}:
        return "at_least" if "or" in words else "more"
    return best.id.partition(".")[2]


def _ranged(severity: Severity, reach: str) -> tuple[Severity, ...]:
    at = _ORDER.index(severity)
    return {
        "at_least": tuple(_ORDER[: at + 1]),
        "more": tuple(_ORDER[:at]),
        "at_most": tuple(_ORDER[at:]),
        "less": tuple(_ORDER[at + 1 :]),
    }[reach] or (severity,)
