"""Plain text to a Document: each line a Line with its place, form feeds part pages."""

from __future__ import annotations

import hashlib
import re

from ingest.document import Document, Line, Page, Table, Word
from ingest.errors import EmptyFile
from ingest.furniture import without_furniture
from ingest.numbers import pbis_in
from ingest.sniff import TEXT
from ingest.text_tables import tables_in

_SPACE = re.compile(r"[^\S\n]+")
_HEAD = 4
"""Lines at the head of a page that a wide gap may part."""
_WIDE = re.compile(r"\s{4,}")
# Markdown: headings behind hashes, bold words between asterisks.
_MARKED_HEADING = re.compile(r"^[ ]{0,3}#{1,6}[ ]+(?=\S)", re.MULTILINE)
_MARKED = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*|(?<![\w_])__(?=\S)(.+?)(?<=\S)__(?![\w_])")
_DRAWN = re.compile(r"\s*([-=_*~#\u2500-\u2550\u2010-\u2015\u2022.])(?:\s?\1){3,}\s*")
_ENTRY = re.compile(r"(?P<label>\s*[A-Z][^:=|]{0,38}?)\s*(?P<mark>[:=|])\s*(?=\S|$)")
# Written by some programs to mark a break; none is part of a word.
_INVISIBLE = str.maketrans("", "", "\u200b\u200c\u200d\u2060\ufeff\x00")


def read_text(data: bytes, name: str, encoding: str) -> Document:
    """The text as pages of lines.

    Raises:
        EmptyFile: nothing but white space.
    """
    text = data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n").translate(_INVISIBLE)
    marked = len(_MARKED_HEADING.findall(text)) > 1 or len(_MARKED.findall(text)) > 3
    sheets = text.split("\f")
    while len(sheets) > 1 and not sheets[-1].strip():
        sheets.pop()
    pages, number = [], 0
    for page_number, sheet in enumerate(sheets, start=1):
        lines: list[Line | Table] = []
        rows = sheet.split("\n")
        tables = {table.start: table for table in tables_in(rows)}
        within = {at for table in tables.values() for at in range(table.start, table.end)}
        for at, (row, begins) in enumerate(zip(rows, _begins(rows), strict=True)):
            number += 1
            if at in tables:
                lines.append(tables[at].table(page_number, number - at))
            if at in within:
                continue
            heading = _MARKED_HEADING.match(row) if marked else None
            row = _MARKED.sub(r"\1\2", row[heading.end() if heading else 0 :]) if marked else row
            if _DRAWN.fullmatch(row):
                continue  # a line drawn across: what it parts, the gap in the numbers shows
            if len(lines) < _HEAD and ":" not in row and not pbis_in(row):
                for part in _WIDE.split(row.strip())[:-1]:  # a title, and a marking at the right
                    words = tuple(map(Word, part.split()))
                    lines.append(Line(page_number, words, place=f"line {number}", begins=True))
                row = _WIDE.split(row.strip())[-1]
            if words := tuple(Word(word, bold=bool(heading)) for word in row.split()):
                lines.append(Line(page_number, words, place=f"line {number}", begins=begins))
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


def _begins(rows: list[str]) -> list[bool | None]:
    """For each line, whether it opens a field or runs on, where labels stand in a column.

    Labels are in a column where the values of neighbouring lines begin at one offset although the
    labels differ in length, as programs that list records print them; what runs on is set in as far
    as the values.
    """
    begins: list[bool | None] = [None] * len(rows)
    entries = [_entry(row.expandtabs()) for row in rows]
    column = None
    for at, row in enumerate(row.expandtabs() for row in rows):
        entry = entries[at]
        if entry:
            near = [other for other in entries[max(0, at - 8) : at + 9] if other and other != entry]
            if entry[1] is None:  # an empty field: its mark stands where those of the others do
                entry = next((other for other in near if other[1] and other[2] == entry[2]), entry)
            lined = entry[1] is not None and sum(other[1] == entry[1] for other in near) >= 2
            column = entry[1] if lined else None
            begins[at] = True if lined else None
        elif not row.strip() or _DRAWN.fullmatch(row):
            column = None
        elif column is not None:
            indent = len(row) - len(row.lstrip())
            if indent == column:
                begins[at] = False
            else:
                column = None
    return begins


def _entry(row: str) -> tuple[int, int | None, int] | None:
    """The length of the label that a line opens with, and the offsets of its value and its mark."""
    found = _ENTRY.match(row)
    if not found:
        return None
    value = found.end() if found.end() < len(row) else None
    return len(found["label"]), value, found.start("mark")
