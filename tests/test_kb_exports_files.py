"""Each format opened with the library that people use, its tables against the records."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pdfplumber
import pytest

from ingest.records import (
    Evidence,
    Finding,
    ImpactClass,
    ImpactEvidence,
    ProblemReading,
    Severity,
)
from kb.answers import Answer
from kb.answers import Table as AnswerTable
from kb.exports import (
    FORMATS,
    MEDIA_TYPES,
    CannotWrite,
    UnknownExport,
    export_bytes,
    format_of,
    write,
)
from kb.exports.answers import answer_document
from kb.exports.model import Column, ExportDocument, Paragraph, Section, Style, Table, Use
from kb.exports.snapshots import snapshots_document, snapshots_table
from kb.paper import impact_paper, paper_document
from kb.records import Citation, ReportRecord, ReportState, Snapshot, Statement

REPORT = ReportRecord(
    id="0123456789ab",
    sha256="0123456789ab" + "0" * 52,
    file="opsg-paper.pdf",
    media_type="application/pdf",
    pages=4,
    title="Answer to OPSG action 55/10",
    reference="OPSG Action 55/10",
    quarter="2021-Q2",
    status_date=date(2021, 9, 20),
    issue_date=None,
    classification="DCC CONTROLLED",
    scope="DCO",
    scanned=False,
    state=ReportState.PUBLISHED,
    current=True,
    problems=30,
    uploaded_at=datetime(2021, 10, 1, tzinfo=UTC),
    published_at=datetime(2021, 10, 1, tzinfo=UTC),
)


def snap(number: int, **fields: Any) -> Snapshot:
    values: dict[str, Any] = {
        "title": f"SMETS1 \u2013 request failure no. {number}",
        "owner": "DCO",
        "owner_role": "Operator",
        "involved": ("DCO",),
        "severity": Severity.MEDIUM,
        "created": date(2021, 3, 24),
        "status": "Pending",
        "target_completion": date(2021, 10, 29),
        "user_impact": "No enduring impact",
        "impact_class": ImpactClass.NO_ENDURING,
        "description": "Requests failed.",
        "evidence": {"pbi": Evidence(page=2, quote=f"PBI{number:012d}")},
    }
    problem = ProblemReading.model_validate({**values, **fields, "pbi": f"PBI{number:012d}"})
    return Snapshot(
        key=f"{number}", report=REPORT, problem=problem, open=problem.status == "Pending"
    )


OUTAGE = ImpactEvidence(
    quote="All traffic failed from 13:52 to 15:01 (100% failure).",
    page=2,
    start="2021-03-23T13:52",
    end="2021-03-23T15:01",
    minutes=69,
    percent=(100.0,),
)
HELD = [
    snap(122422, severity=Severity.CRITICAL, impact_evidence=(OUTAGE,)),
    snap(123400, owner=None, owner_role=None, severity=Severity.CRITICAL),
    snap(122808, owner="DSP", owner_role=None, status="Closed", target_completion=None),
    snap(
        122207,
        findings=(Finding(code="x", message="Odd & <b>bold</b>.", ask="Why is it odd?"),),
        workaround="Wałęsa, Čapek \u2013 retry; " + "long words " * 60,
    ),
    *(snap(124000 + n, description=None) for n in range(12)),
]


class Shelf:
    def reports(self) -> list[ReportRecord]:
        return [REPORT]

    def history(self, pbi: str) -> list[Snapshot]:
        return [one for one in HELD if one.pbi == pbi]

    def snapshots(self, filters: Any = None) -> list[Snapshot]:
        return [] if filters is not None and filters.vanished else HELD


PAPER = impact_paper(Shelf(), supplier="DCO", quarter="2021-Q2")
DOCUMENT = paper_document(PAPER)
MARKING = "DCC CONTROLLED"


def brief_tables() -> list[Table]:
    (section,) = [one for one in DOCUMENT.sections if one.heading == "Problems in brief"]
    return [block for block in section.blocks if isinstance(block, Table)]


def as_shown(value: Any) -> str:
    if isinstance(value, date):
        return f"{value.day} {value:%b %Y}"
    return "" if value is None else str(value)


# -- DOCX ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def word() -> Any:
    return docx.Document(io.BytesIO(export_bytes(DOCUMENT, "docx")))


def test_docx_tables_say_what_the_records_say(word: Any) -> None:
    found = [
        [[cell.text.replace("\u00a0", " ") for cell in row.cells] for row in table.rows]
        for table in word.tables
    ]
    for table in brief_tables():
        heads = [column.label for column in table.columns]
        wanted = [heads, *([as_shown(value) for value in row] for row in table.rows)]
        assert wanted in [
            [[cell.replace("\u00a0", " ") for cell in row] for row in t] for t in found
        ]
    entry = next(
        rows
        for rows in found
        if rows[0] == ["Stated impact", "No enduring impact"] and "Total outage" in rows[1][1]
    )
    facts = dict(entry)
    assert facts["What users met"].startswith(
        "Total outage, 69 minutes, 13:52 to 15:01 on 23 March 2021"
    )
    assert OUTAGE.quote in facts["What users met"]
    assert facts["Status"] == "Pending at 20 September 2021; created 24 March 2021, 180 days old"
    assert facts["Read from"] == "opsg-paper.pdf, page 2"


def test_docx_has_real_headings_and_styles(word: Any) -> None:
    styles = {paragraph.style.name for paragraph in word.paragraphs}
    assert {"Title", "Heading 1", "Heading 2", "List Bullet", "Caption"} <= styles
    headings = [p.text for p in word.paragraphs if p.style.name == "Heading 2"]
    assert headings[0].startswith("PBI000000122422: SMETS1")
    assert len(headings) == len(HELD)


def test_docx_heads_repeat_and_pages_are_numbered_and_marked(word: Any) -> None:
    heads = [t for t in word.tables if t.rows[0]._tr.xpath("./w:trPr/w:tblHeader")]
    assert len(heads) == sum(
        isinstance(block, Table) and bool(block.rows)
        for section in DOCUMENT.printed()
        for block in section.blocks
    )
    section = word.sections[0]
    assert section.header.paragraphs[0].text == MARKING
    assert section.footer.paragraphs[-1].text == MARKING
    fields = section.footer._element.xpath(".//w:fldSimple/@w:instr")
    assert fields == ["PAGE", "NUMPAGES"]


# -- PDF -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pages() -> Any:
    with pdfplumber.open(io.BytesIO(export_bytes(DOCUMENT, "pdf"))) as pdf:
        yield pdf.pages


def flat(text: str | None) -> str:
    return " ".join((text or "").split())


def test_pdf_tables_say_what_the_records_say(pages: Any) -> None:
    text = flat(" ".join(page.extract_text() for page in pages))
    for row in (row for table in brief_tables() for row in table.rows):
        assert str(row[0]) in text
    for entry in PAPER.entries:
        assert f"{entry.pbi}: {entry.snapshot.problem.title}" in text
    assert "Total outage, 69 minutes, 13:52 to 15:01 on 23 March 2021" in text
    assert "Odd & <b>bold</b>." in text
    assert "Wałęsa, Čapek" in text


def test_pdf_rows_of_the_brief_table(pages: Any) -> None:
    """Cells found by their rules and by the columns' heads, compared with the records."""
    page = next(page for page in pages if "Problems in brief" in page.extract_text())
    heads = {w["text"]: w["x0"] for w in page.extract_words() if w["text"] in ("PBI", "Title")}
    table = next(
        one
        for one in page.find_tables({"vertical_strategy": "explicit", "explicit_vertical_lines": [
            heads["PBI"] - 4, heads["Title"] - 4, page.width - 51]})
        if "122422" in flat(str(one.extract()))
    )  # fmt: skip
    rows = [[flat(cell) for cell in row] for row in table.extract()]
    wanted = {str(row[0]): row for table in brief_tables() for row in table.rows}
    seen = [row for row in rows if row[0] in wanted]
    assert len(seen) >= 8
    for number, rest in seen:
        words = set(flat(" ".join(as_shown(value) for value in wanted[number][1:])).split())
        assert words == set(rest.split()), number


