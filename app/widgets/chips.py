"""What a list or an answer is narrowed to, as buttons that take one condition away."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app.conditions import conditions
from app.widgets import inert
from kb.filters import Filters


def row(
    filters: Filters,
    *,
    key: str,
    remove: Callable[[Filters], None],
    clear: Callable[[], None] | None = None,
    lead: str = "",
) -> None:
    """Draw one button for each condition.

    Args:
        remove: gets the filters that are left when a button is pressed.
        clear: takes everything away; no button for it where None.
        lead: words before the first button.
    """
    found = conditions(filters)
    if not found and clear is None and not lead:
        return
    with st.container(
        horizontal=True, gap="xsmall", vertical_alignment="center", key=f"chips_{key}"
    ):
        if lead:
            st.html(f"<span class='pr-soft pr-small'>{inert.escaped(lead)}</span>", width="content")
        for number, one in enumerate(found):
            st.button(
                inert.label(one.words),
                key=f"{key}_chip_{number}_{one.words}",
                icon=":material/close:",
                icon_position="right",
                help=inert.label(f"Take away: {one.words}"),
                on_click=remove,
                args=(one.without,),
            )
        if clear is not None:
            st.button("Clear all", key=f"{key}_clear", type="tertiary", on_click=clear)
