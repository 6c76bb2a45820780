"""A question that builds on the one before it: pronouns, "what about", "of those", "the rest"."""

from __future__ import annotations

import re
from dataclasses import replace

from kb.query import Ask, Focus, Query
from kb.understand.about_history import first_value
from kb.understand.follow_query import Follow
from kb.understand.follow_words import (
    IT,
    asks_itself,
    asks_the_rest,
    back_to_topic,
    beyond,
    goes_on,
    narrows,
    ordinal,
    own_pronouns,
    pronouns_in,
    rest_words,
    use_pronouns,
)
from kb.understand.lexicon import word_set
from kb.understand.meaning import Kind, Meaning
from kb.understand.sketch import Sketch
from kb.understand.spans import TRACKED, changing, over_time

_NOUNS = word_set("follow_nouns")


_CLAIMS = frozenset(
    {
        "has_workaround",
        "major_incident",
        "overdue",
        "open",
        "impact_classes",
        "min_slips",
        "vanished",
        "outage",
    }
)


_ONE_PROBLEM = (Ask.FIELD, Ask.PROBLEM, Ask.HISTORY, Ask.COMPARE)


_ITS_OWN = re.compile(
    r"\b(?:do|does|did|is|are)\s+(?:it|they)\s+(?:actually\s+|itself\s+|themselves\s+)?"
    r"(?:own|hold|have|got|lead|responsible|the owner)\b|"
    r"\b(?:it|they)\s+(?:actually\s+)?(?:owns?|holds?|has|leads?)\b|"
    r"\b(?:with|held by|owned by)\s+(?:it|them)(?:self|selves)?\b",
    re.IGNORECASE,
)


def _party_before(sketch: Sketch, before: Query) -> str | None:
    """ "which of them does it own?": the one party that the question before was about."""
    named = tuple(dict.fromkeys((*before.filters.suppliers, *before.filters.owners)))
    if len(named) != 1 or before.filters.pbis or not _ITS_OWN.search(sketch.marked.text):
        return None
    return named[0]


