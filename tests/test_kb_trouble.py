"""What a person meets when the machine is in trouble: a line that says so, and nothing lost."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from kb_samples import loaded, opened, pbi, problem
from sqlalchemy import event
from typer.testing import CliRunner

from app.cli import cli
from kb import people
from kb.errors import StoreUnavailable
from kb.filters import Filters
from kb.people import Role
from kb.records import ReportState

WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from kb_samples import loaded, opened, problem
with opened(Path(sys.argv[1])) as kb:
    for n in range(8):
        done = loaded(kb, f"20{10 + n}-Q{sys.argv[3]}", [problem(k) for k in range(1, 9)])
        assert done.status == "published", done.message
    done = loaded(kb, "2030-Q1", [problem(1)], name="same.txt")
    assert done.status in ("published", "duplicate"), done.message
"""


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    with opened(tmp_path):
        pass
    here = str(Path(__file__).parent)
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), here, number], stderr=subprocess.PIPE
        )
        for number in "123"
    ]
    told = [writer.communicate()[1] for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0, 0], told
    with opened(tmp_path) as kb:
        assert len(kb.reports()) == 3 * 8 + 1, "every report once"
        assert kb.count(Filters(ever=True)) == 8
        assert len(kb.history("1")) == 25
        assert kb.check(repair=True).ok
        assert not kb.check().troubles


