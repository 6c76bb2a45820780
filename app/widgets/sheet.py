"""Review: the page that a value was read from, with a box around everything read on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from app.reviewing import Value, values_of
from app.widgets import evidence, inert, page_boxes
from ingest.numbers import short_pbi

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.records import ReportRecord, Snapshot

SCALE = 1.6


def show(
    kb: KnowledgeBase,
    report: ReportRecord,
    said: Sequence[Snapshot],
    snapshot: Snapshot,
    current: Value,
) -> tuple[str, str] | None:
    """Draw the page of the current value; the problem and field whose box was pressed just now."""
    number = current.place.page if current.place else first_page(snapshot)
    image = evidence.page_picture(kb, report.id, number, SCALE)
    pressed = None
    if image is None:
        _places(values_of(snapshot, ()), current)
    else:
        inert.text(f"Page {number} of {report.pages}", "pr-soft pr-small")
        pressed = page_boxes.show(
            image,
            _marks(said, number),
            scale=SCALE,
            key="review_sheet",
            alt=f"Page {number} of {report.file}",
            chosen=f"{short_pbi(snapshot.pbi)} {current.name}",
        )
    evidence.original(kb, report.id, report.file, key="review_original")
    if not pressed:
        return None
    problem, _, field = pressed.partition(" ")
    return problem, field


def first_page(snapshot: Snapshot) -> int:
    """The page on which a problem begins, 1 where that is not known."""
    place = snapshot.problem.evidence.get("pbi")
    return place.page if place else 1


def _marks(said: Sequence[Snapshot], page: int) -> list[page_boxes.Mark]:
    return [
        page_boxes.Mark(
            key=f"{short_pbi(one.pbi)} {value.name}",
            name=f"{short_pbi(one.pbi)} {value.label}: {inert.shortened(value.text, 80)}",
            box=value.place.bbox,
            grade=value.grade,
        )
        for one in said
        for value in values_of(one, ())
        if value.place and value.place.bbox and value.place.page == page
    ]


def _places(values: Sequence[Value], current: Value) -> None:
    """What stands where, for files that have paragraphs or cells in place of pages."""
    inert.text("This kind of file has no pages to show. What was read, and where:", "pr-soft")
    rows = []
    for value in values:
        if value.place is None:
            continue
        words = inert.escaped(inert.shortened(value.place.quote, 300))
        if value.name == current.name:
            words = f"<mark class='pr-mark'>{words}</mark>"
        where = value.place.place or f"page {value.place.page}"
        rows.append(f"<dt>{inert.escaped(where)}</dt><dd>{words}</dd>")
    st.html(f"<dl class='pr-fields'>{''.join(rows)}</dl>")
