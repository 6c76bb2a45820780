"""Free text to problems: exact words and nearness of meaning, fused by reciprocal rank.

Both rankings are over the rows that the filters leave, so a filter never thins a result out after
the fact. Reciprocal rank fusion: Cormack, Clarke and Buettcher, SIGIR 2009; 60 is their constant.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, Select, select

from ingest.numbers import pbis_in
from ingest.records import ProblemReading
from kb.filters import Filters
from kb.fulltext import analysed, match_any, ranked, terms
from kb.index import VectorIndex
from kb.passages import Cut, cut
from kb.records import Passage, Snapshot
from kb.results import Hit
from kb.select import conditions, neighbours
from kb.tables import passages
from kb.visible import Sight

if TYPE_CHECKING:
    from kb.encode import Vectors

RRF = 60
CANDIDATES = 100
EXACT = 800
"""Up to so many candidate vectors are scored one by one; above, the index searches."""

MOST = 4000
"""Up to so many are, where the nearest of all hold too few that the filters leave."""

WIDER = 500
ENOUGH = 30
"""Rows found by meaning with which the search ends."""

SHOWN = 3
"""Passages kept with a hit."""

_IN = 500
_TOKEN = re.compile(r"\w+")


@dataclass(slots=True)
class _Found:
    """What speaks for one row: its rank by words, and its passages by meaning."""

    score: float = 0.0
    by_words: bool = False
    near: dict[str, float] = field(default_factory=dict)


Near = dict[int, dict[str, float]]
"""Cosine similarity by passage hash, by row."""

Owners = dict[str, list[int]]
"""Rows by passage hash."""

_ANY = Filters(ever=True)


def by_words(
    connection: Connection,
    sight: Sight,
    words: str,
    filters: Filters,
    only: Collection[str] | None,
) -> list[int]:
    """Row ids by BM25, best first, of the rows in which any word stands."""
    match = match_any(words)
    if match is None:
        return []
    s = sight.rows("s")
    where = conditions(filters, s, sight, only=only)
    near = neighbours(filters, s)
    return ranked(connection, sight, match, s, s.c.id, where, CANDIDATES, near)


def by_number(
    connection: Connection,
    sight: Sight,
    words: str,
    filters: Filters,
    only: Collection[str] | None,
) -> list[int]:
    """Row ids of the problems whose numbers stand in the text."""
    asked = {mention.pbi for mention in pbis_in(words, bare=True)}
    if not asked:
        return []
    s = sight.rows("s")
    named = s.c.pbi.in_(sorted(asked))
    where = conditions(filters, s, sight, only=only)
    return list(connection.scalars(select(s.c.id).where(named, where).order_by(s.c.pbi)))


def by_meaning(
    connection: Connection,
    sight: Sight,
    index: VectorIndex,
    vector: Vectors,
    filters: Filters,
    only: Collection[str] | None,
) -> Near:
    """The nearest passages' rows, in order of their best passage."""
    s = sight.rows("s")
    where = conditions(filters, s, sight, only=only)
    pairs = select(passages.c.hash, s.c.id).join(s, s.c.id == passages.c.snapshot_id).where(where)
    few = connection.execute(pairs.limit(EXACT + 1)).all()
    if len(few) <= EXACT:
        return _scored(index, vector, few)
    # A filter leaves some of the nearest only: more are asked for at once.
    wanted = CANDIDATES if filters == _ANY and only is None else WIDER
    while True:
        ranked = nearest(connection, sight, index, vector, wanted)
        owners: Owners = defaultdict(list)
        for start in range(0, len(ranked), _IN):
            batch = [one for one, _ in ranked[start : start + _IN]]
            for one, row in connection.execute(holding(batch, s, s.c.id).where(where)):
                owners[one].append(row)
        found = _rows_of(ranked, owners)
        if len(found) >= ENOUGH or len(ranked) < wanted:
            return found
        if wanted <= WIDER:
            some = connection.execute(pairs.limit(MOST + 1)).all()
            if len(some) <= MOST:
                return _scored(index, vector, some)
        wanted *= 8


def holding(hashes: Sequence[str], s: FromClause, column: ColumnElement[Any]) -> Select[Any]:
    """Each of some passages with a column of the snapshots that hold it.

    The passages come first: left to itself, SQLite looks every hash up for every snapshot that
    the other conditions leave.
    """
    held = (
        select(passages.c.hash, passages.c.snapshot_id)
        .where(passages.c.hash.in_(hashes))
        .cte("held")
        .prefix_with("MATERIALIZED")
    )
    return select(held.c.hash, column).select_from(held.join(s, s.c.id == held.c.snapshot_id))


def _scored(index: VectorIndex, vector: Vectors, pairs: Sequence[Row[Any, Any]]) -> Near:
    """Every one of the (hash, row) pairs scored."""
    owners: Owners = defaultdict(list)
    for one, row in pairs:
        owners[one].append(row)
    return _rows_of(index.scores(vector, sorted(owners)), owners)


