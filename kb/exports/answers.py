"""An answer to hand on: the words, the table, the quotes that hold it up."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date

from ingest.numbers import short_pbi
from kb.answers import Answer
from kb.exports.model import Column, ExportDocument, Paragraph, Section, Style, Table, Value
from kb.markings import highest
from kb.records import ReportRecord
from kb.sequence import published


def answer_document(answer: Answer, *, reports: Iterable[ReportRecord] = ()) -> ExportDocument:
    """The answer for the writers of `kb.exports`.

    Args:
        reports: what is loaded. Those cited give the date, and the marking too, unless the answer
            names problems that none of its quotes is about: then all that are published do.
    """
    ids = {citation.report for citation in answer.citations}
    held = list(reports)
    cited = [report for report in held if report.id in ids]
    dates = sorted(report.as_at for report in cited if report.as_at)
    sections = [Section(heading="Answer", blocks=tuple(_words(answer)))]
    if answer.table is not None:
        sections.append(Section(heading="Table", blocks=(_table(answer),)))
    sections.append(Section(heading="Sources", blocks=(_sources(answer),)))
    return ExportDocument(
        title=answer.question,
        subtitle=f"Understood as: {answer.understood}" if answer.understood else "",
        sections=tuple(sections),
        marking=highest(report.classification for report in _behind(answer, cited, held)),
        spoken=answer.question,
        as_at=dates[-1] if dates else None,
        main=_TABLE if answer.table is not None else _SOURCES,
    )


def _behind(
    answer: Answer, cited: Sequence[ReportRecord], held: Sequence[ReportRecord]
) -> Sequence[ReportRecord]:
    quoted = {citation.pbi for citation in answer.citations}
    return cited if quoted >= set(answer.pbis) else published(held)


_TABLE, _SOURCES = "Result", "Quotes"


def _words(answer: Answer) -> Iterable[Paragraph]:
    """The statements, each with the numbers of the quotes that hold it up."""
    for number, statement in enumerate(answer.statements):
        marks = "".join(f" [{place + 1}]" for place in statement.citations)
        style = Style.BULLET if number and statement.fact else Style.BODY
        yield Paragraph(text=statement.text.strip() + marks, style=style)
    if not answer.statements:
        yield from (Paragraph(text=line) for line in answer.answer.splitlines() if line.strip())
    for note in answer.notes:
        yield Paragraph(text=note, style=Style.NOTE)


def _table(answer: Answer) -> Table:
    table = answer.table
    if table is None:
        return Table(title=_TABLE, columns=(Column(label="PBI"),))
    rows = tuple(tuple(_typed(value) for value in row) for row in table.rows)
    return Table(
        title=_TABLE,
        columns=tuple(
            Column(label=label, width=_weight(label, [row[n] for row in rows]))
            for n, label in enumerate(table.columns)
        ),
        rows=rows,
    )


def _sources(answer: Answer) -> Table:
    return Table(
        title=_SOURCES,
        columns=(
            Column(label="No.", width=0.4),
            Column(label="PBI", width=0.8),
            Column(label="Quote", width=5),
            Column(label="Document", width=2),
            Column(label="Page", width=0.5),
        ),
        rows=tuple(
            (n, one.pbi and short_pbi(one.pbi), one.quote, one.document, one.page)
            for n, one in enumerate(answer.citations, start=1)
        ),
        empty="No source is cited.",
    )


def _typed(value: str | int | float | None) -> Value:
    """ISO dates as dates, so that a spreadsheet can sort and filter them."""
    if isinstance(value, str) and len(value) == 10:
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value


def _weight(label: str, values: Iterable[Value]) -> float:
    longest = max((len(str(value)) for value in values if value is not None), default=0)
    return math.pow(min(max(longest, len(label), 6), 200), 0.7)
