"""One problem: what the latest report says of it, each value with its place, and its history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from app.problem_fields import Field, fields_of, impact_places
from app.routes import open_problem, page
from app.service import knowledge_base
from app.widgets import badges, evidence, inert, problem_table, prose, states, timeline, wording
from app.widgets.prose import Block
from ingest.numbers import pbis_in, short_pbi
from ingest.quarters import spoken
from kb.names import UnknownName, pbi_named
from kb.records import Snapshot
from kb.words import FIELD_LABELS, british, counted, evidence_words, slip_words

if TYPE_CHECKING:
    from kb.base import KnowledgeBase

_WORDED = ("title", "user_impact", "description", "update", "workaround")


def show() -> None:
    """Draw the problem that the address names, as `?pbi=123400`."""
    kb = knowledge_base()
    typed = st.query_params.get("pbi", "")
    pbi = _number(typed)
    history = list(kb.history(pbi)) if pbi else []
    if not pbi or not history:
        _not_found(kb, typed)
        return
    latest = history[-1]
    _head(latest)
    fields = fields_of(latest)
    told = impact_places(latest)
    places = [*(field.place for field in fields if field.place), *told]
    left, right = st.columns([0.56, 0.44], gap="large")
    key = f"problem_source_{pbi}"
    with left:
        _fields(latest, fields, places, key)
        _told(latest, places, len(places) - len(told), key)
        _findings(latest)
    with right, st.container(key="sticky_problem"):
        evidence.pane(kb, places, key=key)
    _over_time(kb, history)


def _number(typed: str) -> str | None:
    try:
        return pbi_named(typed)
    except (UnknownName, ValueError):
        return None


def _not_found(kb: KnowledgeBase, typed: str) -> None:
    states.heading("Problem")
    if not kb.catalogue().reports:
        states.nothing_loaded()
    elif typed:
        states.empty(
            f"No published report mentions {typed}.",
            "Check the number, or look for it by words on the Problems page.",
        )
    else:
        states.empty("No problem is chosen.", "Choose one on the Problems page.")
    st.page_link(page("problems"), label="Go to Problems", icon=":material/list_alt:")


def _head(latest: Snapshot) -> None:
    problem = latest.problem
    _neighbours(latest.pbi)
    states.heading(problem.title or "No title is stated")
    day = problem.status_date or latest.report.as_at
    when = f", as at {british(day)}" if day else ""
    number = f"<span class='pr-num'>{inert.escaped(problem.pbi)}</span>"
    source = inert.escaped(f"{_named(latest)}{when}")
    st.html(f"<div class='pr-lead'>{number} · Latest word: {source}</div>{badges.of(latest)}")


def _named(snapshot: Snapshot) -> str:
    quarter = snapshot.report.quarter
    return f"the {spoken(quarter)} report" if quarter else snapshot.report.file


def _neighbours(pbi: str) -> None:
    among: tuple[str, ...] = st.session_state.get("among", ())
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.page_link(page("problems"), label="All problems", icon=":material/arrow_back:")
        if pbi not in among or len(among) < 2:
            return
        index = among.index(pbi)
        for words, icon, to in (
            ("Previous", "chevron_left", index - 1),
            ("Next", "chevron_right", index + 1),
        ):
            inside = 0 <= to < len(among)
            if st.button(
                f"{words} problem",
                icon=f":material/{icon}:",
                key=f"neighbour_{words}",
                disabled=not inside,
            ):
                open_problem(among[to], among=among)
        st.html(f"<span class='pr-soft pr-small'>{index + 1} of {len(among)} in the list</span>")


def _fields(
    latest: Snapshot, fields: Sequence[Field], places: Sequence[evidence.Place], key: str
) -> None:
    blocks = [
        Block(
            text=field.text,
            label=field.label,
            refs=(places.index(field.place),) if field.place else (),
            soft=not field.stated,
        )
        for field in fields
    ]
    for words, label in _figures(latest):
        blocks.append(Block(text=words, label=label))
    pressed = prose.show(
        blocks,
        key=f"fields_{latest.pbi}",
        chosen=st.session_state.get(key, 0),
        names=[f"{place.label}: {place.name}" for place in places],
        marks=[f"p. {place.page}" if not place.place else "source" for place in places],
    )
    _opened(pressed, key)


def _opened(pressed: int | None, key: str) -> None:
    if pressed is not None and pressed != st.session_state.get(key):
        st.session_state[key] = pressed
        st.rerun()


def _figures(latest: Snapshot) -> list[tuple[str, str]]:
    found = []
    day = latest.problem.status_date or latest.report.as_at
    if day and latest.age_days() is not None:
        found.append((f"{counted(latest.age_days() or 0, 'day')} at {british(day)}", "Age"))
    late = latest.overdue_days()
    if day and late is not None:
        found.append((f"by {counted(late, 'day')} at {british(day)}", "Overdue"))
    if latest.slips:
        found.append((slip_words(latest.slips, latest.slip_days).capitalize(), "Target"))
    return found


def _told(latest: Snapshot, places: Sequence[evidence.Place], first: int, key: str) -> None:
    found = latest.problem.impact_evidence
    if not found:
        return
    states.section("What users met while it lasted")
    blocks = []
    for number, item in enumerate(found):
        exact = evidence_words(item)
        more = ", ".join(part for part in (exact, ", ".join(item.processes)) if part)
        blocks.append(
            Block(
                text=f"“{item.quote}”" + (f"\n{more}" if more else ""),
                refs=(first + number,),
                item=True,
            )
        )
    pressed = prose.show(
        blocks,
        key=f"told_{latest.pbi}",
        chosen=st.session_state.get(key, 0),
        names=[place.name for place in places],
        marks=[f"p. {place.page}" if not place.place else "source" for place in places],
    )
    _opened(pressed, key)


def _findings(latest: Snapshot) -> None:
    if not latest.problem.findings:
        return
    states.section("Findings", "what a careful reader would raise")
    for finding in latest.problem.findings:
        ask = f"<br><span class='pr-soft'>To ask: {inert.escaped(finding.ask)}</span>"
        st.html(
            f"<div class='pr-finding'>{inert.escaped(finding.message)}"
            f"{ask if finding.ask else ''}</div>"
        )


def _over_time(kb: KnowledgeBase, history: Sequence[Snapshot]) -> None:
    pbi = history[-1].pbi
    names = ["Over time", "Wording by report", "Related problems"]
    over, words, related = st.tabs(names, key="problem_tabs", on_change="rerun")
    if over.open:
        with over:
            timeline.chart(history)
            timeline.as_list(history, kb.events(pbi))
    if words.open:
        with words:
            _wordings(history)
    if related.open:
        with related:
            _related(kb, history[-1])


def _wordings(history: Sequence[Snapshot]) -> None:
    if len(history) < 2:
        states.empty(
            "One report mentions this problem.",
            "Wordings can be compared as soon as a second one does.",
        )
        return
    numbers = range(len(history))

    def name(number: int) -> str:
        report = history[number].report
        return spoken(report.quarter) if report.quarter else report.file

    left, right = st.columns(2)
    one = left.selectbox("Earlier", numbers, index=len(history) - 2, format_func=name)
    two = right.selectbox("Later", numbers, index=len(history) - 1, format_func=name)
    before, after = history[one].problem, history[two].problem
    for field in _WORDED:
        old, new = getattr(before, field), getattr(after, field)
        if not old and not new:
            continue
        states.section(FIELD_LABELS[field], "the same" if old == new else "")
        left, right = st.columns(2)
        for column, marked in zip((left, right), wording.compared(old, new), strict=True):
            unstated = "<span class='pr-unstated'>Not stated</span>"
            column.html(f"<div class='pr-diff'>{marked or unstated}</div>")


def _related(kb: KnowledgeBase, latest: Snapshot) -> None:
    from kb.filters import Filters

    problem = latest.problem
    text = " ".join(part for part in (problem.description, problem.update) if part)
    named = {mention.pbi for mention in pbis_in(text)} - {latest.pbi}
    told = kb.snapshots(Filters(pbis=tuple(sorted(named)), ever=True)) if named else []
    if told:
        states.section("Named in the text")
        problem_table.show(told, key="related_named", name="Problems named in the text")
    with st.spinner("Looking for problems that read alike"):
        hits = kb.search(problem.title or text, Filters(ever=True), limit=8)
    alike = [hit.snapshot for hit in hits if hit.snapshot.pbi not in named | {latest.pbi}][:5]
    if alike:
        states.section("Reads alike", "by its words and their meaning; not a stated link")
        problem_table.show(alike, key="related_alike", name="Problems that read alike")
    if not told and not alike:
        states.empty("Nothing related was found.", f"PBI {short_pbi(latest.pbi)} stands alone.")
