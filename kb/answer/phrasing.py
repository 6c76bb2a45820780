"""How queries, conditions and reports are put in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from ingest.numbers import short_pbi
from ingest.quarters import spoken
from ingest.records import ImpactClass
from kb.filters import Filters
from kb.query import Ask, GroupBy, OrderBy, Query
from kb.records import EventKind, ReportRecord, Snapshot
from kb.words import EVENT_LABELS, FIELD_LABELS, british, counted, owner_words

IMPACT_WORDS = {
    ImpactClass.NONE: "impact stated as none",
    ImpactClass.NO_ENDURING: "no enduring impact",
    ImpactClass.IMPACTING: "impacting users",
    ImpactClass.NOT_STATED: "impact not stated",
}
GROUP_WORDS = {
    GroupBy.OWNER: "owner",
    GroupBy.SUPPLIER: "party involved",
    GroupBy.SEVERITY: "severity",
    GroupBy.STATUS: "status",
    GroupBy.OPEN: "open or closed",
    GroupBy.IMPACT_CLASS: "impact class",
    GroupBy.QUARTER: "quarter",
    GroupBy.CREATED_QUARTER: "quarter created",
    GroupBy.CREATED_MONTH: "month created",
    GroupBy.TARGET_MONTH: "month of target",
    GroupBy.MAJOR_INCIDENT: "Major Incident",
    GroupBy.PROCESS: "business process",
}
ORDER_WORDS = {
    OrderBy.PBI: "by number",
    OrderBy.CREATED: "by date created",
    OrderBy.TARGET: "by target completion",
    OrderBy.SEVERITY: "by severity",
    OrderBy.AGE: "by age",
    OrderBy.OVERDUE: "by days overdue",
    OrderBy.SLIPS: "by number of slips",
    OrderBy.SLIP_DAYS: "by days slipped",
    OrderBy.IMPACT: "by impact",
    OrderBy.RELEVANCE: "by relevance",
}
MORE_FIELDS = {
    **FIELD_LABELS,
    "age": "Age",
    "overdue": "Days overdue",
    "slips": "Slips",
    "slip_days": "Days slipped",
    "processes": "Business process",
}


def name_of(pbi: str) -> str:
    """ "PBI 122422": a problem as people say it."""
    return f"PBI {short_pbi(pbi)}"


def capital(text: str) -> str:
    """A sentence with its first letter in capitals, the rest as it is."""
    return text[:1].upper() + text[1:]


def listed(names: Sequence[str], joint: str = "and") -> str:
    """ "A, B and C"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {joint} {names[-1]}"


def report_words(report: ReportRecord) -> str:
    """ "the Q2 2021 report (status at 20 September 2021)"."""
    title = f"the {spoken(report.quarter)} report" if report.quarter else f"“{report.file}”"
    if report.scope:
        title += f" on {report.scope}"
    return title + (f" (status at {british(report.as_at)})" if report.as_at else "")


def reports_words(reports: Iterable[ReportRecord]) -> str:
    """Several reports, the first few by name."""
    rows = list(dict.fromkeys(reports))
    if len(rows) > 3:
        quarters = sorted(r.quarter for r in rows if r.quarter)
        span = f" from {spoken(quarters[0])} to {spoken(quarters[-1])}" if quarters else ""
        return f"{len(rows)} published reports{span}"
    return listed([report_words(row) for row in rows])


def problems(number: int, adjective: str = "") -> str:
    """ "1 open problem", "6 problems"."""
    return counted(number, f"{adjective} problem".strip())


