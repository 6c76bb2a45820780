"""Single fields of a problem, yes and no, comparisons, and everything about one problem."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from ingest.quarters import spoken
from ingest.records import ImpactClass
from kb.answer.context import Asked
from kb.answer.draft import Draft
from kb.answer.lists import cell_of, iso, merged
from kb.answer.phrasing import MORE_FIELDS, capital, conditions, listed, name_of, report_words
from kb.answers import Table
from kb.filters import Filters
from kb.query import Ask
from kb.records import Snapshot
from kb.words import NOT_STATED, british, counted, evidence_words, owner_words, slip_words, yes_no

_DERIVED = {
    "age": "created",
    "overdue": "target_completion",
    "slips": "target_completion",
    "slip_days": "target_completion",
    "processes": "description",
}


def value_of(row: Snapshot, name: str, as_at: date | None = None) -> Any:
    """A field's value for JSON: text, ISO date, number or None where it is not stated."""
    problem = row.problem
    if name in ("age", "overdue"):
        return row.age_days(as_at) if name == "age" else row.overdue_days(as_at)
    if name in ("slips", "slip_days"):
        return getattr(row, name)
    if name == "owner":
        return problem.owner
    if name == "involved":
        return ", ".join(problem.involved) or None
    if name == "severity":
        return problem.severity.value if problem.severity else None
    if name in ("created", "status_date", "target_completion"):
        return iso(getattr(problem, name))
    if name == "major_incident":
        return None if problem.major_incident is None else yes_no(problem.major_incident)
    if name == "impact_class":
        return problem.impact_class.value
    if name == "processes":
        return (
            ", ".join(dict.fromkeys(p for e in problem.impact_evidence for p in e.processes))
            or None
        )
    value = getattr(problem, name, None)
    return str(value) if value not in (None, "") else None


def subject_rows(asked: Asked) -> list[Snapshot]:
    """The snapshots that a question about named problems speaks of, in the order named."""
    filters = asked.filters
    if filters.pbis and not filters.quarters and not filters.reports:
        filters = filters.model_copy(update={"ever": True})
    rows = asked.kb.snapshots(filters)
    order = {pbi: number for number, pbi in enumerate(filters.pbis)}
    return sorted(rows, key=lambda row: order.get(row.pbi, len(order)))


def not_in_report(asked: Asked, draft: Draft) -> bool:
    """Says where a problem is held when the report asked about does not hold it."""
    filters = asked.filters
    for pbi in filters.pbis:
        held = asked.history(pbi)
        if not held:
            continue
        names = [
            spoken(row.report.quarter) if row.report.quarter else row.report.file for row in held
        ]
        wanted = listed([spoken(q) for q in filters.quarters]) or "latest"
        last = held[-1]
        draft.abstain(
            f"The {wanted} report does not list {name_of(pbi)}; it is in "
            f"{listed(list(dict.fromkeys(names)))}, "
            f"last as {last.problem.status or 'of no stated status'}.",
            draft.cite(last, "status"),
        )
        draft.pbis.append(pbi)
    return bool(draft.statements)


def answer_field(asked: Asked, draft: Draft) -> None:
    """One or more fields of one problem, or yes or no to a claim about it."""
    rows = subject_rows(asked)
    query = asked.query
    if not rows:
        if query.filters.pbis and not_in_report(asked, draft):
            return
        from kb.answer.lists import none_found

        none_found(asked, draft)
        return
    if len(rows) > 1:
        _several(asked, draft, rows)
        return
    row = rows[0]
    draft.pbis = [row.pbi]
    if query.within is not None and asked.meaning.yes_no:
        _yes_or_no(asked, draft, row)
        return
    if query.within is not None and not check_premise(asked, draft, row):
        # What rests on something false has no answer beyond what is true instead.
        draft.abstained = True
        return
    if query.from_quarter:
        from kb.answer.overtime import moved_between

        if moved_between(asked, draft, row):
            return
    values: dict[str, Any] = {}
    for name in query.fields:
        values[name] = say_field(asked, draft, row, name)
    stated = [v for v in values.values() if v is not None]
    draft.value = next(iter(values.values())) if len(values) == 1 else values
    if not stated:
        draft.abstained = True
        draft.value = None
    draft.suggestions += _next(row, query.fields)


