"""Workbooks and CSV: visible cells with their addresses, dates day first, formulas inert."""

from __future__ import annotations

import datetime
import io
from typing import Any

import openpyxl
import pytest

from ingest.document import Document, Line, Table
from ingest.documents import open_document
from ingest.errors import EmptyFile, TooLarge, UnreadableFile
from ingest.limits import Limits


def read(book: Any, **options: Any) -> Document:
    out = io.BytesIO()
    book.save(out)
    return open_document(out.getvalue(), "register.xlsx", **options)


def rows(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def the_table(document: Document, page: int = 1) -> Table:
    (table,) = (part for part in document.pages[page - 1].body if isinstance(part, Table))
    return table


def test_a_register_with_a_title_dates_and_numbers() -> None:
    book: Any = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Open problems"
    sheet["A1"] = "Problem register Q2 2021"
    sheet.append([])
    sheet.append(["PBI", "Title", "Created", "Target"])
    sheet.append([123400, "Two\nlines", datetime.date(2021, 6, 30), "TBC"])
    sheet["A4"].number_format = '"PBI"000000000000'
    sheet.append([122607.0, "<b>x</b>", datetime.datetime(2021, 4, 5, 9, 30), "=1+1"])
    document = read(book)
    title = document.pages[0].body[0]
    assert isinstance(title, Line)
    assert (title.text, title.place) == ("Problem register Q2 2021", "Open problems!A1")
    table = the_table(document)
    assert rows(table) == [
        ["PBI", "Title", "Created", "Target"],
        ["PBI000000123400", "Two lines", "30/06/2021", "TBC"],
        ["122607", "<b>x</b>", "05/04/2021 09:30", "=1+1"],
    ]
    assert table.rows[1][2].place == "Open problems!C4"
    assert [line.text for line in table.rows[1][1].lines] == ["Two", "lines"]
    assert document.pages[0].name == "Open problems"


def test_what_is_hidden_is_left_out_and_said_to_be() -> None:
    book: Any = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["PBI", "Notes", "Owner"])
    sheet.append(["PBI000000123400", "internal", "DSP"])
    sheet.append(["PBI000000122607", "internal", "DCO"])
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    secret = book.create_sheet("Secret")
    secret.append(["PBI000000122808"])
    secret.sheet_state = "hidden"
    document = read(book)
    assert rows(the_table(document)) == [["PBI", "Owner"], ["PBI000000123400", "DSP"]]
    assert len(document.pages) == 1
    said = {finding.code: finding.message for finding in document.findings}
    assert said.keys() == {"hidden-rows", "hidden-columns", "hidden-sheet"}
    assert "(3)" in said["hidden-rows"]
    assert "(B)" in said["hidden-columns"]
    assert "Secret" in said["hidden-sheet"]


def test_hidden_but_empty_rows_are_no_finding() -> None:
    book: Any = openpyxl.Workbook()
    book.active.append(["PBI", "Owner"])
    book.active.append(["PBI000000123400", "DSP"])
    book.active.row_dimensions[9].hidden = True
    assert read(book).findings == ()


def test_merged_cells_span() -> None:
    book: Any = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["PBI", "Title", "Owner"],
        ["PBI 123400", "Late", "DSP"],
        ["PBI 122607", "Lost", ""],
    ):
        sheet.append(row)
    sheet["C3"] = None
    sheet.merge_cells("C2:C3")
    table = the_table(read(book))
    assert (table.rows[1][2].text, table.rows[1][2].depth) == ("DSP", 2)
    assert len(table.rows[2]) == 2


def test_several_sheets_are_pages_and_two_tables_on_one_are_two() -> None:
    book: Any = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["PBI", "Owner"])
    sheet.append(["PBI000000123400", "DSP"])
    sheet.append([])
    sheet.append(["By owner"])
    sheet.append(["Owner", "Count"])
    sheet.append(["DSP", 1])
    other = book.create_sheet("Closed")
    other.append(["PBI", "Owner"])
    other.append(["PBI000000122607", "DCO"])
    document = read(book)
    assert [page.name for page in document.pages] == ["Sheet", "Closed"]
    first, heading, second = document.pages[0].body
    assert isinstance(first, Table)
    assert isinstance(second, Table)
    assert isinstance(heading, Line)
    assert (len(first.rows), heading.text, len(second.rows)) == (2, "By owner", 2)


def test_a_cell_far_away_costs_nothing() -> None:
    book: Any = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "PBI000000123400", "far"
    assert len(read(book).pages) == 1


def test_limits_and_empty_and_damaged_workbooks() -> None:
    book: Any = openpyxl.Workbook()
    with pytest.raises(EmptyFile, match="no cell"):
        read(book)
    for _ in range(5):
        book.active.append(["a", "b"])
    with pytest.raises(TooLarge, match="9 cells"):
        read(book, limits=Limits(cells=9))
    out = io.BytesIO()
    book.save(out)
    import zipfile

    damaged = io.BytesIO()
    with zipfile.ZipFile(out) as whole, zipfile.ZipFile(damaged, "w") as archive:
        for member in whole.infolist():
            content = whole.read(member)
            archive.writestr(member, content[: len(content) // 2])
    with pytest.raises(UnreadableFile, match="damaged"):
        open_document(damaged.getvalue(), "register.xlsx")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_csv_with_any_delimiter(delimiter: str) -> None:
    text = "Problem register\n\n" + "\n".join(
        delimiter.join(row)
        for row in (
            ("PBI", "Title", "Owner"),
            ("123400", f'"a{delimiter} b, c; d"', "DSP"),
            ("122607", '"two\nlines"', "DCO"),
        )
    )
    document = open_document(text.encode(), "register.csv")
    title, table = document.pages[0].body
    assert isinstance(title, Line)
    assert isinstance(table, Table)
    assert title.text == "Problem register"
    assert rows(table)[1] == [
        "123400",
        f"a{delimiter} b, c; d".replace("\t", " ").replace("  ", " "),
        "DSP",
    ]
    assert table.rows[2][1].place == "B5"
    assert [line.text for line in table.rows[2][1].lines] == ["two", "lines"]
