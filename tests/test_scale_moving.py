"""An embedded knowledge base on its way to PostgreSQL, an object store and a Chroma server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from kb_samples import WordHashEncoder, loaded, opened, pbi, problem
from postgres import server as postgres
from servers import chroma, free_port
from sqlalchemy import func, select

from kb import jobs, people
from kb.base import KnowledgeBase
from kb.database import Database
from kb.errors import IndexUnavailable, StoreUnavailable, WrongState
from kb.index import ChromaServer
from kb.moving import Moved, moved
from kb.people import Role
from kb.records import ReportState
from kb.settings import Settings
from kb.tables import reports


@dataclass(frozen=True)
class Place:
    """Servers to move to."""

    to: str
    files_to: str
    chroma_to: str

    def settings(self, folder: Path) -> Settings:
        return Settings(
            data=folder,
            database_url=self.to,
            files_url=self.files_to,
            chroma_url=self.chroma_to,
        )


@pytest.fixture(scope="module")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    with chroma(tmp_path_factory.mktemp("chroma"), port) as url:
        yield url


@pytest.fixture
def place(tmp_path: Path, vectors: str) -> Iterator[Place]:
    name = postgres().fresh()
    index = ChromaServer(vectors)
    index.forget()
    index.close()
    yield Place(postgres().url(name), (tmp_path / "uploads").as_uri(), vectors)
    postgres().drop(name)


@pytest.fixture
def kb(tmp_path: Path) -> Iterator[KnowledgeBase]:
    with opened(tmp_path / "kb") as kb:
        for quarter, status in (("2021-Q2", "Pending"), ("2021-Q3", "Closed")):
            loaded(
                kb,
                quarter,
                [
                    problem(n, owner="DSP", status=status, incident_observation=f"Story of {n}.")
                    for n in range(1, 9)
                ],
            )
        loaded(kb, "2021-Q4", [problem(7)], draft=True)
        jobs.add(kb, b"not read yet", "later.txt", draft=False)
        people.add(kb, "ann@example.org", Role.STAFF)
        kb.correct("2021-Q2-all.txt", pbi(3), "severity", "High", who="ann")
        yield kb


def move(kb: KnowledgeBase, place: Place) -> Moved:
    return moved(kb, to=place.to, files_to=place.files_to, chroma_to=place.chroma_to)


def everything(folder: Path) -> dict[str, str]:
    """All that an embedded knowledge base is made of, its vectors and locks apart."""
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "vectors" not in path.parts and not path.name.endswith("-shm")
    }


def test_everything_is_there_and_answers_as_before(
    kb: KnowledgeBase, place: Place, tmp_path: Path
) -> None:
    said = kb.ask("Which problems are with DSP?")
    kb.database.tidy()
    before = everything(tmp_path / "kb")
    found = move(kb, place)
    assert (found.reports, found.problems, found.files) == (3, 17, 4)
    assert found.vectors == 16
    assert found.questions > 20
    kb.database.tidy()
    assert everything(tmp_path / "kb") == before
    assert kb.check().ok
    settings = place.settings(tmp_path / "other")
    with KnowledgeBase.open(settings, encoder=WordHashEncoder()) as there:
        again = there.ask("Which problems are with DSP?")
        assert (again.answer, again.pbis) == (said.answer, said.pbis)
        assert there.check().ok
        assert there.snapshot(kb.snapshots()[2].key) == kb.snapshots()[2]
        assert [one.email for one in people.everybody(there)] == ["ann@example.org"]
        assert [one.file for one in jobs.held(there)] == ["later.txt"]
        (draft,) = there.reports(states=(ReportState.DRAFT,))
        there.publish(draft.id)
        assert there.search("title")[0].why == ("words", "meaning")


def test_a_place_that_holds_anything_else_is_refused(
    kb: KnowledgeBase, place: Place, tmp_path: Path
) -> None:
    uploads = tmp_path / "uploads" / "ab"
    uploads.mkdir(parents=True)
    (uploads / ("ab" * 32)).write_bytes(b"of something else")
    with pytest.raises(WrongState, match="holds 1 uploads of something else"):
        move(kb, place)
    (uploads / ("ab" * 32)).unlink()
    index = ChromaServer(place.chroma_to)
    index.reset("another model")
    with pytest.raises(WrongState, match="vectors of another model"):
        move(kb, place)
    index.reset("words")
    index.put(["f" * 32], np.ones((1, 64), dtype=np.float32) / 8)
    with pytest.raises(WrongState, match="holds 1 vectors of something else"):
        move(kb, place)
    index.forget()
    index.close()
    with KnowledgeBase.open(place.settings(tmp_path / "other")) as there:
        people.add(there, "bob@example.org", Role.MEMBER)
    with pytest.raises(WrongState, match=r"holds 1 (people|audit), which are not replaced"):
        move(kb, place)
    with pytest.raises(WrongState, match="postgresql://"):
        moved(kb, to=f"sqlite:///{tmp_path}/other.sqlite")


def test_broken_off_at_any_step_a_second_try_works(kb: KnowledgeBase, place: Place) -> None:
    for step in ("copying uploads", "encoding", "copying"):

        def stop(stage: str, done: int, _total: int, step: str = step) -> None:
            if stage == step and done:
                raise KeyboardInterrupt

        urls = {"to": place.to, "files_to": place.files_to, "chroma_to": place.chroma_to}
        with pytest.raises(KeyboardInterrupt):
            moved(kb, progress=stop, **urls)
        with closing(Database(place.to)) as there, there.read() as connection:
            assert connection.scalar(select(func.count()).select_from(reports)) == 0
    assert kb.check().ok
    assert move(kb, place).reports == 3


def test_what_cannot_be_reached_is_said_and_nothing_is_put_there(
    kb: KnowledgeBase, place: Place, tmp_path: Path
) -> None:
    nowhere = f"127.0.0.1:{free_port()}"
    with pytest.raises(StoreUnavailable, match="does not answer"):
        moved(kb, to=f"postgresql://pbi:hidden@{nowhere}/pbi")
    with pytest.raises(IndexUnavailable, match="is the server up"):
        moved(kb, to=place.to, chroma_to=f"http://{nowhere}")
    with KnowledgeBase.open(place.settings(tmp_path / "other")) as there:
        assert there.reports() == []


def test_answers_that_differ_are_a_reason_to_stay(
    kb: KnowledgeBase, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kb import moving

    own = moving.replaced

    def less(source: object, target: object, tell: object) -> None:
        own(source, target, tell)  # type: ignore[arg-type]
        with target.write() as connection:  # type: ignore[attr-defined]
            connection.exec_driver_sql("UPDATE snapshots SET status_fold = 'closed'")
            connection.exec_driver_sql("UPDATE snapshots SET open = false")

    loaded(kb, "2022-Q1", [problem(1, status="Pending")])
    monkeypatch.setattr(moving, "replaced", less)
    with pytest.raises(WrongState, match="has another answer there"):
        move(kb, place)
    assert kb.check().ok
