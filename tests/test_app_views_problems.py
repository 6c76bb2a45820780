"""The Problems page: what is searched and chosen stands in the address, and the address alone."""

from __future__ import annotations

from pathlib import Path

from app_samples import data, loaded, opened, shown, template
from hypothesis import given
from hypothesis import strategies as st

from app.listing import ORDERS, Listing, found, listing_of, near_enough
from app.widgets.facets import AGE_BANDS, FACETS, SLIP_BANDS, options, tally
from ingest.records import Severity
from kb.base import KnowledgeBase
from kb.filters import Filters
from kb.results import Hit
from kb.settings import Settings

__all__ = ["data", "loaded", "template"]


def numbers(said: str) -> list[str]:
    """The problems of a page in order, each once."""
    known = ("122422", "122808", "121104", "123400", "125000")
    places = {number: said.find(f"problem?pbi={number}") for number in known}
    return sorted((one for one in known if places[one] >= 0), key=lambda one: places[one])


LISTS: list[tuple[dict[str, str], list[str]]] = [
    ({}, ["122422", "123400", "125000"]),
    ({"q": "122422"}, ["122422"]),
    ({"q": "PBI000000122808"}, ["122808"]),
    ({"q": "DCO"}, ["122422", "123400"]),
    ({"q": "122422, 121104"}, ["121104", "122422"]),
    ({"quarter": "2021-Q2"}, ["121104", "122422", "122808"]),
    ({"quarter": "2021-Q2", "open": "yes"}, ["121104", "122422"]),
    ({"severity": "Critical"}, ["122422"]),
    ({"ever": "yes", "order": "severity"}, ["122422", "122808", "123400", "125000", "121104"]),
    ({"missing": "owner"}, ["123400"]),
    ({"severity": "Enormous"}, ["122422", "123400", "125000"]),
    ({"page": "99"}, ["122422", "123400", "125000"]),
]


def test_the_same_address_gives_the_same_list(loaded: Path) -> None:
    for params, wanted in LISTS:
        first = numbers(shown(opened("problems", **params)))
        assert sorted(first) == sorted(wanted), params
        assert numbers(shown(opened("problems", **params))) == first, params


def test_what_is_typed_and_chosen_is_written_into_the_address(loaded: Path) -> None:
    app = opened("problems")
    app.text_input(key="search_box").set_value(" DCO ").run()
    assert app.query_params["q"] == "DCO"
    app.button_group(key="facet_severities").set_value(["Critical"]).run()
    assert app.query_params["severity"] == "Critical"
    assert numbers(shown(app)) == ["122422"]
    shared = dict(app.query_params)
    assert numbers(shown(opened("problems", **shared))) == ["122422"]


def test_a_condition_is_taken_away_by_its_chip_and_all_of_them_by_clear(loaded: Path) -> None:
    app = opened("problems", severity="Critical", supplier="DCO")
    chip = next(button for button in app.button if "Severity Critical" in button.label)
    chip.click().run()
    assert "severity" not in app.query_params
    assert app.query_params["supplier"] == "DCO"
    app.button(key="active_clear").click().run()
    assert not app.query_params


def test_each_range_counts_what_choosing_it_would_leave(loaded: Path) -> None:
    with KnowledgeBase.open(Settings(data=loaded)) as kb:
        base = Filters(ever=True)
        for bands in (AGE_BANDS, SLIP_BANDS):
            counts = tally(kb, Filters(ever=True, min_age=9999, min_slips=9), bands)
            assert set(counts.values()) == {0}, "the other range still holds"
            for name, count in tally(kb, base, bands).items():
                chosen = Listing(filters=base).narrowed(**bands[name])
                assert count == found(kb, chosen).total, name
        assert sum(tally(kb, base, AGE_BANDS).values()) == found(kb, Listing(filters=base)).total


def test_a_long_list_is_the_same_list_page_by_page(loaded: Path) -> None:
    with KnowledgeBase.open(Settings(data=loaded)) as kb:
        for order in ORDERS:
            one = found(kb, Listing(filters=Filters(ever=True), order=order))
            assert tuple(row.pbi for row in one.rows) == one.everything, order


def test_nothing_found_says_where_something_would_be(loaded: Path) -> None:
    app = opened("problems", supplier="TSP")
    assert "1 problem would be found in all published reports" in shown(app)
    next(one for one in app.button if one.label == "Look in every report").click().run()
    assert numbers(shown(app)) == ["121104"]


def test_facets_count_what_each_value_would_leave(loaded: Path) -> None:
    with KnowledgeBase.open(Settings(data=loaded)) as kb:
        for facet in FACETS:
            base = Filters(ever=True) if facet.field != "quarters" else Filters()
            for value, count in options(kb, facet, base, ()).items():
                narrowed = Filters.model_validate({**base.model_dump(), facet.field: (value,)})
                assert kb.count(narrowed) == count, (facet.field, value)


def test_a_facet_keeps_a_value_that_nothing_has_so_that_it_can_be_taken_away(loaded: Path) -> None:
    with KnowledgeBase.open(Settings(data=loaded)) as kb:
        facet = next(one for one in FACETS if one.field == "owners")
        assert options(kb, facet, Filters(), ("Nobody",))["Nobody"] == 0


LISTINGS = st.builds(
    Listing,
    text=st.text(max_size=20).map(str.strip),
    filters=st.builds(
        Filters,
        suppliers=st.lists(st.text(min_size=1), max_size=2).map(tuple),
        severities=st.lists(st.sampled_from(Severity), unique=True).map(tuple),
        open=st.sampled_from([None, True, False]),
    ),
    order=st.sampled_from(sorted(ORDERS)),
    page=st.integers(1, 999),
)


@given(LISTINGS)
def test_a_listing_survives_its_own_address(listing: Listing) -> None:
    assert listing_of(listing.params()) == listing


@given(
    st.dictionaries(
        st.sampled_from(["q", "page", "order", "open", "pbi", "min_age", "x"]),
        st.lists(st.text(max_size=8), max_size=3),
    )
)
def test_any_address_opens_something(params: dict[str, list[str]]) -> None:
    listing = listing_of(params)
    assert listing.page >= 1
    assert listing.order in ORDERS


def test_pages_beyond_the_end_begin_again(loaded: Path) -> None:
    with KnowledgeBase.open(Settings(data=loaded)) as kb:
        everything = found(kb, Listing())
        assert found(kb, Listing(page=7)).rows == everything.rows


def test_a_list_of_hits_ends_where_they_stop_being_about_the_words(loaded: Path) -> None:
    with KnowledgeBase.open(Settings(data=loaded)) as kb:
        one, two, three = kb.snapshots()
    hits = [
        Hit(snapshot=one, score=3, terms=("cluster", "failed"), why=("words",)),
        Hit(snapshot=two, score=2, similarity=0.5, why=("meaning",)),
        Hit(snapshot=three, score=1, similarity=0.1, why=("meaning",)),
    ]
    assert [hit.snapshot for hit in near_enough(hits)] == [one, two]
    assert near_enough([]) == []