def test_pdf_marking_and_page_numbers_on_every_page(pages: Any) -> None:
    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        text = page.extract_text()
        assert text.count(MARKING) >= 2
        assert text.startswith(MARKING)
        assert f"Page {number} of {len(pages)}" in text


def test_pdf_heads_repeat_on_the_next_page() -> None:
    rows = tuple((f"PBI {n}", "text " * 20) for n in range(80))
    table = Table(title="Long", columns=(Column(label="Key"), Column(label="Words")), rows=rows)
    document = ExportDocument(title="T", sections=(Section(heading="S", blocks=(table,)),))
    with pdfplumber.open(io.BytesIO(export_bytes(document, "pdf"))) as pdf:
        assert len(pdf.pages) > 2
        assert all("Key Words" in page.extract_text() for page in pdf.pages)
        text = flat(" ".join(page.extract_text() for page in pdf.pages))
        assert all(f"PBI {n} text" in text for n in range(80))


def test_pdf_rows_that_fit_on_a_page_are_not_broken() -> None:
    rows = tuple((f"first{n}", " ".join(["word"] * 60) + f" last{n}") for n in range(40))
    table = Table(title="T", columns=(Column(label="A"), Column(label="B", width=3)), rows=rows)
    document = ExportDocument(title="T", sections=(Section(heading="S", blocks=(table,)),))
    with pdfplumber.open(io.BytesIO(export_bytes(document, "pdf"))) as pdf:
        seen = [page.extract_text() for page in pdf.pages]
    for n in range(40):
        assert any(f"first{n} " in text and f"last{n}" in text for text in seen), n
    assert all(text.count("A B") == 1 for text in seen)


