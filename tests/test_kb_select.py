"""Every field of Filters narrows: each case names the rows that meet it, and others stand by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from kb_samples import loaded, opened, pbi, problem

from ingest.records import Finding, ImpactClass, ImpactEvidence, Severity
from kb.base import KnowledgeBase
from kb.filters import Filters
from kb.query import GroupBy, OrderBy

pytestmark = pytest.mark.engines

# The current report is 2021-Q3; 15 was last seen open in 2021-Q2, 16 only in a DSP paper of Q2.
Q2 = [
    problem(11, owner="DCO", target_completion=date(2021, 9, 1), created=date(2020, 1, 5)),
    problem(12, owner="DSP", target_completion=date(2021, 10, 1), severity=Severity.LOW),
    problem(15, owner="TSP", title="Gone without a word"),
]
Q3 = [
    problem(
        11,
        owner="DCO",
        owner_role="Operator",
        involved=("S1SP1",),
        severity=Severity.CRITICAL,
        created=date(2020, 1, 5),
        target_completion=date(2021, 12, 1),
        user_impact="No enduring impact",
        impact_class=ImpactClass.NO_ENDURING,
        major_incident=True,
        workaround="Restart the cluster by hand.",
        description="The database cluster failed at 13:52. Crypto errors followed.",
        impact_evidence=(
            ImpactEvidence(quote="failed at 13:52", page=1, processes=("prepayment",)),
        ),
        findings=(Finding(code="target-passed", message="It has passed."),),
    ),
    problem(
        12,
        owner="DSP",
        owner_role="S/W Provider",
        involved=("DCO",),
        severity=Severity.MEDIUM,
        created=date(2021, 6, 1),
        target_completion=date(2021, 11, 1),
        status="In Progress",
        user_impact="Top-ups fail",
        impact_class=ImpactClass.IMPACTING,
        major_incident=False,
        description="Certificates expire too early.",
    ),
    problem(
        13,
        owner="CSP North",
        severity=Severity.HIGH,
        created=date(2021, 8, 15),
        status="Closed",
        user_impact="None",
        impact_class=ImpactClass.NONE,
    ),
    problem(14, title=None, created=date(2021, 9, 30), target_completion=date(2022, 3, 1)),
]


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory, engine: str) -> Iterator[KnowledgeBase]:
    folder: Path = tmp_path_factory.mktemp("select")
    with opened(folder) as kb:
        loaded(kb, "2021-Q2", Q2)
        loaded(kb, "2021-Q3", Q3)
        yield kb


CASES = [
    (Filters(), [11, 12, 13, 14]),
    (Filters(pbis=(pbi(12), "14")), [12, 14]),
    (Filters(suppliers=("DCO",)), [11, 12]),
    (Filters(suppliers=("dco",)), [11, 12]),
    (Filters(suppliers=("S1SP1", "CSP North")), [11, 13]),
    (Filters(suppliers=("S1SP",)), []),
    (Filters(owners=("DCO",)), [11]),
    (Filters(owners=("DSP", "CSP north")), [12, 13]),
    (Filters(owner_roles=("operator",)), [11]),
    (Filters(not_suppliers=("DCO",)), [13, 14]),
    (Filters(not_owners=("DCO", "DSP")), [13, 14]),
    (Filters(severities=(Severity.CRITICAL, Severity.HIGH)), [11, 13]),
    (Filters(not_severities=(Severity.CRITICAL,)), [12, 13, 14]),
    (Filters(statuses=("pending",)), [11, 14]),
    (Filters(not_statuses=("Pending",)), [12, 13]),
    (Filters(open=True), [11, 12, 14]),
    (Filters(open=False), [13]),
    (Filters(impact_classes=(ImpactClass.IMPACTING, ImpactClass.NOT_STATED)), [12, 14]),
    (Filters(not_impact_classes=(ImpactClass.NONE,)), [11, 12, 14]),
    (Filters(major_incident=True), [11]),
    (Filters(major_incident=False), [12]),
    (Filters(has_workaround=True), [11]),
    (Filters(has_workaround=False), [12, 13, 14]),
    (Filters(outage=True), [11]),
    (Filters(outage=False), [12, 13, 14]),
    (Filters(processes=("prepayment",), pbis=("11", "13")), [11]),
    (Filters(missing=("owner",)), [14]),
    (Filters(missing=("user_impact",)), [14]),
    (Filters(missing=("title", "target_completion")), [13, 14]),
    (Filters(stated=("target_completion",)), [11, 12, 14]),
    (Filters(stated=("workaround", "owner_role")), [11, 12]),
    (Filters(quarters=("2021-Q2",)), [11, 12, 15]),
    (Filters(quarters=("2021-Q2", "2021-Q3")), [11, 12, 13, 14, 15]),
    (Filters(quarters=("2021-Q2", "2021-Q3"), severities=(Severity.LOW,)), []),
    (Filters(quarters=("2020-Q1",)), []),
    (Filters(ever=True), [11, 12, 13, 14, 15]),
    (Filters(created_from=date(2021, 6, 1)), [12, 13, 14]),
    (Filters(created_to=date(2021, 6, 1)), [11, 12]),
    (Filters(target_from=date(2021, 11, 1), target_to=date(2021, 12, 1)), [11, 12]),
    (Filters(overdue=True), [11, 12]),
    (Filters(overdue=False), [13, 14]),
    (Filters(overdue=True, as_at=date(2021, 11, 15)), [12]),
    (Filters(overdue=True, as_at=date(2022, 3, 2)), [11, 12, 14]),
    (Filters(min_age=400), [11]),
    (Filters(max_age=127), [13, 14]),
    (Filters(max_age=126), [14]),
    (Filters(min_age=214, max_age=214, as_at=date(2022, 1, 1)), [12]),
    (Filters(min_slips=1), [11, 12]),
    (Filters(min_slips=2), []),
    (Filters(max_slips=0), [13, 14]),
    (Filters(min_slip_days=32), [11]),
    (Filters(findings=("target-passed", "other")), [11]),
    (Filters(vanished=True), [15]),
    (Filters(vanished=False), [11, 12, 13, 14]),
    (Filters(changed_from="2021-Q2", changed_to="2021-Q3", pbis=("11", "12")), [11, 12]),
    (Filters(changed_to="2021-Q3", owners=("CSP North",)), [13]),
    (Filters(changed_from="2021-Q3", changed_to="2021-Q4"), []),
    (Filters(words=("crypto",)), [11]),
    (Filters(words=("certificate", "expired")), [12]),
    (Filters(words=("certificate", "crypto")), []),
    (Filters(words=("title of",)), [11, 12, 13]),
    (Filters(words=("gone",)), []),
    (Filters(words=("gone",), ever=True), [15]),
    (Filters(words=('";--',)), []),
    (Filters(owners=("DCO",), severities=(Severity.MEDIUM,)), []),
    (Filters(any_of=(Filters(owners=("DCO",)), Filters(open=False))), [11, 13]),
    (Filters(any_of=(Filters(owners=("DCO",)), Filters(open=False)), open=True), [11]),
    (Filters(any_of=(Filters(owners=("DSP",), severities=(Severity.LOW,)),)), []),
    (Filters(also_in=(Filters(quarters=("2021-Q2",)),)), [11, 12]),
    (Filters(also_in=(Filters(quarters=("2021-Q2",), severities=(Severity.LOW,)),)), [12]),
    (
        Filters(also_in=(Filters(quarters=("2021-Q2",)), Filters(quarters=("2020-Q1",)))),
        [],
    ),
    (Filters(not_in=(Filters(quarters=("2021-Q2",)),)), [13, 14]),
    (Filters(quarters=("2021-Q2",), not_in=(Filters(quarters=("2021-Q3",)),)), [15]),
    (
        Filters(not_in=(Filters(quarters=("2021-Q2",), owners=("DSP", "TSP")),)),
        [11, 13, 14],
    ),
]


@pytest.mark.parametrize(
    ("filters", "numbers"), CASES, ids=[str(case[0].conditions()) for case in CASES]
)
def test_filters_leave_exactly_the_rows_that_meet_them(
    kb: KnowledgeBase, filters: Filters, numbers: list[int]
) -> None:
    expected = [pbi(number) for number in numbers]
    assert kb.pbis(filters) == expected
    assert kb.count(filters) == len(expected)
    assert [one.pbi for one in kb.snapshots(filters)] == expected


def test_no_field_of_filters_is_left_out_of_the_cases() -> None:
    used = {name for filters, _ in CASES for name in filters.conditions()}
    assert set(Filters.model_fields) - used == {"reports"}


def test_reports_are_chosen_by_id(kb: KnowledgeBase) -> None:
    first, second = (report.id for report in kb.reports())
    assert kb.pbis(Filters(reports=(first,))) == [pbi(11), pbi(12), pbi(15)]
    both = kb.snapshots(Filters(reports=(first, second), pbis=("11",)))
    assert [one.report.id for one in both] == [second]
    assert kb.pbis(Filters(reports=(first,), quarters=("2021-Q3",))) == []


ORDERS = [
    (OrderBy.PBI, False, [11, 12, 13, 14]),
    (OrderBy.PBI, True, [14, 13, 12, 11]),
    (OrderBy.CREATED, False, [11, 12, 13, 14]),
    (OrderBy.TARGET, False, [12, 11, 14, 13]),
    (OrderBy.TARGET, True, [14, 11, 12, 13]),
    (OrderBy.SEVERITY, False, [11, 13, 12, 14]),
    (OrderBy.SEVERITY, True, [12, 13, 11, 14]),
    (OrderBy.AGE, True, [11, 12, 13, 14]),
    (OrderBy.OVERDUE, True, [12, 11, 13, 14]),
    (OrderBy.SLIPS, True, [11, 12, 13, 14]),
    (OrderBy.SLIP_DAYS, True, [11, 12, 13, 14]),
    (OrderBy.IMPACT, False, [12, 11, 14, 13]),
]


@pytest.mark.parametrize(("order", "descending", "numbers"), ORDERS)
def test_rows_come_in_order_with_unknown_values_last(
    kb: KnowledgeBase, order: OrderBy, descending: bool, numbers: list[int]
) -> None:
    rows = kb.snapshots(Filters(), order=order, descending=descending)
    assert [one.pbi for one in rows] == [pbi(number) for number in numbers]


def test_pages_of_a_list_join_up(kb: KnowledgeBase) -> None:
    pages = [kb.snapshots(Filters(), limit=3, offset=start) for start in (0, 3, 6)]
    assert [one.pbi for page in pages for one in page] == kb.pbis(Filters())


@pytest.mark.parametrize(
    "filters",
    [
        Filters(owners=("DCO",), open=True),
        Filters(severities=(Severity.HIGH,), open=True),
        Filters(created_from=date(2021, 1, 1)),
        Filters(quarters=("2021-Q2",), open=True),
        Filters(pbis=("11",), ever=True),
    ],
    ids=lambda filters: str(filters.conditions()),
)
def test_no_count_scans_the_table(kb: KnowledgeBase, filters: Filters) -> None:
    from sqlalchemy import func, select, text

    from kb.select import conditions

    with kb.store.sight() as (_, sight):
        s = sight.rows("s")
    statement = select(func.count()).select_from(s).where(conditions(filters, s, sight))
    with kb.database.read() as connection:
        compiled = statement.compile(connection, compile_kwargs={"literal_binds": True})
        if not kb.database.sqlite:
            # Of tables as small as these it would not use an index, if it has the choice.
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            steps = connection.scalars(text(f"EXPLAIN {compiled}")).all()
            assert not [step for step in steps if "Seq Scan" in step], steps
            return
        plan = connection.execute(text(f"EXPLAIN QUERY PLAN {compiled}")).all()
    steps = [row.detail for row in plan]
    assert not [step for step in steps if step.startswith("SCAN") and "USING" not in step], steps


def test_any_number_of_problems_can_be_named(kb: KnowledgeBase) -> None:
    many = {pbi(number) for number in range(1, 70_000)}
    assert kb.store.count(Filters(), only=many) == 4
    assert kb.store.group(Filters(), GroupBy.QUARTER, only=many) == kb.group(
        Filters(), GroupBy.QUARTER
    )
    assert kb.store.pbis(Filters(), only=many - {pbi(12)}) == [pbi(n) for n in (11, 13, 14)]


def test_no_number_is_too_large_to_ask_for(kb: KnowledgeBase) -> None:
    assert kb.pbis(Filters(min_age=10**30)) == []
    assert kb.pbis(Filters(max_slips=10**30)) == kb.pbis()
    assert len(kb.snapshots(limit=10**30)) == 4
    assert kb.snapshots(offset=10**30) == []
