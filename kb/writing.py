"""Records into the database: each public method is one transaction, or part of its caller's."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from ingest.records import Finding, ProblemReading, Reading, ReportReading
from kb import audit, circles, derive, fulltext, outbox
from kb.audit import Action
from kb.database import Database
from kb.errors import RecordNotFound, WrongState
from kb.passages import cut
from kb.records import ReportState
from kb.rows import body_columns, day, fold, mark_rows, snapshot_row
from kb.tables import bodies, feedback, feedback_reports, jobs, marks, passages, reports, snapshots

ID_LENGTH = 12

_BATCH = 500


class Writer:
    """Adds, publishes, withdraws, supersedes and removes reports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, reading: Reading, *, publish: bool, supersedes: str | None = None) -> str:
        """Keeps a reading, as a draft or published at once; returns the report's id.

        Args:
            supersedes: id of the report that this one replaces when it is published; without one
                it replaces the published report that bears the same title and reference for the
                same quarter and scope.
        """
        report = reading.report
        report_id = report.sha256[:ID_LENGTH]
        with self._database.write() as connection:
            connection.execute(
                insert(reports).values(
                    id=report_id,
                    sha256=report.sha256,
                    file=report.file,
                    state=ReportState.DRAFT.value,
                    problems=len(reading.problems),
                    uploaded_at=datetime.now(UTC),
                    supersedes=supersedes,
                    printed=report.model_dump_json(),
                    findings=_findings_json(reading.findings),
                    **report_columns(report),
                )
            )
            add_problems(connection, report, report_id, reading.problems)
            audit.note(connection, Action.UPLOADED, report=report_id)
            if publish:
                _publish(connection, report_id)
        return report_id

    def publish(self, report_id: str) -> None:
        """Makes a draft or a withdrawn report speak. Raises WrongState, RecordNotFound."""
        with self._database.write() as connection:
            _publish(connection, report_id)

    def withdraw(self, report_id: str) -> None:
        """Takes a published report out of the answers; what it had superseded speaks again."""
        with self._database.write() as connection:
            _expect(connection, report_id, ReportState.PUBLISHED)
            touched = _silence(connection, report_id, ReportState.WITHDRAWN)
            touched |= _restore(connection, report_id)
            _refreshed(connection, touched)
            audit.note(connection, Action.WITHDRAWN, report=report_id)

    def supersede(self, new_id: str, old_id: str) -> None:
        """Marks a published report as replaced by another, and publishes that if it is a draft."""
        if new_id == old_id:
            raise WrongState(f"report {old_id} cannot supersede itself")
        with self._database.write() as connection:
            _expect(connection, old_id, ReportState.PUBLISHED)
            connection.execute(
                update(reports).where(reports.c.id == new_id).values(supersedes=old_id)
            )
            if _row(connection, new_id).state == ReportState.PUBLISHED.value:
                touched = _replace(connection, new_id, old_id)
                _refreshed(connection, touched)
            else:
                _publish(connection, new_id)

    def discard(self, report_id: str) -> None:
        """Removes a draft. Raises WrongState for anything else."""
        with self._database.write() as connection:
            _expect(connection, report_id, ReportState.DRAFT)
            _remove(connection, report_id)
            audit.note(connection, Action.DISCARDED, report=report_id)

    def remove(self, report_id: str) -> None:
        """Removes a report in any state; what it had superseded speaks again."""
        with self._database.write() as connection:
            row = _row(connection, report_id)
            spoke = row.state == ReportState.PUBLISHED.value
            touched = _restore(connection, report_id) if spoke else set()
            touched |= _remove(connection, report_id)
            _refreshed(connection, touched)
            fulltext.scrub(connection)
            audit.note(connection, Action.REMOVED, report=report_id)


def report_columns(report: ReportReading) -> dict[str, Any]:
    """The columns of `tables.reports` that repeat what the body says."""
    return {
        "quarter": report.quarter,
        "scope": report.scope,
        "status_day": day(report.status_date),
        "issue_day": day(report.issue_date),
        "body": report.model_dump_json(),
    }


def add_problems(
    connection: Connection,
    report: ReportReading,
    report_id: str,
    problems: Sequence[ProblemReading],
    row: int | None = None,
) -> None:
    """Keeps what a report says of its problems, not yet live.

    Args:
        row: the id that the one problem's row is to have; by default the next.
    """
    if not problems:
        return
    where = {} if row is None else {"id": row}
    # Some at a time: as rows a long report would take its place in memory again.
    parts = [problems[start : start + _BATCH] for start in range(0, len(problems), _BATCH)]
    for part in parts:
        connection.execute(
            insert(snapshots),
            [{**snapshot_row(problem, report, report_id), **where} for problem in part],
        )
    ids = row_ids(connection, report_id)
    for part in parts:
        rows, found = [], []
        for problem in part:
            rows.append({"snapshot_id": ids[problem.pbi], **body_columns(problem)})
            found += mark_rows(ids[problem.pbi], problem)
        connection.execute(insert(bodies), rows)
        if found:
            connection.execute(insert(marks), found)


