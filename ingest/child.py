"""Reading in a process of its own, with limits on time and memory, so that no file takes the
caller down.

The parent speaks to `python -m ingest.child` over pipes: a line of JSON and the bytes go in,
lines of JSON come out (progress, then the reading, problem by problem, or the error). Nothing is
unpickled: what comes from a process that has read a hostile file is data. A child that stays is
warm: the second file does not pay for loading the libraries again.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import queue
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from ingest import errors
from ingest.errors import IngestError, TooLarge, UnreadableFile
from ingest.limits import MEGABYTE, hold_to
from ingest.progress import Progress
from ingest.records import ProblemReading, Reading
from ingest.share import allow, usable_processors

TIMEOUT = 300.0
"""Seconds of wall clock that one file may take; OCR of a long scan needs the most."""

MEMORY_MB = 1024
"""Megabytes of memory that a child may hold."""

_TICK = 0.2
_FILES_PER_CHILD = 200
_IDLE_SECONDS = 60.0
_MOST_IDLE = 2
_MOST_PROCESSES = 4
_PER_MEGABYTE = 30.0
_MOST_MORE = 300.0
_PROBLEM = b"problem "
"""What a line with one problem of the reading begins with; all other lines are JSON."""

_IN_MEMORY = 8 * MEGABYTE
"""What is told of more problems waits in a file without a name."""

_LARGE = 2_000
"""A child that has read more problems than these is ended: it would go on holding their room."""

_ERRORS: dict[str, type[IngestError]] = {
    name: kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, IngestError)
}


_OURS = ("PBI_", "STREAMLIT_", "AWS_")
"""Settings of the product and of what it stands on: none of them is for reading."""


def time_for(size: int, seconds: float) -> float:
    """Seconds of wall clock for a file of so many bytes: more for a large one.

    Args:
        seconds: for a file of usual size. Less than a minute is a limit that somebody means.
    """
    if seconds < 60:
        return seconds
    return seconds + min(_MOST_MORE, _PER_MEGABYTE * max(0.0, size / MEGABYTE - 2))


class Cancelled(IngestError):
    """The caller asked for the reading to stop."""


class Child:
    """One process that reads files one after another. Start it by reading; close it after.

    Not for use by two threads at once.
    """

    def __init__(self, *, memory_mb: int = MEMORY_MB) -> None:
        self.memory_mb = memory_mb
        self._process: subprocess.Popen[bytes] | None = None
        self._files = 0

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def running(self) -> bool:
        """The process has been started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def warm(self) -> None:
        """Starts the process, which then loads what reading needs; does not wait for it."""
        if self.running:
            return
        self.close()
        home = str(Path(__file__).resolve().parent.parent)
        path = os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH"))))
        environment = {
            # Whoever reads what came from outside is told no password and no key.
            **{name: value for name, value in os.environ.items() if not name.startswith(_OURS)},
            "PYTHONPATH": path,
            # Each thread of these would reserve memory that the limit counts.
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_THREAD_LIMIT": "1",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ingest.child", str(self.memory_mb)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # Ctrl-C in the terminal goes to the parent alone
        )
        self._files = 0

    def close(self) -> None:
        """Ends the process, at once."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # Tesseract may run below it
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()

    def read(
        self,
        data: bytes,
        name: str,
        *,
        timeout: float = TIMEOUT,
        progress: Progress | None = None,
        cancel: threading.Event | None = None,
    ) -> Reading:
        """What the file states; see `read_in_child`."""
        if self._files >= _FILES_PER_CHILD:
            self.close()
        self.warm()
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        self._files += 1
        ended = False
        problems = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed below
        timeout = time_for(len(data), timeout)
        deadline = time.monotonic() + timeout
        try:
            request = {"name": name, "size": len(data), "seconds": timeout}
            with suppress(BrokenPipeError):  # the reason is told from how the process ended
                process.stdin.write(json.dumps(request).encode() + b"\n")
                process.stdin.write(data)
                process.stdin.flush()
            for line in _messages(process.stdout, deadline, cancel):
                if line.startswith(_PROBLEM):
                    problems.write(line[len(_PROBLEM) :] + b"\n")
                    continue
                message = json.loads(line)
                if message["kind"] == "progress":
                    if progress is not None:
                        progress(message["stage"], message["done"], message["total"])
                    continue
                ended = True
                if message.get("large"):
                    self.close()  # before room is made here for what it holds there
                return _outcome(message, problems)
            raise _ended(process, self.memory_mb, timeout, name)
        except TimeoutError:
            raise TooLarge(
                f"reading takes longer than {timeout:g} seconds and was stopped", source=name
            ) from None
        except InterruptedError:
            raise Cancelled("reading was cancelled", source=name) from None
        finally:
            problems.close()
            if not ended:
                self.close()


class _Idle:
    """Children between two files. Each is ended when nobody has asked for it for a while."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._children: list[Child] = []
        self._timer: threading.Timer | None = None
        atexit.register(self.close)

    def take(self, memory_mb: int) -> Child:
        """A warm child with that limit where there is one, else a new one."""
        with self._lock:
            for child in self._children:
                if child.memory_mb == memory_mb:
                    self._children.remove(child)
                    return child
        return Child(memory_mb=memory_mb)

    def give_back(self, child: Child) -> None:
        """Keeps the child for the next file, for a while."""
        with self._lock:
            if child.running and len(self._children) < _MOST_IDLE:
                self._children.append(child)
                child = Child()
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(_IDLE_SECONDS, self.close)
            self._timer.daemon = True
            self._timer.start()
        child.close()

    def close(self) -> None:
        """Ends all that are idle."""
        with self._lock:
            children, self._children = self._children, []
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        for child in children:
            child.close()


