"""A question that the rules are not sure of, told by the examples that are nearest in meaning."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kb.answer.draft import Draft
from kb.query import Ask, Focus
from kb.understand.meaning import Kind, Meaning

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.understand.understand import Understander


def sure(meaning: Meaning, draft: Draft) -> bool:
    """Whether the rules can be gone by: the question was understood whole, and not by guessing."""
    if meaning.kind is Kind.UNCLEAR:
        return bool(meaning.detail)
    if meaning.kind is not Kind.QUERY or meaning.query is None or meaning.follows:
        return True
    if meaning.doubts or not meaning.sure:
        return False
    searched = meaning.query.ask is Ask.PASSAGE or bool(meaning.query.filters.words)
    return not (draft.abstained and searched) or meaning.why


def liken(
    kb: KnowledgeBase, understander: Understander, meaning: Meaning, focus: Focus
) -> Meaning | None:
    """What the nearest examples make of a question; None where they are not sure either."""
    from kb.understand.kinds import vote

    poll = partial(vote, encode=kb.vectors_of, encoder=kb.settings.model)
    return understander.voted(meaning, focus, poll)


__all__ = ["liken", "sure"]
