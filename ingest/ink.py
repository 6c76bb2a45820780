"""What is drawn on one page, before anybody asks what it means: words, rules, areas, pictures.

Two readers make it (`pdf_words` with pdfplumber, `pdf_fast` with pdfium) and the layout reads it.
All places are as the page is displayed: rotation and crop box applied, origin at the top left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from sys import intern

from ingest.document import Word
from ingest.records import Box

GAP_RATIO = 0.18
"""Letters further apart than this share of their size belong to two words."""

RULE_WIDTH = 2.5
"""Anything drawn thinner than this, in points, is a rule; anything thicker is an area."""

_MARKS = set("0123456789*\u2020\u2021\u00a7\u00b9\u00b2\u00b3abcdefg()[],#")
_BUCKET = 16.0
_ORDINALS = {"st", "nd", "rd", "th"}
_INVISIBLE = str.maketrans("", "", "\u200b\u200c\u200d\u2060\ufeff\x00\x02\u00ad")
_LIGATURES = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
}
_LIGATURE_TABLE = str.maketrans(_LIGATURES)

Place = tuple[float, float, float, float]


@dataclass(slots=True)
class Run:
    """A word as a reader found it; `turn` is the clockwise turn of its letters in degrees."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    bold: bool = False
    turn: int = 0
    hidden: bool = False
    pale: bool = False


@dataclass(slots=True)
class Area:
    """A rectangle with a fill, an outline or both. `pale`: the fill is white or nearly so."""

    box: Box
    filled: bool
    outlined: bool
    pale: bool = False


@dataclass(slots=True)
class Ink:
    """One page. `rules` are thin boxes, across or down."""

    number: int
    width: float
    height: float
    words: list[Word] = field(default_factory=list)
    turned: list[tuple[int, list[Word]]] = field(default_factory=list)
    rules: list[Box] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)

    @property
    def has_text(self) -> bool:
        """Any word at all, upright or turned."""
        return bool(self.words or self.turned)


def plain(text: str) -> str:
    """Without what no reader sees: zero-width marks, and soft hyphens but for one at the end."""
    if text.isascii() and "\x00" not in text and "\x02" not in text:
        return text
    shown = text.translate(_INVISIBLE).translate(_LIGATURE_TABLE)
    return shown + "\u00ad" if text.endswith("\u00ad") and shown else shown


def settle(ink: Ink, runs: Iterable[Run]) -> None:
    """Puts the runs that a reader of the page sees into `ink.words` and `ink.turned`.

    Left out: what lies outside the page, hidden text (unless a picture lies under it, as in a
    scan with a text layer), white text on no ground, note marks; glued: the "th" of "5th".
    """
    seen = [run for run in runs if _visible(run, ink)]
    upright = _without_marks([run for run in seen if not run.turn])
    ink.words = [_word(run) for run in upright]
    turns = sorted({run.turn for run in seen if run.turn})
    ink.turned = [(turn, [_word(run) for run in seen if run.turn == turn]) for turn in turns]


def _word(run: Run) -> Word:
    # A long report has the same words a hundred thousand times: one text serves for all.
    return Word(intern(run.text), (run.x0, run.top, run.x1, run.bottom), run.size, run.bold)


def _visible(run: Run, ink: Ink) -> bool:
    if not run.text or run.size < 1.0:
        return False
    x, y = (run.x0 + run.x1) / 2, (run.top + run.bottom) / 2
    if not (0 <= x <= ink.width and 0 <= y <= ink.height):
        return False
    if run.hidden:
        return any(_inside(x, y, box) for box in ink.pictures)
    if run.pale:
        grounds = [area.box for area in ink.areas if area.filled and not area.pale]
        return any(_inside(x, y, box) for box in (*grounds, *ink.pictures))
    return True


def _inside(x: float, y: float, box: Box) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _without_marks(runs: Sequence[Run]) -> list[Run]:
    """Drops raised note marks beside a word, and glues raised ordinals to their number."""
    marks = [run for run in runs if len(run.text) <= 5 and _may_be_mark(run.text)]
    largest = max((run.size for run in runs), default=0.0)
    marks = [mark for mark in marks if mark.size <= 0.8 * largest]
    if not marks:
        return list(runs)
    hosts: dict[int, list[Run]] = {}
    for run in runs:
        hosts.setdefault(int(run.x1 // _BUCKET), []).append(run)
    gone: set[int] = set()
    for mark in marks:
        host = _host(mark, hosts)
        if host is None:
            continue
        gone.add(id(mark))
        if mark.text.lower() in _ORDINALS:
            host.text += mark.text
            host.x1 = max(host.x1, mark.x1)
    return [run for run in runs if id(run) not in gone]


def _may_be_mark(text: str) -> bool:
    return set(text) <= _MARKS or text.lower() in _ORDINALS


def _host(mark: Run, hosts: dict[int, list[Run]]) -> Run | None:
    """The word that a small raised run is set against, if there is one."""
    bucket = int(mark.x0 // _BUCKET)
    ordinal = mark.text.lower() in _ORDINALS
    for near in (bucket, bucket - 1, bucket + 1):
        for host in hosts.get(near, ()):
            if (
                mark.size <= 0.8 * host.size
                and -0.2 * host.size <= mark.x0 - host.x1 <= GAP_RATIO * host.size
                and host.top < mark.bottom <= host.bottom - 0.12 * host.size
                and (not ordinal or host.text[-1].isdigit())
            ):
                return host
    return None
