"""Full text on PostgreSQL: a tsvector of FTS5's tokens, and FTS5's ranking over it.

Each column keeps its weight: numbers A, title B, narrative C, rest D. A phrase does not reach from
one column into the next. What differs from SQLite, all of it beyond what reports hold: tokens are
cut at 255 characters; of a text with more than 16,383 words the later ones are found singly but
not as phrases, a word counts 256 times at most, and some 900 kB of tokens are kept; of more than
`RANKED` rows that match, ts_rank picks those that are then ranked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    any_,
    cast,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, REAL, TSQUERY, TSVECTOR

from kb.ranking import K1, B, rare
from kb.tokens import tokenised, tokens_of

_f = Table(
    "fulltext",
    MetaData(),
    Column("rowid", Integer, primary_key=True),
    Column("length", Integer),
    Column("tokens", TSVECTOR),
).alias("f")

RANKED = 1000
"""Up to so many rows that match are ranked one by one."""

_LONGEST = 255
_ROOM = 900_000
_LAST_PLACE = 16_383
_BATCH = 200

_WORDS = "unnest(tsvector_to_array(tokens)) AS token"
_COUNTED = f"SELECT token, count(*) AS held FROM fulltext, {_WORDS} GROUP BY token"
# In the order of the words, so that two writers could never wait for each other.
_MORE = (
    f"INSERT INTO fulltext_words SELECT token, count(*) FROM fulltext, {_WORDS} "
    "WHERE rowid = ANY(:rows) GROUP BY token ORDER BY token "
    "ON CONFLICT (token) DO UPDATE SET held = fulltext_words.held + excluded.held"
)
_LESS = (
    "WITH gone AS (DELETE FROM fulltext WHERE rowid = ANY(:rows) RETURNING length, tokens), "
    f"less AS (SELECT token, count(*) AS held FROM gone, {_WORDS} GROUP BY token), "
    "fewer AS (UPDATE fulltext_words AS w SET held = w.held - less.held FROM less "
    "WHERE w.token = less.token) "
    "SELECT count(*) AS held, coalesce(sum(length), 0) AS words FROM gone"
)

Positions = Mapping[str, tuple[Sequence[int], Sequence[str]]]
"""By token: where it stands, and the letter of the column there."""


def literals(columns: Sequence[Sequence[str]]) -> list[tuple[str, int]]:
    """Each text (numbers, title, narrative, rest) as a tsvector, and its number of tokens."""
    return [_literal(found) for found in tokenised(columns)]


def _literal(columns: Sequence[Sequence[str]]) -> tuple[str, int]:
    places: dict[str, list[str]] = {}
    place, used = 0, 0
    for letter, tokens in zip("ABCD", columns, strict=True):
        for token in tokens:
            place += 1
            cut = token[:_LONGEST]
            used += 4 if cut in places else len(cut.encode()) + 8
            if used < _ROOM:
                places.setdefault(cut, []).append(f"{min(place, _LAST_PLACE)}{letter}")
        place += 1  # a gap that no phrase bridges
    written = " ".join(f"{_quoted(token)}:{','.join(at)}" for token, at in places.items())
    return written, sum(len(tokens) for tokens in columns)


def query(phrases: Sequence[str], *, every: bool) -> str:
    """The tsquery that any, or every, phrase meets; "" meets nothing."""
    found = [_phrase(tokens) for tokens in tokens_of(phrases)]
    if every and "" in found:
        return ""
    return (" & " if every else " | ").join([one for one in found if one])


def _phrase(tokens: Sequence[str]) -> str:
    words = " <-> ".join(_quoted(token[:_LONGEST]) for token in tokens)
    return f"({words})" if len(tokens) > 1 else words


def _quoted(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


def put(connection: Connection, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
    """Stores (row, columns) pairs whose rows are not there yet."""
    words = 0
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        made: list[dict[str, Any]] = [
            {"row": row, "tokens": tokens, "length": length}
            for (row, _), (tokens, length) in zip(
                batch, literals([columns for _, columns in batch]), strict=True
            )
        ]
        connection.execute(
            text(
                "INSERT INTO fulltext (rowid, length, tokens) "
                "VALUES (:row, :length, CAST(:tokens AS tsvector))"
            ),
            made,
        )
        words += sum(one["length"] for one in made)
    if rows:
        connection.execute(text(_MORE), {"rows": [row for row, _ in rows]})
    _grow(connection, len(rows), words)


def drop(connection: Connection, rows: Sequence[int]) -> None:
    """Takes rows out, those of them that are there."""
    gone = connection.execute(text(_LESS), {"rows": list(rows)}).one()
    if gone.held:
        connection.execute(text("DELETE FROM fulltext_words WHERE held <= 0"))
        _grow(connection, -gone.held, -gone.words)


def clear(connection: Connection) -> None:
    """Empties the index."""
    connection.execute(text("DELETE FROM fulltext"))
    connection.execute(text("DELETE FROM fulltext_words"))
    connection.execute(text("UPDATE fulltext_size SET held = 0, words = 0"))


def _grow(connection: Connection, held: int, words: int) -> None:
    # The ranking needs both sums with every question: counting them would read the whole table.
    # So it would to count the texts that hold a word, and those counts are kept by word.
    connection.execute(
        text("UPDATE fulltext_size SET held = held + :held, words = words + :words"),
        {"held": held, "words": words},
    )


def wrong(connection: Connection, due: Mapping[int, Sequence[str]]) -> set[int]:
    """The rows that are not stored as they are due, those that are not due included."""
    held = set(connection.scalars(text("SELECT rowid FROM fulltext")))
    right: set[int] = set()
    rows = sorted(due)
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        made = literals([due[row] for row in batch])
        right |= set(
            connection.scalars(
                text(
                    "SELECT f.rowid FROM fulltext f JOIN "
                    "unnest(CAST(:rows AS int[]), CAST(:tokens AS text[]), "
                    "CAST(:lengths AS int[])) AS due(row, tokens, length) ON due.row = f.rowid "
                    "WHERE f.tokens = CAST(due.tokens AS tsvector) AND f.length = due.length"
                ),
                {
                    "rows": batch,
                    "tokens": [tokens for tokens, _ in made],
                    "lengths": [length for _, length in made],
                },
            )
        )
    agree = connection.scalar(
        text(
            "SELECT (count(*), coalesce(sum(length), 0)) = ANY (SELECT held, words "
            "FROM fulltext_size) AND NOT EXISTS (SELECT FROM "
            f"({_COUNTED}) AS due FULL JOIN fulltext_words AS has USING (token) "
            "WHERE due.held IS DISTINCT FROM has.held) FROM fulltext"
        )
    )
    return (held | due.keys()) - (right if agree else set())


def recount(connection: Connection) -> None:
    """Takes the sums and counts that ranking goes by from the rows."""
    connection.execute(
        text(
            "UPDATE fulltext_size SET held = (SELECT count(*) FROM fulltext), "
            "words = (SELECT coalesce(sum(length), 0) FROM fulltext)"
        )
    )
    connection.execute(text("DELETE FROM fulltext_words"))
    connection.execute(text(f"INSERT INTO fulltext_words {_COUNTED}"))


def ranked(
    connection: Connection,
    phrases: Sequence[str],
    weights: Sequence[float],
    seen: FromClause | None,
    s: FromClause,
    shown: ColumnElement[Any],
    where: ColumnElement[bool],
    limit: int,
) -> list[Any]:
    """`shown` of the rows of `s` that hold any phrase, best first by BM25, ties in PBI order.

    Args:
        seen: the rows (with `id`) that the statistics are taken over; None for all.
    """
    terms = tokens_of(phrases)
    asked = query(phrases, every=False)
    if not asked:
        return []
    weigh = dict(zip("ABCD", weights, strict=True))
    idf, average = _rarity(connection, terms, seen)
    scored = []
    for row in _candidates(connection, asked, terms, weigh, s, shown, where):
        said, key, length, positions = row
        score = 0.0
        for one, tokens in zip(idf, terms, strict=True):
            often = _often(tokens, positions, weigh)
            most = often + K1 * (1 - B + B * length / average)
            score += one * (often * (K1 + 1.0) / most)
        scored.append((-score, key, said))
    scored.sort(key=lambda one: one[:2])
    return [said for _, _, said in scored[:limit]]


def _rarity(
    connection: Connection, terms: Sequence[Sequence[str]], seen: FromClause | None
) -> tuple[list[float], float]:
    """The inverse document frequency of each term, and the average length of a text."""
    if seen is not None:
        return _rarity_among(connection, terms, seen)
    size = connection.execute(text("SELECT held, words FROM fulltext_size")).one()
    words = {tokens[0][:_LONGEST] for tokens in terms if len(tokens) == 1}
    counts: dict[str, int] = dict(
        iter(
            connection.execute(
                text("SELECT token, held FROM fulltext_words WHERE token = ANY(:words)"),
                {"words": sorted(words)},
            )
        )
    )
    found = []
    for tokens in terms:
        if len(tokens) == 1:
            having = counts.get(tokens[0][:_LONGEST], 0)
        else:
            having = _having(connection, tokens, select(func.count()).select_from(_f))
        found.append(rare(size.held, having))
    return found, size.words / max(size.held, 1)


def _having(connection: Connection, tokens: Sequence[str], count: Select[Any]) -> int:
    """How many texts of a selection have a phrase."""
    asked = cast(literal(_phrase(tokens), Text), TSQUERY)
    meets = _f.c.tokens.op("@@", is_comparison=True)(asked)
    return int(connection.scalar(count.where(meets)) or 0)


def _rarity_among(
    connection: Connection, terms: Sequence[Sequence[str]], seen: FromClause
) -> tuple[list[float], float]:
    """The same over some of the texts."""
    among = _f.c.rowid.in_(select(seen.c.id))
    count = select(func.count()).select_from(_f).where(among)
    held, words = connection.execute(
        select(func.count(), func.coalesce(func.sum(_f.c.length), 0)).select_from(_f).where(among)
    ).one()
    found = [rare(held, _having(connection, tokens, count)) for tokens in terms]
    return found, words / max(held, 1)


def _candidates(
    connection: Connection,
    asked: str,
    terms: Sequence[Sequence[str]],
    weigh: Mapping[str, float],
    s: FromClause,
    shown: ColumnElement[Any],
    where: ColumnElement[bool],
) -> list[tuple[Any, str, int, Positions]]:
    """What is shown, PBI, length and the places of the terms' tokens, of each row that matches."""
    wanted = sorted({token[:_LONGEST] for tokens in terms for token in tokens})
    tsquery = cast(literal(asked, Text), TSQUERY)
    scale = max(weigh.values())
    by_letter = [weigh[letter] / scale for letter in "DCBA"]
    rank = func.ts_rank(cast(by_letter, ARRAY(REAL)), _f.c.tokens, tsquery)
    m = (
        select(
            s.c.id.label("row"), s.c.pbi.label("key"), shown.label("said"), _f.c.length, _f.c.tokens
        )
        .join(_f, _f.c.rowid == s.c.id)
        .where(_f.c.tokens.op("@@", is_comparison=True)(tsquery), where)
        .order_by(rank.desc(), s.c.pbi)
        .limit(RANKED)
        .cte("m")
    )
    u = func.unnest(m.c.tokens).table_valued(
        "lexeme", "positions", "weights", name="u", joins_implicitly=True
    )
    rows = connection.execute(
        select(m.c.row, m.c.key, m.c.said, m.c.length, u.c.lexeme, u.c.positions, u.c.weights)
        .where(u.c.lexeme == any_(cast(wanted, ARRAY(Text))))
        .order_by(m.c.row)
    )
    found: list[tuple[Any, str, int, Positions]] = []
    for _, group in groupby(rows, key=lambda row: row.row):
        held = list(group)
        places = {one.lexeme: (one.positions, one.weights) for one in held}
        found.append((held[0].said, held[0].key, held[0].length, places))
    return found


def _often(tokens: Sequence[str], held: Positions, weigh: Mapping[str, float]) -> float:
    """How often a phrase stands in a text, each time with the weight of its column."""
    words = [token[:_LONGEST] for token in tokens]
    if not words or any(word not in held for word in words):
        return 0.0
    places, letters = held[words[0]]
    later = [set(held[word][0]) for word in words[1:]]
    return sum(
        weigh[letter]
        for place, letter in zip(places, letters, strict=True)
        if all(place + step in at for step, at in enumerate(later, start=1))
    )
