"""Where the words of a quote stand on a page of a PDF, line by line.

The box of a quote is one rectangle: around a sentence that begins in the middle of one line and
ends in the middle of another it holds words that were not quoted. These are the lines themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ingest.records import Box
from kb.pictures import box_of, page_words

_SLACK = 2.0
"""Points that a line may stand out of the box of the quote."""


def quoted_lines(data: bytes, page: int, quote: str, box: Box) -> tuple[Box, ...]:
    """The boxes of the lines of a quote, in reading order; the box itself where they are not found.

    Args:
        quote: as it is cited: white space and hyphens at line ends may differ from the page.
        box: around all of it, in points, origin top left.

    Raises:
        RecordNotFound: the document has no such page.
    """
    words = page_words(data, page)
    for start, end in _places(words, quote):
        lines = [
            found
            for first, last in _lines(words, start, end)
            if (found := box_of(data, page, first, last)) is not None
        ]
        if lines and all(_inside(line, box) for line in lines):
            return tuple(lines)
    return (box,)


def _places(words: str, quote: str) -> list[tuple[int, int]]:
    """Where a quote stands in the words of a page, white space and hyphenation aside."""
    kept = [index for index, character in enumerate(words) if _counts(character)]
    text = "".join(words[index] for index in kept)
    wanted = "".join(character for character in quote if _counts(character))
    places, at = [], text.find(wanted) if wanted else -1
    while at >= 0:
        places.append((kept[at], kept[at + len(wanted) - 1] + 1))
        at = text.find(wanted, at + 1)
    return places


def _counts(character: str) -> bool:
    # pdfium writes a hyphen that it takes for a break as U+0002 or U+FFFE.
    return not character.isspace() and character not in "-\u00ad\u0002\ufffe\u2010"


def _lines(words: str, start: int, end: int) -> Sequence[tuple[int, int]]:
    """The stretches between line ends, blank ones left out."""
    breaks = [start, *(n + 1 for n in range(start, end) if words[n] in "\r\n"), end]
    return [(first, last) for first, last in pairwise(breaks) if words[first:last].strip()]


def _inside(line: Box, box: Box) -> bool:
    return (
        line[0] >= box[0] - _SLACK
        and line[1] >= box[1] - _SLACK
        and line[2] <= box[2] + _SLACK
        and line[3] <= box[3] + _SLACK
    )
