"""The user-impact view: stated impact and impact evidence side by side."""

from __future__ import annotations

from collections import Counter

from ingest.numbers import short_pbi
from ingest.records import ImpactClass
from kb.answer.beside import gone, none_found, relation
from kb.answer.chosen_rows import rows_of, say_source
from kb.answer.context import Asked
from kb.answer.draft import Draft
from kb.answer.phrasing import listed
from kb.answer.subjects import subject
from kb.answers import Table
from kb.paper import impact_order
from kb.records import Snapshot
from kb.words import NOT_STATED, evidence_words, owner_words

TOLD = 12
"""Problems told one by one in words; the table holds every one."""


def answer_impact(asked: Asked, draft: Draft) -> None:
    """Every problem in scope, what matters to users first, open before closed."""
    rows = sorted(rows_of(asked), key=lambda row: (row.open is False, impact_order(row)))
    if not rows:
        none_found(asked, draft)
        gone(asked, draft)
        return
    draft.pbis = [row.pbi for row in rows]
    source = say_source(asked, rows)
    verb = "is" if len(rows) == 1 else "are"
    classes = Counter(row.problem.impact_class for row in rows)
    draft.say(
        f"There {verb} {subject(asked.filters, len(rows))} in {source}. {_classes(classes)}",
        *draft.cite_all(rows, "user_impact"),
    )
    told = [row for row in rows if row.problem.impact_evidence]
    if told:
        draft.say(
            f"The narratives of {len(told)} of them "
            f"({', '.join(short_pbi(r.pbi) for r in told)}) say what users met while it lasted.",
            *(draft.cite_impact(row, row.problem.impact_evidence[0]) for row in told),
        )
    for row in rows[:TOLD]:
        _one(draft, row)
    draft.table = Table(
        columns=("PBI", "Title", "Owner", "Severity", "Status", "Stated impact", "Impact evidence"),
        rows=tuple(
            (
                short_pbi(row.pbi),
                row.problem.title,
                owner_words(row.problem.owner, row.problem.owner_role),
                row.problem.severity.value if row.problem.severity else NOT_STATED,
                row.problem.status or NOT_STATED,
                row.problem.user_impact or NOT_STATED,
                _evidence(row),
            )
            for row in rows
        ),
        pbis=tuple(row.pbi for row in rows),
    )
    draft.shown = len(rows)
    relation(asked, draft)
    gone(asked, draft)


def _classes(classes: Counter[ImpactClass]) -> str:
    words = {
        ImpactClass.IMPACTING: "an impact on users",
        ImpactClass.NO_ENDURING: "no enduring impact",
        ImpactClass.NONE: "none",
        ImpactClass.NOT_STATED: None,
    }
    parts = [f"{classes[c]} with {w}" for c, w in words.items() if w and classes[c]]
    text = f"Stated impact: {listed(parts)}" if parts else "No impact is stated"
    silent = classes[ImpactClass.NOT_STATED]
    return f"{text}; for {silent} the impact is not stated." if silent and parts else f"{text}."


def _one(draft: Draft, row: Snapshot) -> None:
    problem = row.problem
    stated = (
        f"stated impact “{problem.user_impact}”" if problem.user_impact else "impact not stated"
    )
    severity = problem.severity.value if problem.severity else "severity not stated"
    cites = [draft.cite(row, "user_impact"), draft.cite(row, "severity")]
    evidence = ""
    for one in problem.impact_evidence[:2]:
        exact = evidence_words(one)
        evidence += f"; impact evidence: “{one.quote}”" + (f" ({exact})" if exact else "")
        cites.append(draft.cite_impact(row, one))
    draft.say(
        f"{short_pbi(row.pbi)} ({severity}, {problem.status or 'status not stated'}): "
        f"{stated}{evidence}.",
        *cites,
    )


def _evidence(row: Snapshot) -> str:
    parts = []
    for one in row.problem.impact_evidence:
        exact = evidence_words(one)
        parts.append(f"{one.quote}" + (f" ({exact})" if exact else ""))
    return " ".join(parts) or "Nothing in the narrative"