def conditions(filters: Filters) -> list[str]:
    """Each condition in words, in the order in which people give them."""
    out: list[str] = []
    if filters.pbis:
        names = [short_pbi(p) for p in filters.pbis]
        few = listed(names) if len(names) <= 6 else f"{len(names)} problems of the answer before"
        out.append(f"PBI {few}" if len(names) <= 6 else few)
    if filters.open is not None:
        out.append("open" if filters.open else "closed")
    out += _pairs(filters)
    for name, label in (("created", "created"), ("target", "target")):
        first: date | None = getattr(filters, f"{name}_from")
        last: date | None = getattr(filters, f"{name}_to")
        if first and last:
            out.append(
                f"{label} from {british(first)} to {british(last)}"
                if first != last
                else f"{label} on {british(first)}"
            )
        elif first:
            out.append(f"{label} on or after {british(first)}")
        elif last:
            out.append(f"{label} on or before {british(last)}")
    if filters.overdue is not None:
        out.append("overdue" if filters.overdue else "not overdue")
    if filters.as_at:
        out.append(f"measured at {british(filters.as_at)}")
    if filters.min_age is not None:
        out.append(f"at least {filters.min_age} days old")
    if filters.max_age is not None:
        out.append(f"at most {filters.max_age} days old")
    if filters.min_slips:
        out.append(
            "target slipped"
            if filters.min_slips == 1
            else f"target slipped at least {filters.min_slips} times"
        )
    if filters.max_slips is not None:
        out.append(
            "target never slipped"
            if not filters.max_slips
            else f"target slipped at most {counted(filters.max_slips, 'time')}"
        )
    if filters.min_slip_days:
        out.append(f"target slipped by at least {filters.min_slip_days} days")
    if filters.vanished is not None:
        out.append(
            "no longer mentioned without being closed" if filters.vanished else "still mentioned"
        )
    if filters.findings:
        out.append("with findings")
    once = _once(filters)
    if once is not None:
        out.append(f"in any report {once}")
    elif filters.any_of:
        out.append(f"either {' or '.join(_all_of(one) for one in filters.any_of)}")
    out += [f"also {_all_of(one)}" for one in filters.also_in]
    out += [f"but not {_all_of(one)}" for one in filters.not_in]
    if filters.words:
        out.append(f"with the words {listed([f'‘{w}’' for w in filters.words])}")
    return out


def _once(filters: Filters) -> str | None:
    """What must have held in one report or another; None where the alternatives say more."""
    parts = [one.also_in[0] if len(one.also_in) == 1 else None for one in filters.any_of]
    plain = {part.model_copy(update={"quarters": ()}) if part else None for part in parts}
    same = plain.pop() if len(plain) == 1 else None
    alone = all(one.conditions().keys() == {"also_in"} for one in filters.any_of)
    return " and ".join(conditions(same)) if same is not None and alone and len(parts) > 1 else None


def _all_of(filters: Filters) -> str:
    """Conditions within conditions: "severity High, in the Q2 2021 report"."""
    said = conditions(filters)
    if filters.quarters:
        said.append(whence(filters))
    return " and ".join(said) or "in the latest report"


def _pairs(filters: Filters) -> list[str]:
    out: list[str] = []
    if filters.owners:
        roles = f" ({listed(filters.owner_roles, 'or')})" if filters.owner_roles else ""
        out.append(f"owner {listed(filters.owners, 'or')}{roles}")
    elif filters.owner_roles:
        out.append(f"owner role {listed(filters.owner_roles, 'or')}")
    if filters.suppliers:
        out.append(f"involving {listed(filters.suppliers, 'or')}")
    if filters.not_owners:
        out.append(f"owner not {listed(filters.not_owners, 'or')}")
    if filters.not_suppliers:
        out.append(f"not involving {listed(filters.not_suppliers, 'or')}")
    if filters.severities:
        out.append(f"severity {listed([s.value for s in filters.severities], 'or')}")
    if filters.not_severities:
        out.append(f"severity not {listed([s.value for s in filters.not_severities], 'or')}")
    if filters.statuses:
        out.append(f"status {listed(filters.statuses, 'or')}")
    if filters.not_statuses:
        out.append(f"status not {listed(filters.not_statuses, 'or')}")
    if filters.impact_classes:
        out.append(listed([IMPACT_WORDS[c] for c in filters.impact_classes], "or"))
    if filters.not_impact_classes:
        out.append("not " + listed([IMPACT_WORDS[c] for c in filters.not_impact_classes], "or"))
    if filters.major_incident is not None:
        out.append(
            "run as a Major Incident" if filters.major_incident else "not run as a Major Incident"
        )
    if filters.has_workaround is not None:
        out.append("with a workaround" if filters.has_workaround else "no workaround stated")
    if filters.outage is not None:
        out.append(
            "with impact evidence in the narrative" if filters.outage else "no impact evidence"
        )
    if filters.processes:
        out.append(f"touching {listed(filters.processes, 'or')}")
    for name in filters.missing:
        out.append(f"{MORE_FIELDS.get(name, name).lower()} not stated")
    for name in filters.stated:
        out.append(f"{MORE_FIELDS.get(name, name).lower()} stated")
    return out


def whence(filters: Filters) -> str:
    """Which reports speak: "as the latest report has them"."""
    if filters.quarters:
        names = [spoken(q) for q in filters.quarters]
        few = listed(names) if len(names) <= 4 else f"{names[0]} to {names[-1]}"
        return f"in the {few} report{'s' if len(names) > 1 else ''}"
    if filters.ever:
        return "at their latest mention" if len(filters.pbis) != 1 else "at its latest mention"
    return "as the latest report has them"


