"""The numbers that an answer may state: what was counted or measured, worked out again.

The verifier lets a number pass that stands in a quote, in the question, or here. What is here is
told from the records themselves and from the value and the table that go out with the answer, so
that a sentence cannot state another number than they do.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from kb.answer.context import Asked
from kb.answer.draft import Draft
from kb.filters import Filters
from kb.records import Snapshot

LOOKED_AT = 60
"""Problems whose measures are worked out again; a longer list states none of them one by one."""


def stated(asked: Asked, draft: Draft) -> frozenset[float]:
    """The numbers that the value, the table, the question's conditions and the counts give."""
    found = {float(len(draft.pbis)), *_within(draft.value), *draft.counted}
    found |= {float(len(asked.speaking())), float(len(asked.published))}
    if draft.table is not None:
        found.add(float(len(draft.table.rows)))
        found |= {n for row in draft.table.rows for cell in row for n in _within(cell)}
    for filters in (asked.filters, asked.query.within):
        if filters is not None:
            found |= set(_asked(filters))
    return frozenset(found)


def measured(asked: Asked, draft: Draft) -> frozenset[float]:
    """Ages, slips, days and minutes of the problems spoken of, worked out from their records.

    Reads their histories: only asked for where a number is not accounted for otherwise.
    """
    found: set[float] = set()
    pbis = dict.fromkeys((*draft.pbis, *(one.pbi for one in draft.citations if one.pbi)))
    for pbi in list(pbis)[:LOOKED_AT]:
        held = asked.history(pbi)
        found |= {float(n) for n in range(1, len(held) + 1)}
        found |= {n for row in held for n in _measures(row, asked.filters.as_at)}
        found |= {float(abs(event.days)) for event in asked.kb.events(pbi) if event.days}
    return frozenset(found)


def _measures(row: Snapshot, as_at: date | None) -> Iterator[float]:
    """Age, days overdue, slips, and what the impact evidence was worked out to."""
    for days in (row.age_days(as_at), row.overdue_days(as_at), row.slips, row.slip_days):
        if days is not None:
            yield float(days)
            yield float(round(days / 30.44))
    for one in row.problem.impact_evidence:
        yield from _within(list(one.percent))
        if one.minutes is not None:
            yield from (float(one.minutes), round(one.minutes / 60, 1), one.minutes % 60)
            yield round(one.minutes / 1440, 1)


def _within(value: Any) -> Iterator[float]:
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int | float):
        yield float(value)
        yield float(round(value / 30.44))  # "(about 6 months)"
    elif isinstance(value, dict):
        for one in value.values():
            yield from _within(one)
        yield float(sum(n for n in value.values() if isinstance(n, int)))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _within(one)


def _asked(filters: Filters) -> Iterator[float]:
    """Numbers of the question itself: "at least 365 days old"."""
    for name in ("min_age", "max_age", "min_slips", "max_slips", "min_slip_days"):
        value = getattr(filters, name)
        if value is not None:
            yield float(value)
    for one in (*filters.any_of, *filters.also_in, *filters.not_in):
        yield from _asked(one)


__all__ = ["measured", "stated"]
