"""Work shared out among forks: as many as there is room for."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from ingest import share


@pytest.fixture(autouse=True)
def _alone_again() -> Iterator[None]:
    yield
    share.allow(1)


def _who(part: range) -> list[tuple[int, int]]:
    return [(number, os.getpid()) for number in part]


@pytest.mark.parametrize(("memory_mb", "processes"), [(None, 3), (1 << 20, 3), (1, 1)])
def test_no_more_processes_than_fit_in_the_memory_of_all(
    memory_mb: int | None, processes: int
) -> None:
    share.allow(3, memory_mb)
    done = share.shared(_who, 30, least=10)
    assert [number for number, _ in done] == list(range(30))
    assert len({process for _, process in done}) == processes
