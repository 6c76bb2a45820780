"""What every way of deciding needs: the conditions of a sketch as filters, and its topic."""

from __future__ import annotations

from typing import Any

from kb.filters import Filters
from kb.understand.lexicon import Lexicon, word_set
from kb.understand.sketch import Sketch

SCOPE = ("quarters", "reports", "ever", "as_at", "pbis")


PROBLEM_WORDS = word_set("decide_problem_words")


PLURALS = word_set("decide_plurals")


ABOUT = word_set("decide_about")


def topic_of(sketch: Sketch, lexicon: Lexicon, *, keep: frozenset[int] = frozenset()) -> list[str]:
    """Content words that no rule has understood, in order, as they were written."""
    out = []
    for token in sketch.marked.doc:
        if token.is_punct or token.is_space or (token.i in sketch.used and token.i not in keep):
            continue
        if (
            token.norm_ in lexicon.glue
            or token.norm_ in ABOUT
            or (len(token.text) < 2 and not token.text.isdigit())
        ):
            continue
        out.append(token.text)
    return out


def filters_of(sketch: Sketch, **more: Any) -> Filters:
    """The conditions of a sketch, with others on top."""
    values = {name: value for name, value in sketch.filters.items() if value not in ((), None)}
    return Filters(**{**values, **more})


def scoped(sketch: Sketch) -> dict[str, Any]:
    """The quarters named, as conditions; nothing where none is."""
    if sketch.quarters:
        return {"quarters": tuple(dict.fromkeys(sketch.quarters))}
    return {}


def claim_of(sketch: Sketch) -> Filters | None:
    """What is claimed of the problems named; None where nothing is."""
    values = {k: v for k, v in sketch.filters.items() if k not in SCOPE and v not in ((), None)}
    return Filters(**values) if values else None


AHEAD = word_set("decide_ahead")


def topical(filters: Filters, topic: list[str]) -> Filters:
    """The conditions, with words that must stand in the text."""
    return filters.model_copy(update={"words": tuple(topic)}) if topic else filters


def filters_without(sketch: Sketch, *names: str) -> Filters:
    """The conditions of a sketch without some of them."""
    return Filters(
        **{k: v for k, v in sketch.filters.items() if k not in names and v not in ((), None)}
    )
