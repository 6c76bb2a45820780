"""Questions that look at more than one report at a time: changes, vanished problems."""

from __future__ import annotations

from collections.abc import Collection
from itertools import groupby

from ingest.quarters import shifted
from kb.filters import Filters
from kb.history import changes_between, missing_from
from kb.records import Event, ReportRecord, ReportState, Snapshot
from kb.sequence import quarter_spoken
from kb.store import RecordStore


def changes(
    store: RecordStore, from_quarter: str, to_quarter: str, filters: Filters
) -> list[Event]:
    """See `KnowledgeBase.changes`."""
    reports = store.reports((ReportState.PUBLISHED,))
    plain = _without_choice(filters)
    wanted: set[str] = set()
    for quarter in (from_quarter, to_quarter):
        spoken = _upto(reports, quarter)
        if spoken:
            wanted |= set(store.pbis(_in(plain, spoken)))
    held = store.histories(wanted)
    return list(changes_between(held, reports, from_quarter, to_quarter))


def changed(store: RecordStore, filters: Filters) -> set[str]:
    """The PBIs with any event between `changed_from` and `changed_to` (default: neighbours)."""
    start, end = filters.changed_from, filters.changed_to
    if start is None and end is not None:
        start = shifted(end, -1)
    if end is None and start is not None:
        end = shifted(start, 1)
    if start is None or end is None:
        return set()
    return {event.pbi for event in changes(store, start, end, Filters())}


def vanished(store: RecordStore, filters: Filters) -> list[Snapshot]:
    """See `KnowledgeBase.vanished`."""
    if not filters.quarters and not filters.reports:
        return store.snapshots(_changed(filters, vanished=True, ever=True))
    reports = store.reports((ReportState.PUBLISHED,))
    chosen = [
        report
        for report in reports
        if (not filters.quarters or report.quarter in filters.quarters)
        and (not filters.reports or report.id in filters.reports)
    ]
    if not chosen:
        return []
    spoken = _upto(reports, max(quarter_spoken(report) for report in chosen))
    last_words = store.snapshots(_in(_without_choice(filters), spoken))
    open_still = {one.pbi for one in last_words if one.open is not False}
    ids = {report.id for report in spoken}
    gone: set[str] = set()
    for pbi, held in groupby(store.histories(open_still), key=lambda one: one.pbi):
        if missing_from([one for one in held if one.report.id in ids], spoken):
            gone.add(pbi)
    return [one for one in last_words if one.pbi in gone]


def _upto(reports: Collection[ReportRecord], quarter: str) -> list[ReportRecord]:
    return [report for report in reports if quarter_spoken(report) <= quarter]


def _without_choice(filters: Filters) -> Filters:
    return _changed(
        filters,
        quarters=(),
        reports=(),
        ever=False,
        vanished=None,
        changed_from=None,
        changed_to=None,
    )


def _in(filters: Filters, reports: Collection[ReportRecord]) -> Filters:
    return _changed(filters, reports=tuple(report.id for report in reports))


def _changed(filters: Filters, **fields: object) -> Filters:
    return Filters.model_validate({**filters.model_dump(), **fields})
