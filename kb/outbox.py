"""How the vector index follows the records: what it must still take in, or let go.

Entries are written in the transaction that changes the passages, so none is ever lost; they are
deleted only after the index has done what they say. Both actions may be repeated without harm:
a crash between the index and the deletion just does the work twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, literal, select

from ingest.records import ProblemReading
from kb.circles import with_text
from kb.database import Database
from kb.encode import Encoder
from kb.index import VectorIndex
from kb.passages import VERSION, cut
from kb.tables import bodies, meta, outbox, passages, snapshots

BATCH = 512
_IN = 500

Progress = Callable[[str, int, int], None]


def put(connection: Connection, hashes: Collection[str]) -> None:
    """The index must hold these."""
    _enter(connection, "put", hashes)


def add(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keeps passages (rows of `tables.passages`); only texts that are new are to be put."""
    hashes = {str(row["hash"]) for row in rows}
    known = _known(connection, hashes)
    if rows:
        connection.execute(insert(passages), rows)
    put(connection, hashes - known)


def drop(connection: Connection, rows: Sequence[int]) -> None:
    """The passages of these snapshots go; the index must let go what no other passage says."""
    for start in range(0, len(rows), _IN):
        batch = rows[start : start + _IN]
        mine = passages.c.snapshot_id.in_(batch)
        hashes = set(connection.scalars(select(passages.c.hash).where(mine)))
        connection.execute(delete(passages).where(mine))
        _enter(connection, "drop", hashes - _known(connection, hashes))


def _enter(connection: Connection, action: str, hashes: Collection[str]) -> None:
    if hashes:
        rows = [{"hash": one, "action": action} for one in sorted(hashes)]
        connection.execute(insert(outbox), rows)


def _known(connection: Connection, hashes: Collection[str]) -> set[str]:
    """Those that some passage has."""
    wanted = sorted(hashes)
    found: set[str] = set()
    for start in range(0, len(wanted), _IN):
        batch = wanted[start : start + _IN]
        found |= set(
            connection.scalars(select(passages.c.hash).where(passages.c.hash.in_(batch)).distinct())
        )
    return found


def pending(database: Database) -> int:
    """How many entries wait."""
    with database.read() as connection:
        return int(connection.scalar(select(func.count()).select_from(outbox)) or 0)


def drain(
    database: Database,
    index: VectorIndex,
    encoder: Encoder,
    progress: Progress | None = None,
) -> int:
    """Brings the index up to date; returns how many texts were encoded.

    Raises:
        IndexUnavailable, EncoderUnavailable: what was not done yet stays in the outbox.
    """
    encoded = done = 0
    total = pending(database)
    while True:
        with database.read() as connection:
            rows = connection.execute(
                select(outbox.c.id, outbox.c.hash).order_by(outbox.c.id).limit(BATCH)
            ).all()
            # What the records say now decides, whatever the entry was written for.
            texts = texts_of(connection, {row.hash for row in rows})
        if not rows:
            return encoded
        held = index.among([row.hash for row in rows])
        gone = sorted({row.hash for row in rows} - texts.keys())
        new = sorted(texts.keys() - held)
        if new:
            index.put(new, encoder.encode([texts[one] for one in new]))
        index.drop([one for one in gone if one in held])
        with database.write() as connection:
            ids = [row.id for row in rows]
            for start in range(0, len(ids), _IN):
                connection.execute(delete(outbox).where(outbox.c.id.in_(ids[start : start + _IN])))
        encoded += len(new)
        done += len(rows)
        if progress:
            progress("indexing", min(done, total), total)


def texts_of(connection: Connection, hashes: Collection[str]) -> dict[str, str]:
    """The text to encode for each hash that some published passage has."""
    wanted = sorted(hashes)
    owners: dict[str, int] = {}
    for start in range(0, len(wanted), _IN):
        rows = connection.execute(
            select(passages.c.hash, func.min(passages.c.snapshot_id))
            .where(passages.c.hash.in_(wanted[start : start + _IN]))
            .group_by(passages.c.hash)
        )
        owners.update(dict(iter(rows)))
    found: dict[str, str] = {}
    rows_wanted = sorted(set(owners.values()))
    for start in range(0, len(rows_wanted), _IN):
        for body in connection.scalars(
            select(bodies.c.body).where(bodies.c.snapshot_id.in_(rows_wanted[start : start + _IN]))
        ):
            for passage in cut(ProblemReading.model_validate_json(body)):
                if passage.hash in owners:
                    found[passage.hash] = passage.encoded
    return found


def refill(connection: Connection) -> None:
    """Every passage is to be put: the index is made anew. Cut again, if the rule has changed."""
    cut_by = connection.scalar(select(meta.c.value).where(meta.c.name == "passages"))
    if cut_by != str(VERSION):
        _cut_again(connection)
        connection.execute(delete(meta).where(meta.c.name == "passages"))
        connection.execute(insert(meta).values(name="passages", value=str(VERSION)))
    connection.execute(delete(outbox))
    held = select(passages.c.hash, literal("put")).distinct().order_by(passages.c.hash)
    connection.execute(insert(outbox).from_select(["hash", "action"], held))


def _cut_again(connection: Connection) -> None:
    connection.execute(delete(passages))
    published = (
        select(bodies.c.snapshot_id, bodies.c.body)
        .join(snapshots, snapshots.c.id == bodies.c.snapshot_id)
        .where(snapshots.c.report_id.in_(with_text(connection)))
        .order_by(bodies.c.snapshot_id)
    )
    for rows in connection.execute(published).partitions(_IN):
        fresh = [
            {"snapshot_id": row, "ordinal": passage.ordinal, "hash": passage.hash}
            for row, body in rows
            for passage in cut(ProblemReading.model_validate_json(body))
        ]
        if fresh:
            connection.execute(insert(passages), fresh)
