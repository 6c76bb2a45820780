"""Who did what, when, about which report, from where: appended to, never changed.

What changes something is noted in the transaction that changes it. Questions and views are noted
on their own, just after: what fails there is logged, and the person still gets the answer.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    insert,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from ingest.records import Frozen
from kb import rights
from kb.errors import KBError
from kb.people import LOCAL, Person
from kb.rights import Right, needs
from kb.tables import audit as table
from kb.tables import meta

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.records import ReportRecord

log = logging.getLogger(__name__)

LONGEST = 2000
"""Characters of a detail, such as a question: the rest is cut off."""
_KEPT_FROM, _PRUNED = "audit_kept_from", "audit_pruned"


class Action(StrEnum):
    """What can be done."""

    SIGNED_IN = "signed in"
    SIGN_IN_REFUSED = "sign-in refused"
    SIGNED_OUT = "signed out"
    REFUSED = "refused"
    ASKED = "asked"
    VIEWED = "viewed page"
    OPENED = "opened file"
    EXPORTED = "exported"
    UPLOADED = "uploaded"
    PUBLISHED = "published"
    WITHDRAWN = "withdrew"
    SUPERSEDED = "superseded"
    DISCARDED = "discarded"
    REMOVED = "removed"
    CORRECTED = "corrected"
    ENTERED = "entered by hand"
    DROPPED = "dropped"
    TAKEN_BACK = "took back"
    ROLE_GIVEN = "gave role"
    ROLE_CHANGED = "changed role"
    ROLE_TAKEN = "took role away"
    AUDIT_SEEN = "saw audit"
    BACKED_UP = "backed up"
    REPAIRED = "repaired"


class Entry(Frozen):
    """One line of the record, in the order of `id`.

    Attributes:
        at: in UTC, by the clock of the machine that did it.
        who: e-mail address, or "local user". origin: network address, or "cli".
        report: id of the report, which may be gone by now. file: its name, while it is held.
        detail: the question as asked, the field, the page; never a report's text.
    """

    id: int
    at: datetime
    who: str
    what: str
    report: str | None
    file: str | None
    pbi: str | None
    detail: str | None
    origin: str | None


def actor() -> Person:
    """On whose behalf the step that runs was begun."""
    kb = rights.whose()
    return kb.person if kb is not None else LOCAL


def note(
    connection: Connection,
    what: Action,
    *,
    report: str | None = None,
    pbi: str | None = None,
    detail: str | None = None,
) -> None:
    """Notes a step in the transaction that makes it."""
    kb = rights.whose()
    row = _row(kb, what, report=report, pbi=pbi, detail=detail)
    _append(connection, [row], kb.settings.audit_days if kb is not None else None)


def record(
    kb: KnowledgeBase,
    what: Action,
    *,
    report: str | None = None,
    pbi: str | None = None,
    detail: str | None = None,
    who: str | None = None,
) -> None:
    """Notes a step on its own, as done by the person that `kb` acts for. Never raises.

    Where the database is busy the entry waits in memory for the next one.

    Args:
        who: for sign-ins that were refused, who they said they were; from the local user only.
    """
    row = _row(kb, what, report=report, pbi=pbi, detail=detail)
    if who is not None and kb.person.local:
        row["who"] = who[:LONGEST]
    waiting = kb.waiting_entries
    waiting.append(row)
    _flush(kb, waiting)


def settle(kb: KnowledgeBase) -> None:
    """Writes what still waits, before the database is let go."""
    _flush(kb, kb.waiting_entries)


@needs(Right.AUDIT)
def entries(
    kb: KnowledgeBase,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    who: str | None = None,
    what: str | None = None,
    limit: int | None = None,
) -> list[Entry]:
    """The record, latest first.

    Whoever may not see every marking there may be is shown the steps about reports that they may
    see, and their own; of what others asked and took out, that they did. Their lines are numbered
    as they come: the record's own numbers would count the others.

    Args:
        since, until: by the clock of whoever did it; both ends included.
        who: e-mail address. what: one of `Action`.
    """
    _flush(kb, kb.waiting_entries)
    everything = kb.store.sees_all()
    statement = select(table).order_by(table.c.id.desc()).limit(limit)
    if since is not None:
        statement = statement.where(table.c.at >= since)
    if until is not None:
        statement = statement.where(table.c.at <= until)
    if who is not None:
        statement = statement.where(table.c.who == who.strip().casefold())
    if what is not None:
        statement = statement.where(table.c.what == what)
    with kb.store.sight() as (connection, sight):
        if not everything:
            statement = statement.where(_about(sight.reports, kb.person.email))
        found = [_entry(row, sight.reports) for row in connection.execute(statement)]
    if everything:
        return found
    return [
        one.model_copy(update={"id": len(found) - place, "detail": _told(one, kb.person.email)})
        for place, one in enumerate(found)
    ]


def _about(seen: Collection[str], me: str) -> ColumnElement[bool]:
    """Entries about nothing but these reports, and those of one's own."""
    replaced = table.c.what == Action.SUPERSEDED
    by = table.c.detail.in_([f"by {one}" for one in seen])
    about = or_(table.c.report_id.is_(None), table.c.report_id.in_(seen))
    return or_(table.c.who == me, and_(about, or_(not_(replaced), by)))


