"""Where two reports of one quarter disagree on a problem: the marks of `kb/derive.py` in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select, true

from ingest.numbers import short_pbi
from ingest.records import Finding, Severity
from kb.derive import COMPARED, DISPUTE, differing
from kb.records import ReportRecord
from kb.tables import marks, snapshots

if TYPE_CHECKING:
    from kb.visible import Sight

_WORDS = {"owner": "owner", "severity": "severity", "status": "status", "target": "target"}


def disputes(
    connection: Connection, ids: Sequence[int], sight: Sight
) -> dict[int, tuple[Finding, ...]]:
    """A finding for each other visible report that a snapshot disagrees with, by row id."""
    said = _marked(connection, ids) if sight.everything else _compared(connection, ids, sight)
    return {
        row: tuple(
            _finding(connection, row, sight.reports[other], sorted(fields))
            for other, fields in sorted(others.items())
            if other in sight.reports
        )
        for row, others in said.items()
    }


def _marked(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, list[str]]]:
    """What each row is contradicted in, by the other report: as it was marked."""
    said: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    rows = connection.execute(
        select(marks.c.snapshot_id, marks.c.value).where(
            marks.c.kind == "dispute", marks.c.snapshot_id.in_(ids)
        )
    )
    for row, value in rows:
        other, _, field = value.partition(":")
        said[row][other].append(field)
    return said


def _compared(
    connection: Connection, ids: Sequence[int], sight: Sight
) -> dict[int, dict[str, list[str]]]:
    """The same for a circle of readers: in it other reports may speak."""
    one, other = sight.rows("one"), sight.rows("other")
    mine = [one.c[name].label(name) for name in COMPARED]
    theirs = [other.c[name].label(f"other_{name}") for name in COMPARED]
    rows = connection.execute(
        select(one.c.id, other.c.report_id, *mine, *theirs).where(
            one.c.id.in_(ids),
            one.c.disputed == true(),
            other.c.pbi == one.c.pbi,
            other.c.quarter == one.c.quarter,
            other.c.id != one.c.id,
        )
    )
    said: dict[int, dict[str, list[str]]] = defaultdict(dict)
    for row in rows:
        found = row._mapping
        there = SimpleNamespace(**{name: found[f"other_{name}"] for name in COMPARED})
        if fields := differing(row, there):
            said[row.id][row.report_id] = fields
    return said


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
