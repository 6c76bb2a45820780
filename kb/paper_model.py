"""The user-impact paper as a value: what it covers, what it counts, problem by problem."""

from __future__ import annotations

from datetime import date

from ingest.records import Frozen, ImpactClass, Severity
from kb.outage import Outage
from kb.records import ReportRecord, Snapshot

SEVERITY_COLUMNS: tuple[Severity | None, ...] = (*Severity, None)
"""Columns of the summary: the four words, then "not stated"."""


class PaperEntry(Frozen):
    """One problem in the paper.

    Attributes:
        snapshot: what the report says; age_days and overdue_days at the date of the paper.
        targets: the target dates given over time, the present one last.
        outage: the impact evidence put together; None where the narrative tells of nothing.
    """

    snapshot: Snapshot
    outage: Outage | None = None
    targets: tuple[date, ...] = ()
    age_days: int | None = None
    overdue_days: int | None = None

    @property
    def pbi(self) -> str:
        """The problem's number, canonical."""
        return self.snapshot.pbi

    @property
    def closed(self) -> bool:
        """The report says that it is closed; a problem without a status is not."""
        return self.snapshot.open is False


class ImpactRow(Frozen):
    """How many problems of one impact class, per severity in the order of `SEVERITY_COLUMNS`."""

    impact_class: ImpactClass
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """All severities together."""
        return sum(self.counts)


class OwnerRow(Frozen):
    """How many problems one party holds. `owner` None: the report does not say."""

    owner: str | None
    open: int
    closed: int
    critical_open: int

    @property
    def total(self) -> int:
        """Open and closed together."""
        return self.open + self.closed


class Gap(Frozen):
    """Something that the reports do not say, and of which problems."""

    code: str
    words: str
    pbis: tuple[str, ...]


class Question(Frozen):
    """A question that can be put to the DCC, and the problems that raise it."""

    text: str
    pbis: tuple[str, ...]


class Paper(Frozen):
    """The user-impact paper.

    Attributes:
        supplier: the party asked about, None for all. owner: only problems that it holds.
        quarter: None for the current reports.
        scope: what is covered, in words.
        reports: those it rests on. dates: the days that they speak of, ascending.
        as_at: the day that ages and overdue targets are measured at, where it was given.
        classification: the highest marking among the reports; unmarked: how many carry none.
        entries: open ones first, then closed ones; within each what matters to users first.
        vanished: open at their last word, and in no later report that should hold them.
    """

    title: str
    scope: str
    supplier: str | None
    owner: bool
    quarter: str | None
    as_at: date | None
    dates: tuple[date, ...]
    reports: tuple[ReportRecord, ...]
    classification: str | None
    unmarked: int
    entries: tuple[PaperEntry, ...]
    vanished: tuple[Snapshot, ...]
    open_by_impact: tuple[ImpactRow, ...]
    closed_by_impact: tuple[ImpactRow, ...]
    by_owner: tuple[OwnerRow, ...]
    highlights: tuple[str, ...]
    gaps: tuple[Gap, ...]
    questions: tuple[Question, ...]

    @property
    def open(self) -> tuple[PaperEntry, ...]:
        """The problems that are not closed."""
        return tuple(entry for entry in self.entries if not entry.closed)

    @property
    def closed(self) -> tuple[PaperEntry, ...]:
        """The problems that the report says are closed."""
        return tuple(entry for entry in self.entries if entry.closed)
