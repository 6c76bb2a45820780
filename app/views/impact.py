"""User impact: the paper for a supplier and a quarter, on screen and to download."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from app.picking import pick_quarter, pick_supplier, remember
from app.service import knowledge_base
from app.widgets import exports, inert, printed, states
from kb.paper import impact_paper
from kb.paper_document import paper_document

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.exports.model import ExportDocument
    from kb.paper_model import Paper


def show() -> None:
    """Draw the paper that the address asks for: `?supplier=DCO&quarter=2021-Q2&held=yes`."""
    kb = knowledge_base()
    states.heading(
        "User impact",
        "What the problems of a supplier do to end users, as the reports state it and as their "
        "narratives tell it, with what they leave unsaid.",
    )
    if not kb.catalogue().reports:
        states.nothing_loaded()
        return
    document = paper_document(_paper_of(kb))
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        mark = f"<span class='pr-badge'>{inert.escaped(document.marking)}</span>"
        st.html(
            f"<h2 class='pr-section'>{inert.escaped(document.title)}</h2>"
            f"<div class='pr-soft'>{inert.escaped(document.subtitle)} "
            f"{mark if document.marking else ''}</div>",
            width="stretch",
        )
        _downloads(kb, document)
    printed.show(document, key="paper")


def _paper_of(kb: KnowledgeBase) -> Paper:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        supplier = pick_supplier(kb, everybody="All suppliers")
        quarter = pick_quarter(kb, "quarter", "Quarter", none="Latest reports")
        held = False
        if supplier:
            st.session_state["impact_held"] = st.query_params.get("held") == "yes"
            held = st.toggle(
                inert.label(f"Only those with {supplier}"),
                key="impact_held",
                on_change=remember,
                args=("held", "impact_held"),
            )
    return impact_paper(kb, supplier=supplier, quarter=quarter, owner=held)


def _downloads(kb: KnowledgeBase, document: ExportDocument) -> None:
    with st.container(horizontal=True, gap="xsmall", width="content"):
        exports.buttons(kb, lambda: document, stem=document.title, key="paper")
