"""Putting right what was misread: the printed value is kept, the corrected one speaks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from pydantic import ValidationError
from sqlalchemy import Connection, func, insert, select, update

from ingest.numbers import canonical_pbi
from ingest.records import (
    FIELDS,
    Evidence,
    Frozen,
    ImpactClass,
    ProblemReading,
    ReportReading,
    Severity,
)
from kb import audit, derive, writing
from kb.database import Database
from kb.errors import BadValue, RecordNotFound
from kb.records import ReportState
from kb.rows import body_columns, fold
from kb.tables import bodies, corrections, reports, snapshots

REPORT_FIELDS = (
    "title",
    "reference",
    "quarter",
    "status_date",
    "issue_date",
    "classification",
    "scope",
)
Model = TypeVar("Model", bound=Frozen)
PRINTED = func.coalesce(bodies.c.printed, bodies.c.body).label("printed")
_DATES = frozenset({"created", "status_date", "target_completion", "issue_date"})
_STEPS = {
    "problem_added": audit.Action.ENTERED,
    "problem_dropped": audit.Action.DROPPED,
    "problem_taken_back": audit.Action.TAKEN_BACK,
}
_YES = frozenset({"yes", "true", "y", "1"})
_NO = frozenset({"no", "false", "n", "0"})


def correct(
    database: Database,
    report_id: str,
    pbi: str,
    field: str,
    value: str | None,
    *,
    who: str,
    note: str | None,
) -> None:
    """Puts one value of one problem right. None: the report does not say.

    Raises:
        RecordNotFound: the report does not hold the problem.
        BadValue: no such field, or a value that it cannot hold.
    """
    if field not in FIELDS or field == "pbi":
        raise BadValue(f"{field!r} cannot be corrected; {', '.join(FIELDS[1:])} can")
    pbi = canonical_pbi(pbi)
    parsed(field, value)
    with database.write() as connection:
        row = connection.execute(
            select(bodies.c.snapshot_id, PRINTED)
            .join(snapshots, snapshots.c.id == bodies.c.snapshot_id)
            .where(snapshots.c.report_id == report_id, snapshots.c.pbi == pbi)
        ).one_or_none()
        if row is None:
            raise RecordNotFound(f"report {report_id!r} holds no {pbi}")
        printed = shown(getattr(ProblemReading.model_validate_json(row.printed), field))
        keep_note(connection, report_id, pbi, field, printed, value, who, note)
        apply(connection, report_id, pbi)


def set_report(
    database: Database,
    report_id: str,
    fields: Mapping[str, str | date | None],
    *,
    who: str,
    note: str | None,
) -> None:
    """Puts fields of the report itself right, such as its quarter or scope.

    Raises:
        RecordNotFound, BadValue: as above.
    """
    unknown = sorted(set(fields) - set(REPORT_FIELDS))
    if unknown:
        raise BadValue(f"{unknown[0]!r} cannot be set; {', '.join(REPORT_FIELDS)} can")
    with database.write() as connection:
        row = connection.execute(select(reports).where(reports.c.id == report_id)).one_or_none()
        if row is None:
            raise RecordNotFound(f"no report {report_id!r} is loaded")
        printed = ReportReading.model_validate_json(row.printed)
        now = ReportReading.model_validate_json(row.body).model_dump()
        for field, value in fields.items():
            text = value.isoformat() if isinstance(value, date) else value
            now[field] = parsed(field, text)
            keep_note(
                connection, report_id, None, field, shown(getattr(printed, field)), text, who, note
            )
        report = _validated(ReportReading, now)
        connection.execute(
            update(reports)
            .where(reports.c.id == report_id)
            .values(**writing.report_columns(report))
        )
        apply(connection, report_id, None)


def parsed(field: str, value: str | None) -> Any:
    """A value as typed, as the field holds it. Raises BadValue."""
    if value is None or not value.strip():
        return () if field == "involved" else None
    value = " ".join(value.split()) if field not in ("description", "update") else value.strip()
    if field in _DATES:
        return _date(field, value)
    if field == "severity":
        return _one_of(Severity, field, value)
    if field == "impact_class":
        return _one_of(ImpactClass, field, value.replace(" ", "_").replace("-", "_"))
    if field == "major_incident":
        if fold(value) not in _YES | _NO:
            raise BadValue(f"major_incident: {value!r} is neither yes nor no")
        return fold(value) in _YES
    if field == "involved":
        return tuple(part.strip() for part in re.split(r"[,;]", value) if part.strip())
    if field == "quarter" and not re.fullmatch(r"\d{4}-Q[1-4]", value):
        raise BadValue(f"quarter: {value!r} is none; 2021-Q2 is expected")
    return value


def shown(value: Any) -> str | None:
    """A field's value as text, as a person would type it."""
    if value in (None, ()):
        return None
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


