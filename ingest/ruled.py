"""Tables and frames drawn with lines: pdfplumber's cells, and what stands in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ingest.columns import place, strips_of
from ingest.document import Cell, Line, Table, Word
from ingest.ink import Area, Ink
from ingest.records import Box

_SNAP = 3.0
_MOST_RULES = 4000
Cut = tuple[float, float, float]


@dataclass(eq=False)
class Grid:
    """The cells of one drawn table, as boxes."""

    cells: list[Box]

    @property
    def box(self) -> Box:
        """The box around all cells."""
        x0s, tops, x1s, bottoms = zip(*self.cells, strict=True)
        return (min(x0s), min(tops), max(x1s), max(bottoms))

    @property
    def lefts(self) -> list[float]:
        """The left edges of the columns."""
        return sorted({cell[0] for cell in self.cells})

    @property
    def tops(self) -> list[float]:
        """The upper edges of the rows."""
        return sorted({cell[1] for cell in self.cells})


def find_grids(ink: Ink) -> list[Grid]:
    """Every group of touching cells that the rules of the page draw, top to bottom."""
    from pdfplumber.table import (
        cells_to_tables,
        edges_to_intersections,
        intersections_to_cells,
        merge_edges,
    )

    edges = _edges(ink)
    edges += _unclosed(edges)
    across = sum(edge["orientation"] == "h" for edge in edges)
    if across < 2 or len(edges) - across < 2 or len(edges) > _MOST_RULES:
        return []
    merged = merge_edges(edges, _SNAP, _SNAP, _SNAP, _SNAP)
    grids: list[Grid] = []
    for group in _touching(merged):
        cells = intersections_to_cells(edges_to_intersections(group, _SNAP, _SNAP))
        tables = cells_to_tables(cells)  # leaves out cells that stand alone: framed cards
        grids += [Grid([_floats(cell) for cell in table]) for table in tables]
        joined = {cell for table in tables for cell in table}
        grids += [Grid([_floats(cell)]) for cell in cells if cell not in joined]
    return sorted(grids, key=lambda grid: (grid.box[1], grid.box[0]))


def _floats(cell: Sequence[Any]) -> Box:
    return (float(cell[0]), float(cell[1]), float(cell[2]), float(cell[3]))


def _edges(ink: Ink) -> list[dict[str, Any]]:
    edges: list[dict[str, Any]] = []
    for x0, top, x1, bottom in ink.rules:
        if x1 - x0 >= bottom - top:
            edges.append(_across(x0, x1, (top + bottom) / 2))
        else:
            edges.append(_down((x0 + x1) / 2, top, bottom))
    for area in ink.areas:
        if area.outlined:
            x0, top, x1, bottom = area.box
            edges += [_across(x0, x1, top), _across(x0, x1, bottom)]
            edges += [_down(x0, top, bottom), _down(x1, top, bottom)]
    return edges


def _unclosed(edges: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines across where three lines down or more end at one height and none is drawn.

    A row that a page break cuts is often left open there; its lines down show where it ends.
    """
    ends: dict[int, set[float]] = {}
    for edge in edges:
        if edge["orientation"] == "v":
            for y in {round(edge["top"]), round(edge["bottom"])}:
                ends.setdefault(y, set()).add(edge["x0"])
    levels = {round(edge["top"]) for edge in edges if edge["orientation"] == "h"}
    return [
        _across(min(xs), max(xs), float(y))
        for y, xs in sorted(ends.items())
        if len(xs) >= 3 and not levels & set(range(y - 3, y + 4))
    ]


def _across(x0: float, x1: float, y: float) -> dict[str, Any]:
    return {
        "orientation": "h",
        "x0": x0,
        "x1": x1,
        "top": y,
        "bottom": y,
        "width": x1 - x0,
        "height": 0,
    }


def _down(x: float, top: float, bottom: float) -> dict[str, Any]:
    return {
        "orientation": "v",
        "x0": x,
        "x1": x,
        "top": top,
        "bottom": bottom,
        "width": 0,
        "height": bottom - top,
    }


