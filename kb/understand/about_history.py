"""Questions on a named problem that its whole history is asked of."""

from __future__ import annotations

import re

from kb.filters import Filters
from kb.query import Ask, OrderBy, Query
from kb.records import EventKind
from kb.understand.about_terms import AHEAD
from kb.understand.lexicon import word_set
from kb.understand.meaning import FIELD_OF, Meaning
from kb.understand.sketch import Sketch
from kb.understand.spans import TRACKED, changing, first_listed, last_listed, over_time


def compared(sketch: Sketch, words: list[str]) -> tuple[OrderBy, bool] | None:
    """ "which is older, A or B?": by what the problems named are ranked."""
    said = set(words)
    if sketch.superlative and sketch.order is not None:
        return sketch.order, sketch.descending
    if not said & {"which", "what", "who"}:
        return None
    if said & {"older", "longer"} or (said & {"raised", "created", "opened"} and "first" in said):
        return OrderBy.CREATED, False
    if said & {"newer", "younger"}:
        return OrderBy.CREATED, True
    if said & {"severe", "serious", "worse", "higher"} and "more" in said | {"more"}:
        return OrderBy.SEVERITY, False
    dated = said & {"target", "due", "deadline", "targeted", "completion", "finish", "fixed"}
    if said & {"sooner", "earlier", "first"} and dated:
        return OrderBy.TARGET, False
    if "later" in said and dated:
        return OrderBy.TARGET, True
    if said & {"slipped", "slips", "moved"} and said & {"more", "further", "often"}:
        return (OrderBy.SLIPS if said & {"often", "times"} else OrderBy.SLIP_DAYS), True
    return None


def over_history(
    sketch: Sketch, meaning: Meaning, fields: tuple[str, ...], claim: Filters | None
) -> Query | None:
    """What is asked of the whole history: "first report to list it", "ever changed", "so far"."""
    text = sketch.marked.text
    everywhere = Filters(pbis=sketch.pbis, ever=True)
    tracked = bool(fields) and set(fields) <= TRACKED
    origin = first_value(text)
    if origin and len(sketch.pbis) == 1:
        return Query(ask=Ask.HISTORY, filters=everywhere, fields=(origin,), limit=1)
    if first_listed(text) and not tracked:
        return Query(ask=Ask.HISTORY, filters=everywhere, events=(EventKind.APPEARED,))
    if last_listed(text) and not tracked:
        return Query(ask=Ask.HISTORY, filters=everywhere, descending=True, limit=1)
    if not fields and sketch.quarters and _LATER.search(text):
        fields = ("slip_days",)
    if fields and set(fields) <= {"slips", "slip_days"}:
        quarters = sorted(set(sketch.quarters))
        latest = sketch.clock.latest
        begun = sketch.from_quarter or _LATER.search(text)
        if len(quarters) == 1 and begun and latest and quarters[0] < latest:
            quarters.append(latest)
        whole = len(quarters) == 2 and quarters == [min(sketch.clock.quarters), latest]
        if len(quarters) == 2 and not whole:
            first, last = quarters
            return Query(
                ask=Ask.FIELD,
                filters=everywhere,
                fields=fields,
                from_quarter=first,
                to_quarter=last,
            )
        return Query(ask=Ask.FIELD, filters=everywhere, fields=fields) if whole else None
    if len(sketch.pbis) > 1:
        return None
    if since_asked(text):
        held = tuple(FIELD_OF[k] for k in (claim.conditions() if claim else ()) if k in FIELD_OF)
        named = tuple(dict.fromkeys((*held, *(f for f in fields if f in (*TRACKED, "overdue")))))
        return Query(
            ask=Ask.HISTORY, filters=everywhere, within=claim, fields=named[:1] or ("status",)
        )
    if "when" in text.lower().split()[:2] and _SLIPPED.search(text):
        return Query(ask=Ask.HISTORY, filters=everywhere, events=(EventKind.SLIPPED,))
    if claim is not None and claim.min_slips:
        return None
    if over_time(text) and meaning.yes_no and claim is not None:
        implied = tuple(FIELD_OF[k] for k in claim.conditions() if k in FIELD_OF)
        return Query(ask=Ask.HISTORY, filters=everywhere, within=claim, fields=implied)
    changed = meaning.yes_no and changing(text) and not sketch.quarters
    if tracked and claim is None and (changed or over_time(text)):
        return Query(ask=Ask.HISTORY, filters=everywhere, fields=fields)
    return None


