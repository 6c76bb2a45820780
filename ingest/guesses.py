"""A label that no list holds: its field by what stands behind it and by nearness to known ones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ingest.records import ImpactClass
from ingest.rules.dates import dates_in, says_no_date
from ingest.vocabulary import Vocabulary

DATE_FIELDS = ("created", "target_completion", "status_date")
_TEXTS = (
    "user_impact",
    "workaround",
    "update",
    "description",
    "incident_observation",
    "title",
    "root_cause",
)
NEVER = re.compile(
    r"\b(?:confidence|likelihood|risk|complexity|effort|probability|incident\s+category|rag|closed|actual|"
    r"incident\s+date|last\s+incident|first\s+incident|next\s+review|review\s+date|phone|email|author|approved|version|"
    r"withdrawn|meeting|born|next\s+meeting)\b",
    re.IGNORECASE,
)


_MAJOR = re.compile(r"\bMIs?\b|\bmajor\s+incident\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Guess:
    """The field that an unlisted label most likely names, and why."""

    field: str
    why: str


@lru_cache(maxsize=4096)
def guess_field(
    label: str, value: str, vocabulary: Vocabulary, *, typed: bool = False
) -> Guess | None:
    """The field for a label that no list holds; None where nothing speaks for one.

    Args:
        typed: only a dash parts label and value, so that a value of plain words must have a
            label of two words or more that is near indeed.
    """
    if NEVER.search(label) or not re.search(r"[A-Za-z]", label):
        return None
    if _MAJOR.search(label) and re.match(r"\W*(?:yes|no|y|n)\b", value, re.IGNORECASE):
        return Guess(
            "major_incident", "the label names a major incident; yes or no stands behind it"
        )
    kind, fields, least = _kind(value, vocabulary)
    if typed and kind not in ("a date", "a severity", "a status", "a party"):
        if len(label.split()) < 2:
            return None  # "Impacting - top-ups are late" is no label
        least = max(least, 75.0)
    near = vocabulary.labels.guess(label, fields)
    if near is None or near.score < least:
        return None
    return Guess(
        near.field,
        f"the label \u201c{label.strip(' :=')}\u201d is in no list; {kind} stands behind it and "
        f"it is near \u201c{near.near}\u201d",
    )


def kind_of(value: str, vocabulary: Vocabulary) -> str:
    """What stands behind a label: "a date", "a severity", "a party", "no value", ..."""
    return _kind(value, vocabulary)[0]


def _kind(value: str, vocabulary: Vocabulary) -> tuple[str, tuple[str, ...], float]:
    """What the value is, the fields it may be, and how near the label must be (0 to 100)."""
    text = value.strip().rstrip(".,;")
    days = dates_in(text)
    if days and len(text) - (days[0].end - days[0].start) <= 12:
        return "a date", DATE_FIELDS, 56.0
    if says_no_date(text):
        return "no value", (*DATE_FIELDS, "owner", "severity", "status", "user_impact"), 65.0
    if len(text) <= 24 and vocabulary.severity_of(text):
        return "a severity", ("severity",), 56.0
    if vocabulary.status_of(text):
        return "a status", ("status",), 56.0
    mentions = vocabulary.parties_in(text)
    if mentions and mentions[0].start <= 4 and len(text) - mentions[0].end <= 3:
        return "a party", ("owner", "parties"), 56.0
    if vocabulary.impact_class_of(text) in (ImpactClass.NONE, ImpactClass.NO_ENDURING):
        return "an impact", (*_TEXTS, "status"), 60.0
    if len(text.split()) <= 4:
        return "a few words", ("status", "owner", "user_impact", "workaround", "title"), 75.0
    return "a sentence", _TEXTS, 60.0
