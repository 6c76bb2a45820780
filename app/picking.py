"""Boxes for a supplier and a quarter whose choice stands in the address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ingest.quarters import spoken

if TYPE_CHECKING:
    from kb.base import KnowledgeBase


def pick_supplier(kb: KnowledgeBase, *, everybody: str, width: int = 220) -> str | None:
    """The supplier that the address names, in a box that changes it; None for all."""
    names = party_names(kb)
    given = st.query_params.get("supplier")
    st.session_state["supplier_box"] = given if given in names else ""
    chosen = st.selectbox(
        "Supplier",
        ["", *names],
        key="supplier_box",
        format_func=lambda name: name or everybody,
        on_change=remember,
        args=("supplier", "supplier_box"),
        width=width,
    )
    return chosen or None


def pick_quarter(
    kb: KnowledgeBase, name: str, label: str, *, none: str | None = None, default: str | None = None
) -> str | None:
    """The quarter that the address names, in a box that changes it.

    Args:
        none: the words for no quarter; without them one must be chosen.
        default: what is chosen while the address names none.
    """
    quarters = list(reversed(kb.catalogue().quarters))
    options = ["", *quarters] if none is not None else quarters
    given = st.query_params.get(name) or default or ""
    key = f"{name}_box"
    st.session_state[key] = given if given in options else options[0] if options else None
    chosen = st.selectbox(
        label,
        options,
        key=key,
        format_func=lambda quarter: spoken(quarter) if quarter else str(none),
        on_change=remember,
        args=(name, key),
        width=180,
    )
    return chosen or None


def remember(name: str, key: str) -> None:
    """Write what a box holds into the address; nothing chosen takes the parameter away."""
    value = st.session_state[key]
    words = "yes" if value is True else str(value or "")
    if words:
        st.query_params[name] = words
    else:
        st.query_params.pop(name, None)


def party_names(kb: KnowledgeBase) -> list[str]:
    """Every party, those that most problems involve first."""
    parties = kb.catalogue().parties
    return sorted(parties, key=lambda name: (-parties[name].involved, name.casefold()))
