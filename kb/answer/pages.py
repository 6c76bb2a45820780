"""The words of a page, to find quotes on it; each page is read once."""

from __future__ import annotations

import logging
import re
from collections import OrderedDict
from threading import RLock
from typing import TYPE_CHECKING

from ingest.errors import IngestError

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.records import ReportRecord

log = logging.getLogger(__name__)
KEPT = 4000
_SPACE = re.compile(r"[\s\u00ad\u200b\ufeff]+")
_DASHES = str.maketrans(
    {"\u2010": "-", "\u2011": "-", "\ufb01": "fi", "\ufb02": "fl", "\u00a0": " "}
)


def squeezed(text: str) -> str:
    """A text without white space and soft hyphens, for comparing to the letter."""
    return _SPACE.sub("", text.translate(_DASHES))


class PageTexts:
    """Page texts of uploaded PDFs, without white space; a bounded cache safe between threads."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self._texts: OrderedDict[tuple[str, int], str | None] = OrderedDict()
        self._guard = RLock()

    def holds(self, report: ReportRecord, page: int, quote: str) -> bool | None:
        """Whether the quote stands on the page; None where its text cannot be read apart.

        Media without pages of their own (text, DOCX, XLSX, scans) are not opened again.
        """
        text = self.text(report, page)
        if text is None:
            return None
        wanted = squeezed(quote)
        return wanted in text or wanted.replace("-", "") in text.replace("-", "")

    def page_of(self, report: ReportRecord, first: int, quote: str) -> int | None:
        """The page from `first` on that holds the quote; None where none of the next few does."""
        for page in range(first, min(first + 4, report.pages + 1)):
            if self.holds(report, page, quote):
                return page
        return None

    def text(self, report: ReportRecord, page: int) -> str | None:
        """The squeezed text of a page; None where there is none to read."""
        if report.media_type != "application/pdf" or report.scanned:
            return None
        key = (report.sha256, page)
        with self._guard:
            if key not in self._texts:
                self._read(report)
                while len(self._texts) > KEPT:
                    self._texts.popitem(last=False)
            return self._texts.get(key)

    def _read(self, report: ReportRecord) -> None:
        import pypdfium2

        for number in range(1, report.pages + 1):
            self._texts[report.sha256, number] = None
        try:
            document = pypdfium2.PdfDocument(self._kb.file_bytes(report.id))
        except (pypdfium2.PdfiumError, OSError, IngestError) as error:
            log.warning("%s cannot be opened to check quotes: %s", report.file, error)
            return
        try:
            for number, page in enumerate(document, start=1):
                words = page.get_textpage()
                self._texts[report.sha256, number] = squeezed(words.get_text_bounded())
                words.close()
                page.close()
        finally:
            document.close()
