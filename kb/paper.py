"""The user-impact paper for a supplier and a quarter, made from the records alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

from ingest.quarters import spoken
from ingest.records import ImpactClass, Severity
from kb.differences import same_words
from kb.errors import RecordNotFound
from kb.filters import Filters
from kb.markings import highest
from kb.outage import outage
from kb.paper_document import paper_document
from kb.paper_model import Paper, PaperEntry
from kb.paper_summary import by_impact, by_owner, gaps, highlights, questions
from kb.records import ReportRecord, ReportState, Snapshot
from kb.sequence import missing_from, quarter_spoken, report_order, snapshot_order

__all__ = ["Holdings", "Paper", "PaperEntry", "impact_order", "impact_paper", "paper_document"]

_SEVERITIES = list(Severity)


class Holdings(Protocol):
    """What the paper asks of a knowledge base."""

    def snapshots(self, filters: Filters = ...) -> Sequence[Snapshot]:
        """One row a problem, by the filters."""

    def history(self, pbi: str) -> Sequence[Snapshot]:
        """All published snapshots of one problem."""

    def reports(self) -> Sequence[ReportRecord]:
        """Every report that is loaded."""


def impact_paper(
    kb: Holdings,
    *,
    supplier: str | None,
    quarter: str | None,
    as_at: date | None = None,
    owner: bool = False,
) -> Paper:
    """The paper on the problems that involve a supplier, open and closed apart.

    Args:
        supplier: canonical name of a party; None for all problems.
        quarter: "2021-Q2"; None for what the current reports say.
        as_at: the day to measure ages and overdue targets at; default each report's own date.
        owner: only problems that the supplier holds, not all that involve it.

    Raises:
        RecordNotFound: no published report is held for the quarter, or none at all.
    """
    published = [r for r in kb.reports() if r.state is ReportState.PUBLISHED]
    basis = _basis(published, supplier, quarter)
    narrow = _narrowed(supplier, owner=owner)
    found = kb.snapshots(_with(narrow, quarters=(quarter,) if quarter else ()))
    entries = tuple(sorted((_entry(kb, one, as_at) for one in found), key=_order))
    rests = {r.id: r for r in (*basis, *(one.report for one in found))}
    reports = tuple(sorted(rests.values(), key=report_order))
    vanished = _vanished(kb, narrow, quarter, published, {entry.pbi for entry in entries})
    dates = {one.problem.status_date or one.report.as_at for one in found}
    live = [entry for entry in entries if not entry.closed]
    return Paper(
        title=_title(supplier, quarter, owner=owner),
        scope=_scope(supplier, quarter, owner=owner),
        supplier=supplier,
        owner=owner,
        quarter=quarter,
        as_at=as_at,
        dates=tuple(sorted(day for day in dates or {r.as_at for r in reports} if day)),
        reports=reports,
        classification=highest(one.classification for one in _told_by(found, reports, published)),
        unmarked=sum(report.classification is None for report in reports),
        entries=entries,
        vanished=vanished,
        open_by_impact=by_impact(live),
        closed_by_impact=by_impact(entry for entry in entries if entry.closed),
        by_owner=by_owner(entries),
        highlights=highlights(entries, vanished, supplier, as_at),
        gaps=gaps(entries),
        questions=questions(entries),
    )


def _told_by(
    found: Sequence[Snapshot], reports: Sequence[ReportRecord], published: Sequence[ReportRecord]
) -> Iterable[ReportRecord]:
    """The reports whose words the paper may hold: how a target slipped is told by earlier ones."""
    if not any(one.slips for one in found):
        return reports
    last = report_order(reports[-1])
    return {one.id: one for one in (*published, *reports) if report_order(one) <= last}.values()


def impact_order(snapshot: Snapshot) -> tuple[int, int, bool, str]:
    """What matters to users first: class, with an outage told before without, then severity."""
    problem = snapshot.problem
    told = bool(problem.impact_evidence)
    classes = {
        ImpactClass.IMPACTING: 0,
        ImpactClass.NO_ENDURING: 1 if told else 2,
        ImpactClass.NOT_STATED: 3,
        ImpactClass.NONE: 4,
    }
    severity = _SEVERITIES.index(problem.severity) if problem.severity else len(_SEVERITIES)
    return (classes[problem.impact_class], severity, not told, snapshot.pbi)


def _order(entry: PaperEntry) -> tuple[bool, tuple[int, int, bool, str]]:
    return (entry.closed, impact_order(entry.snapshot))


def _basis(
    published: Sequence[ReportRecord], supplier: str | None, quarter: str | None
) -> list[ReportRecord]:
    """The reports looked at, whether or not they hold anything on the supplier."""
    if not published:
        raise RecordNotFound("no report is published yet: ingest one first")
    if quarter is None:
        chosen = [report for report in published if report.current]
    else:
        chosen = [report for report in published if report.quarter == quarter]
    if not chosen:
        quarters = sorted({report.quarter for report in published if report.quarter})
        held = [spoken(name) for name in quarters]
        raise RecordNotFound(
            f"no published report for {spoken(quarter) if quarter else 'now'}: "
            f"there are reports for {', '.join(held) or 'no quarter'}"
        )
    return [
        report
        for report in chosen
        if supplier is None or report.scope is None or same_words(report.scope, supplier)
    ]


def _narrowed(supplier: str | None, *, owner: bool) -> Filters:
    if supplier is None:
        return Filters()
    return Filters(owners=(supplier,)) if owner else Filters(suppliers=(supplier,))


def _with(filters: Filters, **more: object) -> Filters:
    return Filters.model_validate({**filters.model_dump(), **more})


def _entry(kb: Holdings, snapshot: Snapshot, as_at: date | None) -> PaperEntry:
    targets: tuple[date, ...] = ()
    if snapshot.slips:
        targets = _targets(kb.history(snapshot.pbi), snapshot)
    elif snapshot.problem.target_completion:
        targets = (snapshot.problem.target_completion,)
    return PaperEntry(
        snapshot=snapshot,
        outage=outage(snapshot.problem.impact_evidence),
        targets=targets,
        age_days=snapshot.age_days(as_at),
        overdue_days=snapshot.overdue_days(as_at),
    )


def _targets(history: Iterable[Snapshot], upto: Snapshot) -> tuple[date, ...]:
    """The different targets given up to a snapshot, in the order of the reports."""
    limit = report_order(upto.report)
    moved: list[date] = []
    for one in sorted(history, key=snapshot_order):
        target = one.problem.target_completion
        if target and report_order(one.report) <= limit and moved[-1:] != [target]:
            moved.append(target)
    return tuple(moved)


def _vanished(
    kb: Holdings,
    narrow: Filters,
    quarter: str | None,
    published: Sequence[ReportRecord],
    held: set[str],
) -> tuple[Snapshot, ...]:
    """Problems that were open and that a report up to the quarter should hold and does not."""
    if quarter is None:
        return tuple(kb.snapshots(_with(narrow, vanished=True)))
    earlier = sorted({r.quarter for r in published if r.quarter and r.quarter < quarter})
    if not earlier:
        return ()
    upto = [report for report in published if quarter_spoken(report) <= quarter]
    last_words = kb.snapshots(_with(narrow, quarters=tuple(earlier)))
    return tuple(
        one for one in last_words if one.pbi not in held and missing_from([one], upto) is not None
    )


def _title(supplier: str | None, quarter: str | None, *, owner: bool) -> str:
    whose = f" {'held by' if owner else 'that involve'} {supplier}" if supplier else ""
    when = f", {spoken(quarter)}" if quarter else ""
    return f"User impact of problems{whose}{when}"


def _scope(supplier: str | None, quarter: str | None, *, owner: bool) -> str:
    if supplier is None:
        which = "All problems"
    elif owner:
        which = f"Problems that {supplier} holds (the record is with {supplier})"
    else:
        which = (
            f"Problems that involve {supplier}: it holds them, is named in them, "
            "or the report attributes them to it"
        )
    when = f"as the reports for {spoken(quarter)} have them" if quarter else "as last reported"
    return f"{which}; {when}; open and closed apart."
