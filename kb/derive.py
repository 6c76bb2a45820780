"""What the set of published reports makes of each snapshot: its place, its views, its slips.

Runs inside the transaction that publishes, withdraws or removes, over the problems it touches:

* position: 1, 2, ... through the published snapshots of a problem in report order
* latest: no later published report holds the problem
* speaks: it is the problem's row in the current reports (`ReportRecord.current`)
* leads: it is the problem's row in its own quarter
* vanished: latest, not closed, and a later report that covers it does not mention it
* slips, slip_days: moves of the target up to and including this snapshot

Where two reports of one quarter disagree on a problem, both snapshots get marks that say so.

The same is worked out for every circle of readers who may not see all of the reports
(`kb/circles.py`), over the reports that they see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, permutations
from typing import Any, TypeVar

from sqlalchemy import (
    Connection,
    FromClause,
    and_,
    bindparam,
    delete,
    false,
    insert,
    or_,
    select,
    true,
    update,
)

from ingest.quarters import quarter_end, quarter_of
from kb import circles
from kb.records import ReportState
from kb.rows import fold
from kb.tables import marks, reports, snapshots, standings

DISPUTE = "reports-disagree"
"""The code of the finding."""

Order = tuple[str, int, bool, datetime, str]
_BATCH = 400
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Place:
    """A published report among the others."""

    id: str
    quarter: str | None
    scope: str | None
    day: int | None
    order: Order

    @property
    def spoken(self) -> str:
        """The quarter it stands in, its own or that of its date; "" for neither."""
        return self.order[0]


@dataclass(frozen=True, slots=True)
class View:
    """The live snapshots of a circle, and where its derived values are kept."""

    circle: int
    held: dict[str, Place]
    rows: FromClause

    def put(self, connection: Connection, ids: Sequence[int], **values: Any) -> None:
        """Changes derived values of some rows."""
        for batch in batches(ids):
            if self.circle == circles.ALL:
                change = update(snapshots).where(snapshots.c.id.in_(batch))
            else:
                change = update(standings).where(
                    standings.c.circle == self.circle, standings.c.snapshot_id.in_(batch)
                )
            connection.execute(change.values(**values))


def places(connection: Connection, ids: Collection[str] | None = None) -> dict[str, Place]:
    """The published reports by id, in report order (see `kb.sequence.report_order`).

    Of reports for one quarter and day the unscoped one comes last: it speaks.

    Args:
        ids: the reports that speak, where these are not the published ones.
    """
    columns = (
        reports.c.id,
        reports.c.quarter,
        reports.c.scope,
        reports.c.status_day,
        reports.c.issue_day,
        reports.c.published_at,
    )
    statement = select(*columns)
    if ids is None:
        statement = statement.where(reports.c.state == ReportState.PUBLISHED.value)
    else:
        statement = statement.where(reports.c.id.in_(ids))
    rows = connection.execute(statement).all()
    found = [_place(row) for row in rows]
    return {place.id: place for place in sorted(found, key=lambda place: place.order)}


def refresh(connection: Connection, touched: Collection[str]) -> None:
    """Brings every derived value up to date.

    Args:
        touched: the PBIs of the reports whose state, quarter, scope, dates or values changed.
    """
    held = places(connection)
    _currents(connection, held)
    for batch in batches(sorted(touched)):
        _histories(connection, held, batch)
        _disputes(connection, batch)
    everything = View(circles.ALL, held, circles.rows(circles.ALL, "s"))
    speaking(connection, everything)
    vanish(connection, everything)
    from kb.standings import follow

    kept = circles.stored(connection)
    if kept:
        standing = circles.standing(connection)
        for circle, hidden in kept.items():
            follow(connection, circle, circles.heirs(standing, hidden), touched)


def silence(connection: Connection, report_id: str) -> None:
    """Takes the snapshots of a report out of every view; `refresh` must follow."""
    connection.execute(
        update(snapshots)
        .where(snapshots.c.report_id == report_id)
        .values(
            live=False,
            speaks=False,
            leads=False,
            latest=False,
            vanished=False,
            position=0,
            slips=0,
            slip_days=0,
        )
    )
    mine = select(snapshots.c.id).where(snapshots.c.report_id == report_id)
    connection.execute(delete(standings).where(standings.c.snapshot_id.in_(mine)))


def current(held: Iterable[Place]) -> set[str]:
    """The ids of the reports that no later report covers.

    A report without scope covers everything; one with a scope covers that scope only. Later is a
    later quarter; where one of two has no quarter, a later date.
    """
    everything = list(held)
    return {
        place.id
        for place in everything
        if not any(
            (other.scope is None or other.scope == place.scope) and _later(other, place)
            for other in everything
        )
    }


def _place(row: Any) -> Place:
    day = row.status_day or row.issue_day
    quarter = row.quarter or (quarter_of(date.fromordinal(day)) if day else "")
    order_day = day or (quarter_end(quarter).toordinal() if quarter else 0)
    scope = fold(row.scope) if row.scope else None
    return Place(
        row.id,
        row.quarter,
        scope,
        day,
        (quarter, order_day, scope is None, row.published_at, row.id),
    )


def _later(one: Place, other: Place) -> bool:
    if one.quarter and other.quarter:
        return one.quarter > other.quarter
    return one.day is not None and other.day is not None and one.day > other.day


def _currents(connection: Connection, held: dict[str, Place]) -> None:
    speaking = current(held.values())
    connection.execute(
        update(reports)
        .where(reports.c.current == true(), reports.c.id.not_in(speaking))
        .values(current=False)
    )
    connection.execute(
        update(reports)
        .where(reports.c.current == false(), reports.c.id.in_(speaking))
        .values(current=True)
    )


@dataclass(slots=True)
class _Slips:
    """Moves of one problem's target, as `kb.history.slips` counts them."""

    times: int = 0
    days: int = 0
    last: int | None = None  # the target given last, unless the problem was closed since

    def after(self, target: int | None, is_open: bool | None) -> _Slips:
        """The count with one more snapshot."""
        moved = target - self.last if target is not None and self.last is not None else 0
        kept = None if is_open is False and target is None else self.last
        return _Slips(
            self.times + (moved > 0),
            self.days + max(moved, 0),
            target if target is not None else kept,
        )