def followed(sketch: Sketch, focus: Focus) -> Meaning | Follow | None:
    """How a question hangs on the one before it; None where it stands on its own.

    Some follow-ups ("show me the rest", "why?") are whole meanings at once.
    """
    marked = sketch.marked
    words = [marked.norm(i) for i in range(len(marked.doc)) if not marked.doc[i].is_punct]
    base = Meaning(marked.text, corrections=marked.corrections)
    if focus.query is None:
        return _without_focus(sketch, words, base)
    if asks_the_rest(sketch, words, focus):
        return replace(base, query=focus.query, offset=focus.shown, follows=True)
    started = goes_on(words)
    asked = asks_itself(sketch, words)
    if sketch.pbis:
        return Follow(focus, asked=asked) if started and len(words) < 7 and not asked else None
    picked = ordinal(sketch, words, focus)
    if picked is not None:
        sketch.pbis = (picked,)
        return Follow(focus, one=True, asked=True)
    if picked is None and beyond(sketch, words):
        return replace(base, kind=Kind.UNCLEAR, detail="none before")
    short = len(focus.pbis) == 1 and len(words) <= 8 and not sketch.quarters
    if short and first_value(marked.text):
        # "what was the first target?" of the one problem talked about
        sketch.order, sketch.superlative, sketch.limit = None, False, None
        sketch.pbis = focus.pbis
        return Follow(focus, one=True, asked=True)
    if (
        started
        and len(words) <= 4
        and set(words) & {"latest", "current", "now"}
        and not sketch.order
    ):
        sketch.latest = True
    if len(focus.pbis) == 1 and len(words) <= 5 and words[-2:] == ["the", "date"]:
        # "what is the date?" after "which of these has a target?"
        held = (*focus.query.filters.stated, *focus.query.fields, *sketch.fields)
        dates = [n for n in held if n in ("target_completion", "created", "status_date")]
        sketch.fields = dates[:1] or ["target_completion"]
        sketch.pbis = focus.pbis
        return Follow(focus, one=True, asked=True)
    if words in (["which"], ["which", "ones"], ["and", "which", "ones"], ["which", "are", "these"]):
        return Follow(focus, narrow=True, many=True, asked=True)
    pronouns = pronouns_in(words) - own_pronouns(sketch)
    party = _party_before(sketch, focus.query)
    if party is not None:
        sketch.filters.pop("suppliers", None)
        sketch.put("owners", (party,), 0)
        sketch.fields = [name for name in sketch.fields if name != "owner"]
        use_pronouns(sketch)
        return Follow(focus, narrow=True, many=True, asked=True)
    bare_count = sketch.marked.has("ask.count") and len(words) <= 5
    if bare_count and not set(words) & _NOUNS and not narrows(sketch):
        # "how many are there?": of those just listed.
        return Follow(focus, narrow=True, many=True, asked=True)
    if (
        len(focus.pbis) == 1
        and focus.query.ask in (*_ONE_PROBLEM, Ask.PASSAGE)
        and sketch.filters
        and set(sketch.filters) <= _CLAIMS
        and len(words) <= 5
        and not set(words) & _NOUNS
    ):
        sketch.pbis = focus.pbis
        use_pronouns(sketch)
        return Follow(focus, one=True, asked=True)
    if (
        pronouns & {"it", "they"}
        and len(focus.pbis) == 1
        and focus.query.ask is Ask.FIELD
        and not sketch.fields
        and not sketch.quarters
        and set(sketch.filters) <= {"min_slips"}
        and (changing(marked.text) or over_time(marked.text))
    ):
        # "has that moved?" after "when is it due?": what that field said before.
        sketch.fields = [name for name in focus.query.fields if name in TRACKED][:1]
        if sketch.fields:
            sketch.filters.clear()
            sketch.places.clear()
            sketch.events.clear()
    if "it" in pronouns and len(focus.pbis) == 1:
        sketch.pbis = focus.pbis
        back_to_topic(sketch)
        return Follow(focus, one=True, asked=True)
    if (
        "it" in pronouns
        and len(focus.pbis) > 1
        and sketch.fields
        and focus.query.ask in (*_ONE_PROBLEM, Ask.SUPERLATIVE, Ask.PASSAGE)
    ):
        sketch.pbis = focus.pbis[:1]
        return Follow(focus, one=True, asked=True)
    if "they" in pronouns or "those" in pronouns:
        use_pronouns(sketch)
        if len(focus.pbis) == 1 and (sketch.fields or not sketch.filters):
            sketch.pbis = focus.pbis
            return Follow(focus, one=True, asked=True)
        return Follow(focus, narrow=True, many=True, asked=asked)
    if "one" in pronouns and (sketch.fields or not asked):
        # "the DSP one": one of those found.
        return Follow(focus, narrow=True, asked=True)
    if len(words) <= 2 and words and words[0] in ("why", "how") and focus.pbis:
        sketch.pbis = focus.pbis[:1]
        return Follow(focus, one=True, asked=True)
    if "it" in pronouns and focus.pbis and sketch.fields:
        return Follow(focus, narrow=True, many=True, asked=True)
    bare_field = (
        bool(sketch.fields) and not sketch.filters and len(words) <= 8 and len(focus.pbis) == 1
    )
    if bare_field and not set(words) & _NOUNS:
        sketch.pbis = focus.pbis
        return Follow(focus, one=True, asked=True)
    elliptical = (
        len(words) <= 6
        and not set(words) & _NOUNS
        and bool(
            sketch.filters or sketch.quarters or sketch.group_by or sketch.latest or sketch.order
        )
    )
    if started or elliptical:
        if (
            started
            and not sketch.filters
            and not sketch.quarters
            and not sketch.group_by
            and not sketch.latest
            and asked
            and set(words) & _NOUNS
        ):
            return None
        if (
            started
            and set(words) & _NOUNS
            and asked
            and sketch.filters
            and not elliptical
            and words[0] not in ("what", "how")
        ):
            return None
        return Follow(focus, asked=asked)
    return None


def _without_focus(sketch: Sketch, words: list[str], base: Meaning) -> Meaning | None:
    if sketch.pbis:
        return None
    if words in (["why"], ["how"]) or rest_words(sketch, words):
        return replace(base, kind=Kind.UNCLEAR, detail="nothing before")
    pronouns = pronouns_in(words) - own_pronouns(sketch)
    if (
        "it" in pronouns
        and (sketch.fields or sketch.filters)
        and len(words) <= 8
        and not set(words) & _NOUNS
    ):
        left = [w for w in words if w not in IT]
        if len(left) <= 6:
            return replace(base, kind=Kind.UNCLEAR, detail="nothing before")
    return None
