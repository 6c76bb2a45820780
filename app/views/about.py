"""About the knowledge base: what is loaded, how fresh it is, what readers would raise, health."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from app.routes import page
from app.service import knowledge_base
from app.widgets import grid, inert, states
from app.widgets.grid import Column
from ingest.quarters import spoken
from kb.filters import Filters
from kb.rights import Right
from kb.words import british, counted

if TYPE_CHECKING:
    from kb.base import KnowledgeBase


def show() -> None:
    """Draw the page."""
    kb = knowledge_base()
    catalogue = kb.catalogue()
    states.heading("About the knowledge base", _freshness(kb))
    parties = len(catalogue.parties)
    figures = [
        ("Published reports", len(catalogue.reports)),
        ("Problems", len(catalogue.titles)),
        ("Open in the latest", kb.count(Filters(open=True))),
        ("Parties named", parties),
    ]
    told = "".join(f"<div><dt>{label}</dt><dd>{number:,}</dd></div>" for label, number in figures)
    st.html(f"<dl class='pr-figures'>{told}</dl>")
    if not kb.reports():
        states.nothing_loaded()
        return
    _reports(kb)
    _findings(kb)
    if kb.may(Right.REVIEW):
        _feedback(kb)
    _health(kb)


def _freshness(kb: KnowledgeBase) -> str:
    catalogue = kb.catalogue()
    if not catalogue.as_at:
        return "No published report gives a date yet."
    words = f"The latest statements are as at {british(catalogue.as_at)}"
    if catalogue.quarters:
        first, last = catalogue.quarters[0], catalogue.quarters[-1]
        span = spoken(first) if first == last else f"{spoken(first)} to {spoken(last)}"
        words += f"; the reports cover {span}"
    return f"{words}."


def _reports(kb: KnowledgeBase) -> None:
    states.section("Reports")
    reports, opens = kb.reports(), kb.may(Right.REVIEW)
    opened = grid.show(
        [
            Column("File", wide=True),
            Column("Quarter"),
            Column("Status date"),
            Column("Scope"),
            Column("State"),
            Column("Problems", number=True),
            Column("Pages", number=True),
            Column("Uploaded"),
        ],
        [
            [
                grid.cell(report.file),
                grid.Cell(
                    spoken(report.quarter) if report.quarter else "", report.quarter, "pr-num"
                ),
                grid.cell(report.status_date),
                grid.cell(report.scope or "All problems"),
                grid.cell(report.state.value.capitalize()),
                grid.cell(report.problems),
                grid.cell(report.pages),
                grid.cell(report.uploaded_at.date()),
            ]
            for report in reports
        ],
        key="about_reports",
        caption=f"Reports: {len(reports)} rows."
        + (" The file opens what was read." if opens else ""),
        links=[f"review?report={report.id}" if opens else None for report in reports],
    )
    if opened is not None and opened < len(reports):
        st.switch_page(page("review"), query_params={"report": reports[opened].id})


def _findings(kb: KnowledgeBase) -> None:
    states.section("Findings over all reports", "by their latest word")
    held = kb.catalogue().findings
    counts = {code: kb.count(Filters(findings=(code,), ever=True)) for code in held}
    codes = sorted((code for code in held if counts[code]), key=lambda code: -counts[code])
    if not codes:
        inert.text("None.", "pr-soft")
        return
    opened = grid.show(
        [Column("Finding", wide=True), Column("Problems", number=True)],
        [
            [grid.cell(code.replace("-", " ").capitalize()), grid.cell(counts[code])]
            for code in codes
        ],
        key="about_findings",
        caption="Findings by kind. A kind opens its problems.",
        links=[f"problems?finding={code}&ever=yes" for code in codes],
    )
    if opened is not None and opened < len(codes):
        st.switch_page(page("problems"), query_params={"finding": codes[opened], "ever": "yes"})


def _feedback(kb: KnowledgeBase) -> None:
    from kb import feedback

    states.section("What people thought of answers")
    good, found = len(feedback.given(kb, up=True)), feedback.given(kb)
    if not found:
        inert.text("Nobody has said yet. The thumbs stand under each answer.", "pr-soft")
        return
    shown = st.segmented_control(
        "Show",
        ["All", "Thumbs down", "Thumbs up"],
        default="All",
        key="about_verdicts",
        label_visibility="collapsed",
    )
    wanted = {"Thumbs down": False, "Thumbs up": True}
    rows = [one for one in found if wanted.get(str(shown), one.up) == one.up]
    inert.text(f"{good} up, {len(found) - good} down.", "pr-soft pr-small")
    grid.show(
        [
            Column("When"),
            Column("Who"),
            Column("Verdict"),
            Column("Question", wide=True),
            Column("Understood as", wide=True),
            Column("Answer", wide=True),
            Column("Comment", wide=True),
        ],
        [
            [
                grid.Cell(f"{one.at:%d/%m/%Y %H:%M}", one.at.isoformat(), "pr-num"),
                grid.cell(one.who),
                grid.cell("Up" if one.up else "Down"),
                grid.cell(one.question),
                grid.cell(one.understood),
                grid.cell(one.answer, "pr-long"),
                grid.cell(one.comment),
            ]
            for one in rows
        ],
        key="about_feedback",
        caption=f"What people thought of answers, latest first: {len(rows)} rows",
    )


def _health(kb: KnowledgeBase) -> None:
    states.section("Health")
    words = [f"{name}: {number:,}" for name, number in kb.stats().items()]
    inert.text(" · ".join(words).capitalize(), "pr-soft")
    if kb.may(Right.KEEP) and st.button("Check that all parts agree", icon=":material/fact_check:"):
        with st.spinner("Checking records, files, full text and vectors"):
            result = kb.check()
        if result.ok:
            st.success("Records, files, full text and vectors agree.", icon=":material/check:")
        for trouble in result.troubles:
            inert.text(trouble.message, "pr-finding pr-small")
        if not result.ok:
            inert.text(
                f"{counted(len(result.troubles), 'disagreement')}. "
                "`pbi check --repair` makes the parts agree with the records.",
                "pr-soft",
            )
        for note in result.notes:
            inert.text(note, "pr-soft pr-small")
