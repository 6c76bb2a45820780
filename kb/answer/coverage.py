"""A question that its reading does not cover is looked for in the story, or noted, not bent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from kb.answer.context import Asked
from kb.answer.draft import Draft
from kb.answer.facts import value_of
from kb.answer.nearness import stems_of
from kb.answer.phrasing import listed
from kb.filters import Filters
from kb.query import Ask, Query
from kb.understand.coverage import STRONG

_NAME = re.compile(r"(?<=\s)[A-Z][a-z]{3,}\b")
_CALENDAR = frozenset(f"{date(2021, month, 1):%B}".lower() for month in range(1, 13)) | {
    f"{date(2021, 2, day):%A}".lower() for day in range(1, 8)
}
_FIELDS = ("title", "owner", "involved", "severity", "status", "user_impact")


def covered_query(asked: Asked, draft: Draft) -> Query:
    """The query to run: as it was read, or a search of the problem's story.

    Words of the problem's own title, owner or impact explain themselves; what is left decides. One
    word is set aside and named in a note; several are what the question is about.
    """
    query = asked.query
    left = [word for word in asked.meaning.unexplained if not _told(asked, word)]
    if not left:
        return query
    if len(left) < STRONG and not foreign_names(asked, left):
        draft.notes.append(f"Not used: ‘{left[0]}’.")
        return query
    draft.notes.append(f"Looked for in the narrative: {listed([f'‘{w}’' for w in left])}.")
    asked.meaning = replace(asked.meaning, yes_no=False, why=False, duration=False)
    return Query(
        ask=Ask.PASSAGE,
        filters=query.filters,
        topic=" ".join(left),
    )


def foreign_names(asked: Asked, words: Sequence[str] | None = None) -> list[str]:
    """Names in the question that no report holds ("Scotland"): it is about something else.

    Args:
        words: of these alone; None for the whole question.
    """
    text = asked.meaning.text
    found = dict.fromkeys(_NAME.findall(f"{text[:1].lower()}{text[1:]}"))
    names = [name for name in found if words is None or name in words]
    held = {part.lower() for party in asked.catalogue.parties for part in party.split()}
    return [
        name
        for name in names
        if name.lower() not in held | _CALENDAR
        and name.lower() not in asked.understander.lexicon.words
        and not asked.kb.count(Filters(words=(name,), ever=True))
    ]


def _told(asked: Asked, word: str) -> bool:
    """Whether a word stands in what names the problems, in any report."""
    stems = set(stems_of(word))
    for pbi in asked.query.filters.pbis:
        for row in asked.history(pbi):
            text = " ".join(str(value_of(row, name) or "") for name in _FIELDS)
            if stems <= set(stems_of(text)):
                return True
    return False


__all__ = ["covered_query", "foreign_names"]
