"""Pages that are pictures, read by Tesseract: words with boxes, turned the right way up first.

Debian and Ubuntu have it as the package `tesseract-ocr`.
"""

from __future__ import annotations

import re
import shutil
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ingest.document import Word, union
from ingest.errors import UnreadableFile
from ingest.ink import Ink, plain
from ingest.numbers import DIGITS
from ingest.records import Box

if TYPE_CHECKING:
    from PIL.Image import Image

_DPI = 300
_SURE = 20.0
"""Words of which Tesseract is less sure than this, in percent, are noise more often than words."""
_MOST_PIXELS = 40_000_000
_SPECKS = re.compile(r"^[|_~.,'`\u2018\u2019\u00b7]{1,2}$")
# Tesseract takes the capital I ahead of the zeros for a one, or for both.
_PBI = re.compile(r"\bPB(?:[1Il|!]{1,2}|[|!])(?=[0Oo]{2,7}[\dOo]{4,9}\b)")
_HALF = re.compile(r"\bPBI(\d{1,11})$")
_ONE_PAGE_SECONDS = 120


def tesseract_missing() -> str | None:
    """None where Tesseract can be run, else a line that says what to install."""
    if shutil.which("tesseract"):
        return None
    return (
        "the PDF has no text layer (it is a scan), and Tesseract, which would read it, is not "
        "installed; on Debian and Ubuntu: apt install tesseract-ocr"
    )


class Recogniser:
    """Reads pages of one PDF as pictures. Use as a context manager."""

    def __init__(self, data: bytes) -> None:
        import pypdfium2 as pdfium

        self._pdf = pdfium.PdfDocument(data)

    def __enter__(self) -> Recogniser:
        return self

    def __exit__(self, *_: object) -> None:
        self._pdf.close()

    def read_ink(self, index: int) -> Ink:
        """The words of page `index` (from 0), boxes in points on the page as displayed.

        Raises:
            UnreadableFile: Tesseract fails, or takes too long over the page.
        """
        page = self._pdf[index]
        try:
            width, height = page.get_size()
            scale = min(_DPI / 72, (_MOST_PIXELS / (width * height)) ** 0.5)
            picture = page.render(scale=scale, grayscale=True).to_pil()
        finally:
            page.close()
        ink = Ink(index + 1, width, height)
        turn = _turn_of(picture)
        upright = picture.rotate(turn, expand=True) if turn else picture
        words = _words(upright, scale)
        size = (upright.width / scale, upright.height / scale)
        if turn:
            straight = [_turned_back(word, turn, size) for word in words]
            ink.turned = [(turn, straight)]  # what turns back by so much was turned by so much
        else:
            ink.words = words
        return ink


def _turn_of(picture: Image) -> int:
    """Degrees counter-clockwise that set the picture upright: 0, 90, 180 or 270."""
    import pytesseract

    try:
        found: dict[str, Any] = pytesseract.image_to_osd(
            picture, output_type=pytesseract.Output.DICT, timeout=_ONE_PAGE_SECONDS
        )
    except (pytesseract.TesseractError, RuntimeError, UnicodeDecodeError):
        return 0  # too few letters to tell
    sure = float(found.get("orientation_conf", 0))
    return (360 - int(found.get("rotate", 0))) % 360 if sure >= 2 else 0


def _words(picture: Image, scale: float) -> list[Word]:
    import pytesseract

    try:
        data: dict[str, list[Any]] = pytesseract.image_to_data(
            picture,
            lang="eng",
            config="--psm 3",
            output_type=pytesseract.Output.DICT,
            timeout=_ONE_PAGE_SECONDS,
        )
    except pytesseract.TesseractError as error:
        raise UnreadableFile(f"OCR fails on this page: {error.message}") from error
    except RuntimeError as error:
        raise UnreadableFile("OCR takes too long over this page") from error
    lines: dict[tuple[int, int, int], list[int]] = {}
    for k, text in enumerate(data["text"]):
        if text.strip() and float(data["conf"][k]) >= _SURE and not _SPECKS.match(text.strip()):
            key = (data["block_num"][k], data["par_num"][k], data["line_num"][k])
            lines.setdefault(key, []).append(k)
    words: list[Word] = []
    for members in lines.values():
        for run in _level_runs(members, data):
            words += _run_words(run, data, scale)
    return words


def _level_runs(members: list[int], data: dict[str, list[Any]]) -> list[list[int]]:
    """A line of Tesseract, parted where its words stand at plainly different heights."""
    runs = [[members[0]]]
    for one, two in pairwise(members):
        low = data["top"][one] + data["height"][one]
        high = data["top"][two]
        level = high < low and data["top"][one] < data["top"][two] + data["height"][two]
        if level:
            runs[-1].append(two)
        else:
            runs.append([two])
    return runs


def _run_words(run: list[int], data: dict[str, list[Any]], scale: float) -> list[Word]:
    """The words of one line with one base line and one size: letters differ in height."""
    tops = [data["top"][k] for k in run]
    bottoms = [data["top"][k] + data["height"][k] for k in run]
    tops.sort()
    bottoms.sort()
    top, bottom = tops[0], bottoms[len(bottoms) // 2]
    size = max(4.0, (bottom - top) / scale)
    words = []
    for k in run:
        left, right = data["left"][k], data["left"][k] + data["width"][k]
        box: Box = (left / scale, top / scale, right / scale, bottom / scale)
        if text := _mended(plain(data["text"][k].strip())):
            words.append(Word(text, box, size))
    return _whole_numbers(words)


def _whole_numbers(words: list[Word]) -> list[Word]:
    """Puts together a PBI number of twelve digits that Tesseract parted in two words."""
    whole: list[Word] = []
    for word in words:
        last = whole[-1] if whole else None
        tail = re.match(r"\d+", word.text)
        if last is not None and tail and _HALF.search(last.text):
            digits = len(_HALF.findall(last.text)[-1]) + len(tail[0])
            if digits == DIGITS:
                whole[-1] = Word(last.text + word.text, _around(last, word), last.size)
                continue
        whole.append(word)
    return whole


def _around(one: Word, two: Word) -> Box | None:
    return union(tuple(word.box for word in (one, two) if word.box is not None))


def _mended(text: str) -> str:
    """A PBI number as it was certainly printed: its letters are letters, its digits digits."""
    match = _PBI.search(text)
    if not match:
        return text
    tail = re.sub(r"^[\dOo]+", lambda m: re.sub("[Oo]", "0", m[0]), text[match.end() :])
    return f"{text[: match.start()]}PBI{tail}"


def _turned_back(word: Word, turn: int, size: tuple[float, float]) -> Word:
    """A word of the picture set upright, at its place on the page as displayed."""
    assert word.box is not None
    x0, top, x1, bottom = word.box
    width, height = size
    box: Box
    if turn == 90:
        box = (height - bottom, x0, height - top, x1)
    elif turn == 270:
        box = (top, width - x1, bottom, width - x0)
    else:
        box = (width - x1, height - bottom, width - x0, height - top)
    return Word(word.text, box, word.size, word.bold)
