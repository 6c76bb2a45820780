"""A vector query with filters beside one without, among 20,000 vectors.

    python bench/nearest.py [--vectors 20000] [--keep]

The vectors are made cheaply: every word has a random direction, a text is the sum of its words'.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from zlib import crc32

import load
import numpy as np
from measure import begin, keep, median, milliseconds, p95, table

from kb import search
from kb.base import KnowledgeBase
from kb.filters import Filters
from kb.settings import Settings

DIMENSION = 384
PER_PROBLEM = 6
QUERY = "replies queue behind the message broker and are dropped"
KINDS = {
    "no filter": Filters(ever=True),
    "owner (an eighth)": Filters(ever=True, owners=("DSP",)),
    "owner and open": Filters(ever=True, owners=("DSP",), open=True),
    "current report only": Filters(),
    "current, owner": Filters(owners=("DSP",)),
}


class Directions:
    """An encoder for any amount of text in no time: sums of random directions, one a word."""

    def fingerprint(self) -> str:
        """Never mixed with vectors of a model."""
        return "directions"

    def encode(self, texts: Sequence[str]) -> Any:
        """Unit vectors; texts that share words are near."""
        made = np.stack([_sum(text) for text in texts]).astype(np.float32)
        return made / np.linalg.norm(made, axis=1, keepdims=True)


def _sum(text: str) -> Any:
    return np.sum([_direction(word) for word in text.casefold().split() or [""]], axis=0)


@lru_cache(maxsize=1 << 15)
def _direction(word: str) -> Any:
    return np.random.default_rng(crc32(word.encode())).standard_normal(DIMENSION)


def main() -> int:
    """Prints the table."""
    given = begin(
        "Nearest vectors, filtered and not",
        lambda parser: parser.add_argument("--vectors", type=int, default=20_000),
    )
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(data=Path(scratch))
        with KnowledgeBase.open(settings, encoder=Directions()) as kb:
            _fill(kb, given.vectors)
            vector = Directions().encode([QUERY])
            index = kb._opened_index()
            rows, first = [], 0.0
            for name, filters in KINDS.items():
                taken = milliseconds(lambda f=filters: _near(kb, index, vector, f), 15)
                first = first or median(taken)
                rows.append((name, kb.count(filters), median(taken), p95(taken)))
            held = len(index.ids())
    shown = [
        (name, f"{count:,}", f"{middle:.1f}", f"{far:.1f}", f"{middle / first:.2f}")
        for name, count, middle, far in rows
    ]
    table((f"{held:,} vectors, ms", "problems", "median", "95th", "of unfiltered"), shown)
    worst = max(middle / first for _, _, middle, _ in rows)
    keep("nearest", f"{held:,} vectors: filtered at most {worst:.2f} x unfiltered", given)
    return 0


def _near(kb: KnowledgeBase, index: Any, vector: Any, filters: Filters) -> object:
    with kb.store.sight() as (connection, sight):
        return search.by_meaning(connection, sight, index, vector, filters, None)


def _fill(kb: KnowledgeBase, vectors: int) -> None:
    for report in load.reports(12, max(1, vectors // (PER_PROBLEM * 6))):
        reading = report.reading()
        kb.ingest(report.file.encode(), report.file, reader=lambda *_, r=reading: r)
    kb.catch_up()


if __name__ == "__main__":
    sys.exit(main())
