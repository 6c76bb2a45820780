"""Column widths for paper: as the maker of the table shared them, but no word broken in two."""

from __future__ import annotations

import re
from collections.abc import Callable

from kb.exports.inert import set_cell
from kb.exports.model import Table

Measure = Callable[[str], float]
"""The width of a word in the type of a table's head, in points."""

_SHORT_ROWS, _SHORT_LETTERS = 9, 1200

_MOST = 0.24
"""Of the whole width: a single word wider than this is broken after all."""


def is_short(table: Table) -> bool:
    """Whether a table is so small that it should stand on one page."""
    letters = sum(len(set_cell(value)) for row in table.rows for value in row)
    return len(table.rows) <= _SHORT_ROWS and letters <= _SHORT_LETTERS


def fitted_widths(table: Table, whole: float, gutter: float, measure: Measure) -> list[float]:
    """Widths that add up to `whole`; each column holds its widest word and the gutter around it.

    Args:
        whole: the width of the page between its margins, in points.
        gutter: left and right of a cell together, in points.

    Returns:
        One width a column. With more columns than fit, the shares alone decide.
    """
    total = sum(column.width for column in table.columns)
    shares = [whole * column.width / total for column in table.columns]
    least = [
        min(_widest(table, number, measure) + gutter, whole * _MOST)
        for number in range(len(table.columns))
    ]
    if sum(least) > whole:
        return shares
    # Columns that need more than their share take it; the others share what is left.
    fixed: set[int] = set()
    while True:
        room = whole - sum(least[n] for n in fixed)
        free = [n for n in range(len(shares)) if n not in fixed]
        scale = room / sum(shares[n] for n in free) if free else 0
        short = {n for n in free if shares[n] * scale < least[n]}
        if not short:
            return [least[n] if n in fixed else shares[n] * scale for n in range(len(shares))]
        fixed |= short


def _widest(table: Table, column: int, measure: Measure) -> float:
    texts = [table.columns[column].label, *(set_cell(row[column]) for row in table.rows)]
    # Not at every kind of white space: a no-break space holds its words together.
    words = {word for text in texts for word in re.split(r"[ \n]+", text)}
    # Measuring is slow, and only long words can be wide.
    longest = sorted(words, key=len, reverse=True)[:12]
    return max((measure(word) for word in longest), default=0.0)
