"""Which sign-ins are still good: each ends by itself when nothing was done for a while.

A browser's cookie outlives that by far, and can be copied. So the end is kept here, where every
process that serves the app sees it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, select, update

from kb.database import Database
from kb.tables import sign_ins as table

KEPT = timedelta(days=40)
"""Longer than any cookie lives: an end must not be forgotten before."""

_OFTEN = timedelta(seconds=30)
"""An action this soon after the last one is not written down."""


class Standing(StrEnum):
    """How a sign-in stands."""

    NEW = "new"
    GOOD = "good"
    IDLE = "idle"
    ENDED = "ended"


def standing(
    database: Database,
    key: str,
    email: str,
    *,
    began: datetime | None,
    idle: timedelta | None,
    acting: bool = True,
    now: datetime | None = None,
) -> Standing:
    """How a sign-in stands; the one that was idle too long has ended for good.

    Args:
        key: of the sign-in, the same for each of its requests.
        began: when it was made, where that is known: one that was never seen here and is older
            than `idle` has ended too.
        idle: how long nothing may be done; None for ever.
        acting: something is being done now; else it is only looked at, and is never NEW.
        now: the time, if not by the clock.
    """
    now = now or datetime.now(UTC)
    with database.read() as connection:
        row = connection.execute(select(table).where(table.c.key == key)).one_or_none()
    if row is None:
        if idle is not None and began is not None and now - began > idle:
            return Standing.IDLE
        if not acting:
            return Standing.GOOD
        return _begun(database, key, email, now)
    if row.ended is not None or row.email != email:
        return Standing.IDLE if row.idle else Standing.ENDED
    if idle is not None and now - row.seen > idle:
        end(database, key, idle=True, now=now)
        return Standing.IDLE
    if acting and now - row.seen > min(_OFTEN, (idle or KEPT) / 4):
        with database.write(counts=False) as connection:
            connection.execute(update(table).where(table.c.key == key).values(seen=now))
    return Standing.GOOD


def end(database: Database, key: str, *, idle: bool = False, now: datetime | None = None) -> None:
    """Ends a sign-in: its cookie is worth nothing any more."""
    now = now or datetime.now(UTC)
    with database.write(counts=False) as connection:
        mine = (table.c.key == key) & table.c.ended.is_(None)
        connection.execute(update(table).where(mine).values(ended=now, idle=idle))


def _begun(database: Database, key: str, email: str, now: datetime) -> Standing:
    with database.write(counts=False) as connection:
        # Two requests of one browser may come at the same time.
        if _held(connection, key):
            return Standing.GOOD
        connection.execute(delete(table).where(table.c.seen < now - KEPT))
        connection.execute(insert(table).values(key=key, email=email, began=now, seen=now))
    return Standing.NEW


def _held(connection: Connection, key: str) -> bool:
    return connection.scalar(select(table.c.key).where(table.c.key == key)) is not None
