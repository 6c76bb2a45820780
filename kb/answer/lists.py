"""Lists, counts, shares, groups, superlatives and statistics, all counted from records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from statistics import mean, median
from typing import Any

from ingest.numbers import short_pbi
from ingest.quarters import spoken
from ingest.records import ImpactClass
from kb.answer.context import Asked
from kb.answer.draft import Draft
from kb.answer.phrasing import (
    GROUP_WORDS,
    MORE_FIELDS,
    capital,
    conditions,
    listed,
    name_of,
    problems,
    reports_words,
    short_row,
)
from kb.answers import Table
from kb.filters import Filters
from kb.outage import outage
from kb.query import Ask, GroupBy, OrderBy
from kb.records import Snapshot
from kb.words import IMPACT_LABELS, NOT_STATED, british, counted, minutes, owner_words, yes_no

SHOWN = 20
"""Rows of a table before "show me the rest"."""

_FIELD_OF_FILTER = (
    ("severities", "severity"),
    ("statuses", "status"),
    ("open", "status"),
    ("owners", "owner"),
    ("not_owners", "owner"),
    ("impact_classes", "user_impact"),
    ("created_from", "created"),
    ("created_to", "created"),
    ("target_from", "target_completion"),
    ("target_to", "target_completion"),
    ("overdue", "target_completion"),
    ("min_slips", "target_completion"),
    ("major_incident", "major_incident"),
    ("has_workaround", "workaround"),
    ("suppliers", "title"),
)


def telling_fields(filters: Filters) -> tuple[str, ...]:
    """Fields whose evidence shows that a row meets the filters, the most telling first."""
    given = filters.conditions()
    return tuple(dict.fromkeys(field for name, field in _FIELD_OF_FILTER if name in given))


def adjective(filters: Filters) -> str:
    """The short conditions before "problems": "open Critical DCO"."""
    out = []
    if filters.overdue:
        out.append("overdue")
    if filters.open is not None:
        out.append("open" if filters.open else "closed")
    if filters.severities:
        out.append(listed([s.value for s in filters.severities], "or"))
    if filters.statuses:
        out.append(listed(filters.statuses, "or"))
    return " ".join(out)


def rest_of(filters: Filters) -> str:
    """The conditions after "problems": " involving DCO, with DSP"."""
    bare = filters.model_copy(
        update={
            "open": None,
            "severities": (),
            "statuses": (),
            "overdue": None,
            "quarters": (),
            "reports": (),
            "ever": False,
        }
    )
    words = conditions(bare)
    return f" ({', '.join(words)})" if words else ""


def subject(filters: Filters, number: int) -> str:
    """ "3 open problems (owner DSP)"."""
    return f"{problems(number, adjective(filters))}{rest_of(filters)}"


def rows_of(asked: Asked, filters: Filters | None = None) -> list[Snapshot]:
    """The rows that meet the filters, in the order asked for."""
    query = asked.query
    found = asked.kb.snapshots(
        filters if filters is not None else asked.filters,
        order=query.order,
        descending=query.descending,
    )
    wanted = asked.meaning.parties_all
    if wanted:
        found = [row for row in found if set(wanted) <= set(row.problem.involved)]
    if asked.meaning.missing_all:
        found = [row for row in found if _all_missing(row, asked.meaning.missing_all)]
    return found


def _all_missing(row: Snapshot, names: Sequence[str]) -> bool:
    problem = row.problem
    return all(
        problem.impact_class is ImpactClass.NOT_STATED
        if name == "user_impact"
        else getattr(problem, name) in (None, "", ())
        for name in names
    )


COMMON = 5e-7
"""Share of running English from which a word that no report uses is taken for filling."""


def drop_common(asked: Asked, draft: Draft) -> None:
    """Everyday words that stand in no report narrow nothing: they are set aside, and it is said."""
    from kb.understand.spelling import frequency

    words = asked.filters.words
    firm = asked.meaning.firm
    idle = [w for w in nowhere(asked) if w not in firm and frequency(w) >= COMMON]
    others = asked.filters.conditions().keys() - {"words", "quarters", "ever", "reports"}
    if idle and (others or len(idle) < len(words)):
        left = tuple(w for w in words if w not in idle)
        filters = asked.filters.model_copy(update={"words": left})
        asked.query = asked.query.model_copy(update={"filters": filters})
        draft.notes.append(
            f"Not used to narrow: {listed([f'‘{w}’' for w in idle])}, which no report uses."
        )


def nowhere(asked: Asked) -> list[str]:
    """Words asked for that stand in no problem of any report."""
    return [w for w in asked.filters.words if not asked.kb.count(Filters(words=(w,), ever=True))]


def say_source(asked: Asked, rows: Sequence[Snapshot]) -> str:
    """Which reports an answer speaks from, for the end of a sentence."""
    reports = asked.speaking()
    if (asked.filters.ever or asked.filters.vanished) and rows:
        reports = tuple(dict.fromkeys(row.report for row in rows))
    return reports_words(reports)


def table_of(
    asked: Asked, rows: Sequence[Snapshot], fields: Sequence[str] = (), start: int = 0
) -> Table:
    """The rows as a table: what people look for first, then the fields asked for."""
    extra = [
        f for f in fields if f not in ("title", "owner", "severity", "status", "target_completion")
    ]
    order = asked.query.order
    measures = {
        OrderBy.AGE: "age",
        OrderBy.CREATED: "created",
        OrderBy.OVERDUE: "overdue",
        OrderBy.SLIPS: "slips",
        OrderBy.SLIP_DAYS: "slip_days",
    }
    if order in measures and measures[order] not in extra:
        extra.append(measures[order])
    if asked.filters.created_from or asked.filters.created_to:
        extra += [] if "created" in extra else ["created"]
    if (
        asked.filters.impact_classes or asked.filters.not_impact_classes
    ) and "user_impact" not in extra:
        extra.append("user_impact")
    if asked.filters.min_slips and "slips" not in extra:
        extra += ["slips", "slip_days"]
    columns = (
        "PBI",
        "Title",
        "Owner",
        "Severity",
        "Status",
        "Target",
        *(MORE_FIELDS.get(f, f) for f in extra),
    )
    many_reports = len({row.report.id for row in rows}) > 1
    if many_reports:
        columns += ("Report",)
    cells = []
    for row in rows:
        problem = row.problem
        line: list[str | int | float | None] = [
            short_pbi(row.pbi),
            problem.title,
            owner_words(problem.owner, problem.owner_role),
            problem.severity.value if problem.severity else NOT_STATED,
            problem.status or NOT_STATED,
            iso(problem.target_completion) or NOT_STATED,
        ]
        line += [cell_of(row, name, asked.filters.as_at) for name in extra]
        if many_reports:
            line.append(spoken(row.report.quarter) if row.report.quarter else row.report.file)
        cells.append(tuple(line))
    return Table(
        columns=columns, rows=tuple(cells[start:]), pbis=tuple(r.pbi for r in rows[start:])
    )


def iso(day: date | None) -> str | None:
    """A date in ISO form."""
    return day.isoformat() if day else None


def cell_of(row: Snapshot, name: str, as_at: date | None = None) -> str | int | float | None:
    """One field of a row for a table."""
    problem = row.problem
    if name == "age":
        return row.age_days(as_at)
    if name == "overdue":
        return row.overdue_days(as_at)
    if name in ("slips", "slip_days"):
        return int(getattr(row, name))
    if name in ("created", "status_date", "target_completion"):
        return iso(getattr(problem, name)) or NOT_STATED
    if name == "major_incident":
        return yes_no(problem.major_incident)
    if name == "impact_class":
        return IMPACT_LABELS[problem.impact_class]
    if name == "involved":
        return ", ".join(problem.involved) or NOT_STATED
    if name == "processes":
        return (
            ", ".join(dict.fromkeys(p for e in problem.impact_evidence for p in e.processes))
            or NOT_STATED
        )
    if name == "duration":
        told = [e.minutes for e in problem.impact_evidence if e.minutes]
        return minutes(max(told)) if told else NOT_STATED
    value = getattr(problem, name, None)
    return str(value) if value not in (None, "") else NOT_STATED


def answer_list(asked: Asked, draft: Draft) -> None:
    """Every problem that meets the filters, counted always."""
    drop_common(asked, draft)
    rows = rows_of(asked)
    if not rows and _words_instead(asked, draft):
        return
    fields = (*asked.query.fields, *telling_fields(asked.filters))
    total = len(rows)
    start = min(asked.meaning.offset, total)
    if start:
        rows_left = rows[start:]
        if not rows_left:
            draft.say(
                f"That was all: {subject(asked.filters, total)} in all.",
                *draft.cite_all(rows, *fields),
            )
            draft.pbis = [row.pbi for row in rows]
            return
        draft.say(
            f"The remaining {len(rows_left)} of {subject(asked.filters, total)}: "
            f"{listed([short_row(r) for r in rows_left[:SHOWN]])}"
            + (
                "."
                if len(rows_left) <= SHOWN
                else f" and {len(rows_left) - SHOWN} more in the table."
            ),
            *draft.cite_all(rows_left, *fields),
        )
        draft.pbis = [row.pbi for row in rows_left]
        draft.table = table_of(asked, rows, asked.query.fields, start)
        draft.shown = total
        return
    draft.pbis = [row.pbi for row in rows]
    if not rows:
        none_found(asked, draft)
        # Words that stand nowhere are no list: the reports hold nothing on them.
        draft.abstained = bool(asked.filters.words)
    else:
        shown = rows[: asked.query.limit] if asked.query.limit else rows
        draft.pbis = [row.pbi for row in shown]
        names = [short_row(row) for row in shown[:10]]
        more = f" and {len(shown) - 10} more in the table" if len(shown) > 10 else ""
        verb = "is" if total == 1 else "are"
        draft.say(
            f"There {verb} {subject(asked.filters, total)} in {say_source(asked, rows)}: "
            f"{listed(names) if not more else ', '.join(names)}{more}.",
            *draft.cite_all(shown, *fields),
        )
        if asked.filters.words and len(shown) <= 4:
            _where_the_words_stand(asked, draft, shown)
        draft.table = table_of(
            asked, shown[:SHOWN] if len(shown) > SHOWN + 5 else shown, asked.query.fields
        )
        draft.shown = len(draft.table.rows)
        if len(shown) > draft.shown:
            draft.notes.append(
                f"The table shows the first {draft.shown} of {len(shown)}; ask for the rest."
            )
    relation(asked, draft)
    gone(asked, draft)


def _where_the_words_stand(asked: Asked, draft: Draft, rows: Sequence[Snapshot]) -> None:
    """For a few problems found by words, the sentence in which the words stand."""
    from kb.answer.nearness import covered, terms_of
    from kb.answer.stories import best_sentences

    terms = terms_of(" ".join(asked.filters.words), asked)
    for row in rows:
        for name, sentence in best_sentences(asked, row, terms, want=1):
            number = draft.cite_words(row, name, sentence) if covered(terms, sentence) else None
            if number is not None:
                draft.say(f"{name_of(row.pbi)} says: “{sentence}”", number)


def _words_instead(asked: Asked, draft: Draft) -> bool:
    """A list by words that found nothing may still be a story that is told in other words."""
    words = asked.filters.words
    if not words or asked.query.ask is not Ask.LIST:
        return False
    from kb.answer.stories import near_words

    return near_words(asked, draft)


def none_found(asked: Asked, draft: Draft) -> None:
    """Says that nothing meets the conditions, in which reports, and what is near."""
    reports = asked.speaking()
    draft.say(
        f"No problem meets that in {reports_words(reports)}: {_asked_words(asked.filters)}.",
        *_held(asked, draft),
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
            )


def _held(asked: Asked, draft: Draft) -> list[int]:
    """A citation for a nought: the first problem of the report that was looked through."""
    scope = Filters(
        quarters=asked.filters.quarters, reports=asked.filters.reports, ever=asked.filters.ever
    )
    return draft.cite_all(asked.kb.snapshots(scope, limit=1))


def _asked_words(filters: Filters) -> str:
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
        taken, wider = "the record is with it", "involve"
    elif filters.suppliers and not filters.owners and len(filters.suppliers) == 1:
        other = filters.model_copy(update={"suppliers": (), "owners": filters.suppliers})
        taken, wider = "owner or not, it is involved", "are with"
    else:
        return
    names = listed(filters.owners or filters.suppliers, "or")
    number = asked.kb.count(other)
    draft.say(
        f"Taken as problems that {'are with' if filters.owners else 'involve'} {names} ({taken}); "
        f"{number} {wider} {names}.",
        *draft.cite_all(asked.kb.snapshots(other, limit=3), "owner"),
        *(_held(asked, draft) if not number else []),
        fact=bool(number),
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
    )


def answer_count(asked: Asked, draft: Draft) -> None:
    """A number, with the problems that were counted."""
    drop_common(asked, draft)
    strange = nowhere(asked)
    if strange:
        draft.abstain(
            f"No problem in {reports_words(asked.published)} holds "
            f"{listed([f'‘{w}’' for w in strange], 'or')}, "
            "so there is nothing to count.",
        )
        return
    rows = rows_of(asked)
    draft.value = len(rows)
    draft.pbis = [row.pbi for row in rows]
    source = say_source(asked, rows)
    if not rows:
        lead = "No: there is no such problem" if asked.meaning.yes_no else "None"
        draft.say(
            f"{lead}: 0 problems meet that in {source} ({_asked_words(asked.filters)}).",
            *_held(asked, draft),
        )
        draft.value = 0
    else:
        lead = "Yes: there" if asked.meaning.yes_no else "There"
        names = [short_row(row) for row in rows[:10]]
        more = f" and {len(rows) - 10} more" if len(rows) > 10 else ""
        draft.say(
            f"{lead} {'is' if len(rows) == 1 else 'are'} {subject(asked.filters, len(rows))} "
            f"in {source}: "
            f"{', '.join(names)}{more}.",
            *draft.cite_all(rows, *telling_fields(asked.filters)),
        )
        draft.table = table_of(asked, rows[:SHOWN])
        draft.shown = len(draft.table.rows)
    relation(asked, draft)
    gone(asked, draft)


def merged(filters: Filters, more: Filters) -> Filters:
    """Both sets of conditions together; where both name one field, the narrower one stands."""
    values = filters.model_dump(exclude_defaults=True)
    for name, value in more.model_dump(exclude_defaults=True).items():
        if name in values and isinstance(value, tuple | list) and values[name]:
            both = tuple(v for v in value if v in values[name])
            values[name] = both or value
        else:
            values[name] = value
    return Filters.model_validate(values)


def answer_share(asked: Asked, draft: Draft) -> None:
    """Which part of some problems meets a condition: per cent, to one place."""
    within = asked.query.within or Filters()
    whole = rows_of(asked, asked.filters)
    part = rows_of(asked, merged(asked.filters, within))
    pbis = {row.pbi for row in whole}
    part = [row for row in part if row.pbi in pbis]
    draft.pbis = [row.pbi for row in part]
    source = say_source(asked, whole)
    if not whole:
        none_found(asked, draft)
        return
    share = round(100 * len(part) / len(whole), 1)
    draft.value = share
    lead = ""
    if asked.meaning.every:
        lead = "Yes: " if len(part) == len(whole) else "No: "
    shown = f"{share:g}"
    draft.say(
        f"{lead}{len(part)} of {subject(asked.filters, len(whole))} in {source}, {shown} per cent, "
        f"{'meets' if len(part) == 1 else 'meet'} this: {_asked_words(within)}.",
        *draft.cite_all(part or whole, *telling_fields(within)),
    )
    if asked.meaning.every and part and len(part) < len(whole):
        others = [row for row in whole if row.pbi not in set(draft.pbis)]
        draft.say(
            f"The others: {', '.join(short_row(r) for r in others[:10])}.",
            *draft.cite_all(others[:10], *telling_fields(within)),
        )
    if part:
        draft.table = table_of(asked, part[:SHOWN])
    gone(asked, draft)


def answer_group(asked: Asked, draft: Draft) -> None:
    """Counts by value; "not stated" has its own line."""
    drop_common(asked, draft)
    query = asked.query
    filters = asked.filters
    rows = asked.kb.snapshots(filters)
    if asked.meaning.parties_all:
        rows = [r for r in rows if set(asked.meaning.parties_all) <= set(r.problem.involved)]
    by = query.group_by[0]
    if not rows:
        none_found(asked, draft)
        draft.value = {}
        return
    if len(query.group_by) > 1:
        _group_twice(asked, draft, rows)
        return
    counts: dict[str, int] = {}
    keys: dict[str, str] = {}
    for value, number in asked.kb.group(filters, by).items():
        counts[label_of(by, value)] = number
        keys[label_of(by, value)] = key_of(value)
    compared = asked.meaning.compare_parties
    if compared:
        counts = {name: counts.get(name, 0) for name in compared}
        keys |= {name: name for name in compared}
    words = GROUP_WORDS[by]
    source = reports_words(asked.speaking())
    draft.pbis = [row.pbi for row in rows]
    draft.value = {keys[name]: number for name, number in counts.items()}
    cites = draft.cite_all(rows[:12], _group_field(by))
    total = len(rows)
    if query.limit == 1:
        _top_group(asked, draft, counts, words, source, rows, by)
        top = draft.value if isinstance(draft.value, dict) else {}
        draft.value = {keys[str(name)]: number for name, number in top.items()}
    else:
        spelled = ", ".join(f"{name} {number}" for name, number in list(counts.items())[:15])
        several = " (a problem counts once for each party)" if by is GroupBy.SUPPLIER else ""
        draft.say(
            f"{capital(subject(filters, total))} in {source}, by {words}{several}: {spelled}.",
            *cites,
        )
    draft.table = Table(
        columns=(words.capitalize(), "Problems"),
        rows=tuple((k, v) for k, v in counts.items()),
        pbis=(),
    )
    if by is not GroupBy.QUARTER:
        gone(asked, draft)


def _top_group(
    asked: Asked,
    draft: Draft,
    counts: dict[str, int],
    words: str,
    source: str,
    rows: Sequence[Snapshot],
    by: GroupBy,
) -> None:
    stated = {k: v for k, v in counts.items() if k != NOT_STATED} or counts
    best = (max if asked.query.descending else min)(stated.values())
    top = [name for name, number in stated.items() if number == best]
    most = "most" if asked.query.descending else "fewest"
    draft.value = dict.fromkeys(top, best)
    inside = [row for row in rows if set(top) & set(values_of(row, by))]
    draft.pbis = [row.pbi for row in inside]
    others = ", ".join(f"{k} {v}" for k, v in list(counts.items())[:8])
    draft.say(
        f"{listed(top)} {'has' if len(top) == 1 else 'have'} the {most}: "
        f"{subject(asked.filters, best)} in {source}, by {words} "
        f"({others}).",
        *draft.cite_all(inside or rows, _group_field(by)),
    )


def values_of(row: Snapshot, by: GroupBy) -> tuple[str, ...]:
    """The labels under which a row is counted."""
    problem = row.problem
    match by:
        case GroupBy.OWNER:
            return (problem.owner or NOT_STATED,)
        case GroupBy.SUPPLIER:
            return problem.involved or (NOT_STATED,)
        case GroupBy.SEVERITY:
            return (problem.severity.value if problem.severity else NOT_STATED,)
        case GroupBy.STATUS:
            return (problem.status or NOT_STATED,)
        case GroupBy.OPEN:
            return (NOT_STATED if row.open is None else "open" if row.open else "closed",)
        case GroupBy.IMPACT_CLASS:
            return (IMPACT_LABELS[problem.impact_class],)
        case GroupBy.QUARTER:
            return (spoken(row.report.quarter) if row.report.quarter else NOT_STATED,)
        case GroupBy.CREATED_QUARTER:
            from ingest.quarters import quarter_of

            return (spoken(quarter_of(problem.created)) if problem.created else NOT_STATED,)
        case GroupBy.CREATED_MONTH:
            return (f"{problem.created:%B %Y}" if problem.created else NOT_STATED,)
        case GroupBy.TARGET_MONTH:
            return (
                f"{problem.target_completion:%B %Y}" if problem.target_completion else NOT_STATED,
            )
        case GroupBy.MAJOR_INCIDENT:
            return (yes_no(problem.major_incident),)
        case GroupBy.PROCESS:
            found = tuple(dict.fromkeys(p for e in problem.impact_evidence for p in e.processes))
            return found or (NOT_STATED,)


def label_of(by: GroupBy, value: str | None) -> str:
    """A group's key as people read it; the impact class keeps its own words."""
    if value is None:
        return NOT_STATED
    if by is GroupBy.IMPACT_CLASS:
        from ingest.records import ImpactClass

        return IMPACT_LABELS[ImpactClass(value)]
    if by in (GroupBy.QUARTER, GroupBy.CREATED_QUARTER):
        return spoken(value)
    if by in (GroupBy.CREATED_MONTH, GroupBy.TARGET_MONTH):
        return f"{date.fromisoformat(value + '-01'):%B %Y}"
    if by is GroupBy.MAJOR_INCIDENT:
        return value.capitalize()
    return value


