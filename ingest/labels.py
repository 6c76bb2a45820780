"""Labels: which field a printed label stands for, in all the words that people use for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache

from ingest.rules.parties import key

LONGEST = 7
"""Words in a label at most; longer runs before a colon are prose."""


_PREFIXES = "the|this|pbi|problem|record|current|present|latest|overall|our|its"
_PREFIX = re.compile(rf"(?:{_PREFIXES})[\s\u00a0]+", re.IGNORECASE)
_OPENS_PREFIX = frozenset(_PREFIXES.split("|"))
_CLOSING = re.compile(r"[\s\u00a0]*[:=.?*+\u2020\u2021]+$")
_OPENING = re.compile(r"^[*\u2022\W]+(?=\w)")
_BRACKETS = re.compile(r"[()]")
_BLANKS = re.compile(r"\s+")
_FIRST = re.compile(r"[^\W_]*")
_BEHIND = (
    r"(?!\w)(?:\(s\))?(?P<suffix>[\s\u00a0]+(?:date|on|by|name|level|rating|party)(?!\w))?"
    r"(?P<ask>\?)?(?:[\s\u00a0]*\*)?"
    r"(?P<mark>[\s\u00a0]*(?:[:=>|\u2192\uff1a]+|[\-\u2010-\u2015](?=[\s\u00a0])))?[\s\u00a0]*"
)


Nearness = Callable[[str], Sequence[tuple[str, float]]]
"""Fields that a label is near to in meaning, each with its nearness (0 to 1), nearest first."""
_NEAR = 0.5
"""The least nearness in meaning that counts; what stands behind the label must fit as well."""


@dataclass(frozen=True, slots=True)
class LabelGuess:
    """A field for a label that no list holds, with how near it is (0 to 100) and to what."""

    field: str
    score: float
    near: str


@dataclass(frozen=True, slots=True)
class LabelMatch:
    """A known label in a text.

    Attributes:
        field: what it stands for. label: as listed, in its bare form.
        start: where it begins; stop: behind its last letter; end: behind its separator.
        mark: the separator ("" for none, ":" , "=", "-" for any dash).
    """

    field: str
    label: str
    start: int
    stop: int
    end: int
    mark: str


class LabelWords:
    """The label lists of the vocabulary, for exact look-up, for scanning and for nearness."""

    def __init__(self, labels: dict[str, list[str]], cues: dict[str, list[str]]) -> None:
        self._lists = labels
        self.own: dict[str, str] = {}
        self.nearness: Nearness | None = None
        self._fields: dict[str, str] = {}
        for field, names in labels.items():
            for name in names:
                self._fields.setdefault(bare(name), field)
        self._cues = cues
        # One alternation for each first word, since most words of a text open no label at all; the
        # longest first, so that "Target completion date" wins.
        self._names: dict[str, list[str]] = {}
        for name in sorted(self._fields, key=len, reverse=True):
            self._names.setdefault(_first(name, 0), []).append(name)
        self._patterns: dict[str, re.Pattern[str]] = {}

    def with_own(self, own: Mapping[str, tuple[str, str]]) -> LabelWords:
        """These lists with labels that one report uses of its own: (field, why) by bare form."""
        words = LabelWords(self._lists, self._cues)
        words.own = {name: why for name, (_, why) in own.items()}
        words.nearness = self.nearness
        for name, (field, _) in own.items():
            words._fields.setdefault(name, field)
            names = words._names.setdefault(_first(name, 0), [])
            names.append(name)
            names.sort(key=len, reverse=True)
        return words

    def with_nearness(self, nearness: Nearness) -> LabelWords:
        """These lists with somebody who knows which field a label is near to in meaning."""
        words = copy(self)
        words.nearness = nearness
        return words

    def why(self, text: str) -> str | None:
        """Why a label that no list holds is taken for its field; None for a listed one."""
        why = self.own.get(bare(text)) if self.own else None
        return f"the label \u201c{text.strip(' :=')}\u201d is in no list; {why}" if why else None

    @property
    def fields(self) -> dict[str, str]:
        """Every known label in its bare form, with its field."""
        return dict(self._fields)

    def field_of(self, text: str) -> str | None:
        """The field of a label, exactly as listed (case, hyphens and a closing colon apart)."""
        return self._fields.get(bare(text))

    def match(self, text: str, at: int) -> LabelMatch | None:
        """The longest known label that begins at an offset, with its separator."""
        found, begin = None, at
        while found is None:
            first = _first(text, begin)
            pattern = self._pattern(first)
            found = pattern.match(text, begin) if pattern else None
            if found is None:
                prefix = _PREFIX.match(text, begin) if first in _OPENS_PREFIX else None
                if prefix is None:
                    return None
                begin = prefix.end()
        name = bare(found["name"])
        mark = (found["mark"] or "").strip()
        if mark and mark not in ":=|" and len(mark) == 1:
            mark = "-" if mark in "-\u2010\u2011\u2012\u2013\u2014\u2015" else ":"
        stop = found.end("suffix") if found["suffix"] else found.end("name")
        if found["ask"]:  # "Major incident?": asked, so what stands behind answers it
            stop, mark = found.end("ask"), mark or ":"
        return LabelMatch(self._fields[name], name, at, stop, found.end(), mark[:1])

    def _pattern(self, first: str) -> re.Pattern[str] | None:
        """The labels that begin with a word, made into a pattern when the word is first met."""
        if first not in self._names:
            return None
        pattern = self._patterns.get(first)
        if pattern is None:
            names = "|".join(map(_loose, self._names[first]))
            pattern = re.compile(rf"(?P<name>{names}){_BEHIND}", re.IGNORECASE)
            self._patterns[first] = pattern
        return pattern

    def opens_field(self, text: str) -> bool:
        """The text begins with a known label and a colon or an equals sign."""
        found = self.match(text, 0)
        return found is not None and found.mark in (":", "=")

    def guess(self, text: str, fields: tuple[str, ...]) -> LabelGuess | None:
        """The nearest of `fields` for an unlisted label; None when none is near enough.

        Nearness is the better of two: spelling against the listed labels of a field, and the
        share of the label's words that begin with one of the field's cue stems.
        """
        from rapidfuzz import fuzz

        words = bare(text).split()
        if not words or len(words) > LONGEST + 2:
            return None
        best: LabelGuess | None = None
        for field in fields:
            for name, owner in self._fields.items():
                if owner != field:
                    continue
                score = fuzz.token_sort_ratio(" ".join(words), name)
                if score >= 84 and (best is None or score > best.score):
                    best = LabelGuess(field, score, name)
            hits = [word for word in words if word.startswith(tuple(self._cues.get(field, ())))]
            if hits:
                score = 50.0 + 40.0 * len(hits) / len(words)
                if best is None or score > best.score:
                    best = LabelGuess(field, score, " ".join(hits))
        return best or self._near_in_meaning(text, fields)

    def _near_in_meaning(self, text: str, fields: tuple[str, ...]) -> LabelGuess | None:
        """The nearest in meaning of `fields`, if no other field is nearer still."""
        for field, score in self.nearness(text) if self.nearness else ():
            if score < _NEAR:
                break
            if field in fields:
                return LabelGuess(
                    field, 100.0 * max(score, 0.8), f"{field.replace('_', ' ')} in meaning"
                )
        return None


@lru_cache(maxsize=4096)  # a report repeats its labels
def bare(text: str) -> str:
    """A label without case, hyphens, brackets and closing punctuation."""
    plain = _OPENING.sub("", _CLOSING.sub("", key(text)))
    plain = plain.replace("\u2019", "'")
    return _BLANKS.sub(" ", _BRACKETS.sub(" ", plain)).strip()


def _first(text: str, at: int) -> str:
    """The letters and digits with which a word begins."""
    found = _FIRST.match(text, at)
    return found[0].casefold() if found else ""


def _loose(name: str) -> str:
    return r"[\s\u00a0\-\u2010-\u2014]+".join(
        re.escape(word).replace("'", "['\u2019]") for word in name.split()
    )