def _histories(connection: Connection, held: dict[str, Place], pbis: Sequence[str]) -> None:
    columns = (
        "id", "pbi", "report_id", "target", "open", "live", "leads", "latest",
        "position", "slips", "slip_days", "vanished",
    )  # fmt: skip
    rows = connection.execute(
        select(*(snapshots.c[name] for name in columns)).where(snapshots.c.pbi.in_(pbis))
    ).all()
    histories: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        if row.report_id in held:
            histories[row.pbi].append(row)
    changed = []
    for history in histories.values():
        history.sort(key=lambda row: held[row.report_id].order)
        for row, found in zip(history, facts(history, held), strict=True):
            if any(getattr(row, name) != value for name, value in found.items()):
                changed.append({"row": row.id, **found})
    if changed:
        names = ("live", "leads", "latest", "position", "slips", "slip_days", "vanished")
        connection.execute(
            update(snapshots)
            .where(snapshots.c.id == bindparam("row"))
            .values({name: bindparam(name) for name in names}),
            changed,
        )


def facts(history: Sequence[Any], held: dict[str, Place]) -> Iterable[dict[str, Any]]:
    """What follows for each row of one problem from those before it and after it.

    Args:
        history: rows in the order of the reports that are `held`.
    """
    spoken = [held[row.report_id].spoken for row in history]
    quarters = [held[row.report_id].quarter for row in history]
    before = counted = _Slips()
    for number, row in enumerate(history):
        latest = number == len(history) - 1
        # Papers of one quarter and day speak side by side: a disagreement is no slip.
        beside = number and held[history[number - 1].report_id].order[:2] == (
            spoken[number],
            held[row.report_id].order[1],
        )
        if not beside:
            before = counted
        counted = before.after(row.target, row.open)
        yield {
            "live": True,
            "leads": quarters[number] is not None
            and quarters[number] not in quarters[number + 1 :],
            "latest": latest,
            "position": number + 1,
            "slips": counted.times,
            "slip_days": counted.days,
            "vanished": row.vanished and latest and row.open is not False,
        }


def _disputes(connection: Connection, pbis: Sequence[str]) -> None:
    """Marks what the reports of one quarter say differently of one problem."""
    mine = select(snapshots.c.id).where(snapshots.c.pbi.in_(pbis))
    connection.execute(
        delete(marks).where(
            marks.c.snapshot_id.in_(mine),
            or_(
                marks.c.kind == "dispute",
                and_(marks.c.kind == "finding", marks.c.fold == DISPUTE),
            ),
        )
    )
    columns = ("id", "pbi", "quarter", "report_id", *COMPARED)
    rows = connection.execute(
        select(*(snapshots.c[name] for name in columns))
        .where(
            snapshots.c.pbi.in_(pbis), snapshots.c.live == true(), snapshots.c.quarter.is_not(None)
        )
        .order_by(snapshots.c.pbi, snapshots.c.quarter, snapshots.c.position)
    ).all()
    found: list[dict[str, Any]] = []
    for _, group in groupby(rows, key=lambda row: (row.pbi, row.quarter)):
        for one, other in permutations(group, 2):
            fields = differing(one, other)
            found += [_mark(one.id, "dispute", f"{other.report_id}:{name}") for name in fields]
            if fields:
                found.append(_mark(one.id, "finding", DISPUTE))
    unique = {(row["snapshot_id"], row["kind"], row["fold"]): row for row in found}
    if unique:
        connection.execute(insert(marks), list(unique.values()))


