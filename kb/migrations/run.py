"""Runs the revisions over a connection that is already in a transaction."""

from __future__ import annotations

from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from sqlalchemy import Connection, text

from kb.tables import metadata

SCRIPTS = Path(__file__).parent


def scripts() -> ScriptDirectory:
    """The revisions of this release."""
    return ScriptDirectory(str(SCRIPTS), version_locations=[str(SCRIPTS / "versions")])


def upgrade(connection: Connection, to: str) -> None:
    """Takes the schema forward to revision `to`, within the caller's transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))  # an index may take its time
    directory = scripts()
    context = MigrationContext.configure(
        connection,
        opts={
            "target_metadata": metadata,
            "transactional_ddl": False,  # the caller's transaction holds all of it
            "fn": lambda revision, _context: directory._upgrade_revs(to, revision),
        },
    )
    with Operations.context(context):
        context.run_migrations()
    if connection.dialect.name == "postgresql":
        _by_code_point(connection)


def _by_code_point(connection: Connection) -> None:
    """Texts are compared and sorted as SQLite and Python do, wherever the server stands."""
    columns = connection.execute(
        text(
            "SELECT c.oid::regclass::text AS rows, quote_ident(a.attname) AS name, "
            "format_type(a.atttypid, a.atttypmod) AS kind FROM pg_attribute a "
            "JOIN pg_class c ON c.oid = a.attrelid JOIN pg_collation l ON l.oid = a.attcollation "
            "WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace "
            "AND a.attnum > 0 AND NOT a.attisdropped AND l.collname <> 'C' ORDER BY 1, 2"
        )
    ).all()
    for column in columns:
        connection.execute(
            text(
                f"ALTER TABLE {column.rows} ALTER COLUMN {column.name} TYPE {column.kind} "
                'COLLATE "C"'
            )
        )


__all__ = ["RevisionError", "scripts", "upgrade"]