def _several(asked: Asked, draft: Draft, rows: list[Snapshot]) -> None:
    draft.pbis = [row.pbi for row in rows]
    for row in rows[:8]:
        for name in asked.query.fields or ("status",):
            say_field(asked, draft, row, name, known_report=False)
    fields = asked.query.fields or ("status",)
    draft.table = Table(
        columns=("PBI", *(MORE_FIELDS.get(f, f) for f in fields)),
        rows=tuple((row.pbi, *(cell_of(row, f) for f in fields)) for row in rows),
        pbis=tuple(row.pbi for row in rows),
    )
    draft.value = {row.pbi: value_of(row, fields[0]) for row in rows}


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
    from kb.understand.decide import FIELD_OF

    field = FIELD_OF.get(name, "status")
    single = Filters.model_validate({name: claim.model_dump()[name]})
    said = ", ".join(conditions(single))
    draft.say(
        f"That does not hold for {name_of(row.pbi)} ({said}): "
        f"{fact(row, field, asked.filters.as_at)}, says {report_words(row.report)}.",
        draft.cite(row, _DERIVED.get(field, field)),
    )


def fact(row: Snapshot, name: str, as_at: date | None = None) -> str:
    """One field as a clause: "its status is Pending at 20 September 2021"."""
    problem = row.problem
    value = value_of(row, name, as_at)
    day = problem.status_date or row.report.as_at
    match name:
        case "status":
            if value is None:
                return "its status is not stated"
            return f"its status is {value}" + (f" at {british(day)}" if day else "")
        case "owner":
            return f"it is with {_holder(row)}" if value else "its owner is not stated"
        case "involved":
            return f"the parties involved are {value}" if value else "no party is named"
        case "target_completion":
            return (
                f"its target completion is {british(problem.target_completion)}"
                if value
                else "no target completion is stated"
            )
        case "created":
            return (
                f"it was created on {british(problem.created)}"
                if value
                else "its date of creation is not stated"
            )
        case "status_date":
            return (
                f"its status date is {british(problem.status_date)}"
                if value
                else "its status date is not stated"
            )
        case "severity":
            return f"its severity is {value}" if value else "its severity is not stated"
        case "user_impact":
            return (
                f"its stated end user impact is “{problem.user_impact}”"
                if problem.user_impact
                else "its end user impact is not stated"
            )
        case "impact_class":
            return (
                f"its stated impact is “{problem.user_impact}”"
                if problem.user_impact
                else "its end user impact is not stated"
            )
        case "age":
            return (
                f"it was {counted(value, 'day')} old at {british(day)}, created "
                f"{british(problem.created)}"
                if value is not None
                else "its age cannot be told: no created date is stated"
            )
        case "overdue":
            if value is not None:
                return (
                    f"it was {counted(value, 'day')} past its target of "
                    f"{british(problem.target_completion)} at {british(day)}"
                )
            if row.open is False:
                return f"it is {problem.status}"
            if problem.target_completion:
                return (
                    f"its target of {british(problem.target_completion)} had not passed at "
                    f"{british(day)}"
                )
            return "no target completion is stated"
        case "slips" | "slip_days":
            return f"its target {slip_words(row.slips, row.slip_days)}" + (
                f"; it now stands at {british(problem.target_completion)}"
                if problem.target_completion
                else ""
            )
        case "major_incident":
            if problem.major_incident is None:
                return "the report does not say whether it was run as a Major Incident"
            return (
                "it was run as a Major Incident"
                if problem.major_incident
                else "it was not run as a Major Incident"
            )
        case "workaround":
            return (
                f"its workaround: “{problem.workaround}”"
                if problem.workaround
                else "no workaround is stated"
            )
        case "title":
            return f"its title is “{problem.title}”" if problem.title else "it has no title"
        case _:
            label = MORE_FIELDS.get(name, name).lower()
            return f"its {label}: “{value}”" if value is not None else f"its {label} is not stated"


