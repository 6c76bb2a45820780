"""The blank English pipeline, without the gigabyte that spaCy would import beside it."""

from __future__ import annotations

import sys
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

_LOCK = Lock()


def blank_english() -> Language:
    """A new `spacy.blank("en")`.

    spaCy's array library imports torch wherever it is installed, which costs two seconds and
    180 MB and is of no use to rules. It does without where the import fails, so torch is hidden
    while spaCy is imported, and only then.
    """
    with _LOCK:
        hidden = "spacy" not in sys.modules and "torch" not in sys.modules
        if hidden:
            sys.modules["torch"] = None  # type: ignore[assignment]
        try:
            import spacy
        finally:
            if hidden:
                del sys.modules["torch"]
    return spacy.blank("en")
