"""Slips of the pen put right, without ever turning an English word into a term of the domain."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*")
# Below this length a slip cannot be told from another word or an abbreviation.
SHORTEST = 4


@lru_cache(maxsize=1)
def _counts() -> tuple[dict[str, int], int]:
    from spellchecker import SpellChecker

    frequency = SpellChecker(language="en", distance=1).word_frequency
    return dict(frequency.dictionary), int(frequency.total_words)


def frequency(word: str) -> float:
    """The share of a word among running English words; 0 for one that is not known."""
    counts, total = _counts()
    return counts.get(word.lower(), 0) / total


class Speller:
    """Puts words right against the words that questions use, then those that titles use.

    Args:
        terms: words of the question grammar and of the vocabulary.
        titles: words of the problems held; a slip in a topic is put right against these.
        idle: terms that carry nothing: a short name one letter away from one stays a name.
    """

    def __init__(
        self, terms: Iterable[str], titles: Iterable[str] = (), idle: Iterable[str] = ()
    ) -> None:
        self._terms = sorted({w for w in terms if len(w) >= SHORTEST and w.isalpha()})
        self._titles = sorted({w for w in titles if len(w) > SHORTEST and w.isalpha()})
        self._idle = frozenset(idle)
        self._known = set(self._terms) | set(self._titles) | set(terms)

    def corrected(self, text: str) -> tuple[str, dict[str, str]]:
        """The text with slips put right, and what was changed to what."""
        changed: dict[str, str] = {}

        def put_right(match: re.Match[str]) -> str:
            word = match[0]
            better = self.word(word)
            if better != word:
                changed[word] = better
            return better

        return _WORD.sub(put_right, text), changed

    def word(self, word: str) -> str:
        """One word, put right where exactly one better word is near, else as it is."""
        plain = word.lower()
        if (
            len(plain) < SHORTEST
            or "'" in plain
            or "’" in plain
            or plain in self._known
            or (word.isupper() and len(word) < 6)
            or plain in _counts()[0]
        ):
            return word
        return self._near(plain, self._terms) or self._near(plain, self._titles) or word

    def _near(self, word: str, among: list[str]) -> str | None:
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        allowed = 1 if len(word) < 7 else 2
        near = process.extract(word, among, scorer=OSA.distance, score_cutoff=allowed, limit=4)
        if not near:
            return None
        best = min(distance for _, distance, _ in near)
        # The first letter is seldom the slip: it breaks ties.
        ties = [
            name for name, distance, _ in near if distance == best and not self._another(word, name)
        ]
        same = [name for name in ties if name[0] == word[0]]
        if same:
            return same[0] if len(same) == 1 or best == 1 else None
        return ties[0] if len(ties) == 1 and best == 1 else None

    def _another(self, word: str, name: str) -> bool:
        """Whether one letter in place of another makes a short name an idle word ("siem", "
        ""seem")."""
        other = len(word) == len(name) < 6 and sorted(word) != sorted(name)
        return other and name in self._idle
