"""Labels: which field a printed label stands for, in all the words that people use for it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.rules.parties import key

LONGEST = 7
"""Words in a label at most; longer runs before a colon are prose."""


@dataclass(frozen=True, slots=True)
class LabelGuess:
    """A field for a label that no list holds, with how near it is (0 to 100) and to what."""

    field: str
    score: float
    near: str


class LabelWords:
    """The label lists of the vocabulary, for exact look-up, for scanning and for nearness."""

    def __init__(self, labels: dict[str, list[str]], cues: dict[str, list[str]]) -> None:
        self._fields: dict[str, str] = {}
        for field, names in labels.items():
            for name in names:
                self._fields.setdefault(bare(name), field)
        self._cues = cues
        # One alternation for scanning lines, the longest first, so "Target completion date" wins.
        names = sorted(self._fields, key=len, reverse=True)
        self.pattern = "|".join(_loose(name) for name in names)

    @property
    def fields(self) -> dict[str, str]:
        """Every known label in its bare form, with its field."""
        return dict(self._fields)

    def field_of(self, text: str) -> str | None:
        """The field of a label, exactly as listed (case, hyphens and a closing colon apart)."""
        return self._fields.get(bare(text))

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
        return best


def bare(text: str) -> str:
    """A label without case, hyphens, brackets and closing punctuation."""
    plain = re.sub(r"[\s\u00a0]*[:=.?*]+$", "", key(text))
    plain = re.sub(r"^[*\u2022\W]+(?=\w)", "", plain)
    plain = plain.replace("\u2019", "'")
    return re.sub(r"\s+", " ", re.sub(r"[()]", " ", plain)).strip()


def _loose(name: str) -> str:
    return r"[\s\u00a0\-\u2010-\u2014]+".join(
        re.escape(word).replace("'", "['\u2019]") for word in name.split()
    )
