"""The user-impact paper laid out: what is read on paper, and the same facts as tables."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.numbers import short_pbi
from kb.exports.model import (
    Column,
    ExportDocument,
    Paragraph,
    Section,
    Style,
    Table,
    Use,
    Value,
)
from kb.exports.snapshots import evidence_table, findings_table, reports_table, snapshots_table
from kb.paper_entry import entry_section
from kb.paper_model import SEVERITY_COLUMNS, ImpactRow, Paper, PaperEntry
from kb.words import (
    IMPACT_LABELS,
    NOT_STATED,
    british,
    counted,
    owner_words,
    report_name,
    sentence,
    severity_words,
)

PROBLEMS = "Problems"
"""Title of the table that holds every problem with every field."""


def paper_document(paper: Paper) -> ExportDocument:
    """The paper for the writers of `kb.exports`."""
    return ExportDocument(
        title=paper.title,
        subtitle=_speaks(paper),
        lead=(Paragraph(text=f"Scope: {paper.scope}"), Paragraph(text=_marking_words(paper))),
        sections=tuple(_sections(paper)),
        marking=paper.classification,
        spoken=f"{paper.title}. {_speaks(paper)}.",
        as_at=paper.as_at or (paper.dates[-1] if paper.dates else None),
        main=PROBLEMS,
    )


def _sections(paper: Paper) -> list[Section]:
    bullets = tuple(Paragraph(text=text, style=Style.BULLET) for text in paper.highlights)
    sections = [
        Section(heading="At a glance", blocks=bullets),
        Section(heading="Summary", blocks=_summary(paper)),
        Section(heading="Problems in brief", blocks=_brief(paper), use=Use.PRINT),
    ]
    sections += _entries("Open problems", paper.open)
    sections += _entries("Closed problems", paper.closed)
    if paper.vanished:
        sections.append(Section(heading="No longer mentioned", blocks=_vanished(paper)))
    sections += [
        Section(heading="What the reports do not say", blocks=(_gaps(paper),)),
        Section(heading="Questions to the DCC", blocks=(_questions(paper),)),
        Section(heading="Data", blocks=_data(paper), use=Use.DATA),
        Section(heading="Sources", blocks=(reports_table(paper.reports),)),
    ]
    return sections


def _speaks(paper: Paper) -> str:
    """From which reports, and of which day."""
    whence = [report_name(report) for report in paper.reports]
    words = f"From {whence[0] if len(whence) == 1 else counted(len(whence), 'report')}"
    if len(paper.dates) == 1:
        words += f", as at {british(paper.dates[0])}"
    elif paper.dates:
        words += f", as at {british(paper.dates[0])} to {british(paper.dates[-1])}"
    if paper.as_at:
        words += f"; ages and overdue targets at {british(paper.as_at)}"
    return words


def _marking_words(paper: Paper) -> str:
    if paper.classification is None:
        return "Classification: the reports carry no marking."
    words = f"Classification: {paper.classification}, the highest marking among the reports"
    if paper.unmarked:
        words += f" ({counted(paper.unmarked, 'report')} without one)"
    return words + "."


def _summary(paper: Paper) -> tuple[Table, ...]:
    return (
        _impact_table("Open problems by stated impact and severity", paper.open_by_impact),
        _impact_table("Closed problems by stated impact and severity", paper.closed_by_impact),
        _owner_table(paper),
    )


def _impact_table(title: str, rows: Sequence[ImpactRow]) -> Table:
    labels = [severity_words(severity) for severity in SEVERITY_COLUMNS]
    body: list[tuple[Value, ...]] = [
        (IMPACT_LABELS[row.impact_class], *row.counts, row.total) for row in rows
    ]
    sums = [sum(row.counts[n] for row in rows) for n in range(len(labels))]
    return Table(
        title=title,
        columns=(
            Column(label="Stated impact", width=2.2),
            *(Column(label=label) for label in labels),
            Column(label="Total"),
        ),
        rows=(*body, ("Total", *sums, sum(sums))),
        total=True,
    )


def _owner_table(paper: Paper) -> Table:
    rows = paper.by_owner
    counts = [(row.open, row.critical_open, row.closed, row.total) for row in rows]
    body: list[tuple[Value, ...]] = [
        (owner_words(row.owner), *count) for row, count in zip(rows, counts, strict=True)
    ]
    sums = [sum(count[n] for count in counts) for n in range(4)]
    return Table(
        title="Problems by owner",
        columns=(
            Column(label="Owner", width=2.2),
            Column(label="Open"),
            Column(label="Open and Critical"),
            Column(label="Closed"),
            Column(label="Total"),
        ),
        rows=(*body, ("Total", *sums)),
        total=True,
    )


def _brief(paper: Paper) -> tuple[Table, ...]:
    return (
        _brief_table("Open problems, what matters to users first", paper.open),
        _brief_table("Closed problems", paper.closed),
    )


def _brief_table(title: str, entries: Sequence[PaperEntry]) -> Table:
    return Table(
        title=title,
        columns=(
            Column(label="PBI", width=0.9),
            Column(label="Title", width=2.4),
            Column(label="Owner", width=1.15),
            Column(label="Severity", width=1),
            Column(label="Status", width=1),
            Column(label="Target", width=1.3),
            Column(label="Stated impact", width=1.8),
            Column(label="What users met", width=1.6),
        ),
        rows=tuple(_brief_row(entry) for entry in entries),
    )


def _brief_row(entry: PaperEntry) -> tuple[Value, ...]:
    problem = entry.snapshot.problem
    return (
        short_pbi(entry.pbi),
        problem.title or NOT_STATED,
        owner_words(problem.owner, problem.owner_role),
        severity_words(problem.severity),
        problem.status or NOT_STATED,
        problem.target_completion or ("" if entry.closed else NOT_STATED),
        problem.user_impact or NOT_STATED,
        _met(entry),
    )


def _met(entry: PaperEntry) -> str:
    if entry.outage is None:
        return NOT_STATED
    return sentence(entry.outage.words()) or "See the entry"


def _entries(heading: str, entries: Sequence[PaperEntry]) -> list[Section]:
    none = () if entries else (Paragraph(text="None.", style=Style.NOTE),)
    top = Section(heading=heading, blocks=none, use=Use.PRINT)
    return [top, *(entry_section(entry) for entry in entries)]


def _vanished(paper: Paper) -> tuple[Paragraph | Table, ...]:
    words = (
        "These were open when a report last mentioned them, and a later report that covers them "
        "does not hold them. They are not counted above."
    )
    table = Table(
        title="Open when last mentioned",
        columns=(
            Column(label="PBI", width=0.8),
            Column(label="Title", width=3),
            Column(label="Owner", width=1.2),
            Column(label="Severity", width=0.9),
            Column(label="Last status", width=1),
            Column(label="Last target", width=1.2),
            Column(label="Last mentioned in", width=2),
        ),
        rows=tuple(
            (
                short_pbi(one.pbi),
                one.problem.title or NOT_STATED,
                owner_words(one.problem.owner, one.problem.owner_role),
                severity_words(one.problem.severity),
                one.problem.status or NOT_STATED,
                one.problem.target_completion or NOT_STATED,
                report_name(one.report),
            )
            for one in paper.vanished
        ),
    )
    return (Paragraph(text=words), table)


def _gaps(paper: Paper) -> Table:
    return Table(
        title="Not stated",
        columns=(
            Column(label="What is not stated", width=2.2),
            Column(label="How many", width=0.9),
            Column(label="PBI", width=5),
        ),
        rows=tuple(
            (gap.words, len(gap.pbis), ", ".join(short_pbi(pbi) for pbi in gap.pbis))
            for gap in paper.gaps
        ),
        empty="Owner, impact, target, narrative, severity and status are stated throughout.",
    )


def _questions(paper: Paper) -> Table:
    return Table(
        title="Questions that follow",
        columns=(
            Column(label="No.", width=0.4),
            Column(label="Question", width=5),
            Column(label="PBI", width=1.6),
        ),
        rows=tuple(
            (number, question.text, ", ".join(short_pbi(pbi) for pbi in question.pbis))
            for number, question in enumerate(paper.questions, start=1)
        ),
        empty="No question follows from what was read.",
    )


def _data(paper: Paper) -> tuple[Table, ...]:
    snapshots = [entry.snapshot for entry in paper.entries]
    return (
        snapshots_table(snapshots, title=PROBLEMS, as_at=paper.as_at),
        evidence_table(snapshots),
        findings_table(snapshots),
    )
