"""The first few problems by an order."""

from __future__ import annotations

from datetime import date
from typing import Any

from kb.answer.beside import gone, none_found
from kb.answer.chosen_rows import drop_common, rows_of, say_source
from kb.answer.context import Asked
from kb.answer.draft import Draft
from kb.answer.phrasing import capital, name_of, short_row
from kb.answer.subjects import number_words, subject
from kb.answer.tables import iso, table_of
from kb.query import OrderBy
from kb.records import Snapshot
from kb.words import NOT_STATED, british, counted


def measured(row: Snapshot, order: OrderBy | None, as_at: date | None) -> tuple[Any, str]:
    """The measure that a superlative ranks by: JSON value, and words."""
    problem = row.problem
    if order is OrderBy.CREATED:
        age = row.age_days(as_at)
        words = f"created {british(problem.created)}" + (
            f", {counted(age, 'day')} old" if age is not None else ""
        )
        return iso(problem.created), words
    if order is OrderBy.AGE:
        age = row.age_days(as_at)
        return age, f"{counted(age, 'day')} old" if age is not None else "age not known"
    if order is OrderBy.TARGET:
        return iso(problem.target_completion), f"target {british(problem.target_completion)}"
    if order is OrderBy.OVERDUE:
        days = row.overdue_days(as_at)
        return (
            days,
            f"{counted(days or 0, 'day')} past its target of {british(problem.target_completion)}",
        )
    if order is OrderBy.SLIPS:
        return (
            row.slips,
            f"slipped {counted(row.slips, 'time')}, {counted(row.slip_days, 'day')} in all",
        )
    if order is OrderBy.SLIP_DAYS:
        return row.slip_days, f"slipped {counted(row.slip_days, 'day')} in all"
    if order is OrderBy.SEVERITY:
        return (
            problem.severity.value if problem.severity else None
        ), f"severity {problem.severity.value if problem.severity else NOT_STATED}"
    return None, ""


_SUPERLATIVE = {
    (OrderBy.SEVERITY, True): "least severe",
    (OrderBy.SLIP_DAYS, False): "that slipped least",
    (OrderBy.CREATED, False): "oldest",
    (OrderBy.CREATED, True): "newest",
    (OrderBy.AGE, True): "oldest",
    (OrderBy.AGE, False): "newest",
    (OrderBy.TARGET, False): "with the soonest target",
    (OrderBy.TARGET, True): "with the latest target",
    (OrderBy.OVERDUE, True): "most overdue",
    (OrderBy.SLIPS, True): "that slipped most often",
    (OrderBy.SLIP_DAYS, True): "that slipped furthest",
    (OrderBy.SEVERITY, False): "most severe",
}


_ORDER_FIELD = {
    OrderBy.CREATED: "created",
    OrderBy.AGE: "created",
    OrderBy.TARGET: "target_completion",
    OrderBy.OVERDUE: "target_completion",
    OrderBy.SLIPS: "target_completion",
    OrderBy.SLIP_DAYS: "target_completion",
    OrderBy.SEVERITY: "severity",
}


def _rank(row: Snapshot, order: OrderBy | None, as_at: date | None) -> object:
    """What two rows must share to be tied."""
    if order is OrderBy.SLIPS:
        return row.slips, row.slip_days
    return measured(row, order, as_at)[0]


def _one_place(asked: Asked, draft: Draft, rows: list[Snapshot], nth: int) -> None:
    """The problem at one place below the first: "the second oldest"; those tied share it."""
    order, as_at = asked.query.order, asked.filters.as_at
    if len(rows) < nth:
        draft.abstain(
            f"There are only {subject(asked.filters, len(rows))} in {say_source(asked, rows)}.",
            *draft.cite_all(rows, "pbi"),
        )
        return
    kind = _SUPERLATIVE.get((order or OrderBy.PBI, asked.query.descending), "first")
    field = _ORDER_FIELD.get(order or OrderBy.PBI, "pbi")
    rank = _rank(rows[nth - 1], order, as_at)
    chosen = [row for row in rows if _rank(row, order, as_at) == rank]
    draft.pbis = [row.pbi for row in chosen]
    draft.value = measured(chosen[0], order, as_at)[0]
    told = "; ".join(f"{short_row(row)}: {measured(row, order, as_at)[1]}" for row in chosen[:8])
    draft.say(
        f"Number {nth} of {subject(asked.filters, len(rows))} in {say_source(asked, rows)}, ranked "
        f"from the {kind.removeprefix('with the ').removeprefix('that ')}: {told}.",
        *draft.cite_all(chosen, field),
        counted=(len(rows), nth),
    )
    draft.table = table_of(asked, chosen, asked.query.fields)


