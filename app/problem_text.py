"""One problem as lines for a terminal: its latest word, what it does to users, its history."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb.records import Event, Snapshot

_LABELS = (
    ("owner", "Owner"),
    ("severity", "Severity"),
    ("status", "Status"),
    ("created", "Created"),
    ("target_completion", "Target"),
    ("user_impact", "User impact"),
    ("incident_observation", "Observation"),
    ("major_incident", "Major Incident"),
    ("workaround", "Workaround"),
    ("update", "Update"),
    ("root_cause", "Root cause"),
)


def problem_lines(history: Sequence[Snapshot], events: Sequence[Event]) -> Iterator[str]:
    """The lines of `pbi show`. `history` is in report order and not empty."""
    from kb.words import british, event_words

    latest = history[-1]
    problem = latest.problem
    yield f"{problem.pbi}  {problem.title or '(no title)'}"
    source = latest.report
    when = f", status at {british(problem.status_date)}" if problem.status_date else ""
    place = f"{source.file}{_page(latest, 'pbi')}"
    yield f"Latest word: {source.quarter or source.file}{when} ({place})"
    yield ""
    for field, label in _LABELS:
        value = getattr(problem, field)
        if field == "owner" and value and problem.owner_role:
            value = f"{value} ({problem.owner_role})"
        if isinstance(value, bool):
            value = "yes" if value else "no"
        elif hasattr(value, "isoformat"):
            value = british(value)
        text = str(value) if value is not None else "not stated"
        yield from _wrapped(f"{label + ':':<16}", text + _page(latest, field, value is not None))
    yield from _wrapped(f"{'Involved:':<16}", ", ".join(problem.involved) or "not stated")
    yield from _numbers(latest)
    if problem.description:
        yield ""
        yield from _wrapped("", problem.description)
    if problem.impact_evidence:
        yield ""
        yield "What users met while it lasted:"
        for item in problem.impact_evidence:
            minutes = f" [{item.minutes:g} minutes]" if item.minutes else ""
            yield from _wrapped("  - ", f"“{item.quote}” (p.{item.page}){minutes}")
    yield ""
    yield f"History ({len(history)} report{'s' if len(history) != 1 else ''}):"
    for snapshot in history:
        yield f"  {_line(snapshot)}"
    for event in events:
        yield f"  {event.to_quarter or event.from_quarter or '':<8} {event_words(event)}"
    if problem.findings:
        yield ""
        yield "Findings:"
        for finding in problem.findings:
            yield from _wrapped("  - ", finding.message)


def _numbers(latest: Snapshot) -> Iterator[str]:
    from kb.words import british

    day = latest.problem.status_date or latest.report.as_at
    age, overdue = latest.age_days(), latest.overdue_days()
    if day and age is not None:
        yield f"{'Age:':<16}{age} days at {british(day)}"
    if day and overdue is not None:
        yield f"{'Overdue:':<16}{overdue} days at {british(day)}"
    if latest.slips:
        times = "once" if latest.slips == 1 else f"{latest.slips} times"
        yield f"{'Slipped:':<16}{times}, {latest.slip_days} days in all"
    if latest.vanished:
        yield f"{'Note:':<16}last said to be open; later reports no longer mention it"


def _line(snapshot: Snapshot) -> str:
    from kb.words import british

    problem = snapshot.problem
    parts = [
        problem.status or "status not stated",
        problem.severity.value if problem.severity else "severity not stated",
        f"with {problem.owner}" if problem.owner else "owner not stated",
        f"target {british(problem.target_completion)}"
        if problem.target_completion
        else "no target",
    ]
    return f"{snapshot.report.quarter or snapshot.report.file:<8} {', '.join(parts)}"


def _page(snapshot: Snapshot, field: str, wanted: bool = True) -> str:
    place = snapshot.problem.evidence.get(field) if wanted else None
    return f" p.{place.page}" if place else ""


def _wrapped(start: str, text: str) -> Iterator[str]:
    width = 96
    for paragraph in text.splitlines() or [""]:
        yield from textwrap.wrap(
            paragraph, width, initial_indent=start, subsequent_indent=" " * len(start)
        ) or [start]
        start = " " * len(start)
