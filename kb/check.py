"""Whether records, files, full text and vectors agree, both ways; and making them agree.

The records decide: what stands beside them without a record is removed, what is missing beside
them is made again. A lost upload cannot be made again: that is said and stays wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import Connection, FromClause, func, select, text, true

from ingest.records import ProblemReading
from kb import circles, derive, fulltext, outbox
from kb.errors import EncoderUnavailable, IndexBusy, IndexUnavailable, KBError
from kb.jobs import waiting
from kb.llm.client import described
from kb.passages import cut
from kb.records import ReportState
from kb.results import CheckReport, Trouble
from kb.rights import Right
from kb.tables import bodies, passages, reports, snapshots
from kb.tables import outbox as outbox_table

if TYPE_CHECKING:
    from kb.base import KnowledgeBase


def checked(kb: KnowledgeBase, *, repair: bool) -> CheckReport:
    """See `KnowledgeBase.check`."""
    found: list[Trouble] = []
    notes: list[str] = [line for line in (described(kb.settings),) if line]
    found += _database(kb)
    found += _files(kb, repair)
    found += _views(kb, repair)
    found += _texts(kb, repair)
    try:
        found += _vectors(kb, repair)
    except (IndexUnavailable, EncoderUnavailable) as error:
        notes.append(f"vectors not checked: {error}")
    return CheckReport(
        ok=all(trouble.repaired for trouble in found),
        troubles=tuple(found),
        schema_version=kb.database.schema(),
        counts=counts(kb),
        settings=kb.settings.effective(),
        notes=tuple(notes),
    )


def counts(kb: KnowledgeBase) -> dict[str, int]:
    """How much is held."""
    with kb.store.sight() as (connection, sight):
        held = sight.reports
        s, every = sight.rows("s"), sight.rows("every", every=True)
        mine = select(every.c.id).where(every.c.report_id.in_(held))
        spoken = passages.join(s, s.c.id == passages.c.snapshot_id)
        # Who keeps it is told of everything that it holds; others only of what they may see.
        whole = kb.may(Right.KEEP)
        return {
            "reports": len(held),
            "published": sum(one.state is ReportState.PUBLISHED for one in held.values()),
            "drafts": sum(one.state is ReportState.DRAFT for one in held.values()),
            "snapshots": _size(connection, mine.subquery()),
            "problems": _size(connection, select(s.c.id).where(s.c.latest == true()).subquery()),
            "passages": _size(connection, passages if whole else spoken),
            "waiting": _size(connection, outbox_table) if whole else 0,
        }


def _size(connection: Connection, rows: FromClause) -> int:
    return int(connection.scalar(select(func.count()).select_from(rows)) or 0)


def _database(kb: KnowledgeBase) -> Iterable[Trouble]:
    if not kb.database.sqlite:
        yield from _server(kb)
        return
    with kb.database.read() as connection:
        for (said,) in connection.execute(text("PRAGMA integrity_check")):
            if said != "ok":
                yield Trouble(code="database-damaged", message=str(said))
        for row in connection.execute(text("PRAGMA foreign_key_check")):
            yield Trouble(code="database-damaged", message=f"a row of {row[0]} lost its parent")


def _server(kb: KnowledgeBase) -> Iterable[Trouble]:
    """What the server itself says of its pages and of our indexes."""
    with kb.database.read() as connection:
        pages = connection.scalar(
            text(
                "SELECT checksum_failures FROM pg_stat_database WHERE datname = current_database()"
            )
        )
        if pages:
            message = f"the server found {pages} damaged pages: restore the last backup"
            yield Trouble(code="database-damaged", message=message)
        for name in connection.scalars(
            text(
                "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
                "WHERE c.relnamespace = current_schema()::regnamespace "
                "AND NOT (i.indisvalid AND i.indisready) ORDER BY 1"
            )
        ):
            message = f"the index {name} is not usable: REINDEX INDEX {name}"
            yield Trouble(code="database-damaged", message=message)


def _files(kb: KnowledgeBase, repair: bool) -> Iterable[Trouble]:
    held = {report.sha256: report for report in kb.reports()}
    kept = set(kb.files.names())
    for name in sorted(kept - held.keys() - waiting(kb)):
        if repair:
            kb.files.drop(name)
        message = f"the upload {name[:12]} belongs to no report"
        yield Trouble(code="file-orphaned", message=message, repaired=repair)
    for name, report in held.items():
        try:
            kb.files.get(name)
        except KBError as error:
            message = f"{report.file}: {error}; load it again after `pbi remove {report.id}`"
            yield Trouble(code="file-lost", message=message)
    if repair and (left := kb.files.sweep()):
        message = f"{left} broken-off uploads"
        yield Trouble(code="file-unfinished", message=message, repaired=True)


def _views(kb: KnowledgeBase, repair: bool) -> Iterable[Trouble]:
    """Whether the derived columns are what the published reports make of them."""
    with kb.database.rehearse() as connection:
        before = _derived(connection)
        _derive_again(connection)
        wrong = before ^ _derived(connection)
    if wrong and repair:
        with kb.database.write() as connection:
            _derive_again(connection)
    if wrong:
        problems = {row[2] for row in wrong}
        message = f"the history of {len(problems)} problems is out of date"
        yield Trouble(code="history-stale", message=message, repaired=repair)


def _derive_again(connection: Connection) -> None:
    for report_id in connection.scalars(
        select(reports.c.id).where(reports.c.state != ReportState.PUBLISHED.value)
    ).all():
        derive.silence(connection, report_id)
    derive.refresh(connection, set(connection.scalars(select(snapshots.c.pbi).distinct())))


def _derived(connection: Connection) -> set[tuple[object, ...]]:
    found: set[tuple[object, ...]] = set()
    for circle in (circles.ALL, *circles.stored(connection)):
        s = circles.rows(circle, "s")
        columns = [s.c[name] for name in ("id", "pbi", "live", *circles.DERIVED)]
        columns += [s.c.disputed] if circle != circles.ALL else []
        found |= {(circle, *row) for row in connection.execute(select(*columns))}
    return found


def _texts(kb: KnowledgeBase, repair: bool) -> Iterable[Trouble]:
    """Full text and passages against the bodies of published snapshots."""
    with kb.database.read() as connection:
        published = _published(connection)
        live = dict(published)
        due = {
            (row, passage.ordinal, passage.hash)
            for row, problem in published
            for passage in cut(problem)
        }
        has = {
            (row, ordinal, one)
            for row, ordinal, one in connection.execute(
                select(passages.c.snapshot_id, passages.c.ordinal, passages.c.hash)
            )
        }
        wrong = {row for row, *_ in due ^ has} | fulltext.wrong(connection, live)
    if not wrong:
        return
    if repair:
        with kb.database.write() as connection:
            fulltext.drop(connection, sorted(wrong))
            outbox.drop(connection, sorted(wrong))
            again = [(row, live[row]) for row in sorted(wrong & live.keys())]
            from kb.writing import put_text

            put_text(connection, again)
            fulltext.recount(connection)
    message = f"the text index of {len(wrong)} snapshots differs from the records"
    yield Trouble(code="text-stale", message=message, repaired=repair)


def _published(connection: Connection) -> list[tuple[int, ProblemReading]]:
    rows = connection.execute(
        select(snapshots.c.id, bodies.c.body)
        .join(bodies, bodies.c.snapshot_id == snapshots.c.id)
        .where(snapshots.c.report_id.in_(circles.with_text(connection)))
    )
    return [(row, ProblemReading.model_validate_json(body)) for row, body in rows]


def _usable(kb: KnowledgeBase) -> Iterable[Trouble]:
    """Throws a damaged index away and makes a new one; one in other hands is left alone."""
    try:
        kb.vector_ids()
    except IndexBusy:
        raise
    except IndexUnavailable as error:
        kb.rebuild_vectors()
        yield Trouble(code="vectors-damaged", message=str(error), repaired=True)


def _vectors(kb: KnowledgeBase, repair: bool) -> Iterable[Trouble]:
    """Ids of the index against the hashes of the passages, the outbox taken into account."""
    if repair:
        yield from _usable(kb)
        kb.catch_up()
    held = kb.vector_ids()
    if held is None:
        return
    with kb.database.read() as connection:
        due = set(connection.scalars(select(passages.c.hash).distinct()))
        waiting = set(connection.scalars(select(outbox_table.c.hash).distinct()))
    lost, orphaned = due - held - waiting, held - due - waiting
    if repair and (lost or orphaned):
        with kb.database.write() as connection:
            outbox.put(connection, lost | orphaned)
        kb.catch_up()
    for code, ids, words in (
        ("vector-lost", lost, "passages have no vector"),
        ("vector-orphaned", orphaned, "vectors belong to no passage"),
    ):
        if ids:
            yield Trouble(code=code, message=f"{len(ids)} {words}", repaired=repair)
