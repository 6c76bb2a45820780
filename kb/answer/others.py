"""Answers that are not about problems: reports held, small talk, and honest refusals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ingest.numbers import short_pbi
from ingest.quarters import spoken
from kb.answer.context import Asked
from kb.answer.draft import Draft
from kb.answer.phrasing import listed, report_words
from kb.answers import Table
from kb.records import ReportRecord
from kb.results import Catalogue
from kb.understand.meaning import Kind, Meaning
from kb.words import british


def held_words(catalogue: Catalogue) -> str:
    """What is loaded, in one clause."""
    quarters = [spoken(q) for q in catalogue.quarters]
    if not catalogue.reports:
        return "no report is published yet"
    span = listed(quarters) if len(quarters) <= 4 else f"{quarters[0]} to {quarters[-1]}"
    number = len(catalogue.reports)
    return (
        f"{number} published report{'s' if number != 1 else ''} "
        f"({span or 'no quarter stated'}) with "
        f"{len(catalogue.titles)} problems, the latest status at {british(catalogue.as_at)}"
    )


def answer_reports(asked: Asked, draft: Draft) -> None:
    """Which reports are loaded."""
    reports = asked.speaking(asked.filters) if asked.filters.quarters else asked.published
    draft.value = len(reports)
    latest = reports[-1] if reports else None
    if latest is None:
        draft.abstain("No report is published yet.")
        return
    if asked.query.fields:
        _report_field(asked, draft, reports if asked.filters.quarters else (latest,))
        return
    draft.say(
        f"There {'is' if len(reports) == 1 else 'are'} {len(reports)} published "
        f"report{'s' if len(reports) != 1 else ''}{_quarters_of(reports)}; "
        f"the latest is {report_words(latest)}, “{latest.file}”.",
        fact=False,
    )
    draft.table = Table(
        columns=("Report", "Quarter", "Status date", "Problems", "Scope"),
        rows=tuple(
            (
                r.reference or r.title or r.file,
                spoken(r.quarter) if r.quarter else None,
                r.as_at.isoformat() if r.as_at else None,
                r.problems,
                r.scope or "all problems",
            )
            for r in reports
        ),
    )


def _quarters_of(reports: Sequence[ReportRecord]) -> str:
    """ " (Q2 2021 and Q3 2021)"; first and last where there are many; "" where none is given."""
    quarters = [spoken(name) for name in sorted({r.quarter for r in reports if r.quarter})]
    if not quarters:
        return ""
    return f" ({listed(quarters) if len(quarters) <= 8 else f'{quarters[0]} to {quarters[-1]}'})"


_OF_REPORT = {
    "classification": "classification marking",
    "status_date": "status date",
    "reference": "reference",
}


def _report_field(asked: Asked, draft: Draft, reports: Sequence[ReportRecord]) -> None:
    """One field of each report: its marking, its status date, its reference."""
    name = asked.query.fields[0]
    label = _OF_REPORT.get(name, name)
    draft.value = None
    for report in reports:
        held = getattr(report, name, None)
        title = f"the {spoken(report.quarter)} report" if report.quarter else f"“{report.file}”"
        if held is None:
            draft.say(f"No {label} is stated in {title}.", fact=False)
            continue
        words = british(held) if isinstance(held, date) else str(held)
        draft.value = held.isoformat() if isinstance(held, date) else str(held)
        cited = draft.cite_report(report, _printed(held), name)
        draft.say(f"The {label} of {title} is {words}.", cited, fact=cited is not None)
    draft.abstained = draft.value is None


def _printed(held: object) -> tuple[str, ...]:
    """The ways in which a report may print a value of its own."""
    if not isinstance(held, date):
        return (str(held),)
    return (
        f"{held:%d/%m/%Y}",
        british(held),
        f"{held:%d %B %Y}",
        f"{held.day} {held:%b %Y}",
        f"{held:%d.%m.%Y}",
        f"{held:%d-%m-%Y}",
        held.isoformat(),
    )


def answer_otherwise(catalogue: Catalogue, meaning: Meaning, draft: Draft) -> None:
    """Everything that is no question that the reports can answer."""
    held = held_words(catalogue)
    draft.abstained = True
    if meaning.kind is Kind.SOCIAL:
        lead = {
            "hello": "Hello. ",
            "thanks": "You are welcome. ",
            "bye": "Goodbye. ",
            "how": "All is well here. ",
            "help": "Ask about problems by number, supplier, severity, status, date or words, "
            "and about what changed. ",
        }.get(meaning.detail, "")
        draft.say(
            f"{lead}I answer questions on the problem reports that are loaded: {held}.", fact=False
        )
    elif meaning.kind is Kind.REFUSED:
        draft.say(
            f"I say only what the reports say, and take no other instructions. Held are {held}.",
            fact=False,
        )
    elif meaning.kind is Kind.OUTSIDE:
        draft.say(f"That is not in the problem reports. Held are {held}.", fact=False)
    elif meaning.kind is Kind.RESET:
        draft.say(f"Started again: nothing is carried over. Held are {held}.", fact=False)
    elif meaning.kind is Kind.UNKNOWN:
        _unknown(catalogue, meaning, draft, held)
    elif meaning.detail == "nothing before":
        draft.say(
            "There is no answer before this one to go on from: name a problem, a supplier or "
            f"a quarter. Held are {held}.",
            fact=False,
        )
    elif meaning.detail == "none before":
        draft.say(f"The answer before this one named no such problem. Held are {held}.", fact=False)
    else:
        draft.say(
            f"I could not make out what to look for in the reports. Held are {held}.", fact=False
        )


def _unknown(catalogue: Catalogue, meaning: Meaning, draft: Draft, held: str) -> None:
    names = listed(list(meaning.unknown))
    if meaning.detail == "pbi":
        near = _near_numbers(catalogue, meaning.unknown[0])
        also = f" Nearest numbers: {listed(near)}." if near else ""
        draft.say(f"No published report holds PBI {names}. Held are {held}.{also}", fact=False)
    elif meaning.detail == "quarter":
        quarters = listed([spoken(q) for q in catalogue.quarters])
        asked = listed([spoken(q) for q in meaning.unknown])
        draft.say(
            f"There is no published report for {asked}. There are reports for "
            f"{quarters or 'no quarter'}.",
            fact=False,
        )
    else:
        parties = sorted(catalogue.parties)
        few = listed(parties[:15]) + (" and others" if len(parties) > 15 else "")
        draft.say(
            f"No published report names {names}. The parties in the reports are {few}. Held "
            f"are {held}.",
            fact=False,
        )


def _near_numbers(catalogue: Catalogue, number: str) -> list[str]:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    held = [short_pbi(pbi) for pbi in catalogue.titles]
    found = process.extract(number, held, scorer=OSA.distance, score_cutoff=1, limit=3)
    return [name for name, _, _ in found]
