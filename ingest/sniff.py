"""What kind of file some bytes are, by the bytes. A name says only whether text is a CSV."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

from ingest.errors import EmptyFile, EncryptedFile, UnknownFormat, UnreadableFile

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
TEXT = "text/plain"

_READ_HERE = "what is read here: PDF, DOCX, XLSX, CSV and plain text"
_PICTURES = {
    b"\x89PNG\r\n\x1a\n": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"II*\x00": "a TIFF picture",
    b"MM\x00*": "a TIFF picture",
    b"BM": "a bitmap picture",
}
_ARCHIVES = {
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NAMED = {".pdf": "a PDF", ".docx": "a Word document", ".xlsx": "an Excel workbook"}
# A PDF may have some bytes ahead of its header; readers look this far.
_HEADER_ROOM = 1024


@dataclass(frozen=True, slots=True)
class Kind:
    """A media type and, for text, the encoding that it decodes in."""

    media_type: str
    encoding: str | None = None


def kind_of(data: bytes, name: str) -> Kind:
    """The kind of the bytes.

    Raises:
        EmptyFile: no bytes.
        EncryptedFile: an Office file with a password.
        UnreadableFile: a ZIP container that is damaged.
        UnknownFormat: anything that is not read here, and text that is named as something else.
    """
    if not data:
        raise EmptyFile("the file is empty: it has no bytes", source=name)
    if b"%PDF-" in data[:_HEADER_ROOM] and not data.startswith(b"PK"):
        return Kind(PDF)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return Kind(_office_kind(data, name))
    if data.startswith(_OLE):
        raise _ole_error(data, name)
    for magic, what in (*_PICTURES.items(), *_ARCHIVES.items()):
        if data.startswith(magic):
            raise UnknownFormat(_not_read(what, name), source=name)
    return _text_kind(data, name)


def _suffix(name: str) -> str:
    return PurePath(name).suffix.lower()


def _not_read(what: str, name: str) -> str:
    hint = "; print or scan it to a PDF first" if "picture" in what else ""
    return f"this is {what}{_whatever(name)}{hint} ({_READ_HERE})"


def _whatever(name: str) -> str:
    return f", whatever its name says ({_suffix(name)})" if _suffix(name) in _NAMED else ""


def _office_kind(data: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise UnreadableFile(
            f"the file is damaged: its ZIP container cannot be opened ({error}); "
            "save it again from the program that made it",
            source=name,
        ) from error
    if "word/document.xml" in names:
        return DOCX
    if "xl/workbook.xml" in names:
        return XLSX
    if _suffix(name) in (".docx", ".xlsx"):
        raise UnreadableFile(
            f"the file is damaged: {_NAMED[_suffix(name)]} without its main part; "
            "save it again from the program that made it",
            source=name,
        )
    what = "an Excel binary workbook" if "xl/workbook.bin" in names else "a ZIP archive"
    raise UnknownFormat(_not_read(what, name), source=name)


def _ole_error(data: bytes, name: str) -> UnknownFormat | EncryptedFile:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return EncryptedFile(
            "the file is locked with a password; save a copy without one", source=name
        )
    return UnknownFormat(
        "this is a Word or Excel file of the format before 2007; save it as .docx or .xlsx",
        source=name,
    )


def _text_kind(data: bytes, name: str) -> Kind:
    encoding = encoding_of(data)
    if encoding is None:
        named = _NAMED.get(_suffix(name))
        was = f"the file is named as {named} but is none: " if named else ""
        raise UnknownFormat(f"{was}its bytes are of no known kind ({_READ_HERE})", source=name)
    if named := _NAMED.get(_suffix(name)):
        raise UnknownFormat(
            f"the file is named as {named} but holds plain text; "
            "save it again from the program that made it, or name it .txt",
            source=name,
        )
    head = data[:4096].decode(encoding, errors="ignore").lstrip().lower()
    if not head:
        raise EmptyFile("the file holds nothing but white space", source=name)
    for start, what in (
        ("<!doctype html", "a web page"),
        ("<html", "a web page"),
        ("{\\rtf", "an RTF file"),
    ):
        if head.startswith(start):
            raise UnknownFormat(
                f"this is {what}; save it as a PDF first ({_READ_HERE})", source=name
            )
    return Kind(CSV if _suffix(name) in (".csv", ".tsv") else TEXT, encoding)


def encoding_of(data: bytes) -> str | None:
    """The encoding that the bytes are text in, None where they are no text.

    UTF-8 and UTF-16 (with a mark or by their zero bytes), else Windows-1252, which any bytes
    would decode in: so only where there are next to no control characters.
    """
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return encoding if _decodes(data, encoding) else None
    zeros_even, zeros_odd = data[0:2000:2].count(0), data[1:2000:2].count(0)
    half = len(data[:2000]) / 2
    if len(data) % 2 == 0 and max(zeros_even, zeros_odd) > 0.4 * half:
        guess = "utf-16-le" if zeros_odd > zeros_even else "utf-16-be"
        return guess if _decodes(data, guess) else None
    if _decodes(data, "utf-8"):
        return "utf-8"
    return "cp1252" if _decodes(data, "cp1252") else None


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        text = data.decode(encoding)
    except UnicodeError:
        return False
    sample = text[:20_000]
    controls = sum(1 for c in sample if (c < " " and c not in "\t\n\r\f\v") or c == "\x7f")
    return controls <= len(sample) / 1000