def _holder(row: Snapshot) -> str:
    """The owner with its role, in the report's own words too where they differ."""
    problem = row.problem
    plain = owner_words(problem.owner, problem.owner_role)
    evidence = problem.evidence.get("owner")
    printed = " ".join(evidence.quote.split()) if evidence else ""
    same = printed.casefold() in (plain.casefold(), (problem.owner or "").casefold())
    if not problem.owner_role or same or not printed.isascii() or len(printed) > 40:
        return plain
    return f"the {printed.removeprefix('the ')}, that is {plain}"


def say_field(
    asked: Asked, draft: Draft, row: Snapshot, name: str, *, known_report: bool = True
) -> Any:
    """Says one field with its evidence, and what the narrative adds for an impact."""
    del known_report
    value = value_of(row, name, asked.filters.as_at)
    evidence = row.problem.evidence.get(name)
    words = fact(row, name, asked.filters.as_at)
    printed = ""
    if (
        evidence is not None
        and name in ("owner", "status", "target_completion", "created", "severity")
        and value is not None
    ):
        quote = " ".join(evidence.quote.split())
        if len(quote) <= 120 and quote.casefold() not in words.casefold():
            printed = f" (printed as “{quote}”)"
    cites = [draft.cite_field(row, _DERIVED.get(name, name))]
    if cites[0] is None:
        cites = [draft.cite(row)]
    if (
        name in ("description", "update", "workaround", "incident_observation")
        and value is not None
    ):
        words = f"its {MORE_FIELDS[name].lower()}: “{_shortened(value)}”"
    draft.say(f"{name_of(row.pbi)}: {words}{printed}, in {report_words(row.report)}.", *cites)
    if name in ("user_impact", "impact_class"):
        say_impact_evidence(draft, row)
    if value is None:
        _said_before(asked, draft, row, name)
        if name == "target_completion" and row.open is False:
            draft.say(f"Its status is {row.problem.status}.", draft.cite(row, "status"))
    return value if name not in ("overdue",) or value is not None else None


def say_impact_evidence(draft: Draft, row: Snapshot) -> None:
    """What users met while it lasted, beside the stated impact."""
    for one in row.problem.impact_evidence[:3]:
        exact = evidence_words(one)
        draft.say(
            f"The narrative says: “{one.quote}”" + (f" ({exact})" if exact else "") + ".",
            draft.cite_impact(row, one),
        )
    if not row.problem.impact_evidence and row.problem.impact_class is ImpactClass.NO_ENDURING:
        draft.say("The narrative holds no sentence on what users met while it lasted.", fact=False)


def _said_before(asked: Asked, draft: Draft, row: Snapshot, name: str) -> None:
    for older in reversed(asked.history(row.pbi)):
        if older.report.id == row.report.id:
            continue
        if value_of(older, name) is not None:
            draft.say(
                f"Another report did state it: in {report_words(older.report)}, "
                f"{fact(older, name)}.",
                draft.cite(older, name),
            )
            return


def _yes_or_no(asked: Asked, draft: Draft, row: Snapshot) -> None:
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
    cites = [draft.cite(row, _DERIVED.get(name, name)) for name in fields]
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
    from kb.understand.decide import FIELD_OF

    return FIELD_OF.get(name, name)


