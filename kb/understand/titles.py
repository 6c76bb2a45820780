"""Problems named by their title instead of their number."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from kb.understand.lexicon import word_set
from kb.understand.spans_of_time import Mention

_TOKEN = re.compile(r"[A-Za-z0-9]+(?:[/.][A-Za-z0-9]+)*")
_SMALL = word_set("titles_small")
# A title counts as named when this share of its telling words stands together in the question.
NEEDED = 0.75


class Titles:
    """An index of titles by their words. Not changed once made."""

    def __init__(self, titles: dict[str, str]) -> None:
        self._telling: dict[str, frozenset[str]] = {}
        self._by_word: dict[str, set[str]] = defaultdict(set)
        for pbi, title in titles.items():
            words = frozenset(_tokens(title)) - _SMALL
            self._telling[pbi] = words
            for word in words:
                self._by_word[word].add(pbi)

    @property
    def words(self) -> frozenset[str]:
        """Every word of every title, lower case."""
        return frozenset(self._by_word)

    def find(self, text: str) -> list[Mention]:
        """The title that the text names, as a PBI mention over its words; at most one."""
        places = [(m[0].lower(), m.start(), m.end()) for m in _TOKEN.finditer(text)]
        asked = {word for word, _, _ in places} - _SMALL
        votes: Counter[str] = Counter()
        for word in asked:
            holders = self._by_word.get(word, ())
            if len(holders) <= max(50, len(self._telling) // 4):
                votes.update(holders)
        best: list[tuple[float, int, str]] = []
        for pbi, _ in votes.most_common(40):
            telling = self._telling[pbi]
            shared = telling & asked
            if len(shared) >= min(3, len(telling)) and len(telling) > 1 and len(shared) > 1:
                share = len(shared) / len(telling)
                if share >= NEEDED:
                    best.append((share, len(shared), pbi))
        if not best:
            return []
        best.sort(key=lambda row: (-row[1], -row[0], row[2]))
        share, count, _ = best[0]
        pbis = tuple(sorted(pbi for s, n, pbi in best if (s, n) == (share, count)))
        telling = self._telling[pbis[0]]
        at = _densest(places, telling)
        if at is None:
            return []
        return [Mention("TITLE", pbis, *at)]


def _densest(places: list[tuple[str, int, int]], telling: frozenset[str]) -> tuple[int, int] | None:
    """The span of a title's words, if they stand together rather than all over the question."""
    hits = [index for index, (word, _, _) in enumerate(places) if word in telling]
    needed = len(telling & {word for word, _, _ in places})
    for first in range(len(hits)):
        for last in range(first, len(hits)):
            words = {places[i][0] for i in hits[first : last + 1]}
            if len(words & telling) >= needed and hits[last] - hits[first] + 1 <= 2 * needed + 2:
                return places[hits[first]][1], places[hits[last]][2]
    return None


def _tokens(text: str) -> list[str]:
    return [m[0].lower() for m in _TOKEN.finditer(text)]
