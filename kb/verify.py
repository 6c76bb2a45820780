"""No sentence leaves without its evidence: quotes to the letter, numbers and dates accounted for.

Every sentence of fact needs a citation; every quote must stand on the page that it names; and the
quotes printed in a sentence, the dates in it, must come from its citations.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.answer.pages import PageTexts, squeezed
from kb.records import Citation, ReportRecord, Statement
from kb.results import Catalogue

_QUOTED = re.compile(r"“([^”]{12,})”")


def withheld(
    statements: Sequence[Statement],
    citations: Sequence[Citation],
    pages: PageTexts,
    catalogue: Catalogue,
) -> tuple[list[Statement], list[tuple[str, str]]]:
    """The statements that hold, and those that do not, each with the reason."""
    reports = {report.id: report for report in catalogue.reports}
    checked: dict[int, bool] = {}
    kept: list[Statement] = []
    dropped: list[tuple[str, str]] = []
    for statement in statements:
        why = trouble(statement, citations, pages, reports, checked)
        if why is None:
            kept.append(statement)
        else:
            dropped.append((statement.text, why))
    return kept, dropped


def trouble(
    statement: Statement,
    citations: Sequence[Citation],
    pages: PageTexts,
    reports: dict[str, ReportRecord],
    checked: dict[int, bool] | None = None,
) -> str | None:
    """Why a statement may not be said; None where it may."""
    if not statement.fact:
        return None
    if not statement.citations:
        return "it has no citation"
    checked = {} if checked is None else checked
    for number in statement.citations:
        if number >= len(citations):
            return f"citation {number} does not exist"
        if number not in checked:
            checked[number] = stands(citations[number], pages, reports)
        if not checked[number]:
            one = citations[number]
            return f"the quote {one.quote[:80]!r} is not on page {one.page} of {one.document}"
    evidence = squeezed(" ".join(citations[number].quote for number in statement.citations))
    for quoted in _QUOTED.findall(statement.text):
        if not _held(quoted, evidence):
            return f"the words {quoted[:80]!r} are in none of its citations"
    return None


def stands(citation: Citation, pages: PageTexts, reports: dict[str, ReportRecord]) -> bool:
    """Whether the quote is found on its page; where page text cannot be had, it was read there."""
    report = reports.get(citation.report)
    if report is None or not citation.quote.strip():
        return False
    return pages.holds(report, citation.page, citation.quote) is not False


def _held(quoted: str, evidence: str) -> bool:
    words = quoted.removesuffix(" …").removesuffix(".")
    return squeezed(words) in evidence or all(
        squeezed(part) in evidence for part in re.split(r"(?<=[.!?])\s+", words) if part.strip()
    )
