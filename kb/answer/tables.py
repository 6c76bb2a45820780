"""Problems as a table: what people look for first, then the fields asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ingest.numbers import short_pbi
from ingest.quarters import spoken
from kb.answer.context import Asked
from kb.answer.phrasing import MORE_FIELDS
from kb.answers import Table
from kb.query import OrderBy
from kb.records import Snapshot
from kb.words import IMPACT_LABELS, NOT_STATED, minutes, owner_words, yes_no

SHOWN = 20
"""Rows of a table before "show me the rest"."""


def table_of(
    asked: Asked, rows: Sequence[Snapshot], fields: Sequence[str] = (), start: int = 0
) -> Table:
    """The rows as a table: what people look for first, then the fields asked for."""
    extra = [
        f for f in fields if f not in ("title", "owner", "severity", "status", "target_completion")
    ]
    order = asked.query.order
    measures = {
        OrderBy.AGE: "age",
        OrderBy.CREATED: "created",
        OrderBy.OVERDUE: "overdue",
        OrderBy.SLIPS: "slips",
        OrderBy.SLIP_DAYS: "slip_days",
    }
    if order in measures and measures[order] not in extra:
        extra.append(measures[order])
    if asked.filters.created_from or asked.filters.created_to:
        extra += [] if "created" in extra else ["created"]
    if (
        asked.filters.impact_classes or asked.filters.not_impact_classes
    ) and "user_impact" not in extra:
        extra.append("user_impact")
    if asked.filters.min_slips and "slips" not in extra:
        extra += ["slips", "slip_days"]
    columns = (
        "PBI",
        "Title",
        "Owner",
        "Severity",
        "Status",
        "Target",
        *(MORE_FIELDS.get(f, f) for f in extra),
    )
    many_reports = len({row.report.id for row in rows}) > 1
    if many_reports:
        columns += ("Report",)
    cells = []
    for row in rows:
        problem = row.problem
        line: list[str | int | float | None] = [
            short_pbi(row.pbi),
            problem.title,
            owner_words(problem.owner, problem.owner_role),
            problem.severity.value if problem.severity else NOT_STATED,
            problem.status or NOT_STATED,
            iso(problem.target_completion) or NOT_STATED,
        ]
        line += [cell_of(row, name, asked.filters.as_at) for name in extra]
        if many_reports:
            line.append(spoken(row.report.quarter) if row.report.quarter else row.report.file)
        cells.append(tuple(line))
    return Table(
        columns=columns, rows=tuple(cells[start:]), pbis=tuple(r.pbi for r in rows[start:])
    )


def iso(day: date | None) -> str | None:
    """A date in ISO form."""
    return day.isoformat() if day else None


def cell_of(row: Snapshot, name: str, as_at: date | None = None) -> str | int | float | None:
    """One field of a row for a table."""
    problem = row.problem
    if name == "age":
        return row.age_days(as_at)
    if name == "overdue":
        return row.overdue_days(as_at)
    if name in ("slips", "slip_days"):
        return int(getattr(row, name))
    if name in ("created", "status_date", "target_completion"):
        return iso(getattr(problem, name)) or NOT_STATED
    if name == "major_incident":
        return yes_no(problem.major_incident)
    if name == "impact_class":
        return IMPACT_LABELS[problem.impact_class]
    if name == "involved":
        return ", ".join(problem.involved) or NOT_STATED
    if name == "processes":
        return (
            ", ".join(dict.fromkeys(p for e in problem.impact_evidence for p in e.processes))
            or NOT_STATED
        )
    if name == "duration":
        told = [e.minutes for e in problem.impact_evidence if e.minutes]
        return minutes(max(told)) if told else NOT_STATED
    value = getattr(problem, name, None)
    return str(value) if value not in (None, "") else NOT_STATED
