"""DOCX through python-docx: real styles, repeating table heads, page fields, the marking."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from docx import Document

from kb.exports.archive import file_date, steady
from kb.exports.docx_styles import set_page, set_style, set_styles
from kb.exports.docx_tables import add_facts, add_table
from kb.exports.inert import printable
from kb.exports.model import Block, ExportDocument, Facts, Paragraph, Section, Style, Table

if TYPE_CHECKING:
    from docx.document import Document as Word

_STYLES = {
    Style.BODY: "Normal",
    Style.STRONG: "Strong Line",
    Style.QUOTE: "Quote",
    Style.NOTE: "Note",
    Style.BULLET: "List Bullet",
}


def docx_bytes(document: ExportDocument) -> bytes:
    """The document for a word processor, A4, with styles that its reader can change."""
    word = Document()
    set_styles(word)
    set_page(word, document)
    set_style(word.add_paragraph(printable(document.title)), "Title")
    if document.subtitle:
        set_style(word.add_paragraph(printable(document.subtitle)), "Subtitle")
    for paragraph in document.lead:
        _paragraph(word, paragraph)
    for section in document.printed():
        _section(word, section)
    properties = word.core_properties
    properties.title, properties.author = printable(document.title)[:255], ""
    properties.comments, properties.language = "", "en-GB"
    properties.subject = printable(document.marking or "")[:255]
    properties.created = properties.modified = file_date(document.as_at)
    buffer = io.BytesIO()
    word.save(buffer)
    return steady(buffer.getvalue())


def _section(word: Word, section: Section) -> None:
    if section.heading:
        heading = word.add_paragraph(printable(section.heading))
        set_style(heading, f"Heading {section.level}")
    for block in section.blocks:
        _block(word, block)


def _block(word: Word, block: Block) -> None:
    if isinstance(block, Table):
        add_table(word, block)
    elif isinstance(block, Facts):
        add_facts(word, block)
    else:
        _paragraph(word, block)


def _paragraph(word: Word, paragraph: Paragraph) -> None:
    set_style(word.add_paragraph(printable(paragraph.text)), _STYLES[paragraph.style])
