"""FTS5's ranking over the rows that a circle of readers sees.

bm25() weighs a word by how rare it is in the whole table, and a text by how it compares with the
average of all: both would tell a reader something of texts that they may not see. For whoever does
not see all of them the same formula is worked out here, from the rows that they see.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    LargeBinary,
    case,
    column,
    func,
    select,
    table,
    text,
)

from kb.tokens import tokens_of

if TYPE_CHECKING:
    from kb.visible import Sight

K1, B = 1.2, 0.75  # as in FTS5's bm25()
_IN = 500
_COLUMNS = ("numbers", "title", "narrative", "rest")

_sizes = table("fulltext_docsize", column("id"), column("sz", LargeBinary))
_places = table("fulltext_places", column("term"), column("doc"), column("col"), column("offset"))


def ranked(
    connection: Connection,
    phrases: Sequence[str],
    weights: Sequence[float],
    sight: Sight,
    s: FromClause,
    shown: ColumnElement[Any],
    where: ColumnElement[bool],
    limit: int,
) -> list[Any]:
    """`shown` of the rows of `s` that hold any phrase, best first by BM25, ties in PBI order.

    Args:
        sight: what may be seen: the statistics are taken over that alone.
    """
    if "lengths" not in sight.memo:
        sight.memo["lengths"] = _lengths(connection, sight.rows("seen"))
    lengths: dict[int, int] = sight.memo["lengths"]
    weight_of = dict(zip(_COLUMNS, weights, strict=True))
    often = [_often(connection, tokens, weight_of) for tokens in tokens_of(phrases)]
    rarity = [rare(len(lengths), len(held.keys() & lengths.keys())) for held in often]
    average = sum(lengths.values()) / max(len(lengths), 1)
    matched = lengths.keys() & set().union(*often)
    found = select(s.c.id, s.c.pbi.label("key"), shown.label("said")).where(where)
    if len(matched) <= _IN:  # else it takes less to leave out the others here
        found = found.where(s.c.id.in_(matched))
    scored = []
    for row, key, said in connection.execute(found):
        if row not in matched:
            continue
        norm = K1 * (1 - B + B * lengths[row] / average)
        score = 0.0
        for one, held in zip(rarity, often, strict=True):
            count = held.get(row, 0.0)
            score += one * (count * (K1 + 1.0) / (count + norm))
        scored.append((-score, key, said))
    scored.sort(key=lambda one: one[:2])
    return [said for _, _, said in scored[:limit]]


def rare(held: int, having: int) -> float:
    """The weight of a phrase that so many of the texts have."""
    found = math.log((held - having + 0.5) / (having + 0.5))
    return found if found > 0.0 else 1e-6


def _lengths(connection: Connection, seen: FromClause) -> dict[int, int]:
    """How many tokens each visible text has."""
    rows = connection.execute(
        select(_sizes.c.id, _sizes.c.sz).where(_sizes.c.id.in_(select(seen.c.id)))
    )
    return {row: sum(_varints(sizes)) for row, sizes in rows}


def _varints(data: bytes) -> Iterable[int]:
    """SQLite's integers of one to nine bytes; a text's length needs few."""
    value = 0
    for byte in data:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            yield value
            value = 0


def _often(
    connection: Connection, tokens: Sequence[str], weight_of: Mapping[str, float]
) -> dict[int, float]:
    """How often a phrase stands in each text, each time with the weight of its column."""
    connection.execute(
        text(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.fulltext_places "
            "USING fts5vocab('main', 'fulltext', 'instance')"
        )
    )
    if len(tokens) == 1:  # counted by SQLite: a common word stands in every text
        weight = case(weight_of, value=_places.c.col)
        counted = select(_places.c.doc, func.sum(weight)).where(_places.c.term == tokens[0])
        return dict(iter(connection.execute(counted.group_by(_places.c.doc))))
    where = select(_places.c.doc, _places.c.col, _places.c.offset)
    at = [
        [tuple(row) for row in connection.execute(where.where(_places.c.term == token))]
        for token in tokens
    ]
    later = [set(places) for places in at[1:]]
    found: dict[int, float] = defaultdict(float)
    for row, name, place in at[0] if at else ():
        if all((row, name, place + step) in held for step, held in enumerate(later, start=1)):
            found[row] += weight_of[name]
    return found
