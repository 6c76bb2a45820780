"""Questions on what the narratives say: found by words and meaning, ranked on evidence.

A passage is an answer only if it is near enough on an absolute scale: the telling words of the
question stand in it, or its meaning is close. Else the answer says what was searched.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from ingest.numbers import short_pbi
from kb.answer.context import Asked
from kb.answer.draft import Draft
from kb.answer.fields import check_premise, fact, not_in_report, subject_rows
from kb.answer.nearness import Found, covered, phrases, ranked, stems_of, terms_of
from kb.answer.phrasing import capital, name_of, report_words, reports_words
from kb.answer.quotes import CAUSE, LENGTH, Quote, chosen, number_of
from kb.answers import Value
from kb.filters import Filters
from kb.passages import sentences
from kb.records import Snapshot
from kb.understand.told import particular
from kb.words import evidence_words, minutes

FIELDS = ("title", "description", "update", "workaround", "incident_observation", "user_impact")
MEANING_FLOOR = 0.45
"""Cosine from which the text of a problem that is named counts as telling of the topic."""

_LASTING = frozenset({"long", "last", "lasted", "duration"})
_FIXED = re.compile(
    r"\b(?:fix(?:ed)?|resolv\w+|restor\w+|complet\w+|no recurrence|can be closed|closed|"
    r"patch\w*|change was made|replaced|restarted)\b",
    re.IGNORECASE,
)
_WAITS = re.compile(
    r"\b(?:await\w*|waits?|waiting|will|planned|plan|remains?|until|not yet|still|to be|due|"
    r"put back|delay\w*|"
    r"freeze|under way|further|next|outstanding|depends?|expected|scheduled|moved|later)\b",
    re.IGNORECASE,
)


def texts_of(row: Snapshot) -> list[tuple[str, str]]:
    """Field and sentence, for everything of a problem that can be quoted."""
    out: list[tuple[str, str]] = []
    for name in FIELDS:
        value = getattr(row.problem, name)
        if value:
            out += [(name, s) for part in value.split("\n") for s in sentences(part)]
    return out


def best_sentences(
    asked: Asked, row: Snapshot, terms: dict[str, float], *, want: int = 2
) -> list[tuple[str, str]]:
    """The sentences that answer best, in the order of the text."""
    rows = [pair for pair in texts_of(row) if pair[0] not in ("title", "user_impact")] or texts_of(
        row
    )
    scored: list[tuple[float, int]] = []
    for number, (_, sentence) in enumerate(rows):
        score = covered(terms, sentence) + 0.15 * phrases(list(terms), sentence)
        if asked.meaning.duration and LENGTH.search(sentence):
            score += 0.25
        if asked.meaning.why and CAUSE.search(sentence):
            score += 0.3
        scored.append((score, number))
    scored.sort(key=lambda item: (-item[0], item[1]))
    kept = [number for score, number in scored[:want] if score > 0]
    if not kept:
        kept = list(range(min(want, len(rows))))
    return [rows[number] for number in sorted(kept)]


def look_for(asked: Asked, topic: str, filters: Filters, limit: int = 50) -> list[Found]:
    """Problems whose text tells of the topic, best first, near or not."""
    told = " ".join(w for w in topic.split() if w.lower() not in _LASTING)
    topic = told or topic
    text = asked.meaning.text
    question = text if len(topic.split()) > 2 or len(text.split()) >= 8 else topic
    return ranked(asked, question, filters, _day_in(question), limit)


def _day_in(question: str) -> re.Pattern[str] | None:
    """A day named in a question, as any report may write it; None where none is."""
    from kb.understand.periods import Clock, Period, periods_in

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


def answer_passage(asked: Asked, draft: Draft) -> None:
    """What the narratives say, in their own words."""
    if asked.filters.pbis:
        _within_problems(asked, draft)
        return
    topic = asked.query.topic or ""
    found = look_for(asked, topic, asked.filters)
    note_meaning(asked, draft)
    near = [one for one in found if one.near and _holds_particular(asked, one.text)]
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
        _say_length(draft, best[0].row)


def _holds_particular(asked: Asked, text: str) -> bool:
    """Whether a text names what the question turns on, where that is seldom held ("fines")."""
    wanted = particular(asked.meaning.text)
    return wanted is None or set(stems_of(wanted)) - {"of", "th"} <= set(stems_of(text))


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
    quotes = chosen(asked, found, terms, _day_in(asked.meaning.text))
    # "Yes" only where the question's own words stand in one sentence; a story may well say no.
    sure = any(covered(terms, quote.text) >= 0.5 for quote in quotes)
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


def note_meaning(asked: Asked, draft: Draft) -> None:
    """Says when search by meaning was not possible."""
    if asked.kb.meaning_off:
        draft.notes.append(
            f"Search by meaning is off ({asked.kb.meaning_off}); words alone were searched."
        )


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


def _tell(
    asked: Asked, draft: Draft, row: Snapshot, terms: dict[str, float], *, first: bool
) -> None:
    quotes = best_sentences(asked, row, terms)
    # "Yes" only where the question's own words stand there; nearness of meaning says less.
    sure = covered(terms, " ".join(sentence for _, sentence in texts_of(row))) >= 0.5
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


def _say_length(draft: Draft, row: Snapshot) -> None:
    from kb.outage import outage

    whole = outage(row.problem.impact_evidence)
    if whole is not None and whole.minutes is not None:
        cites = [draft.cite_impact(row, one) for one in row.problem.impact_evidence]
        draft.say(f"It lasted {minutes(whole.minutes)}.", *cites)
        draft.value = int(whole.minutes) if whole.minutes == int(whole.minutes) else whole.minutes
        return
    for one in row.problem.impact_evidence:
        exact = evidence_words(one)
        if exact:
            draft.say(f"Stated there: {exact}.", draft.cite_impact(row, one))
            return
    for name, sentence in texts_of(row):
        found = LENGTH.search(sentence)
        if found and name in ("description", "update"):
            draft.say(
                f"The narrative names {found[0]}: “{sentence}”",
                draft.cite_words(row, name, sentence),
            )
            return
    draft.say(
        f"The report does not say how long it lasted: {name_of(row.pbi)} names no duration.",
        draft.cite(row),
    )


def _within_problems(asked: Asked, draft: Draft) -> None:
    """A reason, a length or a detail, in the text of problems that are named."""
    rows = subject_rows(asked)
    if not rows:
        not_in_report(asked, draft)
        return
    for row in rows[:3]:
        draft.add_pbis([row.pbi])
        if asked.query.within is not None and not check_premise(asked, draft, row):
            draft.abstained = True
            continue
        if asked.meaning.duration:
            _length_of(asked, draft, row)
        elif asked.meaning.why:
            _reason_of(asked, draft, row)
        else:
            _detail_of(asked, draft, row)


def _length_of(asked: Asked, draft: Draft, row: Snapshot) -> None:
    terms = terms_of(asked.query.topic or "")
    told = [pair for pair in texts_of(row) if LENGTH.search(pair[1])]
    if not told and not row.problem.impact_evidence:
        draft.abstain(
            f"{capital(report_words(row.report))} names no duration for {name_of(row.pbi)}.",
            draft.cite(row),
        )
        return
    _tell(asked, draft, row, terms, first=False)
    _say_length(draft, row)


def _reason_of(asked: Asked, draft: Draft, row: Snapshot) -> None:
    within = asked.query.within
    held = asked.history(row.pbi)
    closing = within is not None and within.open is False
    waiting = within is not None and (
        within.open is True or bool(within.min_slips or within.overdue)
    )
    cue = _FIXED if closing else _WAITS if waiting else CAUSE
    pool = [row, *[older for older in reversed(held) if older.report.id != row.report.id]]
    for one in pool:
        told = [
            pair
            for pair in texts_of(one)
            if pair[0] in ("description", "update") and cue.search(pair[1])
        ]
        if told:
            cites, said = [], []
            for name, sentence in told[:2]:
                number = draft.cite_words(one, name, sentence)
                if number is not None:
                    cites.append(number)
                    said.append(sentence)
            if said:
                if within is not None:
                    claims = [fact(row, "status")] if closing else []
                    for clause in claims:
                        draft.say(
                            f"{name_of(row.pbi)}: {clause}, in {report_words(row.report)}.",
                            draft.cite(row, "status"),
                        )
                draft.say(
                    f"{name_of(one.pbi)}, in {report_words(one.report)}: “{' '.join(said)}”", *cites
                )
                return
    names = " and ".join(dict.fromkeys(report_words(r.report) for r in pool[:1]))
    state = fact(row, "status")
    draft.abstain(
        f"No report gives a reason for {name_of(row.pbi)} in its narrative: {state}, in {names}.",
        draft.cite(row, "status"),
    )


def _detail_of(asked: Asked, draft: Draft, row: Snapshot) -> None:
    terms = terms_of(asked.query.topic or "")
    whole = " ".join(sentence for _, sentence in texts_of(row))
    share = covered(terms, whole)
    if not _holds_particular(asked, whole):
        draft.abstain(
            f"{capital(report_words(row.report))} does not say that of {name_of(row.pbi)}.",
            draft.cite(row, "title"),
        )
        return
    if terms and share < 0.34:
        nearer = [
            older for older in reversed(asked.history(row.pbi)) if older.report.id != row.report.id
        ]
        for older in nearer:
            if covered(terms, " ".join(s for _, s in texts_of(older))) >= 0.5:
                _tell(asked, draft, older, terms, first=True)
                return
        found = look_for(asked, asked.query.topic or "", Filters(pbis=(row.pbi,), ever=True), 3)
        note_meaning(asked, draft)
        if not found or found[0].meaning < MEANING_FLOOR:
            draft.abstain(
                f"{capital(report_words(row.report))} does not say that of {name_of(row.pbi)}.",
                draft.cite(row, "title"),
            )
            return
    _tell(asked, draft, row, terms, first=True)


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
        _tell(asked, draft, one.row, terms_of(topic), first=False)
    draft.pbis = [one.row.pbi for one in chosen]
    return True


def resolve(asked: Asked) -> tuple[Snapshot | None, list[Found]]:
    """The one problem that a topic describes, and what else came near."""
    found = [one for one in look_for(asked, asked.query.topic or "", asked.filters) if one.near]
    return (found[0].row if found else None), found
