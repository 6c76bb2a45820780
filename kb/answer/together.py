"""One answer out of what was found for each question of a message, with what stands the check."""

from __future__ import annotations

import logging
from datetime import date
from typing import TYPE_CHECKING

from kb.answer.draft import Draft
from kb.answer.pages import PageTexts
from kb.answer.phrasing import understood
from kb.answers import Answer, Value
from kb.filters import Filters
from kb.links import query_string
from kb.notices import tell
from kb.query import Ask, Focus, Query
from kb.records import Citation, Statement
from kb.understand.meaning import Kind, Meaning
from kb.verify import Numbers, withheld

if TYPE_CHECKING:
    from kb.understand.understand import Understander

log = logging.getLogger(__name__)


def together(
    understander: Understander,
    pages: PageTexts,
    question: str,
    done: list[tuple[Meaning, Draft, Focus]],
) -> Answer:
    """One answer out of those to each question of a message, checked against its evidence."""
    statements: list[Statement] = []
    citations: list[Citation] = []
    pbis: list[str] = []
    for _, draft, _ in done:
        shift = len(citations)
        citations += draft.citations
        statements += [
            s.model_copy(update={"citations": tuple(n + shift for n in s.citations)})
            for s in draft.statements
        ]
        pbis += [pbi for pbi in draft.pbis if pbi not in pbis]
    numbers = Numbers(
        question,
        frozenset().union(*(draft.counted for _, draft, _ in done)),
        lambda: frozenset().union(*(draft.measured() for _, draft, _ in done)),
    )
    kept, dropped = withheld(
        statements, citations, pages, understander.catalogue, _dates(done), numbers
    )
    for text, why in dropped:
        log.warning("withheld, because %s: %s", why, text)
        tell("withheld", why=why)
    meanings = [meaning for meaning, _, _ in done]
    drafts = [draft for _, draft, _ in done]
    queries = [focus.query for m, _, focus in done if m.kind is Kind.QUERY and focus.query]
    first = queries[0] if queries else None
    abstained = all(draft.abstained for draft in drafts)
    if dropped and not kept:
        abstained = True
        kept = [
            Statement(
                text="What was found could not be checked against its page, so it is not said.",
                fact=False,
            )
        ]
    notes = [note for draft in drafts for note in draft.notes]
    notes += [note for meaning in meanings for note in meaning.notes]
    notes += [f"Read “{old}” as “{new}”." for m in meanings for old, new in m.corrections.items()]
    if dropped:
        notes.append("A sentence was left out because its evidence could not be confirmed.")
    return Answer(
        question=question,
        answer=" ".join(statement.text for statement in kept),
        abstained=abstained,
        pbis=tuple(pbis),
        value=_value(done),
        citations=tuple(citations),
        understood="; and ".join(understood(q) for q in dict.fromkeys(queries)) if queries else "",
        query=first,
        statements=tuple(kept),
        table=next((d.table for d in drafts if d.table is not None and d.table.rows), None),
        suggestions=tuple(dict.fromkeys(s for d in drafts for s in d.suggestions))[:3],
        notes=tuple(dict.fromkeys(notes)),
        link=_link(first, pbis),
        focus=done[-1][2],
    )


def _dates(done: list[tuple[Meaning, Draft, Focus]]) -> set[date]:
    """The dates that the questions name."""
    days: set[date] = set()
    for _, _, focus in done:
        query = focus.query
        for filters in (query.filters, query.within) if query else ():
            if filters is not None:
                days |= _dates_in(filters)
    return days


def _dates_in(filters: Filters) -> set[date]:
    days = {value for value in filters.model_dump().values() if isinstance(value, date)}
    for one in (*filters.any_of, *filters.also_in, *filters.not_in):
        days |= _dates_in(one)
    return days


def _value(done: list[tuple[Meaning, Draft, Focus]]) -> Value:
    values = [(focus.query, draft) for _, draft, focus in done if draft.value is not None]
    if not values:
        return None
    fields = [
        (q, d) for q, d in values if q is not None and q.ask is Ask.FIELD and len(q.fields) == 1
    ]
    if (
        len(fields) > 1
        and len(fields) == len(done)
        and len({tuple(d.pbis) for _, d in fields}) == 1
    ):
        return {q.fields[0]: d.value for q, d in fields}
    return values[0][1].value


def _link(query: Query | None, pbis: list[str]) -> str | None:
    if query is None:
        return None
    filters = query.filters
    if not filters.conditions() and pbis and query.ask in (Ask.CHANGES, Ask.PASSAGE):
        filters = filters.model_copy(update={"pbis": tuple(pbis), "ever": True})
    return query_string(filters)


__all__ = ["together"]
