"""The server engine: one database for any number of processes and machines.

Whoever writes waits for one advisory lock, as SQLite's writers wait for the file; readers see one
state of the database and wait for nobody.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from socket import gethostname
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text

from kb.database import BRIEF_MS
from kb.errors import StoreUnavailable

BUSY_MS = 15_000
"""How long a writer waits for another's transaction, in milliseconds."""
STATEMENT_MS = 120_000
"""How long one statement may take, in milliseconds; migrating and tidying may take longer."""
IDLE_MS = 120_000
"""A transaction that says nothing for so long has lost its process: it is rolled back."""

LOCK = 0x5042_4931
"""The advisory lock of all writers: "PBI1"."""

# Idle connections are kept for a few people at once. All processes together must stay under the
# server's max_connections, which is 100 where nobody changed it.
_KEPT, _MORE = 5, 15

_CONNECTING = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}

_REASONS = (
    # By SQLSTATE, or by words where the server could not be asked; the first that fits.
    ("28P01", "password authentication failed", "refuses the password or the user"),
    ("28000", "no pg_hba.conf entry", "lets no such user in from here: see its pg_hba.conf"),
    ("28000", "role ", "knows no such user"),
    ("3D000", "does not exist", "has no database of that name: create it (createdb)"),
    ("53300", "too many clients", "has no connection left: raise its max_connections"),
    ("53300", "remaining connection slots", "has no connection left: raise its max_connections"),
    ("53100", "No space left on device", "has a full disk; nothing was changed"),
    ("57P03", "starting up", "is starting up: try again in a moment"),
    ("57P03", "shutting down", "is shutting down"),
    ("57P01", "terminating connection", "closed the connection; nothing was changed"),
    ("55P03", "lock timeout", f"is busy: another process has been writing for {BUSY_MS // 1000} s"),
    ("57014", "statement timeout", f"took more than {STATEMENT_MS // 1000} s over one statement"),
    ("25006", "read-only transaction", "is read-only (a standby?): name the primary server"),
    ("42501", "permission denied", "does not let this user make or change our tables"),
    (None, "Connection refused", "does not answer: is the server running?"),
    (None, "could not translate host name", "cannot be found: check the host's name"),
    (None, "failed to resolve host", "cannot be found: check the host's name"),
    (None, "timeout expired", "does not answer: is the server running?"),
    (None, "No such file or directory", "does not answer: is the server running?"),
    (None, "QueuePool limit", "is asked for more at once than one process may: try again"),
    (None, "server closed the connection", "closed the connection; nothing was changed"),
    (None, "connection is lost", "closed the connection; nothing was changed"),
)


class Postgresql:
    """What is particular to PostgreSQL; see `kb.database.Engine` for what each part is for."""

    embedded = False
    reading: Mapping[str, Any] = {
        "isolation_level": "REPEATABLE READ",
        "postgresql_readonly": True,
    }

    def __init__(self, url: URL) -> None:
        self.url = url.set(drivername="postgresql+psycopg")
        where = f"{url.host or 'this machine'}{f':{url.port}' if url.port else ''}"
        # Neither user nor parameters: either may hold a secret.
        self.name = f"PostgreSQL on {where} (database {url.database or 'by default'})"

    def engine(self) -> Engine:
        """Connections that are looked at before each use, so that a restart is not noticed."""
        try:
            engine = create_engine(
                self.url,
                pool_size=_KEPT,
                max_overflow=_MORE,
                pool_pre_ping=True,
                use_native_hstore=False,
                connect_args={
                    **{k: v for k, v in _CONNECTING.items() if k not in self.url.query},
                    # By which a restore sees whether another process has the database open.
                    "application_name": f"pbi {gethostname()[:40]} {os.getpid()}",
                },
            )
        except ImportError as error:
            raise StoreUnavailable(
                "PBI_DATABASE_URL names PostgreSQL, and its driver is not installed: "
                "pip install 'problem-reports[postgres]'"
            ) from error
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
        return engine

    @contextmanager
    def brief(self, connection: Connection) -> Iterator[None]:  # noqa: ARG002
        """Rows are only added: no writer need be waited for. See `_begin`."""
        yield

    def tidy(self, engine: Engine) -> None:
        """Takes removed rows out of the tables' files, where nobody reads them any more."""
        from kb.tables import metadata

        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as plain:
            try:
                plain.execute(text("SET statement_timeout = 0"))
                tables = ["fulltext", "fulltext_size", "fulltext_words", *metadata.tables]
                names = ", ".join(f'"{name}"' for name in tables)
                plain.execute(text(f"VACUUM (SKIP_LOCKED, INDEX_CLEANUP ON) {names}"))
            finally:
                plain.execute(text(f"SET statement_timeout = {STATEMENT_MS}"))

    def reason(self, error: Exception) -> str:
        """What went wrong, in one line, without what the connection was asked with."""
        cause = getattr(error, "orig", None) or error
        state = getattr(cause, "sqlstate", None)
        words = str(cause)
        for code, phrase, reason in _REASONS:
            if (state and state == code) or (not state and phrase in words):
                return f"{self.name} {reason}"
        first = next(iter(words.splitlines()), type(cause).__name__)
        return f"{self.name}: {first}"


def _prepare(connection: Any, _record: object) -> None:
    from psycopg.types.string import StrDumper

    class WithoutNul(StrDumper):
        """PostgreSQL's texts cannot hold the character NUL, and no report means it."""

        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", ""))

    connection.adapters.register_dumper(str, WithoutNul)
    automatic, connection.autocommit = connection.autocommit, True
    connection.execute(
        f"SET lock_timeout = {BUSY_MS}; SET statement_timeout = {STATEMENT_MS}; "
        f"SET idle_in_transaction_session_timeout = {IDLE_MS}; SET timezone = 'UTC'"
    )
    connection.autocommit = automatic


def _begin(connection: Connection) -> None:
    match connection.get_execution_options().get("pbi_write"):
        case "brief":
            connection.exec_driver_sql(
                f"SELECT set_config('lock_timeout', '{BRIEF_MS}', true), "
                "set_config('synchronous_commit', 'off', true)"
            )
        case True:
            # Read committed: what the writer before left must be seen after the wait for it.
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
