"""Whether an answer was good: two thumbs and a comment, kept for staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from app.boundary import attempt
from app.person import who

if TYPE_CHECKING:
    from app.conversation import Turn
    from kb.base import KnowledgeBase

_DOWN, _UP = 0, 1


def ask(kb: KnowledgeBase, turn: Turn) -> None:
    """The thumbs under an answer, and once one is pressed a box for a comment."""
    thumbs, words = f"thumbs_{turn.number}", f"comment_{turn.number}"
    # Widgets forget what they hold while another page is open; the session does not.
    for widget in (thumbs, words):
        if widget not in st.session_state and f"{widget}_held" in st.session_state:
            st.session_state[widget] = st.session_state[f"{widget}_held"]

    def keep() -> None:
        from kb import feedback

        pressed = st.session_state.get(thumbs)
        comment = str(st.session_state.get(words) or "")
        st.session_state.update({f"{thumbs}_held": pressed, f"{words}_held": comment})
        with attempt("Your comment") as kept:
            if pressed is None:
                if turn.verdict is not None:
                    feedback.take_back(kb, turn.verdict)
                turn.verdict = None
                return
            turn.verdict = feedback.give(
                kb,
                turn.answer,
                up=pressed == _UP,
                comment=comment,
                who=who(),
                instead_of=turn.verdict,
            )
        if kept.ok:
            st.toast("Kept for staff. Thank you.", icon=":material/check:", duration="long")

    with st.container(
        horizontal=True,
        vertical_alignment="center",
        width="content",
        gap="small",
        key=f"verdict_box_{turn.number}",
    ):
        st.feedback("thumbs", key=thumbs, on_change=keep)
        if st.session_state.get(thumbs) is not None:
            with st.popover("Comment", icon=":material/comment:", key=f"commenting_{turn.number}"):
                down = st.session_state[thumbs] == _DOWN
                with st.form(f"comment_form_{turn.number}", border=False):
                    st.text_area(
                        "What was wrong or missing?" if down else "What was good?",
                        key=words,
                        max_chars=2000,
                        height=80,
                        help="Staff read it beside your question and this answer.",
                    )
                    st.form_submit_button("Keep the comment", type="primary", on_click=keep)
