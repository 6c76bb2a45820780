"""Records out of the database: reports, snapshots, counts. What goes in is `kb/writing.py`'s."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, Select, func, select, true

from ingest.numbers import canonical_pbi
from ingest.records import Finding, ProblemReading, Reading, ReportReading
from kb.disputes import disputes
from kb.errors import AmbiguousName, RecordNotFound
from kb.filters import Filters
from kb.people import LOCAL
from kb.query import GroupBy, OrderBy
from kb.records import ReportRecord, ReportState, Snapshot
from kb.rows import fold, snapshot
from kb.select import bounded, conditions, ordering
from kb.tables import bodies, corrections, reports, snapshots
from kb.visible import Sight, Sights, Viewer

if TYPE_CHECKING:
    from kb.results import Correction

_SHORTEST_PREFIX = 4
_BATCH = 500


class RecordStore:
    """Reads records; every method sees one state of the database, and what the viewer may see.

    Args:
        viewer: says for whom; None reads everything.
    """

    def __init__(self, sights: Sights, viewer: Viewer | None = None) -> None:
        self._sights = sights
        self._viewer = viewer

    def sight(self) -> AbstractContextManager[tuple[Connection, Sight]]:
        """One state of the database, and what may be seen of it."""
        return self._sights.read(self._viewer)

    def kept(self) -> set[str]:
        """The sha256 of every report, whoever looks: for what is kept, never for what is shown."""
        with self.sight() as (connection, _):
            return {one.sha256 for one in self._sights.all_reports(connection).values()}

    def may_see(self, marking: str | None) -> bool:
        """Whether the viewer may see reports with a marking."""
        with self.sight() as (connection, _):
            person = self._viewer(connection) if self._viewer else LOCAL
            return self._sights.sees(person, marking)

    def sees_all(self) -> bool:
        """Whether no marking there is or may be is hidden from the viewer."""
        with self.sight() as (connection, _):
            person = self._viewer(connection) if self._viewer else LOCAL
            return self._sights.sees_all(person)

    def reports(self, states: Collection[ReportState] | None = None) -> list[ReportRecord]:
        """Every report, or those in the states given; in report order, drafts last."""
        with self.sight() as (_, sight):
            found = sight.reports.values()
        return [report for report in found if states is None or report.state in states]

    def report(self, name: str) -> ReportRecord:
        """One report by its id, the start of its sha256, or the name of its file.

        Raises:
            RecordNotFound: no report has that name.
            AmbiguousName: more than one has.
        """
        with self.sight() as (_, sight):
            held = sight.reports
        if name in held:
            return held[name]
        wanted = fold(name)
        for fits in (
            [one for one in held.values() if len(name) >= _SHORTEST_PREFIX
             and one.sha256.startswith(name.lower())],
            [one for one in held.values() if fold(one.file) == wanted],
            [one for one in held.values() if fold(one.file).rpartition(".")[0] == wanted],
            [one for one in held.values() if fold(one.reference or "") == wanted],
        ):  # fmt: skip
            if len(fits) == 1:
                return fits[0]
            speaking = [one for one in fits if one.state is ReportState.PUBLISHED]
            if len(speaking) == 1:
                return speaking[0]
            if fits:
                some = ", ".join(f"{one.id} ({one.state.value})" for one in fits[:5])
                raise AmbiguousName(f"{name!r} fits {len(fits)} reports: {some}; give an id")
        raise RecordNotFound(
            f"no report {name!r} is loaded: give an id, the start of one, or a file name "
            "(`pbi reports` lists them)"
        )

    def reading(self, report_id: str) -> Reading:
        """The whole reading of a report as it speaks, corrections in it."""
        with self.sight() as (connection, sight):
            row = connection.execute(
                select(reports.c.body, reports.c.findings).where(reports.c.id == report_id)
            ).one_or_none()
            if row is None or report_id not in sight.reports:
                raise RecordNotFound(f"no report {report_id!r} is loaded")
            held = connection.scalars(
                select(bodies.c.body)
                .join(snapshots, snapshots.c.id == bodies.c.snapshot_id)
                .where(snapshots.c.report_id == report_id)
                .order_by(snapshots.c.id)
            ).all()
        return Reading(
            report=ReportReading.model_validate_json(row.body),
            problems=tuple(ProblemReading.model_validate_json(body) for body in held),
            findings=findings_from(row.findings),
        )

    def snapshots(
        self,
        filters: Filters,
        *,
        order: OrderBy | None = None,
        descending: bool = False,
        limit: int | None = None,
        offset: int = 0,
        only: Collection[str] | None = None,
    ) -> list[Snapshot]:
        """The rows that meet the filters, one a problem."""
        with self.sight() as (connection, sight):
            s = sight.rows("s")
            statement = (
                select(s.c.id)
                .where(conditions(filters, s, sight, only=only))
                .order_by(*ordering(order, s, filters.as_at, descending=descending))
                .limit(limit if limit is None else bounded(limit))
                .offset(bounded(offset) or None)
            )
            return self.by_ids(connection, sight, connection.scalars(statement).all())

    def by_ids(self, connection: Connection, sight: Sight, ids: Sequence[int]) -> list[Snapshot]:
        """Snapshots by row id, in the order of the ids."""
        return list(self.by_id(connection, sight, ids).values())

    def by_id(
        self, connection: Connection, sight: Sight, ids: Sequence[int]
    ) -> dict[int, Snapshot]:
        """The same by row id; rows that are gone, or may not be seen, are left out."""
        held = sight.reports
        found: dict[int, Snapshot] = {}
        s = sight.rows("every", every=True)
        for start in range(0, len(ids), _BATCH):
            batch = ids[start : start + _BATCH]
            said = disputes(connection, batch, sight)
            for row in connection.execute(_full(s).where(s.c.id.in_(batch))):
                if row.report_id in held:
                    found[row.id] = snapshot(row, held[row.report_id], said.get(row.id, ()))
        return {one: found[one] for one in ids if one in found}

    def snapshot(self, key: str) -> Snapshot:
        """One snapshot by its key, published or not. Raises RecordNotFound."""
        with self.sight() as (connection, sight):
            ids = connection.scalars(select(snapshots.c.id).where(snapshots.c.key == key)).all()
            found = self.by_ids(connection, sight, ids)
        if not found:
            raise RecordNotFound(f"no snapshot {key!r} is held")
        return found[0]

    def of_report(self, report_id: str) -> list[Snapshot]:
        """Everything that one report says, in the order in which it says it."""
        with self.sight() as (connection, sight):
            ids = connection.scalars(
                select(snapshots.c.id)
                .where(snapshots.c.report_id == report_id)
                .order_by(snapshots.c.id)
            ).all()
            return self.by_ids(connection, sight, ids)

    def histories(self, pbis: Iterable[str]) -> list[Snapshot]:
        """The published snapshots of problems, per problem in report order."""
        wanted = sorted({canonical_pbi(pbi) for pbi in pbis})
        with self.sight() as (connection, sight):
            s = sight.rows("s")
            ids: list[int] = []
            for start in range(0, len(wanted), _BATCH):
                ids += connection.scalars(
                    select(s.c.id)
                    .where(s.c.pbi.in_(wanted[start : start + _BATCH]), s.c.live == true())
                    .order_by(s.c.pbi, s.c.position)
                ).all()
            return self.by_ids(connection, sight, ids)

    def sketches(self, pbis: Iterable[str]) -> list[Snapshot]:
        """`histories` with only what histories compare in them: many times faster to load."""
        from kb.sketches import sketched

        wanted = sorted({canonical_pbi(pbi) for pbi in pbis})
        with self.sight() as (connection, sight):
            return sketched(connection, wanted, sight)

    def count(self, filters: Filters, *, only: Collection[str] | None = None) -> int:
        """How many problems meet the filters."""
        with self.sight() as (connection, sight):
            s = sight.rows("s")
            where = conditions(filters, s, sight, only=only)
            return int(connection.scalar(select(func.count()).select_from(s).where(where)) or 0)

    def pbis(
        self,
        filters: Filters,
        *,
        order: OrderBy | None = None,
        descending: bool = False,
        only: Collection[str] | None = None,
    ) -> list[str]:
        """The numbers of the problems that meet the filters, in the order of `snapshots`."""
        with self.sight() as (connection, sight):
            s = sight.rows("s")
            statement = (
                select(s.c.pbi)
                .where(conditions(filters, s, sight, only=only))
                .order_by(*ordering(order, s, filters.as_at, descending=descending))
            )
            return list(connection.scalars(statement))

    def group(
        self, filters: Filters, by: GroupBy, *, only: Collection[str] | None = None
    ) -> dict[str | None, int]:
        """Counts by value, ordered as `kb/grouping.py` says."""
        from kb.grouping import grouped

        with self.sight() as (connection, sight):
            return grouped(connection, sight, filters, by, only)

    def facets(
        self, filters: Filters, *, only: Collection[str] | None = None
    ) -> dict[str, dict[str, int]]:
        """Counts for each thing to narrow by, all of one state; see `kb/grouping.py`."""
        from kb.grouping import facets

        with self.sight() as (connection, sight):
            return facets(connection, sight, filters, only)

    def corrections(self, report_id: str) -> list[Correction]:
        """What was put right in a report, oldest first."""
        with self.sight() as (connection, sight):
            if report_id not in sight.reports:
                return []
            rows = connection.execute(
                select(corrections)
                .where(corrections.c.report_id == report_id)
                .order_by(corrections.c.id)
            ).all()
        return [_correction(row) for row in rows]


def findings_from(text: str) -> tuple[Finding, ...]:
    """Findings as `tables.reports` keeps them."""
    from pydantic import TypeAdapter

    return TypeAdapter(tuple[Finding, ...]).validate_json(text)


def _full(s: FromClause) -> Select[Any]:
    narrow: list[ColumnElement[Any]] = [
        s.c[name]
        for name in ("id", "key", "report_id", "open", "slips", "slip_days", "vanished", "latest")
    ]
    return select(*narrow, bodies.c.body).join(bodies, bodies.c.snapshot_id == s.c.id)


def _correction(row: Row[Any]) -> Correction:
    from kb.results import Correction

    return Correction(
        report=row.report_id,
        pbi=row.pbi,
        field=row.field,
        printed=row.printed,
        value=row.value,
        who=row.who,
        note=row.note,
        at=row.at,
    )
