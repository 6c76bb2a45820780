"""What is held, gathered in one read: the names and dates that questions are checked against."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, true

from kb.records import ReportRecord, ReportState
from kb.results import Catalogue, PartyCount
from kb.tables import bodies, marks, snapshots


def gathered(connection: Connection, reports: Sequence[ReportRecord]) -> Catalogue:
    """The catalogue over the latest snapshot of every problem."""
    latest = snapshots.c.latest == true()
    owners = dict(_counts(connection, snapshots.c.owner, snapshots.c.owner_fold, latest))
    involved = dict(_marks(connection, "party"))
    published = [report for report in reports if report.state is ReportState.PUBLISHED]
    ends = connection.execute(
        select(
            func.min(snapshots.c.created),
            func.max(snapshots.c.created),
            func.min(snapshots.c.target),
            func.max(snapshots.c.target),
        ).where(latest)
    ).one()
    titles = _titles(connection)
    return Catalogue(
        parties={
            party: PartyCount(
                party=party, owner=owners.get(party, 0), involved=involved.get(party, 0)
            )
            for party in sorted(owners.keys() | involved.keys())
        },
        owners=tuple(owners),
        roles=_roles(connection),
        statuses=tuple(
            name
            for name, _ in _counts(connection, snapshots.c.status, snapshots.c.status_fold, latest)
        ),
        processes=tuple(name for name, _ in _marks(connection, "process")),
        findings=tuple(name for name, _ in _marks(connection, "finding")),
        quarters=tuple(sorted({report.quarter for report in published if report.quarter})),
        reports=tuple(published),
        titles={pbi: title or "" for pbi, title in titles.items()},
        first_created=_day(ends[0]),
        last_created=_day(ends[1]),
        first_target=_day(ends[2]),
        last_target=_day(ends[3]),
        as_at=max((report.as_at for report in published if report.as_at), default=None),
    )


def _counts(
    connection: Connection,
    shown: ColumnElement[Any],
    folded: ColumnElement[Any],
    where: ColumnElement[bool],
) -> list[tuple[str, int]]:
    """Names with counts, most first."""
    rows = connection.execute(
        select(func.min(shown), func.count())
        .where(where, folded.is_not(None))
        .group_by(folded)
        .order_by(func.count().desc(), folded)
    )
    return [(name, count) for name, count in rows]


def _marks(connection: Connection, kind: str) -> list[tuple[str, int]]:
    # Spoiling the index on kind makes SQLite start from the latest rows: ten times fewer.
    of_kind = marks.c.kind.concat("") == kind
    rows = connection.execute(
        select(func.min(marks.c.value), func.count())
        .join(snapshots, snapshots.c.id == marks.c.snapshot_id)
        .where(snapshots.c.latest == true(), of_kind)
        .group_by(marks.c.fold)
        .order_by(func.count().desc(), marks.c.fold)
    )
    return [(name, count) for name, count in rows]


def _titles(connection: Connection) -> dict[str, str | None]:
    rows = connection.execute(
        select(snapshots.c.pbi, snapshots.c.title)
        .where(snapshots.c.latest == true())
        .order_by(snapshots.c.pbi)
    )
    return dict(iter(rows))


def _roles(connection: Connection) -> tuple[str, ...]:
    rows = connection.scalars(
        select(func.min(bodies.c.role))
        .join(snapshots, snapshots.c.id == bodies.c.snapshot_id)
        .where(snapshots.c.latest == true(), snapshots.c.role_fold.is_not(None))
        .group_by(snapshots.c.role_fold)
        .order_by(snapshots.c.role_fold)
    )
    return tuple(rows)


def _day(ordinal: int | None) -> date | None:
    return date.fromordinal(ordinal) if ordinal else None
