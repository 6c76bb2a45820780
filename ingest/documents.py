"""Bytes of any kind that is read here to a Document."""

from __future__ import annotations

from pathlib import Path

from ingest import sniff
from ingest.document import Document
from ingest.errors import FileMissing, reading
from ingest.limits import Limits, check_container, check_size
from ingest.progress import Progress


def read_bytes(path: Path | str, *, limits: Limits | None = None) -> bytes:
    """The bytes of a file.

    Raises:
        FileMissing: no such file, a folder, or no right to open it.
        TooLarge: over the limit on size, before it is read.
    """
    path = Path(path)
    try:
        check_size(path.stat().st_size, path.name, limits or Limits())
        return path.read_bytes()
    except FileNotFoundError as error:
        raise FileMissing("no such file", source=str(path)) from error
    except IsADirectoryError as error:
        raise FileMissing("this is a folder, not a file", source=str(path)) from error
    except OSError as error:
        why = error.strerror or "it cannot be opened"
        raise FileMissing(f"the file cannot be opened: {why}", source=str(path)) from error


def open_document(
    data: bytes,
    name: str,
    *,
    ocr: bool = True,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Document:
    """The file as a person sees it, page by page.

    Args:
        data: the bytes as uploaded.
        name: the name it was given; it says only whether text is a CSV.
        ocr: read pages without text by Tesseract, where it is installed.
        limits: caps on size, pages and inflated size.
        progress: called with a stage ("pages", "ocr"), how many are done, and of how many.
    Raises:
        IngestError: one line that says why the file cannot be read.
    """
    limits = limits or Limits()
    with reading(name):
        check_size(len(data), name, limits)
        kind = sniff.kind_of(data, name)
        check_container(data, kind.media_type, limits)
        if kind.media_type == sniff.PDF:
            from ingest.pdf import read_pdf

            return read_pdf(data, name, ocr=ocr, limits=limits, progress=progress)
        if kind.media_type == sniff.DOCX:
            from ingest.docx import read_docx

            return read_docx(data, name)
        if kind.media_type == sniff.XLSX:
            from ingest.sheet import read_workbook

            return read_workbook(data, name, limits=limits)
        encoding = kind.encoding or "utf-8"
        if kind.media_type == sniff.CSV:
            from ingest.sheet import read_csv

            return read_csv(data, name, encoding, limits=limits)
        from ingest.text import read_text

        return read_text(data, name, encoding)
