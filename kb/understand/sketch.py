"""What has been made out of a question so far, before it is settled what is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from kb.query import GroupBy, OrderBy
from kb.records import EventKind
from kb.understand.annotate import Marked
from kb.understand.spans_of_time import Clock

if TYPE_CHECKING:
    from kb.understand.thresholds import Threshold

DIMENSIONS: dict[str, tuple[str, ...]] = {
    "party": ("suppliers", "owners", "owner_roles", "not_suppliers", "not_owners"),
    "severity": ("severities", "not_severities"),
    "status": ("statuses", "not_statuses", "open"),
    "impact": ("impact_classes", "not_impact_classes"),
    "mi": ("major_incident",),
    "workaround": ("has_workaround",),
    "period": ("quarters", "reports", "ever"),
    "created": ("created_from", "created_to"),
    "target": ("target_from", "target_to"),
    "overdue": ("overdue", "as_at"),
    "age": ("min_age", "max_age"),
    "slips": ("min_slips", "min_slip_days"),
    "missing": ("missing",),
    "stated": ("stated",),
    "vanished": ("vanished",),
    "words": ("words",),
    "either": ("any_of",),
    "elsewhere": ("also_in", "not_in"),
}
"""Fields of `Filters` that speak of the same thing: a follow-up changes one thing at a time."""


@dataclass
class Sketch:
    """The parts of one question.

    Attributes:
        used: tokens that have been understood; the rest is the topic.
        places: where each filter was named, to tell the part before "are" from the part after.
        events: changes named. moved: the value left and the value reached.
        nth: the place of a ranking that is asked for, from 1.
        threshold: a number that a yes or no hangs on. none: it is said that there are no such
            problems ("no open problems").
        problem: what stops the question from being answered ("party", "Vodafone").
    """

    marked: Marked
    clock: Clock
    used: set[int] = field(default_factory=set)
    filters: dict[str, Any] = field(default_factory=dict)
    places: list[tuple[int, str, Any]] = field(default_factory=list)
    pbis: tuple[str, ...] = ()
    by_title: bool = False
    fields: list[str] = field(default_factory=list)
    group_by: list[GroupBy] = field(default_factory=list)
    group_limit: int | None = None
    group_ascending: bool = False
    order: OrderBy | None = None
    descending: bool = False
    superlative: bool = False
    limit: int | None = None
    statistic: str | None = None
    measure: str | None = None
    events: list[EventKind] = field(default_factory=list)
    compared: bool = False
    from_quarter: str | None = None
    to_quarter: str | None = None
    before_value: str | None = None
    after_value: str | None = None
    quarters: list[str] = field(default_factory=list)
    latest: bool = False
    closed_between: tuple[date | None, date | None] | None = None
    period_of: str | None = None
    nth: int = 1
    threshold: Threshold | None = None
    none: bool = False
    notes: list[str] = field(default_factory=list)
    problem: tuple[str, str] | None = None

    def use(self, *tokens: int) -> None:
        """Marks tokens as understood."""
        self.used.update(tokens)

    def use_span(self, start: int, end: int) -> None:
        """Marks a stretch of tokens as understood."""
        self.used.update(range(start, end))

    def free(self, tokens: frozenset[int] | range) -> bool:
        """Whether none of the tokens has been taken by another reading."""
        return not self.used & set(tokens)

    def put(self, name: str, value: Any, place: int) -> None:
        """Adds a condition; values of a tuple field are gathered."""
        self.places.append((place, name, value))
        if isinstance(value, tuple):
            before = self.filters.get(name, ())
            self.filters[name] = (*before, *(v for v in value if v not in before))
        else:
            self.filters[name] = value
