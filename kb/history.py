"""Problems over time: timelines, slips, what changed between two quarters.

Everything here is a pure function of snapshots and reports; see `kb.sequence` for which of them
speak, and in which order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

from kb.differences import (
    TRACKED,
    apply_events,
    event,
    events_between,
    folded,
    same_words,
    target_event,
)
from kb.records import Event, EventKind, ReportRecord, ReportState, Snapshot
from kb.sequence import (
    Orders,
    Spoken,
    by_problem,
    covers,
    missing_from,
    published,
    quarter_spoken,
    report_order,
    snapshot_order,
    speaking,
)
from kb.words import event_words as words

__all__ = [
    "GROUPS",
    "TRACKED",
    "apply_events",
    "changes_between",
    "covers",
    "events_between",
    "folded",
    "group_events",
    "missing_from",
    "report_order",
    "same_words",
    "slips",
    "timeline",
    "with_history",
    "words",
]

GROUPS: tuple[EventKind, ...] = (
    EventKind.APPEARED,
    EventKind.CLOSED,
    EventKind.REOPENED,
    EventKind.VANISHED,
    EventKind.CAME_BACK,
    EventKind.SLIPPED,
    EventKind.BROUGHT_FORWARD,
    EventKind.TARGET_GIVEN,
    EventKind.TARGET_REMOVED,
    EventKind.OWNER_CHANGED,
    EventKind.ROLE_CHANGED,
    EventKind.SEVERITY_RAISED,
    EventKind.SEVERITY_LOWERED,
    EventKind.SEVERITY_GIVEN,
    EventKind.SEVERITY_REMOVED,
    EventKind.STATUS_CHANGED,
    EventKind.IMPACT_CHANGED,
    EventKind.IMPACT_REWORDED,
    EventKind.RETITLED,
)
"""Every kind of event in the order in which a reader wants the groups."""


def slips(snapshots: Sequence[Snapshot]) -> tuple[int, int]:
    """How many times a problem's target moved later, and by how many days in all.

    A target that is left out for a while and then given later counts against the last one given,
    unless the problem was closed in between. Moves to an earlier day are not set off.
    """
    moved = [
        one.days
        for one in _steps(speaking(snapshots))
        if one.kind is EventKind.SLIPPED and one.days
    ]
    return len(moved), sum(moved)


def timeline(snapshots: Sequence[Snapshot], reports: Sequence[ReportRecord]) -> tuple[Event, ...]:
    """Everything that happened to the problems of `snapshots`, per problem in report order.

    Args:
        snapshots: of one problem or of several, any order.
        reports: all reports that could have held them; only published ones count.
    """
    events: list[Event] = []
    spoken = published(reports)
    for held in by_problem(snapshots).values():
        events += events_between(None, held[0])
        for number in range(1, len(held) + 1):
            step = held[number - 1 : number + 1]
            between = _reports_before(spoken, step)
            gone = missing_from(held[:number], between)
            if gone:
                events.append(_vanished(step[0], gone))
            if len(step) == 2:
                if gone:
                    events.append(_came_back(step[0], step[1]))
                events += _step(step[0], step[1], _last_target(held[:number]))
    return tuple(events)


def changes_between(
    snapshots: Sequence[Snapshot],
    reports: Sequence[ReportRecord],
    from_quarter: str,
    to_quarter: str,
) -> tuple[Event, ...]:
    """What differs between how the problems stood in one quarter and in a later one, net.

    The state of a quarter is the last word up to its end. A target that slipped twice in between
    is one event with the days in all. Events come per problem, in PBI order.

    Raises:
        ValueError: `to_quarter` is not after `from_quarter`.
    """
    if to_quarter <= from_quarter:
        raise ValueError(f"{to_quarter} is not after {from_quarter}: give the earlier one first")
    spoken = published(reports)
    early = Spoken(report for report in spoken if quarter_spoken(report) <= from_quarter)
    late = Spoken(report for report in spoken if quarter_spoken(report) <= to_quarter)
    events: list[Event] = []
    orders = Orders()
    for held in by_problem(snapshots).values():
        first = [one for one in held if orders.of(one)[0] <= from_quarter]
        second = [one for one in held if orders.of(one)[0] <= to_quarter]
        events += _net(first, second, early, late)
    return tuple(events)


def with_history(
    snapshots: Sequence[Snapshot], reports: Sequence[ReportRecord]
) -> tuple[Snapshot, ...]:
    """The published snapshots with slips, slip_days, vanished and latest worked out.

    Of parallel papers each keeps its snapshot; the later one alone is `latest`.
    """
    spoken = published(reports)
    done: list[Snapshot] = []
    groups: dict[str, list[Snapshot]] = defaultdict(list)
    for snapshot in sorted(snapshots, key=snapshot_order):
        if snapshot.report.state is ReportState.PUBLISHED:
            groups[snapshot.pbi].append(snapshot)
    for held in groups.values():
        gone = missing_from(held, spoken) is not None
        for number, snapshot in enumerate(held, start=1):
            times, days = slips(held[:number])
            latest = number == len(held)
            update = {"slips": times, "slip_days": days, "latest": latest}
            done.append(snapshot.model_copy(update={**update, "vanished": gone and latest}))
    return tuple(done)


def group_events(events: Iterable[Event]) -> dict[EventKind, list[Event]]:
    """Events by kind, kinds in the order of `GROUPS`, only those that occurred.

    A target that goes because its problem was closed is left out: the closing says it.
    Within a kind: the largest movement of a target first, else in PBI order.
    """
    groups: dict[EventKind, list[Event]] = {kind: [] for kind in GROUPS}
    for one in events:
        if not one.closing:
            groups[one.kind].append(one)
    return {
        kind: sorted(found, key=lambda one: (-abs(one.days or 0), one.pbi, one.to_quarter or ""))
        for kind, found in groups.items()
        if found
    }


def _net(
    first: Sequence[Snapshot],
    second: Sequence[Snapshot],
    early: Spoken,
    late: Spoken,
) -> list[Event]:
    """Events of one problem between two states, each the snapshots and reports up to a quarter."""
    if not second:
        return []
    gone = missing_from(second, late)
    if not first:
        events = list(events_between(None, second[-1]))
        return [*events, _vanished(second[-1], gone)] if gone else events
    was_gone = missing_from(first, early)
    events = []
    if first[-1].key != second[-1].key:
        if was_gone:
            events.append(_came_back(first[-1], second[-1]))
        events += _step(first[-1], second[-1], _last_target(first))
    elif was_gone:
        return []
    return [*events, _vanished(second[-1], gone)] if gone else events


def _reports_before(
    spoken: Sequence[ReportRecord], step: Sequence[Snapshot]
) -> Sequence[ReportRecord]:
    """The reports of quarters before the second snapshot of a step; without one, all."""
    if len(step) < 2:
        return spoken
    limit = quarter_spoken(step[1].report)
    return [report for report in spoken if quarter_spoken(report) < limit]


def _last_target(held: Sequence[Snapshot]) -> date | None:
    """The target given last, as long as the problem was not closed after it."""
    for snapshot in reversed(held):
        if snapshot.problem.target_completion:
            return snapshot.problem.target_completion
        if snapshot.open is False:
            return None
    return None


def _step(before: Snapshot, after: Snapshot, last_target: date | None) -> list[Event]:
    """`events_between`, with a target that is given again measured against the last one given."""
    target = after.problem.target_completion
    return [
        target_event(before, after, last_target, target)
        if one.kind is EventKind.TARGET_GIVEN and last_target not in (None, target)
        else one
        for one in events_between(before, after)
    ]


def _steps(held: Sequence[Snapshot]) -> list[Event]:
    events: list[Event] = []
    for number, (before, after) in enumerate(pairwise(held), start=1):
        events += _step(before, after, _last_target(held[:number]))
    return events


def _vanished(last: Snapshot, report: ReportRecord) -> Event:
    lost = event(EventKind.VANISHED, last, None, last.problem.status, None)
    update = {"to_report": report.id, "to_quarter": report.quarter}
    return Event.model_validate({**lost.model_dump(), **update})


def _came_back(before: Snapshot, after: Snapshot) -> Event:
    return event(EventKind.CAME_BACK, before, after, before.problem.status, after.problem.status)
