"""How a question changes the query before it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kb.filters import Filters
from kb.query import Ask, Focus, GroupBy, Query
from kb.records import EventKind
from kb.understand.meaning import GROUPS, Kind, Meaning
from kb.understand.sketch import DIMENSIONS, Sketch

# What these found is told by its numbers, not by conditions that could be narrowed.
_BY_NUMBER = (Ask.CHANGES, Ask.PASSAGE, Ask.SUPERLATIVE, Ask.COMPARE, Ask.SHARE)


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
    if inside:
        part = _together(_cleared(part, sketch), sketch)
        part = part.model_copy(update={"quarters": ()})
    else:
        filters = _together(_cleared(filters, sketch), sketch)
    if sketch.quarters or sketch.latest:
        # Of another report: the whole and its part alike. None named is the latest.
        filters = filters.model_copy(update={"quarters": tuple(sketch.quarters), "ever": False})
    return before.model_copy(update={"filters": filters, "within": part})


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
