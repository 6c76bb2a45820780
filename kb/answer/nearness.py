"""How near a problem's narrative is to a question, on evidence and on an absolute scale.

Two things speak for a sentence: nearness of meaning, and the telling words of the question that
stand in it, each weighed by how rare it is among the problems held and in everyday English. A word
also counts, for part, where another of its group in `thesaurus.toml` stands. What the question
turns on and no report holds speaks against.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import pairwise
from math import log
from pathlib import Path

from kb.answer.context import Asked
from kb.filters import Filters
from kb.records import Snapshot
from kb.tellings import Told
from kb.understand.lexicon import word_set

THESAURUS = Path(__file__).with_name("thesaurus.toml")
SYNONYM = 0.7
"""What a word of the same group counts for, beside the word itself."""

WORD = re.compile(r"[A-Za-z][A-Za-z0-9/-]*|\d+(?:[.,:]\d+)*")
_STOP = word_set("stories_stop")
_EARLY = date.min
# How a question opens says what is asked, not what it is about.
_FRAME = re.compile(
    r"^(?:and |so |but )?(?:(?:which|what) (?:problem|issue|record|outage|fault|pbi|one)s?"
    r"(?: (?:was|is|were|are|came|happened|concern(?:s|ed)|involve[sd]?))?(?: about)?\b|"
    r"(?:was|were|is|are) there (?:an?y? )?(?:issue|problem|trouble|fault)?s?(?: with)?\b|"
    r"(?:was|has|have|did|were|does|do|is|are) (?:any(?:one|body|thing)?|the|an?)?\b|"
    r"(?:how (?:many|long|much|often|far)|why|when|where|what|who)\b"
    r"(?: (?:was|were|did|do|does|is|are))?)\s*",
    re.IGNORECASE,
)
# "Caused by a fire": a story without any fire is not the one.
_BLAMED = re.compile(
    r"\b(?:caused by|because of|due to|traced to|down to|blamed on|result of)"
    r" (?:an? |the |some |any )?([a-z]+)",
    re.IGNORECASE,
)
_ENDINGS = (
    "ations", "ation", "ings", "ing", "ures", "ure", "ions", "ion", "ers", "er", "ed", "es", "s",
    "ly",
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """One problem with what speaks for it.

    Attributes:
        row: the latest snapshot among those searched. passages: all it has, best first.
        score: for ranking; weighs words more where the question has few. evidence: without that.
        words: weight of the telling words that stand in it, 0 to 1. meaning: the nearest passage.
        lead: by how much its score is above that of the next problem.
        missing: weight of the heaviest word that it lacks; unheld: of the words no problem has.
        dated: the day asked about is named in it.
    """

    row: Snapshot
    passages: tuple[Told, ...]
    score: float
    evidence: float
    words: float
    meaning: float
    lead: float = 0.0
    missing: float = 0.0
    unheld: float = 0.0
    vectors: bool = True
    dated: bool = False

    @property
    def text(self) -> str:
        """All that it has, as one text."""
        return " ".join(one.text for one in self.passages)

    @property
    def near(self) -> bool:
        """Whether it is evidence for an answer.

        The weights are a logistic regression on 96 questions in other words than the reports have
        and 80 on things that the reports do not hold: cosine alone cannot tell "a fire in a data
        centre" from a data centre.
        """
        if not self.vectors:
            return self.words >= 0.6
        evidence = 8.4 * self.evidence + 13 * min(self.lead, 0.4)
        if self.dated:
            evidence += 1.5
        return evidence - 6.3 * self.missing - 1.7 * self.unheld > 6.1


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """A word without its usual endings, so that inflections meet."""
    plain = word.lower().strip("-/.,:")
    for ending in _ENDINGS:
        if plain.endswith(ending) and len(plain) - len(ending) >= 4:
            return plain.removesuffix(ending).rstrip("e")
    return plain.rstrip("e") if len(plain) > 4 else plain


def rarity(word: str) -> float:
    """How far a word is from everyday English, 0.1 to 1; names and numbers are 1."""
    from kb.understand.spelling import frequency

    share = frequency(word)
    return 1.0 if share <= 0 else min(1.0, max(0.1, (-log(share) - 4.5) / 7))


@lru_cache(maxsize=1)
def _groups() -> tuple[tuple[str, ...], ...]:
    held = tomllib.loads(THESAURUS.read_text(encoding="utf-8"))
    return tuple(tuple(group.split()) for group in held["groups"])


@lru_cache(maxsize=1)
def thesaurus() -> dict[str, frozenset[str]]:
    """Stems that stand for one another, by stem."""
    out: dict[str, set[str]] = {}
    for group in _groups():
        stems = {stem(word) for word in group}
        for one in stems:
            out.setdefault(one, set()).update(stems - {one})
    return {one: frozenset(others) for one, others in out.items()}


@lru_cache(maxsize=1 << 13)
def stems_of(text: str) -> tuple[str, ...]:
    """The words of a text, stemmed, in order."""
    return tuple(stem(match[0]) for match in WORD.finditer(text))


def telling(topic: str) -> dict[str, str]:
    """The telling words of a topic, by stem."""
    out: dict[str, str] = {}
    for match in WORD.finditer(topic):
        word = match[0].lower()
        if word not in _STOP and (len(word) > 2 or word.isdigit()):
            out.setdefault(stem(word), word)
    return out


def terms_of(topic: str, asked: Asked | None = None) -> dict[str, float]:
    """The telling words of a topic, stemmed, each with its weight.

    A word weighs more the fewer of the problems held use it, and less the more English does.
    """
    if asked is None:
        return {one: rarity(word) for one, word in telling(topic).items()}
    kept = asked.memo.get(topic)
    if kept is None:
        many = max(len(asked.catalogue.titles), 20)
        kept = asked.memo[topic] = {}
        for one, word in telling(topic).items():
            held = asked.kb.count(Filters(words=(word,), ever=True))
            kept[one] = rarity(word) * log(1 + many / (held + 0.5))
    return kept


def covered(terms: dict[str, float], text: str, synonym: float = 0.0) -> float:
    """The share of the terms' weight that stands in a text, 0 to 1.

    Args:
        synonym: what a word of the same group counts for.
    """
    return _share(terms, _stem_set(text), synonym)


@lru_cache(maxsize=1 << 13)
def _stem_set(text: str) -> frozenset[str]:
    return frozenset(stems_of(text))


def _share(terms: dict[str, float], held: frozenset[str], synonym: float) -> float:
    if not terms:
        return 0.0
    groups = thesaurus()
    total = 0.0
    for term, value in terms.items():
        if term in held:
            total += value
        elif synonym and not held.isdisjoint(groups.get(term, frozenset())):
            total += synonym * value
    return total / sum(terms.values())


def phrases(terms: list[str], text: str) -> float:
    """How near neighbouring terms of the question stand to each other in a sentence.

    One for each pair side by side, less the more words lie between, least in the other order:
    "database server cluster failure" is a database failure, "failed ... from the database" is not.
    """
    places: dict[str, list[int]] = {}
    wanted = frozenset(terms)
    for place, word in enumerate(stems_of(text)):
        if word in wanted:
            places.setdefault(word, []).append(place)
    if len(places) < 2:
        return 0.0
    score = 0.0
    for one, two in pairwise(terms):
        gaps = [b - a for a in places.get(one, ()) for b in places.get(two, ()) if a != b]
        near = [1 / gap if gap > 0 else 0.3 / -gap for gap in gaps if abs(gap) <= 5]
        score += max(near, default=0.0)
    return score


def core(question: str) -> str:
    """A question without the words that only ask."""
    return _FRAME.sub("", question, count=1).strip(" ?") or question


def ranked(
    asked: Asked, question: str, filters: Filters, day: re.Pattern[str] | None, limit: int = 50
) -> list[Found]:
    """Problems whose narratives tell of what is asked, best first, near or not.

    Args:
        day: a day that must be named; None where the question names none.
    """
    terms = terms_of(question, asked)
    order = list(terms)
    groups = thesaurus()
    wider = " ".join([question, *_others(question)])
    held_by = asked.kb.told((question, core(question)), filters, limit, words=wider)
    vectors = asked.kb.meaning_off is None
    # Few words are meant to the letter; a longer question is told in words of its own.
    few = len(terms) <= 3
    vocabulary = asked.understander.annotator.vocabulary
    processes = set(vocabulary.processes_in(question))
    whole = {pbi: " ".join(one.text for one in told) for pbi, told in held_by.items() if told}
    stems = {
        pbi: frozenset().union(*(_stem_set(one.text) for one in held_by[pbi])) for pbi in whole
    }
    every = frozenset().union(*stems.values())
    total = sum(terms.values()) or 1.0

    def lacks(term: str, held: frozenset[str]) -> bool:
        return term not in held and held.isdisjoint(groups.get(term, frozenset()))

    unheld = sum(value for term, value in terms.items() if lacks(term, every)) / total
    blamed = _BLAMED.search(question)
    cause = stem(blamed[1]) if blamed and stem(blamed[1]) in terms else None
    out: list[Found] = []
    for pbi, text in whole.items():
        told = held_by[pbi]
        if day is not None and not day.search(text):
            continue
        # "Pay as you go" and "prepayment" are one thing to the vocabulary.
        same = bool(processes) and processes & set(vocabulary.processes_in(text))
        bonus = 0.15 if same else 0.0
        words = min(1.0, _share(terms, stems[pbi], SYNONYM) + bonus)
        scored = sorted(
            (
                (
                    one.near
                    + 0.25 * covered(terms, one.text, SYNONYM)
                    + 0.03 * phrases(order, one.text),
                    -number,
                    one,
                )
                for number, one in enumerate(told)
            ),
            reverse=True,
        )
        near = sorted((one.near for one in told), reverse=True)
        second = near[1] if len(near) > 1 else 0.0
        evidence = scored[0][0] + 0.25 * words + 0.15 * second
        side = max(phrases(order, one.text) for one in told) if few else 0.0
        missing = max((v for t, v in terms.items() if lacks(t, stems[pbi])), default=0.0) / total
        if cause is not None and lacks(cause, stems[pbi]):
            missing = max(missing, 0.6)
        out.append(
            Found(
                row=_latest(told),
                passages=tuple(one for _, _, one in scored),
                score=evidence + (0.3 * words + 0.15 * side if few else 0.0),
                evidence=evidence,
                words=words,
                meaning=near[0],
                missing=missing,
                unheld=unheld,
                vectors=vectors,
                dated=day is not None,
            )
        )
    out.sort(key=lambda found: (-found.score, found.row.pbi))
    return [_with_lead(out, place) for place in range(len(out))]


def _others(question: str) -> list[str]:
    """The words that could stand in place of those of the question."""
    told = telling(question)
    return [
        word
        for group in _groups()
        if {stem(word) for word in group} & told.keys()
        for word in group
    ]


def _latest(told: list[Told]) -> Snapshot:
    return max((one.snapshot for one in told), key=lambda row: row.report.as_at or _EARLY)


def _with_lead(found: list[Found], place: int) -> Found:
    others = [one.evidence for number, one in enumerate(found) if number != place]
    lead = found[place].evidence - max(others) if others else 0.15
    return replace(found[place], lead=max(lead, 0.0))
