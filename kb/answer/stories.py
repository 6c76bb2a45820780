"""Questions on what the narratives say: found by words and meaning, ranked on evidence.

A passage is an answer only if it is near enough on an absolute scale: the telling words of the
question stand in it, or its meaning is close. Else the answer says what was searched.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.answer.context import Asked
from kb.answer.coverage import foreign_names
from kb.answer.details import say_length, within_problems
from kb.answer.draft import Draft
from kb.answer.nearness import Found, covered, terms_of
from kb.answer.phrasing import name_of, report_words
from kb.answer.quotes import LENGTH, Quote, chosen, number_of
from kb.answer.seeking import SURE, day_in, holds_particular, look_for, note_meaning, nothing_near
from kb.answers import Value


def answer_passage(asked: Asked, draft: Draft) -> None:
    """What the narratives say, in their own words."""
    if asked.filters.pbis:
        within_problems(asked, draft)
        return
    topic = asked.query.topic or ""
    found = look_for(asked, topic, asked.filters)
    note_meaning(asked, draft)
    near = [one for one in found if one.near and holds_particular(asked, one.text)]
    if foreign_names(asked):
        near = []  # "the fire in Wigan": a story without Wigan is another one
    if not near:
        nothing_near(asked, draft, topic, found)
        return
    best = near[:1]
    if asked.meaning.plural:
        best = [one for one in near if one.score >= 0.82 * near[0].score][:6]
    terms = terms_of(asked.meaning.text if asked.meaning.text else topic, asked)
    quotes: list[Quote] = []
    for number, one in enumerate(best):
        quotes += _recount(asked, draft, one, terms, first=number == 0)
    draft.pbis = [one.row.pbi for one in best]
    others = [
        one for one in near if one.row.pbi not in draft.pbis and one.score >= 0.7 * near[0].score
    ][:3]
    if others:
        draft.suggestions += [f"Tell me about {name_of(one.row.pbi)}" for one in others[:2]]
    if asked.meaning.counted and quotes:
        draft.value = _plain_number(asked.meaning.counted, quotes)
    if asked.meaning.duration and not (best[0].dated and _length_said(draft, quotes)):
        say_length(draft, best[0].row)


def _plain_number(noun: str, quotes: Sequence[Quote]) -> Value:
    """The number of things that the quotes give, where it is written in digits."""
    for quote in quotes:
        number = number_of(noun, quote.text)
        if number is not None:
            digits = number.replace(",", "")
            return int(digits) if digits.isdigit() else number
    return None


def _length_said(draft: Draft, quotes: Sequence[Quote]) -> bool:
    """Whether a quote gives a length in plain figures: then it is the value."""
    for quote in quotes:
        found = re.search(r"\b(\d+) minutes\b", quote.text)
        if found:
            draft.value = int(found[1])
            return True
    return any(LENGTH.search(quote.text) for quote in quotes)


def _recount(
    asked: Asked, draft: Draft, found: Found, terms: dict[str, float], *, first: bool
) -> list[Quote]:
    """Says what a problem's narratives tell, in their own words, report by report."""
    quotes = chosen(asked, found, terms, day_in(asked.meaning.text))
    # "Yes" only where the question's own words stand in one sentence; a story may well say no.
    sure = any(covered(terms, quote.text) >= SURE for quote in quotes)
    lead = "Yes: " if asked.meaning.yes_no and first and sure else ""
    row = found.row
    title = f" (“{row.problem.title}”)" if row.problem.title else ""
    by_report: dict[str, list[tuple[Quote, int]]] = {}
    for quote in quotes:
        number = draft.cite_words(quote.row, quote.field, quote.text)
        if number is not None:
            by_report.setdefault(quote.row.report.id, []).append((quote, number))
    if not by_report:
        draft.say(
            f"{lead}{name_of(row.pbi)}{title} in {report_words(row.report)} tells of it.",
            draft.cite(row, "title"),
        )
        return []
    for place, told in enumerate(by_report.values()):
        source = told[0][0].row
        said = " ".join(quote.text for quote, _ in told)
        name = f"{lead}{name_of(row.pbi)}{title}, in" if place == 0 else "And in"
        draft.say(
            f"{name} {report_words(source.report)}: “{said}”",
            draft.cite(row, "title") if place == 0 else None,
            *(number for _, number in told),
        )
    return [quote for told in by_report.values() for quote, _ in told]
