"""Ways of printing a record: slashes, dates straight behind, narrow cells, merged owners."""

from __future__ import annotations

import io
from datetime import date

import pytest

from ingest.cells import broken_pbi
from ingest.document import Cell, Line, Table, Word
from ingest.headers import find_columns
from ingest.joining import join_lines
from ingest.read import read_report
from ingest.records import ProblemReading
from ingest.rules.values import status_value
from ingest.tables import TableReader
from ingest.vocabulary import load


def _read(text: str, name: str = "report.txt") -> list[ProblemReading]:
    return list(read_report(text.encode(), name).problems)


def test_slashes_part_fields_and_title() -> None:
    problem = _read(
        "PBI 000000131313 / Gateway certificates renewed late\n\n"
        "Certificates of two gateways lapsed before they were renewed. A reminder is now sent.\n\n"
        "Holder: TSP / Sev: High / Start date: 03/02/22 / Target: 04/09/22 / "
        "Status: Pending 01/05/22\n\n"
        "Impact to users: Connections are refused for a short time / MI: No\n"
    )[0]
    assert problem.title == "Gateway certificates renewed late"
    assert (problem.owner, problem.severity) == ("TSP", "High")
    assert (problem.status, problem.status_date) == ("Pending", date(2022, 5, 1))
    assert problem.user_impact == "Connections are refused for a short time"
    assert problem.major_incident is False
    assert (problem.description or "").endswith("is now sent.")


@pytest.mark.parametrize(
    ("text", "status", "day"),
    [
        ("Pending 3 May 2022", "Pending", "3 May 2022"),
        ("Under Review, 4th June 2021", "Under Review", "4th June 2021"),
        ("Closed 01/02/23 / Target", "Closed", "01/02/23"),
        ("Assigned 1 March 2022 was the day of the test", "Assigned", None),
        ("Assigned to a team", "Assigned", None),
    ],
)
def test_a_date_straight_behind_a_status(text: str, status: str, day: str | None) -> None:
    value = status_value(text, 0, len(text), load(), strong=True)
    assert value is not None
    assert text[value.start : value.end] == status
    assert (text[slice(*value.date)] if value.date else None) == day


@pytest.mark.parametrize(
    ("text", "pbi"),
    [
        ("PBI1234 56", "PBI000000123456"),
        ("PBI 12345 6", "PBI000000123456"),
        ("PBI123456 78", None),
        ("PBI1234 2021", None),
        ("PBI1234 56 Hubs restart", None),
    ],
)
def test_numbers_cut_by_a_narrow_cell(text: str, pbi: str | None) -> None:
    assert broken_pbi(text) == pbi


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("Record no.", "pbi"),
        ("Being dealt with by", "owner"),
        ("Being looked at by", "owner"),
        ("Last change of status", "status_date"),
        ("Started on", "created"),
        ("Summary of the issue", "description"),
    ],
)
def test_labels(label: str, field: str) -> None:
    assert load().labels.field_of(label) == field


def _line(text: str) -> Line:
    return Line(1, tuple(Word(word, None, 0.0, False) for word in text.split()))


@pytest.mark.parametrize(
    ("above", "below", "joined"),
    [
        ("a roll-", "out of it", "a roll-out of it"),
        ("a follow-", "up call", "a follow-up call"),
        ("the ide-", "ntity of it", "the identity of it"),
        ("the shop-", "window is", "the shop-window is"),
    ],
)
def test_hyphens_at_line_ends(above: str, below: str, joined: str) -> None:
    assert join_lines([_line(above), _line(below)]).text == joined


def test_a_merged_owner_holds_for_its_rows_and_comments_describe() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Owner", "Problem ID", "Headline", "Severity", "Status", "Remarks"])
    told = "The nightly job stops when its input is larger than the space that was set aside for it"
    sheet.append(["TSP", "PBI131001", "Nightly job stops", "Low", "Closed", told])
    sheet.append([None, "PBI131002", "Keys run out early", "High", "Pending", told])
    sheet.append(["DSP", "PBI131003", "Requests are lost", "High", "Pending", told])
    sheet.append([None, "PBI131004", "Alerts come twice", "High", "Pending", told])
    sheet.merge_cells("A2:A3")
    out = io.BytesIO()
    book.save(out)
    problems = read_report(out.getvalue(), "list.xlsx").problems
    assert [problem.owner for problem in problems] == ["TSP", "TSP", "DSP", None]
    assert {problem.description for problem in problems} == {told}


def _cell(column: int, x0: float, x1: float, top: float, *texts: str, bold: int = 0) -> Cell:
    lines = []
    for place, text in enumerate(texts):
        left, words = x0 + 3, []
        for word in text.split():
            right = left + 5.0 * len(word)
            y = top + 12.0 * place
            words.append(Word(word, (left, y, right, y + 10), 10.0, place < bold))
            left = right + 3
        lines.append(Line(1, tuple(words)))
    return Cell(tuple(lines), column, 1, (x0, top, x1, top + 12.0 * len(texts)))


_EDGES = ((0, 70), (70, 250), (250, 330), (330, 400), (400, 480))


def _row(top: float, *columns: tuple[str, ...]) -> tuple[Cell, ...]:
    return tuple(
        _cell(k, *edges, top, *texts, bold=1 if k == 1 else 0)
        for k, (edges, texts) in enumerate(zip(_EDGES, columns, strict=True))
    )