_IDLE = _Idle()


def _messages(
    stream: IO[bytes], deadline: float, cancel: threading.Event | None
) -> Iterator[bytes]:
    """Lines until the stream ends; TimeoutError, InterruptedError as they come."""
    held = b""
    descriptor = stream.fileno()
    while True:
        if cancel is not None and cancel.is_set():
            raise InterruptedError
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        ready, _, _ = select.select([descriptor], [], [], min(_TICK, left))
        if not ready:
            continue
        chunk = os.read(descriptor, 1 << 20)
        if not chunk:
            return
        *lines, held = (held + chunk).split(b"\n")
        yield from lines


def _outcome(message: dict[str, Any], problems: IO[bytes]) -> Reading:
    if message["kind"] == "reading":
        problems.seek(0)
        held = tuple(ProblemReading.model_validate_json(line) for line in problems)
        return Reading.model_validate({**message["reading"], "problems": held})
    kind = _ERRORS.get(message["error"], UnreadableFile)
    raise kind(message["message"], source=message["source"], page=message["page"])


def _ended(
    process: subprocess.Popen[bytes], memory_mb: int, timeout: float, name: str
) -> IngestError:
    """The error for a process that ended without a word."""
    try:
        code = process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        code = -signal.SIGKILL
    if code == -signal.SIGXCPU:
        return TooLarge(f"reading takes more than {timeout:g} seconds of work", source=name)
    if code == -signal.SIGKILL:
        return TooLarge(
            f"reading was stopped by the system, most likely for its memory (limit {memory_mb} MB)",
            source=name,
        )
    return UnreadableFile(
        "the file makes its reader crash; it is damaged, or needs more than "
        f"{memory_mb} MB to read",
        source=name,
    )


def read_in_child(
    data: bytes,
    name: str,
    *,
    timeout: float = TIMEOUT,
    memory_mb: int = MEMORY_MB,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
    child: Child | None = None,
) -> Reading:
    """`ingest.read.read_report` in a process of its own.

    Args:
        data: the bytes as uploaded.
        name: the name that the file was given.
        timeout: seconds on the wall clock, and of processor time.
        memory_mb: what the process may hold; not used where `child` is given.
        progress: called in this process with what the child tells.
        cancel: stops the reading once it is set.
        child: the child to use; None: one that an earlier call left warm, or a new one.
    Raises:
        IngestError: as `read_report` raises it; TooLarge over a limit; Cancelled.
    """
    if child is not None:
        return child.read(data, name, timeout=timeout, progress=progress, cancel=cancel)
    own = _IDLE.take(memory_mb)
    try:
        return own.read(data, name, timeout=timeout, progress=progress, cancel=cancel)
    finally:
        _IDLE.give_back(own)


