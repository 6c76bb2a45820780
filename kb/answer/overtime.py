"""What one field of a problem said from report to report."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any

from ingest.quarters import spoken
from kb.answer.claims import check_premise, false_parts
from kb.answer.context import Asked
from kb.answer.draft import Draft
from kb.answer.facts import fact, value_of
from kb.answer.phrasing import MORE_FIELDS, capital, listed, name_of, report_words
from kb.answer.tables import cell_of
from kb.query import Query
from kb.records import Snapshot
from kb.words import british, counted, owner_words, slip_words

_SAME = re.compile(r"\b(?:always|the same|constant|unchanged|all along)\b", re.IGNORECASE)


def answer_over_time(asked: Asked, draft: Draft, held: list[Snapshot]) -> None:
    """Each value that the fields have had, with the reports that gave it."""
    pbi = held[0].pbi
    values: list[str] = []
    for name in asked.query.fields:
        runs = [
            (said, list(rows)) for said, rows in groupby(held, key=lambda row: _said(row, name))
        ]
        lead = ""
        if asked.meaning.yes_no:
            lead = "Yes: " if (len(runs) > 1) != bool(_SAME.search(asked.meaning.text)) else "No: "
        label = MORE_FIELDS.get(name, name).lower()
        parts = [f"{said} {_span(rows)}" for said, rows in runs]
        same = " in every report that lists it" if len(runs) == 1 and len(held) > 1 else ""
        article = "the" if lead else "The"
        text = f"{lead}{article} {label} of {name_of(pbi)} was {'; then '.join(parts)}{same}."
        cites = [draft.cite(rows[0], name) for _, rows in runs]
        if name == "target_completion" and held[-1].slips:
            text = f"{text[:-1]}; it {slip_words(held[-1].slips, held[-1].slip_days)}."
        draft.say(text, *cites, draft.cite(held[-1], name))
        values += [said for said, _ in runs]
    draft.value = ", ".join(dict.fromkeys(values))


def answer_ever(asked: Asked, draft: Draft, held: list[Snapshot]) -> None:
    """Whether a claim held in any report, or in all of them, and in which."""
    claim = asked.query.within
    assert claim is not None
    holding = [row for row in held if not false_parts(asked, row, claim)]
    always = "always" in asked.meaning.text.lower()
    right = len(holding) == len(held) if always else bool(holding)
    name = asked.query.fields[0] if asked.query.fields else "status"
    rows = holding or held[-1:]
    if always and not right:
        rows = [row for row in held if row not in holding]
    told = "; ".join(f"{fact(row, name)}, in {report_words(row.report)}" for row in rows[:4])
    last = held[-1]
    now = "" if last in rows else f"; in {report_words(last.report)} {fact(last, name)}"
    draft.value = value_of(last, name)
    draft.say(
        f"{'Yes' if right else 'No'}: for {name_of(held[0].pbi)} {told}{now}.",
        *(draft.cite(row, name) for row in rows[:4]),
        draft.cite(last, name),
    )


def answer_since(asked: Asked, draft: Draft, held: list[Snapshot]) -> None:
    """Since when something has been so: the report in which its present run began."""
    query, last = asked.query, held[-1]
    name = query.fields[0]
    if query.within is not None and not check_premise(asked, draft, last):
        draft.abstained = True
        return
    if name == "overdue":
        target = last.problem.target_completion
        draft.value = target.isoformat() if target else None
        draft.say(
            f"{name_of(last.pbi)}: {fact(last, 'overdue')}, says {report_words(last.report)}.",
            draft.cite(last, "target_completion"),
        )
        return
    told = [_state(row, name) for row in held]
    begun = len(held) - 1
    while begun and told[begun - 1] == told[begun]:
        begun -= 1
    row = held[begun]
    if name == "status" and row.open and not begun and row.problem.created:
        draft.value = row.problem.created.isoformat()
        draft.say(
            f"{name_of(row.pbi)} has been open since it was created on "
            f"{british(row.problem.created)}; {fact(last, 'status')}, in "
            f"{report_words(last.report)}.",
            draft.cite(row, "created"),
            draft.cite(last, "status"),
        )
        return
    draft.value = row.report.quarter or row.report.file
    least = "at least " if not begun else ""
    earliest = ", the first to list it" if not begun else ""
    draft.say(
        f"{capital(fact(last, name))} since {least}{report_words(row.report)}{earliest} "
        f"({name_of(row.pbi)}).",
        draft.cite(row, name),
        draft.cite(last, name),
    )
    if begun:
        before = held[begun - 1]
        draft.say(
            f"Before that, in {report_words(before.report)}, {fact(before, name)}.",
            draft.cite(before, name),
        )


def _state(row: Snapshot, name: str) -> Any:
    """What must stay the same for something to have been so: open counts, whatever the status."""
    if name == "status":
        return row.problem.status if row.open is False else "open"
    return value_of(row, name)


def answer_first(draft: Draft, held: list[Snapshot], name: str) -> None:
    """The first value of a field, and what it is now where that differs."""
    stated = [row for row in held if value_of(row, name) not in (None, "")]
    pbi = name_of(held[0].pbi)
    if not stated:
        draft.abstain(
            f"No report states the {MORE_FIELDS.get(name, name).lower()} of {pbi}.",
            draft.cite(held[-1], name),
        )
        return
    first, last = stated[0], held[-1]
    draft.value = cell_of(first, name)
    draft.say(
        f"{pbi}: the first {MORE_FIELDS.get(name, name).lower()} was {_said(first, name)}, in "
        f"{report_words(first.report)}.",
        draft.cite(first, name),
    )
    if _said(first, name) != _said(last, name):
        draft.say(f"In {report_words(last.report)} {fact(last, name)}.", draft.cite(last, name))


def answer_last(draft: Draft, held: list[Snapshot]) -> None:
    """The last report that lists a problem."""
    row = held[-1]
    draft.value = row.report.quarter or row.report.file
    gone = " No later report mentions it." if row.vanished else ""
    draft.say(
        f"{name_of(row.pbi)} is last in {report_words(row.report)}: {fact(row, 'status')}.{gone}",
        draft.cite(row, "status"),
    )


def moved_between(asked: Asked, draft: Draft, row: Snapshot) -> bool:
    """How far a target moved between two quarters: days, net; False where that is not asked."""
    query: Query = asked.query
    start, end = query.from_quarter, query.to_quarter
    if start is None or end is None:
        return False
    rows = [h for h in asked.history(row.pbi) if h.report.quarter in (start, end)]
    days = [h.problem.target_completion for h in rows]
    if len(rows) < 2 or days[0] is None or days[-1] is None:
        return False
    moved = (days[-1] - days[0]).days
    way = "later" if moved >= 0 else "earlier"
    cites = [draft.cite(h, "target_completion") for h in rows]
    slipped = "slips" in query.fields
    draft.value = int(moved > 0) if slipped else moved
    text = (
        f"moved {counted(abs(moved), 'day')} {way}, from {british(days[0])} in "
        f"{report_words(rows[0].report)} to {british(days[-1])} in {report_words(rows[-1].report)}"
        if moved
        else f"stood at {british(days[0])} in both {spoken(start)} and {spoken(end)}"
    )
    draft.say(f"The target completion of {name_of(row.pbi)} {text}.", *cites)
    return True


def _said(row: Snapshot, name: str) -> str:
    problem = row.problem
    if name == "owner":
        return owner_words(problem.owner, problem.owner_role) if problem.owner else "not stated"
    value: Any = value_of(row, name)
    if name in ("target_completion", "created", "status_date") and value is not None:
        return british(value)
    if name in ("user_impact", "title", "workaround", "update") and value is not None:
        return f"“{value}”"
    return "not stated" if value is None else str(value)


def _span(rows: list[Snapshot]) -> str:
    names = [spoken(r.report.quarter) if r.report.quarter else r.report.file for r in rows]
    names = list(dict.fromkeys(names))
    return f"in {listed(names)}" if len(names) < 3 else f"from {names[0]} to {names[-1]}"


__all__ = [
    "answer_ever",
    "answer_first",
    "answer_last",
    "answer_over_time",
    "answer_since",
    "moved_between",
]
