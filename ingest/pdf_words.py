"""One page's ink by pdfplumber: the measure for words and boxes, and the way for odd pages."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from ingest.ink import GAP_RATIO, RULE_WIDTH, Area, Ink, Run, plain, settle

if TYPE_CHECKING:
    from pdfplumber.page import Page as PlumberPage

_DOUBLED_SHARE = 0.02
_TURN_DIRECTIONS: dict[int, dict[str, str]] = {
    0: {},
    90: {"line_dir_rotated": "rtl", "char_dir_rotated": "ttb"},
    180: {"line_dir": "btt", "char_dir": "rtl"},
    270: {"line_dir_rotated": "ltr", "char_dir_rotated": "btt"},
}


def read_ink(page: PlumberPage) -> Ink:
    """Everything drawn on the page. The caller closes the page."""
    left, top, right, bottom = (float(v) for v in page.cropbox)
    box = tuple(float(v) for v in page.mediabox)
    left, top = max(left, box[0]), max(top, box[1])
    right, bottom = min(right, box[2]), min(bottom, box[3])
    ink = Ink(page.page_number, right - left, bottom - top)
    _read_drawing(page, ink, left, top)
    chars = _single(page)
    settle(ink, _runs(chars, left, top))
    return ink


Hyphen = tuple[float, float, str]
"""Left edge and base line in the file's own coordinates, and which hyphen it is."""


def hyphens_of(page: PlumberPage) -> list[Hyphen]:
    """Every glyph that may be a hyphen. The caller closes the page.

    A blank is taken for a soft hyphen: pdfminer reads the code 173 of the Windows encoding as a
    blank, and pdfium has seen a hyphen where this is asked.
    """
    found: list[Hyphen] = []
    for char in page.chars:
        shown = char["text"]
        if shown in "-\u2010\u2011":
            found.append((char["matrix"][4], char["matrix"][5], shown))
        elif shown in " \xa0\xad":
            found.append((char["matrix"][4], char["matrix"][5], "\xad"))
    return found


def _single(page: PlumberPage) -> list[dict[str, Any]]:
    """The glyphs, each once: a heading made bold by printing it twice is read as printed once."""
    chars: list[dict[str, Any]] = page.chars
    coarse = {(c["text"], round(c["x0"] / 2), round(c["top"] / 2)) for c in chars}
    if len(chars) - len(coarse) <= _DOUBLED_SHARE * len(chars) and not _doubled_run(chars):
        return chars
    return _first_of_twins(chars)


