"""Which reports are current, which snapshot speaks, what has vanished, how far targets slipped."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from kb_samples import STATUS_DAYS, loaded, opened, pbi, problem

from kb.filters import Filters
from kb.history import with_history
from kb.records import ReportState

pytestmark = pytest.mark.engines

Q2, Q3, Q4 = "2021-Q2", "2021-Q3", "2021-Q4"

# (quarter, status date, scope) of reports in the order of upload, and which of them are current.
CURRENT = [
    ([(Q2, None, None)], [0]),
    ([(Q2, None, None), (Q3, None, None)], [1]),
    ([(Q3, None, None), (Q2, None, None)], [0]),
    ([(Q2, None, None), (Q2, None, "DCO")], [0, 1]),
    ([(Q2, None, None), (Q3, None, "DCO")], [0, 1]),
    ([(Q2, None, "DCO"), (Q3, None, "DSP")], [0, 1]),
    ([(Q2, None, "DCO"), (Q3, None, "dco")], [1]),
    ([(Q2, None, "DCO"), (Q3, None, None)], [1]),
    ([(Q2, None, "DCO"), (Q3, None, None), (Q4, None, "DCO")], [1, 2]),
    ([(Q2, date(2021, 9, 20), None), (None, date(2021, 10, 1), None)], [1]),
    ([(Q2, date(2021, 9, 20), None), (None, date(2021, 9, 1), None)], [0]),
    ([(Q2, None, None), (None, None, None)], [0, 1]),
]


@pytest.mark.parametrize(("reports", "current"), CURRENT)
def test_a_report_is_current_until_a_later_one_covers_its_scope(
    tmp_path: Path,
    reports: list[tuple[str | None, date | None, str | None]],
    current: list[int],
) -> None:
    with opened(tmp_path) as kb:
        ids = []
        for number, (quarter, day, scope) in enumerate(reports):
            report = {"status_date": day} if day or not quarter else {}
            result = loaded(kb, quarter, [problem(number + 1)], scope=scope, **report)
            ids.append(result.report.id if result.report else "")
        assert [ids.index(one.id) for one in kb.reports() if one.current] == sorted(
            current, key=lambda number: [one.id for one in kb.reports()].index(ids[number])
        )
        assert kb.pbis() == [pbi(number + 1) for number in current]


def test_of_parallel_reports_the_later_date_speaks_then_the_unscoped(tmp_path: Path) -> None:
    with opened(tmp_path) as kb:
        loaded(kb, Q2, [problem(1, owner="A"), problem(2, owner="A")])
        loaded(kb, Q2, [problem(1, owner="B")], scope="DCO", status_date=date(2021, 9, 30))
        loaded(kb, Q2, [problem(2, owner="C")], scope="DSP")
        owners = {one.pbi: one.problem.owner for one in kb.snapshots()}
        assert owners == {pbi(1): "B", pbi(2): "A"}
        assert kb.count(Filters(quarters=(Q2,))) == kb.count(Filters(ever=True)) == 2
        assert kb.count(Filters(owners=("C",))) == 0


def test_a_paper_on_one_party_makes_no_other_problem_vanish(tmp_path: Path) -> None:
    with opened(tmp_path) as kb:
        loaded(
            kb,
            Q2,
            [
                problem(1, owner="DCO"),
                problem(2, owner="DSP"),
                problem(3, owner="DCO", status="Closed"),
                problem(4, owner="DSP", involved=("DCO",)),
            ],
        )
        scoped = loaded(kb, Q3, [problem(9, owner="DCO")], scope="DCO").report
        assert [one.pbi for one in kb.vanished()] == [pbi(1), pbi(4)]
        loaded(kb, Q4, [problem(1, owner="DCO")])
        assert [one.pbi for one in kb.vanished()] == [pbi(2), pbi(4), pbi(9)]
        assert scoped is not None
        assert [one.pbi for one in kb.vanished(Filters(quarters=(Q3,)))] == [pbi(1), pbi(4)]


def test_changing_the_quarter_of_a_report_moves_it_in_time(tmp_path: Path) -> None:
    with opened(tmp_path) as kb:
        loaded(kb, Q3, [problem(1, target_completion=date(2022, 1, 1))])
        late = loaded(kb, Q2, [problem(1, target_completion=date(2022, 3, 1)), problem(2)]).report
        assert late is not None
        assert [one.slips for one in kb.history("1")] == [0, 0]
        kb.set_report(late.id, quarter=Q4, status_date=date(2022, 3, 21), who="staff")
        assert [(one.report.quarter, one.slip_days) for one in kb.history("1")] == [
            (Q3, 0),
            (Q4, 59),
        ]
        assert kb.pbis() == [pbi(1), pbi(2)]
        assert kb.pbis(Filters(quarters=(Q2,))) == []


STEP = st.tuples(
    st.sampled_from([Q2, Q3, Q4, "2022-Q1"]),
    st.sampled_from([None, "DCO", "DSP"]),
    st.dictionaries(
        st.integers(1, 4),
        st.tuples(
            st.one_of(st.none(), st.integers(0, 300)),
            st.sampled_from(["Pending", "Closed", None]),
            st.sampled_from([None, "DCO", "DSP"]),
        ),
        min_size=1,
        max_size=3,
    ),
)


@settings(
    max_examples=15,
    deadline=None,
    # Shrinking a history of databases takes minutes; the failing one is short enough as it is.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEP, min_size=1, max_size=6), gone=st.integers(0, 5))
def test_derived_columns_are_what_the_pure_functions_say(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple], gone: int
) -> None:
    """Whatever is published in whatever order, and one of it removed again."""
    with opened(tmp_path_factory.mktemp("kb")) as kb:
        for number, (quarter, scope, rows) in enumerate(steps):
            said = [
                problem(
                    one,
                    target_completion=date(2021, 1, 1) + timedelta(target) if target else None,
                    status=status,
                    owner=owner,
                )
                for one, (target, status, owner) in rows.items()
            ]
            # Each on a day of its own: of papers of one day the pure functions hear one only.
            day = STATUS_DAYS[quarter] + timedelta(number)
            loaded(kb, quarter, said, scope=scope, name=f"{number}.txt", status_date=day)
        if gone < len(kb.reports()):
            kb.remove(kb.reports()[gone].id)
        reports = kb.reports()
        said_in = [
            one
            for report in reports
            if report.state is ReportState.PUBLISHED
            for one in kb.said_in(report.id)
        ]
        expected = with_history(said_in, reports)
        fields = ("key", "slips", "slip_days", "latest", "vanished")
        assert {tuple(getattr(one, name) for name in fields) for one in said_in} == {
            tuple(getattr(one, name) for name in fields) for one in expected
        }
        assert kb.check().ok
