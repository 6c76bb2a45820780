"""A report from its bytes to a reading: the pipeline, readable from top to bottom."""

from __future__ import annotations

import re
from datetime import date

from ingest.assemble import Draft, Mentions, assemble, party_texts
from ingest.document import Document
from ingest.errors import NoProblems, reading
from ingest.findings import only_listed, order_findings, problem_findings, silent_pages
from ingest.flow import flow_of
from ingest.grading import lowered_for_ocr
from ingest.labels import Nearness
from ingest.merge import merged
from ingest.own_labels import own_labels
from ingest.prose import Block, read_prose
from ingest.records import Finding, Grade, ProblemReading, Reading
from ingest.report_fields import ReportFields, front_matter
from ingest.rules.spans import RecordSpans, record_spans
from ingest.share import shared
from ingest.sorting import sort_tables, with_tables
from ingest.spans import Found, Span
from ingest.vocabulary import Vocabulary, load

_RECORDS_A_PROCESS = 150
_Read = tuple[ProblemReading, list[Finding], set[int]]
"""A problem, where its entries did not agree, and the pages on which they stand."""


def read_report(data: bytes, name: str) -> Reading:
    """Everything that a file states.

    Raises:
        IngestError: the file cannot be read, or holds no problem record; one line says why.
    """
    from ingest.documents import open_document

    with reading(name):
        return read_document(open_document(data, name))


def read_document(
    document: Document,
    vocabulary: Vocabulary | None = None,
    *,
    nearness: Nearness | None = None,
) -> Reading:
    """The problems of a document with evidence, grades and findings.

    Args:
        nearness: which fields a label that no list holds is near to in meaning, for instance by a
            sentence encoder; asked only where neither spelling nor stems speak.
    Raises:
        NoProblems: no problem record was found in its text.
    """
    words = vocabulary or load()
    words = words.with_nearness(nearness) if nearness else words
    flow = flow_of(document)
    listed_words, words = words, words.with_labels(own_labels(flow, words))
    sorted_out = sort_tables(flow, words)
    prose = read_prose(sorted_out.items, flow, words)
    entries: list[Block | Draft] = with_tables(prose.blocks, sorted_out)
    listed = [*sorted_out.listed, *prose.listed]
    if not entries and listed:
        entries = [_listed_only(pbi, span) for pbi, span in listed]
    if not entries:
        raise NoProblems(
            "text was read, but no problem record (a PBI number with a title or fields) was found",
            source=document.file,
        )
    fields = ReportFields(document, front_matter(document, prose.front), words)
    scope = fields.scope()
    status_date = fields.status_date()
    told: dict[str, list[Block | Draft]] = {}
    for entry in entries:
        told.setdefault(entry.pbi, []).append(entry)
    groups = list(told.values())
    finder = record_spans(listed_words)

    def read_groups(part: range) -> list[_Read]:
        out = []
        for group in groups[part.start : part.stop]:
            drafts = [
                item if isinstance(item, Draft) else item.draft(flow, words) for item in group
            ]
            pages = {page for draft in drafts for page in draft.pages}
            whole, disagree = merged(drafts, words)
            mentions = _mentions(whole, finder)
            one = assemble(whole, words, scope=scope, status_date=status_date, mentions=mentions)
            out.append((one, disagree, pages))
        return out

    done = shared(read_groups, len(groups), least=_RECORDS_A_PROCESS)
    readings = [one for one, _, _ in done]
    findings = [finding for _, disagree, _ in done for finding in disagree]
    pages = {page for _, _, some in done for page in some}
    report = fields.read(readings)
    readings = _with_findings(
        readings, words, status_date=report.status_date, scope=scope, open_list=fields.open_list()
    )
    readings = lowered_for_ocr(readings, document)
    about_problems = [finding for item in readings for finding in item.findings]
    about_pages = (*only_listed(listed, told), *silent_pages(document, pages))
    every = (*document.findings, *fields.findings, *about_pages, *findings, *about_problems)
    return Reading(report=report, problems=tuple(readings), findings=tuple(every))


_LEADER = re.compile(r"(?:[\s.\u2026\u00b7_]*[.\u2026\u00b7_]{2,}\s*\d{1,4}|\s+\d{1,4})?\s*$")


def _listed_only(pbi: str, span: Span) -> Draft:
    """A problem of which a report has no more than a line in a list of contents."""
    draft = Draft(pbi, span)
    text = span.joined.text
    behind = _LEADER.search(text, span.end)
    title = Span(span.joined, span.end, behind.start() if behind else len(text))
    title = title.trimmed(" \t\u00a0:.,;|-\u2013\u2014\u2026)")
    if re.search(r"[^\W\d_]{2}", title.raw):
        why = "the line of the list of contents was taken for the title"
        draft.found.append(Found("title", title.text, title, "title.listed", Grade.FAIR, why))
    return draft


def _mentions(draft: Draft, finder: RecordSpans) -> Mentions:
    """Parties in the record's texts, found by the spaCy rules."""
    texts = list(dict.fromkeys(party_texts(draft)))
    found = dict(zip(texts, finder.parties(texts), strict=True))
    return lambda text: found.get(text) or finder.vocabulary.parties_in(text)


def _with_findings(
    readings: list[ProblemReading],
    vocabulary: Vocabulary,
    *,
    status_date: date | None,
    scope: str | None,
    open_list: bool,
) -> list[ProblemReading]:
    """Each problem with what a careful reader would raise about it."""
    order: dict[str | None, list[Finding]] = {}
    for finding in order_findings(readings):
        order.setdefault(finding.pbi, []).append(finding)
    out = []
    for item in readings:
        own = problem_findings(
            item, vocabulary, status_date=status_date, scope=scope, open_list=open_list
        )
        found = (*item.findings, *own, *order.get(item.pbi, ()))
        out.append(ProblemReading.model_validate({**dict(item), "findings": found}))
    return out
