"""Turns of phrase put plainly before a question is read, where the plain one means the same."""

from __future__ import annotations

import re

_EARLIER = r"(?:earlier|previous|prior|preceding|past|other)"
_HELD = (
    r"(?:had|have|has|held|holds|listed|lists|mentioned|mentions|contained|included|showed|"
    r"carried|reported|covered)"
)
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), plain)
    for pattern, plain in (
        # "that no earlier report had", "not in any previous report": new.
        (
            rf"\b(?:that|which)\s+(?:no|none of the)\s+{_EARLIER}\s+(?:reports?|papers?|ones?|"
            rf"quarters?)\s+(?:ever\s+)?{_HELD}\b",
            "that are newly reported",
        ),
        (
            rf"\b(?:are|were|is|was|had|have|has)?\s*(?:not|n't|never)\s+(?:been\s+)?"
            rf"(?:{_HELD}|seen|present|there)?\s*in\s+(?:any|an|one of the)\s+{_EARLIER}\s+"
            r"(?:reports?|papers?|quarters?)\b",
            "are newly reported",
        ),
        (
            rf"\babsent from\s+(?:all|every|any|the)\s+{_EARLIER}\s+(?:reports?|papers?)\b",
            "newly reported",
        ),
        # "122207: is it overdue?"
        (r"\b(\d{6}):(?=\s)", r"\1 -"),
        # "user-impacting" is one word to people.
        (r"\b(user|customer|service)-(impacting|affecting)\b", r"\1 \2"),
    )
)


def reworded(text: str) -> str:
    """The text with such turns of phrase replaced; unchanged where there is none."""
    for pattern, plain in _RULES:
        text = pattern.sub(plain, text)
    return text


__all__ = ["reworded"]
