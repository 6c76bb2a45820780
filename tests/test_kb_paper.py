"""The user-impact paper over the sample series: what is counted, in which order, from where."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.records import (
    FIELDS,
    Finding,
    ImpactClass,
    ImpactEvidence,
    ProblemReading,
    Severity,
)
from kb.errors import RecordNotFound
from kb.filters import Filters
from kb.history import with_history
from kb.markings import highest
from kb.outage import outage
from kb.paper import impact_order, impact_paper, paper_document
from kb.records import ReportRecord, ReportState, Snapshot

SERIES = Path(__file__).parents[1] / "corpus"
QUARTERS = ("2021-Q2", "2021-Q3", "2021-Q4", "2022-Q1")
CLOSING = {"Closed", "Cancelled", "Rejected", "Completed", "Resolved"}


def report(quarter: str, **more: Any) -> ReportRecord:
    values = {
        "id": f"id-{quarter}",
        "sha256": "0" * 64,
        "file": f"{quarter}.pdf",
        "media_type": "application/pdf",
        "pages": 5,
        "title": None,
        "reference": None,
        "quarter": quarter,
        "status_date": date(2021, 9, 20),
        "issue_date": None,
        "classification": None,
        "scope": None,
        "scanned": False,
        "state": ReportState.PUBLISHED,
        "current": True,
        "problems": 1,
        "uploaded_at": datetime(2022, 1, 1, tzinfo=UTC),
        "published_at": datetime(2022, 1, 1, tzinfo=UTC),
    }
    return ReportRecord.model_validate({**values, **more})


def snap(where: ReportRecord, number: int, **fields: Any) -> Snapshot:
    problem = ProblemReading(pbi=f"PBI{number:012d}", **fields)
    is_open = problem.status not in CLOSING if problem.status else None
    return Snapshot(key=f"{where.id}:{number}", report=where, problem=problem, open=is_open)


class Shelf:
    """Reports in memory behind the same three calls as the knowledge base."""

    def __init__(self, reports: Sequence[ReportRecord], held: Sequence[Snapshot]) -> None:
        self._reports = list(reports)
        self._held = list(with_history(held, reports))

    def reports(self) -> list[ReportRecord]:
        return self._reports

    def history(self, pbi: str) -> list[Snapshot]:
        return [one for one in self._held if one.pbi == pbi]

    def snapshots(self, filters: Filters = Filters()) -> list[Snapshot]:  # noqa: B008
        if filters.quarters:
            chosen = [one for one in self._held if one.report.quarter in filters.quarters]
        elif filters.vanished:
            chosen = [one for one in self._held if one.vanished]
        else:
            chosen = [one for one in self._held if one.report.current]
        last = {one.pbi: one for one in chosen}
        return [
            one
            for one in last.values()
            if (not filters.suppliers or set(filters.suppliers) & set(one.problem.involved))
            and (not filters.owners or one.problem.owner in filters.owners)
        ]


def series() -> Shelf:
    reports, held = [], []
    for quarter in QUARTERS:
        gold = json.loads((SERIES / f"{quarter}-problem-report.gold.json").read_text("utf-8"))
        known = {name: gold["report"][name] for name in ("file", "pages", "classification")}
        where = report(
            quarter,
            status_date=gold["report"]["status_date"],
            current=quarter == QUARTERS[-1],
            **known,
        )
        reports.append(where)
        for problem in gold["problems"]:
            fields = {name: problem[name] for name in FIELDS if name in problem}
            fields["pbi"] = int(fields["pbi"][3:])
            evidence = [{"page": 1, **one} for one in problem["impact_evidence"]]
            findings = [
                Finding(code=one["code"], message=one["code"], ask=f"Why: {one['code']}?")
                for one in problem["findings"]
            ]
            held.append(
                snap(
                    where,
                    fields.pop("pbi"),
                    **fields,
                    impact_evidence=tuple(ImpactEvidence(**one) for one in evidence),
                    findings=tuple(findings),
                )
            )
    return Shelf(reports, held)


@pytest.fixture(scope="module")
def kb() -> Shelf:
    return series()


def short(entries: Sequence[Any]) -> list[str]:
    return [entry.pbi[-6:] for entry in entries]


def test_the_paper_of_the_action(kb: Shelf) -> None:
    """OPSG action 55/10: three closed, two Critical pending, three held by others than DCO."""
    paper = impact_paper(kb, supplier="DCO", quarter="2021-Q2")
    assert len(paper.entries) == 9
    assert short(paper.open) == ["122422", "123400", "121742", "121939", "122207", "123102"]
    assert short(paper.closed) == ["123100", "122607", "122808"]
    assert [(row.impact_class.value, row.counts, row.total) for row in paper.open_by_impact] == [
        ("impacting", (0, 0, 0, 0, 0), 0),
        ("no_enduring", (2, 0, 0, 0, 0), 2),
        ("not_stated", (0, 0, 0, 0, 0), 0),
        ("none", (0, 0, 4, 0, 0), 4),
    ]
    assert sum(row.total for row in paper.closed_by_impact) == 3
    assert {row.owner: (row.open, row.closed) for row in paper.by_owner} == {
        "DCO": (3, 2),
        "DCC": (1, 0),
        "S1SP1": (1, 0),
        "DSP": (0, 1),
        None: (1, 0),
    }
    assert paper.by_owner[0].owner == "DCO"
    assert paper.by_owner[-1].owner is None
    told = "\n".join(paper.highlights)
    assert "9 problems: 6 open, 3 closed (123100, 122607, 122808)." in told
    assert "Open and Critical: 2 (122422 Pending, 123400 Pending)." in told
    assert "PBI 122422 (Critical, Pending): total outage, 69 minutes" in told
    assert (
        "Held by others than DCO: 3 (121742 with DCC, 123102 with S1SP1, 122808 with DSP)." in told
    )
    assert "Owner not stated: 1 (123400)." in told
    gaps = {gap.code: short_numbers(gap.pbis) for gap in paper.gaps}
    assert gaps["owner-not-stated"] == gaps["no-narrative"] == ["123400"]
    assert len(gaps["major-incident-not-stated"]) == 7
    assert "target-not-stated" not in gaps  # three have none, and those are closed


def short_numbers(pbis: Sequence[str]) -> list[str]:
    return [pbi[-6:] for pbi in pbis]


def test_open_and_closed_add_up_to_the_problems(kb: Shelf) -> None:
    for quarter in (*QUARTERS, None):
        for supplier in ("DCO", "DSP", None):
            paper = impact_paper(kb, supplier=supplier, quarter=quarter)
            tables = (*paper.open_by_impact, *paper.closed_by_impact)
            assert sum(row.total for row in tables) == len(paper.entries)
            assert sum(row.total for row in paper.by_owner) == len(paper.entries)
            assert len(paper.open) + len(paper.closed) == len(paper.entries)


def test_owner_is_narrower_than_involved(kb: Shelf) -> None:
    held = impact_paper(kb, supplier="DCO", quarter="2021-Q2", owner=True)
    assert {entry.snapshot.problem.owner for entry in held.entries} == {"DCO"}
    assert len(held.entries) == 5
    assert "held by DCO" in held.title


def test_targets_with_their_slips(kb: Shelf) -> None:
    paper = impact_paper(kb, supplier="DCO", quarter="2021-Q4")
    (entry,) = [one for one in paper.entries if one.pbi.endswith("123400")]
    assert [day.isoformat() for day in entry.targets] == ["2021-11-30", "2022-02-28", "2022-04-29"]
    assert (entry.snapshot.slips, entry.snapshot.slip_days) == (2, 150)


def test_vanished_problems_stand_apart(kb: Shelf) -> None:
    paper = impact_paper(kb, supplier="DCO", quarter="2021-Q4")
    assert short(paper.vanished) == ["123102"]
    assert "123102" not in short(paper.entries)
    assert "missing from a later report: 1 (123102)" in "\n".join(paper.highlights)
    # It is back in the next report, and no longer missing.
    assert impact_paper(kb, supplier="DCO", quarter="2022-Q1").vanished == ()
    # Without a quarter: what has vanished by now, whoever holds it.
    assert short(impact_paper(kb, supplier=None, quarter=None).vanished) == ["122951", "124702"]


def test_dates_come_from_the_report_unless_one_is_given(kb: Shelf) -> None:
    plain = impact_paper(kb, supplier="DCO", quarter="2021-Q2")
    assert plain.as_at is None
    assert plain.dates == (date(2021, 9, 20),)
    assert all(entry.overdue_days is None for entry in plain.entries)
    later = impact_paper(kb, supplier="DCO", quarter="2021-Q2", as_at=date(2021, 11, 1))
    late = {entry.pbi[-6:]: entry.overdue_days for entry in later.entries if entry.overdue_days}
    assert late == {"122422": 3, "121742": 3, "121939": 3}
    assert "Past target at 1 November 2021: 3" in "\n".join(later.highlights)


def test_a_quarter_without_reports_is_refused(kb: Shelf) -> None:
    with pytest.raises(RecordNotFound, match=r"Q3 2019.*Q2 2021"):
        impact_paper(kb, supplier="DCO", quarter="2019-Q3")
    with pytest.raises(RecordNotFound, match="ingest one"):
        impact_paper(Shelf([], []), supplier="DCO", quarter=None)


def test_a_supplier_that_is_nowhere_gives_an_empty_paper(kb: Shelf) -> None:
    paper = impact_paper(kb, supplier="ECoS", quarter="2021-Q2")
    assert paper.entries == ()
    assert [one.file for one in paper.reports] == ["2021-Q2-problem-report.pdf"]
    assert paper_document(paper).title == "User impact of problems that involve ECoS, Q2 2021"


def test_questions_come_from_findings_and_from_gaps_without_one() -> None:
    where = report("2021-Q2")
    finding = Finding(code="owner-not-stated", message="No owner.", ask="Who has it?")
    held = [
        snap(where, 1, status="Pending", involved=("DCO",), findings=(finding,)),
        snap(where, 2, status="Pending", involved=("DCO",), findings=(finding,)),
    ]
    paper = impact_paper(Shelf([where], held), supplier="DCO", quarter="2021-Q2")
    asked = {one.text: len(one.pbis) for one in paper.questions}
    assert asked["Who has it?"] == 2
    assert "Who is the record with?" not in asked  # the finding has asked it already
    assert asked["When is completion targeted?"] == 2


def evidence(quote: str, **more: Any) -> ImpactEvidence:
    return ImpactEvidence(quote=quote, page=1, **more)


def test_order_is_what_matters_to_users() -> None:
    where = report("2021-Q2")
    told = (evidence("Nothing could be sent."),)
    wanted = [
        snap(where, 1, impact_class=ImpactClass.IMPACTING, severity=Severity.LOW),
        snap(where, 2, impact_class=ImpactClass.NO_ENDURING, impact_evidence=told),
        snap(where, 3, impact_class=ImpactClass.NO_ENDURING, severity=Severity.CRITICAL),
        snap(where, 4, impact_class=ImpactClass.NOT_STATED, severity=Severity.HIGH),
        snap(where, 5, impact_class=ImpactClass.NOT_STATED),
        snap(where, 6, impact_class=ImpactClass.NONE, severity=Severity.HIGH),
        snap(where, 7, impact_class=ImpactClass.NONE, severity=Severity.LOW, impact_evidence=told),
        snap(where, 8, impact_class=ImpactClass.NONE, severity=Severity.LOW),
    ]
    shuffled = wanted[4:] + wanted[:4]
    assert sorted(shuffled, key=impact_order) == wanted


@pytest.mark.parametrize(
    ("pieces", "words"),
    [
        ([], None),
        ([evidence("All was lost (100% failure).", percent=(100,), minutes=69)],
         "total outage, 69 minutes"),
        ([evidence("100% of the orders were delivered.", percent=(100,))], "100 per cent"),
        (
            [
                evidence("It failed at 13:52 23/03.", start="2021-03-23T13:52"),
                evidence("It was back at 15:01.", end="15:01"),
            ],
            "69 minutes, 13:52 to 15:01 on 23 March 2021",
        ),
        (
            [evidence("8 hours.", minutes=480, start="2021-05-05T10:00", end="2021-05-05T18:00")],
            "480 minutes (8 hours), 10:00 to 18:00 on 5 May 2021",
        ),
        ([evidence("On 19/05/2021.", start="2021-05-19", minutes=360)],
         "360 minutes (6 hours), on 19 May 2021"),
        ([evidence("About 3% of top-ups.", percent=(3.0,))], "3 per cent"),
        ([evidence("Some were delayed.")], ""),
    ],
)  # fmt: skip
def test_outage_in_words(pieces: list[ImpactEvidence], words: str | None) -> None:
    whole = outage(pieces)
    assert (whole.words() if whole else None) == words


@pytest.mark.parametrize(
    ("markings", "expected"),
    [
        ([], None),
        ([None, " "], None),
        (["DCC PUBLIC", None], "DCC PUBLIC"),
        (["DCC PUBLIC", "DCC CONFIDENTIAL"], "DCC CONFIDENTIAL"),
        (["TLP:GREEN", "TLP:AMBER", "TLP:WHITE"], "TLP:AMBER"),
        (["OFFICIAL", "OFFICIAL-SENSITIVE"], "OFFICIAL-SENSITIVE"),
        (
            ["DCC CONTROLLED", "DCC PUBLIC [to be treated as DCC CONFIDENTIAL when complete]"],
            "DCC PUBLIC [to be treated as DCC CONFIDENTIAL when complete]",
        ),
        # Nobody can say that a word that is not known counts for less.
        (["DCC CONFIDENTIAL", "ZETA EYES ALPHA"], "ZETA EYES ALPHA"),
        (["DCC Confidential", "COMMERCIAL IN CONFIDENCE"],
         "COMMERCIAL IN CONFIDENCE / DCC Confidential"),
    ],
)  # fmt: skip
def test_highest_marking(markings: list[str | None], expected: str | None) -> None:
    assert highest(markings) == expected


def test_the_paper_survives_json(kb: Shelf) -> None:
    paper = impact_paper(kb, supplier="DCO", quarter="2021-Q2")
    assert type(paper).model_validate_json(paper.model_dump_json()) == paper
