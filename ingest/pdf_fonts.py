"""How far each font of a page reaches below the base line, from the file itself by pdfminer.

pdfium gives a descent for every font, but makes one up from the outlines where the file gives
none; the boxes of pdfplumber, which ours must equal, take the file at its word.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any


class FontBook:
    """The fonts of one PDF, page by page. Opens the file when it is first asked."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._pages: Iterator[Any] | None = None
        self._at = -1
        self._page: Any = None

    def descents(self, index: int) -> Mapping[str, float]:
        """Descents (below zero, shares of the size) by font name without its subset prefix.

        A name that stands for fonts with different descents is left out.

        Args:
            index: of the page, from 0; ask for pages in rising order, each as often as wanted.
        """
        page = self._page_at(index)
        if page is None:
            return {}
        try:
            fonts = list(_fonts(getattr(page, "resources", {}), 0))
        except MemoryError:
            raise
        except Exception:  # a name where a dictionary should be, a loop ...
            return {}
        found: dict[str, float] = {}
        mixed: set[str] = set()
        for name, descent in fonts:
            if abs(found.setdefault(name, descent) - descent) > 1e-3:
                mixed.add(name)
        return {name: descent for name, descent in found.items() if name not in mixed}

    def _page_at(self, index: int) -> Any:
        from pdfminer.pdfdocument import PDFDocument
        from pdfminer.pdfpage import PDFPage
        from pdfminer.pdfparser import PDFParser

        try:
            if self._pages is None or index < self._at:
                document = PDFDocument(PDFParser(io.BytesIO(self._data)))
                self._pages, self._at = PDFPage.create_pages(document), -1
            while self._at < index:
                self._page = next(self._pages)
                self._at += 1
        except MemoryError:
            raise
        except Exception:  # pdfminer lets anything through on a damaged file
            return None
        return self._page


def _fonts(resources: Any, depth: int) -> Iterator[tuple[str, float]]:
    """Names and descents of the fonts that some resources name, those of forms in them too."""
    from pdfminer.pdftypes import resolve1

    held = resolve1(resources)
    if not isinstance(held, dict) or depth > 5:
        return
    for reference in (resolve1(held.get("Font")) or {}).values():
        font = resolve1(reference)
        if isinstance(font, dict) and (found := _descent(font)):
            yield found
    for reference in (resolve1(held.get("XObject")) or {}).values():
        form = resolve1(reference)
        inner = getattr(form, "attrs", {}).get("Resources")
        if inner is not None:
            yield from _fonts(inner, depth + 1)


def _descent(font: dict[str, Any]) -> tuple[str, float] | None:
    """As pdfminer's font classes work it out; None for fonts drawn by procedures (Type 3)."""
    from pdfminer.fontmetrics import FONT_METRICS
    from pdfminer.pdftypes import resolve1

    kind = _name(font.get("Subtype"))
    if kind == "Type3":
        return None
    name = _name(font.get("BaseFont"))
    metrics: Any = FONT_METRICS.get(name) if kind in ("Type1", "MMType1") else None
    if metrics:
        return name, float(metrics[0]["Descent"]) / 1000
    if kind == "Type0":
        below = resolve1(font.get("DescendantFonts"))
        font = resolve1(below[0]) if below else {}
    described = resolve1(font.get("FontDescriptor")) or {}
    descent = resolve1(described.get("Descent", 0))
    said = _name(described.get("FontName")) if kind == "Type0" else ""
    return (name or said).split("+")[-1], -abs(float(descent or 0)) / 1000


def _name(value: Any) -> str:
    from pdfminer.pdftypes import resolve1
    from pdfminer.psparser import PSLiteral

    value = resolve1(value)
    if isinstance(value, PSLiteral):
        value = value.name
    return value.decode("latin-1") if isinstance(value, bytes) else str(value or "")
