"""The harness of `make crash`: a few kills, and a fault that it must see."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytest.importorskip("resource", reason="processes are forked")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

COMMAND = """
import sys
sys.path.insert(0, sys.argv[1])
import crash
if sys.argv[2] == "careless":
    # A release that takes the text out in one transaction and the report in another.
    from kb import writing
    real = writing.Writer.remove
    def careless(self, report_id):
        with self._database.write() as connection:
            writing._drop_text(connection, list(writing.row_ids(connection, report_id).values()))
        for _ in range(300_000):
            len(())
        real(self, report_id)
    writing.Writer.remove = careless
    counts, faults = crash.run(5, only=["remove what superseded"])
else:
    counts, faults = crash.run(6, only=["upload", "supersede", "remove", "re-index", "migrate"])
print(len(counts), counts.total(), len(faults))
"""


def run(how: str) -> list[int]:
    import subprocess

    scripts = Path(__file__).resolve().parent.parent / "scripts"
    # A process of its own: the harness forks, which one with threads must not.
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, str(scripts), how],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [int(word) for word in done.stdout.split()]


@pytest.mark.slow
def test_killed_during_any_change_nothing_is_lost() -> None:
    kinds, kills, faults = run("careful")
    assert kills == 6
    assert kinds >= 4
    assert faults == 0


@pytest.mark.slow
def test_the_harness_notices_a_change_that_lasts_by_halves() -> None:
    _, _, faults = run("careless")
    assert faults > 0
