"""No sentence leaves without its evidence: quotes to the letter, numbers and dates accounted for.

Every sentence of fact needs a citation; every quote must stand on the page that it names; and the
quotes printed in a sentence, the dates in it, must come from its citations.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime

from kb.answer.pages import PageTexts, squeezed
from kb.records import Citation, ReportRecord, Statement
from kb.results import Catalogue

_DAY = re.compile(
    r"\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|"
    r"December) \d{4}\b"
)
_QUOTED = re.compile(r"“([^”]{12,})”")


def withheld(
    statements: Sequence[Statement],
    citations: Sequence[Citation],
    pages: PageTexts,
    catalogue: Catalogue,
    asked: Collection[date] = (),
) -> tuple[list[Statement], list[tuple[str, str]]]:
    """The statements that hold, and those that do not, each with the reason.

    Args:
        asked: the dates that the question itself names: an answer may repeat them.
    """
    reports = {report.id: report for report in catalogue.reports}
    checked: dict[int, bool] = {}
    kept: list[Statement] = []
    dropped: list[tuple[str, str]] = []
    for statement in statements:
        why = trouble(statement, citations, pages, reports, checked, asked)
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
    asked: Collection[date] = (),
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
    known = {report.as_at for report in reports.values()} | set(asked)
    for day in _days(statement.text):
        if day not in known and not _dated(day, [citations[n].quote for n in statement.citations]):
            return f"the date {day.isoformat()} is in none of its citations"
    return None


def stands(citation: Citation, pages: PageTexts, reports: dict[str, ReportRecord]) -> bool:
    """Whether the quote is found on its page; where page text cannot be had, it was read there."""
    report = reports.get(citation.report)
    if report is None or not citation.quote.strip():
        return False
    return pages.holds(report, citation.page, citation.quote) is not False


def _days(text: str) -> list[date]:
    """The dates that a sentence of the product names outside quotes: "29 October 2021"."""
    out = []
    for match in _DAY.finditer(_QUOTED.sub("", text)):
        try:
            out.append(datetime.strptime(match[0], "%d %B %Y").date())
        except ValueError:
            continue
    return out


def _dated(day: date, quotes: Sequence[str]) -> bool:
    """Whether a quote names the day, in whatever way and with or without its year."""
    names = rf"{day:%B}|{day:%b}"
    wanted = re.compile(
        rf"(?<!\d)0?{day.day}(?:st|nd|rd|th)?[\s./-]*(?:of\s+)?(?:{names}|0?{day.month}(?!\d))|"
        rf"(?:{names})\.?\s*0?{day.day}(?!\d)|{day.isoformat()}|0?{day.month}/0?{day.day}/",
        re.IGNORECASE,
    )
    return any(wanted.search(quote) for quote in quotes)


def _held(quoted: str, evidence: str) -> bool:
    words = quoted.removesuffix(" …").removesuffix(".")
    return squeezed(words) in evidence or all(
        squeezed(part) in evidence for part in re.split(r"(?<=[.!?])\s+", words) if part.strip()
    )