class ChildPool:
    """Some warm children, for many files. Use as a context manager."""

    def __init__(self, workers: int = 2, *, memory_mb: int = MEMORY_MB) -> None:
        self._children: queue.SimpleQueue[Child] = queue.SimpleQueue()
        self._all = [Child(memory_mb=memory_mb) for _ in range(workers)]
        for child in self._all:
            self._children.put(child)
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="reading")

    def __enter__(self) -> ChildPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def warm(self) -> None:
        """Starts all children now, so that the first file does not wait."""
        for child in self._all:
            child.warm()

    def submit(
        self,
        data: bytes,
        name: str,
        *,
        timeout: float = TIMEOUT,
        progress: Progress | None = None,
        cancel: threading.Event | None = None,
    ) -> Future[Reading]:
        """Reads the file as soon as a child is free; the future holds the reading or the error."""
        return self._threads.submit(self._read, data, name, timeout, progress, cancel)

    def _read(
        self,
        data: bytes,
        name: str,
        timeout: float,
        progress: Progress | None,
        cancel: threading.Event | None,
    ) -> Reading:
        child = self._children.get()
        try:
            return child.read(data, name, timeout=timeout, progress=progress, cancel=cancel)
        finally:
            self._children.put(child)

    def close(self) -> None:
        """Ends all children; readings that have not begun are dropped."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for child in self._all:
            child.close()


def read_quietly(data: bytes, name: str) -> Reading | IngestError:
    """A reading, or the error as a value: a task for any executor, local or on a cluster."""
    from ingest.read import read_report

    try:
        return read_report(data, name)
    except IngestError as error:
        error.source = error.source or name
        return error


def read_many(
    files: Iterable[tuple[str, Callable[[], bytes]]],
    *,
    executor: Executor | None = None,
    workers: int = 2,
    timeout: float = TIMEOUT,
) -> Iterator[tuple[str, Reading | IngestError]]:
    """Each file's name with its reading or its error, in the order given.

    Args:
        files: names, each with a function that gives the bytes; called shortly before its turn.
        executor: where to read; its workers must be able to import this package. None: children
            of this process, held to limits.
        workers: how many children, where no executor is given.
        timeout: seconds for one file, where no executor is given.
    """
    pool = ChildPool(workers) if executor is None else None
    waiting: queue.SimpleQueue[tuple[str, Future[Any]]] = queue.SimpleQueue()
    ahead = 2 * workers
    count = 0
    try:
        for name, load in files:
            waiting.put((name, _submitted(pool, executor, name, load, timeout)))
            count += 1
            if count > ahead:
                yield _result(*waiting.get())
                count -= 1
        while count:
            yield _result(*waiting.get())
            count -= 1
    finally:
        if pool is not None:
            pool.close()


def _submitted(
    pool: ChildPool | None,
    executor: Executor | None,
    name: str,
    load: Callable[[], bytes],
    timeout: float,
) -> Future[Any]:
    try:
        data = load()
    except IngestError as error:
        failed: Future[Any] = Future()
        failed.set_exception(error)
        return failed
    if pool is not None:
        return pool.submit(data, name, timeout=timeout)
    assert executor is not None
    return executor.submit(read_quietly, data, name)


def _result(name: str, future: Future[Any]) -> tuple[str, Reading | IngestError]:
    try:
        return name, future.result()
    except IngestError as error:
        return name, error
    except (OSError, RuntimeError) as error:  # a worker died, or the cluster went away
        return name, UnreadableFile(f"the worker that read it was lost ({error})", source=name)


def main() -> int:
    """Reads requests from stdin until it ends. The first argument is the limit on memory in MB."""
    memory_mb = int(sys.argv[1]) if len(sys.argv) > 1 else MEMORY_MB
    hold_to(memory_mb=memory_mb)
    allow(min(_MOST_PROCESSES, usable_processors()), memory_mb)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that a library prints may get between the messages
    _load_libraries()
    # Reading makes many objects and hardly a cycle: to look for garbage is an eighth of its time.
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    source = sys.stdin.buffer
    while line := source.readline():
        request = json.loads(line)
        data = source.read(request["size"])
        _answer(request, data, out)
        del data
    return 0


def _load_libraries() -> None:
    with suppress(ImportError):
        import ingest.pdf
        import ingest.read  # noqa: F401


def _answer(request: dict[str, Any], data: bytes, out: IO[bytes]) -> None:
    name = request["name"]
    hold_to(more_seconds=request["seconds"])

    def say(message: dict[str, Any]) -> None:
        out.write(json.dumps(message).encode() + b"\n")
        out.flush()

    def hand_over(reading: Reading) -> None:
        # Problem by problem: as one text a long report would take its place in memory again.
        large = len(reading.problems) > _LARGE
        if large:
            gc.collect()  # the document, before the caller makes room for what it said
        for problem in reading.problems:
            out.write(_PROBLEM + problem.model_dump_json().encode() + b"\n")
        rest = reading.model_dump(mode="json", exclude={"problems"})
        say({"kind": "reading", "reading": rest, "large": large})

    last = 0.0

    def progress(stage: str, done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if done == total or now - last > 0.1:
            last = now
            say({"kind": "progress", "stage": stage, "done": done, "total": total})

    try:
        hand_over(_read(data, name, progress))
    except IngestError as error:
        kind = type(error).__name__
        source = error.source or name
        say(_failure(kind, error.message, source, error.page))
    except RecursionError:
        say(_failure("UnreadableFile", "the file is nested too deeply to read", name, None))
    except Exception as error:
        if _out_of_memory(error):
            memory = f"the file needs more memory to read than the limit of {_limit_mb()} MB"
            say(_failure("TooLarge", memory, name, None))
        else:
            told = f"the file cannot be read: {type(error).__name__}: {str(error)[:200]}"
            say(_failure("UnreadableFile", " ".join(told.split()), name, None))


def _out_of_memory(error: Exception) -> bool:
    """Whether the limit on memory is the cause: a library may fail to load as well as to fill."""
    words = str(error)
    return (
        isinstance(error, MemoryError)
        or "failed to map segment" in words
        or "annot allocate memory" in words
    )


def _read(data: bytes, name: str, progress: Progress) -> Reading:
    from ingest.documents import open_document
    from ingest.read import read_document

    with errors.reading(name):
        document = open_document(data, name, progress=progress)
        progress("records", 0, 1)
        read = read_document(document)
        progress("records", 1, 1)
        return read


def _failure(kind: str, message: str, source: str, page: int | None) -> dict[str, Any]:
    return {"kind": "error", "error": kind, "message": message, "source": source, "page": page}


def _limit_mb() -> int:
    import resource

    return resource.getrlimit(resource.RLIMIT_DATA)[0] // MEGABYTE


if __name__ == "__main__":
    raise SystemExit(main())
