"""Problems as a table that can be sorted; a row opens the problem."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.routes import open_problem
from app.widgets import grid
from app.widgets.grid import Cell, Column
from ingest.numbers import short_pbi
from ingest.quarters import spoken
from ingest.records import ImpactClass, Severity
from kb.records import Snapshot
from kb.words import IMPACT_LABELS, owner_words

_LEVELS = {Severity.CRITICAL: 4, Severity.HIGH: 3, Severity.MEDIUM: 2, Severity.LOW: 1}
_IMPACTS = list(IMPACT_LABELS)

_REPORT = "Report"

_COLUMNS: tuple[tuple[Column, Callable[[Snapshot], Cell]], ...] = (
    (Column("PBI"), lambda s: grid.cell(short_pbi(s.pbi), "pr-num")),
    (Column("Title", wide=True), lambda s: _title(s)),
    (Column("Status"), lambda s: _status(s)),
    (Column("Severity"), lambda s: _severity(s)),
    (Column("Owner"), lambda s: _owner(s)),
    (Column("User impact"), lambda s: _impact(s)),
    (Column("Created"), lambda s: grid.cell(s.problem.created)),
    (Column("Target"), lambda s: grid.cell(s.problem.target_completion)),
    (Column("Age, days", number=True), lambda s: grid.cell(s.age_days())),
    (Column("Overdue, days", number=True), lambda s: grid.cell(s.overdue_days())),
    (Column("Slips", number=True), lambda s: grid.cell(s.slips or None)),
    (Column(_REPORT), lambda s: grid.cell(_report(s), "pr-num")),
)


def table(rows: Sequence[Snapshot]) -> tuple[list[Column], list[list[Cell]]]:
    """Columns and cells; one that holds nothing, or one report for all rows, is left out."""
    filled = [(column, [make(row) for row in rows]) for column, make in _COLUMNS]
    kept = [
        (column, cells)
        for column, cells in filled
        if any(one.text for one in cells)
        and (column.label != _REPORT or len({one.text for one in cells}) > 1)
    ]
    return [column for column, _ in kept], [
        [cells[number] for _, cells in kept] for number in range(len(rows))
    ]


def show(
    rows: Sequence[Snapshot], *, key: str, among: tuple[str, ...] = (), name: str = "Problems"
) -> None:
    """Draw the table, and open the problem whose row was pressed.

    Args:
        among: the numbers that previous and next on the problem's page go through.
    """
    columns, cells = table(rows)
    opened = grid.show(
        columns,
        cells,
        key=key,
        caption=f"{name}: {len(rows)} rows. The number opens the problem.",
        links=[address(row.pbi) for row in rows],
    )
    if opened is not None and opened < len(rows):
        open_problem(rows[opened].pbi, among=among or tuple(row.pbi for row in rows))


def address(pbi: str) -> str:
    """The link of a problem's page, relative to the app."""
    return f"problem?pbi={short_pbi(pbi)}"


def _title(snapshot: Snapshot) -> Cell:
    title = snapshot.problem.title
    return grid.cell(title) if title else Cell("Not stated", None, "pr-unstated")


def _status(snapshot: Snapshot) -> Cell:
    return grid.cell(snapshot.problem.status, "" if snapshot.open is not False else "pr-soft")


def _severity(snapshot: Snapshot) -> Cell:
    value = snapshot.problem.severity
    return severity_cell(value) if value else grid.cell(None)


def severity_cell(value: Severity) -> Cell:
    """A severity as its word with bars; sorts most severe first."""
    return Cell(value.value, -_LEVELS[value], f"pr-badge pr-sev{_LEVELS[value]}", _LEVELS[value])


def _owner(snapshot: Snapshot) -> Cell:
    problem = snapshot.problem
    return grid.cell(owner_words(problem.owner, problem.owner_role) if problem.owner else None)


def _impact(snapshot: Snapshot) -> Cell:
    value = snapshot.problem.impact_class
    if value is ImpactClass.NOT_STATED:
        return Cell("Not stated", _IMPACTS.index(value), "pr-unstated")
    return Cell(IMPACT_LABELS[value], _IMPACTS.index(value))


def _report(snapshot: Snapshot) -> str:
    quarter = snapshot.report.quarter
    return spoken(quarter) if quarter else snapshot.report.file
