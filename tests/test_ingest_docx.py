"""Word documents: what a reader sees once changes are accepted, with the place of each line."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from ingest.document import Document, Line, Table
from ingest.documents import open_document
from ingest.errors import EmptyFile, UnreadableFile

W = nsdecls("w")


def read(document: Any) -> Document:
    out = io.BytesIO()
    document.save(out)
    return open_document(out.getvalue(), "report.docx")


def lines(document: Document) -> list[str]:
    return [part.text for part in document.pages[0].body if isinstance(part, Line)]


def add(paragraph: Any, xml: str) -> None:
    paragraph._p.append(parse_xml(xml))


def test_paragraphs_headings_and_furniture() -> None:
    word = docx.Document()
    word.core_properties.title = "Quarterly Problem Report"
    word.sections[0].header.paragraphs[0].text = "DCC PUBLIC"
    word.sections[0].footer.paragraphs[0].text = "Page 1"
    word.add_heading("Quarterly Problem Report Q2 2021", 1)
    paragraph = word.add_paragraph("PBI0000")
    paragraph.add_run("00123400: Fail").bold = True
    paragraph.add_run("ure\nsecond line")
    document = read(word)
    body = [part for part in document.pages[0].body if isinstance(part, Line)]
    assert [(line.text, line.place) for line in body] == [
        ("Quarterly Problem Report Q2 2021", "paragraph 1"),
        ("PBI000000123400: Failure", "paragraph 2"),
        ("second line", "paragraph 2"),
    ]
    assert body[0].bold
    assert body[0].size > body[1].size
    assert [line.text for line in document.pages[0].furniture] == ["DCC PUBLIC", "Page 1"]
    assert document.title == "Quarterly Problem Report"


def test_tracked_changes_are_accepted() -> None:
    word = docx.Document()
    paragraph = word.add_paragraph("Severity: ")
    add(
        paragraph, f'<w:del {W} w:id="1" w:author="a"><w:r><w:delText>Low</w:delText></w:r></w:del>'
    )
    add(paragraph, f'<w:ins {W} w:id="2" w:author="a"><w:r><w:t>High</w:t></w:r></w:ins>')
    first = word.add_paragraph("Target ")
    mark = f'<w:pPr {W}><w:rPr><w:del w:id="3" w:author="a"/></w:rPr></w:pPr>'
    first._p.insert(0, parse_xml(mark))
    word.add_paragraph("completion 30/11/2021")
    table = word.add_table(2, 2)
    for cell, text in zip((c for row in table.rows for c in row.cells), "abcd", strict=True):
        cell.text = text
    properties = f'<w:trPr {W}><w:del w:id="4" w:author="a"/></w:trPr>'
    table.rows[1]._tr.insert(0, parse_xml(properties))
    document = read(word)
    assert lines(document) == ["Severity: High", "Target completion 30/11/2021"]
    (found,) = (part for part in document.pages[0].body if isinstance(part, Table))
    assert [[cell.text for cell in row] for row in found.rows] == [["a", "b"]]


def test_lists_show_their_numbers() -> None:
    word = docx.Document()
    for text in ("first", "second"):
        word.add_paragraph(text, style="List Number")
    word.add_paragraph("dot", style="List Bullet")
    assert lines(read(word)) == ["1. first", "2. second", "\u2022 dot"]


def test_tables_with_merged_cells_have_places() -> None:
    word = docx.Document()
    table = word.add_table(3, 3)
    for r in range(3):
        for c in range(3):
            table.cell(r, c).text = f"r{r}c{c}" if (r, c) not in ((0, 1), (2, 2)) else ""
    table.cell(0, 0).merge(table.cell(0, 1))
    table.cell(1, 2).merge(table.cell(2, 2))
    (found,) = (part for part in read(word).pages[0].body if isinstance(part, Table))
    first, merged = found.rows[0][0], found.rows[1][2]
    assert (first.text, first.column, first.span) == ("r0c0", 0, 2)
    assert (merged.text, merged.depth, merged.place) == ("r1c2", 2, "table 1 row 2 column 3")
    assert [cell.column for cell in found.rows[2]] == [0, 1]


def test_a_table_in_a_table_is_read_in_order() -> None:
    word = docx.Document()
    outer = word.add_table(1, 2)
    outer.cell(0, 0).text = "PBI000000123400: Title"
    inner = outer.cell(0, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "Owner", "DSP"
    document = read(word)
    assert lines(document) == ["PBI000000123400: Title"]
    (found,) = (part for part in document.pages[0].body if isinstance(part, Table))
    assert [cell.text for cell in found.rows[0]] == ["Owner", "DSP"]


def test_text_boxes_footnotes_and_hidden_words() -> None:
    word = docx.Document()
    paragraph = word.add_paragraph("Anchor")
    box = (
        f'<w:r {W}><w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:shape><v:textbox>'
        "<w:txbxContent><w:p><w:r><w:t>In a box</w:t></w:r></w:p></w:txbxContent>"
        "</v:textbox></v:shape></w:pict></w:r>"
    )
    add(paragraph, box)
    paragraph.add_run(" and after").font.hidden = True
    dated = word.add_paragraph("Target 30/11/2021")
    dated.add_run("1").font.superscript = True
    fifth = word.add_paragraph("on the 5")
    fifth.add_run("th").font.superscript = True
    fifth.add_run(" May")
    document = read(word)
    assert lines(document) == ["Anchor", "In a box", "Target 30/11/2021", "on the 5th May"]
    places = [part.place for part in document.pages[0].body if isinstance(part, Line)]
    assert places[1] == "paragraph 1, text box"


def test_an_empty_document_and_a_damaged_one() -> None:
    with pytest.raises(EmptyFile, match="no text"):
        read(docx.Document())
    out = io.BytesIO()
    docx.Document().save(out)
    import zipfile

    damaged = io.BytesIO()
    with zipfile.ZipFile(out) as whole, zipfile.ZipFile(damaged, "w") as archive:
        for member in whole.infolist():
            content = whole.read(member)
            archive.writestr(member, content[: len(content) // 2])
    with pytest.raises(UnreadableFile, match="damaged"):
        open_document(damaged.getvalue(), "report.docx")
