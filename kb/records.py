"""What the knowledge base hands out: reports, snapshots, events, hits and answers."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from ingest.records import Box, Frozen, ProblemReading


class ReportState(StrEnum):
    """Where a report stands. Only `PUBLISHED` reports speak in answers."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class ReportRecord(Frozen):
    """One report as the knowledge base holds it.

    Attributes:
        id: the first twelve hex digits of the sha256 of its bytes.
        scope: the party it is about ("DCO"), None for all problems.
        current: it is published and no later published report covers its scope.
        problems: how many snapshots it holds.
    """

    id: str
    sha256: str
    file: str
    media_type: str
    pages: int
    title: str | None
    reference: str | None
    quarter: str | None
    status_date: date | None
    issue_date: date | None
    classification: str | None
    scope: str | None
    scanned: bool
    state: ReportState
    current: bool
    problems: int
    uploaded_at: datetime
    published_at: datetime | None
    superseded_by: str | None = None

    @property
    def as_at(self) -> date | None:
        """The day that its statements speak of: status date, else issue date."""
        return self.status_date or self.issue_date


class Snapshot(Frozen):
    """What one published report says of one problem, with what the history adds.

    Attributes:
        key: unique over all snapshots; stable while the report is loaded.
        open: the status is none of the closing ones (None: the report gives no status).
        slips, slip_days: how often and by how many days in all the target had moved later up to
            and including this report.
        vanished: was open, and no later report that covers its scope mentions it.
        latest: no later published report holds this problem.
    """

    key: str
    report: ReportRecord
    problem: ProblemReading
    open: bool | None
    slips: int = 0
    slip_days: int = 0
    vanished: bool = False
    latest: bool = True

    @property
    def pbi(self) -> str:
        """The problem's number, canonical."""
        return self.problem.pbi

    def age_days(self, as_at: date | None = None) -> int | None:
        """Days from created to `as_at`, by default the status date of the report."""
        day = as_at or self.problem.status_date or self.report.as_at
        return (day - self.problem.created).days if day and self.problem.created else None

    def overdue_days(self, as_at: date | None = None) -> int | None:
        """Days that an open problem's target lies before `as_at`; None when it is not overdue."""
        day = as_at or self.problem.status_date or self.report.as_at
        target = self.problem.target_completion
        return (day - target).days if day and target and self.open and target < day else None


class EventKind(StrEnum):
    """What can happen to a problem between two reports."""

    APPEARED = "appeared"
    CLOSED = "closed"
    REOPENED = "reopened"
    SLIPPED = "target_slipped"
    BROUGHT_FORWARD = "target_brought_forward"
    TARGET_GIVEN = "target_given"
    TARGET_REMOVED = "target_removed"
    OWNER_CHANGED = "owner_changed"
    ROLE_CHANGED = "owner_role_changed"
    SEVERITY_RAISED = "severity_raised"
    SEVERITY_LOWERED = "severity_lowered"
    SEVERITY_GIVEN = "severity_given"
    SEVERITY_REMOVED = "severity_removed"
    STATUS_CHANGED = "status_changed"
    IMPACT_CHANGED = "impact_class_changed"
    IMPACT_REWORDED = "impact_reworded"
    RETITLED = "retitled"
    VANISHED = "vanished"
    CAME_BACK = "came_back"


class Event(Frozen):
    """One difference between two neighbouring snapshots of a problem.

    Attributes:
        before, after: values as printed or ISO dates; None where there is none.
        days: how far a target moved, later positive.
        from_report, to_report: ids of the reports; `to_report` of a vanished problem is the first
            report that should have held it.
        before_role, after_role: the owner's role on both sides, where the owner changed.
        closing: a target that is no longer given because the problem was closed.
    """

    pbi: str
    kind: EventKind
    before: str | None = None
    after: str | None = None
    days: int | None = None
    from_report: str | None = None
    to_report: str | None = None
    from_quarter: str | None = None
    to_quarter: str | None = None
    before_role: str | None = None
    after_role: str | None = None
    closing: bool = False


class Citation(Frozen):
    """A quote that stands to the letter on the page named.

    Attributes:
        document: the file's name as uploaded. report: its id.
        field: which field of the problem it supports ("target_completion"), if one.
    """

    document: str
    page: int
    pbi: str | None
    quote: str
    report: str
    field: str | None = None
    bbox: Box | None = None
    place: str | None = None


class Passage(Frozen):
    """A stretch of a narrative or a field, as text search finds it."""

    snapshot: str
    pbi: str
    field: str
    text: str
    score: float


class Statement(Frozen):
    """One sentence of an answer with the citations that hold it up (indices into the answer's)."""

    text: str
    citations: tuple[int, ...] = ()
    fact: bool = True
