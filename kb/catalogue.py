"""What is held, gathered in one read: the names and dates that questions are checked against."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    func,
    literal_column,
    select,
    true,
)

from kb.derive import DISPUTE
from kb.records import ReportState
from kb.results import Catalogue, PartyCount
from kb.rows import fold
from kb.tables import bodies, marks
from kb.visible import Sight


def gathered(connection: Connection, sight: Sight) -> Catalogue:
    """The catalogue over the latest snapshot of every problem that may be seen."""
    s, reports = sight.rows("s"), sight.reports.values()
    latest = s.c.latest == true()
    owners = dict(_counts(connection, s.c.owner, s.c.owner_fold, latest))
    marked = _marks(connection, s)
    involved = dict(marked["party"])
    published = [report for report in reports if report.state is ReportState.PUBLISHED]
    ends = _ends(connection, sight)
    titles = _titles(connection, s)
    return Catalogue(
        parties={
            party: PartyCount(
                party=party, owner=owners.get(party, 0), involved=involved.get(party, 0)
            )
            for party in sorted(owners.keys() | involved.keys())
        },
        owners=tuple(owners),
        roles=_roles(connection, s),
        statuses=tuple(
            name for name, _ in _counts(connection, s.c.status, s.c.status_fold, latest)
        ),
        processes=tuple(name for name, _ in marked["process"]),
        findings=_findings(connection, s, marked["finding"]),
        quarters=tuple(sorted({report.quarter for report in published if report.quarter})),
        reports=tuple(published),
        titles={pbi: title or "" for pbi, title in titles.items()},
        first_created=_day(ends[0]),
        last_created=_day(ends[1]),
        first_target=_day(ends[2]),
        last_target=_day(ends[3]),
        as_at=max((report.as_at for report in published if report.as_at), default=None),
    )


def written(connection: Connection, sight: Sight, kind: str, name: str) -> str | None:
    """A party or a status as the latest snapshot of some problem writes it."""
    s = sight.rows("s")
    if kind == "status":
        found = select(s.c.status).where(s.c.status_fold == fold(name))
    else:
        tied = s.join(marks, marks.c.snapshot_id == s.c.id)
        mine = (marks.c.kind == "party", marks.c.fold == fold(name))
        found = select(marks.c.value).select_from(tied).where(*mine)
    return connection.scalar(found.where(s.c.latest == true()).limit(1))


def _ends(connection: Connection, sight: Sight) -> tuple[int | None, ...]:
    """The first and the last day of creation, the first and the last target."""
    s = sight.rows("s")
    latest = s.c.latest == true()
    ends: list[ColumnElement[Any]] = [
        end(day) for day in (s.c.created, s.c.target) for end in (func.min, func.max)
    ]
    if sight.everything:
        # One by one each is looked up at its end of an index; all at once would read every row.
        ends = [select(end).where(latest).scalar_subquery() for end in ends]
        return tuple(connection.execute(select(*ends)).one())
    return tuple(connection.execute(select(*ends).where(latest)).one())


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


Marks = list[tuple[str, int]]


def _marks(connection: Connection, s: FromClause) -> dict[str, Marks]:
    """Names with counts, most first, for each kind of mark; one pass over the marks for all."""
    kinds = ("party", "process", "finding")
    # Spoiling the index on kind makes SQLite start from the latest rows: ten times fewer.
    of_kind = marks.c.kind.concat(literal_column("''"))
    rows = connection.execute(
        select(of_kind, func.min(marks.c.value), func.count())
        .join(s, s.c.id == marks.c.snapshot_id)
        .where(s.c.latest == true(), of_kind.in_(kinds))
        .group_by(of_kind, marks.c.fold)
        .order_by(func.count().desc(), marks.c.fold)
    )
    found: dict[str, Marks] = {kind: [] for kind in kinds}
    for kind, name, count in rows:
        found[kind].append((name, count))
    return found


def _findings(connection: Connection, s: FromClause, found: Marks) -> tuple[str, ...]:
    if "disputed" in s.c:
        # That reports disagree is marked for those who see them all.
        disputed = connection.scalar(
            select(func.count()).select_from(s).where(s.c.latest == true(), s.c.disputed == true())
        )
        found = [one for one in found if one[0] != DISPUTE]
        found += [(DISPUTE, disputed)] if disputed else []
        found.sort(key=lambda one: (-one[1], one[0]))
    return tuple(name for name, _ in found)


def _titles(connection: Connection, s: FromClause) -> dict[str, str | None]:
    rows = connection.execute(
        select(s.c.pbi, s.c.title).where(s.c.latest == true()).order_by(s.c.pbi)
    )
    return dict(iter(rows))


def _roles(connection: Connection, s: FromClause) -> tuple[str, ...]:
    rows = connection.scalars(
        select(func.min(bodies.c.role))
        .join(s, s.c.id == bodies.c.snapshot_id)
        .where(s.c.latest == true(), s.c.role_fold.is_not(None))
        .group_by(s.c.role_fold)
        .order_by(s.c.role_fold)
    )
    return tuple(rows)


def _day(ordinal: int | None) -> date | None:
    return date.fromordinal(ordinal) if ordinal else None
