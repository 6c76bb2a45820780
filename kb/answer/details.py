"""A reason, a length or a detail in the text of problems that are named."""

from __future__ import annotations

import re

from kb.answer.claims import check_premise
from kb.answer.context import Asked
from kb.answer.coverage import foreign_names
from kb.answer.draft import Draft
from kb.answer.facts import fact
from kb.answer.nearness import covered, terms_of
from kb.answer.phrasing import capital, event_verb, listed, name_of, report_words
from kb.answer.quotes import CAUSE, LENGTH
from kb.answer.saying import not_in_report, subject_rows
from kb.answer.seeking import holds_particular, look_for, note_meaning, tell
from kb.answer.sentences import texts_of
from kb.filters import Filters
from kb.records import Snapshot
from kb.words import evidence_words, minutes

MEANING_FLOOR = 0.45
"""Cosine from which the text of a problem that is named counts as telling of the topic."""


FACTS = ("owner", "severity", "status", "target_completion", "user_impact")
_ABOUT_FIELD = {
    "owner": re.compile(r"\b(?:own\w*|assign\w*|transfer\w*|hand\w*|pass\w*|with)\b", re.I),
    "severity": re.compile(r"\b(?:severity|priority|critical|high|medium|low|downgrad\w*)\b", re.I),
    "target_completion": re.compile(
        r"\b(?:target|date|delay\w*|slip\w*|later|mov\w*|put back|release|plan\w*|freeze)\b", re.I
    ),
    "user_impact": re.compile(r"\b(?:impact|user|consumer|customer|affect)\w*\b", re.I),
}
_LET = re.compile(
    r"\b(?:let|lets|allow(?:s|ed)|meant that|means that|faulty|a fault in|blocked|failed to|"
    r"failure of|error in|"
    r"unplugged|"
    r"defects?|bug in|flaw|wrong\w*|mis\w+ed|expired|overload\w*|exhausted|ran out|"
    r"was not (?:set|renewed|updated|applied|tested|installed)|"
    r"too (?:few|many|small|large|long|short|early|late))\b",
    re.IGNORECASE,
)
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


def say_length(draft: Draft, row: Snapshot) -> None:
    """Says how long an outage lasted, worked out or in the words of the report."""
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


def within_problems(asked: Asked, draft: Draft) -> None:
    """A reason, a length or a detail, in the text of problems that are named."""
    rows = subject_rows(asked)
    if not rows:
        not_in_report(asked, draft)
        return
    foreign = foreign_names(asked)
    for row in rows[:3]:
        draft.add_pbis([row.pbi])
        if foreign:
            names = listed([f"‘{name}’" for name in foreign], "or")
            draft.abstain(
                f"No report mentions {names}; {name_of(row.pbi)} is last in "
                f"{report_words(row.report)}.",
                draft.cite(row, "title"),
            )
            continue
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
    tell(asked, draft, row, terms, first=False)
    say_length(draft, row)


def _reason_of(asked: Asked, draft: Draft, row: Snapshot) -> None:
    within = asked.query.within
    held = asked.history(row.pbi)
    wanted = asked.query.events
    if wanted and not any(event.kind in wanted for event in asked.kb.events(row.pbi)):
        # "Why was it re-opened?" of one that never was.
        name = (asked.query.fields or ("status",))[0]
        verb = event_verb(wanted[0]).replace("their", "its")
        draft.abstain(
            f"No report says that {name_of(row.pbi)} {verb}"
            f": {fact(row, name)}, in {report_words(row.report)}.",
            draft.cite(row, name),
        )
        return
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
            if (pair[0] in ("description", "update") and cue.search(pair[1]))
            or (pair[0] == "root_cause" and cue is CAUSE)
        ]
        if asked.query.fields:
            told = [pair for pair in told if _of_fields(asked, pair[1])]
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
    if within is None and not asked.query.fields and _let_on(draft, pool):
        return
    names = " and ".join(dict.fromkeys(report_words(r.report) for r in pool[:1]))
    fields = [name for name in asked.query.fields if name in FACTS] or ["status"]
    state = "; ".join(fact(row, name) for name in fields)
    draft.abstain(
        f"No report gives a reason for {name_of(row.pbi)} in its narrative: {state}, in {names}.",
        *(draft.cite(row, name) for name in fields),
    )


def _let_on(draft: Draft, pool: list[Snapshot]) -> bool:
    """A reason that is told without the word: "A blocked drain let rain water in"."""
    for one in pool:
        for name, sentence in texts_of(one):
            if name not in ("description", "update") or not _LET.search(sentence):
                continue
            number = draft.cite_words(one, name, sentence)
            if number is not None:
                draft.say(
                    f"{name_of(one.pbi)}, in {report_words(one.report)}: “{sentence}”", number
                )
                return True
    return False


def _of_fields(asked: Asked, sentence: str) -> bool:
    """Whether a sentence speaks of the field whose change is to be explained."""
    return any(
        name not in _ABOUT_FIELD or _ABOUT_FIELD[name].search(sentence)
        for name in asked.query.fields
    )


def _detail_of(asked: Asked, draft: Draft, row: Snapshot) -> None:
    terms = terms_of(asked.query.topic or "")
    whole = " ".join(sentence for _, sentence in texts_of(row))
    share = covered(terms, whole)
    if not holds_particular(asked, whole):
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
                tell(asked, draft, older, terms, first=True)
                return
        found = look_for(asked, asked.query.topic or "", Filters(pbis=(row.pbi,), ever=True), 3)
        note_meaning(asked, draft)
        if not found or found[0].meaning < MEANING_FLOOR:
            draft.abstain(
                f"{capital(report_words(row.report))} does not say that of {name_of(row.pbi)}.",
                draft.cite(row, "title"),
            )
            return
    tell(asked, draft, row, terms, first=True)
