"""The document as one stream of lines and tables, with what each line end means.

A line may run on from the one before (`WRAP`), start afresh although the one before had room
(`SOFT`), or stand after a gap, in another column or in another paragraph (`HARD`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from statistics import median

from ingest.document import Document, Line, Table


class Break(IntEnum):
    """How a line follows the one before it."""

    WRAP = 0
    SOFT = 1
    HARD = 2


@dataclass(frozen=True, slots=True)
class FlowLine:
    """A line of the body with how it follows the one before it."""

    line: Line
    before: Break

    @property
    def text(self) -> str:
        """The words joined by single spaces."""
        return self.line.text


@dataclass(frozen=True, slots=True)
class Flow:
    """The body of a document in reading order.

    Attributes:
        items: lines and tables. body_size: the usual type size, 0 where there is none.
        notes: foot notes, which belong to no record.
        known: words in lower case that are sure to be whole.
    """

    items: tuple[FlowLine | Table, ...]
    body_size: float
    notes: tuple[Line, ...] = ()
    known: frozenset[str] = frozenset()

    def emphasised(self, line: Line) -> bool:
        """The line stands out: bold, or larger than the body."""
        return line.bold or (self.body_size > 0 and line.size > 1.08 * self.body_size)


def flow_of(document: Document) -> Flow:
    """The stream of a whole document, without page furniture and foot notes."""
    lines = [item for page in document.pages for item in page.body if isinstance(item, Line)]
    body = _body_size(lines)
    notes = _footnotes(document, body) | _page_numbers(document) | _titles_again(document, body)
    notes |= {line for line in lines if is_counter(line.text)}
    base = _base_pitch(lines)
    edges = _edges(lines)
    items: list[FlowLine | Table] = []
    previous: Line | None = None
    for page in document.pages:
        for item in page.body:
            if isinstance(item, Table):
                items.append(item)
                previous = None
                continue
            if item in notes or not item.text.strip():
                continue
            items.append(FlowLine(item, _break(previous, item, base, edges)))
            previous = item
    return Flow(tuple(items), body, tuple(notes), _known(document))


def lines_of_cell(lines: Sequence[Line], right: float | None = None) -> list[FlowLine]:
    """The lines of a table cell with what each line end means; `right` is the cell's edge."""
    out: list[FlowLine] = []
    edges = _edges(lines)
    if right is not None:
        edges = dict.fromkeys(edges, right - 3.0)
    base = _base_pitch(lines)
    previous: Line | None = None
    for line in lines:
        out.append(FlowLine(line, _break(previous, line, base, edges)))
        previous = line
    return out


def _known(document: Document) -> frozenset[str]:
    """Words that stand inside a line somewhere, which no line end can have cut."""
    words: set[str] = set()
    for page in document.pages:
        for item in page.body:
            lines = (
                [item]
                if isinstance(item, Line)
                else [line for row in item.rows for cell in row for line in cell.lines]
            )
            for line in lines:
                for word in line.words[1:-1]:
                    plain = word.text.strip(".,;:()\u201c\u201d\"'").lower()
                    if len(plain) > 2 and plain.isalpha():
                        words.add(plain)
    return frozenset(words)


def _body_size(lines: Sequence[Line]) -> float:
    """The size in which most letters are set."""
    weight: dict[float, int] = {}
    for line in lines:
        for word in line.words:
            if word.size:
                size = round(word.size, 1)
                weight[size] = weight.get(size, 0) + len(word.text)
    return max(weight, key=lambda size: weight[size]) if weight else 0.0


