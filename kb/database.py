"""One engine: how the database is opened, migrated, and written to in one transaction at a time."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, select, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from kb.errors import SchemaTooNew, StoreUnavailable
from kb.tables import SCHEMA, meta

log = logging.getLogger(__name__)

BUSY_MS = 15_000
"""How long a writer waits for another process's transaction, in milliseconds."""

BRIEF_MS = 100
"""How long a small write that nobody should wait for does."""


class Database:
    """Connections to one database; safe to share between threads.

    Raises:
        StoreUnavailable: it cannot be opened, or is damaged.
        SchemaTooNew: a newer release wrote it.
    """

    def __init__(self, url: str) -> None:
        try:
            self.url = make_url(url)
        except ArgumentError as error:  # the URL is not shown: who knows what stands in it
            raise StoreUnavailable(
                "PBI_DATABASE_URL is no database URL (sqlite:////path/to/file)"
            ) from error
        if not self.sqlite:
            raise StoreUnavailable(
                f"PBI_DATABASE_URL names {self.url.get_backend_name()}: this release keeps its "
                "records in SQLite (sqlite:///path/to/file)"
            )
        self._writing = RLock()
        with self._explained():
            if self.sqlite and self.url.database:
                Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
            self.engine = _engine(url)
            self._migrate()

    @property
    def sqlite(self) -> bool:
        """Embedded, in one file."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one state of the database throughout."""
        with self._explained(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self, *, counts: bool = True) -> Iterator[Connection]:
        """One transaction: all of it lasts, or none.

        Args:
            counts: raises the generation; not for what no report and no answer depends on.
        """
        with self._writing, self._explained(), self.engine.connect() as plain:
            connection = plain.execution_options(pbi_write=True)
            with connection.begin():
                yield connection
                if counts:
                    _count_up(connection)

    @contextmanager
    def brief(self) -> Iterator[Connection]:
        """A small write that nobody should wait for: it gives up at once where another writes.

        It lasts through a crash of the process; a power cut may take the last of them.

        Raises:
            StoreUnavailable: the database is busy, or refuses.
        """
        if not self._writing.acquire(timeout=BRIEF_MS / 1000):
            raise StoreUnavailable(f"{self.url.render_as_string()} is busy")
        try:
            with self._explained(), self.engine.connect() as plain:
                connection = plain.execution_options(pbi_write=True)
                driver: Any = connection.connection.driver_connection
                if self.sqlite:
                    driver.execute(f"PRAGMA busy_timeout = {BRIEF_MS}")
                    driver.execute("PRAGMA synchronous = NORMAL")
                try:
                    with connection.begin():
                        yield connection
                finally:
                    if self.sqlite:
                        driver.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
                        driver.execute("PRAGMA synchronous = FULL")
        finally:
            self._writing.release()

    @contextmanager
    def rehearse(self) -> Iterator[Connection]:
        """A transaction of which nothing lasts: to see what a write would change."""
        with self._writing, self._explained(), self.engine.connect() as plain:
            connection = plain.execution_options(pbi_write=True)
            transaction = connection.begin()
            try:
                yield connection
            finally:
                transaction.rollback()

    def generation(self) -> int:
        """A number that every write to the records raises, whichever process wrote."""
        with self.read() as connection:
            return self.generation_of(connection)

    def generation_of(self, connection: Connection) -> int:
        """`generation`, as one connection sees it."""
        value = connection.scalar(select(meta.c.value).where(meta.c.name == "generation"))
        return int(value or 0)

    def schema(self) -> str | None:
        """The revision that the database is at; None for an empty one."""
        with self.engine.connect() as connection:
            return _revision(connection)

    def tidy(self) -> None:
        """Leaves no removed text in the write-ahead log. Readers may delay it: no error then."""
        if self.sqlite:
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as plain:
                plain.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))

    def close(self) -> None:
        """Gives all connections back."""
        self.engine.dispose()

    def _migrate(self) -> None:
        # Alembic takes a third of a second to import: only when there is something to do.
        with self.engine.connect() as connection:
            found = _revision(connection)
        if found == SCHEMA:
            return
        if found is not None and found > SCHEMA:
            raise SchemaTooNew(
                f"the database is at schema {found} and this release knows {SCHEMA}: "
                "install the newer release again, or restore a backup made with this one"
            )
        from kb.migrations.run import upgrade

        log.info("schema %s -> %s", found, SCHEMA)
        with self.engine.connect() as plain:
            connection = plain.execution_options(pbi_write=True)
            with connection.begin():
                # Another process may have done it while this one waited for its turn.
                if _revision(connection) != SCHEMA:
                    upgrade(connection, SCHEMA)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            raise StoreUnavailable(self._reason(error)) from error

    def _reason(self, error: Exception) -> str:
        shown = self.url.render_as_string()
        said = str(getattr(error, "orig", None) or error).splitlines()[0]
        if "malformed" in said or "not a database" in said:
            return f"{shown} is damaged ({said}): restore the last backup, or start afresh"
        if "locked" in said:
            return f"{shown} is busy: another process has been writing for {BUSY_MS // 1000} s"
        if "readonly" in said or "read-only" in said or "unable to open" in said:
            return f"{shown} cannot be written ({said}): check the folder and its permissions"
        if "disk is full" in said or "No space left" in said:
            return f"{shown}: the disk is full; nothing was changed"
        return f"{shown}: {said}"


def _engine(url: str) -> Engine:
    # A connection a person at once, and some to spare: SQLite's cost a few kilobytes each.
    engine = create_engine(url, pool_size=16, max_overflow=64)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    return engine


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


def _revision(connection: Connection) -> str | None:
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    value = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return str(value) if value is not None else None


def _count_up(connection: Connection) -> None:
    raised = connection.execute(
        text("UPDATE meta SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) WHERE name = :n"),
        {"n": "generation"},
    )
    if not raised.rowcount:
        connection.execute(meta.insert().values(name="generation", value="1"))
