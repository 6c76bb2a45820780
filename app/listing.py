"""The state of the Problems page, as its address holds it, and the rows that it stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kb.filters import Filters
from kb.links import filters_of, params_of
from kb.query import OrderBy
from kb.records import Snapshot
from kb.results import Hit
from kb.searchbox import changed, sorted_out

if TYPE_CHECKING:
    from kb.base import KnowledgeBase

PAGE = 50
"""Rows on one page."""

HITS = 200
"""The most problems that a search by words brings up; the nearest come first."""

NEAR = 0.32
"""Cosine from which a passage without any of the words is taken to be about them. Over the sample
reports what reads alike lies above it, and what shares no subject below."""

ORDERS: dict[str, tuple[str, OrderBy, bool]] = {
    "": ("PBI number", OrderBy.PBI, False),
    "newest": ("Newest first", OrderBy.CREATED, True),
    "oldest": ("Oldest first", OrderBy.CREATED, False),
    "target": ("Target, earliest first", OrderBy.TARGET, False),
    "severity": ("Most severe first", OrderBy.SEVERITY, False),
    "overdue": ("Longest overdue first", OrderBy.OVERDUE, True),
    "slips": ("Most slipped first", OrderBy.SLIP_DAYS, True),
    "impact": ("Most impact first", OrderBy.IMPACT, False),
}
"""What the list can be ordered by: the name in the address, its words, and the order itself."""


@dataclass(frozen=True)
class Listing:
    """What is searched for, narrowed to, in which order, and which page of it.

    Attributes:
        text: of the search box, as typed.
        order: a key of `ORDERS`.
        page: from 1.
    """

    text: str = ""
    filters: Filters = field(default_factory=Filters)
    order: str = ""
    page: int = 1

    def params(self) -> dict[str, list[str]]:
        """The parameters of the address: the same address gives the same list."""
        found = {"q": [self.text]} if self.text else {}
        found |= params_of(self.filters)
        if self.order:
            found["order"] = [self.order]
        if self.page > 1:
            found["page"] = [str(self.page)]
        return found

    def narrowed(self, **fields: object) -> Listing:
        """With other filters, from the first page."""
        return replace(self, filters=changed(self.filters, **fields), page=1)


@dataclass(frozen=True)
class Found:
    """One page of rows and how many there are in all.

    Attributes:
        everything: the numbers of all problems found, in order, for previous and next.
        words: what was left of the search box after numbers and names were taken as filters.
    """

    rows: Sequence[Snapshot]
    total: int
    everything: tuple[str, ...]
    filters: Filters
    words: str


def listing_of(params: Mapping[str, Sequence[str]]) -> Listing:
    """The state that an address stands for; what it cannot mean is passed over."""
    order = _last(params.get("order"))
    page = _last(params.get("page"))
    return Listing(
        text=_last(params.get("q")),
        filters=filters_of(params),
        order=order if order in ORDERS else "",
        page=int(page) if page.isascii() and page.isdigit() and int(page) else 1,
    )


def found(kb: KnowledgeBase, listing: Listing) -> Found:
    """The rows of a listing, looked up."""
    filters, words = sorted_out(kb, listing.text, listing.filters)
    if not words:
        return _paged(kb, filters, listing)
    hits = [hit.snapshot for hit in near_enough(kb.search(words, filters, limit=HITS))]
    if listing.order:
        chosen = changed(filters, pbis=tuple(hit.pbi for hit in hits))
        hits = _ordered(kb, chosen, listing.order) if hits else []
    start = _start(listing, len(hits))
    return Found(
        rows=hits[start : start + PAGE],
        total=len(hits),
        everything=tuple(hit.pbi for hit in hits),
        filters=filters,
        words=words,
    )


def near_enough(hits: Sequence[Hit]) -> list[Hit]:
    """The hits that belong in a list, in their order.

    A search by meaning puts every problem in an order; a list ends where they stop being about
    it: half of the words that the best one holds, or a passage as near as `NEAR`.
    """
    most = max((len(hit.terms) for hit in hits), default=0)
    return [
        hit
        for hit in hits
        if "number" in hit.why
        or (hit.terms and len(hit.terms) * 2 >= most)
        or (hit.similarity or 0.0) >= NEAR
    ]


def _paged(kb: KnowledgeBase, filters: Filters, listing: Listing) -> Found:
    """All numbers, and the records of one page: a long list costs no more than a short one."""
    _, by, descending = ORDERS[listing.order]
    numbers = kb.pbis(filters, order=by, descending=descending)
    start = _start(listing, len(numbers))
    rows = kb.snapshots(filters, order=by, descending=descending, limit=PAGE, offset=start)
    return Found(rows, len(numbers), tuple(numbers), filters, "")


def _start(listing: Listing, total: int) -> int:
    start = (listing.page - 1) * PAGE
    return start if start < total else 0


def _ordered(kb: KnowledgeBase, filters: Filters, order: str) -> list[Snapshot]:
    _, by, descending = ORDERS[order]
    return list(kb.snapshots(filters, order=by, descending=descending))


def _last(values: Sequence[str] | None) -> str:
    return values[-1].strip() if values else ""
