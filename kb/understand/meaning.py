"""What one question comes to, once it is settled what is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from kb.query import GroupBy, Query
from kb.understand.thresholds import Threshold

if TYPE_CHECKING:
    from kb.understand.two_times import TwoTimes


class Kind(StrEnum):
    """What sort of thing was said."""

    QUERY = "query"
    SOCIAL = "social"
    REFUSED = "refused"
    OUTSIDE = "outside"
    UNKNOWN = "unknown"
    UNCLEAR = "unclear"
    RESET = "reset"


@dataclass(frozen=True)
class Meaning:
    """What one question comes to.

    Attributes:
        detail: for SOCIAL which kind ("thanks"); for UNKNOWN what ("party", "quarter", "pbi").
        unknown: the names that are not held.
        yes_no: it is answered by yes or no. Of a FIELD query the claim is its `within`.
        why: a reason is asked for. every: it is asked whether all do.
        duration: it is asked how long something lasted.
        offset: rows already shown ("show me the rest").
        follows: it builds on the question before.
        parties_all: parties that must all be involved.
        missing_all: fields that must all be left out.
        plural: more than one passage is wanted. counting: a number is asked for.
        counted: the thing whose number a narrative may tell ("masts").
        exact: both values must stand in the two reports named.
        nth: which place of a ranking is asked for ("the second oldest"), from 1.
        presence: it is asked whether a report lists a problem.
        in_title: words must stand in the title.
        against: two quarters that a number is compared over.
        claimed: the one of two problems that is said to come first ("is A older than B").
        threshold: a number that the yes or no hangs on ("are more than half ...").
        none: it is asked whether there are no such problems.
        since: it is asked since when something has been so.
        unexplained: content words of a question on named problems that nothing accounts for.
        doubts: what the query does not account for: meaning-bearing words, in a few words each.
        firm: words of the topic that narrow even where no report has them.
        corrections: misspelt words and what they were taken for.
    """

    text: str
    kind: Kind = Kind.QUERY
    query: Query | None = None
    detail: str = ""
    unknown: tuple[str, ...] = ()
    yes_no: bool = False
    why: bool = False
    every: bool = False
    duration: bool = False
    offset: int = 0
    follows: bool = False
    parties_all: tuple[str, ...] = ()
    missing_all: tuple[str, ...] = ()
    compare_parties: tuple[str, ...] = ()
    plural: bool = False
    counting: bool = False
    counted: str | None = None
    exact: bool = False
    nth: int = 1
    presence: bool = False
    in_title: bool = False
    against: TwoTimes | None = None
    claimed: str | None = None
    threshold: Threshold | None = None
    none: bool = False
    since: bool = False
    unexplained: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    sure: bool = True
    notes: tuple[str, ...] = ()
    firm: frozenset[str] = frozenset()
    corrections: dict[str, str] = field(default_factory=dict)


# Which field of a problem a condition speaks of.
FIELD_OF = {
    "open": "status",
    "statuses": "status",
    "not_statuses": "status",
    "severities": "severity",
    "not_severities": "severity",
    "owners": "owner",
    "owner_roles": "owner",
    "not_owners": "owner",
    "suppliers": "involved",
    "not_suppliers": "involved",
    "impact_classes": "user_impact",
    "not_impact_classes": "user_impact",
    "outage": "user_impact",
    "major_incident": "major_incident",
    "has_workaround": "workaround",
    "overdue": "overdue",
    "min_slips": "slips",
    "min_slip_days": "slip_days",
    "created_from": "created",
    "created_to": "created",
    "target_from": "target_completion",
    "target_to": "target_completion",
    "min_age": "age",
    "max_age": "age",
    "vanished": "status",
}


GROUPS = {
    "owner": GroupBy.OWNER,
    "involved": GroupBy.SUPPLIER,
    "severity": GroupBy.SEVERITY,
    "status": GroupBy.STATUS,
    "impact_class": GroupBy.IMPACT_CLASS,
    "major_incident": GroupBy.MAJOR_INCIDENT,
}
