"""What changed between two snapshots of a problem, as typed events, and back again.

For any two snapshots, the events between them applied to the first give the second, in the fields
of `TRACKED`; texts count as equal when only white space, case, dash or quote forms or a closing
full stop differ, because those come from the printing and not from the writer.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date

from ingest.records import ImpactClass, Severity
from kb.records import Event, EventKind, Snapshot

FieldValue = str | date | Severity | ImpactClass | None

TRACKED: tuple[str, ...] = (
    "status",
    "target_completion",
    "severity",
    "owner",
    "owner_role",
    "impact_class",
    "user_impact",
    "title",
)
"""The fields of a problem whose changes make events."""

_SEVERITIES = list(Severity)
_FORMS = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\u2018\u2019\u201a\u201b`", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f", '"'),
    }
)


def folded(text: str | None) -> str | None:
    """A text without what printing changes: space, case, dash and quote forms, a full stop."""
    if text is None:
        return None
    plain = unicodedata.normalize("NFKC", text).translate(_FORMS).casefold()
    return "".join(plain.split()).rstrip(".,;")


def same_words(one: str | None, other: str | None) -> bool:
    """Whether two texts differ in nothing that a reader would call a change of wording."""
    return one == other or folded(one) == folded(other)


def events_between(before: Snapshot | None, after: Snapshot | None) -> tuple[Event, ...]:
    """The differences between two snapshots of one problem, in the order that people tell them.

    Args:
        before: None where no earlier report holds the problem: it appeared.
        after: None where a report that should hold the problem does not: it vanished, unless it
            was closed before.

    Raises:
        ValueError: the snapshots are of two problems.
    """
    if before is None and after is None:
        return ()
    if before is None:
        status = after.problem.status if after else None
        return (event(EventKind.APPEARED, before, after, None, status),)
    if after is None:
        if before.open is False:
            return ()
        return (event(EventKind.VANISHED, before, after, before.problem.status, None),)
    if before.pbi != after.pbi:
        raise ValueError(f"{before.pbi} and {after.pbi} are two problems: no events lie between")
    return tuple(_differences(before, after))


def event(
    kind: EventKind,
    before: Snapshot | None,
    after: Snapshot | None,
    value_before: str | None,
    value_after: str | None,
    **more: str | int | None,
) -> Event:
    """An event that carries the problem, the reports and the quarters of its snapshots.

    Raises:
        ValueError: neither snapshot is given.
    """
    known = after or before
    if known is None:
        raise ValueError(f"{kind.value}: an event needs a snapshot")
    return Event.model_validate(
        {
            "pbi": known.pbi,
            "kind": kind,
            "before": value_before,
            "after": value_after,
            "from_report": before.report.id if before else None,
            "to_report": after.report.id if after else None,
            "from_quarter": before.report.quarter if before else None,
            "to_quarter": after.report.quarter if after else None,
            **more,
        }
    )


def apply_events(before: Snapshot, events: Iterable[Event]) -> dict[str, FieldValue]:
    """The fields of `TRACKED` as they stand after the events, given how they stood before."""
    values: dict[str, FieldValue] = {name: getattr(before.problem, name) for name in TRACKED}
    for one in events:
        _apply(one, values)
    return values


def _differences(before: Snapshot, after: Snapshot) -> Iterator[Event]:
    yield from _status(before, after)
    yield from _target(before, after)
    yield from _severity(before, after)
    yield from _owner(before, after)
    one, two = before.problem, after.problem
    if one.impact_class is not two.impact_class:
        yield event(EventKind.IMPACT_CHANGED, before, after, one.impact_class, two.impact_class)
    if not same_words(one.user_impact, two.user_impact):
        yield event(EventKind.IMPACT_REWORDED, before, after, one.user_impact, two.user_impact)
    if not same_words(one.title, two.title):
        yield event(EventKind.RETITLED, before, after, one.title, two.title)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _closes(before: Snapshot, after: Snapshot) -> bool:
    """The later status is a closing one, the earlier was not, and the words differ."""
    differ = not same_words(before.problem.status, after.problem.status)
    return differ and before.open is not False and after.open is False


def _status(before: Snapshot, after: Snapshot) -> Iterator[Event]:
    one, two = before.problem, after.problem
    if same_words(one.status, two.status):
        return
    if _closes(before, after):
        yield event(EventKind.CLOSED, before, after, one.status, two.status)
    elif before.open is False and after.open:
        yield event(EventKind.REOPENED, before, after, one.status, two.status)
    else:
        yield event(EventKind.STATUS_CHANGED, before, after, one.status, two.status)


def _target(before: Snapshot, after: Snapshot) -> Iterator[Event]:
    one, two = before.problem.target_completion, after.problem.target_completion
    if one != two:
        yield target_event(before, after, one, two)


def target_event(before: Snapshot, after: Snapshot, one: date | None, two: date | None) -> Event:
    """The event of a target that was `one` and is `two`; they differ."""
    days = (two - one).days if one and two else None
    if two is None:
        kind = EventKind.TARGET_REMOVED
    elif one is None:
        kind = EventKind.TARGET_GIVEN
    else:
        kind = EventKind.SLIPPED if two > one else EventKind.BROUGHT_FORWARD
    # A closed problem needs no target: that it goes is no news of its own.
    closing = kind is EventKind.TARGET_REMOVED and _closes(before, after)
    return event(kind, before, after, _iso(one), _iso(two), days=days, closing=closing)


def _severity(before: Snapshot, after: Snapshot) -> Iterator[Event]:
    one, two = before.problem.severity, after.problem.severity
    if one is two:
        return
    if one is None:
        kind = EventKind.SEVERITY_GIVEN
    elif two is None:
        kind = EventKind.SEVERITY_REMOVED
    else:
        raised = _SEVERITIES.index(two) < _SEVERITIES.index(one)
        kind = EventKind.SEVERITY_RAISED if raised else EventKind.SEVERITY_LOWERED
    yield event(kind, before, after, one, two)


def _owner(before: Snapshot, after: Snapshot) -> Iterator[Event]:
    one, two = before.problem, after.problem
    if not same_words(one.owner, two.owner):
        yield event(
            EventKind.OWNER_CHANGED,
            before,
            after,
            one.owner,
            two.owner,
            before_role=one.owner_role,
            after_role=two.owner_role,
        )
    elif not same_words(one.owner_role, two.owner_role):
        yield event(EventKind.ROLE_CHANGED, before, after, one.owner_role, two.owner_role)


def _apply(one: Event, values: dict[str, FieldValue]) -> None:
    match one.kind:
        case EventKind.CLOSED | EventKind.REOPENED | EventKind.STATUS_CHANGED:
            values["status"] = one.after
        case (
            EventKind.SLIPPED
            | EventKind.BROUGHT_FORWARD
            | EventKind.TARGET_GIVEN
            | EventKind.TARGET_REMOVED
        ):
            values["target_completion"] = date.fromisoformat(one.after) if one.after else None
        case (
            EventKind.SEVERITY_RAISED
            | EventKind.SEVERITY_LOWERED
            | EventKind.SEVERITY_GIVEN
            | EventKind.SEVERITY_REMOVED
        ):
            values["severity"] = Severity(one.after) if one.after else None
        case EventKind.OWNER_CHANGED:
            values["owner"], values["owner_role"] = one.after, one.after_role
        case EventKind.ROLE_CHANGED:
            values["owner_role"] = one.after
        case EventKind.IMPACT_CHANGED:
            values["impact_class"] = ImpactClass(one.after or ImpactClass.NOT_STATED)
        case EventKind.IMPACT_REWORDED:
            values["user_impact"] = one.after
        case EventKind.RETITLED:
            values["title"] = one.after
        case EventKind.APPEARED | EventKind.VANISHED | EventKind.CAME_BACK:
            pass
