"""Which sentences of a problem answer a question: near to it, and of the kind that it asks for."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from kb.answer.context import Asked
from kb.answer.nearness import SYNONYM, Found, covered, phrases, stem, stems_of, thesaurus
from kb.passages import sentences
from kb.records import Snapshot
from kb.understand.turns_on import evidence_for

QUOTED = 4
"""Sentences quoted at most."""

_SMALL = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    "sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|hundred|thousand|dozen|"
    "half|twice|once"
)
NUMBER = rf"(?:\d[\d,]*(?:\.\d+)?|(?:{_SMALL})(?:[\s-](?:{_SMALL}))*)"
LENGTH = re.compile(
    r"\b(?:\d+(?:[.,]\d+)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|several|"
    r"few)[\s-]+(?:and a half )?"
    r"(?:seconds?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|nights?)\b|\b\d{1,2}:\d{2}\b",
    re.IGNORECASE,
)
CAUSE = re.compile(
    r"\b(?:root cause|caus(?:e|ed|es|ing)|because|due to|as a result|result(?:ed|s)? (?:of|"
    r"from)|traced to|owing to|led to|"
    r"found that|attributed to|down to|reason|the issue occurred|stems? from|arises? from|so "
    r"that)\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    rf"{CAUSE.pattern}|\b(?:refused|until|waits? (?:for|on)|waited (?:for|on)|depends on|"
    r"when|after|had|as it|as they|as the|withdrew|would not|could not|not yet)\b",
    re.IGNORECASE,
)
_ANY = re.compile(rf"\b{NUMBER}\b|%", re.IGNORECASE)
_PART = re.compile(
    rf"\d\s*(?:%|per ?cent)|\bper ?cent|\b{NUMBER} (?:in|of|out of) (?:every |the )?{NUMBER}\b|"
    r"\bhalf\b|\bthirds?\b|\bquarter of\b",
    re.IGNORECASE,
)
_HOUR = re.compile(r"\b\d{1,2}[:.]\d{2}\b|\b(?:midnight|noon|dawn)\b", re.IGNORECASE)
_DATE = re.compile(
    r"\b\d{1,2}(?:st|nd|rd|th)?[ /](?:\d{1,2}|January|February|March|April|May|June|July|August|"
    r"September|October|November|December)\b|\b(?:January|February|March|April|May|June|July|"
    r"August|September|October|November|December|spring|summer|autumn|winter|(?:19|20)\d\d)\b"
)
_DAY = re.compile(
    r"\b\d{1,2}/\d{1,2}\b|\b\d{1,2}(?:st|nd|rd|th)? (?:January|February|March|April|May|June|"
    r"July|August|September|October|November|December)\b"
)
_AMOUNT = re.compile(r"\bhow (?:far|often|frequently|much|big|large|hot|fast)\b|\bby how\b", re.I)
_PARTS = re.compile(r"\b(?:share|proportion|percentage|fraction|per ?cent|part) of\b|\d?%", re.I)
_HOURS = re.compile(r"\bwhat time\b|\bwhen\b", re.I)
_WHEN = re.compile(r"\bwhen\b|\bwhat date\b|\bsince (?:when|which)\b|\bwhich release\b", re.I)
_SPAN = re.compile(r"\bhow (?:long|late)\b|\bwhat length\b|\bduration\b|\bhow quick", re.I)
_REMEDY = re.compile(
    r"\b(?:what|how|did)\b.*\b(?:change[sd]?|fix(?:e[sd])?|done|precautions?|remed(?:y|ied)|"
    r"solved?|resolved?|measures?|cured?|prevent\w*|put right|they do about)\b",
    re.I,
)
_MENDED = re.compile(
    r"\b(?:now|change[sd]?|fix(?:ed)?|installed|put (?:in|right)|replaced|kept|shortened|"
    r"rewritten|withdrawn|made|added|patch\w*|supplied|split|spread)\b",
    re.I,
)
_AVOIDING = re.compile(
    r"\b(?:way|ways|how) (?:to|can|do|could|did|does)\b.*\b(?:avoid|get round|get around|cope|"
    r"manage|"
    r"prevent|keep|stop|work)\w*|\bwork ?arounds?\b|\bin the meantime\b|\bmeanwhile\b",
    re.I,
)
_BY_HAND = re.compile(
    r"\b(?:work ?around|by hand|manual\w*|in the meantime|until then|for now|instead|"
    r"can be (?:avoided|cleared|restarted|sent again)|(?:is|are) (?:cleared|restarted|"
    r"re-?sent|retried))\b",
    re.I,
)
_NAMED = re.compile(
    r"^(?:and |so |but )?(?:which|what) (?!problem|issue|record|pbi|report)\w+", re.I
)
_NAMES = re.compile(r"\b[A-Z][A-Z0-9]{2,}\b")
_NOW = re.compile(r"\b(?:now|currently|at present|these days|still|latest)\b", re.I)
_WHY = re.compile(r"\bwhy\b|\bhow come\b|\bcauses?\b|\breason\b|\bcaused\b", re.I)


@dataclass(frozen=True, slots=True)
class Quote:
    """One sentence, and the snapshot and field that it is from."""

    row: Snapshot
    field: str
    text: str


def number_of(noun: str, text: str) -> str | None:
    """The number that a sentence gives of a thing ("23" of "masts"), as it is printed."""
    root = stem(noun)
    wanted = {root, *thesaurus().get(root, ())}
    # Looked ahead at, not taken: "on 17 August 2,300 top-ups" holds two numbers.
    words = r"(?=((?:[\s-]+[A-Za-z0-9’'-]+){1,6}))"
    for match in re.finditer(rf"(?<![\w,.])({NUMBER}){words}", text, re.IGNORECASE):
        after = match[2].replace("-", " ").split()[:5]
        if {stem(word) for word in after} & wanted or root in {
            stem("-".join(pair)) for pair in pairwise(after)
        }:
            return match[1]
    return None


def wanted_kind(asked: Asked, sentence: str) -> float:
    """How far a sentence holds the kind of thing that is asked for: a number, a length, a cause."""
    question = asked.meaning.text
    noun = asked.meaning.counted
    bonus = 0.0
    if _PARTS.search(question):
        bonus += 0.35 if _PART.search(sentence) else 0.0
    elif noun is not None:
        bonus += 0.45 if number_of(noun, sentence) else 0.1 if _ANY.search(sentence) else 0.0
    elif _AMOUNT.search(question):
        bonus += 0.2 if _ANY.search(sentence) else 0.0
    if (asked.meaning.duration or _SPAN.search(question)) and LENGTH.search(sentence):
        bonus += 0.25
    if _HOURS.search(question) and _HOUR.search(sentence):
        bonus += 0.2
    if _WHEN.search(question) and _DATE.search(sentence):
        bonus += 0.2
    if _REMEDY.search(question) and _MENDED.search(sentence):
        bonus += 0.25
    if _AVOIDING.search(question) and _BY_HAND.search(sentence):
        bonus += 0.35
    if _NAMED.search(question) and set(_NAMES.findall(sentence)) - set(_NAMES.findall(question)):
        bonus += 0.12
    needed = evidence_for(question)
    if needed is not None and needed.search(sentence):
        bonus += 0.35
    if asked.meaning.why or _WHY.search(question):
        bonus += 0.3 if CAUSE.search(sentence) else 0.15 if _REASON.search(sentence) else 0.0
    return bonus


def chosen(
    asked: Asked, found: Found, terms: dict[str, float], day: re.Pattern[str] | None
) -> list[Quote]:
    """The sentences that answer best: the best first, then those that stand near it."""
    order = list(terms)
    now = bool(_NOW.search(asked.meaning.text))
    rows = [
        (told, Quote(told.snapshot, told.field, sentence))
        for told in found.passages
        for line in told.text.split("\n")
        for sentence in sentences(line)
    ]
    # Within one story the words that every sentence has tell nothing any more.
    spread = Counter(term for _, quote in rows for term in set(stems_of(quote.text)) & terms.keys())
    local = {term: value / (1 + 0.35 * spread[term]) for term, value in terms.items()}
    scored: list[tuple[float, int, Quote]] = []
    for told, quote in rows:
        score = 0.7 * told.near + 0.5 * covered(local, quote.text, SYNONYM)
        score += 0.04 * phrases(order, quote.text) + wanted_kind(asked, quote.text)
        if quote.field == "root_cause" and (asked.meaning.why or _WHY.search(asked.meaning.text)):
            score += 0.3  # its label says that it is the cause
        if quote.field in ("title", "user_impact"):
            score -= 0.35
        if day is not None and day.search(quote.text):
            score += 0.3
        elif day is not None and _DAY.search(quote.text):
            score -= 0.6  # that was another day
        if now and quote.row.key == found.row.key:
            score += 0.15 + (0.15 if _NOW.search(quote.text) else 0.0)
        scored.append((score, len(scored), quote))
    narrated = [one for one in scored if one[2].field != "title"]
    scored = narrated or scored  # a title is named beside the quote; it is no answer by itself
    if day is not None:
        scored = _after(scored, {q.text for _, _, q in scored if day.search(q.text)}, 0.3)
    best = max(scored, key=lambda item: (item[0], -item[1]))
    reason = asked.meaning.why or bool(_WHY.search(asked.meaning.text))
    scored = _after(scored, {best[2].text}, 0.25 if reason else 0.08)
    scored.sort(key=lambda item: (-item[0], item[1]))
    kept = [best[2]]
    for score, _, quote in scored:
        if len(kept) == QUOTED or (len(kept) > 1 and score < 0.55 * best[0]):
            break
        if quote.field != "title" and quote.text not in {one.text for one in kept}:
            kept.append(quote)
    return kept


def _after(
    scored: list[tuple[float, int, Quote]], first: set[str], bonus: float
) -> list[tuple[float, int, Quote]]:
    """The same with what follows one of the sentences in its text weighed more."""
    follows: set[str] = set()
    for row in {quote.row.key: quote.row for _, _, quote in scored}.values():
        for name in ("description", "update"):
            text = getattr(row.problem, name) or ""
            line = [one for part in text.split("\n") for one in sentences(part)]
            follows |= {later for one, later in pairwise(line) if one in first}
    return [
        (score + (bonus if quote.text in follows else 0.0), place, quote)
        for score, place, quote in scored
    ]
