"""What a reader of the paper sees at once: counts, highlights, gaps, and what to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from ingest.numbers import short_pbi
from ingest.records import ImpactClass, Severity
from kb.differences import folded
from kb.paper_model import (
    SEVERITY_COLUMNS,
    Gap,
    ImpactRow,
    OwnerRow,
    PaperEntry,
    Question,
)
from kb.records import Snapshot
from kb.words import IMPACT_LABELS, british, counted, owner_words, severity_words, slip_words

_SHORT = 80
"""A stated impact of up to so many characters is quoted in the highlights."""
_MOST = 8
"""So many outages are told in the highlights."""

Missing = Callable[[PaperEntry], bool]

# What may be missing: the finding that says so, words, whether it is, and the question to put.
_GAPS: tuple[tuple[str, str, Missing, str], ...] = (
    (
        "owner-not-stated",
        "No owner",
        lambda entry: entry.snapshot.problem.owner is None,
        "Who is the record with?",
    ),
    (
        "impact-not-stated",
        "No end user impact",
        lambda entry: entry.snapshot.problem.impact_class is ImpactClass.NOT_STATED,
        "What is the end user impact?",
    ),
    (
        "target-not-stated",
        "No target (open problems)",
        lambda entry: not entry.closed and entry.snapshot.problem.target_completion is None,
        "When is completion targeted?",
    ),
    (
        "no-narrative",
        "No narrative",
        lambda entry: not entry.snapshot.problem.description,
        "What happened, and what did users meet while it lasted?",
    ),
    (
        "severity-not-stated",
        "No severity",
        lambda entry: entry.snapshot.problem.severity is None,
        "What is the severity?",
    ),
    (
        "status-not-stated",
        "No status",
        lambda entry: entry.snapshot.problem.status is None,
        "What is the status?",
    ),
    (
        "major-incident-not-stated",
        "Whether it was run as a Major Incident",
        lambda entry: entry.snapshot.problem.major_incident is None,
        "",  # silence on this is usual: counted, but no question of its own
    ),
)


def by_impact(entries: Iterable[PaperEntry]) -> tuple[ImpactRow, ...]:
    """Counts per impact class and severity, what matters to users first."""
    found = list(entries)
    return tuple(
        ImpactRow(
            impact_class=impact,
            counts=tuple(
                sum(
                    entry.snapshot.problem.impact_class is impact
                    and entry.snapshot.problem.severity is severity
                    for entry in found
                )
                for severity in SEVERITY_COLUMNS
            ),
        )
        for impact in IMPACT_LABELS
    )


def by_owner(entries: Iterable[PaperEntry]) -> tuple[OwnerRow, ...]:
    """Counts per owner, most open problems first; "not stated" last."""
    found = list(entries)
    owners = {entry.snapshot.problem.owner for entry in found}
    rows = [_owner_row(owner, found) for owner in owners]
    return tuple(
        sorted(rows, key=lambda row: (row.owner is None, -row.open, -row.total, row.owner or ""))
    )


def gaps(entries: Sequence[PaperEntry]) -> tuple[Gap, ...]:
    """What the reports leave out, with the problems concerned; kinds without any are left out."""
    found = (
        Gap(code=code, words=words, pbis=tuple(e.pbi for e in entries if missing(e)))
        for code, words, missing, _ in _GAPS
    )
    return tuple(gap for gap in found if gap.pbis)


def questions(entries: Sequence[PaperEntry]) -> tuple[Question, ...]:
    """What to put to the DCC: the findings' questions, then gaps that no finding asks about.

    The same question about several problems is one.
    """
    asked: dict[str, list[str]] = {}
    for entry in entries:
        findings = entry.snapshot.problem.findings
        texts = [finding.ask for finding in findings if finding.ask]
        codes = {finding.code for finding in findings if finding.ask}
        texts += [
            ask for code, _, lacks, ask in _GAPS if ask and code not in codes and lacks(entry)
        ]
        for text in texts:
            known = asked.setdefault(" ".join(text.split()), [])
            if entry.pbi not in known:
                known.append(entry.pbi)
    return tuple(Question(text=text, pbis=tuple(pbis)) for text, pbis in asked.items())


def highlights(
    entries: Sequence[PaperEntry],
    vanished: Sequence[Snapshot],
    supplier: str | None,
    as_at: date | None,
) -> tuple[str, ...]:
    """The facts to read first, each a sentence that names the problems it counts."""
    live = [entry for entry in entries if not entry.closed]
    done = [entry for entry in entries if entry.closed]
    shut = f"{len(done)} closed ({_pbis(done)})" if done else "none closed"
    lines = [f"{counted(len(entries), 'problem')}: {len(live)} open, {shut}."]
    lines += _severities(live)
    lines += _impacts(live)
    lines += _outages(entries)
    if supplier:
        lines += _held_elsewhere(entries, supplier)
    lines += _targets(live, as_at)
    if vanished:
        numbers = ", ".join(short_pbi(one.pbi) for one in vanished)
        lines.append(
            f"Open when last mentioned, missing from a later report: {len(vanished)} ({numbers})."
        )
    return tuple(lines)


def _severities(live: Sequence[PaperEntry]) -> list[str]:
    """The two highest severities with their numbers, the others counted."""
    lines = []
    for severity in (Severity.CRITICAL, Severity.HIGH):
        found = [e for e in live if e.snapshot.problem.severity is severity]
        if found:
            states = ", ".join(
                f"{short_pbi(e.pbi)} {e.snapshot.problem.status or 'no status'}" for e in found
            )
            lines.append(f"Open and {severity.value}: {len(found)} ({states}).")
    return lines


def _impacts(live: Sequence[PaperEntry]) -> list[str]:
    if not live:
        return []
    told = []
    for impact, label in IMPACT_LABELS.items():
        found = [e for e in live if e.snapshot.problem.impact_class is impact]
        if not found:
            continue
        words = [e.snapshot.problem.user_impact or label for e in found]
        # To the letter where all of a class say the same, else the name of the class.
        alike = len({folded(text) for text in words}) == 1 and len(words[0]) <= _SHORT
        stated = f"\u201c{words[0]}\u201d" if alike else label.lower()
        told.append(f"{len(found)} {stated} ({_pbis(found)})")
    return [f"Stated impact of the open problems: {'; '.join(told)}."]


def _outages(entries: Sequence[PaperEntry]) -> list[str]:
    """What users met where it is known how long or that all was lost, the first few problems."""
    found = [e for e in entries if e.outage and (e.outage.minutes or e.outage.total)]
    lines = [_outage_line(entry) for entry in found[:_MOST]]
    if len(found) > _MOST:
        lines.append(f"The narratives of {len(found) - _MOST} more tell how long users were hit.")
    return lines


def _outage_line(entry: PaperEntry) -> str:
    problem = entry.snapshot.problem
    about = f"{severity_words(problem.severity)}, {problem.status or 'no status'}"
    exact = entry.outage.words() if entry.outage else ""
    stated = problem.user_impact or "not stated"
    return f"PBI {short_pbi(entry.pbi)} ({about}): {exact}; stated impact \u201c{stated}\u201d."


def _held_elsewhere(entries: Sequence[PaperEntry], supplier: str) -> list[str]:
    others = [e for e in entries if e.snapshot.problem.owner not in (None, supplier)]
    silent = [e for e in entries if e.snapshot.problem.owner is None]
    lines = []
    if others:
        whom = ", ".join(
            f"{short_pbi(e.pbi)} with {owner_words(e.snapshot.problem.owner)}" for e in others
        )
        lines.append(f"Held by others than {supplier}: {len(others)} ({whom}).")
    if silent:
        lines.append(f"Owner not stated: {len(silent)} ({_pbis(silent)}).")
    return lines


def _targets(live: Sequence[PaperEntry], as_at: date | None) -> list[str]:
    late = [entry for entry in live if entry.overdue_days]
    day = f"at {british(as_at)}" if as_at else "at the status date of its report"
    lines = []
    if late:
        told = "; ".join(
            f"{short_pbi(e.pbi)} by {counted(e.overdue_days or 0, 'day')}" for e in late
        )
        lines.append(f"Past target {day}: {len(late)} ({told}).")
    moved = [entry for entry in live if entry.snapshot.slips]
    if moved:
        told = "; ".join(
            f"{short_pbi(e.pbi)} {slip_words(e.snapshot.slips, e.snapshot.slip_days)}"
            for e in moved
        )
        lines.append(f"Target slipped: {len(moved)} ({told}).")
    return lines


def _owner_row(owner: str | None, entries: Sequence[PaperEntry]) -> OwnerRow:
    mine = [entry for entry in entries if entry.snapshot.problem.owner == owner]
    live = [entry for entry in mine if not entry.closed]
    critical = [e for e in live if e.snapshot.problem.severity is Severity.CRITICAL]
    return OwnerRow(
        owner=owner, open=len(live), closed=len(mine) - len(live), critical_open=len(critical)
    )


def _pbis(entries: Sequence[PaperEntry]) -> str:
    return ", ".join(short_pbi(entry.pbi) for entry in entries)
