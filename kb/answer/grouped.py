"""Counts by value, one way or two."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from ingest.quarters import spoken
from kb.answer.beside import gone, none_found
from kb.answer.chosen_rows import drop_common, rows_of
from kb.answer.context import Asked
from kb.answer.draft import Draft
from kb.answer.phrasing import GROUP_WORDS, capital, listed, reports_words
from kb.answer.subjects import subject
from kb.answer.two_times import answer_two_times
from kb.answers import Table
from kb.filters import Filters
from kb.query import GroupBy
from kb.records import Snapshot
from kb.words import IMPACT_LABELS, NOT_STATED, yes_no


def answer_group(asked: Asked, draft: Draft) -> None:
    """Counts by value; "not stated" has its own line."""
    drop_common(asked, draft)
    query = asked.query
    filters = asked.filters
    rows = rows_of(asked)
    by = query.group_by[0]
    if asked.meaning.none and by is GroupBy.OWNER:
        _without_any(asked, draft, rows)
        return
    if not rows and asked.meaning.against is None:
        none_found(asked, draft)
        draft.abstained = bool(asked.filters.words)
        draft.value = None if draft.abstained else {}
        return
    if len(query.group_by) > 1:
        _group_twice(asked, draft, rows)
        return
    if asked.meaning.against is not None:
        answer_two_times(asked, draft, rows, asked.meaning.against)
        return
    counts: dict[str, int] = {}
    keys: dict[str, str] = {}
    if asked.meaning.missing_all or asked.meaning.parties_all:
        # What holds of every field or party is told from the rows, not by the filters.
        for row in rows:
            for label, key in zip(values_of(row, by), _keyed(row, by), strict=True):
                counts[label], keys[label] = counts.get(label, 0) + 1, key
    else:
        for value, number in asked.kb.group(filters, by).items():
            counts[label_of(by, value)] = number
            keys[label_of(by, value)] = key_of(value)
    compared = asked.meaning.compare_parties
    if compared:
        counts = {name: counts.get(name, 0) for name in compared}
        keys |= {name: name for name in compared}
    words = GROUP_WORDS[by]
    source = reports_words(asked.speaking())
    draft.pbis = [row.pbi for row in rows]
    draft.value = {keys[name]: number for name, number in counts.items()}
    cites = draft.cite_all(rows[:12], _group_field(by))
    total = len(rows)
    if query.limit == 1:
        _top_group(asked, draft, counts, words, source, rows, by)
        top = draft.value if isinstance(draft.value, dict) else {}
        draft.value = {keys[str(name)]: number for name, number in top.items()}
    else:
        spelled = ", ".join(f"{name} {number}" for name, number in list(counts.items())[:15])
        several = " (a problem counts once for each party)" if by is GroupBy.SUPPLIER else ""
        draft.say(
            f"{capital(subject(filters, total))} in {source}, by {words}{several}: {spelled}.",
            *cites,
        )
    draft.table = Table(
        columns=(words.capitalize(), "Problems"),
        rows=tuple((k, v) for k, v in counts.items()),
        pbis=(),
    )
    if by is not GroupBy.QUARTER:
        gone(asked, draft)


def _without_any(asked: Asked, draft: Draft, rows: Sequence[Snapshot]) -> None:
    """ "Which supplier has no open problems?": the owners in any report that hold none of these."""
    holding = {row.problem.owner for row in rows}
    names = sorted(name for name in asked.catalogue.owners if name not in holding)
    others = asked.kb.snapshots(Filters(owners=tuple(names), ever=True)) if names else []
    scope = subject(asked.filters, 0)
    source = reports_words(asked.speaking())
    draft.value = dict.fromkeys(names, 0)
    if not names:
        draft.say(
            f"None: every owner in the reports has at least one of the "
            f"{subject(asked.filters, len(rows))} in {source}.",
            *draft.cite_all(rows, "owner"),
        )
        return
    draft.say(
        f"Of the owners that any report names, {listed(names)} "
        f"{'has' if len(names) == 1 else 'have'} {scope.replace('0 ', 'no ', 1)} in {source}.",
        *draft.cite_all(others[:12], "owner"),
    )


def _top_group(
    asked: Asked,
    draft: Draft,
    counts: dict[str, int],
    words: str,
    source: str,
    rows: Sequence[Snapshot],
    by: GroupBy,
) -> None:
    stated = {k: v for k, v in counts.items() if k != NOT_STATED} or counts
    best = (max if asked.query.descending else min)(stated.values())
    top = [name for name, number in stated.items() if number == best]
    most = "most" if asked.query.descending else "fewest"
    draft.value = dict.fromkeys(top, best)
    inside = [row for row in rows if set(top) & set(values_of(row, by))]
    draft.pbis = [row.pbi for row in inside]
    others = ", ".join(f"{k} {v}" for k, v in list(counts.items())[:8])
    draft.say(
        f"{listed(top)} {'has' if len(top) == 1 else 'have'} the {most}: "
        f"{subject(asked.filters, best)} in {source}, by {words} "
        f"({others}).",
        *draft.cite_all(inside or rows, _group_field(by)),
    )


def values_of(row: Snapshot, by: GroupBy) -> tuple[str, ...]:
    """The labels under which a row is counted."""
    problem = row.problem
    match by:
        case GroupBy.OWNER:
            return (problem.owner or NOT_STATED,)
        case GroupBy.SUPPLIER:
            return problem.involved or (NOT_STATED,)
        case GroupBy.SEVERITY:
            return (problem.severity.value if problem.severity else NOT_STATED,)
        case GroupBy.STATUS:
            return (problem.status or NOT_STATED,)
        case GroupBy.OPEN:
            return (NOT_STATED if row.open is None else "open" if row.open else "closed",)
        case GroupBy.IMPACT_CLASS:
            return (IMPACT_LABELS[problem.impact_class],)
        case GroupBy.QUARTER:
            return (spoken(row.report.quarter) if row.report.quarter else NOT_STATED,)
        case GroupBy.CREATED_QUARTER:
            from ingest.quarters import quarter_of

            return (spoken(quarter_of(problem.created)) if problem.created else NOT_STATED,)
        case GroupBy.CREATED_MONTH:
            return (f"{problem.created:%B %Y}" if problem.created else NOT_STATED,)
        case GroupBy.TARGET_MONTH:
            return (
                f"{problem.target_completion:%B %Y}" if problem.target_completion else NOT_STATED,
            )
        case GroupBy.MAJOR_INCIDENT:
            return (yes_no(problem.major_incident),)
        case GroupBy.PROCESS:
            found = tuple(dict.fromkeys(p for e in problem.impact_evidence for p in e.processes))
            return found or (NOT_STATED,)


def label_of(by: GroupBy, value: str | None) -> str:
    """A group's key as people read it; the impact class keeps its own words."""
    if value is None:
        return NOT_STATED
    if by is GroupBy.IMPACT_CLASS:
        from ingest.records import ImpactClass

        return IMPACT_LABELS[ImpactClass(value)]
    if by in (GroupBy.QUARTER, GroupBy.CREATED_QUARTER):
        return spoken(value)
    if by in (GroupBy.CREATED_MONTH, GroupBy.TARGET_MONTH):
        return f"{date.fromisoformat(value + '-01'):%B %Y}"
    if by is GroupBy.MAJOR_INCIDENT:
        return value.capitalize()
    return value


