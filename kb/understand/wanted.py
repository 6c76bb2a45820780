"""The kind of thing that a question asks for, against the kind that its query gives.

"Which supplier ...?" wants parties, "when ...?" a date, "how long ...?" a length: where the query
gives a list of problems instead, the question was misread.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from kb.query import Ask, GroupBy, OrderBy, Query
from kb.understand.sketch import Sketch

Gives = Callable[[Query], bool]
_PARTIES = frozenset([GroupBy.OWNER, GroupBy.SUPPLIER])
_TIMES = frozenset(
    [GroupBy.QUARTER, GroupBy.CREATED_QUARTER, GroupBy.CREATED_MONTH, GroupBy.TARGET_MONTH]
)
_DATES = frozenset(["created", "target_completion", "status_date", "update"])
_LENGTHS = frozenset(["age", "overdue", "slips", "slip_days", "time_to_target", "duration"])
_TOLD = frozenset([Ask.PASSAGE, Ask.HISTORY])


def _parties(query: Query) -> bool:
    return (
        bool(_PARTIES & set(query.group_by))
        or bool({"owner", "involved", "user_impact"} & set(query.fields))
        or query.ask in _TOLD | {Ask.COMPARE, Ask.IMPACT}
        or (query.ask is Ask.CHANGES and bool(query.events))
    )


def _holders(query: Query) -> bool:
    # A list names the owner of each problem.
    return _parties(query) or query.ask is Ask.LIST


def _times(query: Query) -> bool:
    return (
        bool(_TIMES & set(query.group_by))
        or bool(_DATES & set(query.fields))
        or query.ask in _TOLD | {Ask.REPORTS}
    )


def _when(query: Query) -> bool:
    return (
        _times(query)
        or query.ask is Ask.CHANGES
        or query.order in (OrderBy.TARGET, OrderBy.CREATED)
        # "when was it cancelled?": whether it was, and as what it stands if not
        or ("status" in query.fields and query.within is not None and bool(query.within.statuses))
        or bool(_LENGTHS & set(query.fields))
    )


def _length(query: Query) -> bool:
    return (
        query.ask in (Ask.PASSAGE, Ask.STATISTIC, Ask.HISTORY)
        or bool(_LENGTHS & set(query.fields))
        or query.order in (OrderBy.SLIP_DAYS, OrderBy.SLIPS, OrderBy.OVERDUE)
    )


def _several(query: Query) -> bool:
    # "which problems were raised after 122207?" hangs on that problem and does not ask of it.
    return not query.filters.pbis


def _reason(query: Query) -> bool:
    return query.ask in (Ask.PASSAGE, Ask.HISTORY)


_PARTY = r"(?:suppliers?|part(?:y|ies)|providers?|compan(?:y|ies)|organisations?|vendors?|owners?)"
_LEAD = r"^(?:(?:and|so|but|ok|okay|please|also|now|then|,) )*"
_RULES: tuple[tuple[re.Pattern[str], Gives, str], ...] = tuple(
    (re.compile(_LEAD + pattern), gives, said)
    for pattern, gives, said in (
        (rf"(?:which|what|how many)(?: \w+)?? {_PARTY}\b(?! (?:is|are) (?:open|closed))",
         _parties, "which suppliers"),
        (r"(?:which|what|how many)(?: \w+)?? (?:quarters?|months?|years?)\b(?! (?:problems?|issues?"
         r"|records?))", _times, "which period"),
        (r"when\b(?! (?:they|it|the|you|we|i|\w+ing)\b.*,)", _when, "when"),
        (r"how (?:long|late|overdue|far)\b", _length, "how long"),
        (r"how many (?:days|weeks|hours|minutes|years|months)\b", _length, "how long"),
        (r"why\b", _reason, "why"),
        (
            r"(?:(?:which|what|how many|list|show|any|find|are there|"
            r"open|closed)(?: \S+){0,3}? )?(?:problems|"
            r"issues|records|pbis)\b.*\b(?:after|before|than|as|like|besides|with|since) <pbi>",
            _several,
            "which problems",
        ),
        (r"who\b(?! (?:or what|is missing|lacks))", _holders, "who"),
    )
)  # fmt: skip


def wanted(sketch: Sketch, query: Query) -> list[str]:
    """What was asked for and is not given, in a word or two; at most one."""
    line, _ = sketch.marked.line()
    for pattern, gives, said in _RULES:
        if pattern.search(line):
            return [] if gives(query) else [said]
    return []


__all__ = ["wanted"]
