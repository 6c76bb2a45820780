"""One engine: how the database is opened, migrated, and written to in one transaction at a time."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import RLock
from typing import Any, Protocol

from sqlalchemy import Connection, make_url, select, text
from sqlalchemy import Engine as Connections
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from kb.errors import SchemaTooNew, StoreUnavailable
from kb.tables import SCHEMA, meta

log = logging.getLogger(__name__)


BRIEF_MS = 100
"""How long a small write that nobody should wait for does."""


class Engine(Protocol):
    """What differs from one database system to another.

    Attributes:
        name: the database, as it is named to people; without a password.
        embedded: it is one file, of which one process at a time is a writer.
        reading: execution options of a transaction that sees one state and changes nothing.
    """

    name: str
    embedded: bool

    @property
    def reading(self) -> Mapping[str, Any]: ...  # noqa: D102

    def engine(self) -> Connections:
        """A pool of connections, whose option `pbi_write` makes the transaction a writer's."""

    def brief(self, connection: Connection) -> AbstractContextManager[None]:
        """Within it a transaction waits for nobody, and its end not for the disk."""

    def tidy(self, engine: Connections) -> None:
        """Lets go of what was removed."""

    def reason(self, error: Exception) -> str:
        """What went wrong, in one line for a person."""


def make_engine(url: str) -> Engine:
    """The engine that a URL names. Raises StoreUnavailable for one that names none of ours."""
    try:
        found = make_url(url.replace("postgres://", "postgresql://", 1))
    except ArgumentError as error:  # the URL is not shown: who knows what stands in it
        raise StoreUnavailable(
            "PBI_DATABASE_URL is no database URL (sqlite:////path/to/file, or "
            "postgresql://user:password@host/database)"
        ) from error
    match found.get_backend_name():
        case "sqlite":
            from kb.sqlite import Sqlite

            return Sqlite(found)
        case "postgresql":
            from kb.postgresql import Postgresql

            return Postgresql(found)
        case other:
            raise StoreUnavailable(
                f"PBI_DATABASE_URL names {other}: records are kept in SQLite "
                "(sqlite:////path/to/file) or PostgreSQL (postgresql://user:password@host/database)"
            )


def embedded(url: str) -> bool:
    """Whether a URL names a file. Raises StoreUnavailable for one that is none of ours."""
    return make_engine(url).embedded


class Database:
    """Connections to one database; safe to share between threads.

    Raises:
        StoreUnavailable: it cannot be opened, or is damaged.
        SchemaTooNew: a newer release wrote it.
    """

    def __init__(self, url: str) -> None:
        self._kind = make_engine(url)
        self._writing = RLock()
        with self._explained():
            self.engine = self._kind.engine()
            self._readers = self.engine.execution_options(**self._kind.reading)
            try:
                self._migrate()
            except BaseException:
                self.engine.dispose()
                raise

    @property
    def name(self) -> str:
        """The database as it is named to people."""
        return self._kind.name

    @property
    def sqlite(self) -> bool:
        """Embedded, in one file."""
        return self._kind.embedded

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one state of the database throughout."""
        with self._explained(), self._readers.connect() as connection, connection.begin():
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
    def beside(self) -> Iterator[Connection]:
        """A write of rows that stand apart from reports and answers.

        On a server it waits for no other writer but those of the same rows, and sees what each
        left behind.
        """
        turn = self._writing if self.sqlite else nullcontext()
        with turn, self._explained(), self.engine.connect() as plain:
            connection = plain.execution_options(pbi_write="beside")
            with connection.begin():
                yield connection

    @contextmanager
    def brief(self) -> Iterator[Connection]:
        """A small write that nobody should wait for: it gives up at once where another writes.

        It lasts through a crash of the process; a power cut may take the last of them.

        Raises:
            StoreUnavailable: the database is busy, or refuses.
        """
        with self._hurried(), self._explained(), self.engine.connect() as plain:
            connection = plain.execution_options(pbi_write="brief")
            with self._kind.brief(connection), connection.begin():
                yield connection

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
        """Leaves no removed text in logs or dead rows, as far as that is in our hands."""
        with self._explained():
            self._kind.tidy(self.engine)

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
    def _hurried(self) -> Iterator[None]:
        """This process's turn to write to a file; a server needs no turns for small writes."""
        if not self.sqlite:
            yield
            return
        if not self._writing.acquire(timeout=BRIEF_MS / 1000):
            raise StoreUnavailable(f"{self.name} is busy")
        try:
            yield
        finally:
            self._writing.release()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            raise StoreUnavailable(self._kind.reason(error)) from error


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
