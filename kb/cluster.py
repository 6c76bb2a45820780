"""Readers on other machines: the workers of a Dask cluster as one executor."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.apart import release
from kb.errors import ClusterUnavailable

if TYPE_CHECKING:
    from distributed import Client

WAIT = 10.0
"""Seconds in which the scheduler has to answer."""

_SETTINGS = {
    # A report is sent whole with its task, and so much of it is no mistake.
    "distributed.admin.large-graph-warning-threshold": "1GiB",
}


@dataclass(frozen=True)
class Readers:
    """Where files are read.

    Attributes:
        executor: takes `ingest.apart.read_apart`; its workers have this release installed.
        at_once: how many files it reads at the same time.
    """

    executor: Executor
    at_once: int


@contextmanager
def dask_readers(scheduler: str) -> Iterator[Readers]:
    """The workers of a Dask cluster, by the address of its scheduler ("tcp://host:8786").

    Raises:
        ClusterUnavailable: it does not answer, has no workers, or they have another release.
    """
    try:
        import dask
        from distributed import Client
    except ImportError as error:
        raise ClusterUnavailable(
            "reading on a cluster needs Dask: pip install 'problem-reports[cluster]'"
        ) from error
    with dask.config.set(_SETTINGS):
        try:
            client = Client(scheduler, timeout=WAIT, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ClusterUnavailable(
                f"no Dask scheduler answers at {scheduler}: start it with `dask scheduler`"
            ) from error
        with client:
            threads = _workers(client, scheduler)
            with client.get_executor(pure=False) as executor:
                yield Readers(executor, threads)


def _workers(client: Client, scheduler: str) -> int:
    """How many files the workers read at a time, once they are seen to be of this release."""
    try:
        found = client.run(release, on_error="return")
    except Exception as error:  # of whatever kind the cluster has
        raise ClusterUnavailable(f"the workers of {scheduler} do not answer: {error}") from error
    if not found:
        raise ClusterUnavailable(f"{scheduler} has no workers: start some with `dask worker`")
    for worker, theirs in found.items():
        if theirs != release():
            raise ClusterUnavailable(
                f"the worker {worker} has problem-reports {theirs}, and this is {release()}: "
                "install the same on all"
            )
    return sum(client.nthreads().values())
