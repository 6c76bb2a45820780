"""Whether a word is denied: "not with DSP", "nobody but DCO"."""

from __future__ import annotations

import re

from kb.understand.lexicon import Lexicon, word_set
from kb.understand.sketch import Sketch

PROBLEM_WORDS = word_set("decide_problem_words") - {"one", "ones"}


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
            if word == "no" and _none_of(sketch, start):
                return None
            return seen | {place}
        if word not in lexicon.negation_skip and word != "-":
            return None
        seen.add(place)
        place -= 1
    return None


_ADJOINING = frozenset(["and", "or", ",", "-", "severity", "priority"])


def _none_of(sketch: Sketch, start: int) -> bool:
    """ "No open problems" says that there are none; it does not speak of closed ones."""
    marked = sketch.marked
    for place in range(start, min(start + 6, len(marked.doc))):
        if marked.norm(place) in PROBLEM_WORDS:
            sketch.none = True
            return True
        named = place in marked.things or any(
            row.id.startswith("filter.") and place in row.solid for row in marked.found
        )
        if not named and marked.norm(place) not in _ADJOINING:
            return False
    return False


def _opening(sketch: Sketch, place: int) -> bool:
    # "Isn't 123400 closed?" asks whether it is; the "n't" denies nothing.
    return place == 1 and str(sketch.marked.doc[1].text).lower() in ("n't", "nt")


_NONE = re.compile(
    r"\b(?:no|zero|not (?:a single|any|one)|none of the|not one of the) (?:\S+ ){0,3}?"
    r"(?:problems?|issues?|records?|pbis?)\b(?! (?:number|report))"
)


def read_none(sketch: Sketch) -> None:
    """Notes that a question says there are no such problems: "no problem is overdue"."""
    line, places = sketch.marked.line()
    found = _NONE.search(line)
    if (
        found
        and not sketch.pbis
        and not re.search(r"\b(?:with|have|has|by) $", line[: found.start()])
    ):
        sketch.none = True
        sketch.use(places[found.start()])
