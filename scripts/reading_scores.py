"""Compares a reading with its gold, field by field: precision, recall, F1 and exact records.

Only white space and the shape of quotation marks are forgiven.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

PROBLEM_FIELDS = (
    "title",
    "description",
    "owner",
    "owner_role",
    "involved",
    "severity",
    "created",
    "status",
    "status_date",
    "target_completion",
    "user_impact",
    "impact_class",
    "incident_observation",
    "major_incident",
    "workaround",
    "update",
    "root_cause",
)
REPORT_FIELDS = (
    "title",
    "reference",
    "quarter",
    "status_date",
    "issue_date",
    "classification",
    "scope",
)
_QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})


@dataclass
class Count:
    """Values right, values read that are wrong or not there, values missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, other: Count) -> None:
        """Takes another count in."""
        self.right += other.right
        self.wrong += other.wrong
        self.missed += other.missed

    @property
    def precision(self) -> float:
        """Share of the values read that are right; 1 where nothing was read."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of the gold values that were read; 1 where there are none."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass
class Score:
    """How well one document (or all of one form) was read.

    Attributes:
        fields: counts by field, those of the report itself as "report.title".
        records, exact: gold records, and those of them with every field right.
        extra: records read that the gold does not hold.
        pages: evidence that names a page on which the gold has the value, and all of it.
        impact, findings: sentences of impact evidence, and finding codes (a reader may find more
            than the gold asks for, so only what is missed counts against it).
        quotes, boxes: evidence whose words stand on the page and in the box, and all of it.
        mistakes: (pbi, field, gold, read, page) of each value that is not right.
    """

    name: str
    form: str = ""
    fields: dict[str, Count] = field(default_factory=dict)
    records: int = 0
    exact: int = 0
    extra: int = 0
    pages: tuple[int, int] = (0, 0)
    quotes: tuple[int, int] = (0, 0)
    boxes: tuple[int, int] = (0, 0)
    impact: Count = field(default_factory=Count)
    findings: Count = field(default_factory=Count)
    mistakes: list[tuple[str, str, Any, Any, int | None]] = field(default_factory=list)
    misplaced: list[str] = field(default_factory=list)
    error: str = ""
    seconds: float = 0.0

    @property
    def total(self) -> Count:
        """All fields together."""
        total = Count()
        for count in self.fields.values():
            total.add(count)
        return total

    @property
    def exact_share(self) -> float:
        """Exact records of all that are in the gold or were read."""
        return self.exact / (self.records + self.extra) if self.records + self.extra else 1.0

    def count(self, name: str) -> Count:
        """The count of one field."""
        return self.fields.setdefault(name, Count())

    def add(self, other: Score) -> None:
        """Takes another document's score in."""
        for name, count in other.fields.items():
            self.count(name).add(count)
        self.records += other.records
        self.exact += other.exact
        self.extra += other.extra
        self.impact.add(other.impact)
        self.findings.add(other.findings)
        for name in ("pages", "quotes", "boxes"):
            mine, theirs = getattr(self, name), getattr(other, name)
            setattr(self, name, (mine[0] + theirs[0], mine[1] + theirs[1]))


def plain(value: Any) -> Any:
    """A value for comparison: white space squeezed, quotes straight, "not stated" as None."""
    if isinstance(value, str):
        words = re.sub(r"\s+", " ", value.translate(_QUOTES)).strip()
        return None if words in ("", "not_stated") else words
    if isinstance(value, (list, tuple, set)):
        return frozenset(plain(item) for item in value) or None
    return value


def compare(gold: Any, read: Any) -> Count:
    """The count of one field of one record; of a set, member by member."""
    gold, read = plain(gold), plain(read)
    if isinstance(gold, frozenset) or isinstance(read, frozenset):
        wanted, found = gold or frozenset(), read or frozenset()
        return Count(len(wanted & found), len(found - wanted), len(wanted - found))
    if gold == read:
        return Count(right=int(gold is not None))
    return Count(wrong=int(read is not None), missed=int(gold is not None))


def score_reading(gold: Mapping[str, Any], read: Mapping[str, Any]) -> Score:
    """Both in the shape of `pbi extract --json`."""
    score = Score(gold["report"]["file"], gold.get("form", "series"))
    inherited = frozenset(gold.get("inherits", ()))
    for name in REPORT_FIELDS:
        if f"report.{name}" in gold.get("unscored", ()):
            continue
        tally(score, "", f"report.{name}", gold["report"].get(name), read["report"].get(name), None)
    found = {problem["pbi"]: problem for problem in read["problems"]}
    wanted = {problem["pbi"]: problem for problem in gold["problems"]}
    score.records = len(wanted)
    score.extra = len(found.keys() - wanted.keys())
    for pbi in [*wanted, *(found.keys() - wanted.keys())]:
        score_problem(score, pbi, wanted.get(pbi, {}), found.get(pbi, {}), inherited)
    score.findings = score_findings(gold, read, score)
    return score


def score_problem(
    score: Score,
    pbi: str,
    gold: Mapping[str, Any],
    read: Mapping[str, Any],
    inherited: frozenset[str],
) -> None:
    """Adds one record to the score."""
    before = len(score.mistakes)
    if not gold or not read:
        score.mistakes.append((pbi, "pbi", gold.get("pbi"), read.get("pbi"), None))
    places = read.get("evidence", {})
    for name in PROBLEM_FIELDS:
        if name in inherited and read.get(name) is None:
            continue
        page = (places.get(name) or {}).get("page")
        tally(score, pbi, name, gold.get(name), read.get(name), page)
    score.exact += len(score.mistakes) == before
    right, all_ = score.pages
    for name, place in gold.get("evidence", {}).items():
        if name in places:
            all_ += 1
            right += places[name]["page"] in place.get("pages", [place["page"]])
    score.pages = (right, all_)
    score.impact.add(
        compare(
            [item["quote"] for item in gold.get("impact_evidence", ())],
            [item["quote"] for item in read.get("impact_evidence", ())],
        )
    )


def tally(score: Score, pbi: str, name: str, gold: Any, read: Any, page: int | None) -> None:
    """Adds one field to the score, and to the mistakes where it is one."""
    count = compare(gold, read)
    score.count(name).add(count)
    if count.wrong or count.missed:
        score.mistakes.append((pbi, name, gold, read, page))


def score_findings(gold: Mapping[str, Any], read: Mapping[str, Any], score: Score) -> Count:
    """Which of the expected codes were raised; `wrong` stays 0, a reader may raise more."""
    raised = set(codes(read))
    expected = set(codes(gold))
    for code, pbi in sorted(expected - raised, key=str):
        score.misplaced.append(f"no finding {code} for {pbi}")
    return Count(len(expected & raised), 0, len(expected - raised))


def codes(reading: Mapping[str, Any]) -> Iterable[tuple[str, str | None]]:
    """(code, pbi) of all findings, of the report and of its problems."""
    for finding in reading.get("findings", ()):
        yield finding["code"], finding.get("pbi")
    for problem in reading["problems"]:
        for finding in problem.get("findings", ()):
            yield finding["code"], finding.get("pbi") or problem["pbi"]
