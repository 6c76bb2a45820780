"""A stretch of joined text that remembers its words, and a value that was read from one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.joining import JoinedText
from ingest.records import Evidence, Grade

_MARK = re.compile(
    r"[\d*\u2020\u2021\u00a7\u00b9\u00b2\u00b3\u2070-\u2079]{1,2}|\[\d{1,2}\]|\(\d\)"
)


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` (half-open) of a joined text."""

    joined: JoinedText
    start: int
    end: int

    @property
    def raw(self) -> str:
        """The characters, note marks included."""
        return self.joined.text[self.start : self.end]

    @property
    def text(self) -> str:
        """The characters without superscript note marks."""
        out = []
        for piece in self.joined.pieces_at(self.start, self.end):
            size = piece.line.size
            small = 0 < piece.word.size <= 0.78 * size and size > 0
            if small and _MARK.fullmatch(piece.word.text):
                out.append((max(piece.start, self.start), min(piece.end, self.end)))
        text, at = "", self.start
        for start, end in out:
            text += self.joined.text[at:start].rstrip()
            at = end
        return text + self.joined.text[at : self.end]

    @property
    def page(self) -> int:
        """The page on which it begins."""
        return self.joined.page_at(self.start, self.end) or 1

    def within(self, start: int, end: int) -> Span:
        """A part, by offsets into the same joined text."""
        return Span(self.joined, start, end)

    def trimmed(self, chars: str = " \t\u00a0") -> Span:
        """Without the given characters at both ends."""
        raw = self.raw
        left = len(raw) - len(raw.lstrip(chars))
        right = len(raw.rstrip(chars))
        return Span(self.joined, self.start + left, self.start + max(left, right))

    def evidence(self, rule: str, grade: Grade = Grade.GOOD, why: str | None = None) -> Evidence:
        """Where it stands; the quote is the part on the page on which it begins."""
        span = self.trimmed()
        return Evidence(
            page=span.page,
            bbox=span.joined.box_at(span.start, span.end),
            quote=span.joined.printed(span.start, span.end),
            place=span.joined.place_at(span.start, span.end),
            grade=grade,
            why=why,
            rule=rule,
        )


@dataclass(frozen=True, slots=True)
class Found:
    """One value for one field, as a rule read it.

    Attributes:
        text: as printed, wraps joined. at: where. label: the printed label, if it had one.
    """

    field: str
    text: str
    at: Span
    rule: str
    grade: Grade = Grade.GOOD
    why: str | None = None
    label: str | None = None
