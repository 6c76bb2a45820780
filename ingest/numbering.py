"""The numbers and bullets that Word prints ahead of list paragraphs and does not store as text."""

from __future__ import annotations

import re
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ROMANS = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)


class Numbering:
    """Counts list paragraphs in document order. Ask for each paragraph once, in order."""

    def __init__(self, document: Any) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._abstract: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._styles: dict[str, tuple[str, int]] = {}
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return
        for abstract in root.iter(f"{_W}abstractNum"):
            key = abstract.get(f"{_W}abstractNumId")
            self._levels[key] = {
                int(level.get(f"{_W}ilvl")): (
                    _value(level, "numFmt") or "decimal",
                    _value(level, "lvlText") or "",
                    int(_value(level, "start") or 1),
                )
                for level in abstract.iter(f"{_W}lvl")
            }
        for number in root.iter(f"{_W}num"):
            target = _value(number, "abstractNumId")
            if target is not None:
                self._abstract[number.get(f"{_W}numId")] = target
        self._read_styles(document)

    def _read_styles(self, document: Any) -> None:
        for style in document.styles.element.iter(f"{_W}style"):
            found = style.find(f"{_W}pPr/{_W}numPr")
            number = _value(found, "numId") if found is not None else None
            if number is not None:
                level = int(_value(found, "ilvl") or 0)
                self._styles[style.get(f"{_W}styleId")] = (number, level)

    def label(self, paragraph: Any, style: str | None) -> str | None:
        """ "1.", "(b)" or a bullet; None for a paragraph that is in no list."""
        found = paragraph.find(f"{_W}pPr/{_W}numPr")
        if found is not None:
            number, level = _value(found, "numId"), int(_value(found, "ilvl") or 0)
        elif style in self._styles:
            number, level = self._styles[style]
        else:
            return None
        abstract = self._abstract.get(number or "")
        levels = self._levels.get(abstract or "", {})
        if abstract is None or level not in levels:
            return None
        counts = self._counts.setdefault(abstract, {})
        counts[level] = counts.get(level, levels[level][2] - 1) + 1
        for deeper in [k for k in counts if k > level]:
            del counts[deeper]
        kind, pattern, _ = levels[level]
        if kind == "none":
            return None
        if kind == "bullet":
            return "\u2022"

        def shown(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            return _shown(counts.get(at, 1), levels.get(at, (kind, "", 1))[0])

        return re.sub(r"%(\d)", shown, pattern).strip() or None


def _value(node: Any, name: str) -> str | None:
    found = node.find(f"{_W}{name}")
    return None if found is None else found.get(f"{_W}val")


def _shown(count: int, kind: str) -> str:
    if kind in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letter.upper() if kind == "upperLetter" else letter
    if kind in ("lowerRoman", "upperRoman"):
        roman = ""
        for value, letters in _ROMANS:
            roman += letters * (count // value)
            count %= value
        return roman.upper() if kind == "upperRoman" else roman
    return f"{count:02d}" if kind == "decimalZero" else str(count)