def understood(query: Query) -> str:
    """The whole query in words, for the line "understood as"."""
    parts = conditions(query.filters)
    body = ", ".join(parts) if parts else "all problems"
    if parts and parts[0] in ("open", "closed"):
        body = ", ".join([f"{parts[0]} problems", *parts[1:]])
    elif parts and not query.filters.pbis:
        body = ", ".join(["problems", *parts])
    tail = whence(query.filters)
    match query.ask:
        case Ask.COUNT:
            lead = "number of "
        case Ask.GROUP:
            lead = f"number by {listed([GROUP_WORDS[g] for g in query.group_by])} of "
        case Ask.FIELD | Ask.COMPARE:
            named = listed([MORE_FIELDS.get(f, f).lower() for f in query.fields])
            lead = f"{named or 'everything'} of "
        case Ask.SUPERLATIVE:
            way = "highest first" if query.descending else "lowest first"
            order = ORDER_WORDS[query.order] if query.order else ""
            lead = f"first {query.limit or 1} {order} ({way}) of "
        case Ask.STATISTIC:
            lead = f"{query.statistic} of {(query.measure or 'age').replace('_', ' ')} over "
        case Ask.HISTORY:
            named = listed([MORE_FIELDS.get(f, f).lower() for f in query.fields])
            lead = f"history of the {named} of " if named else "history of "
        case Ask.IMPACT:
            lead = "user impact of "
        case Ask.REPORTS:
            return "reports that are loaded"
        case Ask.CHANGES:
            return _changes(query, body)
        case Ask.PASSAGE:
            about = f"what the reports say about ‘{query.topic}’" if query.topic else "narrative"
            if not parts:
                return f"{about}, {tail if query.filters.quarters else 'in any report'}"
            lead = f"{about}, in "
        case Ask.SHARE:
            within = ", ".join(conditions(query.within)) if query.within else ""
            lead = f"share that is {within or 'everything'} of "
        case _:
            lead = ""
    words = f"{lead}{body}, {tail}"
    if query.ask is Ask.FIELD and query.within is not None:
        words += f"; the question takes it that: {', '.join(conditions(query.within))}"
    if query.topic and query.ask is Ask.FIELD:
        words = f"{lead}the problem about ‘{query.topic}’, {tail}"
    return words


def _changes(query: Query, body: str) -> str:
    kinds = [EVENT_LABELS[kind].lower() for kind in query.events]
    what = listed(kinds, "or") if kinds else "all changes"
    if query.before_value or query.after_value:
        what = "moved" + (f" from {query.before_value}" if query.before_value else "")
        what += f" to {query.after_value}" if query.after_value else ""
    span = "over all reports"
    if query.from_quarter and query.to_quarter:
        span = f"from {spoken(query.from_quarter)} to {spoken(query.to_quarter)}"
    return f"changes ({what}) {span}, {body}"


def short_row(snapshot: Snapshot) -> str:
    """One problem in a few words for a sentence: "122422 (Critical, Pending, DCO (Operator))"."""
    problem = snapshot.problem
    bits = [problem.severity.value if problem.severity else "", problem.status or ""]
    owner = owner_words(problem.owner, problem.owner_role) if problem.owner else ""
    inside = ", ".join(bit for bit in (*bits, owner) if bit)
    return f"{short_pbi(problem.pbi)}" + (f" ({inside})" if inside else "")


def event_verb(kind: EventKind) -> str:
    """An event as a verb phrase for a count: "slipped", "are new"."""
    return {
        EventKind.APPEARED: "appeared",
        EventKind.CLOSED: "closed",
        EventKind.REOPENED: "re-opened",
        EventKind.SLIPPED: "had their target slip",
        EventKind.BROUGHT_FORWARD: "had their target brought forward",
        EventKind.TARGET_GIVEN: "were first given a target",
        EventKind.TARGET_REMOVED: "no longer have a target",
        EventKind.OWNER_CHANGED: "changed owner",
        EventKind.SEVERITY_RAISED: "had their severity raised",
        EventKind.SEVERITY_LOWERED: "had their severity lowered",
        EventKind.STATUS_CHANGED: "changed status",
        EventKind.IMPACT_CHANGED: "changed impact class",
        EventKind.IMPACT_REWORDED: "had their stated impact reworded",
        EventKind.RETITLED: "were retitled",
        EventKind.VANISHED: "are no longer mentioned without being closed",
        EventKind.CAME_BACK: "came back",
    }.get(kind, EVENT_LABELS[kind].lower())
