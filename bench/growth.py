"""How answers slow down as snapshots pile up: 1,000 to 200,000 of them in forty reports.

    python bench/growth.py [--sizes 1000,10000,100000,200000] [--postgres] [--folder FOLDER]
                           [--server URL] [--chart FILE.svg] [--plans] [--keep]

The reports are made as readings, so that nothing is read or encoded; what is loaded stays in
FOLDER, or on a PostgreSQL server that is named, and is used again. For each operation: medians in
milliseconds and the least, and the exponent of the line fitted through each on logarithmic axes (0:
does not grow; 1: grows as the snapshots do). The chart shows the least.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import load
from measure import ROOT, begin, keep, median, milliseconds, p95, table

from ingest.quarters import shifted
from kb.base import KnowledgeBase
from kb.filters import Filters
from kb.query import GroupBy, OrderBy
from kb.settings import Settings

REPORTS = 40
LAST, BEFORE = shifted(load.FIRST, REPORTS - 1), shifted(load.FIRST, REPORTS - 2)
TARGET_MS = 50.0
SLOW = ("changes, all", "changes, filtered", "catalogue, first")
"""Operations over all problems of a quarter, or of all: they cannot but grow."""


@dataclass(frozen=True, slots=True)
class Point:
    """One operation at one size."""

    engine: str
    operation: str
    snapshots: int
    median: float
    p95: float
    least: float
    """Of the calls: nearest to a quiet machine where this one is busy."""


def main() -> int:
    """Prints tables, and draws the chart where one is asked for."""
    given = begin("Growth", _options)
    sizes = [int(part) for part in given.sizes.split(",")]
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.folder or Path(scratch)
        points = list(_measured(sizes, folder, given))
    for engine in dict.fromkeys(point.engine for point in points):
        _show(engine, sizes, [point for point in points if point.engine == engine])
    if given.out:
        given.out.write_text(json.dumps([_plain(point) for point in points], indent=1))
    if given.chart:
        draw(points, given.chart)
    keep("growth", _worst(points), given)
    return 0


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sizes", default="1000,10000,100000,200000")
    parser.add_argument("--folder", type=Path, help="keeps what is loaded, for the next run")
    parser.add_argument("--postgres", action="store_true", help="also on PostgreSQL")
    parser.add_argument("--only-postgres", action="store_true")
    parser.add_argument(
        "--server", help="a PostgreSQL server that keeps what is loaded: postgresql://user@host"
    )
    parser.add_argument("--chart", type=Path)
    parser.add_argument("--out", type=Path, help="the points as JSON")
    parser.add_argument("--plans", action="store_true", help="print the query plans")


def _measured(sizes: list[int], folder: Path, given: argparse.Namespace) -> Iterator[Point]:
    if not given.only_postgres:
        with ExitStack() as stack:
            held = {}
            for size in sizes:
                settings = Settings(data=folder / f"sqlite-{size}")
                held[size] = stack.enter_context(KnowledgeBase.open(settings))
                fill(held[size], size)
            yield from _points(held, "SQLite", plans=given.plans)
    if given.postgres or given.only_postgres:
        with _server(given.server) as make, ExitStack() as stack:
            held = {}
            for size in sizes:
                url, ready = make(f"growth_{size}")
                # The folder holds uploads and vectors only, and is new with the database.
                data = stack.enter_context(tempfile.TemporaryDirectory())
                settings = Settings(data=Path(data), database_url=url)
                held[size] = stack.enter_context(KnowledgeBase.open(settings))
                fill(held[size], size)
                ready()
            yield from _points(held, "PostgreSQL", plans=given.plans)


def _points(held: dict[int, KnowledgeBase], engine: str, *, plans: bool) -> Iterator[Point]:
    """Every operation, the sizes in turn within each round, so that a busy moment hits all."""
    works = {size: operations(kb) for size, kb in held.items()}
    for name in next(iter(works.values())):
        taken: dict[int, list[float]] = {size: [] for size in held}
        for number in range(3 if name in SLOW else 15):
            for size in held:
                once = milliseconds(works[size][name], 1, warm=0 if number else 1)
                taken[size] += once
        for size, each in taken.items():
            yield Point(engine, name, size, median(each), p95(each), min(each))
        print(f"{engine}: {name}", file=sys.stderr, flush=True)
    if plans:
        show_plans(held[max(held)], engine)


def fill(kb: KnowledgeBase, size: int) -> None:
    """Loads forty reports of `size` snapshots in all, unless they are held already."""
    held = {report.file for report in kb.reports()}
    for report in load.reports(REPORTS, size // REPORTS):
        if report.file in held:
            continue
        reading = report.reading()
        result = kb.ingest(report.file.encode(), report.file, reader=lambda *_, r=reading: r)
        if result.status != "published":
            raise RuntimeError(result.message)


def operations(kb: KnowledgeBase) -> dict[str, Callable[[], object]]:
    """What is timed, by name."""
    some = kb.pbis(Filters())
    pbi = some[len(some) // 2]
    page = partial(kb.snapshots, limit=50)
    mine = Filters(owners=("DSP",), open=True)
    words = "message broker northern memory"
    return {
        "count, all": partial(kb.count, Filters()),
        "count, filtered": partial(kb.count, mine),
        "list, filtered, a page": partial(page, mine),
        "list, by target, a page": partial(page, mine, order=OrderBy.TARGET),
        "list, overdue, a page": partial(page, Filters(overdue=True)),
        "list, last page": partial(page, Filters(), offset=max(0, len(some) - 50)),
        "group by owner": partial(kb.group, Filters(), GroupBy.OWNER),
        "group by severity": partial(kb.group, mine, GroupBy.SEVERITY),
        "facets": partial(kb.facets, mine),
        "one problem": partial(kb.history, pbi),
        "its events": partial(kb.events, pbi),
        "count, every report": partial(kb.count, Filters(owners=("DSP",), open=True, ever=True)),
        "list, every report, a page": partial(page, Filters(owners=("DSP",), ever=True)),
        "search by words": partial(kb.search, words, vectors=False),
        "search, filtered": partial(kb.search, words, mine, vectors=False),
        "changes, filtered": partial(kb.changes, BEFORE, LAST, Filters(owners=("DSP",))),
        "changes, all": partial(kb.changes, BEFORE, LAST),
        "catalogue, first": partial(_first_catalogue, kb),
    }


def _first_catalogue(kb: KnowledgeBase) -> None:
    with KnowledgeBase.open(kb.settings) as other:
        other.catalogue()


def _show(engine: str, sizes: list[int], points: list[Point]) -> None:
    rows = []
    for name in dict.fromkeys(point.operation for point in points):
        mine = [point for point in points if point.operation == name]
        medians = [f"{point.median:.1f}" for point in mine]
        least = [f"{point.least:.1f}" for point in mine]
        slopes = [exponent(mine, each) for each in ("median", "least")]
        rows.append(
            (name, *medians, f"{mine[-1].p95:.1f}", f"{slopes[0]:.2f}", *least, f"{slopes[1]:.2f}")
        )
    heads = [f"{size:,}" for size in sizes]
    least_heads = [f"least {head}" for head in heads]
    table((f"{engine}, median ms", *heads, "95th", "exponent", *least_heads, "exponent"), rows)


def exponent(points: list[Point], which: str = "median") -> float:
    """The slope through the medians, or the least, on logarithmic axes, by least squares."""
    xs = [math.log(point.snapshots) for point in points]
    ys = [math.log(max(getattr(point, which), 0.01)) for point in points]
    middle, height = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - middle) ** 2 for x in xs)
    if not spread:
        return 0.0
    return sum((x - middle) * (y - height) for x, y in zip(xs, ys, strict=True)) / spread


def _worst(points: list[Point]) -> str:
    """How many of the operations that should be quick are, at the largest size."""
    most = max(point.snapshots for point in points)
    quick = [one for one in points if one.snapshots == most and one.operation not in SLOW]
    within = [one for one in quick if one.median < TARGET_MS]
    slowest = max(quick, key=lambda one: one.median)
    return (
        f"{len(within)} of {len(quick)} under {TARGET_MS:.0f} ms at {most:,}; "
        f"slowest {slowest.operation} ({slowest.engine}) {slowest.median:.0f} ms"
    )


def show_plans(kb: KnowledgeBase, engine: str) -> None:
    """Prints how the database goes about each statement of the lists and counts."""
    from sqlalchemy import event, text

    said: list[tuple[str, object]] = []

    def note(
        _connection: object, _cursor: object, statement: str, given: object, *_: object
    ) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            said.append((statement, given))

    event.listen(kb.database.engine, "before_cursor_execute", note)
    try:
        for name, work in operations(kb).items():
            if name in SLOW:
                continue
            said.clear()
            work()
            print(f"{engine}: {name}")
            for statement, given in list(said):
                _plan(kb, statement, given)
    finally:
        event.remove(kb.database.engine, "before_cursor_execute", note)
    del text


def _plan(kb: KnowledgeBase, statement: str, given: object) -> None:
    explain = "EXPLAIN QUERY PLAN " if kb.database.sqlite else "EXPLAIN "
    with kb.database.engine.connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute(explain + statement, given)
        for row in cursor.fetchall():
            print(f"    {row[-1]}")
        cursor.close()


@contextmanager
def _server(url: str | None) -> Iterator[Callable[[str], tuple[str, Callable[[], object]]]]:
    """From a name to a database's URL, and what readies it; without a server, on one of our own."""
    sys.path.insert(0, str(ROOT / "tests"))
    import postgres
    import psycopg

    def make(name: str) -> tuple[str, Callable[[], object]]:
        server = postgres.server()
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(f"CREATE DATABASE {name}")
        return server.url(name), partial(server.execute, "VACUUM ANALYZE", name)

    def find(name: str) -> tuple[str, Callable[[], object]]:
        def run(statement: str, database: str) -> None:
            with psycopg.connect(f"{url}/{database}", autocommit=True) as plain:
                plain.execute(statement)  # type: ignore[call-overload]

        with suppress(psycopg.errors.DuplicateDatabase):
            run(f"CREATE DATABASE {name} TEMPLATE template0", "postgres")
        return f"{url}/{name}", partial(run, "VACUUM ANALYZE", name)

    try:
        yield find if url else make
    finally:
        postgres.stop()
        postgres.server.cache_clear()


def _plain(point: Point) -> dict[str, object]:
    return {name: getattr(point, name) for name in Point.__slots__}


def draw(points: list[Point], file: Path) -> None:
    """A chart on logarithmic axes, one panel for each engine."""
    import altair
    import pandas

    frame = pandas.DataFrame([_plain(point) for point in points])
    lines = (
        altair.Chart(frame)
        .mark_line(point=True)
        .encode(
            altair.X("snapshots:Q").scale(type="log").title("snapshots"),
            altair.Y("least:Q").scale(type="log").title("least of the calls, ms"),
            altair.Color("operation:N").title(None).scale(scheme="tableau20"),
        )
        .properties(width=380, height=320)
    )
    limit = altair.Chart().mark_rule(strokeDash=[4, 4]).encode(y=altair.datum(TARGET_MS))
    layered = altair.layer(lines, limit, data=frame)
    layered.facet(column=altair.Column("engine:N").title(None)).save(str(file))


if __name__ == "__main__":
    sys.exit(main())
