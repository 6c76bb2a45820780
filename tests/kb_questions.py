"""A catalogue made by hand, to understand questions against."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from kb.filters import Filters
from kb.query import Focus, Query
from kb.records import ReportRecord, ReportState
from kb.results import Catalogue, PartyCount
from kb.understand.meaning import Meaning
from kb.understand.understand import Understander

PARTIES = ("DCO", "DSP", "DCC", "S1SP1", "S1SP2", "CSP North", "CSP South", "SMSO", "SMKI")
QUARTERS = {
    "2021-Q2": date(2021, 9, 20),
    "2021-Q3": date(2021, 12, 20),
    "2021-Q4": date(2022, 3, 21),
    "2022-Q1": date(2022, 6, 20),
}
TITLES = {
    "PBI000000123400": "SMETS1 - DCO - Failure of SMETS1 Service Requests",
    "PBI000000122422": "SMETS1 - Failure for SMETS1 Service Requests 23/03",
    "PBI000000122808": "DCO Network Traffic Missing",
    "PBI000000122207": "SMETS1 - DCO SRV timeout value issue with SMSO",
    "PBI000000123100": "SMETS1 - DCO protective monitoring coverage issue",
}


def report(quarter: str, as_at: date) -> ReportRecord:
    return ReportRecord(
        id=quarter,
        sha256="0" * 64,
        file=f"{quarter}.pdf",
        media_type="application/pdf",
        pages=1,
        title=None,
        reference=None,
        quarter=quarter,
        status_date=as_at,
        issue_date=None,
        classification=None,
        scope=None,
        scanned=False,
        state=ReportState.PUBLISHED,
        current=quarter == max(QUARTERS),
        problems=5,
        uploaded_at=datetime(2022, 7, 1, tzinfo=UTC),
        published_at=datetime(2022, 7, 1, tzinfo=UTC),
    )


@lru_cache
def understander() -> Understander:
    return Understander(
        Catalogue(
            parties={name: PartyCount(party=name, owner=1, involved=2) for name in PARTIES},
            owners=PARTIES[:6],
            roles=("Operator", "S/W Provider"),
            statuses=("Pending", "Closed", "Under Investigation", "Assigned"),
            quarters=tuple(QUARTERS),
            reports=tuple(report(*row) for row in QUARTERS.items()),
            titles=TITLES,
            as_at=date(2022, 6, 20),
        )
    )


def meant(question: str, focus: Focus | None = None) -> Meaning:
    return understander().understand(question, focus)[-1]


def said(meaning: Meaning) -> dict[str, Any]:
    """The query as JSON without defaults, PBI numbers short."""
    assert meaning.query is not None, meaning
    return short(meaning.query)


def short(query: Query) -> dict[str, Any]:
    data = query.model_dump(mode="json", exclude_defaults=True)
    for name in ("filters", "within"):
        filters = data.get(name)
        if filters and "pbis" in filters:
            filters["pbis"] = [p[-6:] for p in filters["pbis"]]
    data["ask"] = query.ask.value
    return data


def follow(before: str, *questions: str, pbis: tuple[str, ...] = ()) -> Meaning:
    """The meaning of the last question of a talk; `pbis` is what the first one found."""
    first = meant(before)
    assert first.query is not None
    focus = Focus(query=first.query, pbis=first.query.filters.pbis or pbis, shown=20)
    meaning = first
    for question in questions:
        meaning = understander().one(question, focus)
        if meaning.query is not None:
            focus = Focus(query=meaning.query, pbis=meaning.query.filters.pbis or pbis, shown=20)
    return meaning


EMPTY = Filters()