COMPARED = ("owner", "severity", "status", "target")
"""What two reports of one quarter can contradict each other in."""


def differing(one: Any, other: Any) -> list[str]:
    """The columns in which two rows of one problem contradict each other."""
    return [name for name in COMPARED if _differ(one, other, name)]


def _differ(one: Any, other: Any, name: str) -> bool:
    """Both say something, and not the same: a report that is silent contradicts nobody."""
    left, right = getattr(one, name), getattr(other, name)
    if isinstance(left, str) and isinstance(right, str):
        return fold(left) != fold(right)
    return left is not None and right is not None and bool(left != right)


def _mark(row: int, kind: str, value: str) -> dict[str, Any]:
    return {"snapshot_id": row, "kind": kind, "fold": value, "value": value}


def speaking(connection: Connection, view: View) -> None:
    """One row a problem over the current reports: the last in report order."""
    s = view.rows
    now_current = current(view.held.values())
    rows = connection.execute(
        select(s.c.id, s.c.pbi, s.c.speaks)
        .where(s.c.live == true(), s.c.report_id.in_(now_current))
        .order_by(s.c.pbi, s.c.position)
    ).all()
    last = {row.pbi: row.id for row in rows}
    silent = connection.scalars(
        select(s.c.id).where(s.c.speaks == true(), s.c.report_id.not_in(now_current))
    ).all()
    view.put(connection, silent, speaks=False)
    for value in (True, False):
        ids = [row.id for row in rows if (last[row.pbi] == row.id) is value is not row.speaks]
        view.put(connection, ids, speaks=value)


def vanish(connection: Connection, view: View) -> None:
    """Which last words on problems that were not closed later reports leave out."""
    s, held = view.rows, view.held
    rows = connection.execute(
        select(s.c.id, s.c.pbi, s.c.report_id, s.c.vanished).where(
            s.c.latest == true(), or_(s.c.open.is_(None), s.c.open == true())
        )
    ).all()
    after = {report: _scopes_after(place, held) for report, place in held.items()}
    scoped = [row for row in rows if after[row.report_id] and None not in after[row.report_id]]
    parties = _parties(connection, s, [row.pbi for row in scoped]) if scoped else {}
    for value in (True, False):
        ids = [
            row.id
            for row in rows
            if row.vanished is not value
            and value
            is (
                None in after[row.report_id]
                or bool(after[row.report_id] & parties.get(row.pbi, set()))
            )
        ]
        view.put(connection, ids, vanished=value)


def _scopes_after(place: Place, held: dict[str, Place]) -> set[str | None]:
    """The scopes of the reports that come after one; None among them covers everything."""
    return {
        other.scope
        for other in held.values()
        if other.order > place.order
        and not (other.spoken == place.spoken and other.scope != place.scope)
    }


def _parties(
    connection: Connection, s: FromClause, pbis: Sequence[str]
) -> dict[str, set[str | None]]:
    """Every party that any live row ties a problem to, folded, scopes included."""
    found: dict[str, set[str | None]] = defaultdict(set)
    for batch in batches(pbis):
        for pbi, party in connection.execute(
            select(s.c.pbi, marks.c.fold)
            .join(marks, marks.c.snapshot_id == s.c.id)
            .where(s.c.pbi.in_(batch), s.c.live == true(), marks.c.kind == "party")
        ):
            found[pbi].add(party)
        for pbi, scope in connection.execute(
            select(s.c.pbi, reports.c.scope)
            .join(reports, reports.c.id == s.c.report_id)
            .where(s.c.pbi.in_(batch), s.c.live == true(), reports.c.scope.is_not(None))
        ):
            found[pbi].add(fold(scope))
    return found


def batches(values: Sequence[T]) -> Iterable[Sequence[T]]:
    """As many at a time as a statement takes."""
    for start in range(0, len(values), _BATCH):
        yield values[start : start + _BATCH]
