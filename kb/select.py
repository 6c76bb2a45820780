"""`Filters` as SQL: which rows, in which order, counted by what.

Every condition compares indexed columns of `snapshots`, or looks a row of `marks` up by its key;
no condition reads a body. First the choice of reports (one row a problem), then what narrows it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)

from ingest.numbers import canonical_pbi
from ingest.records import ImpactClass
from kb.among import among
from kb.derive import DISPUTE
from kb.filters import Filters
from kb.fulltext import fulltext, match_all, matches
from kb.query import OrderBy
from kb.rows import SEVERITY_RANK, day, fold
from kb.tables import marks

if TYPE_CHECKING:
    from kb.visible import Sight

Condition = ColumnElement[bool]

_MOST = 2_000_000_000

IMPACT_ORDER = (
    ImpactClass.IMPACTING,
    ImpactClass.NO_ENDURING,
    ImpactClass.NOT_STATED,
    ImpactClass.NONE,
)
"""What matters to users first; "not stated" may yet turn out to be an impact."""


def conditions(
    filters: Filters, s: FromClause, sight: Sight, *, only: Collection[str] | None = None
) -> Condition:
    """The WHERE over `sight.rows` that holds exactly where the filters are met.

    Args:
        only: PBIs that the caller has already narrowed to (`changed_from`, `changed_to`).
    """
    found = [chosen(filters, s, sight), *narrowing(filters, s, sight)]
    if only is not None:
        found.append(among(s.c.pbi, only))
    return and_(true(), *found)


def chosen(filters: Filters, s: FromClause, sight: Sight) -> Condition:
    """The reports looked at, one row a problem."""
    near = neighbours(filters, s)
    if near is not None:
        return near
    if filters.quarters or filters.reports:
        later = sight.rows("later")
        return and_(
            _within(filters, s),
            not_(
                exists(
                    select(literal(1)).where(
                        later.c.pbi == s.c.pbi,
                        later.c.position > s.c.position,
                        _within(filters, later),
                    )
                )
            ),
        )
    # What has vanished is, by its nature, in no current report.
    return s.c.latest == true()


def neighbours(filters: Filters, s: FromClause) -> Condition | None:
    """The choice of `chosen`, where its rows stand close together: those of few reports.

    What was taken in together has numbers in a row. None where rows of any age are looked at.
    """
    if len(filters.quarters) == 1 and not filters.reports:
        return and_(s.c.quarter == filters.quarters[0], s.c.leads == true())
    if filters.quarters or filters.reports or filters.ever or filters.vanished:
        return None
    return s.c.speaks == true()


def each_quarter(filters: Filters, s: FromClause) -> Condition:
    """The problem's row in every quarter looked at, all quarters where none is named."""
    found = [s.c.leads == true()]
    if filters.quarters:
        found.append(s.c.quarter.in_(filters.quarters))
    if filters.reports:
        found.append(s.c.report_id.in_(filters.reports))
    return and_(*found)


def _within(filters: Filters, s: FromClause) -> Condition:
    found = [s.c.live == true()]
    if filters.quarters:
        found.append(s.c.quarter.in_(filters.quarters))
    if filters.reports:
        found.append(s.c.report_id.in_(filters.reports))
    return and_(*found)


def narrowing(filters: Filters, s: FromClause, sight: Sight) -> list[Condition]:
    """What the filters ask of a row, apart from the report it stands in."""
    return [
        *_names(filters, s),
        *_states(filters, s),
        *_days(filters, s),
        *_text(filters, s),
        *_others(filters, s, sight),
    ]


def _names(filters: Filters, s: FromClause) -> Iterable[Condition]:
    if filters.pbis:
        yield s.c.pbi.in_([canonical_pbi(pbi) for pbi in filters.pbis])
    if filters.suppliers:
        yield marked(s, "party", filters.suppliers)
    if filters.not_suppliers:
        yield not_(marked(s, "party", filters.not_suppliers))
    yield from _either(s.c.owner_fold, filters.owners, filters.not_owners, fold)
    yield from _either(s.c.role_fold, filters.owner_roles, (), fold)
    yield from _either(s.c.status_fold, filters.statuses, filters.not_statuses, fold)
    yield from _either(
        s.c.severity, filters.severities, filters.not_severities, SEVERITY_RANK.__getitem__
    )
    yield from _either(
        s.c.impact_class,
        filters.impact_classes,
        filters.not_impact_classes,
        lambda impact: ImpactClass(impact).value,
    )
    for kind, values in (("process", filters.processes), ("finding", filters.findings)):
        if values:
            yield marked(s, kind, values)


def _either(
    column: ColumnElement[Any],
    wanted: tuple[Any, ...],
    unwanted: tuple[Any, ...],
    stored: Callable[[Any], Any],
) -> Iterable[Condition]:
    if wanted:
        yield column.in_([stored(value) for value in wanted])
    if unwanted:
        # A value that is not stated is none of the unwanted ones.
        yield or_(column.is_(None), column.not_in([stored(value) for value in unwanted]))


