"""A PDF to a Document: every page as displayed, read by pdfium where that is safe.

`Engine` says who reads the words: "auto" takes pdfium (`pdf_fast`) and leaves to pdfplumber
(`pdf_words`) each page on which the two could differ; "pdfplumber" reads every page with it.
Tables that are drawn are found by pdfplumber's cells either way (`ruled`).
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from ingest.document import Document, Line, Page, Word
from ingest.errors import EncryptedFile, IngestError, NoTextLayer, TooLarge, UnreadableFile
from ingest.furniture import Edges, Furniture, Row, edges_of
from ingest.ink import Ink
from ingest.layout import body_of
from ingest.limits import Limits
from ingest.progress import Progress
from ingest.records import Finding
from ingest.share import shared
from ingest.sniff import PDF

if TYPE_CHECKING:
    import pypdfium2 as pdfium
    from pdfplumber.page import Page as PlumberPage

    from ingest.pdf_words import Hyphen

T = TypeVar("T")
Engine = Literal["auto", "pdfplumber"]

# An end-of-file mark stands in the last bytes of a whole PDF; some programs add a little after it.
_TAIL = 4096
_PAGES_A_PROCESS = 100


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
        inks = shared(partial(_inks, source, progress), source.count, least=_PAGES_A_PROCESS)
        if progress is not None:
            progress("pages", source.count, source.count)
        title = source.title
    scans, found = _read_pictures(data, inks, ocr=ocr, limits=limits, progress=progress)
    return Document(
        file=name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=PDF,
        pages=_laid_out(inks, scans),
        title=title,
        findings=found,
    )


def _inks(source: _Source, progress: Progress | None, part: range) -> list[Ink]:
    """The ink of some pages; progress is told of as if all parts went on abreast."""
    inks: list[Ink] = []
    for ink in source.inks(part):
        inks.append(ink)
        if progress is not None and part.start == 0 and len(inks) < len(part):
            progress("pages", len(inks) * source.count // len(part), source.count)
    return inks


def _laid_out(inks: list[Ink], scans: set[int]) -> tuple[Page, ...]:
    """The pages in reading order, furniture apart. The ink of a page is let go once it is read."""
    furniture = Furniture()
    edges = []
    for ink in inks:
        edge = edges_of(ink)
        furniture.add(edge.head, edge.foot)
        edges.append(edge)
    pages: list[Page] = []
    for index, edge in enumerate(edges):
        ink, inks[index] = inks[index], Ink(index + 1, 0.0, 0.0)
        top = furniture.count(edge.head, at_head=True)
        bottom = furniture.count(edge.foot, at_head=False)
        heads = _moved(furniture, edge.head[:top], edge.head_words, at_head=True)
        feet = _moved(furniture, edge.foot[:bottom], edge.foot_words, at_head=False)
        moved = [*heads, *_run_past(furniture, edge, bottom), *reversed(feet)]
        taken = {id(word) for words in moved for word in words}
        picture = not ink.has_text and bool(ink.pictures or ink.areas)
        if taken:
            ink.words = [word for word in ink.words if id(word) not in taken]
        pages.append(
            Page(
                ink.number,
                ink.width,
                ink.height,
                body_of(ink),
                tuple(Line(ink.number, tuple(words)) for words in moved),
                image_only=picture,
                scanned=ink.number in scans,
            )
        )
    return tuple(pages)


def _moved(
    furniture: Furniture, rows: Sequence[Row], words: list[list[list[Word]]], *, at_head: bool
) -> list[list[Word]]:
    """The words of rows that are furniture, without parts of the text that stand in one line."""
    out = []
    for row, parts in zip(rows, words, strict=False):
        apart = furniture.apart(row, at_head=at_head)
        out.append(
            [word for place, part in enumerate(parts) if place not in apart for word in part]
        )
    return out


def _run_past(furniture: Furniture, edge: Edges, bottom: int) -> list[list[Word]]:
    """Words of the footer that text too long for its page runs past, or into."""
    rows, words = edge.foot[bottom:], edge.foot_words[bottom:]
    return [
        parts[place]
        for chosen, parts in zip(furniture.within(rows), words, strict=True)
        for place in chosen
    ]


def _check_whole(data: bytes) -> None:
    tail = data[-_TAIL:]
    if b"%%EOF" not in tail and b"startxref" not in tail:
        raise UnreadableFile("the PDF is cut off: its end is missing; send or save it again")


def _read_pictures(
    data: bytes,
    inks: list[Ink],
    *,
    ocr: bool,
    limits: Limits,
    progress: Progress | None,
) -> tuple[set[int], tuple[Finding, ...]]:
    """Reads pages that are pictures by OCR, where it can be had, in place.

    Returns:
        The numbers of the pages read so, and a finding for each picture that was not read.
    """
    numbers = [ink.number for ink in inks if not ink.has_text and (ink.pictures or ink.areas)]
    texted = any(ink.has_text for ink in inks)
    if not numbers:
        if not texted:
            raise NoTextLayer("the PDF has no text: its pages are blank")
        return set(), ()
    from ingest.ocr import Recogniser, tesseract_missing

    missing = tesseract_missing()
    if (missing or not ocr) and not texted:
        raise NoTextLayer(missing or "the PDF has no text layer: its pages are pictures")
    if missing or not ocr:
        why = missing or "OCR is switched off"
        return set(), tuple(_unread(number, why) for number in numbers)
    found = [_unread(n, "over the limit of pages for OCR") for n in numbers[limits.ocr_pages :]]
    wanted = numbers[: limits.ocr_pages]
    scans: set[int] = set()
    with Recogniser(data) as recogniser:
        inks_read = recogniser.read_inks(number - 1 for number in wanted)
        for done, (number, ink) in enumerate(zip(wanted, inks_read, strict=True), start=1):
            if ink.has_text:
                inks[number - 1] = ink
                scans.add(number)
            else:
                found.append(_unread(number, "OCR found no words on it"))
            if progress is not None:
                progress("ocr", done, len(wanted))
    if not scans and not texted:
        raise NoTextLayer("the PDF has no text layer, and OCR finds no words on its pages")
    return scans, tuple(found)


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

    def inks(self, part: range) -> Iterator[Ink]:
        """Each page of a part in order; nothing of a page is kept once the next is asked for."""
        import pypdfium2 as pdfium

        from ingest.pdf_fast import FastReader, NotSure
        from ingest.pdf_fonts import FontBook

        fast = (
            FastReader(self._pdf, FontBook(self._data).descents, self._hyphens)
            if self._engine == "auto"
            else None
        )
        for index in part:
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
        from ingest.pdf_words import read_ink

        return self._by_plumber(index, read_ink)

    def _hyphens(self, index: int) -> list[Hyphen]:
        from ingest.pdf_words import hyphens_of

        return self._by_plumber(index, hyphens_of)

    def _by_plumber(self, index: int, read: Callable[[PlumberPage], T]) -> T:
        import pdfplumber

        try:
            if self._plumber is None:
                self._plumber = pdfplumber.open(io.BytesIO(self._data))
                self._stack.callback(_close_quietly, self._plumber)
            page = self._plumber.pages[index]
            try:
                return read(page)
            finally:
                page.close()
        except (IngestError, MemoryError, KeyboardInterrupt):
            raise
        except Exception as error:  # pdfminer lets anything through on a damaged page
            raise UnreadableFile(
                f"the PDF is damaged: this page cannot be read ({type(error).__name__})",
                page=index + 1,
            ) from error


def _close_quietly(plumber: Any) -> None:
    """Closing counts the pages first, which a damaged file does not survive."""
    with suppress(Exception):
        plumber.close()
