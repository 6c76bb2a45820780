"""Running headers, footers and page numbers, told from the body by repeating at one place.

A line is furniture where it stands at the head or foot of the page, every line further out is
furniture too, and it either repeats at the same height on most pages (digits aside) or has the
form of a page number or of a classification marking. A line that names a problem or gives one of
its values never is, however often it repeats.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil

from ingest.columns import Strip, place, strips_of
from ingest.document import Line, Page, Word
from ingest.ink import Ink

_ZONE = 0.14
"""The share of the page's height at head and foot in which furniture is looked for ..."""
_EDGE = 0.09
"""... and in which form alone is enough."""
_MOST_LINES = 6
_MOST_PAGES = 0.45

_NUMBER = re.compile(
    r"(?:page|p\.?|slide|sheet)?\s*\d{1,4}(?:\s*(?:of|/|\|)\s*(?:page\s*)?\d{1,4})?"
    r"|[-\u2013\u2014]\s*\d{1,4}\s*[-\u2013\u2014]",
    re.IGNORECASE,
)
_MARKING = re.compile(
    r"\b(?:public|confidential|controlled|restricted|internal|official|sensitive|unclassified"
    r"|classification|parties only|tlp|in confidence|commercial|not for (?:onward )?"
    r"(?:publication|distribution|circulation))\b",
    re.IGNORECASE,
)
_RECORD = re.compile(
    r"\bPBI[\s#:]*\d|\bPBI created\b|\bseverity\b\s*[-:=\u2013]|\buser impact\b|\bworkaround\b"
    r"|\btarget (?:completion|date)\b|\bcurrent status\b|\bproblem record is with\b",
    re.IGNORECASE,
)
_PAGE_WORD = re.compile(r"\bpage\s+\d", re.IGNORECASE)
_END_OF_SENTENCE = re.compile(r"[a-z]{2}[.;]$")


@dataclass(frozen=True, slots=True)
class Row:
    """A line near the head or foot: what it says, and how far it is from that edge."""

    parts: tuple[str, ...]
    away: float
    height: float
    sizes: tuple[float, ...] = ()

    @property
    def text(self) -> str:
        """All that it says."""
        return " ".join(self.parts)

    @property
    def key(self) -> tuple[str, ...]:
        """Its parts as they are compared from page to page: without case, numbers alike."""
        return tuple(_folded(part) for part in self.parts)


def _folded(text: str) -> str:
    return re.sub(r"\d+", "0", " ".join(text.lower().split()))


class Furniture:
    """What repeats over the pages of one document. Add every page, then ask of each."""

    def __init__(self) -> None:
        self._pages = 0
        self._heads: dict[tuple[str, int], set[int]] = {}
        self._feet: dict[tuple[str, int], set[int]] = {}

    def add(self, head: Sequence[Row], foot: Sequence[Row]) -> None:
        """One page's rows near the head and near the foot, outermost first."""
        self._pages += 1
        for seen, rows in ((self._heads, head), (self._feet, foot)):
            for row in rows:
                for key in row.key:
                    seen.setdefault((key, _bucket(row)), set()).add(self._pages)

    def count(self, rows: Sequence[Row], *, at_head: bool) -> int:
        """How many of the rows, outermost first, are furniture."""
        seen = self._heads if at_head else self._feet
        outermost = 0
        for row in rows:
            if not self._is_furniture(row, seen, first=outermost == 0):
                break
            outermost += 1
        return outermost

    def apart(self, row: Row, *, at_head: bool) -> list[int]:
        """Which parts of a row that is furniture are none: the end of a text beside a footer.

        They are set in larger type than every part that repeats or has the form of furniture.
        """
        seen = self._heads if at_head else self._feet
        sure = [
            size
            for part, key, size in zip(row.parts, row.key, row.sizes, strict=False)
            if _has_form(part) or self._repeats(key, row, seen)
        ]
        if not sure or len(sure) == len(row.parts):
            return []
        return [index for index, size in enumerate(row.sizes) if size > 1.15 * max(sure)]

    def within(self, rows: Sequence[Row]) -> list[list[int]]:
        """Which parts of foot rows are furniture although text runs past them on their own page.

        They repeat, and are set in plainly smaller type than what runs past.
        """
        largest = max((size for row in rows for size in row.sizes), default=0.0)
        return [
            [
                index
                for index, (key, size) in enumerate(zip(row.key, row.sizes, strict=True))
                if size < 0.75 * largest and self._repeats(key, row, self._feet)
            ]
            for row in rows
        ]

    def _is_furniture(
        self, row: Row, seen: dict[tuple[str, int], set[int]], *, first: bool
    ) -> bool:
        if _RECORD.search(row.text) and not _PAGE_WORD.search(row.text):
            return False
        if len(row.parts) >= 4 and not re.search(r"\d", row.text):
            return False  # the header of a table without lines, printed anew on each page
        repeats = [self._repeats(key, row, seen) for key in row.key]
        if all(repeats):
            return True
        edge = row.away <= _EDGE * row.height
        if first and edge and any(repeats) and len(row.text) <= 120:
            return True
        return edge and (_has_form(row.text) or any(map(_has_form, row.parts)))

    def _repeats(self, key: str, row: Row, seen: dict[tuple[str, int], set[int]]) -> bool:
        at = _bucket(row)
        pages = set().union(*(seen.get((key, at + step), set()) for step in (-1, 0, 1)))
        if self._pages < 2:
            return False
        if self._pages == 2:
            return len(pages) == 2 and not _END_OF_SENTENCE.search(row.text)
        return len(pages) >= max(3 if self._pages > 3 else 2, ceil(_MOST_PAGES * self._pages))


