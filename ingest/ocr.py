"""Pages that are pictures, read by Tesseract: words with boxes, turned the right way up first.

Debian and Ubuntu have it as the package `tesseract-ocr`.
"""

from __future__ import annotations

import os
import re
import shutil
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from ingest.document import Word, union
from ingest.errors import UnreadableFile
from ingest.ink import Ink, plain
from ingest.numbers import DIGITS
from ingest.records import Box
from ingest.straighten import straightened, without_rules

if TYPE_CHECKING:
    from PIL.Image import Image

_DPI = 300
_COLUMNS, _TABLE = "--psm 3", "--psm 6"
"""How Tesseract looks for lines: in columns of text, or right across the page, as in a table."""
_WORKERS = max(1, os.cpu_count() or 1)
_LIMIT = "OMP_THREAD_LIMIT"
_FEW, _DOUBT = 12, 70.0
"""With fewer words than this, or less sure ones, in percent, the page may lie on its side."""
_SURE = 20.0
"""Words of which Tesseract is less sure than this, in percent, are noise more often than words."""
_MOST_PIXELS = 40_000_000
_SPECKS = re.compile(r"^[|_~.,'`\u2018\u2019\u00b7]{1,2}$|^[_|\u2014-]*[_|][_|\u2014-]*$")
_HYPHEN, _EN_DASH = 0.38, 0.8
_DASHES = ("-", "\u2014", "\u2015", "\u2013")
# Tesseract takes the capital I ahead of the zeros for a one, or for both.
_PBI = re.compile(r"\bPB(?:[1Il|!]{1,2}|[|!])(?=[0Oo]{2,7}[\dOo]{4,9}\b)")
# "PBIL19376" is PBI119376: six digits, of which Tesseract took the first ones for letters.
_SHORT_PBI = re.compile(r"\bPB[I1l|!](?P<tail>[LIl|!OoSB][LIl|!OoSB\d]{5})\b")
_AS_DIGITS = str.maketrans("LIl|!OoQDSB", "11111000058")
# Twelve places behind the letters of an incident, a change or a known error are twelve digits.
_OTHER_NUMBER = re.compile(
    r"\b(INC|CRQ|PKE)(?=[A-Za-z|!]{0,6}\d[\dA-Za-z|!]*\d{4})([\dOoQDLIl|!SB]{12})(?![\w|!])"
)
_SERVICE_PROVIDER = re.compile(r"\bS[Iil|!]SP(?=\d?\b)")
_LEADING_NOISE = re.compile(r"^[=_|~\u2014]+(?=\w)")
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
    """Reads pages of one PDF as pictures, several at a time. Use as a context manager."""

    def __init__(self, data: bytes) -> None:
        import pypdfium2 as pdfium

        self._pdf = pdfium.PdfDocument(data)
        self._pool = ThreadPoolExecutor(max_workers=_WORKERS)
        self._threads = os.environ.get(_LIMIT)

    def __enter__(self) -> Recogniser:
        # Each page is read by one thread: Tesseract's own threads wait for one another.
        os.environ[_LIMIT] = "1"
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._pdf.close()
        if self._threads is None:
            os.environ.pop(_LIMIT, None)
        else:
            os.environ[_LIMIT] = self._threads

    def read_inks(self, indices: Iterable[int]) -> Iterator[Ink]:
        """The words and rules of pages (from 0), in the order asked for; boxes in points.

        Raises:
            UnreadableFile: Tesseract fails, or takes too long over a page.
        """
        waiting: deque[Future[Ink]] = deque()
        for index in indices:
            picture, ink, scale = self._render(index)
            waiting.append(self._pool.submit(_read, picture, ink, scale))
            if len(waiting) > _WORKERS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _render(self, index: int) -> tuple[Image, Ink, float]:
        page = self._pdf[index]
        try:
            width, height = page.get_size()
            scale = min(_DPI / 72, (_MOST_PIXELS / (width * height)) ** 0.5)
            picture = page.render(scale=scale, grayscale=True).to_pil()
        finally:
            page.close()
        return picture, Ink(index + 1, width, height), scale


def _read(picture: Image, ink: Ink, scale: float) -> Ink:
    """Fills the ink from the picture, which is turned only where it reads badly as it lies."""
    words, rules, doubtful = _recognised(picture, scale)
    turn = _turn_of(picture) if doubtful else 0
    if not turn:
        ink.words, ink.rules = words, rules
        return ink
    upright = picture.rotate(turn, expand=True)
    words, _, _ = _recognised(upright, scale)
    size = (upright.width / scale, upright.height / scale)
    straight = [_turned_back(word, turn, size) for word in words]
    ink.turned = [(turn, straight)]  # what turns back by so much was turned by so much
    return ink


def _recognised(picture: Image, scale: float) -> tuple[list[Word], list[Box], bool]:
    """Words and rules with boxes in points, and whether the page may lie on its side."""
    clean, boxes = without_rules(straightened(picture), 72 * scale)
    down = sum(box[3] - box[1] > box[2] - box[0] for box in boxes)
    data = _tesseract(clean, _TABLE if down >= 3 else _COLUMNS)
    sure = [
        float(conf)
        for conf, text in zip(data["conf"], data["text"], strict=False)
        if re.search(r"\w{2}", text)
    ]
    doubtful = len(sure) < _FEW or median(sure) < _DOUBT
    rules: list[Box] = [
        (x0 / scale, y0 / scale, x1 / scale, y1 / scale) for x0, y0, x1, y1 in boxes
    ]
    return _words(data, scale), rules, doubtful


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


def _tesseract(picture: Image, config: str) -> dict[str, list[Any]]:
    import pytesseract

    try:
        data: dict[str, list[Any]] = pytesseract.image_to_data(
            picture,
            lang="eng",
            config=config,
            output_type=pytesseract.Output.DICT,
            timeout=_ONE_PAGE_SECONDS,
        )
    except pytesseract.TesseractError as error:
        raise UnreadableFile(f"OCR fails on this page: {error.message}") from error
    except RuntimeError as error:
        raise UnreadableFile("OCR takes too long over this page") from error
    return data


def _words(data: dict[str, list[Any]], scale: float) -> list[Word]:
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
        text = _mended(plain(data["text"][k].strip()))
        if text in _DASHES:
            text = _dash(data["width"][k] / scale / size)
        if text:
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


def _dash(width: float) -> str:
    """A dash between spaces, by its width as a share of the type size.

    Tesseract takes one for the other; a hyphen is a quarter wide, an en dash half, an em dash all.
    """
    if width < _HYPHEN:
        return "-"
    return "\u2013" if width < _EN_DASH else "\u2014"


def _mended(text: str) -> str:
    """A number as it was certainly printed: its letters are letters, its digits digits."""
    text = _SERVICE_PROVIDER.sub("S1SP", _LEADING_NOISE.sub("", text))
    text = re.sub(r"(?<=\d{5})_+$", "", text)  # the rule that is drawn beside the number
    short = _SHORT_PBI.search(text)
    if short:
        digits = short["tail"].translate(_AS_DIGITS)
        if digits.isdigit() and sum(c.isdigit() for c in short["tail"]) >= 4:
            return f"{text[: short.start()]}PBI{digits}{text[short.end() :]}"
    match = _PBI.search(text)
    if not match:
        return _OTHER_NUMBER.sub(lambda m: m[1] + m[2].translate(_AS_DIGITS), text)
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
