"""The way from a question to what it means: mark, sketch, follow, decide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.numbers import short_pbi
from kb.filters import Filters
from kb.query import Ask, Focus, Query
from kb.understand import lexicon as lexicons
from kb.understand.about_terms import topic_of
from kb.understand.alternatives import read_alternatives
from kb.understand.annotate import Annotator, Marked
from kb.understand.asked_fields import read_fields
from kb.understand.conditions import read_conditions
from kb.understand.content import content
from kb.understand.coverage import unexplained
from kb.understand.decide import decide
from kb.understand.doubts import doubts
from kb.understand.events import read_events
from kb.understand.follow import followed
from kb.understand.groups import read_groups
from kb.understand.kinds import Vote, framed, masked
from kb.understand.lengths import read_lengths, read_slips
from kb.understand.meaning import Kind, Meaning
from kb.understand.measures import read_statistic
from kb.understand.missing import read_missing
from kb.understand.moves import read_moves
from kb.understand.negation import read_none
from kb.understand.once import read_once
from kb.understand.orders import read_order
from kb.understand.parties import read_parties
from kb.understand.presence import read_presence, settle_presence
from kb.understand.severities import read_severities
from kb.understand.sketch import Sketch
from kb.understand.social import small_talk
from kb.understand.spelling import frequency
from kb.understand.splitting import one_story, parts_of
from kb.understand.statuses import read_statuses
from kb.understand.thresholds import read_threshold
from kb.understand.times import default_clock, read_times
from kb.understand.turns_on import turns

if TYPE_CHECKING:
    from kb.results import Catalogue
    from kb.understand.spans_of_time import Clock

Poll = Callable[[str, bool], "Vote | None"]
"""A masked question, and whether it names problems, to what the nearest examples say."""
LIKENED = "The question was told by its likeness to others."
RARE = 2e-6
"""Share of running English below which a word that nothing explains is what a question is about."""


class Understander:
    """Understands questions against one catalogue. Made once per state of the knowledge base."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.lexicon = lexicons.load()
        self.annotator = Annotator(self.lexicon, catalogue)

    def understand(self, question: str, focus: Focus | None = None) -> list[Meaning]:
        """What each question of a message means; a later one may build on the one before.

        Never raises for anything that a person may type.
        """
        out: list[Meaning] = []
        current = focus or Focus()
        for part in parts_of(question):
            meaning = self.one(part, current)
            if out and one_story(out[-1], meaning, part):
                meaning = self.one(f"{out.pop().text} and {part}", focus)
            out.append(meaning)
            if meaning.query is not None:
                current = Focus(query=meaning.query, pbis=meaning.query.filters.pbis)
        return out

    def one(self, text: str, focus: Focus | None = None) -> Meaning:
        """What one question means."""
        focus = focus or Focus()
        clock = self.clock(focus)
        marked = self.annotator.annotate(text, clock)
        early = small_talk(marked, self.annotator)
        if early is not None:
            return early
        sketch = self.sketched(marked, clock, _dated_by(focus))
        follow = followed(sketch, focus)
        if isinstance(follow, Meaning):
            return self._checked(follow)
        meaning = decide(sketch, self.lexicon)
        if meaning.kind is Kind.UNCLEAR and _domainless(sketch):
            meaning = replace(meaning, kind=Kind.UNCLEAR)
        if follow is not None:
            meaning = follow.merged(meaning, sketch)
        if meaning.query is not None:
            left = unexplained(sketch, self.lexicon, meaning.query)
            left_out = doubts(sketch, meaning, meaning.query)
            meaning = replace(meaning, unexplained=left, doubts=left_out)
        return self._checked(meaning)

    def voted(self, meaning: Meaning, focus: Focus | None, poll: Poll) -> Meaning | None:
        """What the examples nearest to a question make of it; None where they are not sure.

        Args:
            meaning: what the rules made of it. poll: the vote on its words, names masked.
        """
        if turns(meaning.text):
            return None  # who decided, what it cost: the narratives say it, or nothing does
        clock = self.clock(focus or Focus())
        marked = self.annotator.annotate(meaning.text, clock)
        sketch = self.sketched(marked, clock, _dated_by(focus or Focus()))
        vote = poll(masked(marked), bool(sketch.pbis))
        query = framed(sketch, vote.kind) if vote is not None and vote.sure else None
        if query is None or self._telling(sketch, query):
            return None
        told = replace(
            meaning,
            kind=Kind.QUERY,
            query=query,
            detail="",
            yes_no=False,
            why=query.ask is Ask.PASSAGE,
            counting=query.ask is Ask.COUNT,
            unexplained=(),
            notes=(*meaning.notes, LIKENED),
        )
        if doubts(sketch, told, query):
            return None
        return self._checked(replace(told, doubts=(), sure=True))

    def _telling(self, sketch: Sketch, query: Query) -> list[str]:
        """Words left over that a title holds or that English seldom uses: more than phrasing."""
        left = content(sketch, self.lexicon, topic_of(sketch, self.lexicon))
        rare = [w for w in left if frequency(w) < RARE or w.lower() in self.annotator.titles.words]
        return [] if query.ask is Ask.PASSAGE else rare

    def clock(self, focus: Focus) -> Clock:
        """What "now" and "Q3" mean, given what the talk is about."""
        year = None
        if focus.query is not None and focus.query.filters.quarters:
            year = int(focus.query.filters.quarters[-1][:4])
        dates = tuple((r.quarter, r.as_at) for r in self.catalogue.reports if r.quarter and r.as_at)
        return default_clock(self.catalogue.as_at, self.catalogue.quarters, year, dates)

    def sketched(self, marked: Marked, clock: Clock, period_of: str | None = None) -> Sketch:
        """Everything that the rules make of a marked question."""
        sketch = Sketch(marked, clock, period_of=period_of)
        for row in marked.table("aside"):
            sketch.use_span(row.start, row.end)
        for place, thing in marked.of("PBI", "TITLE"):
            assert isinstance(thing.value, tuple)
            if thing.label == "TITLE" and _title_is_topic(marked):
                continue
            sketch.pbis += tuple(p for p in thing.value if p not in sketch.pbis)
            sketch.by_title = sketch.by_title or thing.label == "TITLE"
            sketch.use(place)
        sketch.threshold = read_threshold(sketch)
        presence = read_presence(sketch)
        read_moves(sketch)
        read_groups(sketch)
        read_missing(sketch)
        read_order(sketch)
        read_statistic(sketch)
        read_times(sketch, self.lexicon)
        read_severities(sketch, self.lexicon)
        read_events(sketch)
        read_lengths(sketch)
        read_slips(sketch, self.lexicon)
        read_conditions(sketch, self.lexicon)
        read_statuses(sketch, self.lexicon)
        read_parties(sketch, self.lexicon)
        read_alternatives(sketch)
        settle_presence(sketch, presence)
        read_once(sketch)
        read_none(sketch)
        read_fields(sketch)
        for row in marked.table("ask"):
            if row.id not in ("ask.describe", "ask.why", "ask.history") or sketch.pbis:
                sketch.use(*row.solid)
        return sketch

    def _checked(self, meaning: Meaning) -> Meaning:
        """Names that are not held turn a query into an honest "unknown"."""
        query = meaning.query
        if query is None:
            return meaning
        held = self.catalogue
        if "*" in query.filters.findings:
            filters = query.filters.model_copy(update={"findings": held.findings})
            query = query.model_copy(update={"filters": filters})
            meaning = replace(meaning, query=query)
        strange = [pbi for pbi in query.filters.pbis if pbi not in held.titles]
        if strange and len(strange) == len(query.filters.pbis):
            return replace(
                meaning,
                kind=Kind.UNKNOWN,
                detail="pbi",
                unknown=tuple(short_pbi(p) for p in strange),
            )
        quarters = [q for q in _quarters(query) if q not in held.quarters]
        if quarters:
            return replace(meaning, kind=Kind.UNKNOWN, detail="quarter", unknown=tuple(quarters))
        parties = set(held.parties) | set(held.owners)
        named = _parties(query)
        missing = [p for p in named if p not in parties and not self._family_held(p, parties)]
        if missing and len(missing) == len(named):
            return replace(meaning, kind=Kind.UNKNOWN, detail="party", unknown=tuple(missing))
        return meaning

    def _family_held(self, party: str, held: set[str]) -> bool:
        vocabulary = self.annotator.vocabulary
        return any(vocabulary.family(name) == party for name in held)


def _dated_by(focus: Focus) -> str | None:
    """Which date of a problem the question before was about, if one."""
    held = focus.query.filters if focus.query is not None else Filters()
    if held.target_from or held.target_to:
        return "target"
    return "created" if held.created_from or held.created_to else None


def _quarters(query: Query) -> tuple[str, ...]:
    named = [*query.filters.quarters, *(query.within.quarters if query.within else ())]
    if query.from_quarter and query.to_quarter:
        named += [query.to_quarter]
    return tuple(dict.fromkeys(named))


def _parties(query: Query) -> tuple[str, ...]:
    def of(filters: Filters) -> tuple[str, ...]:
        return (*filters.suppliers, *filters.owners)

    return tuple(dict.fromkeys((*of(query.filters), *(of(query.within) if query.within else ()))))


def _domainless(sketch: Sketch) -> bool:
    return not sketch.filters and not sketch.pbis


def _title_is_topic(marked: Marked) -> bool:
    """A title's words in "how many problems mention ..." are words to look for."""
    words = {token.norm_ for token in marked.doc}
    return bool(
        words
        & {
            "mention",
            "mentions",
            "mentioning",
            "contain",
            "contains",
            "many",
            "problems",
            "list",
            "similar",
            "like",
        }
    )
