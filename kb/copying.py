"""All records from one database into another, whichever engine either is on.

The full text is derived and made again at the other end, because each engine keeps it in its own
form; all other tables are carried over as they are.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Table, delete, func, insert, select, text

from ingest.records import ProblemReading
from kb import circles, fulltext
from kb.database import Database
from kb.errors import WrongState
from kb.tables import SCHEMA, bodies, meta, metadata, reports, snapshots

_BATCH = 500

Progress = Callable[[str, int, int], None]


def copied(source: Connection, target: Connection, progress: Progress | None = None) -> None:
    """Fills the empty tables of `target` with what `source` holds; both at this release's schema.

    Args:
        source: sees one state throughout.
        target: within a writer's transaction.
        progress: is told "copying" with rows done and in all.
    """
    total = sum(_count(source, table) for table in metadata.sorted_tables)
    done = 0
    target.execute(delete(meta))  # opening a database may have left notes of its own
    for table in metadata.sorted_tables:
        statement = select(table).order_by(*table.primary_key.columns)
        rows = source.execute(statement.execution_options(yield_per=_BATCH))
        for batch in rows.partitions():
            target.execute(insert(table), [dict(row._mapping) for row in batch])
            done += len(batch)
            if progress:
                progress("copying", done, total)
    _fill_text(target)
    for table in metadata.sorted_tables:
        if _numbered(table):
            _go_on_from(target, table, _last(source, table))


def replaced(source: Connection, target: Database, progress: Progress | None = None) -> None:
    """Puts the records of `source` in the place of a database on a server that holds no report.

    All of it happens, or none: the tables are made anew and filled in one transaction.

    Raises:
        WrongState: the database holds reports, or other processes have it open.
        StoreUnavailable: it refuses.
    """
    from kb.migrations.run import upgrade

    expect_empty(target)
    with target.write(counts=False) as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        _expect_empty(connection, target.name)
        _drop_all(connection)
        upgrade(connection, SCHEMA)
        copied(source, connection, progress)
        connection.execute(text("ANALYZE"))  # what the planner goes by, at once


def expect_empty(target: Database) -> None:
    """Raises WrongState where a database holds reports, or others have it open."""
    with target.read() as connection:
        _expect_empty(connection, target.name)


def _expect_empty(connection: Connection, name: str) -> None:
    if count := _count(connection, reports):
        many = "1 report" if count == 1 else f"{count} reports"
        raise WrongState(f"{name} holds {many}, which are not replaced: name an empty database")
    others = connection.scalar(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name LIKE 'pbi %' "
            "AND application_name <> current_setting('application_name')"
        )
    )
    if others:
        raise WrongState(f"{name} is in use by another process: stop it, then try again")


def _drop_all(connection: Connection) -> None:
    """Takes our tables away, with the functions of their triggers."""
    names = [*metadata.tables, "fulltext", "fulltext_size", "fulltext_words", "alembic_version"]
    functions = connection.scalars(
        text(
            "SELECT DISTINCT t.tgfoid::regprocedure::text FROM pg_trigger t "
            "JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal "
            "AND c.relnamespace = current_schema()::regnamespace AND c.relname = ANY(:names)"
        ),
        {"names": names},
    ).all()
    for name in names:
        connection.execute(text(f'DROP TABLE IF EXISTS "{name}" CASCADE'))
    for function in functions:
        connection.execute(text(f"DROP FUNCTION IF EXISTS {function} CASCADE"))


def _count(connection: Connection, table: Table) -> int:
    return int(connection.scalar(select(func.count()).select_from(table)) or 0)


def _fill_text(connection: Connection) -> None:
    fulltext.clear(connection)
    with_text = (
        select(snapshots.c.id, bodies.c.body)
        .join(bodies, bodies.c.snapshot_id == snapshots.c.id)
        .where(snapshots.c.report_id.in_(circles.with_text(connection)))
        .order_by(snapshots.c.id)
    )
    rows = connection.execute(with_text.execution_options(yield_per=_BATCH))
    for batch in rows.partitions():
        fulltext.put(
            connection,
            [(row, ProblemReading.model_validate_json(body)) for row, body in batch],
        )


def _numbered(table: Table) -> bool:
    """Whether the database gives its rows their numbers."""
    return table.autoincrement_column is not None


def _last(connection: Connection, table: Table) -> int:
    """The last number that a row was given, the row having gone since or not."""
    if connection.dialect.name == "sqlite":
        given = text("SELECT max(seq) FROM sqlite_sequence WHERE name = :name")
        last = connection.scalar(given, {"name": table.name})
    else:
        sequence = text("SELECT pg_sequence_last_value(pg_get_serial_sequence(:name, 'id'))")
        last = connection.scalar(sequence, {"name": table.name})
    return max(last or 0, connection.scalar(select(func.max(table.c.id))) or 0)


def _go_on_from(connection: Connection, table: Table, last: int) -> None:
    """The next row gets a number after this one."""
    if not last:
        return
    values = {"name": table.name, "last": last}
    if connection.dialect.name != "sqlite":
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"), values
        )
    elif table.dialect_options["sqlite"]["autoincrement"]:
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), values)
        connection.execute(text("INSERT INTO sqlite_sequence VALUES (:name, :last)"), values)
