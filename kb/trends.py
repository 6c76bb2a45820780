"""Open problems over the quarters: how many, whose, how old, how late, how well described.

Each quarter is what its reports say, exactly as a list filtered by that quarter has it, so that
every figure can be opened as a list.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Protocol

from ingest.records import Frozen, ImpactClass, Severity
from kb.filters import Filters
from kb.query import GroupBy
from kb.records import Snapshot

STATED = ("owner", "target_completion", "user_impact", "severity")
"""The fields whose absence a reader of the reports would notice first."""

AGES: tuple[tuple[str, int, int | None], ...] = (
    ("Under 90 days", 0, 89),
    ("90 to 179 days", 90, 179),
    ("180 to 364 days", 180, 364),
    ("A year or more", 365, None),
)
"""Age groups: words, and the least and the most days."""


class Holdings(Protocol):
    """What is needed of a knowledge base."""

    def snapshots(self, filters: Filters = ...) -> Sequence[Snapshot]:
        """One row a problem, by the filters."""

    def group(self, filters: Filters, by: GroupBy) -> dict[str | None, int]:
        """Counts by value; None for "not stated"."""


class Point(Frozen):
    """One figure of one quarter. `filters`: the list behind it, where there is one."""

    quarter: str
    group: str
    value: float
    filters: Filters | None = None


def open_by_severity(kb: Holdings, quarters: Sequence[str], base: Filters) -> list[Point]:
    """Open problems by quarter and severity; "Not stated" where the report gives none."""
    found = []
    for quarter in quarters:
        chosen = _of(base, quarter)
        for value, count in kb.group(chosen, GroupBy.SEVERITY).items():
            narrow: dict[str, object] = (
                {"severities": (Severity(value),)} if value else {"missing": ("severity",)}
            )
            found.append(_point(quarter, value or "Not stated", count, chosen, narrow))
    return found


def open_by_owner(kb: Holdings, quarters: Sequence[str], base: Filters) -> list[Point]:
    """Open problems by quarter and owner."""
    found = []
    for quarter in quarters:
        chosen = _of(base, quarter)
        for value, count in kb.group(chosen, GroupBy.OWNER).items():
            narrow: dict[str, object] = {"owners": (value,)} if value else {"missing": ("owner",)}
            found.append(_point(quarter, value or "Not stated", count, chosen, narrow))
    return found


def open_by_age(kb: Holdings, quarters: Sequence[str], base: Filters) -> list[Point]:
    """Open problems by quarter and age at the report's own date; those without a date left out."""
    found = []
    for quarter in quarters:
        chosen = _of(base, quarter)
        ages = [one.age_days() for one in kb.snapshots(chosen)]
        for words, least, most in AGES:
            count = sum(
                age is not None and age >= least and (most is None or age <= most) for age in ages
            )
            narrow: dict[str, object] = {"min_age": least or None, "max_age": most}
            found.append(_point(quarter, words, count, chosen, narrow))
    return found


def median_age(kb: Holdings, quarters: Sequence[str], base: Filters) -> list[Point]:
    """The median age in days of the open problems of each quarter."""
    found = []
    for quarter in quarters:
        ages = [one.age_days() for one in kb.snapshots(_of(base, quarter))]
        known = [age for age in ages if age is not None]
        if known:
            found.append(Point(quarter=quarter, group="Median age", value=float(median(known))))
    return found


def slippage(kb: Holdings, quarters: Sequence[str], base: Filters) -> list[Point]:
    """Days by which targets have slipped so far, by quarter and owner, over its open problems."""
    found = []
    for quarter in quarters:
        chosen = _of(base, quarter)
        days: dict[str, int] = {}
        for one in kb.snapshots(chosen):
            if one.slip_days:
                owner = one.problem.owner or "Not stated"
                days[owner] = days.get(owner, 0) + one.slip_days
        for owner, total in sorted(days.items(), key=lambda item: -item[1]):
            narrow: dict[str, object] = {"min_slips": 1}
            narrow |= {"owners": (owner,)} if owner != "Not stated" else {"missing": ("owner",)}
            found.append(_point(quarter, owner, total, chosen, narrow))
    return found


def stated(kb: Holdings, quarters: Sequence[str], base: Filters) -> list[Point]:
    """The share, 0 to 100, of each quarter's open problems that state a field."""
    found = []
    for quarter in quarters:
        chosen = _of(base, quarter)
        rows = kb.snapshots(chosen)
        if not rows:
            continue
        for field in STATED:
            given = sum(_states(one, field) for one in rows)
            share = round(100 * given / len(rows), 1)
            found.append(_point(quarter, field, share, chosen, {"missing": (field,)}))
    return found


def _states(snapshot: Snapshot, field: str) -> bool:
    if field == "user_impact":
        return snapshot.problem.impact_class is not ImpactClass.NOT_STATED
    return getattr(snapshot.problem, field) is not None


def _of(base: Filters, quarter: str) -> Filters:
    return Filters.model_validate({**base.model_dump(), "quarters": (quarter,), "open": True})


def _point(
    quarter: str, group: str, value: float, chosen: Filters, narrow: dict[str, object]
) -> Point:
    filters = Filters.model_validate({**chosen.model_dump(), **narrow})
    return Point(quarter=quarter, group=group, value=value, filters=filters)