def key_of(value: str | None) -> str:
    """A group's key for programs: "2021-Q2", "impacting", "DSP"; "not stated" for none."""
    return "not stated" if value is None else value


def _keyed(row: Snapshot, by: GroupBy) -> tuple[str, ...]:
    """The keys under which a row is counted."""
    problem = row.problem
    match by:
        case GroupBy.IMPACT_CLASS:
            return (problem.impact_class.value,)
        case GroupBy.QUARTER:
            return (key_of(row.report.quarter),)
        case GroupBy.CREATED_QUARTER:
            from ingest.quarters import quarter_of

            return (key_of(quarter_of(problem.created) if problem.created else None),)
        case GroupBy.CREATED_MONTH:
            return (key_of(f"{problem.created:%Y-%m}" if problem.created else None),)
        case GroupBy.TARGET_MONTH:
            day = problem.target_completion
            return (key_of(f"{day:%Y-%m}" if day else None),)
        case _:
            return tuple("not stated" if v == NOT_STATED else v for v in values_of(row, by))


def _group_field(by: GroupBy) -> str:
    return {
        GroupBy.OWNER: "owner",
        GroupBy.SUPPLIER: "title",
        GroupBy.SEVERITY: "severity",
        GroupBy.STATUS: "status",
        GroupBy.OPEN: "status",
        GroupBy.IMPACT_CLASS: "user_impact",
        GroupBy.CREATED_MONTH: "created",
        GroupBy.CREATED_QUARTER: "created",
        GroupBy.TARGET_MONTH: "target_completion",
        GroupBy.MAJOR_INCIDENT: "major_incident",
    }.get(by, "pbi")