def test_no_word_is_broken_where_there_is_room() -> None:
    words = ("Medium", "Under Investigation", "PBI000000122422", date(2022, 9, 30))
    table = Table(
        title="T",
        columns=(*(Column(label=f"Column{n}", width=0.1) for n in range(4)), Column(label="Text")),
        rows=((*words, "text " * 60),),
    )
    document = ExportDocument(title="T", sections=(Section(heading="S", blocks=(table,)),))
    with pdfplumber.open(io.BytesIO(export_bytes(document, "pdf"))) as pdf:
        lines = pdf.pages[0].extract_text()
    for word in ("Medium", "Investigation", "PBI000000122422", "30 Sep 2022", "Column3"):
        assert word in lines.replace("\u00a0", " ")


def test_pdf_clips_no_cell_however_long() -> None:
    """A row taller than a page and a word wider than its column are broken, not cut."""
    long = " ".join(f"w{n}" for n in range(3000))
    wide = "x" * 400 + "END"
    table = Table(
        title="Tall",
        columns=(Column(label="A", width=0.5), Column(label="B", width=2)),
        rows=((wide, long),),
    )
    document = ExportDocument(title="T", sections=(Section(heading="S", blocks=(table,)),))
    with pdfplumber.open(io.BytesIO(export_bytes(document, "pdf"))) as pdf:
        words = {word["text"] for page in pdf.pages for word in page.extract_words()}
        assert {f"w{n}" for n in range(3000)} <= words
        letters = "".join(char["text"] for page in pdf.pages for char in page.chars)
        assert letters.count("x") == 400
        inside = all(
            char["x0"] >= 50 and char["x1"] <= page.width - 50
            for page in pdf.pages
            for char in page.chars
        )
        assert inside


# -- XLSX and CSV ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def book() -> Any:
    return openpyxl.load_workbook(io.BytesIO(export_bytes(DOCUMENT, "xlsx")))


