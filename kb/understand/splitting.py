"""The questions that one message holds: its sentences, and what "and" joins."""

from __future__ import annotations

import re

from kb.query import Ask
from kb.understand.meaning import Meaning
from kb.understand.rewording import opened

_SENTENCE = re.compile(r"(?<=[?!])\s+|;\s+|\.\s+(?=[A-Z])")
_ASK_WORD = (
    r"how (?:many|long|old|far|much|often|overdue|late|severe|bad)|what|which|who|"
    r"whose (?:is|are|was)|when|"
    r"where|why|list|show|give me|"
    r"tell me|is (?:it|that|this|any|there)|are (?:they|any|there|those)|was (?:it|there|that)|"
    r"were (?:they|there)|"
    r"does (?:it|that|any)|do (?:they|any)|did (?:it|they|that|any)|has (?:it|that|any)|have "
    r"(?:they|any)|by when|with whom|compare"
)
_AND = re.compile(
    rf"\s*,?\s+(?:and|also|plus|and also|then|and then|&)\s+(?=(?:{_ASK_WORD})\b)(?!how many "
    r"(?:are |were |is |was |there |open |did |do |we |have |had )*(?:now|today|in \S+(?: \S+)?"
    r"(?: report)?)\s*\??$)",
    re.IGNORECASE,
)


_END = (
    r"oldest|newest|youngest|earliest|latest|longest|shortest|soonest|furthest|most recent|"
    r"(?:most|least) (?:severe|overdue|recent)"
)
_BOTH_ENDS = re.compile(rf"\b({_END})\s+and\s+(?:the\s+)?({_END})\b", re.IGNORECASE)
# "Which were closed? Not the cancelled ones.": what is excluded belongs to the question before.
_AFTERTHOUGHT = re.compile(
    r"\s*[?.;!]+\s+(?:but |and |so |please |oh )?((?:not(?: counting| including)?|excluding|except"
    r"(?: for)?|without|ignor(?:e|ing)|apart from|other than|leav(?:e|ing) out|"
    r"skip(?:ping)?|minus)(?: \S+){1,6})\s*[?.!]*$",
    re.IGNORECASE,
)
# "Was anything reopened, and what?": the tail asks for no more than the names.
_TAIL = re.compile(
    r"[,?]?\s+(?:and\s+)?(?:if so,?\s+)?(?:what|which)(?: (?:ones?|problems?|records?|"
    r"(?:is|was) it|(?:are|were) (?:they|those)))?\s*\?*\s*$",
    re.IGNORECASE,
)

# "Where are we with 122207? Just the status.": what is said at the end is all that is asked for.
_JUST = re.compile(
    r"(?P<first>.+?)\s*[?.,;:(–—-]+\s*(?:i (?:only |just )?(?:need|want) )?(?:just|only|simply) "
    r"(?:the |its |their )?(?:(?P<field>status|owner|severity|priority|target(?: date)?|due date|"
    r"deadline|impact|workaround|creation date|age)|numbers?|count|total|figures?|names|titles|"
    r"list|(?:pbi )?(?:numbers|references|ids)|answer|yes or no)"
    r"(?:,? (?:please|pls|thanks|thank you|cheers|will do|is enough|is fine|needed|for now|now|"
    r"is needed))*\s*[?.!)]*$",
    re.IGNORECASE,
)
_IT = re.compile(r"\b(?:it|that one|this one|that|this)\b", re.IGNORECASE)
_WHEN = re.compile(r"\b(?:in|at|as at|as of|for) (?:the )?(?:Q[1-4]\b|\w+ report\b).*", re.I)
_WHOSE = re.compile(r"\b(?:pbi ?0*)?\d{6}\b", re.IGNORECASE)


def _narrowed(text: str) -> str:
    """A message whose last clause only says which part of the answer is wanted, as one question."""
    found = _JUST.match(text)
    if found is None:
        return text
    if found["field"] is None:
        return found["first"]
    named = _WHOSE.findall(found["first"])
    if len(named) == 1:
        when = _WHEN.search(found["first"])
        return f"what is the {found['field'].lower()} of {named[0]} {when[0] if when else ''}"
    if not named and _IT.search(found["first"]):
        return f"what is its {found['field'].lower()}"
    return text


def parts_of(question: str) -> list[str]:
    """The questions that one message holds, in order; at least one."""
    parts: list[str] = []
    whole = _narrowed(opened(_TAIL.sub("", " ".join(question.split()))))
    whole = _AFTERTHOUGHT.sub(r", but \1", whole)
    for sentence in _SENTENCE.split(whole):
        pieces = [piece for piece in _AND.split(sentence) if piece.strip()]
        for piece in pieces:
            both = _BOTH_ENDS.search(piece)
            if both is None:
                parts.append(piece)
                continue
            # "the oldest and newest open problem" asks for two.
            parts += [piece[: both.start()] + one + piece[both.end() :] for one in both.groups()]
    return [part.strip() for part in parts if part.strip(" ?!.,")] or [question]


def one_story(before: Meaning, meaning: Meaning, part: str) -> bool:
    """Whether a second question asks on about the story that the first one looks for."""
    if before.query is None or before.query.ask is not Ask.PASSAGE or before.query.filters.pbis:
        return False
    words = set(re.findall(r"[a-z]+", part.lower()))
    pronoun = bool(words & {"it", "this", "that", "they", "them", "its"})
    return meaning.duration or (
        pronoun and (meaning.query is None or meaning.query.ask is Ask.PASSAGE)
    )


__all__ = ["one_story", "parts_of"]