def _states(filters: Filters, s: FromClause) -> Iterable[Condition]:
    for column, value in (
        (s.c.open, filters.open),
        (s.c.major_incident, filters.major_incident),
        (s.c.workaround, filters.has_workaround),
        (s.c.outage, filters.outage),
        (s.c.vanished, filters.vanished),
    ):
        if value is not None:
            yield column == (true() if value else false())
    if filters.missing:
        yield marked(s, "missing", filters.missing)
    if filters.stated:
        yield or_(*(not_(marked(s, "missing", (field,))) for field in filters.stated))
    if filters.overdue is not None:
        late = overdue(s, filters.as_at)
        yield late if filters.overdue else not_(func.coalesce(late, false()))


def _days(filters: Filters, s: FromClause) -> Iterable[Condition]:
    for column, first, last in (
        (s.c.created, filters.created_from, filters.created_to),
        (s.c.target, filters.target_from, filters.target_to),
    ):
        if first:
            yield column >= day(first)
        if last:
            yield column <= day(last)
    age = age_days(s, filters.as_at)
    if filters.min_age is not None:
        yield age >= bounded(filters.min_age)
    if filters.max_age is not None:
        yield age <= bounded(filters.max_age)
    if filters.max_slips is not None:
        yield s.c.slips <= bounded(filters.max_slips)
    if filters.min_slips is not None:
        yield s.c.slips >= bounded(filters.min_slips)
    if filters.min_slip_days is not None:
        yield s.c.slip_days >= bounded(filters.min_slip_days)


def bounded(number: int) -> int:
    """A number that any database takes, and that says the same of days, counts and places."""
    return max(-_MOST, min(number, _MOST))


def _text(filters: Filters, s: FromClause) -> Iterable[Condition]:
    if filters.words:
        yield s.c.id.in_(select(fulltext.c.rowid).where(matches(match_all(filters.words))))


def _others(filters: Filters, s: FromClause, sight: Sight) -> Iterable[Condition]:
    if filters.any_of:
        yield or_(*(and_(true(), *narrowing(one, s, sight)) for one in filters.any_of))
    for one in filters.also_in:
        yield _met_elsewhere(one, s, sight)
    for one in filters.not_in:
        yield not_(_met_elsewhere(one, s, sight))


def _met_elsewhere(filters: Filters, s: FromClause, sight: Sight) -> Condition:
    """The problem has a row that meets the filters, in the reports that they choose."""
    other = sight.rows()
    met = conditions(filters, other, sight)
    return exists(select(literal(1)).where(other.c.pbi == s.c.pbi, met))


def marked(s: FromClause, kind: str, values: Iterable[str]) -> Condition:
    """The row has a mark of the kind with any of the values."""
    # An alias: where the statement around it joins `marks` too, the two must not be taken for one.
    m = marks.alias()
    wanted = {fold(value) for value in values}
    disputed = s.c.get("disputed") if kind == "finding" and DISPUTE in wanted else None
    if disputed is not None:
        # Which reports disagree depends on which of them may be seen: the mark knows them all.
        wanted.discard(DISPUTE)
    found = exists(
        select(literal(1)).where(
            m.c.snapshot_id == s.c.id, m.c.kind == kind, m.c.fold.in_(sorted(wanted))
        )
    )
    return found if disputed is None else or_(disputed == true(), found)


def age_days(s: FromClause, as_at: date | None) -> ColumnElement[Any]:
    """Days from created to a date, by default the one that the snapshot speaks of."""
    return (literal(day(as_at)) if as_at else s.c.as_at) - s.c.created


def overdue(s: FromClause, as_at: date | None) -> Condition:
    """Open, with a target before the date; NULL where either is not known."""
    return and_(s.c.open == true(), s.c.target < (literal(day(as_at)) if as_at else s.c.as_at))


def ordering(
    order: OrderBy | None, s: FromClause, as_at: date | None, *, descending: bool
) -> list[ColumnElement[Any]]:
    """ORDER BY, ties in PBI order; rows without the value come last either way.

    Ascending is Critical first for severity and impacting first for impact; for every other order
    the smallest value first.
    """
    if order in (None, OrderBy.PBI, OrderBy.RELEVANCE):
        return [s.c.pbi.desc() if descending else s.c.pbi]
    late = (literal(day(as_at)) if as_at else s.c.as_at) - s.c.target
    column: ColumnElement[Any] = {
        OrderBy.CREATED: s.c.created,
        OrderBy.TARGET: s.c.target,
        OrderBy.SEVERITY: s.c.severity,
        OrderBy.AGE: age_days(s, as_at),
        OrderBy.OVERDUE: case((overdue(s, as_at), late), else_=None),
        OrderBy.SLIPS: s.c.slips,
        OrderBy.SLIP_DAYS: s.c.slip_days,
        OrderBy.IMPACT: case(
            {impact.value: rank for rank, impact in enumerate(IMPACT_ORDER)},
            value=s.c.impact_class,
        ),
    }[order]
    return [column.is_(None), column.desc() if descending else column.asc(), s.c.pbi]
