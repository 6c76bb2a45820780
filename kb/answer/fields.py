"""Single fields of a problem, yes and no, comparisons, and everything about one problem."""

from __future__ import annotations

from typing import Any

from kb.answer.claims import check_premise, yes_or_no
from kb.answer.context import Asked
from kb.answer.draft import Draft
from kb.answer.facts import value_of
from kb.answer.phrasing import MORE_FIELDS
from kb.answer.problems import next_questions
from kb.answer.saying import not_in_report, say_field, subject_rows
from kb.answer.tables import cell_of
from kb.answers import Table
from kb.records import Snapshot


def answer_field(asked: Asked, draft: Draft) -> None:
    """One or more fields of one problem, or yes or no to a claim about it."""
    rows = subject_rows(asked)
    query = asked.query
    if not rows:
        if query.filters.pbis and not_in_report(asked, draft):
            return
        from kb.answer.beside import none_found

        none_found(asked, draft)
        return
    if len(rows) > 1:
        _several(asked, draft, rows)
        return
    row = rows[0]
    draft.pbis = [row.pbi]
    if query.within is not None and asked.meaning.yes_no:
        yes_or_no(asked, draft, row)
        return
    if query.within is not None and not check_premise(asked, draft, row):
        # What rests on something false has no answer beyond what is true instead.
        draft.abstained = True
        return
    if query.from_quarter:
        from kb.answer.overtime import moved_between

        if moved_between(asked, draft, row):
            return
    values: dict[str, Any] = {}
    for name in query.fields:
        values[name] = say_field(asked, draft, row, name)
    stated = [v for v in values.values() if v is not None]
    draft.value = next(iter(values.values())) if len(values) == 1 else values
    if not stated:
        draft.abstained = True
        draft.value = None
    draft.suggestions += next_questions(row, query.fields)


def _several(asked: Asked, draft: Draft, rows: list[Snapshot]) -> None:
    draft.pbis = [row.pbi for row in rows]
    for row in rows[:8]:
        for name in asked.query.fields or ("status",):
            say_field(asked, draft, row, name, known_report=False)
    fields = asked.query.fields or ("status",)
    draft.table = Table(
        columns=("PBI", *(MORE_FIELDS.get(f, f) for f in fields)),
        rows=tuple((row.pbi, *(cell_of(row, f) for f in fields)) for row in rows),
        pbis=tuple(row.pbi for row in rows),
    )
    draft.value = {row.pbi: value_of(row, fields[0]) for row in rows}
