"""One field of one problem: its value for programs, and as a clause for people."""

from __future__ import annotations

from datetime import date
from typing import Any

from kb.answer.phrasing import MORE_FIELDS
from kb.answer.tables import iso
from kb.records import Snapshot
from kb.words import british, counted, owner_words, slip_words, yes_no

DERIVED = {
    "age": "created",
    "overdue": "target_completion",
    "slips": "target_completion",
    "slip_days": "target_completion",
    "processes": "description",
}


def value_of(row: Snapshot, name: str, as_at: date | None = None) -> Any:
    """A field's value for JSON: text, ISO date, number or None where it is not stated."""
    problem = row.problem
    if name in ("age", "overdue"):
        return row.age_days(as_at) if name == "age" else row.overdue_days(as_at)
    if name in ("slips", "slip_days"):
        return getattr(row, name)
    if name == "owner":
        return problem.owner
    if name == "involved":
        return ", ".join(problem.involved) or None
    if name == "severity":
        return problem.severity.value if problem.severity else None
    if name in ("created", "status_date", "target_completion"):
        return iso(getattr(problem, name))
    if name == "major_incident":
        return None if problem.major_incident is None else yes_no(problem.major_incident)
    if name == "impact_class":
        return problem.impact_class.value
    if name == "processes":
        return (
            ", ".join(dict.fromkeys(p for e in problem.impact_evidence for p in e.processes))
            or None
        )
    value = getattr(problem, name, None)
    return str(value) if value not in (None, "") else None


def fact(row: Snapshot, name: str, as_at: date | None = None) -> str:
    """One field as a clause: "its status is Pending at 20 September 2021"."""
    problem = row.problem
    value = value_of(row, name, as_at)
    day = problem.status_date or row.report.as_at
    match name:
        case "status":
            if value is None:
                return "its status is not stated"
            return f"its status is {value}" + (f" at {british(day)}" if day else "")
        case "owner":
            return f"it is with {_holder(row)}" if value else "its owner is not stated"
        case "involved":
            return f"the parties involved are {value}" if value else "no party is named"
        case "target_completion":
            return (
                f"its target completion is {british(problem.target_completion)}"
                if value
                else "no target completion is stated"
            )
        case "created":
            return (
                f"it was created on {british(problem.created)}"
                if value
                else "its date of creation is not stated"
            )
        case "status_date":
            return (
                f"its status date is {british(problem.status_date)}"
                if value
                else "its status date is not stated"
            )
        case "severity":
            return f"its severity is {value}" if value else "its severity is not stated"
        case "user_impact":
            return (
                f"its stated end user impact is “{problem.user_impact}”"
                if problem.user_impact
                else "its end user impact is not stated"
            )
        case "impact_class":
            return (
                f"its stated impact is “{problem.user_impact}”"
                if problem.user_impact
                else "its end user impact is not stated"
            )
        case "age":
            return (
                f"it was {counted(value, 'day')} old at {british(day)}, created "
                f"{british(problem.created)}"
                if value is not None
                else "its age cannot be told: no created date is stated"
            )
        case "overdue":
            if value is not None:
                return (
                    f"it was {counted(value, 'day')} past its target of "
                    f"{british(problem.target_completion)} at {british(day)}"
                )
            if row.open is False:
                return f"it is {problem.status}"
            if problem.target_completion:
                return (
                    f"its target of {british(problem.target_completion)} had not passed at "
                    f"{british(day)}"
                )
            return "no target completion is stated"
        case "slips" | "slip_days":
            return f"its target {slip_words(row.slips, row.slip_days)}" + (
                f"; it now stands at {british(problem.target_completion)}"
                if problem.target_completion
                else ""
            )
        case "major_incident":
            if problem.major_incident is None:
                return "the report does not say whether it was run as a Major Incident"
            return (
                "it was run as a Major Incident"
                if problem.major_incident
                else "it was not run as a Major Incident"
            )
        case "workaround":
            return (
                f"its workaround: “{problem.workaround}”"
                if problem.workaround
                else "no workaround is stated"
            )
        case "title":
            return f"its title is “{problem.title}”" if problem.title else "it has no title"
        case _:
            label = MORE_FIELDS.get(name, name).lower()
            return f"its {label}: “{value}”" if value is not None else f"its {label} is not stated"


def _holder(row: Snapshot) -> str:
    """The owner with its role, in the report's own words too where they differ."""
    problem = row.problem
    plain = owner_words(problem.owner, problem.owner_role)
    evidence = problem.evidence.get("owner")
    printed = " ".join(evidence.quote.split()) if evidence else ""
    same = printed.casefold() in (plain.casefold(), (problem.owner or "").casefold())
    if not problem.owner_role or same or not printed.isascii() or len(printed) > 40:
        return plain
    return f"the {printed.removeprefix('the ')}, that is {plain}"


def shortened(text: str, limit: int = 500) -> str:
    """A text cut at a word, with an ellipsis where it was."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0] + " …"
