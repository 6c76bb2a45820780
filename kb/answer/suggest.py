"""Two or three next questions that make sense for an answer."""

from __future__ import annotations

from ingest.quarters import spoken
from kb.answer.context import Asked
from kb.answer.draft import Draft
from kb.answer.phrasing import name_of
from kb.query import Ask


def suggestions(asked: Asked, draft: Draft) -> list[str]:
    """What a member would ask next, given what was asked and what was found."""
    query, filters = asked.query, asked.filters
    out: list[str] = []
    many = len(draft.pbis) > 1
    quarters = sorted(asked.catalogue.quarters)
    if query.ask in (Ask.LIST, Ask.COUNT) and many:
        if not filters.severities:
            out.append("Which of those are Critical?")
        if not filters.overdue:
            out.append("Which of those are overdue?")
        out.append(
            "How many of those by owner?" if not filters.owners else "What is their user impact?"
        )
    elif query.ask is Ask.GROUP and many:
        out += ["Which is the oldest of those?", "Which of those are overdue?"]
    elif query.ask is Ask.IMPACT and many:
        out += ["Which of those are Critical?", "Which of those are overdue?"]
    elif query.ask in (Ask.SUPERLATIVE, Ask.PASSAGE) and draft.pbis:
        name = name_of(draft.pbis[0])
        out += [f"Who is {name} with?", f"How has {name} changed over time?"]
    elif query.ask is Ask.CHANGES and len(quarters) > 1:
        out += [
            f"Which problems closed between {spoken(quarters[-2])} and {spoken(quarters[-1])}?",
            "Which problems vanished?",
        ]
    elif query.ask is Ask.REPORTS and len(quarters) > 1:
        out += ["What changed since last quarter?", "How many open problems are there by owner?"]
    if not draft.pbis and query.ask is not Ask.REPORTS:
        out += ["Which reports are loaded?", "How many open problems are there by owner?"]
    return out[:3]
