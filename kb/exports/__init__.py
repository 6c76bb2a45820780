"""Writers from one neutral document to DOCX, PDF, XLSX, CSV and Markdown.

The same document gives the same bytes. Each writer is imported when it is used: `import kb.exports`
costs nothing.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from kb.errors import KBError

if TYPE_CHECKING:
    from kb.exports.model import ExportDocument

__all__ = [
    "FORMATS",
    "MEDIA_TYPES",
    "CannotWrite",
    "UnknownExport",
    "export_bytes",
    "format_of",
    "write",
]

_WRITERS = {
    "docx": ("kb.exports.docx_file", "docx_bytes"),
    "pdf": ("kb.exports.pdf_file", "pdf_bytes"),
    "xlsx": ("kb.exports.xlsx_file", "xlsx_bytes"),
    "csv": ("kb.exports.csv_file", "csv_bytes"),
    "md": ("kb.exports.markdown", "markdown_bytes"),
}

FORMATS: tuple[str, ...] = tuple(_WRITERS)
"""Suffixes that can be written, without the point."""

_OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES: dict[str, str] = {
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "csv": "text/csv",
    "md": "text/markdown",
}
"""What a download is announced as."""


class UnknownExport(KBError, ValueError):
    """The name ends in no format that is written here."""


class CannotWrite(KBError, OSError):
    """The path cannot be written."""


def format_of(name: str | Path) -> str:
    """The format that a file's name or a bare suffix asks for.

    Raises:
        UnknownExport: none that is written here.
    """
    suffix = (Path(name).suffix or str(name)).lower().lstrip(".")
    suffix = {"markdown": "md"}.get(suffix, suffix)
    if suffix not in _WRITERS:
        known = ", ".join(f".{one}" for one in FORMATS)
        raise UnknownExport(f"{name}: the name has to end in one of {known}")
    return suffix


def export_bytes(document: ExportDocument, format: str) -> bytes:
    """The document in one format ("docx", "pdf", "xlsx", "csv", "md").

    Raises:
        UnknownExport: another format.
    """
    module, function = _WRITERS[format_of(format)]
    made: bytes = getattr(importlib.import_module(module), function)(document)
    return made


def write(
    document: ExportDocument, target: str | Path | BinaryIO, format: str | None = None
) -> None:
    """Writes the document to a path or a binary stream.

    Args:
        format: default the suffix of the path; needed for a stream.

    Raises:
        UnknownExport: no such format, or none given for a stream.
        CannotWrite: the path cannot be written. Nothing is left half-written.
    """
    if isinstance(target, str | Path):
        path = Path(target)
        data = export_bytes(document, format or format_of(path))
        part = path.with_name(f".{path.name}.part")
        try:
            part.write_bytes(data)
            part.replace(path)
        except OSError as error:
            raise CannotWrite(f"{path} cannot be written: {error.strerror or error}") from error
        finally:
            part.unlink(missing_ok=True)
        return
    if format is None:
        raise UnknownExport("a stream has no suffix: say which format is wanted")
    target.write(export_bytes(document, format))
