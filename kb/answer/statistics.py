"""Means, medians, sums and extremes of a measure over problems."""

from __future__ import annotations

from datetime import date
from statistics import mean, median

from kb.answer.beside import none_found
from kb.answer.chosen_rows import rows_of, say_source
from kb.answer.context import Asked
from kb.answer.draft import Draft
from kb.answer.grouped import values_of
from kb.answer.phrasing import GROUP_WORDS, listed, reports_words, short_row
from kb.answer.subjects import subject
from kb.answer.tables import SHOWN, table_of
from kb.answers import Table
from kb.outage import outage
from kb.records import Snapshot
from kb.words import counted


def answer_statistic(asked: Asked, draft: Draft) -> None:
    """A mean, median, sum or extreme of a measure over the problems."""
    query = asked.query
    rows = rows_of(asked)
    held = [(row, measure_of(row, query.measure or "age", asked.filters.as_at)) for row in rows]
    known = [(row, number) for row, number in held if number is not None]
    if not known:
        none_found(asked, draft)
        return
    if query.group_by:
        _statistic_by(asked, draft, known)
        return
    numbers = [number for _, number in known]
    draft.counted |= {float(n) for n in (*numbers, len(known), len(rows) - len(known))}
    value, rows_behind = _worked_out(query.statistic or "mean", known)
    draft.value = value
    draft.pbis = [row.pbi for row in rows_behind]
    unit = {"slips": "slip", "outage": "minute"}.get(query.measure or "age", "day")
    what = _measure_words(query.measure or "age")
    source = say_source(asked, rows)
    name = {
        "mean": "average",
        "median": "median",
        "max": "longest",
        "min": "shortest",
        "sum": "total",
    }[query.statistic or "mean"]
    missing = len(rows) - len(known)
    left = f" ({missing} without the dates for it left out)" if missing else ""
    tail = ""
    if query.statistic in ("max", "min"):
        tail = f": {listed([short_row(r) for r in rows_behind[:5]])}"
    else:
        tail = f"; it runs from {min(numbers):g} to {max(numbers):g}"
    scope = subject(asked.filters, len(known))
    days = counted(value, unit)
    draft.say(
        f"The {name} {what} over {scope}{left} in {source} is "
        f"{days}{_roughly(value) if unit == 'day' else ''}{tail}.",
        *draft.cite_all(
            rows_behind, "created" if query.measure in ("age", None) else "target_completion"
        ),
        *(
            draft.cite_impact(r, e)
            for r in rows_behind[:5]
            for e in r.problem.impact_evidence
            if query.measure == "outage"
        ),
        counted=(len(known), missing, *numbers),
    )
    draft.table = table_of(asked, rows_behind[:SHOWN], [query.measure or "age"])


def _worked_out(statistic: str, known: list[tuple[Snapshot, int]]) -> tuple[float, list[Snapshot]]:
    numbers = [number for _, number in known]
    if statistic in ("max", "min"):
        best = max(numbers) if statistic == "max" else min(numbers)
        return best, [row for row, number in known if number == best]
    ordered = [row for row, _ in sorted(known, key=lambda pair: -pair[1])]
    if statistic == "sum":
        return sum(numbers), ordered
    value = mean(numbers) if statistic == "mean" else median(numbers)
    rounded = round(float(value), 1)
    return (int(rounded) if rounded == int(rounded) else rounded), ordered


def _statistic_by(asked: Asked, draft: Draft, known: list[tuple[Snapshot, int]]) -> None:
    by = asked.query.group_by[0]
    groups: dict[str, list[tuple[Snapshot, int]]] = {}
    for row, number in known:
        for label in values_of(row, by):
            groups.setdefault(label, []).append((row, number))
    statistic = asked.query.statistic or "mean"
    value = {name: _worked_out(statistic, held)[0] for name, held in groups.items()}
    value = dict(sorted(value.items(), key=lambda item: -item[1]))
    draft.value = dict(value)
    draft.pbis = [row.pbi for row, _ in known]
    what = _measure_words(asked.query.measure or "age")
    spelled = ", ".join(f"{name} {number:g}" for name, number in value.items())
    draft.say(
        f"The {'average' if statistic == 'mean' else statistic} {what} in days, by "
        f"{GROUP_WORDS[by]}, in {reports_words(asked.speaking())}: {spelled}.",
        *draft.cite_all([row for row, _ in known][:12], "created"),
    )
    draft.table = Table(columns=(GROUP_WORDS[by].capitalize(), "Days"), rows=tuple(value.items()))


def measure_of(row: Snapshot, measure: str, as_at: date | None) -> int | None:
    """One problem's measure in days or times; None where the report lacks what it takes."""
    if measure == "age":
        return row.age_days(as_at)
    if measure == "overdue":
        return row.overdue_days(as_at)
    if measure == "slips":
        return row.slips
    if measure == "outage":
        told = outage(row.problem.impact_evidence)
        return round(told.minutes) if told is not None and told.minutes is not None else None
    if measure == "slip_days":
        return row.slip_days if row.slips else None
    day = as_at or row.problem.status_date or row.report.as_at
    target = row.problem.target_completion
    return (target - day).days if day and target else None


def _measure_words(measure: str) -> str:
    return {
        "age": "age",
        "overdue": "time overdue",
        "slips": "number of slips",
        "slip_days": "slippage of the target",
        "time_to_target": "time to target",
        "outage": "loss of service told in a narrative",
    }[measure]


def _roughly(days: float) -> str:
    return f" (about {days / 30.44:.0f} months)" if days >= 60 else ""
