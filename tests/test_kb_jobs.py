"""Uploads as jobs of the knowledge base: read once, told, cancelled, given back after a crash."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kb_samples import opened, problem, reader
from sqlalchemy import update

from kb import audit, jobs, people
from kb.base import KnowledgeBase
from kb.errors import StoreUnavailable
from kb.jobs import JobState
from kb.people import Role
from kb.tables import jobs as table

pytestmark = pytest.mark.engines


@pytest.fixture
def kb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KnowledgeBase]:
    own = KnowledgeBase.ingest

    def known(kb: KnowledgeBase, data: bytes, name: str, **more: Any) -> Any:
        read = reader("2021-Q2", [problem(11), problem(12)])
        return own(kb, data, name, reader=read if data.startswith(b"good") else None, **more)

    monkeypatch.setattr(KnowledgeBase, "ingest", known)
    with opened(tmp_path) as kb:
        yield kb


def uploads(kb: KnowledgeBase) -> list[str]:
    return list(kb.files.names())


def test_a_job_is_read_and_says_what_became_of_it(kb: KnowledgeBase) -> None:
    job = jobs.add(kb, b"good", "../q2.txt", draft=True)
    assert (job.file, job.state, job.running, job.draft) == ("q2.txt", JobState.WAITING, True, True)
    assert kb.check().ok
    jobs.run(kb, job.id, "one")
    (done,) = jobs.held(kb)
    (report,) = kb.reports()
    assert (done.state, done.report, done.running) == (JobState.DRAFT, report.id, False)
    assert "2 problems read" in done.message
    assert done.started is not None
    assert done.ended is not None
    assert done.seconds() >= 0
    jobs.run(kb, job.id, "one")
    assert jobs.held(kb) == [done]
    jobs.clear(kb)
    assert jobs.held(kb) == []
    assert kb.check().ok


def test_a_refusal_has_its_reason_and_keeps_no_bytes(kb: KnowledgeBase) -> None:
    for data, name in ((b"", "empty.pdf"), (b"%PDF-1.7 nothing", "noise.pdf")):
        jobs.run(kb, jobs.add(kb, data, name, draft=True).id, "one")
    assert [one.state for one in jobs.held(kb)] == [JobState.REFUSED] * 2
    assert "empty.pdf: the file is empty" in jobs.held(kb)[0].message
    assert uploads(kb) == []


def test_the_same_file_twice_is_one_job_and_later_a_duplicate(kb: KnowledgeBase) -> None:
    first = jobs.add(kb, b"good", "q2.txt", draft=True)
    assert jobs.add(kb, b"good", "q2.txt", draft=True) == first
    jobs.run(kb, first.id, "one")
    again = jobs.add(kb, b"good", "q2.txt", draft=True)
    jobs.run(kb, again.id, "one")
    assert [one.state for one in jobs.held(kb)] == [JobState.DRAFT, JobState.DUPLICATE]
    assert len(uploads(kb)) == 1


def test_a_cancelled_job_keeps_nothing(kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    early = jobs.add(kb, b"good 1", "a.txt", draft=True)
    jobs.cancel(kb, early.id)
    late = jobs.add(kb, b"good 2", "b.txt", draft=True)
    monkeypatch.setattr(jobs, "BETWEEN", 0.0)

    def cancelled(kb: KnowledgeBase, data: bytes, name: str, **more: Any) -> Any:
        jobs.cancel(kb, late.id)
        more["progress"]("pages", 1, 2)

    monkeypatch.setattr(KnowledgeBase, "ingest", cancelled)
    jobs.run(kb, early.id, "one")
    jobs.run(kb, late.id, "one")
    assert [one.state for one in jobs.held(kb)] == [JobState.REFUSED] * 2
    assert all("was cancelled; nothing was kept" in one.message for one in jobs.held(kb))
    assert uploads(kb) == []
    assert kb.reports() == []


def test_progress_is_noted_at_most_twice_a_second_and_moves_no_answer(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, int, int]] = []
    clock = [100.0]
    monkeypatch.setattr("kb.jobs.time.monotonic", lambda: clock[0])
    job = jobs.add(kb, b"good", "q2.txt", draft=True)

    def slow(kb: KnowledgeBase, data: bytes, name: str, **more: Any) -> Any:
        for page in range(1, 11):
            clock[0] += 0.125
            more["progress"]("pages", page, 10)
            (now,) = jobs.held(kb)
            seen.append((now.stage, now.done, now.total))
        raise RuntimeError("secret")

    monkeypatch.setattr(KnowledgeBase, "ingest", slow)
    before = kb.database.generation()
    jobs.run(kb, job.id, "one")
    assert list(dict.fromkeys(seen)) == [("opening", 0, 0), ("pages", 4, 10), ("pages", 8, 10)]
    assert kb.database.generation() == before
    (done,) = jobs.held(kb)
    assert "a fault of ours" in done.message
    assert "secret" not in done.message


def died(kb: KnowledgeBase, number: int) -> None:
    """As a server leaves a job that is killed while it reads it."""
    taken = jobs.take(kb, "dead")
    assert taken is not None
    assert taken.id == number
    with kb.database.write(counts=False) as connection:
        connection.execute(update(table).values(stage="pages", done=3, total=9))


def test_a_job_whose_server_died_runs_again(kb: KnowledgeBase, tmp_path: Path) -> None:
    job = jobs.add(kb, b"good", "q2.txt", draft=False)
    died(kb, job.id)
    with opened(tmp_path) as after:
        jobs.give_back(after)
        assert jobs.job(after, job.id).state is JobState.RUNNING  # it may live yet
        jobs.sign_of_life(after, "dead")
        jobs.give_back(after, silence=-1)
        given = jobs.job(after, job.id)
        assert (given.state, given.done) == (JobState.WAITING, 0)
        assert after.check().ok
        jobs.run(after, job.id, "new")
        assert jobs.job(after, job.id).state is JobState.PUBLISHED
        assert after.count() == 2


def test_a_file_that_stops_the_server_twice_is_not_tried_again(kb: KnowledgeBase) -> None:
    job = jobs.add(kb, b"good", "q2.txt", draft=True)
    for _ in range(2):
        died(kb, job.id)
        jobs.give_back(kb, silence=-1)
    jobs.run(kb, job.id, "new")
    (done,) = jobs.held(kb)
    assert done.state is JobState.REFUSED
    assert "interrupted: the server stopped twice" in done.message
    assert uploads(kb) == []


def test_one_that_was_given_to_another_is_not_kept_twice(kb: KnowledgeBase) -> None:
    job = jobs.add(kb, b"good", "q2.txt", draft=True)
    slow = jobs.take(kb, "slow")
    assert slow is not None
    jobs.give_back(kb, silence=-1)
    jobs.run(kb, job.id, "quick")
    jobs._close(kb, slow, jobs._refused(slow, "late"), JobState.RUNNING, "slow")
    assert jobs.job(kb, job.id).state is JobState.DRAFT
    assert len(kb.reports()) == len(uploads(kb)) == 1


def test_a_file_is_read_for_whoever_brought_it(kb: KnowledgeBase) -> None:
    for email in ("ann@example.org", "bob@example.org"):
        people.add(kb, email, Role.STAFF)
        jobs.add(kb.acting(email, "10.0.0.1"), f"good {email}".encode(), email, draft=False)
    people.remove(kb, "bob@example.org")
    while one := jobs.take(kb, "a worker"):
        jobs.read(kb, one, "a worker")
    done, refused = jobs.held(kb)
    assert (done.state, refused.state) == (JobState.PUBLISHED, JobState.REFUSED)
    assert "has no role here" in refused.message
    told = [one for one in audit.entries(kb) if one.report == done.report]
    assert {(one.who, one.origin) for one in told} == {("ann@example.org", "10.0.0.1")}


def test_a_file_waits_while_the_files_are_away(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise StoreUnavailable("the files do not answer")

    for _ in range(3):
        job = jobs.add(kb, b"good", "q2.txt", draft=False)
        with monkeypatch.context() as patch:
            patch.setattr(kb.files, "get", away)
            patch.setattr(kb.files, "reach", away)
            with pytest.raises(StoreUnavailable, match="do not answer"):
                jobs.run(kb, job.id, "one")
        assert jobs.job(kb, job.id).state is JobState.WAITING
    jobs.run(kb, job.id, "one")
    assert jobs.job(kb, job.id).state is JobState.PUBLISHED


def test_bytes_that_were_changed_are_refused(kb: KnowledgeBase, tmp_path: Path) -> None:
    job = jobs.add(kb, b"good", "q2.txt", draft=False)
    (tmp_path / "files" / job.sha256[:2] / job.sha256).write_bytes(b"evil")
    jobs.run(kb, job.id, "one")
    assert "was changed on disk" in jobs.job(kb, job.id).message


def test_lost_bytes_are_said(kb: KnowledgeBase) -> None:
    job = jobs.add(kb, b"good", "q2.txt", draft=True)
    kb.files.drop(job.sha256)
    jobs.run(kb, job.id, "one")
    assert "choose it again" in jobs.job(kb, job.id).message


def test_a_removed_report_takes_its_jobs_with_it(kb: KnowledgeBase, tmp_path: Path) -> None:
    jobs.cancel(kb, jobs.add(kb, b"good", "quagga-cancelled.txt", draft=False).id)
    for name in ("quagga.txt", "quagga-again.txt"):
        jobs.run(kb, jobs.add(kb, b"good", name, draft=False).id, "one")
    kb.remove("quagga.txt")
    assert jobs.held(kb) == []
    held = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"quagga" not in held
