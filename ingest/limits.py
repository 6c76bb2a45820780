"""Caps that no file may pass, checked before anything is unpacked."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass

from ingest.errors import TooLarge, UnreadableFile
from ingest.sniff import DOCX, PDF, XLSX

MEGABYTE = 1024 * 1024
_CHUNK = 256 * 1024
_STREAM = re.compile(rb"stream\r?\n")
_DOCTYPES = tuple(
    mark.encode(encoding)
    for mark in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost.

    Attributes:
        file_mb: size as uploaded.
        pages: pages of a PDF, sheets of a workbook.
        stream_mb: what one compressed stream of a PDF may inflate to.
        inflated_mb: what all streams or ZIP members may inflate to together.
        cells: cells of a workbook or CSV.
        ocr_pages: pages that OCR may be asked to read.
    """

    file_mb: float = 200.0
    pages: int = 5000
    stream_mb: float = 64.0
    inflated_mb: float = 400.0
    cells: int = 2_000_000
    ocr_pages: int = 300


def check_size(size: int, name: str, limits: Limits) -> None:
    """Raises TooLarge where a file has more bytes than the limit."""
    if size > limits.file_mb * MEGABYTE:
        raise TooLarge(
            f"the file has {size / MEGABYTE:.0f} MB; the limit is {limits.file_mb:g} MB",
            source=name,
        )


def hold_to(*, memory_mb: int | None = None, more_seconds: float | None = None) -> None:
    """Holds this process to a limit on memory, or on processor time from now on.

    Linux counts what a process writes to as its data (RLIMIT_DATA), and not the libraries that it
    maps. Does nothing on systems without such limits.
    """
    try:
        import resource
    except ImportError:
        return
    if memory_mb is not None:
        _lower(resource.RLIMIT_DATA, memory_mb * MEGABYTE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if more_seconds is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + more_seconds) + 2)


def _lower(what: int, value: int) -> None:
    import resource

    _, hard = resource.getrlimit(what)
    allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(what, (allowed, hard))


def check_container(data: bytes, media_type: str, limits: Limits) -> None:
    """Raises TooLarge where compressed parts would inflate past the limits."""
    if media_type == PDF:
        _check_streams(data, limits)
    elif media_type in (DOCX, XLSX):
        _check_members(data, limits)


def _check_members(data: bytes, limits: Limits) -> None:
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            declared = sum(member.file_size for member in members)
            if declared > limits.inflated_mb * MEGABYTE:
                raise _too_large(declared, limits.inflated_mb)
            for member in members:  # what a member says of its size may be a lie
                tail = b""
                with archive.open(member) as stream:
                    while chunk := stream.read(_CHUNK):
                        total += len(chunk)
                        _refuse_entities(tail + chunk, member.filename)
                        tail = chunk[-32:]
                        if total > limits.inflated_mb * MEGABYTE:
                            raise _too_large(total, limits.inflated_mb)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        # ValueError: an entry that says that it begins ahead of the file. RuntimeError: a password,
        # or a way of packing that is not known.
        raise UnreadableFile(
            f"the file is damaged: a part of its ZIP container cannot be read ({error}); "
            "save it again from the program that made it"
        ) from error


def _refuse_entities(xml: bytes, member: str) -> None:
    """Office files declare no document types: one that does wants its reader to expand entities."""
    if member.endswith((".xml", ".rels", ".vml")) and any(mark in xml for mark in _DOCTYPES):
        raise UnreadableFile(
            "the file declares XML entities, which no Office program writes; it is not read"
        )


def _check_streams(data: bytes, limits: Limits) -> None:
    total = 0
    for match in _STREAM.finditer(data):
        start = match.end()
        if data[max(0, start - 12) : match.start()].endswith(b"end"):
            continue  # the keyword was "endstream"
        if not _looks_deflated(data, start):
            continue
        twice = data.rfind(b"obj", 0, start)
        layers = data.count(b"FlateDecode", max(twice, start - 2000, 0), start)
        cap = int(limits.stream_mb * MEGABYTE)
        total += _inflated(data, start, cap, layers)
        if total > limits.inflated_mb * MEGABYTE:
            raise _too_large(total, limits.inflated_mb)


def _looks_deflated(data: bytes, start: int) -> bool:
    head = data[start : start + 2]
    return len(head) == 2 and head[0] & 0x0F == 8 and (head[0] * 256 + head[1]) % 31 == 0


def _inflated(data: bytes, start: int, cap: int, layers: int) -> int:
    """How many bytes a stream inflates to, without ever holding them; raises over `cap`."""
    outer = zlib.decompressobj()
    inner = zlib.decompressobj() if layers > 1 else None
    view = memoryview(data)
    size = 0
    position = start
    while not outer.eof and position < len(data):
        piece: bytes | memoryview = view[position : position + 65536]
        position += 65536
        while piece:
            try:
                out = outer.decompress(piece, _CHUNK)
                size += len(out)
                while inner is not None and out and not inner.eof:
                    more = inner.decompress(out, _CHUNK)
                    size += len(more)
                    out = inner.unconsumed_tail
                    if size > cap:
                        break
            except zlib.error:
                return size  # not deflate after all, or damaged: the reader will say
            if size > cap:
                raise _too_large(size, cap / MEGABYTE, "a stream in it")
            # After the end of the stream the tail is what follows it in the file.
            piece = b"" if outer.eof else outer.unconsumed_tail
    return size


def _too_large(size: int, limit: float, what: str = "the file") -> TooLarge:
    return TooLarge(
        f"{what} unpacks to more than {size / MEGABYTE:.0f} MB; the limit is {limit:g} MB"
    )
