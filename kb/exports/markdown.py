"""Markdown: headings, lists and pipe tables; nothing that comes from a report is mark-up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kb.exports.inert import markdown_text, shown
from kb.exports.model import Block, ExportDocument, Fact, Facts, Paragraph, Section, Style, Table


def markdown(document: ExportDocument) -> str:
    """The whole document as Markdown text, ending in a line feed."""
    lines = [f"# {markdown_text(document.title)}", ""]
    if document.marking:
        lines += [f"**{markdown_text(document.marking)}**", ""]
    if document.subtitle:
        lines += [markdown_text(document.subtitle), ""]
    for paragraph in document.lead:
        lines += _paragraph(paragraph)
    for section in document.printed():
        lines += _section(section)
    if document.marking:
        lines += [f"**{markdown_text(document.marking)}**", ""]
    return "\n".join(_squeezed(lines)).rstrip() + "\n"


def markdown_bytes(document: ExportDocument) -> bytes:
    """`markdown` in UTF-8."""
    return markdown(document).encode("utf-8")


def _section(section: Section) -> Iterator[str]:
    if section.heading:
        yield from ("", f"{'#' * (section.level + 1)} {_line(section.heading)}", "")
    for block in section.blocks:
        yield from _block(block)


def _block(block: Block) -> Iterable[str]:
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Facts):
        return [*(line for fact in block.facts for line in _fact(fact)), ""]
    return _paragraph(block)


def _paragraph(paragraph: Paragraph) -> list[str]:
    text = markdown_text(paragraph.text)
    match paragraph.style:
        case Style.BULLET:
            return [f"- {_line(paragraph.text)}"]
        case Style.QUOTE:
            return ["", *(f"> {line}" for line in text.split("\n")), ""]
        case Style.STRONG:
            return ["", f"**{_line(paragraph.text)}**", ""]
        case Style.NOTE:
            return ["", f"*{_line(paragraph.text)}*", ""]
        case _:
            return ["", text, ""]


def _fact(fact: Fact) -> Iterator[str]:
    yield f"- **{_line(fact.label)}:** {_line(fact.texts[0].text) if fact.texts else ''}"
    yield from (f"  - {_line(text.text)}" for text in fact.texts[1:])


def _table(table: Table) -> Iterator[str]:
    yield from ("", f"**{_line(table.title)}**", "")
    if not table.rows:
        yield from (markdown_text(table.empty), "")
        return
    yield _row(_line(column.label) for column in table.columns)
    yield _row("---" for _ in table.columns)
    last = len(table.rows) - 1
    for number, row in enumerate(table.rows):
        cells = [_line(shown(value)) for value in row]
        if table.total and number == last:
            cells = [f"**{cell}**" if cell else "" for cell in cells]
        yield _row(cells)
    yield ""


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _line(text: str) -> str:
    return " ".join(markdown_text(text).split())


def _squeezed(lines: Iterable[str]) -> Iterator[str]:
    """Without a second blank line after a blank one."""
    blank = True
    for line in lines:
        if line or not blank:
            yield line
        blank = not line