def _group_twice(asked: Asked, draft: Draft, rows: Sequence[Snapshot]) -> None:
    one, two = asked.query.group_by[:2]
    if two is GroupBy.QUARTER:
        one, two = two, one
    value: dict[str, Any] = {}
    keyed: dict[str, Any] = {}
    if one is GroupBy.QUARTER:
        for quarter in asked.filters.quarters:
            held = asked.kb.group(asked.filters.model_copy(update={"quarters": (quarter,)}), two)
            value[spoken(quarter)] = {label_of(two, k): n for k, n in held.items()}
            keyed[quarter] = {key_of(k): n for k, n in held.items()}
    else:
        for names, label in ((value, values_of), (keyed, _keyed)):
            for row in rows:
                for first in label(row, one):
                    inner = names.setdefault(first, {})
                    for second in label(row, two):
                        inner[second] = inner.get(second, 0) + 1
    draft.value = keyed
    draft.pbis = [row.pbi for row in rows]
    columns = list(dict.fromkeys(k for inner in value.values() for k in inner))
    draft.table = Table(
        columns=(GROUP_WORDS[one].capitalize(), *columns),
        rows=tuple((name, *(inner.get(c, 0) for c in columns)) for name, inner in value.items()),
    )
    lines = "; ".join(
        f"{name}: {', '.join(f'{k} {n}' for k, n in inner.items())}"
        for name, inner in list(value.items())[:8]
    )
    draft.say(
        f"{capital(subject(asked.filters, len(rows)))} in {reports_words(asked.speaking())}, "
        f"by {GROUP_WORDS[one]} and {GROUP_WORDS[two]}: {lines}.",
        *draft.cite_all(rows[:12], _group_field(one)),
    )


