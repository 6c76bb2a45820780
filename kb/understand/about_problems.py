"""Questions on problems that are named: a field, a claim, a comparison, a story."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.records import Severity
from kb.filters import Filters
from kb.query import Ask, Query
from kb.records import EventKind
from kb.understand.about_history import (
    compared,
    earlier_values,
    first_reported,
    moment_asked,
    over_history,
    which_reports,
)
from kb.understand.about_terms import AHEAD, claim_of, scoped, topic_of
from kb.understand.lexicon import Lexicon, word_set
from kb.understand.meaning import FIELD_OF, Meaning
from kb.understand.rivals import read_rivals
from kb.understand.sketch import Sketch
from kb.understand.told import particular
from kb.understand.turns_on import turns

_LISTED = word_set("decide_listed")


def about_problems(sketch: Sketch, lexicon: Lexicon, meaning: Meaning, words: list[str]) -> Meaning:
    """The query on problems that are named."""
    marked = sketch.marked
    scope = scoped(sketch) or {"ever": True}
    if sketch.latest and meaning.yes_no and sketch.clock.latest and set(words) & _LISTED:
        scope = {"quarters": (sketch.clock.latest,)}
        sketch.fields = sketch.fields or ["status"]
    filters = Filters(pbis=sketch.pbis, **scope)
    claim = claim_of(sketch)
    asks = {f.id.partition(".")[2] for f in marked.table("ask")}
    fields = tuple(sketch.fields)
    topic = topic_of(sketch, lexicon)
    rivals = read_rivals(sketch)
    if rivals is not None:
        query = Query(
            ask=Ask.SUPERLATIVE,
            filters=Filters(pbis=sketch.pbis, **scope),
            order=rivals.order,
            descending=rivals.descending,
            limit=1,
        )
        return replace(meaning, query=query, claimed=rivals.claimed, yes_no=False)
    spanning = over_history(sketch, meaning, fields, claim)
    if spanning is not None:
        return replace(meaning, query=spanning)
    before = sketch.clock.before(sketch.clock.latest)
    if sketch.latest and "since" in words and not sketch.quarters and before:
        # "since the last report": from the one before it to the last one.
        sketch.quarters, sketch.from_quarter = [before], before
    if sketch.from_quarter and "min_slips" in sketch.filters and not sketch.events:
        sketch.events = [EventKind.SLIPPED]  # "has the target of 122207 moved since Q3 2021?"
        fields = tuple(name for name in fields if name != "slips")
    if sketch.from_quarter or len(sketch.quarters) > 1:
        _moves(sketch)
    since = bool(sketch.from_quarter and sketch.events and not set(fields) - {"target_completion"})
    if (len(sketch.quarters) > 1 and not fields) or since:
        filters = Filters(pbis=sketch.pbis, ever=True)
        query = Query(
            ask=Ask.HISTORY,
            filters=filters,
            from_quarter=min(sketch.quarters),
            to_quarter=sketch.clock.latest if since else max(sketch.quarters),
            events=tuple(sketch.events),
        )
        return replace(meaning, query=query)
    if (
        turns(marked.text)
        and not meaning.yes_no
        and not meaning.why
        and not _plain_cause(marked.text)
    ):
        query = Query(
            ask=Ask.PASSAGE,
            filters=filters,
            within=_supposed_done(sketch),
            topic=" ".join(topic) or marked.text,
        )
        return replace(meaning, query=query)
    if meaning.why and not (set(fields) - {"user_impact"}):
        claim = _supposed(sketch, claim, words)
        query = Query(
            ask=Ask.PASSAGE,
            filters=filters,
            within=claim,
            topic=_reason_topic(topic),
            fields=_explained(sketch),
            events=tuple(kind for kind in sketch.events if kind in _EXPLAINED),
        )
        return replace(meaning, query=query)
    everywhere = Filters(pbis=sketch.pbis, ever=True)
    if which_reports(marked.text.lower()):
        return replace(meaning, query=Query(ask=Ask.HISTORY, filters=everywhere), yes_no=False)
    if "when" in words and "did" in words and set(words) & _CLOSING and claim is None:
        claim = Filters(open=False)
    told = earlier_values(fields, words) or moment_asked(claim, words)
    if told:
        return replace(meaning, query=Query(ask=Ask.HISTORY, filters=everywhere, events=told))
    if "history" in asks or (sketch.events and not meaning.yes_no and not fields):
        query = Query(
            ask=Ask.HISTORY,
            filters=Filters(pbis=sketch.pbis, ever=True),
            events=tuple(sketch.events),
        )
        return replace(meaning, query=query)
    if first_reported(words) and not (fields and "last" in words):
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
    ranked = compared(sketch, words)
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
    ahead = "when" in words and set(words) & AHEAD
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


_CLOSING = frozenset({"close", "closed", "closing", "closure", "resolved", "resolve"})


_CANCELLED = re.compile(
    r"\bcancel(?:led|ling|s)? (?:the )?(?:pbi ?)?(?:\d{6}|PBI\d+|it)\b|"
    r"(?:\d{6}|PBI\d+|\bit) (?:got |been )?cancelled\b",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    r"\b(?:to|on|for|signed off on) (?:close|closing) (?:the )?(?:pbi ?)?(?:\d{6}|PBI\d+|it)\b",
    re.IGNORECASE,
)


def _supposed(sketch: Sketch, claim: Filters | None, words: list[str]) -> Filters | None:
    """What "why" takes for granted: "the reason for closing it", "downgraded to Low"."""
    given = claim.model_dump(exclude_defaults=True) if claim else {}
    if set(words) & (_CLOSING - {"resolve", "resolved"}) and "open" not in given:
        given["open"] = False
    cancelled = _CANCELLED.search(sketch.marked.text)
    if cancelled and not {"statuses", "open"} & given.keys():
        given["statuses"] = ("Cancelled",)
    reached = sketch.after_value
    if reached and "severities" not in given and reached in set(Severity):
        given["severities"] = (Severity(reached),)
    return Filters(**given) if given else None


def _supposed_done(sketch: Sketch) -> Filters | None:
    """ "who decided to cancel 121742?" takes it for cancelled, "who agreed to close it" closed."""
    if _CANCELLED.search(sketch.marked.text):
        return Filters(statuses=("Cancelled",))
    return Filters(open=False) if _CLOSED.search(sketch.marked.text) else None


def _plain_cause(text: str) -> bool:
    """ "What caused it?" asks for the reason, as "why" does."""
    return particular(text) is None and bool(re.search(r"\bcause", text, re.IGNORECASE))


_EXPLAINED = {
    EventKind.OWNER_CHANGED: "owner",
    EventKind.SEVERITY_RAISED: "severity",
    EventKind.SEVERITY_LOWERED: "severity",
    EventKind.REOPENED: "status",
}


def _explained(sketch: Sketch) -> tuple[str, ...]:
    """The fields whose change is to be explained: "why was it re-assigned to DCC?"."""
    return tuple(dict.fromkeys(_EXPLAINED[kind] for kind in sketch.events if kind in _EXPLAINED))


def _reason_topic(topic: list[str]) -> str:
    return " ".join(["cause", "because", "reason", *topic])


def _moves(sketch: Sketch) -> None:
    """ "Has its target moved": earlier as well as later."""
    moved = re.search(
        r"\b(?:moved?|chang\w+|shift\w*)\b(?! (?:back|out|later|right|further))",
        sketch.marked.text,
        re.IGNORECASE,
    )
    if moved and sketch.events == [EventKind.SLIPPED]:
        sketch.events.append(EventKind.BROUGHT_FORWARD)


def _event_claim(sketch: Sketch, claim: Filters | None) -> Filters | None:
    base = claim.model_dump(exclude_defaults=True) if claim else {}
    if EventKind.SLIPPED in sketch.events:
        return Filters(**{**base, "min_slips": 1})
    if sketch.events == [EventKind.CLOSED]:
        return Filters(**{**base, "open": False})
    if sketch.events == [EventKind.VANISHED]:
        return Filters(**{**base, "vanished": True})
    return None
