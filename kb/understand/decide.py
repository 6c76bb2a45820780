"""From the parts of a question to one exact query."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from ingest.quarters import quarter_of
from ingest.records import ImpactClass, Severity
from kb.filters import Filters
from kb.query import Ask, GroupBy, OrderBy, Query
from kb.records import EventKind
from kb.understand.content import content, firm_words
from kb.understand.lexicon import Lexicon, word_set
from kb.understand.sketch import Sketch
from kb.understand.spans import TRACKED, changing, first_listed, last_listed, over_time
from kb.understand.told import counted_noun, measured, particular


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
_SCOPE = ("quarters", "reports", "ever", "as_at", "pbis")
_SOFT = (
    "outage",
    "impact_classes",
    "not_impact_classes",
    "findings",
    "has_workaround",
    "vanished",
    "overdue",
    "missing",
    "stated",
    "min_slips",
    "min_slip_days",
    "min_age",
    "max_age",
    "major_incident",
)
_PROBLEM_WORDS = word_set("decide_problem_words")
_PLURALS = word_set("decide_plurals")
_ABOUT = word_set("decide_about")
_LISTED = word_set("decide_listed")
_SUPPLIERS = frozenset(["suppliers", "parties", "providers", "companies", "organisations"])
_SAYS = word_set("decide_says")
_CAUSAL = word_set("decide_causal")
GROUPS = {
    "owner": GroupBy.OWNER,
    "involved": GroupBy.SUPPLIER,
    "severity": GroupBy.SEVERITY,
    "status": GroupBy.STATUS,
    "impact_class": GroupBy.IMPACT_CLASS,
    "major_incident": GroupBy.MAJOR_INCIDENT,
}


def topic_of(sketch: Sketch, lexicon: Lexicon, *, keep: frozenset[int] = frozenset()) -> list[str]:
    """Content words that no rule has understood, in order, as they were written."""
    out = []
    for token in sketch.marked.doc:
        if token.is_punct or token.is_space or (token.i in sketch.used and token.i not in keep):
            continue
        if (
            token.norm_ in lexicon.glue
            or token.norm_ in _ABOUT
            or (len(token.text) < 2 and not token.text.isdigit())
        ):
            continue
        out.append(token.text)
    return out


def decide(sketch: Sketch, lexicon: Lexicon) -> Meaning:
    """The query that a sketch amounts to."""
    marked = sketch.marked
    words = [marked.norm(i) for i in range(len(marked.doc))]
    meaning = Meaning(
        marked.text,
        yes_no=_yes_no(words),
        why=any(f.id == "ask.why" for f in marked.table("ask")) or marked.has("ask.why"),
        duration=marked.has("field.duration"),
        plural=bool(set(words) & _PLURALS),
        counting=marked.has("ask.count"),
        exact=len(set(sketch.quarters)) == 2
        and bool("than" in words or sketch.before_value or sketch.after_value),
        corrections=marked.corrections,
    )
    if sketch.pbis:
        return _about_problems(sketch, lexicon, meaning, words)
    return _about_many(sketch, lexicon, meaning, words)


def _yes_no(words: list[str]) -> bool:
    opening = [
        w for w in words[:3] if w not in ("and", "so", "but", "ok", "please", ",", "also", "then")
    ]
    starters = {
        "is",
        "are",
        "was",
        "were",
        "has",
        "have",
        "had",
        "does",
        "do",
        "did",
        "will",
        "would",
        "can",
        "could",
    }
    if bool(opening) and opening[0] in starters and opening[1:2] not in (["you"], ["we"]):
        return True
    # "where are we with it - is it closed yet?"
    subjects = {"it", "this", "that", "they", "there", "any", "<pbi>", "<title>"}
    return any(
        mark in ("-", ",", ":", ";") and verb in starters and subject in subjects
        for mark, verb, subject in zip(words, words[1:], words[2:], strict=False)
    )


def _filters(sketch: Sketch, **more: Any) -> Filters:
    values = {name: value for name, value in sketch.filters.items() if value not in ((), None)}
    return Filters(**{**values, **more})


def _scoped(sketch: Sketch) -> dict[str, Any]:
    if sketch.quarters:
        return {"quarters": tuple(dict.fromkeys(sketch.quarters))}
    return {}


def _claim(sketch: Sketch) -> Filters | None:
    values = {k: v for k, v in sketch.filters.items() if k not in _SCOPE and v not in ((), None)}
    return Filters(**values) if values else None


def _about_problems(
    sketch: Sketch, lexicon: Lexicon, meaning: Meaning, words: list[str]
) -> Meaning:
    marked = sketch.marked
    scope = _scoped(sketch) or {"ever": True}
    if sketch.latest and meaning.yes_no and sketch.clock.latest and set(words) & _LISTED:
        scope = {"quarters": (sketch.clock.latest,)}
        sketch.fields = sketch.fields or ["status"]
    filters = Filters(pbis=sketch.pbis, **scope)
    claim = _claim(sketch)
    asks = {f.id.partition(".")[2] for f in marked.table("ask")}
    fields = tuple(sketch.fields)
    topic = topic_of(sketch, lexicon)
    spanning = _spanning(sketch, meaning, fields, claim)
    if spanning is not None:
        return replace(meaning, query=spanning)
    if len(sketch.quarters) > 1 and not fields:
        filters = Filters(pbis=sketch.pbis, ever=True)
        query = Query(
            ask=Ask.HISTORY,
            filters=filters,
            from_quarter=min(sketch.quarters),
            to_quarter=max(sketch.quarters),
            events=tuple(sketch.events),
        )
        return replace(meaning, query=query)
    if particular(marked.text) and not meaning.yes_no:
        query = Query(ask=Ask.PASSAGE, filters=filters, topic=" ".join(topic) or marked.text)
        return replace(meaning, query=query)
    if meaning.why and not (set(fields) - {"user_impact"}):
        claim = _supposed(sketch, claim, words)
        query = Query(ask=Ask.PASSAGE, filters=filters, within=claim, topic=_reason_topic(topic))
        return replace(meaning, query=query)
    everywhere = Filters(pbis=sketch.pbis, ever=True)
    if _which_reports(marked.text.lower()):
        return replace(meaning, query=Query(ask=Ask.HISTORY, filters=everywhere), yes_no=False)
    if "when" in words and "did" in words and set(words) & _CLOSING and claim is None:
        claim = Filters(open=False)
    told = _earlier(fields, words) or _moment(claim, words)
    if told:
        return replace(meaning, query=Query(ask=Ask.HISTORY, filters=everywhere, events=told))
    if "history" in asks or (sketch.events and not meaning.yes_no and not fields):
        query = Query(
            ask=Ask.HISTORY,
            filters=Filters(pbis=sketch.pbis, ever=True),
            events=tuple(sketch.events),
        )
        return replace(meaning, query=query)
    if _first_reported(words):
        query = Query(
            ask=Ask.HISTORY,
            filters=Filters(pbis=sketch.pbis, ever=True),
            events=(EventKind.APPEARED,),
        )
        return replace(meaning, query=query)
    if meaning.yes_no and sketch.events:
        claim = _event_claim(sketch, claim)
        if claim is None:
            query = Query(
                ask=Ask.HISTORY,
                filters=Filters(pbis=sketch.pbis, ever=True),
                events=tuple(sketch.events),
            )
            return replace(meaning, query=query)
    if claim is not None and (meaning.yes_no or not fields):
        implied = tuple(dict.fromkeys(FIELD_OF[k] for k in claim.conditions() if k in FIELD_OF))
        missing = tuple(claim.missing) + tuple(claim.stated)
        fields = tuple(dict.fromkeys((*fields, *implied, *missing)))
        if not meaning.yes_no and claim.conditions().keys() <= {
            "has_workaround",
            "major_incident",
            "outage",
        }:
            claim = None
    if meaning.duration and not {"age"} & set(fields):
        query = Query(ask=Ask.PASSAGE, filters=filters, topic=" ".join(["how long", *topic]))
        return replace(meaning, query=query)
    ranked = _compared(sketch, words)
    if len(sketch.pbis) > 1 and ranked is not None and not meaning.yes_no:
        order, descending = ranked
        chosen = Filters(pbis=sketch.pbis, **scope)
        query = Query(
            ask=Ask.SUPERLATIVE, filters=chosen, order=order, descending=descending, limit=1
        )
        return replace(meaning, query=query)
    if len(sketch.pbis) > 1 and claim is not None and not meaning.yes_no and "which" in words:
        chosen = claim.model_copy(update={"pbis": sketch.pbis, **scope})
        return replace(meaning, query=Query(ask=Ask.LIST, filters=chosen))
    if len(sketch.pbis) > 1 and not sketch.by_title and not meaning.yes_no:
        # What tells them apart from others ("the two open CSP North ones") is not what is asked.
        asked = tuple(sketch.fields)
        query = Query(ask=Ask.COMPARE, filters=filters, fields=asked, within=claim)
        return replace(meaning, query=query)
    ahead = "when" in words and set(words) & _AHEAD
    if ahead and claim is not None and claim.open is False:
        fields = ("target_completion",)
    if "target_completion" in fields and claim is not None and claim.open is False:
        claim = None  # "when will it be closed?" claims nothing
    if fields:
        query = Query(ask=Ask.FIELD, filters=filters, fields=fields, within=claim)
        return replace(meaning, query=query)
    if topic and "describe" not in asks:
        query = Query(ask=Ask.PASSAGE, filters=filters, topic=" ".join(topic))
        return replace(meaning, query=query)
    if topic and len(topic) > 1:
        query = Query(ask=Ask.PASSAGE, filters=filters, topic=" ".join(topic))
        return replace(meaning, query=query)
    return replace(meaning, query=Query(ask=Ask.PROBLEM, filters=filters), why=False)


def _compared(sketch: Sketch, words: list[str]) -> tuple[OrderBy, bool] | None:
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


def _spanning(
    sketch: Sketch, meaning: Meaning, fields: tuple[str, ...], claim: Filters | None
) -> Query | None:
    """What is asked of the whole history: "first report to list it", "ever changed", "so far"."""
    text = sketch.marked.text
    everywhere = Filters(pbis=sketch.pbis, ever=True)
    tracked = bool(fields) and set(fields) <= TRACKED
    if first_listed(text) and not tracked:
        return Query(ask=Ask.HISTORY, filters=everywhere, events=(EventKind.APPEARED,))
    if last_listed(text) and not tracked:
        return Query(ask=Ask.HISTORY, filters=everywhere, descending=True, limit=1)
    if fields and set(fields) <= {"slips", "slip_days"}:
        quarters = sorted(set(sketch.quarters))
        latest = sketch.clock.latest
        if len(quarters) == 1 and sketch.from_quarter and latest and quarters[0] < latest:
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
    if len(sketch.pbis) > 1 or (claim is not None and claim.min_slips):
        return None
    if over_time(text) and meaning.yes_no and claim is not None:
        implied = tuple(FIELD_OF[k] for k in claim.conditions() if k in FIELD_OF)
        return Query(ask=Ask.HISTORY, filters=everywhere, within=claim, fields=implied)
    changed = meaning.yes_no and changing(text) and not sketch.quarters
    if tracked and claim is None and (changed or over_time(text)):
        return Query(ask=Ask.HISTORY, filters=everywhere, fields=fields)
    return None


_CLOSING = frozenset({"close", "closed", "closing", "closure", "resolved", "resolve"})


def _supposed(sketch: Sketch, claim: Filters | None, words: list[str]) -> Filters | None:
    """What "why" takes for granted: "the reason for closing it", "downgraded to Low"."""
    given = claim.model_dump(exclude_defaults=True) if claim else {}
    if set(words) & (_CLOSING - {"resolve", "resolved"}) and "open" not in given:
        given["open"] = False
    cancelled = re.search(
        r"\bcancel(?:led|ling|s)? (?:the )?(?:pbi ?)?(?:\d{6}|PBI\d+|it)\b|"
        r"(?:\d{6}|PBI\d+|\bit) (?:got |been )?cancelled\b",
        sketch.marked.text,
        re.IGNORECASE,
    )
    if cancelled and not {"statuses", "open"} & given.keys():
        given["statuses"] = ("Cancelled",)
    reached = sketch.after_value
    if reached and "severities" not in given and reached in set(Severity):
        given["severities"] = (Severity(reached),)
    return Filters(**given) if given else None


def _reason_topic(topic: list[str]) -> str:
    return " ".join(["cause", "because", "reason", *topic])


def _which_reports(text: str) -> bool:
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


def _earlier(fields: tuple[str, ...], words: list[str]) -> tuple[EventKind, ...]:
    """ "who had it before?": the changes of that field."""
    if len(fields) == 1 and fields[0] in _CHANGED and set(words) & _BEFORE:
        return _CHANGED[fields[0]]
    return ()


_AHEAD = word_set("decide_ahead")


def _moment(claim: Filters | None, words: list[str]) -> tuple[EventKind, ...]:
    """ "when was it closed?": the event, rather than the state."""
    if claim is None or "when" not in words or set(words) & _AHEAD:
        return ()
    given = claim.conditions()
    if given == {"open": False}:
        return (EventKind.CLOSED,)
    if given.keys() == {"min_slips"}:
        return (EventKind.SLIPPED,)
    if given == {"vanished": True}:
        return (EventKind.VANISHED,)
    return ()


def _first_reported(words: list[str]) -> bool:
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


def _event_claim(sketch: Sketch, claim: Filters | None) -> Filters | None:
    base = claim.model_dump(exclude_defaults=True) if claim else {}
    if EventKind.SLIPPED in sketch.events:
        return Filters(**{**base, "min_slips": 1})
    if sketch.events == [EventKind.CLOSED]:
        return Filters(**{**base, "open": False})
    if sketch.events == [EventKind.VANISHED]:
        return Filters(**{**base, "vanished": True})
    return None


def _about_many(sketch: Sketch, lexicon: Lexicon, meaning: Meaning, words: list[str]) -> Meaning:
    marked = sketch.marked
    asks = {f.id.partition(".")[2] for f in marked.table("ask")}
    conditions = {k for k in sketch.filters if k not in _SCOPE}
    scope = _scoped(sketch)
    counting = marked.has("ask.count")
    topic = topic_of(sketch, lexicon)
    topic = _processes(sketch, topic, words, conditions)
    if topic and (conditions or scope or sketch.latest or counting or _wanted(sketch)):
        meaning, topic = _weighed(sketch, lexicon, meaning, topic)
    meaning = replace(meaning, parties_all=_every(sketch), missing_all=_all_missing(sketch, words))
    of_report = _of_report(sketch, conditions, words)
    if of_report is not None:
        query = Query(ask=Ask.REPORTS, filters=Filters(**scope), fields=(of_report,))
        return replace(meaning, query=query)
    if _about_reports(sketch, asks, conditions, topic, words):
        return replace(meaning, query=Query(ask=Ask.REPORTS, filters=Filters(**scope)))
    noun = counted_noun(sketch) if topic else None
    if noun or measured(sketch, topic) or (topic and particular(marked.text)):
        return _passage(sketch, lexicon, replace(meaning, counted=noun), scope)
    shared = "share" in asks or (marked.has("ask.share") and not counting)
    plain = {"suppliers", "owners", "statuses"}
    if shared and topic and not set(words) & _PROBLEM_WORDS and conditions <= plain:
        # "what share of the volume came from ...": a number that a narrative tells.
        return _passage(sketch, lexicon, meaning, scope)
    if shared:
        return replace(meaning, query=_share(sketch, scope, topic))
    first_report = sketch.quarters == [min(sketch.clock.quarters, default="")]
    if sketch.events == [EventKind.CLOSED] and first_report and sketch.from_quarter is None:
        # Nothing came before the first report: what it lists as closed is what there is to say.
        filters = _filters(sketch, open=False, **scope)
        return replace(
            meaning, query=Query(ask=Ask.COUNT if counting else Ask.LIST, filters=filters)
        )
    story = len(topic) > 2 and not sketch.quarters and not sketch.latest and not sketch.after_value
    if (sketch.events and not story) or (sketch.compared and "changes" in sketch.notes):
        return replace(meaning, query=_changes(sketch, counting, topic))
    if sketch.closed_between is not None and not sketch.events:
        first, last = sketch.closed_between
        latest = sketch.clock.latest
        query = Query(
            ask=Ask.CHANGES,
            filters=_without(sketch, "open"),
            events=(EventKind.CLOSED,),
            from_quarter=sketch.clock.before(quarter_of(first)) if first else None,
            to_quarter=min(q for q in (quarter_of(last), latest) if q) if last else latest,
        )
        return replace(meaning, query=query)
    if len(set(sketch.quarters)) == 2 and "compare" in asks and not topic:
        return replace(meaning, query=_changes(sketch, counting, topic))
    compare = _compared_parties(sketch, asks)
    if compare:
        group = sketch.group_by[0] if sketch.group_by else GroupBy.SUPPLIER
        query = Query(ask=Ask.GROUP, filters=_filters(sketch, **scope), group_by=(group,))
        return replace(meaning, query=query, compare_parties=compare)
    if meaning.yes_no and _all_of(words) and conditions:
        return replace(meaning, query=_share(sketch, scope, topic, every=True), every=True)
    if sketch.statistic is not None and not sketch.group_by:
        measure = sketch.measure or "age"
        filters = _topical(_statistic_filters(sketch, measure, scope), topic)
        return replace(
            meaning,
            query=Query(
                ask=Ask.STATISTIC, filters=filters, measure=measure, statistic=sketch.statistic
            ),
        )
    if sketch.statistic is not None:
        measure = sketch.measure or "age"
        filters = _topical(_statistic_filters(sketch, measure, scope), topic)
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
        return replace(meaning, query=_group(sketch, scope, topic, lexicon))
    if sketch.superlative and sketch.order is not None:
        extra: dict[str, Any] = {}
        if sketch.order is OrderBy.TARGET and "open" not in conditions:
            extra["open"] = True
        if sketch.order in (OrderBy.SLIPS, OrderBy.SLIP_DAYS) and "min_slips" not in conditions:
            extra["min_slips"] = 1
        if sketch.order is OrderBy.OVERDUE:
            extra["overdue"] = True
        filters = _topical(_filters(sketch, **scope, **extra), topic)
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
        every = tuple(sorted(sketch.clock.quarters))
        filters = _filters(sketch, quarters=every)
        query = Query(ask=Ask.GROUP, filters=filters, group_by=(GroupBy.QUARTER,))
        return replace(meaning, query=query, yes_no=False)
    if counting and not _passage_like(sketch, topic, words, conditions):
        return replace(
            meaning, query=Query(ask=Ask.COUNT, filters=_topical(_filters(sketch, **scope), topic))
        )
    impact = marked.has("ask.impact") and not conditions & {
        "impact_classes",
        "not_impact_classes",
        "missing",
    }
    if impact and not topic and not meaning.yes_no:
        return replace(meaning, query=Query(ask=Ask.IMPACT, filters=_filters(sketch, **scope)))
    if _exists(words) and meaning.yes_no and conditions and not topic:
        return replace(meaning, query=Query(ask=Ask.COUNT, filters=_filters(sketch, **scope)))
    if _the_one(sketch, meaning, topic, words):
        claim = _claim(sketch)
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
    if meaning.why or meaning.duration or _passage_like(sketch, topic, words, conditions):
        return _passage(sketch, lexicon, meaning, scope)
    fields = tuple(f for f in sketch.fields if f not in ("description", "title"))
    asked_of = fields and not set(fields) & {"update", "processes"} and len(topic) < 6
    if asked_of and topic and not set(words) & {"list", "problems", "issues", "records"}:
        filters = _filters(sketch, **(scope or {"ever": True}))
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
            filters=_filters(sketch, **scope),
            group_by=(GROUPS[fields[0]],),
            descending=True,
        )
        return replace(meaning, query=query)
    if fields and (conditions or scope or set(words) & _PROBLEM_WORDS or sketch.latest):
        if len(fields) == 1 and fields[0] in GROUPS and not set(words) & {"list", "show"}:
            return replace(
                meaning,
                query=Query(
                    ask=Ask.GROUP,
                    filters=_topical(_filters(sketch, **scope), topic),
                    group_by=(GROUPS[fields[0]],),
                    descending=True,
                ),
            )
        return replace(meaning, query=_list(sketch, scope, topic, fields))
    listing = bool(
        set(words) & (_PROBLEM_WORDS | {"which", "list", "show", "anything", "everything"})
    )
    if (
        conditions
        or (listing and (not topic or set(words) & _ABOUT))
        or ((scope or sketch.latest) and listing)
    ):
        return replace(meaning, query=_list(sketch, scope, topic, fields))
    if topic:
        return _passage(sketch, lexicon, meaning, scope)
    if scope or sketch.latest:
        return replace(meaning, query=_list(sketch, scope, topic, ()), sure=False)
    return replace(meaning, kind=Kind.UNCLEAR)


def _wanted(sketch: Sketch) -> bool:
    return bool(sketch.group_by or sketch.superlative or sketch.statistic or sketch.events)


def _weighed(
    sketch: Sketch, lexicon: Lexicon, meaning: Meaning, topic: list[str]
) -> tuple[Meaning, list[str]]:
    """The topic without words of asking, which are named in a note."""
    kept = content(sketch, lexicon, topic)
    aside = [word for word in topic if word not in kept]
    if aside:
        said = ", ".join(f"‘{word}’" for word in aside)
        meaning = replace(meaning, notes=(*meaning.notes, f"Not used to narrow: {said}."))
    return replace(meaning, firm=firm_words(sketch, lexicon)), kept


def _all_missing(sketch: Sketch, words: list[str]) -> tuple[str, ...]:
    """ "neither owner nor target", "no owner and no target": every one must be left out."""
    named = tuple(sketch.filters.get("missing", ()))
    both = "neither" in words or ("and" in words and "or" not in words) or "both" in words
    return named if len(named) > 1 and both else ()


def _the_one(sketch: Sketch, meaning: Meaning, topic: list[str], words: list[str]) -> bool:
    """ "is the storm damage problem closed?": a claim about one problem that is described."""
    if not (meaning.yes_no and topic and len(topic) < 6 and "the" in words[:4]):
        return False
    one = set(words) & {"problem", "issue", "record", "fault", "one"}
    return bool(one and _claim(sketch) and not set(words) & {"any", "there", "all", "every"})


_HURT = word_set("decide_hurt")


def _processes(
    sketch: Sketch, topic: list[str], words: list[str], conditions: set[str]
) -> list[str]:
    """ "anything hitting prepayment?": a business process of the vocabulary, not words."""
    named = sketch.marked.processes(" ".join(topic)) if topic else ()
    if not named or not set(words) & _HURT or len(topic) > 4:
        return topic
    sketch.put("processes", named, 0)
    conditions.add("processes")
    return [w for w in topic if not sketch.marked.processes(w) and w.lower() not in _HURT]


def _every(sketch: Sketch) -> tuple[str, ...]:
    note = next((n for n in sketch.notes if n.startswith("every:")), None)
    words = {sketch.marked.norm(i) for i in range(len(sketch.marked.doc))}
    return (
        tuple(note[6:].split(","))
        if note and words & {"both", "involving", "involve", "involves", "together", "between"}
        else ()
    )


def _about_reports(
    sketch: Sketch, asks: set[str], conditions: set[str], topic: list[str], words: list[str]
) -> bool:
    if conditions or topic or sketch.events or sketch.group_by or sketch.superlative:
        return False
    if _WHICH_REPORT.search(sketch.marked.text) and not sketch.fields:
        return True
    if set(words) & (_PROBLEM_WORDS - {"one", "ones"}) and not set(words) & {"reports", "papers"}:
        return False
    if (
        sketch.latest
        and len(words) <= 9
        and not set(words) & _PROBLEM_WORDS
        and not sketch.fields
        and set(words) & {"what", "which", "when", "called", "is"}
    ):
        return True
    if re.search(
        r"\b(?:reports|papers|documents|quarters)\b.*\b(?:have|hold|loaded|got|held|know|"
        r"available)\b",
        " ".join(words),
    ):
        return True
    return "reports" in asks or (sketch.marked.has("ask.reports") and not sketch.fields)


_WHICH_REPORT = re.compile(
    r"^(?:and |so )?(?:which|what)(?: is)?(?: the)?(?: problem| quarterly)* "
    r"(?:report|paper|quarter)s?\b.{0,20}\b(?:latest|newest|most recent|last|earliest|oldest)\b",
    re.IGNORECASE,
)
_OF_REPORT: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bclassif(?:ied|ication|y)\b|\bmark(?:ed|ing|ings)\b", re.I), "classification"),
    (
        re.compile(
            r"\bstatus date\b|\bas[- ]at date\b|\bdated\b|\bdate of\b|"
            r"\bdate\b.*\bcorrect\b|\bcorrect as (?:at|of)\b",
            re.I,
        ),
        "status_date",
    ),
    (re.compile(r"\breference\b|\baction (?:number|reference)\b", re.I), "reference"),
)


def _of_report(sketch: Sketch, conditions: set[str], words: list[str]) -> str | None:
    """ "how is the Q2 2021 report classified?": which field of a report is asked for."""
    text = sketch.marked.text
    asked = set(words[:4]) & {"what", "how", "when", "which", "is"}
    named = re.search(r"\b(?:report|paper|document)s?\b", text, re.I)
    asked = asked or set(words[:2]) if re.match(r"(?:the )?status date\b", text, re.I) else asked
    problems = set(words) & {"problems", "pbis", "issues", "records", "pbi", "problem"}
    plain = re.sub(r"\bproblem (?:report|paper)", "report", text, flags=re.I)
    told = problems - ({"problem"} if plain != text else set())
    if sketch.pbis or conditions - {"as_at"} or sketch.events or not (asked and named) or told:
        return None
    return next((name for pattern, name in _OF_REPORT if pattern.search(text)), None)


def _topical(filters: Filters, topic: list[str]) -> Filters:
    return filters.model_copy(update={"words": tuple(topic)}) if topic else filters


def _without(sketch: Sketch, *names: str) -> Filters:
    return Filters(
        **{k: v for k, v in sketch.filters.items() if k not in names and v not in ((), None)}
    )


def _list(
    sketch: Sketch, scope: dict[str, Any], topic: list[str], fields: tuple[str, ...]
) -> Query:
    filters = _topical(_filters(sketch, **scope), topic)
    return Query(
        ask=Ask.LIST,
        filters=filters,
        fields=fields,
        order=sketch.order,
        descending=sketch.descending,
        limit=sketch.limit,
    )


def _group(sketch: Sketch, scope: dict[str, Any], topic: list[str], lexicon: Lexicon) -> Query:
    del lexicon
    filters = _topical(_filters(sketch, **scope), topic)
    if GroupBy.QUARTER in sketch.group_by and not scope:
        filters = filters.model_copy(update={"quarters": tuple(sorted(sketch.clock.quarters))})
    return Query(
        ask=Ask.GROUP,
        filters=filters,
        group_by=tuple(sketch.group_by),
        limit=sketch.group_limit,
        descending=not sketch.group_ascending,
    )


def _statistic_filters(sketch: Sketch, measure: str, scope: dict[str, Any]) -> Filters:
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
    return _filters(sketch, **more)


def _share(
    sketch: Sketch, scope: dict[str, Any], topic: list[str], *, every: bool = False
) -> Query:
    """Splits the conditions at the verb: "of the open problems | are with DSP"."""
    marked = sketch.marked
    starts = [f.end for f in marked.all("ask.share")]
    begin = max(starts, default=2 if every else 0)
    verbs = {
        "is",
        "are",
        "was",
        "were",
        "has",
        "have",
        "had",
        "do",
        "does",
        "did",
        "involve",
        "involves",
        "sit",
        "sits",
        "belong",
        "belongs",
        "come",
        "comes",
        "lack",
        "affect",
        "remain",
        "state",
        "give",
        "name",
        "hold",
        "holds",
        "own",
        "owns",
        "mention",
    }
    split = None
    last_noun = begin
    ends = len(marked.doc)
    for place in range(begin, len(marked.doc)):
        if marked.norm(place) in verbs and place > begin:
            split = place
            related = marked.norm(place - 1) in ("that", "which", "who")
            if not (related and any(marked.norm(i) in verbs for i in range(place + 1, ends))):
                break  # "the problems that involve DCO are closed": the second verb tells
        if marked.norm(place) in _PROBLEM_WORDS:
            last_noun = place
    if every:
        nouns = [i for i in range(len(marked.doc)) if marked.norm(i) in _PROBLEM_WORDS]
        split = nouns[0] + 1 if nouns else begin
    if split is None:
        split = last_noun + 1 if last_noun > begin else len(marked.doc)
    whole: dict[str, Any] = {}
    part: dict[str, Any] = {}
    for place, name, value in sketch.places:
        target = whole if place < split else part
        target[name] = (*target.get(name, ()), *value) if isinstance(value, tuple) else value
    if not part:
        # "what share of the problems closed" or "the share of critical problems": all is the whole.
        part, whole = whole, {}
    if topic:
        part["words"] = tuple(topic)
    return Query(ask=Ask.SHARE, filters=Filters(**whole, **scope), within=Filters(**part))


def _all_of(words: list[str]) -> bool:
    return bool({"all", "every", "each"} & set(words[:5])) and "at" not in words[:2]


def _exists(words: list[str]) -> bool:
    return bool(set(words[:6]) & {"any", "there", "anything", "anyone", "some", "still"}) or bool(
        set(words) & _PROBLEM_WORDS
    )


def _compared_parties(sketch: Sketch, asks: set[str]) -> tuple[str, ...]:
    words = {sketch.marked.norm(i) for i in range(len(sketch.marked.doc))}
    if not ("compare" in asks or words & {"vs", "versus", "compare", "against"}):
        return ()
    parties = [*sketch.filters.get("suppliers", ()), *sketch.filters.get("owners", ())]
    if len(parties) < 2:
        return ()
    return tuple(dict.fromkeys(parties))


def _changes(sketch: Sketch, counting: bool, topic: list[str]) -> Query:
    del counting
    clock = sketch.clock
    quarters = sorted(set(sketch.quarters))
    first: str | None = None
    last: str | None = clock.latest
    if len(quarters) > 1:
        first, last = quarters[0], quarters[-1]
        words = {sketch.marked.norm(i) for i in range(len(sketch.marked.doc))}
        if len(quarters) > 2 or (
            words & {"over", "during", "across"}
            and not words & {"from", "between", "than", "compared"}
        ):
            first = clock.before(first)
    elif quarters:
        words = {sketch.marked.norm(i) for i in range(len(sketch.marked.doc))}
        if sketch.from_quarter or words & {"since", "from", "compared", "than", "after"}:
            first = quarters[0]
            if first == clock.latest:
                first = clock.before(first)
        else:
            first, last = clock.before(quarters[0]), quarters[0]
    elif (
        sketch.latest
        or "changes" in sketch.notes
        or EventKind.APPEARED in sketch.events
        or _this_time(sketch)
    ):
        first = clock.before(clock.latest)
    drop = set()
    start = sketch.filters.get("created_from")
    if start is not None and not quarters and "changes" in [*sketch.notes, "changes"]:
        first = (
            clock.before(quarter_of(start))
            if quarter_of(start) in clock.quarters
            else quarter_of(start)
        )
        drop |= {"created_from", "created_to"}
    if EventKind.CLOSED in sketch.events:
        drop.add("open")
    if EventKind.VANISHED in sketch.events:
        drop.add("vanished")
    if EventKind.SLIPPED in sketch.events:
        drop |= {"min_slips"}
    if sketch.before_value or sketch.after_value:
        drop |= {"open"}
    filters = _topical(_without(sketch, *drop), topic)
    return Query(
        ask=Ask.CHANGES,
        filters=filters,
        events=tuple(sketch.events),
        from_quarter=first,
        to_quarter=last,
        before_value=sketch.before_value,
        after_value=sketch.after_value,
    )


def _this_time(sketch: Sketch) -> bool:
    words = {sketch.marked.norm(i) for i in range(len(sketch.marked.doc))}
    return bool(words & {"this", "recently"})


def _passage_like(sketch: Sketch, topic: list[str], words: list[str], conditions: set[str]) -> bool:
    """Whether the words left over are a story to look for, rather than a word to filter by."""
    if not topic:
        return False
    hard = conditions - set(_SOFT) - {"open"}
    asked = set(words)
    if sketch.marked.has("ask.count"):
        return False
    if asked & {"problems", "issues", "records", "faults", "pbis"} and len(topic) <= 2:
        return False
    if asked & _SAYS and len(topic) <= 3:
        return False
    if asked & _ABOUT and len(topic) <= 3 and asked & (_PLURALS - {"any"}):
        return False
    if asked & _CAUSAL and len(topic) >= 2:
        return True
    if hard and asked & {"list", "problems", "issues", "records"}:
        return len(topic) > 4
    if asked & {"list", "show"} and asked & _PLURALS and len(topic) <= 2:
        return False
    return not (sketch.fields and len(topic) <= 6 and not asked & {"how"})


def _passage(sketch: Sketch, lexicon: Lexicon, meaning: Meaning, scope: dict[str, Any]) -> Meaning:
    """A search of the narratives: soft conditions go back into the words that are looked for."""
    marked = sketch.marked
    keep: set[int] = set()
    filters = dict(sketch.filters)
    for place, name, _ in sketch.places:
        adjective = (
            name in ("open", "statuses")
            and {marked.norm(place + 1), marked.norm(place + 2)} & _PROBLEM_WORDS
        )
        if name == "owners" and not meaning.plural:
            # "rejected by S1SP1's cache": the story names the party, whoever holds the record.
            named = (*filters.get("suppliers", ()), *filters.pop("owners", ()))
            filters["suppliers"] = tuple(dict.fromkeys(named))
            filters.pop("owner_roles", None)
        told_of = name in _SOFT or name in ("open", "statuses") or name in _MOMENTS
        if told_of and not adjective:
            filters.pop(name, None)
            keep |= _around(sketch, place)
    for row in marked.found:
        if row.id.startswith(("field.", "ask.why", "filter.", "order.", "event.", "measure.")):
            keep |= row.solid
    keep -= {
        i
        for i, thing in marked.things.items()
        if thing.label in ("QUARTER", "LATEST", "PARTY", "SEVERITY") and i in sketch.used
    }
    topic = topic_of(sketch, lexicon, keep=frozenset(keep))
    papers = {marked.norm(i) for i in range(len(marked.doc))} & {"report", "reports", "paper"}
    if scope and not papers and not marked.of("QUARTER", "LATEST"):
        # "At the end of June" is when it happened, not the report that tells of it.
        scope = {}
    if not topic:
        if sketch.filters or scope:
            return replace(
                meaning, query=_list(sketch, scope, [], tuple(sketch.fields)), sure=False
            )
        return replace(meaning, kind=Kind.UNCLEAR)
    values = {k: v for k, v in filters.items() if v not in ((), None)}
    query = Query(
        ask=Ask.PASSAGE,
        filters=Filters(**values, **(scope or {"ever": True})),
        topic=" ".join(topic),
    )
    return replace(meaning, query=query)


_MOMENTS = ("created_from", "created_to", "target_from", "target_to")
"""In a story a date is that of what happened."""


def _around(sketch: Sketch, place: int) -> set[int]:
    for row in sketch.marked.found:
        if row.id.startswith("filter.") and row.start <= place < row.end:
            return set(row.solid)
    return {place}


IMPACT_WORDS = {ImpactClass.NONE: "none"}
