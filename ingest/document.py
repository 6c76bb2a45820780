"""The source-independent page: words with boxes, lines, tables. What readers make and rules read.

Each reader (`pdf`, `text`, `docx`, `sheet`, `ocr`) turns bytes into a `Document`; everything after
that sees only this module.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from ingest.records import Box, Finding

SOFT_HYPHEN = "\u00ad"
MARKS = str.maketrans("", "", SOFT_HYPHEN + "\u200b\u200c\u200d\u2060\ufeff")
"""What no reader sees, for `str.translate`."""


@dataclass(frozen=True, slots=True)
class Word:
    """One run of ink without white space. Sizes in points; the origin is the top left.

    `box` is None in a medium without boxes (plain text, DOCX, XLSX); the line's `place` says where.
    """

    text: str
    box: Box | None = None
    size: float = 0.0
    bold: bool = False

    def __reduce__(self) -> tuple[type[Word], tuple[str, Box | None, float, bool]]:
        # Words go between processes by the hundred thousand: the usual way takes thrice as long.
        return Word, (self.text, self.box, self.size, self.bold)


@dataclass(frozen=True)
class Line:
    """Words on one base line of one column, left to right. `page` counts from 1.

    `block` numbers the column or frame that the line stands in, in reading order, so that a rule
    never joins the left column to the right one. `begins` is what indents show in plain text: True,
    the line was meant to begin here; False, it runs on; None, nothing shows.
    """

    page: int
    words: tuple[Word, ...]
    block: int = 0
    place: str | None = None
    begins: bool | None = None

    def __hash__(self) -> int:
        # Lines are kept in sets by the thousand: the first word's place tells them apart as a rule.
        return hash((self.page, self.place, len(self.words), self.words[0] if self.words else None))

    @cached_property
    def text(self) -> str:
        """The words joined by single spaces: every offset into it leads back to a word."""
        return " ".join(word.text for word in self.words)

    @cached_property
    def shown(self) -> tuple[tuple[Word, str], ...]:
        """The words that are more than marks which no reader sees, each with what is seen of it."""
        return tuple(
            (word, seen)
            for word in self.words
            if (seen := word.text if word.text.isascii() else word.text.translate(MARKS))
        )

    @cached_property
    def gaps(self) -> frozenset[int]:
        """Places in `shown` of the words that stand far behind the word before them."""
        return frozenset(
            place
            for place, ((last, _), (word, _)) in enumerate(pairwise(self.shown), start=1)
            if last.box is not None
            and word.box is not None
            and word.box[0] - last.box[2] > 1.6 * (self.size or (word.box[3] - word.box[1]))
        )

    @cached_property
    def box(self) -> Box | None:
        """The union of the word boxes; None in a medium without boxes."""
        return union(tuple(word.box for word in self.words if word.box is not None))

    @cached_property
    def size(self) -> float:
        """The largest type size in the line, 0 where the medium has none."""
        return max((word.size for word in self.words), default=0.0)

    @cached_property
    def bold(self) -> bool:
        """Every word of the line is set in bold."""
        return bool(self.words) and all(word.bold for word in self.words)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: its lines top to bottom, and the grid columns (and rows) it spans.

    `depth` is the number of rows: a cell merged downwards stands in its first row only.
    """

    lines: tuple[Line, ...]
    column: int
    span: int = 1
    box: Box | None = None
    place: str | None = None
    depth: int = 1

    @property
    def text(self) -> str:
        """The lines joined by single spaces."""
        return " ".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells as printed on one page (or sheet). `ruled` is False where only gaps divide it.

    A row may hold fewer cells than `columns`: a missing cell is empty. A table that runs over
    pages is several Tables; joining them is the rules' work.
    """

    page: int
    rows: tuple[tuple[Cell, ...], ...]
    columns: int
    box: Box | None = None
    ruled: bool = True
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page in reading order.

    `body` is what a person reads from top to bottom: lines and tables, in order; a line that is
    part of a table is not repeated as a Line. `furniture` holds running headers, footers and
    page numbers, kept for the classification marking and the report's own fields.
    """

    number: int
    width: float
    height: float
    body: tuple[Line | Table, ...] = ()
    furniture: tuple[Line, ...] = ()
    image_only: bool = False
    name: str | None = None
    scanned: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """One file as a person sees it, whatever its format."""

    file: str
    sha256: str
    media_type: str
    pages: tuple[Page, ...]
    title: str | None = None
    findings: tuple[Finding, ...] = field(default=())


def union(boxes: tuple[Box, ...]) -> Box | None:
    """The smallest box around all; None for none."""
    if not boxes:
        return None
    x0s, tops, x1s, bottoms = zip(*boxes, strict=True)
    return (min(x0s), min(tops), max(x1s), max(bottoms))