def answer_compare(asked: Asked, draft: Draft) -> None:
    """Problems side by side."""
    rows = subject_rows(asked)
    missing = [pbi for pbi in asked.filters.pbis if pbi not in {row.pbi for row in rows}]
    if not rows:
        if not not_in_report(asked, draft):
            draft.abstain(f"None of {listed([name_of(p) for p in missing])} is in the reports.")
        return
    fields = asked.query.fields or (
        "title",
        "owner",
        "severity",
        "status",
        "created",
        "target_completion",
        "user_impact",
    )
    draft.pbis = [row.pbi for row in rows]
    for row in rows:
        words = "; ".join(fact(row, name) for name in fields if name not in ("title",))
        cites = [draft.cite(row, _DERIVED.get(name, name)) for name in (*fields, "title")]
        title = f", “{row.problem.title}”" if row.problem.title else ""
        draft.say(f"{name_of(row.pbi)}{title}: {words}, in {report_words(row.report)}.", *cites)
    if missing:
        draft.say(f"No report holds {listed([name_of(p) for p in missing])}.", fact=False)
    draft.table = Table(
        columns=("Field", *(row.pbi for row in rows)),
        rows=tuple((MORE_FIELDS.get(f, f), *(cell_of(row, f) for row in rows)) for f in fields),
    )
    if len(asked.query.fields) == 1:
        draft.value = {row.pbi: value_of(row, fields[0]) for row in rows}


def answer_problem(asked: Asked, draft: Draft) -> None:
    """What the latest report says of one problem, and where it has come from."""
    if len(asked.filters.pbis) > 1:
        answer_compare(asked, draft)
        return
    rows = subject_rows(asked)
    if not rows:
        not_in_report(asked, draft)
        return
    row = rows[0]
    problem = row.problem
    draft.pbis = [row.pbi]
    title = f" is “{problem.title}”" if problem.title else " has no title"
    draft.say(
        f"{name_of(row.pbi)}{title}, in {report_words(row.report)}.", draft.cite(row, "title")
    )
    names = ("severity", "owner", "status", "created", "target_completion")
    words = "; ".join(fact(row, name) for name in names)
    draft.say(f"{capital(words)}.", *(draft.cite(row, name) for name in names))
    if problem.description:
        from kb.passages import sentences

        lead: list[str] = []
        for sentence in sentences(problem.description.replace("\n", " ")):
            if lead and sum(map(len, lead)) + len(sentence) > 350:
                break
            lead.append(sentence)
        cites = [draft.cite_words(row, "description", sentence) for sentence in lead]
        kept = [s for s, c in zip(lead, cites, strict=True) if c is not None]
        if kept:
            draft.say(f"The report tells: “{' '.join(kept)}”", *cites)
    else:
        draft.say("The report gives no narrative for it.", draft.cite(row))
    draft.say(f"{capital(fact(row, 'user_impact'))}.", draft.cite(row, "user_impact"))
    say_impact_evidence(draft, row)
    if problem.workaround:
        draft.say(f"Workaround: “{_shortened(problem.workaround)}”.", draft.cite(row, "workaround"))
    history = asked.history(row.pbi)
    if len(history) > 1:
        quarters = [
            spoken(h.report.quarter) if h.report.quarter else h.report.file for h in history
        ]
        draft.say(
            f"It is in {len(history)} reports, {quarters[0]} to {quarters[-1]}; its target "
            f"{slip_words(row.slips, row.slip_days)}.",
            draft.cite(history[0]),
            draft.cite(row, "target_completion"),
        )
    if row.vanished:
        draft.say(
            "It was not closed there, and no later report mentions it.", draft.cite(row, "status")
        )
    for finding in problem.findings[:2]:
        draft.notes.append(finding.message)
    draft.suggestions += _next(row, ())


def _next(row: Snapshot, asked: tuple[str, ...]) -> list[str]:
    short = name_of(row.pbi)
    out = [f"How has {short} changed over time?"]
    if "target_completion" not in asked:
        out.append(f"When is {short} due?")
    if "user_impact" not in asked:
        out.append(f"What is the user impact of {short}?")
    if "owner" not in asked:
        out.append(f"Who is {short} with?")
    return out[:3]


def _shortened(text: str, limit: int = 500) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0] + " …"


__all__ = [
    "NOT_STATED",
    "Ask",
    "answer_compare",
    "answer_field",
    "answer_problem",
    "merged",
    "say_field",
    "value_of",
]
