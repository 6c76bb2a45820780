"""What an answer says beside its rows: nothing found, owner or involved, what dropped out."""

from __future__ import annotations

from ingest.numbers import short_pbi
from ingest.quarters import spoken
from kb.answer.chosen_rows import telling_fields
from kb.answer.context import Asked
from kb.answer.draft import Draft
from kb.answer.phrasing import conditions, listed, problems, reports_words
from kb.answer.subjects import subject
from kb.filters import Filters


def none_found(asked: Asked, draft: Draft) -> None:
    """Says that nothing meets the conditions, in which reports, and what is near."""
    reports = asked.speaking()
    draft.say(
        f"No problem meets that in {reports_words(reports)}: {asked_words(asked.filters)}.",
        *held_there(asked, draft),
    )
    wider = _without_strictest(asked.filters)
    if wider is not None:
        number = asked.kb.count(wider)
        if number:
            rows = asked.kb.snapshots(wider, limit=5)
            draft.say(
                f"Without the narrowest condition there {'is' if number == 1 else 'are'} "
                f"{subject(wider, number)}.",
                *draft.cite_all(rows, *telling_fields(wider)),
                counted=(number,),
            )


def held_there(asked: Asked, draft: Draft) -> list[int]:
    """A citation for a nought: the first problem of the report that was looked through."""
    scope = Filters(
        quarters=asked.filters.quarters, reports=asked.filters.reports, ever=asked.filters.ever
    )
    return draft.cite_all(asked.kb.snapshots(scope, limit=1))


def asked_words(filters: Filters) -> str:
    """The conditions in words; all problems where there is none."""
    return ", ".join(conditions(filters)) or "all problems"


def _without_strictest(filters: Filters) -> Filters | None:
    given = filters.conditions()
    for names in (
        ("words",),
        ("created_from", "created_to"),
        ("target_from", "target_to"),
        ("min_age", "max_age"),
        ("min_slips", "min_slip_days"),
        ("overdue",),
        ("impact_classes",),
        ("statuses",),
        ("severities",),
    ):
        if any(name in given for name in names):
            left = filters.model_copy(update={n: Filters.model_fields[n].default for n in names})
            if left.conditions().keys() - {"quarters", "ever", "reports"}:
                return left
    return None


def relation(asked: Asked, draft: Draft) -> None:
    """Says whether owner or involved was taken, with the other number beside it (rule 4)."""
    filters = asked.filters
    if filters.owners and not filters.suppliers and not filters.owner_roles:
        other = filters.model_copy(update={"owners": (), "suppliers": filters.owners})
        taken, wider = "the record is with it", ("involve", "involves")
    elif filters.suppliers and not filters.owners and len(filters.suppliers) == 1:
        other = filters.model_copy(update={"suppliers": (), "owners": filters.suppliers})
        taken, wider = "owner or not, it is involved", ("are with", "is with")
    else:
        return
    names = listed(filters.owners or filters.suppliers, "or")
    number = asked.kb.count(other)
    draft.say(
        f"Taken as problems that {'are with' if filters.owners else 'involve'} {names} ({taken}); "
        f"{number} {wider[number == 1]} {names}.",
        *draft.cite_all(asked.kb.snapshots(other, limit=3), "owner"),
        *(held_there(asked, draft) if not number else []),
        fact=bool(number),
        counted=(number,),
    )


def gone(asked: Asked, draft: Draft) -> None:
    """Names apart the problems that dropped out without being closed (rule 3)."""
    filters = asked.filters
    if (
        filters.ever
        or filters.quarters
        or filters.reports
        or filters.open is False
        or filters.vanished is not None
    ):
        return
    if filters.statuses and all(
        not asked.understander.annotator.vocabulary.is_open(s) for s in filters.statuses
    ):
        return
    rows = [row for row in asked.kb.vanished(filters) if row.pbi not in draft.pbis]
    if not rows:
        return
    names = [
        f"{short_pbi(r.pbi)} ({r.problem.status or 'no status'} in "
        f"{spoken(r.report.quarter) if r.report.quarter else r.report.file})"
        for r in rows[:5]
    ]
    more = f" and {len(rows) - 5} more" if len(rows) > 5 else ""
    draft.say(
        f"Not counted: {problems(len(rows))} last reported as not closed and not mentioned since: "
        f"{', '.join(names)}{more}.",
        *draft.cite_all(rows[:5], "status"),
        counted=(len(rows), len(rows) - 5),
    )
