"""What can go wrong with one file, each with one line for the person who meets it.

* IngestError                   carries .source and .page
  - FileMissing                 no such file, or it cannot be opened
  - EmptyFile                   no bytes
  - UnknownFormat               bytes of no kind that is read here
  - UnreadableFile              of a known kind, but damaged
    - EncryptedFile             needs a password
  - NoTextLayer                 pages are pictures, and no OCR is installed
  - NoProblems                  text was read, no problem record was found in it
  - TooLarge                    over a limit on size, pages, memory or time
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class IngestError(Exception):
    """One file cannot be read. `str()` is a whole sentence without the file's name."""

    def __init__(self, message: str, *, source: str | None = None, page: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.source = source
        self.page = page

    def line(self) -> str:
        """The one line to show: file, page where known, what happened, what to do."""
        where = self.source or ""
        if self.page is not None:
            where += f" p.{self.page}"
        return f"{where}: {self.message}" if where else self.message

    def __reduce__(self) -> tuple[object, ...]:
        # Readings happen in a child process: the error must cross with its place.
        return (_rebuilt, (type(self), self.message, self.source, self.page))


def _rebuilt(
    kind: type[IngestError], message: str, source: str | None, page: int | None
) -> IngestError:
    return kind(message, source=source, page=page)


class FileMissing(IngestError):
    """No such file, or it cannot be opened."""


class EmptyFile(IngestError):
    """The file has no bytes."""


class UnknownFormat(IngestError):
    """The bytes are of no kind that is read here, whatever the name says."""


class UnreadableFile(IngestError):
    """The kind is known, the content is damaged."""


class EncryptedFile(UnreadableFile):
    """A password is needed."""


class NoTextLayer(IngestError):
    """The pages are pictures and no OCR is installed."""


class NoProblems(IngestError):
    """Text was read, but no problem record was found in it."""


class TooLarge(IngestError):
    """A limit on size, pages, memory or time was passed."""


@contextmanager
def reading(source: str, page: int | None = None) -> Iterator[None]:
    """Adds the file and the page to an `IngestError` that passes through, unless it has them."""
    try:
        yield
    except IngestError as error:
        error.source = error.source or source
        error.page = error.page or page
        raise