def rewrite(connection: Connection, report_id: str, pbis: Collection[str] | None = None) -> None:
    """Brings columns, marks, full text and passages in line with the bodies, after a change."""
    row = _row(connection, report_id)
    report = ReportReading.model_validate_json(row.body)
    searched = report_id in circles.with_text(connection)
    for snapshot_id, problem in _problems(connection, report_id):
        if pbis is not None and problem.pbi not in pbis:
            continue
        connection.execute(
            update(snapshots)
            .where(snapshots.c.id == snapshot_id)
            .values(snapshot_row(problem, report, report_id))
        )
        connection.execute(delete(marks).where(marks.c.snapshot_id == snapshot_id))
        if found := mark_rows(snapshot_id, problem):
            connection.execute(insert(marks), found)
        if searched:
            _drop_text(connection, [snapshot_id])
            put_text(connection, [(snapshot_id, problem)])


def expect(connection: Connection, report_id: str, *states: ReportState) -> Row[Any]:
    """The row of a report in one of the states. Raises RecordNotFound, WrongState."""
    return _expect(connection, report_id, *states)


def row_ids(connection: Connection, report_id: str) -> dict[str, int]:
    """Row id by PBI of one report's snapshots."""
    rows = connection.execute(
        select(snapshots.c.pbi, snapshots.c.id).where(snapshots.c.report_id == report_id)
    )
    return dict(iter(rows))


def _publish(connection: Connection, report_id: str) -> None:
    row = _expect(connection, report_id, ReportState.DRAFT, ReportState.WITHDRAWN)
    replaced = row.supersedes or _forerunner(connection, row)
    connection.execute(
        update(reports)
        .where(reports.c.id == report_id)
        .values(
            state=ReportState.PUBLISHED.value, published_at=datetime.now(UTC), superseded_by=None
        )
    )
    ids = row_ids(connection, report_id)
    rows = sorted(ids.values())
    for start in range(0, len(rows), _BATCH):
        put_text(connection, _problems(connection, report_id, rows[start : start + _BATCH]))
    touched = set(ids)
    if replaced:
        touched |= _replace(connection, report_id, replaced)
    audit.note(connection, Action.PUBLISHED, report=report_id)
    _refreshed(connection, touched)


def _refreshed(connection: Connection, touched: Collection[str]) -> None:
    """Everything that follows from which reports speak."""
    settle_text(connection)
    derive.refresh(connection, touched)


def settle_text(connection: Connection) -> None:
    """Keeps the text of a replaced report where some circle of readers still hears it."""
    searched = circles.with_text(connection)
    replaced = connection.scalars(
        select(reports.c.id).where(reports.c.state == ReportState.SUPERSEDED.value)
    ).all()
    for report_id in replaced:
        mine = select(snapshots.c.id).where(snapshots.c.report_id == report_id)
        held = connection.scalar(
            select(passages.c.hash).where(passages.c.snapshot_id.in_(mine)).limit(1)
        )
        if held is not None and report_id not in searched:
            _drop_text(connection, list(row_ids(connection, report_id).values()))
        elif held is None and report_id in searched:
            put_text(connection, _problems(connection, report_id))


def _forerunner(connection: Connection, row: Row[Any]) -> str | None:
    """The published report that a second version is recognised by."""
    new = ReportReading.model_validate_json(row.body)
    if not new.quarter or not (new.title or new.reference):
        return None
    rivals = connection.execute(
        select(reports.c.id, reports.c.body).where(
            reports.c.state == ReportState.PUBLISHED.value,
            reports.c.quarter == new.quarter,
            reports.c.id != row.id,
        )
    )
    for rival_id, body in rivals:
        if _identity(ReportReading.model_validate_json(body)) == _identity(new):
            return str(rival_id)
    return None


def _identity(report: ReportReading) -> tuple[str, ...]:
    parts = (report.title, report.reference, report.scope)
    return tuple(fold(part or "") for part in parts)


