"""One page's ink to its body: lines and tables in the order that a person reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.columns import (
    Strip,
    are_columns,
    gap_beside,
    gutters_of,
    part_facts,
    place,
    split_at,
    strips_of,
    widest_gap,
    with_wrapped_badges,
)
from ingest.document import Cell, Line, Table, Word
from ingest.grids import build_table as build_unruled
from ingest.grids import find_drafts
from ingest.ink import Ink
from ingest.numbers import pbis_in
from ingest.records import Box
from ingest.ruled import (
    Cut,
    Grid,
    build_table,
    contains,
    cuts_of,
    fill_cells,
    find_grids,
    frames_of,
    within,
)

_MOST_DEPTH = 12
_MOST_GUTTERS = 4


@dataclass(eq=False)
class _Frame:
    """A box that is read on its own: its words, and the tables and frames in it."""

    box: Box
    words: list[Word] = field(default_factory=list)
    inside: list[_Frame | _Ruled] = field(default_factory=list)


@dataclass(eq=False)
class _Ruled:
    grid: Grid
    filled: dict[Box, list[Word]]

    @property
    def box(self) -> Box:
        return self.grid.box


def body_of(ink: Ink) -> tuple[Line | Table, ...]:
    """Lines and tables of the page in reading order; boxes as on the page."""
    if ink.turned:
        turn, words = max(ink.turned, key=lambda group: len(group[1]))
        if len(words) > len(ink.words):
            return _read_turned(ink, turn, words)
    body = _Reader(ink).read()
    for turn, words in ink.turned:
        straight = [_turned_word(word, turn, ink.width, ink.height) for word in words]
        for strip in strips_of(straight):
            back = tuple(_turned_word(w, -turn, ink.width, ink.height) for w in strip.words)
            body.append(Line(ink.number, back, 1000 + turn))
    return tuple(body)


class _Reader:
    """Walks one page from the outermost frame inwards, numbering what it reads as one run."""

    def __init__(self, ink: Ink) -> None:
        self._ink = ink
        self._page = ink.number
        self._block = 0
        self._cuts: list[Cut] = []
        self._plain = not (ink.rules or ink.areas)

    def read(self) -> list[Line | Table]:
        if self._plain:
            return self._region(strips_of(self._ink.words), self._ink.width, 0)
        self._cuts = cuts_of(self._ink)
        page = _Frame((0.0, 0.0, self._ink.width, self._ink.height))
        self._arrange(page)
        return self._frame(page, 0)

    def _arrange(self, page: _Frame) -> None:
        """Hangs every table, frame and word into the innermost frame around it."""
        grids = find_grids(self._ink)
        words: list[Word] = list(self._ink.words)
        tables: list[_Ruled] = []
        boxes = frames_of(self._ink, grids)
        for grid in grids:
            if len(grid.lefts) == 1:
                continue
            filled, rest = fill_cells(grid, words)
            texted = [cell for cell in grid.cells if filled[cell]]
            if len(texted) < 2 or len({cell[0] for cell in texted}) < 2:
                continue
            if _cells_are_cards(filled):
                boxes += texted
                continue
            words = rest
            tables.append(_Ruled(grid, filled))
        boxes = [box for box in boxes if not any(within(box, table.box) for table in tables)]
        frames = [_Frame(box) for box in sorted(boxes, key=lambda b: -_area(b))]
        everything = [page, *frames]
        for k, frame in enumerate(frames, start=1):
            _home(everything[:k], frame.box).inside.append(frame)
        for table in tables:
            _home(everything, table.box).inside.append(table)
        for word in words:
            home = next((f for f in reversed(frames) if contains(f.box, word)), page)
            home.words.append(word)

    def _frame(self, frame: _Frame, depth: int) -> list[Line | Table]:
        strips = strips_of(frame.words)
        strips += [Strip([], part.box, part) for part in frame.inside]
        strips.sort(key=lambda strip: strip.box[1] if strip.solid else strip.base - strip.size)
        return self._region(strips, frame.box[2] - frame.box[0], depth)

    def _region(self, strips: Sequence[Strip], width: float, depth: int) -> list[Line | Table]:
        """One region, cut into columns where it has some."""
        gapped = sum(
            strip.solid is not None or widest_gap(strip) >= 0.9 * strip.size for strip in strips
        )
        parted = gapped >= (1 if any(s.solid for s in strips) else 2) or any(
            gap_beside(one, two) for one, two in pairwise(strips)
        )
        if depth < _MOST_DEPTH and parted:
            for place, (gutter, start, end) in enumerate(gutters_of(strips, 8.0)[:_MOST_GUTTERS]):
                middle = (gutter[0] + gutter[1]) / 2
                left, right = split_at(strips[start:end], middle)
                if part_facts(left, right) if place else are_columns(left, right, width):
                    return [
                        *self._region(strips[:start], width, depth + 1),
                        *self._sides(left, right, depth),
                        *self._region(strips[end:], width, depth + 1),
                    ]
        return self._column(strips, gapped, depth)

    def _sides(self, left: list[Strip], right: list[Strip], depth: int) -> list[Line | Table]:
        read: list[Line | Table] = []
        for one, two in _in_rows(left, right) or [(left, right)]:
            for side in (one, two):
                if side:
                    width = max(s.box[2] for s in side) - min(s.box[0] for s in side)
                    read += self._region(side, width, depth + 1)
        return read

    def _column(self, strips: Sequence[Strip], gapped: int, depth: int) -> list[Line | Table]:
        """What stands in one column: lines, solids, and tables without lines."""
        if not strips:
            return []
        strips = with_wrapped_badges(strips)
        self._block += 1
        block = self._block
        drafts = find_drafts(strips) if gapped >= 2 else []
        starts = {draft.start: draft for draft in drafts}
        read: list[Line | Table] = []
        at = 0
        while at < len(strips):
            if at in starts:
                draft = starts[at]
                read.append(
                    build_unruled(strips, draft, page=self._page, block=block, cuts=self._cuts)
                )
                at = draft.end
                continue
            strip = strips[at]
            if isinstance(strip.solid, _Frame):
                read += self._frame(strip.solid, depth + 1)
            elif isinstance(strip.solid, _Ruled):
                ruled = strip.solid
                read.append(build_table(ruled.grid, ruled.filled, page=self._page, block=block))
            else:
                read.append(Line(self._page, tuple(strip.words), block))
            at += 1
        return read


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _home(frames: Sequence[_Frame], box: Box) -> _Frame:
    """The smallest of the frames (largest first, the page ahead) around the box."""
    return next((f for f in reversed(frames) if within(box, f.box)), frames[0])


def _cells_are_cards(filled: dict[Box, list[Word]]) -> bool:
    """A table used as a page grid: problems open in cells of several columns."""
    heads: dict[float, int] = {}
    for cell, words in filled.items():
        if len(words) < 12:
            continue
        strips = strips_of(words)
        if len(strips) >= 4 and pbis_in(strips[0].text):
            heads[cell[0]] = heads.get(cell[0], 0) + 1
    return len(heads) >= 2


def _in_rows(left: list[Strip], right: list[Strip]) -> list[tuple[list[Strip], list[Strip]]] | None:
    """Boxes side by side of which only the left ones name a problem are read row by row."""
    if not left or not right:
        return None
    if not all(isinstance(s.solid, _Frame) for s in (*left, *right)) or len(left) < 2:
        return None
    rows = []
    rest = list(right)
    for strip in left:
        beside = [s for s in rest if min(s.box[3], strip.box[3]) > max(s.box[1], strip.box[1])]
        rest = [s for s in rest if s not in beside]
        rows.append(([strip], beside))
    if rest or any(_names_problem(s) for s in right):
        return None
    return rows if all(_names_problem(s) for s in left) else None


def _names_problem(strip: Strip) -> bool:
    frame = strip.solid
    return isinstance(frame, _Frame) and bool(pbis_in(" ".join(w.text for w in frame.words)))


def _turned_word(word: Word, turn: int, width: float, height: float) -> Word:
    return Word(word.text, _turned_box(place(word), turn, width, height), word.size, word.bold)


def _turned_box(box: Box, turn: int, width: float, height: float) -> Box:
    """The box in a frame where letters that are turned clockwise by `turn` stand upright.

    `width` and `height` are those of the page as displayed; a negative turn leads back.
    """
    x0, top, x1, bottom = box
    match turn % 360 if turn > 0 else turn:
        case 90:
            return (top, width - x1, bottom, width - x0)
        case -90:
            return (width - bottom, x0, width - top, x1)
        case 270:
            return (height - bottom, x0, height - top, x1)
        case -270:
            return (top, height - x1, bottom, height - x0)
        case 180 | -180:
            return (width - x1, height - bottom, width - x0, height - top)
    return box


def _read_turned(ink: Ink, turn: int, words: list[Word]) -> tuple[Line | Table, ...]:
    """A page whose text runs up or down: read as if the page were turned, boxes turned back."""
    width, height = ink.width, ink.height
    tall = turn in (90, 270)
    straight = Ink(ink.number, height if tall else width, width if tall else height)
    straight.words = [_turned_word(word, turn, width, height) for word in words]
    straight.rules = [_turned_box(box, turn, width, height) for box in ink.rules]
    straight.areas = [
        type(area)(
            _turned_box(area.box, turn, width, height), area.filled, area.outlined, area.pale
        )
        for area in ink.areas
    ]
    others = [word for other, group in ink.turned if other != turn for word in group]

    def back(box: Box) -> Box:
        return _turned_box(box, -turn, width, height)

    body = [_mapped(part, back) for part in _Reader(straight).read()]
    body += [Line(ink.number, tuple(strip.words), 1000) for strip in strips_of(ink.words + others)]
    return tuple(body)


def _mapped(part: Line | Table, back: object) -> Line | Table:
    assert callable(back)
    if isinstance(part, Line):
        words = tuple(Word(w.text, back(place(w)), w.size, w.bold) for w in part.words)
        return Line(part.page, words, part.block, part.place)
    rows = tuple(
        tuple(
            Cell(
                tuple(
                    line
                    for line in (_mapped(x, back) for x in cell.lines)
                    if isinstance(line, Line)
                ),
                cell.column,
                cell.span,
                back(cell.box) if cell.box else None,
                cell.place,
                cell.depth,
            )
            for cell in row
        )
        for row in part.rows
    )
    box = back(part.box) if part.box else None
    return Table(part.page, rows, part.columns, box, part.ruled, part.title)
