"""One field said with its evidence, and where a problem is held."""

from __future__ import annotations

from typing import Any

from ingest.quarters import spoken
from ingest.records import ImpactClass
from kb.answer.context import Asked
from kb.answer.draft import Draft
from kb.answer.facts import DERIVED, fact, shortened, value_of
from kb.answer.phrasing import MORE_FIELDS, capital, listed, name_of, report_words
from kb.records import Snapshot
from kb.words import evidence_words


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
        text = (
            f"the {wanted} report does not list {name_of(pbi)}; it is in "
            f"{listed(list(dict.fromkeys(names)))}, "
            f"last as {last.problem.status or 'of no stated status'}."
        )
        if asked.meaning.presence:
            draft.say(f"No: {text}", draft.cite(last, "status"))
        else:
            draft.abstain(capital(text), draft.cite(last, "status"))
        draft.pbis.append(pbi)
    return bool(draft.statements)


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
    cites = [draft.cite_field(row, DERIVED.get(name, name))]
    if cites[0] is None:
        cites = [draft.cite(row)]
    if (
        name in ("description", "update", "workaround", "incident_observation", "root_cause")
        and value is not None
    ):
        words = f"its {MORE_FIELDS[name].lower()}: “{shortened(value)}”"
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
