"""Facts that a sentence of the narrative states: who has the record, whether it ran as an MI."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.vocabulary import Vocabulary

_SUBJECT = (
    r"(?:(?:this|the|that)\s+)?(?:problem(?:\s+(?:record|investigation|ticket))?|record|PBI|ticket|issue|it|"
    r"investigation|ownership|responsibility|accountability|action|lead(?:ership)?)"
    r"(?:\s+(?:of|for)\s+(?:this|the|it)(?:\s+(?:problem|record|PBI|problem\s+record|fix|resolution|issue))?)?"
)
_WITH = (
    r"(?:(?:is|are|was|has\s+been|sits?|rests?|remains?|lies|currently|now|still|presently|being|stays|resides)\s+)+"
    r"(?:currently\s+|now\s+|still\s+|presently\s+)*"
    r"(?:with|held\s+by|owned\s+by|led\s+by|assigned\s+to|allocated\s+to|being\s+(?:led|progressed|handled|"
    r"managed|worked|investigated)\s+by|progressed\s+by|handled\s+by|managed\s+by|in\s+the\s+hands\s+of|"
    r"the\s+responsibility\s+of|under\s+investigation\s+(?:by|with)|passed\s+to|placed\s+with|down\s+to|"
    r"being\s+worked\s+on\s+by|under\s+the\s+(?:lead|ownership)\s+of|looked\s+after\s+by|for)"
)
_PASSIVE = re.compile(rf"^\W*{_SUBJECT}\s+{_WITH}\s+(?P<rest>.+)$", re.IGNORECASE | re.DOTALL)
_HEADLESS = re.compile(
    r"^\W*(?:currently\s+|now\s+|still\s+)?(?:with|held\s+by|owned\s+by|led\s+by|assigned\s+to|allocated\s+to|"
    r"in\s+the\s+hands\s+of|sits\s+with|remains\s+with)\s+(?P<rest>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_ACTIVE = re.compile(
    r"^(?:is\s+|are\s+|currently\s+|has\s+|have\s+)*(?:owns?|owning|leads?|leading|holds?|holding|"
    r"(?:taken|has|have|retains?|the)\s+(?:the\s+)?(?:ownership|lead|responsibility)|responsible\s+for|"
    r"accountable\s+for|(?:the\s+)?(?:owner|lead|resolver|resolving\s+party)(?:\s+of)?|handling|managing|progressing)"
    r"\s+(?:of\s+|for\s+|on\s+)*(?:this|the|it)\b(?:\s+(?:problem|record|PBI|problem\s+record|issue|fix))*[\s.]*$",
    re.IGNORECASE,
)
_ONLY = re.compile(r"^[\s.,;)\u2019']*$")
_NOT_MI = re.compile(
    r"\b(?:not|never|wasn['\u2019]t|isn['\u2019]t|weren['\u2019]t)\s+(?:been\s+|being\s+)?(?:ran|run|raised|managed|"
    r"treated|handled|declared|invoked|classed|classified|logged)?\s*(?:as\s+)?(?:an?\s+)?(?:MI|major\s+incident)\b"
    r"|\b(?:none|neither|nothing|not\s+one)\b[^.;]{0,30}?\b(?:was|were|is|has\s+been|have\s+been)\s+(?:ran|run|"
    r"raised|managed|treated|handled|declared|classed|classified|logged)\s+as\s+(?:an?\s+)?(?:MI|major\s+incident)\b"
    r"|\bno\s+(?:MI|major\s+incident)s?\b|\bwithout\s+(?:an?\s+)?(?:MI|major\s+incident)\b"
    r"|\b(?:MI|major\s+incident)\s+(?:was\s+|has\s+)?not\s+(?:been\s+)?(?:ran|run|raised|declared|invoked|called|"
    r"required)\b|\bnot\s+(?:an?\s+)?(?:MI|major\s+incident)\b"
    r"|\b(?:MI|major\s+incident)\b\s*[:=?\u2013-]+\s*(?:no|none|n)\b",
    re.IGNORECASE,
)
_MI = re.compile(
    r"\b(?:ran|run|managed|treated|handled|declared|raised|classed|classified|logged|invoked)\s+as\s+(?:an?\s+)?"
    r"(?:MI|major\s+incident)\b|\b(?:an?\s+)?(?:MI|major\s+incident)\s+(?:\w+\s+)?(?:was|were|has\s+been)\s+"
    r"(?:ran|run|raised|declared|invoked|called|managed)\b"
    r"|\b(?:MI|major\s+incident)\b\s*[:=?\u2013-]+\s*(?:yes|y)\b"
    r"|\bdeclared\s+(?:an?\s+)?(?:MI|major\s+incident)\b"
    r"|\b(?:MI|major\s+incident)\s+(?:(?:was|has\s+been)\s+)?(?:ran|run|raised|declared|invoked|called|opened|"
    r"started|held|convened|managed|process\s+(?:was\s+)?(?:followed|invoked|run|started))\b"
    r"|\b(?:ran|run|managed|treated|handled|declared|raised)\s+(?:under|through|by)\s+(?:the\s+)?"
    r"(?:MI|major\s+incident)\s+process\b",
    re.IGNORECASE,
)
_WORKAROUND = re.compile(
    r"\b(?:work[\s-]?arounds?|interim\s+(?:measure|fix|solution|mitigation|arrangement)s?|temporary\s+"
    r"(?:fix|measure|solution)s?|mitigation\s+(?:is|has\s+been|was)|stop-?gap|tactical\s+(?:fix|solution))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Owner:
    """Half-open spans in a sentence: the owner's words, and whether nothing else is said."""

    start: int
    end: int
    only: bool


