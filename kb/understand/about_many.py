"""Questions on the problems that meet conditions: lists, counts, shares, groups, stories."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from ingest.quarters import quarter_of
from kb.filters import Filters
from kb.query import Ask, GroupBy, OrderBy, Query
from kb.records import EventKind
from kb.understand.about_changes import changes_query, slip_span
from kb.understand.about_figures import (
    asks_existence,
    compared_parties,
    group_query,
    list_query,
    rivals_query,
    statistic_filters,
)
from kb.understand.about_reports import asks_of_reports, report_field
from kb.understand.about_shares import all_of, share_query
from kb.understand.about_stories import passage_like, story_query
from kb.understand.about_terms import (
    ABOUT,
    PROBLEM_WORDS,
    SCOPE,
    claim_of,
    filters_of,
    filters_without,
    scoped,
    topic_of,
    topical,
)
from kb.understand.hints import (
    all_missing,
    asks_more,
    processes,
    slipping_narrows,
    the_one,
    together_named,
    told_of_then,
    weighed,
)
from kb.understand.lexicon import Lexicon
from kb.understand.meaning import FIELD_OF, GROUPS, Kind, Meaning
from kb.understand.sketch import Sketch
from kb.understand.told import counted_noun, measured
from kb.understand.turns_on import turns
from kb.understand.two_times import read_two_times, two_times_query

_WORKAROUND = re.compile(
    r"\bworkarounds? (?:\w+ )?(?:for|to|against|with|when|while|on|until)\b|"
    r"\b(?:work|get|way) (?:around|round) (?:the|this|that)\b",
    re.IGNORECASE,
)
_HOLDERS = frozenset(
    [
        "supplier",
        "suppliers",
        "party",
        "parties",
        "provider",
        "providers",
        "company",
        "companies",
        "who",
        "owner",
        "owners",
    ]
)
_TITLES = frozenset(
    [
        "title",
        "titles",
        "titled",
        "entitled",
        "heading",
        "headings",
        "name",
        "names",
        "words",
        "word",
    ]
)
_SUPPLIERS = frozenset(["suppliers", "parties", "providers", "companies", "organisations"])


def about_many(sketch: Sketch, lexicon: Lexicon, meaning: Meaning, words: list[str]) -> Meaning:
    """The query on problems that are told by conditions or by what happened to them."""
    marked = sketch.marked
    asks = {f.id.partition(".")[2] for f in marked.table("ask")}
    conditions = {k for k in sketch.filters if k not in SCOPE}
    scope = scoped(sketch)
    counting = marked.has("ask.count")
    topic = topic_of(sketch, lexicon)
    topic = processes(sketch, topic, words, conditions)
    if topic and (conditions or scope or sketch.latest or counting or asks_more(sketch)):
        meaning, topic = weighed(sketch, lexicon, meaning, topic)
    meaning = replace(
        meaning, parties_all=together_named(sketch), missing_all=all_missing(sketch, words)
    )
    of_report = report_field(sketch, conditions, words)
    if of_report is not None:
        query = Query(ask=Ask.REPORTS, filters=Filters(**scope), fields=(of_report,))
        return replace(meaning, query=query)
    if asks_of_reports(sketch, asks, conditions, topic, words):
        return replace(meaning, query=Query(ask=Ask.REPORTS, filters=Filters(**scope)))
    titled = [word for word in topic if word.lower() not in _TITLES]
    if meaning.in_title and titled:
        filters = topical(filters_of(sketch, **scope), titled)
        query = Query(ask=Ask.COUNT if counting else Ask.LIST, filters=filters)
        return replace(meaning, query=query, firm=frozenset(titled), yes_no=False)
    times = read_two_times(sketch, topic)
    if times is not None:
        return replace(meaning, query=two_times_query(sketch, times), against=times)
    noun = counted_noun(sketch) if topic else None
    if noun or measured(sketch, topic) or (topic and turns(marked.text)):
        return story_query(sketch, lexicon, replace(meaning, counted=noun), scope)
    shared = "share" in asks or (marked.has("ask.share") and not counting)
    plain = {"suppliers", "owners", "statuses"}
    if shared and topic and not set(words) & PROBLEM_WORDS and conditions <= plain:
        # "what share of the volume came from ...": a number that a narrative tells.
        return story_query(sketch, lexicon, meaning, scope)
    if shared:
        return replace(meaning, query=share_query(sketch, scope, topic))
    first_report = sketch.quarters == [min(sketch.clock.quarters, default="")]
    if sketch.events == [EventKind.CLOSED] and first_report and sketch.from_quarter is None:
        # Nothing came before the first report: what it lists as closed is what there is to say.
        filters = filters_of(sketch, open=False, **scope)
        return replace(
            meaning, query=Query(ask=Ask.COUNT if counting else Ask.LIST, filters=filters)
        )
    if slipping_narrows(sketch):
        sketch.events = []
        sketch.put("min_slips", 1, 0)
        conditions.add("min_slips")
    story = len(topic) > 2 and not sketch.quarters and not sketch.latest and not sketch.after_value
    if (sketch.events and not story) or (
        sketch.compared
        and "changes" in sketch.notes
        and "any_of" not in sketch.filters
        and not (topic and not sketch.quarters and not sketch.latest and told_of_then(words))
    ):
        return replace(meaning, query=changes_query(sketch, counting, topic))
    if sketch.closed_between is not None and not sketch.events:
        first, last = sketch.closed_between
        latest = sketch.clock.latest
        query = Query(
            ask=Ask.CHANGES,
            filters=filters_without(sketch, "open"),
            events=(EventKind.CLOSED,),
            from_quarter=sketch.clock.before(quarter_of(first)) if first else None,
            to_quarter=min(q for q in (quarter_of(last), latest) if q) if last else latest,
        )
        return replace(meaning, query=query)
    if len(set(sketch.quarters)) == 2 and "compare" in asks and not topic:
        return replace(meaning, query=changes_query(sketch, counting, topic))
    compare = compared_parties(sketch, asks)
    if compare:
        query = rivals_query(sketch, compare, scope)
        return replace(meaning, query=query, compare_parties=compare, yes_no=False)
    if sketch.none and not meaning.yes_no and not counting and set(words) & _HOLDERS:
        query = Query(ask=Ask.GROUP, filters=filters_of(sketch, **scope), group_by=(GroupBy.OWNER,))
        return replace(meaning, query=query)
    if meaning.yes_no and sketch.threshold is not None and conditions:
        if sketch.threshold.share:
            return replace(meaning, query=share_query(sketch, scope, topic))
        filters = topical(filters_of(sketch, **scope), topic)
        return replace(meaning, query=Query(ask=Ask.COUNT, filters=filters))
    if meaning.yes_no and all_of(words) and conditions:
        return replace(meaning, query=share_query(sketch, scope, topic, every=True), every=True)
    span = slip_span(sketch)
    if span is not None:
        return replace(meaning, query=span)
    if sketch.statistic is not None and not sketch.group_by:
        measure = sketch.measure or "age"
        filters = topical(statistic_filters(sketch, measure, scope), topic)
        return replace(
            meaning,
            query=Query(
                ask=Ask.STATISTIC, filters=filters, measure=measure, statistic=sketch.statistic
            ),
        )
    if sketch.statistic is not None:
        measure = sketch.measure or "age"
        filters = topical(statistic_filters(sketch, measure, scope), topic)
        return replace(
            meaning,
            query=Query(
                ask=Ask.STATISTIC,
                filters=filters,
                measure=measure,
                statistic=sketch.statistic,
                group_by=tuple(sketch.group_by),
            ),
        )
    if sketch.group_by:
        return replace(meaning, query=group_query(sketch, scope, topic, lexicon))
    if sketch.superlative and sketch.order is not None:
        extra: dict[str, Any] = {}
        if sketch.order is OrderBy.TARGET and "open" not in conditions:
            extra["open"] = True
        if sketch.order in (OrderBy.SLIPS, OrderBy.SLIP_DAYS) and "min_slips" not in conditions:
            extra["min_slips"] = 1
        if sketch.order is OrderBy.OVERDUE:
            extra["overdue"] = True
        filters = topical(filters_of(sketch, **scope, **extra), topic)
        query = Query(
            ask=Ask.SUPERLATIVE,
            filters=filters,
            order=sketch.order,
            descending=sketch.descending,
            limit=sketch.limit or 1,
            fields=tuple(sketch.fields),
        )
        return replace(meaning, query=query)
    due = conditions & {"target_from", "target_to", "created_from", "created_to"}
    if marked.has("ask.history") and not topic and not meaning.why and not due:
        every = tuple(sorted(set(sketch.quarters) or sketch.clock.quarters))
        if len(every) == 1:
            ends = sketch.clock.before(every[0]) or sketch.clock.latest or every[0]
            every = tuple(sorted({every[0], ends if not sketch.from_quarter else every[0]}))
        filters = filters_of(sketch, quarters=every)
        query = Query(ask=Ask.GROUP, filters=filters, group_by=(GroupBy.QUARTER,))
        return replace(meaning, query=query, yes_no=False)
    if counting and not passage_like(sketch, topic, words, conditions):
        return replace(
            meaning, query=Query(ask=Ask.COUNT, filters=topical(filters_of(sketch, **scope), topic))
        )
    impact = marked.has("ask.impact") and not conditions & {
        "impact_classes",
        "not_impact_classes",
        "missing",
    }
    if impact and not topic and not meaning.yes_no:
        return replace(meaning, query=Query(ask=Ask.IMPACT, filters=filters_of(sketch, **scope)))
    if asks_existence(words) and meaning.yes_no and conditions and not topic:
        return replace(meaning, query=Query(ask=Ask.COUNT, filters=filters_of(sketch, **scope)))
    if topic and _WORKAROUND.search(marked.text) and not counting:
        query = Query(
            ask=Ask.FIELD,
            filters=filters_without(sketch, "has_workaround").model_copy(
                update=scope or {"ever": True}
            ),
            fields=("workaround",),
            topic=" ".join(topic),
        )
        return replace(meaning, query=query, yes_no=False)
    if the_one(sketch, meaning, topic, words):
        claim = claim_of(sketch)
        named = tuple(
            dict.fromkeys(
                FIELD_OF[k] for k in (claim.conditions() if claim else ()) if k in FIELD_OF
            )
        )
        query = Query(
            ask=Ask.FIELD,
            filters=Filters(**(scope or {"ever": True})),
            within=claim,
            fields=named or ("status",),
            topic=" ".join(topic),
        )
        return replace(meaning, query=query)
    if meaning.why or meaning.duration or passage_like(sketch, topic, words, conditions):
        return story_query(sketch, lexicon, meaning, scope)
    fields = tuple(f for f in sketch.fields if f not in ("description", "title"))
    asked_of = fields and not set(fields) & {"update", "processes"} and len(topic) < 6
    if asked_of and topic and not set(words) & {"list", "problems", "issues", "records"}:
        filters = filters_of(sketch, **(scope or {"ever": True}))
        return replace(
            meaning,
            query=Query(ask=Ask.FIELD, filters=filters, fields=fields, topic=" ".join(topic)),
        )
    bare = not topic or {t.lower() for t in topic} <= _SUPPLIERS
    if bare and not conditions and len(words) <= 6 and set(words) & _SUPPLIERS:
        topic = []
        fields = ("involved",)
    if (
        len(fields) == 1
        and fields[0] in GROUPS
        and not topic
        and set(words) & {"there", "what", "which", "who"}
    ):
        query = Query(
            ask=Ask.GROUP,
            filters=filters_of(sketch, **scope),
            group_by=(GROUPS[fields[0]],),
            descending=True,
        )
        return replace(meaning, query=query)
    if fields and (conditions or scope or set(words) & PROBLEM_WORDS or sketch.latest):
        if len(fields) == 1 and fields[0] in GROUPS and not set(words) & {"list", "show"}:
            return replace(
                meaning,
                query=Query(
                    ask=Ask.GROUP,
                    filters=topical(filters_of(sketch, **scope), topic),
                    group_by=(GROUPS[fields[0]],),
                    descending=True,
                ),
            )
        return replace(meaning, query=list_query(sketch, scope, topic, fields))
    listing = bool(
        set(words) & (PROBLEM_WORDS | {"which", "list", "show", "anything", "everything"})
    )
    if (
        conditions
        or (listing and (not topic or set(words) & ABOUT))
        or ((scope or sketch.latest) and listing)
    ):
        return replace(meaning, query=list_query(sketch, scope, topic, fields))
    if topic:
        return story_query(sketch, lexicon, meaning, scope)
    if scope or sketch.latest:
        return replace(meaning, query=list_query(sketch, scope, topic, ()), sure=False)
    return replace(meaning, kind=Kind.UNCLEAR)
