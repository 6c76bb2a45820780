"""Labels that only one report uses: known by what stands behind them, entry after entry."""

from __future__ import annotations

from datetime import date

from ingest.read import read_report
from ingest.records import Grade, ProblemReading

STATES = ("Assigned", "Pending", "Closed", "Under Investigation")
PARTIES = ("DSP", "CSP North", "TSP", "SMSO")


def _read(text: str, name: str = "report.txt") -> list[ProblemReading]:
    return list(read_report(text.encode(), name).problems)


def _entry(number: int, lines: str) -> str:
    return f"PBI{number:012d}: Reads of one region arrive late\n\n{lines}\n\nA queue fills up.\n\n"


def test_a_phrase_ahead_of_statuses_in_every_entry_is_the_label_of_the_status() -> None:
    text = "".join(
        _entry(140000 + k, f"Whereabouts: {PARTIES[k]}    Ticket mood: {STATES[k]}")
        for k in range(4)
    )
    problems = _read(text)
    assert [problem.status for problem in problems] == list(STATES)
    assert [problem.owner for problem in problems] == list(PARTIES)
    evidence = problems[0].evidence["status"]
    assert evidence.grade is Grade.FAIR
    assert "Ticket mood" in (evidence.why or "")


def test_dates_under_labels_of_their_own_are_told_apart_by_their_order() -> None:
    text = "".join(
        _entry(141000 + k, f"Came to light: {k + 1} May 2022\nParty over: {k + 1} June 2023")
        for k in range(3)
    )
    problems = _read(text)
    assert [problem.created for problem in problems] == [date(2022, 5, k) for k in (1, 2, 3)]
    assert problems[2].target_completion == date(2023, 6, 3)


def test_a_phrase_that_comes_once_is_no_label_of_its_own() -> None:
    text = _entry(142000, "Ticket mood: Pending") + _entry(142001, "Status: Closed")
    assert [problem.status for problem in _read(text)] == [None, "Closed"]


def test_what_was_met_by_a_party_is_not_its_owner() -> None:
    text = "".join(
        _entry(143000 + k, f"Also affected: {PARTIES[k]}\nStatus: {STATES[k]}") for k in range(4)
    )
    assert {problem.owner for problem in _read(text)} == {None}


def test_cells_of_a_form_have_labels_of_their_own_too() -> None:
    rows = "".join(
        f"Problem ID,PBI{144000 + k:012d}\nTitle,Reads of one region arrive late\n"
        f"Ticket mood,{STATES[k]}\nSeverity,High\n"
        for k in range(4)
    )
    problems = _read(rows, "report.csv")
    assert [problem.status for problem in problems] == list(STATES)
    assert problems[0].evidence["status"].grade is Grade.FAIR
