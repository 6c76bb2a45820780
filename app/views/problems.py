"""Problems: one search box, facets, and an address that gives the same list to somebody else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from app.conditions import conditions
from app.listing import ORDERS, PAGE, Found, Listing, found, listing_of
from app.service import knowledge_base
from app.widgets import chips, exports, facets, inert, problem_table, states
from ingest.quarters import spoken
from kb.words import counted

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.exports.model import ExportDocument
    from kb.filters import Filters


def show() -> None:
    """Draw the page as the address says."""
    from kb.searchbox import words_alone

    kb = knowledge_base()
    states.heading("Problems")
    if not kb.catalogue().reports:
        states.nothing_loaded()
        return
    listing = listing_of({name: st.query_params.get_all(name) for name in st.query_params})
    _search_box(listing)
    above = st.container()
    with st.spinner("Searching"):
        result = found(kb, listing)
    with above:
        facets.row(kb, listing, _counted_within(result), go)
    _active(listing)
    _summary(kb, listing, result)
    if result.words and (alone := words_alone(kb)):
        inert.text(alone, "pr-finding pr-small")
    if not result.total:
        _nothing(kb, listing)
        return
    problem_table.show(result.rows, key="problems_table", among=result.everything)
    _pager(listing, result)


def go(listing: Listing) -> None:
    """Make the address that of another listing; the page is drawn from it."""
    st.query_params.from_dict(listing.params())


def _counted_within(result: Found) -> Filters:
    """What the facets count: with words in the search box, only the problems that these found."""
    from kb.searchbox import changed

    return changed(result.filters, pbis=result.everything) if result.words else result.filters


def _search_box(listing: Listing) -> None:
    def changed() -> None:
        go(replace(listing, text=str(st.session_state["search_box"]).strip(), page=1))

    st.session_state["search_box"] = listing.text
    st.text_input(
        "Search by PBI number, supplier or words",
        key="search_box",
        placeholder="123400, DCO, or words such as: certificate errors",
        type="search",
        icon=":material/search:",
        on_change=changed,
    )


def _active(listing: Listing) -> None:
    def without(rest: Filters) -> None:
        go(replace(listing, filters=rest, page=1))

    def clear() -> None:
        go(Listing(order=listing.order))

    chips.row(
        listing.filters,
        key="active",
        remove=without,
        clear=clear if listing.filters.conditions() or listing.text else None,
    )


def _summary(kb: KnowledgeBase, listing: Listing, result: Found) -> None:
    def reordered() -> None:
        go(replace(listing, order=str(st.session_state["order_box"]), page=1))

    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        st.html(
            f"<div role='status'><strong>{counted(result.total, 'problem')}</strong> "
            f"<span class='pr-soft'>{inert.escaped(_source(kb, result))}</span></div>"
        )
        if result.total:
            exports.menu(kb, lambda: _document(kb, listing, result), stem="problems", key="list")
        st.session_state["order_box"] = listing.order
        st.selectbox(
            "Order",
            list(ORDERS),
            key="order_box",
            format_func=lambda name: _order_words(name, result),
            on_change=reordered,
            label_visibility="collapsed",
            width=230,
        )


def _document(kb: KnowledgeBase, listing: Listing, result: Found) -> ExportDocument:
    """The whole list, not one page of it, with what it was narrowed by."""
    from kb.exports.snapshots import snapshots_document
    from kb.searchbox import changed

    held = {one.pbi: one for one in kb.snapshots(changed(result.filters, pbis=result.everything))}
    narrowed = [one.words for one in conditions(listing.filters)]
    narrowed += [f"search for “{listing.text}”"] if listing.text else []
    return snapshots_document(
        [held[pbi] for pbi in result.everything if pbi in held], conditions="; ".join(narrowed)
    )


def _order_words(name: str, result: Found) -> str:
    return "Best match first" if not name and result.words else ORDERS[name][0]


def _source(kb: KnowledgeBase, result: Found) -> str:
    filters = result.filters
    if filters.reports or filters.quarters or filters.ever or filters.vanished:
        return "in the reports chosen" if not filters.ever else "in any report"
    current = [report for report in kb.catalogue().reports if report.current]
    names = " and ".join(spoken(one.quarter) if one.quarter else one.file for one in current)
    return f"in the latest report ({names})" if len(current) == 1 else f"in {names}"


def _nothing(kb: KnowledgeBase, listing: Listing) -> None:
    from kb.searchbox import changed

    wider = changed(listing.filters, ever=True, quarters=(), reports=())
    there = found(kb, replace(listing, filters=wider, page=1)).total
    if there and wider != listing.filters:
        states.empty(
            "Nothing in the reports looked at.",
            f"{counted(there, 'problem')} would be found in all published reports.",
        )
        st.button(
            "Look in every report",
            on_click=go,
            args=(replace(listing, filters=wider, page=1),),
            icon=":material/history:",
        )
        return
    states.empty(
        "No problem meets all of this.",
        "Take a condition away, or search for fewer words.",
    )


def _pager(listing: Listing, result: Found) -> None:
    last = -(-result.total // PAGE)
    if last < 2:
        return
    page = min(listing.page, last)
    with st.container(horizontal=True, vertical_alignment="center"):
        for words, icon, to in (
            ("Previous page", "chevron_left", page - 1),
            ("Next page", "chevron_right", page + 1),
        ):
            st.button(
                words,
                icon=f":material/{icon}:",
                key=f"to_{words}",
                on_click=go,
                args=(replace(listing, page=to),),
                disabled=not 1 <= to <= last,
            )
        st.html(f"<span class='pr-soft'>Page {page} of {last}</span>")
