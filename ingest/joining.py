"""Joining the lines of one text, with a way back from every character to its word and place.

This is the one place that decides what a line end means: one space, nothing (a word broken by a
soft hyphen or by the edge of a narrow cell) or nothing with a hyphen kept ("CSP-" / "N").
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ingest.document import MARKS, SOFT_HYPHEN, Line, Word, union
from ingest.records import Box

HYPHENS = "-\u2010\u2011"

# First halves that English keeps apart with a hyphen, so that a hyphen after them is meant.
_COMPOUND_WORDS = (
    "all anti auto back best built by co cross cut day down dual e eight end ex face fail "
    "five four front full gas go half hand hard head high home hour ill in inter know large "
    "left life live load log long low many medium meter mid minute multi near new nine no non "
    "off on one out over part per post pre pro read real right root run self semi service set "
    "seven short side single six small so start step sub super switch ten third three time "
    "top two ultra un under up user via web well wide work year"
)
_COMPOUND = frozenset(_COMPOUND_WORDS.split())
# Second halves that cannot stand alone, so that the hyphen before them was put in by a typesetter.
_ENDINGS = re.compile(
    r"[a-z]{0,2}(?:tion|sion|tions|sions|ment|ments|ing|ings|ness|ity|ities|able|ible|ance|ence"
    r"|ances|ences|ally|ically|ers?|ors?|ed|es|ly|ive|ised?|ized?|ising|izing|ate[sd]?|al|als|ous"
    r"|ture[sd]?|lem|lems|ler|lers|tor|tors|ter|ters|ten|tem|tems|ful|less|ship|ward|ent|ant)[.,;:)]*"
)
# "re-" / "sent" is no "resent": done again, which is written with the hyphen.
_AGAIN = re.compile(
    r"(?:sent|send|run|ran|key(?:ed)?|try|tried|issued?|plan(?:ned)?|test(?:ed|s)?|start(?:ed|s)?|query|quer(?:y|ied)|"
    r"submit(?:s|ted)?|load(?:ed|s)?|open(?:ed|s)?|sync|appl(?:y|ied)|enter(?:ed|s)?|route[ds]?|use[ds]?|link(?:ed)?|"
    r"occur(?:red|s)?|joined|join|order(?:ed)?|cast|arm(?:ed)?|synchronised|established|certified)\b"
)
# Words too short to be the second half of one that the edge of a cell has cut.
_SHORT = "a an and are as at be but by for from has if in is it no not of on or the to was"
_SHORT_WORDS = frozenset(_SHORT.split())
# "roll-out", "follow-up", "sign-off": nouns made of a verb and its particle keep the hyphen.
_PARTICLES = frozenset(("up", "off", "out", "down", "over", "by"))
# Two consonants with which no English word begins: "ide-" / "ntifier" was cut by a program.
_NO_ONSET = re.compile(
    r"(?!(?:[bcfgkp][lr]|[dt][rw]|s[chklmnpqtwr]|[cgprstw]h|wr|[gkp]n|ps|qu|sc|sv|fj|ts)[a-z])"
    r"[bcdfghjklmnpqrstvwxz]{2}[a-z]"
)
_DATE = re.compile(
    r"\d{1,2}(?P<s>[/.-])\d{1,2}(?P=s)(?:\d{4}|\d{2})|\d{4}-\d\d-\d\d"
    r"|\d{1,2}-[A-Za-z]{3,9}-(?:\d{4}|\d{2})"
)
_DATE_START = re.compile(
    r"[\d/.-]*\d[/.-]|\d{1,2}-[A-Za-z]{3,9}-|\d{1,4}([/.-])\d{1,2}\1\d{0,3}|\d{4}-\d\d?(-\d?)?"
)
_HALF_YEAR = re.compile(r"\d{1,2}([/.-])\d{1,2}\1(?:19|20)")
_PBI = re.compile(r"PBI[ -]?\d{12}", re.IGNORECASE)
_PBI_START = re.compile(r"P|PB|PBI[ -]?\d{0,11}", re.IGNORECASE)


class Piece(NamedTuple):
    """The half-open span of the joined text that one word gave, with the word and its line."""

    start: int
    end: int
    word: Word
    line: Line


@dataclass(frozen=True)
class JoinedText:
    """A text joined from lines. Offsets count characters of `text`; spans are half-open."""

    text: str
    pieces: tuple[Piece, ...]

    def pieces_at(self, start: int, end: int) -> tuple[Piece, ...]:
        """The words that the span touches, in reading order."""
        first = bisect_right(self._ends, start)
        return self.pieces[first : max(first, bisect_left(self._starts, end))]

    @cached_property
    def _starts(self) -> list[int]:
        return [piece.start for piece in self.pieces]

    @cached_property
    def _ends(self) -> list[int]:
        return [piece.end for piece in self.pieces]

    @cached_property
    def last_plain(self) -> int:
        """The offset of the last word on a line that is not all bold; -1 where all lines are."""
        return next((p.start for p in reversed(self.pieces) if not p.line.bold), -1)

    def words_at(self, start: int, end: int) -> tuple[Word, ...]:
        """The words that the span touches, in reading order."""
        return tuple(piece.word for piece in self.pieces_at(start, end))

    def lines_at(self, start: int, end: int) -> tuple[Line, ...]:
        """The lines that the span touches, each once."""
        pieces = self.pieces_at(start, end)
        heads = [p.line for k, p in enumerate(pieces) if not k or p.line is not pieces[k - 1].line]
        return tuple(dict.fromkeys(heads))

    def page_at(self, start: int, end: int) -> int | None:
        """The page on which the span begins; None where it touches no word."""
        return next((piece.line.page for piece in self.pieces_at(start, end)), None)

    def place_at(self, start: int, end: int) -> str | None:
        """The place ("paragraph 12") at which the span begins, in a medium without boxes."""
        return next((piece.line.place for piece in self.pieces_at(start, end)), None)

    def box_at(self, start: int, end: int) -> Box | None:
        """The box around the words of the span that stand on the page on which it begins."""
        pieces = self.pieces_at(start, end)
        page = pieces[0].line.page if pieces else 0
        return union(
            tuple(
                word.box
                for _, _, word, line in pieces
                if word.box is not None and line.page == page
            )
        )

    def printed(self, start: int, end: int) -> str:
        """The span as the page prints it: hyphens at line ends stay, wraps become one space.

        Only the part on the page on which the span begins, which is where its quote is looked for.
        """
        pieces = self.pieces_at(start, end)
        parts = []
        for piece in pieces:
            if piece.line.page != pieces[0].line.page:
                break
            head = max(0, start - piece.start)
            tail = max(0, piece.end - end)
            text = piece.word.text
            parts.append(text[head : len(text) - tail] if tail else text[head:])
        return " ".join(parts)


def join_lines(
    lines: Sequence[Line],
    *,
    cell_box: Box | None = None,
    known: Container[str] = frozenset(),
) -> JoinedText:
    """The lines as one text: single spaces, words that a line end broke made whole.

    Args:
        lines: in reading order; they may come from several pages.
        cell_box: the cell that the lines stand in. Only there can a word be broken without a
            hyphen, and only where its line runs to the edge.
        known: words in lower case that are sure to be whole ("medium", words of the document);
            they decide between "Medi" + "um" and two words, and whether a hyphen was meant.
    """
    parts: list[str] = []
    pieces: list[Piece] = []
    length = 0
    before: Line | None = None
    for line in lines:
        if not line.shown:
            continue
        glue = _line_end(before, line, cell_box, known) if before else "none"
        if glue == "drop":  # the hyphen at the line end was a typesetter's
            last = pieces[-1]
            parts[-1] = parts[-1][:-1]
            length -= 1
            pieces[-1] = Piece(last.start, last.end - 1, last.word, last.line)
        elif glue == "space":
            parts.append(" ")
            length += 1
        for word, seen in line.shown:
            end = length + len(seen)
            pieces.append(Piece(length, end, word, line))
            length = end + 1
        length -= 1
        parts.append(" ".join([seen for _, seen in line.shown]))
        before = line
    return JoinedText("".join(parts), tuple(pieces))


def _line_end(before: Line, after: Line, cell: Box | None, known: Container[str]) -> str:
    """What stands for the line end: "space", "none", or "drop" (none, and the hyphen goes too)."""
    left, right = before.words[-1].text, after.words[0].text
    if left.endswith(SOFT_HYPHEN):
        return "none"  # the mark itself is never part of the text
    head, tail = left.translate(MARKS), right.translate(MARKS)
    if not head or not tail:
        return "space"
    if head[-1] in HYPHENS and len(head) > 1 and tail[0].isalnum():
        return "drop" if _typesetter_hyphen(head, tail, known) else "none"
    if _completes(head, tail):
        return "none"
    if cell is not None and _broken_in_cell(before, after, head, tail, cell, known):
        return "none"
    return "space"


def _typesetter_hyphen(head: str, tail: str, known: Container[str]) -> bool:
    first = re.split(r"[^A-Za-z]", head[:-1])[-1]
    second = re.match(r"[a-z]*", tail)
    if not first or not second or not second[0] or not head[-2].islower():
        return False  # "SMETS-" / "1", "6-" / "hour", "CSP-" / "North"
    whole = (first + second[0]).lower()
    if whole in known:
        return True
    if f"{first}-{second[0]}".lower() in known:
        return False
    if second[0] in known and first.lower() in known:
        return False
    if first.lower() == "re" and _AGAIN.match(second[0]):
        return False
    if head[-1] == "\u2010":
        return True  # typists type the other one; this one comes from a program that breaks words
    if first.lower() in _COMPOUND or second[0] in _PARTICLES:
        return False
    if _NO_ONSET.match(second[0]):
        return True
    return bool(_ENDINGS.fullmatch(second[0])) or len(second[0]) <= 3


def _completes(head: str, tail: str) -> bool:
    """A date or a PBI number, and only a whole one, comes of putting the two together."""
    end = re.match(r"[\w/.-]*\w", tail)
    if not end:
        return False
    whole = head + end[0]
    if _DATE_START.fullmatch(head) and not _DATE.fullmatch(head):
        return bool(_DATE.fullmatch(whole))
    return bool(_PBI_START.fullmatch(head) and _PBI.fullmatch(whole) and end[0][-1].isdigit())


def _broken_in_cell(
    before: Line, after: Line, head: str, tail: str, cell: Box, known: Container[str]
) -> bool:
    """A word broken by the edge of its cell: the line is full and the halves are no words."""
    if not (head[-1].isalnum() and tail[0].isalnum()):
        return False
    if tail[0].isupper() and not head.isupper():
        return False
    if not fills_cell(before, after, cell):
        return False
    if _HALF_YEAR.fullmatch(head) and re.match(r"\d\d\b", tail):
        return True
    first = re.split(r"\W", head)[-1].lower()
    second = re.split(r"\W", tail)[0].lower()
    if first + second in known:
        return True
    if first in known or second in known or second in _SHORT_WORDS:
        return False
    if first.isdigit() != second.isdigit():
        return False
    # With no word list to ask: only a word alone on its line is likely to have been too long.
    return len(before.words) == 1 and len(second) <= 4 and not first.isdigit()


def fills_cell(before: Line, after: Line, cell: Box) -> bool:
    """True where not even the first letter of `after` would have fitted at the end of `before`."""
    box, next_box = before.box, after.words[0].box
    if box is None or next_box is None:
        return False
    padding = max(0.0, min(box[0] - cell[0], 8.0))
    letter = (next_box[2] - next_box[0]) / max(1, len(after.words[0].text))
    return cell[2] - padding - box[2] < 1.25 * letter
