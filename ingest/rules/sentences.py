"""Where sentences end, without tripping over abbreviations, numbers and lists."""

from __future__ import annotations

import re
from functools import lru_cache

_END = re.compile(
    r"[.!?](?<!\b[A-Z].)(?<!\be\.g.)(?<!\bi\.e.)(?<!\betc.)(?<!\bapprox.)(?<!\bNo.)(?<!\bref.)"
    r"(?<!\bvs.)(?<!\bcf.)(?<!^\d.)(?<!^\d\d.)(?<!\s\d.)"
    r"[\"\u201d\u2019')\]]*(?=\s+[\"\u201c(\[]?[A-Z0-9\u2022])"
)


def sentences_in(text: str) -> list[tuple[int, int]]:
    """Half-open spans of the sentences, without the white space between them.

    "1." at the head of a list item is no sentence, and neither is "etc." before a capital.
    """
    return list(_sentences(text))


@lru_cache(maxsize=4096)  # several rules ask of one text, and quarter after quarter
def _sentences(text: str) -> tuple[tuple[int, int], ...]:
    spans = []
    start = 0
    for match in _END.finditer(text):
        spans.append((start, match.end()))
        start = match.end()
    spans.append((start, len(text)))
    trimmed = []
    for a, b in spans:
        raw = text[a:b]
        left = a + len(raw) - len(raw.lstrip())
        right = a + len(raw.rstrip())
        if left < right:
            trimmed.append((left, right))
    return tuple(trimmed)