def _told(one: Entry, me: str) -> str | None:
    """The detail, unless it is the words of others: they may speak of a report that is hidden."""
    return one.detail if one.who == me or one.what not in (Action.ASKED, Action.EXPORTED) else None


def _entry(row: Row[Any], held: Mapping[str, ReportRecord]) -> Entry:
    report = held.get(row.report_id)
    return Entry(
        report=row.report_id,
        file=report.file if report else None,
        **{name: getattr(row, name) for name in _PLAIN},
    )


_PLAIN = ("id", "at", "who", "what", "pbi", "detail", "origin")


def _row(
    kb: KnowledgeBase | None,
    what: Action,
    *,
    report: str | None,
    pbi: str | None,
    detail: str | None,
) -> dict[str, Any]:
    return {
        "at": datetime.now(UTC),
        "who": kb.person.email if kb is not None else LOCAL.email,
        "what": what.value,
        "report_id": report,
        "pbi": pbi,
        "detail": detail[:LONGEST] if detail else None,
        "origin": kb.origin if kb is not None else None,
    }


def _flush(kb: KnowledgeBase, waiting: deque[dict[str, Any]]) -> None:
    """Writes what waits, unless the database is busy or refuses: then it goes on waiting."""
    if not waiting:
        return
    rows = []
    with suppress(IndexError):
        while True:
            rows.append(waiting.popleft())
    try:
        with kb.database.brief() as connection:
            _append(connection, rows, kb.settings.audit_days)
    except (KBError, SQLAlchemyError, OSError) as error:
        entry = "entry waits" if len(rows) == 1 else "entries wait"
        log.warning("%d audit %s: %s", len(rows), entry, error)
        waiting.extendleft(reversed(rows))


def _append(connection: Connection, rows: list[dict[str, Any]], days: int | None) -> None:
    connection.execute(insert(table), rows)
    if days:
        _prune(connection, rows[-1]["at"], days)


def _prune(connection: Connection, now: datetime, days: int) -> None:
    """Lets go of what is older than the setting, at most once a day."""
    today = now.date().isoformat()
    names = select(meta.c.name, meta.c.value).where(meta.c.name.in_((_KEPT_FROM, _PRUNED)))
    held: Mapping[str, str] = dict(iter(connection.execute(names)))
    if held.get(_PRUNED) == today:
        return
    start = now - timedelta(days=days)
    # As the database writes a moment: the trigger compares the two as they stand.
    for name, value in ((_KEPT_FROM, f"{start:%Y-%m-%d %H:%M:%S.%f}+00:00"), (_PRUNED, today)):
        if name in held:
            connection.execute(update(meta).where(meta.c.name == name).values(value=value))
        else:
            connection.execute(insert(meta).values(name=name, value=value))
    connection.execute(delete(table).where(table.c.at < start))
