"""A question that builds on the one before it: pronouns, "what about", "of those", "the rest"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from kb.filters import Filters
from kb.query import Ask, Focus, GroupBy, Query
from kb.records import EventKind
from kb.understand.decide import FIELD_OF, GROUPS, Kind, Meaning
from kb.understand.lexicon import word_set
from kb.understand.sketch import DIMENSIONS, Sketch
from kb.understand.spans import TRACKED, changing, over_time

_ORDINALS = {
    "first": 0,
    "1st": 0,
    "top": 0,
    "second": 1,
    "2nd": 1,
    "third": 2,
    "3rd": 2,
    "fourth": 3,
    "4th": 3,
    "fifth": 4,
    "5th": 4,
    "last": -1,
    "final": -1,
}
_IT = frozenset(["it", "its", "that", "this"])
_THEY = frozenset(["they", "them", "those", "these", "their"])
_NOUNS = word_set("follow_nouns")
# What these found is told by its numbers, not by conditions that could be narrowed.
_BY_NUMBER = (Ask.CHANGES, Ask.PASSAGE, Ask.SUPERLATIVE, Ask.COMPARE, Ask.SHARE)
_CLAIMS = frozenset(
    {
        "has_workaround",
        "major_incident",
        "overdue",
        "open",
        "impact_classes",
        "min_slips",
        "vanished",
        "outage",
    }
)
_ONE_PROBLEM = (Ask.FIELD, Ask.PROBLEM, Ask.HISTORY, Ask.COMPARE)


@dataclass(frozen=True)
class Follow:
    """How a question builds on the focus.

    Attributes:
        narrow: "of those": the conditions come on top; else each replaces its like.
        one: "it": one problem is meant. many: "they": all that were found.
    """

    focus: Focus
    narrow: bool = False
    one: bool = False
    many: bool = False
    asked: bool = False

    def merged(self, meaning: Meaning, sketch: Sketch) -> Meaning:
        """The meaning with what the question before adds to it."""
        before = self.focus.query
        assert before is not None
        if meaning.query is not None and meaning.query.filters.pbis:
            return self._other_problem(meaning, before, sketch)
        if self.narrow or self.many:
            return self._narrowed(meaning, before, sketch)
        return self._replaced(meaning, before, sketch)

    def _other_problem(self, meaning: Meaning, before: Query, sketch: Sketch) -> Meaning:
        query = meaning.query
        assert query is not None
        same = query.filters.pbis == before.filters.pbis and bool(sketch.quarters)
        if same and query.ask is Ask.PROBLEM and before.ask is Ask.FIELD and before.fields:
            # "what was it in Q4 2021?" after "when is it due?": the same field, another report.
            query = before.model_copy(update={"filters": query.filters, "within": None})
            return replace(meaning, query=query, follows=True)
        if before.ask is Ask.CHANGES and query.ask is Ask.PASSAGE and sketch.marked.has("ask.why"):
            # "why?" after "which was reopened": why that happened, not why the problem arose.
            told = " ".join(_TOLD[kind] for kind in before.events if kind in _TOLD)
            if told:
                return replace(
                    meaning, query=query.model_copy(update={"topic": told}), why=False, follows=True
                )
        if (
            not self.asked
            and query.ask is Ask.PROBLEM
            and before.ask in (Ask.FIELD, Ask.HISTORY, Ask.PASSAGE)
            and before.filters.pbis
        ):
            query = before.model_copy(
                update={"filters": before.filters.model_copy(update={"pbis": query.filters.pbis})}
            )
        return replace(meaning, query=query, follows=True)

    def _narrowed(self, meaning: Meaning, before: Query, sketch: Sketch) -> Meaning:
        new = meaning.query
        base = before.filters
        if not self.focus.pbis and before.ask in _BY_NUMBER:
            return replace(meaning, kind=Kind.UNCLEAR, query=None, detail="none before")
        if before.ask in _BY_NUMBER or (_clash(base, sketch) and self.focus.pbis):
            base = Filters(
                pbis=self.focus.pbis, quarters=base.quarters, ever=base.ever or not base.quarters
            )
        if new is None and sketch.fields:
            new = _by_field(sketch)
        if new is None or (new.ask in (Ask.PASSAGE,) and not new.topic):
            query = before.model_copy(update={"filters": _together(base, sketch)})
            return replace(meaning, kind=Kind.QUERY, query=query, follows=True)
        extra = {
            k: v for k, v in new.filters.model_dump(exclude_defaults=True).items() if k != "ever"
        }
        filters = Filters.model_validate({**base.model_dump(exclude_defaults=True), **extra})
        ask = new.ask
        if ask is Ask.FIELD and not new.within:
            ask = Ask.LIST
        return replace(
            meaning,
            kind=Kind.QUERY,
            query=new.model_copy(
                update={
                    "filters": filters,
                    "ask": ask,
                    "topic": None if ask is Ask.LIST else new.topic,
                }
            ),
            follows=True,
        )

    def _replaced(self, meaning: Meaning, before: Query, sketch: Sketch) -> Meaning:
        new = meaning.query
        held = before.filters
        if before.ask is Ask.CHANGES and new is not None and not sketch.quarters:
            happened = _happened(new)
            if happened and not sketch.latest:
                return replace(meaning, query=_same_span(before, happened), follows=True)
        if before.ask is Ask.SHARE and before.within is not None and not self.asked:
            return replace(meaning, query=_other_share(before, sketch), follows=True)
        if "party by default" in sketch.notes and held.owners and not held.suppliers:
            # "and DSP?" goes on asking of owners where owners were asked of.
            sketch.filters["owners"] = sketch.filters.pop("suppliers", ())
        filters = _together(_cleared(before.filters, sketch), sketch)
        if sketch.quarters:
            filters = filters.model_copy(update={"quarters": tuple(sketch.quarters), "ever": False})
        if sketch.latest and not sketch.quarters:
            filters = filters.model_copy(update={"quarters": (), "ever": bool(filters.pbis)})
        if (
            new is not None
            and new.filters.words
            and not self.asked
            and before.ask in (Ask.LIST, Ask.COUNT)
        ):
            filters = filters.model_copy(update={"words": new.filters.words})
        explicit = new is not None and self.asked
        if explicit and new is not None:
            if new.ask in (Ask.PASSAGE, Ask.REPORTS, Ask.CHANGES):
                return meaning
            query = new.model_copy(
                update={"filters": filters.model_copy(update={"words": new.filters.words})}
            )
            if (
                query.ask is Ask.GROUP
                and GroupBy.QUARTER in query.group_by
                and not query.filters.quarters
            ):
                query = query.model_copy(
                    update={
                        "filters": query.filters.model_copy(
                            update={"quarters": new.filters.quarters}
                        )
                    }
                )
        else:
            update: dict[str, object] = {"filters": filters}
            if before.ask is Ask.CHANGES and sketch.quarters:
                last = max(sketch.quarters)
                update |= {
                    "filters": _together(_cleared(before.filters, sketch), sketch),
                    "to_quarter": last,
                    "from_quarter": sketch.clock.before(last),
                }
            if before.ask is Ask.PASSAGE and new is not None and new.topic:
                update["topic"] = new.topic
            query = before.model_copy(update=update)
        return replace(meaning, kind=Kind.QUERY, query=query, follows=True)


_EVENT_OF: dict[str, EventKind] = {
    "min_slips": EventKind.SLIPPED,
    "open": EventKind.CLOSED,
    "vanished": EventKind.VANISHED,
}


_TOLD: dict[EventKind, str] = {EventKind.REOPENED: "opened again"}


def _happened(new: Query) -> tuple[EventKind, ...]:
    """The events that a question after one on changes asks for; empty for something else."""
    if new.ask is Ask.CHANGES and new.events and not new.before_value and not new.after_value:
        return new.events
    given = set(new.filters.conditions())
    if new.ask in (Ask.LIST, Ask.COUNT) and len(given) == 1 and given <= _EVENT_OF.keys():
        name = next(iter(given))
        return () if name == "open" and new.filters.open else (_EVENT_OF[name],)
    return ()


def _same_span(before: Query, events: tuple[EventKind, ...]) -> Query:
    update = {"events": events, "before_value": None, "after_value": None}
    return before.model_copy(update=update)


def _other_share(before: Query, sketch: Sketch) -> Query:
    """ "and by DCO?" after a share: the part changes, not the whole."""
    part = before.within or Filters()
    if "party by default" in sketch.notes and part.owners and not part.suppliers:
        sketch.filters["owners"] = sketch.filters.pop("suppliers", ())
    inside = any(
        set(part.conditions()) & set(names) and any(name in sketch.filters for name in names)
        for names in DIMENSIONS.values()
    )
    filters = before.filters
    if sketch.quarters:
        filters = filters.model_copy(update={"quarters": tuple(sketch.quarters), "ever": False})
    if inside:
        part = _together(_cleared(part, sketch), sketch)
        part = part.model_copy(update={"quarters": ()})
    else:
        filters = _together(_cleared(filters, sketch), sketch)
    return before.model_copy(update={"filters": filters, "within": part})


_ITS_OWN = re.compile(
    r"\b(?:do|does|did|is|are)\s+(?:it|they)\s+(?:actually\s+|itself\s+|themselves\s+)?"
    r"(?:own|hold|have|got|lead|responsible|the owner)\b|"
    r"\b(?:it|they)\s+(?:actually\s+)?(?:owns?|holds?|has|leads?)\b|"
    r"\b(?:with|held by|owned by)\s+(?:it|them)(?:self|selves)?\b",
    re.IGNORECASE,
)


def _party_before(sketch: Sketch, before: Query) -> str | None:
    """ "which of them does it own?": the one party that the question before was about."""
    named = tuple(dict.fromkeys((*before.filters.suppliers, *before.filters.owners)))
    if len(named) != 1 or before.filters.pbis or not _ITS_OWN.search(sketch.marked.text):
        return None
    return named[0]


def _by_field(sketch: Sketch) -> Query:
    """ "who has them?": counted by owner; "when are they due?": a list with the field."""
    if len(sketch.fields) == 1 and sketch.fields[0] in GROUPS:
        return Query(ask=Ask.GROUP, group_by=(GROUPS[sketch.fields[0]],), descending=True)
    return Query(ask=Ask.LIST, fields=tuple(sketch.fields))


def _clash(base: Filters, sketch: Sketch) -> bool:
    held = set(base.conditions())
    return any(
        held & set(names) and any(name in sketch.filters for name in names)
        for dimension, names in DIMENSIONS.items()
        if dimension != "period"
    )


def _cleared(base: Filters, sketch: Sketch) -> Filters:
    """The old conditions without those that the new ones speak of."""
    values = base.model_dump(exclude_defaults=True)
    for dimension, names in DIMENSIONS.items():
        touched = any(name in sketch.filters for name in names) or (
            dimension == "period" and sketch.quarters
        )
        if touched:
            for name in names:
                values.pop(name, None)
    return Filters.model_validate(values)


def _together(base: Filters, sketch: Sketch) -> Filters:
    values = base.model_dump(exclude_defaults=True)
    # "what about DSP?" keeps asking of owners where owners were asked of.
    new = dict(sketch.filters)
    return Filters.model_validate(
        {**values, **{k: v for k, v in new.items() if v not in ((), None)}}
    )


def followed(sketch: Sketch, focus: Focus) -> Meaning | Follow | None:
    """How a question hangs on the one before it; None where it stands on its own.

    Some follow-ups ("show me the rest", "why?") are whole meanings at once.
    """
    marked = sketch.marked
    words = [marked.norm(i) for i in range(len(marked.doc)) if not marked.doc[i].is_punct]
    base = Meaning(marked.text, corrections=marked.corrections)
    if focus.query is None:
        return _without_focus(sketch, words, base)
    if _rest(sketch, words, focus):
        return replace(base, query=focus.query, offset=focus.shown, follows=True)
    started = _started(words)
    asked = _asks(sketch, words)
    if sketch.pbis:
        return Follow(focus, asked=asked) if started and len(words) < 7 and not asked else None
    picked = _ordinal(sketch, words, focus)
    if picked is not None:
        sketch.pbis = (picked,)
        return Follow(focus, one=True, asked=True)
    if picked is None and _beyond(sketch, words):
        return replace(base, kind=Kind.UNCLEAR, detail="none before")
    if (
        started
        and len(words) <= 4
        and set(words) & {"latest", "current", "now"}
        and not sketch.order
    ):
        sketch.latest = True
    if len(focus.pbis) == 1 and len(words) <= 5 and words[-2:] == ["the", "date"]:
        # "what is the date?" after "which of these has a target?"
        held = (*focus.query.filters.stated, *focus.query.fields, *sketch.fields)
        dates = [n for n in held if n in ("target_completion", "created", "status_date")]
        sketch.fields = dates[:1] or ["target_completion"]
        sketch.pbis = focus.pbis
        return Follow(focus, one=True, asked=True)
    if words in (["which"], ["which", "ones"], ["and", "which", "ones"], ["which", "are", "these"]):
        return Follow(focus, narrow=True, many=True, asked=True)
    pronouns = _pronouns(words) - _own_pronouns(sketch)
    party = _party_before(sketch, focus.query)
    if party is not None:
        sketch.filters.pop("suppliers", None)
        sketch.put("owners", (party,), 0)
        sketch.fields = [name for name in sketch.fields if name != "owner"]
        _use_pronouns(sketch)
        return Follow(focus, narrow=True, many=True, asked=True)
    bare_count = sketch.marked.has("ask.count") and len(words) <= 5
    if bare_count and not set(words) & _NOUNS and not _narrows(sketch):
        # "how many are there?": of those just listed.
        return Follow(focus, narrow=True, many=True, asked=True)
    if (
        len(focus.pbis) == 1
        and focus.query.ask in (*_ONE_PROBLEM, Ask.PASSAGE)
        and sketch.filters
        and set(sketch.filters) <= _CLAIMS
        and len(words) <= 5
        and not set(words) & _NOUNS
    ):
        sketch.pbis = focus.pbis
        _use_pronouns(sketch)
        return Follow(focus, one=True, asked=True)
    if (
        pronouns & {"it", "they"}
        and len(focus.pbis) == 1
        and focus.query.ask is Ask.FIELD
        and not sketch.fields
        and not sketch.quarters
        and set(sketch.filters) <= {"min_slips"}
        and (changing(marked.text) or over_time(marked.text))
    ):
        # "has that moved?" after "when is it due?": what that field said before.
        sketch.fields = [name for name in focus.query.fields if name in TRACKED][:1]
        if sketch.fields:
            sketch.filters.clear()
            sketch.places.clear()
            sketch.events.clear()
    if "it" in pronouns and len(focus.pbis) == 1:
        sketch.pbis = focus.pbis
        _back_to_topic(sketch)
        return Follow(focus, one=True, asked=True)
    if (
        "it" in pronouns
        and len(focus.pbis) > 1
        and sketch.fields
        and focus.query.ask in (*_ONE_PROBLEM, Ask.SUPERLATIVE, Ask.PASSAGE)
    ):
        sketch.pbis = focus.pbis[:1]
        return Follow(focus, one=True, asked=True)
    if "they" in pronouns or "those" in pronouns:
        _use_pronouns(sketch)
        if len(focus.pbis) == 1 and (sketch.fields or not sketch.filters):
            sketch.pbis = focus.pbis
            return Follow(focus, one=True, asked=True)
        return Follow(focus, narrow=True, many=True, asked=asked)
    if "one" in pronouns and (sketch.fields or not asked):
        # "the DSP one": one of those found.
        return Follow(focus, narrow=True, asked=True)
    if len(words) <= 2 and words and words[0] in ("why", "how") and focus.pbis:
        sketch.pbis = focus.pbis[:1]
        return Follow(focus, one=True, asked=True)
    if "it" in pronouns and focus.pbis and sketch.fields:
        return Follow(focus, narrow=True, many=True, asked=True)
    bare_field = (
        bool(sketch.fields) and not sketch.filters and len(words) <= 6 and len(focus.pbis) == 1
    )
    if bare_field and not set(words) & _NOUNS:
        sketch.pbis = focus.pbis
        return Follow(focus, one=True, asked=True)
    elliptical = (
        len(words) <= 6
        and not set(words) & _NOUNS
        and bool(
            sketch.filters or sketch.quarters or sketch.group_by or sketch.latest or sketch.order
        )
    )
    if started or elliptical:
        if (
            started
            and not sketch.filters
            and not sketch.quarters
            and not sketch.group_by
            and not sketch.latest
            and asked
            and set(words) & _NOUNS
        ):
            return None
        if (
            started
            and set(words) & _NOUNS
            and asked
            and sketch.filters
            and not elliptical
            and words[0] not in ("what", "how")
        ):
            return None
        return Follow(focus, asked=asked)
    return None


def _narrows(sketch: Sketch) -> bool:
    return bool(
        sketch.filters
        or sketch.quarters
        or sketch.group_by
        or sketch.latest
        or sketch.order
        or sketch.events
        or sketch.fields
    )


def _without_focus(sketch: Sketch, words: list[str], base: Meaning) -> Meaning | None:
    if sketch.pbis:
        return None
    if words in (["why"], ["how"]) or _rest_words(sketch, words):
        return replace(base, kind=Kind.UNCLEAR, detail="nothing before")
    pronouns = _pronouns(words) - _own_pronouns(sketch)
    if (
        "it" in pronouns
        and (sketch.fields or sketch.filters)
        and len(words) <= 8
        and not set(words) & _NOUNS
    ):
        left = [w for w in words if w not in _IT]
        if len(left) <= 6:
            return replace(base, kind=Kind.UNCLEAR, detail="nothing before")
    return None


def _started(words: list[str]) -> bool:
    if not words:
        return False
    if words[:2] in (
        ["what", "about"],
        ["how", "about"],
        ["same", "for"],
        ["same", "with"],
        ["and", "what"],
        ["and", "how"],
    ):
        return True
    return words[0] in (
        "and",
        "but",
        "or",
        "only",
        "just",
        "also",
        "then",
        "so",
        "ok",
        "now",
        "instead",
        "sorry",
        "oops",
        "no",
    )


def _asks(sketch: Sketch, words: list[str]) -> bool:
    """Whether the question says itself what it wants."""
    text = words[1:] if words[:1] in (["and"], ["but"], ["so"], ["ok"]) else words
    if text[:2] in (["what", "about"], ["how", "about"], ["same", "for"]):
        return bool(sketch.group_by or sketch.statistic)
    if sketch.group_by or sketch.statistic or sketch.superlative or sketch.fields:
        return True
    if sketch.order is not None:
        return True
    return sketch.marked.has("ask.count", "ask.share", "ask.history", "ask.impact") or bool(
        set(text[:2])
        & {
            "which",
            "list",
            "show",
            "who",
            "when",
            "where",
            "why",
            "is",
            "are",
            "was",
            "were",
            "do",
            "does",
            "did",
            "has",
            "have",
            "how",
        }
    )


def _pronouns(words: list[str]) -> set[str]:
    found: set[str] = set()
    text = " ".join(words)
    for place, word in enumerate(words):
        following = words[place + 1] if place + 1 < len(words) else ""
        if word in _IT and not (
            word == "that"
            and following
            in (
                "are",
                "have",
                "has",
                "is",
                "were",
                "was",
                "involve",
                "do",
                "does",
                "slipped",
                "closed",
                "had",
                "been",
                "affect",
                "can",
                "will",
            )
            and place > 1
        ):
            if word in ("this", "that") and following in (
                "quarter",
                "report",
                "month",
                "year",
                "week",
                "time",
            ):
                continue
            found.add("it")
        if word in _THEY:
            found.add("they" if word in ("they", "them", "their") else "those")
        if (
            word in ("one", "ones")
            and words[place - 1 : place] != ["which"]
            and place
            and words[place - 1] not in ("no", "any", "only")
        ):
            found.add("one" if word == "one" else "ones")
    if "the same" in text:
        found.add("it")
    return found


def _own_pronouns(sketch: Sketch) -> set[str]:
    """ "what does DSP have on its books": the pronoun means the party of the same question."""
    parties = [place for place, _ in sketch.marked.of("PARTY")]
    if not parties:
        return set()
    after = {t.norm_ for t in sketch.marked.doc if t.i > parties[0]}
    bare = {t.norm_ for t in sketch.marked.doc} & {"it", "that", "this", "they", "them", "those"}
    return {"it", "they"} if after & {"its", "their"} and not bare else set()


def _use_pronouns(sketch: Sketch) -> None:
    for token in sketch.marked.doc:
        if token.norm_ in _IT | _THEY:
            sketch.use(token.i)


def _back_to_topic(sketch: Sketch) -> None:
    _use_pronouns(sketch)


def _rest_words(sketch: Sketch, words: list[str]) -> bool:
    rows = sketch.marked.all("follow.rest")
    if not rows or sketch.filters or sketch.fields or sketch.group_by or sketch.order:
        return False
    if "due" in words or sketch.marked.things:
        return False
    covered = {i for f in rows for i in range(f.start, f.end)}
    return len(words) - len(covered) <= 3 and not (set(words) & {"problems", "history", "about"})


def _rest(sketch: Sketch, words: list[str], focus: Focus) -> bool:
    return focus.query is not None and _rest_words(sketch, words) and len(words) <= 8


def _beyond(sketch: Sketch, words: list[str]) -> bool:
    """ "the ninth one" of three."""
    return (
        any(
            sketch.marked.norm(row.start) in _ORDINALS and sketch.marked.norm(row.end - 1) == "one"
            for row in sketch.marked.all("follow.ordinal")
        )
        and len(words) <= 7
    )


def _ordinal(sketch: Sketch, words: list[str], focus: Focus) -> str | None:
    """ "the second one", "the last": which of those found."""
    for row in sketch.marked.all("follow.ordinal"):
        word = sketch.marked.norm(row.start)
        following = [sketch.marked.norm(row.end), sketch.marked.norm(row.end - 1)]
        alone = len(words) <= 3 and words[0] in ("the", "and")
        if (
            word in _ORDINALS
            and focus.pbis
            and (set(following) & {"one", "problem", "record", "issue", "pbi"} or alone)
        ):
            if sketch.quarters or sketch.marked.of("QUARTER", "LATEST"):
                continue
            index = _ORDINALS[word]
            if -len(focus.pbis) <= index < len(focus.pbis):
                sketch.use_span(row.start, row.end)
                sketch.order, sketch.superlative = None, False
                return focus.pbis[index]
    return None


__all__ = ["FIELD_OF", "Follow", "followed"]