def measured(row: Snapshot, order: OrderBy | None, as_at: date | None) -> tuple[Any, str]:
    """The measure that a superlative ranks by: JSON value, and words."""
    problem = row.problem
    if order is OrderBy.CREATED:
        age = row.age_days(as_at)
        words = f"created {british(problem.created)}" + (
            f", {counted(age, 'day')} old" if age is not None else ""
        )
        return iso(problem.created), words
    if order is OrderBy.AGE:
        age = row.age_days(as_at)
        return age, f"{counted(age, 'day')} old" if age is not None else "age not known"
    if order is OrderBy.TARGET:
        return iso(problem.target_completion), f"target {british(problem.target_completion)}"
    if order is OrderBy.OVERDUE:
        days = row.overdue_days(as_at)
        return (
            days,
            f"{counted(days or 0, 'day')} past its target of {british(problem.target_completion)}",
        )
    if order is OrderBy.SLIPS:
        return (
            row.slips,
            f"slipped {counted(row.slips, 'time')}, {counted(row.slip_days, 'day')} in all",
        )
    if order is OrderBy.SLIP_DAYS:
        return row.slip_days, f"slipped {counted(row.slip_days, 'day')} in all"
    if order is OrderBy.SEVERITY:
        return (
            problem.severity.value if problem.severity else None
        ), f"severity {problem.severity.value if problem.severity else NOT_STATED}"
    return None, ""