def _first_of_twins(chars: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of equal glyphs within a point of each other the first from the top and left, in file order.

    Page.dedupe_chars chooses the same ones, and then looks each up in the list of all.
    """
    from pdfplumber.utils.clustering import cluster_objects

    equal: dict[tuple[bool, str], list[tuple[float, float, int]]] = {}
    for number, char in enumerate(chars):
        place = (float(char["doctop"]), float(char["x0"]), number)
        equal.setdefault((char["upright"], char["text"]), []).append(place)
    kept = [
        min(spot)
        for places in equal.values()
        for row in cluster_objects(places, itemgetter(0), 1)
        for spot in cluster_objects(row, itemgetter(1), 1)
    ]
    return [chars[number] for number in sorted(number for _, _, number in kept)]


def _doubled_run(chars: list[dict[str, Any]]) -> bool:
    """At least four glyphs that have a twin within a point: one doubled heading on a full page."""
    spots: dict[tuple[str, int, int], list[float]] = {}
    twins = 0
    for char in chars:
        if char["text"].isspace():
            continue
        left, place = char["x0"], (char["text"], round(char["top"]))
        column = int(left // 1)  # a twin is in this one or beside it
        near = (x for n in (-1, 0, 1) for x in spots.get((*place, column + n), ()))
        twins += any(abs(left - x) <= 1 for x in near)
        if twins >= 4:
            return True
        spots.setdefault((*place, column), []).append(left)
    return False


def _runs(chars: list[dict[str, Any]], left: float, top: float) -> Iterable[Run]:
    from pdfplumber.utils.text import extract_words

    by_turn: dict[int, list[dict[str, Any]]] = {}
    for char in chars:
        turn = _turn(char)
        if turn in (90, 270):  # the size that pdfplumber gives is the height of the box
            char = {**char, "size": char["width"]}
        by_turn.setdefault(turn, []).append(char)
    for turn, group in by_turn.items():
        options: dict[str, Any] = {"x_tolerance_ratio": GAP_RATIO, **_TURN_DIRECTIONS[turn]}
        if turn in (90, 270):
            options["y_tolerance_ratio"] = GAP_RATIO
        words = [word["chars"] for word in extract_words(group, return_chars=True, **options)]
        for joined in words if turn else _close_up(_glued(words)):
            for part in _parts(joined):
                yield _run(part, turn, left, top)


def _glued(words: list[list[dict[str, Any]]]) -> Iterable[list[dict[str, Any]]]:
    """Words that touch are one: a stray space of another line lies across them."""
    held: list[dict[str, Any]] = []
    for chars in words:
        if held:
            one, two = held[-1], chars[0]
            gap, size = two["x0"] - one["x1"], one["size"]
            if _level(one, two) and -0.1 * size < gap < 0.03 * size and two["x0"] > one["x0"]:
                held = [*held, *chars]
                continue
            yield held
        held = chars
    if held:
        yield held


def _close_up(words: Iterable[list[dict[str, Any]]]) -> Iterable[list[dict[str, Any]]]:
    """Letters set wide apart, all by the same gap, are the words that their wider gaps make."""
    row: list[list[dict[str, Any]]] = []
    for chars in words:
        if row and not (len(chars) == 1 and _level(row[-1][-1], chars[0])):
            yield from _unspaced(row)
            row = []
        if len(chars) == 1:
            row.append(chars)
        else:
            yield chars
    yield from _unspaced(row)


def _unspaced(row: list[list[dict[str, Any]]]) -> Iterable[list[dict[str, Any]]]:
    gaps = [two[0]["x0"] - one[0]["x1"] for one, two in pairwise(row)]
    usual = min(gaps, default=0.0)
    same = sum(gap < 1.25 * usual for gap in gaps)
    if len(row) < 4 or same < 0.6 * len(gaps) or usual > row[0][0]["size"]:
        yield from row
        return
    held = row[0]
    for gap, chars in zip(gaps, row[1:], strict=True):
        if gap < 1.4 * usual:
            held = [*held, *chars]
        else:
            yield held
            held = chars
    yield held


def _level(one: dict[str, Any], two: dict[str, Any]) -> bool:
    return bool(abs(one["bottom"] - two["bottom"]) < 0.05 * one["size"])


def _turn(char: dict[str, Any]) -> int:
    a, b, _c, d, *_ = char["matrix"]
    if abs(b) < 0.3 * abs(a) + 1e-9:
        return 180 if a < 0 and d < 0 else 0
    if abs(a) < 0.3 * abs(b):
        return 270 if b > 0 else 90
    return 0


def _parts(chars: list[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    """A word's glyphs, parted where a note mark in smaller type is glued to it."""
    start = 0
    for index in range(1, len(chars)):
        one, two = chars[index - 1]["size"], chars[index]["size"]
        if min(one, two) < 0.8 * max(one, two):
            yield chars[start:index]
            start = index
    yield chars[start:]


def _run(chars: list[dict[str, Any]], turn: int, left: float, top: float) -> Run:
    first = chars[0]
    text = plain("".join(char["text"] for char in chars))
    return Run(
        text,
        min(c["x0"] for c in chars) - left,
        min(c["top"] for c in chars) - top,
        max(c["x1"] for c in chars) - left,
        max(c["bottom"] for c in chars) - top,
        float(first["size"]),
        is_bold(first["fontname"]),
        turn,
        pale=is_pale(first.get("non_stroking_color")),
    )


def is_bold(fontname: str) -> bool:
    """The name of the font says that it is a heavy one."""
    name = fontname.lower()
    return any(word in name for word in ("bold", "black", "heavy", "semib", "demi"))


def is_pale(colour: Any) -> bool:
    """White or next to it, in grey, RGB or CMYK with values from 0 to 1."""
    try:
        parts = [float(v) for v in colour]
    except (TypeError, ValueError):
        return False
    if len(parts) == 4:
        return max(parts) < 0.06
    return bool(parts) and min(parts) > 0.94


def _read_drawing(page: PlumberPage, ink: Ink, left: float, top: float) -> None:
    for line in page.lines:
        _add(ink, line, left, top, filled=False, outlined=True)
    for rect in (*page.rects, *(c for c in page.curves if _is_box(c))):
        _add(
            ink,
            rect,
            left,
            top,
            filled=bool(rect.get("fill")),
            outlined=bool(rect.get("stroke")),
        )
    for image in page.images:
        ink.pictures.append(
            (image["x0"] - left, image["top"] - top, image["x1"] - left, image["bottom"] - top)
        )


def _is_box(curve: dict[str, Any]) -> bool:
    """A rectangle with rounded corners, as badges and cards are drawn."""
    wide, high = curve["x1"] - curve["x0"], curve["bottom"] - curve["top"]
    return bool(wide > RULE_WIDTH and high > RULE_WIDTH)


def _add(
    ink: Ink, shape: dict[str, Any], left: float, top: float, *, filled: bool, outlined: bool
) -> None:
    box = (shape["x0"] - left, shape["top"] - top, shape["x1"] - left, shape["bottom"] - top)
    add_shape(
        ink,
        box,
        filled=filled,
        outlined=outlined,
        pale=filled and is_pale(shape.get("non_stroking_color")),
    )


def add_shape(
    ink: Ink, box: tuple[float, float, float, float], *, filled: bool, outlined: bool, pale: bool
) -> None:
    """One drawn rectangle as a rule where it is thin, else as an area; nothing where invisible."""
    if not (filled or outlined):
        return
    thin = min(box[2] - box[0], box[3] - box[1]) <= RULE_WIDTH
    if not thin:
        ink.areas.append(Area(box, filled, outlined, pale))
    elif not (pale and not outlined):
        ink.rules.append(box)