def key_of(value: str | None) -> str:
    """A group's key for programs: "2021-Q2", "impacting", "DSP"; "not stated" for none."""
    return "not stated" if value is None else value


def _keyed(row: Snapshot, by: GroupBy) -> tuple[str, ...]:
    """The keys under which a row is counted."""
    problem = row.problem
    match by:
        case GroupBy.IMPACT_CLASS:
            return (problem.impact_class.value,)
        case GroupBy.QUARTER:
            return (key_of(row.report.quarter),)
        case GroupBy.CREATED_QUARTER:
            from ingest.quarters import quarter_of

            return (key_of(quarter_of(problem.created) if problem.created else None),)
        case GroupBy.CREATED_MONTH:
            return (key_of(f"{problem.created:%Y-%m}" if problem.created else None),)
        case GroupBy.TARGET_MONTH:
            day = problem.target_completion
            return (key_of(f"{day:%Y-%m}" if day else None),)
        case _:
            return tuple("not stated" if v == NOT_STATED else v for v in values_of(row, by))


def _group_field(by: GroupBy) -> str:
    return {
        GroupBy.OWNER: "owner",
        GroupBy.SUPPLIER: "title",
        GroupBy.SEVERITY: "severity",
        GroupBy.STATUS: "status",
        GroupBy.OPEN: "status",
        GroupBy.IMPACT_CLASS: "user_impact",
        GroupBy.CREATED_MONTH: "created",
        GroupBy.CREATED_QUARTER: "created",
        GroupBy.TARGET_MONTH: "target_completion",
        GroupBy.MAJOR_INCIDENT: "major_incident",
    }.get(by, "pbi")


def _group_twice(asked: Asked, draft: Draft, rows: Sequence[Snapshot]) -> None:
    one, two = asked.query.group_by[:2]
    if two is GroupBy.QUARTER:
        one, two = two, one
    value: dict[str, Any] = {}
    keyed: dict[str, Any] = {}
    if one is GroupBy.QUARTER:
        for quarter in asked.filters.quarters:
            held = asked.kb.group(asked.filters.model_copy(update={"quarters": (quarter,)}), two)
            value[spoken(quarter)] = {label_of(two, k): n for k, n in held.items()}
            keyed[quarter] = {key_of(k): n for k, n in held.items()}
    else:
        for names, label in ((value, values_of), (keyed, _keyed)):
            for row in rows:
                for first in label(row, one):
                    inner = names.setdefault(first, {})
                    for second in label(row, two):
                        inner[second] = inner.get(second, 0) + 1
    draft.value = keyed
    draft.pbis = [row.pbi for row in rows]
    columns = list(dict.fromkeys(k for inner in value.values() for k in inner))
    draft.table = Table(
        columns=(GROUP_WORDS[one].capitalize(), *columns),
        rows=tuple((name, *(inner.get(c, 0) for c in columns)) for name, inner in value.items()),
    )
    lines = "; ".join(
        f"{name}: {', '.join(f'{k} {n}' for k, n in inner.items())}"
        for name, inner in list(value.items())[:8]
    )
    draft.say(
        f"{capital(subject(asked.filters, len(rows)))} in {reports_words(asked.speaking())}, "
        f"by {GROUP_WORDS[one]} and {GROUP_WORDS[two]}: {lines}.",
        *draft.cite_all(rows[:12], _group_field(one)),
    )
