"""What moved between two quarters, to hand on: by kind to read, one row a change to work with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from ingest.numbers import short_pbi
from ingest.quarters import spoken
from kb.exports.model import Column, ExportDocument, Paragraph, Section, Table, Use, Value
from kb.exports.snapshots import reports_table
from kb.history import group_events
from kb.markings import highest
from kb.records import Event, EventKind, ReportRecord
from kb.sequence import published, quarter_spoken
from kb.words import EVENT_LABELS, british, counted, event_words

_TARGETS = (EventKind.SLIPPED, EventKind.BROUGHT_FORWARD)


def events_document(
    events: Sequence[Event],
    start: str,
    end: str,
    *,
    titles: Mapping[str, str],
    reports: Iterable[ReportRecord],
    conditions: str = "",
) -> ExportDocument:
    """The changes between two quarters ("2021-Q2") for the writers of `kb.exports`.

    Args:
        titles: by PBI, as the latest report has them.
        reports: what is loaded. Those of the two quarters, and those that the changes were read
            from, are the sources; all that are published give the marking, for a title may stand
            in any of them.
        conditions: what the changes were narrowed by, in words.
    """
    named = {one for event in events for one in (event.from_report, event.to_report)}
    speaking = published(reports)
    rests_on = [
        report
        for report in speaking
        if report.id in named or quarter_spoken(report) in (start, end)
    ]
    dates = sorted(report.as_at for report in rests_on if report.as_at)
    problems = len({event.pbi for event in events})
    title = f"Changes between {spoken(start)} and {spoken(end)}"
    return ExportDocument(
        title=title,
        subtitle=f"{counted(len(events), 'change')} to {counted(problems, 'problem')}",
        lead=(Paragraph(text=f"Narrowed by: {conditions}"),) if conditions else (),
        sections=(
            *_printed(events, titles),
            Section(heading="Data", blocks=(_data(events, titles, rests_on),), use=Use.DATA),
            Section(heading="Sources", blocks=(reports_table(rests_on),)),
        ),
        marking=highest(report.classification for report in speaking),
        spoken=f"{title}. As at {british(dates[-1])}." if dates else f"{title}.",
        as_at=dates[-1] if dates else None,
        main=_DATA,
    )


_DATA = "Changes"
_MOVED_COLUMNS = (("From", 1.2), ("To", 1.2), ("Days", 0.6))
_DATA_COLUMNS = (
    ("Kind", 1.4), ("PBI", 1.4), ("Title", 2.5), ("Before", 1.2), ("After", 1.2), ("Days", 0.6),
    ("What changed", 2.5), ("From quarter", 0.8), ("To quarter", 0.8), ("From document", 1.5),
    ("To document", 1.5),
)  # fmt: skip


def _printed(events: Sequence[Event], titles: Mapping[str, str]) -> Iterable[Section]:
    """A table for each kind of change, as the page shows them."""
    for kind, members in group_events(events).items():
        moved = kind in _TARGETS
        columns = _columns(
            (("PBI", 0.8), ("Title", 2.6), *(_MOVED_COLUMNS if moved else (("What changed", 3),)))
        )
        rows: list[tuple[Value, ...]] = []
        for event in members:
            told: tuple[Value, ...] = (
                (_value(event.before), _value(event.after), event.days)
                if moved
                else (event_words(event),)
            )
            rows.append((short_pbi(event.pbi), titles.get(event.pbi) or None, *told))
        label = EVENT_LABELS[kind]
        table = Table(title=counted(len(rows), "change"), columns=columns, rows=tuple(rows))
        yield Section(heading=label, blocks=(table,), use=Use.PRINT)
    if not events:
        yield Section(heading="", blocks=(Paragraph(text="Nothing changed."),), use=Use.PRINT)


def _data(
    events: Sequence[Event], titles: Mapping[str, str], reports: Sequence[ReportRecord]
) -> Table:
    files = {report.id: report.file for report in reports}
    rows: list[tuple[Value, ...]] = [
        (
            EVENT_LABELS[kind],
            event.pbi,
            titles.get(event.pbi) or None,
            _value(event.before) if kind in _TARGETS else event.before,
            _value(event.after) if kind in _TARGETS else event.after,
            event.days,
            event_words(event),
            event.from_quarter,
            event.to_quarter,
            files.get(event.from_report or ""),
            files.get(event.to_report or ""),
        )
        for kind, members in group_events(events).items()
        for event in members
    ]
    return Table(
        title=_DATA, columns=_columns(_DATA_COLUMNS), rows=tuple(rows), empty="Nothing changed."
    )


def _columns(named: Iterable[tuple[str, float]]) -> tuple[Column, ...]:
    return tuple(Column(label=label, width=width) for label, width in named)


def _value(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None
