"""From a problem to its row: the narrow columns and marks that filters look at, and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row

from ingest.records import FIELDS, Finding, ImpactClass, ProblemReading, ReportReading, Severity
from kb.records import ReportRecord, ReportState, Snapshot

SEVERITY_RANK = {severity: rank for rank, severity in enumerate(Severity)}
CLOSING = frozenset({"closed", "cancelled", "canceled", "rejected", "completed", "resolved"})


def fold(value: str) -> str:
    """The form in which names are compared: case and runs of white space do not count."""
    return " ".join(value.casefold().split())


def day(value: date | None) -> int | None:
    """A date as stored."""
    return value.toordinal() if value else None


def is_open(status: str | None) -> bool | None:
    """Whether a status leaves a problem open; None where no status is given."""
    if status is None:
        return None
    try:
        from ingest.vocabulary import load
    except ImportError:
        return not any(word in CLOSING for word in fold(status).split())
    return load().is_open(status)


def missing(problem: ProblemReading) -> tuple[str, ...]:
    """The fields that the report leaves out."""
    return tuple(
        field
        for field in FIELDS
        if (
            problem.impact_class is ImpactClass.NOT_STATED
            if field in ("user_impact", "impact_class")
            else getattr(problem, field) in (None, "", ())
        )
    )


def snapshot_row(problem: ProblemReading, report: ReportReading, report_id: str) -> dict[str, Any]:
    """The narrow columns of `tables.snapshots`, without the ones that history decides."""
    return {
        "key": f"{report_id}-{problem.pbi.removeprefix('PBI').lstrip('0')}",
        "report_id": report_id,
        "pbi": problem.pbi,
        "quarter": report.quarter,
        "title": problem.title,
        "owner": problem.owner,
        "owner_fold": fold(problem.owner) if problem.owner else None,
        "role_fold": fold(problem.owner_role) if problem.owner_role else None,
        "severity": SEVERITY_RANK[problem.severity] if problem.severity else None,
        "status": problem.status,
        "status_fold": fold(problem.status) if problem.status else None,
        "open": is_open(problem.status),
        "impact_class": problem.impact_class.value,
        "major_incident": problem.major_incident,
        "workaround": bool(problem.workaround),
        "outage": bool(problem.impact_evidence),
        "created": day(problem.created),
        "target": day(problem.target_completion),
        "as_at": day(problem.status_date or report.status_date or report.issue_date),
    }


def body_columns(problem: ProblemReading) -> dict[str, Any]:
    """The columns of `tables.bodies` for a problem as it speaks."""
    return {
        "role": problem.owner_role,
        "user_impact": problem.user_impact,
        "body": problem.model_dump_json(),
    }


def mark_rows(snapshot_id: int, problem: ProblemReading) -> list[dict[str, Any]]:
    """The rows of `tables.marks`: parties, processes, missing fields, finding codes."""
    named = {
        "party": ((problem.owner,) if problem.owner else ()) + problem.involved,
        "process": processes(problem),
        "missing": missing(problem),
        "finding": tuple(finding.code for finding in problem.findings),
    }
    found = {
        (kind, fold(value)): value for kind, values in named.items() for value in reversed(values)
    }
    return [
        {"snapshot_id": snapshot_id, "kind": kind, "fold": folded, "value": value}
        for (kind, folded), value in found.items()
    ]


def processes(problem: ProblemReading) -> tuple[str, ...]:
    """Business processes that the narrative or the stated impact touch."""
    found = [name for evidence in problem.impact_evidence for name in evidence.processes]
    try:
        from ingest.vocabulary import load
    except ImportError:
        return tuple(dict.fromkeys(found))
    words = (problem.title, problem.description, problem.user_impact, problem.update)
    found += load().processes_in("\n".join(part for part in words if part))
    return tuple(dict.fromkeys(found))


def report_record(row: Row[Any]) -> ReportRecord:
    """A row of `tables.reports` as it is handed out."""
    said = ReportReading.model_validate_json(row.body)
    return ReportRecord(
        id=row.id,
        sha256=row.sha256,
        file=row.file,
        media_type=said.media_type,
        pages=said.pages,
        title=said.title,
        reference=said.reference,
        quarter=said.quarter,
        status_date=said.status_date,
        issue_date=said.issue_date,
        classification=said.classification,
        scope=said.scope,
        scanned=said.scanned,
        state=ReportState(row.state),
        current=row.current,
        problems=row.problems,
        uploaded_at=row.uploaded_at,
        published_at=row.published_at,
        superseded_by=row.superseded_by,
    )


def snapshot(row: Row[Any], report: ReportRecord, disputes: Sequence[Finding] = ()) -> Snapshot:
    """A joined row of `snapshots` and `bodies` as it is handed out.

    Args:
        disputes: findings that only the other reports of the quarter give rise to.
    """
    problem = ProblemReading.model_validate_json(row.body)
    if disputes:
        problem = problem.model_copy(update={"findings": (*problem.findings, *disputes)})
    return Snapshot(
        key=row.key,
        report=report,
        problem=problem,
        open=row.open,
        slips=row.slips,
        slip_days=row.slip_days,
        vanished=row.vanished,
        latest=row.latest,
    )
