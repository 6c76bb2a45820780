"""One problem of the user-impact paper, laid out, with the page that it was read from."""

from __future__ import annotations

from collections.abc import Iterator

from kb.exports.model import Fact, Facts, Paragraph, Section, Style, Use, text_paragraph
from kb.paper_model import PaperEntry
from kb.words import (
    NOT_STATED,
    british,
    counted,
    owner_words,
    sentence,
    severity_words,
    slip_words,
    yes_no,
)


def entry_section(entry: PaperEntry) -> Section:
    """The problem under its number and title."""
    title = entry.snapshot.problem.title
    heading = f"{entry.pbi}: {title}" if title else entry.pbi
    return Section(
        heading=heading, level=2, blocks=(Facts(facts=tuple(_facts(entry))),), use=Use.PRINT
    )


def _facts(entry: PaperEntry) -> Iterator[Fact]:
    problem = entry.snapshot.problem
    yield _fact("Stated impact", text_paragraph(problem.user_impact, Style.STRONG))
    yield Fact(label="What users met", texts=tuple(_evidence(entry)))
    yield _fact("Major Incident", _stated(yes_no(problem.major_incident)))
    yield _fact("Workaround", text_paragraph(problem.workaround))
    yield _fact("Owner", _stated(owner_words(problem.owner, problem.owner_role)))
    yield _fact("Severity", _stated(severity_words(problem.severity)))
    yield _fact("Status", Paragraph(text=_status(entry)))
    yield Fact(label="Target", texts=tuple(_target(entry)))
    if problem.findings:
        texts = tuple(Paragraph(text=finding.message) for finding in problem.findings)
        yield Fact(label="Findings", texts=texts)
    yield _fact("Read from", Paragraph(text=_source(entry)))


def _evidence(entry: PaperEntry) -> Iterator[Paragraph]:
    """What is exact first, then the sentences it was read from."""
    evidence = entry.snapshot.problem.impact_evidence
    if not evidence:
        told_of = entry.snapshot.problem.description
        words = "Not stated in the narrative." if told_of else "The report gives no narrative."
        yield Paragraph(text=words, style=Style.NOTE)
        return
    whole = entry.outage.words() if entry.outage else ""
    if whole:
        yield Paragraph(text=sentence(whole), style=Style.STRONG)
    for one in evidence:
        # A no-break space: the number may not stand alone on the next line.
        yield Paragraph(text=f"\u201c{one.quote}\u201d (p.\u00a0{one.page})", style=Style.QUOTE)
    if entry.outage and entry.outage.scopes:
        yield Paragraph(text=f"Whom or what it touched: {'; '.join(entry.outage.scopes)}.")
    if entry.outage and entry.outage.processes:
        yield Paragraph(text=f"Processes: {', '.join(entry.outage.processes)}.")


def _status(entry: PaperEntry) -> str:
    problem = entry.snapshot.problem
    words = problem.status or "Not stated"
    day = problem.status_date or entry.snapshot.report.as_at
    if day:
        words += f" at {british(day)}"
    if problem.created:
        words += f"; created {british(problem.created)}"
        if entry.age_days is not None and not entry.closed:
            words += f", {counted(entry.age_days, 'day')} old"
    return words


def _target(entry: PaperEntry) -> Iterator[Paragraph]:
    snapshot = entry.snapshot
    target = snapshot.problem.target_completion
    if target is None and entry.closed:
        yield Paragraph(text="None, closed", style=Style.NOTE)
    else:
        late = f", {counted(entry.overdue_days, 'day')} overdue" if entry.overdue_days else ""
        yield text_paragraph(british(target) + late if target else None)
    if snapshot.slips:
        moved = " \u2192 ".join(british(day) for day in entry.targets)
        words = slip_words(snapshot.slips, snapshot.slip_days)
        yield Paragraph(text=f"{sentence(words)}: {moved}")


def _source(entry: PaperEntry) -> str:
    snapshot = entry.snapshot
    places = snapshot.problem.evidence.values()
    pages = sorted({place.page for place in places})
    if not pages:
        return snapshot.report.file
    if len(pages) == 1:
        return f"{snapshot.report.file}, page {pages[0]}"
    return f"{snapshot.report.file}, pages {pages[0]} to {pages[-1]}"


def _stated(words: str) -> Paragraph:
    return text_paragraph(None if words == NOT_STATED else words)


def _fact(label: str, text: Paragraph) -> Fact:
    return Fact(label=label, texts=(text,))
