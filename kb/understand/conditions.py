"""What narrows the problems: open, severities, impact, missing fields, ages, slips."""

from __future__ import annotations

from itertools import pairwise

from ingest.records import ImpactClass, Severity
from kb.query import GroupBy
from kb.understand.lexicon import Found, Lexicon
from kb.understand.periods import Duration
from kb.understand.sketch import Sketch

_ORDER = list(Severity)
_IMPACT = {
    "no_impact": ImpactClass.NONE,
    "no_enduring": ImpactClass.NO_ENDURING,
    "impacting": ImpactClass.IMPACTING,
}
_FLAGS = {"major_incident": "major_incident", "workaround": "has_workaround", "overdue": "overdue"}


def negation(sketch: Sketch, lexicon: Lexicon, start: int) -> set[int] | None:
    """The tokens of a negation that reaches the token at `start`; None where there is none."""
    marked = sketch.marked
    place, seen = start - 1, set[int]()
    while place >= 0 and start - place <= 7:
        word = marked.norm(place)
        phrase = next((f for f in marked.all("not.phrases") if f.end == place + 1), None)
        if phrase is not None:
            return seen | set(range(phrase.start, phrase.end))
        if word in lexicon.negators and not _opening(sketch, place):
            return seen | {place}
        if word not in lexicon.negation_skip and word != "-":
            return None
        seen.add(place)
        place -= 1
    return None


def _opening(sketch: Sketch, place: int) -> bool:
    # "Isn't 123400 closed?" asks whether it is; the "n't" denies nothing.
    return place == 1 and str(sketch.marked.doc[1].text).lower() in ("n't", "nt")


def read_missing(sketch: Sketch) -> None:
    """Fields that are left out or stated: "no owner", "impact not stated", "with a target"."""
    marked = sketch.marked
    for row in marked.table("missing"):
        kind = row.id.partition(".")[2]
        if kind in ("owner", "target_completion") and sketch.free(row.solid):
            sketch.put("missing", (kind,), row.start)
            sketch.use(*row.solid)
    befores = marked.all("missing.before")
    afters = marked.all("missing.after")
    given = marked.all("missing.given")
    for word in sorted(marked.table("field_word"), key=lambda f: f.start - f.end):
        name = word.id.partition(".")[2]
        if not sketch.free(word.solid):
            continue
        no = _longest(
            [f for f in befores if f.end == word.start or _gap_ok(sketch, f.end, word.start)]
        )
        isnt = _longest([f for f in afters if f.start == word.end])
        has = _longest(
            [
                f
                for f in given
                if f.start == word.end
                or (
                    f.end == word.start
                    and marked.norm(f.start)
                    in (
                        "have",
                        "has",
                        "having",
                        "with",
                        "give",
                        "gives",
                        "state",
                        "states",
                        "giving",
                        "stating",
                        "name",
                        "names",
                        "naming",
                    )
                )
            ]
        )
        stated_after = any(f.start == word.end for f in given) or (
            word.end - word.start > 1
            and any(f.end == word.end and f.start > word.start for f in given)
        )
        if no is not None and _is_missing(name, no, sketch, stated_after):
            tail = [f for f in given if f.start == word.end]
            sketch.put("missing", (name,), word.start)
            _take(sketch, no, word, *tail)
            _and_more(sketch, word.end, "missing")
        elif isnt is not None and name != "major_incident":
            sketch.put("missing", (name,), word.start)
            _take(sketch, isnt, word)
            _and_back(sketch, word.start, "missing")
        elif (
            has is not None
            and has.end == word.start
            and name in ("owner", "target_completion", "description")
        ) or (
            has is not None
            and has.start == word.end
            and name
            in (
                "owner",
                "target_completion",
                "user_impact",
                "severity",
                "description",
                "status",
                "created",
            )
            and _says_with(sketch, word.start)
        ):
            sketch.put("stated", (name,), word.start)
            _take(sketch, has, word)


def _says_with(sketch: Sketch, start: int) -> bool:
    return sketch.marked.norm(start - 1) in (
        "a",
        "an",
        "their",
        "with",
        "have",
        "has",
        "whose",
        "its",
    )


def _is_missing(name: str, no: Found, sketch: Sketch, stated: bool) -> bool:
    """Whether "no X" says that X is left out, rather than that there is none."""
    words = {sketch.marked.norm(i) for i in range(no.start, no.end)}
    if name == "workaround":
        return bool(words & {"state", "stated", "mention", "say", "record", "missing"}) or stated
    if name == "major_incident":
        return bool(words & {"say", "state", "missing", "record"})
    if name == "user_impact":
        # "no impact" is a statement; "no impact stated" is the lack of one.
        return stated or bool(
            words
            & {
                "missing",
                "lack",
                "lacks",
                "lacking",
                "say",
                "state",
                "stated",
                "states",
                "give",
                "given",
                "gives",
                "omit",
                "omits",
                "leave",
                "leaves",
                "left",
                "blank",
                "silent",
                "name",
                "record",
            }
        )
    if name == "involved":
        return bool(words & {"missing", "lack", "lacks", "lacking"}) or stated
    return True