def _replace(connection: Connection, new_id: str, old_id: str) -> set[str]:
    """The old report leaves the answers; returns its PBIs."""
    old = connection.execute(select(reports).where(reports.c.id == old_id)).one_or_none()
    if old is None or old.state != ReportState.PUBLISHED.value:
        return set()
    audit.note(connection, Action.SUPERSEDED, report=old_id, detail=f"by {new_id}")
    touched = _silence(connection, old_id, ReportState.SUPERSEDED)
    connection.execute(update(reports).where(reports.c.id == old_id).values(superseded_by=new_id))
    connection.execute(update(reports).where(reports.c.id == new_id).values(supersedes=old_id))
    return touched


def _restore(connection: Connection, report_id: str) -> set[str]:
    """Publishes again what a report had superseded; returns the PBIs."""
    touched: set[str] = set()
    replaced = connection.scalars(
        select(reports.c.id).where(
            reports.c.superseded_by == report_id,
            reports.c.state == ReportState.SUPERSEDED.value,
        )
    ).all()
    for old_id in replaced:
        connection.execute(
            update(reports)
            .where(reports.c.id == old_id)
            .values(state=ReportState.PUBLISHED.value, superseded_by=None)
        )
        problems = _problems(connection, old_id)
        # Where the two differed in marking some circle heard it all the while: it is there.
        _drop_text(connection, [row for row, _ in problems])
        put_text(connection, problems)
        touched |= {problem.pbi for _, problem in problems}
    return touched


def _silence(connection: Connection, report_id: str, state: ReportState) -> set[str]:
    """Takes a published report's text out of search; returns its PBIs."""
    connection.execute(
        update(reports).where(reports.c.id == report_id).values(state=state.value, current=False)
    )
    derive.silence(connection, report_id)
    ids = row_ids(connection, report_id)
    _drop_text(connection, list(ids.values()))
    return set(ids)


def _remove(connection: Connection, report_id: str) -> set[str]:
    ids = row_ids(connection, report_id)
    _drop_text(connection, list(ids.values()))
    # In a chain of versions the older ones now give way to whatever this one gave way to.
    heir = connection.scalar(select(reports.c.superseded_by).where(reports.c.id == report_id))
    connection.execute(
        update(reports).where(reports.c.superseded_by == report_id).values(superseded_by=heir)
    )
    connection.execute(
        update(reports).where(reports.c.supersedes == report_id).values(supersedes=None)
    )
    # Answers that were commented on hold its words.
    told = select(feedback_reports.c.feedback_id).where(feedback_reports.c.report_id == report_id)
    connection.execute(delete(feedback).where(feedback.c.id.in_(told)))
    # So do the jobs that were refused it, or cancelled, before one brought it in.
    bytes_of = select(reports.c.sha256).where(reports.c.id == report_id).scalar_subquery()
    connection.execute(delete(jobs).where(jobs.c.sha256 == bytes_of, jobs.c.ended.is_not(None)))
    connection.execute(delete(reports).where(reports.c.id == report_id))
    return set(ids)


def put_text(connection: Connection, problems: Sequence[tuple[int, ProblemReading]]) -> None:
    """Makes (snapshot id, problem) pairs findable by words and, through the outbox, by meaning."""
    fulltext.put(connection, problems)
    rows: list[dict[str, Any]] = [
        {"snapshot_id": row, "ordinal": passage.ordinal, "hash": passage.hash}
        for row, problem in problems
        for passage in cut(problem)
    ]
    outbox.add(connection, rows)


def _drop_text(connection: Connection, rows: Sequence[int]) -> None:
    fulltext.drop(connection, rows)
    outbox.drop(connection, rows)


def _problems(
    connection: Connection, report_id: str, some: Sequence[int] | None = None
) -> list[tuple[int, ProblemReading]]:
    """What a report says of its problems, or of those in some rows, by row."""
    asked = (
        select(snapshots.c.id, bodies.c.body)
        .join(bodies, bodies.c.snapshot_id == snapshots.c.id)
        .where(snapshots.c.report_id == report_id)
        .order_by(snapshots.c.id)
    )
    rows = connection.execute(asked if some is None else asked.where(snapshots.c.id.in_(some)))
    return [(row, ProblemReading.model_validate_json(body)) for row, body in rows]


def _row(connection: Connection, report_id: str) -> Row[Any]:
    row = connection.execute(select(reports).where(reports.c.id == report_id)).one_or_none()
    if row is None:
        raise RecordNotFound(f"no report {report_id!r} is loaded")
    return row


def _expect(connection: Connection, report_id: str, *states: ReportState) -> Row[Any]:
    row = _row(connection, report_id)
    if row.state not in {state.value for state in states}:
        wanted = " or ".join(state.value for state in states)
        raise WrongState(f"{row.file} is {row.state}; it would have to be {wanted} for that")
    return row


def _findings_json(findings: Iterable[Finding]) -> str:
    return json.dumps([finding.model_dump(mode="json") for finding in findings])
