"""Conditions on several reports at once: "in every report", "open in Q2 2021 and closed now"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from kb.filters import Filters
from kb.records import EventKind
from kb.understand.about_terms import PROBLEM_WORDS, SCOPE
from kb.understand.sketch import Sketch

_Q = r"(?:the |that of |in )*<quarter>(?: (?:report|one|paper))?"
_ANY = r"(?:the )?(?:<quarter>|<latest>)(?: (?:report|one|paper))?"
_PAPERS = r"(?:reports?|quarters?|papers?|editions?)"
_EVERY = re.compile(
    r"\b(?:in|on|across|throughout|by|of|over|among) (?:(all)|every(?: single)?|each)(?: one)?"
    rf"(?: of)?(?: the)?(?: (?:<number>|published|loaded|quarterly|problem|\w+teen))* {_PAPERS}\b|"
    rf"\bthroughout(?: (?:all|every) (?:the )?{_PAPERS})?$"
)
_BOTH = re.compile(
    rf"\b(?:in|on|by) (?:both|each of|the two of)(?: of)? {_ANY}(?: and| &) (?:in |also )*{_ANY}|"
    rf"\b(?:in|on) {_ANY} and (?:also|again|still) (?:\w+ )?(?:in |on )?{_ANY}|"
    rf"\b(?:in|on) {_ANY} as well as (?:in |on )?{_ANY}"
)
_BUT_NOT = re.compile(
    rf"\b(?:in|on) (?P<held>{_ANY}) ?,? (?:but|and|yet|though|although|while)? ?(?:were |was |are "
    rf"|is |they |it |have |has )*(?:not|never|is not)(?: been| any more)?(?: listed| mentioned| "
    rf"included| there)* (?:in |on |by |for )?(?P<not>{_ANY})"
)
_NOT_BUT = re.compile(
    rf"\bnot (?:in|on) (?P<not>{_ANY}) ?,? (?:but|and|yet) (?:were |was |are |is )*(?:in|on) "
    rf"(?P<held>{_ANY})"
)
_OF_NOT = re.compile(
    rf"\b(?:of|among) (?P<held>{_ANY}) (?:\w+ ){{0,3}}?(?:are|is|have|has|were|was)?(?: been)? ?"
    r"(?:no longer|not(?: any ?more)?|missing|absent|gone)(?: listed| mentioned| included| there| "
    rf"present| shown| reported)* (?:in|from|on) (?P<not>{_ANY})"
)
_ONLY = re.compile(
    rf"\bonly (?:ever )?(?:listed |mentioned |reported |included |appear(?:s|ed|ing)? |present )?"
    rf"(?:in|on) (?P<held>{_ANY})|\b(?:in|on) (?P<one>{_ANY}) only\b"
)
_NOW = r"(?:now|still|since|today|currently|nowadays|at present)"
_THEN_NOW = re.compile(
    rf"\b(?:in|at|as at|of|for) {_Q} ?,?(?: (?:and|but|that|which|who|they|it))*"
    rf"(?: (?:are|is|have|has|{_NOW}))+\b(?! (?:the|there|any))"
)
_PAST = re.compile(
    r"\b(?:that|which|who|what|anything|everything|whatever|those) (?:were|was|had|did)\b"
)
_NOW_THEN = re.compile(
    rf"\b{_NOW}\b.{{0,60}}\b(?:were|was|had(?: been)?|used to be)\b.{{1,60}}\b(?:in|at) {_Q}$|"
    rf"\b(?:are|is|has|have)\b.{{1,60}}\b(?:but|though|although|that|which|who) (?:were|was|had"
    rf"(?: been)?|used to be)\b.{{1,60}}\b(?:in|at) {_Q}$"
)
_NO_LONGER = re.compile(
    rf"\b(?:in|at) {_Q} ?,?(?: (?:and|but|that|which|it|they|is|are|does|do))* ?(?:no longer|not)\b"
    r"(?: \w+)*?(?: now| any ?more| today)?$"
)


@dataclass(frozen=True)
class Presence:
    """Which reports must list a problem, and which must not.

    Attributes:
        each: quarters that must all meet the conditions. absent: quarters that must not.
        turn: token at which "then" ends and "now" begins; then_first: which of them comes first.
    """

    each: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    turn: int | None = None
    then: str | None = None
    then_first: bool = True
    no_longer: bool = False


def read_presence(sketch: Sketch) -> Presence | None:
    """What is said of several reports, its words marked as understood; None for nothing."""
    line, places = sketch.marked.line()
    counting = sketch.marked.has("ask.count") or "share" in line or "average" in line
    every = _EVERY.search(line)
    if every and not sketch.pbis and _of_all(line, every, counting):
        _use(sketch, places, every)
        return Presence(each=tuple(sorted(sketch.clock.quarters)))
    told = every and re.search(r"\b(?:is|are|was|were|appear\w*) $", line[: every.start()])
    if every and every[1] and told and sketch.marked.has("ask.count") and not sketch.pbis:
        _use(sketch, places, every)
        return Presence(each=tuple(sorted(sketch.clock.quarters)))
    if every and every[1] and sketch.marked.has("ask.count") and not sketch.pbis:
        # "how many are there across all four reports?": each problem once, whatever lists it.
        _use(sketch, places, every)
        sketch.filters["ever"] = True
        return None
    if sketch.pbis:
        return None
    both = _BOTH.search(line)
    if both and (not counting or "both" in both[0]):
        named = _quarters(sketch, places, both.start(), both.end())
        if len(set(named)) == 2:
            _use(sketch, places, both)
            return Presence(each=tuple(sorted(set(named))))
    for pattern in (_BUT_NOT, _NOT_BUT, _OF_NOT):
        found = pattern.search(line)
        if found:
            held = _quarters(sketch, places, *found.span("held"))
            without = _quarters(sketch, places, *found.span("not"))
            if held and without and held != without:
                _use(sketch, places, found)
                return Presence(each=tuple(held), absent=tuple(without))
    only = _ONLY.search(line)
    if only:
        held = _quarters(sketch, places, only.start(), only.end())
        others = tuple(q for q in sorted(sketch.clock.quarters) if q not in held)
        if held and (only["held"] or _listing(line)):
            _use(sketch, places, only)
            return Presence(each=tuple(held), absent=others)
    return _then_and_now(sketch, line, places)


def _then_and_now(sketch: Sketch, line: str, places: list[int]) -> Presence | None:
    named = [(i, t) for i, t in sketch.marked.of("QUARTER") if isinstance(t.value, str)]
    latest = sketch.clock.latest
    if len(named) != 1 or sketch.marked.of("LATEST") or not latest:
        return None
    place, then = named[0][0], str(named[0][1].value)
    if then not in sketch.clock.quarters or then == latest:
        return None
    for pattern, first in ((_NO_LONGER, True), (_THEN_NOW, True), (_NOW_THEN, False)):
        found = pattern.search(line)
        if found is None:
            continue
        past = _PAST.search(line[: found.start()])
        if pattern is _THEN_NOW and not (past or re.search(rf"\b{_NOW}\b", found[0])):
            continue
        if pattern is _NO_LONGER:
            if not re.search(r"\b(?:no longer|any ?more|now)\b", found[0]):
                continue
            _use(sketch, places, found)
            return Presence(then=then, no_longer=True)
        sketch.use(place)
        turn = place
        if not first:
            said = re.search(r"\b(?:were|was|had|used to be)\b", line[found.start() :])
            assert said is not None
            turn = places[found.start() + said.start()]
        for token in sketch.marked.doc:
            if token.norm_ in ("now", "since", "today", "in"):
                sketch.use(token.i)
        return Presence(turn=turn, then=then, then_first=first)
    return None


def settle_presence(sketch: Sketch, presence: Presence | None) -> None:
    """Puts what was said of several reports into the conditions, once these are known."""
    if presence is None:
        return
    if presence.turn is not None:
        _settle_turn(sketch, presence)
        return
    given = {k: v for k, v in sketch.filters.items() if k not in SCOPE and v not in ((), None)}
    if presence.no_longer and presence.then:
        sketch.quarters = [presence.then]
        sketch.put("not_in", (Filters(**given),), 0)
        return
    sketch.events, sketch.compared = [], False
    if presence.each:
        *others, last = presence.each
        sketch.quarters = [last]
        if others:
            sketch.put("also_in", tuple(Filters(**given, quarters=(q,)) for q in others), 0)
    if presence.absent:
        sketch.put("not_in", tuple(Filters(**given, quarters=(q,)) for q in presence.absent), 0)


def _settle_turn(sketch: Sketch, presence: Presence) -> None:
    assert presence.turn is not None
    assert presence.then is not None
    nouns = [t.i for t in sketch.marked.doc if t.norm_ in PROBLEM_WORDS]
    head = min(nouns, default=0)
    then: dict[str, Any] = {}
    now: dict[str, Any] = {}
    for place, name, value in sketch.places:
        earlier = (place < presence.turn) == presence.then_first
        for target, wanted in ((then, earlier), (now, not earlier or place < head)):
            if wanted and name not in SCOPE:
                both = isinstance(value, tuple)
                target[name] = (*target.get(name, ()), *value) if both else value
    if not now or (not then and presence.then_first is False):
        sketch.quarters = [presence.then]
        return
    sooner = tuple(q for q in sorted(sketch.clock.quarters) if q < presence.then)
    if EventKind.APPEARED in sketch.events and sooner:
        # "new in Q4 2021 and closed since": no earlier report has them.
        sketch.put("not_in", tuple(Filters(quarters=(q,)) for q in sooner), presence.turn)
    kept = {k: v for k, v in sketch.filters.items() if k in (*SCOPE, "not_in")}
    sketch.filters = {**kept, **now}
    sketch.events = []
    if now.get("open") is False:
        # What has been closed since may have left the reports again: its last word counts.
        sketch.filters["ever"] = True
    sketch.put("also_in", (Filters(**then, quarters=(presence.then,)),), presence.turn)
    sketch.quarters = []


def _of_all(line: str, every: re.Match[str], counting: bool) -> bool:
    """Whether "in every report" asks for what all of them hold, rather than report by report."""
    told = re.search(
        r"\b(?:appear\w*|listed|been|feature\w*|mentioned|present|included|stay\w*)\b", line
    )
    if every[1]:
        return bool(told) or not counting or _listing(line)
    if "each" in every[0]:
        return bool(told) and not counting
    return bool(told) or not counting


def _listing(line: str) -> bool:
    return bool(re.match(r"(?:and )?(?:which|what|list|show|name|give|are there|is there)\b", line))


def _use(sketch: Sketch, places: list[int], found: re.Match[str]) -> None:
    sketch.use(*{places[i] for i in range(found.start(), found.end())})


def _quarters(sketch: Sketch, places: list[int], start: int, end: int) -> list[str]:
    tokens = sorted({places[i] for i in range(start, end)})
    out: list[str] = []
    for token in tokens:
        thing = sketch.marked.things.get(token)
        if thing is not None and thing.label == "QUARTER" and isinstance(thing.value, str):
            out.append(thing.value)
        elif thing is not None and thing.label == "LATEST" and sketch.clock.latest:
            out.append(sketch.clock.latest)
    return out


__all__ = ["Presence", "read_presence", "settle_presence"]
