"""PostgreSQL opened, shared, lost and refused: each with one clear line, and none with a secret."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from kb_samples import WordHashEncoder, loaded, pbi, problem
from postgres import GUARDED, Server, server
from sqlalchemy import create_engine, text

from kb.base import KnowledgeBase
from kb.database import Database
from kb.errors import SchemaTooNew, StoreUnavailable
from kb.filters import Filters
from kb.migrations.run import scripts, upgrade
from kb.postgresql import LOCK
from kb.settings import Settings
from kb.tables import SCHEMA, metadata

SECRET = "correct-horse"
RELEASED = [revision.revision for revision in scripts().walk_revisions() if revision.nextrev]


@pytest.fixture
def bare() -> Iterator[str]:
    name = server().bare()
    yield name
    server().drop(name)


@pytest.fixture
def fresh() -> Iterator[str]:
    name = server().fresh()
    yield name
    server().drop(name)


def opened(folder: Path, database: str) -> KnowledgeBase:
    return KnowledgeBase.open(
        Settings(data=folder, database_url=server().url(database)), encoder=WordHashEncoder()
    )


def test_the_revisions_make_the_tables_that_the_code_declares(bare: str) -> None:
    database = Database(server().url(bare))
    with database.read() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_name": lambda name, kind, _: (
                    kind != "table" or not str(name).startswith("fulltext")
                ),
                "compare_type": True,
            },
        )
        assert compare_metadata(context, metadata) == []
        # An index over a part of a table says which part on this engine too.
        partial = connection.scalars(
            text("SELECT indexname FROM pg_indexes WHERE indexdef LIKE '% WHERE %'")
        ).all()
    wanted = {
        index.name
        for table in metadata.tables.values()
        for index in table.indexes
        if index.dialect_options["sqlite"]["where"] is not None
    }
    assert set(partial) == wanted
    assert wanted
    assert database.schema() == SCHEMA
    database.close()


@pytest.mark.parametrize("revision", RELEASED)
def test_a_database_of_an_older_release_goes_forward(
    revision: str, bare: str, fresh: str, tmp_path: Path
) -> None:
    with opened(tmp_path / "new", fresh) as kb:
        loaded(kb, "2021-Q2", [problem(100, owner="DCO"), problem(101, owner="DSP")])
        loaded(kb, "2021-Q3", [problem(101, owner="TSP", status="Closed")])
        said = _said(kb)
    engine = create_engine(server().url(bare).replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        upgrade(connection, revision)
    engine.dispose()
    _filled(bare, fresh)
    with opened(tmp_path / "old", bare) as kb:
        assert kb.database.schema() == SCHEMA
        assert _said(kb) == said
    indexes = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexdef"
    assert server().execute(indexes, bare) == server().execute(indexes, fresh)


def _said(kb: KnowledgeBase) -> list[object]:
    mine = Filters(owners=("TSP",), ever=True)
    return [kb.snapshots(mine), kb.facets(), kb.catalogue(), kb.search("title", vectors=False)]


def _filled(older: str, newer: str) -> None:
    """All rows of one database, as far as the older one has room for them."""
    columns = (
        "SELECT table_name, string_agg(quote_ident(column_name), ', ') FROM "
        "information_schema.columns WHERE table_schema = 'public' GROUP BY table_name"
    )
    held = {str(row[0]): str(row[1]) for row in server().execute(columns, older)}
    del held["alembic_version"]
    with psycopg.connect(server().url(newer)) as one, psycopg.connect(server().url(older)) as two:
        two.execute("SET session_replication_role = replica")  # in any order
        for table, names in held.items():
            two.execute(f"DELETE FROM {table}")
            out = one.cursor().copy(f"COPY {table} ({names}) TO STDOUT")
            to = two.cursor().copy(f"COPY {table} ({names}) FROM STDIN")
            with out as rows, to as taken:
                for row in rows:
                    taken.write(row)


def test_texts_are_sorted_as_in_sqlite_wherever_the_server_stands(fresh: str) -> None:
    others = server().execute(
        "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
        "JOIN pg_collation l ON l.oid = a.attcollation WHERE c.relkind IN ('r', 'i') "
        "AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND l.collname <> 'C'",
        fresh,
    )
    assert others == []


def test_processes_that_open_an_empty_database_at_once_migrate_it_once(bare: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        for database in pool.map(lambda _: Database(server().url(bare)), range(4)):
            assert database.schema() == SCHEMA
            database.close()


def test_a_failed_migration_leaves_nothing(bare: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from alembic.operations import Operations

    real = Operations.create_table

    def failing(self: Operations, name: str, *columns: object, **options: object) -> object:
        if name == "marks":
            raise OSError("No space left on device")
        return real(self, name, *columns, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Operations, "create_table", failing)
    with pytest.raises(StoreUnavailable, match="full disk"):
        Database(server().url(bare))
    monkeypatch.undo()
    tables = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    assert server().execute(tables, bare) == []
    Database(server().url(bare)).close()


def test_a_newer_schema_is_refused(fresh: str) -> None:
    server().execute("UPDATE alembic_version SET version_num = '9999'", fresh)
    with pytest.raises(SchemaTooNew, match="9999"):
        Database(server().url(fresh))


def refused(url: str) -> str:
    with pytest.raises(StoreUnavailable) as caught:
        Database(url)
    words = str(caught.value)
    assert "\n" not in words
    assert SECRET not in words
    return words


def test_what_is_wrong_is_said_in_a_line_and_the_password_never(
    fresh: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server().execute(f"DROP ROLE IF EXISTS {GUARDED}; CREATE ROLE {GUARDED} LOGIN PASSWORD 'right'")
    here = f"127.0.0.1:{server().port}"
    assert "refuses the password" in refused(server().url(fresh, GUARDED, SECRET))
    assert "refuses" in refused(f"postgresql://{GUARDED}@{here}/{fresh}?password={SECRET}")
    assert "no such user" in refused(server().url(fresh, "nobody-here", SECRET))
    missing = refused(server().url("nowhere", "pbi", SECRET))
    assert "no database of that name" in missing
    assert "nowhere" in missing
    assert "does not answer" in refused(f"postgresql://pbi:{SECRET}@127.0.0.1:1/pbi")
    assert "cannot be found" in refused(f"postgres://pbi:{SECRET}@no.such.host.invalid/pbi")
    assert "is no database URL" in refused(f"postgresql//pbi:{SECRET}@host/pbi")
    assert "names mysql" in refused(f"mysql://pbi:{SECRET}@host/pbi")
    assert SECRET not in caplog.text
    url = f"postgresql://pbi@host/pbi?sslpassword={SECRET}&password={SECRET}&sslmode=require"
    shown = Settings(database_url=url).effective()["database_url"]
    assert SECRET not in shown
    assert shown.endswith("&sslmode=require")


def test_a_user_without_rights_is_told_so(bare: str) -> None:
    server().execute(f"DROP ROLE IF EXISTS {GUARDED}; CREATE ROLE {GUARDED} LOGIN PASSWORD 'right'")
    words = refused(server().url(bare, GUARDED, "right"))
    assert "does not let this user make or change our tables" in words


def test_one_writes_at_a_time_and_readers_wait_for_nobody(tmp_path: Path, fresh: str) -> None:
    with opened(tmp_path, fresh) as kb, psycopg.connect(server().url(fresh)) as other:
        loaded(kb, "2021-Q2", [problem(11)])
        other.execute(f"SELECT pg_advisory_xact_lock({LOCK})")
        done = threading.Event()

        def write() -> None:
            loaded(kb, "2021-Q3", [problem(12)])
            done.set()

        writer = threading.Thread(target=write)
        writer.start()
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        while server().execute(waiting, fresh) == [(0,)]:
            assert writer.is_alive()
        assert kb.pbis() == [pbi(11)], "reading goes on"
        other.rollback()
        writer.join(60)
        assert done.is_set()
        assert kb.pbis() == [pbi(12)]


def test_a_writer_that_holds_on_is_named_after_a_while(
    tmp_path: Path, fresh: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.postgresql.BUSY_MS", 200)
    with opened(tmp_path, fresh) as kb, psycopg.connect(server().url(fresh)) as other:
        other.execute(f"SELECT pg_advisory_xact_lock({LOCK})")
        result = loaded(kb, "2021-Q2", [problem(11)])
        assert result.status == "refused"
        assert "is busy: another process has been writing" in result.message
        other.rollback()
        assert loaded(kb, "2021-Q2", [problem(11)]).status == "published"


def test_a_reader_sees_one_state_and_changes_nothing(tmp_path: Path, fresh: str) -> None:
    with opened(tmp_path, fresh) as kb, kb.database.read() as connection:
        count = text("SELECT count(*) FROM snapshots")
        assert connection.scalar(count) == 0
        loaded(kb, "2021-Q2", [problem(11)])
        assert connection.scalar(count) == 0
        assert kb.count() == 1
    with (
        opened(tmp_path, fresh) as kb,
        pytest.raises(StoreUnavailable, match="read-only"),
        kb.database.read() as connection,
    ):
        connection.execute(text("DELETE FROM snapshots"))


PUBLISH = """
import sys
from pathlib import Path
from kb_samples import WordHashEncoder, loaded, problem
from kb.base import KnowledgeBase
from kb.settings import Settings
settings = Settings(data=Path(sys.argv[1]), database_url=sys.argv[2])
with KnowledgeBase.open(settings, encoder=WordHashEncoder()) as kb:
    for line in sys.stdin:
        said = problem(int(line), owner=f"Owner {line.strip()}", title=f"Trouble {line.strip()}")
        loaded(kb, "2021-Q2", [said], name=f"{line.strip()}.txt", scope=f"Scope {line.strip()}")
        print("published", flush=True)
