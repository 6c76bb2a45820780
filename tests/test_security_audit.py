"""`make audit` says what was looked up, and never that nothing is known where nothing was."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

from audit import KNOWN, NONE_KNOWN, NOT_LOOKED_UP, told

CLEAN = {"name": "clean", "version": "1.0", "vulns": []}
FAULTY = {
    "name": "faulty",
    "version": "2.1",
    "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["2.2", "3.0"], "aliases": []}],
}
UNKNOWN = {"name": "ours", "skip_reason": "Dependency not found on PyPI: ours (0.1)"}


@pytest.mark.parametrize(
    ("found", "trouble", "status", "words"),
    [
        ([CLEAN], "", NONE_KNOWN, "for 1 of 1 packages"),
        ([CLEAN, UNKNOWN], "", NONE_KNOWN, "Not for ours"),
        ([CLEAN, FAULTY, UNKNOWN], "", KNOWN, "faulty 2.1: PYSEC-2026-1, mended in 2.2, 3.0"),
        ([UNKNOWN], "", NOT_LOOKED_UP, "could not be looked up"),
        ([], "", NOT_LOOKED_UP, "could not be looked up"),
        (None, "no such host", NOT_LOOKED_UP, "no such host"),
    ],
)
def test_what_was_not_looked_up_is_not_called_sound(
    found: list[dict[str, Any]] | None, trouble: str, status: int, words: str
) -> None:
    lines, said = told(None if found is None else {"dependencies": found}, trouble)
    assert said == status
    assert words in "\n".join(lines)
    assert (status == NOT_LOOKED_UP) == ("Known faults" not in "\n".join(lines))