def _bucket(row: Row) -> int:
    return round(row.away / 4)


def _has_form(text: str) -> bool:
    """A page number, or a marking and hardly anything else."""
    text = text.strip()
    if _NUMBER.fullmatch(text):
        return True
    without_number = re.sub(r"\bpage\s+\d+(?:\s*of\s*\d+)?", "", text, flags=re.IGNORECASE)
    words = without_number.split()
    return (
        bool(_MARKING.search(text) or _PAGE_WORD.search(text))
        and len(words) <= 9
        and not _END_OF_SENTENCE.search(text)
    )


@dataclass(slots=True)
class Edges:
    """Rows near the head and near the foot of a page, and their parts' words, outermost first."""

    head: list[Row]
    foot: list[Row]
    head_words: list[list[list[Word]]]
    foot_words: list[list[list[Word]]]


def edges_of(ink: Ink) -> Edges:
    """The lines of a page in which furniture is looked for."""
    low, high = _ZONE * ink.height, (1 - _ZONE) * ink.height
    head = strips_of([word for word in ink.words if place(word)[3] <= low])[:_MOST_LINES]
    foot = strips_of([word for word in ink.words if place(word)[1] >= high])[-_MOST_LINES:]
    foot.reverse()
    return Edges(
        [_row(strip, strip.box[3], ink.height) for strip in head],
        [_row(strip, ink.height - strip.box[1], ink.height) for strip in foot],
        [_parts(strip) for strip in head],
        [_parts(strip) for strip in foot],
    )


def _parts(strip: Strip) -> list[list[Word]]:
    """What wide gaps part, and what is set in plainly smaller type than its neighbour."""
    out: list[list[Word]] = []
    for _, _, words in strip.segments(max(8.0, 1.5 * strip.size)):
        out.append([words[0]])
        for one, two in pairwise(words):
            low, high = sorted((one.size, two.size))
            gap = place(two)[0] - place(one)[2]
            if low < 0.75 * high and gap > 0.15 * high:
                out.append([])
            out[-1].append(two)
    return out


def _row(strip: Strip, away: float, height: float) -> Row:
    parts = _parts(strip)
    texts = tuple(" ".join(word.text for word in words) for words in parts)
    sizes = tuple(max(word.size for word in words) for words in parts)
    return Row(texts, away, height, sizes)


def without_furniture(pages: tuple[Page, ...]) -> tuple[Page, ...]:
    """Pages without boxes (plain text with form feeds): repeating first and last lines moved.

    A place is the number of the line, counted from the nearer end of its page.
    """
    if len(pages) < 2:
        return pages
    found = Furniture()
    edges = []
    for page in pages:
        lines = [part for part in page.body if isinstance(part, Line)]
        head = [_text_row(line, k) for k, line in enumerate(lines[:3])]
        foot = [_text_row(line, k) for k, line in enumerate(reversed(lines[len(head) :][-3:]))]
        edges.append((lines, head, foot))
        found.add(head, foot)
    moved = []
    for page, (lines, head, foot) in zip(pages, edges, strict=True):
        top = found.count(head, at_head=True)
        bottom = found.count(foot, at_head=False)
        taken = _ids(lines[:top]) | _ids(lines[len(lines) - bottom :])
        moved.append(
            replace(
                page,
                body=tuple(part for part in page.body if id(part) not in taken),
                furniture=tuple(line for line in lines if id(line) in taken),
            )
        )
    return tuple(moved)


def _text_row(line: Line, away: int) -> Row:
    return Row((line.text,), float(away * 8), 1000.0)


def _ids(lines: Iterable[Line]) -> set[int]:
    return {id(line) for line in lines}