def owner_in(sentence: str, vocabulary: Vocabulary, *, headless: bool = False) -> Owner | None:
    """With whom the sentence says that the record is.

    Args:
        headless: "With DSP." counts too, as at the head of a record.
    """
    match = _PASSIVE.match(sentence) or (_HEADLESS.match(sentence) if headless else None)
    if match:
        return _after(sentence, match.start("rest"), vocabulary)
    mentions = vocabulary.parties_in(sentence[:80])
    if mentions and re.fullmatch(r"\W*(?:the\s+)?", sentence[: mentions[0].start], re.IGNORECASE):
        first = mentions[0]
        if _ACTIVE.match(sentence[first.end :].lstrip()):
            return Owner(first.start, first.end, True)
    return None


def _after(sentence: str, at: int, vocabulary: Vocabulary) -> Owner | None:
    rest = sentence[at:]
    for mention in vocabulary.parties_in(rest[:100]):
        if not re.fullmatch(r"(?:the|our)?\s*", rest[: mention.start], re.IGNORECASE):
            break
        only = bool(_ONLY.match(rest[mention.end :]))
        return Owner(at + mention.start, at + mention.end, only)
    # An organisation that the vocabulary does not hold: capitalised words to the end of the clause.
    name = re.match(
        r"(?:the\s+)?(?P<name>[A-Z][\w&'\u2019/+-]*(?:\s+(?:[A-Z(][\w&'\u2019/)+-]*|and|of|&))*)",
        rest,
    )
    if name is None:
        return None
    return Owner(
        at + name.start("name"), at + name.end("name"), bool(_ONLY.match(rest[name.end() :]))
    )


def major_incident_in(text: str) -> tuple[bool, int, int] | None:
    """Whether the text says that a major incident was run, and where it says so."""
    match = _NOT_MI.search(text)
    if match:
        return False, match.start(), match.end()
    match = _MI.search(text)
    return (True, match.start(), match.end()) if match else None


def states_workaround(sentence: str) -> bool:
    """The sentence says that there is a workaround, what it is, or that there is none."""
    if re.search(
        r"\b(?:withdrawn|removed|retired|no\s+longer|ended|expired)\b", sentence, re.IGNORECASE
    ):
        return False
    return bool(_WORKAROUND.search(sentence))
