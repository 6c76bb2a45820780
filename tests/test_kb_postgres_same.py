"""What is found and answered is the same on both engines, to the order and the last digit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kb_asked import asked_kb
from kb_samples import WordHashEncoder, loaded, opened, problem
from postgres import server
from test_kb_answer_questions import EXACT

from kb import people
from kb.base import KnowledgeBase
from kb.copying import replaced
from kb.database import Database
from kb.filters import Filters
from kb.query import OrderBy
from kb.settings import Settings

_WORDS = (
    "meter meters metering metered S1SP1 S1SP SMETS-1 SMETS2 firmware communications hub hubs "
    "rejected rejection café CAFE naïve İstanbul straße x_y 12.5 e-mail DCC's don't the of and "
    "time-out timeouts 23/03/2021 https://host/a-b 100% ﬁeld Ω ² 東京 a\u0301ge caresses ponies "
    "relational conditional rational vietnamization predication operator feudalism 00123 C++ "
    "o'clock \U0001f600 🏭plant \u00ad soft\u00adhyphen zero\u200bwidth tab\tbed 'quoted' \\slash"
)
VOCABULARY = tuple(_WORDS.split(" "))
MEMBER = "member@example.org"
Pair = tuple[KnowledgeBase, KnowledgeBase]


def on_postgresql(kb: KnowledgeBase, folder: Path, name: str) -> KnowledgeBase:
    """The same knowledge base on a server, its files left where they are."""
    target = Database(server().url(name))
    with kb.database.read() as connection:
        replaced(connection, target)
    target.close()
    (folder / "files").symlink_to(kb.settings.data / "files")
    return KnowledgeBase.open(
        Settings(data=folder, database_url=server().url(name)), encoder=WordHashEncoder()
    )


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    name = server().bare()
    yield name
    server().drop(name)


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory, database: str) -> Iterator[Pair]:
    """A hundred problems of words that are hard to cut, stem, fold or quote."""
    random = Random(7)

    def said(most: int) -> str:
        return " ".join(random.choices(VOCABULARY, k=random.randrange(1, most)))

    rows = [
        problem(
            number,
            title=said(6),
            description=said(60) if number % 4 else None,
            workaround=said(9),
            owner=random.choice(("DCO", "dsp", "Csp", "Ärzte", "_")),
        )
        for number in range(1001, 1101)
    ]
    with opened(tmp_path_factory.mktemp("one")) as kb:
        loaded(kb, "2021-Q2", rows)
        hidden = [problem(number, title=said(6)) for number in range(1081, 1121)]
        loaded(kb, "2021-Q3", [*rows[::3], *hidden], scope="DCO", classification="TOP SECRET")
        people.add(kb, MEMBER, people.Role.MEMBER)
        with on_postgresql(kb, tmp_path_factory.mktemp("two"), database) as other:
            yield kb, other


def hits(kb: KnowledgeBase, asked: str) -> list[tuple[object, ...]]:
    found = kb.search(asked, Filters(ever=True), 200, vectors=False)
    return [(hit.snapshot.key, hit.score, hit.why, hit.terms, hit.passages) for hit in found]


ASKED = (
    st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=5).map(" ".join),
    st.text(max_size=30),
)


@settings(deadline=None, max_examples=40)
@given(
    asked=st.one_of(*ASKED),
)
def test_words_find_and_rank_alike(texts: Pair, asked: str) -> None:
    one, other = texts
    assert hits(one, asked) == hits(other, asked)
    words = Filters(words=tuple(asked.split()) or ("?",), ever=True)
    assert one.pbis(words) == other.pbis(words)


@settings(deadline=None, max_examples=15)
@given(asked=st.one_of(*ASKED))
def test_they_do_for_whoever_may_not_see_all(texts: Pair, asked: str) -> None:
    one, other = (kb.acting(MEMBER) for kb in texts)
    assert hits(one, asked) == hits(other, asked)


def test_there_is_something_to_compare(texts: Pair) -> None:
    found = {word: len(hits(texts[1], word)) for word in VOCABULARY}
    assert sum(count > 0 for count in found.values()) > len(VOCABULARY) * 0.6
    assert any(0 < count < 50 for count in found.values())
    member = texts[1].acting(MEMBER)
    assert member.count(Filters(ever=True)) == 100 < texts[1].count(Filters(ever=True))


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("order", OrderBy)
def test_rows_come_in_the_same_order(texts: Pair, order: OrderBy, descending: bool) -> None:
    one, other = (
        [row.key for row in kb.snapshots(order=order, descending=descending)] for kb in texts
    )
    assert one == other


def test_names_are_counted_and_listed_alike(texts: Pair) -> None:
    one, other = texts
    assert list(one.facets().items()) == list(other.facets().items())
    assert one.catalogue() == other.catalogue()
    assert one.catalogue().model_dump_json() == other.catalogue().model_dump_json()


def test_questions_are_answered_alike(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    name = server().bare()
    with asked_kb(tmp_path / "one") as one:
        folder = tmp_path_factory.mktemp("two")
        with on_postgresql(one, folder, name) as other:
            for asked in dict.fromkeys(line[0] for line in EXACT):
                said, again = (kb.ask(asked).model_dump(exclude={"ms"}) for kb in (one, other))
                assert said == again
    server().drop(name)
