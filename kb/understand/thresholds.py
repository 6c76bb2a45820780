""" "More than half of them", "at least five": a number that a question holds an answer against."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.understand.annotate import Marked
from kb.understand.sketch import Sketch

_HOW = {
    "more": r"more than|over|above|upwards of|greater than|in excess of",
    "least": r"at least|no fewer than|no less than|not less than|half or more of",
    "less": r"less than|fewer than|under|below|not even",
    "most": r"at most|no more than|not more than|up to",
    "same": r"exactly|precisely|just",
}
_PARTS = (
    (r"three quarters|<number> quarters|three fourths", 75.0),
    (r"two thirds|<number> thirds|two-thirds", 200 / 3),
    (r"a half|one half|half", 50.0),
    (r"a third|one third", 100 / 3),
    (r"a quarter|one quarter", 25.0),
    (r"a fifth|one fifth", 20.0),
    (r"a tenth|one tenth", 10.0),
)
_ALL_HOW = "|".join(words for words in _HOW.values())
_MOST = re.compile(
    r"\b(?:most|(?:the|a) majority|the bulk)(?: of)?\b(?! (?:recent|severe|overdue|of"
    r"ten|slipped|urgent|serious|critical|common|frequent|delayed|important))"
)
_PART = re.compile(
    rf"\b(?:({_ALL_HOW}) )?({'|'.join(words for words, _ in _PARTS)})(?: of)?\b"
    r"(?! (?:year|way|past))"
)
_COUNT = re.compile(
    rf"\b(?:({_ALL_HOW}) )?<number>"
    r"(?= (?:\S+ ){0,4}(?:problems?|issues?|records?|pbis?|ones?|faults?)\b)"
)


@dataclass(frozen=True)
class Threshold:
    """What an answer is held against.

    Attributes:
        how: "more", "least", "less", "most" (than, or as many as), or "same".
        number: of problems; with `share` per cent of them.
        words: as it was said: "more than half".
    """

    how: str
    number: float
    share: bool
    words: str

    def met(self, number: float) -> bool:
        """Whether a number, or a share in per cent, meets it."""
        slack = 0.05 if self.share else 0.0
        match self.how:
            case "more":
                return number > self.number + slack
            case "least":
                return number >= self.number - slack
            case "less":
                return number < self.number - slack
            case "most":
                return number <= self.number + slack
            case _:
                return abs(number - self.number) <= slack


def read_threshold(sketch: Sketch) -> Threshold | None:
    """The number that a yes or no hangs on, its words marked as understood; None for none."""
    marked = sketch.marked
    line, places = marked.line()
    if not re.match(r"(?:and |so |but )?(?:is|are|was|were|do|does|did|has|have|had|will)\b", line):
        return None
    part = _PART.search(line)
    if part:
        number = next(value for words, value in _PARTS if re.fullmatch(words, part[2]))
        _use(sketch, places, part)
        return Threshold(_how(part[1]), number, True, part[0].removesuffix(" of"))
    most = _MOST.search(line)
    if most:
        _use(sketch, places, most)
        return Threshold("more", 50.0, True, most[0].removesuffix(" of"))
    count = _COUNT.search(line)
    if count:
        place = places[count.end() - 1]
        value = marked.things[place].value
        if isinstance(value, int) and place not in sketch.used and _counts(marked, place):
            _use(sketch, places, count)
            said = " ".join(filter(None, (count[1], str(marked.doc[place].text))))
            return Threshold(_how(count[1]), value, False, said)
    return None


def _counts(marked: Marked, place: int) -> bool:
    """Whether the number counts problems: "are there five open problems", not "top five"."""
    return marked.norm(place - 1) not in ("top", "first", "last", "next", "the")


def _how(words: str | None) -> str:
    return next(
        (name for name, said in _HOW.items() if words and re.fullmatch(said, words)), "same"
    )


def _use(sketch: Sketch, places: list[int], found: re.Match[str]) -> None:
    sketch.use(*{places[i] for i in range(found.start(), found.end())})


__all__ = ["Threshold", "read_threshold"]