_SUPERLATIVE = {
    (OrderBy.CREATED, False): "oldest",
    (OrderBy.CREATED, True): "newest",
    (OrderBy.AGE, True): "oldest",
    (OrderBy.AGE, False): "newest",
    (OrderBy.TARGET, False): "with the soonest target",
    (OrderBy.TARGET, True): "with the latest target",
    (OrderBy.OVERDUE, True): "most overdue",
    (OrderBy.SLIPS, True): "that slipped most often",
    (OrderBy.SLIP_DAYS, True): "that slipped furthest",
    (OrderBy.SEVERITY, False): "most severe",
}
_ORDER_FIELD = {
    OrderBy.CREATED: "created",
    OrderBy.AGE: "created",
    OrderBy.TARGET: "target_completion",
    OrderBy.OVERDUE: "target_completion",
    OrderBy.SLIPS: "target_completion",
    OrderBy.SLIP_DAYS: "target_completion",
    OrderBy.SEVERITY: "severity",
}


def _rank(row: Snapshot, order: OrderBy | None, as_at: date | None) -> object:
    """What two rows must share to be tied."""
    if order is OrderBy.SLIPS:
        return row.slips, row.slip_days
    return measured(row, order, as_at)[0]


def number_words(number: int) -> str:
    """Small numbers in words."""
    small = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return small[number] if number < len(small) else str(number)


