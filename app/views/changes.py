"""Changes: what moved between two quarters, by kind; each row opens the problem."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from app.picking import pick_quarter, pick_supplier
from app.routes import open_problem
from app.service import knowledge_base
from app.widgets import exports, grid, inert, states
from app.widgets.grid import Cell, Column
from app.widgets.problem_table import address
from ingest.numbers import short_pbi
from ingest.quarters import spoken
from kb.filters import Filters
from kb.history import group_events
from kb.records import Event, EventKind
from kb.words import EVENT_LABELS, counted, event_words

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.exports.model import ExportDocument

_TARGETS = (EventKind.SLIPPED, EventKind.BROUGHT_FORWARD)


def show() -> None:
    """Draw the changes that the address asks for: `?from=2021-Q2&to=2021-Q3&supplier=DCO`."""
    kb = knowledge_base()
    states.heading("Changes", "What moved between the reports of two quarters.")
    quarters = kb.catalogue().quarters
    if not quarters:
        states.nothing_loaded()
        return
    if len(quarters) < 2:
        states.empty(
            "One quarter is loaded.",
            "Changes appear as soon as a report for a second quarter is published.",
        )
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        start = pick_quarter(kb, "from", "From", default=quarters[-2])
        end = pick_quarter(kb, "to", "To", default=quarters[-1])
        supplier = pick_supplier(kb, everybody="All suppliers")
    if not start or not end or start >= end:
        states.empty("The second quarter is not after the first.", "Choose the earlier one first.")
        return
    filters = Filters(suppliers=(supplier,)) if supplier else Filters()
    events = kb.changes(start, end, filters)
    if events:
        _download(kb, events, start, end, supplier)
    _draw(kb, events, start, end)


def _download(
    kb: KnowledgeBase, events: Sequence[Event], start: str, end: str, supplier: str | None
) -> None:
    def make() -> ExportDocument:
        from kb.exports.events import events_document

        return events_document(
            events,
            start,
            end,
            titles=kb.catalogue().titles,
            reports=kb.reports(),
            conditions=f"supplier {supplier}" if supplier else "",
        )

    stem = f"changes {start} to {end} {supplier or ''}"
    exports.menu(kb, make, stem=stem, key="changes")


def _draw(kb: KnowledgeBase, events: Sequence[Event], start: str, end: str) -> None:
    if not events:
        states.empty(
            f"Nothing changed between {spoken(start)} and {spoken(end)}.",
            "Choose other quarters, or all suppliers.",
        )
        return
    groups = group_events(events)
    figures = "".join(
        f"<div><dt>{inert.escaped(EVENT_LABELS[kind])}</dt><dd>{len(members)}</dd></div>"
        for kind, members in groups.items()
    )
    problems = len({event.pbi for event in events})
    st.html(
        f"<p class='pr-soft' role='status'>{counted(len(events), 'change')} to "
        f"{counted(problems, 'problem')} between {spoken(start)} and {spoken(end)}.</p>"
        f"<dl class='pr-figures'>{figures}</dl>"
    )
    titles = kb.catalogue().titles
    for kind, members in groups.items():
        states.section(EVENT_LABELS[kind], str(len(members)))
        _group(kind, members, titles)


def _group(kind: EventKind, events: Sequence[Event], titles: dict[str, str]) -> None:
    columns, rows = table(kind, events, titles)
    opened = grid.show(
        columns,
        rows,
        key=f"changes_{kind.value}",
        caption=f"{EVENT_LABELS[kind]}: {len(events)} rows",
        links=[address(event.pbi) for event in events],
    )
    if opened is not None and opened < len(events):
        among = tuple(dict.fromkeys(event.pbi for event in events))
        open_problem(events[opened].pbi, among=among)


def table(
    kind: EventKind, events: Sequence[Event], titles: dict[str, str]
) -> tuple[list[Column], list[list[Cell]]]:
    """One kind of change as a table: with dates and days for targets, else in words."""
    columns = [Column("PBI", width="5rem"), Column("Title", wide=True, width="44%")]
    columns += (
        [Column("From", width="8rem"), Column("To", width="8rem"), Column("Days", number=True)]
        if kind in _TARGETS
        else [Column("What changed", wide=True)]
    )
    rows = []
    for event in events:
        row = [grid.cell(short_pbi(event.pbi), "pr-num"), grid.cell(titles.get(event.pbi) or None)]
        if kind in _TARGETS:
            row += [_day(event.before), _day(event.after), grid.cell(event.days)]
        else:
            row.append(grid.cell(event_words(event)))
        rows.append(row)
    return columns, rows


def _day(iso: str | None) -> Cell:
    return grid.cell(date.fromisoformat(iso) if iso else None)
