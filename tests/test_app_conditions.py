"""Every condition has words, and taking it away takes away that and nothing else."""

from datetime import date

import pytest

from app.conditions import conditions
from ingest.records import ImpactClass, Severity
from kb.filters import Filters

FULL: dict[str, object] = {
    "pbis": ("PBI000000123400",),
    "suppliers": ("DCO", "DSP"),
    "owners": ("DSP",),
    "owner_roles": ("Operator",),
    "not_suppliers": ("TSP",),
    "not_owners": ("TSP",),
    "severities": (Severity.CRITICAL,),
    "not_severities": (Severity.LOW,),
    "statuses": ("Pending",),
    "not_statuses": ("Closed",),
    "open": True,
    "impact_classes": (ImpactClass.NO_ENDURING,),
    "not_impact_classes": (ImpactClass.NONE,),
    "major_incident": False,
    "has_workaround": True,
    "outage": True,
    "processes": ("prepayment",),
    "missing": ("owner",),
    "stated": ("target_completion",),
    "quarters": ("2021-Q2",),
    "reports": ("abcdef012345",),
    "ever": True,
    "created_from": date(2021, 1, 1),
    "created_to": date(2021, 6, 30),
    "target_from": date(2021, 10, 1),
    "target_to": date(2021, 12, 31),
    "overdue": True,
    "as_at": date(2021, 11, 1),
    "min_age": 10,
    "max_age": 100,
    "min_slips": 1,
    "max_slips": 3,
    "min_slip_days": 30,
    "findings": ("created-after-event",),
    "vanished": False,
    "changed_from": "2021-Q2",
    "changed_to": "2021-Q3",
    "words": ("timeout",),
    "any_of": (Filters(severities=(Severity.HIGH,)), Filters(owners=("TSP",))),
    "also_in": (Filters(quarters=("2021-Q3",)),),
    "not_in": (Filters(quarters=("2021-Q4",), open=True),),
}


def test_the_example_fills_every_filter() -> None:
    assert set(FULL) == set(Filters.model_fields)


def test_every_condition_can_be_taken_away_alone() -> None:
    filters = Filters.model_validate(FULL)
    found = conditions(filters)
    assert len({one.words for one in found}) == len(found) == len(FULL)  # two suppliers, one change
    for one in found:
        assert len(conditions(one.without)) == len(found) - 1
        assert one.words not in [other.words for other in conditions(one.without)]


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        (Filters(suppliers=("DCO",), open=True), ["Involves DCO", "Open"]),
        (Filters(quarters=("2021-Q2",)), ["Q2 2021 report"]),
        (Filters(target_to=date(2021, 10, 29)), ["Target by 29 October 2021"]),
        (Filters(min_slips=1), ["Slipped at least 1 time"]),
        (Filters(max_slips=0), ["Never slipped"]),
        (
            Filters(changed_from="2021-Q2", changed_to="2021-Q3"),
            ["Changed between Q2 2021 and Q3 2021"],
        ),
        (Filters(pbis=("PBI000000123400",)), ["PBI 123400"]),
        (
            Filters(any_of=(Filters(overdue=True), Filters(owners=("TSP",), open=True))),
            ["Either: Overdue or With TSP, Open"],
        ),
        (
            Filters(not_in=(Filters(quarters=("2021-Q4",), open=True),)),
            ["But not: Open, Q4 2021 report"],
        ),
    ],
)
def test_conditions_read_as_people_say_them(filters: Filters, words: list[str]) -> None:
    assert [one.words for one in conditions(filters)] == words
