"""A PDF to a Document: words and boxes by pdfplumber, laid out in reading order."""

from __future__ import annotations

import hashlib
import io

from ingest.document import Document, Line, Page, Word
from ingest.errors import EncryptedFile, UnreadableFile
from ingest.furniture import without_furniture
from ingest.limits import Limits
from ingest.progress import Progress
from ingest.sniff import PDF


def read_pdf(
    data: bytes,
    name: str,
    *,
    ocr: bool = True,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Document:
    """The pages of a PDF as displayed."""
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    pages = []
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            for page in pdf.pages:
                words = [
                    Word(
                        w["text"],
                        (w["x0"], w["top"], w["x1"], w["bottom"]),
                        w["size"],
                        "bold" in w["fontname"].lower(),
                    )
                    for w in page.extract_words(extra_attrs=["fontname", "size"])
                ]
                pages.append(
                    Page(
                        page.page_number,
                        page.width,
                        page.height,
                        tuple(_lines(page.page_number, words)),
                    )
                )
                page.close()
    except PdfminerException as error:
        if error.args and isinstance(error.args[0], PDFPasswordIncorrect):
            raise EncryptedFile("the file is locked with a password", source=name) from error
        raise UnreadableFile("the PDF is damaged and cannot be opened", source=name) from error
    return Document(name, hashlib.sha256(data).hexdigest(), PDF, without_furniture(tuple(pages)))


def _lines(number: int, words: list[Word]) -> list[Line]:
    rows: list[list[Word]] = []
    for word in words:
        if (
            rows
            and abs(rows[-1][-1].box[3] - word.box[3]) < 3
            and word.box[0] >= rows[-1][-1].box[0]
        ):  # type: ignore[index]
            rows[-1].append(word)
        else:
            rows.append([word])
    return [Line(number, tuple(row)) for row in rows]
