"""The one knowledge base that every page of this process works on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from kb.base import KnowledgeBase


@st.cache_resource(show_spinner="Opening the knowledge base")
def knowledge_base() -> KnowledgeBase:
    """The knowledge base that `PBI_DATA` and the other settings name, opened once.

    Raises:
        KBError: it cannot be opened; the next visit tries again.
    """
    from kb.base import KnowledgeBase
    from kb.settings import Settings

    return KnowledgeBase.open(Settings())