"""


def test_what_one_process_publishes_the_next_question_in_another_knows(
    tmp_path: Path, fresh: str
) -> None:
    with (
        opened(tmp_path, fresh) as kb,
        subprocess.Popen(
            [sys.executable, "-c", PUBLISH, str(tmp_path), server().url(fresh)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={"PYTHONPATH": str(Path(__file__).parent)},
        ) as other,
    ):
        assert kb.catalogue().owners == ()
        assert other.stdin
        assert other.stdout
        for number in (11, 12, 13):
            other.stdin.write(f"{number}\n")
            other.stdin.flush()
            assert other.stdout.readline() == "published\n"
            # At once: nothing is waited for.
            assert f"Owner {number}" in kb.catalogue().owners
            assert kb.ask(f"Who owns PBI {number}?").value == f"Owner {number}"
            (hit,) = kb.search(f"trouble {number}", Filters(pbis=(pbi(number),)), vectors=False)
            assert hit.snapshot.report.file == f"{number}.txt"


def test_a_server_that_restarts_is_missed_only_while_it_is_away(tmp_path: Path) -> None:
    own = Server()
    try:
        url = own.url(own.fresh())
        with KnowledgeBase.open(
            Settings(data=tmp_path, database_url=url), encoder=WordHashEncoder()
        ) as kb:
            loaded(kb, "2021-Q2", [problem(11)])
            own.stop()
            with pytest.raises(StoreUnavailable, match="does not answer"):
                kb.count()
            with pytest.raises(StoreUnavailable, match="does not answer"):
                loaded(kb, "2021-Q3", [problem(12)])
            own.start()
            assert kb.pbis() == [pbi(11)]
            assert loaded(kb, "2021-Q3", [problem(12)]).status == "published"
            # A connection that is cut in the middle of a transaction: nothing of it lasts.
            with (  # noqa: PT012
                pytest.raises(StoreUnavailable, match="closed the connection"),
                kb.database.write() as connection,
            ):
                connection.execute(text("DELETE FROM reports"))
                pid = connection.scalar(text("SELECT pg_backend_pid()"))
                own.execute(f"SELECT pg_terminate_backend({pid}, 5000)")
                connection.execute(text("DELETE FROM meta"))
            assert len(kb.reports()) == 2
            assert kb.check().ok
    finally:
        own.close()


def test_the_character_nul_is_left_out(tmp_path: Path, fresh: str) -> None:
    with opened(tmp_path, fresh) as kb:
        said = problem(11, title="Half\0way", description="One\0 two", owner="D\0CO")
        assert loaded(kb, "2021-Q2", [said]).status == "published"
        assert kb.count(Filters(owners=("D\0CO",))) == 1
        assert kb.group(Filters(), "owner") == {"DCO": 1}
        assert [hit.snapshot.pbi for hit in kb.search("half\0", vectors=False)] == [pbi(11)]
        assert kb.check().ok


def test_removed_words_are_not_left_in_the_tables(tmp_path: Path, fresh: str) -> None:
    with opened(tmp_path, fresh) as kb:
        loaded(kb, "2021-Q2", [problem(11, title="Zanzibar", description="Zanzibar " * 500)])
        loaded(kb, "2021-Q3", [problem(12)])
        kb.remove("2021-Q2-all.txt")
        # Nothing dead is left to be read, in the tables or where long texts are kept.
        dead = server().execute(
            "SELECT c.relname, pg_stat_get_dead_tuples(c.oid) FROM pg_class c "
            "WHERE c.relkind IN ('r', 't') AND pg_stat_get_dead_tuples(c.oid) > 0 "
            "AND c.relnamespace IN ('public'::regnamespace, 'pg_toast'::regnamespace) "
            "AND c.relname NOT LIKE 'meta%'",
            fresh,
        )
        assert dead == []
        left = "SELECT count(*) FROM fulltext_words WHERE token LIKE 'zanzi%'"
        assert server().execute(left, fresh) == [(0,)]
        assert kb.check().ok


@pytest.mark.parametrize(
    "astray",
    [
        "UPDATE fulltext_size SET words = words + 5",
        "UPDATE fulltext_words SET held = held + 5 WHERE token = 'drift'",
        "INSERT INTO fulltext_words VALUES ('nobody', 1)",
        "DELETE FROM fulltext_words WHERE token = 'drift'",
    ],
)
def test_a_word_count_that_went_astray_is_found_and_put_right(
    tmp_path: Path, fresh: str, astray: str
) -> None:
    with opened(tmp_path, fresh) as kb:
        loaded(kb, "2021-Q2", [problem(11, title="Clock drift")])
        server().execute(astray, fresh)
        assert [one.code for one in kb.check().troubles] == ["text-stale"]
        assert kb.check(repair=True).ok
        assert kb.check().ok
        assert not kb.check().troubles


def test_what_the_server_knows_to_be_damaged_is_said(tmp_path: Path, fresh: str) -> None:
    with opened(tmp_path, fresh) as kb:
        loaded(kb, "2021-Q2", [problem(11)])
        server().execute(
            "UPDATE pg_index SET indisvalid = false "
            "WHERE indexrelid = 'ix_marks_kind_fold_snapshot_id'::regclass",
            fresh,
        )
        (trouble,) = kb.check().troubles
        assert trouble.code == "database-damaged"
        assert "REINDEX INDEX ix_marks_kind_fold_snapshot_id" in trouble.message
        server().execute("REINDEX INDEX ix_marks_kind_fold_snapshot_id", fresh)
        assert kb.check().ok
