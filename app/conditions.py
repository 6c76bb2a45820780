"""Filters as short words, one condition each, with what is left when it is taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from ingest.numbers import short_pbi
from ingest.quarters import spoken
from ingest.records import ImpactClass
from kb.filters import Filters
from kb.searchbox import changed
from kb.words import FIELD_LABELS, IMPACT_LABELS, british, counted


@dataclass(frozen=True)
class Condition:
    """One condition in words, and the filters without it."""

    words: str
    without: Filters


def _impact(value: str) -> str:
    return IMPACT_LABELS[ImpactClass(value)].lower()


def _field(value: str) -> str:
    return FIELD_LABELS.get(value, value).lower()


def _finding(code: str) -> str:
    return code.replace("-", " ")


def _quarter(value: str) -> str:
    try:
        return spoken(value)
    except ValueError:
        return value


_MANY: dict[str, tuple[str, Callable[[str], str]]] = {
    "pbis": ("PBI {}", short_pbi),
    "suppliers": ("Involves {}", str),
    "owners": ("With {}", str),
    "owner_roles": ("Owner's role {}", str),
    "not_suppliers": ("Does not involve {}", str),
    "not_owners": ("Not with {}", str),
    "severities": ("Severity {}", str),
    "not_severities": ("Severity not {}", str),
    "statuses": ("Status {}", str),
    "not_statuses": ("Status not {}", str),
    "impact_classes": ("Impact: {}", _impact),
    "not_impact_classes": ("Impact other than: {}", _impact),
    "processes": ("Touches {}", str),
    "missing": ("Leaves out: {}", _field),
    "stated": ("States: {}", _field),
    "quarters": ("{} report", _quarter),
    "reports": ("Report {}", str),
    "findings": ("Finding: {}", _finding),
    "words": ("Says “{}”", str),
}

_EITHER: dict[str, tuple[str, str]] = {
    "open": ("Open", "Closed"),
    "major_incident": ("Major Incident", "No Major Incident"),
    "has_workaround": ("Has a workaround", "Has no workaround"),
    "outage": ("Says what users met", "Does not say what users met"),
    "overdue": ("Overdue", "Not overdue"),
    "vanished": ("No longer mentioned", "Still mentioned"),
    "ever": ("In any report", "In current reports"),
}

_ELSEWHERE = {"also_in": "Also: {}", "not_in": "But not: {}"}

_DAYS = {
    "created_from": "Created on or after {}",
    "created_to": "Created by {}",
    "target_from": "Target on or after {}",
    "target_to": "Target by {}",
    "as_at": "As at {}",
}

_NUMBERS = {
    "min_age": ("At least {} old", "day"),
    "max_age": ("At most {} old", "day"),
    "min_slips": ("Slipped at least {}", "time"),
    "max_slips": ("Slipped at most {}", "time"),
    "min_slip_days": ("Slipped by at least {}", "day"),
}


def conditions(filters: Filters) -> list[Condition]:
    """Every condition of the filters, in the order of `Filters`; several values are several."""
    return [one for field in filters.conditions() for one in _of(field, filters)]


def _of(field: str, filters: Filters) -> Iterator[Condition]:
    value: Any = getattr(filters, field)
    if field == "any_of":
        # One choice in all: without an alternative the choice would be a narrower one.
        said = " or ".join(", ".join(c.words for c in conditions(one)) for one in value)
        yield Condition(f"Either: {said}", changed(filters, any_of=()))
        return
    if field in _ELSEWHERE:
        for one in value:
            said = ", ".join(c.words for c in conditions(one))
            rest = tuple(other for other in value if other != one)
            yield Condition(_ELSEWHERE[field].format(said), changed(filters, **{field: rest}))
        return
    if field in _MANY:
        words, shown = _MANY[field]
        for one in value:
            rest = tuple(other for other in value if other != one)
            yield Condition(words.format(shown(str(one))), changed(filters, **{field: rest}))
        return
    if field == "changed_to":
        return
    gone = {field: Filters.model_fields[field].default}
    if field == "changed_from":
        gone["changed_to"] = None
    yield Condition(_words(field, value, filters), changed(filters, **gone))


def _words(field: str, value: Any, filters: Filters) -> str:
    if field in _EITHER:
        return _EITHER[field][0 if value else 1]
    if field in _DAYS:
        day: date = value
        return _DAYS[field].format(british(day))
    if field == "max_slips" and not value:
        return "Never slipped"
    if field in _NUMBERS:
        words, noun = _NUMBERS[field]
        return words.format(counted(value, noun))
    if field == "changed_from":
        return f"Changed between {_quarter(value)} and {_quarter(filters.changed_to or 'now')}"
    return f"{field.replace('_', ' ').capitalize()}: {value}"