def nearest(
    connection: Connection, sight: Sight, index: VectorIndex, vector: Vectors, k: int
) -> list[tuple[str, float]]:
    """The k nearest of the passages that may be seen: others take nobody's place."""
    if sight.everything:
        return index.nearest(vector, k)
    s = sight.rows("s")
    wanted = k
    while True:
        near = index.nearest(vector, wanted)
        seen: set[str] = set()
        for start in range(0, len(near), _IN):
            batch = [one for one, _ in near[start : start + _IN]]
            seen |= set(connection.scalars(holding(batch, s, s.c.id)))
        found = [one for one in near if one[0] in seen]
        if len(found) >= k or len(near) < wanted:
            return found[:k]
        wanted *= 4


def _rows_of(ranked: Sequence[tuple[str, float]], owners: dict[str, list[int]]) -> Near:
    found: Near = {}
    for one, similarity in ranked:
        for row in sorted(owners.get(one, ())):
            found.setdefault(row, {})[one] = similarity
    return dict(list(found.items())[:CANDIDATES])


def fused(words: Sequence[int], near: Near, named: Sequence[int]) -> list[tuple[int, _Found]]:
    """Rows with the sum of 1 / (60 + rank) over both rankings, best first.

    Args:
        named: rows that the text names by number: they come before all others.
    """
    found: dict[int, _Found] = defaultdict(_Found)
    for row in named:
        found[row].score += 1.0
    for rank, row in enumerate(words, start=1):
        found[row].score += 1 / (RRF + rank)
        found[row].by_words = True
    for rank, (row, hashes) in enumerate(near.items(), start=1):
        found[row].score += 1 / (RRF + rank)
        found[row].near = hashes
    return sorted(found.items(), key=lambda item: (-item[1].score, item[0]))


def hits(
    text: str,
    ranked: Sequence[tuple[int, _Found]],
    limit: int,
    load: Callable[[Sequence[int]], dict[int, Snapshot]],
) -> list[Hit]:
    """The best `limit` rows with the passages that made them so."""
    asked = terms(text)
    top = ranked[:limit]
    held = load([row for row, _ in top])
    return [_hit(held[row], found, asked) for row, found in top if row in held]


def _hit(snapshot: Snapshot, found: _Found, asked: Sequence[str]) -> Hit:
    standing = standing_in(asked, _all_words(snapshot.problem))
    number = snapshot.pbi.removeprefix("PBI").lstrip("0")
    why = [
        name
        for name, holds in (
            ("number", number in asked),
            ("words", found.by_words and any(term != number for term in standing)),
            ("meaning", bool(found.near)),
        )
        if holds
    ]
    return Hit(
        snapshot=snapshot,
        score=found.score,
        passages=tuple(_passages(snapshot, found, asked))[:SHOWN],
        why=tuple(why),
        similarity=max(found.near.values(), default=None),
        terms=tuple(standing),
    )


def _passages(snapshot: Snapshot, found: _Found, asked: Sequence[str]) -> list[Passage]:
    """The passages that speak for a hit, best first: shared words, then nearness."""
    scored: list[tuple[float, Cut]] = []
    for passage in cut(snapshot.problem):
        shared = len(standing_in(asked, passage.text)) / max(len(asked), 1)
        near = found.near.get(passage.hash, 0.0)
        if shared or near:
            scored.append((shared + near, passage))
    scored.sort(key=lambda item: (-item[0], item[1].ordinal))
    return [
        Passage(
            snapshot=snapshot.key,
            pbi=snapshot.pbi,
            field=passage.field,
            text=passage.text,
            score=score,
        )
        for score, passage in scored
    ]


def standing_in(asked: Sequence[str], words: str) -> list[str]:
    """Which of the terms stand in a text, inflections included."""
    stems = _stems(words)
    return [term for term in asked if _stem(term) in stems]


@lru_cache(maxsize=1 << 12)
def _stems(words: str) -> frozenset[str]:
    return frozenset(map(_stem, _TOKEN.findall(analysed(words).casefold())))


@lru_cache(maxsize=1 << 14)
def _stem(token: str) -> str:
    # Only for showing what matched; the engine's own stemmer ranks.
    for ending in ("ations", "ation", "ings", "ing", "ures", "ure", "ers", "er", "ed", "es", "s"):
        if token.endswith(ending) and len(token) - len(ending) >= 4:
            return token.removesuffix(ending).rstrip("e")
    return token.rstrip("e") if len(token) > 4 else token


def _all_words(problem: ProblemReading) -> str:
    parts = [passage.text for passage in cut(problem)]
    number = problem.pbi.removeprefix("PBI").lstrip("0")
    return " ".join([number, *parts, *problem.involved, problem.owner or "", problem.status or ""])
