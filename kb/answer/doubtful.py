"""What is said where a question was understood in part: what was, and what was not."""

from __future__ import annotations

from kb.answer.context import Asked
from kb.answer.draft import Draft
from kb.answer.phrasing import listed, understood
from kb.query import Ask, Query

_KIND = {
    "which suppliers": "a question for suppliers",
    "which problems": "a question for other problems than the one named",
    "which period": "a question for a quarter or a month",
    "when": "a question for a date",
    "how long": "a question for a length of time",
    "why": "a question for a reason",
    "who": "a question for a party",
}


def answer_doubtful(asked: Asked, draft: Draft) -> None:
    """Abstains: what of the question was taken in, and which of its words were not."""
    kinds = [_KIND[word] for word in asked.meaning.doubts if word in _KIND]
    words = [f"‘{word}’" for word in asked.meaning.doubts if word not in _KIND]
    left = f"this leaves out {listed(words)}" if words else f"it is {listed(kinds)}"
    draft.abstain(
        f"This was not understood well enough to be answered: read as “{understood(asked.query)}”, "
        f"{left}. Please put it another way, or in two questions."
    )
    draft.suggestions += _instead(asked.query)


def _instead(query: Query) -> list[str]:
    if query.filters.pbis:
        return [f"Tell me about PBI {pbi[-6:]}" for pbi in query.filters.pbis[:2]]
    if query.ask is Ask.CHANGES:
        return ["What changed since the last report?"]
    return ["How many open problems are there, by owner?"]


__all__ = ["answer_doubtful"]
