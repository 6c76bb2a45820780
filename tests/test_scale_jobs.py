"""Uploads read by processes of `pbi work` over one PostgreSQL: one is killed, one is stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from engines import using
from kb_samples import opened
from sqlalchemy import select, update

from app.jobs import Jobs
from kb import jobs
from kb.base import KnowledgeBase
from kb.jobs import JobState
from kb.tables import jobs as table
from kb.worker import Worker


@pytest.fixture(scope="module", autouse=True)
def engine() -> Iterator[str]:
    with using("postgresql"):
        yield "postgresql"


@pytest.fixture
def kb(tmp_path: Path) -> Iterator[KnowledgeBase]:
    with opened(tmp_path) as kb:
        yield kb


def report(number: int, problems: int) -> bytes:
    entries = [
        f"PBI{number * 10_000 + n:012d}: Meter readings of batch {n} arrive late\n"
        "Problem Record is with: DSP\nSeverity: High\nCreated: 01/04/2021\nStatus: Pending\n"
        for n in range(1, problems + 1)
    ]
    return ("Quarterly Problem Report Q2 2021\n\n" + "\n".join(entries)).encode()


@contextmanager
def working(kb: KnowledgeBase, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "app.cli", "--data", str(kb.settings.data), "work", *options]
    environment = {**os.environ, "PBI_DATABASE_URL": kb.settings.database_url or ""}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def until(met: Callable[[], object], process: subprocess.Popen[bytes] | None = None) -> None:
    for _ in range(1200):
        if met():
            return
        assert process is None or process.poll() is None
        time.sleep(0.05)
    raise AssertionError("it did not come to that")


def reads(kb: KnowledgeBase, process: subprocess.Popen[bytes]) -> list[int]:
    """Numbers of the jobs that a process is reading."""
    mine = table.c.runner.startswith(f"{process.pid} ")
    with kb.database.read() as connection:
        running = select(table.c.id).where(table.c.state == JobState.RUNNING, mine)
        return list(connection.scalars(running))


def held_still(kb: KnowledgeBase, process: subprocess.Popen[bytes]) -> list[int]:
    """Stops a process while it reads, whenever that is; the jobs that it was reading."""
    while True:
        until(lambda: reads(kb, process), process)
        process.send_signal(signal.SIGSTOP)
        if found := reads(kb, process):
            return found
        process.send_signal(signal.SIGCONT)


def states(kb: KnowledgeBase) -> Counter[JobState]:
    return Counter(job.state for job in jobs.held(kb))


def minutes_pass(kb: KnowledgeBase, process: subprocess.Popen[bytes]) -> None:
    """Since the last sign of life of a process, which is not waited for here."""
    mine = table.c.runner.startswith(f"{process.pid} ")
    long_ago = datetime.now(UTC) - timedelta(minutes=2)
    with kb.database.beside() as connection:
        connection.execute(update(table).where(mine).values(seen=long_ago))


def test_a_worker_that_is_killed_gives_its_job_back_and_another_does_it(
    kb: KnowledgeBase,
) -> None:
    for number in range(1, 9):
        jobs.add(kb, report(number, 20), f"{number}.txt", draft=False)
    with working(kb) as one, working(kb) as other:
        other.send_signal(signal.SIGSTOP)  # not before the first has its hands full
        lost = held_still(kb, one)
        other.send_signal(signal.SIGCONT)
        until(lambda: reads(kb, other), other)
        one.kill()
        one.wait()
        minutes_pass(kb, one)
        until(lambda: states(kb) == {JobState.PUBLISHED: 8}, other)
        other.terminate()
        assert other.wait(60) == 0
    assert sorted(one.file for one in kb.reports()) == [f"{n}.txt" for n in range(1, 9)]
    assert sum(one.problems for one in kb.reports()) == 160
    assert kb.check().ok
    with kb.database.read() as connection:
        begun = dict(iter(connection.execute(select(table.c.id, table.c.attempts))))
    assert begun == {number: 2 if number in lost else 1 for number in range(1, 9)}


def test_a_worker_that_is_told_to_stop_ends_what_it_reads_or_hands_it_back(
    kb: KnowledgeBase,
) -> None:
    jobs.add(kb, report(1, 2000), "long.txt", draft=False)
    with working(kb, "--grace", "0") as one:
        until(lambda: reads(kb, one), one)
        one.terminate()
        assert one.wait(60) == 0
    (job,) = jobs.held(kb)
    assert (job.state, job.done) == (JobState.WAITING, 0)
    assert kb.reports() == []
    jobs.cancel(kb, job.id)
    jobs.add(kb, report(2, 20), "short.txt", draft=True)
    with working(kb, "--once") as two:
        assert two.wait(60) == 0
    assert [job.state for job in jobs.held(kb)] == [JobState.REFUSED, JobState.DRAFT]
    assert [one.file for one in kb.reports()] == ["short.txt"]
    assert kb.check().ok


def test_an_app_without_readers_leaves_files_to_workers(tmp_path: Path) -> None:
    with opened(tmp_path, readers=0) as kb:
        app = Jobs()
        app.add(kb, report(1, 1), "a.txt", draft=False)
        assert [job.state for job in app.all(kb)] == [JobState.WAITING]
        app.settle()
        assert Worker(kb).work(once=True) == 1
        assert [job.state for job in app.all(kb)] == [JobState.PUBLISHED]


def test_what_one_is_about_to_take_the_next_passes_over(kb: KnowledgeBase) -> None:
    for number in (1, 2):
        jobs.add(kb, report(number, 1), f"{number}.txt", draft=False)
    first = select(table.c.id).order_by(table.c.id).limit(1).with_for_update()
    with kb.database.beside() as connection:
        connection.execute(first)
        taken = jobs.take(kb, "next")
        assert taken is not None
        assert taken.file == "2.txt"
        assert jobs.take(kb, "next") is None
    again = jobs.take(kb, "next")
    assert again is not None
    assert again.file == "1.txt"
