"""The blank English pipeline, without the gigabyte that spaCy would import beside it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

_LOCK = Lock()


def blank_english() -> Language:
    """A new `spacy.blank("en")`."""
    with _LOCK, _alone():
        import spacy
    return spacy.blank("en")


@contextmanager
def _alone() -> Iterator[None]:
    """Keeps from spaCy, while it is imported for the first time, what no rule has a use for.

    Its array library imports torch wherever it is installed, which costs two seconds and 180 MB;
    it does without where the import fails. Its command line, with which pipelines are trained and
    downloaded, brings an HTTP client and much else: half of the time of the import.
    """
    if "spacy" in sys.modules:
        yield
        return
    hidden: dict[str, ModuleType | None] = {}
    if "torch" not in sys.modules:
        hidden["torch"] = None
    command_line = ModuleType("spacy.cli.info")
    command_line.info = None  # type: ignore[attr-defined]
    hidden["spacy.cli"] = hidden["spacy.cli.info"] = command_line
    sys.modules.update(hidden)  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)
