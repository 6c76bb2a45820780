"""Who reads what is uploaded: threads of this server, over the jobs of the knowledge base.

With `PBI_READERS=0` there are none, and processes of their own (`pbi work`) read.

What is to be read, how far it is and what became of it is kept there (kb/jobs.py): a page that is
drawn again, another visitor and a server that starts again see the same.
"""

from __future__ import annotations

import logging
import os
import uuid
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

import streamlit as st

from kb import jobs as kept
from kb.errors import KBError
from kb.jobs import Job, JobState

if TYPE_CHECKING:
    from kb.base import KnowledgeBase

log = logging.getLogger(__name__)

SIGNS = 5.0
"""Seconds between signs of life, while something is read."""

OUTCOMES: dict[JobState, str] = {
    JobState.PUBLISHED: "Published",
    JobState.DRAFT: "Ready to review",
    JobState.DUPLICATE: "Loaded before",
    JobState.REFUSED: "Refused",
}
"""What became of a file, in words."""


class Jobs:
    """The reading threads of one server."""

    def __init__(self) -> None:
        self._runner = f"{os.getpid()} {uuid.uuid4().hex}"
        self._threads: ThreadPoolExecutor | None = None
        self._lock = Lock()
        self._futures: dict[int, Future[None]] = {}
        self._living: Thread | None = None

    def add(self, kb: KnowledgeBase, data: bytes, name: str, *, draft: bool) -> Job:
        """Start to read a file. The same bytes under the same name are one job while it runs.

        Raises:
            StoreUnavailable: it cannot be kept.
        """
        job = kept.add(kb, data, name, draft=draft)
        self._start(kb, job)
        return job

    def all(self, kb: KnowledgeBase) -> list[Job]:
        """Every job that was not cleared away; what a server that died left is begun again."""
        kept.give_back(kb)
        found = kept.held(kb)
        for job in found:
            if job.state is JobState.WAITING:
                self._start(kb, job)
        return found

    def settle(self, seconds: float | None = None) -> None:
        """Wait until every job of this server is done."""
        with self._lock:
            pending = list(self._futures.values())
        wait(pending, timeout=seconds)

    def _start(self, kb: KnowledgeBase, job: Job) -> None:
        if not kb.settings.readers:
            return
        with self._lock:
            if self._threads is None:
                # Each file that is read has a process of its own, too.
                self._threads = ThreadPoolExecutor(
                    kb.settings.readers, thread_name_prefix="reading"
                )
            mine = self._futures.get(job.id)
            if mine is not None and not mine.done():
                return
            self._futures = {n: one for n, one in self._futures.items() if not one.done()}
            self._futures[job.id] = self._threads.submit(self._run, kb, job.id)
            if self._living is None or not self._living.is_alive():
                self._living = Thread(target=self._live, args=(kb,), daemon=True)
                self._living.start()

    def _run(self, kb: KnowledgeBase, number: int) -> None:
        try:
            kept.run(kb, number, self._runner)
        except KBError:
            # The database itself failed: the job stays as it is, and is given back in time.
            log.exception("job %d", number)

    def _live(self, kb: KnowledgeBase) -> None:
        """Gives signs of life while anything is read."""
        pause = Event()
        while not pause.wait(SIGNS):
            with self._lock:
                if all(one.done() for one in self._futures.values()):
                    self._living = None
                    return
            try:
                kept.sign_of_life(kb, self._runner)
            except KBError:
                log.exception("no sign of life was given")


@st.cache_resource(show_spinner=False)
def jobs() -> Jobs:
    """The reading threads of this server."""
    return Jobs()
