"""One type for everything that can be asked: a question is understood into it, and it is run."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from ingest.records import Frozen
from kb.filters import Filters
from kb.records import EventKind


class Ask(StrEnum):
    """What is wanted of the problems that the filters leave."""

    LIST = "list"
    COUNT = "count"
    SHARE = "share"  # of those in `filters`, the part that meets `within` too
    FIELD = "field"  # named fields of named problems
    GROUP = "group"  # counts per value of `group_by`
    SUPERLATIVE = "superlative"  # the first `limit` by `order`
    STATISTIC = "statistic"  # mean, median, longest ... of a measure
    HISTORY = "history"  # one problem over time
    CHANGES = "changes"  # events between two quarters
    IMPACT = "impact"  # the user-impact view
    PROBLEM = "problem"  # everything about one problem
    COMPARE = "compare"  # problems side by side
    PASSAGE = "passage"  # what the narratives say of `topic`
    REPORTS = "reports"  # what is loaded


class OrderBy(StrEnum):
    """What rows are ordered by; ties in PBI order."""

    PBI = "pbi"
    CREATED = "created"
    TARGET = "target"
    SEVERITY = "severity"
    AGE = "age"
    OVERDUE = "overdue"
    SLIPS = "slips"
    SLIP_DAYS = "slip_days"
    IMPACT = "impact"
    RELEVANCE = "relevance"


class GroupBy(StrEnum):
    """What problems are counted by."""

    OWNER = "owner"
    SUPPLIER = "supplier"  # every party involved: a problem counts once for each
    SEVERITY = "severity"
    STATUS = "status"
    OPEN = "open"
    IMPACT_CLASS = "impact_class"
    QUARTER = "quarter"
    CREATED_QUARTER = "created_quarter"
    CREATED_MONTH = "created_month"
    TARGET_MONTH = "target_month"
    MAJOR_INCIDENT = "major_incident"
    PROCESS = "process"


class Query(Frozen):
    """A question in exact terms.

    Attributes:
        fields: for FIELD and COMPARE, names of `FIELDS` plus "age", "overdue", "slips".
        within: for SHARE, the narrower conditions, added to `filters`.
        measure, statistic: for STATISTIC, "age" | "overdue" | "slip_days" | "slips" |
            "time_to_target", and "mean" | "median" | "max" | "min" | "sum".
        events: for CHANGES, the kinds wanted; empty for all.
        from_quarter, to_quarter: for CHANGES and HISTORY.
        before_value, after_value: for CHANGES, the value left and the value reached
            ("Pending" to "Closed").
        topic: the words left for text search.
        limit: rows wanted; None for all.
    """

    ask: Ask
    filters: Filters = Filters()
    within: Filters | None = None
    fields: tuple[str, ...] = ()
    group_by: tuple[GroupBy, ...] = ()
    order: OrderBy | None = None
    descending: bool = False
    limit: Annotated[int | None, Field(ge=1)] = None
    measure: str | None = None
    statistic: str | None = None
    events: tuple[EventKind, ...] = ()
    from_quarter: str | None = None
    to_quarter: str | None = None
    before_value: str | None = None
    after_value: str | None = None
    topic: str | None = None


class Focus(Frozen):
    """What a conversation is about: carried by the caller from answer to question."""

    query: Query | None = None
    pbis: tuple[str, ...] = ()
    shown: int = 0
