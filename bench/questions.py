"""Warm questions, one at a time: whole checked answers, with and without the encoder.

python bench/questions.py [--folder FOLDER_OF_PDFS] [--rounds 5] [--keep]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingesting import made
from measure import begin, keep, median, milliseconds, p95, table

from kb.base import KnowledgeBase
from kb.encode import make_encoder
from kb.settings import Settings

TOLD = (
    "Which problems are about certificates that went stale?",
    "What has been said about devices that had to be paired again by hand?",
    "Has anything like a full disk been seen?",
    "Problems where replies wait in a queue and are lost",
    "Is there a fault that makes a server run out of memory?",
)


class Counting:
    """An encoder that counts what it is given."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.texts = 0

    def fingerprint(self) -> str:
        """That of the encoder inside."""
        return str(self.inner.fingerprint())

    def encode(self, texts: Sequence[str]) -> Any:
        """By the encoder inside."""
        self.texts += len(texts)
        return self.inner.encode(texts)


def main() -> int:
    """Prints the table."""
    given = begin("Questions, warm, one at a time", _options)
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        folder = given.folder or made(place / "pdf")
        kb, encoder = loaded(place / "kb", folder)
        with kb:
            taken = asked(kb, encoder, given.rounds)
    rows = [(name, len(ms), f"{median(ms):.1f}", f"{p95(ms):.1f}") for name, ms in taken.items()]
    table(("ms", "asked", "median", "95th"), rows)
    figures = ", ".join(f"{name} {middle}/{far} ms" for name, _, middle, far in rows)
    keep("questions", figures, given)
    return 0


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--folder", type=Path, help="PDF files; default 12 made ones")
    parser.add_argument("--rounds", type=int, default=5)


def loaded(data: Path, folder: Path) -> tuple[KnowledgeBase, Counting]:
    """A knowledge base of a folder's reports, warm, and its encoder."""
    settings = Settings(data=data)
    encoder = Counting(make_encoder(settings.model, settings.model_sha256))
    kb = KnowledgeBase.open(settings, encoder=encoder)
    for result in kb.ingest_many(sorted(folder.glob("*.pdf"))):
        print(result.message, file=sys.stderr)
    return kb, encoder


def asked(kb: KnowledgeBase, encoder: Counting, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of every question, by whether it came to the encoder."""
    taken: dict[str, list[float]] = {"without the encoder": [], "with the encoder": []}
    for question in questions_of(kb):
        before = encoder.texts
        kb.ask(question)
        kind = "with the encoder" if encoder.texts > before else "without the encoder"
        taken[kind] += milliseconds(lambda question=question: kb.ask(question), rounds, warm=1)
    return taken


def questions_of(kb: KnowledgeBase) -> list[str]:
    """Questions of every kind about what is loaded."""
    held = kb.catalogue()
    owner = sorted(held.owners)[0]
    first, last = held.quarters[-2], held.quarters[-1]
    numbers = [pbi.removeprefix("PBI").lstrip("0") for pbi in sorted(held.titles)[::40]]
    found = [
        "How many problems are open?",
        f"Which open problems are with {owner}?",
        "List the critical problems that are overdue",
        f"What changed between {first} and {last}?",
        f"What is new since {first}?",
        "Problems created in the last quarter by supplier",
        "Which targets slipped more than twice?",
        "What is the average age of open problems?",
        f"How many problems with {owner} have no target date?",
    ]
    for number in numbers[:6]:
        found += [f"What is {number} about?", f"When is {number} due?", f"History of {number}"]
    return [*found, *TOLD]


if __name__ == "__main__":
    sys.exit(main())
