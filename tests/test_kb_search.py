"""Search by meaning: over the rows that the filters leave, and never in the way of the rest."""

from __future__ import annotations

from pathlib import Path

import pytest
from kb_samples import WordHashEncoder, loaded, opened, pbi, problem

from kb.errors import EncoderUnavailable
from kb.filters import Filters
from kb.results import Hit
from kb.settings import Settings

pytestmark = pytest.mark.engines

ROWS = [
    problem(11, title="Database cluster", description="Service was lost for an hour.", owner="DCO"),
    problem(12, title="Clock drift", description="Certificates expire early.", owner="DSP"),
    problem(13, title="Gateway queue", description="Messages wait for an hour.", owner="DCO"),
]


class NoEncoder:
    def fingerprint(self) -> str:
        raise EncoderUnavailable("no weights here")

    def encode(self, texts: object) -> object:
        raise AssertionError("never reached")


def test_meaning_ranks_and_says_how_near(tmp_path: Path) -> None:
    with opened(tmp_path) as kb:
        loaded(kb, "2021-Q2", ROWS)
        hits = kb.search("Database cluster")
        assert hits[0].snapshot.pbi == pbi(11)
        assert hits[0].why == ("words", "meaning")
        assert hits[0].similarity == pytest.approx(1.0, abs=1e-3)
        assert hits[0].passages[0].text == "Database cluster"
        assert kb.meaning_off is None
        assert [one.pbi for one in kb.passages("Certificates expire early.", limit=1)] == [pbi(12)]


def test_filters_hold_inside_the_vector_search(tmp_path: Path) -> None:
    with opened(tmp_path) as kb:
        loaded(kb, "2021-Q2", ROWS)
        for filters, numbers in (
            (Filters(owners=("DSP",)), {12}),
            (Filters(owners=("DCO",)), {11, 13}),
            (Filters(quarters=("2020-Q1",)), set()),
        ):
            hits = kb.search("Database cluster of an hour", filters)
            assert {hit.snapshot.pbi for hit in hits} == {pbi(number) for number in numbers}


def test_many_candidates_go_through_the_index_with_the_same_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path) as kb:
        loaded(
            kb,
            "2021-Q2",
            [
                problem(n, title=f"word{n} word{n + 1}", owner="DCO" if n % 7 else "DSP")
                for n in range(1, 90)
            ],
        )
        asked = ("word40", Filters(owners=("DSP",)))
        exact = near(kb.search(*asked))
        monkeypatch.setattr("kb.search.EXACT", 0)
        monkeypatch.setattr("kb.search.CANDIDATES", 8)
        found = kb.search(*asked)
        assert near(found) == exact != []
        assert all(hit.snapshot.problem.owner == "DSP" for hit in found)


def near(hits: list[Hit]) -> list[tuple[str, float]]:
    return [
        (hit.snapshot.pbi, round(hit.similarity, 3))
        for hit in hits
        if hit.similarity and hit.similarity > 0.1
    ]


def test_a_text_carried_over_is_encoded_once(tmp_path: Path) -> None:
    encoder = WordHashEncoder()
    with opened(tmp_path, encoder) as kb:
        loaded(kb, "2021-Q2", ROWS)
        assert kb.catch_up() == len(encoder.encoded) == 6
        loaded(kb, "2021-Q3", [*ROWS[:2], problem(14, title="New")])
        assert kb.catch_up() == 1
        assert encoder.encoded[-1] == "New"
        assert kb.catch_up() == 0


def test_without_weights_words_alone_decide_and_it_is_said(tmp_path: Path) -> None:
    with opened(tmp_path, NoEncoder()) as kb:
        loaded(kb, "2021-Q2", ROWS)
        (hit,) = kb.search("clock")
        assert hit.snapshot.pbi == pbi(12)
        assert kb.meaning_off == "no weights here"
        assert kb.check().ok
        assert kb.count() == 3
        kb.remove(kb.reports()[0].id)


def test_another_model_makes_the_index_anew(tmp_path: Path) -> None:
    with opened(tmp_path, WordHashEncoder("one")) as kb:
        loaded(kb, "2021-Q2", ROWS)
        assert kb.catch_up() == 6
        ids = kb.vector_ids()
    with opened(tmp_path, WordHashEncoder("two", dimension=32)) as kb:
        assert kb.search("Database cluster")[0].similarity == pytest.approx(1.0, abs=1e-3)
        assert kb.vector_ids() == ids


def test_another_way_to_cut_makes_passages_and_index_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path, WordHashEncoder("cut-1")) as kb:
        loaded(kb, "2021-Q2", ROWS)
        assert kb.catch_up() == 6
    monkeypatch.setattr("kb.outbox.VERSION", 99)
    monkeypatch.setattr("kb.passages.NARRATIVE", ())
    with opened(tmp_path, WordHashEncoder("cut-99")) as kb:
        assert kb.catch_up() == 3
        assert not kb.check().troubles
        assert kb.search("Clock drift")[0].similarity == pytest.approx(1.0, abs=1e-3)


def test_weights_that_are_not_the_expected_ones_are_refused(tmp_path: Path) -> None:
    from kb.encode import make_encoder

    (tmp_path / "model.safetensors").write_bytes(b"other")
    with pytest.raises(EncoderUnavailable, match="PBI_MODEL_SHA256"):
        make_encoder(str(tmp_path), "0" * 64).fingerprint()
    with pytest.raises(EncoderUnavailable, match="no weights"):
        make_encoder("a-package-that-is-not-there", None).fingerprint()
    with pytest.raises(EncoderUnavailable, match="no weights"):
        make_encoder(str(tmp_path / "nothing"), None).encode(["text"])


@pytest.mark.model
def test_the_packaged_model_finds_by_meaning(tmp_path: Path) -> None:
    from kb.encode import make_encoder

    settings = Settings(data=tmp_path)
    encoder = make_encoder(settings.model, settings.model_sha256)
    vectors = encoder.encode(["The power went off.", "An electricity outage.", "A blue bicycle."])
    assert vectors.shape == (3, 384)
    assert float(vectors[0] @ vectors[1]) > float(vectors[0] @ vectors[2]) + 0.2
    with opened(tmp_path, encoder) as kb:
        loaded(kb, "2021-Q2", ROWS)
        hits = kb.search("credentials run out too soon")
        assert hits[0].snapshot.pbi == pbi(12)
        assert hits[0].why == ("meaning",)
