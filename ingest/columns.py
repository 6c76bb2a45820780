"""Words to lines in reading order: what stands on one base line, and where columns part."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median

from ingest.document import Word
from ingest.numbers import pbis_in
from ingest.records import Box

_SPACE = 0.38
"""No space between words is wider than this share of the type size, however large the type."""

_SAME_LINE = 0.35
"""Base lines nearer than this share of the type size are one line."""

_FLUSH = 1.5
"""How much more a gutter counts right of which all lines start at one place."""

_MOSTLY = 0.25
"""A gap of which so much lies in a gutter that was found is not grown anew."""

_LABEL = re.compile(r"^[A-Z][\w/&'’ -]{1,34}\s?(?:[:=]|\s[-–—]\s)\s?\S")
_PBI_HEAD = re.compile(
    r"^\W*(?:problem\s+)?PBI(?![\s#:0-9-]{4,20}(?:[,;.)]|\s+(?:(?-i:[a-z]{2,}\s+[a-z])|refers)))",
    re.IGNORECASE,
)

_HEAD = re.compile(r"\W*PBI\s?\d{5,12}\b", re.IGNORECASE)

Interval = tuple[float, float]


@dataclass(eq=False)
class Strip:
    """The words on one base line across a region, or one solid thing (a frame, a table)."""

    words: list[Word]
    box: Box
    solid: object | None = None

    @cached_property
    def size(self) -> float:
        """The most usual type size; 0 for a solid."""
        return median(word.size for word in self.words) if self.words else 0.0

    @property
    def base(self) -> float:
        """The height of the base line, measured at the lower edge of the boxes."""
        return self.box[3]

    def segments(self, gap: float) -> list[tuple[float, float, list[Word]]]:
        """Runs of words parted by at least `gap` points: left, right, words."""
        if self.solid is not None:
            return [(self.box[0], self.box[2], [])]
        gap = max(gap, _SPACE * self.size)
        if gap not in self._segments:
            self._segments[gap] = self._parted(gap)
        return self._segments[gap]

    @cached_property
    def _segments(self) -> dict[float, list[tuple[float, float, list[Word]]]]:
        return {}

    def _parted(self, gap: float) -> list[tuple[float, float, list[Word]]]:
        runs: list[tuple[float, float, list[Word]]] = []
        for word in self.words:
            x0, _, x1, _ = place(word)
            if runs and x0 - runs[-1][1] < gap:
                left, right, words = runs[-1]
                words.append(word)
                runs[-1] = (left, max(right, x1), words)
            else:
                runs.append((x0, x1, [word]))
        return runs

    @cached_property
    def text(self) -> str:
        """The words joined by single spaces."""
        return " ".join(word.text for word in self.words)


def place(word: Word) -> Box:
    """The box of a word that is known to have one."""
    assert word.box is not None
    return word.box


def box_of(words: Iterable[Word]) -> Box:
    """The box around some words with boxes; there must be one at least."""
    x0s, tops, x1s, bottoms = zip(*map(place, words), strict=True)
    return (min(x0s), min(tops), max(x1s), max(bottoms))


def strips_of(words: Sequence[Word]) -> list[Strip]:
    """The words grouped by base line, top to bottom, each group left to right."""
    rows: list[list[Word]] = []
    base = size = 0.0
    for word in sorted(words, key=lambda w: place(w)[3]):
        bottom = place(word)[3]
        if rows and bottom - base <= _SAME_LINE * min(size, word.size or size):
            rows[-1].append(word)
        else:
            rows.append([word])
            base, size = bottom, word.size or 8.0
    strips = []
    for row in rows:
        row.sort(key=lambda w: place(w)[0])
        strips.append(Strip(row, box_of(row)))
    return strips


def widest_gap(strip: Strip) -> float:
    """The widest gap between neighbouring words of the strip, 0 for fewer than two."""
    right, widest = None, 0.0
    for word in strip.words:
        x0, _, x1, _ = place(word)
        if right is not None:
            widest = max(widest, x0 - right)
        right = x1 if right is None else max(right, x1)
    return widest


def split_at(strips: Sequence[Strip], x: float) -> tuple[list[Strip], list[Strip]]:
    """The strips cut at an upright line: what is left of it and what is right of it."""
    left: list[Strip] = []
    right: list[Strip] = []
    for strip in strips:
        if strip.solid is not None:
            (left if (strip.box[0] + strip.box[2]) / 2 < x else right).append(strip)
            continue
        one = [word for word in strip.words if (place(word)[0] + place(word)[2]) / 2 < x]
        two = [word for word in strip.words if (place(word)[0] + place(word)[2]) / 2 >= x]
        if one:
            left.append(Strip(one, box_of(one)))
        if two:
            right.append(Strip(two, box_of(two)))
    return left, right


def gutters_of(strips: Sequence[Strip], least: float) -> list[tuple[Interval, int, int]]:
    """Gutters, that which runs past the most lines first, with the half-open range of strips that
    each parts.

    Args:
        strips: of one region, top to bottom.
        least: the narrowest gutter in points.
    """
    found: list[tuple[float, Interval, int, int]] = []
    tried: list[tuple[Interval, int, int]] = []
    for index in range(len(strips)):
        for seed in _gaps(strips, index, least):
            if any(
                start <= index < end
                and min(seed[1], old[1]) - max(seed[0], old[0])
                >= max(least, _MOSTLY * (seed[1] - seed[0]))
                for old, start, end in tried
            ):
                continue
            grown = _grow(strips, index, seed, least)
            if grown is None:
                continue
            gutter, start, end, height = grown
            tried.append((gutter, start, end))
            if _flush(strips[start:end], gutter):
                height *= _FLUSH
            found.append((height, gutter, start, end))
    found.sort(key=lambda one: -one[0])
    return [one[1:] for one in found]


def part_facts(left: Sequence[Strip], right: Sequence[Strip]) -> bool:
    """On both sides bold names stand over their values, on one of them several times."""
    one, two = [s for s in left if s.words], [s for s in right if s.words]
    if len(one) < 2 or len(two) < 2:
        return False
    return _facts(one) and _facts(two) and (_headed(one) or _headed(two))


def _flush(strips: Sequence[Strip], gutter: Interval) -> bool:
    """What stands right of the gutter starts at one place, line by line."""
    starts = [
        x0
        for strip in strips
        if strip.box[2] > gutter[1]
        for x0 in [min(run[0] for run in strip.segments(4.0) if run[1] > gutter[1])]
    ]
    return len(starts) > 2 and max(starts) - min(starts) < 2.0


def _gaps(strips: Sequence[Strip], index: int, least: float) -> list[Interval]:
    """Gaps within a strip, or between it and what stands beside it on another base line."""
    strip = strips[index]
    if strip.solid is None:
        runs = strip.segments(least)
        gaps = [(one[1], two[0]) for one, two in pairwise(runs)]
        if index + 1 < len(strips) and (gap := gap_beside(strip, strips[index + 1])):
            gaps.append(gap)
        return [gap for gap in gaps if gap[1] - gap[0] >= least]
    beside = [
        other.box[0]
        for other in strips
        if other.box[0] >= strip.box[2] + least
        and other.box[1] < strip.box[3]
        and other.box[3] > strip.box[1]
    ]
    return [(strip.box[2], min(beside))] if beside else []


def gap_beside(one: Strip, two: Strip) -> Interval | None:
    """The gap between two strips of which the second stands beside the first, a little lower."""
    if one.solid is not None or two.solid is not None:
        return None
    if two.base - one.base > 0.7 * max(one.size, two.size):
        return None
    left, right = (one, two) if one.box[0] < two.box[0] else (two, one)
    gap = (left.box[2], right.box[0])
    return gap if gap[1] > gap[0] else None


def _grow(
    strips: Sequence[Strip], index: int, seed: Interval, least: float
) -> tuple[Interval, int, int, float] | None:
    """A gap of one strip grown up and down for as long as nothing closes it."""
    gutter = seed
    start, end = index, index + 1
    for step in (1, -1):
        at = index + step
        while 0 <= at < len(strips):
            narrowed = _narrowed(strips[at], gutter, least)
            if narrowed is None:
                break
            gutter = narrowed
            at += step
        if step == 1:
            end = at
        else:
            start = at + 1
    both = [s for s in strips[start:end] if s.box[0] < gutter[0] and s.box[2] > gutter[1]]
    left = [s for s in strips[start:end] if s.box[0] < gutter[0]]
    right = [s for s in strips[start:end] if s.box[2] > gutter[1]]
    enough = len(both) >= 2 or min(len(left), len(right)) >= 3
    if not left or not right or not (enough or any(s.solid for s in strips[start:end])):
        return None
    top = max(min(s.box[1] for s in left), min(s.box[1] for s in right))
    bottom = min(max(s.box[3] for s in left), max(s.box[3] for s in right))
    return gutter, start, end, bottom - top


def _narrowed(strip: Strip, gutter: Interval, least: float) -> Interval | None:
    """What the strip leaves free of the gutter, None where that is too little."""
    left, right = gutter
    for x0, x1, _ in strip.segments(least):
        if x1 <= left or x0 >= right:
            continue
        if x0 - left >= right - x1:
            right = x0
        else:
            left = x1
        if right - left < least:
            return None
    return left, right


def are_columns(left: Sequence[Strip], right: Sequence[Strip], width: float) -> bool:
    """Two columns that are read one after the other, rather than two columns of one table.

    Args:
        left, right: what stands on either side of a gutter.
        width: of the region, in points.
    """
    if any(strip.solid for strip in left) and any(strip.solid for strip in right):
        return True
    one, two = [s for s in left if s.words], [s for s in right if s.words]
    if (
        len(one) > 1
        and len(two) > 1
        and _facts(one)
        and _facts(two)
        and (_headed(one) or _headed(two))
    ):
        return True
    solids = any(strip.solid for strip in (*left, *right))
    if solids and (one or two):
        return True
    if len(one) < 3 or len(two) < 3:
        return False
    if _in_cells(one, two) or _in_cells(two, one):
        return False
    if _headed(one) or _headed(two):
        return True
    if min(_extent(one), _extent(two)) < 0.18 * width:
        return False
    if _prose(one) and _prose(two):
        return True
    heads = (_heads(one), _heads(two))
    if all(heads) and all(
        count <= 0.5 * len(side) and _middle_length(side) >= 12
        for count, side in zip(heads, (one, two), strict=True)
    ):
        return True
    if _aligned(one, two) >= 0.6:
        return False
    if min(_labelled(one), _labelled(two)) >= 3:
        return True
    longest = max(len(strip.text) for strip in (*one, *two))
    return longest >= 30 and _stacked(one) and _stacked(two)


def _in_cells(one: Sequence[Strip], two: Sequence[Strip]) -> bool:
    """Lines of three parts or more on the base lines of the other side: rows of a table."""
    bases = [strip.base for strip in two]
    rows = [
        strip
        for strip in one
        if len(strip.segments(1.2 * strip.size)) >= 3
        and any(abs(strip.base - base) < 1.5 for base in bases)
    ]
    return len(rows) >= 2


def _extent(strips: Sequence[Strip]) -> float:
    return max(s.box[2] for s in strips) - min(s.box[0] for s in strips)


def _middle_length(strips: Sequence[Strip]) -> float:
    return median(len(strip.text) for strip in strips)


def _prose(strips: Sequence[Strip]) -> bool:
    """Most lines run to the right edge and hold several words, without gaps in them."""
    right = max(strip.box[2] for strip in strips)
    width = _extent(strips)
    full = sum(strip.box[2] >= right - 0.18 * width for strip in strips)
    gaps = sum(widest_gap(strip) > 1.5 * strip.size for strip in strips)
    words = median(len(strip.words) for strip in strips)
    return (
        full >= 0.45 * len(strips)
        and words >= 4
        and _middle_length(strips) >= 22
        and gaps <= 0.15 * len(strips)
    )


def _heads(strips: Sequence[Strip]) -> int:
    return sum(bool(_PBI_HEAD.match(strip.text) and pbis_in(strip.text)) for strip in strips)


def _labelled(strips: Sequence[Strip]) -> int:
    return sum(bool(_LABEL.match(strip.text)) for strip in strips)


def _headed(strips: Sequence[Strip]) -> bool:
    """Bold headings, each with plain lines close below: facts set one under another."""
    headings = sum(
        _bold(one) and not _bold(two) and two.base - one.base < 2 * max(one.size, two.size)
        for one, two in pairwise(strips)
    )
    gaps = sum(widest_gap(strip) > 1.5 * strip.size for strip in strips)
    return headings >= 2 and gaps <= 0.2 * len(strips)


def _facts(strips: Sequence[Strip]) -> bool:
    """Bold names, never two in a row, with plain values close below."""
    far = any(
        not _bold(two) and two.base - one.base > 2 * max(one.size, two.size)
        for one, two in pairwise(strips)
    )
    if far:
        return False  # a column of a table
    bold = [_bold(strip) for strip in strips]
    while len(bold) > 2 and bold[0] and bold[1]:
        bold.pop(0)  # badges above the first name
    return bold[0] and not bold[1] and not any(one and two for one, two in pairwise(bold))


def _bold(strip: Strip) -> bool:
    return bool(strip.words) and all(word.bold for word in strip.words)


def _stacked(strips: Sequence[Strip]) -> bool:
    """Lines close below one another, without gaps in them: running text, not labels of rows."""
    steps = [two.base - one.base for one, two in pairwise(strips)]
    gaps = sum(widest_gap(strip) > 1.5 * strip.size for strip in strips)
    return median(steps) <= 1.9 * median(s.size for s in strips) and gaps <= 0.2 * len(strips)


def _aligned(one: Sequence[Strip], two: Sequence[Strip]) -> float:
    """The share of the second's lines that stand on a base line of the first."""
    bases = [strip.base for strip in one]
    return sum(any(abs(strip.base - base) < 1.5 for base in bases) for strip in two) / len(two)


