"""What one person may see, in one state of the database: every reader takes its rows from here.

The local user and whoever may see every marking held read `snapshots` as they stand. For anybody
else the rows are those of their circle (`kb/circles.py`), and the reports are as they would be if
those that they may not see had never been loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from sqlalchemy import Connection, FromClause, select

from kb import circles, derive, standings
from kb.classification import Classification
from kb.database import Database
from kb.errors import StoreUnavailable
from kb.people import Person, Role
from kb.records import ReportRecord, ReportState
from kb.rows import fold, report_record
from kb.tables import reports as table

Reports = Mapping[str, ReportRecord]
Viewer = Callable[[Connection], Person]

_FOR_STAFF = (ReportState.DRAFT, ReportState.WITHDRAWN)
_SPOKE = (ReportState.PUBLISHED, ReportState.SUPERSEDED)
_TRIES = 5
_KEPT = 32


@dataclass(frozen=True, slots=True)
class Sight:
    """Visible reports by id, in report order, and the circle that snapshots are read for.

    Attributes:
        generation: of the database that it is the sight of.
        memo: what readers have worked out of this state and want to find again.
    """

    circle: int
    reports: Reports
    generation: int
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def everything(self) -> bool:
        """Nothing that speaks is hidden."""
        return self.circle == circles.ALL

    def same_as(self, other: Sight) -> bool:
        """It shows the same of what speaks: people of one circle, in one state."""
        return (self.generation, self.circle) == (other.generation, other.circle)

    def rows(self, name: str | None = None, *, every: bool = False) -> FromClause:
        """The snapshots, with the columns of that table; see `circles.rows`."""
        return circles.rows(self.circle, name, every=every)


@dataclass(slots=True)
class _Kept:
    """What is gathered once for each state of the database, for all who look."""

    guard: Lock = field(default_factory=Lock)
    generation: int | None = None
    reports: Reports = field(default_factory=dict)
    sights: dict[tuple[frozenset[str], frozenset[str], bool], Sight] = field(default_factory=dict)


class Sights:
    """Works out what people see. Safe between threads."""

    def __init__(self, database: Database, said: Classification) -> None:
        self._database = database
        self._said = said
        self._kept = _Kept()

    @contextmanager
    def read(self, viewer: Viewer | None) -> Iterator[tuple[Connection, Sight]]:
        """A connection that sees one state of the database, and what the viewer sees of it.

        Args:
            viewer: asked for the person within that state; None for the local user.
        """
        for _ in range(_TRIES):
            with self._database.read() as connection:
                found = self._sight(connection, viewer(connection) if viewer else None)
                if isinstance(found, Sight):
                    yield connection, found
                    return
            with self._database.write(counts=False) as connection:
                _stood(connection, found)
        raise StoreUnavailable("the knowledge base changes too fast to be read: try again")

    def all_reports(self, connection: Connection) -> Reports:
        """Every report by id, in report order, drafts last; read again only after a write."""
        return self._all(connection, self._database.generation_of(connection))

    def sees(self, person: Person, marking: str | None) -> bool:
        """Whether a person may see a report with a marking."""
        return self._said.sees(person, marking)

    def sees_all(self, person: Person) -> bool:
        """Whether a person may see any marking there may ever be."""
        return self._said.sees_all(person)

    def _sight(self, connection: Connection, person: Person | None) -> Sight | frozenset[str]:
        """What a person sees; where its circle is not kept yet, the markings hidden from it."""
        generation = self._database.generation_of(connection)
        held = self._all(connection, generation)
        if person is None or person.local:
            return Sight(circles.ALL, held, generation)
        markings = {fold(one.classification or "") for one in held.values()}
        denied = frozenset(one for one in markings if not self._said.sees(person, one))
        spoke = {fold(one.classification or "") for one in held.values() if one.state in _SPOKE}
        staff = Role.STAFF in person.roles
        key = (denied, frozenset(spoke), staff)
        with self._kept.guard:
            if self._kept.generation == generation and key in self._kept.sights:
                return self._kept.sights[key]
        hidden = denied & spoke
        circle: int | None = circles.ALL
        if hidden:
            circle = circles.fitting(connection, hidden, spoke)
        if circle is None:
            return hidden
        seen = _seen(connection, held, denied, hidden, staff=staff)
        sight = Sight(circle, seen, generation)
        with self._kept.guard:
            if self._kept.generation == generation and len(self._kept.sights) < _KEPT:
                self._kept.sights[key] = sight
        return sight

    def _all(self, connection: Connection, generation: int) -> Reports:
        with self._kept.guard:
            if self._kept.generation == generation:
                return self._kept.reports
        rows = connection.execute(select(table)).all()
        held = _sorted(report_record(row) for row in rows)
        with self._kept.guard:
            self._kept.generation, self._kept.reports, self._kept.sights = generation, held, {}
        return held


def _stood(connection: Connection, hidden: Collection[str]) -> None:
    """Keeps a circle from now on."""
    spoke = {one.marking for one in circles.standing(connection).values()}
    if circles.fitting(connection, hidden, spoke) is None:  # nobody else did meanwhile
        standings.stand(connection, circles.begun(connection, hidden), hidden)


def _seen(
    connection: Connection,
    held: Reports,
    denied: Collection[str],
    hidden: Collection[str],
    *,
    staff: bool,
) -> Reports:
    """The visible reports, as if there were no others."""
    found = {
        name: one
        for name, one in held.items()
        if fold(one.classification or "") not in denied and (staff or one.state not in _FOR_STAFF)
    }
    if not hidden:
        return found
    heirs = circles.heirs(circles.standing(connection), hidden)
    spoken = [name for name, heir in heirs.items() if heir is None]
    current = derive.current(derive.places(connection, spoken).values())
    for name, heir in heirs.items():
        state = ReportState.PUBLISHED if heir is None else ReportState.SUPERSEDED
        update = {"state": state, "superseded_by": heir, "current": name in current}
        found[name] = found[name].model_copy(update=update)
    return found


def _sorted(found: Iterator[ReportRecord]) -> Reports:
    return {one.id: one for one in sorted(found, key=_order)}


def _order(report: ReportRecord) -> tuple[object, ...]:
    from kb.sequence import report_order

    draft = report.state is ReportState.DRAFT
    return (draft, *report_order(report))