def _base_pitch(lines: Sequence[Line]) -> float:
    """The distance between lines of one paragraph, in type sizes: the low end of what occurs."""
    ratios = sorted(
        ratio for first, second in pairwise(lines) if (ratio := _pitch(first, second)) is not None
    )
    if not ratios:
        return 1.25
    return min(ratios[len(ratios) // 5], median(ratios))


def _pitch(first: Line, second: Line) -> float | None:
    if first.page != second.page or first.block != second.block:
        return None
    a, b = first.box, second.box
    if a is None or b is None:
        return None
    size = max(min(first.size, second.size), 0.0) or (a[3] - a[1])
    ratio = (b[3] - a[3]) / size if size > 0 else 0.0
    return ratio if 0.7 < ratio < 3 else None


def _edges(lines: Sequence[Line]) -> dict[tuple[int, int], float]:
    """The right edge of each column; for text without boxes its longest line, in characters.

    Pages of one column share an edge: a page that ends in a few short lines has no other.
    """
    edges: dict[tuple[int, int], float] = {}
    blocks: dict[int, set[int]] = {}
    for line in lines:
        box = line.box
        key = (line.page, line.block) if box else (0, 0)
        right = box[2] if box else float(len(line.text))
        edges[key] = max(edges.get(key, 0.0), right)
        blocks.setdefault(key[0], set()).add(key[1])
    single = [key for key in edges if len(blocks[key[0]]) == 1]
    shared = max((edges[key] for key in single), default=0.0)
    return edges | dict.fromkeys(single, shared)


def _break(
    previous: Line | None, line: Line, base: float, edges: dict[tuple[int, int], float]
) -> Break:
    if previous is None:
        return Break.HARD
    if previous.page != line.page or previous.block != line.block:
        return _over_the_edge(previous, line, edges)
    if previous.box is None or line.box is None:
        return _unboxed(previous, line, edges)
    pitch = _pitch(previous, line)
    if pitch is None or pitch > 1.22 * base:
        return Break.HARD
    if previous.bold != line.bold:  # a heading in bold over plain text, or the other way about
        return Break.HARD
    if abs(previous.size - line.size) > 0.12 * max(previous.size, line.size):
        return Break.HARD
    return Break.SOFT if _had_room(previous, line, edges) else Break.WRAP


def _had_room(previous: Line, line: Line, edges: dict[tuple[int, int], float]) -> bool:
    """The first word of `line` would have fitted behind `previous`: the break is meant."""
    box, first = previous.box, line.words[0]
    if box is None or first.box is None:
        return len(previous.text) + 1 + len(first.text) <= edges.get((0, 0), 0.0)
    space = 0.3 * previous.size
    right = edges.get((previous.page, previous.block), box[2])
    return box[2] + space + (first.box[2] - first.box[0]) < right - 1.5


def _over_the_edge(previous: Line, line: Line, edges: dict[tuple[int, int], float]) -> Break:
    """Between two pages or columns: the words decide, there is no gap to go by."""
    first = line.words[0].text
    if previous.bold != line.bold and not first[:1].islower():
        return Break.HARD
    if re.match(r"[a-z(&\u201c\"]", first) and not re.search(r"[.!?][\"\u201d)]?$", previous.text):
        return Break.WRAP
    if re.search(r"[.!?:][\"\u201d)]?$", previous.text) or _had_room(previous, line, edges):
        return Break.HARD
    return Break.WRAP


def _unboxed(previous: Line, line: Line, edges: dict[tuple[int, int], float]) -> Break:
    before, after = _number(previous.place), _number(line.place)
    if previous.place and line.place and not previous.place.startswith("line"):
        return Break.WRAP if previous.place == line.place else Break.HARD
    if before is not None and after is not None and after - before > 1:
        return Break.HARD
    if line.begins is not None:
        return Break.HARD if line.begins else Break.WRAP
    return Break.SOFT if _had_room(previous, line, edges) else Break.WRAP


def _number(place: str | None) -> int | None:
    found = re.search(r"(\d+)$", place or "")
    return int(found[1]) if found else None


_PAGE_NUMBER = re.compile(
    r"(?:.{0,60}\s)?(?:page|slide|sheet|p\.?)?\s*\d{1,4}\s*(?:of|/)\s*\d{1,4}|(?:page|slide)\s+\d{1,4}|[-\u2013]\s*\d{1,3}\s*[-\u2013]",
    re.IGNORECASE,
)


def _page_numbers(document: Document) -> set[Line]:
    """The last lines of a page that end in its number: furniture of a report of one page."""
    out: set[Line] = set()
    for page in document.pages:
        for item in page.body[-2:]:
            if (
                isinstance(item, Line)
                and item.box
                and item.box[1] > 0.85 * page.height
                and _PAGE_NUMBER.fullmatch(item.text)
            ):
                out.add(item)
    return out


_COUNTER = re.compile(
    r"\W*(?:(?:problem|PBI)\s+)?(?:record|problem|PBI|item|entry|card|form|ticket|issue)\s+(?:no\.?\s+)?"
    r"\d{1,4}\s*(?:of|/|out\s+of)\s*\d{1,4}\W*",
    re.IGNORECASE,
)


def is_counter(text: str) -> bool:
    """ "Record 2 of 4": counts the entries of a report, and is the title of none."""
    return bool(_COUNTER.fullmatch(text))


def _titles_again(document: Document, body: float) -> set[Line]:
    """The report's title, small at the head of a later page, where too few pages repeat it."""
    first = [item for page in document.pages[:1] for item in page.body if isinstance(item, Line)]
    loud = {line.text.casefold() for line in first[:12] if body and line.size > 1.08 * body}
    return {
        item
        for page in document.pages[1:]
        for item in page.body[:2]
        if isinstance(item, Line)
        and item.box
        and item.box[1] < 0.1 * page.height
        and item.size <= body
        and item.text.casefold() in loud
    }


_NOTE = re.compile(
    r"(?:[\d*\u2020\u2021\u00a7\u00b9\u00b2\u00b3\u2070-\u2079]{1,2}|\[\d{1,2}\]|\(\d\))[.)]?"
)


def _footnotes(document: Document, body: float) -> set[Line]:
    """Notes at the foot of a page: small print behind a mark, or text behind a raised mark."""
    notes: set[Line] = set()
    for page in document.pages:
        lines = [item for item in page.body if isinstance(item, Line)]
        notes |= {line for line in lines if line.place and line.place.startswith("footnote")}
        notes |= _small_print(lines, body, page.height)
        notes |= _raised_marks(lines, body)
    return notes


def _small_print(lines: Sequence[Line], body: float, height: float) -> set[Line]:
    tail: list[Line] = []
    for line in reversed(lines):
        if not (line.box and body and 0 < line.size < 0.9 * body and line.box[1] > 0.5 * height):
            break
        tail.append(line)
    tail.reverse()
    opening = [index for index, line in enumerate(tail) if _NOTE.match(line.words[0].text)]
    return set(tail[opening[0] :]) if opening else set()


def _raised_marks(lines: Sequence[Line], body: float) -> set[Line]:
    """Lines that begin with a mark in small type, or that stand beside one."""
    notes: set[Line] = set()
    for index, line in enumerate(lines):
        first = line.words[0]
        small = 0 < first.size <= 0.75 * (body or first.size)
        if not small or not _NOTE.fullmatch(first.text):
            continue
        if len(line.words) > 1:
            notes.add(line)
        elif index + 1 < len(lines) and _beside(line, lines[index + 1]):
            notes |= {line, lines[index + 1]}
    return notes


def _beside(mark: Line, line: Line) -> bool:
    a, b = mark.box, line.box
    return bool(a and b and a[1] < b[3] and b[1] < a[3] + 2 and 0 <= b[0] - a[2] < 20)
