"""Whatever a report prints stays text in every format: properties over any characters."""

from __future__ import annotations

import csv
import io

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from kb.exports import export_bytes
from kb.exports.inert import csv_text, markdown_text, printable, starts_formula
from kb.exports.model import Column, ExportDocument, Section, Table

BAD = "=+-@\t\r\n'\"<>&[]()!*_`~#|\\$:;./ \u202e\x00\uff1d"
# Half of the characters are ones that some format acts on.
texts = st.text(st.one_of(st.sampled_from(BAD + "abwh1"), st.characters()), max_size=40)
GFM = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


@given(texts)
def test_a_csv_cell_never_starts_a_formula(text: str) -> None:
    cell = csv_text(text)
    assert not starts_formula(cell)
    if not starts_formula(printable(text)):
        assert cell.replace("\r\n", "\n").replace("\r", "\n") == printable(text)


@settings(deadline=None, max_examples=60)
@given(st.lists(texts, min_size=1, max_size=6))
def test_xlsx_and_csv_give_the_text_back(values: list[str]) -> None:
    rows = tuple((value, number) for number, value in enumerate(values))
    table = Table(title="T", columns=(Column(label="text"), Column(label="n")), rows=rows)
    document = ExportDocument(title="T", sections=(Section(heading="S", blocks=(table,)),))
    sheet = openpyxl.load_workbook(io.BytesIO(export_bytes(document, "xlsx")))["T"]
    for number, value in enumerate(values):
        cell = sheet.cell(number + 2, 1)
        assert cell.data_type in ("s", "n")  # "n" is how an empty cell is read
        assert (cell.value or "") == printable(value)
    data = export_bytes(document, "csv").decode("utf-8")
    read = list(csv.reader(io.StringIO(data, newline="")))
    assert [row[1] for row in read[1:]] == [str(number) for number in range(len(values))]
    assert [row[0] for row in read[1:]] == [csv_text(value) for value in values]


@settings(deadline=None)
@given(texts)
def test_markdown_shows_the_text_and_nothing_else(text: str) -> None:
    line = " ".join(printable(text).split())
    tokens = GFM.parse("x " + " ".join(markdown_text(line).split()))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    children = tokens[1].children or []
    assert {child.type for child in children} <= {"text", "text_special"}
    assert " ".join("".join(child.content for child in children).split()) == f"x {line}".strip()


@settings(deadline=None)
@given(texts)
def test_a_table_cell_stays_one_cell(text: str) -> None:
    table = Table(title="T", columns=(Column(label="a"), Column(label="b")), rows=((text, "end"),))
    document = ExportDocument(title="T", sections=(Section(heading="S", blocks=(table,)),))
    tokens = GFM.parse(export_bytes(document, "md").decode("utf-8"))
    cells = [tokens[n + 1].content for n, one in enumerate(tokens) if one.type == "td_open"]
    assert len(cells) == 2
    assert cells[1] == "end"
