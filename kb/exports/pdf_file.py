"""PDF through reportlab's platypus: A4, page x of y, repeating heads, the marking on every page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Spacer,
)
from reportlab.platypus import Paragraph as Flow
from reportlab.platypus import Table as Grid

from kb.exports.inert import set_cell, shown
from kb.exports.model import Block, ExportDocument, Facts, Paragraph, Section, Style, Table
from kb.exports.pdf_fonts import BOLD, ITALIC, REGULAR, register_fonts, set_text
from kb.exports.pdf_pages import CountedCanvas, furniture
from kb.exports.widths import fitted_widths, is_short

_INK, _GREY, _RULE, _HEAD = (HexColor(x) for x in ("#1B2A3A", "#5A6675", "#C3CCD6", "#E6EBF1"))
_SIDE, _EDGE = 18 * mm, 24 * mm
_WIDTH = A4[0] - 2 * _SIDE
_HEIGHT = A4[1] - 2 * _EDGE
_LABEL = 36 * mm
_ROOM = 60 * mm  # what a long table starts in
_PADDING, _GUTTER = 2.5, 4


def pdf_bytes(document: ExportDocument) -> bytes:
    """The document as PDF, with an outline of its sections."""
    register_fonts()
    buffer = io.BytesIO()
    template = _Template(
        buffer,
        pagesize=A4,
        title=shown(document.title),
        subject=shown(document.marking),
        author="",
        creator="",
        lang="en-GB",
        invariant=1,
    )
    frame = Frame(_SIDE, _EDGE, _WIDTH, _HEIGHT, 0, 0, 0, 0)
    template.addPageTemplates(PageTemplate(frames=[frame]))

    def canvas(*args: Any, **options: Any) -> CountedCanvas:
        return CountedCanvas(*args, furniture=furniture(document, _SIDE), **options)

    template.build(_story(document), canvasmaker=canvas)
    return buffer.getvalue()


class _Template(BaseDocTemplate):  # type: ignore[misc]
    """Adds each heading to the outline as it is placed."""

    def afterFlowable(self, flowable: Flowable) -> None:
        level = getattr(flowable, "outline_level", None)
        if level is not None:
            key = f"h{self.seq.nextf('heading')}"
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(flowable.outline_text, key, level, closed=level > 0)


def _story(document: ExportDocument) -> list[Flowable]:
    story: list[Flowable] = [_flow(document.title, "title")]
    if document.subtitle:
        story.append(_flow(document.subtitle, "subtitle"))
    story += [_paragraph(paragraph) for paragraph in document.lead]
    headings: list[Flowable] = []
    depth = -1
    for section in document.printed():
        # The outline may not skip a level on its way down.
        if section.heading:
            depth = min(section.level - 1, depth + 1)
            headings.append(_heading(section, depth))
        for block in section.blocks:
            story += _together([*headings, *_block(block)], block)
            headings = []
    return story + headings


def _together(flowables: list[Flowable], block: Block) -> list[Flowable]:
    """Headings with what follows them, on one page where that can be.

    A long table starts where there is room for its head, and runs on.
    """
    if isinstance(block, Table) and not is_short(block):
        return [CondPageBreak(_ROOM), *flowables]
    return [KeepTogether(flowables)] if len(flowables) > 1 else flowables


def _heading(section: Section, depth: int) -> Flowable:
    heading = _flow(section.heading, f"heading{section.level}")
    heading.outline_level, heading.outline_text = depth, shown(section.heading)
    return heading


def _block(block: Block) -> list[Flowable]:
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Facts):
        return _facts(block)
    return [_paragraph(block)]


def _paragraph(paragraph: Paragraph) -> Flowable:
    bullet = "\u2022" if paragraph.style is Style.BULLET else None
    return _flow(paragraph.text, paragraph.style.value, bullet)


def _table(table: Table) -> list[Flowable]:
    caption = _flow(table.title, "caption")
    if not table.rows:
        return [caption, _flow(table.empty, "note")]
    widths = fitted_widths(table, _WIDTH, 2 * _GUTTER + 1, _measure)
    numeric = [
        all(isinstance(row[n], int | float) for row in table.rows) for n in range(len(widths))
    ]
    last = len(table.rows) - 1
    cells = [_cells([column.label for column in table.columns], numeric, bold=True)]
    for number, row in enumerate(table.rows):
        cells.append(_cells(row, numeric, bold=table.total and number == last))
    style = [*_RULES, ("BACKGROUND", (0, 0), (-1, 0), _HEAD)]
    return [caption, _grid(cells, widths, style, heads=1), Spacer(0, 6)]


def _measure(word: str) -> float:
    return float(stringWidth(word, BOLD, _STYLES["head"].fontSize))


def _cells(values: Sequence[Any], numeric: Sequence[bool], *, bold: bool) -> list[Flowable]:
    kind = "head" if bold else "cell"
    return [
        _flow(set_cell(value), f"{kind}-right" if right else kind)
        for value, right in zip(values, numeric, strict=True)
    ]


def _facts(facts: Facts) -> list[Flowable]:
    styles = {Style.QUOTE: "cell-quote", Style.NOTE: "cell-note", Style.STRONG: "head"}
    cells: list[list[Any]] = [
        [
            _flow(fact.label, "label"),
            [_flow(t.text, styles.get(t.style, "cell")) for t in fact.texts],
        ]
        for fact in facts.facts
    ]
    return [_grid(cells, [_LABEL, _WIDTH - _LABEL], _RULES, heads=0), Spacer(0, 6)]


def _grid(cells: list[list[Any]], widths: list[float], style: Any, heads: int) -> Flowable:
    grid = Grid(cells, widths, style=style, repeatRows=heads, hAlign="LEFT")
    grid.wrap(_WIDTH, _HEIGHT)
    tallest, head = max(grid._rowHeights), sum(grid._rowHeights[:heads])
    if tallest + head > _HEIGHT:
        # A row taller than a page is broken inside, so that nothing is cut off; rows that fit
        # are not, because a broken one is hard to read.
        return Grid(cells, widths, style=style, repeatRows=heads, splitInRow=1, hAlign="LEFT")
    return grid


def _flow(text: str, style: str, bullet: str | None = None) -> Flowable:
    made = _STYLES[style]
    return Flow(set_text(shown(text), made.fontName), made, bulletText=bullet)


_RULES: list[Any] = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LINEABOVE", (0, 0), (-1, 0), 0.5, _RULE),
    ("LINEBELOW", (0, 0), (-1, -1), 0.5, _RULE),
    ("LEFTPADDING", (0, 0), (-1, -1), _GUTTER),
    ("RIGHTPADDING", (0, 0), (-1, -1), _GUTTER),
    ("TOPPADDING", (0, 0), (-1, -1), _PADDING),
    ("BOTTOMPADDING", (0, 0), (-1, -1), _PADDING),
]


def _style(name: str, size: float, font: str = REGULAR, **options: Any) -> ParagraphStyle:
    options = {"leading": size * 1.28, "textColor": HexColor("#111820"), **options}
    # A word wider than its column is broken: identifiers must not run into the next cell.
    return ParagraphStyle(name, fontName=font, fontSize=size, splitLongWords=1, **options)


_STYLES = {
    style.name: style
    for style in (
        _style("title", 20, BOLD, textColor=_INK, spaceAfter=2),
        _style("subtitle", 11.5, textColor=_GREY, spaceAfter=8),
        _style("heading1", 14, BOLD, textColor=_INK, spaceBefore=13, spaceAfter=5),
        _style("heading2", 11.5, BOLD, textColor=_INK, spaceBefore=9, spaceAfter=4),
        _style("heading3", 10.5, BOLD, textColor=_INK, spaceBefore=7, spaceAfter=3),
        _style("body", 10.5, spaceAfter=5),
        _style("strong", 10.5, BOLD, spaceAfter=5),
        _style("quote", 10.5, ITALIC, leftIndent=10, spaceAfter=5),
        _style("note", 9.5, ITALIC, textColor=_GREY, spaceAfter=5),
        _style("bullet", 10.5, leftIndent=12, bulletIndent=2, spaceAfter=3, bulletFontName=REGULAR),
        _style("caption", 10, BOLD, textColor=_INK, spaceBefore=7, spaceAfter=3),
        _style("cell", 9),
        _style("cell-right", 9, alignment=TA_RIGHT),
        _style("cell-quote", 9, ITALIC),
        _style("cell-note", 9, ITALIC, textColor=_GREY),
        _style("head", 9, BOLD, textColor=_INK),
        _style("head-right", 9, BOLD, textColor=_INK, alignment=TA_RIGHT),
        _style("label", 9, textColor=_GREY),
    )
}
