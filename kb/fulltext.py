"""Exact words and numbers: SQLite FTS5, with one analyser for what is stored and what is asked.

The engine folds case and accents and stems (Porter). Before it, `analysed` brings the ways that
people write one thing to one form: SMETS-1, SMETS 1 and SMETS1; S/W and software; and it adds the
family to a numbered name, so that S1SP finds S1SP1, while S1SP1 does not find S1SP2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, delete, select, text

from ingest.numbers import pbis_in, short_pbi
from ingest.records import ProblemReading

# Not part of tables.metadata: Alembic must not take it for an ordinary table.
fulltext = Table(
    "fulltext",
    MetaData(),
    Column("rowid", Integer, primary_key=True),
    Column("numbers", Text),
    Column("title", Text),
    Column("narrative", Text),
    Column("rest", Text),
)

WEIGHTS = (10.0, 4.0, 2.0, 1.0)
"""BM25 weights of numbers, title, narrative and rest: a title word says what a problem is about."""

_SHORTHAND = {
    re.compile(r"\bS/W\b", re.IGNORECASE): "software",
    re.compile(r"\bH/W\b", re.IGNORECASE): "hardware",
    re.compile(r"\bN/W\b", re.IGNORECASE): "network",
}
# An acronym and the number or letter it is written apart from: SMETS-1, SMETS 1, CSP-N.
_APART = re.compile(r"\b([A-Z][A-Z0-9]*[A-Z])(?:[-\u2010-\u2013](\d{1,2}|[A-Z])|\s(\d))\b")
# The same for names that people type in lower case too ("smets 1").
_NAMED = re.compile(r"\b(smets|s1sp|duis|gbcs|csp)[-\u2010-\u2013\s](\d|n|s|c)\b", re.IGNORECASE)
_NUMBERED = re.compile(r"\b([A-Za-z][A-Za-z0-9]*[A-Za-z])(\d{1,2})\b")
_TOKEN = re.compile(r"\w+")

_SMALL_WORDS = (
    "a about all also am an and any are as at be been being but by can could did do does for from "
    "had has have having how i if in into is it its me my of on or our out please shall should "
    "show so some tell than that the their them then there these they this those to us was we "
    "were what when where which while who whom whose why will with would you your"
)
STOPWORDS = frozenset(_SMALL_WORDS.split())


def analysed(words: str, *, family: bool = True) -> str:
    """The text in the one form that is stored and asked for.

    Args:
        family: add "S1SP" beside "S1SP1"; for what is stored, not for what is asked.
    """
    for pattern, full in _SHORTHAND.items():
        words = pattern.sub(full, words)
    words = _APART.sub(lambda found: found[1] + (found[2] or found[3]), words)
    words = _NAMED.sub(r"\1\2", words)
    if family:
        words = _NUMBERED.sub(r"\1\2 \1", words)
    return words


def columns(problem: ProblemReading) -> dict[str, str]:
    """What is stored for one problem, column by column."""
    rest = (
        problem.user_impact,
        problem.workaround,
        problem.update,
        problem.incident_observation,
        problem.owner,
        problem.owner_role,
        " ".join(problem.involved),
        problem.severity and problem.severity.value,
        problem.status,
    )
    return {
        "numbers": f"{short_pbi(problem.pbi)} {problem.pbi}",
        "title": analysed(problem.title or ""),
        "narrative": analysed(problem.description or ""),
        "rest": analysed("\n".join(part for part in rest if part)),
    }


def terms(words: str, *, keep_stopwords: bool = False) -> list[str]:
    """The words of a question worth looking for, in order, each once.

    PBI numbers come out as people say them ("123400"). If nothing but stop words is left, they
    are kept: better a loose search than none.
    """
    numbers = [short_pbi(mention.pbi) for mention in pbis_in(words, bare=True)]
    for mention in reversed(pbis_in(words, bare=True)):
        words = words[: mention.start] + " " + words[mention.end :]
    tokens = [token.casefold() for token in _TOKEN.findall(analysed(words, family=False))]
    useful = [token for token in tokens if len(token) > 1 and token not in STOPWORDS]
    if (not numbers and not useful) or keep_stopwords:
        useful = tokens
    return list(dict.fromkeys(numbers + useful))


def match_any(words: str) -> str | None:
    """An FTS5 expression that any of the words meets; None where there is no word at all."""
    return " OR ".join(_quoted(terms(words))) or None


def match_all(words: Iterable[str]) -> str:
    """An FTS5 expression that title or text meet with every word (or phrase) given.

    A text without any letter or digit matches nothing.
    """
    phrases = [" ".join(_TOKEN.findall(analysed(word, family=False).casefold())) for word in words]
    return " AND ".join(_quoted(phrase or "\ue000" for phrase in phrases))


def _quoted(phrases: Iterable[str]) -> list[str]:
    return ['"' + phrase.replace('"', '""') + '"' for phrase in phrases]


def put(connection: Connection, problems: Sequence[tuple[int, ProblemReading]]) -> None:
    """Stores (snapshot id, problem) pairs; what was there for those ids is replaced."""
    if connection.dialect.name != "sqlite" or not problems:
        return
    drop(connection, [row for row, _ in problems])
    connection.execute(
        fulltext.insert(), [{"rowid": row, **columns(problem)} for row, problem in problems]
    )


def drop(connection: Connection, rows: Sequence[int]) -> None:
    """Takes snapshots out."""
    if connection.dialect.name != "sqlite" or not rows:
        return
    connection.execute(
        text("DELETE FROM fulltext WHERE rowid = :row"), [{"row": row} for row in rows]
    )


def scrub(connection: Connection) -> None:
    """Merges the index into one segment, so that the words of removed rows are really gone."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("INSERT INTO fulltext(fulltext) VALUES ('optimize')"))


def clear(connection: Connection) -> None:
    """Empties the index, before it is filled again from the records."""
    if connection.dialect.name == "sqlite":
        connection.execute(delete(fulltext))


def stored(connection: Connection) -> dict[int, dict[str, str]]:
    """What is stored, by row."""
    if connection.dialect.name != "sqlite":
        return {}
    names = ("numbers", "title", "narrative", "rest")
    rows = connection.execute(select(fulltext.c.rowid, *(fulltext.c[name] for name in names)))
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}
