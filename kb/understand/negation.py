"""Whether a word is denied: "not with DSP", "nobody but DCO"."""

from __future__ import annotations

from kb.understand.lexicon import Lexicon
from kb.understand.sketch import Sketch


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
