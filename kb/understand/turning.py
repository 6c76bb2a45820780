"""Words that turn what a question means: comparing, denying, ordinals, "only", "ever", "since".

They are no content, so no search looks for them, and they are no conditions either: unless a
reading took them in, an answer that leaves them out answers another question.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from kb.query import Ask, GroupBy, Query
from kb.records import EventKind
from kb.understand.lost import held_names
from kb.understand.meaning import Meaning
from kb.understand.sketch import Sketch


@dataclass(frozen=True)
class Told:
    """What a turning word is held against: the query and what it holds."""

    meaning: Meaning
    query: Query
    held: frozenset[str]


Explains = Callable[[Told], bool]
_BOUNDS = frozenset(
    ["min_age", "max_age", "min_slips", "max_slips", "min_slip_days", "created_from", "created_to",
     "target_from", "target_to", "overdue", "severities", "also_in", "not_in", "missing", "stated"]
)  # fmt: skip
_DENYING = frozenset(
    ["not_suppliers", "not_owners", "not_severities", "not_statuses", "not_impact_classes",
     "missing", "stated", "vanished", "max_slips", "not_in", "overdue", "impact_classes",
     "has_workaround", "major_incident"]
)  # fmt: skip


_UNDONE = frozenset(
    [EventKind.VANISHED, EventKind.TARGET_REMOVED, EventKind.CLOSED, EventKind.APPEARED]
)
_BACK = frozenset([EventKind.REOPENED, EventKind.CAME_BACK])


def _compares(told: Told) -> bool:
    query = told.query
    return (
        bool(told.held & _BOUNDS)
        or told.meaning.against is not None
        or told.meaning.threshold is not None
        or bool(told.meaning.compare_parties)
        or query.ask in (Ask.SUPERLATIVE, Ask.COMPARE, Ask.HISTORY)
        or (query.ask is Ask.GROUP and bool(query.group_by))
        or (query.ask is Ask.CHANGES and bool(query.events))
        or (query.ask is Ask.FIELD and query.from_quarter is not None)
    )


def _sets_against(told: Told) -> bool:
    query = told.query
    return (
        query.ask in (Ask.COMPARE, Ask.SUPERLATIVE)
        or (query.ask is Ask.GROUP and bool(query.group_by))
        or (query.ask in (Ask.CHANGES, Ask.HISTORY) and not told.meaning.counting)
        or bool({EventKind.APPEARED, EventKind.VANISHED} & set(query.events))
        or (query.ask is Ask.FIELD and query.from_quarter is not None)
    )


def _denies(told: Told) -> bool:
    return (
        bool(told.held & _DENYING)
        or told.meaning.none
        or told.query.ask in (Ask.HISTORY, Ask.PASSAGE)
        or bool(_UNDONE & set(told.query.events))
    )


def _over_time(told: Told) -> bool:
    return (
        told.query.ask in (Ask.HISTORY, Ask.CHANGES)
        or bool(
            told.held
            & {
                "max_slips",
                "min_slips",
                "min_slip_days",
                "also_in",
                "not_in",
                "ever",
                "changed_from",
                "quarters",
                "vanished",
                "stated",
                "missing",
            }
        )
        or bool({"slips", "slip_days"} & set(told.query.fields))
    )


def _earlier(told: Told) -> bool:
    query = told.query
    return (
        query.ask in (Ask.HISTORY, Ask.CHANGES, Ask.SUPERLATIVE, Ask.REPORTS, Ask.STATISTIC)
        or bool(query.events)
        or query.order is not None
        or query.from_quarter is not None
    )


def _then(told: Told) -> bool:
    back = _BACK & set(told.query.events)
    aged = "age" in told.query.fields
    return told.query.ask is Ask.HISTORY or bool(back or aged or told.held & {"also_in", "not_in"})


def _begins(told: Told) -> bool:
    query = told.query
    named = {"created_from", "target_from", "changed_from", "also_in", "not_in"}
    return (
        query.from_quarter is not None
        or query.ask in (Ask.CHANGES, Ask.HISTORY)
        or GroupBy.QUARTER in query.group_by
        or bool(told.held & named)
    )


def _begins_or_slips(told: Told) -> bool:
    return _begins(told) or bool({"slips", "slip_days"} & set(told.query.fields))


def _placed(told: Told) -> bool:
    return told.meaning.nth > 1 and told.query.ask is Ask.SUPERLATIVE


def _never(_: Told) -> bool:
    return False


def _differs(told: Told) -> bool:
    return told.meaning.against is not None


def _moves_by(told: Told) -> bool:
    query = told.query
    if told.meaning.against is not None:
        return True
    moved = bool({"slip_days", "slips"} & set(query.fields)) or query.measure is not None
    return moved or query.ask is Ask.HISTORY or (query.ask is Ask.CHANGES and bool(query.events))


def _alone(told: Told) -> bool:
    bounded = bool(told.held & (_BOUNDS | {"not_in"})) or told.meaning.threshold is not None
    return bounded or told.query.limit is not None


def _ranks(told: Told) -> bool:
    query = told.query
    return (
        query.order is not None
        or query.statistic is not None
        or query.limit is not None
        or query.ask in (Ask.HISTORY, Ask.REPORTS, Ask.SHARE)
        or told.meaning.threshold is not None
    )


def _parts(told: Told) -> bool:
    grouped = bool(told.query.group_by) or told.query.ask in (Ask.HISTORY, Ask.COMPARE)
    return grouped or "also_in" in told.held


def _averages(told: Told) -> bool:
    return told.query.statistic is not None


def _shares(told: Told) -> bool:
    return told.query.ask in (Ask.SHARE, Ask.GROUP)


_MORE = (
    r"(?:more|less|fewer|older|newer|younger|earlier|later|sooner|longer|shorter|higher|lower|"
    r"worse|better|bigger|larger|smaller|further|greater)"
)
_MOST = (
    r"(?:most|least|fewest|smallest|largest|greatest|biggest|highest|lowest|shortest|longest|"
    r"oldest|newest|youngest|soonest|furthest|farthest|next|last)"
)
_RANKED = r"(?:due|targets?|deadline|to be|open|often|problems?|slipped|moved|changed|slip|slips)"
_FIELD = r"(?:targets?|owners?|severit\w+|status\w*|dates?|deadlines?|impacts?|due)"
_UNIT = r"(?:owner|supplier|party|severity|status|quarter|month|report|provider)"
_CLAUSE = r"(?:it|they|being|first|last|the|that|anyone|\w+ing|<party>|<pbi>|<title>)"
_TURNING: tuple[tuple[str, Explains], ...] = (
    (rf"\b{_MORE}(?: \S+){{0,5}}? than\b", _compares),
    (rf"\bhow (?:many|much) {_MORE}\b", _differs),
    (
        r"\b(?:versus|vs|v|compared (?:with|to|against)|as against|relative to|"
        r"in contrast to)\b",
        _sets_against,
    ),
    (r"\bby how (?:many|much)\b", _moves_by),
    (
        r"\b(?:not|never|neither|nor|without|except|excluding|apart from|other than|aside from|"
        r"bar|barring|nobody)\b(?<!or not)",
        _denies,
    ),
    (
        r"\b(?:ever|used to|formerly|previously|at (?:some|any) (?:point|time|stage)|"
        r"in the past|at one time|once(?! (?:a|per)\b))\b",
        _over_time,
    ),
    (
        r"\b(?:same|identical|equal)\b(?= (?:\S+ ){0,4}?(?:as|to) <pbi>)|"
        r"\b(?:share|shares|sharing|in common)\b(?= (?:\S+ ){0,5}?with <pbi>)",
        _never,
    ),
    (
        r"\b(?:original|originally|initial|initially|earliest|at first|first) (?:completion )?"
        rf"{_FIELD}\b",
        _earlier,
    ),
    (
        r"\b(?:second|third|fourth|fifth|2nd|3rd|4th|5th) (?:to last |from last |most |least )?"
        r"(?:\w+est|most|least|last|severe|recent|overdue|late)\b|\b(?:but one|runner up)\b",
        _placed,
    ),
    (
        r"\b(?:only|just|exactly|precisely|no more than) (?:a single|one|once|a|<number>)\b|"
        r"\bthe (?:only|sole) (?:party|supplier|owner|one|problem|company|organisation)\b|"
        r"\b(?:alone|solely|exclusively)\b|\bmore than (?:<number>|one) \w+\b",
        _alone,
    ),
    (rf"\b{_MOST}\b(?! known)(?= (?:\S+ ){{0,3}}?{_RANKED}\b)", _ranks),
    (rf"\b(?:per|by|for each|for every|each) (?:\w+ )?{_UNIT}\b", _parts),
    (r"\b(?:average|median|mean (?:age|number|time|slip|delay|length))\b", _averages),
    (r"\b(?:percentage|percent|proportion|fraction|share of|portion of|slice of)\b", _shares),
    (
        rf"(?<=\S )(?:when|while|after|before|until) {_CLAUSE}\b(?! (?:is|was|were) last)",
        _then,
    ),
    (r"\bsince (?:\S+ ){0,3}?<latest>", _begins),
    (r"\bsince (?:\S+ ){0,3}?<quarter>", _begins_or_slips),
    (r"\b(?:unless|assuming|suppose|supposing|what if|hypothetically)\b", _never),
)
_RULES = tuple((re.compile(pattern), explains) for pattern, explains in _TURNING)


def turned(sketch: Sketch, meaning: Meaning, query: Query) -> list[str]:
    """Turning words that nothing in the query accounts for, in order."""
    if query.ask is Ask.PASSAGE:
        return []
    line, places = sketch.marked.line()
    told = Told(meaning, query, held_names(query))
    found: dict[int, str] = {}
    for pattern, explains in _RULES:
        for match in pattern.finditer(line):
            taken = explains is _denies and places[match.start()] in sketch.used
            if not taken and not explains(told):
                span = sketch.marked.doc[places[match.start()] : places[match.end() - 1] + 1]
                found.setdefault(match.start(), span.text)
    return [found[place] for place in sorted(found)]


__all__ = ["turned"]
