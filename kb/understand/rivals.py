"""Two named problems set against each other: "is A older than B?", "was A or B raised first?"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.query import OrderBy
from kb.understand.sketch import Sketch

_VERB = r"(?:is|was|were|are|did|does|do|has|had|have|will|would)"
_ONE = re.compile(rf"^(?:(?:and|so|but) )*{_VERB} <pbi> (?P<how>.+?) (?:than|to|as|or) <pbi>")
_MOMENT = re.compile(rf"^(?:(?:and|so|but) )*{_VERB} <pbi> (?P<how>.+? (?:before|after)) <pbi>")
_EITHER = re.compile(rf"^(?:(?:and|so|but) )*{_VERB} <pbi>(?: (?:or|and) <pbi>)? (?P<how>.+)$")
_WHICH_OF = re.compile(
    r"^(?:(?:and|so|but) )*which(?: one)?(?: of)?(?: <pbi>)?(?: (?:and|or) <pbi>)? "
    r"(?P<how>[^<]+?)(?: ?,? <pbi>)?$"
)
_WHICH = frozenset(["first", "earlier", "sooner", "later", "last", "older", "newer", "longer"])

_RAISED = r"\b(?:raised|created|opened|logged|reported|recorded)\b"
_DUE = r"\b(?:due|target\w*|deadline|expected|planned|finish\w*|fixed|completed?|done)\b"
_SOONER = r"\b(?:before|first|earlier|sooner)\b"
_LATER = r"\b(?:after|later|last)\b"
_WAYS: tuple[tuple[str, str, OrderBy, bool], ...] = (
    (r"\bolder\b|\blonger\b", "", OrderBy.CREATED, False),
    (r"\b(?:newer|younger|more recent)\b", "", OrderBy.CREATED, True),
    (r"\bmore (?:severe|serious|critical|urgent)\b|\bworse\b|\bhigher\b", "",
     OrderBy.SEVERITY, False),
    (r"\bless (?:severe|serious|critical|urgent)\b|\blower\b", "", OrderBy.SEVERITY, True),
    (r"\b(?:slip\w*|moved|delayed|put back)\b", r"\b(?:more often|more times|oftener)\b",
     OrderBy.SLIPS, True),
    (r"\b(?:slip\w*|moved|delayed|put back)\b", r"\b(?:more|further|longer)\b",
     OrderBy.SLIP_DAYS, True),
    (r"\b(?:slip\w*|moved|delayed|put back)\b", r"\bless\b", OrderBy.SLIP_DAYS, False),
    (_DUE, _SOONER, OrderBy.TARGET, False),
    (_DUE, _LATER, OrderBy.TARGET, True),
    (_RAISED, _SOONER, OrderBy.CREATED, False),
    (_RAISED, _LATER, OrderBy.CREATED, True),
)  # fmt: skip


@dataclass(frozen=True)
class Rivals:
    """What two problems are ranked by; `claimed`: the one that is said to come first, if any."""

    order: OrderBy
    descending: bool
    claimed: str | None


def read_rivals(sketch: Sketch) -> Rivals | None:
    """How two problems that are named are set against each other; None where they are not."""
    if len(sketch.pbis) != 2:
        return None
    line, _ = sketch.marked.line()
    single = _ONE.search(line) or _MOMENT.search(line)
    if single is not None:
        way = _way(single["how"])
        return Rivals(*way, sketch.pbis[0]) if way is not None else None
    either = _EITHER.search(line) or _WHICH_OF.search(line)
    if either is not None and set(either["how"].split()) & _WHICH:
        way = _way(either["how"])
        return Rivals(*way, None) if way is not None else None
    return None


def _way(words: str) -> tuple[OrderBy, bool] | None:
    for first, second, order, descending in _WAYS:
        if re.search(first, words) and re.search(second, words):
            return order, descending
    return None


__all__ = ["Rivals", "read_rivals"]