_BEGUN = r"(?:originally|initially|at first|to begin with|to start with)"
_FIRST = re.compile(
    r"\b(?:(?:very )?first|original|initial|earliest)(?:ly)? (?:stated |given |planned |set |due |"
    r"agreed |completion |fix )*(target|date|deadline|owner|holder|severity|priority|status|"
    r"impact)\b(?! (?:slip|move|change|shift|missed))|"
    rf"\b{_BEGUN} (due|planned|targeted|expected|owned|held|with|rated|classed)\b|"
    r"\b(target|deadline|owner|severity|status|impact|due|owned|with) (?:\w+ ){0,3}?"
    rf"(?:{_BEGUN}|when (?:it (?:was )?)?first (?:reported|listed|raised|mentioned|appeared))",
    re.IGNORECASE,
)
_ORIGIN = {
    "owner": "owner",
    "holder": "owner",
    "severity": "severity",
    "priority": "severity",
    "status": "status",
    "impact": "user_impact",
    "target": "target_completion",
    "due": "target_completion",
    "planned": "target_completion",
    "targeted": "target_completion",
    "expected": "target_completion",
    "owned": "owner",
    "held": "owner",
    "with": "owner",
    "rated": "severity",
    "classed": "severity",
    "deadline": "target_completion",
    "date": "target_completion",
}


def first_value(text: str) -> str | None:
    """ "the original target of 122207": the field whose first value is asked for, else None."""
    found = _FIRST.search(text)
    if found is None or not _ASKED.match(text):
        return None
    return _ORIGIN[next(word for word in found.groups() if word).lower()]


_ASKED = re.compile(r"(?:and |so |but )?(?:what|who|which|when|the|first|original|initial)\b", re.I)


_LATER = re.compile(
    r"\bhow (?:many (?:days|weeks|months)|much|far) (?:later|earlier|sooner|further|past|back|"
    r"out)\b|"
    r"\b(?:later|earlier|sooner) (?:is|are|was)\b.*\b(?:now|than|compared)\b",
    re.IGNORECASE,
)
_SINCE = re.compile(
    r"^(?:and |so |but )?(?:since when|from when|as of when|(?:for )?how long (?:has|have|had)\b.*"
    r"\b(?:with|held|owned|critical|high|medium|low|overdue|late|past|closed|pending))\b",
    re.IGNORECASE,
)
_SLIPPED = re.compile(
    r"\b(?:did|was|has|have|had|were)\b.*\b(?:target|date|deadline|completion)\b.*\b(?:slip\w*|move"
    r"d?|change\w*|pushed|put back|postponed|delayed|shift\w*)\b|\bdid (?:it|\S+) (?:last )?slip\b",
    re.IGNORECASE,
)


def since_asked(text: str) -> bool:
    """ "since when has it been Critical": when something that holds began to hold."""
    return bool(_SINCE.search(text))


def which_reports(text: str) -> bool:
    """Whether it is asked in which reports something stands."""
    return bool(
        re.search(
            r"\b(?:which|what|how many|in what|in which) (?:quarterly |problem )*(?:reports?|"
            r"quarters?|papers?)\b.*\b(?:mention|list|hold|carry|contain|include|appear|show|"
            r"in|first|cover)",
            text,
        )
    )


_BEFORE = word_set("decide_before")


_CHANGED = {
    "owner": (EventKind.OWNER_CHANGED,),
    "target_completion": (EventKind.SLIPPED, EventKind.BROUGHT_FORWARD, EventKind.TARGET_GIVEN),
    "severity": (EventKind.SEVERITY_RAISED, EventKind.SEVERITY_LOWERED),
    "status": (EventKind.STATUS_CHANGED, EventKind.CLOSED, EventKind.REOPENED),
    "user_impact": (EventKind.IMPACT_CHANGED, EventKind.IMPACT_REWORDED),
}


def earlier_values(fields: tuple[str, ...], words: list[str]) -> tuple[EventKind, ...]:
    """ "who had it before?": the changes of that field."""
    if len(fields) == 1 and fields[0] in _CHANGED and set(words) & _BEFORE:
        return _CHANGED[fields[0]]
    return ()


def moment_asked(claim: Filters | None, words: list[str]) -> tuple[EventKind, ...]:
    """ "when was it closed?": the event, rather than the state."""
    if claim is None or "when" not in words or set(words) & AHEAD:
        return ()
    given = claim.conditions()
    if given == {"open": False}:
        return (EventKind.CLOSED,)
    if given.keys() == {"min_slips"}:
        return (EventKind.SLIPPED,)
    if given == {"vanished": True}:
        return (EventKind.VANISHED,)
    return ()


def first_reported(words: list[str]) -> bool:
    """Whether it is asked when something was first, or last, reported."""
    for place, word in enumerate(words):
        if word in ("first", "last") and set(words[place + 1 : place + 2]) & {
            "reported",
            "mentioned",
            "appear",
            "appeared",
            "listed",
            "seen",
            "noted",
            "show",
            "come",
            "reporting",
        }:
            return True
    return False
