"""Circles of readers: people who may see all reports but those with certain markings.

What the history makes of a snapshot (whether it speaks, is the latest, has slipped ...) depends on
which reports there are. For whoever may see all of them it stands in `snapshots`; for every other
circle in `standings`, worked out from the reports of that circle alone, in the same transactions.
`rows` gives either with the same column names, so that no reader has to know the difference.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, FromClause, and_, false, func, insert, literal, select, true

from kb.records import ReportState
from kb.rows import fold
from kb.tables import circles, reports, snapshots, standings

ALL = 0
"""The circle of those who may see every report that speaks or has spoken."""

DERIVED = ("speaks", "leads", "latest", "vanished", "position", "slips", "slip_days")
_SPOKE = (ReportState.PUBLISHED.value, ReportState.SUPERSEDED.value)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a report stands: its state, what replaced it, and its marking, casefolded."""

    state: str
    superseded_by: str | None
    marking: str


def rows(circle: int, name: str | None = None, *, every: bool = False) -> FromClause:
    """`snapshots` as a circle has them: the columns are those of the table, and `disputed`.

    Args:
        name: the same name is the same rows: two in one statement have to have two names.
        every: also rows that are not live there, such as those of drafts.
    """
    return _made(circle, name, every) if name is None else _named(circle, name, every)


def _made(circle: int, name: str | None, every: bool) -> FromClause:
    if circle == ALL:
        return snapshots.alias(name)
    st = standings.alias()
    own = and_(st.c.snapshot_id == snapshots.c.id, st.c.circle == circle)
    plain = [one for one in snapshots.c if one.name not in (*DERIVED, "live")]
    if not every:
        plain = [st.c.pbi if one.name == "pbi" else one for one in plain]
        columns = [*plain, *(st.c[one] for one in DERIVED), st.c.disputed]
        held = select(*columns, true().label("live")).join(st, own)
        return held.subquery(name)
    nothing: dict[str, Any] = {
        one: literal(0) if one in ("position", "slips", "slip_days") else false() for one in DERIVED
    }
    derived = [func.coalesce(st.c[one], nothing[one]).label(one) for one in DERIVED]
    disputed = func.coalesce(st.c.disputed, false()).label("disputed")
    live = st.c.snapshot_id.is_not(None).label("live")
    return select(*plain, *derived, disputed, live).outerjoin(st, own).subquery(name)


# SQLAlchemy takes milliseconds to put one together: those that have a name are made once.
_named = lru_cache(maxsize=256)(_made)


def standing(connection: Connection) -> dict[str, Standing]:
    """Every report that speaks or was superseded, by id."""
    found = connection.execute(
        select(reports.c.id, reports.c.state, reports.c.superseded_by, reports.c.body).where(
            reports.c.state.in_(_SPOKE)
        )
    )
    return {row.id: Standing(row.state, row.superseded_by, marking_of(row.body)) for row in found}


def marking_of(body: str) -> str:
    """The casefolded marking in the JSON of a `ReportReading`; "" for none."""
    said = json.loads(body).get("classification")
    return fold(said) if isinstance(said, str) else ""


def heirs(held: Mapping[str, Standing], hidden: Collection[str]) -> dict[str, str | None]:
    """The reports of a circle, each with the first visible one that replaced it.

    A report whose replacements are all hidden speaks there (None), as if it had not been replaced.
    """
    found: dict[str, str | None] = {}
    for name, one in held.items():
        if one.marking in hidden:
            continue
        seen, after = {name}, one.superseded_by
        while after is not None and after not in seen:
            seen.add(after)
            later = held.get(after)
            if later is None or later.marking not in hidden:
                break
            after = later.superseded_by if later.state == ReportState.SUPERSEDED.value else None
        found[name] = after if one.state == ReportState.SUPERSEDED.value else None
    return found


def speaks_apart(held: Mapping[str, Standing], name: str) -> bool:
    """Whether a replaced report can speak in some circle: nothing like it in marking followed."""
    one, seen = held[name], {name}
    if one.state != ReportState.SUPERSEDED.value or one.superseded_by not in held:
        return False
    after = one.superseded_by
    while after is not None and after in held and after not in seen:
        seen.add(after)
        later = held[after]
        if later.marking == one.marking:
            return False
        after = later.superseded_by if later.state == ReportState.SUPERSEDED.value else None
    return True


def with_text(connection: Connection) -> set[str]:
    """The reports whose text can be searched: those that speak, to all or in some circle."""
    held = standing(connection)
    return {
        name
        for name, one in held.items()
        if one.state == ReportState.PUBLISHED.value or speaks_apart(held, name)
    }


def stored(connection: Connection) -> dict[int, frozenset[str]]:
    """The circles whose standings are kept: the markings hidden from each."""
    found = connection.execute(select(circles.c.id, circles.c.hidden).order_by(circles.c.id))
    return {row.id: frozenset(json.loads(row.hidden)) for row in found}


def fitting(connection: Connection, hidden: Collection[str], markings: Iterable[str]) -> int | None:
    """The kept circle from which exactly these of the markings held are hidden; None for none."""
    held = set(markings)
    for number, theirs in stored(connection).items():
        if theirs & held == set(hidden):
            return number
    return None


def begun(connection: Connection, hidden: Collection[str]) -> int:
    """A new circle, whose standings are still to be worked out."""
    row = insert(circles).values(hidden=json.dumps(sorted(hidden))).returning(circles.c.id)
    return int(connection.execute(row).scalar_one())
