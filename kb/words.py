"""Words for people: dates, durations, labels and sentences, the same on every page and in print.

British forms: "29 October 2021", "153 days", "69 minutes". What a report states is never reworded
here; only the product's own terms have labels.
"""

from __future__ import annotations

from datetime import date, datetime

from ingest.numbers import short_pbi
from ingest.records import ImpactClass, ImpactEvidence, Severity
from kb.records import Event, EventKind, ReportRecord, Snapshot

NOT_STATED = "Not stated"

IMPACT_LABELS: dict[ImpactClass, str] = {
    ImpactClass.IMPACTING: "Impacting",
    ImpactClass.NO_ENDURING: "No enduring impact",
    ImpactClass.NOT_STATED: NOT_STATED,
    ImpactClass.NONE: "None",
}
"""Labels of the impact classes, in the order of what matters to users."""

EVENT_LABELS: dict[EventKind, str] = {
    EventKind.APPEARED: "New",
    EventKind.CLOSED: "Closed",
    EventKind.REOPENED: "Re-opened",
    EventKind.VANISHED: "No longer mentioned, not reported closed",
    EventKind.CAME_BACK: "Mentioned again",
    EventKind.SLIPPED: "Target slipped",
    EventKind.BROUGHT_FORWARD: "Target brought forward",
    EventKind.TARGET_GIVEN: "Target first given",
    EventKind.TARGET_REMOVED: "Target no longer given",
    EventKind.OWNER_CHANGED: "Owner changed",
    EventKind.ROLE_CHANGED: "Owner's role changed",
    EventKind.SEVERITY_RAISED: "Severity raised",
    EventKind.SEVERITY_LOWERED: "Severity lowered",
    EventKind.SEVERITY_GIVEN: "Severity first stated",
    EventKind.SEVERITY_REMOVED: "Severity no longer stated",
    EventKind.STATUS_CHANGED: "Status changed",
    EventKind.IMPACT_CHANGED: "Impact class changed",
    EventKind.IMPACT_REWORDED: "Stated impact reworded",
    EventKind.RETITLED: "Title reworded",
}
"""A heading for each kind of event."""

FIELD_LABELS: dict[str, str] = {
    "pbi": "PBI",
    "title": "Title",
    "description": "Description",
    "owner": "Owner",
    "owner_role": "Owner's role",
    "involved": "Parties involved",
    "severity": "Severity",
    "created": "Created",
    "status": "Status",
    "status_date": "Status date",
    "target_completion": "Target completion",
    "user_impact": "End user impact",
    "impact_class": "Impact class",
    "incident_observation": "Incident observation",
    "major_incident": "Major Incident",
    "workaround": "Workaround",
    "update": "Update",
    "root_cause": "Root cause",
}
"""A label for each field of a problem."""


def british(day: date | str | None) -> str:
    """A date or an ISO date as "29 October 2021"; "Not stated" for None; other text unchanged."""
    if day is None:
        return NOT_STATED
    if isinstance(day, str):
        try:
            return british(date.fromisoformat(day))
        except ValueError:
            return day
    # strftime pads the day, and the flag that stops it differs between platforms.
    return f"{day.day} {day:%B %Y}"


def short_date(day: date) -> str:
    """A date for a narrow column: "29 Oct 2021"."""
    return f"{day.day} {day:%b %Y}"


def moment(iso: str | None) -> str:
    """ "2021-03-23T13:52" as "13:52 on 23 March 2021"; dates and bare times as far as they go."""
    if iso is None:
        return NOT_STATED
    if "T" not in iso:
        return british(iso)
    try:
        when = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{when:%H:%M} on {british(when.date())}"


def counted(number: float, noun: str, plural: str | None = None) -> str:
    """ "1 day", "153 days", "1.5 minutes": a number with its noun."""
    shown = f"{number:,.1f}".rstrip("0").rstrip(".") if number % 1 else f"{int(number):,}"
    return f"{shown} {noun if number == 1 else plural or noun + 's'}"


def minutes(number: float | None) -> str:
    """ "69 minutes"; from three hours on with the hours beside it: "480 minutes (8 hours)"."""
    if number is None:
        return NOT_STATED
    words = counted(number, "minute")
    if number < 180:
        return words
    if number < 48 * 60:
        return f"{words} ({counted(number / 60, 'hour')})"
    return f"{words} ({counted(number / 60 / 24, 'day')})"


def percent(number: float) -> str:
    """ "100 per cent", "37.5 per cent"."""
    return f"{number:g} per cent"


def sentence(words: str) -> str:
    """The words with a capital at the start; names inside keep theirs."""
    return words[:1].upper() + words[1:]


def yes_no(value: bool | None) -> str:
    """ "Yes", "No" or "Not stated"."""
    return NOT_STATED if value is None else "Yes" if value else "No"


def owner_words(owner: str | None, role: str | None = None) -> str:
    """ "DCO (Operator)", "DSP", "Not stated"."""
    if not owner:
        return NOT_STATED
    return f"{owner} ({role})" if role else owner


def severity_words(severity: Severity | None) -> str:
    """The word of the reports, or "Not stated"."""
    return severity.value if severity else NOT_STATED


