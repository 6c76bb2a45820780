"""Questions that the narratives are searched for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kb.filters import Filters
from kb.query import Ask, Query
from kb.understand.about_figures import list_query
from kb.understand.about_terms import ABOUT, PLURALS, PROBLEM_WORDS, topic_of
from kb.understand.lexicon import Lexicon, word_set
from kb.understand.meaning import Kind, Meaning
from kb.understand.sketch import Sketch

_SOFT = (
    "outage",
    "impact_classes",
    "not_impact_classes",
    "findings",
    "has_workaround",
    "vanished",
    "overdue",
    "missing",
    "stated",
    "min_slips",
    "min_slip_days",
    "min_age",
    "max_age",
    "major_incident",
)


_SAYS = word_set("decide_says")


_CAUSAL = word_set("decide_causal")


def passage_like(sketch: Sketch, topic: list[str], words: list[str], conditions: set[str]) -> bool:
    """Whether the words left over are a story to look for, rather than a word to filter by."""
    if not topic:
        return False
    hard = conditions - set(_SOFT) - {"open"}
    asked = set(words)
    if sketch.marked.has("ask.count"):
        return False
    if asked & {"problems", "issues", "records", "faults", "pbis"} and len(topic) <= 2:
        return False
    if asked & _SAYS and len(topic) <= 3:
        return False
    if asked & ABOUT and len(topic) <= 3 and asked & (PLURALS - {"any"}):
        return False
    if asked & _CAUSAL and len(topic) >= 2:
        return True
    if hard and asked & {"list", "problems", "issues", "records"}:
        return len(topic) > 4
    if asked & {"list", "show"} and asked & PLURALS and len(topic) <= 2:
        return False
    return not (sketch.fields and len(topic) <= 6 and not asked & {"how"})


def story_query(
    sketch: Sketch, lexicon: Lexicon, meaning: Meaning, scope: dict[str, Any]
) -> Meaning:
    """A search of the narratives: soft conditions go back into the words that are looked for."""
    marked = sketch.marked
    keep: set[int] = set()
    filters = dict(sketch.filters)
    for place, name, _ in sketch.places:
        adjective = (
            name in ("open", "statuses")
            and {marked.norm(place + 1), marked.norm(place + 2)} & PROBLEM_WORDS
        )
        if name == "owners" and not meaning.plural:
            # "rejected by S1SP1's cache": the story names the party, whoever holds the record.
            named = (*filters.get("suppliers", ()), *filters.pop("owners", ()))
            filters["suppliers"] = tuple(dict.fromkeys(named))
            filters.pop("owner_roles", None)
        told_of = name in _SOFT or name in ("open", "statuses") or name in _MOMENTS
        if told_of and not adjective:
            filters.pop(name, None)
            keep |= _around(sketch, place)
    for row in marked.found:
        if row.id.startswith(("field.", "ask.why", "filter.", "order.", "event.", "measure.")):
            keep |= row.solid
    keep -= {
        i
        for i, thing in marked.things.items()
        if thing.label in ("QUARTER", "LATEST", "PARTY", "SEVERITY") and i in sketch.used
    }
    topic = topic_of(sketch, lexicon, keep=frozenset(keep))
    papers = {marked.norm(i) for i in range(len(marked.doc))} & {"report", "reports", "paper"}
    if scope and not papers and not marked.of("QUARTER", "LATEST"):
        # "At the end of June" is when it happened, not the report that tells of it.
        scope = {}
    if not topic:
        if sketch.filters or scope:
            return replace(
                meaning, query=list_query(sketch, scope, [], tuple(sketch.fields)), sure=False
            )
        return replace(meaning, kind=Kind.UNCLEAR)
    values = {k: v for k, v in filters.items() if v not in ((), None)}
    query = Query(
        ask=Ask.PASSAGE,
        filters=Filters(**values, **(scope or {"ever": True})),
        topic=" ".join(topic),
    )
    return replace(meaning, query=query)


_MOMENTS = ("created_from", "created_to", "target_from", "target_to")
"""In a story a date is that of what happened."""


def _around(sketch: Sketch, place: int) -> set[int]:
    for row in sketch.marked.found:
        if row.id.startswith("filter.") and row.start <= place < row.end:
            return set(row.solid)
    return {place}
