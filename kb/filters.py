"""One type for everything by which problems can be narrowed: search page, shell and questions."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, field_validator

from ingest.records import Frozen, ImpactClass, Severity

DEEPEST = 2
"""Levels of conditions within conditions."""


class Filters(Frozen):
    """Conditions that a snapshot must meet, all of them; within one tuple any of them will do.

    Which snapshots are looked at: with `quarters` or `reports` those; with `ever` the latest
    snapshot of every problem in any published report; else the current reports (see
    `ReportRecord.current`). One problem is one row: where two reports of the choice hold it, the
    later one speaks.

    Attributes:
        suppliers: parties involved. owners: parties that the record is with.
        owner_roles: "Operator", "S/W Provider", as the vocabulary names them.
        not_suppliers, not_owners: parties that must not be.
        open: True for open, False for closed problems.
        missing, stated: fields that the report leaves out, or gives (names of `FIELDS`;
            "user_impact" is missing where the impact class is not_stated).
        overdue: open with a target before `as_at` (default: the report's own status date).
        min_age, max_age: days from created to `as_at`.
        min_slips, max_slips, min_slip_days: of the target, counted over the history.
        outage: the narrative tells what users met (it has impact evidence).
        changed_from, changed_to: two quarters between which the problem changed in any way.
        words: each must stand in title or text (case and accents folded, inflections too).
        any_of: alternatives; the same row must meet one of them ("Critical or with TSP").
        also_in, not_in: conditions on the problem's row in other reports, those that each of
            them names: every one of `also_in` must be met, none of `not_in` ("open in Q2 2021
            and closed now", "in Q3 2021 but not in Q4 2021").

    Raises:
        ValueError: alternatives within alternatives go deeper than `DEEPEST`.
    """

    pbis: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    owner_roles: tuple[str, ...] = ()
    not_suppliers: tuple[str, ...] = ()
    not_owners: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()
    not_severities: tuple[Severity, ...] = ()
    statuses: tuple[str, ...] = ()
    not_statuses: tuple[str, ...] = ()
    open: bool | None = None
    impact_classes: tuple[ImpactClass, ...] = ()
    not_impact_classes: tuple[ImpactClass, ...] = ()
    major_incident: bool | None = None
    has_workaround: bool | None = None
    outage: bool | None = None
    processes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    stated: tuple[str, ...] = ()
    quarters: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    ever: bool = False
    created_from: date | None = None
    created_to: date | None = None
    target_from: date | None = None
    target_to: date | None = None
    overdue: bool | None = None
    as_at: date | None = None
    min_age: int | None = None
    max_age: int | None = None
    min_slips: Annotated[int | None, Field(ge=1)] = None
    max_slips: Annotated[int | None, Field(ge=0)] = None
    min_slip_days: Annotated[int | None, Field(ge=1)] = None
    findings: tuple[str, ...] = ()
    vanished: bool | None = None
    changed_from: str | None = None
    changed_to: str | None = None
    words: tuple[str, ...] = ()
    any_of: Annotated[tuple[Filters, ...], Field(max_length=8)] = ()
    also_in: Annotated[tuple[Filters, ...], Field(max_length=24)] = ()
    not_in: Annotated[tuple[Filters, ...], Field(max_length=24)] = ()

    @field_validator("any_of", "also_in", "not_in")
    @classmethod
    def _shallow(cls, parts: tuple[Filters, ...]) -> tuple[Filters, ...]:
        # A link is typed by anybody: what is nested without end must not reach the database.
        if any(part.depth >= DEEPEST for part in parts):
            raise ValueError("conditions within conditions go too deep")
        return parts

    @property
    def depth(self) -> int:
        """How many levels of conditions stand within these; 0 for plain ones."""
        parts = (*self.any_of, *self.also_in, *self.not_in)
        return 1 + max(part.depth for part in parts) if parts else 0

    def conditions(self) -> dict[str, object]:
        """The fields that narrow anything, as given; empty for "everything current"."""
        return self.model_dump(mode="json", exclude_defaults=True)
