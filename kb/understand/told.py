"""Questions for a number or a detail that a narrative tells: "how many masts did the storm hit?"

Problems are counted from records. What is no problem (masts, meters, top-ups, homes) is counted by
nobody here: a narrative may tell how many there were, so such a question is one for the narratives.
"""

from __future__ import annotations

import re

from kb.understand.lexicon import word_set
from kb.understand.sketch import Sketch

_ASKED = re.compile(
    r"\bhow (?:many|much)(?: of)?\b|\b(?:number|count|total|quantity|amount|tally) of\b|"
    r"\b(?:share|proportion|percentage|fraction|part|portion|slice) of\b|"
    r"\bhow (?:big|large) an? \w+ of\b",
    re.IGNORECASE,
)
_MEASURED = re.compile(
    r"^(?:and |so |but |then )*(?:how (?:many times|often|frequently|far|fast|hot|big|large|wide|"
    r"close|full|quickly|slowly|late in)|by (?:how much|what)|(?:to|at|by|up to|after|before|"
    r"until|from|since|"
    r"on|in|of|within|for) (?:what|which)|what (?:time|speed|rate|size|temperature)|since when|"
    r"until when)\b",
    re.IGNORECASE,
)
_LENGTH = re.compile(
    r"^(?:(?:and|so|but|for) )*how many (?:seconds|minutes|hours|days|nights|weeks)\b",
    re.IGNORECASE,
)
_PARTICULAR = re.compile(
    r"\b(?:(?:phone|telephone|mobile|fax|serial|account|model|part|invoice|contact|badge|purchase "
    r"order) numbers?|e-?mail(?: address)?|postcodes?|home address|ip address(?:es)?|passwords?|"
    r"pin code|salary|salaries|wages?|fined|fines|penalt(?:y|ies)|compensat\w+|refund\w*|sued|"
    r"budget|colou?rs?|first name|surname|names? of the (?:engineer|person|people|man|woman|"
    r"manager|technician|contractor|director|customer)s?|chief executive|"
    r"how much (?:money|did it cost|does it cost|will it cost|has it cost)|cost of|"
    r"apologis\w+|birthday|weigh\w*)\b",
    re.IGNORECASE,
)
# What product terms count: with one of them the records are asked, not the narratives.
_OURS = word_set("told_ours")
_RECORDS = word_set("decide_plurals") | {"target", "targets", "deadline", "severity", "date"}
_ENDS = word_set("told_ends")
_PEOPLE = word_set("told_people")


def counted_noun(sketch: Sketch) -> str | None:
    """The thing whose number is asked for where it is no problem record ("masts"), else None."""
    text = sketch.marked.text
    found = _ASKED.search(text)
    if found is None:
        return None
    if found.end() >= len(text.rstrip(" ?!.")):
        # "Top-ups rejected by the cache - how many?"
        return _noun_after(sketch, 0)
    return _noun_after(sketch, found.end())


def _noun_after(sketch: Sketch, start: int) -> str | None:
    """The first plural noun of the phrase from a character on; None where one of ours is in it."""
    marked = sketch.marked
    noun: str | None = None
    begun = False
    for token in marked.doc:
        word = token.norm_.lower()
        if token.idx < start or (token.is_punct and word in ("-", "/", "'", '"')):
            continue
        if noun:
            # "Meters problems" are problems.
            return None if word in _RECORDS else noun
        if word in _OURS:
            return None
        thing = marked.things.get(token.i)
        if thing is not None and thing.label == "TITLE" and not begun:
            # "how many top-ups were rejected after ...": its words are near those of a title.
            return _plural_in(token.text)
        if thing is not None:
            continue
        if word in _ENDS or token.is_punct:
            if begun:
                break
            continue
        begun = True
        plural = word.endswith("s") and not word.endswith(("ss", "us", "is", "'s"))
        noun = word if plural or word in _PEOPLE else None
    return noun


def _plural_in(text: str) -> str | None:
    """The plural noun that a phrase begins with ("top-ups were rejected"), else None."""
    found: str | None = None
    for word in re.findall(r"[^\W_]+(?:['’][^\W_]+)?", text.lower()):
        if word in _OURS:
            return None
        if word in _ENDS:
            break
        plural = word.endswith("s") and not word.endswith(("ss", "us", "is"))
        found = word if plural or word in _PEOPLE else None
    return found


def measured(sketch: Sketch, topic: list[str]) -> bool:
    """Whether a detail of a story is asked for ("how far did the roll-out get before it ...")."""
    words = {token.norm_ for token in sketch.marked.doc}
    if words & _RECORDS or sketch.pbis:
        return False
    if {"slips", "slip_days", "overdue", "target_completion", "age", "status"} & set(sketch.fields):
        return False
    if len(topic) >= 2 and _LENGTH.match(sketch.marked.text):
        return True
    return len(topic) >= 3 and bool(_MEASURED.match(sketch.marked.text))


def particular(text: str) -> str | None:
    """What reports seldom hold and a question turns on ("serial number"), else None."""
    found = _PARTICULAR.search(text)
    return found[0] if found else None
