"""Small PDFs with known words at known places, for the tests of the reader."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

Draw = Callable[[Any], None]
A4 = (595.0, 842.0)


def pdf(*pages: Draw, size: tuple[float, float] = A4, title: str = "") -> bytes:
    """One page for each function, which draws on a reportlab canvas in Helvetica 11."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size, invariant=1)
    canvas.setTitle(title)
    for draw in pages:
        canvas.setFont("Helvetica", 11)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def text(x: float, top: float, words: str, *, size: float = 11, font: str = "Helvetica") -> Draw:
    """Words with their base line `top` points below the top of an A4 page."""

    def draw(canvas: Any) -> None:
        canvas.setFont(font, size)
        canvas.drawString(x, A4[1] - top, words)

    return draw


def lines(*rows: str, x: float = 72, top: float = 100, leading: float = 15) -> Draw:
    """Rows of text one below the other."""

    def draw(canvas: Any) -> None:
        for k, row in enumerate(rows):
            text(x, top + k * leading, row)(canvas)

    return draw


def both(*parts: Draw) -> Draw:
    """Several drawings on one page."""

    def draw(canvas: Any) -> None:
        for part in parts:
            part(canvas)

    return draw


def picture(of: Draw, *, dpi: int = 200, turn: int = 0) -> Draw:
    """A page that is a picture of another, as a scanner makes it, turned by quarter turns."""
    from reportlab.lib.utils import ImageReader

    def draw(canvas: Any) -> None:
        image = rendered(pdf(of), dpi=dpi)
        if turn:
            image = image.rotate(turn, expand=True)
        width, height = canvas._pagesize
        canvas.drawImage(ImageReader(image), 0, 0, width, height)

    return draw


def rendered(data: bytes, *, dpi: int = 100, page: int = 0) -> Any:
    """A page as a picture."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    try:
        return document[page].render(scale=dpi / 72).to_pil().convert("L")
    finally:
        document.close()


def changed(data: bytes, change: Callable[[Any], None]) -> bytes:
    """The PDF after a change to its first page by pypdfium2."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    page = document[0]
    change(page)
    out = io.BytesIO()
    document.save(out)
    page.close()
    document.close()
    return out.getvalue()
