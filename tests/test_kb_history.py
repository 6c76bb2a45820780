"""Events, slips, vanishing and timelines over hand-made series of reports."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.records import FIELDS, ImpactClass, ProblemReading, Severity
from kb.differences import same_words
from kb.history import (
    GROUPS,
    apply_events,
    changes_between,
    events_between,
    group_events,
    slips,
    timeline,
    with_history,
    words,
)
from kb.records import Event, EventKind, ReportRecord, ReportState, Snapshot
from kb.sequence import covers, missing_from, report_order, speaking

K = EventKind
QUARTER_DATES = {
    "2021-Q2": date(2021, 7, 12),
    "2021-Q3": date(2021, 10, 11),
    "2021-Q4": date(2022, 1, 10),
    "2022-Q1": date(2022, 4, 11),
}


def report(
    quarter: str, /, *, scope: str | None = None, day: date | None = None, n: int = 0, **more: Any
) -> ReportRecord:
    values = {
        "id": f"{quarter[2:4]}{quarter[-1]}{scope or 'all'}{n}",
        "sha256": f"{n:064d}",
        "file": f"{quarter}.pdf",
        "media_type": "application/pdf",
        "pages": 3,
        "title": "Quarterly Problem Report",
        "reference": None,
        "quarter": quarter,
        "status_date": day or QUARTER_DATES.get(quarter),
        "issue_date": None,
        "classification": None,
        "scope": scope,
        "scanned": False,
        "state": ReportState.PUBLISHED,
        "current": False,
        "problems": 1,
        "uploaded_at": datetime(2022, 6, 1, n, tzinfo=UTC),
        "published_at": datetime(2022, 6, 1, n, 30, tzinfo=UTC),
    }
    return ReportRecord.model_validate({**values, **more})


def snap(where: ReportRecord, number: int = 122422, **fields: Any) -> Snapshot:
    values = {
        "pbi": f"PBI{number:012d}",
        "title": "SMETS1 - Failure for SMETS1 Service Requests 23/03",
        "owner": "DCO",
        "owner_role": "Operator",
        "involved": ("DCO",),
        "severity": Severity.CRITICAL,
        "created": date(2021, 3, 24),
        "status": "Pending",
        "target_completion": date(2021, 10, 29),
        "user_impact": "No enduring impact",
        "impact_class": ImpactClass.NO_ENDURING,
    }
    problem = ProblemReading.model_validate({**values, **fields})
    is_open = problem.status not in ("Closed", "Cancelled") if problem.status else None
    return Snapshot(key=f"{where.id}:{number}", report=where, problem=problem, open=is_open)


Q2, Q3, Q4, Q1 = (report(quarter) for quarter in QUARTER_DATES)

PAIRS = [
    ({}, {}, []),
    ({}, {"status": "Closed"}, [(K.CLOSED, "Pending", "Closed")]),
    (
        {},
        {"status": "Closed", "target_completion": None},
        [(K.CLOSED, "Pending", "Closed"), (K.TARGET_REMOVED, "2021-10-29", None)],
    ),
    ({"status": "Closed"}, {}, [(K.REOPENED, "Closed", "Pending")]),
    ({"status": "Closed"}, {"status": "Cancelled"}, [(K.STATUS_CHANGED, "Closed", "Cancelled")]),
    ({}, {"status": "Assigned"}, [(K.STATUS_CHANGED, "Pending", "Assigned")]),
    ({}, {"status": None}, [(K.STATUS_CHANGED, "Pending", None)]),
    ({}, {"status": "PENDING"}, []),
    (
        {},
        {"target_completion": date(2022, 3, 31)},
        [(K.SLIPPED, "2021-10-29", "2022-03-31")],
    ),
    (
        {},
        {"target_completion": date(2021, 10, 1)},
        [(K.BROUGHT_FORWARD, "2021-10-29", "2021-10-01")],
    ),
    ({}, {"target_completion": None}, [(K.TARGET_REMOVED, "2021-10-29", None)]),
    ({"target_completion": None}, {}, [(K.TARGET_GIVEN, None, "2021-10-29")]),
    ({}, {"owner": "DSP", "owner_role": None}, [(K.OWNER_CHANGED, "DCO", "DSP")]),
    ({"owner": None, "owner_role": None}, {}, [(K.OWNER_CHANGED, None, "DCO")]),
    ({}, {"owner_role": "S/W Provider"}, [(K.ROLE_CHANGED, "Operator", "S/W Provider")]),
    ({}, {"severity": Severity.HIGH}, [(K.SEVERITY_LOWERED, "Critical", "High")]),
    ({"severity": Severity.LOW}, {}, [(K.SEVERITY_RAISED, "Low", "Critical")]),
    ({"severity": None}, {}, [(K.SEVERITY_GIVEN, None, "Critical")]),
    ({}, {"severity": None}, [(K.SEVERITY_REMOVED, "Critical", None)]),
    (
        {},
        {"impact_class": ImpactClass.IMPACTING, "user_impact": "Top-ups delayed"},
        [
            (K.IMPACT_CHANGED, "no_enduring", "impacting"),
            (K.IMPACT_REWORDED, "No enduring impact", "Top-ups delayed"),
        ],
    ),
    (
        {},
        {"user_impact": "No enduring impact seen"},
        [(K.IMPACT_REWORDED, "No enduring impact", "No enduring impact seen")],
    ),
    ({}, {"user_impact": "No  enduring Impact."}, []),
    ({}, {"title": "SMETS1 \u2013 Failure for  SMETS1 service requests 23/03."}, []),
    (
        {"title": "DCO Network Traffic Missing"},
        {"title": "DCO Network Traffic Lost"},
        [(K.RETITLED, "DCO Network Traffic Missing", "DCO Network Traffic Lost")],
    ),
]


@pytest.mark.parametrize(("first", "second", "expected"), PAIRS)
def test_events_between_neighbours(
    first: dict[str, Any], second: dict[str, Any], expected: list[tuple[EventKind, str, str]]
) -> None:
    found = events_between(snap(Q2, **first), snap(Q3, **second))
    assert [(event.kind, event.before, event.after) for event in found] == expected
    for event in found:
        assert (event.from_report, event.to_report) == (Q2.id, Q3.id)
        assert (event.from_quarter, event.to_quarter) == ("2021-Q2", "2021-Q3")


def test_slip_carries_its_days() -> None:
    (slip,) = events_between(snap(Q2), snap(Q3, target_completion=date(2022, 3, 31)))
    assert slip.days == 153
    assert words(slip) == "target slipped from 29 October 2021 to 31 March 2022 (153 days)"


def test_a_target_that_goes_with_the_closing_is_told_once() -> None:
    events = events_between(snap(Q2), snap(Q3, status="Closed", target_completion=None))
    assert [(one.kind, one.closing) for one in events] == [
        (K.CLOSED, False),
        (K.TARGET_REMOVED, True),
    ]
    assert list(group_events(events)) == [K.CLOSED]
    (removed,) = events_between(snap(Q2), snap(Q3, target_completion=None))
    assert list(group_events([removed])) == [K.TARGET_REMOVED]


def test_two_problems_have_no_events_between_them() -> None:
    with pytest.raises(ValueError, match="two problems"):
        events_between(snap(Q2), snap(Q3, 123400))


def test_one_side_missing() -> None:
    assert events_between(None, None) == ()
    (appeared,) = events_between(None, snap(Q2))
    assert (appeared.kind, appeared.after) == (K.APPEARED, "Pending")
    (vanished,) = events_between(snap(Q2), None)
    assert (vanished.kind, vanished.before) == (K.VANISHED, "Pending")
    assert events_between(snap(Q2, status="Closed"), None) == ()


texts = st.none() | st.text(
    st.sampled_from("DCO dco SP-\u2013\u2014. ,\u2019'\u00a0\tx"), max_size=12
)
fields = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["Pending", "pending ", "Assigned", "Closed", "Cancelled", None]),
        "target_completion": st.none() | st.dates(date(2021, 1, 1), date(2021, 1, 9)),
        "owner": texts,
        "owner_role": texts,
        "severity": st.none() | st.sampled_from(Severity),
        "impact_class": st.sampled_from(ImpactClass),
        "user_impact": texts,
        "title": texts,
    }
)


@given(fields, fields)
def test_events_applied_to_the_first_give_the_second(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    before, after = snap(Q2, **first), snap(Q3, **second)
    events = events_between(before, after)
    rebuilt = apply_events(before, events)
    assert set(rebuilt) == set(second)
    for name, value in rebuilt.items():
        wanted = getattr(after.problem, name)
        if isinstance(wanted, str) and isinstance(value, str):
            assert same_words(value, wanted), name
        else:
            assert value == wanted, name
    assert all(words(event) for event in events)
    # No event without a difference: telling the same thing twice is news to nobody.
    assert events_between(after, after) == ()


def kinds(events: tuple[Event, ...]) -> list[tuple[EventKind, str | None]]:
    return [(event.kind, event.to_quarter) for event in events]


SERIES = Path(__file__).parents[1] / "corpus"


def from_gold(quarter: str) -> tuple[ReportRecord, list[Snapshot]]:
    gold = json.loads((SERIES / f"{quarter}-problem-report.gold.json").read_text("utf-8"))
    where = report(quarter, day=date.fromisoformat(gold["report"]["status_date"]))
    held = []
    for problem in gold["problems"]:
        known = {name: problem[name] for name in FIELDS if name in problem}
        held.append(snap(where, int(known["pbi"][3:]), **known))
    return where, held


def test_timeline_of_the_series_is_the_one_written_by_hand() -> None:
    """`corpus/series.gold.json`: four quarters with every kind of event."""
    read = [from_gold(quarter) for quarter in QUARTER_DATES]
    reports = [where for where, _ in read]
    held = [one for _, snapshots in read for one in snapshots]
    gold = json.loads((SERIES / "series.gold.json").read_text("utf-8"))["events"]
    told = {K.APPEARED, K.VANISHED, K.CAME_BACK}  # the gold gives these no values

    def row(one: dict[str, Any]) -> tuple[Any, ...]:
        values = () if one["kind"] in told else (one["before"], one["after"], one.get("days"))
        return (one["pbi"], one["to_quarter"], str(one["kind"]), *values)

    wanted = sorted((row(one) for one in gold), key=str)
    events = [
        one
        for one in timeline(held, reports)
        if (one.kind, one.to_quarter) != (K.APPEARED, "2021-Q2") and one.kind is not K.ROLE_CHANGED
    ]
    assert sorted((row(one.model_dump()) for one in events), key=str) == wanted
    # Quarter by quarter, the net changes are the steps.
    for pair in pairwise(QUARTER_DATES):
        net = changes_between(held, reports, *pair)
        steps = [one for one in timeline(held, reports) if one.to_quarter == pair[1]]
        assert sorted(net, key=str) == sorted(steps, key=str)


def test_timeline_of_a_problem_that_does_everything() -> None:
    """Gold by hand: slips, vanishes in Q3, comes back in Q4 closed, re-opens in Q1 2022."""
    held = [
        snap(Q2),
        snap(Q4, status="Closed", target_completion=None),
        snap(Q1, target_completion=date(2022, 6, 30), severity=Severity.HIGH),
    ]
    assert kinds(timeline(held[::-1], [Q1, Q2, Q3, Q4])) == [
        (K.APPEARED, "2021-Q2"),
        (K.VANISHED, "2021-Q3"),
        (K.CAME_BACK, "2021-Q4"),
        (K.CLOSED, "2021-Q4"),
        (K.TARGET_REMOVED, "2021-Q4"),
        (K.REOPENED, "2022-Q1"),
        (K.TARGET_GIVEN, "2022-Q1"),
        (K.SEVERITY_LOWERED, "2022-Q1"),
    ]


def test_timeline_names_the_first_report_that_should_have_held_it() -> None:
    vanished = timeline([snap(Q2)], [Q2, Q3, Q4])[-1]
    assert (vanished.kind, vanished.to_report, vanished.to_quarter) == (
        K.VANISHED,
        Q3.id,
        "2021-Q3",
    )
    assert "last reported as Pending" in words(vanished)


@pytest.mark.parametrize(
    ("status", "later", "vanishes"),
    [
        ("Pending", report("2021-Q3"), True),
        ("Closed", report("2021-Q3"), False),
        (None, report("2021-Q3"), True),
        ("Pending", report("2021-Q3", scope="DCO"), True),
        ("Pending", report("2021-Q3", scope="DSP"), False),
        ("Pending", report("2021-Q3", state=ReportState.DRAFT), False),
        ("Pending", report("2021-Q3", state=ReportState.SUPERSEDED), False),
        # A paper about DCO beside the quarterly report is not a later word on it ...
        ("Pending", report("2021-Q2", scope="DCO", day=date(2021, 9, 20), n=2), False),
        # ... but a second full report of the quarter is.
        ("Pending", report("2021-Q2", day=date(2021, 9, 20), n=2), True),
    ],
)
def test_vanished_by_scope(status: str | None, later: ReportRecord, vanishes: bool) -> None:
    held = [snap(Q2, status=status)]
    assert (missing_from(held, [Q2, later]) == later) is vanishes
    assert with_history(held, [Q2, later])[0].vanished is vanishes


def test_scope_is_remembered_from_earlier_papers() -> None:
    paper = report("2021-Q2", scope="DCO")
    dsp_problem = snap(paper, owner="DSP", involved=("DSP",))
    assert covers(report("2021-Q3", scope="dco"), [dsp_problem])
    assert covers(report("2021-Q3", scope="DSP"), [dsp_problem])
    assert not covers(report("2021-Q3", scope="CSP North"), [dsp_problem])


def test_nothing_vanishes_in_a_quarter_that_still_holds_it() -> None:
    paper = report("2021-Q3", scope="DCO", n=3)
    events = timeline([snap(Q2), snap(paper)], [Q2, Q3, paper])
    assert kinds(events) == [(K.APPEARED, "2021-Q2")]


def test_parallel_papers_that_disagree_make_no_slip() -> None:
    paper = report("2021-Q2", scope="DCO", n=5)
    held = [snap(Q2), snap(paper, target_completion=date(2022, 3, 31))]
    assert slips(held) == (0, 0)
    # The report on all problems speaks, although the paper was published after it.
    assert speaking(held) == held[:1]
    assert kinds(timeline(held, [Q2, paper])) == [(K.APPEARED, "2021-Q2")]


T = date.fromisoformat


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ([], (0, 0)),
        (["2021-10-29"], (0, 0)),
        (["2021-10-29", "2021-11-08"], (1, 10)),
        (["2021-10-29", "2021-11-08", "2021-11-03", "2021-11-13"], (2, 20)),
        (["2021-10-29", None, "2021-11-08"], (1, 10)),
        ([None, "2021-11-08"], (0, 0)),
        (["2021-10-29", "closed", "2021-11-08"], (0, 0)),
    ],
)
def test_slips(targets: list[str | None], expected: tuple[int, int]) -> None:
    held = [
        snap(where, status="Closed", target_completion=None)
        if target == "closed"
        else snap(where, target_completion=T(target) if target else None)
        for where, target in zip((Q2, Q3, Q4, Q1), targets, strict=False)
    ]
    assert slips(held) == expected
    told = [one for one in timeline(held, [Q2, Q3, Q4, Q1]) if one.kind is K.SLIPPED]
    assert (len(told), sum(one.days or 0 for one in told)) == expected
    if held:
        last = with_history(held, [Q2, Q3, Q4, Q1])[-1]
        assert (last.slips, last.slip_days) == expected


def test_with_history_marks_each_report_and_only_the_last_as_latest() -> None:
    held = [snap(Q2), snap(Q3, target_completion=T("2022-03-31")), snap(Q4, 123400)]
    done = {one.key: one for one in with_history(held, [Q2, Q3, Q4])}
    assert [(one.slips, one.slip_days, one.latest, one.vanished) for one in done.values()] == [
        (0, 0, False, False),
        (1, 153, True, True),
        (0, 0, True, False),
    ]


def test_changes_between_far_quarters_are_net() -> None:
    held = [
        snap(Q2),
        snap(Q3, target_completion=T("2021-11-30")),
        snap(Q4, target_completion=T("2022-03-31")),
        snap(Q2, 111111),
        snap(Q4, 222222),
        snap(Q2, 333333, status="Closed"),
        snap(Q2, 444444),
        snap(Q4, 444444, status="Closed", target_completion=None),
    ]
    events = changes_between(held, [Q2, Q3, Q4], "2021-Q2", "2021-Q4")
    found = {(one.pbi[-6:], one.kind, one.days) for one in events}
    assert found == {
        ("122422", K.SLIPPED, 153),
        ("111111", K.VANISHED, None),
        ("222222", K.APPEARED, None),
        ("444444", K.CLOSED, None),
        ("444444", K.TARGET_REMOVED, None),
    }
    assert changes_between(held, [Q2, Q3, Q4], "2021-Q4", "2022-Q1") == ()
    with pytest.raises(ValueError, match="earlier one first"):
        changes_between(held, [Q2, Q3, Q4], "2021-Q4", "2021-Q2")


def test_a_vanished_problem_vanishes_once_and_comes_back() -> None:
    held = [snap(Q2), snap(Q1)]
    reports = [Q2, Q3, Q4, Q1]
    steps = {
        pair: [event.kind for event in changes_between(held, reports, *pair)]
        for pair in [("2021-Q2", "2021-Q3"), ("2021-Q3", "2021-Q4"), ("2021-Q4", "2022-Q1")]
    }
    assert list(steps.values()) == [[K.VANISHED], [], [K.CAME_BACK]]


def test_groups_are_ordered_and_hold_every_kind() -> None:
    assert set(GROUPS) == set(EventKind)
    events = [
        *events_between(snap(Q2), snap(Q3, target_completion=T("2021-11-08"))),
        *events_between(snap(Q2, 123400), snap(Q3, 123400, target_completion=T("2022-03-31"))),
        *events_between(None, snap(Q3, 222222)),
    ]
    groups = group_events(events)
    assert list(groups) == [K.APPEARED, K.SLIPPED]
    assert [one.days for one in groups[K.SLIPPED]] == [153, 10]


def test_report_order_by_quarter_then_day_then_publication() -> None:
    late_paper = report("2021-Q2", scope="DCO", day=date(2021, 11, 20))
    undated = report("2021-Q3", day=None, status_date=None)
    no_quarter = report("2021-Q3", quarter=None, day=date(2021, 12, 1), n=7)
    nothing = report("2021-Q3", quarter=None, status_date=None, n=8)
    ordered = sorted([no_quarter, undated, late_paper, Q2, nothing], key=report_order)
    assert ordered == [nothing, Q2, late_paper, undated, no_quarter]


def test_ages_are_measured_at_the_report_unless_a_day_is_given() -> None:
    one = snap(Q4, status_date=date(2022, 1, 7))
    assert one.overdue_days() == (date(2022, 1, 7) - date(2021, 10, 29)).days == 70
    assert one.overdue_days(date(2021, 10, 30)) == 1
    assert one.age_days() == (date(2022, 1, 7) - date(2021, 3, 24)).days
