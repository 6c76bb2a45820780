"""A PDF to a Document: every page as displayed, read by pdfium where that is safe.

`Engine` says who reads the words: "auto" takes pdfium (`pdf_fast`) and leaves to pdfplumber
(`pdf_words`) each page on which the two could differ; "pdfplumber" reads every page with it.
Tables that are drawn are found by pdfplumber's cells either way (`ruled`).
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Literal

from ingest.document import Document, Page
from ingest.errors import EncryptedFile, IngestError, NoTextLayer, TooLarge, UnreadableFile
from ingest.furniture import without_furniture
from ingest.ink import Ink
from ingest.layout import body_of
from ingest.limits import Limits
from ingest.progress import Progress
from ingest.records import Finding
from ingest.sniff import PDF

if TYPE_CHECKING:
    import pypdfium2 as pdfium

    from ingest.pdf_fast import FastReader

Engine = Literal["auto", "pdfplumber"]

# An end-of-file mark stands in the last bytes of a whole PDF; some programs add a little after it.
_TAIL = 4096


def read_pdf(
    data: bytes,
    name: str,
    *,
    ocr: bool = True,
    limits: Limits | None = None,
    progress: Progress | None = None,
    engine: Engine = "auto",
) -> Document:
    """The pages of a PDF as displayed.

    Args:
        data: the bytes.
        name: the name the file was given.
        ocr: read pages that are pictures with Tesseract, where it is installed.
        limits: caps on pages and on pages for OCR.
        progress: told "pages" and "ocr".
        engine: who reads the words.
    Raises:
        EncryptedFile: a password is needed.
        UnreadableFile: damaged, or cut off.
        NoTextLayer: no page has text, and OCR is off or not installed.
        TooLarge: more pages than the limits allow.
    """
    limits = limits or Limits()
    _check_whole(data)
    with _Source(data, engine) as source:
        if source.count > limits.pages:
            raise TooLarge(f"the PDF has {source.count} pages; the limit is {limits.pages}")
        if not source.count:
            raise UnreadableFile("the PDF is damaged: it has no pages")
        pages = []
        for ink in source.inks():
            pages.append(_page(ink))
            if progress is not None:
                progress("pages", len(pages), source.count)
        title = source.title
    found: tuple[Finding, ...] = ()
    if any(page.image_only for page in pages):
        pages, found = _with_pictures(data, pages, ocr=ocr, limits=limits, progress=progress)
    return Document(
        file=name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=PDF,
        pages=without_furniture(tuple(pages)),
        title=title,
        findings=found,
    )


def _page(ink: Ink) -> Page:
    body = body_of(ink)
    return Page(
        ink.number,
        ink.width,
        ink.height,
        body,
        image_only=not ink.has_text and bool(ink.pictures or ink.areas),
    )


def _check_whole(data: bytes) -> None:
    tail = data[-_TAIL:]
    if b"%%EOF" not in tail and b"startxref" not in tail:
        raise UnreadableFile("the PDF is cut off: its end is missing; send or save it again")


def _with_pictures(
    data: bytes,
    pages: list[Page],
    *,
    ocr: bool,
    limits: Limits,
    progress: Progress | None,
) -> tuple[list[Page], tuple[Finding, ...]]:
    """Pages that are pictures, read by OCR where that can be had; else said to be unread."""
    from ingest.ocr import Recogniser, tesseract_missing

    numbers = [page.number for page in pages if page.image_only]
    missing = tesseract_missing()
    if (missing or not ocr) and not any(page.body for page in pages):
        raise NoTextLayer(missing or "the PDF has no text layer: its pages are pictures")
    if missing or not ocr:
        why = missing or "OCR is switched off"
        return pages, tuple(_unread(number, why) for number in numbers)
    read = dict.fromkeys(numbers[limits.ocr_pages :], None)
    found = [_unread(number, "over the limit of pages for OCR") for number in read]
    wanted = numbers[: limits.ocr_pages]
    with Recogniser(data) as recogniser:
        for done, number in enumerate(wanted, start=1):
            ink = recogniser.read_ink(number - 1)
            if ink.words:
                pages[number - 1] = Page(number, ink.width, ink.height, body_of(ink), scanned=True)
            else:
                found.append(_unread(number, "OCR found no words on it"))
            if progress is not None:
                progress("ocr", done, len(wanted))
    if not any(page.body for page in pages):
        raise NoTextLayer("the PDF has no text layer, and OCR finds no words on its pages")
    return pages, tuple(found)


def _unread(number: int, why: str) -> Finding:
    return Finding(
        code="page-without-text",
        message=f"Page {number} is a picture without text and was not read: {why}.",
        page=number,
        ask="What does this page say?",
    )


class _Source:
    """The open file, by pdfium and, from the first page that needs it, by pdfplumber."""

    def __init__(self, data: bytes, engine: Engine) -> None:
        self._data = data
        self._engine = engine
        self._stack = ExitStack()
        self._plumber: Any = None

    def __enter__(self) -> _Source:
        import pypdfium2 as pdfium

        try:
            self._pdf: pdfium.PdfDocument = pdfium.PdfDocument(self._data)
        except pdfium.PdfiumError as error:
            if "password" in str(error).lower():
                raise EncryptedFile(
                    "the PDF is locked with a password; save a copy without one"
                ) from error
            raise UnreadableFile(
                "the PDF is damaged and cannot be opened; save it again from its source"
            ) from error
        self._stack.callback(self._pdf.close)
        self.count = len(self._pdf)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def title(self) -> str | None:
        """The title in the file's own properties, where it says one."""
        try:
            said: str = self._pdf.get_metadata_value("Title")
        except (RuntimeError, UnicodeError):
            return None
        return said.strip() or None

    def inks(self) -> Iterator[Ink]:
        """Each page in order; nothing of a page is kept once the next is asked for."""
        import pypdfium2 as pdfium

        from ingest.pdf_fast import FastReader, NotSure

        fast: FastReader | None = FastReader(self._pdf) if self._engine == "auto" else None
        for index in range(self.count):
            try:
                if fast is None:
                    yield self._read_slowly(index)
                    continue
                try:
                    yield fast.read_ink(index)
                except NotSure:
                    yield self._read_slowly(index)
            except pdfium.PdfiumError as error:
                raise UnreadableFile(
                    "the PDF is damaged: this page cannot be loaded", page=index + 1
                ) from error

    def _read_slowly(self, index: int) -> Ink:
        import pdfplumber

        from ingest.pdf_words import read_ink

        try:
            if self._plumber is None:
                self._plumber = self._stack.enter_context(pdfplumber.open(io.BytesIO(self._data)))
            page = self._plumber.pages[index]
            try:
                return read_ink(page)
            finally:
                page.close()
        except (IngestError, MemoryError, KeyboardInterrupt):
            raise
        except Exception as error:  # pdfminer lets anything through on a damaged page
            raise UnreadableFile(
                f"the PDF is damaged: this page cannot be read ({type(error).__name__})",
                page=index + 1,
            ) from error
