"""Counts by value, in the order in which people read them; "not stated" is the key None."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, and_, func, select

from ingest.quarters import quarter_of
from ingest.records import Severity
from kb.among import among
from kb.filters import Filters
from kb.query import GroupBy
from kb.select import IMPACT_ORDER, conditions, each_quarter, narrowing
from kb.tables import marks
from kb.visible import Sight

Counts = dict[str | None, int]


def grouped(
    connection: Connection,
    sight: Sight,
    filters: Filters,
    by: GroupBy,
    only: Collection[str] | None,
) -> Counts:
    """How many problems have each value.

    By supplier and process a problem counts once for each it has, and under None if it has none;
    by quarter it counts once in every quarter looked at (all, where no quarter is named).
    """
    s = sight.rows("s")
    if by is GroupBy.QUARTER:
        where: ColumnElement[bool] = and_(each_quarter(filters, s), *narrowing(filters, s, sight))
        if only is not None:
            where = and_(where, among(s.c.pbi, only))
        return _in_order(_plain(connection, s, s.c.quarter, where))
    where = conditions(filters, s, sight, only=only)
    match by:
        case GroupBy.OWNER:
            return _by_count(_folded(connection, s, s.c.owner_fold, s.c.owner, where))
        case GroupBy.STATUS:
            return _by_count(_folded(connection, s, s.c.status_fold, s.c.status, where))
        case GroupBy.SUPPLIER | GroupBy.PROCESS:
            return _by_count(_marked(connection, s, by, where))
        case GroupBy.SEVERITY:
            ranks = _plain(connection, s, s.c.severity, where)
            named = {_named(rank): count for rank, count in ranks.items()}
            return _listed(named, [severity.value for severity in Severity])
        case GroupBy.IMPACT_CLASS:
            named = _plain(connection, s, s.c.impact_class, where)
            return _listed(named, [impact.value for impact in IMPACT_ORDER])
        case GroupBy.OPEN:
            named = _yes_or_no(_plain(connection, s, s.c.open, where), "open", "closed")
            return _listed(named, ["open", "closed"])
        case GroupBy.MAJOR_INCIDENT:
            named = _yes_or_no(_plain(connection, s, s.c.major_incident, where), "yes", "no")
            return _listed(named, ["yes", "no"])
        case GroupBy.CREATED_QUARTER:
            return _in_order(_by_day(connection, s, s.c.created, where, quarter_of))
        case GroupBy.CREATED_MONTH:
            return _in_order(_by_day(connection, s, s.c.created, where, _month))
        case GroupBy.TARGET_MONTH:
            return _in_order(_by_day(connection, s, s.c.target, where, _month))


def _plain(
    connection: Connection, s: FromClause, column: ColumnElement[Any], where: ColumnElement[bool]
) -> dict[Any, int]:
    rows = connection.execute(
        select(column, func.count()).select_from(s).where(where).group_by(column)
    )
    return dict(iter(rows))


def _folded(
    connection: Connection,
    s: FromClause,
    column: ColumnElement[Any],
    shown: ColumnElement[Any],
    where: ColumnElement[bool],
) -> Counts:
    """Grouped without regard to case, shown as printed."""
    rows = connection.execute(
        select(func.min(shown), func.count()).select_from(s).where(where).group_by(column)
    )
    return dict(iter(rows))


def _marked(
    connection: Connection, s: FromClause, by: GroupBy, where: ColumnElement[bool]
) -> Counts:
    kind = "party" if by is GroupBy.SUPPLIER else "process"
    tied = and_(marks.c.snapshot_id == s.c.id, marks.c.kind == kind)
    rows = connection.execute(
        select(func.min(marks.c.value), func.count())
        .select_from(s.outerjoin(marks, tied))
        .where(where)
        .group_by(marks.c.fold)
    )
    return dict(iter(rows))


def _by_day(
    connection: Connection,
    s: FromClause,
    column: ColumnElement[Any],
    where: ColumnElement[bool],
    period: Any,
) -> Counts:
    found: Counts = {}
    for ordinal, count in _plain(connection, s, column, where).items():
        key = period(date.fromordinal(ordinal)) if ordinal else None
        found[key] = found.get(key, 0) + count
    return found


def _month(value: date) -> str:
    return f"{value:%Y-%m}"


def _named(rank: int | None) -> str | None:
    return None if rank is None else list(Severity)[rank].value


def _yes_or_no(found: dict[Any, int], yes: str, no: str) -> Counts:
    return {
        None if value is None else yes if value else no: count for value, count in found.items()
    }


def _by_count(found: Counts) -> Counts:
    """Most first, names in order where counts are equal, None last."""
    ordered = sorted(found.items(), key=lambda item: (item[0] is None, -item[1], item[0] or ""))
    return dict(ordered)


def _in_order(found: dict[Any, int]) -> Counts:
    """Earliest first, None last."""
    return dict(sorted(found.items(), key=lambda item: (item[0] is None, item[0] or "")))


def _listed(found: Counts, order: Iterable[str]) -> Counts:
    """In a given order, None last; values without a problem left out."""
    return {value: found[value] for value in (*order, None) if value in found}


NOT_STATED = "not stated"

_FACETS: dict[GroupBy, tuple[str, ...]] = {
    GroupBy.OWNER: ("owners",),
    GroupBy.SUPPLIER: ("suppliers",),
    GroupBy.SEVERITY: ("severities",),
    GroupBy.STATUS: ("statuses", "open"),
    GroupBy.OPEN: ("statuses", "open"),
    GroupBy.IMPACT_CLASS: ("impact_classes",),
    GroupBy.MAJOR_INCIDENT: ("major_incident",),
    GroupBy.PROCESS: ("processes",),
    GroupBy.QUARTER: ("quarters",),
}


_DEFAULTS: dict[str, Any] = {
    name: Filters.model_fields[name].get_default() for own in _FACETS.values() for name in own
}


def facets(
    connection: Connection, sight: Sight, filters: Filters, only: Collection[str] | None
) -> dict[str, dict[str, int]]:
    """Counts for each thing to narrow by, as they would be without its own condition."""
    found: dict[str, dict[str, int]] = {}
    for by, own in _FACETS.items():
        wider = filters.model_copy(update={name: _DEFAULTS[name] for name in own})
        counts = grouped(connection, sight, wider, by, only)
        found[by.value] = {
            NOT_STATED if value is None else value: count for value, count in counts.items()
        }
    return found
