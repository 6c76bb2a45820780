"""An answer: words that are held up by citations, and the exact result behind them."""

from __future__ import annotations

from typing import Any

from ingest.records import Frozen
from kb.query import Focus, Query
from kb.records import Citation, Statement

Value = int | float | str | dict[str, Any] | None


class Table(Frozen):
    """Rows as shown under an answer; every cell is text, a number or an ISO date."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | int | float | None, ...], ...]
    pbis: tuple[str | None, ...] = ()


class Answer(Frozen):
    """What is said to one question.

    Attributes:
        answer: the words for a person: the statements joined.
        pbis: the problems that make up the answer, in its order.
        value: a count, an ISO date, a group-by as an object, a field's text; None for a list.
        understood: the query in words. focus: what a follow-up builds on.
        notes: what the reader should know beside it (search by meaning is off, ...).
        link: the same filters as a query string for the Problems page.
        ms: milliseconds spent on this question, start-up apart.
    """

    id: str | None = None
    question: str
    answer: str
    abstained: bool = False
    pbis: tuple[str, ...] = ()
    value: Value = None
    citations: tuple[Citation, ...] = ()
    understood: str = ""
    query: Query | None = None
    statements: tuple[Statement, ...] = ()
    table: Table | None = None
    suggestions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    link: str | None = None
    focus: Focus = Focus()
    ms: float = 0.0