def spoken(
    printed: ProblemReading, fixed: Mapping[str, tuple[str | None, str]], scope: str | None = None
) -> ProblemReading:
    """The problem as it speaks: what was printed, with corrections (field -> value, who).

    Args:
        scope: the party that the report is about, where staff said so: it is involved.
    """
    values = printed.model_dump()
    evidence = dict(printed.evidence)
    for field, (value, who) in fixed.items():
        values[field] = parsed(field, value)
        if field in evidence:
            was = shown(getattr(printed, field))
            said = f"printed {was or 'nothing'}; corrected by {who}"
            kept = evidence[field].model_dump()
            evidence[field] = Evidence.model_validate({**kept, "why": said})
    if values["impact_class"] is None:
        values["impact_class"] = ImpactClass.NOT_STATED
    if "user_impact" in fixed and "impact_class" not in fixed:
        values["impact_class"] = _impact_class(values["user_impact"])
    for party in (scope, values["owner"]):
        if party and party not in values["involved"]:
            values["involved"] = (party, *values["involved"])
    values["evidence"] = {field: one.model_dump() for field, one in evidence.items()}
    return _validated(ProblemReading, values)


def apply(connection: Connection, report_id: str, pbi: str | None) -> None:
    """Makes bodies, columns, marks, full text and history follow the corrections."""
    rows = connection.execute(
        select(bodies.c.snapshot_id, PRINTED, snapshots.c.pbi)
        .join(snapshots, snapshots.c.id == bodies.c.snapshot_id)
        .where(snapshots.c.report_id == report_id)
    ).all()
    report = connection.execute(select(reports).where(reports.c.id == report_id)).one()
    said = ReportReading.model_validate_json(report.printed)
    scope = report.scope if report.scope != said.scope else None
    fixed = _fixed(connection, report_id)
    touched = {row.pbi for row in rows if pbi in (None, row.pbi)}
    for row in rows:
        if row.pbi in touched:
            printed = ProblemReading.model_validate_json(row.printed)
            problem = spoken(printed, fixed.get(row.pbi, {}), scope)
            kept = None if problem == printed else row.printed
            connection.execute(
                update(bodies)
                .where(bodies.c.snapshot_id == row.snapshot_id)
                .values(printed=kept, **body_columns(problem))
            )
    writing.rewrite(connection, report_id, touched)
    if pbi is None:
        writing.settle_text(connection)  # its marking may be another one
    if report.state in (ReportState.PUBLISHED.value, ReportState.SUPERSEDED.value):
        derive.refresh(connection, touched)


def _fixed(connection: Connection, report_id: str) -> dict[str, dict[str, tuple[str | None, str]]]:
    """The last correction of each field, by PBI."""
    found: dict[str, dict[str, tuple[str | None, str]]] = {}
    for row in connection.execute(
        select(corrections)
        .where(
            corrections.c.report_id == report_id,
            corrections.c.pbi.is_not(None),
            corrections.c.field.in_(FIELDS),  # not that a problem was added or dropped
        )
        .order_by(corrections.c.id)
    ):
        found.setdefault(row.pbi, {})[row.field] = (row.value, row.who)
    return found


def keep_note(
    connection: Connection,
    report_id: str,
    pbi: str | None,
    field: str,
    printed: str | None,
    value: str | None,
    who: str,
    note: str | None,
) -> None:
    """Keeps who put what right, and when; the audit names the field, not what stands in it."""
    what = _STEPS.get(field, audit.Action.CORRECTED)
    said = field if what is audit.Action.CORRECTED else None
    audit.note(connection, what, report=report_id, pbi=pbi, detail=said)
    connection.execute(
        insert(corrections).values(
            report_id=report_id,
            pbi=pbi,
            field=field,
            printed=printed,
            value=value,
            who=who,
            note=note,
            at=datetime.now(UTC),
        )
    )


def _date(field: str, value: str) -> date:
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d %b %Y"):
        try:
            return datetime.strptime(value, form).date()
        except ValueError:
            continue
    raise BadValue(f"{field}: {value!r} is no date; 2021-11-30 or 30/11/2021 is expected")


def _one_of(kind: type[Severity] | type[ImpactClass], field: str, value: str) -> Any:
    for member in kind:
        if fold(member.value) == fold(value):
            return member
    words = ", ".join(member.value for member in kind)
    raise BadValue(f"{field}: {value!r} is none of {words}")


def _impact_class(words: str | None) -> ImpactClass:
    if not words:
        return ImpactClass.NOT_STATED
    from ingest.vocabulary import load

    return load().impact_class_of(words)


def _validated(kind: type[Model], values: dict[str, Any]) -> Model:
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadValue(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
