"""Trends: charts that people would put in a paper, each with its table and the list behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from app.picking import pick_supplier
from app.routes import page
from app.service import knowledge_base
from app.widgets import inert, states
from ingest.quarters import spoken
from kb import trends
from kb.filters import Filters
from kb.links import params_of
from kb.trends import Point
from kb.words import FIELD_LABELS

if TYPE_CHECKING:
    from kb.base import KnowledgeBase

SEVERITY_COLOURS = {
    "Critical": "#8c1d40",
    "High": "#d9792b",
    "Medium": "#5b93c9",
    "Low": "#a9b8be",
    "Not stated": "#d9dedd",
}
"""Dark to light with severity: the order holds without colour, in print and for any eye."""

_NARROW = 420
"""Pixels of a chart below which it is on a phone."""

_AGE_COLOURS = dict(
    zip((words for words, _, _ in trends.AGES), ("#b9d9dc", "#6fb1ba", "#2f8391", "#0b4a56"),
        strict=True)
)  # fmt: skip

_STATED_COLOURS = dict(
    zip(trends.STATED, ("#0b4a56", "#d9792b", "#5b93c9", "#a9b8be"), strict=True)
)

Made = Callable[["KnowledgeBase", Sequence[str], Filters], list[Point]]


@dataclass(frozen=True)
class Chart:
    """One chart: what it shows, how it is drawn.

    Attributes:
        unit: what its figures count.
        kind: "bars" stacked or "beside" each other, or "cells" shaded by their figure.
        order: the groups in order with their colours; empty for the palette of the theme.
    """

    key: str
    title: str
    note: str
    unit: str
    make: Made
    kind: str
    order: dict[str, str]
    words: Callable[[str], str] = str


CHARTS = (
    Chart(
        "severity",
        "Open problems by severity",
        "Problems that the reports of each quarter list as open.",
        "open problems",
        trends.open_by_severity,
        "bars",
        SEVERITY_COLOURS,
    ),
    Chart(
        "owner",
        "Open problems by owner",
        "Whom the record is with.",
        "open problems",
        trends.open_by_owner,
        "cells",
        {},
    ),
    Chart(
        "age",
        "Age of open problems",
        "Days from created to the status date of the report.",
        "open problems",
        trends.open_by_age,
        "bars",
        _AGE_COLOURS,
    ),
    Chart(
        "slippage",
        "Days by which targets have slipped",
        "Over the open problems of each quarter, added up from their first target on.",
        "days",
        trends.slippage,
        "cells",
        {},
    ),
    Chart(
        "stated",
        "What the reports state",
        "Share of open problems that give an owner, a target, the user impact and a severity.",
        "per cent",
        trends.stated,
        "beside",
        _STATED_COLOURS,
        lambda name: FIELD_LABELS.get(name, name),
    ),
)


def show() -> None:
    """Draw the charts, for all problems or for those that involve one supplier."""
    kb = knowledge_base()
    states.heading(
        "Trends", "Open problems over the quarters. Press a mark for the list behind it."
    )
    quarters = kb.catalogue().quarters
    if not quarters:
        states.nothing_loaded()
        return
    supplier = pick_supplier(kb, everybody="All suppliers")
    base = Filters(suppliers=(supplier,)) if supplier else Filters()
    for chart in CHARTS:
        _draw(kb, chart, quarters, base)


def _draw(kb: KnowledgeBase, chart: Chart, quarters: Sequence[str], base: Filters) -> None:
    points = chart.make(kb, quarters, base)
    states.section(chart.title)
    inert.text(chart.note, "pr-soft pr-small")
    if not any(point.value for point in points):
        inert.text("Nothing to show for this choice.", "pr-soft")
        return
    event = st.altair_chart(
        _altair(chart, points, quarters),
        width="stretch",
        key=f"chart_{chart.key}",
        on_select="rerun",
        selection_mode="mark",
        alt=text_alternative(chart, points),
    )
    with st.expander("The same as a table", key=f"as_table_{chart.key}"):
        st.html(as_table(chart, points, quarters))
    _open_selected(event, points, chart)


def _open_selected(event: Any, points: Sequence[Point], chart: Chart) -> None:
    chosen = event["selection"].get("mark") if event else None
    if not chosen:
        return
    for point in points:
        if point.quarter == chosen[0].get("key") and chart.words(point.group) == chosen[0].get(
            "group"
        ):
            if point.filters is not None:
                st.switch_page(page("problems"), query_params=params_of(point.filters))
            return


def _altair(chart: Chart, points: Sequence[Point], quarters: Sequence[str]) -> Any:
    import altair as alt
    import pandas as pd

    frame = pd.DataFrame(
        [
            {
                "key": point.quarter,
                "quarter": spoken(point.quarter),
                "group": chart.words(point.group),
                "value": point.value,
                "rank": number,
            }
            for number, point in enumerate(points)
        ]
    )
    frame["most"] = frame["value"].max()
    order = [chart.words(name) for name in chart.order] or list(dict.fromkeys(frame["group"]))
    mark = alt.selection_point(name="mark", fields=["key", "group"])
    across = alt.X(
        "quarter:O",
        sort=[spoken(quarter) for quarter in quarters],
        title=None,
        axis=alt.Axis(labelAngle=0, labelFlush=False),
    )
    tips = [
        alt.Tooltip("quarter:O", title="Quarter"),
        alt.Tooltip("group:N", title="Group"),
        alt.Tooltip("value:Q", title=chart.unit.capitalize()),
    ]
    drawing = alt.Chart(frame).encode(x=across, tooltip=tips)
    if chart.kind == "cells":
        return _cells(drawing, order, mark)
    colour = alt.Color(
        "group:N",
        sort=order,
        scale=alt.Scale(domain=order, range=list(chart.order.values()))
        if chart.order
        else alt.Undefined,
        legend=alt.Legend(
            title=None,
            orient="top",
            columns=alt.ExprRef(f"width < {_NARROW} ? 2 : 5"),
            symbolStrokeWidth=0,
        ),
    )
    up = alt.Y("value:Q", title=chart.unit, axis=alt.Axis(tickMinStep=1))
    bars = drawing.mark_bar(stroke="#7f8b8f", strokeWidth=0.8).encode(y=up, color=colour)
    if chart.kind == "beside":
        bars = bars.encode(xOffset=alt.XOffset("group:N", sort=order))
    else:
        bars = bars.encode(order=alt.Order("rank:Q"))
    return bars.add_params(mark).properties(height=300)


def _cells(drawing: Any, order: Sequence[str], mark: Any) -> Any:
    """A row for each group, darker where there is more, with the figure in each cell."""
    import altair as alt

    up = alt.Y("group:N", sort=list(order), title=None, axis=alt.Axis(labelFlush=False))
    shade = alt.Color(
        "value:Q", scale=alt.Scale(range=["#dcecee", "#0b5563"], domainMin=0), legend=None
    )
    ink = alt.condition(
        "datum.value > datum.most * 0.55", alt.value("#ffffff"), alt.value("#10242a")
    )
    cells = drawing.mark_rect(cornerRadius=2).encode(y=up, color=shade)
    # On a phone a column is as wide as four small digits.
    size = alt.ExprRef(f"width < {_NARROW} ? 8.5 : 13")
    figures = drawing.mark_text(fontSize=size, fontWeight=600).encode(
        y=up, text=alt.Text("value:Q", format=".0f"), color=ink
    )
    return (cells.add_params(mark) + figures).properties(height=max(120, 30 * len(order)))


def text_alternative(chart: Chart, points: Sequence[Point]) -> str:
    """The chart in one sentence a quarter, for those who do not see it."""
    told: dict[str, list[str]] = {}
    for point in points:
        words = f"{chart.words(point.group)} {point.value:g}"
        told.setdefault(point.quarter, []).append(words)
    quarters = "; ".join(f"{spoken(q)}: {', '.join(parts)}" for q, parts in told.items())
    return f"{chart.title}, in {chart.unit}. {quarters}."


def as_table(chart: Chart, points: Sequence[Point], quarters: Sequence[str]) -> str:
    """HTML: one row a group, one column a quarter."""
    values = {(point.group, point.quarter): point.value for point in points}
    groups = list(dict.fromkeys(point.group for point in points))
    if chart.order:
        groups = [name for name in chart.order if name in groups]
    head = "".join(f"<th scope='col' class='pr-right'>{spoken(q)}</th>" for q in quarters)
    rows = "".join(
        f"<tr><th scope='row'>{inert.escaped(chart.words(group))}</th>"
        + "".join(f"<td class='pr-right'>{values.get((group, q), 0):g}</td>" for q in quarters)
        + "</tr>"
        for group in groups
    )
    return (
        f"<div class='pr-grid-frame'><table class='pr-still'><caption>{inert.escaped(chart.title)}"
        f", in {inert.escaped(chart.unit)}</caption><thead><tr><td></td>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )
