"""An answer in the making: statements, each with the citations that hold it up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from ingest.records import Evidence, ImpactEvidence
from kb.answer.pages import PageTexts
from kb.answers import Table, Value
from kb.records import Citation, ReportRecord, Snapshot, Statement
from kb.words import british

CITED = 30
"""Rows of a long list that are cited one by one; the table holds every one."""


@dataclass
class Draft:
    """What is to be said.

    `counted` are numbers that were counted from rows rather than read; `measured` works out those
    of single problems (ages, days) where a sentence states a number that is not among them.
    """

    pages: PageTexts
    statements: list[Statement] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    pbis: list[str] = field(default_factory=list)
    value: Value = None
    table: Table | None = None
    notes: list[str] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)
    abstained: bool = False
    shown: int = 0
    counted: set[float] = field(default_factory=set)
    measured: Callable[[], frozenset[float]] = frozenset
    _dates: dict[int, tuple[str, Citation]] = field(default_factory=dict)

    def say(
        self,
        text: str,
        *citations: int | None,
        fact: bool = True,
        counted: Iterable[float] = (),
    ) -> None:
        """Adds a sentence with what holds it up, and the numbers in it that were counted."""
        self.counted |= {float(number) for number in counted}
        held = tuple(dict.fromkeys(number for number in citations if number is not None))
        # "Pending at 11 October 2023": a status date of its own has its own evidence.
        dated = [self._dates[number] for number in held if number in self._dates]
        held += tuple(self._add(one) for day, one in dated if day in text)
        held = tuple(dict.fromkeys(held))
        self.statements.append(Statement(text=text, citations=held, fact=fact))

    def abstain(self, text: str, *citations: int | None) -> None:
        """Adds a sentence that says why there is no answer."""
        self.abstained = True
        self.say(text, *citations, fact=bool([c for c in citations if c is not None]))

    def cite(self, snapshot: Snapshot, *fields: str) -> int | None:
        """The evidence of the first of the fields that was read, else of the problem itself."""
        evidence = snapshot.problem.evidence
        for name in (*fields, "pbi", "title", *evidence):
            found = evidence.get(name)
            if found is not None and found.quote:
                return self._dated(self._add(_citation(snapshot, found, name)), snapshot)
        return None

    def _dated(self, number: int, snapshot: Snapshot) -> int:
        """Remembers the evidence of the status date beside a citation of the same record."""
        day = snapshot.problem.status_date
        found = snapshot.problem.evidence.get("status_date")
        if day is not None and day != snapshot.report.as_at and found is not None and found.quote:
            self._dates[number] = (british(day), _citation(snapshot, found, "status_date"))
        return number

    def cite_field(self, snapshot: Snapshot, name: str) -> int | None:
        """The evidence of exactly this field."""
        found = snapshot.problem.evidence.get(name)
        if found is None or not found.quote:
            return None
        return self._dated(self._add(_citation(snapshot, found, name)), snapshot)

    def cite_all(self, snapshots: Iterable[Snapshot], *fields: str) -> list[int]:
        """One citation a row, for as many rows as are cited one by one."""
        rows = list(snapshots)[:CITED]
        return [n for n in (self.cite(row, *fields) for row in rows) if n is not None]

    def cite_impact(self, snapshot: Snapshot, one: ImpactEvidence) -> int:
        """A sentence of the narrative that says what users met."""
        return self._add(
            Citation(
                document=snapshot.report.file,
                page=one.page,
                pbi=snapshot.pbi,
                quote=one.quote,
                report=snapshot.report.id,
                field="impact_evidence",
                bbox=one.bbox,
                place=one.place,
            )
        )

    def cite_words(self, snapshot: Snapshot, name: str, words: str) -> int | None:
        """A stretch of a field, on the page where it stands; None where it is on no one page."""
        found = snapshot.problem.evidence.get(name)
        first = found.page if found else 1
        page: int | None = first
        if self.pages.text(snapshot.report, first) is not None:
            page = self.pages.page_of(snapshot.report, first, words)
        elif found is None:
            return None
        if page is None:
            return None
        return self._add(
            Citation(
                document=snapshot.report.file,
                page=page,
                pbi=snapshot.pbi,
                quote=words,
                report=snapshot.report.id,
                field=name,
                bbox=found.bbox if found and squeezable(found.quote, words) else None,
                place=found.place if found else None,
            )
        )

    def cite_report(self, report: ReportRecord, ways: Sequence[str], name: str) -> int | None:
        """A value of the report itself, on the first page that prints it in one of these ways.

        None where no page does, and where pages cannot be looked at.
        """
        for words in ways:
            page = self.pages.page_of(report, 1, words)
            if page is not None:
                return self._add(
                    Citation(
                        document=report.file,
                        page=page,
                        pbi=None,
                        quote=words,
                        report=report.id,
                        field=name,
                    )
                )
        return None

    def add_pbis(self, pbis: Sequence[str]) -> None:
        """Adds problems to the answer, in order and once each."""
        self.pbis += [pbi for pbi in pbis if pbi not in set(self.pbis)]

    def _add(self, citation: Citation) -> int:
        for number, held in enumerate(self.citations):
            if (held.report, held.page, held.pbi, held.quote) == (
                citation.report,
                citation.page,
                citation.pbi,
                citation.quote,
            ):
                return number
        self.citations.append(citation)
        return len(self.citations) - 1


def squeezable(whole: str, part: str) -> bool:
    """Whether a quote holds the words, white space apart."""
    return "".join(part.split()) in "".join(whole.split())


def _citation(snapshot: Snapshot, evidence: Evidence, name: str) -> Citation:
    return Citation(
        document=snapshot.report.file,
        page=evidence.page,
        pbi=snapshot.pbi,
        quote=evidence.quote,
        report=snapshot.report.id,
        field=name,
        bbox=evidence.bbox,
        place=evidence.place,
    )
