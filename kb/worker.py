"""A process that reads uploads: takes jobs until it is told to stop."""

from __future__ import annotations

import logging
import os
import time
import uuid
from threading import Event, Thread
from typing import TYPE_CHECKING

from kb import jobs
from kb.errors import EncoderUnavailable, IndexUnavailable, KBError

if TYPE_CHECKING:
    from kb.base import KnowledgeBase

log = logging.getLogger(__name__)

POLL = 1.0
"""Seconds between two looks for a job; also after the database could not be reached."""
SIGNS = 5.0
"""Seconds between signs of life."""


class Worker:
    """Reads jobs, several at the same time, each in a process of its own.

    Args:
        readers: how many at a time.
        grace: seconds in which a job may end after `stop`; then it is handed back.
    """

    def __init__(self, kb: KnowledgeBase, *, readers: int = 1, grace: float = 8.0) -> None:
        self._kb = kb
        self._readers = readers
        self._grace = grace
        self._runners: set[str] = set()
        self._stopping, self._abandon, self._ended = Event(), Event(), Event()
        self._done = 0

    def stop(self) -> None:
        """Takes no more jobs. May be called from a signal handler."""
        self._stopping.set()

    def work(self, *, once: bool = False) -> int:
        """Reads until `stop`, or with `once` until nothing waits; returns how many were read."""
        life = Thread(target=self._live, daemon=True)
        readers = [Thread(target=self._read, args=(once,)) for _ in range(self._readers)]
        for thread in (life, *readers):
            thread.start()
        # In steps: a signal is only heard between two.
        while any(thread.is_alive() for thread in readers) and not self._stopping.is_set():
            self._stopping.wait(0.2)
        until = time.monotonic() + self._grace
        for thread in readers:
            thread.join(max(until - time.monotonic(), 0.0))
        self._abandon.set()
        for thread in readers:
            thread.join()
        self._ended.set()
        life.join()
        return self._done

    def _read(self, once: bool) -> None:
        while not self._stopping.is_set():
            # A name for each job: one that is let go of for a fault gets no more signs of life.
            runner = f"{os.getpid()} {uuid.uuid4().hex}"
            self._runners.add(runner)
            try:
                found = self._read_one(runner)
            except KBError as error:
                log.warning("%s", error)
                found = False
            except Exception:
                log.exception("a fault of ours; the next file is looked at")
                found = False
            finally:
                self._runners.discard(runner)
            if not found:
                if once:
                    return
                self._stopping.wait(POLL)

    def _read_one(self, runner: str) -> bool:
        jobs.give_back(self._kb)
        one = jobs.take(self._kb, runner)
        if one is None:
            return False
        jobs.read(self._kb, one, runner, self._abandon)
        self._done += 1
        self._index()
        return True

    def _index(self) -> None:
        """Encodes what is new here rather than with the first question; a server's index only."""
        if self._kb.settings.chroma_url is None or self._stopping.is_set():
            return
        try:
            self._kb.catch_up()
        except (IndexUnavailable, EncoderUnavailable) as error:
            log.warning("the vectors follow later: %s", error)

    def _live(self) -> None:
        while not self._ended.wait(SIGNS):
            for runner in list(self._runners):
                try:
                    jobs.sign_of_life(self._kb, runner)
                except KBError as error:
                    log.warning("no sign of life was given: %s", error)
