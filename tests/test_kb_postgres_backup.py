"""A backup of either engine is restored into either, and answers as before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from kb_samples import WordHashEncoder, loaded, problem
from postgres import server
from sqlalchemy import insert, select, text
from test_kb_backup import answers, fill

from kb.backup import back_up, restore
from kb.base import KnowledgeBase
from kb.errors import BadBackup, WrongState
from kb.settings import Settings
from kb.tables import metadata, outbox

SQLITE, POSTGRESQL = "sqlite", "postgresql"


@contextmanager
def place(folder: Path, engine: str, *, bare: bool = False) -> Iterator[Settings]:
    """Settings for an empty knowledge base on an engine; its database is gone afterwards."""
    if engine == SQLITE:
        yield Settings(data=folder)
        return
    name = server().bare() if bare else server().fresh()
    try:
        yield Settings(data=folder, database_url=server().url(name))
    finally:
        server().drop(name)


def opened(settings: Settings) -> KnowledgeBase:
    return KnowledgeBase.open(settings, encoder=WordHashEncoder())


def rows(kb: KnowledgeBase) -> dict[str, list[tuple[object, ...]]]:
    """All that is held, table by table, but what every restore makes anew."""
    with kb.database.read() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=str)
            for table in metadata.sorted_tables
            if table.name not in ("meta", "outbox", "audit")
        }


@pytest.mark.parametrize(
    ("before", "after"), [(SQLITE, POSTGRESQL), (POSTGRESQL, SQLITE), (POSTGRESQL, POSTGRESQL)]
)
def test_what_is_restored_answers_as_what_was_backed_up(
    tmp_path: Path, before: str, after: str
) -> None:
    with place(tmp_path / "one", before) as one, place(tmp_path / "two", after, bare=True) as two:
        with opened(one) as kb:
            fill(kb)
            said, held = answers(kb), rows(kb)
            generation = kb.database.generation()
            manifest = back_up(kb, tmp_path / "backup")
        assert restore(two, tmp_path / "backup") == manifest
        with opened(two) as kb:
            kb.catch_up()
            assert rows(kb) == held
            assert answers(kb) == said
            assert kb.check().ok
            assert kb.database.generation() > generation
            # Numbers go on from where they were: what is added collides with nothing.
            loaded(kb, "2022-Q1", [problem(15, title="Added afterwards")])
            kb.correct("2022-Q1-all.txt", "15", "owner", "DSP", who="staff")
            assert kb.check().ok
            with pytest.raises(WrongState, match="4 reports, which are not replaced"):
                restore(two, tmp_path / "backup")


def test_the_number_of_a_removed_row_is_never_anothers(tmp_path: Path) -> None:
    with place(tmp_path / "one", POSTGRESQL) as one, opened(one) as kb:
        with kb.database.write() as connection:
            connection.execute(insert(outbox), [{"hash": "a" * 32, "action": "drop"}] * 7)
            connection.execute(text("DELETE FROM outbox"))
        back_up(kb, tmp_path / "backup")
    restore(Settings(data=tmp_path / "two"), tmp_path / "backup")
    with opened(Settings(data=tmp_path / "two")) as kb, kb.database.write() as connection:
        row = insert(outbox).values(hash="b" * 32, action="drop").returning(outbox.c.id)
        assert connection.scalar(row) == 8


def test_a_database_in_use_is_left_alone(tmp_path: Path) -> None:
    with opened(Settings(data=tmp_path / "one")) as kb:
        fill(kb)
        back_up(kb, tmp_path / "backup")
    with place(tmp_path / "two", POSTGRESQL) as two:
        assert two.database_url
        with (
            psycopg.connect(two.database_url, application_name="pbi elsewhere 77"),
            pytest.raises(WrongState, match="in use by another process"),
        ):
            restore(two, tmp_path / "backup")
        restore(two, tmp_path / "backup")


def test_a_restore_that_fails_half_way_leaves_the_place_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(Settings(data=tmp_path / "one")) as kb:
        fill(kb)
        back_up(kb, tmp_path / "backup")
    with place(tmp_path / "two", POSTGRESQL) as two:
        with monkeypatch.context() as patched:

            def failing(*_: object) -> None:
                raise RuntimeError("half-way")

            patched.setattr("kb.copying._fill_text", failing)
            with pytest.raises(RuntimeError, match="half-way"):
                restore(two, tmp_path / "backup")
        with opened(two) as kb:
            assert kb.reports() == []
            left = kb.check().troubles
            assert [one.code for one in left] == ["file-orphaned"] * 3, (
                "check --repair removes them"
            )
        restore(two, tmp_path / "backup")
        (tmp_path / "backup").write_bytes(b"PK\x03\x04 nothing")
        with pytest.raises((BadBackup, WrongState)):
            restore(two, tmp_path / "backup")
