"""Things that were recognised in a question and that its query no longer holds.

A reading may find a party, a report, a date or an event, and the way of asking that is settled
afterwards may have no place for it. An answer that leaves it out answers another question.
"""

from __future__ import annotations

from collections.abc import Iterator

from kb.filters import Filters
from kb.query import Ask, OrderBy, Query
from kb.records import EventKind
from kb.understand.about_terms import SCOPE
from kb.understand.meaning import FIELD_OF
from kb.understand.sketch import Sketch

_MOVED = {
    "severities": "severity",
    "not_severities": "severity",
    "statuses": "status",
    "owners": "owner",
    "suppliers": "owner",
    "impact_classes": "impact",
}
"""Conditions that a change may hold as the value left or reached."""

_LIKE: dict[str, frozenset[str]] = {
    "open": frozenset(["open", "vanished", "statuses", "not_statuses", "overdue", "group:open"]),
    "overdue": frozenset(["overdue", "target_to", "order:overdue", "measure:overdue"]),
    "vanished": frozenset(["vanished", "not_in", "event:vanished"]),
    "min_slips": frozenset(
        [
            "min_slips",
            "max_slips",
            "min_slip_days",
            "event:target_slipped",
            "order:slips",
            "order:slip_days",
            "measure:slips",
            "measure:slip_days",
        ]
    ),
    "statuses": frozenset(["statuses", "not_statuses", "open", "group:open"]),
    "suppliers": frozenset(["suppliers", "owners"]),
    "owners": frozenset(["suppliers", "owners"]),
    "not_suppliers": frozenset(["not_suppliers", "not_owners"]),
    "not_owners": frozenset(["not_suppliers", "not_owners"]),
    "created_from": frozenset(["created_from", "from_quarter", "quarters"]),
    "created_to": frozenset(["created_to", "to_quarter", "quarters"]),
    "missing": frozenset(
        ["missing", "stated", "open", "event:target_given", "event:target_removed"]
    ),
    "stated": frozenset(["missing", "stated", "event:target_given", "event:target_removed"]),
}
"""What stands for a condition where it does not stand by its own name."""


def held_names(query: Query) -> frozenset[str]:
    """Names of all that a query is narrowed, ranked, grouped or measured by, at any depth."""
    names: set[str] = set()
    for filters in parts_of_query(query):
        names |= filters.conditions().keys()
    names |= {f"event:{kind.value}" for kind in query.events}
    names |= {f"group:{group.value}" for group in query.group_by}
    names |= {f"field:{name}" for name in query.fields}
    if query.order is not None:
        names.add(f"order:{query.order.value}")
    if query.measure is not None:
        names.add(f"measure:{query.measure}")
    names |= {n for n in ("from_quarter", "to_quarter") if getattr(query, n)}
    return frozenset(names)


def parts_of_query(query: Query) -> Iterator[Filters]:
    """The conditions of a query and those within them."""
    for one in (query.filters, query.within):
        if one is not None:
            yield one
            for part in (*one.any_of, *one.also_in, *one.not_in):
                yield part
                yield from (*part.any_of, *part.also_in, *part.not_in)


def lost_readings(sketch: Sketch, query: Query) -> list[str]:
    """Words of the question whose reading is not in the query, in order of their place."""
    if query.ask is Ask.PASSAGE:
        return []
    held = held_names(query)
    lost: dict[int, str] = {}
    for place, name, _ in sketch.places:
        if name in SCOPE or name in ("words", "any_of", "also_in", "not_in") or place == 0:
            continue
        if not _stands(name, query, held):
            lost[place] = _said(sketch, place)
    lost.update(_contradicted(sketch, query))
    quarters = _quarters(query)
    whole = query.ask is Ask.HISTORY or {"slips", "slip_days"} & set(query.fields)
    for place, thing in sketch.marked.of("QUARTER"):
        named = isinstance(thing.value, str) and thing.value not in quarters
        if named and not whole and (quarters or not _dated(query)):
            lost[place] = _said(sketch, place)
    if sketch.superlative and not _ranked(query):
        lost[len(sketch.marked.doc)] = "which of them is meant"
    return [lost[place] for place in sorted(lost)]


def _contradicted(sketch: Sketch, query: Query) -> dict[int, str]:
    """ "Open in Q2 and closed now" on one row of one report: the earlier word was overwritten."""
    nested = any(p.any_of or p.also_in or p.not_in for p in parts_of_query(query))
    told = query.ask in (Ask.HISTORY, Ask.CHANGES, Ask.SHARE) or bool(
        query.group_by or query.within
    )
    if nested or told or sketch.pbis:
        return {}
    lost: dict[int, str] = {}
    for name in ("open", "has_workaround", "major_incident", "overdue"):
        values = [(place, value) for place, one, value in sketch.places if one == name and place]
        lost |= {at: _said(sketch, at) for at, value in values if value != values[-1][1]}
    return lost


def _stands(name: str, query: Query, held: frozenset[str]) -> bool:
    if held & _LIKE.get(name, frozenset([name])):
        return True
    if FIELD_OF.get(name) in query.fields:
        return True
    if name in _MOVED and (query.before_value or query.after_value):
        return True
    if query.ask is Ask.HISTORY or (name == "overdue" and query.order is OrderBy.OVERDUE):
        return True
    # "when will it be closed?" claims nothing; "closed" may be the event that is asked for.
    closing = _CLOSING & set(query.events) or _DATES & set(query.fields)
    ranked = query.order is OrderBy.TARGET and bool(query.filters.pbis)
    return name in ("open", "statuses") and bool(closing or ranked)


_CLOSING = frozenset([EventKind.CLOSED, EventKind.REOPENED])
_DATES = frozenset(["target_completion", "created", "status_date", "age"])


def _quarters(query: Query) -> set[str]:
    found = {q for part in parts_of_query(query) for q in part.quarters}
    found |= {
        q for part in parts_of_query(query) for q in (part.changed_from, part.changed_to) if q
    }
    return found | {q for q in (query.from_quarter, query.to_quarter) if q}


def _dated(query: Query) -> bool:
    names = {"created_from", "created_to", "target_from", "target_to", "as_at", "reports"}
    return any(names & part.conditions().keys() for part in parts_of_query(query))


def _ranked(query: Query) -> bool:
    return (
        query.order is not None
        or query.statistic is not None
        or query.limit is not None
        or query.ask in (Ask.HISTORY, Ask.CHANGES, Ask.GROUP)
        or bool(query.fields)
    )


def _said(sketch: Sketch, place: int) -> str:
    doc = sketch.marked.doc
    return str(doc[place].text) if 0 <= place < len(doc) else ""


__all__ = ["held_names", "lost_readings", "parts_of_query"]
