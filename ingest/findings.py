"""What a careful reader would raise about a report: what was seen, and what to ask."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Sequence
from datetime import date, timedelta

from ingest.document import Document, Line, Table
from ingest.impact import is_outage, nearest_year
from ingest.numbers import short_pbi
from ingest.records import Finding, ImpactClass, ProblemReading
from ingest.rules.dates import dates_in
from ingest.spans import Span
from ingest.vocabulary import Vocabulary

_TOLERANCE = timedelta(days=1)
_PLANNED = re.compile(
    r"\b(?:plan\w*|schedul\w+|target\w*|due|will|expected|by|until|before|next|forecast|deploy\w*|release\w*|"
    r"fix\w*|review\w*|updat\w+|clos\w+|agreed|complet\w+|install\w*|implement\w*|deliver\w*|meeting|moved|"
    r"since|reported|confirmed|identified|advised|told|informed|raised|investigat\w+)\b",
    re.IGNORECASE,
)
_HAPPENED = re.compile(
    r"\b(?:on|during|between|at|from|when|there\s+was|there\s+were|occurred|happened|experienced|failed|failure|"
    r"outage|lost|absent|began|started|incident|period)\b",
    re.IGNORECASE,
)


def problem_findings(
    problem: ProblemReading,
    vocabulary: Vocabulary,
    *,
    status_date: date | None,
    scope: str | None,
    open_list: bool,
) -> list[Finding]:
    """What one problem's own entry gives cause to ask.

    Args:
        status_date: of the report, where the problem has none of its own.
        scope: the party that the report is about.
        open_list: the report calls itself a list of open problems.
    """
    notes = _Notes(problem)
    _missing(problem, vocabulary, notes)
    day = problem.status_date or status_date
    is_open = vocabulary.is_open(problem.status)
    if is_open is False and open_list:
        notes.add(
            "closed-in-open-list",
            f"The report is about open problems, and this one is {problem.status}.",
            "Why is a closed problem in an answer about open ones?",
            "status",
        )
    if day and is_open and problem.target_completion and problem.target_completion < day:
        late = (day - problem.target_completion).days
        notes.add(
            "target-passed",
            f"The target of {_spoken(problem.target_completion)} had passed by {late} "
            f"day{'s' if late != 1 else ''} on {_spoken(day)}, and the problem was still open.",
            "What is the new target, and why was the old one missed?",
            "target_completion",
        )
    if scope and problem.owner and problem.owner != scope:
        notes.add(
            "attributed-but-held-elsewhere",
            f"The report is about problems attributed to {scope}, but the record is with "
            f"{problem.owner}.",
            f"Who answers for this problem, {scope} or {problem.owner}?",
            "owner",
        )
    _dates(problem, day, notes)
    _outage(problem, notes)
    return notes.found


def only_listed(listed: Sequence[tuple[str, Span]], told: Container[str]) -> list[Finding]:
    """Problems that the contents list names and no entry tells of."""
    spans = {pbi: span for pbi, span in listed if pbi not in told}
    return [
        Finding(
            code="listed-without-entry",
            message=f"{short_pbi(pbi)} is in the list of contents, but has no entry in the report.",
            pbi=pbi,
            page=span.page,
            ask=f"Where is the entry for {short_pbi(pbi)}?",
        )
        for pbi, span in spans.items()
    ]


def silent_pages(document: Document, pages: set[int]) -> list[Finding]:
    """Pages whose text led to no record, although records stand before and behind them.

    Args:
        pages: those on which some of a record stands.
    """
    if not pages:
        return []
    found = []
    first = min(pages)
    for page in document.pages:
        words = sum(len(_words(item)) for item in page.body)
        if page.number in pages or words < 12 or page.number < first:
            continue
        found.append(
            Finding(
                code="page-without-record",
                message=f"Page {page.number} has text, but nothing on it was read as a problem.",
                page=page.number,
                ask=None,
            )
        )
    return found


def _words(item: Line | Table) -> list[str]:
    if isinstance(item, Line):
        return item.text.split()
    return [word for row in item.rows for cell in row for word in cell.text.split()]


def order_findings(problems: Sequence[ProblemReading]) -> list[Finding]:
    """Problems whose number does not stand where their created date would put it.

    Numbers are given out in order, so created dates must not fall as numbers rise. What lies off
    the longest rising run is out of order; where just one other problem disagrees with it, nobody
    can tell which of the two is wrong and both are named.
    """
    rows = sorted(
        ((int(short_pbi(item.pbi)), item.created, item) for item in problems if item.created),
        key=lambda row: row[0],
    )
    days = [row[1] for row in rows if row[1]]
    rise = sorted(_longest_rise(days))
    rising = [days[index] for index in rise]
    kept = set(rise)
    found = []
    for index, (_, created, item) in enumerate(rows):
        if index in kept or created is None:
            continue
        # The run rises, so those that disagree stand side by side in it, up to this number's place
        # or from there on; the nearest of them is the one beside that place.
        here = bisect_left(rise, index)
        later = bisect_right(rising, created + _TOLERANCE, hi=here)
        earlier = max(here, bisect_left(rising, created - _TOLERANCE))
        if later < here:
            near, count = rows[rise[here - 1]][2], here - later
        elif earlier > here:
            near, count = rows[rise[here]][2], earlier - here
        else:
            continue
        found.append(_order_finding(item, near))
        if count == 1:
            found.append(_order_finding(near, item))
    return found


def _order_finding(item: ProblemReading, near: ProblemReading) -> Finding:
    above = int(short_pbi(item.pbi)) > int(short_pbi(near.pbi))
    assert item.created is not None
    assert near.created is not None
    evidence = item.evidence.get("created")
    return Finding(
        code="out-of-sequence",
        message=f"{short_pbi(item.pbi)} has a {'higher' if above else 'lower'} number than "
        f"{short_pbi(near.pbi)} but was created {'earlier' if above else 'later'} "
        f"({_spoken(item.created)} against {_spoken(near.created)}).",
        pbi=item.pbi,
        page=evidence.page if evidence else None,
        ask=f"Which is right, the number or the created date of {short_pbi(item.pbi)}?",
    )


def _longest_rise(days: Sequence[date]) -> set[int]:
    """Indices of a longest run that never falls by more than the tolerance (patience sorting)."""
    tails: list[date] = []
    at: list[int] = []
    back: list[int | None] = []
    for index, day in enumerate(days):
        place = bisect_right(tails, day)
        if place == len(tails):
            tails.append(day)
            at.append(index)
        else:
            tails[place] = day
            at[place] = index
        back.append(at[place - 1] if place else None)
    kept: set[int] = set()
    step = at[-1] if at else None
    while step is not None:
        kept.add(step)
        step = back[step]
    return kept


class _Notes:
    """Findings on one problem, with the page of the field that each is about."""

    def __init__(self, problem: ProblemReading) -> None:
        self.problem = problem
        self.found: list[Finding] = []

    def add(self, code: str, message: str, ask: str | None, field: str) -> None:
        evidence = self.problem.evidence.get(field) or self.problem.evidence.get("pbi")
        self.found.append(
            Finding(
                code=code,
                message=message,
                pbi=self.problem.pbi,
                page=evidence.page if evidence else None,
                ask=ask,
            )
        )


def _missing(problem: ProblemReading, vocabulary: Vocabulary, notes: _Notes) -> None:
    if problem.owner is None:
        notes.add(
            "owner-not-stated",
            "The entry does not say with whom the record is.",
            "Who owns this problem?",
            "owner",
        )
    if problem.description is None:
        notes.add(
            "no-narrative",
            "The entry says nothing of what happened.",
            "What happened, and what is being done about it?",
            "title",
        )
    if problem.severity is None:
        notes.add(
            "severity-not-stated",
            "The entry gives no severity that can be read.",
            "How severe is this problem?",
            "severity",
        )
    if problem.created is None:
        notes.add(
            "created-not-stated",
            "The entry gives no created date that can be read.",
            "When was this problem created?",
            "created",
        )
    if problem.status is None:
        notes.add(
            "status-not-stated",
            "The entry gives no status.",
            "What is the status of this problem?",
            "status",
        )
    if problem.target_completion is None and vocabulary.is_open(problem.status) is not False:
        notes.add(
            "target-not-stated",
            "An open problem without a target for its completion.",
            "When is the fix expected?",
            "target_completion",
        )
    if problem.impact_class is ImpactClass.NOT_STATED:
        notes.add(
            "impact-not-stated",
            "The entry does not say what the problem does to end users.",
            "What is the impact on end users?",
            "user_impact",
        )


def _dates(problem: ProblemReading, status_date: date | None, notes: _Notes) -> None:
    created = problem.created
    if created and status_date and created > status_date:
        notes.add(
            "created-after-status",
            f"It was created on {_spoken(created)}, after its status of {_spoken(status_date)}.",
            "Which of the two dates is right?",
            "created",
        )
    if created and problem.target_completion and problem.target_completion < created:
        notes.add(
            "target-before-created",
            f"The target of {_spoken(problem.target_completion)} lies before the created date of "
            f"{_spoken(created)}.",
            "Which of the two dates is right?",
            "target_completion",
        )
    event = _event_after(problem, created, status_date)
    if event and created:
        notes.add(
            "created-after-event",
            f"It was created on {_spoken(created)}, before the event of {_spoken(event)} that it "
            "tells of.",
            "Is the created date right, or was an older record used again?",
            "created",
        )


def _event_after(
    problem: ProblemReading, created: date | None, status_date: date | None
) -> date | None:
    """The first event that the narrative opens with, where it lies after the created date.

    Only the sentence that tells of the event counts: reviews, releases and updates come later by
    nature.
    """
    if created is None or problem.description is None:
        return None
    first = re.split(r"(?<=[.!?])\s+", problem.description)[:2]
    for sentence in first:
        for mention in dates_in(sentence, year_hint=status_date or created):
            day = mention.value
            if not mention.year_stated:
                day = nearest_year(day, created, status_date)
            before = sentence[max(0, mention.start - 60) : mention.start]
            around = sentence[max(0, mention.start - 60) : mention.end + 80]
            if day <= created + timedelta(days=14):
                return None  # an event at the time of creation: what follows came later
            if status_date and day > status_date:
                continue
            if _HAPPENED.search(around) and not _PLANNED.search(before):
                return day
    return None


def _outage(problem: ProblemReading, notes: _Notes) -> None:
    if problem.impact_class not in (ImpactClass.NONE, ImpactClass.NO_ENDURING):
        return
    total = next((item for item in problem.impact_evidence if is_outage(item)), None)
    if total is None:
        return
    minutes = next((item.minutes for item in problem.impact_evidence if item.minutes), None)
    lasted = f" that lasted {minutes:.0f} minutes" if minutes else ""
    notes.found.append(
        Finding(
            code="outage-beside-no-impact",
            message=f"The stated impact is \u201c{problem.user_impact}\u201d, but the narrative "
            f"tells of an outage{lasted}: \u201c{total.quote}\u201d",
            pbi=problem.pbi,
            page=total.page,
            ask="What did users meet while it lasted, and how many were affected?",
        )
    )


def _spoken(day: date) -> str:
    return f"{day:%d/%m/%Y}"
