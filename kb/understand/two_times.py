"""A number at two times: "open now versus Q3 2021", "how many more in Q2 than now"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kb.query import Ask, GroupBy, Query
from kb.records import EventKind
from kb.understand.about_terms import filters_without
from kb.understand.sketch import Sketch

_TIME = r"(?:<quarter>|<latest>|now|today|currently|at present|at the moment|this time)"
_AGAINST = re.compile(
    r"\b(?:versus|vs|v|against|compare[ds]? (?:with|to|against)|compare|comparing|comparison|"
    r"relative to|side by side)\b"
)
_THAN = re.compile(
    rf"\b(?P<way>more|fewer|less|higher|lower|bigger|larger|smaller|greater)\b(?P<what>.*?)\bthan "
    rf"(?:(?:in|at|for|of|the|there|were|was|are|is|we|had|have|it|they|did|back|on|by) )"
    rf"{{0,5}}{_TIME}"
)
_MOVE = re.compile(
    r"\b(?:(?:go|gone|went|going|gone) (?P<way>up|down)|(?P<up>rise|risen|rose|increase[ds]?|"
    r"grow|grew|grown|climb(?:ed)?)|(?P<down>fall|fell|fallen|drop|dropped|decrease[ds]?|shrink|"
    r"shrunk|decline[ds]?|reduced?)|change[ds]?|differ(?:s|ed|ence)?|move[ds]?)\b"
)
_NUMBER = re.compile(r"\b(?:number|count|total|tally|how many|how much|numbers|counts)\b")
_BY_HOW_MUCH = re.compile(
    r"\b(?:how (?:many|much) (?:more|fewer|less)|by how (?:many|much)|difference)\b"
)
_EACH_TIME = re.compile(
    r"\bhow many\b(?!.*\b(?:either|total|altogether|together|between|from|since|both|over|"
    r"across)\b)"
    r".* <quarter> (?:and|&) (?:in |at |how many )*(?:<quarter>|<latest>|now)"
)
_YES_NO = re.compile(r"^(?:(?:and|so|but) )*(?:is|are|was|were|has|have|had|did|do|does)\b")
_OPEN_LIST = re.compile(r"\b(?:problems?|issues?|records?|pbis?|ones|open|closed|criticals?)\b")
_COMPARING = re.compile(
    r"change[ds]?|fewer|more|less|higher|lower|bigger|smaller|greater|larger|than|compare[ds]?|"
    r"difference|differ|versus|vs|against|drop(?:ped)?|move[ds]?|up|down"
)
_NOW = frozenset(["now", "currently", "today", "present"])
_FALLING = frozenset([EventKind.VANISHED, EventKind.STATUS_CHANGED])
_RISING = frozenset([EventKind.SEVERITY_RAISED, EventKind.SEVERITY_LOWERED])
"""Events that a number "drops", "moves" or "goes up" by: said of the number, not of a problem."""


@dataclass(frozen=True)
class TwoTimes:
    """Two quarters that a number is compared over.

    Attributes:
        first, second: as they were named; the earlier first where a number rises or falls.
        way: 1 where more is said, of the first "than" the second, or of the second after the
            first; -1 where less; 0 where nothing is said.
        than: the first is measured by the second. difference: how much they differ is asked for.
    """

    first: str
    second: str
    way: int = 0
    than: bool = False
    difference: bool = False


def read_two_times(sketch: Sketch, topic: Sequence[str] = ()) -> TwoTimes | None:
    """What is compared over which two quarters; None where no number at two times is asked for.

    Args:
        topic: words that nothing else has understood; others than those of comparing are a topic
            of their own, and such a question is no comparison of numbers.
    """
    if any(not _COMPARING.fullmatch(word.lower()) for word in topic):
        return None
    named = _named(sketch)
    if len(named) != 2:
        return None
    one, two = named
    line, _ = sketch.marked.line()
    number = bool(_NUMBER.search(line))
    happened = set(sketch.events) - (_FALLING | _RISING if number else _FALLING)
    if sketch.pbis or sketch.threshold or happened or sketch.statistic or sketch.superlative:
        return None
    difference = bool(_BY_HOW_MUCH.search(line))
    than = _THAN.search(line)
    if than is not None:
        way = 1 if than["way"] in ("more", "higher", "bigger", "larger", "greater") else -1
        return TwoTimes(one, two, way, True, difference)
    move = _MOVE.search(line)
    if move is not None and (number or (_YES_NO.match(line) and _counted(line, move))):
        both = re.search(r"\bup or down\b|\brise or fall\b|\b(?:increase|decrease)\w* or\b", line)
        up = move["up"] or move["way"] == "up"
        down = move["down"] or move["way"] == "down"
        way = 0 if both else 1 if up else -1 if down else 0
        return TwoTimes(min(named), max(named), way, False, difference)
    if _EACH_TIME.search(line):
        return TwoTimes(one, two)
    against = _AGAINST.search(line)
    if against is not None and (number or sketch.filters.get("open") is not None):
        return TwoTimes(one, two, 0, False, difference)
    return None


def _counted(line: str, move: re.Match[str]) -> bool:
    """ "Did open problems go up": problems in the plural that rise or fall, and no one of them."""
    moving = bool(move["way"] or move["up"] or move["down"])
    return moving and bool(_OPEN_LIST.search(line[: move.start()])) and "any" not in line.split()


def _named(sketch: Sketch) -> list[str]:
    """The quarters named, in order; "now" is the latest one where another is named beside it."""
    latest = sketch.clock.latest
    out: list[str] = []
    for token in sketch.marked.doc:
        thing = sketch.marked.things.get(token.i)
        value: str | None = None
        if thing is not None and thing.label == "QUARTER" and isinstance(thing.value, str):
            value = thing.value
        elif thing.label in ("LATEST", "TODAY") if thing else token.norm_ in _NOW:
            value = latest
        if value is not None and value not in out:
            out.append(value)
    if (
        len(out) == 1
        and latest
        and out[0] != latest
        and re.match(r"(?:(?:and|so|but) )*(?:are|is|have|has|do|does)\b", sketch.marked.line()[0])
    ):
        out.insert(0, latest)  # "are there more open problems than in Q3 2021?"
    return out


def two_times_query(sketch: Sketch, times: TwoTimes) -> Query:
    """The number of problems in each of the two quarters, in the order of time."""
    drop = {"vanished"}
    if not sketch.marked.of("PERIOD"):
        drop |= {"created_from", "created_to", "target_from", "target_to"}
    filters = filters_without(sketch, *drop)
    sketch.places = [row for row in sketch.places if row[1] not in drop]
    quarters = tuple(sorted((times.first, times.second)))
    group = tuple(dict.fromkeys((*sketch.group_by, GroupBy.QUARTER)))
    return Query(
        ask=Ask.GROUP,
        filters=filters.model_copy(update={"quarters": quarters, "ever": False}),
        group_by=group,
    )


__all__ = ["TwoTimes", "read_two_times", "two_times_query"]
