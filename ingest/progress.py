"""How long work tells of itself."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called with the name of a stage, how many of its steps are done, and of how many."""

    def __call__(self, stage: str, done: int, total: int, /) -> None:
        """Tell of `done` steps out of `total`."""
