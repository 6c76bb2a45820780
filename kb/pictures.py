"""Pages as pictures, with the quoted words highlighted."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from io import BytesIO
from threading import Lock
from typing import Any

from ingest.records import Box
from kb.errors import RecordNotFound

PDF = "application/pdf"
LONGEST_SIDE = 4000
"""Pixels: a page as large as a poster is drawn smaller rather than refused."""

_FILL = (255, 214, 0, 90)
_EDGE = (200, 120, 0, 255)
_MARGIN = 1.5  # points around the words

_MOST = 96
"""Pictures kept: some 20 MB, the least recently used go first."""

_kept: dict[tuple[bytes, int, tuple[Box, ...], float], bytes] = {}
_keeping = Lock()

# pdfium is not safe between threads, whatever the number of documents.
_pdfium = Lock()


def page_png(data: bytes, page: int, boxes: Sequence[Box] = (), scale: float = 1.5) -> bytes:
    """One page of a PDF as PNG, boxes (points, origin top left) highlighted.

    The latest are kept: many people look at the same page.

    Args:
        page: from 1. scale: pixels a point.

    Raises:
        RecordNotFound: the document has no such page.
    """
    key = (sha256(data).digest(), page, tuple(boxes), scale)
    with _keeping:
        held = _kept.pop(key, None)
        if held is not None:
            _kept[key] = held
            return held
    drawn = _drawn(data, page, boxes, scale)
    with _keeping:
        _kept[key] = drawn
        while len(_kept) > _MOST:
            del _kept[next(iter(_kept))]
    return drawn


def _drawn(data: bytes, page: int, boxes: Sequence[Box], scale: float) -> bytes:
    import pypdfium2 as pdfium
    from PIL import Image, ImageDraw

    with _pdfium:
        document = pdfium.PdfDocument(data)
        try:
            sheet = _sheet(document, page)
            scale = min(scale, LONGEST_SIDE / max(*sheet.get_size(), 1.0))
            picture = sheet.render(scale=scale).to_pil().convert("RGBA")
        finally:
            document.close()
    if boxes:
        layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
        pen = ImageDraw.Draw(layer)
        for x0, top, x1, bottom in boxes:
            corners = (x0 - _MARGIN, top - _MARGIN, x1 + _MARGIN, bottom + _MARGIN)
            pen.rectangle([value * scale for value in corners], fill=_FILL, outline=_EDGE)
        picture = Image.alpha_composite(picture, layer)
    held = BytesIO()
    # Somebody waits for it: the least compression takes a third of the time for a tenth more bytes.
    picture.convert("RGB").save(held, format="PNG", compress_level=1)
    return held.getvalue()


def page_words(data: bytes, page: int) -> str:
    """The text of one page of a PDF as it stands in the file; "" on a page that is a picture.

    Raises:
        RecordNotFound: the document has no such page.
    """
    import pypdfium2 as pdfium

    with _pdfium:
        document = pdfium.PdfDocument(data)
        try:
            return str(_sheet(document, page).get_textpage().get_text_range())
        finally:
            document.close()


def box_of(data: bytes, page: int, start: int, end: int) -> Box | None:
    """The box around characters of `page_words`; None where the page lies on its side."""
    import pypdfium2 as pdfium

    with _pdfium:
        document = pdfium.PdfDocument(data)
        try:
            sheet = _sheet(document, page)
            if sheet.get_rotation():
                return None
            words = sheet.get_textpage()
            number = words.count_rects(start, end - start)
            found = [words.get_rect(one) for one in range(number)]
            left, _, _, top = sheet.get_cropbox()
        finally:
            document.close()
    if not found:
        return None
    x0, x1 = min(one[0] for one in found) - left, max(one[2] for one in found) - left
    return x0, top - max(one[3] for one in found), x1, top - min(one[1] for one in found)


def _sheet(document: Any, page: int) -> Any:
    if not 1 <= page <= len(document):
        raise RecordNotFound(f"page {page} is asked for; the report has {len(document)}")
    return document[page - 1]
