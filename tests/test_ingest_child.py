"""Reading in another process: the same readings, errors that cross, limits that hold."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pytest
from making_pdfs import lines, pdf

from ingest.child import Cancelled, Child, read_in_child, read_many, time_for
from ingest.errors import EmptyFile, IngestError, NoProblems, TooLarge, UnreadableFile
from ingest.read import read_report
from ingest.records import Reading

REPORT = pdf(
    lines(
        "PBI000000123400: Failure of service requests.",
        "This Problem Record is with DSP. Requests failed for an hour.",
        "PBI created 30/06/2021. Severity \u2013 High",
        "Current status 20/09/2021 \u2013 Pending, target completion 30/11/2021.",
        "End user impact = No enduring impact.",
    )
)


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    with Child() as one:
        yield one


def test_the_reading_is_that_of_the_same_process(child: Child) -> None:
    told: list[tuple[str, int, int]] = []
    reading = read_in_child(REPORT, "a.pdf", child=child, progress=lambda *step: told.append(step))
    assert reading == read_report(REPORT, "a.pdf")
    assert ("pages", 1, 1) in told


def test_errors_cross_with_their_kind_and_their_line(child: Child) -> None:
    with pytest.raises(EmptyFile) as empty:
        read_in_child(b"", "a.pdf", child=child)
    assert empty.value.line() == "a.pdf: the file is empty: it has no bytes"
    with pytest.raises(UnreadableFile, match="cut off"):
        read_in_child(REPORT[:500], "a.pdf", child=child)
    with pytest.raises(NoProblems):
        read_in_child(pdf(lines("no problem in it")), "a.pdf", child=child)
    assert read_in_child(REPORT, "a.pdf", child=child).problems


def test_a_file_that_takes_too_long_is_stopped_and_the_next_is_read(child: Child) -> None:
    with pytest.raises(TooLarge, match="takes longer than"):
        read_in_child(REPORT, "a.pdf", child=child, timeout=0.001)
    assert not child.running
    assert read_in_child(REPORT, "a.pdf", child=child).problems


def test_a_large_file_is_given_more_time_but_not_without_end() -> None:
    small, large, huge = (time_for(size * 2**20, 300) for size in (1, 6, 190))
    assert small == 300 < large < huge == 600
    assert time_for(190 * 2**20, 5) == 5


def test_a_reading_is_cancelled_from_another_thread(child: Child) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        read_in_child(REPORT, "a.pdf", child=child, cancel=stop)


def test_a_child_that_dies_is_an_error_of_one_line(child: Child) -> None:
    child.warm()
    process = child._process
    assert process is not None
    killer = threading.Timer(0.05, os.kill, (process.pid, signal.SIGSEGV))
    killer.start()
    with pytest.raises(UnreadableFile, match="crash"):
        read_in_child(REPORT * 1, "a.pdf", child=child)
    killer.join()


def test_a_file_that_wants_more_memory_than_allowed() -> None:
    text = b"PBI000000123400: Title\n" + b"words and words " * 4_000_000
    with Child(memory_mb=150) as small, pytest.raises(IngestError) as caught:
        read_in_child(text, "a.txt", child=small)
    assert "150 MB" in caught.value.line()


def test_the_child_is_told_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PBI_OIDC_CLIENT_SECRET", "secret-for-the-parent")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-for-the-parent")
    with Child() as child:
        read_in_child(REPORT, "a.pdf", child=child)  # by now it runs, with what it was given
        assert child._process is not None
        held = Path(f"/proc/{child._process.pid}/environ").read_bytes()
    assert b"PYTHONPATH" in held
    assert b"secret-for-the-parent" not in held


def test_many_files_keep_their_order_and_their_errors() -> None:
    files = [("a.pdf", REPORT), ("b.pdf", b""), ("c.pdf", REPORT[:300]), ("d.pdf", REPORT)]
    found = list(read_many([(name, partial(bytes, data)) for name, data in files]))
    assert [name for name, _ in found] == [name for name, _ in files]
    kinds = [type(result) for _, result in found]
    assert kinds == [Reading, EmptyFile, UnreadableFile, Reading]


def test_any_executor_will_do() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        found = list(
            read_many([("a.pdf", lambda: REPORT), ("b.pdf", lambda: b"")], executor=executor)
        )
    assert [type(result) for _, result in found] == [Reading, EmptyFile]


def test_no_process_is_left_behind(tmp_path: Path) -> None:
    child = Child()
    child.warm()
    process = child._process
    assert process is not None
    child.close()
    time.sleep(0.05)
    assert process.poll() is not None
    assert not child.running
