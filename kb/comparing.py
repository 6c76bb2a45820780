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
    upto = _upto(store.reports((ReportState.PUBLISHED,)), to_quarter)
    # What a report on all problems up to the first quarter no longer held was gone by then: all
    # that can change stands in reports of that quarter or later ones.
    full = [quarter_spoken(one) for one in _upto(upto, from_quarter) if one.scope is None]
    start = max(full, default="")
    window = [one for one in upto if quarter_spoken(one) >= start]
    wanted = set(store.pbis(_in(Filters(), window))) if window else set()
    plain = _without_choice(filters)
    if plain.conditions():
        wanted = _meeting(store, plain, wanted, window, _upto(upto, from_quarter))
    return list(changes_between(store.sketches(wanted), window, from_quarter, to_quarter))


def _meeting(
    store: RecordStore,
    filters: Filters,
    wanted: set[str],
    window: list[ReportRecord],
    early: list[ReportRecord],
) -> set[str]:
    """Those that meet the filters by their last word in the window, or by the last one before."""
    met = set(store.pbis(_in(filters, window)))
    if early:
        met |= set(store.pbis(_in(filters, early), only=wanted - met))
    return met & wanted


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
    for pbi, held in groupby(store.sketches(open_still), key=lambda one: one.pbi):
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
