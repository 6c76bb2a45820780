"""Whether what a question takes for granted holds of a problem."""

from __future__ import annotations

import re

from kb.answer.context import Asked
from kb.answer.draft import Draft
from kb.answer.facts import DERIVED, fact, value_of
from kb.answer.phrasing import conditions, name_of, report_words
from kb.answer.saying import say_impact_evidence
from kb.filters import Filters
from kb.records import Snapshot
from kb.words import british


def check_premise(asked: Asked, draft: Draft, row: Snapshot) -> bool:
    """Says what is false in what the question takes for granted; True if all of it holds."""
    within = asked.query.within
    if within is None:
        return True
    wrong = false_parts(asked, row, within)
    for name in wrong:
        _say_against(asked, draft, row, name, within)
    return not wrong


def false_parts(asked: Asked, row: Snapshot, claim: Filters) -> list[str]:
    """The conditions of a claim that a snapshot does not meet."""
    out = []
    base = Filters(pbis=(row.pbi,), reports=(row.report.id,), as_at=claim.as_at)
    for name, value in claim.model_dump(exclude_defaults=True).items():
        if name == "as_at":
            continue
        one = Filters.model_validate({**base.model_dump(exclude_defaults=True), name: value})
        holds = row.vanished is bool(value) if name == "vanished" else bool(asked.kb.count(one))
        if not holds:
            out.append(name)
    return out


def _say_against(asked: Asked, draft: Draft, row: Snapshot, name: str, claim: Filters) -> None:
    from kb.understand.meaning import FIELD_OF

    field = FIELD_OF.get(name, "status")
    single = Filters.model_validate({name: claim.model_dump()[name]})
    said = ", ".join(conditions(single))
    draft.say(
        f"That does not hold for {name_of(row.pbi)} ({said}): "
        f"{fact(row, field, asked.filters.as_at)}, says {report_words(row.report)}.",
        draft.cite(row, DERIVED.get(field, field)),
    )


def yes_or_no(asked: Asked, draft: Draft, row: Snapshot) -> None:
    """Yes or no to a claim about one problem, with what the report says."""
    claim = asked.query.within
    assert claim is not None
    wrong = false_parts(asked, row, claim)
    fields = asked.query.fields or ("status",)
    unknown = [
        name
        for name in wrong
        if value_of(row, _field(name)) is None
        and _field(name) not in ("overdue", "slips", "slip_days", "workaround")
    ]
    day = report_words(row.report)
    facts = "; ".join(dict.fromkeys(fact(row, name, asked.filters.as_at) for name in fields))
    lead = "No" if wrong else "Yes"
    if unknown:
        lead = "The report does not say"
        draft.abstained = True
    cites = [draft.cite(row, DERIVED.get(name, name)) for name in fields]
    draft.say(f"{lead}: {facts}, in {day} for {name_of(row.pbi)}.", *cites)
    first = fields[0]
    value = value_of(row, first, asked.filters.as_at)
    draft.value = value
    if "user_impact" in fields:
        say_impact_evidence(draft, row)
    if {"slips", "slip_days"} & set(fields) and row.slips:
        _first_target(asked, draft, row)
    if "major_incident" in fields:
        _incident(draft, row)
    if row.vanished and ("status" in fields):
        draft.say(f"No later report mentions {name_of(row.pbi)}.", draft.cite(row, "status"))


def _first_target(asked: Asked, draft: Draft, row: Snapshot) -> None:
    """What a target that has moved was at first."""
    first = next((one for one in asked.history(row.pbi) if one.problem.target_completion), None)
    if first is None or first.problem.target_completion == row.problem.target_completion:
        return
    draft.say(
        f"Its target was first {british(first.problem.target_completion)}, in "
        f"{report_words(first.report)}.",
        draft.cite_field(first, "target_completion"),
    )


_REFERENCE = re.compile(r"\b(?:INC|MI|CRQ)[ -]?\d{4,}\b")


def _incident(draft: Draft, row: Snapshot) -> None:
    """The observation that names the incident, where it has a number."""
    words = row.problem.incident_observation
    if words and _REFERENCE.search(words):
        draft.say(f"The report observes: “{words}”.", draft.cite_field(row, "incident_observation"))


def _field(name: str) -> str:
    from kb.understand.meaning import FIELD_OF

    return FIELD_OF.get(name, name)
