"""What stands on every page of a PDF: the marking above and below, the source line, page x of y."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from kb.exports.inert import shown
from kb.exports.model import ExportDocument
from kb.exports.pdf_fonts import BOLD, REGULAR

Furniture = Callable[[Canvas, int, int], None]
"""Draws on one page, given its number and how many there are."""


class CountedCanvas(Canvas):  # type: ignore[misc]
    """Keeps its pages until the last one is known, then draws the furniture on each."""

    def __init__(self, *args: Any, furniture: Furniture, **options: Any) -> None:
        super().__init__(*args, **options)
        self._furniture = furniture
        self._kept: list[dict[str, Any]] = []

    def showPage(self) -> None:
        """Keeps the page for later."""
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Writes all pages, each with its furniture."""
        kept = self._kept
        for number, page in enumerate(kept, start=1):
            self.__dict__.update(page)
            self._furniture(self, number, len(kept))
            Canvas.showPage(self)
        Canvas.save(self)


def furniture(document: ExportDocument, side: float) -> Furniture:
    """The furniture of one document; `side` is the side margin in points."""
    marking = shown(document.marking)
    words = shown(document.spoken or document.title)

    def draw(canvas: Canvas, number: int, pages: int) -> None:
        width, height = A4
        canvas.saveState()
        canvas.setFillColor(HexColor("#1B2A3A"))
        canvas.setFont(BOLD, 10)
        canvas.drawCentredString(width / 2, height - 14 * mm, marking)
        canvas.drawCentredString(width / 2, 9 * mm, marking)
        canvas.setFont(REGULAR, 8.5)
        canvas.setFillColor(HexColor("#5A6675"))
        page = f"Page {number} of {pages}"
        canvas.drawRightString(width - side, 15 * mm, page)
        room = width - 2 * side - stringWidth(page, REGULAR, 8.5) - 12
        canvas.drawString(side, 15 * mm, _fitting(words, room))
        canvas.restoreState()

    return draw


def _fitting(text: str, room: float) -> str:
    lines = simpleSplit(text, REGULAR, 8.5, room)
    if len(lines) < 2:
        return text
    return f"{simpleSplit(text, REGULAR, 8.5, room - 8)[0]} …"
