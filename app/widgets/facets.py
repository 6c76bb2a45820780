"""Facets: what a list can be narrowed by, each value with how many problems it would leave."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

from app.listing import Listing
from app.widgets import inert
from ingest.quarters import spoken
from ingest.records import FIELDS, ImpactClass
from kb.filters import Filters
from kb.query import GroupBy
from kb.searchbox import changed
from kb.trends import AGES
from kb.words import FIELD_LABELS, IMPACT_LABELS

if TYPE_CHECKING:
    from kb.base import KnowledgeBase

Go = Callable[[Listing], None]


@dataclass(frozen=True)
class Facet:
    """A field of `Filters` with several values, and what its values are called."""

    field: str
    title: str
    by: GroupBy
    words: Callable[[str], str] = str


def _impact(value: str) -> str:
    return IMPACT_LABELS[ImpactClass(value)]


FACETS = (
    Facet("suppliers", "Supplier", GroupBy.SUPPLIER),
    Facet("owners", "Owner", GroupBy.OWNER),
    Facet("severities", "Severity", GroupBy.SEVERITY),
    Facet("statuses", "Status", GroupBy.STATUS),
    Facet("impact_classes", "User impact", GroupBy.IMPACT_CLASS, _impact),
    Facet("quarters", "Quarter", GroupBy.QUARTER, spoken),
)

Bands = Mapping[str, Mapping[str, object]]

AGE_BANDS: Bands = {
    words: {"min_age": least or None, "max_age": most} for words, least, most in AGES
}
SLIP_BANDS: Bands = {
    words: {"min_slips": times}
    for words, times in (("Once or more", 1), ("Twice or more", 2), ("Three times or more", 3))
}
"""Ranges that have no values of their own to be counted by."""

_OPEN = {"All": None, "Open": True, "Closed": False}
_YES = {"Any": None, "Yes": True, "No": False}


def row(kb: KnowledgeBase, listing: Listing, base: Filters, go: Go) -> None:
    """Draw the facets in one row that wraps.

    Args:
        base: the filters of the listing with what its search box stands for; counts are within it.
        go: makes the address that of another listing.
    """
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="facets"):
        _choice("Open or closed", "open", _OPEN, listing, go)
        for facet in FACETS:
            _facet(kb, facet, listing, base, go)
        _more(kb, listing, base, go)


def options(
    kb: KnowledgeBase, facet: Facet, base: Filters, chosen: Sequence[str]
) -> dict[str, int]:
    """Values of a facet with the problems that each would leave, its own choice set aside."""
    counts = kb.group(changed(base, **{facet.field: ()}), facet.by)
    found = {str(value): count for value, count in counts.items() if value is not None}
    return {**found, **{value: found.get(value, 0) for value in chosen}}


def _facet(kb: KnowledgeBase, facet: Facet, listing: Listing, base: Filters, go: Go) -> None:
    chosen = [str(value) for value in getattr(listing.filters, facet.field)]
    key = f"facet_{facet.field}"

    def picked() -> None:
        go(listing.narrowed(**{facet.field: tuple(st.session_state[key])}))

    with _popover(facet.title, len(chosen), key=f"popover_{facet.field}"):
        counts = options(kb, facet, base, chosen)
        if not counts:
            inert.text("No report states this.", "pr-soft")
            return
        st.session_state[key] = chosen
        st.pills(
            facet.title,
            list(counts),
            key=key,
            selection_mode="multi",
            format_func=lambda value: inert.label(f"{facet.words(value)}  {counts[value]}"),
            on_change=picked,
            label_visibility="collapsed",
        )


def _more(kb: KnowledgeBase, listing: Listing, base: Filters, go: Go) -> None:
    # Its name stays the same: with another one Streamlit would take it for another, and close it.
    with st.popover("More", key="popover_more", on_change="rerun") as popover:
        # Thirty counts: made when somebody looks.
        if popover.open:
            _conditions(kb, listing, base, go)


def _conditions(kb: KnowledgeBase, listing: Listing, base: Filters, go: Go) -> None:
    for title, field in (
        ("Major Incident", "major_incident"),
        ("Target has passed", "overdue"),
        ("Says what users met while it lasted", "outage"),
        ("No longer mentioned, not reported closed", "vanished"),
    ):
        _choice(title, field, _YES, listing, go, counts=tally(kb, base, _each(field)))
    _bands("Age", AGE_BANDS, kb, listing, base, go)
    _bands("Target slipped", SLIP_BANDS, kb, listing, base, go)
    left, right = st.columns(2)
    with left:
        _day("Created from", "created_from", listing, go)
        _day("Target from", "target_from", listing, go)
    with right:
        _day("Created to", "created_to", listing, go)
        _day("Target to", "target_to", listing, go)
    _number("At least this old (days)", "min_age", listing, go)
    _several("Leaves out", "missing", _leavable(), FIELD_LABELS.__getitem__, listing, go)
    codes = {code: {"findings": (code,)} for code in kb.catalogue().findings}
    found = tally(kb, base, codes)
    held = [code for code in codes if found[code]]

    def words(code: str) -> str:
        return f"{_spoken_code(code)}  {found[code]}"

    _several("Has a finding", "findings", held, words, listing, go)


def tally(
    kb: KnowledgeBase, base: Filters, choices: Mapping[str, Mapping[str, object]]
) -> dict[str, int]:
    """How many problems each choice would leave, what all of them decide set aside."""
    fields = {field for choice in choices.values() for field in choice}
    none = Filters()
    wider = changed(base, **{field: getattr(none, field) for field in fields})
    return {name: kb.count(changed(wider, **choice)) for name, choice in choices.items()}


def _each(field: str) -> dict[str, dict[str, object]]:
    return {name: {field: value} for name, value in _YES.items() if value is not None}


def _bands(
    title: str, bands: Bands, kb: KnowledgeBase, listing: Listing, base: Filters, go: Go
) -> None:
    """One of several ranges, each with its count; pressed again it is taken away."""
    key = f"bands_{title}"

    def picked() -> None:
        chosen = st.session_state[key]
        cleared = dict.fromkeys(next(iter(bands.values())))
        go(listing.narrowed(**(bands[chosen] if chosen else cleared)))

    counts = tally(kb, base, bands)
    now = (
        name
        for name, band in bands.items()
        if all(getattr(listing.filters, field) == value for field, value in band.items())
    )
    st.session_state[key] = next(now, None)
    st.pills(
        title,
        list(bands),
        key=key,
        format_func=lambda name: f"{name}  {counts[name]}",
        on_change=picked,
    )


def _leavable() -> list[str]:
    return [name for name in FIELDS if name not in ("pbi", "involved", "impact_class")]


def _spoken_code(code: str) -> str:
    return code.replace("-", " ").capitalize()


def _popover(title: str, count: int, *, key: str) -> Any:
    return st.popover(f"{title} · {count}" if count else title, key=key)


def _choice(
    title: str,
    field: str,
    words: dict[str, bool | None],
    listing: Listing,
    go: Go,
    *,
    counts: Mapping[str, int] | None = None,
) -> None:
    key = f"choice_{field}"
    held = counts or {}

    def picked() -> None:
        go(listing.narrowed(**{field: words.get(str(st.session_state[key]))}))

    now = getattr(listing.filters, field)
    st.session_state[key] = next(name for name, value in words.items() if value is now)
    st.segmented_control(
        title,
        list(words),
        key=key,
        required=True,
        format_func=lambda name: f"{name}  {held[name]}" if name in held else name,
        on_change=picked,
        label_visibility="collapsed" if counts is None else "visible",
    )


def _number(title: str, field: str, listing: Listing, go: Go) -> None:
    key = f"number_{field}"

    def picked() -> None:
        value = st.session_state[key]
        go(listing.narrowed(**{field: int(value) if value else None}))

    st.session_state[key] = getattr(listing.filters, field)
    st.number_input(
        title, key=key, min_value=0, step=1, value=None, on_change=picked, placeholder="Any"
    )


def _day(title: str, field: str, listing: Listing, go: Go) -> None:
    key = f"day_{field}"

    def picked() -> None:
        go(listing.narrowed(**{field: st.session_state[key]}))

    st.session_state[key] = getattr(listing.filters, field)
    st.date_input(
        title,
        key=key,
        value=None,
        format="DD/MM/YYYY",
        min_value=date(2000, 1, 1),
        max_value=date(2100, 12, 31),
        on_change=picked,
    )


def _several(
    title: str,
    field: str,
    values: Sequence[str],
    words: Callable[[str], str],
    listing: Listing,
    go: Go,
) -> None:
    key = f"several_{field}"

    def picked() -> None:
        go(listing.narrowed(**{field: tuple(st.session_state[key])}))

    chosen = list(getattr(listing.filters, field))
    st.session_state[key] = chosen
    st.multiselect(
        title,
        list(dict.fromkeys([*values, *chosen])),
        key=key,
        format_func=lambda value: words(value) if value in values else value,
        on_change=picked,
        placeholder="Any",
    )
