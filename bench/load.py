"""Reports of any number and length, made from a seed: as PDF files, or as readings.

    python bench/load.py FOLDER [--reports 12] [--problems 60]

Each report carries over six in ten problems of the one before, with a moved target, a new status
or one more sentence. Same numbers and seed, same words.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from ingest.quarters import quarter_end, shifted
from ingest.records import Evidence, ProblemReading, Reading, ReportReading, Severity

FIRST = "2015-Q1"
CARRIED = 0.6
OWNERS = ("DCO", "DSP", "CSP North", "CSP South", "S1SP1", "S1SP2", "SMETS1 SO", "TSP")
STATUSES = ("Pending", "Assigned", "Under Investigation", "On Hold")
IMPACTS = ("Top-ups delayed", "Installations aborted", "No enduring impact", None)
SITES = ("northern", "southern", "central", "second", "standby", "primary")
PARTS = (
    "message broker", "certificate store", "order gateway", "read scheduler", "alert router",
    "firmware server", "time source", "session cache", "load balancer", "key service",
)  # fmt: skip
FAULTS = (
    "stops answering", "loses its connections", "fills its disk", "returns stale entries",
    "restarts without warning", "rejects valid requests", "runs out of memory",
)  # fmt: skip
SENTENCES = (
    "The {part} at the {site} site {fault} when more than {n} requests arrive in one minute.",
    "On {day} users could not complete {n} requests between 0{h}:10 and 0{h}:55.",
    "Engineers of {owner} have traced it to a setting that was changed with release {h}.{n}.",
    "Some {n} devices had to be paired again by hand after the {part} came back.",
    "A workaround is in place: the {part} is restarted each morning {n} minutes before eight.",
    "The supplier of the {part} has been asked for a correction and has sent {n} trace files.",
    "Tests in the {site} environment have shown the fault {h} times out of {n}.",
    "Replies queue behind the {part} until a limit of {n} is reached, and are then dropped.",
    "The fault has not been seen since {day}, and {owner} keeps watching the {part}.",
    "A change to the {site} site is planned in {n} days, outside business hours.",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One problem in one report."""

    number: int
    title: str
    owner: str
    severity: Severity
    created: date
    status: str
    as_at: date
    target: date | None
    impact: str | None
    sentences: tuple[str, ...] = field(default=())

    def reading(self) -> ProblemReading:
        """What a reader makes of it, without boxes."""
        pbi = f"PBI{self.number:012d}"
        return ProblemReading(
            pbi=pbi,
            title=self.title,
            description=" ".join(self.sentences),
            owner=self.owner,
            involved=(self.owner,),
            severity=self.severity,
            created=self.created,
            status=self.status,
            status_date=self.as_at,
            target_completion=self.target,
            user_impact=self.impact,
            evidence={"pbi": Evidence(page=1, quote=pbi)},
        )


@dataclass(frozen=True, slots=True)
class Report:
    """One quarter."""

    quarter: str
    entries: tuple[Entry, ...]

    @property
    def file(self) -> str:
        """Its name as an upload."""
        return f"problem-report-{self.quarter}.pdf"

    def reading(self) -> Reading:
        """What a reader makes of it."""
        said = ReportReading(
            title="Quarterly Problem Report",
            quarter=self.quarter,
            status_date=quarter_end(self.quarter),
            file=self.file,
            sha256=sha256(self.file.encode()).hexdigest(),
            pages=max(1, len(self.entries) // 3),
        )
        return Reading(report=said, problems=tuple(entry.reading() for entry in self.entries))

    def pdf(self, path: Path) -> int:
        """Writes it; returns the number of its pages."""
        return _drawn(self, path)


def reports(count: int, problems: int, seed: int = 7) -> Iterator[Report]:
    """`count` quarters of `problems` entries each."""
    random = Random(seed)
    held: list[Entry] = []
    number = 100_000
    for index in range(count):
        quarter = shifted(FIRST, index)
        end = quarter_end(quarter)
        kept = [entry for entry in held if entry.status != "Closed" and random.random() < CARRIED]
        entries = [_later(entry, end, random) for entry in kept]
        while len(entries) < problems:
            number += random.randint(1, 40)
            entries.append(_fresh(number, end, random))
        held = entries[:problems]
        yield Report(quarter, tuple(held))


def _fresh(number: int, end: date, random: Random) -> Entry:
    part, fault, site = random.choice(PARTS), random.choice(FAULTS), random.choice(SITES)
    owner = random.choice(OWNERS)
    created = end - timedelta(days=random.randint(5, 85))
    told = [_sentence(random, owner, created) for _ in range(random.randint(3, 6))]
    return Entry(
        number=number,
        title=f"{part.capitalize()} of the {site} site {fault}",
        owner=owner,
        severity=random.choice(list(Severity)),
        created=created,
        status=random.choice(STATUSES),
        as_at=end,
        target=end + timedelta(days=random.randint(10, 200)) if random.random() < 0.8 else None,
        impact=random.choice(IMPACTS),
        sentences=tuple(dict.fromkeys(told)),
    )


def _later(entry: Entry, end: date, random: Random) -> Entry:
    target = entry.target
    if target and random.random() < 0.4:
        target += timedelta(days=random.randint(14, 120))
    more = (_sentence(random, entry.owner, end),) if random.random() < 0.5 else ()
    status = "Closed" if random.random() < 0.15 else random.choice((entry.status, *STATUSES))
    return replace(
        entry, status=status, target=target, as_at=end, sentences=(*entry.sentences, *more)
    )


def _sentence(random: Random, owner: str, day: date) -> str:
    return random.choice(SENTENCES).format(
        part=random.choice(PARTS),
        site=random.choice(SITES),
        fault=random.choice(FAULTS),
        owner=owner,
        day=f"{day:%d/%m/%Y}",
        n=random.randint(12, 900),
        h=random.randint(1, 9),
    )


def _drawn(report: Report, path: Path) -> int:
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

    styles = getSampleStyleSheet()
    body, head = styles["BodyText"], styles["Heading3"]
    story: list[Any] = [
        Paragraph(f"Quarterly Problem Report {report.quarter}", styles["Title"]),
        Paragraph(f"Status as at {quarter_end(report.quarter):%d/%m/%Y}", body),
    ]
    for one in report.entries:
        story.append(Paragraph(f"PBI{one.number:012d}: {one.title}", head))
        story.append(Paragraph(f"This Problem Record is with {one.owner}.", body))
        story.append(Paragraph(" ".join(one.sentences), body))
        created = f"PBI created {one.created:%d/%m/%Y} Severity – {one.severity.value}"
        story.append(Paragraph(created, body))
        target = f"{one.target:%d/%m/%Y}" if one.target else "TBC"
        status = f"Current status: {one.as_at:%d/%m/%Y} – {one.status}. Target completion {target}"
        story.append(Paragraph(status, body))
        if one.impact:
            story.append(Paragraph(f"End user impact = {one.impact}", body))
        story.append(Spacer(1, 8))
    template = SimpleDocTemplate(str(path), title=f"Report {report.quarter}", invariant=1)
    template.build(story)
    return int(template.page)


def main() -> int:
    """Writes the PDF files into a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--reports", type=int, default=12)
    parser.add_argument("--problems", type=int, default=60)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    pages = [one.pdf(given.folder / one.file) for one in reports(given.reports, given.problems)]
    print(f"{len(pages)} reports, {sum(pages)} pages in {given.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
