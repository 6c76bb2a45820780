"""The values of a report as a reviewer meets them: with place, grade, and what was put right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.problem_fields import field_words
from app.widgets.evidence import Place, read
from ingest.records import FIELDS, Grade, ReportReading
from ingest.sniff import PDF, XLSX
from kb.correcting import REPORT_FIELDS, shown
from kb.records import ReportRecord, Snapshot
from kb.results import Correction
from kb.words import FIELD_LABELS, NOT_STATED, counted

_FIXED = frozenset({"pbi"})

_REPORT_LABELS = {
    "title": ("Title", ""),
    "reference": ("Reference", ""),
    "quarter": ("Quarter", "Such as 2021-Q2."),
    "status_date": ("Status date", "The day that the statuses speak of, such as 20/09/2021."),
    "issue_date": ("Issue date", "Such as 30/09/2021."),
    "classification": ("Classification", "As marked on its pages."),
    "scope": ("Scope", "The party that it is about; leave empty for a report on all problems."),
}


@dataclass(frozen=True)
class Value:
    """One value: its words, where it was read, how sure that is.

    Attributes:
        typed: as one would type it to put it right.
        remark: what a reviewer should look at; "" where nothing.
        stated: the report gives it. help: how to type it.
    """

    name: str
    label: str
    text: str
    typed: str | None
    place: Place | None = None
    grade: Grade = Grade.GOOD
    remark: str = ""
    stated: bool = True
    help: str = ""


def values_of(snapshot: Snapshot, corrections: Sequence[Correction]) -> list[Value]:
    """Every field of a problem in reading order, stated or not."""
    problem = snapshot.problem
    mended = {one.field: one for one in corrections if one.pbi == snapshot.pbi}
    found = []
    for name in FIELDS:
        words = problem.pbi if name == "pbi" else field_words(problem, name)
        place = problem.evidence.get(name)
        label = FIELD_LABELS[name]
        grade = place.grade if place else Grade.GOOD
        found.append(
            Value(
                name=name,
                label=label,
                text=words or NOT_STATED,
                typed=shown(getattr(problem, name)),
                place=read(snapshot.report, place, label) if place else None,
                grade=grade,
                remark=_remark(
                    grade, place.why if place and name not in mended else None, mended.get(name)
                ),
                stated=words is not None,
            )
        )
    return found


def shared_remark(values: Sequence[Value]) -> str:
    """What holds for most of the values that were read, so that it is said once; else ""."""
    read_from = [value for value in values if value.place is not None]
    said = Counter(value.remark for value in read_from if value.grade is not Grade.GOOD)
    remark, times = said.most_common(1)[0] if said else ("", 0)
    return remark if times > 3 and times * 2 > len(read_from) else ""


def extent(report: ReportRecord) -> list[str]:
    """How long a report is, as its kind is counted: ["5 pages"], or [] for running text."""
    if report.media_type == PDF:
        return [counted(report.pages, "page")]
    return [counted(report.pages, "sheet")] if report.media_type == XLSX else []


def needs_a_look(snapshot: Snapshot) -> bool:
    """A value was not read with certainty, or a careful reader would raise something."""
    graded = any(one.grade is not Grade.GOOD for one in snapshot.problem.evidence.values())
    return graded or bool(snapshot.problem.findings)


def report_values(report: ReportReading) -> list[Value]:
    """The fields of the report itself that can be put right."""
    found = []
    for name in REPORT_FIELDS:
        label, advice = _REPORT_LABELS[name]
        typed = shown(getattr(report, name))
        found.append(
            Value(
                name=name,
                label=label,
                text=typed or NOT_STATED,
                typed=typed,
                stated=typed is not None,
                help=advice,
            )
        )
    return found


def editable(name: str) -> bool:
    """The number is what a record is known by; all else can be put right."""
    return name not in _FIXED


def _remark(grade: Grade, why: str | None, mended: Correction | None) -> str:
    if mended is not None:
        was = mended.printed or NOT_STATED.lower()
        return f"Corrected by {mended.who}; printed: {was}"
    if grade is Grade.GOOD:
        return ""
    return f"To look at: {why}" if why else f"Read with {grade.value} certainty"
