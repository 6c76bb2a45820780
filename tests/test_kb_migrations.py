"""Every released schema goes forward on real data, in one transaction, and loses nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from kb_samples import opened
from sqlalchemy import create_engine

from kb.database import Database
from kb.errors import StoreUnavailable
from kb.migrations.run import scripts, upgrade
from kb.tables import SCHEMA

CORPUS = Path(__file__).parents[1] / "corpus"
QUESTIONS = ("How many open problems are there?", "When is 123400 due?", "Which are overdue?")
RELEASED = [revision.revision for revision in scripts().walk_revisions() if revision.nextrev]


def _at(revision: str, path: Path) -> None:
    """An empty database of an older release."""
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        upgrade(connection, revision)
    engine.dispose()


def _filled(path: Path, source: Path) -> None:
    """All that is in one database, as far as the older one has room for it."""
    with closing(sqlite3.connect(path)) as old, old:
        old.execute("ATTACH ? AS new", (str(source),))
        tables = [
            name
            for name, sql in old.execute("SELECT name, sql FROM main.sqlite_master")
            if sql and sql.startswith("CREATE") and "TABLE" in sql[:20]
            and not name.startswith(("alembic", "sqlite_", "fulltext_"))
        ]  # fmt: skip
        for name in tables:
            columns = [row[1] for row in old.execute(f"PRAGMA main.table_info({name})")]
            names = ", ".join(f'"{one}"' for one in columns)
            if name == "fulltext":
                names = f"rowid, {names}"
            old.execute(f"DELETE FROM main.{name}")
            old.execute(f"INSERT INTO main.{name} ({names}) SELECT {names} FROM new.{name}")


@pytest.fixture(name="real", scope="module")
def _real(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[object]]:
    """Real reports, read by this release, and what it says of them."""
    folder = tmp_path_factory.mktemp("real")
    with opened(folder) as kb:
        for quarter in ("2021-Q2", "2021-Q3"):
            file = CORPUS / f"{quarter}-problem-report.pdf"
            kb.ingest(file.read_bytes(), file.name)
        kb.correct(kb.reports()[0].id, "123400", "owner", "DSP", who="staff")
        said = _said(kb)
    return folder, said


def _said(kb: object) -> list[object]:
    from kb.base import KnowledgeBase

    assert isinstance(kb, KnowledgeBase)
    answers = [kb.ask(question) for question in QUESTIONS]
    plain = [one.model_copy(update={"ms": 0.0}) for one in answers]
    return [*plain, kb.snapshots(), kb.reports(), kb.search("failure", vectors=False)]


@pytest.mark.parametrize("revision", RELEASED)
def test_a_database_of_an_older_release_goes_forward(
    revision: str, real: tuple[Path, list[object]], tmp_path: Path
) -> None:
    folder, said = real
    path = tmp_path / "pbi.sqlite"
    _at(revision, path)
    _filled(path, folder / "pbi.sqlite")
    (tmp_path / "files").symlink_to(folder / "files")
    with opened(tmp_path) as kb:
        assert kb.database.schema() == SCHEMA
        assert _said(kb) == said
        assert [one.code for one in kb.check().troubles] == []


@pytest.mark.parametrize("revision", RELEASED)
def test_a_step_forward_that_breaks_off_changes_nothing(
    revision: str,
    real: tuple[Path, list[object]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from alembic.operations import Operations

    path = tmp_path / "pbi.sqlite"
    _at(revision, path)
    _filled(path, real[0] / "pbi.sqlite")
    before = _dump(path)
    calls = iter(range(100))
    real_step = Operations.create_index

    def failing(self: Operations, *arguments: object, **options: object) -> object:
        made = real_step(self, *arguments, **options)  # type: ignore[arg-type]
        if next(calls) == 0:
            raise OSError("No space left on device")
        return made

    monkeypatch.setattr(Operations, "create_index", failing)
    with pytest.raises(StoreUnavailable, match="disk is full"):
        Database(f"sqlite:///{path}")
    assert _dump(path) == before
    monkeypatch.undo()
    with closing(Database(f"sqlite:///{path}")) as database:
        assert database.schema() == SCHEMA


def _dump(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as plain:
        return plain.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
