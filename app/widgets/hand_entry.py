"""Review: a problem that was not read is entered by hand, and what is no problem is dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from app.boundary import attempt
from app.person import who
from app.widgets import inert, states
from ingest.numbers import canonical_pbi, short_pbi
from ingest.records import Severity
from kb.records import ReportRecord, ReportState, Snapshot
from kb.words import FIELD_LABELS

if TYPE_CHECKING:
    from kb.base import KnowledgeBase

_SHORT = ("title", "owner", "owner_role", "created", "status", "status_date", "target_completion",
          "user_impact", "workaround")  # fmt: skip
_DATES = ("created", "status_date", "target_completion")
_UNKNOWN = "The report does not say"


def show(kb: KnowledgeBase, report: ReportRecord, snapshot: Snapshot | None) -> None:
    """What can be done about the problems themselves; nothing while the report speaks."""
    if report.state not in (ReportState.DRAFT, ReportState.WITHDRAWN):
        return
    states.section("Problems of this report")
    with st.container(horizontal=True, gap="small"):
        if snapshot is not None:
            _drop(kb, report, snapshot)
        if st.button("Add a problem", icon=":material/add:", key="hand_open"):
            st.session_state["hand_entry"] = report.id
    if st.session_state.get("hand_entry") == report.id:
        _add(kb, report, _first_page(snapshot))
    _dropped(kb, report)


def _first_page(snapshot: Snapshot | None) -> int:
    place = snapshot.problem.evidence.get("pbi") if snapshot else None
    return place.page if place else 1


def _add(kb: KnowledgeBase, report: ReportRecord, page: int) -> None:
    with st.form("hand_form"):
        inert.text("Type what the page says, and leave empty what it does not.", "pr-soft")
        left, right = st.columns(2)
        number = left.text_input("PBI number", key="hand_pbi", placeholder="123400")
        sheet = right.number_input(
            "Page", 1, max(report.pages, 1), min(page, max(report.pages, 1)), key="hand_page"
        )
        typed: dict[str, str] = {}
        for place, field in enumerate(_SHORT):
            typed[field] = (left if place % 2 == 0 else right).text_input(
                FIELD_LABELS[field],
                key=f"hand_{field}",
                placeholder="20/09/2021" if field in _DATES else "",
            )
        severity = right.selectbox(
            FIELD_LABELS["severity"],
            [_UNKNOWN, *(one.value for one in Severity)],
            key="hand_severity",
        )
        typed["severity"] = "" if severity == _UNKNOWN else str(severity)
        typed["description"] = st.text_area(FIELD_LABELS["description"], key="hand_description")
        note = st.text_input("Why (kept with the problem)", key="hand_note")
        with st.container(horizontal=True):
            saved = st.form_submit_button("Add it", type="primary")
            left_out = st.form_submit_button("Leave it")
    if left_out:
        st.session_state.pop("hand_entry", None)
        st.rerun()
    if not saved:
        return
    from kb.entering import add_problem

    with attempt("The problem") as tried:
        pbi = add_problem(kb, report.id, number, int(sheet), typed, who=who(), note=note or None)
    if tried.ok:
        _leave_form()
        _show_problem(short_pbi(pbi))
        st.toast(f"{short_pbi(pbi)} is added.", icon=":material/check:", duration="long")
        st.rerun()


def _leave_form() -> None:
    for name in [one for one in st.session_state if str(one).startswith("hand_")]:
        st.session_state.pop(name)


def _show_problem(number: str | None) -> None:
    st.query_params.pop("field", None)
    if number is None:
        st.query_params.pop("pbi", None)
    else:
        st.query_params["pbi"] = number


def _drop(kb: KnowledgeBase, report: ReportRecord, snapshot: Snapshot) -> None:
    number = short_pbi(snapshot.pbi)
    with (
        st.popover(f"Drop {number}", icon=":material/remove:", key=f"dropping_{number}"),
        st.form(f"drop_form_{number}", border=False),
    ):
        inert.text("It leaves this report, and can be taken back below.", "pr-soft pr-small")
        note = st.text_input("Why (kept)", key=f"drop_note_{number}")
        pressed = st.form_submit_button("Drop it", type="primary")
    if not pressed:
        return
    from kb.entering import drop_problem

    with attempt("The drop") as tried:
        drop_problem(kb, report.id, snapshot.pbi, who=who(), note=note or None)
    if tried.ok:
        _show_problem(None)
        st.toast(f"{number} is dropped.", icon=":material/check:", duration="long")
        st.rerun()


def _dropped(kb: KnowledgeBase, report: ReportRecord) -> None:
    from kb.entering import dropped_from, take_back

    for one in dropped_from(kb, report.id):
        number = short_pbi(one.pbi)
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", key=f"dropped_{number}"
        ):
            inert.text(f"Dropped: {number} {inert.shortened(one.title or 'No title', 90)}")
            if st.button("Take back", key=f"take_back_{number}", icon=":material/undo:"):
                with attempt("Taking it back") as tried:
                    take_back(kb, report.id, canonical_pbi(number), who=who())
                if tried.ok:
                    _show_problem(number)
                    st.rerun()
