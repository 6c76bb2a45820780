"""What of a question no reading has explained: it decides between a note and no answer at all.

Every content word must be accounted for by a condition, by what is asked, or by the topic that is
looked for. Where lists and counts leave a word over it narrows them or is named in a note (see
`content`); a question on a named problem has no such place for it, and answering by the field that
was recognised would answer another question ("who at DSP promised the customers that ... ?").
"""

from __future__ import annotations

from kb.query import Ask, Query
from kb.understand.about_terms import topic_of
from kb.understand.content import content
from kb.understand.lexicon import Lexicon, word_set
from kb.understand.sketch import Sketch

_LIGHT = word_set("coverage_light")
ON_PROBLEMS = frozenset([Ask.FIELD, Ask.HISTORY, Ask.COMPARE, Ask.PROBLEM])
STRONG = 2
"""From so many words that nothing explains, a question is not answered by a field."""


def unexplained(sketch: Sketch, lexicon: Lexicon, query: Query) -> tuple[str, ...]:
    """Content words that no part of the query accounts for, in order; of named problems only."""
    if query.ask not in ON_PROBLEMS or not query.filters.pbis:
        return ()
    known = {word.lower() for word in (*(query.topic or "").split(), *query.filters.words)}
    words = content(sketch, lexicon, topic_of(sketch, lexicon))
    return tuple(word for word in words if word.lower() not in known and word.lower() not in _LIGHT)


__all__ = ["ON_PROBLEMS", "STRONG", "unexplained"]
