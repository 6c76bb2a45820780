"""What a page shows when there is nothing to show: empty, not found, refused."""

from __future__ import annotations

import streamlit as st

from app.widgets import inert


def heading(title: str, lead: str = "") -> None:
    """The title of a page and one line below it. Both may hold text of documents."""
    below = inert.element(lead, "pr-lead", tag="p") if lead else ""
    st.html(f"<h1 class='pr-title'>{inert.escaped(title)}</h1>{below}")


def section(title: str, note: str = "") -> None:
    """The title of a part of a page."""
    beside = f" {inert.element(note, 'pr-note', tag='span')}" if note else ""
    st.html(f"<h2 class='pr-section'>{inert.escaped(title)}{beside}</h2>")


def empty(title: str, advice: str) -> None:
    """A calm box: what is missing, and what would fill it."""
    st.html(
        f"<div class='pr-empty' role='status'><strong>{inert.escaped(title)}</strong>"
        f"<p>{inert.escaped(advice)}</p></div>"
    )


def trouble(sentence: str) -> None:
    """One sentence about what went wrong."""
    st.html(f"<div class='pr-trouble' role='alert'>{inert.escaped(sentence)}</div>")


def nothing_loaded() -> None:
    """The knowledge base holds no published report."""
    from app.routes import page
    from app.service import knowledge_base
    from kb.rights import Right

    if not knowledge_base().may(Right.UPLOAD):
        empty("No report is published yet.", "As soon as one is, this page has something to show.")
        return
    empty(
        "No report is published yet.",
        "Upload a quarterly problem report and publish it; then this page has something to show.",
    )
    st.page_link(page("upload"), label="Go to Upload", icon=":material/upload_file:")
