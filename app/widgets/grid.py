"""A table that people can sort, read on a phone and open rows of; its cells are plain text.

Streamlit's own grid is drawn on a canvas: no link to copy, nothing for a screen reader to walk
through, and too wide for a narrow screen. This one is an HTML table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

_JS = (Path(__file__).parent / "grid.js").read_text(encoding="utf-8")
_component = st.components.v2.component(
    "problem_reports.grid", html="<div class='pr-root'></div>", js=_JS, isolate_styles=False
)

Plain = str | int | float | date | None


@dataclass(frozen=True)
class Cell:
    """What is shown, what it is sorted by, and a class of ours for its look.

    `level`: from 1 to 4, drawn as that many bars before the words.
    """

    text: str
    sort: str | float | None = None
    css: str = ""
    level: int = 0


@dataclass(frozen=True)
class Column:
    """A heading. `number`: set to the right; `wide`: takes what room is left; `width`: in CSS."""

    label: str
    number: bool = False
    wide: bool = False
    width: str = ""


def cell(value: Plain, css: str = "") -> Cell:
    """A cell of a plain value; None is empty and sorts last."""
    if value is None:
        return Cell("", None, css)
    if isinstance(value, date):
        return Cell(f"{value:%d/%m/%Y}", value.isoformat(), css or "pr-num")
    if isinstance(value, bool | str):
        return Cell(str(value), str(value).casefold(), css)
    shown = f"{value:,.1f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
    return Cell(shown, float(value), css)


def dated(iso: str | int | float | None) -> Plain:
    """An ISO date as a date, so that it is shown and sorted as one; other values unchanged."""
    if isinstance(iso, str) and len(iso) == 10:
        try:
            return date.fromisoformat(iso)
        except ValueError:
            return iso
    return iso


def show(
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    *,
    key: str,
    caption: str,
    links: Sequence[str | None] = (),
    first_link: int = 0,
) -> int | None:
    """Draw the table; the row that was opened just now, else None.

    Args:
        caption: what the table holds, for screen readers.
        links: for each row the address that opening it leads to; None where it cannot be opened.
        first_link: the column that carries the link.
    """
    result: Any = _component(
        key=key,
        data={
            "columns": [asdict(column) for column in columns],
            "rows": [[asdict(one) for one in row] for row in rows],
            "links": list(links),
            "link": first_link,
            "caption": caption,
        },
        on_open_change=lambda: None,
    )
    return int(result.open) if result.open is not None else None
