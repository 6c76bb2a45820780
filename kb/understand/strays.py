"""Words that a list or a count is narrowed by and that are hardly what it is about."""

from __future__ import annotations

import re

from kb.query import Ask, Query
from kb.understand.lexicon import word_set
from kb.understand.lost import parts_of_query
from kb.understand.number_words import SMALL
from kb.understand.sketch import Sketch

_DOMAIN = word_set("strays_domain")
_QUOTED = re.compile(r'"([^"]+)"|(?<!\w)\'([^\']+)\'(?!\w)')


def strays(sketch: Sketch, query: Query) -> list[str]:
    """Words looked for in the text that speak of records, numbers and order, not of a story."""
    if query.ask in (Ask.PASSAGE, Ask.FIELD):
        return []
    quoted = " ".join(a or b for a, b in _QUOTED.findall(sketch.marked.text)).lower().split()
    words = dict.fromkeys(word for part in parts_of_query(query) for word in part.words)
    return [
        word
        for word in words
        if word.lower() not in quoted and (word.lower() in _DOMAIN or word.lower() in SMALL)
    ]


__all__ = ["strays"]
