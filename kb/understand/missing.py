"""Fields that are left out or stated: "no owner", "impact not stated", "with a target"."""

from __future__ import annotations

import re

from kb.understand.lexicon import Found
from kb.understand.sketch import Sketch


def read_missing(sketch: Sketch) -> None:
    """Fields that are left out or stated: "no owner", "impact not stated", "with a target"."""
    marked = sketch.marked
    for row in marked.table("missing"):
        kind = row.id.partition(".")[2]
        if kind in ("owner", "target_completion") and sketch.free(row.solid):
            sketch.put(_left_or_stated(sketch, row.start), (kind,), row.start)
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
            sketch.put(_left_or_stated(sketch, no.start), (name,), word.start)
            _take(sketch, no, word, *tail)
            _and_more(sketch, word.end, "missing")
        elif isnt is not None and name != "major_incident":
            sketch.put(_left_or_stated(sketch, word.start), (name,), word.start)
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


_EXCLUDING = re.compile(
    r"\b(?:excluding|exclude|excluded|except(?: for)?|ignoring|ignore|omitting|omit|minus|bar|"
    r"barring|"
    r"leaving out|leave out|leaving aside|not counting|not including|setting aside|apart from|"
    r"aside "
    r"from|other than|skipping|skip|but not|disregarding)"
    r"(?: (?:any|all|those|the|ones|problems?|records?|of|with|which|that|whose|where|have|"
    r"has|a|an))*$"
)


def _left_or_stated(sketch: Sketch, start: int) -> str:
    """ "Excluding any with no owner stated" asks for those with one."""
    line, places = sketch.marked.line()
    before = line[: places.index(start)] if start in places else ""
    found = _EXCLUDING.search(before.strip())
    if found is None:
        return "missing"
    sketch.use(*{places[i] for i in range(found.start(), found.end())})
    return "stated"


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
