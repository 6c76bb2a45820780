"""What every way of answering needs: the knowledge base, the meaning, and the page texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from kb.filters import Filters
from kb.query import Query
from kb.records import ReportRecord, ReportState, Snapshot
from kb.results import Catalogue
from kb.understand.meaning import Meaning

if TYPE_CHECKING:
    from kb.answer.pages import PageTexts
    from kb.base import KnowledgeBase
    from kb.understand.understand import Understander


@dataclass
class Asked:
    """One question on its way to an answer. `memo` keeps the weights of its words, by text."""

    kb: KnowledgeBase
    catalogue: Catalogue
    understander: Understander
    meaning: Meaning
    query: Query
    pages: PageTexts
    memo: dict[str, dict[str, float]] = field(default_factory=dict)

    @property
    def filters(self) -> Filters:
        """The conditions of the query."""
        return self.query.filters

    @cached_property
    def published(self) -> tuple[ReportRecord, ...]:
        """The published reports, earliest first."""
        return tuple(r for r in self.catalogue.reports if r.state is ReportState.PUBLISHED)

    def speaking(self, filters: Filters | None = None) -> tuple[ReportRecord, ...]:
        """The reports that a query looks at."""
        filters = filters if filters is not None else self.filters
        if filters.reports:
            return tuple(r for r in self.published if r.id in filters.reports)
        if filters.quarters:
            return tuple(r for r in self.published if r.quarter in filters.quarters)
        if filters.ever:
            return self.published
        return tuple(r for r in self.published if r.current)

    def history(self, pbi: str) -> list[Snapshot]:
        """All snapshots of one problem, in report order."""
        return self.kb.history(pbi)