def test_xlsx_is_typed_frozen_filtered(book: Any) -> None:
    sheet = book["Problems"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    assert sheet.max_row == len(HELD) + 1
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == sheet.dimensions
    first = {head: sheet.cell(2, column) for head, column in heads.items()}
    assert first["PBI"].value == "PBI000000122422"
    assert first["Created"].value == datetime(2021, 3, 24)
    assert first["Created"].is_date
    assert first["Target completion"].value == datetime(2021, 10, 29)
    assert first["Age in days"].value == 180
    assert first["Page"].value == 2
    rows = {sheet.cell(n, 1).value: n for n in range(2, sheet.max_row + 1)}
    closed = rows["PBI000000122808"]
    assert sheet.cell(closed, heads["Target completion"]).value is None
    assert sheet.cell(closed, heads["Open"]).value == "No"


def test_xlsx_has_one_sheet_per_table_and_the_marking_on_each(book: Any) -> None:
    titles = [table.title[:31].strip() for table in DOCUMENT.tables()]
    assert book.sheetnames == ["About", *titles]
    for sheet in book:
        assert sheet.oddHeader.center.text == MARKING
        assert sheet.oddFooter.center.text == MARKING
    about = " ".join(str(cell.value) for cell in book["About"]["A"])
    assert f"{len(HELD)} problems: 15 open, 1 closed (122808)." in about


def test_xlsx_totals_are_numbers_outside_the_filter(book: Any) -> None:
    sheet = book["Problems by owner"]
    last = [cell.value for cell in sheet[sheet.max_row]]
    assert last == ["Total", 15, 2, 1, 16]
    assert sheet.auto_filter.ref.endswith(str(sheet.max_row - 1))


def test_csv_is_the_table_of_all_problems() -> None:
    rows = list(csv.DictReader(io.StringIO(export_bytes(DOCUMENT, "csv").decode("utf-8"))))
    assert [row["PBI"] for row in rows] == [entry.pbi for entry in PAPER.entries]
    assert rows[0]["Created"] == "2021-03-24"
    assert rows[0]["Marking"] == MARKING


HOSTILE = [
    "=1+1",
    '=HYPERLINK("http://x.example","click")',
    "+44",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1+1",
    "\uff1d1+1",
    "#N/A",
]


def hostile_document() -> ExportDocument:
    table = Table(
        title="=Bad [title]: */\\?",
        columns=(Column(label="=head"), Column(label="n")),
        rows=tuple((text, -5) for text in HOSTILE),
    )
    return ExportDocument(title="=T", sections=(Section(heading="=S", blocks=(table,)),))


def test_formula_like_text_is_inert_in_xlsx() -> None:
    data = export_bytes(hostile_document(), "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type in ("s", "n") for cell in row)
    sheet = book.worksheets[1]
    values = [sheet.cell(n + 2, 1).value for n in range(len(HOSTILE))]
    assert values == [text.replace("\r", "\n") for text in HOSTILE]
    guarded = [sheet.cell(n + 2, 1).quotePrefix for n in range(len(HOSTILE))]
    assert guarded == [text != "#N/A" for text in HOSTILE]
    assert sheet.cell(2, 2).value == -5
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
        assert sheets
        assert not any(b"<f>" in archive.read(name) for name in sheets)


def test_formula_like_text_is_inert_in_csv() -> None:
    rows = list(
        csv.reader(io.StringIO(export_bytes(hostile_document(), "csv").decode(), newline=""))
    )
    assert rows[0] == ["'=head", "n"]
    for row in rows[1:-1]:
        assert row[0].startswith("'")
        assert row[1] == "-5"  # a number is no text, and no formula


# -- Markdown --------------------------------------------------------------------------------

MARKUP = [
    "<script>alert(1)</script>",
    "![x](http://x.example/p.png)",
    "[a](javascript:b)",
    "**bold** _it_ `code` ~~gone~~",
    "a | b",
    "$x^2$ :red[danger] :smile:",
    "&lt;b&gt; &#60;",
    "www.example.org and https://example.org and a@example.org",
]


@pytest.mark.parametrize("text", MARKUP)
def test_markup_is_inert_in_markdown(text: str) -> None:
    from markdown_it import MarkdownIt

    table = Table(title="T", columns=(Column(label="c"),), rows=((text,),))
    blocks = (Paragraph(text=text), Paragraph(text=text, style=Style.BULLET), table)
    document = ExportDocument(title=text, sections=(Section(heading=text, blocks=blocks),))
    made = export_bytes(document, "md").decode()
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = [child for token in parser.parse(made) for child in token.children or [token]]
    kinds = {token.type for token in tokens}
    assert not kinds & {"html_inline", "html_block", "link_open", "image", "em_open",
                        "code_inline", "s_open"}  # fmt: skip
    rendered = [
        "".join(child.content for child in token.children)
        for token in parser.parse(made)
        if token.children is not None
    ]
    # Title, heading, paragraph, bullet and cell all read as the text was printed.
    assert rendered.count(text) == 5


@pytest.mark.parametrize("text", ["# head", "- item", "1. one", "> quote", "=====", "+ x"])
def test_a_paragraph_stays_a_paragraph(text: str) -> None:
    from markdown_it import MarkdownIt

    document = ExportDocument(
        title="T", sections=(Section(heading="S", blocks=(Paragraph(text=f"a\n{text}"),)),)
    )
    tokens = MarkdownIt("commonmark").parse(export_bytes(document, "md").decode())
    assert [t.type for t in tokens if t.type.endswith("_open")] == [
        "heading_open",
        "heading_open",
        "paragraph_open",
    ]


# -- All of them -----------------------------------------------------------------------------


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_document_gives_the_same_bytes(format: str) -> None:
    assert export_bytes(DOCUMENT, format) == export_bytes(paper_document(PAPER), format)
    assert format in MEDIA_TYPES


@pytest.mark.parametrize("format", FORMATS)
def test_text_that_no_page_can_show_breaks_no_format(format: str) -> None:
    odd = "a\x00b\x0bc\ud800d\u202ee\uffff \U0001f600 \u4e2d\u6587 \u05d0"
    table = Table(title=odd, columns=(Column(label=odd),), rows=((odd,), ("",), (None,)))
    document = ExportDocument(
        title=odd,
        marking=odd,
        sections=(Section(heading=odd, blocks=(Paragraph(text=odd), table)),),
    )
    assert export_bytes(document, format)


@pytest.mark.parametrize("format", FORMATS)
def test_an_empty_list_is_written_as_such(format: str) -> None:
    assert export_bytes(snapshots_document([], title="Problems"), format)


def test_write_by_suffix_and_to_a_stream(tmp_path: Path) -> None:
    path = tmp_path / "paper.MD"
    write(DOCUMENT, path)
    assert path.read_bytes() == export_bytes(DOCUMENT, "md")
    assert [one.name for one in tmp_path.iterdir()] == ["paper.MD"]
    stream = io.BytesIO()
    write(DOCUMENT, stream, "csv")
    assert stream.getvalue() == export_bytes(DOCUMENT, "csv")
    with pytest.raises(UnknownExport, match=r"\.docx"):
        write(DOCUMENT, tmp_path / "paper.odt")
    with pytest.raises(CannotWrite, match=r"paper\.md cannot be written: No such file"):
        write(DOCUMENT, tmp_path / "nowhere" / "paper.md")
    with pytest.raises(UnknownExport, match="stream"):
        write(DOCUMENT, stream)
    assert format_of("md") == format_of("a.markdown") == "md"


def test_a_list_of_problems_says_where_it_is_from() -> None:
    document = snapshots_document(HELD, title="Open problems", conditions="involving DCO")
    assert document.subtitle == "16 problems from 1 report, as at 20 September 2021"
    assert document.marking == MARKING
    assert document.main_table() == snapshots_table(HELD, title="Open problems")
    text = export_bytes(document, "md").decode()
    assert "Narrowed by: involving DCO" in text


def test_an_answer_is_exported_with_its_quotes() -> None:
    citation = Citation(
        document="opsg-paper.pdf", page=2, pbi="PBI000000122422", quote="Target", report=REPORT.id
    )
    answer = Answer(
        question="When is 122422 due?",
        answer="On 29 October 2021.",
        citations=(citation,),
        statements=(Statement(text="On 29 October 2021.", citations=(0,)),),
        table=AnswerTable(columns=("PBI", "Target"), rows=(("122422", "2021-10-29"),)),
    )
    document = answer_document(answer, reports=[REPORT])
    assert document.marking == MARKING
    assert "On 29 October 2021. \\[1\\]" in export_bytes(document, "md").decode()
    rows = list(csv.reader(io.StringIO(export_bytes(document, "csv").decode())))
    assert rows == [["PBI", "Target", "Marking"], ["122422", "2021-10-29", MARKING]]
    book = openpyxl.load_workbook(io.BytesIO(export_bytes(document, "xlsx")))
    assert book["Result"]["B2"].value == datetime(2021, 10, 29)
    assert [cell.value for cell in book["Quotes"][2]] == [
        1, "122422", "Target", "opsg-paper.pdf", 2,
    ]  # fmt: skip
    bare = answer_document(Answer(question="Why?", answer="That is not in the reports."))
    assert export_bytes(bare, "pdf").startswith(b"%PDF")


def test_sections_for_reading_and_for_working_with() -> None:
    printed = {section.heading for section in DOCUMENT.printed()}
    assert "Data" not in printed
    assert {"At a glance", "Open problems", "Closed problems", "Sources"} <= printed
    assert all(s.use is not Use.PRINT or s.heading not in ("Sources",) for s in DOCUMENT.sections)
