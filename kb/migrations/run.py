"""Runs the revisions over a connection that is already in a transaction."""

from __future__ import annotations

from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from sqlalchemy import Connection

from kb.tables import metadata

SCRIPTS = Path(__file__).parent


def scripts() -> ScriptDirectory:
    """The revisions of this release."""
    return ScriptDirectory(str(SCRIPTS), version_locations=[str(SCRIPTS / "versions")])


def upgrade(connection: Connection, to: str) -> None:
    """Takes the schema forward to revision `to`, within the caller's transaction."""
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


__all__ = ["RevisionError", "scripts", "upgrade"]
