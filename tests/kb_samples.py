"""Readings made by hand, and an encoder whose vectors can be worked out on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import engines
import numpy as np

from ingest.records import Evidence, ProblemReading, Reading, ReportReading
from kb.base import KnowledgeBase
from kb.database import Database
from kb.results import IngestResult
from kb.settings import Settings

STATUS_DAYS = {
    "2021-Q2": date(2021, 9, 20),
    "2021-Q3": date(2021, 12, 20),
    "2021-Q4": date(2022, 3, 21),
    "2022-Q1": date(2022, 6, 20),
}


def pbi(number: int) -> str:
    return f"PBI{number:012d}"


def problem(number: int, **fields: Any) -> ProblemReading:
    """A problem with the evidence of its number; `owner` is added to `involved`."""
    owner = fields.get("owner")
    involved = tuple(fields.pop("involved", ()))
    if owner and owner not in involved:
        involved = (owner, *involved)
    fields.setdefault("status", "Pending")
    fields.setdefault("title", f"Title of {number}")
    return ProblemReading(
        pbi=pbi(number),
        involved=involved,
        evidence={"pbi": Evidence(page=1, quote=pbi(number))},
        **fields,
    )


def reader(
    quarter: str | None, problems: Sequence[ProblemReading], **report: Any
) -> Callable[[bytes, str], Reading]:
    """What a reader would have made of some file."""
    if quarter in STATUS_DAYS:
        report.setdefault("status_date", STATUS_DAYS[quarter])
    report.setdefault("media_type", "text/plain")

    def read(data: bytes, name: str) -> Reading:
        return Reading(
            report=ReportReading(
                quarter=quarter, file=name, sha256=sha256(data).hexdigest(), pages=1, **report
            ),
            problems=tuple(problems),
        )

    return read


def loaded(
    kb: KnowledgeBase,
    quarter: str | None,
    problems: Sequence[ProblemReading],
    *,
    name: str | None = None,
    draft: bool = False,
    supersedes: str | None = None,
    **report: Any,
) -> IngestResult:
    """Ingests a report with these problems; its bytes follow from what it says."""
    read = reader(quarter, problems, **report)
    name = name or f"{quarter or 'report'}-{report.get('scope') or 'all'}.txt"
    said = read(b"", name).model_dump_json().encode()
    return kb.ingest(said, name, draft=draft, supersedes=supersedes, reader=read)


class WordHashEncoder:
    """Unit vectors of hashed words: texts that share words are near, the same everywhere."""

    def __init__(self, name: str = "words", dimension: int = 64) -> None:
        self.name = name
        self.dimension = dimension
        self.encoded: list[str] = []

    def fingerprint(self) -> str:
        return self.name

    def encode(self, texts: Sequence[str]) -> Any:
        self.encoded += texts
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.casefold().split():
                digest = sha256(word.strip(".,;:").encode()).digest()
                vectors[row, digest[0] % self.dimension] += 1.0
            vectors[row, 0] += 1e-6
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@lru_cache
def _empty_database() -> bytes:
    with TemporaryDirectory() as folder:
        Database(f"sqlite:///{folder}/pbi.sqlite").close()
        return Path(folder, "pbi.sqlite").read_bytes()


@contextmanager
def opened(folder: Path, encoder: Any = None, **settings: Any) -> Iterator[KnowledgeBase]:
    # One database is migrated, the others start as its copy: what migrations do has its own tests.
    if url := engines.database_url(folder):
        settings = {"database_url": url, **settings}
    elif not settings and not (folder / "pbi.sqlite").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "pbi.sqlite").write_bytes(_empty_database())
    with KnowledgeBase.open(
        Settings(data=folder, **settings), encoder=encoder or WordHashEncoder()
    ) as kb:
        yield kb
