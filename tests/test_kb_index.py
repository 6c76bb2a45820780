"""The contract of a vector index, and what the embedded one owes to other processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest
from kb_samples import WordHashEncoder, loaded, opened, problem
from servers import chroma, free_port

from kb.errors import IndexBusy, IndexMismatch, IndexUnavailable
from kb.index import ChromaIndex, ChromaServer, VectorIndex, make_index

A, B, C = ("a" * 32, "b" * 32, "c" * 32)


def unit(*values: float) -> np.ndarray:
    vector = np.array(values, dtype=np.float32)
    return vector / np.linalg.norm(vector)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chroma(tmp_path_factory.mktemp("server"), free_port()) as url:
        yield url


@pytest.fixture(params=["embedded", "server"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorIndex]:
    url = request.getfixturevalue("server") if request.param == "server" else None
    index = make_index(tmp_path / "vectors", 0.1, url)
    if url:
        index.reset("another model")
        index.close()
    words = "make the index anew" if url else "no vector index yet"
    with pytest.raises(IndexMismatch, match=words):
        index.open("model-1")
    index.reset("model-1")
    yield index
    index.close()


def test_nearest_is_by_cosine_best_first(index: VectorIndex) -> None:
    assert index.nearest(unit(1, 0, 0), 3) == []
    index.put([A, B, C], np.stack([unit(1, 0, 0), unit(1, 1, 0), unit(0, 0, 1)]))
    ranked = index.nearest(unit(1, 0, 0), 10)
    assert [one for one, _ in ranked] == [A, B, C]
    assert [score for _, score in ranked] == pytest.approx([1.0, 0.7071, 0.0], abs=1e-3)
    assert [one for one, _ in index.nearest(unit(1, 0, 0), 2)] == [A, B]


def test_scores_are_those_of_nearest_over_the_ids_given(index: VectorIndex) -> None:
    index.put([A, B, C], np.stack([unit(1, 0, 0), unit(1, 1, 0), unit(0, 0, 1)]))
    assert index.scores(unit(0, 1, 0), [C, B, "d" * 32]) == [
        (B, pytest.approx(0.7071, abs=1e-3)),
        (C, pytest.approx(0.0)),
    ]
    assert index.scores(unit(0, 1, 0), []) == []


def test_putting_twice_replaces_and_dropping_forgets(index: VectorIndex) -> None:
    index.put([A], unit(1, 0, 0).reshape(1, -1))
    index.put([A], unit(0, 1, 0).reshape(1, -1))
    assert index.nearest(unit(0, 1, 0), 1)[0] == (A, pytest.approx(1.0, abs=1e-4))
    index.drop([A, B])
    assert index.ids() == set()
    assert index.among([A, B]) == set()


def test_a_wrong_dimension_is_refused(index: VectorIndex) -> None:
    index.put([A], unit(1, 0, 0).reshape(1, -1))
    with pytest.raises(IndexUnavailable, match="dimension"):
        index.put([B], unit(1, 0).reshape(1, -1))


def test_a_server_that_goes_away_and_comes_back(tmp_path: Path) -> None:
    port = free_port()
    with opened(tmp_path / "kb", chroma_url=f"http://127.0.0.1:{port}") as kb:
        loaded(kb, "2021-Q2", [problem(1, title="Clock drift"), problem(2)])
        assert [hit.why for hit in kb.search("clock")] == [("words",)]
        assert "cannot be used" in (kb.meaning_off or "")
        count, story = "How many problems are open?", "Was there anything about batteries?"
        assert (kb.ask(count).value, kb.ask(count).notes) == (2, ())
        assert any("meaning is off" in note for note in kb.ask(story).notes)
        with chroma(tmp_path / "server", port):
            assert not any("meaning is off" in note for note in kb.ask(story).notes)
            assert kb.search("clock")[0].why == ("words", "meaning")
            assert kb.meaning_off is None
        assert kb.search("clock")[0].why == ("words",)
        with chroma(tmp_path / "server", port):
            assert kb.search("clock")[0].why == ("words", "meaning")
        with chroma(tmp_path / "lost", port):
            assert kb.search("clock")[0].why == ("words", "meaning")
            assert kb.check().ok


class Held(WordHashEncoder):
    """An encoder that takes its time."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go_on = Event(), Event()

    def encode(self, texts: Sequence[str]) -> Any:
        self.begun.set()
        assert self.go_on.wait(60)
        return super().encode(texts)


