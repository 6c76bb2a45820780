"""What disagrees is found, both ways, and put right from the records."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from kb_samples import WordHashEncoder, loaded, opened, pbi, problem
from sqlalchemy import text

from kb.base import KnowledgeBase
from kb.filters import Filters

pytestmark = pytest.mark.engines

ROWS = [problem(11, title="Database cluster", owner="DCO"), problem(12, title="Clock drift")]


@pytest.fixture
def kb(tmp_path: Path) -> Iterator[KnowledgeBase]:
    with opened(tmp_path) as kb:
        loaded(kb, "2021-Q2", ROWS)
        loaded(kb, "2021-Q3", [ROWS[0], problem(13, title="Firmware")])
        kb.catch_up()
        yield kb


def run(statement: str, on_postgresql: str | None = None) -> Callable[[KnowledgeBase], None]:
    def damage(kb: KnowledgeBase) -> None:
        chosen = statement if kb.database.sqlite else on_postgresql or statement
        with kb.database.write() as connection:
            connection.execute(text(chosen))

    return damage


def orphan(kb: KnowledgeBase) -> None:
    kb.files.put(b"nobody's")


def stray_vector(kb: KnowledgeBase) -> None:
    vectors = WordHashEncoder().encode(["stray"])
    kb._opened_index().put(["f" * 32], vectors)


def lost_vector(kb: KnowledgeBase) -> None:
    index = kb._opened_index()
    index.drop(sorted(index.ids())[:1])


DAMAGE = [
    (orphan, "file-orphaned"),
    (run("UPDATE snapshots SET slips = 7"), "history-stale"),
    (run("UPDATE snapshots SET speaks = false"), "history-stale"),
    (run("DELETE FROM fulltext"), "text-stale"),
    (
        run(
            "UPDATE fulltext SET narrative = 'other words'",
            "UPDATE fulltext SET tokens = 'other'",
        ),
        "text-stale",
    ),
    (
        run(
            "INSERT INTO fulltext(rowid, title) VALUES (999, 'nobody')",
            "INSERT INTO fulltext(rowid, length, tokens) VALUES (999, 1, 'nobody')",
        ),
        "text-stale",
    ),
    (run("DELETE FROM passages"), "text-stale"),
    (stray_vector, "vector-orphaned"),
    (lost_vector, "vector-lost"),
]


@pytest.mark.parametrize(("damage", "code"), DAMAGE, ids=[str(n) for n in range(len(DAMAGE))])
def test_damage_is_found_and_repaired(
    kb: KnowledgeBase, damage: Callable[[KnowledgeBase], None], code: str
) -> None:
    before = answers(kb)
    assert kb.check().ok
    damage(kb)
    found = kb.check()
    assert not found.ok
    assert code in {trouble.code for trouble in found.troubles}
    assert code in "\n".join(found.lines())
    again = kb.check()
    assert again.troubles == found.troubles, "a check without repair changes nothing"
    repaired = kb.check(repair=True)
    assert repaired.ok
    assert all(trouble.repaired for trouble in repaired.troubles)
    after = kb.check()
    assert after.ok
    assert not after.troubles
    assert answers(kb) == before


def answers(kb: KnowledgeBase) -> object:
    return (
        kb.snapshots(),
        kb.count(Filters(ever=True)),
        [hit.snapshot.key for hit in kb.search("database firmware")],
        kb.vector_ids(),
    )


def test_a_lost_upload_is_said_and_cannot_be_repaired(kb: KnowledgeBase) -> None:
    report = kb.reports()[0]
    kb.files.drop(report.sha256)
    found = kb.check(repair=True)
    assert not found.ok
    assert [trouble.code for trouble in found.troubles] == ["file-lost"]
    assert report.file in found.troubles[0].message


def test_a_changed_upload_is_noticed(kb: KnowledgeBase) -> None:
    report = kb.reports()[0]
    path = kb.settings.data / "files" / report.sha256[:2] / report.sha256
    path.write_bytes(b"other")
    assert [trouble.code for trouble in kb.check().troubles] == ["file-lost"]


def test_a_broken_off_upload_is_swept(kb: KnowledgeBase) -> None:
    name = sha256(b"x").hexdigest()
    folder = kb.settings.data / "files" / name[:2]
    folder.mkdir(exist_ok=True)
    (folder / ".abc.part").write_bytes(b"half")
    assert kb.check().ok
    assert kb.check(repair=True).ok
    assert not (folder / ".abc.part").exists()


@pytest.mark.parametrize("how", ["deleted", "garbage"])
def test_a_damaged_index_is_made_anew_and_records_go_on(tmp_path: Path, how: str) -> None:
    with opened(tmp_path) as kb:
        loaded(kb, "2021-Q2", ROWS)
        kb.catch_up()
        ids = kb.vector_ids()
    if how == "deleted":
        shutil.rmtree(tmp_path / "vectors")
    else:
        (held,) = (tmp_path / "vectors").glob("build-*/chroma.sqlite3")
        held.write_bytes(b"garbage" * 5000)
    with opened(tmp_path) as kb:
        assert kb.count() == 2
        (hit,) = kb.search("clock", Filters(pbis=("12",)))
        assert hit.snapshot.pbi == pbi(12)
        assert (kb.meaning_off is None) == (how == "deleted")
        assert kb.check(repair=True).ok
        assert kb.vector_ids() == ids


def test_check_shows_settings_but_no_secrets(tmp_path: Path) -> None:
    with opened(tmp_path, llm_url="http://localhost:1/v1", llm_key="hush-hush") as kb:
        lines = "\n".join(kb.check().lines())
    assert "llm_url = http://localhost:1/v1" in lines
    assert "hush" not in lines
    assert str(tmp_path) in lines
