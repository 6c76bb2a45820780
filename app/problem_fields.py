"""The fields of one problem as people read them, each with the place that it was read from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.widgets.evidence import Place, read
from ingest.records import ImpactClass, ProblemReading
from kb.records import Snapshot
from kb.words import FIELD_LABELS, IMPACT_LABELS, NOT_STATED, british, owner_words, yes_no

SHOWN = (
    "status",
    "status_date",
    "target_completion",
    "owner",
    "severity",
    "created",
    "user_impact",
    "involved",
    "description",
    "workaround",
    "update",
    "root_cause",
    "incident_observation",
    "major_incident",
)
"""In the order in which people ask; the impact class stands beside the title, with its label."""

_SILENT = frozenset({"workaround", "update", "root_cause", "incident_observation", "status_date"})
"""Left out where nothing is stated: few reports have them, and their absence says nothing."""


@dataclass(frozen=True)
class Field:
    """A label, the words for it, and where they stand. `stated`: the report says it."""

    name: str
    label: str
    text: str
    place: Place | None
    stated: bool


def fields_of(snapshot: Snapshot) -> list[Field]:
    """The fields in reading order, with what every report should state even where it does not."""
    found = []
    for name in SHOWN:
        text = field_words(snapshot.problem, name)
        if text is None and name in _SILENT:
            continue
        place = snapshot.problem.evidence.get(name)
        label = FIELD_LABELS[name]
        found.append(
            Field(
                name=name,
                label=label,
                text=text or NOT_STATED,
                place=read(snapshot.report, place, label) if place and text else None,
                stated=text is not None,
            )
        )
    return found


def field_words(problem: ProblemReading, name: str) -> str | None:
    """One value in words; None where the report does not say."""
    value: Any = getattr(problem, name)
    if name == "owner":
        return owner_words(value, problem.owner_role) if value else None
    if name == "impact_class":
        return None if value is ImpactClass.NOT_STATED else IMPACT_LABELS[value]
    if name == "involved":
        return ", ".join(value) or None
    if isinstance(value, bool):
        return yes_no(value)
    if isinstance(value, date):
        return british(value)
    return None if value is None else str(value)


def impact_places(snapshot: Snapshot) -> list[Place]:
    """Where the sentences of impact evidence stand, in order."""
    return [
        Place(
            snapshot.report.id,
            snapshot.report.file,
            item.page,
            item.quote,
            item.bbox,
            item.place,
            "What users met",
        )
        for item in snapshot.problem.impact_evidence
    ]
