"""Parties, severities, statuses, impact as labels: a word and a shape, never colour alone."""

from __future__ import annotations

from app.widgets import inert
from ingest.records import ImpactClass, Severity
from kb.records import Snapshot
from kb.words import IMPACT_LABELS, NOT_STATED, owner_words

_LEVEL = {Severity.CRITICAL: 4, Severity.HIGH: 3, Severity.MEDIUM: 2, Severity.LOW: 1}


def severity(value: Severity | None) -> str:
    """HTML: four bars, as many filled as the severity is high, and its word."""
    if value is None:
        return _badge(f"Severity {NOT_STATED.lower()}", "pr-none")
    level = _LEVEL[value]
    bars = "".join(f"<i class='{'on' if n < level else ''}'></i>" for n in range(4))
    meter = f"<span class='pr-bars' aria-hidden='true'>{bars}</span>"
    return f"<span class='pr-badge pr-sev{level}'>{meter}{value.value}</span>"


def impact(value: ImpactClass) -> str:
    """HTML: the impact class by its label."""
    words = "Impact not stated" if value is ImpactClass.NOT_STATED else IMPACT_LABELS[value]
    if value is ImpactClass.NONE:
        words = "No impact"
    return _badge(words, f"pr-impact-{value.value}")


def status(words: str | None, is_open: bool | None) -> str:
    """HTML: the status as printed; a ring for open, a disc for closed."""
    if words is None:
        return _badge("Status not stated", "pr-none")
    kind = {True: "pr-open", False: "pr-closed", None: "pr-none"}[is_open]
    dot = "<span class='pr-dot' aria-hidden='true'></span>"
    return f"<span class='pr-badge {kind}'>{dot}{inert.escaped(words)}</span>"


def owner(name: str | None, role: str | None = None) -> str:
    """HTML: who the record is with."""
    if not name:
        return _badge("Owner not stated", "pr-none")
    return _badge(f"With {owner_words(name, role)}", "pr-party")


def party(name: str) -> str:
    """HTML: an organisation."""
    return _badge(name, "pr-party")


def plain(words: str, kind: str = "") -> str:
    """HTML: any other label."""
    return _badge(words, kind)


def of(snapshot: Snapshot) -> str:
    """HTML: the row of labels that introduces a problem."""
    problem = snapshot.problem
    parts = [
        status(problem.status, snapshot.open),
        severity(problem.severity),
        owner(problem.owner, problem.owner_role),
        impact(problem.impact_class),
    ]
    if problem.major_incident:
        parts.append(_badge("Major Incident", "pr-warn"))
    if snapshot.overdue_days() is not None:
        parts.append(_badge(f"{snapshot.overdue_days()} days overdue", "pr-warn"))
    if snapshot.vanished:
        parts.append(_badge("No longer mentioned", "pr-warn"))
    return f"<div class='pr-badges'>{''.join(parts)}</div>"


def _badge(words: str, kind: str) -> str:
    return f"<span class='pr-badge {kind}'>{inert.escaped(words)}</span>"
