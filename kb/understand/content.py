"""Which of the words that no rule has understood are what a question is about.

People wrap a question in words of asking ("just for my notes", "rated", "in place"): beside exact
conditions these narrow nothing. A word is content where it stands as content stands: before the
noun ("billing problems"), behind "about" or a preposition, in quotes, or as a name or a number.
Verbs and participles of asking, counting, arranging and comparing ("tallied", "side by side") never
are, and beside exact conditions no other participle is ("distributed", "lasting"), nor an adverb
("broadly"), unless it stands as content stands.
"""

from __future__ import annotations

import re

from kb.understand.about_terms import SCOPE
from kb.understand.lexicon import Lexicon, word_set
from kb.understand.sketch import Sketch

_REQUEST = word_set("content_request")
_ARRANGING = word_set("content_arranging")
"""Of arranging and of blanks: content only in quotes or behind "about"."""
_NOUNS = word_set("decide_problem_words")
_NOT_ABOUT = frozenset(["involve", "involves", "involving", "with", "contain", "contains", "cover"])
_ABOUT = (word_set("decide_about") - _NOT_ABOUT) | {"word", "words", "caused"}
_LEADS = frozenset(["with", "on", "of", "for", "by", "from", "in", "at", "to"])
_ARTICLES = frozenset(["the", "a", "an", "any", "some"])
_PARTICIPLE = re.compile(r"[a-z]{3,}(?:ed|ing)")
_ADVERB = re.compile(r"[a-z]{3,}ly")
_NO_ADVERB = frozenset(
    ["supply", "reply", "family", "assembly", "anomaly", "hourly", "daily", "weekly", "july"]
)
_QUOTED = re.compile(r'"([^"]+)"|(?<!\w)\'([^\']+)\'(?!\w)')


def left_over(sketch: Sketch, lexicon: Lexicon) -> list[int]:
    """Tokens that no rule has understood and that are more than glue, in order."""
    return [
        token.i
        for token in sketch.marked.doc
        if not (token.is_punct or token.is_space or token.i in sketch.used)
        and token.norm_ not in lexicon.glue
        and (len(token.text) > 1 or token.text.isdigit())
    ]


def firm_words(sketch: Sketch, lexicon: Lexicon) -> frozenset[str]:
    """Left-over words that stand as content stands: they narrow even where no report has them."""
    marked = sketch.marked
    left = left_over(sketch, lexicon)
    quoted = " ".join(a or b for a, b in _QUOTED.findall(marked.text)).lower().split()
    firm: set[str] = set()
    for place in range(len(marked.doc)):
        if place not in left:
            continue
        text = marked.doc[place].text
        name = any(c.isdigit() for c in text) or (place > 0 and not text.islower())
        said = {marked.norm(i) for i in range(max(0, place - 5), place)} & _ABOUT
        if (
            said
            or text.lower() in quoted
            or (name and text.lower() not in _ARRANGING)
            or _modifies(sketch, place, left)
            or (_led_in(sketch, place) and marked.norm(place) not in _REQUEST | _ARRANGING)
        ):
            firm.add(text)
    return frozenset(firm)


def content(sketch: Sketch, lexicon: Lexicon, topic: list[str]) -> list[str]:
    """The topic without the words of asking, beside conditions that were recognised."""
    firm = firm_words(sketch, lexicon)
    exact = bool(sketch.filters.keys() - set(SCOPE) or sketch.group_by or sketch.statistic)
    return [
        word
        for word in topic
        if word in firm
        or not (
            word.lower() in _REQUEST | _ARRANGING
            or (exact and not sketch.pbis and _PARTICIPLE.fullmatch(word.lower()))
            or (exact and word.lower() not in _NO_ADVERB and _ADVERB.fullmatch(word.lower()))
        )
    ]


def _modifies(sketch: Sketch, place: int, left: list[int]) -> bool:
    step = place + 1
    while step in left:
        step += 1
    return sketch.marked.norm(step) in _NOUNS


def _led_in(sketch: Sketch, place: int) -> bool:
    step = place - 1
    while sketch.marked.norm(step) in _ARTICLES:
        step -= 1
    return sketch.marked.norm(step) in _LEADS


__all__ = ["content", "firm_words", "left_over"]
