"""A Word document to a Document: paragraphs, tables and text boxes as they read once changes
are accepted. Its place is "paragraph 12" or "table 2 row 3 column 1"; it has one page.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ingest.document import Cell, Document, Line, Page, Table, Word
from ingest.errors import EmptyFile, UnreadableFile
from ingest.ink import plain
from ingest.numbering import Numbering
from ingest.sniff import DOCX

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DROPPED = {
    f"{_W}del",  # tracked changes are read as accepted
    f"{_W}moveFrom",
    f"{_W}instrText",
    f"{_W}pPr",
    f"{_W}footnoteReference",
    f"{_W}endnoteReference",
    f"{_W}commentReference",
    f"{_MC}Fallback",  # says again what the choice beside it says
}
_MOST_DEPTH = 20
_WRAPPERS = {f"{_W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml")}


@dataclass
class _Text:
    """The text of a paragraph, line by line, as (text, bold, size) runs, and its text boxes."""

    lines: list[list[tuple[str, bool, float]]] = field(default_factory=lambda: [[]])
    boxes: list[Any] = field(default_factory=list)

    def add(self, text: str, bold: bool, size: float) -> None:
        self.lines[-1].append((text, bold, size))


def read_docx(data: bytes, name: str) -> Document:
    """The document as one page.

    Raises:
        UnreadableFile: a part of it is damaged.
        EmptyFile: it holds no text.
    """
    import docx

    try:
        document = docx.Document(io.BytesIO(data))
        page = _Reader(document).read()
        title = document.core_properties.title or None
    except (EmptyFile, MemoryError):
        raise
    except Exception as error:  # python-docx and lxml let anything through on a damaged part
        raise UnreadableFile(
            f"the Word document is damaged ({type(error).__name__}); save it again from Word",
            source=name,
        ) from error
    if not page.body:
        raise EmptyFile("the Word document holds no text", source=name)
    return Document(
        file=name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=DOCX,
        pages=(page,),
        title=title,
    )


class _Reader:
    """Walks the body in order, counting paragraphs and tables as it goes."""

    def __init__(self, document: WordDocument) -> None:
        self._document = document
        self._numbering = Numbering(document)
        self._styles = {style.style_id: style for style in document.styles}
        self._looks: dict[str | None, tuple[bool, float]] = {}
        self._paragraph = 0
        self._table = 0
        self._block = 0
        self._open: list[list[tuple[str, bool, float]]] = []
        self._tabs_part = False  # in headers and footers a tab leads to the middle or the right

    def read(self) -> Page:
        body = tuple(self._parts(self._document.element.body, 0))
        notes = tuple(self._notes())
        furniture = tuple(self._furniture())
        return Page(1, 0.0, 0.0, (*body, *notes), furniture)

    def _parts(self, parent: Any, depth: int) -> Iterator[Line | Table]:
        if depth > _MOST_DEPTH:
            return
        for child in parent:
            if child.tag == f"{_W}p":
                yield from self._paragraph_lines(child, depth)
            elif child.tag == f"{_W}tbl":
                yield from self._table_parts(child, depth)
            elif child.tag in _WRAPPERS:
                yield from self._parts(child, depth + 1)

    def _paragraph_lines(self, paragraph: Any, depth: int) -> Iterator[Line]:
        self._paragraph += 1
        yield from self._lines_of(paragraph, f"paragraph {self._paragraph}", depth)

    def _lines_of(self, paragraph: Any, place: str, depth: int) -> Iterator[Line]:
        text = self._text_of(paragraph)
        if _mark_is_deleted(paragraph):
            self._open += text.lines  # the paragraph goes on in the next one
            text.lines = []
        elif self._open:
            first = [*self._open[-1], *(text.lines[0] if text.lines else [])]
            text.lines = [*self._open[:-1], first, *text.lines[1:]]
            self._open = []
        for runs in text.lines:
            if words := _words_of(runs):
                yield Line(1, words, self._block, place)
        for box in text.boxes:
            self._block += 1
            yield from self._parts_in_box(box, place, depth + 1)
            self._block += 1

    def _parts_in_box(self, box: Any, place: str, depth: int) -> Iterator[Line]:
        if depth > _MOST_DEPTH:
            return
        for child in box.iter(f"{_W}p"):
            if _nearest(child, f"{_W}txbxContent") is box:
                yield from self._lines_of(child, f"{place}, text box", depth)

    def _text_of(self, paragraph: Any) -> _Text:
        text = _Text()
        style = _value(paragraph, f"{_W}pPr/{_W}pStyle")
        bold, size = self._look(style)
        if label := self._numbering.label(paragraph, style):
            text.add(label + " ", bold, size)
        self._collect(paragraph, text, bold, size)
        return text

    def _collect(self, node: Any, text: _Text, bold: bool, size: float) -> None:
        for child in node:
            tag = child.tag
            if tag in _DROPPED or not isinstance(tag, str):
                continue
            if tag == f"{_W}r":
                self._run(child, text, bold, size)
            elif tag == f"{_W}txbxContent":
                text.boxes.append(child)
            else:
                self._collect(child, text, bold, size)

    def _run(self, run: Any, text: _Text, bold: bool, size: float) -> None:
        properties = run.find(f"{_W}rPr")
        if properties is not None:
            if _on(properties, "vanish", False):
                return
            bold = _on(properties, "b", bold)
            if half := _value(properties, f"{_W}sz"):
                size = float(half) / 2
            raised = _value(properties, f"{_W}vertAlign") == "superscript"
            if raised and _is_mark(run):
                return
        for child in run:
            tag = child.tag
            if tag == f"{_W}t":
                text.add(child.text or "", bold, size)
            elif tag == f"{_W}tab":
                if self._tabs_part:
                    text.lines.append([])
                else:
                    text.add(" ", bold, size)
            elif tag in (f"{_W}br", f"{_W}cr"):
                text.lines.append([])
            elif tag == f"{_W}noBreakHyphen":
                text.add("-", bold, size)
            elif tag in _DROPPED or tag in (f"{_W}rPr", f"{_W}delText"):
                continue
            elif len(child):
                self._collect(child, text, bold, size)

    def _look(self, style_id: str | None) -> tuple[bool, float]:
        """Bold and size of a paragraph style, through the styles that it is based on."""
        if style_id not in self._looks:
            bold: bool | None = None
            size = 0.0
            style = self._styles.get(style_id) if style_id else None
            heading = bool(style is not None and re.match(r"(?i)heading|title", style.name or ""))
            for _ in range(10):
                if style is None or not hasattr(style, "font"):
                    break
                bold = style.font.bold if bold is None else bold
                size = size or (style.font.size.pt if style.font.size else 0.0)
                style = getattr(style, "base_style", None)
            self._looks[style_id] = (heading if bold is None else bold, size or 11.0)
        return self._looks[style_id]

    def _table_parts(self, table: Any, depth: int) -> Iterator[Line | Table]:
        rows = [row for row in _rows_of(table) if not _row_is_deleted(row)]
        cells = [cell for row in rows for cell in _cells_of(row)]
        nested = any(next(cell.iter(f"{_W}tbl"), None) is not None for cell in cells)
        if nested or len(cells) == 1:
            # A table used as a frame: what stands in it is read in order.
            for cell in cells:
                self._block += 1
                yield from self._parts(cell, depth + 1)
            self._block += 1
            return
        self._table += 1
        read = self._table_of(rows, self._table, depth)
        if read.rows:
            yield read

    def _table_of(self, rows: Sequence[Any], number: int, depth: int) -> Table:
        read: list[tuple[Cell, ...]] = []
        merged: dict[int, tuple[int, int]] = {}  # column -> row and place in it of the first cell
        grid: list[list[Cell]] = []
        columns = 0
        for r, row in enumerate(rows):
            column = int(_value(row, f"{_W}trPr/{_W}gridBefore") or 0)
            grid.append([])
            for cell in _cells_of(row):
                span = int(_value(cell, f"{_W}tcPr/{_W}gridSpan") or 1)
                merge = cell.find(f"{_W}tcPr/{_W}vMerge")
                goes_on = merge is not None and merge.get(f"{_W}val", "continue") == "continue"
                if goes_on and column in merged:
                    at_row, at = merged[column]
                    first = grid[at_row][at]
                    grid[at_row][at] = Cell(
                        first.lines, column, first.span, None, first.place, r - at_row + 1
                    )
                else:
                    place = f"table {number} row {r + 1} column {column + 1}"
                    around = _nearest(cell, f"{_W}txbxContent")
                    lines = tuple(
                        line
                        for paragraph in cell.iter(f"{_W}p")
                        if _nearest(paragraph, f"{_W}txbxContent") is around
                        for line in self._lines_of(paragraph, place, depth)
                    )
                    grid[r].append(Cell(lines, column, span, None, place))
                    merged.pop(column, None)
                    if merge is not None:
                        merged[column] = (r, len(grid[r]) - 1)
                column += span
            columns = max(columns, column)
        read = [tuple(row) for row in grid if any(cell.lines for cell in row)]
        return Table(1, tuple(read), columns)

    def _furniture(self) -> Iterator[Line]:
        seen: set[str] = set()
        self._tabs_part = True
        for section in self._document.sections:
            for place, part in (
                ("header", section.header),
                ("header", section.first_page_header),
                ("header", section.even_page_header),
                ("footer", section.footer),
                ("footer", section.first_page_footer),
                ("footer", section.even_page_footer),
            ):
                if part.is_linked_to_previous:
                    continue
                for paragraph in part._element.iter(f"{_W}p"):
                    for line in self._lines_of(paragraph, place, _MOST_DEPTH):
                        if line.text not in seen:
                            seen.add(line.text)
                            yield line

    def _notes(self) -> Iterator[Line]:
        """Footnotes, after the body, where a reader finds them."""
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.oxml import parse_xml

        self._block += 1
        for relation in self._document.part.rels.values():
            if relation.reltype != RELATIONSHIP_TYPE.FOOTNOTES or relation.is_external:
                continue
            root: Any = parse_xml(relation.target_part.blob)
            for note in root.iter(f"{_W}footnote"):
                if note.get(f"{_W}type"):
                    continue
                for paragraph in note.iter(f"{_W}p"):
                    place = f"footnote {note.get(f'{_W}id')}"
                    yield from self._lines_of(paragraph, place, 0)


def _value(node: Any, path: str) -> str | None:
    found = node.find(path)
    return None if found is None else found.get(f"{_W}val")


def _on(properties: Any, name: str, default: bool) -> bool:
    """A switch such as <w:b/>: on where it stands, unless its value says off."""
    found = properties.find(f"{_W}{name}")
    if found is None:
        return default
    return found.get(f"{_W}val", "1") not in ("0", "false", "off")


def _is_mark(run: Any) -> bool:
    text = "".join(node.text or "" for node in run.iter(f"{_W}t")).strip()
    return len(text) <= 3 and not text.isalpha()


def _mark_is_deleted(paragraph: Any) -> bool:
    return paragraph.find(f"{_W}pPr/{_W}rPr/{_W}del") is not None


def _row_is_deleted(row: Any) -> bool:
    return row.find(f"{_W}trPr/{_W}del") is not None


def _rows_of(table: Any) -> Iterator[Any]:
    for child in table:
        if child.tag == f"{_W}tr":
            yield child
        elif child.tag in _WRAPPERS:
            yield from _rows_of(child)


def _cells_of(row: Any) -> Iterator[Any]:
    for child in row:
        if child.tag == f"{_W}tc":
            if child.find(f"{_W}tcPr/{_W}cellDel") is None:
                yield child
        elif child.tag in _WRAPPERS:
            yield from _cells_of(child)


def _nearest(node: Any, tag: str) -> Any:
    """The nearest node around this one with that tag, None for none."""
    return next(node.iterancestors(tag), None)


def _words_of(runs: Sequence[tuple[str, bool, float]]) -> tuple[Word, ...]:
    """Words over run borders: Word parts one word into several runs as it pleases."""
    words: list[Word] = []
    glue = False
    for text, bold, size in runs:
        pieces = text.split()
        if not pieces:
            glue = glue and not text
            continue
        for k, piece in enumerate(pieces):
            if k == 0 and glue and not text[0].isspace():
                last = words.pop()
                words.append(Word(last.text + plain(piece), None, last.size, last.bold and bold))
            else:
                words.append(Word(plain(piece), None, size, bold))
        glue = not text[-1].isspace()
    return tuple(word for word in words if word.text)