def test_a_row_that_was_cut_apart_otherwise_goes_back_into_its_columns() -> None:
    head = _row(0, ("Record",), ("Issue and detail",), ("Opened",), ("Severity",), ("Status",))
    first = _row(
        20, ("PBI1310", "01"), ("Job stops", "It stops."), ("01-Jan-", "2023"), ("Low",), ("Draft",)
    )
    last = _row(
        60,
        ("PBI1310", "02"),
        ("Keys end", "They end."),
        ("02-Jan-", "2023"),
        ("High",),
        ("Closed",),
    )
    number, detail, opened, severity, status = last
    lines = [*opened.lines, *severity.lines, *status.lines]
    merged = Cell(
        (Line(1, tuple(w for k in (0, 2, 3) for w in lines[k].words)), lines[1]), 2, 1, None
    )
    piece = Table(1, ((number, detail, merged),), 3, ruled=False)
    table = Table(1, (head, first), 5)
    words = load()
    columns = find_columns(table, words)
    assert columns is not None
    reader = TableReader(words)
    reader.read(table, columns)
    again = reader.recut(piece)
    assert again is not None
    reader.read(again, columns)
    reader.finish()
    assert [draft.pbi for draft in reader.drafts] == ["PBI000000131001", "PBI000000131002"]
    found = {item.field: item.text for item in reader.drafts[1].found}
    assert found["created"] == "02-Jan-2023"
    assert (found["severity"], found["status"]) == ("High", "Closed")
    assert (found["title"], found["description"]) == ("Keys end", "They end.")
    assert reader.recut(Table(1, (first,), 5)) is None


def test_values_and_a_date_behind_the_number_and_labels_above_their_values() -> None:
    problem = _read(
        "PBI000000131414 Under Review 05/06/2022\n\n"
        "Summary*\n\nAlerts arrive in the wrong order\n\n"
        "Owner: DSP\n\nDetails\n\nAlerts of one gateway overtake each other. A fix is tested.\n"
    )[0]
    assert problem.title == "Alerts arrive in the wrong order"
    assert (problem.status, problem.status_date) == ("Under Review", date(2022, 6, 5))
    assert (problem.description or "").startswith("Alerts of one gateway")


@pytest.mark.parametrize(
    ("line", "marking", "reference"),
    [
        ("Circular 12/2022 \u00b7 TLP:AMBER", "TLP:AMBER", "Circular 12/2022"),
        ("Notice No. 7/21 | DCC Controlled and SEC Panel", "DCC Controlled and SEC Panel", None),
        (
            "Working paper on problems \u00b7 three months to 30 June 2022 \u00b7 TLP:GREEN",
            "TLP:GREEN",
            None,
        ),
        ("What is internal and what is sensitive was discussed", None, None),
    ],
)
def test_markings_and_references(line: str, marking: str | None, reference: str | None) -> None:
    report = read_report(
        f"Problem review\n{line}\n\nPBI131415: Keys run out\nOwner: TSP\nSeverity: Low\n".encode(),
        "x.txt",
    ).report
    assert report.classification == marking
    if reference:
        assert report.reference == reference


def test_listed_labels_of_no_field_are_neither_unknown_nor_description() -> None:
    problem = _read(
        "PBI131515: Clocks of the test rack run fast\nOwner: DSP\nDays open: 21\nRAG: Amber\n"
        "Severity: Low\n\nThe clocks gain a second a day. They are set by hand each week.\n"
    )[0]
    assert problem.description == "The clocks gain a second a day. They are set by hand each week."
    assert not [item for item in problem.findings if item.code == "unknown-label"]


def test_notes_are_a_label_in_plain_text_and_end_no_record() -> None:
    problem = _read(
        "PBI 000000131414: Reads of one region arrive late\n\nStatus: Pending\nSeverity: Low\n\n"
        "Notes\nA queue fills up on the first day of each month and is emptied by hand.\n"
    )[0]
    assert (problem.description or "").startswith("A queue fills up")


def test_a_label_in_no_list_is_no_part_of_the_title_above_it() -> None:
    problem = _read(
        "PBI 000000131515: Reads of one region arrive late\nMood: Calm\nStatus: Pending\n"
        "Severity: Low\n\nA queue fills up on the first day of each month.\n"
    )[0]
    assert problem.title == "Reads of one region arrive late"


def test_a_none_that_was_run_as_a_major_incident() -> None:
    problem = _read(
        "PBI 000000131616: Reads of one region arrive late\nStatus: Pending\n"
        "Incident observation: Four incidents are linked; none was managed as an MI\n"
    )[0]
    assert problem.major_incident is False


def test_a_status_that_ends_in_the_word_for_an_aim() -> None:
    problem = _read(
        "PBI 000000131717: Reads of one region arrive late\n\n"
        "The problem was raised on 3 May 2022 and sits with TSP. It carries a priority of Low. "
        "As of 4 June 2023 the record was Completed and a fix is expected by 5 July 2023.\n"
    )[0]
    assert (problem.status, problem.status_date) == ("Completed", date(2023, 6, 4))
    assert problem.target_completion == date(2023, 7, 5)


def test_a_line_of_dashes_parts_two_texts() -> None:
    problems = _read(
        "".join(
            f"PBI {number:012d}: Reads of one region arrive late\nStatus: Pending\n\n"
            "Latest position: The vendor was asked again.\n\n------------------------\n"
            for number in (131818, 131919)
        )
    )
    assert [problem.update for problem in problems] == ["The vendor was asked again"] * 2
