"""The vector index kept up with the records by a thread, while more reports are read and taken in.

Reading is other processes' work and encoding that of a library which lets the interpreter go, so
the two share the processors. Nothing is ever due twice, and nothing is lost where it fails: what
the thread leaves undone waits in the outbox for the next to come.
"""

from __future__ import annotations

import logging
from threading import Event, Thread
from types import TracebackType
from typing import TYPE_CHECKING

from kb.errors import EncoderUnavailable, IndexUnavailable, NotAllowed

if TYPE_CHECKING:
    from kb.base import KnowledgeBase, Progress

log = logging.getLogger(__name__)


class Follower:
    """Brings the index up to date each time that it is told of new records. A context manager."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self._due = Event()
        self._ended = self._left = False
        self._watched: Progress | None = None
        self._thread: Thread | None = None

    def __enter__(self) -> Follower:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Whoever leaves early does not wait for more than the batch that is being encoded.
        self._left = True
        self._end()

    def tell(self) -> None:
        """New records are published; does not wait for anything."""
        self._due.set()
        if self._thread is None:
            self._thread = Thread(target=self._follow, name="vectors", daemon=True)
            self._thread.start()

    def finish(self, progress: Progress) -> None:
        """Returns once the index is up to date.

        Raises:
            IndexUnavailable, EncoderUnavailable: as `KnowledgeBase.catch_up`.
        """
        self._watched = progress
        self._end()
        if not self._kb.catch_up(progress):
            progress("indexing", 1, 1)  # all was done before anybody watched

    def _end(self) -> None:
        self._ended = True
        self._due.set()
        if self._thread is not None:
            self._thread.join()

    def _follow(self) -> None:
        while True:
            self._due.wait()
            self._due.clear()
            if self._ended:
                return
            try:
                self._kb.catch_up(self._told)
            except _LeftError:
                return
            except (IndexUnavailable, EncoderUnavailable, NotAllowed):
                return  # told to whoever waits for the index in the end
            except Exception:
                log.exception("the vectors could not follow")
                return

    def _told(self, stage: str, done: int, total: int, /) -> None:
        if self._left:
            raise _LeftError
        if self._watched is not None:
            self._watched(stage, done, total)


class _LeftError(Exception):
    """Nobody waits for the index any more."""
