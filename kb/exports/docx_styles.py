"""Styles and page of a DOCX: what its reader can change in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from kb.exports.inert import printable
from kb.exports.model import ExportDocument

if TYPE_CHECKING:
    from docx.document import Document as Word

WIDTH = Mm(174)
"""Between the side margins of A4."""

_INK, _GREY = RGBColor(0x1B, 0x2A, 0x3A), RGBColor(0x5A, 0x66, 0x75)
_FONT = "Arial"

OWN_STYLES: dict[str, dict[str, Any]] = {
    "Strong Line": {"size": 10, "bold": True, "after": 5},
    "Note": {"size": 9.5, "italic": True, "colour": _GREY, "after": 5},
    "Table Text": {"size": 8.5, "before": 1.5, "after": 1.5},
    "Table Head": {"size": 8.5, "bold": True, "colour": _INK, "before": 1.5, "after": 1.5},
    "Table Label": {"size": 8.5, "colour": _GREY, "before": 1.5, "after": 1.5},
    "Table Quote": {"size": 8.5, "italic": True, "before": 1.5, "after": 1.5},
    "Table Note": {"size": 8.5, "italic": True, "colour": _GREY, "before": 1.5, "after": 1.5},
    "Table Gap": {"size": 4, "after": 0},
    "Marking": {"size": 9, "bold": True, "colour": _INK, "after": 0},
    "Page Foot": {"size": 8, "colour": _GREY, "after": 2},
}
"""Our own paragraph styles: sizes and spaces in points."""


def set_style(paragraph: Any, name: str) -> Any:
    """Gives a paragraph a style by its name, and the paragraph back.

    By id and not through `paragraph.style`, which looks through all styles each time and takes
    five sixths of the whole on a paper of 300 problems.
    """
    paragraph._p.style = name.replace(" ", "")
    return paragraph


def set_page(word: Word, document: ExportDocument) -> None:
    """A4; the marking above and below every page, and "Page x of y" as fields."""
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(24)
    section.header_distance = section.footer_distance = Mm(10)
    header = section.header.paragraphs[0]
    header.style = "Marking"
    header.add_run(printable(document.marking or ""))
    foot = section.footer.paragraphs[0]
    foot.style = "Page Foot"
    foot.paragraph_format.tab_stops.clear_all()
    foot.paragraph_format.tab_stops.add_tab_stop(WIDTH, alignment=2)
    foot.add_run(printable(document.spoken or document.title) + "\tPage ")
    _field(foot, "PAGE")
    foot.add_run(" of ")
    _field(foot, "NUMPAGES")
    below = section.footer.add_paragraph(style="Marking")
    below.add_run(printable(document.marking or ""))


def _field(paragraph: Any, code: str) -> None:
    """A field that the word processor fills in, with a figure to show until it does."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def set_styles(word: Word) -> None:
    """The built-in styles as wanted here, and the few of our own."""
    styles = word.styles
    _style(styles["Normal"], 10, after=5)
    _style(styles["Title"], 18, bold=True, colour=_INK, after=3)
    for border in styles["Title"].element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)
    _style(styles["Subtitle"], 11, colour=_GREY, after=8, italic=False)
    for level, size, before in ((1, 14, 14), (2, 11, 12), (3, 10, 8)):
        style = styles[f"Heading {level}"]
        _style(style, size, bold=True, colour=_INK, before=before, after=4)
        style.paragraph_format.keep_with_next = True
    _style(styles["List Bullet"], 10, after=3)
    _style(styles["Quote"], 10, italic=True, colour=_INK, after=5)
    _style(styles["Caption"], 9.5, bold=True, colour=_INK, before=8, after=3)
    styles["Caption"].paragraph_format.keep_with_next = True
    for name, options in OWN_STYLES.items():
        style = styles.add_style(name, 1)
        style.base_style = styles["Normal"]
        _style(style, **options)
    styles["Marking"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for node in styles.element.iter(qn("w:lang")):
        node.set(qn("w:val"), "en-GB")


def _style(
    style: Any,
    size: float,
    *,
    bold: bool = False,
    italic: bool = False,
    colour: RGBColor | None = None,
    before: float = 0,
    after: float = 0,
) -> None:
    font = style.font
    font.name, font.size, font.bold, font.italic = _FONT, Pt(size), bold, italic
    for name in ("w:spacing", "w:kern"):
        for node in style.element.get_or_add_rPr().findall(qn(name)):
            node.getparent().remove(node)
    # The theme's own fonts win over a name unless they are taken out.
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for name in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{name}"), _FONT)
    if colour is not None:
        font.color.rgb = colour
    style.paragraph_format.space_before = Pt(before)
    style.paragraph_format.space_after = Pt(after)
    style.paragraph_format.line_spacing = 1.1
