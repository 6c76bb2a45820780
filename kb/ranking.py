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
    column,
    select,
    table,
    text,
)

from kb.tokens import tokens_of

if TYPE_CHECKING:
    from kb.visible import Sight

K1, B = 1.2, 0.75  # as in FTS5's bm25()
_IN = 500

Places = dict[str, list[tuple[int, int]]]
"""Of one text: by token the column and the place in it, from 0."""

_sizes = table("fulltext_docsize", column("id"), column("sz", LargeBinary))


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
    terms = tokens_of(phrases)
    places = _places(connection, {token for tokens in terms for token in tokens}, lengths)
    often = {
        row: [_often(tokens, held, weights) for tokens in terms] for row, held in places.items()
    }
    rarity = [
        rare(len(lengths), sum(counts[n] > 0 for counts in often.values()))
        for n in range(len(terms))
    ]
    average = sum(lengths.values()) / max(len(lengths), 1)
    scored = []
    for row, key, said in _candidates(connection, list(often), s, shown, where):
        score = sum(
            one * (count * (K1 + 1.0) / (count + K1 * (1 - B + B * lengths[row] / average)))
            for one, count in zip(rarity, often[row], strict=True)
        )
        if any(often[row]):
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


def _places(
    connection: Connection, tokens: Iterable[str], lengths: Mapping[int, int]
) -> dict[int, Places]:
    """Where the tokens stand, by visible text."""
    connection.execute(
        text(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.fulltext_places "
            "USING fts5vocab('main', 'fulltext', 'instance')"
        )
    )
    numbers = {"numbers": 0, "title": 1, "narrative": 2, "rest": 3}
    found: dict[int, Places] = defaultdict(lambda: defaultdict(list))
    asked = text('SELECT doc, col, "offset" FROM temp.fulltext_places WHERE term = :token')
    for token in sorted(tokens):
        for row, name, place in connection.execute(asked, {"token": token}):
            if row in lengths:
                found[row][token].append((numbers[name], place))
    return found


def _often(tokens: Sequence[str], held: Places, weights: Sequence[float]) -> float:
    """How often a phrase stands in a text, each time with the weight of its column."""
    if not tokens or any(token not in held for token in tokens):
        return 0.0
    later = [set(held[token]) for token in tokens[1:]]
    return sum(
        weights[number]
        for number, place in held[tokens[0]]
        if all((number, place + step) in at for step, at in enumerate(later, start=1))
    )


def _candidates(
    connection: Connection,
    rows: Sequence[int],
    s: FromClause,
    shown: ColumnElement[Any],
    where: ColumnElement[bool],
) -> Iterable[Any]:
    for start in range(0, len(rows), _IN):
        batch = list(rows[start : start + _IN])
        yield from connection.execute(
            select(s.c.id, s.c.pbi.label("key"), shown.label("said")).where(
                s.c.id.in_(batch), where
            )
        )
