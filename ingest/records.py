"""The words everyone shares: what one report says, value by value, with the place of each.

Nothing in this module reads, stores or shows anything; every other module imports from here.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Box = tuple[float, float, float, float]
"""x0, top, x1, bottom in points (1/72 inch), from the top left of the page as displayed."""


class Frozen(BaseModel):
    """A closed value: no unknown fields, no change after it is made.

    `model_copy(update=...)` does not validate; make a changed value with `changed`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


class Grade(StrEnum):
    """How sure the reading of one value is, in words a reviewer can act on."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


class Severity(StrEnum):
    """The four words of the reports, most severe first."""

    CRITICAL = "Critical"
    HIGH = "High"
    MEDIUM = "Medium"
    LOW = "Low"


class ImpactClass(StrEnum):
    """What the stated impact amounts to. `NOT_STATED` is not `NONE`."""

    IMPACTING = "impacting"
    NO_ENDURING = "no_enduring"
    NONE = "none"
    NOT_STATED = "not_stated"


class Evidence(Frozen):
    """Where one value was read: enough to highlight it and to check it again.

    Attributes:
        page: from 1. In a spreadsheet the sheet, in a document without pages 1.
        bbox: the words of the quote; None where the medium has no boxes (text, DOCX, XLSX).
        quote: the exact words as printed on that page, line wraps joined by one space.
        place: the address in a medium without boxes ("Open problems!C7", "paragraph 12").
        grade, why: how sure the reading is, and the reason where it is not good.
        rule: the rule that read it, such as "label.target" or "column.severity".
    """

    page: Annotated[int, Field(ge=1)]
    bbox: Box | None = None
    quote: str
    place: str | None = None
    grade: Grade = Grade.GOOD
    why: str | None = None
    rule: str = ""


class ImpactEvidence(Frozen):
    """One sentence of the narrative that says what users met while the fault lasted.

    Attributes:
        quote: the sentence to the letter; page and bbox as in `Evidence`.
        scope: whom or what it touched, in the words of the sentence ("the SMETS1 Estate").
        start, end: as ISO "2021-03-23T13:52", "2021-05-05" or "13:52", as far as the words go.
        minutes: the duration, stated or worked out from start and end.
        percent: percentages named in the sentence.
        processes: business processes touched ("prepayment", "install and commission", ...).
    """

    quote: str
    page: Annotated[int, Field(ge=1)]
    bbox: Box | None = None
    place: str | None = None
    scope: str | None = None
    start: str | None = None
    end: str | None = None
    minutes: float | None = None
    percent: tuple[float, ...] = ()
    processes: tuple[str, ...] = ()


class Finding(Frozen):
    """Something a careful reader would raise.

    Attributes:
        code: stable, kebab-case ("created-after-event").
        message: what was seen and where, in a sentence.
        ask: what a reader should put to the DCC; None where nothing need be asked.
    """

    code: str
    message: str
    pbi: str | None = None
    page: int | None = None
    ask: str | None = None


class ProblemReading(Frozen):
    """One problem as one report states it. None: the report does not say."""

    pbi: Annotated[str, Field(pattern=r"^PBI\d{12}$")]
    title: str | None = None
    description: str | None = None
    owner: str | None = None
    owner_role: str | None = None
    involved: tuple[str, ...] = ()
    severity: Severity | None = None
    created: date | None = None
    status: str | None = None
    status_date: date | None = None
    target_completion: date | None = None
    user_impact: str | None = None
    impact_class: ImpactClass = ImpactClass.NOT_STATED
    incident_observation: str | None = None
    major_incident: bool | None = None
    workaround: str | None = None
    update: str | None = None
    root_cause: str | None = None
    impact_evidence: tuple[ImpactEvidence, ...] = ()
    evidence: dict[str, Evidence] = {}
    findings: tuple[Finding, ...] = ()


FIELDS: tuple[str, ...] = (
    "pbi",
    "title",
    "description",
    "owner",
    "owner_role",
    "involved",
    "severity",
    "created",
    "status",
    "status_date",
    "target_completion",
    "user_impact",
    "impact_class",
    "incident_observation",
    "major_incident",
    "workaround",
    "update",
    "root_cause",
)
"""Every field of a problem that a report can state, in the order that people read them."""


class ReportReading(Frozen):
    """What a report says of itself.

    Attributes:
        quarter: calendar quarter "2021-Q2".
        scope: the party that the paper is about ("DCO"), None for a report on all problems.
        file: the name it was given; sha256: of its bytes; pages: how many (sheets, in a workbook).
        media_type: "application/pdf", "text/plain", ...
        scanned: the words come from OCR.
    """

    title: str | None = None
    reference: str | None = None
    quarter: Annotated[str, Field(pattern=r"^\d{4}-Q[1-4]$")] | None = None
    status_date: date | None = None
    issue_date: date | None = None
    classification: str | None = None
    scope: str | None = None
    file: str
    sha256: str
    pages: int
    media_type: str = "application/pdf"
    scanned: bool = False
    evidence: dict[str, Evidence] = {}


class Reading(Frozen):
    """Everything that was read from one file."""

    report: ReportReading
    problems: tuple[ProblemReading, ...]
    findings: tuple[Finding, ...] = ()
