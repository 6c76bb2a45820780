"""Where two reports of one quarter disagree on a problem: the marks of `kb/derive.py` in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, select

from ingest.numbers import short_pbi
from ingest.records import Finding, Severity
from kb.derive import DISPUTE
from kb.records import ReportRecord
from kb.tables import marks, snapshots

_WORDS = {"owner": "owner", "severity": "severity", "status": "status", "target": "target"}


def disputes(
    connection: Connection, ids: Sequence[int], reports: Mapping[str, ReportRecord]
) -> dict[int, tuple[Finding, ...]]:
    """A finding for each other report that a snapshot disagrees with, by row id."""
    said: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    rows = connection.execute(
        select(marks.c.snapshot_id, marks.c.value).where(
            marks.c.kind == "dispute", marks.c.snapshot_id.in_(ids)
        )
    )
    for row, value in rows:
        other, _, field = value.partition(":")
        said[row][other].append(field)
    return {
        row: tuple(
            _finding(connection, row, reports[other], sorted(fields))
            for other, fields in sorted(others.items())
            if other in reports
        )
        for row, others in said.items()
    }


def _finding(
    connection: Connection, row: int, other: ReportRecord, fields: Sequence[str]
) -> Finding:
    columns = [snapshots.c[field] for field in fields]
    mine = connection.execute(select(snapshots.c.pbi, *columns).where(snapshots.c.id == row)).one()
    theirs = connection.execute(
        select(*columns).where(snapshots.c.report_id == other.id, snapshots.c.pbi == mine.pbi)
    ).one()
    differ = "; ".join(
        f"{_WORDS[field]} {_shown(field, getattr(mine, field))} here, "
        f"{_shown(field, getattr(theirs, field))} there"
        for field in fields
    )
    number = short_pbi(mine.pbi)
    return Finding(
        code=DISPUTE,
        message=f"{other.file}, for the same quarter, says otherwise: {differ}.",
        pbi=mine.pbi,
        ask=f"Two reports for one quarter differ on PBI {number} ({differ}): which one holds?",
    )


def _shown(field: str, value: object) -> str:
    if field == "target" and isinstance(value, int):
        return f"{date.fromordinal(value):%d/%m/%Y}"
    if field == "severity" and isinstance(value, int):
        return list(Severity)[value].value
    return str(value)
