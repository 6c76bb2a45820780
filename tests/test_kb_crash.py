"""A process killed at any point loses no published record, doubles none, and leaves no halves."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from kb_samples import WordHashEncoder, loaded, opened, problem

from kb.errors import IndexUnavailable
from kb.filters import Filters
from kb.records import ReportState

WORKER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from kb_samples import loaded, opened, problem

quarters = [f"20{year}-Q{number}" for year in range(10, 60) for number in (1, 2, 3, 4)]
with opened(Path(sys.argv[1])) as kb:
    first = len(kb.reports())
    for number in range(first, first + 40):
        rows = [problem(n, description=f"Text {n} of {number}.") for n in range(1, 13)]
        report = loaded(kb, quarters[number], rows, title="T", name=f"{number}.txt").report
        if report is None:
            continue
        print("published", report.id, flush=True)
        kb.catch_up()
        if number % 4 == 1:
            newer = loaded(kb, quarters[number], rows[:6], title="T", name=f"{number}b.txt").report
            print("published", newer.id, flush=True)
        if number % 4 == 3:
            print("removing", report.id, flush=True)
            kb.remove(report.id)
"""

KILLS = 3


@pytest.mark.slow
def test_kill(tmp_path: Path) -> None:
    chance = random.Random(20210920)
    said: set[str] = set()
    removing: set[str] = set()
    for _ in range(KILLS):
        command = [sys.executable, "-c", WORKER, str(tmp_path), str(Path(__file__).parent)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
            assert worker.stdout is not None
            lines = [worker.stdout.readline()]  # at work from here on
            time.sleep(chance.uniform(0.0, 0.6))
            worker.kill()
            lines += worker.stdout.read().splitlines()
        for verb, report in (line.split() for line in lines if len(line.split()) == 2):
            (said if verb == "published" else removing).add(report)
        check_all_is_well(tmp_path, said - removing)


def check_all_is_well(folder: Path, promised: set[str]) -> None:
    with opened(folder) as kb:
        reports = kb.reports()
        assert promised <= {report.id for report in reports}
        for report in reports:
            assert len(kb.said_in(report.id)) == report.problems, "no half report"
            assert kb.file_bytes(report.id)
        assert kb.check(repair=True).ok
        after = kb.check()
        assert after.ok
        assert not after.troubles
        speaking = [one for one in reports if one.state is ReportState.PUBLISHED]
        assert len({one.quarter for one in speaking}) == len(speaking), "none doubled"
        assert kb.count(Filters(ever=True)) == (12 if speaking else 0)


class Breaking(WordHashEncoder):
    """Stops in the middle of the work, as a power cut would."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after

    def encode(self, texts):  # type: ignore[no-untyped-def]
        self.after -= 1
        if self.after < 0:
            raise IndexUnavailable("broken off")
        return super().encode(texts)


def test_the_index_catches_up_from_where_it_was_broken_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.outbox.BATCH", 4)
    rows = [problem(n, title=f"fault{n} of gateway{n}") for n in range(1, 20)]
    with opened(tmp_path, Breaking(2)) as kb:
        loaded(kb, "2021-Q2", rows)
        with pytest.raises(IndexUnavailable):
            kb.catch_up()
        assert len(kb.vector_ids() or ()) == 8
        assert kb.stats()["waiting"] == 11
        assert kb.check().ok, "what waits in the outbox is no disagreement"
    encoder = WordHashEncoder()
    with opened(tmp_path, encoder) as kb:
        assert kb.search("fault17")[0].similarity
        assert kb.stats()["waiting"] == 0
        assert len(kb.vector_ids() or ()) == 19
        assert len(encoder.encoded) == 11 + 1


def test_a_crash_between_index_and_outbox_does_the_work_twice_without_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path) as kb:
        kb.catch_up()
        loaded(kb, "2021-Q2", [problem(1), problem(2)])
        with monkeypatch.context() as patch:
            # The vectors are in; the entries are still there when the process ends.
            patch.setattr(kb.database, "write", broken_off)
            with pytest.raises(KeyboardInterrupt):
                kb.catch_up()
        assert kb.stats()["waiting"] == 2
    with opened(tmp_path) as kb:
        assert kb.catch_up() == 0
        assert kb.stats()["waiting"] == 0
        assert kb.check().ok
        assert len(kb.vector_ids() or ()) == 2


def test_a_crash_while_the_index_is_made_anew_forgets_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path) as kb:
        loaded(kb, "2021-Q2", [problem(1), problem(2)])
        kb.catch_up()
        with monkeypatch.context() as patch:
            patch.setattr("kb.index.os.replace", lambda *_: broken_off())
            with pytest.raises(KeyboardInterrupt):
                kb.rebuild_vectors()
    with opened(tmp_path) as kb:
        assert kb.search("title")[0].similarity
        assert len(kb.vector_ids() or ()) == 2
        assert not kb.check().troubles


def broken_off() -> object:
    raise KeyboardInterrupt
