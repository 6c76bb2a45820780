"""Lists of snapshots as tables: the problems, their impact evidence, their findings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ingest.numbers import short_pbi
from ingest.quarters import spoken
from kb.exports.model import Column, ExportDocument, Paragraph, Section, Table, Use, Value
from kb.markings import highest
from kb.records import ReportRecord, Snapshot
from kb.words import (
    IMPACT_LABELS,
    NOT_STATED,
    british,
    counted,
    owner_words,
    report_name,
    severity_words,
    yes_no,
)

_COLUMNS: tuple[tuple[str, float], ...] = (
    ("PBI", 1.4),
    ("Title", 2.5),
    ("Owner", 0.9),
    ("Owner's role", 0.9),
    ("Involved", 1.2),
    ("Severity", 0.8),
    ("Status", 0.8),
    ("Open", 0.6),
    ("Status date", 1),
    ("Created", 1),
    ("Age in days", 0.7),
    ("Target completion", 1),
    ("Days overdue", 0.7),
    ("Target slips", 0.6),
    ("Days slipped", 0.7),
    ("End user impact", 2),
    ("Impact class", 1),
    ("Major Incident", 0.8),
    ("Workaround", 2),
    ("Description", 4),
    ("Quarter", 0.7),
    ("Document", 1.5),
    ("Page", 0.5),
    ("Marking", 1),
)


def snapshots_table(
    snapshots: Sequence[Snapshot], *, title: str = "Problems", as_at: date | None = None
) -> Table:
    """One row a snapshot with typed dates and numbers; an empty cell where the report is silent.

    Args:
        as_at: the day for age and days overdue; default the status date of each report.
    """
    return Table(
        title=title,
        columns=tuple(Column(label=label, width=width) for label, width in _COLUMNS),
        rows=tuple(_row(snapshot, as_at) for snapshot in snapshots),
        empty="No problem matches.",
    )


def evidence_table(snapshots: Sequence[Snapshot]) -> Table:
    """One row for each sentence that says what users met."""
    labels = ("PBI", "What is said", "Whom or what", "From", "To", "Minutes", "Per cent",
              "Processes", "Document", "Page")  # fmt: skip
    rows: list[tuple[Value, ...]] = [
        (
            snapshot.pbi,
            one.quote,
            one.scope,
            one.start,
            one.end,
            one.minutes,
            ", ".join(f"{share:g}" for share in one.percent) or None,
            ", ".join(one.processes) or None,
            snapshot.report.file,
            one.page,
        )
        for snapshot in snapshots
        for one in snapshot.problem.impact_evidence
    ]
    return Table(title="Impact evidence", columns=_plain(labels), rows=tuple(rows))


def findings_table(snapshots: Sequence[Snapshot]) -> Table:
    """One row for each finding."""
    labels = ("PBI", "Finding", "What was seen", "What to ask", "Document", "Page")
    rows: list[tuple[Value, ...]] = [
        (snapshot.pbi, one.code, one.message, one.ask, snapshot.report.file, one.page)
        for snapshot in snapshots
        for one in snapshot.problem.findings
    ]
    return Table(title="Findings", columns=_plain(labels), rows=tuple(rows))


def snapshots_document(
    snapshots: Sequence[Snapshot],
    *,
    title: str = "Problems",
    conditions: str = "",
    as_at: date | None = None,
) -> ExportDocument:
    """A list of problems to hand on: what it was narrowed by, from which reports, under what mark.

    Args:
        conditions: the filters in words.
    """
    reports = {one.report.id: one.report for one in snapshots}
    dates = sorted({r.as_at for r in reports.values() if r.as_at})
    spoken_of = f"as at {' and '.join(british(day) for day in dates)}" if dates else ""
    counts = f"{counted(len(snapshots), 'problem')} from {counted(len(reports), 'report')}"
    subtitle = ", ".join(part for part in (counts, spoken_of) if part)
    table = snapshots_table(snapshots, title=title, as_at=as_at)
    return ExportDocument(
        title=title,
        subtitle=subtitle,
        lead=(Paragraph(text=f"Narrowed by: {conditions}"),) if conditions else (),
        marking=highest(report.classification for report in reports.values()),
        spoken=f"{title}. {subtitle}.",
        as_at=as_at or (dates[-1] if dates else None),
        sections=(
            Section(heading="", blocks=(_printed(snapshots),), use=Use.PRINT),
            Section(heading="Data", blocks=(table,), use=Use.DATA),
            Section(
                heading="More data",
                blocks=(evidence_table(snapshots), findings_table(snapshots)),
                use=Use.DATA,
            ),
            Section(heading="Sources", blocks=(reports_table(list(reports.values())),)),
        ),
        main=title,
    )


def _row(snapshot: Snapshot, as_at: date | None) -> tuple[Value, ...]:
    problem, report = snapshot.problem, snapshot.report
    return (
        problem.pbi,
        problem.title,
        problem.owner,
        problem.owner_role,
        ", ".join(problem.involved) or None,
        problem.severity,
        problem.status,
        None if snapshot.open is None else yes_no(snapshot.open),
        problem.status_date or report.as_at,
        problem.created,
        snapshot.age_days(as_at),
        problem.target_completion,
        snapshot.overdue_days(as_at),
        snapshot.slips,
        snapshot.slip_days,
        problem.user_impact,
        IMPACT_LABELS[problem.impact_class],
        yes_no(problem.major_incident),
        problem.workaround,
        problem.description,
        spoken(report.quarter) if report.quarter else None,
        report.file,
        _page(snapshot),
        report.classification,
    )


def reports_table(reports: Sequence[ReportRecord]) -> Table:
    """One row a report: what a paper or a list rests on."""
    return Table(
        title="Reports this rests on",
        columns=(
            Column(label="Report", width=2.4),
            Column(label="File", width=2.4),
            Column(label="Quarter", width=0.9),
            Column(label="Status date", width=1.3),
            Column(label="Marking", width=1.2),
            Column(label="Pages", width=0.7),
            Column(label="SHA-256 begins", width=1.6),
        ),
        rows=tuple(
            (
                report_name(report),
                report.file,
                spoken(report.quarter) if report.quarter else NOT_STATED,
                report.as_at or NOT_STATED,
                report.classification or "None",
                report.pages,
                report.sha256[:12],
            )
            for report in reports
        ),
    )


_PRINTED: tuple[tuple[str, float], ...] = (
    ("PBI", 0.8),
    ("Title", 2.6),
    ("Owner", 1.1),
    ("Severity", 0.9),
    ("Status", 0.9),
    ("Target", 1.1),
    ("End user impact", 2),
    ("Read from", 1.1),
)


def _printed(snapshots: Sequence[Snapshot]) -> Table:
    """What fits on a page."""
    return Table(
        title=counted(len(snapshots), "problem"),
        columns=tuple(Column(label=label, width=width) for label, width in _PRINTED),
        rows=tuple(_printed_row(snapshot) for snapshot in snapshots),
        empty="No problem matches.",
    )


def _printed_row(snapshot: Snapshot) -> tuple[Value, ...]:
    problem = snapshot.problem
    page, report = _page(snapshot), snapshot.report
    where = spoken(report.quarter) if report.quarter else report.file
    return (
        short_pbi(problem.pbi),
        problem.title or NOT_STATED,
        owner_words(problem.owner, problem.owner_role),
        severity_words(problem.severity),
        problem.status or NOT_STATED,
        problem.target_completion or ("" if snapshot.open is False else NOT_STATED),
        problem.user_impact or NOT_STATED,
        f"{where}, p.\u00a0{page}" if page else where,
    )


def _page(snapshot: Snapshot) -> int | None:
    """The page that the problem's number stands on."""
    evidence = snapshot.problem.evidence
    place = evidence.get("pbi") or next(iter(evidence.values()), None)
    return place.page if place else None


def _plain(labels: Sequence[str]) -> tuple[Column, ...]:
    wide = {"What is said": 4.0, "What was seen": 3.0, "What to ask": 3.0}
    return tuple(Column(label=label, width=wide.get(label, 1)) for label in labels)
