"""One problem over the quarters: a chart of its target at each report, and the list beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from app.widgets import inert
from ingest.quarters import spoken
from kb.records import Event, Snapshot
from kb.words import british, event_words, owner_words, severity_words


def as_list(history: Sequence[Snapshot], events: Sequence[Event]) -> None:
    """Each report with how the problem stood in it and what had changed."""
    told: dict[str | None, list[str]] = {}
    for event in events:
        told.setdefault(event.to_report, []).append(event_words(event))
    items = [_item(snapshot, told.pop(snapshot.report.id, [])) for snapshot in history]
    # What is left belongs to reports that no longer mention the problem.
    rest = {event.to_report: event.to_quarter for event in events if event.to_report in told}
    items += [
        _entry(spoken(quarter) if quarter else "Later", "Not mentioned", told[report])
        for report, quarter in rest.items()
    ]
    st.html(f"<ul class='pr-timeline'>{''.join(items)}</ul>")


def when_of(snapshot: Snapshot) -> str:
    """The quarter of the report as people say it, else its file."""
    quarter = snapshot.report.quarter
    return spoken(quarter) if quarter else snapshot.report.file


def _item(snapshot: Snapshot, changes: Sequence[str]) -> str:
    problem = snapshot.problem
    day = problem.status_date or snapshot.report.as_at
    target = problem.target_completion
    words = ", ".join(
        [
            problem.status or "Status not stated",
            f"severity {severity_words(problem.severity).lower()}",
            f"with {owner_words(problem.owner, problem.owner_role)}"
            if problem.owner
            else "owner not stated",
            f"target {british(target)}" if target else "no target stated",
        ]
    )
    if day:
        words += f" (as at {british(day)})"
    return _entry(when_of(snapshot), words, changes)


def _entry(when: str, words: str, changes: Sequence[str]) -> str:
    listed = "".join(f"<li>{inert.escaped(change)}</li>" for change in changes)
    below = f"<ul>{listed}</ul>" if listed else ""
    return (
        f"<li><span class='when'>{inert.escaped(when)}</span>"
        f"<div>{inert.escaped(words)}{below}</div></li>"
    )


def points(history: Sequence[Snapshot]) -> list[dict[str, Any]]:
    """A row for each report that has a date and a target: what the chart draws."""
    found = []
    for snapshot in history:
        day = snapshot.problem.status_date or snapshot.report.as_at
        target = snapshot.problem.target_completion
        if day and target:
            found.append(
                {
                    "report": when_of(snapshot),
                    "as at": day,
                    "target": target,
                    "status": snapshot.problem.status or "Not stated",
                    "state": "Closed" if snapshot.open is False else "Open",
                }
            )
    return found


def chart(history: Sequence[Snapshot]) -> None:
    """The target as each report gave it. A flat line kept its promise; a rising one slipped."""
    rows = points(history)
    if len(rows) < 2:
        return
    import altair as alt
    import pandas as pd

    frame = pd.DataFrame(rows)
    frame["as at"] = pd.to_datetime(frame["as at"])
    frame["target"] = pd.to_datetime(frame["target"])
    start, end = frame["as at"].min(), max(frame["as at"].max(), frame["target"].max())
    today = pd.DataFrame({"as at": [start, end], "target": [start, end]})
    across = alt.X("as at:T", title="Date of the report", axis=alt.Axis(format="%b %Y"))
    up = alt.Y("target:T", title="Target given", axis=alt.Axis(format="%b %Y"))
    passed = (
        alt.Chart(today).mark_line(strokeDash=[4, 4], opacity=0.55, color="gray").encode(across, up)
    )
    line = (
        alt.Chart(frame)
        .mark_line(interpolate="step-after", strokeWidth=2)
        .encode(x=across, y=up, color=alt.value("#2f8391"))
    )
    dots = (
        alt.Chart(frame)
        .mark_point(size=110, filled=True, opacity=1)
        .encode(
            x=across,
            y=up,
            shape=alt.Shape(
                "state:N",
                scale=alt.Scale(domain=["Open", "Closed"], range=["circle", "square"]),
                legend=alt.Legend(title=None, orient="top"),
            ),
            color=alt.value("#2f8391"),
            tooltip=[
                alt.Tooltip("report:N", title="Report"),
                alt.Tooltip("as at:T", title="As at", format="%d %B %Y"),
                alt.Tooltip("target:T", title="Target", format="%d %B %Y"),
                alt.Tooltip("status:N", title="Status"),
            ],
        )
    )
    words = "; ".join(f"{row['report']}: {british(row['target'])}" for row in rows)
    st.altair_chart(
        (passed + line + dots).properties(height=260),
        width="stretch",
        alt=f"Target completion as each report gave it. {words}",
    )
    inert.text(
        "A point above the dashed line is a target still ahead when the report was made; "
        "one below it had passed.",
        "pr-soft pr-small",
    )
