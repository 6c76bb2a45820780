"""A question in words to an answer: understand, run, word, check. The one door is `ask`."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from threading import RLock
from time import perf_counter
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from kb.answer.changes import answer_changes, answer_history
from kb.answer.context import Asked
from kb.answer.counts import answer_count, answer_share
from kb.answer.coverage import covered_query
from kb.answer.doubtful import answer_doubtful
from kb.answer.draft import Draft
from kb.answer.fields import answer_field
from kb.answer.figures import measured, stated
from kb.answer.grouped import answer_group
from kb.answer.impact import answer_impact
from kb.answer.likened import liken, sure
from kb.answer.lists import answer_list
from kb.answer.others import answer_otherwise, answer_reports
from kb.answer.pages import PageTexts
from kb.answer.problems import answer_compare, answer_problem
from kb.answer.ranked import answer_superlative
from kb.answer.seeking import note_meaning, nothing_near, resolve
from kb.answer.statistics import answer_statistic
from kb.answer.stories import answer_passage
from kb.answer.suggest import suggestions
from kb.answer.together import together
from kb.answers import Answer
from kb.errors import KBError
from kb.people import LOCAL
from kb.query import Ask, Focus, Query
from kb.understand.meaning import Kind, Meaning

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.database import Database
    from kb.results import Catalogue
    from kb.understand.understand import Understander

log = logging.getLogger(__name__)

_RUN = {
    Ask.LIST: answer_list,
    Ask.COUNT: answer_count,
    Ask.SHARE: answer_share,
    Ask.FIELD: answer_field,
    Ask.GROUP: answer_group,
    Ask.SUPERLATIVE: answer_superlative,
    Ask.STATISTIC: answer_statistic,
    Ask.HISTORY: answer_history,
    Ask.CHANGES: answer_changes,
    Ask.IMPACT: answer_impact,
    Ask.PROBLEM: answer_problem,
    Ask.COMPARE: answer_compare,
    Ask.PASSAGE: answer_passage,
    Ask.REPORTS: answer_reports,
}


class _Desk:
    """What is kept between questions for one knowledge base, whoever asks."""

    def __init__(self, kb: KnowledgeBase) -> None:
        # A quote is looked for on its page on behalf of nobody: it is held already.
        self.pages = PageTexts(kb.acting(LOCAL))
        self._understanders: list[tuple[Catalogue, Understander]] = []

    def understander(self, catalogue: Catalogue) -> Understander:
        """The one for these names, made anew where they are not the ones of lately."""
        from kb.understand.understand import Understander

        for held, understander in self._understanders:
            if held is catalogue:
                return understander
        made = Understander(catalogue)
        self._understanders = [(catalogue, made), *self._understanders[: _CATALOGUES - 1]]
        return made


_CATALOGUES = 4
"""People who see different reports have catalogues of their own: so many are kept."""

_desks: WeakKeyDictionary[Database, _Desk] = WeakKeyDictionary()
_guard = RLock()


def ready(kb: KnowledgeBase) -> tuple[Understander, PageTexts]:
    """The understander for what is held now, made anew after a write."""
    with _guard:
        # Views that act for different people share one database.
        desk = _desks.get(kb.database)
        if desk is None:
            desk = _desks[kb.database] = _Desk(kb)
        return desk.understander(kb.catalogue()), desk.pages


def ask(
    kb: KnowledgeBase, question: str, *, focus: Focus | None = None, id: str | None = None
) -> Answer:
    """The answer to a question, checked against its evidence.

    Args:
        focus: what the talk is about, from the answer before; None for a fresh start.
        id: given back with the answer.

    Never raises for anything that a person may type: what goes wrong is logged and said.
    """
    understander, pages = ready(kb)
    started = perf_counter()
    try:
        answer = _answered(kb, understander, pages, question, focus or Focus())
        if kb.settings.llm_url and kb.settings.llm_word:
            from kb.llm.wording import worded

            answer = worded(kb.settings, answer, pages, understander.catalogue)
    except Exception:
        # The last line of defence: a person must never meet a traceback.
        log.exception("the question %r could not be answered", question)
        answer = Answer(
            question=question,
            answer="Something went wrong with this question, and it has been logged. Please "
            "put it another way.",
            abstained=True,
            focus=focus or Focus(),
        )
    return answer.model_copy(update={"id": id, "ms": (perf_counter() - started) * 1000})


def answer_query(kb: KnowledgeBase, query: Query, *, question: str) -> Answer:
    """The answer to an exact query: a person has changed what a question was understood as.

    Args:
        question: the words to head the answer with; they are not understood again.
    """
    understander, pages = ready(kb)
    started = perf_counter()
    meaning = Meaning(text=question, query=query)
    draft, focus = _one(kb, understander, pages, meaning, Focus())
    answer = together(understander, pages, question, [(meaning, draft, focus)])
    return answer.model_copy(update={"ms": (perf_counter() - started) * 1000})


def ask_many(kb: KnowledgeBase, questions: Iterable[str]) -> Iterator[Answer]:
    """One conversation: each question builds on the answer before it."""
    focus = Focus()
    for question in questions:
        answer = ask(kb, question, focus=focus)
        focus = answer.focus
        yield answer


def _answered(
    kb: KnowledgeBase, understander: Understander, pages: PageTexts, question: str, focus: Focus
) -> Answer:
    from kb.understand.splitting import one_story, parts_of

    parts = parts_of(question)
    done: list[tuple[Meaning, Draft, Focus]] = []
    current = focus
    for part in parts:
        meaning = understander.one(part, current)
        if done and one_story(done[-1][0], meaning, part):
            before = done.pop()[0]
            current = done[-1][2] if done else focus
            meaning = understander.one(f"{before.text} and {part}", current)
        meaning, draft, current = _read(kb, understander, pages, meaning, current)
        done.append((meaning, draft, current))
    if len(done) > 1:
        # "Hello, how many are open?": pleasantries beside a question need no answer of their own.
        asked = [row for row in done if row[0].kind not in (Kind.SOCIAL, Kind.UNCLEAR)] or done[-1:]
        done = asked
    return together(understander, pages, question, done)


def _read(
    kb: KnowledgeBase,
    understander: Understander,
    pages: PageTexts,
    meaning: Meaning,
    focus: Focus,
) -> tuple[Meaning, Draft, Focus]:
    """`_one`; where the rules are not sure, what nearness to examples or a language model says."""
    draft, after = _one(kb, understander, pages, meaning, focus)
    if understander.catalogue.reports and not sure(meaning, draft):
        likened = liken(kb, understander, meaning, focus)
        if likened is not None:
            better, next_focus = _one(kb, understander, pages, likened, focus)
            if not better.abstained:
                return likened, better, next_focus
    if kb.settings.llm_url and kb.settings.llm_understand:
        from kb.llm.understanding import UNHELPFUL, reread, unsure

        if understander.catalogue.reports and unsure(meaning, draft):
            other = reread(kb.settings, understander.catalogue, meaning, focus)
            if other.query == meaning.query:
                return other, draft, after
            better, next_focus = _one(kb, understander, pages, other, focus)
            if better.abstained and not draft.abstained:
                return replace(meaning, notes=(*meaning.notes, UNHELPFUL)), draft, after
            return other, better, next_focus
    return meaning, draft, after


def _one(
    kb: KnowledgeBase,
    understander: Understander,
    pages: PageTexts,
    meaning: Meaning,
    focus: Focus,
) -> tuple[Draft, Focus]:
    draft = Draft(pages)
    catalogue = understander.catalogue
    if not catalogue.reports:
        draft.abstain("No report is published yet: there is nothing to answer from.")
        return draft, Focus()
    if meaning.kind is not Kind.QUERY or meaning.query is None:
        answer_otherwise(catalogue, meaning, draft)
        if meaning.kind is Kind.UNKNOWN and meaning.query is not None:
            # "ok, and in Q1 2022?": what was asked still stands, for another quarter or number.
            focus = Focus(query=meaning.query, pbis=meaning.query.filters.pbis)
        return draft, Focus() if meaning.kind is Kind.RESET else focus
    asked = Asked(kb, catalogue, understander, meaning, meaning.query, pages)
    if meaning.query.topic and meaning.query.ask is Ask.FIELD and not meaning.query.filters.pbis:
        row, found = resolve(asked)
        note_meaning(asked, draft)
        if row is None:
            nothing_near(asked, draft, meaning.query.topic, found)
            return draft, focus
        filters = meaning.query.filters.model_copy(update={"pbis": (row.pbi,)})
        asked.query = meaning.query.model_copy(update={"filters": filters, "topic": None})
    if meaning.doubts:
        answer_doubtful(asked, draft)
        return draft, Focus(query=asked.query)
    asked.query = covered_query(asked, draft)
    try:
        _RUN[asked.query.ask](asked, draft)
    except KBError as error:
        draft.abstain(f"{str(error)[0].upper()}{str(error)[1:].rstrip('.')}.")
    draft.counted |= stated(asked, draft)
    draft.measured = partial(measured, asked, draft)
    draft.suggestions += suggestions(asked, draft)
    shown = draft.shown or len(draft.pbis)
    return draft, Focus(query=asked.query, pbis=tuple(draft.pbis), shown=shown)


__all__ = ["answer_query", "ask", "ask_many", "ready"]