def with_wrapped_badges(strips: Sequence[Strip]) -> list[Strip]:
    """A badge of two lines put together in the line of the number that it stands beside.

    The first half ("Under") stands alone at the head of a card, close above a line of number and
    badges, over the one badge ("Investigation") that ends it.
    """
    out: list[Strip] = []
    for k, strip in enumerate(strips):
        above = out[-1] if out else None
        if above is not None and _is_half_badge(above, strip, strips[k - 2] if k > 1 else None):
            out.pop()
            first = place(above.words[0])[0]
            x1 = max(place(word)[2] for word in above.words)
            runs = strip.segments(0.9 * strip.size)
            words: list[Word] = []
            for left, right, run in runs:
                words += [*above.words, *run] if left < x1 and right > first else run
            strip = Strip(words, box_of(words))
        out.append(strip)
    return out


def _is_half_badge(above: Strip, strip: Strip, before: Strip | None) -> bool:
    if above.solid is not None or strip.solid is not None or len(above.words) > 3:
        return False
    if strip.base - above.base > 1.5 * strip.size or not _HEAD.match(strip.text):
        return False
    if before is not None and above.base - before.base < 1.7 * above.size:
        return False
    runs = strip.segments(0.9 * strip.size)
    left, right = above.box[0], above.box[2]
    over = [run for run in runs[1:] if run[0] < right and run[1] > left]
    return len(over) == 1 and len(over[0][2]) <= 3 and left > runs[0][1]
