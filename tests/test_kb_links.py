"""A link says exactly what the filters say, and a broken one opens as much as it still says."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.records import ImpactClass, Severity
from kb.filters import Filters
from kb.links import NAMES, filters_of, params_of, query_string

EXAMPLES = [
    (Filters(), ""),
    (Filters(suppliers=("DCO",), open=True), "supplier=DCO&open=yes"),
    (Filters(pbis=("PBI000000123400",)), "pbi=123400"),
    (Filters(severities=(Severity.CRITICAL, Severity.HIGH)), "severity=Critical&severity=High"),
    (Filters(created_from=date(2021, 4, 1)), "created_from=2021-04-01"),
    (Filters(suppliers=("CSP North",), overdue=False), "supplier=CSP+North&overdue=no"),
]


@pytest.mark.parametrize(("filters", "text"), EXAMPLES)
def test_a_link_reads_as_people_would_write_it(filters: Filters, text: str) -> None:
    assert query_string(filters) == text


FILTERS = st.builds(
    Filters,
    suppliers=st.lists(st.text(min_size=1), max_size=3).map(tuple),
    severities=st.lists(st.sampled_from(Severity), unique=True).map(tuple),
    impact_classes=st.lists(st.sampled_from(ImpactClass), unique=True).map(tuple),
    open=st.sampled_from([None, True, False]),
    ever=st.booleans(),
    target_to=st.none() | st.dates(),
    min_slips=st.none() | st.integers(1, 99),
    pbis=st.lists(st.integers(1, 10**9).map(lambda n: f"PBI{n:012d}"), max_size=2).map(tuple),
)


NESTED = Filters(
    open=True,
    any_of=(Filters(severities=(Severity.CRITICAL,)), Filters(owners=("TSP",), overdue=True)),
    also_in=(Filters(quarters=("2021-Q2",), target_to=date(2021, 9, 1)),),
    not_in=(Filters(quarters=("2021-Q4",)),),
)


def test_conditions_within_conditions_are_shared_whole() -> None:
    assert filters_of(params_of(NESTED)) == NESTED


def test_a_link_nested_without_end_is_passed_over() -> None:
    text = '{"any_of":[' * 300 + "{}" + "]}" * 300
    assert filters_of({"any_of": [text], "supplier": ["DCO"]}) == Filters(suppliers=("DCO",))
    deep = '{"any_of":[{"any_of":[{"open":true}]}]}'
    assert filters_of({"any_of": [deep], "supplier": ["DCO"]}) == Filters(suppliers=("DCO",))


@given(FILTERS)
def test_what_is_shared_is_what_is_seen(filters: Filters) -> None:
    assert filters_of(params_of(filters)) == filters


def test_every_field_has_a_parameter_of_its_own() -> None:
    assert set(NAMES) == set(Filters.model_fields)
    assert len(set(NAMES.values())) == len(NAMES)


@pytest.mark.parametrize(
    "params",
    [
        {"severity": ["Huge"], "supplier": ["DCO"]},
        {"created_from": ["yesterday"], "supplier": ["DCO"]},
        {"min_slips": ["-4"], "supplier": ["DCO"]},
        {"open": ["perhaps"], "supplier": ["DCO"]},
        {"nonsense": ["1"], "supplier": ["DCO"], "open": []},
    ],
)
def test_a_broken_link_opens_as_much_as_it_still_says(params: dict[str, list[str]]) -> None:
    assert filters_of(params) == Filters(suppliers=("DCO",))