def answer_superlative(asked: Asked, draft: Draft) -> None:
    """The first few by an order, ties with the last of them included."""
    drop_common(asked, draft)
    query = asked.query
    rows = [
        row
        for row in rows_of(asked)
        if measured(row, query.order, asked.filters.as_at)[0] is not None
    ]
    limit = query.limit or 1
    if not rows:
        none_found(asked, draft)
        return
    if query.order is OrderBy.SLIPS:
        # Of problems that slipped as often, the one that slipped further comes first.
        sign = -1 if query.descending else 1
        rows.sort(key=lambda row: (sign * row.slips, sign * row.slip_days, row.pbi))
    last = _rank(rows[min(limit, len(rows)) - 1], query.order, asked.filters.as_at)
    top = rows[:limit]
    tied = [row for row in rows[limit:] if _rank(row, query.order, asked.filters.as_at) == last]
    # Ties with the first place belong to it; a list of the worst stays as long as asked.
    if limit == 1 and query.order is not OrderBy.SEVERITY:
        top += tied
    elif limit == 1:
        top = [row for row in rows if measured(row, query.order, None)[0] == last]
    field = _ORDER_FIELD.get(query.order or OrderBy.PBI, "pbi")
    draft.pbis = [row.pbi for row in top]
    draft.value = measured(top[0], query.order, asked.filters.as_at)[0]
    kind = _SUPERLATIVE.get((query.order or OrderBy.PBI, query.descending), "first")
    source = say_source(asked, rows)
    scope = subject(asked.filters, len(rows))
    one = top[0]
    if len(top) == 1:
        title = f", “{one.problem.title}”," if one.problem.title else ""
        draft.say(
            f"Of {scope} in {source}, the "
            f"{kind if not kind.startswith(('with', 'that')) else 'one ' + kind} is "
            f"{name_of(one.pbi)}{title} {measured(one, query.order, asked.filters.as_at)[1]}.",
            draft.cite(one, field),
            draft.cite(one, "title"),
        )
        for name in query.fields:
            if name != field:
                from kb.answer.fields import say_field

                said = say_field(asked, draft, one, name)
                draft.value = said if len(query.fields) == 1 else draft.value
    else:
        lines = "; ".join(
            f"{short_row(r)}: {measured(r, query.order, asked.filters.as_at)[1]}" for r in top[:15]
        )
        lead = (
            f"{capital(number_words(len(top)))} share the first place"
            if limit == 1
            else f"The first {len(top)}"
        )
        draft.say(f"{lead} ({kind}) of {scope} in {source}: {lines}.", *draft.cite_all(top, field))
    draft.table = table_of(asked, top, query.fields)
    gone(asked, draft)


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
