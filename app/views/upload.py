"""Upload: files in, a result for each, and what is loaded with what can be done to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from app.boundary import attempt
from app.jobs import OUTCOMES, jobs
from app.reviewing import extent
from app.routes import page
from app.service import knowledge_base
from app.widgets import badges, inert, states
from ingest.quarters import spoken
from kb import jobs as kept
from kb.jobs import Job, JobState
from kb.records import ReportRecord, ReportState
from kb.rights import Right
from kb.words import british, counted

if TYPE_CHECKING:
    from kb.base import KnowledgeBase

KINDS = ("pdf", "docx", "xlsx", "csv", "txt")

_LOOKS = {
    JobState.PUBLISHED: "pr-closed",
    JobState.DRAFT: "pr-open",
    JobState.DUPLICATE: "",
    JobState.REFUSED: "pr-warn",
}
_STATE_WORDS = {
    ReportState.DRAFT: ("Draft", "pr-open"),
    ReportState.PUBLISHED: ("Published", "pr-closed"),
    ReportState.SUPERSEDED: ("Superseded", ""),
    ReportState.WITHDRAWN: ("Withdrawn", "pr-warn"),
}


def show() -> None:
    """Draw the box for files, what becomes of them, and the reports that are loaded."""
    kb = knowledge_base()
    states.heading(
        "Upload",
        "A report is read into a draft. Review it beside its pages, then publish it: "
        "until then nobody is answered from it.",
    )
    _box(kb)
    # While something is being read this part draws itself again every second, alone.
    running = any(job.running for job in jobs().all(kb))
    st.fragment(_progress, run_every=1.0 if running else None)(kb)
    _reports(kb)


def _box(kb: KnowledgeBase) -> None:
    megabytes = kb.settings.max_bytes // (1024 * 1024)
    # A box with another key is an empty one: files that were taken in leave it.
    number = st.session_state.setdefault("upload_round", 0)
    with st.form(f"upload_form_{number}", border=False):
        files = st.file_uploader(
            "Reports: PDF, Word, Excel, CSV or plain text",
            type=list(KINDS),
            accept_multiple_files=True,
            key=f"files_{number}",
            help=f"Up to {megabytes} MB a file. A file that cannot be read says why.",
        )
        at_once = st.checkbox("Publish at once, without review", key=f"at_once_{number}")
        pressed = st.form_submit_button("Read the files", type="primary")
    if not pressed:
        return
    if not files:
        st.warning("Choose one or more files first.", icon=":material/info:")
        return
    with attempt("The upload") as tried:
        for file in files:
            jobs().add(kb, file.getvalue(), file.name, draft=not at_once)
    if tried.ok:
        st.session_state["upload_round"] = number + 1
        st.rerun()


def _progress(kb: KnowledgeBase) -> None:
    found = jobs().all(kb)
    if not found:
        return
    running = any(job.running for job in found)
    states.section("Being read" if running else "What became of them")
    for job in found:
        _job(kb, job)
    if running:
        st.session_state["was_reading"] = True
    elif st.session_state.pop("was_reading", False):
        # The list of reports below is drawn by the page, which does not know yet.
        st.rerun()
    else:
        st.button("Clear this list", type="tertiary", on_click=kept.clear, args=(kb,))


def _job(kb: KnowledgeBase, job: Job) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", key=f"result_{job.id}", gap="small"
    ):
        if job.running:
            st.progress(job.share, text=inert.label(f"{job.file}: {_stage(job)}"))
            st.button("Cancel", key=f"cancel_{job.id}", on_click=kept.cancel, args=(kb, job.id))
            return
        st.html(
            badges.plain(OUTCOMES[job.state], _LOOKS[job.state])
            + f" <span>{inert.escaped(job.message)}</span>"
            + f" <span class='pr-soft pr-small'>{job.seconds():.1f} s</span>",
            width="stretch",
        )
        if job.report is not None and job.state is JobState.DRAFT:
            st.page_link(
                page("review"),
                label="Review",
                icon=":material/fact_check:",
                query_params={"report": job.report},
            )


def _stage(job: Job) -> str:
    """What is being done, how far it is and how long it has taken."""
    words = "stopping" if job.cancelled else job.stage
    steps = f" {job.done} of {job.total}" if job.total else ""
    return f"{words}{steps}, {job.seconds():.0f} s"


def _reports(kb: KnowledgeBase) -> None:
    reports = kb.reports()
    states.section("Reports")
    if not reports:
        states.empty("No report is loaded.", "Choose a file above; its problems appear here.")
        return
    drafts = [report for report in reports if report.state is ReportState.DRAFT]
    for report in [*drafts, *(one for one in reversed(reports) if one not in drafts)]:
        _report(kb, report, reports)


def _report(kb: KnowledgeBase, report: ReportRecord, reports: Sequence[ReportRecord]) -> None:
    words, look = _STATE_WORDS[report.state]
    marks = [badges.plain(words, look)]
    if report.current:
        marks.append(badges.plain("Latest word", "pr-party"))
    facts = [
        counted(report.problems, "problem"),
        *extent(report),
        f"status date {british(report.status_date)}" if report.status_date else "no status date",
        f"on {report.scope}" if report.scope else "on all problems",
    ]
    if report.classification:
        facts.append(report.classification)
    if report.superseded_by:
        other = next((one for one in reports if one.id == report.superseded_by), None)
        facts.append(f"superseded by {other.file if other else report.superseded_by}")
    quarter = spoken(report.quarter) if report.quarter else "No quarter"
    with st.container(border=True, key=f"report_{report.id}"):
        st.html(
            f"<div class='pr-badges'><strong>{inert.escaped(quarter)}"
            f"</strong>{''.join(marks)}</div>"
            f"<div class='pr-value'>{inert.escaped(report.title or report.file)}</div>"
            f"<div class='pr-source'>{inert.escaped(report.file)} · "
            f"{inert.escaped(' · '.join(facts))}</div>"
        )
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            _steps(kb, report, reports)


def _steps(kb: KnowledgeBase, report: ReportRecord, reports: Sequence[ReportRecord]) -> None:
    st.page_link(
        page("review"),
        label="Review" if report.state is ReportState.DRAFT else "What was read",
        icon=":material/fact_check:",
        query_params={"report": report.id},
    )
    if report.state is ReportState.DRAFT and st.button(
        "Publish", key=f"publish_{report.id}", icon=":material/publish:"
    ):
        _do(lambda: kb.publish(report.id), "Publish", f"{report.file} is published.")
    if report.state is ReportState.WITHDRAWN and st.button(
        "Publish again", key=f"publish_{report.id}", icon=":material/publish:"
    ):
        _do(lambda: kb.publish(report.id), "Publish", f"{report.file} is published again.")
    if report.state is ReportState.PUBLISHED:
        _supersede(kb, report, reports)
        if st.button("Withdraw", key=f"withdraw_{report.id}", icon=":material/visibility_off:"):
            _do(
                lambda: kb.withdraw(report.id),
                "Withdraw",
                f"{report.file} is withdrawn: it is kept, and speaks in no answer.",
            )
    if kb.may(Right.REMOVE):
        if st.button("Remove", key=f"remove_{report.id}", icon=":material/delete:"):
            _confirm_removal(kb, report)
    elif report.state is ReportState.DRAFT and st.button(
        "Discard", key=f"discard_{report.id}", icon=":material/delete:"
    ):
        _do(lambda: kb.discard(report.id), "Discard", f"{report.file} is discarded.")


def _supersede(kb: KnowledgeBase, report: ReportRecord, reports: Sequence[ReportRecord]) -> None:
    others = [
        one
        for one in reports
        if one.id != report.id and one.state in (ReportState.DRAFT, ReportState.PUBLISHED)
    ]
    if not others:
        return
    with st.popover("Supersede", icon=":material/swap_horiz:", key=f"supersede_{report.id}"):
        names = {one.id: f"{one.file} ({one.state.value})" for one in others}
        chosen = st.selectbox(
            "By which report?",
            list(names),
            format_func=names.__getitem__,
            key=f"successor_{report.id}",
        )
        if st.button("Supersede", key=f"supersede_now_{report.id}", type="primary"):
            _do(
                lambda: kb.supersede(chosen, report.id),
                "Supersede",
                f"{report.file} is superseded by {names[chosen]}.",
            )


@st.dialog("Remove this report?")
def _confirm_removal(kb: KnowledgeBase, report: ReportRecord) -> None:
    inert.text(report.file, "pr-value")
    inert.text(
        f"Its {counted(report.problems, 'problem record')}, its file and all that is found "
        "through it are taken out for good. To only take it out of the answers, withdraw it.",
        "pr-soft",
    )

    def remove() -> None:
        # In a callback the report is gone before anything is drawn again, also behind the dialog.
        with attempt("Remove") as tried:
            kb.remove(report.id)
        if tried.ok:
            st.toast(
                inert.label(f"{report.file} is removed."), icon=":material/check:", duration="long"
            )

    if st.button("Remove for good", type="primary", key="remove_now", on_click=remove):
        st.rerun()


def _do(step: object, action: str, done: str) -> None:
    assert callable(step)
    with attempt(action) as tried:
        step()
    if tried.ok:
        st.toast(inert.label(done), icon=":material/check:", duration="long")
        st.rerun()
