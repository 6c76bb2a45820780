"""The one analyser of both engines: SQLite's own tokenizer, asked for what it makes of a text.

PostgreSQL's parsers and dictionaries cut and stem otherwise. So that a search finds the same on
both, PostgreSQL is given the tokens that FTS5 makes, in its own form (`kb/tsvector.py`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from threading import Lock

TOKENIZER = "porter unicode61 remove_diacritics 2"
"""How FTS5 folds and stems; as the first migration set it up."""

_COLUMNS = 4


class _Analyser:
    """An index in memory that is filled, read back as tokens, and emptied."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._plain = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._plain.executescript(
            f"CREATE VIRTUAL TABLE said USING fts5(c0, c1, c2, c3, content = '', "
            f"tokenize = '{TOKENIZER}');"
            "CREATE VIRTUAL TABLE heard USING fts5vocab(said, instance);"
        )

    def tokens(self, texts: Sequence[Sequence[str]]) -> list[list[list[str]]]:
        found: list[list[dict[int, str]]] = [[{} for _ in columns] for columns in texts]
        rows = [
            (number, *columns, *[""] * (_COLUMNS - len(columns)))
            for number, columns in enumerate(texts)
        ]
        with self._lock:
            self._plain.execute("BEGIN")
            try:
                self._plain.executemany(
                    "INSERT INTO said(rowid, c0, c1, c2, c3) VALUES (?, ?, ?, ?, ?)", rows
                )
                for term, row, column, offset in self._plain.execute("SELECT * FROM heard"):
                    found[row][int(column[1:])][offset] = term
            finally:
                self._plain.execute("ROLLBACK")
        return [[[one[at] for at in sorted(one)] for one in columns] for columns in found]


_analyser: _Analyser | None = None
_making = Lock()


def tokenised(texts: Sequence[Sequence[str]]) -> list[list[list[str]]]:
    """The tokens of each column of each text, in order; up to four columns a text."""
    global _analyser
    with _making:
        if _analyser is None:
            _analyser = _Analyser()
    return _analyser.tokens(texts)


def tokens_of(phrases: Iterable[str]) -> list[tuple[str, ...]]:
    """The tokens of each phrase."""
    return [tuple(columns[0]) for columns in tokenised([(phrase,) for phrase in phrases])]
