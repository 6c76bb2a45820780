"""Queries that list, group and measure the problems that the conditions leave."""

from __future__ import annotations

import re
from typing import Any

from kb.filters import Filters
from kb.query import Ask, GroupBy, Query
from kb.understand.about_terms import PROBLEM_WORDS, filters_of, filters_without, topical
from kb.understand.lexicon import Lexicon
from kb.understand.sketch import Sketch


def list_query(
    sketch: Sketch, scope: dict[str, Any], topic: list[str], fields: tuple[str, ...]
) -> Query:
    """A list of the problems that meet the conditions."""
    filters = topical(filters_of(sketch, **scope), topic)
    return Query(
        ask=Ask.LIST,
        filters=filters,
        fields=fields,
        order=sketch.order,
        descending=sketch.descending,
        limit=sketch.limit,
    )


def group_query(sketch: Sketch, scope: dict[str, Any], topic: list[str], lexicon: Lexicon) -> Query:
    """Counts by what the sketch groups by."""
    del lexicon
    filters = topical(filters_of(sketch, **scope), topic)
    if GroupBy.QUARTER in sketch.group_by and not scope:
        filters = filters.model_copy(update={"quarters": tuple(sorted(sketch.clock.quarters))})
    return Query(
        ask=Ask.GROUP,
        filters=filters,
        group_by=tuple(sketch.group_by),
        limit=sketch.group_limit,
        descending=not sketch.group_ascending,
    )


def statistic_filters(sketch: Sketch, measure: str, scope: dict[str, Any]) -> Filters:
    """The conditions under which a measure is worked out."""
    more: dict[str, Any] = dict(scope)
    if measure == "overdue":
        more["overdue"] = True
    if (
        measure in ("age", "time_to_target")
        and "open" not in sketch.filters
        and not ({"statuses"} & sketch.filters.keys())
    ):
        words = {sketch.marked.norm(i) for i in range(len(sketch.marked.doc))}
        if measure == "time_to_target" or words & {"been", "open", "outstanding"}:
            more["open"] = True
    return filters_of(sketch, **more)


_RIVALS = re.compile(
    r"^(?:and |so |but )?(?:who|which|whose)\b.*\b(?:more|fewer|less|most|fewest|least|larger|"
    r"smaller|bigger)\b.*<party>$|\b(?:does|do|has|have|is|did) <party> (?:\S+ )*?(?:more|fewer)\b"
    r".*\bthan <party>"
)


def _rivals(sketch: Sketch) -> bool:
    """ "Which has more open problems, DSP or DCO?"."""
    return bool(_RIVALS.search(sketch.marked.line()[0]))


def rivals_query(sketch: Sketch, parties: tuple[str, ...], scope: dict[str, Any]) -> Query:
    """The problems of parties that are set against each other, counted for each."""
    line = sketch.marked.line()[0]
    owning = sketch.group_by[:1] == [GroupBy.OWNER] or (
        not sketch.group_by and bool(re.search(r"\b(?:has|have|holds?|owns?|with|got)\b", line))
    )
    filters = filters_without(sketch, "suppliers", "owners").model_copy(
        update={**scope, "owners" if owning else "suppliers": parties}
    )
    top = _rivals(sketch)
    fewest = bool(re.search(r"\b(?:fewer|less|fewest|least|smaller)\b", line))
    return Query(
        ask=Ask.GROUP,
        filters=filters,
        group_by=(GroupBy.OWNER if owning else GroupBy.SUPPLIER,),
        limit=1 if top else None,
        descending=not fewest,
    )


def asks_existence(words: list[str]) -> bool:
    """Whether it is asked if there are any: "are there", "is any"."""
    return bool(set(words[:6]) & {"any", "there", "anything", "anyone", "some", "still"}) or bool(
        set(words) & PROBLEM_WORDS
    )


def compared_parties(sketch: Sketch, asks: set[str]) -> tuple[str, ...]:
    """The parties that are set against each other; empty where none are."""
    words = {sketch.marked.norm(i) for i in range(len(sketch.marked.doc))}
    if not ("compare" in asks or words & {"vs", "versus", "compare", "against"} or _rivals(sketch)):
        return ()
    parties = [*sketch.filters.get("suppliers", ()), *sketch.filters.get("owners", ())]
    if len(parties) < 2:
        return ()
    return tuple(dict.fromkeys(parties))