def status_line(snapshot: Snapshot) -> str:
    """ "Pending at 20 September 2021, target 29 October 2021 (slipped once, 30 days in all)"."""
    problem = snapshot.problem
    words = problem.status or "Status not stated"
    day = problem.status_date or snapshot.report.as_at
    words += f" at {british(day)}" if day else ""
    if problem.target_completion:
        words += f", target {british(problem.target_completion)}"
    elif snapshot.open is not False:
        words += ", no target stated"
    if snapshot.slips:
        words += f" ({slip_words(snapshot.slips, snapshot.slip_days)})"
    return words


def slip_words(times: int, days: int) -> str:
    """ "has not slipped", "slipped once, 153 days", "slipped 3 times, 212 days in all"."""
    if not times:
        return "has not slipped"
    if times == 1:
        return f"slipped once, {counted(days, 'day')}"
    often = "twice" if times == 2 else f"{times} times"
    return f"slipped {often}, {counted(days, 'day')} in all"


def evidence_words(evidence: ImpactEvidence) -> str:
    """What is exact in one piece of impact evidence: how long, when, how much; "" where nothing."""
    parts = [percent(number) for number in evidence.percent]
    if evidence.minutes is not None:
        parts.append(minutes(evidence.minutes))
    return ", ".join([*parts, period_words(evidence.start, evidence.end)]).removesuffix(", ")


def period_words(start: str | None, end: str | None) -> str:
    """ "13:52 to 15:01 on 23 March 2021", "from 13:52", "on 5 May 2021"; "" for neither."""
    if start and end and start != end:
        day, _, time = start.partition("T")
        if time and ("T" not in end or end.partition("T")[0] == day):
            until = end.partition("T")[2] or end
            return f"{time[:5]} to {until[:5]} on {british(day)}"
        return f"{moment(start)} to {moment(end)}"
    known = start or end
    if known is None:
        return ""
    if "T" not in known and ":" not in known:
        return f"on {british(known)}"
    return f"{'from' if start else 'until'} {moment(known)}"


def report_name(report: ReportRecord) -> str:
    """How a report is named in a list of sources: reference or title, else the file's name."""
    return report.reference or report.title or report.file


def event_words(event: Event) -> str:
    """One event as a clause, without the problem: "target slipped from ... to ... (153 days)"."""
    before, after = event.before, event.after
    match event.kind:
        case EventKind.APPEARED:
            return f"new, {_quoted_status(after)}"
        case EventKind.VANISHED:
            return f"no longer mentioned; last reported as {before or 'of no stated status'}"
        case EventKind.CAME_BACK:
            return f"mentioned again, {_quoted_status(after)}"
        case EventKind.CLOSED:
            return f"closed: status changed {_change(before, after)}"
        case EventKind.REOPENED:
            return f"re-opened: status changed {_change(before, after)}"
        case EventKind.STATUS_CHANGED:
            return f"status changed {_change(before, after)}"
        case EventKind.OWNER_CHANGED:
            one = owner_words(before, event.before_role) if before else None
            two = owner_words(after, event.after_role) if after else None
            return f"owner changed {_change(one, two)}"
        case EventKind.ROLE_CHANGED:
            return f"owner's role changed {_change(before, after)}"
        case EventKind.IMPACT_CHANGED:
            return f"impact class changed {_change(_impact(before), _impact(after))}"
        case EventKind.IMPACT_REWORDED:
            return f"stated impact reworded {_change(_quoted(before), _quoted(after))}"
        case EventKind.RETITLED:
            return f"title reworded {_change(_quoted(before), _quoted(after))}"
        case _:
            return _target_words(event) if "target" in event.kind else _severity_words(event)


def event_line(event: Event) -> str:
    """ "PBI 122422: target slipped from 29 October 2021 to 31 March 2022 (153 days)"."""
    return f"PBI {short_pbi(event.pbi)}: {event_words(event)}"


def _target_words(event: Event) -> str:
    before, after = british(event.before), british(event.after)
    days = f" ({counted(abs(event.days), 'day')})" if event.days else ""
    match event.kind:
        case EventKind.SLIPPED:
            return f"target slipped from {before} to {after}{days}"
        case EventKind.BROUGHT_FORWARD:
            return f"target brought forward from {before} to {after}{days}"
        case EventKind.TARGET_GIVEN:
            return f"target first given: {after}"
        case _:
            closing = " on closing" if event.closing else ""
            return f"target no longer given{closing} (it was {before})"


def _severity_words(event: Event) -> str:
    match event.kind:
        case EventKind.SEVERITY_RAISED | EventKind.SEVERITY_LOWERED:
            way = "raised" if event.kind is EventKind.SEVERITY_RAISED else "lowered"
            return f"severity {way} from {event.before} to {event.after}"
        case EventKind.SEVERITY_GIVEN:
            return f"severity first stated: {event.after}"
        case _:
            return f"severity no longer stated (it was {event.before})"


def _change(before: str | None, after: str | None) -> str:
    return f"from {before or 'not stated'} to {after or 'not stated'}"


def _quoted(text: str | None) -> str | None:
    return f"\u201c{text}\u201d" if text else None


def _quoted_status(status: str | None) -> str:
    return status or "status not stated"


def _impact(value: str | None) -> str | None:
    return IMPACT_LABELS[ImpactClass(value)] if value else None
