"""Questions to start with, made from what is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.numbers import short_pbi
from ingest.quarters import spoken
from kb.filters import Filters
from kb.query import OrderBy

if TYPE_CHECKING:
    from kb.base import KnowledgeBase


def suggestions(kb: KnowledgeBase) -> list[str]:
    """Up to six questions that the reports loaded can answer, the widest first."""
    catalogue = kb.catalogue()
    if not catalogue.reports:
        return []
    found: list[str] = []
    busiest = _busiest(kb)
    if busiest:
        found.append(f"What is the user impact of the open problems attributed to {busiest}?")
    if kb.count(Filters(overdue=True)):
        found.append("Which open problems are past their target date?")
    slipped = kb.snapshots(Filters(min_slips=1), order=OrderBy.SLIP_DAYS, descending=True, limit=1)
    if slipped:
        found.append(f"How has the target of PBI {short_pbi(slipped[0].pbi)} moved?")
    found.append("How many open problems does each owner hold?")
    quarters = catalogue.quarters
    if len(quarters) > 1:
        found.append(f"What changed between {spoken(quarters[-2])} and {spoken(quarters[-1])}?")
    severe = kb.snapshots(Filters(open=True), order=OrderBy.SEVERITY, limit=1)
    if severe:
        found.append(f"Tell me about PBI {short_pbi(severe[0].pbi)}")
    return found[:6]


def _busiest(kb: KnowledgeBase) -> str | None:
    """The party that most open problems involve, the one that sends the reports apart."""
    from kb.query import GroupBy

    counts = kb.group(Filters(open=True), GroupBy.SUPPLIER)
    named = [party for party in counts if party and party != "DCC"]
    return named[0] if named else next(iter(filter(None, counts)), None)
