"""Tables without lines between their columns: found by the gaps that their rows share.

A table is a run of lines in which the same upright gaps stay free. Its rows are told apart by
rules and shaded bands where there are any, else by the wider gap between rows, else by the
column that names each row (PBI numbers, or the first column).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf
from statistics import median

from ingest.columns import Interval, Strip, place, widest_gap
from ingest.document import Cell, Line, Table, Word, union
from ingest.numbers import DIGITS, pbis_in
from ingest.records import Box

_WIDE = 0.9
"""A table is looked for from a line with a gap of this share of the type size ..."""
_NARROW = 0.36
"""... and its columns must stay this far apart in every row (a space is 0.22 to 0.32) ..."""
_SPACES = 1.4
"""... and this many times the space between words, which a monospaced font has wide."""
_FIRM = 4
"""A gap that so many rows share is not closed by one row with a merged cell."""
_BULLET = re.compile(r"^(?:[\W_]{1,2}|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]|\d{1,2})$")
_LABELLED = re.compile(r"[A-Z][\w/&'\u2019 -]{1,34}\s?[:=]\s?\S")
_NAME = re.compile(r"[A-Z][\w/&'\u2019-]*(?: [\w/&'\u2019-]+){0,3}\s?[:?]?")
_PBI_START = re.compile(r"^\W*(?:PBI|P?BI?\d)|^#?\d{5,12}\b", re.IGNORECASE)
_HALF = re.compile(r"\W*PBI[\s#:-]*(?P<digits>\d{0,11})\W*", re.IGNORECASE)
_SECTION_LENGTH = 90
_LONGEST_BELOW = 40
"""Lines of running text over the whole width that may stand below one row."""
_SPACE = 0.2
"""The least space between two words, as a share of the type size."""
_UNEVEN = 1.2
_ROW_STEP = 1.13
"""Lines of one cell stand at one step; a step this much wider parts two rows."""


@dataclass
class Draft:
    """A run of strips that makes a table, `strips[start:end]`, and the gaps between its columns.

    `sections` are lines across all columns, `below` those of them that go on with a row.
    """

    start: int
    end: int
    gutters: list[Interval]
    sections: set[int] = field(default_factory=set)
    least: float = 4.0
    below: set[int] = field(default_factory=set)


@dataclass
class _Gap:
    """What stays free between two columns.

    `tight` is where the longest cell left of it ends, where that leaves no more than a space.
    """

    left: float
    right: float
    support: int = 0
    tight: float = -inf

    @property
    def inner(self) -> bool:
        return self.left > -inf and self.right < inf


def find_drafts(strips: Sequence[Strip]) -> list[Draft]:
    """Tables among the strips of one column, top to bottom, not overlapping."""
    space = _space(strips)
    drafts: list[Draft] = []
    at = 0
    while at < len(strips):
        strip = strips[at]
        draft = None
        if strip.solid is None and widest_gap(strip) >= _WIDE * strip.size:
            draft = _grow(strips, at, max(2.5, _NARROW * strip.size, _SPACES * space))
        if draft is None:
            at += 1
        else:
            drafts.append(draft)
            at = draft.end
    return drafts


def _space(strips: Sequence[Strip]) -> float:
    """The usual space between words in points, 0 where there are too few to tell."""
    gaps = [
        place(two)[0] - place(one)[2]
        for strip in strips
        for one, two in pairwise(strip.words)
        if 0 < place(two)[0] - place(one)[2] < 0.7 * strip.size
    ]
    return median(gaps) if len(gaps) >= 8 else 0.0


def _grow(strips: Sequence[Strip], start: int, least: float) -> Draft | None:
    gaps = _gaps_of(strips[start], least)
    for gap in gaps:
        gap.support = int(gap.inner)
    sections: set[int] = set()
    below: set[int] = set()
    merged: float | None = None
    at = start + 1
    while at < len(strips) and strips[at].solid is None:
        if _begins_another(strips, start, at, least):
            break
        if at - start <= 2 and _is_wider_head(strips, start, at, gaps, least):
            return None
        narrowed = _narrow(gaps, strips[at], least)
        merged = _merged_at(gaps, strips[at], least, merged) if narrowed is None else None
        if merged is not None:
            at += 1
            continue
        if narrowed is None:
            after = _after_section(strips, at, gaps, least)
            if after is None:
                after = _after_below(strips, start, at, gaps, least)
                below.update(range(at, after or at))
            if after is None:
                break
            sections.update(range(at, after))
            at = after
            continue
        gaps = narrowed
        at += 1
    end = at
    while end - 1 > start and _tail(strips, start, end, least):
        end -= 1
    inner = [
        (max(gap.left, gap.tight), gap.right) for gap in gaps if gap.inner and gap.support >= 2
    ]
    body = [strips[k] for k in range(start, end) if k not in sections]
    inner = [
        gutter
        for k, gutter in enumerate(inner)
        if _holds(gutter, inner[k + 1][0] if k + 1 < len(inner) else inf, body, least)
    ]
    draft = Draft(start, end, inner, {k for k in sections if k < end}, least, below)
    return draft if _is_table(draft, strips, least) else None


def _gaps_of(strip: Strip, least: float) -> list[_Gap]:
    runs = strip.segments(least)
    edges = [-inf, *(x for run in runs for x in (run[0], run[1])), inf]
    return [_Gap(edges[k], edges[k + 1]) for k in range(0, len(edges), 2)]


def _narrow(gaps: list[_Gap], strip: Strip, least: float) -> list[_Gap] | None:
    """The gaps that stay free; None where the strip closes one that rows before had in common.

    A row of several cells may close a gap and leave the others: one that few rows shared was
    chance, one that many share is crossed by a merged cell.
    """
    own = _gaps_of(strip, least)
    kept: list[_Gap] = []
    closed: list[_Gap] = []
    for gap in gaps:
        left_over = []
        for other in own:
            left, right = max(gap.left, other.left), min(gap.right, other.right)
            if right - left >= least:
                both = strip.box[0] <= left and strip.box[2] >= right
                left_over.append(_Gap(left, right, gap.support + int(both), gap.tight))
        if not left_over and gap.inner and len(own) >= 5:
            left_over = _tightened(gap, strip)
        if not left_over and gap.inner:
            closed.append(gap)
        kept += left_over
    parts = len(strip.segments(least))
    inner = sum(gap.inner for gap in kept)
    if any(gap.support >= 2 for gap in closed) and (parts < 2 or inner < 2):
        return None
    if closed and parts == 1:
        return None
    if not inner:
        return None
    kept += [gap for gap in closed if gap.support >= _FIRM]
    return sorted(kept, key=lambda gap: gap.left)


def _tightened(gap: _Gap, strip: Strip) -> list[_Gap]:
    """The gap where a cell fills its column up to a single space, and the next starts in line."""
    for one, two in pairwise(strip.words):
        free = place(two)[0] - place(one)[2]
        if abs(place(two)[0] - gap.right) < 1.0 and free >= _SPACE * strip.size:
            return [_Gap(gap.left, gap.right, gap.support + 1, max(gap.tight, place(one)[2]))]
    return []


def _is_wider_head(
    strips: Sequence[Strip], start: int, at: int, gaps: list[_Gap], least: float
) -> bool:
    """A line with more columns than the lines above it leave free begins the table itself."""
    parts = strips[at].segments(max(least, _WIDE * strips[at].size))
    most = max(len(strips[k].segments(least)) for k in range(start, at))
    if len(parts) < max(4, most + 2):
        return False
    free = _narrow(gaps, strips[at], least) or []
    return any(
        gap.inner and not any(gap.left < other.right and other.left < gap.right for other in free)
        for gap in _gaps_of(strips[at], least)
    )


def _after_below(
    strips: Sequence[Strip], start: int, at: int, gaps: list[_Gap], least: float
) -> int | None:
    """Where the table goes on after text over its width that belongs to the row above.

    Such text ("Detail: ...", "User impact: ...") ends at the next row that opens with a number
    of a problem, or at a wider step below the last row.
    """
    firm = [gap for gap in gaps if gap.inner]
    if len(firm) < 2 or not any(_numbered(strips[k], least) for k in range(start, at)):
        return None
    left = min(strips[k].box[0] for k in range(start, at))
    for after in range(at, min(len(strips), at + _LONGEST_BELOW)):
        strip = strips[after]
        if strip.solid is not None:
            return None
        if len(strip.segments(least)) >= 3 and _numbered(strip, least):
            return after if _narrow(firm, strip, least) is not None else None
    return _end_of_below(strips, at, left)


def _end_of_below(strips: Sequence[Strip], at: int, left: float) -> int | None:
    """Behind the text below the last row: it is indented, or opens with a label."""
    indented = strips[at].box[0] > left + 1.5 * strips[at].size
    if not indented and not _LABELLED.match(strips[at].text):
        return None
    end = at
    while end < len(strips) and strips[end].solid is None:
        strip = strips[end]
        inside = strip.box[0] > left + 1.5 * strip.size if indented else True
        step = strip.base - strips[end - 1].base
        if not inside or (end > at and step > 1.7 * strip.size):
            break
        end += 1
    return end if end > at else None


def _numbered(strip: Strip, least: float) -> bool:
    """The first cell opens with the number of a problem."""
    runs = strip.segments(least)
    first = " ".join(word.text for word in runs[0][2]) if runs else ""
    return bool(_PBI_START.match(first) and pbis_in(first, bare=True))


def _begins_another(strips: Sequence[Strip], start: int, at: int, least: float) -> bool:
    """Below a wider step the cells start at other places: the next form, with its own columns."""
    runs = strips[at].segments(least)
    if at - start < 2 or len(runs) < 2:
        return False
    steps = [strips[k + 1].base - strips[k].base for k in range(start, at - 1)]
    step = strips[at].base - strips[at - 1].base
    if step <= 1.3 * median(steps) or step <= 1.3 * strips[at].size:
        return False
    starts = [x0 for k in range(start, at) for x0, _, _ in strips[k].segments(least)]
    aligned = sum(any(abs(x0 - x) < 3 for x in starts) for x0, _, _ in runs)
    return aligned <= 0.6 * len(runs)


def _merged_at(gaps: list[_Gap], strip: Strip, least: float, merged: float | None) -> float | None:
    """Where a cell that is merged over several columns starts: "Description" in a form of four.

    The line opens with a short label in the first column, or goes on with the text of the
    merged cell above it, which started at `merged`.
    """
    runs = strip.segments(least)
    firm = [gap for gap in gaps if gap.inner and gap.support >= 3]
    if len(firm) < 2:
        return None
    if len(runs) == 1:
        return merged if merged is not None and abs(runs[0][0] - merged) < 2.5 else None
    label = " ".join(word.text for word in runs[0][2])
    opens = firm[0].left <= runs[1][0] and runs[0][1] <= firm[0].right
    aligned = abs(runs[1][0] - firm[0].right) < 2.5
    return runs[1][0] if len(runs) == 2 and opens and aligned and len(label) <= 35 else None


def _after_section(strips: Sequence[Strip], at: int, gaps: list[_Gap], least: float) -> int | None:
    """Where the table goes on after one or two lines across it; None where it does not."""
    inner = [gap for gap in gaps if gap.inner]
    # Below the head there may be a section at once: there is one row to go by.
    firm = [gap for gap in inner if gap.support >= 2] or (inner if len(inner) >= 2 else [])
    if not firm:
        return None
    for after in (at + 1, at + 2):
        section = strips[after - 1]
        if section.solid is not None or len(section.text) > _SECTION_LENGTH:
            return None
        if len(section.segments(2 * least)) > 1:
            return None
        if after >= len(strips) or strips[after].solid is not None:
            return None
        row = strips[after]
        if len(row.segments(least)) >= min(3, len(firm) + 1) and _narrow(firm, row, least):
            return after
    return None


def _tail(strips: Sequence[Strip], start: int, end: int, least: float) -> bool:
    """The last strip is a line of its own below the table rather than the end of its last row."""
    last, before = strips[end - 1], strips[end - 2]
    if len(last.segments(least)) > 1:
        return False
    steps = [strips[k + 1].base - strips[k].base for k in range(start, end - 1)]
    step = last.base - before.base
    return bool(steps) and step > 1.6 * median(steps) and step > 1.5 * last.size


def _holds(gutter: Interval, bound: float, body: Sequence[Strip], least: float) -> bool:
    """The gap is wide, or what stands right of it, up to `bound`, starts at one place."""
    starts = [
        min(inside)
        for strip in body
        if (inside := [x0 for x0, _, _ in strip.segments(least) if gutter[1] - 0.5 <= x0 < bound])
    ]
    if len(starts) < 2:
        return False
    size = median(strip.size for strip in body)
    aligned = sum(abs(x - min(starts)) < 2.5 for x in starts)
    return gutter[1] - gutter[0] >= 1.4 * size or aligned >= 0.5 * len(starts)


def _is_table(draft: Draft, strips: Sequence[Strip], least: float) -> bool:
    body = [strips[k] for k in range(draft.start, draft.end) if k not in draft.sections]
    parted = [strip for strip in body if _column_count(strip, draft.gutters) >= 2]
    if not draft.gutters or len(parted) < 2 or len(draft.sections - draft.below) > len(parted):
        return False
    length = len(body) + (len(draft.below) if _are_badges(parted, draft.gutters) else 0)
    if length > 3 * len(parted) and _opens_cards(parted, draft.gutters):
        return False
    if len(draft.gutters) >= 2:
        full = [strip for strip in body if _column_count(strip, draft.gutters) >= 3]
        return len(full) >= 2 or (len(full) == 1 and len(parted) >= 3)
    first = [strip for strip in body if strip.box[0] < draft.gutters[0][0]]
    lefts = [
        " ".join(word.text for word in strip.words if place(word)[0] < draft.gutters[0][0])
        for strip in first
    ]
    bullets = sum(bool(_BULLET.match(text)) for text in lefts)
    if bullets > 0.5 * len(lefts):
        return False
    return len(parted) >= 3 or (len(parted) == 2 and _column_gap(draft, least) >= 3 * least)


def _opens_cards(parted: Sequence[Strip], gutters: Sequence[Interval]) -> bool:
    """Every line with several cells opens a problem, and there is no head: badges of cards."""
    firsts = [_texts(strip, gutters).get(0, "") for strip in parted]
    return all(_PBI_START.match(text) and pbis_in(text) for text in firsts)


def _are_badges(parted: Sequence[Strip], gutters: Sequence[Interval]) -> bool:
    """Behind the number stand a few cells of a few words each, such as a severity and a status."""
    return len(gutters) <= 3 and all(
        len(text.split()) <= 3
        for strip in parted
        for column, text in _texts(strip, gutters).items()
        if column
    )


def _column_gap(draft: Draft, least: float) -> float:
    left, right = draft.gutters[0]
    return max(right - left, least)


def _column_count(strip: Strip, gutters: Sequence[Interval]) -> int:
    return len({_column(word, gutters) for word in strip.words})


def _column(word: Word, gutters: Sequence[Interval]) -> int:
    x0, _, x1, _ = place(word)
    middle = (x0 + x1) / 2
    return sum(middle > (gutter[0] + gutter[1]) / 2 for gutter in gutters)


def build_table(
    strips: Sequence[Strip],
    draft: Draft,
    *,
    page: int,
    block: int,
    cuts: Sequence[Interval | tuple[float, float, float]] = (),
) -> Table:
    """The draft as rows of cells.

    Args:
        strips: that the draft was found in.
        cuts: (left, right, y) of rules and edges of shaded bands, anywhere on the page.
    """
    body = list(strips[draft.start : draft.end])
    sections = {k - draft.start for k in draft.sections}
    edges = _column_edges(body, draft.gutters)
    lines_at = _cut_heights(cuts, edges[0], edges[-1])
    rows = []
    for group in _row_groups(body, sections, draft.gutters, lines_at):
        spanning = group[0] in sections
        rows.append(_row([body[k] for k in group], draft, edges, page, block, spanning=spanning))
    box = union(tuple(strip.box for strip in body))
    return Table(page, tuple(rows), len(draft.gutters) + 1, box, ruled=False)


def _column_edges(body: Sequence[Strip], gutters: Sequence[Interval]) -> list[float]:
    left = min(strip.box[0] for strip in body)
    right = max(strip.box[2] for strip in body)
    return [left, *((a + b) / 2 for a, b in gutters), right]


def _cut_heights(cuts: Sequence[tuple[float, ...]], left: float, right: float) -> list[float]:
    """Heights of the rules that run along most of the table."""
    width = right - left
    return sorted(
        {
            round(cut[2], 1)
            for cut in cuts
            if len(cut) == 3 and min(cut[1], right) - max(cut[0], left) >= 0.6 * width
        }
    )


def _row_groups(
    body: Sequence[Strip], sections: set[int], gutters: Sequence[Interval], cuts: Sequence[float]
) -> list[list[int]]:
    """Indexes of the strips of each row, top to bottom."""
    leading = _leading(body, gutters)
    groups: list[list[int]] = []
    for k, strip in enumerate(body):
        if not groups:
            groups.append([k])
            continue
        before = body[k - 1]
        parted = (
            (k in sections) != (k - 1 in sections)
            or any(_middle(before) < y <= _middle(strip) for y in cuts)
            or strip.base - before.base > max(_ROW_STEP * leading, leading + 1.2, strip.size)
            or (k == 1 and _bold(before) and not _bold(strip) and 0 in _texts(strip, gutters))
        )
        if parted:
            groups.append([k])
        else:
            groups[-1].append(k)
    anchor = _anchor_column(body, gutters)
    anchored = [
        k not in sections and _is_anchor(body[k], gutters, anchor) for k in range(len(body))
    ]
    halves: set[int] = set()
    if anchor is not None:
        kept = _whole_numbers(body, gutters, anchor, anchored)
        halves = {k for k in range(len(body)) if anchored[k] and not kept[k]}
        anchored = kept
    lines = anchor != 0 and 2 * len(groups) <= len(body) and _labels_beside(body, gutters)
    few = sum(any(anchored[k] for k in g) for g in groups) < 0.4 * len(groups)
    if anchor is not None and (few or lines):
        anchor = None  # a form, in which the number is one value among others
        anchored = [k not in sections and 0 in _texts(body[k], gutters) for k in range(len(body))]
    if anchor is None and len(groups) > 0.3 * sum(anchored) and not lines:
        return groups
    rows: list[list[int]] = []
    for group in groups:
        headed = group[0] == 0 and anchor is not None and not anchored[0]
        if headed and any(anchored[k] for k in group) and len(_texts(body[0], gutters)) >= 3:
            first = next(k for k in group if anchored[k])  # the head, as close as a line of a row
            rows.append([k for k in group if k < first])
            group = [k for k in group if k >= first]
        rows += _at_anchors(group, anchored)
    if anchor is None:
        return rows
    return _with_paragraphs(rows, body, anchored, anchor, gutters, cuts, sections, halves)


def _labels_beside(body: Sequence[Strip], gutters: Sequence[Interval]) -> bool:
    """Two columns of which the first holds short names, each with its value: one row a line.

    A row of wrapped cells looks alike, but goes on in small letters or with many words.
    """
    if len(gutters) != 1:
        return False
    rows = [texts for strip in body if 0 in (texts := _texts(strip, gutters))]
    valued = sum(1 in texts for texts in rows)
    return valued >= 0.7 * len(rows) and all(_NAME.fullmatch(texts[0]) for texts in rows)


def _with_paragraphs(
    rows: list[list[int]],
    body: Sequence[Strip],
    anchored: Sequence[bool],
    anchor: int,
    gutters: Sequence[Interval],
    cuts: Sequence[float],
    sections: set[int],
    halves: set[int],
) -> list[list[int]]:
    """Further paragraphs of a cell, below a wider gap, put back into the row that they end."""
    whole: list[list[int]] = []
    for row in rows:
        named = any(anchored[k] for k in row)
        lone = any(anchor in _texts(body[k], gutters) and k not in halves for k in row)
        top = _middle(body[row[0]])
        if (
            whole
            and not named
            and not lone
            and anchored[whole[-1][0]]
            and row[0] not in sections
            and not any(_middle(body[whole[-1][-1]]) < y <= top for y in cuts)
        ):
            whole[-1] += row
        else:
            whole.append(row)
    return whole


def _bold(strip: Strip) -> bool:
    return all(word.bold for word in strip.words)


def _leading(body: Sequence[Strip], gutters: Sequence[Interval]) -> float:
    """The step between lines of one cell: the least between neighbours in one column."""
    last: dict[int, float] = {}
    steps: list[float] = []
    for strip in body:
        for column in {_column(word, gutters) for word in strip.words}:
            if column in last and strip.base - last[column] >= 0.7 * strip.size:
                steps.append(strip.base - last[column])
            last[column] = strip.base
    if not steps:
        return 0.0
    near = sorted(step for step in steps if step <= _UNEVEN * min(steps))
    if len({round(step, 1) for step in near}) < 5:
        return near[0]
    return near[round(0.8 * (len(near) - 1))]  # a scan, in which no two steps are the same


def _middle(strip: Strip) -> float:
    return (strip.box[1] + strip.box[3]) / 2


def _at_anchors(group: list[int], anchored: Sequence[bool]) -> list[list[int]]:
    """A group of close lines cut before each line that names a row, where it holds several."""
    marks = [k for k in group if anchored[k]]
    if len(marks) <= 1:
        return [group]
    rows: list[list[int]] = []
    for k in group:
        if not rows or (anchored[k] and any(anchored[j] or j < marks[0] for j in rows[-1])):
            rows.append([k])
        else:
            rows[-1].append(k)
    return rows


def _anchor_column(body: Sequence[Strip], gutters: Sequence[Interval]) -> int | None:
    """The column whose cells open with PBI numbers; None where no column does."""
    counts: dict[int, int] = {}
    for strip in body:
        for column, text in _texts(strip, gutters).items():
            if _HALF.fullmatch(text) or (_PBI_START.match(text) and pbis_in(text, bare=True)):
                counts[column] = counts.get(column, 0) + 1
    return max(counts, key=lambda column: (counts[column], -column)) if counts else None


def _whole_numbers(
    body: Sequence[Strip], gutters: Sequence[Interval], anchor: int, anchored: Sequence[bool]
) -> list[bool]:
    """The lines that name rows, without the second half of a number that a narrow cell broke."""
    out = list(anchored)
    half = ""
    for k, strip in enumerate(body):
        text = _texts(strip, gutters).get(anchor, "")
        if not text:
            continue
        digits = re.sub(r"\D", "", text)
        if half and re.fullmatch(r"[\d\W]+", text) and len(half) + len(digits) <= DIGITS:
            out[k] = False
            half = half + digits if len(half) + len(digits) < DIGITS else ""
            continue
        opened = _HALF.fullmatch(text) if k or not text.isalpha() else None  # not the head
        half = f"{opened['digits']}" if opened else ""
        if opened and not half:
            half = "0" * 5  # "PBI" alone: a short number follows
    return out


def _texts(strip: Strip, gutters: Sequence[Interval]) -> dict[int, str]:
    texts: dict[int, str] = {}
    for word in strip.words:
        column = _column(word, gutters)
        texts[column] = f"{texts[column]} {word.text}" if column in texts else word.text
    return texts


def _is_anchor(strip: Strip, gutters: Sequence[Interval], anchor: int | None) -> bool:
    texts = _texts(strip, gutters)
    if anchor is None:
        return 0 in texts
    return bool(_PBI_START.match(texts.get(anchor, "")))


def _runs(strip: Strip, draft: Draft) -> list[list[Word]]:
    """The words of each cell of one line; a cell that fills its column ends where the next starts.

    Only in a line of three cells or more: a line of running text may have a word there by chance.
    """
    segments = [words for _, _, words in strip.segments(draft.least)]
    if len(segments) < 3:
        return segments
    starts = [gutter[1] for gutter in draft.gutters]
    runs: list[list[Word]] = []
    for words in segments:
        runs.append([words[0]])
        for word in words[1:]:
            if any(abs(place(word)[0] - start) < 1.0 for start in starts):
                runs.append([word])
            else:
                runs[-1].append(word)
    return runs


def _row(
    strips: Sequence[Strip],
    draft: Draft,
    edges: Sequence[float],
    page: int,
    block: int,
    *,
    spanning: bool,
) -> tuple[Cell, ...]:
    gutters = draft.gutters
    top = min(strip.box[1] for strip in strips)
    bottom = max(strip.box[3] for strip in strips)
    if spanning:
        lines = tuple(Line(page, tuple(strip.words), block) for strip in strips)
        box: Box = (edges[0], top, edges[-1], bottom)
        return (Cell(lines, 0, len(gutters) + 1, box),)
    columns: dict[int, list[Line]] = {}
    spans: dict[int, int] = {}
    for strip in strips:
        parts: dict[int, list[Word]] = {}
        for words in _runs(strip, draft):
            column, last = _column(words[0], gutters), _column(words[-1], gutters)
            parts.setdefault(column, []).extend(words)
            spans[column] = max(spans.get(column, 1), last - column + 1)
        for column, words in parts.items():
            columns.setdefault(column, []).append(Line(page, tuple(words), block))
    return tuple(
        Cell(
            tuple(columns[k]),
            k,
            spans[k],
            (edges[k], top, edges[min(k + spans[k], len(edges) - 1)], bottom),
        )
        for k in sorted(columns)
    )
