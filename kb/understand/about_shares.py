"""Questions on a part of a whole: "what share of the open problems is critical?"."""

from __future__ import annotations

from typing import Any

from kb.filters import Filters
from kb.query import Ask, Query
from kb.understand.about_terms import PROBLEM_WORDS, SCOPE
from kb.understand.sketch import Sketch

UNREAD = "the part of a share was not read"
_IDLE = frozenset(
    ["there", "in", "the", "a", "all", "now", "report", "<quarter>", "<latest>", "at"]
)


def share_query(
    sketch: Sketch, scope: dict[str, Any], topic: list[str], *, every: bool = False
) -> Query:
    """Splits the conditions at the verb: "of the open problems | are with DSP"."""
    marked = sketch.marked
    starts = [f.end for f in marked.all("ask.share")]
    begin = max(starts, default=2 if every else 0)
    verbs = {
        "is",
        "are",
        "was",
        "were",
        "has",
        "have",
        "had",
        "do",
        "does",
        "did",
        "involve",
        "involves",
        "sit",
        "sits",
        "belong",
        "belongs",
        "come",
        "comes",
        "lack",
        "affect",
        "remain",
        "state",
        "give",
        "name",
        "hold",
        "holds",
        "own",
        "owns",
        "mention",
    }
    split, verb = None, 0
    last_noun = begin
    ends = len(marked.doc)
    for place in range(begin, len(marked.doc)):
        telling = marked.norm(place) in ("impact", "hit", "hurt") and (
            marked.norm(place - 1) in PROBLEM_WORDS
        )  # "how many of the problems impact users", and not "problems with user impact"
        if (marked.norm(place) in verbs or telling) and place > begin:
            split = place
            related = marked.norm(place - 1) in ("that", "which", "who", "what")
            if not (related and any(marked.norm(i) in verbs for i in range(place + 1, ends))):
                verb = place
                break  # "the problems that involve DCO are closed": the second verb tells
        if marked.norm(place) in PROBLEM_WORDS:
            last_noun = place
    if every:
        nouns = [i for i in range(len(marked.doc)) if marked.norm(i) in PROBLEM_WORDS]
        split = nouns[0] + 1 if nouns else begin
    if split is None:
        split = last_noun + 1 if last_noun > begin else len(marked.doc)
    whole: dict[str, Any] = {}
    part: dict[str, Any] = {}
    for place, name, value in sketch.places:
        target = whole if place < split else part
        target[name] = (*target.get(name, ()), *value) if isinstance(value, tuple) else value
    turn = _relative(sketch, begin, len(marked.doc)) if not part else None
    if turn is not None:
        # "share of open problems that DCC owns": the verb comes last, its party before it.
        whole, part = {}, {}
        for place, name, value in sketch.places:
            target = whole if place < turn else part
            target[name] = (*target.get(name, ()), *value) if isinstance(value, tuple) else value
    told = verb and any(
        token.i > verb and not token.is_punct and token.norm_ not in _IDLE for token in marked.doc
    )
    if not part and told and not topic and whole.keys() - set(SCOPE):
        sketch.notes.append(UNREAD)
    if not part and not (told and topic):
        # "what share of the problems closed" or "the share of critical problems": all is the whole.
        part, whole = whole, {}
    if topic:
        part["words"] = tuple(topic)
    return Query(ask=Ask.SHARE, filters=Filters(**whole, **scope), within=Filters(**part))


def _relative(sketch: Sketch, begin: int, end: int) -> int | None:
    """Where a relative clause begins that has conditions on both of its sides; None for none."""
    held = [place for place, name, _ in sketch.places if name not in SCOPE and place >= begin]
    for place in range(begin + 1, end):
        if sketch.marked.norm(place) in ("that", "which", "whom") and sketch.marked.norm(
            place - 1
        ) not in ("of", "in", "with"):
            before = any(at < place for at in held)
            return place if before and any(at > place for at in held) else None
    return None


def all_of(words: list[str]) -> bool:
    """Whether it is asked if every problem meets something."""
    return bool({"all", "every", "each"} & set(words[:5])) and "at" not in words[:2]