def answer_superlative(asked: Asked, draft: Draft) -> None:
    """The first few by an order, ties with the last of them included."""
    drop_common(asked, draft)
    query = asked.query
    rows = [
        row
        for row in rows_of(asked)
        if measured(row, query.order, asked.filters.as_at)[0] is not None
    ]
    limit = query.limit or 1
    if not rows:
        none_found(asked, draft)
        # Words that stand nowhere rank nothing: the reports hold nothing on them.
        draft.abstained = bool(asked.filters.words)
        return
    if query.order is OrderBy.SLIPS:
        # Of problems that slipped as often, the one that slipped further comes first.
        sign = -1 if query.descending else 1
        rows.sort(key=lambda row: (sign * row.slips, sign * row.slip_days, row.pbi))
    nth = asked.meaning.nth
    if nth > 1:
        _one_place(asked, draft, rows, nth)
        return
    last = _rank(rows[min(limit, len(rows)) - 1], query.order, asked.filters.as_at)
    top = rows[:limit]
    tied = [row for row in rows[limit:] if _rank(row, query.order, asked.filters.as_at) == last]
    # Ties with the first place belong to it; a list of the worst stays as long as asked.
    if limit == 1 and query.order is not OrderBy.SEVERITY:
        top += tied
    elif limit == 1:
        top = [row for row in rows if measured(row, query.order, None)[0] == last]
    field = _ORDER_FIELD.get(query.order or OrderBy.PBI, "pbi")
    draft.pbis = [row.pbi for row in top]
    draft.value = measured(top[0], query.order, asked.filters.as_at)[0]
    kind = _SUPERLATIVE.get((query.order or OrderBy.PBI, query.descending), "first")
    source = say_source(asked, rows)
    scope = subject(asked.filters, len(rows))
    one = top[0]
    lead = ""
    if asked.meaning.claimed is not None:
        lead = "Yes: of " if [row.pbi for row in top] == [asked.meaning.claimed] else "No: of "
        draft.pbis = [row.pbi for row in rows]
    if len(top) == 1:
        title = f", “{one.problem.title}”," if one.problem.title else ""
        draft.say(
            f"{lead or 'Of '}{scope} in {source}, the "
            f"{kind if not kind.startswith(('with', 'that')) else 'one ' + kind} is "
            f"{name_of(one.pbi)}{title} {measured(one, query.order, asked.filters.as_at)[1]}.",
            draft.cite(one, field),
            draft.cite(one, "title"),
            counted=(len(rows),),
        )
        for name in query.fields:
            if name != field:
                from kb.answer.saying import say_field

                said = say_field(asked, draft, one, name)
                draft.value = said if len(query.fields) == 1 else draft.value
    else:
        lines = "; ".join(
            f"{short_row(r)}: {measured(r, query.order, asked.filters.as_at)[1]}" for r in top[:15]
        )
        share = f"{number_words(len(top))} share the first place"
        first = f"{lead[:4]}{share}" if lead else capital(share)
        first = first if limit == 1 else f"The first {len(top)}"
        draft.say(
            f"{first} ({kind}) of {scope} in {source}: {lines}.",
            *draft.cite_all(top, field),
            counted=(len(rows),),
        )
    if asked.meaning.claimed is not None:
        for row in rows:
            if row not in top:
                words = measured(row, query.order, asked.filters.as_at)[1]
                draft.say(f"{capital(name_of(row.pbi))}: {words}.", draft.cite(row, field))
    draft.table = table_of(asked, top, query.fields)
    gone(asked, draft)