def _touching(edges: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Edges in groups that touch one another: pdfplumber's search grows with the square."""
    downs = [e for e in edges if e["orientation"] == "v"]
    acrosses = [e for e in edges if e["orientation"] == "h"]
    owner = list(range(len(edges)))

    def root(k: int) -> int:
        while owner[k] != k:
            owner[k] = owner[owner[k]]
            k = owner[k]
        return k

    count = len(downs)
    for i, v in enumerate(downs):
        for j, h in enumerate(acrosses):
            if (
                v["top"] - _SNAP <= h["top"] <= v["bottom"] + _SNAP
                and h["x0"] - _SNAP <= v["x0"] <= h["x1"] + _SNAP
            ):
                owner[root(i)] = root(count + j)
    groups: dict[int, list[dict[str, Any]]] = {}
    for k, edge in enumerate((*downs, *acrosses)):
        groups.setdefault(root(k), []).append(edge)
    return [
        group
        for group in groups.values()
        if len(group) >= 4 and len({edge["orientation"] for edge in group}) == 2
    ]


def cuts_of(ink: Ink) -> list[Cut]:
    """Left, right and height of everything drawn across: rules, and edges of shaded bands."""
    cuts: list[Cut] = [
        (x0, x1, (top + bottom) / 2)
        for x0, top, x1, bottom in ink.rules
        if x1 - x0 > 4 * (bottom - top)
    ]
    for area in ink.areas:
        if area.filled or area.outlined:
            x0, top, x1, bottom = area.box
            cuts += [(x0, x1, top), (x0, x1, bottom)]
    return _joined(cuts)


def _joined(cuts: list[Cut]) -> list[Cut]:
    """Pieces side by side at one height (each cell has its own border) as one cut."""
    joined: list[Cut] = []
    for left, right, y in sorted(cuts, key=lambda cut: (round(cut[2]), cut[0])):
        if joined and abs(joined[-1][2] - y) <= 1.0 and left <= joined[-1][1] + 3:
            last = joined[-1]
            joined[-1] = (last[0], max(last[1], right), last[2])
        else:
            joined.append((left, right, y))
    return joined


def contains(box: Box, word: Word, slack: float = 0.0) -> bool:
    """The middle of the word lies in the box."""
    x0, top, x1, bottom = place(word)
    x, y = (x0 + x1) / 2, (top + bottom) / 2
    return box[0] - slack <= x <= box[2] + slack and box[1] - slack <= y <= box[3] + slack


def within(inner: Box, outer: Box, slack: float = 2.0) -> bool:
    """One box lies in another."""
    return (
        inner[0] >= outer[0] - slack
        and inner[1] >= outer[1] - slack
        and inner[2] <= outer[2] + slack
        and inner[3] <= outer[3] + slack
    )


def fill_cells(grid: Grid, words: Sequence[Word]) -> tuple[dict[Box, list[Word]], list[Word]]:
    """The words of each cell, and those that stand in none."""
    filled: dict[Box, list[Word]] = {cell: [] for cell in grid.cells}
    box = grid.box
    rest: list[Word] = []
    for word in words:
        home = None
        if contains(box, word, 1.0):
            home = next((cell for cell in grid.cells if contains(cell, word)), None)
        if home is None:
            rest.append(word)
        else:
            filled[home].append(word)
    return filled, rest


def build_table(grid: Grid, filled: dict[Box, list[Word]], *, page: int, block: int) -> Table:
    """The grid as rows of cells, with the spans of merged cells."""
    lefts, tops = grid.lefts, grid.tops
    rows: list[tuple[Cell, ...]] = []
    for top in tops:
        cells = []
        for cell in sorted(c for c in grid.cells if c[1] == top):
            lines = tuple(
                Line(page, tuple(strip.words), block) for strip in strips_of(filled[cell])
            )
            column = lefts.index(cell[0])
            span = sum(cell[0] <= x < cell[2] - 1 for x in lefts)
            depth = sum(cell[1] <= y < cell[3] - 1 for y in tops)
            cells.append(Cell(lines, column, max(1, span), cell, depth=max(1, depth)))
        rows.append(tuple(cells))
    kept = tuple(row for row in rows if any(cell.lines for cell in row))
    return Table(page, kept, len(lefts), grid.box, ruled=True)


def frames_of(ink: Ink, grids: Sequence[Grid]) -> list[Box]:
    """Boxes drawn around several lines of text, largest first: cards, panels, notes."""
    fills = [area for area in ink.areas if not area.outlined and area.filled and not area.pale]
    found: list[Box] = []
    for area in ink.areas:
        box = area.box
        wide, high = box[2] - box[0], box[3] - box[1]
        if wide < 0.15 * ink.width or high < 24:
            continue
        if wide > 0.95 * ink.width and high > 0.8 * ink.height:
            continue
        if area.outlined or (area.filled and not area.pale and _alone(area, fills, ink)):
            found.append(box)
    found += [grid.box for grid in grids if len(grid.lefts) == 1]
    unique: list[Box] = []
    for box in sorted(found, key=lambda b: -(b[2] - b[0]) * (b[3] - b[1])):
        if not any(within(box, other) and within(other, box) for other in unique):
            unique.append(box)
    return [
        box for box in unique if len(strips_of([w for w in ink.words if contains(box, w)])) >= 3
    ]


def _alone(area: Area, fills: Sequence[Area], ink: Ink) -> bool:
    """A shaded panel rather than one of the shaded rows of a table."""
    x0, top, x1, bottom = area.box
    for other in fills:
        if other is area or within(other.box, area.box) or within(area.box, other.box):
            continue
        o0, otop, o1, obottom = other.box
        beside = min(x1, o1) - max(x0, o0) > 0.5 * min(x1 - x0, o1 - o0)
        level = min(bottom, obottom) - max(top, otop) > 0.5 * min(bottom - top, obottom - otop)
        apart_y, apart_x = max(otop - bottom, top - obottom), max(o0 - x1, x0 - o1)
        if (beside and -1 < apart_y < 1.5) or (level and -1 < apart_x < 1.5):
            return False
        if beside and abs(x0 - o0) < 2 and abs(x1 - o1) < 2 and 0 < apart_y < 80:
            low, high = min(bottom, obottom), max(top, otop)
            between = (x0, low, x1, high)
            if any(contains(between, word) for word in ink.words):
                return False
    return True
