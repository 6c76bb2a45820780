"""Files that would cost too much are refused before they are unpacked."""

from __future__ import annotations

import io
import zipfile
import zlib

import pytest
from making_pdfs import lines, pdf

from ingest.documents import open_document
from ingest.errors import TooLarge, UnreadableFile
from ingest.limits import Limits, check_container
from ingest.sniff import PDF

SMALL = Limits(stream_mb=2, inflated_mb=4)


def with_stream(stream: bytes, filters: str = "/FlateDecode") -> bytes:
    head = b"%%PDF-1.4\n4 0 obj\n<</Length %d/Filter%b>>stream\n" % (len(stream), filters.encode())
    return head + stream + b"\nendstream\nendobj\n%%EOF\n"


def zipped(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def test_a_stream_that_inflates_too_far() -> None:
    bomb = zlib.compress(b" " * 3 * 1024 * 1024, 9)
    assert len(bomb) < 4000
    with pytest.raises(TooLarge, match="a stream in it"):
        check_container(with_stream(bomb), PDF, SMALL)


def test_a_stream_deflated_twice() -> None:
    twice = zlib.compress(zlib.compress(b" " * 3 * 1024 * 1024, 9), 9)
    with pytest.raises(TooLarge):
        check_container(with_stream(twice, "[/FlateDecode/FlateDecode]"), PDF, SMALL)


def test_many_streams_together() -> None:
    one = with_stream(zlib.compress(b" " * 1024 * 1024))
    with pytest.raises(TooLarge, match="the file unpacks"):
        check_container(one * 5, PDF, SMALL)
    check_container(one * 3, PDF, SMALL)


def test_an_ordinary_pdf_passes() -> None:
    check_container(pdf(*[lines(*["words"] * 40)] * 5), PDF, SMALL)


def test_a_zip_bomb_as_a_workbook() -> None:
    with pytest.raises(TooLarge, match="unpacks"):
        open_document(zipped("xl/workbook.xml", b" " * 5 * 1024 * 1024), "a.xlsx", limits=SMALL)


def test_a_member_that_lies_about_its_size() -> None:
    data = zipped("xl/workbook.xml", b" " * 5 * 1024 * 1024)
    size = (5 * 1024 * 1024).to_bytes(4, "little")
    lie = data.replace(size, (1000).to_bytes(4, "little"))
    assert lie != data
    with pytest.raises((TooLarge, UnreadableFile)):
        open_document(lie, "a.xlsx", limits=SMALL)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_entities_are_refused(encoding: str) -> None:
    xml = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'.encode(encoding)
    with pytest.raises(UnreadableFile, match="entities"):
        open_document(zipped("word/document.xml", xml), "a.docx")
