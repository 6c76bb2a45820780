"""Can the knowledge base serve just now, and what still waits: for probes and figures."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select
from sqlalchemy.sql.schema import Column

from kb.errors import KBError
from kb.rights import Right, needs
from kb.tables import jobs, outbox, reports

if TYPE_CHECKING:
    from kb.base import KnowledgeBase

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Backlog:
    """How much waits: entries for the vector index; jobs and reports by state."""

    vectors: int
    jobs: dict[str, int] = field(default_factory=dict)
    reports: dict[str, int] = field(default_factory=dict)


@needs(Right.KEEP)
def backlog(kb: KnowledgeBase) -> Backlog:
    """What waits, and what is held."""
    with kb.database.read() as connection:
        return Backlog(
            vectors=int(connection.scalar(select(func.count()).select_from(outbox)) or 0),
            jobs=_by(connection, jobs.c.state),
            reports=_by(connection, reports.c.state),
        )


@needs(Right.KEEP)
def ready(kb: KnowledgeBase) -> dict[str, bool]:
    """Whether each part that every page needs can be used: the database and the files."""

    def works(part: str, step: Callable[[], object]) -> bool:
        try:
            step()
        except (KBError, OSError) as error:
            log.warning("%s cannot be used: %s", part, error)
            return False
        return True

    return {
        "database": works("the database", kb.database.generation),
        "files": works("the file store", kb.files.reach),
    }


def _by(connection: Connection, column: Column[str]) -> dict[str, int]:
    rows = connection.execute(select(column, func.count()).group_by(column))
    return {str(state): int(number) for state, number in rows}
