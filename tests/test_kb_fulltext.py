"""Words and numbers as people type them find what is printed; nothing typed breaks the query."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kb_samples import loaded, opened, pbi, problem

from kb.base import KnowledgeBase
from kb.filters import Filters
from kb.fulltext import analysed, match_any, terms

pytestmark = pytest.mark.engines

ROWS = [
    problem(122207, title="SMETS-1 time-out at a SMSO", description="Requests were rejected."),
    problem(
        122607, title="Crypto errors returned to S1SP1", owner="DCO", owner_role="S/W Provider"
    ),
    problem(122808, title="Network traffic missing", workaround="Traffic re-routed via café link"),
    problem(123102, title="SMETS2 firmware at CSP-N", description="Seen by S1SP2 in Q1."),
]


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory, engine: str) -> Iterator[KnowledgeBase]:
    with opened(tmp_path_factory.mktemp("fulltext")) as kb:
        loaded(kb, "2021-Q2", ROWS)
        yield kb


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ("122207", [122207]),
        ("PBI000000122207", [122207]),
        ("what is the status of PBI 122207?", [122207]),
        ("SMETS1", [122207]),
        ("SMETS-1", [122207]),
        ("smets 1", [122207]),
        ("SMETS 1", [122207]),
        ("SMETS2", [123102]),
        ("smets", [122207, 123102]),
        ("S1SP", [122607, 123102]),
        ("S1SP1", [122607]),
        ("S1SP-2", [123102]),
        ("CSPN", [123102]),
        ("software provider's", [122607]),
        ("rejection", [122207]),
        ("error", [122607]),
        ("cafe", [122808]),
        ("CAFÉ", [122808]),
        ("who's (DCO)?", [122607]),
        ("network AND OR NOT NEAR", [122808]),
        ("zebra", []),
        ("", []),
        ("?!", []),
    ],
)
def test_words_find_problems(kb: KnowledgeBase, asked: str, numbers: list[int]) -> None:
    hits = kb.search(asked, vectors=False)
    assert sorted(hit.snapshot.pbi for hit in hits) == [pbi(number) for number in numbers]


def test_a_number_outranks_everything(kb: KnowledgeBase) -> None:
    hits = kb.search("network traffic and crypto errors like 122207", vectors=False)
    assert hits[0].snapshot.pbi == pbi(122207)
    assert "number" in hits[0].why


def test_a_hit_says_what_matched_and_where(kb: KnowledgeBase) -> None:
    (hit,) = kb.search("rerouting traffic", vectors=False)
    assert hit.terms == ("traffic",)
    assert hit.why == ("words",)
    assert {passage.field for passage in hit.passages} == {"title", "workaround"}
    for passage in hit.passages:
        assert passage.text in (ROWS[2].title, ROWS[2].workaround)


def test_search_keeps_to_the_filters(kb: KnowledgeBase) -> None:
    assert not kb.search("122207", Filters(owners=("DCO",)), vectors=False)
    assert not kb.search("crypto", Filters(quarters=("2020-Q1",)), vectors=False)


def test_terms_leave_small_words_out_unless_nothing_else_is_there() -> None:
    assert terms("What is the impact of the DCO outage?") == ["impact", "dco", "outage"]
    assert terms("who is it") == ["who", "is", "it"]
    assert match_any("?") is None


def test_what_is_stored_names_the_family_and_what_is_asked_does_not() -> None:
    assert analysed("S1SP1") == "S1SP1 S1SP"
    assert analysed("S1SP1", family=False) == "S1SP1"
    assert analysed("S/W") == "software"


@settings(deadline=None)
@given(asked=st.text(max_size=60))
def test_no_text_breaks_the_query(kb: KnowledgeBase, asked: str) -> None:
    kb.search(asked, vectors=False)
    kb.count(Filters(words=(asked,)))
