"""What every test can rely on: the engines, one after the other, for the tests marked so."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from engines import ENGINES, using

_OPENING = {"kb", "tmp_path", "tmp_path_factory"}
"""Who uses none of these opens no database."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    node = metafunc.definition
    opens = _OPENING & set(metafunc.fixturenames)
    both = node.get_closest_marker("engines") and not node.get_closest_marker("sqlite")
    if opens and both:
        metafunc.parametrize("engine", ENGINES, indirect=True, scope="module")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Takes out what is marked as SQLite's by one of its parameters."""
    items[:] = [
        item
        for item in items
        if not item.get_closest_marker("sqlite")
        or getattr(item, "callspec", None) is None
        or item.callspec.params.get("engine") != "postgresql"  # type: ignore[attr-defined]
    ]


@pytest.fixture(scope="module", autouse=True)
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """The engine that `kb_samples.opened` opens; fixtures that outlive a test must ask for it."""
    name = getattr(request, "param", "sqlite")
    with using(name):
        yield name


def pytest_sessionfinish() -> None:
    if "postgres" in sys.modules:
        sys.modules["postgres"].stop()
