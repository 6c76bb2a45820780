"""The typeface of the PDFs: Source Sans, which covers Latin in full, from its PyPI package.

reportlab's own fonts stop at Latin-1, which loses names such as Wałęsa or Čapek.
"""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from kb.errors import KBError

REGULAR, BOLD, ITALIC, BOLD_ITALIC = "Source", "Source-Bold", "Source-Italic", "Source-BoldItalic"
_FILES = {
    REGULAR: "SourceSansPro-Regular.ttf",
    BOLD: "SourceSansPro-Semibold.ttf",
    ITALIC: "SourceSansPro-It.ttf",
    BOLD_ITALIC: "SourceSansPro-SemiboldIt.ttf",
}
# Characters that the typeface lacks and that have a plain sibling.
_SIBLINGS = {"\u2010": "-", "\u2011": "-", "\u017f": "s", "\u25a1": "\u2610", "\t": " "}


class FontsMissing(KBError):
    """The package with the typeface is not installed."""


@lru_cache(maxsize=1)
def register_fonts() -> None:
    """Makes the four cuts known to reportlab, once.

    Raises:
        FontsMissing: the package is not there.
    """
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    folder = _folder()
    for name, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(folder / file)))
    pdfmetrics.registerFontFamily(REGULAR, REGULAR, BOLD, ITALIC, BOLD_ITALIC)


def set_text(text: str, font: str) -> str:
    """The text as reportlab's mark-up: escaped, lines kept, no glyph missing.

    A character that the cut lacks is set in the upright one, and one that no cut has as its
    sibling or a question mark: an empty box would hide that something stood there.
    """
    glyphs, upright = _glyphs(font), _glyphs(REGULAR)
    parts: list[str] = []
    for char in text:
        if char == "\n":
            parts.append("<br/>")
        elif ord(char) in glyphs:
            parts.append(escape(char))
        elif ord(char) in upright:
            parts.append(f'<font name="{REGULAR}">{escape(char)}</font>')
        else:
            parts.append(_SIBLINGS.get(char, "?"))
    return "".join(parts)


@lru_cache(maxsize=8)
def _glyphs(font: str) -> Any:
    from reportlab.pdfbase import pdfmetrics

    return frozenset(pdfmetrics.getFont(font).face.charToGlyph)


def _folder() -> Path:
    # Found without being imported: the package looks for its files at import, each time.
    spec = importlib.util.find_spec("font_source_sans_pro")
    if spec is None or spec.origin is None:
        raise FontsMissing("PDF needs the typeface: pip install font-source-sans-pro")
    return Path(spec.origin).parent / "files"
