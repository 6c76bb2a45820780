"""Files read by the processes of a real Dask cluster, one of which is killed half-way."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from threading import Thread

import pytest
from kb_samples import opened
from servers import dask_cluster, free_port

from ingest.apart import read_apart
from ingest.errors import IngestError, NoProblems
from kb.cluster import Readers, dask_readers
from kb.errors import ClusterUnavailable
from kb.results import IngestStatus

Cluster = tuple[str, dict[str, subprocess.Popen[bytes]]]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with dask_cluster(3) as made:
        yield made


def files(folder: Path, count: int) -> list[Path]:
    paths = []
    for number in range(count):
        entry = f"PBI{number + 1:012d}: Readings arrive late\nProblem Record is with: DSP\n"
        paths.append(folder / f"{number}.txt")
        paths[-1].write_text(f"Quarterly Problem Report Q2 2021\n\n{entry}Status: Pending\n")
    return paths


def killed_with_its_hands_full(
    scheduler: str, worker: str, process: subprocess.Popen[bytes]
) -> None:
    from distributed import Client

    with Client(scheduler, set_as_default=False) as client:
        for _ in range(1200):
            if client.processing()[worker]:
                break
            time.sleep(0.05)
    process.kill()


def test_all_files_are_read_and_none_twice_though_a_worker_is_killed(
    cluster: Cluster, tmp_path: Path
) -> None:
    scheduler, workers = cluster
    address, process = next(iter(workers.items()))
    paths = files(tmp_path, 12)
    paths[5].write_text("Nothing of the kind.")
    with opened(tmp_path / "kb") as kb, dask_readers(scheduler) as readers:
        assert readers.at_once == 3
        process.send_signal(signal.SIGSTOP)  # it takes files and never gives one back
        killer = Thread(target=killed_with_its_hands_full, args=(scheduler, address, process))
        killer.start()
        results = list(kb.ingest_many(paths, readers=readers))
        killer.join()
        assert [one.file for one in results] == [path.name for path in paths]
        refused = [one for one in results if one.status is IngestStatus.REFUSED]
        assert [one.file for one in refused] == ["5.txt"]
        assert "no problem record" in refused[0].message
        assert len(kb.reports()) == 11
        assert len(kb.pbis()) == len(set(kb.pbis()))
        again = kb.ingest_many(paths[:3], readers=readers)
        assert {one.status for one in again} == {IngestStatus.DUPLICATE}
        assert kb.check().ok


def test_limits_are_kept_by_whichever_executor_reads(tmp_path: Path) -> None:
    """Elsewhere a file is read in a child, too: it may be killed, and its worker goes on."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        slow = pool.submit(read_apart, b"Quarterly " * 500_000, "slow.txt", 0.01, 1024)
        with pytest.raises(IngestError, match=r"longer than 0\.01 seconds"):
            slow.result()
        with pytest.raises(NoProblems):
            pool.submit(read_apart, b"Nothing of the kind.", "no.txt", 60.0, 1024).result()
        with opened(tmp_path / "kb") as kb:
            (result,) = kb.ingest_many(files(tmp_path, 1), readers=Readers(pool, 1))
            assert (result.status, result.problems) == (IngestStatus.PUBLISHED, 1)


def test_a_cluster_that_is_not_there_or_has_no_workers_is_said(tmp_path: Path) -> None:
    nowhere = f"tcp://127.0.0.1:{free_port()}"
    with pytest.raises(ClusterUnavailable, match=f"answers at {nowhere}"), dask_readers(nowhere):
        pass
    with (
        dask_cluster(0) as (scheduler, _),
        pytest.raises(ClusterUnavailable, match="has no workers"),
        dask_readers(scheduler),
    ):
        pass
