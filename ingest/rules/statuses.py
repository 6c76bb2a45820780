"""Statuses: which are known, how they are spelled, and which of them close a problem."""

from __future__ import annotations

import re
from typing import Any

from ingest.rules.parties import key, loose


class StatusWords:
    """Known statuses. An unknown one is kept as printed by whoever asks, and counts as open."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.closing: tuple[str, ...] = tuple(data["closing"])
        self.known: tuple[str, ...] = (*self.closing, *data["open"])
        spelled: dict[str, str] = data.get("spelled", {})
        self._canonical: dict[str, str] = {key(word): word for word in self.known}
        self._canonical |= {key(word): to for word, to in spelled.items()}
        # `loose` lets the words of a short one run together ("OnHold").
        self._canonical |= {word.replace(" ", ""): to for word, to in self._canonical.items()}
        forms = sorted((*self.known, *spelled), key=len, reverse=True)
        alternatives = "|".join(loose(form) for form in forms)
        self._start = re.compile(
            rf"\s*(?P<word>{alternatives})(?!\w)(?P<rest>.*)", re.IGNORECASE | re.DOTALL
        )
        self._head = re.compile(rf"(?P<word>{alternatives})(?![\w-])", re.IGNORECASE)
        self._any = re.compile(rf"(?<![\w-])(?P<word>{alternatives})(?![\w-])", re.IGNORECASE)

    def value(self, text: str) -> str | None:
        """The known status that a value is, or opens with before a dash, bracket or comma."""
        match = self._start.match(text)
        if not match:
            return None
        rest = match["rest"].strip()
        # "Closed - fix deployed" and "Pending (vendor)" name a status; "Pending vendor patch" is
        # one of its own, which no list holds.
        if rest and not re.match(r"[-\u2010-\u2015,.;:(/\[|]", rest):
            return None
        return self._canonical[key(match["word"])]

    def head(self, text: str, at: int, limit: int) -> int | None:
        """Where a known status that begins at an offset ends; None where none does."""
        match = self._head.match(text, at, limit)
        return match.end("word") if match else None

    def find(self, text: str) -> list[tuple[str, int, int]]:
        """(status, start, end) of each known status in running text."""
        return [
            (self._canonical[key(match["word"])], match.start("word"), match.end("word"))
            for match in self._any.finditer(text)
        ]

    def is_open(self, status: str | None) -> bool | None:
        """None without a status; False where it is, or opens with, a closing one."""
        if status is None or not status.strip():
            return None
        return (self.value(status) or status) not in self.closing
