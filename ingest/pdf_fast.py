"""One page's ink by pdfium: the same words and boxes as `pdf_words`, some twenty times faster.

pdfium gives the text of a page in one call, and the place of a letter in one more each. A word
needs the places of its first and last letter only, so a page costs some two calls a word.
Wherever this reading could differ from pdfplumber's (turned pages and letters, headings printed
twice, soft hyphens, letters without a Unicode value) it gives up, and `pdf_words` reads the page.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.ink import GAP_RATIO, Ink, Run, plain, settle
from ingest.pdf_words import Hyphen, add_shape, is_bold

# pdfium writes one of these for a hyphen at a line end, and no line end after it.
_TOKEN = re.compile(r"[^\s\ufffe\x02]*[\ufffe\x02]|[^\s\ufffe\x02]+")
_LINE_HYPHEN = re.compile(r"[\ufffe\x02]")
_MAX_SEGMENTS = 2000
_MAX_OBJECTS = 20_000
_MAX_DEPTH = 8
_Matrix = tuple[float, float, float, float, float, float]


def _entry(function: Any, result: Any, *arguments: Any) -> Any:
    """A pdfium function that takes and gives plain integers for pointers: half the cost a call."""
    address = ctypes.cast(function, ctypes.c_void_p).value
    assert address is not None
    return ctypes.CFUNCTYPE(result, *arguments)(address)


_P, _I = ctypes.c_void_p, ctypes.c_int
_text_object = _entry(raw.FPDFText_GetTextObject, _P, _P, _I)
_loose_box = _entry(raw.FPDFText_GetLooseCharBox, _I, _P, _I, _P)
_origin = _entry(raw.FPDFText_GetCharOrigin, _I, _P, _I, _P, _P)
_char_matrix = _entry(raw.FPDFText_GetMatrix, _I, _P, _I, _P)
_font_size = _entry(raw.FPDFTextObj_GetFontSize, _I, _P, _P)
_font_of = _entry(raw.FPDFTextObj_GetFont, _P, _P)
_render_mode = _entry(raw.FPDFTextObj_GetTextRenderMode, _I, _P)
_fill_colour = _entry(raw.FPDFPageObj_GetFillColor, _I, _P, _P, _P, _P, _P)


class NotSure(Exception):
    """The page holds something that pdfium and pdfplumber would see differently."""


class FastReader:
    """Reads pages of one open document. Holds what it learnt of the fonts.

    Args:
        pdf: the document.
        descents: the descents of the fonts of page `index` by their names, as shares of the type
            size, as pdfminer has them (`pdf_fonts`); asked for once a font is met.
        hyphens: the hyphens of page `index` as pdfplumber reads them (`pdf_words.hyphens_of`);
            asked for where lines end in one.
    """

    def __init__(
        self,
        pdf: pdfium.PdfDocument,
        descents: Callable[[int], Mapping[str, float]],
        hyphens: Callable[[int], Sequence[Hyphen]] = lambda _: (),
    ) -> None:
        self._pdf = pdf
        self._descents = descents
        self._hyphens = hyphens
        self._known: dict[str, float] = {}
        self._index = 0
        self._fonts: dict[int, tuple[float, bool]] = {}
        self._left = self._top = 0.0
        self._owner: int | None = None
        self._style = (0.0, 0.0, False, False, False)
        # Where pdfium writes its answers; the addresses are taken once, since taking them costs.
        self._rect = raw.FS_RECTF()
        self._rect_at = ctypes.addressof(self._rect)
        self._matrix = raw.FS_MATRIX()
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._x_at, self._y_at = ctypes.addressof(self._x), ctypes.addressof(self._y)
        self._one, self._two = ctypes.c_float(), ctypes.c_float()
        self._colour = [ctypes.c_uint() for _ in range(4)]
        self._colour_at = [ctypes.addressof(part) for part in self._colour]

    def read_ink(self, index: int) -> Ink:
        """Everything drawn on page `index` (from 0).

        Raises:
            NotSure: read the page with pdfplumber.
            pdfium.PdfiumError: the page cannot be loaded.
        """
        page = self._pdf[index]
        try:
            if page.get_rotation():
                raise NotSure("turned page")
            self._left, bottom, right, self._top = page.get_bbox()
            self._owner, self._index = None, index
            self._fonts.clear()  # a font of the page before may be gone, and its address reused
            ink = Ink(index + 1, right - self._left, self._top - bottom)
            self._read_drawing(page, ink)
            textpage = page.get_textpage()
            try:
                runs = list(self._runs(textpage))
            finally:
                textpage.close()
            _check_doubled(runs)
            settle(ink, runs)
            return ink
        finally:
            page.close()

    def _runs(self, textpage: pdfium.PdfTextPage) -> Iterator[Run]:
        handle = ctypes.cast(textpage.raw, ctypes.c_void_p).value or 0
        count = raw.FPDFText_CountChars(textpage.raw)
        if count <= 0:
            return
        buffer = (ctypes.c_ushort * (count + 1))()
        written = raw.FPDFText_GetText(textpage.raw, 0, count, buffer)
        text = bytes(buffer)[: 2 * (written - 1)].decode("utf-16-le", errors="replace")
        if len(text) != count:
            raise NotSure("letters without a place")
        hyphens: Sequence[Hyphen] = ()
        if _LINE_HYPHEN.search(text):
            hyphens = self._hyphens(self._index)
        held: Run | None = None
        ended = 0
        for match in _TOKEN.finditer(text):
            start, end = match.span()
            word = match[0]
            if hyphens and _LINE_HYPHEN.match(word[-1]):
                word = word[:-1] + self._hyphen_at(handle, end - 1, hyphens)
            for run in self._token(handle, start, end, word):
                if held is not None:
                    close = run.x0 - held.x1 < 0.1 * held.size  # else a space that was drawn in
                    if close and _same_hand(held, run) and self._unparted(textpage, ended, start):
                        held.text += run.text
                        held.x1 = run.x1
                        continue
                    yield held
                held = run
            ended = end
        if held is not None:
            yield held

    @staticmethod
    def _unparted(textpage: pdfium.PdfTextPage, start: int, end: int) -> bool:
        """pdfium put in the space between, but nothing parts the two words on the page."""
        return all(raw.FPDFText_IsGenerated(textpage.raw, k) for k in range(start, end))

    def _hyphen_at(self, handle: int, k: int, hyphens: Sequence[Hyphen]) -> str:
        """What pdfplumber sees where pdfium says no more than that there is a hyphen."""
        _origin(handle, k, self._x_at, self._y_at)
        x, y = self._x.value, self._y.value
        near = [(abs(left - x), mark) for left, base, mark in hyphens if abs(base - y) < 1]
        if near and min(near)[0] < 2.5:  # widths of odd letters before it may differ a little
            return min(near)[1]
        raise NotSure("a hyphen at a line end may be a soft one")

    def _token(self, handle: int, start: int, end: int, text: str) -> list[Run]:
        """The word between two offsets; several where its letters change size, place or gap."""
        owner = _text_object(handle, start)
        if end - start == 1 or owner == _text_object(handle, end - 1):
            return [self._run(handle, start, end, text, owner)]
        if self._level(handle, start, end):
            return [self._run(handle, start, end, text, owner)]
        runs: list[Run] = []
        begun = start
        for k in range(start + 1, end + 1):
            now = _text_object(handle, k) if k < end else None
            if k < end and now == owner:
                continue
            run = self._run(handle, begun, k, text[begun - start : k - start], owner)
            if runs and _same_hand(runs[-1], run):
                runs[-1].text += run.text
                runs[-1].x1 = max(runs[-1].x1, run.x1)
            else:
                runs.append(run)
            begun, owner = k, now
        return runs

    def _level(self, handle: int, start: int, end: int) -> bool:
        """The letters stand close, in one size on one base line, by their boxes alone."""
        rect = self._rect
        _loose_box(handle, start, self._rect_at)
        low, high, right = rect.bottom, rect.top, rect.right
        gap = 0.8 * GAP_RATIO * (high - low)
        for k in range(start + 1, end):
            _loose_box(handle, k, self._rect_at)
            if (
                abs(rect.bottom - low) > 0.01
                or abs(rect.top - high) > 0.01
                or not -gap < rect.left - right < gap
            ):
                return False
            right = rect.right
        return True

    def _run(self, handle: int, start: int, end: int, text: str, owner: int | None) -> Run:
        rect = self._rect
        if not _loose_box(handle, start, self._rect_at):
            raise NotSure("a letter without a box")
        x1 = rect.right
        if end - start > 1:
            left = rect.left
            _loose_box(handle, end - 1, self._rect_at)
            x1 = rect.right
            if rect.left < left:
                raise NotSure("letters from right to left")
        _origin(handle, start, self._x_at, self._y_at)
        if owner != self._owner or owner is None:
            self._style = self._read_style(handle, start, owner)
            self._owner = owner
        size, descent, bold, hidden, pale = self._style
        bottom = self._top - self._y.value - descent * size
        # The box of a letter takes in what leans out of it, the word begins at its origin.
        x0, x1 = self._x.value - self._left, x1 - self._left
        return Run(plain(text), x0, bottom - size, x1, bottom, size, bold, 0, hidden, pale)

    def _read_style(
        self, handle: int, start: int, owner: int | None
    ) -> tuple[float, float, bool, bool, bool]:
        """Size on the page, descent as a share of it, and whether bold, hidden or white."""
        matrix = self._matrix
        if not owner or not _char_matrix(handle, start, ctypes.addressof(matrix)):
            raise NotSure("a letter without an owner")
        if abs(matrix.b) > 1e-3 or abs(matrix.c) > 0.4 * abs(matrix.d) or matrix.d <= 0:
            raise NotSure("turned letters")
        if matrix.a <= 0:
            raise NotSure("mirrored letters")
        _font_size(owner, ctypes.addressof(self._one))
        size = self._one.value * matrix.d
        descent, bold = self._font(_font_of(owner))
        hidden = _render_mode(owner) == raw.FPDF_TEXTRENDERMODE_INVISIBLE
        pale = False
        red, green, blue, alpha = self._colour
        if _fill_colour(owner, *self._colour_at):
            pale = min(red.value, green.value, blue.value) > 0.94 * 255
            hidden = hidden or alpha.value == 0
        return size, descent, bold, hidden, pale

    def _font(self, font: int | None) -> tuple[float, bool]:
        """Descent as a share of the size (below zero), and whether the font is a bold one."""
        if not font:
            raise NotSure("letters without a font")
        if font not in self._fonts:
            pointer = ctypes.cast(font, raw.FPDF_FONT)
            buffer = ctypes.create_string_buffer(256)
            raw.FPDFFont_GetBaseFontName(pointer, buffer, 256)
            name = buffer.value.decode("latin-1")
            self._fonts[font] = (self._descent(name), is_bold(name))
        return self._fonts[font]

    def _descent(self, name: str) -> float:
        """pdfium does not tell a descent that the file gives from one that it made up."""
        name = name.split("+")[-1]
        if name not in self._known:
            self._known.update(self._descents(self._index))
        if name not in self._known:
            raise NotSure("a font that the page does not name")
        return self._known[name]

    def _read_drawing(self, page: pdfium.PdfPage, ink: Ink) -> None:
        handle = page.raw
        count = raw.FPDFPage_CountObjects(handle)
        if count > _MAX_OBJECTS:
            raise NotSure("a drawing of very many parts")
        identity = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
        for index in range(count):
            obj = raw.FPDFPage_GetObject(handle, index)
            self._read_object(obj, identity, ink, 0)

    def _read_object(self, obj: Any, outer: _Matrix, ink: Ink, depth: int) -> None:
        kind = raw.FPDFPageObj_GetType(obj)
        if kind == raw.FPDF_PAGEOBJ_PATH:
            self._read_path(obj, outer, ink)
        elif kind == raw.FPDF_PAGEOBJ_IMAGE:
            a, b, c, d, e, f = _times(self._matrix_of(obj), outer)
            xs, ys = (e, e + a, e + c, e + a + c), (f, f + b, f + d, f + b + d)
            left, top = self._left, self._top
            ink.pictures.append((min(xs) - left, top - max(ys), max(xs) - left, top - min(ys)))
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            inner = _times(self._matrix_of(obj), outer)
            for index in range(raw.FPDFFormObj_CountObjects(obj)):
                part = raw.FPDFFormObj_GetObject(obj, index)
                self._read_object(part, inner, ink, depth + 1)

    def _matrix_of(self, obj: Any) -> _Matrix:
        m = self._matrix
        raw.FPDFPageObj_GetMatrix(obj, m)
        return (m.a, m.b, m.c, m.d, m.e, m.f)

    def _read_path(self, obj: Any, outer: _Matrix, ink: Ink) -> None:
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(obj, fill, stroke)
        if not (fill.value or stroke.value):
            return
        segments = raw.FPDFPath_CountSegments(obj)
        if segments > _MAX_SEGMENTS:
            return  # a chart or a logo: no rule of a table has so many corners
        pale = False
        if fill.value:
            red, green, blue, alpha = self._colour
            raw.FPDFPageObj_GetFillColor(obj, red, green, blue, alpha)
            pale = min(red.value, green.value, blue.value) > 0.94 * 255 or not alpha.value
        a, b, c, d, e, f = _times(self._matrix_of(obj), outer)
        points: list[tuple[float, float]] = []
        for k in range(segments + 1):
            segment = raw.FPDFPath_GetPathSegment(obj, k) if k < segments else None
            new = segment is None or (
                raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO
            )
            if new and points:
                _add_subpath(ink, points, bool(fill.value), bool(stroke.value), pale)
                points = []
            if segment is not None:
                raw.FPDFPathSegment_GetPoint(segment, self._one, self._two)
                x, y = self._one.value, self._two.value
                points.append((a * x + c * y + e - self._left, self._top - (b * x + d * y + f)))


def _add_subpath(
    ink: Ink, points: list[tuple[float, float]], fill: bool, stroke: bool, pale: bool
) -> None:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    box = (min(xs), min(ys), max(xs), max(ys))
    add_shape(ink, box, filled=fill, outlined=stroke, pale=pale)


def _times(one: _Matrix, two: _Matrix) -> _Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


def _same_hand(one: Run, two: Run) -> bool:
    """The second continues the first: same size and base line, no gap."""
    return (
        one.x0 <= two.x0 <= one.x1 + GAP_RATIO * one.size  # the test that most words fail
        and abs(one.bottom - two.bottom) <= 3
        and abs(one.size - two.size) <= 0.2 * max(one.size, two.size)
    )


def _check_doubled(runs: list[Run]) -> None:
    """Raises where words are printed twice, a fraction of a point apart."""
    seen: dict[tuple[str, int], list[float]] = {}
    for run in runs:
        near = seen.setdefault((run.text, round(run.top / 4)), [])
        if any(abs(run.x0 - x) <= 1.5 for x in near):
            raise NotSure("words printed twice")
        near.append(run.x0)
