"""What a file is goes by its bytes, and every file that is not read gets its own line."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from random import Random

import pytest
from making_pdfs import lines, pdf

from ingest import sniff
from ingest.documents import open_document, read_bytes
from ingest.errors import (
    EmptyFile,
    EncryptedFile,
    FileMissing,
    IngestError,
    TooLarge,
    UnknownFormat,
    UnreadableFile,
)
from ingest.limits import Limits
from ingest.sniff import kind_of

NOISE = Random(7).randbytes(4000)


def zipped(**members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "media_type", "encoding"),
    [
        (b"%PDF-1.7 ...", "report.txt", sniff.PDF, None),
        (b"\r\n%PDF-1.4 ...", "report", sniff.PDF, None),
        (zipped(**{"word/document.xml": ""}), "a.zip", sniff.DOCX, None),
        (zipped(**{"xl/workbook.xml": ""}), "a", sniff.XLSX, None),
        (b"PBI,Title\n", "a.CSV", sniff.CSV, "utf-8"),
        (b"PBI,Title\n", "a.txt", sniff.TEXT, "utf-8"),
        ("caf\u00e9 \u2013".encode(), "a.txt", sniff.TEXT, "utf-8"),
        ("caf\u00e9".encode("utf-8-sig"), "a.txt", sniff.TEXT, "utf-8-sig"),
        ("caf\u00e9".encode("utf-16"), "a.txt", sniff.TEXT, "utf-16"),
        ("PBI 123400".encode("utf-16-le"), "a.txt", sniff.TEXT, "utf-16-le"),
        ("PBI 123400".encode("utf-16-be"), "a.txt", sniff.TEXT, "utf-16-be"),
        ("\u2018caf\u00e9\u2019 \u2013".encode("cp1252"), "a.txt", sniff.TEXT, "cp1252"),
    ],
)
def test_the_bytes_say_what_a_file_is(
    data: bytes, name: str, media_type: str, encoding: str | None
) -> None:
    kind = kind_of(data, name)
    assert (kind.media_type, kind.encoding) == (media_type, encoding)


@pytest.mark.parametrize(
    ("data", "name", "error", "words"),
    [
        (b"", "a.pdf", EmptyFile, "no bytes"),
        (b" \n\t\n", "a.txt", EmptyFile, "white space"),
        (NOISE, "a.pdf", UnknownFormat, "named as a PDF"),
        (NOISE, "a.bin", UnknownFormat, "no known kind"),
        (b"\x89PNG\r\n\x1a\n" + NOISE, "a.pdf", UnknownFormat, "a PNG picture"),
        (b"\xff\xd8\xff\xe0" + NOISE, "scan.jpg", UnknownFormat, "a JPEG picture"),
        (b"PBI000000123400: Title", "a.docx", UnknownFormat, "holds plain text"),
        (b"PBI000000123400: Title", "a.pdf", UnknownFormat, "holds plain text"),
        (b"PK\x03\x04" + NOISE, "a.docx", UnreadableFile, "ZIP container"),
        (zipped(a="b"), "a.docx", UnreadableFile, "without its main part"),
        (zipped(a="b"), "a.zip", UnknownFormat, "a ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + NOISE, "a.doc", UnknownFormat, "before 2007"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "a.xlsx",
            EncryptedFile,
            "password",
        ),
        (b"<!DOCTYPE html><p>PBI", "a.html", UnknownFormat, "a web page"),
        (pdf(lines("x"))[:700], "a.pdf", UnreadableFile, "cut off"),
        (pdf(lines("x"))[:-40], "a.pdf", UnreadableFile, "cut off"),
        (b"%PDF-1.4\n%%EOF\n", "a.pdf", UnreadableFile, "damaged"),
    ],
)
def test_what_is_not_read_says_why_in_one_line(
    data: bytes, name: str, error: type[IngestError], words: str
) -> None:
    with pytest.raises(error) as caught:
        open_document(data, name)
    assert words in caught.value.line()
    assert caught.value.line().startswith(name)
    assert "\n" not in caught.value.line()


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match="no such file"):
        read_bytes(tmp_path / "none.pdf")
    with pytest.raises(FileMissing, match="folder"):
        read_bytes(tmp_path)
    (tmp_path / "a.txt").write_text("words")
    assert read_bytes(tmp_path / "a.txt") == b"words"
    with pytest.raises(TooLarge, match="limit"):
        read_bytes(tmp_path / "a.txt", limits=Limits(file_mb=1e-6))
