"""Every sentence that any report looked at has of a problem, with its nearness to a question.

A story is told in the quarter in which it happened; a later report may say only "no recurrence".
So the narratives of every quarter are searched, while lists and counts look at one row a problem.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, FromClause, and_, select

from kb.among import among
from kb.filters import Filters
from kb.fulltext import match_any, ranked
from kb.passages import cut
from kb.records import Snapshot
from kb.search import holding, nearest
from kb.select import conditions, each_quarter, narrowing, neighbours
from kb.tables import passages
from kb.visible import Sight

if TYPE_CHECKING:
    from kb.encode import Vectors
    from kb.index import VectorIndex

RRF = 60
EXACT = 400
"""Up to so many passages are scored one by one; above, the index searches."""

NEAREST = 300
ROWS = 200
_IN = 500


@dataclass(frozen=True, slots=True)
class Told:
    """One passage: the snapshot that said it last, its field and words, and its nearness.

    Attributes:
        near: mean cosine similarity to the texts searched for; 0 without vectors.
    """

    snapshot: Snapshot
    field: str
    text: str
    near: float


def told(
    connection: Connection,
    sight: Sight,
    words: str,
    meaning: tuple[VectorIndex, Vectors] | None,
    filters: Filters,
    only: Collection[str] | None,
    limit: int,
    load: Callable[[Sequence[int]], dict[int, Snapshot]],
) -> dict[str, list[Told]]:
    """The passages of the `limit` problems that words and meaning bring first, by PBI.

    Args:
        words: looked for in the full text. meaning: the index, and the vector to be near to.
        filters: with `ever` or quarters, every quarter's row of a problem counts.
    """
    s = sight.rows("s")
    where = _where(filters, s, sight, only)
    ranks: dict[str, float] = defaultdict(float)
    for found in (
        _by_words(connection, sight, words, s, where, neighbours(filters, s)),
        _by_meaning(connection, sight, meaning, s, where),
    ):
        for rank, pbi in enumerate(dict.fromkeys(found), start=1):
            ranks[pbi] += 1 / (RRF + rank)
    best = sorted(ranks, key=lambda pbi: (-ranks[pbi], pbi))[:limit]
    rows = connection.execute(
        select(s.c.id, s.c.pbi).where(where, s.c.pbi.in_(best)).order_by(s.c.position.desc())
    ).all()
    held = load([row.id for row in rows])
    parts = [
        (row.pbi, held[row.id], one)
        for row in rows
        if row.id in held
        for one in cut(held[row.id].problem)
    ]
    near: dict[str, float] = {}
    if meaning is not None:
        index, vector = meaning
        near = dict(index.scores(vector, sorted({one.hash for _, _, one in parts})))
    out: dict[str, list[Told]] = {pbi: [] for pbi in best}
    seen: set[tuple[str, str]] = set()
    for pbi, snapshot, one in parts:
        if (pbi, one.hash) not in seen:
            seen.add((pbi, one.hash))
            out[pbi].append(Told(snapshot, one.field, one.text, near.get(one.hash, 0.0)))
    return out


def _where(
    filters: Filters, s: FromClause, sight: Sight, only: Collection[str] | None
) -> ColumnElement[bool]:
    if not (filters.ever or filters.quarters):
        return conditions(filters, s, sight, only=only)
    found = [each_quarter(filters, s), *narrowing(filters, s, sight)]
    if only is not None:
        found.append(among(s.c.pbi, only))
    return and_(*found)


def _by_words(
    connection: Connection,
    sight: Sight,
    words: str,
    s: FromClause,
    where: ColumnElement[bool],
    near: ColumnElement[bool] | None,
) -> list[str]:
    match = match_any(words)
    return ranked(connection, sight, match, s, s.c.pbi, where, ROWS, near) if match else []


def _by_meaning(
    connection: Connection,
    sight: Sight,
    meaning: tuple[VectorIndex, Vectors] | None,
    s: FromClause,
    where: ColumnElement[bool],
) -> list[str]:
    if meaning is None:
        return []
    index, vector = meaning
    few = connection.execute(
        select(passages.c.hash)
        .join(s, s.c.id == passages.c.snapshot_id)
        .where(where)
        .distinct()
        .limit(EXACT + 1)
    ).scalars()
    hashes = list(few)
    if len(hashes) <= EXACT:
        ranked = index.scores(vector, hashes)
    else:
        ranked = nearest(connection, sight, index, vector, NEAREST)
    owners: dict[str, list[str]] = defaultdict(list)
    for start in range(0, len(ranked), _IN):
        batch = [one for one, _ in ranked[start : start + _IN]]
        for one, pbi in connection.execute(holding(batch, s, s.c.pbi).where(where).distinct()):
            owners[one].append(pbi)
    return [pbi for one, _ in ranked for pbi in sorted(owners.get(one, ()))]