def test_a_writer_that_holds_on_is_named_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.sqlite.BUSY_MS", 200)
    with opened(tmp_path) as kb:
        loaded(kb, "2021-Q2", [problem(11)])
        with closing(sqlite3.connect(tmp_path / "pbi.sqlite", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            refused = loaded(kb, "2021-Q3", [problem(12)])
            assert refused.status == "refused"
            assert "is busy: another process has been writing" in refused.message
            assert kb.pbis() == [pbi(11)], "reading goes on"
            other.execute("ROLLBACK")
        assert loaded(kb, "2021-Q3", [problem(12)]).status == "published"
        assert kb.check().ok


def test_a_clock_that_goes_backwards_changes_no_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Clock(datetime):
        moment = datetime(2022, 1, 1, tzinfo=UTC)

        @classmethod
        def now(cls, tz=None):  # type: ignore[no-untyped-def]
            cls.moment -= timedelta(days=400)
            return cls.moment

    with opened(tmp_path) as kb:
        monkeypatch.setattr("kb.writing.datetime", Clock)
        monkeypatch.setattr("kb.correcting.datetime", Clock)
        loaded(kb, "2021-Q2", [problem(11)], title="Q", name="first.txt")
        loaded(kb, "2021-Q2", [problem(11), problem(12)], title="Q", name="second.txt")
        loaded(kb, "2021-Q3", [problem(11, status="Closed")], title="Q", name="third.txt")
        kb.correct(kb.report("third.txt").id, "11", "owner", "DCO", who="a")
        kb.correct(kb.report("third.txt").id, "11", "owner", "DSP", who="b")
        states = {one.file: one.state for one in kb.reports()}
        assert states["first.txt"] is ReportState.SUPERSEDED
        assert states["second.txt"] is ReportState.PUBLISHED
        assert [one.report.file for one in kb.history("11")] == ["second.txt", "third.txt"]
        (now,) = kb.snapshots(Filters(pbis=("11",)))
        assert (now.problem.status, now.problem.owner) == ("Closed", "DSP")
        assert [one.value for one in kb.corrections(kb.report("third.txt").id)] == ["DCO", "DSP"]
        kb.remove(kb.report("second.txt").id)
        assert {one.file: one.state for one in kb.reports()}["first.txt"] is ReportState.PUBLISHED
        assert kb.check(repair=True).ok


@contextmanager
def nobody() -> Iterator[None]:
    """This process as somebody who is no administrator: whoever is one may write anywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_folder_that_may_only_be_read(tmp_path: Path) -> None:
    with opened(tmp_path) as kb:  # loads all modules while this process may
        loaded(kb, "2021-Q2", [problem(11)])
        assert loaded(kb, "2021-Q3", []).status == "refused"
    with nobody(), tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with opened(folder) as kb:
            loaded(kb, "2021-Q2", [problem(11)])
        held = (folder, *folder.rglob("*"))
        for path in held:
            path.chmod(0o500 if path.is_dir() else 0o400)
        try:
            with opened(folder) as kb:
                said = loaded(kb, "2021-Q3", [problem(12)]).message
        except StoreUnavailable as error:
            said = str(error)
        for path in held:
            path.chmod(0o700)
        assert "cannot be written" in said or "cannot be kept" in said
        assert "permission" in said.lower()


@pytest.mark.parametrize("verb", [["reports"], ["search", "x"], ["ask", "How many?"], ["check"]])
@pytest.mark.parametrize("damage", ["garbage", "pages", "folder"])
def test_a_damaged_database_is_a_line_for_every_command(
    tmp_path: Path, damage: str, verb: list[str]
) -> None:
    path = tmp_path / "pbi.sqlite"
    if damage == "folder":
        path.mkdir()
    else:
        with opened(tmp_path) as kb:
            loaded(kb, "2021-Q2", [problem(n, description="x" * 900) for n in range(1, 40)])
        data = bytearray(path.read_bytes())
        if damage == "garbage":
            data[:200] = b"?" * 200
        else:
            for page in range(4096, len(data), 4096):
                data[page : page + 64] = b"\xff" * 64
        path.write_bytes(data)
    result = CliRunner().invoke(cli, ["--data", str(tmp_path), *verb])
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit), result.exception
    assert len(result.stderr.splitlines()) <= 1
    assert "pbi.sqlite" in result.output or "database" in result.output


def test_a_full_disk_while_an_upload_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(_: int) -> None:
        raise OSError(28, os.strerror(28))

    with opened(tmp_path) as kb:
        loaded(kb, "2021-Q2", [problem(11)])
        with monkeypatch.context() as patch:
            patch.setattr("kb.files.os.fsync", no_room)
            refused = loaded(kb, "2021-Q3", [problem(12)])
        assert refused.status == "refused"
        assert "No space left" in refused.message
        assert kb.pbis() == [pbi(11)]
        assert not kb.check(repair=True).troubles
        assert loaded(kb, "2021-Q3", [problem(12)]).status == "published"


def test_a_full_disk_while_the_database_is_written(tmp_path: Path) -> None:
    room = {"pages": 0}

    def limited(plain: sqlite3.Connection, *_: object) -> None:
        plain.execute(f"PRAGMA max_page_count = {room['pages'] or 1_000_000}")

    with opened(tmp_path) as kb:
        loaded(kb, "2021-Q2", [problem(11)])
        event.listen(kb.database.engine, "checkout", limited)
        with kb.database.read() as connection:
            room["pages"] = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        long = [problem(n, description="Late reads. " * 200) for n in range(12, 40)]
        refused = loaded(kb, "2021-Q3", long)
        assert refused.status == "refused"
        assert "the disk is full; nothing was changed" in refused.message
        assert kb.pbis(Filters(ever=True)) == [pbi(11)]
        room["pages"] = 0
        assert loaded(kb, "2021-Q3", long).status == "published"
        assert kb.check(repair=True).ok


def test_a_search_without_its_model_says_that_words_alone_were_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path) as kb:
        loaded(kb, "2021-Q2", [problem(11, title="Clock drift")])
        people.add(kb, "mel@example.org", Role.MEMBER)
    monkeypatch.setenv("PBI_MODEL", str(tmp_path / "nowhere"))
    for person, named in ((), True), (("--as", "mel@example.org"), False):
        arguments = ["--data", str(tmp_path), *person, "search", "clock", "--json"]
        result = CliRunner().invoke(cli, arguments)
        assert result.exit_code == 0
        assert "Clock drift" in result.stdout
        assert "words alone were searched" in result.stderr
        assert ("nowhere" in result.stderr) == named