def _take(sketch: Sketch, *rows: Found) -> None:
    for row in rows:
        sketch.use_span(row.start, row.end)


def _gap_ok(sketch: Sketch, end: int, start: int) -> bool:
    gap = [sketch.marked.norm(i) for i in range(end, start)]
    return 0 < len(gap) <= 2 and all(
        w
        in (
            "stated",
            "clear",
            "named",
            "agreed",
            "known",
            "set",
            "given",
            "recorded",
            "user",
            "end",
            "single",
            "current",
        )
        for w in gap
    )


def _longest(rows: list[Found]) -> Found | None:
    return max(rows, key=lambda f: f.end - f.start, default=None)


def _and_more(sketch: Sketch, at: int, name: str) -> None:
    """ "no owner or target": what "no" also reaches."""
    marked = sketch.marked
    if marked.norm(at) in ("or", "and", "nor", ","):
        step = at + 1
        while marked.norm(step) in ("or", "and", "no", "a", "an"):
            step += 1
        word = _longest(
            [f for f in marked.found if f.start == step and f.id.startswith("field_word.")]
        )
        if word is not None and sketch.free(word.solid):
            sketch.put(name, (word.id.partition(".")[2],), word.start)
            sketch.use_span(at, word.end)
            _and_more(sketch, word.end, name)


def _and_back(sketch: Sketch, start: int, name: str) -> None:
    marked = sketch.marked
    if marked.norm(start - 1) in ("or", "and", "nor"):
        word = _longest(
            [f for f in marked.found if f.end == start - 1 and f.id.startswith("field_word.")]
        )
        if word is not None and sketch.free(word.solid):
            sketch.put(name, (word.id.partition(".")[2],), word.start)
            sketch.use_span(word.start, start)


def read_conditions(sketch: Sketch, lexicon: Lexicon) -> None:
    """Open or closed, impact, Major Incidents, workarounds, overdue, outage, vanished, findings."""
    _either_status(sketch)
    for row in sketch.marked.table("filter"):
        kind = row.id.partition(".")[2]
        if kind in ("slipped", "owned") or not sketch.free(row.solid):
            continue
        denied = negation(sketch, lexicon, row.start)
        if kind in ("open", "closed"):
            sketch.put("open", (kind == "open") != (denied is not None), row.start)
        elif kind in _IMPACT:
            name = "not_impact_classes" if denied is not None else "impact_classes"
            sketch.put(name, (_IMPACT[kind],), row.start)
        elif kind in _FLAGS:
            sketch.put(_FLAGS[kind], denied is None, row.start)
        elif kind == "outage":
            sketch.put("outage", denied is None, row.start)
        elif kind == "vanished":
            sketch.put("vanished", denied is None, row.start)
        elif kind == "findings":
            sketch.put("findings", ("*",), row.start)
        sketch.use(*row.solid, *(denied or ()))


_EITHER = frozenset(["or", "and", "nor", "both", "/", "plus", "as", "well", "the", "then"])


def _either_status(sketch: Sketch) -> None:
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
        if one.id == two.id or not gap or len(gap) > 3 or not set(gap) <= _EITHER:
            continue
        sketch.use_span(one.start, two.end)
        if "and" in gap and marked.has("ask.count") and GroupBy.OPEN not in sketch.group_by:
            sketch.group_by.append(GroupBy.OPEN)


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
        reach = _reach(sketch, start, place)
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


def _reach(sketch: Sketch, start: int, place: int) -> str | None:
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


def read_statuses(sketch: Sketch, lexicon: Lexicon) -> None:
    """Statuses by name, with negation."""
    marked = sketch.marked
    for place, thing in marked.of("STATUS"):
        if place in sketch.used:
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
        reach = _reach(sketch, place, place)
        around = {marked.norm(i) for i in range(max(0, place - 7), min(len(marked.doc), place + 5))}
        slipping = around & {
            "slipped",
            "slip",
            "slips",
            "moved",
            "delayed",
            "pushed",
            "drifted",
            "slipping",
            "postponed",
        }
        late = around & {"overdue", "late", "past", "behind"}
        if slipping:
            sketch.put("min_slip_days", days + (1 if reach == "more" else 0), place)
        elif late:
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
    rows = [f for f in marked.table("filter") if f.id == "filter.slipped"]
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
            reach = _reach(sketch, place, place)
            times = thing.value + (1 if reach == "more" else 0)
            sketch.use(place, place + 1)
    for row in rows:
        sketch.use(*row.solid)
    repeated = {marked.norm(i) for i in range(len(marked.doc))} & {"repeatedly", "again"}
    sketch.put("min_slips", max(times, 2 if repeated else 1), rows[0].start)
