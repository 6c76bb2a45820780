"""Ask: questions in one's own words, and beside each answer the page that it was read from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import streamlit as st

from app.conditions import conditions
from app.conversation import Conversation, Turn, conversation, start_again
from app.routes import open_problem, page
from app.service import knowledge_base
from app.suggestions import suggestions
from app.widgets import chips, evidence, exports, grid, inert, prose, states, verdict
from app.widgets.grid import Cell, Column
from app.widgets.problem_table import address, severity_cell
from app.widgets.prose import Block
from ingest.numbers import pbis_in
from ingest.records import Severity
from kb.answers import Answer, Table
from kb.links import params_of
from kb.query import Query

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.filters import Filters

_PENDING = "question_pending"
_IN_ADDRESS = "questions_in_address"

_MOST = 30
"""Questions that an address may ask."""


def show() -> None:
    """Draw the conversation, and the box for the next question below it."""
    kb = knowledge_base()
    talk = conversation(st.session_state)
    if not kb.catalogue().reports:
        states.heading("Ask about the problem reports")
        states.nothing_loaded()
        return
    above = st.container(key="conversation")
    # In a container the box stays in the flow of the page: pinned by Streamlit, it would scroll
    # every long answer to its end.
    with st.container(key="ask_box"):
        typed = st.chat_input("Ask about the problem reports", key="question_box", max_chars=2000)
    question = typed or st.session_state.pop(_PENDING, None)
    questions = [str(question)] if question else _linked(talk)
    with above:
        if questions:
            with st.spinner("Looking it up"):
                for words in questions:
                    talk.add(kb.ask(words, focus=talk.focus))
        _into_address(talk)
        if talk.turns:
            _conversation(kb, talk)
        else:
            _welcome(kb)


def _conversation(kb: KnowledgeBase, talk: Conversation) -> None:
    _top()
    *earlier, latest = talk.turns
    opened = talk.opened()
    places = _places(opened) if opened else []
    if opened is None or not places:
        _earlier(kb, talk, earlier)
        _words_of(kb, talk, latest)
    else:
        left, right = st.columns([0.57, 0.43], gap="large")
        with left:
            _earlier(kb, talk, earlier)
            _words_of(kb, talk, latest)
        with right, st.container(key="sticky_ask"):
            evidence.pane(kb, places, key=opened.source_key)
    _table(latest)
    _actions(kb, latest)
    _next(latest)


def _linked(talk: Conversation) -> list[str]:
    """The conversation that the address carries, once for each visit."""
    given = [words.strip()[:2000] for words in st.query_params.get_all("q") if words.strip()]
    if talk.turns or st.session_state.get(_IN_ADDRESS) == given:
        return []
    return given[:_MOST]


def _into_address(talk: Conversation) -> None:
    """So that a browser that loads the page anew comes back to the same conversation."""
    now = talk.questions()
    st.session_state[_IN_ADDRESS] = now
    if now != st.query_params.get_all("q"):
        st.query_params.from_dict({"q": now} if now else {})


def _welcome(kb: KnowledgeBase) -> None:
    current = [report for report in kb.catalogue().reports if report.current]
    names = ", ".join(report.title or report.file for report in current[:3])
    states.heading(
        "Ask about the problem reports",
        f"Answers come from {len(kb.catalogue().titles)} problems in "
        f"{len(kb.catalogue().reports)} published reports, and each shows the page it was read "
        f"from. The latest: {names}.",
    )
    states.section("To begin with")
    with st.container(key="suggestions"):
        for number, words in enumerate(suggestions(kb)):
            st.button(
                inert.label(words),
                key=f"suggestion_{number}",
                icon=":material/arrow_forward:",
                type="tertiary",
                on_click=_ask_next,
                args=(words,),
            )


def _ask_next(question: str) -> None:
    st.session_state[_PENDING] = question


def _top() -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        states.heading("Ask")
        st.button(
            "Start again",
            icon=":material/restart_alt:",
            type="tertiary",
            on_click=start_again,
            args=(st.session_state,),
            help="Forget this conversation; the next question stands alone.",
        )


def _earlier(kb: KnowledgeBase, talk: Conversation, turns: Sequence[Turn]) -> None:
    for turn in turns:
        with st.expander(inert.label(turn.answer.question), key=f"earlier_{turn.number}"):
            _words(talk, turn)
            _table(turn)
            verdict.ask(kb, turn)


def _words_of(kb: KnowledgeBase, talk: Conversation, turn: Turn) -> None:
    inert.text(turn.answer.question, "pr-question", tag="h2")
    _understood(kb, talk, turn)
    _words(talk, turn)
    for note in turn.answer.notes:
        inert.text(f"Note: {note}", "pr-soft pr-small")


def _places(turn: Turn) -> list[evidence.Place]:
    return [evidence.cited(citation) for citation in turn.answer.citations]


def _words(talk: Conversation, turn: Turn) -> None:
    answer = turn.answer
    if answer.statements:
        blocks = [Block(text=one.text, refs=one.citations) for one in answer.statements]
    else:
        blocks = [Block(text=answer.answer, refs=tuple(range(len(answer.citations))))]
    here = talk.open_turn == turn.number
    pressed = prose.show(
        blocks,
        key=f"words_{turn.number}",
        chosen=int(st.session_state.get(turn.source_key, 0)) if here else None,
        names=[place.name for place in _places(turn)],
        copy=copied(answer),
        arrive=turn is talk.latest,
    )
    if pressed is not None:
        st.session_state[turn.source_key] = pressed
        talk.open_turn = turn.number
        st.rerun()


def copied(answer: Answer) -> str:
    """The answer as plain text with its sources, for a clipboard."""
    lines = [answer.question, "", answer.answer]
    if answer.citations:
        lines += ["", "Sources:"]
        lines += [
            f"[{number}] {one.document}, page {one.page}: “{one.quote}”"
            for number, one in enumerate(answer.citations, 1)
        ]
    return "\n".join(lines)


def _table(turn: Turn) -> None:
    table = turn.answer.table
    if table is None or not table.rows:
        return
    pbis = row_pbis(table)
    opened = grid.show(
        columns_of(table),
        [
            [answer_cell(label, value) for label, value in zip(table.columns, row, strict=True)]
            for row in table.rows
        ],
        key=f"table_{turn.number}",
        caption=f"{turn.answer.question}: {len(table.rows)} rows",
        links=[address(pbi) if pbi else None for pbi in pbis],
    )
    if opened is not None and opened < len(pbis) and (pbi := pbis[opened]):
        open_problem(pbi, among=tuple(dict.fromkeys(one for one in pbis if one)))


def answer_cell(label: str, value: str | int | float | None) -> Cell:
    """One cell: dates as dates, severities as their label, long text shortened by the page."""
    if label == "Severity" and value in [severity.value for severity in Severity]:
        return severity_cell(Severity(str(value)))
    long = isinstance(value, str) and len(value) > 140
    return grid.cell(grid.dated(value), "pr-long" if long else "")


def row_pbis(table: Table) -> list[str | None]:
    """For each row the problem it stands for, where the table says or the first cell tells."""
    if table.pbis:
        return list(table.pbis)
    found: list[str | None] = []
    for row in table.rows:
        mentions = pbis_in(str(row[0]), bare=True) if row else []
        found.append(mentions[0].pbi if mentions else None)
    return found


def columns_of(table: Table) -> list[Column]:
    """The headings; numbers stand to the right, long text takes the room."""
    found = []
    for number, label in enumerate(table.columns):
        values = [row[number] for row in table.rows if row[number] is not None]
        numeric = bool(values) and all(isinstance(value, int | float) for value in values)
        wide = any(isinstance(value, str) and len(value) > 30 for value in values)
        found.append(Column(label, number=numeric, wide=wide))
    return found


def _understood(kb: KnowledgeBase, talk: Conversation, turn: Turn) -> None:
    answer = turn.answer
    if not answer.understood:
        return
    inert.text(f"Understood as: {answer.understood}", "pr-soft pr-small")
    query = answer.query
    if query is None or not query.filters.conditions():
        return

    def without(rest: Filters) -> None:
        from kb.answer.asking import answer_query

        changed = Query.model_validate({**query.model_dump(), "filters": rest.model_dump()})
        words = _without(answer.question, query, rest)
        talk.add(answer_query(kb, changed, question=words), asked=False)

    chips.row(query.filters, key=f"understood_{turn.number}", remove=without)


def _without(question: str, query: Query, rest: Filters) -> str:
    """The question with what was taken away from it, as a heading for the changed answer."""
    left = {one.words for one in conditions(rest)}
    gone = [one.words for one in conditions(query.filters) if one.words not in left]
    return f"{question} (without: {', '.join(gone)})"


def _actions(kb: KnowledgeBase, turn: Turn) -> None:
    answer = turn.answer
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        listed = _listed(answer)
        if listed is not None:
            st.page_link(
                page("problems"),
                label="Open as a list",
                icon=":material/list_alt:",
                query_params=listed,
            )
        exports.answer(kb, answer, key=f"export_{turn.number}")
        verdict.ask(kb, turn)


def _listed(answer: Answer) -> dict[str, list[str]] | None:
    if answer.link is not None:
        return parse_qs(answer.link.rpartition("?")[2])
    if answer.query is None or answer.abstained or len(answer.pbis) < 2:
        return None
    return params_of(answer.query.filters)


def _next(turn: Turn) -> None:
    with st.container(key="suggestions_next"):
        for number, words in enumerate(turn.answer.suggestions):
            st.button(
                inert.label(words),
                key=f"next_{turn.number}_{number}",
                icon=":material/arrow_forward:",
                type="tertiary",
                on_click=_ask_next,
                args=(words,),
            )