@pytest.mark.engines
def test_those_who_share_a_server_take_turns(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As two processes would: each opens the same knowledge base for itself."""
    monkeypatch.setattr("kb.turns.WAIT", 0.2)
    index, held = ChromaServer(server), Held()
    index.forget()
    index.close()
    with (
        opened(tmp_path, chroma_url=server) as one,
        opened(tmp_path, held, chroma_url=server) as other,
    ):
        loaded(one, "2021-Q2", [problem(1, title="Clock drift"), problem(2)])
        busy = Thread(target=other.catch_up)
        busy.start()
        assert held.begun.wait(60)
        assert one.catch_up() == 0
        with pytest.raises(IndexUnavailable, match="just making the vectors"):
            one.rebuild_vectors()
        held.go_on.set()
        busy.join()
        assert one.catch_up() == 0
        assert one.search("clock")[0].why == ("words", "meaning")
        assert one.rebuild_vectors() == 2
        assert other.search("clock")[0].why == ("words", "meaning")
        assert other.check().ok


def test_vectors_last_and_another_model_is_noticed(tmp_path: Path) -> None:
    index = ChromaIndex(tmp_path)
    index.reset("model-1")
    index.put([A], unit(1, 0, 0).reshape(1, -1))
    index.close()
    index.open("model-1")
    assert index.ids() == {A}
    index.close()
    with pytest.raises(IndexMismatch):
        index.open("model-2")
    index.reset("model-2")
    assert index.ids() == set()
    assert len(list(tmp_path.glob("build-*"))) == 1
    index.close()


def test_a_reset_broken_off_leaves_the_index_in_use(tmp_path: Path) -> None:
    index = ChromaIndex(tmp_path)
    index.reset("model-1")
    index.put([A], unit(1, 0, 0).reshape(1, -1))
    index.close()
    (tmp_path / "build-unfinished").mkdir()
    index.open("model-1")
    assert index.ids() == {A}
    index.close()


@pytest.mark.parametrize("damage", ["garbage", "cut", "gone"])
def test_a_damaged_index_says_so_and_can_be_made_anew(tmp_path: Path, damage: str) -> None:
    index = ChromaIndex(tmp_path)
    index.reset("model-1")
    index.put([A], unit(1, 0, 0).reshape(1, -1))
    index.close()
    (held,) = tmp_path.glob("build-*/chroma.sqlite3")
    if damage == "gone":
        held.unlink()
    else:
        held.write_bytes(b"garbage" * 999 if damage == "garbage" else held.read_bytes()[:9000])
    words = "no vector index yet" if damage == "gone" else "--repair"
    with pytest.raises(IndexUnavailable, match=words):  # noqa: PT012
        index.open("model-1")
        index.ids()
    index.reset("model-1")
    assert index.ids() == set()
    index.close()


OWNER = """
import sys
from pathlib import Path
from kb.index import ChromaIndex
index = ChromaIndex(Path(sys.argv[1]), wait=0.1)
index.reset("model-1")
print("open", flush=True)
sys.stdin.readline()
index.close()
print("closed", flush=True)
sys.stdin.readline()
"""


def test_a_second_process_waits_and_says_who_has_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", OWNER, str(tmp_path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdin is not None
        assert owner.stdout is not None
        assert owner.stdout.readline() == "open\n"
        index = ChromaIndex(tmp_path, wait=0.1)
        with pytest.raises(IndexBusy, match=str(owner.pid)):
            index.open("model-1")
        owner.stdin.write("\n")
        owner.stdin.flush()
        assert owner.stdout.readline() == "closed\n"
        index.open("model-1")
        index.close()
        owner.stdin.write("\n")


def test_an_owner_that_is_killed_leaves_the_index_free(tmp_path: Path) -> None:
    command = [sys.executable, "-c", OWNER, str(tmp_path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "open\n"
        owner.kill()
    index = ChromaIndex(tmp_path, wait=0.1)
    index.open("model-1")
    index.close()
