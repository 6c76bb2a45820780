"""Files on their way in: each is read once, and what became of it is kept for the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from kb.results import IngestResult, IngestStatus

if TYPE_CHECKING:
    from kb.base import KnowledgeBase

_KEY = "uploads"

Progress = Callable[[str, int, int], None]


@dataclass
class Uploads:
    """What became of the files of this visit, newest last.

    Attributes:
        round: counts up whenever files were taken in, so that the box for files starts empty.
        done: the digests that were read, so that no rerun reads one again.
    """

    results: list[IngestResult] = field(default_factory=list)
    round: int = 0
    done: set[str] = field(default_factory=set)

    def take_in(
        self, kb: KnowledgeBase, data: bytes, name: str, *, draft: bool, progress: Progress
    ) -> IngestResult | None:
        """Read one file, unless this round has read the very same; None then."""
        digest = sha256(data).hexdigest() + name
        if digest in self.done:
            return None
        self.done.add(digest)
        result = kb.ingest(data, name, draft=draft, progress=progress)
        self.results.append(result)
        return result

    def next_round(self) -> None:
        """Start with an empty box."""
        self.round += 1
        self.done.clear()

    def clear(self) -> None:
        """Forget what became of earlier files; the reports stay."""
        self.results.clear()


def uploads(session: Any) -> Uploads:
    """The uploads of this visit."""
    if _KEY not in session:
        session[_KEY] = Uploads()
    found: Uploads = session[_KEY]
    return found


OUTCOMES: dict[IngestStatus, str] = {
    IngestStatus.PUBLISHED: "Published",
    IngestStatus.DRAFT: "Ready to review",
    IngestStatus.DUPLICATE: "Loaded before",
    IngestStatus.REFUSED: "Refused",
}
"""What became of a file, in words."""
