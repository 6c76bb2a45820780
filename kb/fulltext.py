"""Exact words and numbers, with one analyser for what is stored and what is asked.

FTS5's tokenizer folds case and accents and stems (Porter), on PostgreSQL too (`kb/tsvector.py`).
Before it, `analysed` brings the ways that people write one thing to one form: SMETS-1, SMETS 1 and
SMETS1; S/W and software; and it adds the family to a numbered name, so that S1SP finds S1SP1, while
S1SP1 does not find S1SP2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    FromClause,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    and_,
    delete,
    func,
    literal,
    literal_column,
    select,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from ingest.numbers import pbis_in, short_pbi
from ingest.records import ProblemReading

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.sql.operators import OperatorType

    from kb.visible import Sight

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
        problem.root_cause,
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


@dataclass(frozen=True)
class Match:
    """What to look for: any of the phrases, or every one of them, in whichever column."""

    phrases: tuple[str, ...]
    every: bool = False

    def fts5(self) -> str:
        """The same for SQLite."""
        quoted = ('"' + phrase.replace('"', '""') + '"' for phrase in self.phrases)
        return (" AND " if self.every else " OR ").join(quoted)


def match_any(words: str) -> Match | None:
    """What any of the words meets; None where there is no word at all."""
    found = terms(words)
    return Match(tuple(found)) if found else None


def match_all(words: Iterable[str]) -> Match:
    """What title or text meet with every word (or phrase) given.

    A text without any letter or digit matches nothing.
    """
    phrases = [" ".join(_TOKEN.findall(analysed(word, family=False).casefold())) for word in words]
    return Match(tuple(phrase or "\ue000" for phrase in phrases), every=True)


class _Asked(TypeDecorator[Match]):
    """A `Match` as the database at hand puts it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Match | None, dialect: Dialect) -> str | None:
        """To an FTS5 expression, or a tsquery."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return value.fts5()
        from kb.tsvector import query

        return query(value.phrases, every=value.every)


class _Meets(FunctionElement[bool]):
    """The row of `fulltext` meets a match."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> Any:  # noqa: ARG002
        """As it stands: SQLite takes no MATCH that is compared with anything."""
        return self


@compiles(_Meets, "sqlite")
def _meets_fts5(element: _Meets, compiler: SQLCompiler, **kw: Any) -> str:
    # The hidden column that bears the table's name stands for all of them.
    return f"fulltext MATCH {compiler.process(element.clauses, **kw)}"


@compiles(_Meets, "postgresql")
def _meets_tsquery(element: _Meets, compiler: SQLCompiler, **kw: Any) -> str:
    return f"fulltext.tokens @@ CAST({compiler.process(element.clauses, **kw)} AS tsquery)"


def matches(match: Match) -> ColumnElement[bool]:
    """The row of `fulltext` meets a match."""
    return _Meets(literal(match, _Asked()))


def ranked(
    connection: Connection,
    sight: Sight,
    match: Match,
    s: FromClause,
    shown: ColumnElement[Any],
    where: ColumnElement[bool],
    limit: int,
    near: ColumnElement[bool] | None = None,
) -> list[Any]:
    """`shown` of the rows of `s` that hold any of the phrases, best first by BM25.

    Args:
        near: a part of `where` that leaves rows with ids close together, if there is one.
        sight: what may be seen: how rare a word is, is told by that alone.
        s: rows with `id` and `pbi`; where two are as good, they come in PBI order.
    """
    seen = None if sight.everything else sight.rows("seen")
    if connection.dialect.name != "sqlite":
        from kb import tsvector

        return tsvector.ranked(connection, match.phrases, WEIGHTS, seen, s, shown, where, limit)
    if seen is not None:
        from kb import ranking

        return ranking.ranked(connection, match.phrases, WEIGHTS, sight, s, shown, where, limit)
    weights = ", ".join(str(weight) for weight in WEIGHTS)
    if near is not None:
        # The rows before and after are skipped in the lists of words, not looked up one by one.
        ends = select(func.min(s.c.id), func.max(s.c.id)).where(near)
        first, last = connection.execute(ends).one()
        if first is None:
            return []
        where = and_(where, fulltext.c.rowid >= first, fulltext.c.rowid <= last)
    statement = (
        select(shown)
        .join(fulltext, fulltext.c.rowid == s.c.id)
        .where(matches(match), where)
        .order_by(literal_column(f"bm25(fulltext, {weights})"), s.c.pbi)
        .limit(limit)
    )
    return list(connection.scalars(statement))


def put(connection: Connection, problems: Sequence[tuple[int, ProblemReading]]) -> None:
    """Stores (snapshot id, problem) pairs; what was there for those ids is replaced."""
    if not problems:
        return
    drop(connection, [row for row, _ in problems])
    if connection.dialect.name != "sqlite":
        from kb import tsvector

        made = [(row, tuple(columns(problem).values())) for row, problem in problems]
        tsvector.put(connection, made)
        return
    connection.execute(
        fulltext.insert(), [{"rowid": row, **columns(problem)} for row, problem in problems]
    )


def drop(connection: Connection, rows: Sequence[int]) -> None:
    """Takes snapshots out."""
    if not rows:
        return
    if connection.dialect.name != "sqlite":
        from kb import tsvector

        tsvector.drop(connection, rows)
        return
    connection.execute(
        text("DELETE FROM fulltext WHERE rowid = :row"), [{"row": row} for row in rows]
    )


def scrub(connection: Connection) -> None:
    """Merges the index into one segment, so that the words of removed rows are really gone."""
    # In PostgreSQL `Database.tidy` does that, after the transaction.
    if connection.dialect.name == "sqlite":
        connection.execute(text("INSERT INTO fulltext(fulltext) VALUES ('optimize')"))


def clear(connection: Connection) -> None:
    """Empties the index, before it is filled again from the records."""
    if connection.dialect.name == "sqlite":
        connection.execute(delete(fulltext))
    else:
        from kb import tsvector

        tsvector.clear(connection)


def recount(connection: Connection) -> None:
    """Takes what is known of all rows together from the rows, after a damage."""
    if connection.dialect.name != "sqlite":
        from kb import tsvector

        tsvector.recount(connection)


def wrong(connection: Connection, due: Mapping[int, ProblemReading]) -> set[int]:
    """The rows that are not stored as they are due, those that are not due at all included."""
    if connection.dialect.name != "sqlite":
        from kb import tsvector

        texts = {row: tuple(columns(problem).values()) for row, problem in due.items()}
        return tsvector.wrong(connection, texts)
    names = ("numbers", "title", "narrative", "rest")
    rows = connection.execute(select(fulltext.c.rowid, *(fulltext.c[name] for name in names)))
    held = {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}
    return {
        row
        for row in due.keys() | held.keys()
        if held.get(row) != (columns(due[row]) if row in due else None)
    }
