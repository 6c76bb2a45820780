"""No sentence leaves without its evidence: quotes to the letter, numbers and dates accounted for.

Every sentence of fact needs a citation; every quote must stand on the page that it names; the
quotes printed in a sentence and the dates in it must come from its citations; and its numbers from
these, from the question, from what was counted, or from the names of problems held.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from functools import cached_property

from ingest.numbers import DIGITS, canonical_pbi
from kb.answer.pages import PageTexts, squeezed
from kb.records import Citation, ReportRecord, Statement
from kb.results import Catalogue

_DAY = re.compile(
    r"\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|"
    r"December) \d{4}\b"
)
_QUOTED = re.compile(r"“([^”]{12,})”")


class Numbers:
    """The numbers that an answer may state: of the question, counted, and measured.

    Args:
        counted: at hand. measure: works out more, which takes reading records; called once at most.
    """

    def __init__(
        self, question: str, counted: Collection[float], measure: Callable[[], frozenset[float]]
    ) -> None:
        self.question = question
        self.counted = counted
        self._measure = measure

    @cached_property
    def measured(self) -> frozenset[float]:
        """Ages, days and minutes of the problems spoken of."""
        return self._measure()


def withheld(
    statements: Sequence[Statement],
    citations: Sequence[Citation],
    pages: PageTexts,
    catalogue: Catalogue,
    asked: Collection[date] = (),
    numbers: Numbers | None = None,
) -> tuple[list[Statement], list[tuple[str, str]]]:
    """The statements that hold, and those that do not, each with the reason.

    Args:
        asked: the dates that the question itself names: an answer may repeat them.
        numbers: those that a sentence of fact may state beside what its quotes hold. None leaves
            numbers unchecked.
    """
    reports = {report.id: report for report in catalogue.reports}
    checked: dict[int, bool] = {}
    kept: list[Statement] = []
    dropped: list[tuple[str, str]] = []
    for statement in statements:
        why = trouble(statement, citations, pages, reports, checked, asked)
        if why is None and numbers is not None and statement.fact:
            held = catalogue.titles
            strange = uncounted(statement, citations, numbers.question, numbers.counted, held)
            if strange is not None:
                more = frozenset({*numbers.counted, *numbers.measured})
                strange = uncounted(statement, citations, numbers.question, more, held)
            if strange is not None:
                why = f"the number {strange} is neither in its citations nor counted"
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


_NUMBER = re.compile(r"(?<![\w.,/:–-])\d(?:[\d,]*\d)?(?:\.\d+)?(?![\w/:–-]|[.,]\d)")
_NOT_COUNTED = re.compile(
    r"\bQ[1-4] \d{4}\b|\bPBI ?\d+\b|\b(?:January|February|March|April|May|June|July|"
    r"August|September|October|November|December) \d{4}\b|\b\d{1,2}:\d{2}\b|"
    r"\(printed as [^)]*\)|‘[^’]*’"
)


def uncounted(
    statement: Statement,
    citations: Sequence[Citation],
    question: str,
    counted: Collection[float],
    problems: Collection[str] = (),
) -> str | None:
    """A number that a sentence states and nothing accounts for; None where there is none.

    Quoted words, dates and quarters are looked at elsewhere.

    Args:
        problems: the PBI numbers held, which a sentence may name without "PBI".
    """
    text = _NOT_COUNTED.sub(" ", _DAY.sub(" ", _QUOTED.sub(" ", statement.text)))
    held = " ".join([question, *(citations[n].quote for n in statement.citations)])
    read = {_plain(number) for number in re.findall(r"\d[\d,]*(?:\.\d+)?", held)}
    cited = {citations[n].pbi for n in statement.citations}
    for number in _NUMBER.findall(text):
        value = _plain(number)
        if _names(number, cited, problems):
            continue
        if value not in read and not any(abs(value - one) < 0.051 for one in counted):
            return str(number)
    return None


def _names(number: str, cited: Collection[str | None], problems: Collection[str]) -> bool:
    """Whether a number is the short name of a problem.

    One of up to three digits may as well be a count: it has to be a problem that is cited.
    """
    if not number.isdigit() or not 0 < len(number.lstrip("0")) <= DIGITS:
        return False
    pbi = canonical_pbi(number)
    return pbi in cited or (len(number) > 3 and pbi in problems)


def _plain(number: str) -> float:
    return float(number.replace(",", "").rstrip(".") or 0)


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
