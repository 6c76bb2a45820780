"""Problems whose text tells of a topic, and what is said where none does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from ingest.numbers import short_pbi
from kb.answer.context import Asked
from kb.answer.draft import Draft
from kb.answer.nearness import Found, covered, ranked, stems_of, terms_of
from kb.answer.phrasing import name_of, report_words, reports_words
from kb.answer.sentences import best_sentences
from kb.filters import Filters
from kb.records import Snapshot
from kb.searchbox import words_alone
from kb.understand.told import particular
from kb.understand.turns_on import evidence_for

_LASTING = frozenset({"long", "last", "lasted", "duration"})


SURE = 0.75
"""Weight of the question's words that one passage must hold for a plain "Yes"."""


def look_for(asked: Asked, topic: str, filters: Filters, limit: int = 50) -> list[Found]:
    """Problems whose text tells of the topic, best first, near or not."""
    told = " ".join(w for w in topic.split() if w.lower() not in _LASTING)
    topic = told or topic
    text = asked.meaning.text
    question = text if len(topic.split()) > 2 or len(text.split()) >= 8 else topic
    return ranked(asked, question, filters, day_in(question), limit)


def day_in(question: str) -> re.Pattern[str] | None:
    """A day named in a question, as any report may write it; None where none is."""
    from kb.understand.periods import periods_in
    from kb.understand.spans_of_time import Clock, Period

    clock = Clock(date.today())
    for mention in periods_in(question, clock):
        period = mention.value
        if (
            isinstance(period, Period)
            and period.kind == "day"
            and period.first
            and mention.label == "PERIOD"
        ):
            if not re.search(r"\d", question[mention.start : mention.end]):
                continue
            day = period.first
            month, short = f"{day:%B}", f"{day:%b}"
            names = rf"(?:{month}|{short})\b"
            return re.compile(
                rf"(?<!\d)0?{day.day}(?:st|nd|rd|th)?(?:\s+of)?[\s/.-]+(?:{names}|"
                rf"0?{day.month}(?!\d))|{names}\s+{day.day}(?!\d)",
                re.IGNORECASE,
            )
    return None


def holds_particular(asked: Asked, text: str) -> bool:
    """Whether a text names what the question turns on, where that is seldom held ("fines")."""
    needed = evidence_for(asked.meaning.text)
    if needed is not None and not needed.search(text):
        return False
    wanted = particular(asked.meaning.text)
    return wanted is None or set(stems_of(wanted)) - {"of", "th"} <= set(stems_of(text))


def note_meaning(asked: Asked, draft: Draft) -> None:
    """Says when search by meaning was not possible."""
    if said := words_alone(asked.kb):
        draft.notes.append(said)


def nothing_near(asked: Asked, draft: Draft, topic: str, found: Sequence[Found]) -> None:
    """Abstains: what was searched, and what came nearest."""
    where = reports_words(asked.speaking())
    draft.abstain(
        f"No problem in {where} tells of that; the titles, narratives, updates, workarounds "
        f"and stated impacts were searched for ‘{topic}’."
    )
    if found and found[0].words + found[0].meaning > 0.3:
        row = found[0].row
        title = f" (“{row.problem.title}”)" if row.problem.title else ""
        draft.say(
            f"Nearest, but not near enough to be an answer: {name_of(row.pbi)}{title}.",
            draft.cite(row, "title"),
        )
        draft.suggestions.append(f"Tell me about {name_of(row.pbi)}")
        draft.pbis = [one.row.pbi for one in found[:3] if one.score >= 0.85 * found[0].score]


def tell(
    asked: Asked, draft: Draft, row: Snapshot, terms: dict[str, float], *, first: bool
) -> None:
    """Says what a problem's text tells of the topic, in its own words."""
    quotes = best_sentences(asked, row, terms)
    # "Yes" only where the question's own words stand there; nearness of meaning says less.
    sure = covered(terms, " ".join(sentence for _, sentence in quotes)) >= SURE
    lead = "Yes: " if asked.meaning.yes_no and first and sure else ""
    title = f" (“{row.problem.title}”)" if row.problem.title else ""
    cites: list[int] = []
    said: list[str] = []
    for name, sentence in quotes:
        number = draft.cite_words(row, name, sentence)
        if number is not None:
            cites.append(number)
            said.append(sentence)
    if not said:
        number = draft.cite(row, "title")
        draft.say(
            f"{lead}{name_of(row.pbi)}{title} in {report_words(row.report)} tells of it.", number
        )
        return
    draft.say(
        f"{lead}{name_of(row.pbi)}{title}, in {report_words(row.report)}: “{' '.join(said)}”",
        draft.cite(row, "title"),
        *cites,
    )


def near_words(asked: Asked, draft: Draft) -> bool:
    """For a list by words that found nothing: the story told in other words, if there is one."""
    words = asked.filters.words
    filters = asked.filters.model_copy(update={"words": ()})
    topic = " ".join(words)
    found = look_for(asked, topic, filters)
    note_meaning(asked, draft)
    near = [one for one in found if one.near]
    if not near:
        return False
    chosen = [one for one in near if one.score >= 0.82 * near[0].score][:5]
    draft.say(
        f"No problem holds all of the words ‘{topic}’; the nearest in meaning: "
        f"{', '.join(short_pbi(one.row.pbi) for one in chosen)}.",
        *(draft.cite(one.row, "title") for one in chosen),
    )
    for one in chosen[:3]:
        tell(asked, draft, one.row, terms_of(topic), first=False)
    draft.pbis = [one.row.pbi for one in chosen]
    return True


def resolve(asked: Asked) -> tuple[Snapshot | None, list[Found]]:
    """The one problem that a topic describes, and what else came near."""
    found = [one for one in look_for(asked, asked.query.topic or "", asked.filters) if one.near]
    return (found[0].row if found else None), found
