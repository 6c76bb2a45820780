"""The embedded engine: one file, opened so that a published report survives a power cut."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text

from kb.database import BRIEF_MS

BUSY_MS = 15_000
"""How long a writer waits for another process's transaction, in milliseconds."""


class Sqlite:
    """What is particular to SQLite; see `kb.database.Engine` for what each part is for."""

    embedded = True
    reading: Mapping[str, Any] = {}

    def __init__(self, url: URL) -> None:
        self.url = url
        self.name = url.render_as_string()

    def engine(self) -> Engine:
        """Connections that open no transaction of their own."""
        if self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        # A connection a person at once, and some to spare: SQLite's cost a few kilobytes each.
        engine = create_engine(self.url, pool_size=16, max_overflow=64)
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
        return engine

    @contextmanager
    def brief(self, connection: Connection) -> Iterator[None]:
        """A power cut may take such a transaction; a crash of the process does not."""
        driver: Any = connection.connection.driver_connection
        driver.execute(f"PRAGMA busy_timeout = {BRIEF_MS}")
        driver.execute("PRAGMA synchronous = NORMAL")
        try:
            yield
        finally:
            driver.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
            driver.execute("PRAGMA synchronous = FULL")

    def tidy(self, engine: Engine) -> None:
        """Leaves no removed text in the write-ahead log. Readers may delay it: no error then."""
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as plain:
            plain.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))

    def reason(self, error: Exception) -> str:
        """What went wrong, in one line."""
        said = str(getattr(error, "orig", None) or error).splitlines()[0]
        if "malformed" in said or "not a database" in said:
            return f"{self.name} is damaged ({said}): restore the last backup, or start afresh"
        if "locked" in said:
            return f"{self.name} is busy: another process has been writing for {BUSY_MS // 1000} s"
        if "readonly" in said or "read-only" in said or "unable to open" in said:
            return f"{self.name} cannot be written ({said}): check the folder and its permissions"
        if "disk is full" in said or "No space left" in said:
            return f"{self.name}: the disk is full; nothing was changed"
        return f"{self.name}: {said}"


def _prepare(connection: Any, _record: object) -> None:
    # The driver must not open transactions of its own: _begin does.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {BUSY_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",  # a published report survives a power cut
        "foreign_keys = ON",
        "secure_delete = ON",  # what is removed is overwritten
        "cache_size = -65536",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # A deferred transaction that turns into a writer fails at once when another wrote meanwhile.
    writes = connection.get_execution_options().get("pbi_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
