"""Reports and snapshots in the order of time, and which later report should hold a problem.

Only published reports speak. Published reports of one quarter and one date speak side by side: of
them the one without a scope is taken, else the one published last, so that a disagreement between
papers is no movement in time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from ingest.quarters import quarter_end, quarter_of
from kb.differences import folded
from kb.records import ReportRecord, ReportState, Snapshot

Order = tuple[str, date, bool, datetime, str]


def report_order(report: ReportRecord) -> Order:
    """What reports are sorted by: quarter, day spoken of, scoped before unscoped, publication.

    A report without a quarter stands in the quarter of its date, one without a date at the end of
    its quarter, one with neither before all others.
    """
    day = report.as_at
    quarter = report.quarter or (quarter_of(day) if day else "")
    day = day or (quarter_end(quarter) if quarter else date.min)
    moment = report.published_at or report.uploaded_at
    # Databases hand datetimes back with and without a zone; what is kept is UTC.
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return (quarter, day, report.scope is None, moment, report.id)


def covers(report: ReportRecord, held: Sequence[Snapshot]) -> bool:
    """Whether a report's scope takes in a problem, by what earlier snapshots say of it.

    Args:
        held: snapshots of one problem in reports before this one.
    """
    if report.scope is None:
        return True
    scopes = {folded(snapshot.report.scope) for snapshot in held}
    parties = {folded(p) for snapshot in held for p in snapshot.problem.involved}
    owners = {folded(snapshot.problem.owner) for snapshot in held}
    return folded(report.scope) in scopes | parties | owners


class Spoken:
    """Published reports in order, put in order once for thousands of problems."""

    def __init__(self, reports: Iterable[ReportRecord]) -> None:
        self.reports = published(reports)
        self._orders = [report_order(report) for report in self.reports]

    def after(self, report: ReportRecord) -> list[ReportRecord]:
        """Those that come later than a report."""
        return self.reports[bisect_right(self._orders, report_order(report)) :]


def missing_from(
    snapshots: Sequence[Snapshot], reports: Iterable[ReportRecord] | Spoken
) -> ReportRecord | None:
    """The first later report that should hold an open problem and does not; None where none does.

    Args:
        snapshots: of one problem, any order. The last of them is its last word.
        reports: all published reports (others are passed over).

    A second paper of the same quarter with another scope is beside the last word, not after it;
    and nothing vanishes in a quarter in which some report still holds it.
    """
    held = speaking(snapshots)
    if not held or held[-1].open is False:
        return None
    last = held[-1].report
    spoken = reports if isinstance(reports, Spoken) else Spoken(reports)
    for report in spoken.after(last):
        beside = quarter_spoken(report) == quarter_spoken(last) and folded(report.scope) != folded(
            last.scope
        )
        if not beside and covers(report, held):
            return report
    return None


def quarter_spoken(report: ReportRecord) -> str:
    """The quarter that a report stands in; "" where it gives neither quarter nor date."""
    return report_order(report)[0]


def snapshot_order(snapshot: Snapshot) -> Order:
    """`report_order` of the report that a snapshot stands in."""
    return report_order(snapshot.report)


def published(reports: Iterable[ReportRecord]) -> list[ReportRecord]:
    """The published ones, in report order."""
    spoken = (report for report in reports if report.state is ReportState.PUBLISHED)
    return sorted(spoken, key=report_order)


def speaking(snapshots: Iterable[Snapshot]) -> list[Snapshot]:
    """One published snapshot per quarter and day, in order; of parallel ones the last."""
    return _speaking(snapshots, Orders())


class Orders(dict[str, Order]):
    """`report_order` of reports by id, worked out once each for thousands of snapshots."""

    def of(self, snapshot: Snapshot) -> Order:
        """That of the report that a snapshot stands in."""
        known = self.get(snapshot.report.id)
        if known is None:
            known = self[snapshot.report.id] = report_order(snapshot.report)
        return known


def _speaking(snapshots: Iterable[Snapshot], orders: Orders) -> list[Snapshot]:
    days: dict[tuple[str, date], Snapshot] = {}
    for snapshot in sorted(snapshots, key=orders.of):
        if snapshot.report.state is ReportState.PUBLISHED:
            days[orders.of(snapshot)[:2]] = snapshot
    return list(days.values())


def by_problem(snapshots: Iterable[Snapshot]) -> dict[str, list[Snapshot]]:
    """`speaking` of every problem, in PBI order; problems without a published snapshot left out."""
    groups: dict[str, list[Snapshot]] = defaultdict(list)
    for snapshot in snapshots:
        groups[snapshot.pbi].append(snapshot)
    orders = Orders()
    found = {pbi: _speaking(groups[pbi], orders) for pbi in sorted(groups)}
    return {pbi: held for pbi, held in found.items() if held}
