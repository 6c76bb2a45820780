"""The standings of a circle of readers: what `kb/derive.py` works out, over their reports alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from kb import circles
from kb.derive import Place, View, batches, differing, facts, places, speaking, vanish
from kb.tables import snapshots, standings


def stand(connection: Connection, circle: int, hidden: Collection[str]) -> None:
    """Works out the standings of a circle from nothing.

    Args:
        hidden: the markings that it may not see.
    """
    connection.execute(delete(standings).where(standings.c.circle == circle))
    heirs = circles.heirs(circles.standing(connection), hidden)
    follow(connection, circle, heirs, ())


def follow(
    connection: Connection, circle: int, heirs: dict[str, str | None], touched: Collection[str]
) -> None:
    """Brings the standings of a circle up to date.

    Args:
        heirs: the reports of the circle; those without one speak.
    """
    held = places(connection, [report for report, heir in heirs.items() if heir is None])
    view = View(circle, held, circles.rows(circle, "s"))
    s = view.rows
    before = set(connection.scalars(select(s.c.report_id).distinct()))
    moved = before ^ held.keys()
    stale = set(touched) | set(
        connection.scalars(select(snapshots.c.pbi).where(snapshots.c.report_id.in_(moved)))
    )
    for batch in batches(sorted(stale)):
        mine = select(snapshots.c.id).where(snapshots.c.pbi.in_(batch))
        connection.execute(
            delete(standings).where(standings.c.circle == circle, standings.c.snapshot_id.in_(mine))
        )
        rows = connection.execute(
            select(*(snapshots.c[name] for name in _STOOD)).where(
                snapshots.c.pbi.in_(batch), snapshots.c.report_id.in_(held)
            )
        ).all()
        if fresh := list(_standings(rows, held, circle)):
            connection.execute(insert(standings), fresh)
    speaking(connection, view)
    vanish(connection, view)


_STOOD = ("id", "pbi", "report_id", "quarter", "owner", "severity", "status", "target", "open",
          "vanished")  # fmt: skip


def _standings(
    rows: Sequence[Any], held: dict[str, Place], circle: int
) -> Iterable[dict[str, Any]]:
    histories: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        histories[row.pbi].append(row)
    for history in histories.values():
        history.sort(key=lambda row: held[row.report_id].order)
        for row, found in zip(history, facts(history, held), strict=True):
            beside = (one for one in history if one is not row and one.quarter == row.quarter)
            yield {
                "circle": circle,
                "snapshot_id": row.id,
                "pbi": row.pbi,
                **{name: found[name] for name in circles.DERIVED if name in found},
                "speaks": False,
                "vanished": False,
                "disputed": row.quarter is not None
                and any(differing(row, other) for other in beside),
            }
