"""Which database a test runs on: SQLite, or a PostgreSQL server of the session's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ENGINES = ("sqlite", "postgresql")

_current = "sqlite"
_databases: dict[Path, str] = {}


@contextmanager
def using(engine: str) -> Iterator[None]:
    """What is opened meanwhile is on that engine; its databases are gone after it."""
    global _current
    before, _current = _current, engine
    try:
        yield
    finally:
        _current = before
        if _databases:
            from postgres import server

            for name in _databases.values():
                server().drop(name)
            _databases.clear()


def database_url(folder: Path) -> str | None:
    """Of the knowledge base in a folder; None where it is a file in the folder."""
    if _current == "sqlite":
        return None
    from postgres import server

    folder = folder.resolve()
    if folder not in _databases:
        _databases[folder] = server().fresh()
    return server().url(_databases[folder])
