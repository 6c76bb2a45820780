"""A number in two reports, side by side: how far it rose or fell between them."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.quarters import spoken
from kb.answer.context import Asked
from kb.answer.draft import Draft
from kb.answer.phrasing import report_words
from kb.answer.subjects import subject
from kb.answers import Table
from kb.query import GroupBy
from kb.records import ReportRecord, Snapshot
from kb.understand.two_times import TwoTimes


def answer_two_times(asked: Asked, draft: Draft, rows: Sequence[Snapshot], times: TwoTimes) -> None:
    """The number in each of the two quarters, and whether it is more or less."""
    held = asked.kb.group(asked.filters, GroupBy.QUARTER)
    counts = {quarter: held.get(quarter, 0) for quarter in asked.filters.quarters}
    first, second = counts[times.first], counts[times.second]
    left, right = (first, second) if times.than else (second, first)
    gap = left - right
    draft.pbis = [row.pbi for row in rows]
    draft.value = abs(gap) if times.difference else counts
    lead = ""
    if times.way and not times.difference:
        lead = "Yes: " if gap * times.way > 0 else "No: "
    reports = {report.quarter: report for report in asked.published}
    told = "; ".join(_told(asked, reports, quarter, n) for quarter, n in counts.items())
    earlier, later = counts.values()
    change = later - earlier
    word = "more" if change > 0 else "fewer"
    moved = f"{abs(change)} {word}" if change else "as many in both"
    draft.say(
        f"{lead}{told}: {moved}.",
        *draft.cite_all(rows[:12], "status"),
        counted=(*counts.values(), abs(change)),
    )
    draft.table = Table(
        columns=("Quarter", "Problems"),
        rows=tuple((spoken(quarter), number) for quarter, number in counts.items()),
        pbis=(),
    )


def _told(asked: Asked, reports: dict[str | None, ReportRecord], quarter: str, number: int) -> str:
    filters = asked.filters.model_copy(update={"quarters": (quarter,)})
    report = reports.get(quarter)
    where = report_words(report) if report is not None else f"the {spoken(quarter)} report"
    return f"{subject(filters, number)} in {where}"


__all__ = ["answer_two_times"]
