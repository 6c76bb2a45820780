"""Opening, migrating, sharing and losing the database, each with one clear line."""

from __future__ import annotations

import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from kb_samples import loaded, opened, problem
from sqlalchemy import text

from kb.database import Database
from kb.errors import SchemaTooNew, StoreUnavailable
from kb.migrations.run import scripts
from kb.tables import SCHEMA, metadata


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'pbi.sqlite'}"


def test_the_newest_revision_is_the_one_that_the_code_expects() -> None:
    assert scripts().get_current_head() == SCHEMA


def test_the_revisions_make_the_tables_that_the_code_declares(tmp_path: Path) -> None:
    database = Database(url(tmp_path))
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
    assert database.schema() == SCHEMA
    database.close()


def test_sqlite_is_set_up_to_lose_nothing(tmp_path: Path) -> None:
    database = Database(url(tmp_path))
    with database.read() as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous", "secure_delete")
        }
    assert found == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "secure_delete": 1}
    database.close()


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    database = Database(url(tmp_path))
    before = database.generation()
    with pytest.raises(RuntimeError), database.write() as connection:  # noqa: PT012
        connection.execute(text("INSERT INTO meta VALUES ('half', 'done')"))
        raise RuntimeError
    with database.read() as connection:
        assert connection.execute(text("SELECT * FROM meta WHERE name = 'half'")).all() == []
    assert database.generation() == before
    database.close()


def test_a_failed_migration_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from alembic.operations import Operations

    real = Operations.create_table

    def failing(self: Operations, name: str, *columns: object, **options: object) -> object:
        if name == "marks":
            raise OSError("No space left on device")
        return real(self, name, *columns, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Operations, "create_table", failing)
    with pytest.raises(StoreUnavailable, match="disk is full"):
        Database(url(tmp_path))
    monkeypatch.undo()
    with sqlite3.connect(tmp_path / "pbi.sqlite") as plain:
        assert plain.execute("SELECT name FROM sqlite_master").fetchall() == []
    plain.close()
    Database(url(tmp_path)).close()


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    database = Database(url(tmp_path))
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(SchemaTooNew, match="9999"):
        Database(url(tmp_path))


def test_a_damaged_database_says_so(tmp_path: Path) -> None:
    (tmp_path / "pbi.sqlite").write_bytes(b"not a database at all" * 500)
    with pytest.raises(StoreUnavailable, match="damaged"):
        Database(url(tmp_path))


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write anywhere")
def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(StoreUnavailable, match="permissions"):
            Database(url(tmp_path / "inner"))
    finally:
        tmp_path.chmod(0o700)


def test_a_folder_that_is_a_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreUnavailable):
        Database(url(tmp_path / "file"))


def test_a_full_disk_refuses_the_upload_and_keeps_the_rest(tmp_path: Path) -> None:
    with opened(tmp_path) as kb:
        loaded(kb, "2021-Q2", [problem(11)])
        with kb.database.engine.connect() as connection:
            pages = connection.execute(text("PRAGMA page_count")).scalar()
        # The cap is per connection: every one in the pool gets it.
        from sqlalchemy import event

        kb.database.engine.dispose()
        event.listen(
            kb.database.engine,
            "connect",
            lambda plain, _: plain.execute(f"PRAGMA max_page_count = {pages}"),
        )
        result = loaded(kb, "2021-Q3", [problem(n, description="x" * 5000) for n in range(1, 50)])
        assert result.status == "refused"
        assert "disk is full" in result.message
        assert kb.pbis() == ["PBI000000000011"]
        assert len(list(kb.files.names())) == 1
        assert kb.check().ok


def test_threads_read_while_others_write(tmp_path: Path) -> None:
    quarters = [f"20{year}-Q{number}" for year in (21, 22) for number in (1, 2, 3, 4)]
    with opened(tmp_path) as kb:

        def work(number: int) -> int:
            if number % 3 == 0:
                loaded(kb, quarters[number // 3], [problem(n) for n in range(1, 20)])
            found = kb.count()
            assert found in (0, 19)
            assert len(kb.snapshots()) in (0, 19)
            kb.catalogue()
            return found

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, range(24)))
        assert kb.count() == 19
        assert kb.catalogue().quarters == tuple(quarters)
        assert len(kb.history("1")) == 8
        assert kb.check().ok


def test_the_same_bytes_from_many_threads_are_one_report(tmp_path: Path) -> None:
    with opened(tmp_path) as kb:
        with ThreadPoolExecutor(6) as pool:
            results = list(pool.map(lambda _: loaded(kb, "2021-Q2", [problem(1)]).status, range(6)))
        assert sorted(results) == ["duplicate"] * 5 + ["published"]
        assert kb.check().ok
