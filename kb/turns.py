"""One process at a time brings vectors up to date that several share.

Two at once could take a text out of the index that the other has just put there. An embedded index
has one owner anyway; those on a server take turns by an advisory lock of PostgreSQL, which goes
with the process that holds it, or by a lock file beside a SQLite database.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from kb.database import Database
    from kb.settings import Settings

LOCK = 0x5042_4932
"""The advisory lock of whoever changes the vectors: "PBI2"."""

WAIT = 5.0
"""Seconds that one waits whose question needs what another is just bringing up to date."""
_LOOK = 0.05


class Turns:
    """The turns of one process. Not for two threads at once: the caller sees to that."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._lock_file = settings.data / "vectors.lock"
        self._shared = settings.chroma_url is not None
        self._depth = 0

    @contextmanager
    def taken(self) -> Iterator[bool]:
        """Whether it is this process's turn; False where another's lasts longer than `WAIT`."""
        if self._depth or not self._shared:
            yield True
            return
        with ExitStack() as held:
            mine = self._of_file(held) if self._database.sqlite else self._of_server(held)
            self._depth += mine
            try:
                yield mine
            finally:
                self._depth -= mine

    def _of_file(self, held: ExitStack) -> bool:
        from filelock import FileLock, Timeout

        self._lock_file.parent.mkdir(parents=True, exist_ok=True)
        try:
            held.enter_context(FileLock(self._lock_file).acquire(timeout=WAIT))
        except Timeout:
            return False
        return True

    def _of_server(self, held: ExitStack) -> bool:
        # Of a session and not of a transaction: encoding takes longer than one may idle.
        connection = held.enter_context(
            self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        )
        until = time.monotonic() + WAIT
        while not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK}):
            if time.monotonic() > until:
                return False
            time.sleep(_LOOK)
        held.callback(connection.execute, text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})
        return True
