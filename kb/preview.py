"""What publishing a draft would change: the events between the last word and the draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.history import changes_between
from kb.records import Event, ReportRecord, ReportState, Snapshot
from kb.rights import Right, needs
from kb.sequence import published, quarter_spoken

if TYPE_CHECKING:
    from kb.base import KnowledgeBase


@needs(Right.REVIEW)
def would_change(kb: KnowledgeBase, report_id: str) -> tuple[ReportRecord | None, list[Event]]:
    """The report that a draft would follow, and what would then differ from it.

    Nothing is written. Where no published report stands before the draft's quarter there is
    nothing to compare with: None and no events.

    Raises:
        RecordNotFound: no such report.
    """
    draft = _as_published(kb.report(report_id))
    quarter = quarter_spoken(draft)
    others = [
        report
        for report in published(kb.reports())
        if report.id != draft.id and not _same_place(report, draft)
    ]
    before = [report for report in others if quarter_spoken(report) < quarter]
    if not quarter or not before:
        return None, []
    last = before[-1]
    drafted = [one.model_copy(update={"report": draft}) for one in kb.said_in(draft.id)]
    held = {one.pbi for one in drafted}
    for report in before:
        held |= {one.pbi for one in kb.said_in(report.id)}
    earlier = [
        one for pbi in sorted(held) for one in kb.history(pbi) if _speaks_in(one, others, quarter)
    ]
    events = changes_between(
        [*earlier, *drafted],
        [*[one for one in others if quarter_spoken(one) <= quarter], draft],
        quarter_spoken(last),
        quarter,
    )
    return last, list(events)


def _as_published(report: ReportRecord) -> ReportRecord:
    return report.model_copy(update={"state": ReportState.PUBLISHED})


def _same_place(report: ReportRecord, draft: ReportRecord) -> bool:
    """It stands where the draft would: same quarter and scope."""
    return quarter_spoken(report) == quarter_spoken(draft) and report.scope == draft.scope


def _speaks_in(snapshot: Snapshot, reports: list[ReportRecord], quarter: str) -> bool:
    known = {report.id for report in reports}
    return snapshot.report.id in known and quarter_spoken(snapshot.report) <= quarter
