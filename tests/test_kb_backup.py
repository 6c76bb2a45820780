"""A backup holds everything, made while others write; a restore checks all, then changes all."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import threading
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from kb_samples import loaded, opened, problem
from typer.testing import CliRunner

from app.cli import cli
from kb.backup import MANIFEST, RECORDS, back_up, restore
from kb.base import KnowledgeBase
from kb.errors import BadBackup, StoreUnavailable, WrongState
from kb.filters import Filters
from kb.query import GroupBy
from kb.settings import Settings

ROWS = [
    problem(11, title="Database cluster", owner="DCO", severity="Critical"),
    problem(12, title="Clock drift", owner="DSP", description="Readings came two hours late."),
]
QUESTIONS = ("How many open problems are with DCO?", "What is 12 about?", "Which changed in Q3?")


def fill(kb: KnowledgeBase) -> None:
    loaded(kb, "2021-Q2", ROWS)
    loaded(kb, "2021-Q3", [ROWS[0].model_copy(update={"status": "Closed"}), problem(13)])
    loaded(kb, "2021-Q4", [problem(14)], draft=True)
    kb.correct(kb.reports()[0].id, "12", "owner", "DCC", who="staff", note="as page 4 has it")


def answers(kb: KnowledgeBase) -> object:
    """Everything that anybody can ask for."""
    return (
        [record.model_dump() for record in kb.reports()],
        kb.snapshots(Filters(ever=True)),
        kb.group(Filters(), GroupBy.OWNER),
        [kb.history(pbi) for pbi in kb.pbis(Filters(ever=True))],
        [kb.corrections(record.id) for record in kb.reports()],
        [kb.reading(record.id) for record in kb.reports()],
        [kb.file_bytes(record.id) for record in kb.reports()],
        [hit.snapshot.key for hit in kb.search("late readings")],
        [kb.ask(question).model_dump(exclude={"ms"}) for question in QUESTIONS],
        kb.vector_ids(),
    )


def test_what_is_restored_answers_as_what_was_backed_up(tmp_path: Path) -> None:
    with opened(tmp_path / "one") as kb:
        fill(kb)
        before = answers(kb)
        manifest = back_up(kb, tmp_path / "backup")
    assert manifest.reports == 3
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup", "one"], "nothing left"
    assert restore(Settings(data=tmp_path / "two"), tmp_path / "backup") == manifest
    with opened(tmp_path / "two") as kb:
        assert answers(kb) == before
        assert not kb.check().troubles
    assert not list((tmp_path / "two").glob(".pbi-*"))


def test_a_backup_made_while_others_write_is_one_moment(tmp_path: Path) -> None:
    with opened(tmp_path / "one") as kb:
        loaded(kb, "2021-Q2", ROWS)
        stop = threading.Event()

        def publish_and_remove() -> None:
            number = 100
            while not stop.is_set():
                number += 1
                report = loaded(kb, "2021-Q3", [problem(number), problem(number + 1)]).report
                assert report
                kb.remove(report.id)

        writer = threading.Thread(target=publish_and_remove)
        writer.start()
        try:
            manifests = [back_up(kb, tmp_path / f"backup-{n}") for n in range(6)]
        finally:
            stop.set()
            writer.join()
    for number, manifest in enumerate(manifests):
        folder = tmp_path / f"restored-{number}"
        restore(Settings(data=folder), tmp_path / f"backup-{number}")
        with opened(folder) as kb:
            assert len(kb.reports()) == manifest.reports in (1, 2)
            assert kb.count(Filters(ever=True)) in (2, 4)
            assert not kb.check().troubles


def test_a_place_that_holds_reports_is_left_alone(tmp_path: Path) -> None:
    with opened(tmp_path / "one") as kb:
        fill(kb)
        back_up(kb, tmp_path / "backup")
    with opened(tmp_path / "two") as kb:
        loaded(kb, "2022-Q1", [problem(20)])
        with pytest.raises(WrongState, match="holds 1 report,"):
            restore(Settings(data=tmp_path / "two"), tmp_path / "backup")
        assert kb.pbis() == ["PBI000000000020"]
        assert not kb.check().troubles


def test_an_empty_place_is_filled_and_one_in_use_is_not(tmp_path: Path) -> None:
    with opened(tmp_path / "one") as kb:
        fill(kb)
        before = answers(kb)
        back_up(kb, tmp_path / "backup")
    with opened(tmp_path / "two") as kb:
        # Its index holds vectors that the backup knows nothing of.
        report = loaded(kb, "2022-Q1", [problem(20)]).report
        kb.catch_up()
        assert report
        kb.remove(report.id)
        with pytest.raises(WrongState, match="in use by another process"):
            restore(Settings(data=tmp_path / "two"), tmp_path / "backup")
    restore(Settings(data=tmp_path / "two"), tmp_path / "backup")
    with opened(tmp_path / "two") as kb:
        assert answers(kb) == before
        assert not kb.check().troubles


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "backup").write_text("precious")
    with opened(tmp_path / "one") as kb, pytest.raises(WrongState, match="exists already"):
        back_up(kb, tmp_path / "backup")
    assert (tmp_path / "backup").read_text() == "precious"


def test_a_lost_upload_stops_a_backup(tmp_path: Path) -> None:
    with opened(tmp_path / "one") as kb:
        fill(kb)
        name = kb.reports()[0].sha256
        (tmp_path / "one" / "files" / name[:2] / name).write_bytes(b"other")
        with pytest.raises(StoreUnavailable, match="was changed on disk"):
            back_up(kb, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_a_full_disk_leaves_no_half_backup(tmp_path: Path) -> None:
    with opened(tmp_path / "one") as kb:
        fill(kb)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("kb.backup.os.fsync", no_room)
            with pytest.raises(StoreUnavailable, match="No space left"):
                back_up(kb, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()
    assert not list(tmp_path.glob(".pbi-*"))


def no_room(_: int) -> None:
    raise OSError(28, os.strerror(28))


# Hostile archives ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("backup")
    with opened(folder / "one") as kb:
        fill(kb)
        back_up(kb, folder / "backup")
    return folder / "backup"


def members(backup: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(backup) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, held: dict[str, bytes], *more: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (*held.items(), *more):
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return path


def listed(held: dict[str, bytes], name: str, data: bytes) -> dict[str, bytes]:
    """With a member of that name in the manifest too."""
    from hashlib import sha256

    manifest = json.loads(held[MANIFEST])
    manifest["members"][name] = {"sha256": sha256(data).hexdigest(), "size": len(data)}
    return {**held, name: data, MANIFEST: json.dumps(manifest).encode()}


CLIMBING = [
    "../evil", "/tmp/evil", "files/../../evil", "files/" + "a" * 63 + "/", "files\\..\\evil",
    "C:\\evil", "evil", "files/" + "A" * 64, "files/" + "a" * 64 + "\x00.txt", "records.sqlite-wal",
]  # fmt: skip


@pytest.mark.parametrize("name", CLIMBING)
def test_names_that_no_backup_holds_are_refused(backup: Path, tmp_path: Path, name: str) -> None:
    hostile = packed(tmp_path / "b", listed(members(backup), name, b"evil"))
    refused(hostile, tmp_path, "not restored")
    assert not list(tmp_path.rglob("*evil*"))


def refused(hostile: Path, tmp_path: Path, words: str) -> None:
    with pytest.raises(BadBackup, match=words):
        restore(Settings(data=tmp_path / "to"), hostile)
    assert not [path for path in (tmp_path / "to").rglob("*") if path.is_file()], "nothing is left"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_twice_is_refused(backup: Path, tmp_path: Path) -> None:
    held = members(backup)
    refused(packed(tmp_path / "b", held, (RECORDS, held[RECORDS])), tmp_path, "which no backup")


def change(held: dict[str, bytes], **fields: object) -> dict[str, bytes]:
    return {**held, MANIFEST: json.dumps({**json.loads(held[MANIFEST]), **fields}).encode()}


def one_lost(held: dict[str, bytes]) -> dict[str, bytes]:
    name = next(name for name in held if name.startswith("files/"))
    return {key: data for key, data in held.items() if key != name}


def one_changed(held: dict[str, bytes]) -> dict[str, bytes]:
    name = next(name for name in held if name.startswith("files/"))
    return {**held, name: held[name][:-1] + b"?"}


def inflating(held: dict[str, bytes]) -> dict[str, bytes]:
    return {**held, RECORDS: held[RECORDS] + bytes(50_000_000)}


def other_records(statement: str) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    def changed(held: dict[str, bytes]) -> dict[str, bytes]:
        with closing(sqlite3.connect(":memory:")) as plain:
            plain.deserialize(held[RECORDS])
            plain.executescript(statement)
            data = plain.serialize()
        return listed(held, RECORDS, data)

    return changed


BROKEN = [
    (lambda held: {}, "no manifest"),
    (lambda held: {**held, MANIFEST: b"{"}, "cannot be read"),
    (lambda held: {**held, MANIFEST: b"[" * 100_000}, "cannot be read"),
    (lambda held: change(held, format=2), "of format '2'"),
    (lambda held: change(held, schema_version="9999"), "newer release"),
    (lambda held: change(held, members={}), "does not hold what"),
    (lambda held: change(held, extra=1), "cannot be read"),
    (one_lost, "does not hold what"),
    (one_changed, "is damaged"),
    (inflating, "is damaged"),
    (lambda held: listed(held, RECORDS, b"no database" * 900), "cannot be read"),
    (lambda held: listed(held, "files/" + "a" * 64, b"stray"), "not those of its records"),
    (other_records("DELETE FROM reports"), "not those of its records"),
    (
        other_records("CREATE TRIGGER t AFTER UPDATE ON meta BEGIN DELETE FROM reports; END"),
        "records are damaged",
    ),
]


@pytest.mark.parametrize(("broken", "words"), BROKEN, ids=[str(n) for n in range(len(BROKEN))])
def test_a_backup_that_is_not_whole_is_refused(
    backup: Path,
    tmp_path: Path,
    broken: Callable[[dict[str, bytes]], dict[str, bytes]],
    words: str,
) -> None:
    refused(packed(tmp_path / "b", broken(members(backup))), tmp_path, words)


@pytest.mark.parametrize("damage", [b"", b"no archive at all", None])
def test_a_file_that_is_no_backup_is_refused(tmp_path: Path, damage: bytes | None) -> None:
    path = tmp_path / "b"
    if damage is not None:
        path.write_bytes(damage)
    refused(path, tmp_path, "is no backup" if damage is not None else "cannot be opened")


def test_any_flipped_byte_is_noticed_or_harmless(backup: Path, tmp_path: Path) -> None:
    whole = backup.read_bytes()
    noticed = 0
    for number, at in enumerate(range(0, len(whole), len(whole) // 40)):
        damaged = tmp_path / "b"
        damaged.write_bytes(whole[:at] + bytes([whole[at] ^ 0x41]) + whole[at + 1 :])
        to = tmp_path / f"to-{number}"
        try:
            restore(Settings(data=to), damaged)
        except BadBackup:
            noticed += 1
            continue
        with opened(to) as kb:  # a date or a flag of the container, which nobody reads
            assert not kb.check().troubles
            assert len(kb.reports()) == 3
    assert noticed > 30


def test_the_command_backs_up_and_restores(tmp_path: Path) -> None:
    with opened(tmp_path / "one") as kb:
        fill(kb)
    run = CliRunner().invoke
    done = run(cli, ["--data", str(tmp_path / "one"), "backup", str(tmp_path / "b")])
    assert (done.exit_code, done.stdout) == (0, f"Backed up 3 reports to {tmp_path / 'b'}.\n")
    back = run(cli, ["--data", str(tmp_path / "two"), "restore", str(tmp_path / "b"), "--json"])
    assert back.exit_code == 0
    assert json.loads(back.stdout)["reports"] == 3
    again = run(cli, ["--data", str(tmp_path / "two"), "restore", str(tmp_path / "b")])
    assert again.exit_code == 1
    assert len(again.stderr.splitlines()) == 1
    assert "holds 3 reports" in again.stderr
