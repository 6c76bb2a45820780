"""Plain text to a Document: each line a Line with its place, form feeds part pages."""

from __future__ import annotations

import hashlib
import re

from ingest.document import Document, Line, Page, Word
from ingest.errors import EmptyFile
from ingest.furniture import without_furniture
from ingest.sniff import TEXT

_SPACE = re.compile(r"[^\S\n]+")
_DRAWN = re.compile(r"\s*([-=_*~#\u2500-\u2550\u2010-\u2015\u2022.])(?:\s?\1){3,}\s*")
# Written by some programs to mark a break; none is part of a word.
_INVISIBLE = str.maketrans("", "", "\u200b\u200c\u200d\u2060\ufeff\x00")


def read_text(data: bytes, name: str, encoding: str) -> Document:
    """The text as pages of lines.

    Raises:
        EmptyFile: nothing but white space.
    """
    text = data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n").translate(_INVISIBLE)
    sheets = text.split("\f")
    while len(sheets) > 1 and not sheets[-1].strip():
        sheets.pop()
    pages, number = [], 0
    for page_number, sheet in enumerate(sheets, start=1):
        lines = []
        for row in sheet.split("\n"):
            number += 1
            if _DRAWN.fullmatch(row):
                continue  # a line drawn across: what it parts, the gap in the numbers shows
            if words := tuple(Word(word) for word in row.split()):
                lines.append(Line(page_number, words, place=f"line {number}"))
        number -= 1  # the line that the form feed stands in continues on the next page
        pages.append(Page(page_number, 0.0, 0.0, tuple(lines)))
    if not any(page.body for page in pages):
        raise EmptyFile("the file holds nothing but white space", source=name)
    return Document(
        file=name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=TEXT,
        pages=without_furniture(tuple(pages)),
    )
