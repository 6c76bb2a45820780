"""Who did what: the record, narrowed down and taken away as CSV. For administrators."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, time, timedelta

import streamlit as st

from app.service import knowledge_base
from app.widgets import grid, inert, states
from kb.audit import Action, Entry, entries, record
from kb.exports.inert import csv_text
from kb.words import counted

SHOWN = 500
"""Lines on the page; the file has all."""

_COLUMNS = ("When (UTC)", "Who", "What", "Report", "Problem", "Detail", "From")


def show() -> None:
    """Draw the page."""
    kb = knowledge_base()
    states.heading("Who did what", "Every step that read, changed or took out something.")
    if not st.session_state.get("audit_seen"):
        # Once for each sitting: the page is drawn again with each choice on it.
        st.session_state["audit_seen"] = True
        record(kb, Action.AUDIT_SEEN)
    today = datetime.now(UTC).date()
    by, what, since, until = st.columns(4)
    who = by.text_input("Who", key="audit_who", placeholder="name@example.org").strip()
    action = what.selectbox(
        "What", [None, *Action], format_func=lambda one: one or "Everything", key="audit_what"
    )
    first = since.date_input(
        "From", today - timedelta(days=30), format="DD/MM/YYYY", key="audit_from"
    )
    last = until.date_input("To", today, format="DD/MM/YYYY", key="audit_to")
    found = entries(
        kb,
        who=who or None,
        what=action.value if action else None,
        since=_moment(first, time.min),
        until=_moment(last, time.max),
    )
    if not found:
        states.empty("Nothing was done", "No line of the record fits; widen the days or the words.")
        return
    more = f"; the latest {SHOWN} are shown" if len(found) > SHOWN else ""
    inert.text(f"{counted(len(found), 'line')}{more}.", "pr-soft")
    grid.show(
        [grid.Column(name, wide=name == "Detail") for name in _COLUMNS],
        [[grid.cell(text) for text in cells(one)] for one in found[:SHOWN]],
        key="audit_lines",
        caption="Who did what, latest first",
    )

    def taken() -> bytes:
        record(kb, Action.EXPORTED, detail=f"who did what, {first} to {last}")
        return as_csv(found)

    st.download_button(
        "Download as CSV",
        taken,
        file_name=f"audit-{first}-{last}.csv",
        mime="text/csv",
        icon=":material/download:",
        key="audit_csv",
        on_click="ignore",
    )


def cells(one: Entry) -> tuple[str, ...]:
    """A line of the record as text."""
    at = f"{one.at:%Y-%m-%d %H:%M:%S}"
    return (
        at,
        *(str(cell or "") for cell in (one.who, one.what, one.report, one.pbi)),
        *(str(cell or "") for cell in (one.detail, one.origin)),
    )


def as_csv(found: list[Entry]) -> bytes:
    """The lines as a file that a spreadsheet opens and runs nothing of."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    writer.writerows([csv_text(cell) for cell in cells(one)] for one in found)
    return out.getvalue().encode("utf-8-sig")


def _moment(day: date | None, at: time) -> datetime | None:
    return datetime.combine(day, at, UTC) if isinstance(day, date) else None
