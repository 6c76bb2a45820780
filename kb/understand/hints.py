"""Signs in a question on many problems that tell one way of asking from another."""

from __future__ import annotations

from dataclasses import replace

from kb.records import EventKind
from kb.understand.about_changes import slip_span
from kb.understand.about_terms import claim_of
from kb.understand.content import content, firm_words
from kb.understand.lexicon import Lexicon, word_set
from kb.understand.meaning import Meaning
from kb.understand.sketch import Sketch


def slipping_narrows(sketch: Sketch) -> bool:
    """ "The newest of those that have slipped": slipping is a condition, not what is asked."""
    if sketch.events != [EventKind.SLIPPED] or not (sketch.group_by or sketch.superlative):
        return False
    return slip_span(sketch) is None and len(set(sketch.quarters)) < 2


def told_of_then(words: list[str]) -> bool:
    """ "what went wrong when the battery was changed?": a change in a story, not of a record."""
    return bool({"when", "while", "after", "before", "because"} & set(words[1:]))


def asks_more(sketch: Sketch) -> bool:
    """Whether a group, a ranking, a measure or an event is asked for."""
    return bool(sketch.group_by or sketch.superlative or sketch.statistic or sketch.events)


def weighed(
    sketch: Sketch, lexicon: Lexicon, meaning: Meaning, topic: list[str]
) -> tuple[Meaning, list[str]]:
    """The topic without words of asking, which are named in a note."""
    kept = content(sketch, lexicon, topic)
    aside = [word for word in topic if word not in kept]
    if aside:
        said = ", ".join(f"‘{word}’" for word in aside)
        meaning = replace(meaning, notes=(*meaning.notes, f"Not used to narrow: {said}."))
    return replace(meaning, firm=firm_words(sketch, lexicon)), kept


def all_missing(sketch: Sketch, words: list[str]) -> tuple[str, ...]:
    """ "neither owner nor target", "no owner and no target": every one must be left out."""
    named = tuple(sketch.filters.get("missing", ()))
    both = {"neither", "both"} & set(words) or not {"or", "/", ","} & set(words)
    return named if len(named) > 1 and (both or ("and" in words and "or" not in words)) else ()


def the_one(sketch: Sketch, meaning: Meaning, topic: list[str], words: list[str]) -> bool:
    """ "is the storm damage problem closed?": a claim about one problem that is described."""
    if not (meaning.yes_no and topic and len(topic) < 6 and "the" in words[:4]):
        return False
    one = set(words) & {"problem", "issue", "record", "fault", "one"}
    return bool(one and claim_of(sketch) and not set(words) & {"any", "there", "all", "every"})


_HURT = word_set("decide_hurt")


def processes(
    sketch: Sketch, topic: list[str], words: list[str], conditions: set[str]
) -> list[str]:
    """ "anything hitting prepayment?": a business process of the vocabulary, not words."""
    named = sketch.marked.processes(" ".join(topic)) if topic else ()
    if not named or not set(words) & _HURT or len(topic) > 4:
        return topic
    sketch.put("processes", named, 0)
    conditions.add("processes")
    return [w for w in topic if not sketch.marked.processes(w) and w.lower() not in _HURT]


def together_named(sketch: Sketch) -> tuple[str, ...]:
    """ "both DSP and DCO": parties that must all be involved."""
    note = next((n for n in sketch.notes if n.startswith("every:")), None)
    words = {sketch.marked.norm(i) for i in range(len(sketch.marked.doc))}
    return (
        tuple(note[6:].split(","))
        if note and words & {"both", "involving", "involve", "involves", "together", "between"}
        else ()
    )
