"""What a language model sends back, held against what is known: queries and words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from ingest.numbers import pbis_in, short_pbi
from ingest.records import FIELDS, Severity
from ingest.rules.dates import dates_in
from kb.answers import Answer
from kb.filters import Filters
from kb.llm.sense import sources_of, trouble_of
from kb.llm.tokens import Token, tokens_of
from kb.query import Ask, Focus, Query
from kb.results import Catalogue
from kb.understand.meaning import Meaning

_MORE_FIELDS = ("age", "overdue", "slips", "slip_days", "processes")
_MEASURES = ("age", "overdue", "slip_days", "slips", "time_to_target")
_STATISTICS = ("mean", "median", "max", "min", "sum")
_NUMBERS = ("min_age", "max_age", "min_slips", "min_slip_days")
_DATES = ("created_from", "created_to", "target_from", "target_to", "as_at")
_YEARS = timedelta(days=3 * 366)
_AMOUNT = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|dozen|hundred|half|once|"
    r"twice|day|week|fortnight|month|quarter|year)s?\b",
    re.IGNORECASE,
)


def query_trouble(query: Query, catalogue: Catalogue, meaning: Meaning, focus: Focus) -> str | None:
    """Why a model's query may not be run; None where it may.

    Args:
        meaning: the question, and what the rules are sure of in it: no condition may be lost.
        focus: what the talk is about: its problems may be meant without being named.
    """
    return next(
        (
            why
            for why in (
                *_unheld(query, catalogue),
                *_made_up(query, catalogue, meaning.text, focus),
                *_incomplete(query),
                *_lost(query, meaning.query),
            )
            if why
        ),
        None,
    )


def _both(query: Query) -> list[Filters]:
    return [query.filters, *([query.within] if query.within else [])]


def _unheld(query: Query, held: Catalogue) -> Iterator[str]:
    """Names that nothing in the published reports goes by."""
    parties = {*held.parties, *held.owners}
    quarters = [query.from_quarter, query.to_quarter]
    known: dict[str, Iterable[str]] = {
        "suppliers": parties,
        "owners": parties,
        "not_suppliers": parties,
        "not_owners": parties,
        "owner_roles": held.roles,
        "statuses": held.statuses,
        "not_statuses": held.statuses,
        "processes": held.processes,
        "findings": held.findings,
        "quarters": held.quarters,
        "reports": [report.id for report in held.reports],
        "missing": FIELDS,
        "stated": FIELDS,
    }
    for filters in _both(query):
        for pbi in filters.pbis:
            if pbi not in held.titles:
                yield f"it named PBI {_short(pbi)}, which no report holds"
        for name, names in known.items():
            for value in getattr(filters, name):
                if value not in names:
                    yield f"it named ‘{_short(value)}’, which no report holds"
        quarters += [filters.changed_from, filters.changed_to]
    for quarter in quarters:
        if quarter is not None and quarter not in held.quarters:
            yield f"it named the quarter ‘{_short(quarter)}’, which no report holds"
    values = {*held.statuses, *parties, *(severity.value for severity in Severity)}
    for value in (query.before_value, query.after_value):
        if value is not None and value not in values:
            yield f"it named ‘{_short(value)}’, which no report holds"


def _made_up(query: Query, held: Catalogue, question: str, focus: Focus) -> Iterator[str]:
    """Numbers, dates and words that the question does not hold."""
    asked = {mention.pbi for mention in pbis_in(question, bare=True)} | set(focus.pbis)
    if focus.query:
        asked |= set(focus.query.filters.pbis)
    words = set(re.findall(r"\w+", question.lower()))
    days = [d for d in (held.first_created, held.as_at, held.last_target) if d]
    for filters in _both(query):
        for pbi in filters.pbis:
            if pbi not in asked:
                yield f"it named PBI {_short(pbi)}, which the question does not"
        for name in _NUMBERS:
            if getattr(filters, name) is not None and not _AMOUNT.search(question):
                yield "it named a number that is not in the question"
        for name in _DATES:
            day: date | None = getattr(filters, name)
            if day and days and not min(days) - _YEARS <= day <= max(days) + _YEARS:
                yield "it named a date far from all that is held"
        if filters.as_at and filters.as_at not in {d.value for d in dates_in(question)}:
            yield "it named a date that is not in the question"
        yield from _strange(filters.words, words)
    yield from _strange((query.topic or "",), words)
    if query.limit and query.limit > 1 and not _AMOUNT.search(question):
        yield "it named a number that is not in the question"


def _strange(texts: Iterable[str], words: set[str]) -> Iterator[str]:
    for word in re.findall(r"\w+", " ".join(texts).lower()):
        if word not in words:
            yield f"it looked for ‘{_short(word)}’, which is not in the question"


def _incomplete(query: Query) -> Iterator[str]:
    """Queries that fit the schema and say nothing, or ask for what does not exist."""
    needs = {
        Ask.SHARE: query.within,
        Ask.FIELD: query.fields and (query.filters.pbis or query.topic),
        Ask.GROUP: query.group_by,
        Ask.SUPERLATIVE: query.order and query.limit,
        Ask.STATISTIC: query.measure and query.statistic,
        Ask.HISTORY: query.filters.pbis,
        Ask.PROBLEM: query.filters.pbis,
        Ask.COMPARE: query.filters.pbis,
        Ask.PASSAGE: query.topic,
    }
    if not needs.get(query.ask, True):
        yield f"its query for a {query.ask.value} is not complete"
    strange = [name for name in query.fields if name not in (*FIELDS, *_MORE_FIELDS)]
    strange += [name for name in (query.measure,) if name and name not in _MEASURES]
    strange += [name for name in (query.statistic,) if name and name not in _STATISTICS]
    if strange:
        yield f"it asked for ‘{_short(strange[0])}’, which does not exist"


def _lost(query: Query, before: Query | None) -> Iterator[str]:
    """Conditions that the rules have read in the question and the model left out or changed."""
    if before is None:
        return
    stated = [one.conditions() for one in _both(before)]
    kept = [one.conditions() for one in _both(query)]
    for conditions in stated:
        for name, value in conditions.items():
            if name not in ("words", "ever") and not any(one.get(name) == value for one in kept):
                yield "it left out a condition that the question states"


def _short(value: str) -> str:
    """A name from outside, fit to be shown in a note: word characters, and few."""
    return short_pbi(" ".join(re.sub(r"[^\w ./()-]", " ", value).split())[:40])


def wording_trouble(sentences: Sequence[tuple[str, Sequence[int]]], answer: Answer) -> str | None:
    """Why a model's words may not stand for the answer; None where they may.

    Args:
        sentences: each with the numbers (from 1) of the statements that it is made from.
    """
    if not sentences:
        return "it said nothing"
    said: list[Token] = []
    used: set[int] = set()
    for text, numbers in sentences:
        if not numbers or not all(1 <= number <= len(answer.statements) for number in numbers):
            return "it named a statement that does not exist"
        sources = sources_of([answer.statements[n - 1] for n in numbers], answer.citations)
        tokens = tokens_of(text)
        why = trouble_of(tokens, sources)
        if why:
            return why
        said += tokens
        used |= set(numbers)
    return _left_out(said, used, answer)


def _left_out(said: list[Token], used: set[int], answer: Answer) -> str | None:
    """What the product's own words hold and the model's lack: a shorter answer may mislead."""
    if used != set(range(1, len(answer.statements) + 1)):
        return "it left out a part of the answer"
    have = set(said)
    for place, statement in enumerate(answer.statements):
        for token in tokens_of(statement.text):
            if token in have:
                continue
            if token.kind == "pbi":
                return f"it left out PBI {short_pbi(token.value)}"
            if token.kind == "number" and _is_value(token, answer):
                return "it left out the number asked for"
            if token.kind == "quarter" or (token.kind == "date" and not place):
                return "it left out the report or a date"
    return None


def _is_value(token: Token, answer: Answer) -> bool:
    value = answer.value
    return isinstance(value, int | float) and token.value == f"{value:g}"


__all__ = ["query_trouble", "wording_trouble"]
