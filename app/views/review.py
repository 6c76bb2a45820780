"""Review: what was read from one report beside its pages, put right, then published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from app.boundary import attempt
from app.person import who
from app.reviewing import (
    Value,
    editable,
    extent,
    needs_a_look,
    report_values,
    shared_remark,
    values_of,
)
from app.routes import page
from app.service import knowledge_base
from app.widgets import badges, grid, hand_entry, inert, prose, sheet, states
from app.widgets.grid import Column
from app.widgets.prose import Block
from ingest.numbers import short_pbi
from ingest.quarters import spoken
from kb.records import ReportRecord, ReportState, Snapshot
from kb.words import EVENT_LABELS, british, counted, event_words

if TYPE_CHECKING:
    from kb.base import KnowledgeBase


def show() -> None:
    """Draw the report that the address names: `?report=ID&pbi=123400&field=status`."""
    kb = knowledge_base()
    name = st.query_params.get("report", "")
    report = next((one for one in kb.reports() if one.id == name), None)
    st.page_link(page("upload"), label="All reports", icon=":material/arrow_back:")
    if report is None:
        states.heading("Review")
        states.empty("This report is not loaded.", "It may have been removed. Upload lists them.")
        return
    said = kb.said_in(report.id)
    _head(kb, report, said)
    reading, changing, about = st.tabs(
        [
            "What was read",
            "What it would change" if _draft(report) else "What it changed",
            "Report",
        ],
        key="review_tabs",
        on_change="rerun",
    )
    if reading.open:
        with reading:
            _reading(kb, report, said)
    if changing.open:
        with changing:
            _changing(kb, report)
    if about.open:
        with about:
            _about(kb, report)


def _draft(report: ReportRecord) -> bool:
    return report.state is ReportState.DRAFT


def _head(kb: KnowledgeBase, report: ReportRecord, said: Sequence[Snapshot]) -> None:
    states.heading(report.title or report.file)
    looks = sum(needs_a_look(one) for one in said)
    facts = [
        spoken(report.quarter) if report.quarter else "no quarter",
        f"status date {british(report.status_date)}" if report.status_date else "no status date",
        counted(report.problems, "problem"),
        *extent(report),
    ]
    mark = badges.plain(
        report.state.value.capitalize(), "pr-open" if _draft(report) else "pr-closed"
    )
    warn = badges.plain(f"{counted(looks, 'problem')} to look at", "pr-warn") if looks else ""
    st.html(
        f"<div class='pr-badges'>{mark}{warn}</div>"
        f"<div class='pr-source'>{inert.escaped(report.file)} · "
        f"{inert.escaped(' · '.join(facts))}</div>"
    )
    if not _draft(report):
        return
    with st.container(horizontal=True, gap="small"):
        if st.button("Publish", type="primary", icon=":material/publish:", key="review_publish"):
            _leave(lambda: kb.publish(report.id), "Publish", f"{report.file} is published.")
        if st.button("Discard", icon=":material/delete:", key="review_discard"):
            _leave(lambda: kb.discard(report.id), "Discard", f"{report.file} is discarded.")


def _leave(step: Callable[[], object], action: str, done: str) -> None:
    with attempt(action) as tried:
        step()
    if tried.ok:
        st.toast(inert.label(done), icon=":material/check:", duration="long")
        st.switch_page(page("upload"))


def _reading(kb: KnowledgeBase, report: ReportRecord, said: Sequence[Snapshot]) -> None:
    if not said:
        states.empty("Nothing was read.", "This report holds no problem.")
        hand_entry.show(kb, report, None)
        return
    snapshot = _chosen_problem(said)
    values = values_of(snapshot, kb.corrections(report.id))
    current = next(
        (one for one in values if one.name == st.query_params.get("field")),
        next((one for one in values if one.remark and editable(one.name)), values[1]),
    )
    left, right = st.columns([0.5, 0.5], gap="large")
    with left:
        pressed = sheet.show(kb, report, said, snapshot, current)
        if pressed is not None and pressed != (short_pbi(snapshot.pbi), current.name):
            _point(*pressed)
            st.rerun()
    with right:
        _mend(kb, report, snapshot, current)
        _values(snapshot, values, current)
        for finding in snapshot.problem.findings:
            inert.text(finding.message, "pr-finding pr-small")
    hand_entry.show(kb, report, snapshot)


def _chosen_problem(said: Sequence[Snapshot]) -> Snapshot:
    numbers = [short_pbi(one.pbi) for one in said]
    given = st.query_params.get("pbi", "")
    index = numbers.index(given) if given in numbers else 0
    st.session_state["review_pbi"] = numbers[index]

    def picked() -> None:
        _point(str(st.session_state["review_pbi"]), None)

    def step(by: int) -> None:
        _point(numbers[index + by], None)

    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            "Problem",
            numbers,
            key="review_pbi",
            format_func=lambda number: _problem_words(said[numbers.index(number)]),
            on_change=picked,
        )
        for words, by in (("Previous", -1), ("Next", 1)):
            st.button(
                words,
                key=f"review_{words}",
                icon=f":material/chevron_{'left' if by < 0 else 'right'}:",
                on_click=step,
                args=(by,),
                disabled=not 0 <= index + by < len(said),
            )
    return said[index]


def _problem_words(snapshot: Snapshot) -> str:
    look = "  · to look at" if needs_a_look(snapshot) else ""
    title = inert.shortened(snapshot.problem.title or "No title", 70)
    return f"{short_pbi(snapshot.pbi)}  {title}{look}"


def _point(number: str, field: str | None) -> None:
    st.query_params["pbi"] = number
    if field is None:
        st.query_params.pop("field", None)
    else:
        st.query_params["field"] = field


def _values(snapshot: Snapshot, values: Sequence[Value], current: Value) -> None:
    shared = shared_remark(values)
    if shared:
        inert.text(f"{shared}, as most values below.", "pr-finding pr-small")
    blocks = [
        Block(
            text=inert.shortened(value.text, 400),
            label=value.label,
            refs=(number,),
            soft=not value.stated,
            remark=value.remark if value.remark != shared else "",
        )
        for number, value in enumerate(values)
    ]
    pressed = prose.show(
        blocks,
        key=f"review_values_{snapshot.pbi}",
        chosen=values.index(current),
        names=[f"{value.label}: show and correct" for value in values],
        marks=[_mark(value) for value in values],
    )
    if pressed is not None and values[pressed] != current:
        _point(short_pbi(snapshot.pbi), values[pressed].name)
        st.rerun()


def _mark(value: Value) -> str:
    if value.place is None:
        return "correct"
    return "source" if value.place.place else f"p. {value.place.page}"


def _mend(kb: KnowledgeBase, report: ReportRecord, snapshot: Snapshot, value: Value) -> None:
    if not editable(value.name):
        return
    key = f"{snapshot.pbi}_{value.name}"
    with st.form(f"mend_{key}"):
        long = value.name in ("description", "update", "workaround", "user_impact")
        label = f"Correct: {value.label}"
        words = value.typed or ""
        typed = (
            st.text_area(label, words, key=f"typed_{key}", height=140)
            if long
            else st.text_input(label, words, key=f"typed_{key}")
        )
        note = st.text_input("Why (kept with the correction)", key=f"note_{key}")
        with st.container(horizontal=True):
            saved = st.form_submit_button("Save", type="primary")
            silent = st.form_submit_button("The report does not say")
    if not saved and not silent:
        return
    with attempt("The correction") as tried:
        kb.correct(
            report.id,
            snapshot.pbi,
            value.name,
            None if silent else typed,
            who=who(),
            note=note or None,
        )
    if tried.ok:
        st.toast(f"{value.label} corrected.", icon=":material/check:", duration="long")
        st.rerun()


def _changing(kb: KnowledgeBase, report: ReportRecord) -> None:
    from kb.preview import would_change

    before, events = would_change(kb, report.id)
    if before is None:
        states.empty(
            "There is no earlier report to compare with.",
            "Its problems would all be new. A quarter must be set for a report to be compared.",
        )
        return
    inert.text(
        f"Against {before.file} ({spoken(before.quarter) if before.quarter else 'no quarter'}): "
        f"{counted(len(events), 'difference')}.",
        "pr-soft",
    )
    titles = {one.pbi: one.problem.title for one in kb.said_in(report.id)}
    known = kb.catalogue().titles
    grid.show(
        [Column("Kind"), Column("PBI"), Column("Title", wide=True), Column("What", wide=True)],
        [
            [
                grid.cell(EVENT_LABELS[event.kind]),
                grid.cell(short_pbi(event.pbi), "pr-num"),
                grid.cell(titles.get(event.pbi) or known.get(event.pbi)),
                grid.cell(event_words(event)),
            ]
            for event in events
        ],
        key="would_change",
        caption="What publishing this report would change",
    )


def _about(kb: KnowledgeBase, report: ReportRecord) -> None:
    reading = kb.reading(report.id)
    with st.form("report_fields"):
        typed = {
            value.name: st.text_input(
                value.label, value.typed or "", key=f"report_{value.name}", help=value.help or None
            )
            for value in report_values(reading.report)
        }
        note = st.text_input("Why (kept with the change)", key="report_note")
        pressed = st.form_submit_button("Save", type="primary")
    if pressed:
        now = {value.name: value.typed or "" for value in report_values(reading.report)}
        fields = {name: text.strip() or None for name, text in typed.items() if text != now[name]}
        with attempt("The change") as tried:
            kb.set_report(report.id, who=who(), note=note or None, **fields)
        if tried.ok:
            st.toast("Saved.", icon=":material/check:", duration="long")
            st.rerun()
    for finding in reading.findings:
        inert.text(finding.message, "pr-finding pr-small")
    _corrections(kb, report)


def _corrections(kb: KnowledgeBase, report: ReportRecord) -> None:
    found = kb.corrections(report.id)
    if not found:
        return
    states.section("What was put right")
    grid.show(
        [
            Column("When"),
            Column("Who"),
            Column("PBI"),
            Column("Field"),
            Column("Printed", wide=True),
            Column("Now", wide=True),
            Column("Why"),
        ],
        [
            [
                grid.Cell(f"{one.at:%d/%m/%Y %H:%M}", one.at.isoformat(), "pr-num"),
                grid.cell(one.who),
                grid.cell(short_pbi(one.pbi) if one.pbi else "Report"),
                grid.cell(one.field.replace("_", " ")),
                grid.cell(one.printed or "not stated"),
                grid.cell(one.value or "not stated"),
                grid.cell(one.note),
            ]
            for one in found
        ],
        key="corrections",
        caption="Corrections, oldest first",
    )
