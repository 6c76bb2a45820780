"""One file as a task for any `concurrent.futures.Executor`: of this machine, or of a cluster.

The task holds the file to its limits wherever it runs: it is read in a child of the worker, which
may be killed for its time or memory without taking the worker with it.
"""

from __future__ import annotations

from importlib.metadata import version

from ingest.records import Reading


def release() -> str:
    """The release that is installed where this runs."""
    return version("problem-reports")


def read_apart(data: bytes, name: str, timeout: float, memory_mb: int) -> Reading:
    """`ingest.child.read_in_child`, for a worker to run.

    Raises:
        IngestError: fit to be sent back.
    """
    from ingest.child import read_in_child

    return read_in_child(data, name, timeout=timeout, memory_mb=memory_mb)
