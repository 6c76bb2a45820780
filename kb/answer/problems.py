"""Everything about one problem, and problems side by side."""

from __future__ import annotations

from ingest.quarters import spoken
from kb.answer.context import Asked
from kb.answer.draft import Draft
from kb.answer.facts import DERIVED, fact, shortened, value_of
from kb.answer.phrasing import MORE_FIELDS, capital, listed, name_of, report_words
from kb.answer.saying import not_in_report, say_impact_evidence, subject_rows
from kb.answer.tables import cell_of
from kb.answers import Table
from kb.records import Snapshot
from kb.words import slip_words


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
        cites = [draft.cite(row, DERIVED.get(name, name)) for name in (*fields, "title")]
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
        draft.say(f"Workaround: “{shortened(problem.workaround)}”.", draft.cite(row, "workaround"))
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
    draft.suggestions += next_questions(row, ())


def next_questions(row: Snapshot, asked: tuple[str, ...]) -> list[str]:
    """Questions that make sense after one on a problem."""
    short = name_of(row.pbi)
    out = [f"How has {short} changed over time?"]
    if "target_completion" not in asked:
        out.append(f"When is {short} due?")
    if "user_impact" not in asked:
        out.append(f"What is the user impact of {short}?")
    if "owner" not in asked:
        out.append(f"Who is {short} with?")
    return out[:3]
