"""What happened: one problem over time, and what differs between two quarters."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from ingest.numbers import short_pbi
from ingest.quarters import spoken
from kb.answer.beside import gone
from kb.answer.chosen_rows import drop_common
from kb.answer.context import Asked
from kb.answer.draft import CITED, Draft
from kb.answer.facts import fact
from kb.answer.overtime import (
    answer_ever,
    answer_first,
    answer_last,
    answer_over_time,
    answer_since,
)
from kb.answer.phrasing import capital, conditions, event_verb, listed, name_of, report_words
from kb.answers import Table
from kb.filters import Filters
from kb.history import group_events
from kb.query import OrderBy
from kb.records import Event, EventKind, Snapshot
from kb.words import EVENT_LABELS, british, event_words, slip_words

_FIELD = {
    EventKind.SLIPPED: "target_completion",
    EventKind.BROUGHT_FORWARD: "target_completion",
    EventKind.TARGET_GIVEN: "target_completion",
    EventKind.TARGET_REMOVED: "target_completion",
    EventKind.OWNER_CHANGED: "owner",
    EventKind.SEVERITY_RAISED: "severity",
    EventKind.SEVERITY_LOWERED: "severity",
    EventKind.IMPACT_CHANGED: "user_impact",
    EventKind.IMPACT_REWORDED: "user_impact",
    EventKind.RETITLED: "title",
}


def answer_changes(asked: Asked, draft: Draft) -> None:
    """Events between two quarters, or over all reports, of the kinds asked for."""
    drop_common(asked, draft)
    query = asked.query
    quarters = asked.catalogue.quarters
    found = _events(asked)
    wanted = set(query.events)
    if wanted:
        found = [event for event in found if event.kind in wanted]
    found = [event for event in found if not event.closing]
    least = query.filters.min_slip_days
    if least:
        # "By more than 90 days" is of this move, not of all moves together.
        found = [e for e in found if e.kind is not EventKind.SLIPPED or (e.days or 0) >= least]
    if query.before_value:
        found = [event for event in found if _same(event.before, query.before_value)]
    if query.after_value:
        found = [event for event in found if _same(event.after, query.after_value)]
    if asked.meaning.exact:
        found = [
            e
            for e in found
            if e.from_quarter == query.from_quarter and e.to_quarter == query.to_quarter
        ]
        found = _stated_in_both(asked, found)
    if query.filters.stated:
        # "Leaving out those with no owner stated": on either side of the change.
        found = [
            e
            for e in found
            if _FIELD.get(e.kind) not in query.filters.stated or (e.before and e.after)
        ]
    if query.order is OrderBy.SLIP_DAYS and found:
        _furthest(asked, draft, found)
        return
    draft.pbis = list(dict.fromkeys(event.pbi for event in found))
    if asked.meaning.counting:
        draft.value = len(draft.pbis)
    span = _span(asked)
    cites = _Cites(asked, draft, found)
    if not found:
        what = (
            _moved_words(asked) or listed([event_verb(k) for k in query.events], "or")
            if query.events
            else "changed"
        )
        looked = asked.kb.snapshots(
            Filters(quarters=(query.to_quarter,)) if query.to_quarter else Filters(), limit=1
        )
        lead = "No: no" if asked.meaning.yes_no else "No"
        narrowed = ", ".join(conditions(query.filters))
        which = f"problem ({narrowed})" if narrowed else "problem"
        if least:
            draft.counted.add(float(least))
        draft.say(f"{lead} {which} {_singular(what)} {span}.", *draft.cite_all(looked))
        draft.abstained = bool(query.filters.words)
        return
    grouped = group_events(found)
    number = len(draft.pbis)
    draft.counted |= {float(len({e.pbi for e in rows})) for rows in grouped.values()}
    draft.counted |= {float(len(rows) - 6) for rows in grouped.values()}
    draft.counted |= {float(number), float(len(found) - 12)}
    if len(grouped) == 1 or query.before_value or query.after_value:
        kind = next(iter(grouped))
        verb = _moved_words(asked) or event_verb(kind)
        verb = _singular(verb) if number == 1 else verb
        events = [event for rows in grouped.values() for event in rows]
        lines = "; ".join(_line(event) for event in events[:12])
        more = f"; and {len(events) - 12} more in the table" if len(events) > 12 else ""
        lead = "Yes: " if asked.meaning.yes_no else ""
        draft.say(f"{lead}{_counted(number)} {verb} {span}: {lines}{more}.", *cites.of(events))
    else:
        counts = listed(
            [_of_kind(kind, len({e.pbi for e in rows})) for kind, rows in grouped.items()]
        )
        draft.say(f"{_counted(number)} changed {span}: {counts}.", *cites.of(found[:CITED]))
        for kind, rows in grouped.items():
            lines = "; ".join(_line(event) for event in rows[:6])
            more = f"; and {len(rows) - 6} more" if len(rows) > 6 else ""
            draft.say(f"{EVENT_LABELS[kind]}: {lines}{more}.", *cites.of(rows[:6]))
    draft.table = Table(
        columns=("PBI", "Change", "From", "To", "Days"),
        rows=tuple(
            (short_pbi(e.pbi), EVENT_LABELS[e.kind], e.before, e.after, e.days) for e in found
        ),
        pbis=tuple(e.pbi for e in found),
    )
    draft.shown = len(found)
    if len(quarters) < 2:
        draft.notes.append("Only one quarter is loaded, so nothing can be compared.")


def _events(asked: Asked) -> list[Event]:
    query = asked.query
    last = query.to_quarter or max(asked.catalogue.quarters, default=None)
    if last is None:
        return []
    if query.from_quarter:
        return asked.kb.changes(query.from_quarter, last, query.filters)
    held = [q for q in sorted(asked.catalogue.quarters) if q <= last]
    out: list[Event] = []
    for before, after in itertools.pairwise(held):
        out += asked.kb.changes(before, after, query.filters)
    if EventKind.CLOSED not in query.events and EventKind.APPEARED not in query.events:
        return out
    return out


def _furthest(asked: Asked, draft: Draft, found: list[Event]) -> None:
    """The furthest moves of a target between two reports: "the biggest slip between Q3 and Q4"."""
    number = asked.query.limit or 1
    ranked = sorted(found, key=lambda e: (-(e.days or 0), e.pbi))
    least = ranked[min(number, len(ranked)) - 1].days
    top = [e for e in ranked if (e.days or 0) >= (least or 0)]
    draft.pbis = [e.pbi for e in top]
    draft.value = top[0].days
    draft.counted.add(float(len({e.pbi for e in found})))
    lines = "; ".join(_line(event) for event in top)
    draft.say(
        f"Of {_counted(len({e.pbi for e in found}))} whose target slipped {_span(asked)}, furthest "
        f"{'is' if len(top) == 1 else 'are'}: {lines}.",
        *_Cites(asked, draft, top).of(top),
    )


def _stated_in_both(asked: Asked, found: list[Event]) -> list[Event]:
    """Only changes whose two values stand in the two reports themselves."""
    query = asked.query
    if not query.from_quarter or not found:
        return found
    pbis = tuple(dict.fromkeys(e.pbi for e in found))
    rows = asked.kb.snapshots(Filters(pbis=pbis, quarters=(query.from_quarter,)))
    held = {row.pbi: row for row in rows}
    out = []
    for event in found:
        row = held.get(event.pbi)
        if row is None:
            continue
        if event.kind is EventKind.SLIPPED and row.problem.target_completion is None:
            continue
        out.append(event)
    return out


class _Cites:
    """Both sides of each event, cited from the two reports."""

    def __init__(self, asked: Asked, draft: Draft, events: Sequence[Event]) -> None:
        self._draft = draft
        self._rows: dict[tuple[str, str], Snapshot] = {}
        by_report: dict[str, set[str]] = {}
        for event in events:
            for report in (event.from_report, event.to_report):
                if report:
                    by_report.setdefault(report, set()).add(event.pbi)
        for report, pbis in by_report.items():
            for row in asked.kb.snapshots(Filters(reports=(report,), pbis=tuple(sorted(pbis)))):
                self._rows[report, row.pbi] = row

    def of(self, events: Sequence[Event]) -> list[int]:
        """Citations of the events, the first thirty of them."""
        out: list[int] = []
        for event in events[:CITED]:
            name = _FIELD.get(event.kind, "status")
            for report in (event.from_report, event.to_report):
                row = self._rows.get((report or "", event.pbi))
                if row is not None:
                    number = self._draft.cite(row, name, "status")
                    out += [number] if number is not None else []
        return out


def _same(value: str | None, wanted: str) -> bool:
    return value is not None and value.casefold() == wanted.casefold()


def _moved_words(asked: Asked) -> str:
    query = asked.query
    if not query.before_value and not query.after_value:
        return ""
    start = f" from {query.before_value}" if query.before_value else ""
    return f"moved{start}" + (f" to {query.after_value}" if query.after_value else "")


def _counted(number: int) -> str:
    return f"{number} problem{'' if number == 1 else 's'}"


def _of_kind(kind: EventKind, number: int) -> str:
    """ "2 closed", "1 was first given a target"."""
    words = event_verb(kind)
    return f"{number} {_singular(words) if number == 1 else words}"


def _singular(words: str) -> str:
    return (
        words.replace("had their", "had its")
        .replace("are no longer", "is no longer")
        .replace("were ", "was ")
        .replace("no longer have", "no longer has")
    )


def _line(event: Event) -> str:
    return f"{short_pbi(event.pbi)} {event_words(event)}"


def _span(asked: Asked) -> str:
    query = asked.query
    if query.from_quarter and query.to_quarter:
        held = query.from_quarter in asked.catalogue.quarters
        start = spoken(query.from_quarter) if held else "the time before the first report"
        end = next((r for r in reversed(asked.published) if r.quarter == query.to_quarter), None)
        return f"between {start} and {report_words(end) if end else spoken(query.to_quarter)}"
    quarters = sorted(asked.catalogue.quarters)
    if len(quarters) > 1:
        return f"over the reports from {spoken(quarters[0])} to {spoken(quarters[-1])}"
    return "in the reports loaded"


def answer_history(asked: Asked, draft: Draft) -> None:
    """One problem from report to report; or when one thing happened to it."""
    for pbi in asked.filters.pbis:
        _history(asked, draft, pbi)


def _between(held: list[Snapshot], first: str, last: str) -> list[Snapshot]:
    """What the reports from one quarter to another say; all, where none of them speaks."""
    inside = [h for h in held if h.report.quarter and first <= h.report.quarter <= last]
    return inside or held


def _history(asked: Asked, draft: Draft, pbi: str) -> None:
    held = asked.history(pbi)
    draft.add_pbis([pbi])
    query = asked.query
    events = asked.kb.events(pbi)
    wanted = set(query.events)
    name = name_of(pbi)
    if query.from_quarter and query.to_quarter:
        inside = (query.from_quarter, query.to_quarter)
        held = held if wanted else _between(held, *inside)
        events = [e for e in events if e.to_quarter and inside[0] < e.to_quarter <= inside[1]]
    first, last = held[0], held[-1]
    if asked.meaning.since:
        answer_since(asked, draft, held)
        return
    if query.within is not None:
        answer_ever(asked, draft, held)
        return
    if query.fields and query.limit == 1:
        answer_first(draft, held, query.fields[0])
        return
    if query.fields:
        answer_over_time(asked, draft, held)
        return
    if query.limit == 1 and query.descending:
        answer_last(draft, held)
        return
    if wanted == {EventKind.APPEARED}:
        created = f"; {fact(first, 'created')}" if first.problem.created else ""
        draft.value = spoken(first.report.quarter) if first.report.quarter else first.report.file
        draft.say(
            f"{name} is first in {report_words(first.report)}{created}.",
            draft.cite(first, "created"),
            draft.cite(first),
        )
        return
    if wanted:
        chosen = [event for event in events if event.kind in wanted]
        if EventKind.CLOSED in wanted and not chosen and first.open is False:
            draft.value = (
                spoken(first.report.quarter) if first.report.quarter else first.report.file
            )
            draft.say(
                f"{name} was already {first.problem.status} when it was first listed, in "
                f"{report_words(first.report)}.",
                draft.cite(first, "status"),
            )
            return
        if not chosen:
            what = _moved_words(asked) or listed(
                [_singular(event_verb(kind)) for kind in query.events], "or"
            )
            text = (
                f"No report says that {name} {what}: {fact(last, 'status')}, in "
                f"{report_words(last.report)}"
            )
            text += (
                f"; its target {slip_words(last.slips, last.slip_days)}."
                if wanted & set(_FIELD)
                else "."
            )
            cited = (draft.cite(last, "status"), draft.cite(last, "target_completion"))
            if asked.meaning.yes_no:
                draft.say(f"No: {text[:1].lower()}{text[1:]}", *cited)
            else:
                draft.abstain(text, *cited)
            return
        cites = _Cites(asked, draft, chosen)
        lead = "Yes: " if asked.meaning.yes_no else ""
        for event in chosen:
            where = f" in the {spoken(event.to_quarter)} report" if event.to_quarter else ""
            draft.say(f"{lead}{name} {event_words(event)}{where}.", *cites.of([event]))
            lead = ""
        last_event = chosen[-1]
        draft.value = spoken(last_event.to_quarter) if last_event.to_quarter else None
        return
    names = [spoken(h.report.quarter) if h.report.quarter else h.report.file for h in held]
    title = f", “{last.problem.title}”," if last.problem.title else ""
    draft.say(
        f"{name}{title} is in {len(held)} report{'s' if len(held) != 1 else ''}: {listed(names)}.",
        *(draft.cite(h) for h in held),
        draft.cite(last, "title"),
    )
    draft.value = len(held) if asked.meaning.counting else ", ".join(names)
    for row in held:
        target = (
            f", target {british(row.problem.target_completion)}"
            if row.problem.target_completion
            else ""
        )
        severity = f", {row.problem.severity.value}" if row.problem.severity else ""
        owner = f", with {row.problem.owner}" if row.problem.owner else ""
        draft.say(
            f"{capital(report_words(row.report))}: "
            f"{row.problem.status or 'status not stated'}{severity}{owner}{target}.",
            draft.cite(row, "status"),
            draft.cite(row, "target_completion"),
            draft.cite(row, "severity"),
            draft.cite(row, "owner"),
        )
    changes = [e for e in events if e.kind is not EventKind.APPEARED and not e.closing]
    if changes:
        cites = _Cites(asked, draft, changes)
        told = [
            event_words(e) + (f" ({spoken(e.to_quarter)})" if e.to_quarter else "") for e in changes
        ]
        draft.say(f"What changed: {'; '.join(told)}.", *cites.of(changes))
    draft.table = Table(
        columns=("Report", "Status", "Severity", "Owner", "Target", "Stated impact"),
        rows=tuple(
            (
                spoken(h.report.quarter) if h.report.quarter else h.report.file,
                h.problem.status,
                h.problem.severity.value if h.problem.severity else None,
                h.problem.owner,
                h.problem.target_completion.isoformat() if h.problem.target_completion else None,
                h.problem.user_impact,
            )
            for h in held
        ),
    )


__all__ = ["answer_changes", "answer_history", "gone"]
