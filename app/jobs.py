"""Files on their way in: one job each, read behind the page, so that a refreshed page loses none.

The jobs belong to the server and not to a visitor's session; what they have made is in the
knowledge base, as drafts or published reports, whatever becomes of the list.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING

import streamlit as st

from ingest.child import Cancelled
from kb.results import IngestResult, IngestStatus

if TYPE_CHECKING:
    from kb.base import KnowledgeBase

log = logging.getLogger(__name__)

WORKERS = 2
"""Files read at the same time; each has a process of its own."""

OUTCOMES: dict[IngestStatus, str] = {
    IngestStatus.PUBLISHED: "Published",
    IngestStatus.DRAFT: "Ready to review",
    IngestStatus.DUPLICATE: "Loaded before",
    IngestStatus.REFUSED: "Refused",
}
"""What became of a file, in words."""

_FAULT = "could not be read because of a fault of ours, which has been logged; nothing was kept"


@dataclass
class Job:
    """One file. `result` is None until it is done.

    Attributes:
        stage, done, total: what is being done, and how many of its steps.
        started, ended: seconds of a clock that only goes forward.
    """

    number: int
    name: str
    digest: str
    size: int
    stage: str = "waiting"
    done: int = 0
    total: int = 0
    started: float = field(default_factory=time.monotonic)
    ended: float | None = None
    result: IngestResult | None = None
    cancelled: bool = False

    @property
    def running(self) -> bool:
        """It is not done yet."""
        return self.result is None

    @property
    def share(self) -> float:
        """How far it is, from 0 to 1."""
        return min(self.done / self.total, 1.0) if self.total else 0.0

    def seconds(self) -> float:
        """How long it has taken."""
        return (self.ended or time.monotonic()) - self.started


class Jobs:
    """The jobs of one server, oldest first."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="reading")
        self._lock = Lock()
        self._numbers = count()
        self._jobs: dict[int, Job] = {}
        self._futures: list[Future[None]] = []

    def add(self, kb: KnowledgeBase, data: bytes, name: str, *, draft: bool) -> Job:
        """Start to read a file. The same bytes under the same name are one job while it runs."""
        digest = sha256(data).hexdigest()
        with self._lock:
            for job in self._jobs.values():
                if job.running and (job.digest, job.name) == (digest, name):
                    return job
            job = Job(next(self._numbers), name, digest, len(data))
            self._jobs[job.number] = job
            self._futures.append(self._threads.submit(self._run, job, kb, data, draft))
        return job

    def all(self) -> list[Job]:
        """Every job that was not cleared away."""
        with self._lock:
            return list(self._jobs.values())

    def running(self) -> bool:
        """Some job is not done yet."""
        return any(job.running for job in self.all())

    def cancel(self, number: int) -> None:
        """Stop a job at its next step; nothing of the file is kept."""
        with self._lock:
            if number in self._jobs:
                self._jobs[number].cancelled = True

    def clear(self) -> None:
        """Forget the jobs that are done; what they made stays."""
        with self._lock:
            self._jobs = {n: job for n, job in self._jobs.items() if job.running}
            self._futures = [one for one in self._futures if not one.done()]

    def settle(self, seconds: float | None = None) -> None:
        """Wait until every job is done."""
        with self._lock:
            pending = list(self._futures)
        wait(pending, timeout=seconds)

    def _run(self, job: Job, kb: KnowledgeBase, data: bytes, draft: bool) -> None:
        try:
            progress = _reporter(job)
            progress("opening", 0, 0)
            result = kb.ingest(data, job.name, draft=draft, progress=progress)
        except Cancelled:
            result = _refused(job, "was cancelled; nothing was kept")
        except Exception:
            log.exception("reading %s failed", job.name)
            result = _refused(job, _FAULT)
        job.ended = time.monotonic()
        job.result = result


def _reporter(job: Job) -> Callable[[str, int, int], None]:
    def report(stage: str, done: int, total: int) -> None:
        job.stage, job.done, job.total = stage, done, total
        if job.cancelled:
            raise Cancelled("reading was cancelled", source=job.name)

    return report


def _refused(job: Job, why: str) -> IngestResult:
    return IngestResult(status=IngestStatus.REFUSED, file=job.name, message=f"{job.name}: {why}")


@st.cache_resource(show_spinner=False)
def jobs() -> Jobs:
    """The jobs of this server."""
    return Jobs()
