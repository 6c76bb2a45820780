"""What is to be printed or handed on, whatever the format: sections, paragraphs, tables, marking.

A document is made once and written many ways (`kb.exports.write`). Text in it is text: writers
escape whatever their format would act on.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from ingest.records import Frozen

Value = str | int | float | date | None
"""One cell. None is an empty cell; words such as "Not stated" are the maker's choice."""


class Style(StrEnum):
    """How a paragraph is set."""

    BODY = "body"
    STRONG = "strong"
    QUOTE = "quote"  # words of a report, to the letter
    NOTE = "note"
    BULLET = "bullet"


class Use(StrEnum):
    """Where a section belongs: what is read (DOCX, PDF, MD), what is worked with (XLSX, CSV)."""

    ALL = "all"
    PRINT = "print"
    DATA = "data"


class Column(Frozen):
    """A heading with the share of the width that it takes, relative to its neighbours."""

    label: str
    width: Annotated[float, Field(gt=0)] = 1.0


class Table(Frozen):
    """Rows under headings; every row has as many cells as there are columns.

    Attributes:
        title: names the table (and its sheet); shown above it.
        total: the last row is a sum of those above it.
        empty: what stands in place of the rows where there are none.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...] = ()
    total: bool = False
    empty: str = "None."


class Paragraph(Frozen):
    """One paragraph of plain text."""

    text: str
    style: Style = Style.BODY


class Fact(Frozen):
    """A label with what is known under it."""

    label: str
    texts: tuple[Paragraph, ...]


class Facts(Frozen):
    """Labels and texts side by side: all that is known of one thing."""

    facts: tuple[Fact, ...]


Block = Paragraph | Table | Facts


class Section(Frozen):
    """A heading ("" for none) with what stands under it. Level 1 is the highest below the title."""

    heading: str
    level: Annotated[int, Field(ge=1, le=3)] = 1
    blocks: tuple[Block, ...] = ()
    use: Use = Use.ALL


class ExportDocument(Frozen):
    """Everything that one export holds.

    Attributes:
        lead: paragraphs between the title and the first section.
        marking: the classification, shown on every page.
        spoken: what the document speaks of and from, in the footer ("As at 20 September 2021").
        as_at: kept as the date of the file, so that the same input gives the same bytes.
        main: title of the table that a format with a single table (CSV) takes; default the first.
    """

    title: str
    subtitle: str = ""
    lead: tuple[Paragraph, ...] = ()
    sections: tuple[Section, ...] = ()
    marking: str | None = None
    spoken: str = ""
    as_at: date | None = None
    main: str | None = None

    def printed(self) -> Iterator[Section]:
        """The sections that are read."""
        return (section for section in self.sections if section.use is not Use.DATA)

    def tables(self) -> Iterator[Table]:
        """The tables that are worked with, in order."""
        for section in self.sections:
            if section.use is not Use.PRINT:
                yield from (block for block in section.blocks if isinstance(block, Table))

    def main_table(self) -> Table:
        """The one table of a format that holds one.

        Raises:
            ValueError: the document has no table to work with.
        """
        tables = list(self.tables())
        for table in tables:
            if self.main is None or table.title == self.main:
                return table
        raise ValueError(f"{self.title}: there is no table to write as CSV; choose another format")


def text_paragraph(text: str | None, style: Style = Style.BODY) -> Paragraph:
    """A paragraph of a text that may be missing."""
    return Paragraph(text=text or "Not stated", style=style if text else Style.NOTE)
