"""What the knowledge base answers with, beside the records themselves."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from ingest.records import Finding, Frozen
from kb.records import Passage, ReportRecord, Snapshot


class IngestStatus(StrEnum):
    """What became of an upload."""

    PUBLISHED = "published"
    DRAFT = "draft"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


class IngestResult(Frozen):
    """What became of one upload.

    Attributes:
        file: the name given. report: as held now; the first upload's for a duplicate, None for a
            refusal.
        message: one line for the person who uploaded it.
        problems: how many were read. findings: of the report and of its problems.
    """

    status: IngestStatus
    file: str = ""
    report: ReportRecord | None = None
    message: str
    problems: int = 0
    findings: tuple[Finding, ...] = ()


class Correction(Frozen):
    """One value put right. `pbi` is None for a field of the report itself.

    Attributes:
        printed: the value as read; value: the value that speaks now. None: not stated.
    """

    report: str
    pbi: str | None
    field: str
    printed: str | None
    value: str | None
    who: str
    note: str | None
    at: datetime


class Hit(Frozen):
    """One problem found by text search, best passages first.

    Attributes:
        score: fused rank score; comparable within one search only.
        why: "number", "words", "meaning": what found it.
        similarity: cosine of the nearest passage, where meaning found it.
        terms: the words of the question that stand in it.
    """

    snapshot: Snapshot
    score: float
    passages: tuple[Passage, ...] = ()
    why: tuple[str, ...] = ()
    similarity: float | None = None
    terms: tuple[str, ...] = ()


class PartyCount(Frozen):
    """A party and in how many problems (latest snapshots) it is owner, and involved."""

    party: str
    owner: int
    involved: int


class Catalogue(Frozen):
    """What is held: the names and dates that a question can be checked against.

    Names and counts are over the latest snapshot of every problem in any published report, most
    frequent first.

    Attributes:
        parties: by name, owners and involved alike.
        titles: by PBI, "" where none is stated; its keys are every problem held.
        quarters: of the published reports, earliest first. reports: the published ones.
        as_at: the latest day that a published report speaks of.
    """

    parties: dict[str, PartyCount] = Field(default_factory=dict)
    owners: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    quarters: tuple[str, ...] = ()
    reports: tuple[ReportRecord, ...] = ()
    titles: dict[str, str] = Field(default_factory=dict)
    first_created: date | None = None
    last_created: date | None = None
    first_target: date | None = None
    last_target: date | None = None
    as_at: date | None = None


class Trouble(Frozen):
    """One disagreement found by a check, and whether it was put right."""

    code: str
    message: str
    repaired: bool = False


class CheckReport(Frozen):
    """What `check` saw. `ok`: nothing is wrong, or everything wrong was repaired."""

    ok: bool
    troubles: tuple[Trouble, ...]
    schema_version: str | None
    counts: dict[str, int]
    settings: dict[str, str]
    notes: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """The same in words, one thing a line."""
        counted = ", ".join(f"{count} {name}" for name, count in self.counts.items())
        found = [f"Schema {self.schema_version}; {counted}."]
        found += [f"{name} = {value}" for name, value in self.settings.items()]
        found += list(self.notes)
        found += [
            f"{trouble.code}: {trouble.message}{' (repaired)' if trouble.repaired else ''}"
            for trouble in self.troubles
        ]
        if not self.troubles:
            found.append("Records, files, full text and vectors agree.")
        return found
