"""Reading order and tables: what a page is made of, told from prose and from one another."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pytest
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    PageTemplate,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
)

from ingest import document as d
from ingest.joining import join_lines
from ingest.pdf import read_pdf

BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=9, leading=11)
SMALL = ParagraphStyle("small", fontName="Helvetica", fontSize=8, leading=9.5, splitLongWords=1)
HEAD = ParagraphStyle("head", parent=BODY, fontName="Helvetica-Bold")
TALES = (
    "The inbound queue at the northern site grew to 4,500 messages within two hours, and requests "
    "were held up until the operations bridge restarted the consumers.",
    "Heartbeat packets were dropped on a busy interface, so the cluster took a node for dead.",
    "Counters are kept for each node and the limit is divided by the wrong number of nodes.",
)
COLUMNS = ("PBI", "Title", "With", "Severity", "Created", "Target", "End user impact")
RECORDS = [
    (
        f"PBI{120000 + 37 * k:012d}",
        ("Messages building up on the request gateway", "Timer too short", "Late alerts")[k % 3],
        ("DSP", "DCO (Operator)", "S1SP1")[k % 3],
        ("Critical", "High", "Medium", "Low")[k % 4],
        f"{k + 1:02d}/06/2021",
        ("30/11/2021", "TBC")[k % 2],
        ("No enduring impact", "None as the fault is not service impacting")[k % 2],
    )
    for k in range(8)
]


def made(story: Sequence[Any], *, wide: bool = False) -> d.Document:
    out = io.BytesIO()
    size = landscape(A4) if wide else A4
    margins = {"leftMargin": 40, "rightMargin": 40, "topMargin": 50, "bottomMargin": 50}
    SimpleDocTemplate(out, pagesize=size, invariant=1, **margins).build(list(story))
    return read_pdf(out.getvalue(), "a.pdf")


def in_columns(story: Sequence[Any], count: int = 2) -> d.Document:
    out = io.BytesIO()
    template = BaseDocTemplate(out, pagesize=A4, invariant=1)
    width = (A4[0] - 80 - 20 * (count - 1)) / count
    frames = [Frame(40 + k * (width + 20), 50, width, A4[1] - 100) for k in range(count)]
    template.addPageTemplates(PageTemplate(frames=frames))
    template.build(list(story))
    return read_pdf(out.getvalue(), "a.pdf")


def grid(
    style: Sequence[Any], *, widths: Sequence[float], rows: Any = None, repeat: int = 1
) -> Table:
    cells = [[Paragraph(text, HEAD) for text in COLUMNS]]
    cells += [[Paragraph(text, BODY) for text in record] for record in RECORDS]
    return Table(rows or cells, colWidths=list(widths), style=list(style), repeatRows=repeat)


def tables(document: d.Document) -> list[d.Table]:
    return [part for page in document.pages for part in page.body if isinstance(part, d.Table)]


def body(document: d.Document) -> list[d.Line]:
    return [part for page in document.pages for part in page.body if isinstance(part, d.Line)]


def cell_texts(row: tuple[d.Cell, ...], columns: int) -> list[str]:
    texts = [""] * columns
    for cell in row:
        texts[cell.column] = join_lines(cell.lines, cell_box=cell.box).text
    return texts


WIDE = (95, 170, 85, 60, 65, 65, 190)
TOP = ("VALIGN", (0, 0), (-1, -1), "TOP")
MIDDLE = ("VALIGN", (0, 0), (-1, -1), "MIDDLE")
STYLES: dict[str, list[Any]] = {
    "ruled": [TOP, ("GRID", (0, 0), (-1, -1), 0.5, colors.grey)],
    "ruled middle": [MIDDLE, ("GRID", (0, 0), (-1, -1), 0.5, colors.grey)],
    "rules across": [TOP, ("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.grey)],
    "rule under the head": [TOP, ("LINEBELOW", (0, 0), (-1, 0), 1, colors.black)],
    "boxed outside": [TOP, ("BOX", (0, 0), (-1, -1), 1, colors.black)],
    "zebra": [TOP, ("ROWBACKGROUNDS", (0, 1), (-1, -1), [colors.whitesmoke, colors.white])],
    "shaded head": [TOP, ("BACKGROUND", (0, 0), (-1, 0), colors.lightblue)],
    "unruled": [TOP],
    "unruled middle": [MIDDLE],
    "unruled tight": [
        TOP,
        ("TOPPADDING", (0, 0), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
    ],
}


@pytest.mark.parametrize("style", STYLES)
def test_a_table_gives_its_rows_whatever_divides_them(style: str) -> None:
    intro = Paragraph("Problems open as at 30 June 2021, by number. " + TALES[0], BODY)
    document = made([intro, Spacer(1, 12), grid(STYLES[style], widths=WIDE)], wide=True)
    (table,) = tables(document)
    assert table.columns == len(COLUMNS)
    rows = [cell_texts(row, table.columns) for row in table.rows]
    assert rows == [list(COLUMNS), *map(list, RECORDS)]
    assert join_lines(body(document)).text.startswith("Problems open as at 30 June 2021")
    assert table.ruled == style.startswith("ruled")


def test_section_rows_span_the_table_ruled_or_not() -> None:
    for style in (STYLES["ruled"], STYLES["unruled"]):
        cells = [[Paragraph(text, HEAD) for text in COLUMNS]]
        spans: list[Any] = []
        for k, record in enumerate(RECORDS):
            if k % 4 == 0:
                spans.append(("SPAN", (0, len(cells)), (-1, len(cells))))
                cells.append([Paragraph(f"Problems held by supplier {k}", HEAD)] + [""] * 6)
            cells.append([Paragraph(text, BODY) for text in record])
        document = made([grid([*style, *spans], widths=WIDE, rows=cells)], wide=True)
        (table,) = tables(document)
        lone = [row for row in table.rows if sum(bool(cell.lines) for cell in row) == 1]
        assert [row[0].text for row in lone] == [
            "Problems held by supplier 0",
            "Problems held by supplier 4",
        ]
        assert all(cell_texts(row, 7) in [list(r) for r in RECORDS] for row in table.rows[2:6])


def test_a_merged_cell_says_how_many_rows_it_spans() -> None:
    cells = [["Owner", "PBI", "Title"]] + [["DSP", r[0], r[1]] for r in RECORDS[:3]]
    cells[2][0] = cells[3][0] = ""
    style = [("GRID", (0, 0), (-1, -1), 0.5, colors.grey), ("SPAN", (0, 1), (0, 3))]
    (table,) = tables(made([Table(cells, style=style)]))
    assert (table.rows[1][0].text, table.rows[1][0].depth) == ("DSP", 3)
    assert [cell.column for cell in table.rows[2]] == [1, 2]


def test_words_broken_by_narrow_cells_are_made_whole() -> None:
    widths = (56, 60, 40, 44, 44, 44, 60)
    cells = [[Paragraph(text, SMALL) for text in record] for record in (COLUMNS, *RECORDS)]
    document = made([grid(STYLES["ruled"], widths=widths, rows=cells)])
    (table,) = tables(document)
    numbers = [cell_texts(row, 7)[0] for row in table.rows[1:]]
    assert any(len(row[0].lines) > 1 for row in table.rows[1:])
    assert numbers == [record[0] for record in RECORDS]


def test_a_table_that_runs_over_pages_is_one_table_a_page() -> None:
    rows = [[Paragraph(text, HEAD) for text in COLUMNS]]
    rows += [[Paragraph(text, BODY) for text in RECORDS[k % 8]] for k in range(60)]
    document = made([grid(STYLES["unruled"], widths=WIDE, rows=rows)], wide=True)
    found = tables(document)
    assert len(found) == len(document.pages) > 1
    assert sum(len(table.rows) for table in found) == 60 + len(found)


@pytest.mark.parametrize("boxed", [True, False])
@pytest.mark.parametrize("pairs", [1, 2])
def test_forms_are_tables_of_labels_and_values(boxed: bool, pairs: int) -> None:
    story: list[Any] = []
    for record in RECORDS[:3]:
        fields = list(zip(COLUMNS, record, strict=True))[:6]
        rows = []
        for k in range(0, 6, pairs):
            rows.append([Paragraph(t, BODY) for pair in fields[k : k + pairs] for t in pair])
        rows.append(
            [Paragraph("Description", BODY), Paragraph(TALES[0], BODY)] + [""] * (2 * pairs - 2)
        )
        style: list[Any] = [TOP, ("SPAN", (1, len(rows) - 1), (-1, len(rows) - 1))]
        if boxed:
            style.append(("GRID", (0, 0), (-1, -1), 0.5, colors.grey))
        widths = [110, 390] if pairs == 1 else [80, 170, 80, 170]
        story += [Table(rows, colWidths=widths, style=style), Spacer(1, 20)]
    document = made(story)
    cells = [cell for table in tables(document) for row in table.rows for cell in row]
    joined = [join_lines(cell.lines).text for cell in cells if cell.lines]
    for record in RECORDS[:3]:
        for label, value in list(zip(COLUMNS, record, strict=True))[:6]:
            assert joined[joined.index(value) - 1] == label
    assert joined.count(TALES[0]) == 3


def prose(count: int) -> list[Any]:
    return [
        Paragraph(
            f"PBI{120000 + 37 * (k // 3):012d}: part {k}. {TALES[k % 3]} {TALES[(k + 1) % 3]}", BODY
        )
        for k in range(count)
    ]


def test_two_columns_of_prose_are_read_one_after_the_other() -> None:
    story = prose(40)
    document = in_columns(story)
    assert tables(document) == []
    text = join_lines(body(document)).text
    places = [text.index(f"part {k}. ") for k in range(40)]
    assert places == sorted(places)
    assert f"{TALES[0]} {TALES[1]}" in text
    first = document.pages[0].body
    assert len({part.block for part in first if isinstance(part, d.Line)}) == 2


@pytest.mark.parametrize("count", [2, 3])
def test_cards_run_on_in_order_over_columns_and_pages(count: int) -> None:
    story: list[Any] = []
    for record in RECORDS * 3:
        story.append(Paragraph(record[0], HEAD))
        story += [
            Paragraph(f"{label}: {value}", BODY)
            for label, value in zip(COLUMNS[1:], record[1:], strict=True)
        ]
        story += [Paragraph(TALES[0], BODY), Spacer(1, 8)]
    document = in_columns(story, count)
    assert tables(document) == []
    lines = [line.text for line in body(document)]
    numbers = [line for line in lines if line.startswith("PBI")]
    assert numbers == [record[0] for record in RECORDS * 3]


@pytest.mark.parametrize("gap", [0, 7])
def test_facts_beside_a_narrative_are_a_column_of_their_own(gap: float) -> None:
    left = [Paragraph("What we know", HEAD), Paragraph(TALES[0], BODY), Spacer(1, gap)]
    left += [Paragraph("Impact on Service Users", HEAD), Paragraph("None since August", BODY)]
    right: list[Any] = []
    for label, value in (("Accountable party", "DSP"), ("Date identified", "27/04/2022")):
        right += [Paragraph(label, HEAD), Paragraph(value, BODY), Spacer(1, gap)]
    title = Paragraph("PBI000000123400 and its title, over both columns", HEAD)
    document = made([title, Table([[left, right]], colWidths=[330, 200], style=[TOP])])
    assert tables(document) == []
    text = " ".join(line.text for line in body(document))
    assert "Impact on Service Users None since August" in text
    assert text.endswith("Accountable party DSP Date identified 27/04/2022")


def test_framed_cards_side_by_side_stay_apart() -> None:
    def card(record: Sequence[str]) -> list[Any]:
        return [Paragraph(record[0], HEAD)] + [
            Paragraph(f"{label}: {value}", BODY)
            for label, value in zip(COLUMNS[1:], record[1:], strict=True)
        ]

    style: list[Any] = [
        TOP,
        *(
            ("BOX", (column, row), (column, row), 0.7, colors.grey)
            for column in (0, 2)
            for row in (0, 2)
        ),
    ]
    cells: list[list[Any]] = [
        [card(RECORDS[0]), "", card(RECORDS[1])],
        ["", "", ""],
        [card(RECORDS[2]), "", card(RECORDS[3])],
    ]
    document = made([Table(cells, colWidths=[350, 30, 350], style=style)], wide=True)
    lines = body(document)
    assert tables(document) == []
    for record in RECORDS[:4]:
        at = [line.text for line in lines].index(record[0])
        block = lines[at].block
        card_text = " ".join(line.text for line in lines if line.block == block)
        assert all(value in card_text for value in record)
        assert sum(other[0] in card_text for other in RECORDS[:4]) == 1


def test_ragged_and_justified_prose_is_no_table() -> None:
    justified = ParagraphStyle("justified", parent=BODY, alignment=4)
    story: list[Any] = [Paragraph(" ".join(TALES * 3), style) for style in (BODY, justified) * 6]
    story += [Paragraph(f"{k}. {TALES[k % 3]}", BODY, bulletText=f"{k}.") for k in range(8)]
    document = made(story)
    assert tables(document) == []


def test_a_numbered_list_is_no_table() -> None:
    rows = [[f"{k}.", Paragraph(TALES[k % 3], BODY)] for k in range(1, 7)]
    document = made([Table(rows, colWidths=[20, 400], style=[TOP])])
    assert tables(document) == []
    assert body(document)[0].text.startswith("1. Heartbeat")
